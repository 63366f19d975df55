package main

import (
	"errors"
	"fmt"

	"github.com/wasmerio/wasmer-go/wasmer"
)

const exporter = `(module
  (memory (export "memory") 1 3) (table (export "table") 2 4 funcref) (global (export "variable") (mut i32) (i32.const 7))
  (global (export "constant") i64 (i64.const 8)) (func (export "function") (param i32) (result i32) (i32.add (local.get 0) (global.get 0)))
  (func (export "") (result i32) (i32.const 1)) (func (export "é ü") (result i32) (i32.const 2)))`

// sayImport imports env.x, wanted as a type, and gives an extern for it.
func sayImport(label, wanted string, give func(*wasmer.Store) wasmer.IntoExtern) {
	store := newStore()
	_, err := startWith(store, `(module (import "env" "x" `+wanted+`))`, map[string]wasmer.IntoExtern{"x": give(store)})
	sayError(label, err)
}

func aFunction(store *wasmer.Store) wasmer.IntoExtern {
	return wasmer.NewFunction(store, wasmer.NewFunctionType(typesOf("i32"), nil), func([]wasmer.Value) ([]wasmer.Value, error) { return nil, nil })
}

func aGlobal(store *wasmer.Store) wasmer.IntoExtern {
	return wasmer.NewGlobal(store, wasmer.NewGlobalType(wasmer.NewValueType(wasmer.I32), wasmer.MUTABLE), wasmer.NewI32(1))
}

func aMemory(store *wasmer.Store) wasmer.IntoExtern {
	return wasmer.NewMemory(store, wasmer.NewMemoryType(must(wasmer.NewLimits(1, 3))))
}

