package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/wasmerio/wasmer-go/wasmer"
)

const preview1 = `"wasi_snapshot_preview1"`

// A guest whose exports call WASI; the host reads its memory.
const guest = `(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $env_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $env (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 2000) "to standard output\n") (data (i32.const 2100) "to standard error\n")
  (func (export "_start") (drop (call $print (i32.const 1) (i32.const 2000) (i32.const 19))) (drop (call $print (i32.const 2) (i32.const 2100) (i32.const 18))))
  (func $print (export "print") (param i32 i32 i32) (result i32)
    (i32.store (i32.const 0) (local.get 1)) (i32.store (i32.const 4) (local.get 2)) (call $write (local.get 0) (i32.const 0) (i32.const 1) (i32.const 8)))
  (func (export "args") (result i32 i32 i32) (drop (call $args_sizes (i32.const 0) (i32.const 4))) (call $args (i32.const 16) (i32.const 1024)) (i32.load (i32.const 0)) (i32.load (i32.const 4)))
  (func (export "env") (result i32 i32 i32) (drop (call $env_sizes (i32.const 0) (i32.const 4))) (call $env (i32.const 16) (i32.const 1024)) (i32.load (i32.const 0)) (i32.load (i32.const 4)))
  (func (export "read") (result i32 i32) (i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.const 100))
    (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)) (i32.load (i32.const 8))))`

// wasiGuest makes an instance of a module for WASI.
func wasiGuest(text string, builder *wasmer.WasiStateBuilder) (*wasmer.Instance, *wasmer.WasiEnvironment) {
	store := newStore()
	module := compile(store, text)
	environment := must(builder.Finalize())
	imports := must(environment.GenerateImportObject(store, module))
	return must(wasmer.NewInstance(module, imports)), environment
}

// sayList calls "args" or "env" and tells the texts in memory.
func sayList(label string, instance *wasmer.Instance, name string) {
	found := must(must(instance.Exports.GetFunction(name))()).([]any)
	say(label, found[0], found[1], fmt.Sprintf("%q", must(instance.Exports.GetMemory("memory")).Data()[1024:1024+found[2].(int32)]))
}

func exits(code int, name string) string {
	return fmt.Sprintf(`(module (import %s "proc_exit" (func $exit (param i32))) (memory (export "memory") 1) (func (export %q) (call $exit (i32.const %d))))`, preview1, name, code)
}

// sayFinalize makes an environment, and tells whether that went well.
func sayFinalize(label string, builder *wasmer.WasiStateBuilder) {
	_, err := builder.Finalize()
	sayError(label, err)
}

