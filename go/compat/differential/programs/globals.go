package main

import (
	"fmt"

	"github.com/wasmerio/wasmer-go/wasmer"
)

const withGlobals = `(module
  (global (export "i32") (mut i32) (i32.const -1)) (global (export "i64") (mut i64) (i64.const -2))
  (global (export "f32") (mut f32) (f32.const 0.5)) (global (export "f64") (mut f64) (f64.const 0.25))
  (global (export "constant") i32 (i32.const 9)) (func (export "see") (result i32 i64 f32 f64) (global.get 0) (global.get 1) (global.get 2) (global.get 3)))`

func sayGlobal(label string, global *wasmer.Global) {
	value, err := global.Get()
	sayResult(label, value, err)
}

// sayNewGlobal makes a global of a kind from a value.
func sayNewGlobal(label string, kind wasmer.ValueKind, value wasmer.Value) {
	try(label, func() any {
		global := wasmer.NewGlobal(newStore(), wasmer.NewGlobalType(wasmer.NewValueType(kind), wasmer.MUTABLE), value)
		got, err := global.Get()
		return fmt.Sprint(typed(got), " ", err)
	})
}

var globals = programs{
	"globals-of-an-instance": func() {
		instance := start(withGlobals)
		for _, name := range []string{"i32", "i64", "f32", "f64", "constant"} {
			global := must(instance.Exports.GetGlobal(name))
			sayGlobal(name, global)
			say(name+" type", global.Type().Mutability(), global.Type().ValueType().Kind(), describe(global.IntoExtern().Type()))
		}
	},
	"globals-set": func() {
		instance := start(withGlobals)
		for name, value := range map[string]any{"i32": 100, "i64": int64(1) << 40, "f32": float32(1.5), "f64": 2.5} {
			global := must(instance.Exports.GetGlobal(name))
			sayError("set "+name, global.Set(value, kindsByName[name]))
			sayGlobal("get "+name, global)
		}
		call("what the guest sees", instance, "see")
	},
	"global-immutable": func() {
		global := must(start(withGlobals).Exports.GetGlobal("constant"))
		sayError("set", global.Set(1, wasmer.I32))
		sayError("set a wrong value", global.Set("text", wasmer.I32))
		sayGlobal("get", global)
	},
	"global-set-to-a-value-of-another-kind": func() {
		global := must(start(withGlobals).Exports.GetGlobal("i32"))
		try("a string", func() any { return global.Set("text", wasmer.I32) })
		try("a float", func() any { return global.Set(1.5, wasmer.I32) })
		try("nil", func() any { return global.Set(nil, wasmer.I32) })
		sayGlobal("get", global)
	},
	"global-set-by-another-kind": func() {
		global := must(start(withGlobals).Exports.GetGlobal("i32"))
		try("as i64", func() any { return global.Set(5, wasmer.I64) })
		sayGlobal("get", global)
	},
	"global-of-the-host": func() {
		store := newStore()
		global := wasmer.NewGlobal(store, wasmer.NewGlobalType(wasmer.NewValueType(wasmer.I64), wasmer.MUTABLE), wasmer.NewI64(5))
		sayGlobal("get", global)
		instance := must(startWith(store, `(module (import "env" "g" (global (mut i64))) (export "g" (global 0))
  (func (export "add") (result i64) (global.set 0 (i64.add (global.get 0) (i64.const 10))) (global.get 0)))`, map[string]wasmer.IntoExtern{"g": global}))
		call("add", instance, "add")
		sayGlobal("after it", global)
		sayError("set", global.Set(100, wasmer.I64))
		call("add again", instance, "add")
		sayGlobal("as exported", must(instance.Exports.GetGlobal("g")))
		say("type", global.Type().Mutability(), global.Type().ValueType().Kind())
	},
	"global-of-the-host-immutable": func() {
		store := newStore()
		global := wasmer.NewGlobal(store, wasmer.NewGlobalType(wasmer.NewValueType(wasmer.F64), wasmer.IMMUTABLE), wasmer.NewF64(1.5))
		sayError("set", global.Set(2.5, wasmer.F64))
		sayGlobal("get", global)
		call("guest", must(startWith(store, `(module (import "env" "g" (global f64)) (func (export "see") (result f64) (global.get 0)))`,
			map[string]wasmer.IntoExtern{"g": global})), "see")
	},
	"global-of-the-host-by-kind": func() {
		sayNewGlobal("i32", wasmer.I32, wasmer.NewI32(1))
		sayNewGlobal("i64", wasmer.I64, wasmer.NewI64(2))
		sayNewGlobal("f32", wasmer.F32, wasmer.NewF32(float32(3)))
		sayNewGlobal("f64", wasmer.F64, wasmer.NewF64(4.0))
	},
	"global-of-the-host-from-another-kind": func() { sayNewGlobal("i64 from i32", wasmer.I64, wasmer.NewI32(1)) },
	"table-of-an-instance": func() {
		table := must(start(exporter).Exports.GetTable("table"))
		size := table.Size()
		say("size", size, size.ToUint32(), fmt.Sprintf("%T", size))
		say("type", describe(table.IntoExtern().Type()))
		say("there and back", table.IntoExtern().IntoTable().Size(), table.IntoExtern().Kind())
	},
	"table-without-a-maximum": func() {
		table := must(start(`(module (table (export "table") 3 funcref))`).Exports.GetTable("table"))
		ty := table.IntoExtern().Type().IntoTableType()
		say("type", ty.Limits().Minimum(), ty.Limits().Maximum() == wasmer.LimitMaxUnbound(), ty.ValueType().Kind())
	},
	"table-from-another-instance": func() {
		store := newStore()
		first := must(wasmer.NewInstance(compile(store, `(module (table (export "table") 2 funcref) (func $f (result i32) (i32.const 42)) (elem (i32.const 1) $f))`), wasmer.NewImportObject()))
		second := must(startWith(store, `(module (type $t (func (result i32))) (import "env" "table" (table 1 funcref))
  (func (export "call") (param i32) (result i32) (call_indirect (type $t) (local.get 0))))`,
			map[string]wasmer.IntoExtern{"table": must(first.Exports.GetTable("table"))}))
		call("call", second, "call", 1)
		call("null", second, "call", 0)
		call("outside", second, "call", 2)
	},
}
