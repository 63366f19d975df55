package main

import (
	"fmt"
	"sort"
	"strings"

	"github.com/wasmerio/wasmer-go/wasmer"
)

const everyExtern = `(module $every
  (import "env" "f" (func (param i32 f64) (result i64)))
  (import "env" "g" (global (mut i32)))
  (import "other" "t" (table 1 5 funcref))
  (import "other" "m" (memory 1 2))
  (func (export "function") (param i32 i64 f32 f64) (result f32) (local.get 2))
  (global (export "global") i64 (i64.const 7))
  (export "variable" (global 0))
  (export "table" (table 0))
  (export "memory" (memory 0)))`

// Modules that are wrong, and why.
var wrongModules = []struct{ name, bytes string }{
	{"empty", ""},
	{"magic alone", "\x00asm"},
	{"half of the magic", "\x00a"},
	{"version 9", "\x00asm\x09\x00\x00\x00"},
	{"no module", "\x00asm\x01\x00\x00\x00garbage"},
	{"section too long", "\x00asm\x01\x00\x00\x00\x01\x20"},
	{"result missing", `(module (func (result i32)))`},
	{"wrong type", `(module (func (result i32) (i64.const 1)))`},
	{"unknown local", `(module (func (drop (local.get 3))))`},
	{"no memory", `(module (func (drop (i32.load (i32.const 0)))))`},
	{"two exports of one name", `(module (func) (export "a" (func 0)) (export "a" (func 0)))`},
	{"unknown function", `(module (export "a" (func 3)))`},
	{"memory too large", `(module (memory 65537))`},
	{"limits", `(module (memory 2 1))`},
	{"start with a parameter", `(module (func (param i32)) (start 0))`},
	{"no text either", "hello"},
	{"open bracket", "(module"},
	{"unknown keyword", "(module (nonsense))"},
	{"unknown instruction", "(module (func (i32.nonsense)))"},
	{"unknown name", "(module (func (call $nobody)))"},
	{"number out of range", "(module (func (drop (i32.const 4294967296))))"},
	{"text is not UTF-8", "(module (memory \xff))"},
}

