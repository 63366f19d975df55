package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/wasmerio/wasmer-go/wasmer"
)

// What programs do that depend on wasmer-go: several parts of it together.
var uses = programs{
	// A policy engine: the guest allocates, the host writes a text there, and reads an answer that ends with a NUL.
	"use-strings-through-an-allocator": func() {
		instance := start(`(module (memory (export "memory") 1) (global $next (mut i32) (i32.const 1024))
  (func (export "allocate") (param i32) (result i32) (local $at i32) (local.set $at (global.get $next))
    (global.set $next (i32.add (global.get $next) (local.get 0))) (local.get $at))
  (func (export "reverse") (param $from i32) (param $size i32) (result i32) (local $to i32) (local $place i32)
    (local.set $to (global.get $next))
    (loop $each
      (i32.store8 (i32.add (local.get $to) (local.get $place))
        (i32.load8_u (i32.sub (i32.add (local.get $from) (local.get $size)) (i32.add (local.get $place) (i32.const 1)))))
      (local.set $place (i32.add (local.get $place) (i32.const 1)))
      (br_if $each (i32.lt_u (local.get $place) (local.get $size))))
    (local.get $to)))`)
		memory := must(instance.Exports.GetMemory("memory"))
		allocate, reverse := must(instance.Exports.GetFunction("allocate")), must(instance.Exports.GetFunction("reverse"))
		for _, text := range []string{"a text", "é", strings.Repeat("long ", 100)} {
			pointer := must(allocate(len(text))).(int32)
			copy(memory.Data()[pointer:], text)
			answer := must(reverse(pointer, len(text))).(int32)
			bytes := memory.Data()[answer:]
			say(fmt.Sprintf("%.8q", text), fmt.Sprintf("%q", bytes[:strings.IndexByte(string(bytes), 0)]))
		}
	},
	// A proxy's host: functions in several namespaces, with an environment that learns of its instance later.
	"use-environment-that-holds-the-instance": func() {
		type environment struct {
			instance *wasmer.Instance
			lines    []string
		}
		store, env := newStore(), &environment{}
		text := func(e interface{}, values []wasmer.Value) ([]wasmer.Value, error) {
			state := e.(*environment)
			data := must(state.instance.Exports.GetMemory("memory")).Data()
			state.lines = append(state.lines, string(data[values[0].I32():values[0].I32()+values[1].I32()]))
			return []wasmer.Value{wasmer.NewI32(len(state.lines))}, nil
		}
		fail := func(e interface{}, values []wasmer.Value) ([]wasmer.Value, error) {
			return nil, fmt.Errorf("status %d after %d lines", values[0].I32(), len(e.(*environment).lines))
		}
		imports := wasmer.NewImportObject()
		imports.Register("log", map[string]wasmer.IntoExtern{"text": wasmer.NewFunctionWithEnvironment(store, wasmer.NewFunctionType(typesOf("i32 i32"), typesOf("i32")), env, text)})
		imports.Register("control", map[string]wasmer.IntoExtern{"fail": wasmer.NewFunctionWithEnvironment(store, wasmer.NewFunctionType(typesOf("i32"), nil), env, fail)})
		env.instance = must(wasmer.NewInstance(compile(store, `(module (import "log" "text" (func $text (param i32 i32) (result i32)))
  (import "control" "fail" (func $fail (param i32))) (memory (export "memory") 1) (data (i32.const 0) "onetwothree")
  (func (export "run") (result i32) (drop (call $text (i32.const 0) (i32.const 3))) (drop (call $text (i32.const 3) (i32.const 3))) (call $text (i32.const 6) (i32.const 5)))
  (func (export "fail") (call $fail (i32.const 7))))`), imports))
		call("run", env.instance, "run")
		say("lines", env.lines)
		call("fail", env.instance, "fail")
		call("run again", env.instance, "run")
	},
	// A plugin's host: externs are handed on as they are.
	"use-externs-handed-on": func() {
		store := newStore()
		first := must(wasmer.NewInstance(compile(store, exporter), wasmer.NewImportObject()))
		env := map[string]wasmer.IntoExtern{}
		for _, name := range []string{"memory", "table", "variable", "constant", "function"} {
			env[name] = must(first.Exports.Get(name))
		}
		second, err := startWith(store, `(module (import "env" "memory" (memory 1 3)) (import "env" "table" (table 2 4 funcref)) (import "env" "variable" (global (mut i32)))
  (import "env" "constant" (global i64)) (import "env" "function" (func (param i32) (result i32)))
  (export "again" (func 0)) (func (export "see") (result i64 i32) (global.get 1) (i32.load8_u (i32.const 9))))`, env)
		sayError("instance", err)
		must(first.Exports.GetMemory("memory")).Data()[9] = 99
		call("see", second, "see")
		call("again", second, "again", 5)
		sayError("set", must(first.Exports.GetGlobal("variable")).Set(100, wasmer.I32))
		call("again, after the global was set", second, "again", 5)
	},
	// A service: one module, an instance for each request, of which some fail.
	"use-an-instance-for-each-request": func() {
		module := compile(newStore(), `(module (func (export "divide") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1))))`)
		for request := range 6 {
			instance := must(wasmer.NewInstance(module, wasmer.NewImportObject()))
			call(fmt.Sprint("request ", request), instance, "divide", 12, request%3)
			instance.Close()
		}
	},
	"use-errors-by-their-type": func() {
		store := newStore()
		tell := func(label string, err error) {
			switch known := err.(type) {
			case *wasmer.Error:
				say(label, "an *Error")
			case *wasmer.TrapError:
				say(label, "a *TrapError", known.Origin() != nil, len(known.Trace()))
			default:
				say(label, fmt.Sprintf("%T", known))
			}
		}
		_, err := wasmer.NewModule(store, []byte("(module"))
		tell("module", err)
		tell("validated", wasmer.ValidateModule(store, []byte("(module")))
		tell("validated well", wasmer.ValidateModule(store, []byte("(module)")))
		_, err = wasmer.DeserializeModule(store, []byte("nothing"))
		tell("deserialized", err)
		_, err = wasmer.NewLimits(2, 1)
		tell("limits", err)
		_, err = wasmer.NewInstance(compile(store, `(module (import "a" "b" (func)))`), wasmer.NewImportObject())
		tell("import", err)
		_, err = wasmer.NewInstance(compile(store, `(module (func unreachable) (start 0))`), wasmer.NewImportObject())
		tell("start", err)
		instance := start(trapping)
		_, err = instance.Exports.GetFunction("nobody")
		tell("export", err)
		_, err = must(instance.Exports.GetFunction("unreachable"))()
		tell("trap", err)
		_, err = must(instance.Exports.GetFunction("unreachable"))(1)
		tell("arguments", err)
		tell("wrapped", fmt.Errorf("wrapped: %w", errors.New("x")))
	},
	"use-modules-compiled-in-parallel": func() {
		store := newStore()
		results := make(chan int32)
		for number := range 8 {
			go func() {
				module := compile(store, fmt.Sprintf(`(module (func (export "f") (result i32) (i32.const %d)))`, number))
				instance := must(wasmer.NewInstance(module, wasmer.NewImportObject()))
				results <- must(must(instance.Exports.GetFunction("f"))()).(int32)
			}()
		}
		total := int32(0)
		for range 8 {
			total += <-results
		}
		say("total", total)
	},
	"use-a-host-function-in-a-table-of-the-guest": func() {
		store := newStore()
		host := wasmer.NewFunction(store, wasmer.NewFunctionType(typesOf("i32"), typesOf("i32")), func(given []wasmer.Value) ([]wasmer.Value, error) {
			return []wasmer.Value{wasmer.NewI32(given[0].I32() * 10)}, nil
		})
		instance := must(startWith(store, `(module (type $t (func (param i32) (result i32))) (import "env" "host" (func $host (type $t))) (table 2 funcref) (elem (i32.const 0) $host)
  (func (export "call") (param i32 i32) (result i32) (call_indirect (type $t) (local.get 1) (local.get 0))))`, map[string]wasmer.IntoExtern{"host": host}))
		call("host", instance, "call", 0, 4)
		call("null", instance, "call", 1, 4)
	},
	"use-a-host-function-that-is-exported-again": func() {
		store := newStore()
		host := wasmer.NewFunction(store, wasmer.NewFunctionType(typesOf("i32"), typesOf("i32")), func(given []wasmer.Value) ([]wasmer.Value, error) {
			if given[0].I32() == 0 {
				return nil, errors.New("of the host")
			}
			return given, nil
		})
		instance := must(startWith(store, `(module (import "env" "host" (func $host (param i32) (result i32))) (export "host" (func $host)))`, map[string]wasmer.IntoExtern{"host": host}))
		call("a value", instance, "host", 4)
		call("an error", instance, "host", 0)
		raw := must(instance.Exports.GetRawFunction("host"))
		say("type", kinds(raw.Type().Params()), kinds(raw.Type().Results()))
	},
}
