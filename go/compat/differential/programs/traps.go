package main

import (
	"errors"
	"fmt"

	"github.com/wasmerio/wasmer-go/wasmer"
)

const trapping = `(module $trapping (memory 1) (table 3 funcref) (type $none (func)) (type $one (func (result i32)))
  (func $gives (result i32) (i32.const 1)) (elem (i32.const 0) $gives)
  (func (export "unreachable") (unreachable))
  (func (export "divide by zero") (drop (i32.div_s (i32.const 1) (i32.const 0))))
  (func (export "remainder by zero") (drop (i64.rem_u (i64.const 1) (i64.const 0))))
  (func (export "overflow") (drop (i32.div_s (i32.const -2147483648) (i32.const -1))))
  (func (export "not a number") (drop (i32.trunc_f64_s (f64.const nan))))
  (func (export "too large a float") (drop (i32.trunc_f64_s (f64.const 1e10))))
  (func (export "load") (drop (i32.load (i32.const 65533))))
  (func (export "store") (i32.store (i32.const -1) (i32.const 0)))
  (func (export "table") (call_indirect (type $none) (i32.const 3)))
  (func (export "null") (call_indirect (type $none) (i32.const 1)))
  (func (export "signature") (call_indirect (type $none) (i32.const 0)))
  (func $recursion (export "recursion") (call $recursion))
  (func (export "memory.fill") (memory.fill (i32.const 65000) (i32.const 0) (i32.const 1000)))
  (func (export "table.init") (table.init 0 (i32.const 0) (i32.const 0) (i32.const 9))))`

var trapNames = []string{
	"unreachable", "divide by zero", "remainder by zero", "overflow", "not a number", "too large a float", "load", "store", "table",
	"null", "signature", "recursion", "memory.fill", "table.init",
}

const nested = `(module $nested (func $inner (unreachable)) (func $middle (nop) (call $inner)) (func (export "outer") (nop) (nop) (call $middle)))`

// sayTrap tells a trap's origin and trace.
func sayTrap(label string, err error) {
	sayError(label, err)
	var trap *wasmer.TrapError
	if !errors.As(err, &trap) {
		say(label+", trap", false)
		return
	}
	say(label+", origin", frame(trap.Origin()))
	for place, seen := range trap.Trace() {
		say(fmt.Sprint(label, ", frame ", place), frame(seen))
	}
}

func frame(seen *wasmer.Frame) string {
	if seen == nil {
		return "none"
	}
	return fmt.Sprintf("function %d, offsets %d %d", seen.FunctionIndex(), seen.FunctionOffset(), seen.ModuleOffset())
}

var traps = programs{
	"traps": func() {
		instance := start(trapping)
		for _, name := range trapNames {
			call(name, instance, name)
		}
		call("once more", instance, "unreachable")
	},
	"trap-frames": func() {
		_, err := must(start(nested).Exports.GetFunction("outer"))()
		sayTrap("trap", err)
	},
	"trap-frames-of-two-instances": func() {
		store := newStore()
		first := must(wasmer.NewInstance(compile(store, nested), wasmer.NewImportObject()))
		second := must(startWith(store, `(module (import "env" "outer" (func $f)) (func (export "call") (call $f)))`,
			map[string]wasmer.IntoExtern{"outer": must(first.Exports.GetRawFunction("outer"))}))
		_, err := must(second.Exports.GetFunction("call"))()
		sayTrap("trap", err)
	},
	"trap-frames-of-a-host-error": func() {
		instance := hosting("", "", func([]wasmer.Value) ([]wasmer.Value, error) { return nil, errors.New("of the host") })
		_, err := must(instance.Exports.GetFunction("call"))()
		sayTrap("trap", err)
	},
	"trap-in-the-start-function": func() {
		instance, err := wasmer.NewInstance(compile(newStore(), `(module (func $f (unreachable)) (start $f))`), wasmer.NewImportObject())
		sayTrap("trap", err)
		say("instance", instance == nil)
	},
	"trap-by-a-data-segment": func() {
		_, err := wasmer.NewInstance(compile(newStore(), `(module (memory 1) (data (i32.const 65535) "ab"))`), wasmer.NewImportObject())
		sayError("data", err)
	},
	"trap-by-an-element-segment": func() {
		_, err := wasmer.NewInstance(compile(newStore(), `(module (table 1 funcref) (func $f) (elem (i32.const 1) $f))`), wasmer.NewImportObject())
		sayError("element", err)
	},
	"trap-of-the-host": func() {
		store := newStore()
		trap := wasmer.NewTrap(store, "of the host")
		say("message", fmt.Sprintf("%q", trap.Message()))
		say("origin", trap.Origin() == nil)
		say("trace", trap.Trace() != nil)
	},
	"trap-of-the-host-in-other-texts": func() {
		for _, text := range []string{"é", "a\nb", "long " + fmt.Sprint(make([]int, 300))} {
			say(fmt.Sprintf("%.10q", text), wasmer.NewTrap(newStore(), text).Message() == text)
		}
	},
	"trap-of-the-host-empty": func() { say("message", fmt.Sprintf("%q", wasmer.NewTrap(newStore(), "").Message())) },
	"trap-of-the-host-with-a-nul": func() {
		say("message", fmt.Sprintf("%q", wasmer.NewTrap(newStore(), "a\x00b").Message()))
	},
	"trap-type": func() {
		_, err := must(start(trapping).Exports.GetFunction("unreachable"))()
		_, direct := err.(*wasmer.TrapError)
		say("asserted", direct)
		say("an *Error", errors.As(err, new(*wasmer.Error)))
		say("printed", fmt.Sprintf("%v|%s|%q", err, err, err))
	},
	"trap-frame-instance": func() {
		_, err := must(start(nested).Exports.GetFunction("outer"))()
		var trap *wasmer.TrapError
		errors.As(err, &trap)
		try("instance", func() any { trap.Origin().Instance(); return "nothing" })
	},
	"trap-leaves-the-instance-usable": func() {
		instance := start(`(module (global (export "g") (mut i32) (i32.const 0)) (func (export "f") (param i32) (result i32)
  (global.set 0 (i32.add (global.get 0) (i32.const 1))) (if (local.get 0) (then (unreachable))) (global.get 0)))`)
		call("first", instance, "f", 1)
		call("second", instance, "f", 0)
		sayGlobal("global", must(instance.Exports.GetGlobal("g")))
	},
}