var modules = programs{
	"wat2wasm": func() {
		for _, text := range []string{
			"(module)", sum, `(module (memory 1) (data (i32.const 0) "abc\00\ff"))`, `(module $named (func $f (local $l i32)))`,
			`(module (func (export "é") (drop (f64.const nan:0x4))))`, " (module) ;; comment", `(func (export "f"))`, "\x00asm\x01\x00\x00\x00",
		} {
			bytes, err := wasmer.Wat2Wasm(text)
			if err != nil {
				sayError(fmt.Sprintf("%q", text), err)
			} else {
				say(fmt.Sprintf("%q", text), fmt.Sprintf("%x", bytes))
			}
		}
	},
	"wat2wasm-errors": func() {
		for _, wrong := range wrongModules {
			_, err := wasmer.Wat2Wasm(wrong.bytes)
			sayError(wrong.name, err)
		}
	},
	"wat2wasm-old-spellings": func() {
		for _, text := range []string{
			`(module (table 1 anyfunc))`, `(module (func (param i32) (drop (get_local 0))))`, `(module (func (local i32) (set_local 0 (i32.const 1))))`,
			`(module (func (param i32) (drop (tee_local 0 (i32.const 1)))))`, `(module (global i32 (i32.const 1)) (func (drop (get_global 0))))`,
			`(module (memory 1) (func (drop (grow_memory (i32.const 1)))))`, `(module (memory 1) (func (drop (current_memory))))`,
			`(module (func (drop (i32.wrap/i64 (i64.const 1)))))`, `(module (func (drop (i64.extend_s/i32 (i32.const 1)))))`,
			`(module (func (drop (i32.trunc_s/f32 (f32.const 1)))))`, `(module (func (drop (f32.demote/f64 (f64.const 1)))))`,
			`(module (func (drop (i32.reinterpret/f32 (f32.const 1)))))`, `(module (func (drop (f64.convert_u/i64 (i64.const 1)))))`,
			`(module (func (if (i32.const 1) (then) (else))))`, `(module (func i32.const 1 if end))`, `(module (func i32.const 1 if $l else end))`,
			`(module (memory (data "abc")))`, `(module (table funcref (elem 0)) (func))`, `(module (func (result i32) (select (i32.const 1) (i32.const 2) (i32.const 3))))`,
			`(module (type $t (func)) (table 1 funcref) (func (call_indirect $t (i32.const 0))))`, `(module (type $t (func)) (table 1 funcref) (func (call_indirect (type $t) (i32.const 0))))`,
			`(module (memory 0 (i32.const 1)))`, `(module (func (param $a i32) (param $b i64)))`, `(module (func) (func) (table 2 funcref) (elem (i32.const 0) 0 1))`,
			`(module (import "a" "b" (func $f (param i32))) (func (call $f (i32.const 1))))`, `(module (func $f (import "a" "b") (param i32)))`,
			`(module (func (export "a") (export "b")))`, `(module (func (drop (f32.const +inf)) (drop (f64.const -nan)) (drop (f32.const 0x1p3)) (drop (i32.const 1_000))))`,
			`(module binary "\00asm\01\00\00\00")`, `(module quote "(func)")`, `(module (func (block (br 0)) (loop (br_if 0 (i32.const 0)))))`,
			`(module (func (param externref) (drop (ref.is_null (local.get 0)))))`, `(module (func (param externref) (drop (ref.is_null extern (local.get 0)))))`,
			`(module (func (if (i32.const 1) (nop))))`, `(module (func (if (i32.const 1) (nop) (nop))))`,
			`(module (func (result i32) (if (result i32) (i32.const 1) (i32.const 2) (i32.const 3))))`,
			`(module (func (drop (i32.trunc_s:sat/f32 (f32.const 1)))))`, `(module (func (drop (i64.trunc_u:sat/f64 (f64.const 1)))))`,
			`(module (func (drop (i64.reinterpret/f64 (f64.const 1)))))`, `(module (func (drop (f32.convert_s/i32 (i32.const 1)))))`,
			`(module (func (drop (f64.promote/f32 (f32.const 1)))))`, `(module (memory 1) (data passive "x"))`, `(module (event))`,
			`(module (func (try (do) (catch_all))))`, `(module (func (let (local i32) (nop))))`,
			`(module (memory 1 1 shared) (func (drop (atomic.notify (i32.const 0) (i32.const 0)))))`,
			`(module (; a comment ;) (func) ;; another
			)`,
		} {
			bytes, err := wasmer.Wat2Wasm(text)
			if err != nil {
				sayError(fmt.Sprintf("%q", text), err)
			} else {
				say(fmt.Sprintf("%q", text), fmt.Sprintf("%x", bytes))
			}
		}
	},
	"module-errors": func() {
		store := newStore()
		for _, wrong := range wrongModules {
			module, err := wasmer.NewModule(store, []byte(wrong.bytes))
			sayError(wrong.name, err)
			if err != nil && module != nil {
				say(wrong.name+", module", "not nil")
			}
		}
	},
	"validate-errors": func() {
		store := newStore()
		for _, wrong := range wrongModules {
			sayError(wrong.name, wasmer.ValidateModule(store, []byte(wrong.bytes)))
		}
		sayError("a right one", wasmer.ValidateModule(store, []byte(sum)))
		sayError("a right one in binary", wasmer.ValidateModule(store, must(wasmer.Wat2Wasm(sum))))
	},
	"proposals": func() {
		store := newStore()
		for name, text := range map[string]string{
			"multiple values":     `(module (func (result i32 i32) (i32.const 1) (i32.const 2)))`,
			"sign extension":      `(module (func (result i32) (i32.extend8_s (i32.const 1))))`,
			"saturating":          `(module (func (result i32) (i32.trunc_sat_f32_s (f32.const 1))))`,
			"bulk memory":         `(module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))))`,
			"reference types":     `(module (func (param externref)))`,
			"SIMD":                `(module (func (param v128)))`,
			"threads":             `(module (memory 1 1 shared))`,
			"tail calls":          `(module (func (return_call 0)))`,
			"several memories":    `(module (memory 1) (memory 1))`,
			"memory64":            `(module (memory i64 1))`,
			"exceptions":          `(module (tag))`,
			"mutable globals out": `(module (global (export "g") (mut i32) (i32.const 0)))`,
		} {
			_, err := wasmer.NewModule(store, []byte(text))
			sayError(name, err)
		}
	},
	"module-name": func() {
		store := newStore()
		for _, text := range []string{`(module)`, `(module $name)`, `(module $a.b-c)`} {
			say(text, fmt.Sprintf("%q", compile(store, text).Name()))
		}
	},
	"module-imports": func() {
		for place, wanted := range compile(newStore(), everyExtern).Imports() {
			say(fmt.Sprint(place), wanted.Module(), wanted.Name(), describe(wanted.Type()))
		}
		say("none", len(compile(newStore(), `(module)`).Imports()))
	},
	"module-exports": func() {
		for place, given := range compile(newStore(), everyExtern).Exports() {
			say(fmt.Sprint(place), given.Name(), describe(given.Type()))
		}
		say("none", len(compile(newStore(), `(module)`).Exports()))
	},
	"module-exports-sorted-before-instances-are-made": func() {
		module := compile(newStore(), `(module (func (export "b") (result i32) (i32.const 1)) (func (export "a") (result i64) (i64.const 2)))`)
		copied := append([]*wasmer.ExportType(nil), module.Exports()...)
		sort.Slice(copied, func(i, j int) bool { return copied[i].Name() < copied[j].Name() })
		instance := must(wasmer.NewInstance(module, wasmer.NewImportObject()))
		call("a", instance, "a")
		call("b", instance, "b")
	},
	"module-from-text-and-from-binary": func() {
		store := newStore()
		for name, bytes := range map[string][]byte{"text": []byte(sum), "binary": must(wasmer.Wat2Wasm(sum))} {
			module := must(wasmer.NewModule(store, bytes))
			call(name, must(wasmer.NewInstance(module, wasmer.NewImportObject())), "sum", -1, 1)
		}
	},
	"module-serialized": func() {
		store := newStore()
		bytes := must(compile(store, everyExtern).Serialize())
		say("bytes", len(bytes) > 0)
		module := must(wasmer.DeserializeModule(newStore(), bytes))
		say("name", fmt.Sprintf("%q", module.Name()))
		for place, wanted := range module.Imports() {
			say(fmt.Sprint("import ", place), wanted.Module(), wanted.Name(), describe(wanted.Type()))
		}
		for place, given := range module.Exports() {
			say(fmt.Sprint("export ", place), given.Name(), describe(given.Type()))
		}
		again := must(wasmer.DeserializeModule(store, must(compile(store, sum).Serialize())))
		call("sum", must(wasmer.NewInstance(again, wasmer.NewImportObject())), "sum", 40, 2)
	},
	"module-serialized-twice": func() {
		store := newStore()
		first := must(wasmer.DeserializeModule(store, must(compile(store, sum).Serialize())))
		second := must(wasmer.DeserializeModule(store, must(first.Serialize())))
		call("sum", must(wasmer.NewInstance(second, wasmer.NewImportObject())), "sum", 40, 2)
	},
	"deserialize-nothing": func() {
		_, err := wasmer.DeserializeModule(newStore(), nil)
		sayError("error", err)
	},
	"deserialize-garbage": func() {
		_, err := wasmer.DeserializeModule(newStore(), []byte(strings.Repeat("garbage ", 100)))
		sayError("error", err)
	},
	"deserialize-wasm": func() {
		_, err := wasmer.DeserializeModule(newStore(), must(wasmer.Wat2Wasm(sum)))
		sayError("error", err)
	},
	"module-closed-while-an-instance-runs-on": func() {
		module := compile(newStore(), sum)
		instance := must(wasmer.NewInstance(module, wasmer.NewImportObject()))
		module.Close()
		call("sum", instance, "sum", 1, 2)
	},
	"module-of-many-functions": func() {
		var text strings.Builder
		text.WriteString("(module")
		for number := range 2000 {
			fmt.Fprintf(&text, ` (func (export "f%d") (result i32) (i32.const %d))`, number, number)
		}
		instance := start(text.String() + ")")
		call("first", instance, "f0")
		call("last", instance, "f1999")
	},
}