var imports = programs{
	"import-missing": func() {
		store := newStore()
		module := compile(store, `(module (import "a" "b" (func)))`)
		_, err := wasmer.NewInstance(module, wasmer.NewImportObject())
		sayError("nothing registered", err)
		object := wasmer.NewImportObject()
		object.Register("a", map[string]wasmer.IntoExtern{})
		_, err = wasmer.NewInstance(module, object)
		sayError("an empty namespace", err)
		var known *wasmer.Error
		say("is an *Error", errors.As(err, &known))
	},
	"import-several-missing": func() {
		_, err := wasmer.NewInstance(compile(newStore(), `(module (import "a" "b" (func)) (import "c" "d" (memory 1)))`), wasmer.NewImportObject())
		sayError("error", err)
	},
	"import-nil-object": func() {
		store := newStore()
		try("nothing wanted", func() any { _, err := wasmer.NewInstance(compile(store, sum), nil); return err })
		try("something wanted", func() any {
			_, err := wasmer.NewInstance(compile(store, `(module (import "a" "b" (func)))`), nil)
			return err
		})
	},
	"import-a-nil-extern": func() {
		object := wasmer.NewImportObject()
		object.Register("a", map[string]wasmer.IntoExtern{"b": nil})
		_, err := wasmer.NewInstance(compile(newStore(), `(module (import "a" "b" (func)))`), object)
		sayError("error", err)
	},
	"import-of-another-kind": func() {
		sayImport("a global for a function", `(func)`, aGlobal)
		sayImport("a function for a global", `(global i32)`, aFunction)
		sayImport("a memory for a table", `(table 1 funcref)`, aMemory)
		sayImport("a function for a memory", `(memory 1)`, aFunction)
	},
	"import-of-another-function-type": func() {
		sayImport("a result more", `(func (param i32) (result i32))`, aFunction)
		sayImport("another parameter", `(func (param i64))`, aFunction)
		sayImport("the right one", `(func (param i32))`, aFunction)
	},
	"import-of-another-global-type": func() {
		sayImport("i64", `(global (mut i64))`, aGlobal)
		sayImport("immutable", `(global i32)`, aGlobal)
		sayImport("the right one", `(global (mut i32))`, aGlobal)
	},
	"import-of-another-memory-type": func() {
		sayImport("too small", `(memory 2)`, aMemory)
		sayImport("may grow too far", `(memory 1 2)`, aMemory)
		sayImport("any size", `(memory 0)`, aMemory)
		sayImport("the right one", `(memory 1 3)`, aMemory)
	},
	"import-object": func() {
		store := newStore()
		object := wasmer.NewImportObject()
		say("before", object.ContainsNamespace("env"))
		first := map[string]wasmer.IntoExtern{"f": aFunction(store)}
		object.Register("env", first)
		object.Register("env", map[string]wasmer.IntoExtern{"g": aGlobal(store)})
		object.Register("", nil)
		say("after", object.ContainsNamespace("env"), object.ContainsNamespace(""), object.ContainsNamespace("other"))
		say("the caller's map", len(first))
		_, err := wasmer.NewInstance(compile(store, `(module (import "env" "f" (func (param i32))) (import "env" "g" (global (mut i32))))`), object)
		sayError("instance", err)
		first["late"] = aMemory(store)
		_, err = wasmer.NewInstance(compile(store, `(module (import "env" "late" (memory 1)))`), object)
		sayError("added to the caller's map", err)
	},
	"import-what-is-not-wanted": func() {
		store := newStore()
		instance, err := startWith(store, sum, map[string]wasmer.IntoExtern{"f": aFunction(store), "m": aMemory(store)})
		sayError("instance", err)
		call("sum", instance, "sum", 1, 2)
	},
	"import-the-last-one-counts": func() {
		store := newStore()
		object := wasmer.NewImportObject()
		for number := range 2 {
			object.Register("env", map[string]wasmer.IntoExtern{"host": wasmer.NewFunction(store, wasmer.NewFunctionType(nil, typesOf("i32")),
				func([]wasmer.Value) ([]wasmer.Value, error) { return []wasmer.Value{wasmer.NewI32(number)}, nil })})
		}
		call("call", must(wasmer.NewInstance(compile(store, callsHost("", "i32")), object)), "call")
	},
	"import-one-twice": func() {
		store := newStore()
		instance := must(startWith(store, `(module (import "env" "f" (func $a (param i32))) (import "env" "f" (func $b (param i32)))
  (func (export "call") (call $a (i32.const 1)) (call $b (i32.const 2))))`, map[string]wasmer.IntoExtern{"f": aFunction(store)}))
		call("call", instance, "call")
	},
	"import-from-another-instance": func() {
		store := newStore()
		first := must(wasmer.NewInstance(compile(store, exporter), wasmer.NewImportObject()))
		second, err := startWith(store, `(module (import "env" "function" (func $f (param i32) (result i32))) (import "env" "variable" (global $v (mut i32)))
  (import "env" "memory" (memory 1)) (import "env" "table" (table 1 funcref))
  (func (export "call") (result i32) (global.set $v (i32.const 30)) (i32.store (i32.const 0) (i32.const 77)) (call $f (i32.const 12))))`,
			map[string]wasmer.IntoExtern{
				"function": must(first.Exports.GetRawFunction("function")), "variable": must(first.Exports.GetGlobal("variable")),
				"memory": must(first.Exports.GetMemory("memory")), "table": must(first.Exports.GetTable("table")),
			})
		sayError("instance", err)
		call("call", second, "call")
		say("memory", must(first.Exports.GetMemory("memory")).Data()[0])
		value, err := must(first.Exports.GetGlobal("variable")).Get()
		sayResult("variable", value, err)
	},
	"import-from-two-instances": func() {
		store := newStore()
		first := must(wasmer.NewInstance(compile(store, sum), wasmer.NewImportObject()))
		second := must(wasmer.NewInstance(compile(store, exporter), wasmer.NewImportObject()))
		third, err := startWith(store, `(module (import "env" "sum" (func $s (param i32 i32) (result i32))) (import "env" "function" (func $f (param i32) (result i32)))
  (func (export "call") (result i32) (call $f (call $s (i32.const 1) (i32.const 2)))))`,
			map[string]wasmer.IntoExtern{"sum": must(first.Exports.GetRawFunction("sum")), "function": must(second.Exports.GetRawFunction("function"))})
		sayError("instance", err)
		if err == nil {
			call("call", third, "call")
		}
	},
	"import-from-another-store": func() {
		first := start(sum)
		second, err := startWith(newStore(), `(module (import "env" "sum" (func $s (param i32 i32) (result i32))) (func (export "call") (result i32) (call $s (i32.const 1) (i32.const 2))))`,
			map[string]wasmer.IntoExtern{"sum": must(first.Exports.GetRawFunction("sum"))})
		sayError("instance", err)
		if err == nil {
			call("call", second, "call")
		}
	},
	"exports": func() {
		instance := start(exporter)
		for _, name := range []string{"memory", "table", "variable", "constant", "function", "", "é ü"} {
			extern, err := instance.Exports.Get(name)
			if err != nil {
				sayError(fmt.Sprintf("%q", name), err)
				continue
			}
			say(fmt.Sprintf("%q", name), extern.Kind(), describe(extern.Type()))
			say(fmt.Sprintf("%q as", name), extern.IntoFunction() != nil, extern.IntoGlobal() != nil, extern.IntoTable() != nil, extern.IntoMemory() != nil)
			say(fmt.Sprintf("%q into extern", name), extern.IntoExtern() == extern)
		}
		call("the empty name", instance, "")
		call("not ASCII", instance, "é ü")
	},
	"exports-that-are-not-there": func() {
		exports := start(exporter).Exports
		_, err := exports.Get("nobody")
		sayError("Get", err)
		_, err = exports.GetFunction("nobody")
		sayError("GetFunction", err)
		_, err = exports.GetRawFunction("nobody")
		sayError("GetRawFunction", err)
		_, err = exports.GetGlobal("nobody")
		sayError("GetGlobal", err)
		_, err = exports.GetTable("nobody")
		sayError("GetTable", err)
		_, err = exports.GetMemory("nobody")
		sayError("GetMemory", err)
		_, err = exports.Get("Memory")
		sayError("another case", err)
		_, err = exports.GetWasiStartFunction()
		sayError("GetWasiStartFunction", err)
	},
	"exports-of-another-kind": func() {
		exports := start(exporter).Exports
		memory, err := exports.GetMemory("function")
		say("GetMemory", memory == nil, err)
		global, err := exports.GetGlobal("function")
		say("GetGlobal", global == nil, err)
		table, err := exports.GetTable("function")
		say("GetTable", table == nil, err)
		function, err := exports.GetRawFunction("memory")
		say("GetRawFunction", function == nil, err)
	},
	"exports-a-function-of-another-kind": func() {
		exports := start(exporter).Exports
		try("GetFunction", func() any { function, err := exports.GetFunction("memory"); return fmt.Sprint(function == nil, err) })
	},
	"exports-of-odd-names": func() {
		instance := start(`(module (func (export "a\00b") (result i32) (i32.const 1)) (func (export "a") (result i32) (i32.const 2)) (func (export " ") (result i32) (i32.const 3)))`)
		for _, name := range []string{"a\x00b", "a", " "} {
			function, err := instance.Exports.GetFunction(name)
			if err != nil {
				sayError(fmt.Sprintf("%q", name), err)
				continue
			}
			result, err := function()
			sayResult(fmt.Sprintf("%q", name), result, err)
		}
	},
	"exports-of-one-name-twice": func() {
		exports := start(sum).Exports
		first, second := must(exports.GetRawFunction("sum")), must(exports.GetRawFunction("sum"))
		say("the results", must(first.Call(1, 2)), must(second.Call(3, 4)))
		say("the same extern", must(exports.Get("sum")) == must(exports.Get("sum")))
	},
	"exports-of-imports": func() {
		store := newStore()
		instance := must(startWith(store, `(module (import "env" "f" (func (param i32))) (import "env" "m" (memory 1)) (import "env" "g" (global (mut i32)))
  (export "f" (func 0)) (export "m" (memory 0)) (export "g" (global 0)))`,
			map[string]wasmer.IntoExtern{"f": aFunction(store), "m": aMemory(store), "g": aGlobal(store)}))
		call("function", instance, "f", 1)
		say("memory", must(instance.Exports.GetMemory("m")).Size())
		value, err := must(instance.Exports.GetGlobal("g")).Get()
		sayResult("global", value, err)
	},
}