var wasi = programs{
	"wasi-versions": func() {
		for _, version := range []wasmer.WasiVersion{wasmer.WASI_VERSION_LATEST, wasmer.WASI_VERSION_SNAPSHOT0, wasmer.WASI_VERSION_SNAPSHOT1, wasmer.WASI_VERSION_INVALID} {
			say(version.String(), int(version))
		}
		store := newStore()
		for _, text := range []string{
			`(module)`, `(module (import "env" "f" (func)))`, `(module (import "wasi_unstable" "fd_close" (func (param i32) (result i32))))`,
			`(module (import "wasi_snapshot_preview1" "fd_close" (func (param i32) (result i32))))`,
			`(module (import "wasi_snapshot_preview1" "fd_close" (func (param i32) (result i32))) (import "env" "f" (func)))`,
		} {
			say(text, wasmer.GetWasiVersion(compile(store, text)))
		}
	},
	"wasi-version-of-both": func() {
		text := `(module (import "wasi_unstable" "fd_close" (func (param i32) (result i32))) (import "wasi_snapshot_preview1" "fd_close" (func (param i32) (result i32))))`
		say("version", wasmer.GetWasiVersion(compile(newStore(), text)))
	},
	"wasi-arguments": func() {
		instance, _ := wasiGuest(guest, wasmer.NewWasiStateBuilder("the program").Argument("--first").Argument("").Argument("é"))
		sayList("arguments", instance, "args")
		sayList("environment", instance, "env")
	},
	"wasi-environment": func() {
		instance, _ := wasiGuest(guest, wasmer.NewWasiStateBuilder("p").Environment("A", "b").Environment("EMPTY", "").Environment("C", "d=e"))
		sayList("environment", instance, "env")
	},
	"wasi-environment-of-one-key-twice": func() {
		instance, _ := wasiGuest(guest, wasmer.NewWasiStateBuilder("p").Environment("A", "first").Environment("A", "second"))
		sayList("environment", instance, "env")
	},
	"wasi-empty-program-name": func() {
		instance, _ := wasiGuest(guest, wasmer.NewWasiStateBuilder(""))
		sayList("arguments", instance, "args")
	},
	"wasi-odd-texts": func() {
		sayFinalize("argument with a line end", wasmer.NewWasiStateBuilder("p").Argument("a\nb"))
		sayFinalize("key with =", wasmer.NewWasiStateBuilder("p").Environment("a=b", "c"))
		sayFinalize("empty key", wasmer.NewWasiStateBuilder("p").Environment("", "c"))
		sayFinalize("argument not UTF-8", wasmer.NewWasiStateBuilder("p").Argument("\xff"))
		sayFinalize("value not UTF-8", wasmer.NewWasiStateBuilder("p").Environment("a", "\xff"))
	},
	"wasi-texts-with-a-nul": func() {
		sayFinalize("argument", wasmer.NewWasiStateBuilder("p").Argument("a\x00b"))
		sayFinalize("key", wasmer.NewWasiStateBuilder("p").Environment("a\x00b", "c"))
		sayFinalize("value", wasmer.NewWasiStateBuilder("p").Environment("a", "b\x00c"))
		sayFinalize("name", wasmer.NewWasiStateBuilder("p\x00q"))
	},
	"wasi-output-captured": func() {
		instance, environment := wasiGuest(guest, wasmer.NewWasiStateBuilder("p").CaptureStdout().CaptureStderr())
		result, err := must(instance.Exports.GetWasiStartFunction())()
		sayResult("start", result, err)
		say("output", fmt.Sprintf("%q", environment.ReadStdout()))
		say("error output", fmt.Sprintf("%q", environment.ReadStderr()))
		say("output, read again", fmt.Sprintf("%q", environment.ReadStdout()))
		call("print", instance, "print", 1, 2000, 2)
		say("output, once more", fmt.Sprintf("%q", environment.ReadStdout()))
	},
	"wasi-output-inherited": func() {
		instance, _ := wasiGuest(guest, wasmer.NewWasiStateBuilder("p").InheritStdout().InheritStderr())
		call("print", instance, "print", 1, 2000, 19)
		call("print error", instance, "print", 2, 2100, 18)
	},
	"wasi-output-by-default": func() {
		instance, _ := wasiGuest(guest, wasmer.NewWasiStateBuilder("p"))
		call("print", instance, "print", 1, 2000, 19)
	},
	"wasi-output-not-captured": func() {
		_, environment := wasiGuest(guest, wasmer.NewWasiStateBuilder("p").InheritStdout())
		try("output", func() any { return len(environment.ReadStdout()) })
	},
	"wasi-input-inherited": func() {
		instance, _ := wasiGuest(guest, wasmer.NewWasiStateBuilder("p").InheritStdin())
		call("read", instance, "read")
		say("memory", fmt.Sprintf("%q", must(instance.Exports.GetMemory("memory")).Data()[1024:1030]))
	},
	"wasi-input-by-default": func() {
		instance, _ := wasiGuest(guest, wasmer.NewWasiStateBuilder("p"))
		call("read", instance, "read")
	},
	"wasi-builder-used-twice": func() {
		builder := wasmer.NewWasiStateBuilder("p")
		sayFinalize("first", builder)
		sayFinalize("second", builder)
	},
	"wasi-exit": func() {
		for _, code := range []int{0, 1, 3, 255, 256, -1} {
			instance, _ := wasiGuest(exits(code, "_start"), wasmer.NewWasiStateBuilder("p"))
			_, err := must(instance.Exports.GetFunction("_start"))()
			sayError(fmt.Sprint(code), err)
			say(fmt.Sprint(code, ", is a *TrapError"), errors.As(err, new(*wasmer.TrapError)))
			_, asserted := err.(*wasmer.TrapError)
			say(fmt.Sprint(code, ", asserted"), asserted)
		}
	},
	"wasi-exit-by-the-start-function": func() {
		for _, code := range []int{0, 3} {
			instance, _ := wasiGuest(exits(code, "_start"), wasmer.NewWasiStateBuilder("p"))
			_, err := must(instance.Exports.GetWasiStartFunction())()
			sayError(fmt.Sprint(code), err)
		}
	},
	"wasi-exit-by-another-function": func() {
		instance, _ := wasiGuest(exits(4, "run"), wasmer.NewWasiStateBuilder("p"))
		_, err := must(instance.Exports.GetFunction("run"))()
		sayTrap("exit", err)
	},
	"wasi-called-after-its-start": func() {
		instance, environment := wasiGuest(guest, wasmer.NewWasiStateBuilder("p").CaptureStdout().CaptureStderr())
		must(must(instance.Exports.GetWasiStartFunction())())
		sayList("arguments", instance, "args")
		say("output", fmt.Sprintf("%q", environment.ReadStdout()))
	},
	"wasi-start-function-missing": func() {
		instance, _ := wasiGuest(exits(4, "run"), wasmer.NewWasiStateBuilder("p"))
		_, err := instance.Exports.GetWasiStartFunction()
		sayError("error", err)
	},
	"wasi-start-function-without-wasi": func() {
		function, err := start(`(module (func (export "_start")))`).Exports.GetWasiStartFunction()
		sayError("error", err)
		if err == nil {
			result, err := function()
			sayResult("call", result, err)
		}
	},
	"wasi-imports-for-a-module-without-wasi": func() {
		store := newStore()
		imports, err := must(wasmer.NewWasiStateBuilder("p").Finalize()).GenerateImportObject(store, compile(store, sum))
		sayError("error", err)
		say("nil", imports == nil)
	},
	"wasi-unknown-function": func() {
		store := newStore()
		module := compile(store, `(module (import "wasi_snapshot_preview1" "nope" (func)) (memory (export "memory") 1))`)
		imports := must(must(wasmer.NewWasiStateBuilder("p").Finalize()).GenerateImportObject(store, module))
		_, err := wasmer.NewInstance(module, imports)
		sayError("instance", err)
	},
	"wasi-function-of-another-type": func() {
		store := newStore()
		module := compile(store, `(module (import "wasi_snapshot_preview1" "fd_close" (func (param i64) (result i32))) (memory (export "memory") 1))`)
		imports := must(must(wasmer.NewWasiStateBuilder("p").Finalize()).GenerateImportObject(store, module))
		_, err := wasmer.NewInstance(module, imports)
		sayError("instance", err)
	},
	"wasi-namespaces": func() {
		store := newStore()
		for _, name := range []string{"wasi_snapshot_preview1", "wasi_unstable"} {
			module := compile(store, fmt.Sprintf(`(module (import %q "fd_close" (func (param i32) (result i32))) (memory (export "memory") 1))`, name))
			imports := must(must(wasmer.NewWasiStateBuilder("p").Finalize()).GenerateImportObject(store, module))
			say(name, imports.ContainsNamespace("wasi_snapshot_preview1"), imports.ContainsNamespace("wasi_unstable"), imports.ContainsNamespace("env"))
		}
	},
	"wasi-with-host-functions": func() {
		store := newStore()
		module := compile(store, `(module (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32))) (import "env" "host" (func $host (result i32)))
  (memory (export "memory") 1) (func (export "call") (result i32 i32) (call $close (i32.const 99)) (call $host)))`)
		imports := must(must(wasmer.NewWasiStateBuilder("p").Finalize()).GenerateImportObject(store, module))
		imports.Register("env", map[string]wasmer.IntoExtern{"host": wasmer.NewFunction(store, wasmer.NewFunctionType(nil, typesOf("i32")),
			func([]wasmer.Value) ([]wasmer.Value, error) { return []wasmer.Value{wasmer.NewI32(42)}, nil })})
		call("call", must(wasmer.NewInstance(module, imports)), "call")
	},
	"wasi-function-replaced-by-the-host": func() {
		store := newStore()
		module := compile(store, `(module (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32))) (memory (export "memory") 1) (func (export "call") (result i32) (call $close (i32.const 99))))`)
		imports := must(must(wasmer.NewWasiStateBuilder("p").Finalize()).GenerateImportObject(store, module))
		imports.Register("wasi_snapshot_preview1", map[string]wasmer.IntoExtern{"fd_close": wasmer.NewFunction(store, wasmer.NewFunctionType(typesOf("i32"), typesOf("i32")),
			func([]wasmer.Value) ([]wasmer.Value, error) { return []wasmer.Value{wasmer.NewI32(42)}, nil })})
		call("call", must(wasmer.NewInstance(module, imports)), "call")
	},
	"wasi-guest-without-memory": func() {
		store := newStore()
		module := compile(store, `(module (import "wasi_snapshot_preview1" "sched_yield" (func (result i32))) (func (export "_start") (drop (call 0))))`)
		imports, err := must(wasmer.NewWasiStateBuilder("p").Finalize()).GenerateImportObject(store, module)
		sayError("imports", err)
		instance, err := wasmer.NewInstance(module, imports)
		sayError("instance", err)
		if err == nil {
			call("start", instance, "_start")
		}
	},
	"wasi-wrong-pointers": func() {
		instance, _ := wasiGuest(guest, wasmer.NewWasiStateBuilder("p"))
		call("outside of memory", instance, "print", 1, -1, 10)
		call("no such descriptor", instance, "print", 99, 0, 0)
	},
	"wasi-two-instances-of-one-environment": func() {
		store := newStore()
		module := compile(store, guest)
		environment := must(wasmer.NewWasiStateBuilder("p").CaptureStdout().Finalize())
		for number := range 2 {
			instance := must(wasmer.NewInstance(module, must(environment.GenerateImportObject(store, module))))
			call(fmt.Sprint("print ", number), instance, "print", 1, 2000, 3)
		}
		say("output", fmt.Sprintf("%q", environment.ReadStdout()))
	},
	"wasi-clock-and-random": func() {
		instance, _ := wasiGuest(`(module (import "wasi_snapshot_preview1" "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32))) (memory (export "memory") 1)
  (func (export "time") (param i32) (result i32) (call $time (local.get 0) (i64.const 1) (i32.const 0)))
  (func (export "random") (result i32) (call $random (i32.const 0) (i32.const 8))))`, wasmer.NewWasiStateBuilder("p"))
		for clock := range 2 {
			call(fmt.Sprint("clock ", clock), instance, "time", clock)
		}
		call("no such clock", instance, "time", 99)
		call("random", instance, "random")
	},
	"wasi-directories-that-are-not-there": func() {
		sayFinalize("preopened", wasmer.NewWasiStateBuilder("p").PreopenDirectory("/no/such/directory"))
		sayFinalize("mapped", wasmer.NewWasiStateBuilder("p").MapDirectory("d", "/no/such/directory"))
	},
	"wasi-directories-odd": func() {
		sayFinalize("empty alias", wasmer.NewWasiStateBuilder("p").MapDirectory("", os.TempDir()))
		sayFinalize("empty directory", wasmer.NewWasiStateBuilder("p").MapDirectory("d", ""))
		sayFinalize("one alias twice", wasmer.NewWasiStateBuilder("p").MapDirectory("d", os.TempDir()).MapDirectory("d", os.TempDir()))
		sayFinalize("alias /", wasmer.NewWasiStateBuilder("p").MapDirectory("/", os.TempDir()))
		sayFinalize("alias ..", wasmer.NewWasiStateBuilder("p").MapDirectory("..", os.TempDir()))
		sayFinalize("preopened empty", wasmer.NewWasiStateBuilder("p").PreopenDirectory(""))
	},
}
