package main

import (
	"fmt"
	"strings"

	"github.com/wasmerio/wasmer-go/wasmer"
)

// How much there may be of something.
var sizes = programs{
	"size-of-the-guests-stack": func() {
		instance := start(`(module (func $down (export "down") (param i32) (result i32)
  (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 0)) (else (i32.add (i32.const 1) (call $down (i32.sub (local.get 0) (i32.const 1))))))))`)
		for _, depth := range []int{1000, 10000, 20000} {
			call(fmt.Sprint("depth ", depth), instance, "down", depth)
		}
		call("depth 10000000", instance, "down", 10000000)
		call("after it", instance, "down", 10)
	},
	"size-of-calls-back": func() {
		for _, depth := range []int{100, 200} {
			var instance *wasmer.Instance
			store := newStore()
			host := wasmer.NewFunction(store, wasmer.NewFunctionType(typesOf("i32"), typesOf("i32")), func(given []wasmer.Value) ([]wasmer.Value, error) {
				result, err := must(instance.Exports.GetFunction("down"))(given[0].I32())
				if err != nil {
					return nil, err
				}
				return []wasmer.Value{wasmer.NewI32(result)}, nil
			})
			instance = must(startWith(store, `(module (import "env" "host" (func $host (param i32) (result i32))) (func (export "down") (param i32) (result i32)
  (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 0)) (else (i32.add (i32.const 1) (call $host (i32.sub (local.get 0) (i32.const 1))))))))`,
				map[string]wasmer.IntoExtern{"host": host}))
			call(fmt.Sprint("depth ", depth), instance, "down", depth)
		}
	},
	"size-of-a-memory": func() {
		memory := must(start(`(module (memory (export "memory") 1))`).Exports.GetMemory("memory"))
		say("grown by 16000 pages", memory.Grow(16000))
		sayMemory("size", memory)
		memory.Data()[len(memory.Data())-1] = 1
		say("grown by 49534 pages", memory.Grow(49534))
		size := memory.Size()
		say("pages", size.ToUint32())
		say("grown to 65536", memory.Grow(1), memory.DataSize())
		say("grown beyond", memory.Grow(1))
	},
	"size-of-a-memory-to-begin-with": func() {
		memory := must(start(`(module (memory (export "memory") 30000) (func (export "f")))`).Exports.GetMemory("memory"))
		sayMemory("size", memory)
	},
	"size-of-a-table": func() {
		instance := start(`(module (table (export "table") 100000 funcref) (func (export "size") (result i32) (table.size 0))
  (func (export "grow") (param i32) (result i32) (table.grow 0 (ref.null func) (local.get 0))))`)
		call("size", instance, "size")
		call("grow", instance, "grow", 500000)
		table := must(instance.Exports.GetTable("table"))
		say("table", table.Size())
	},
	"number-of-instances-alive": func() {
		module := compile(newStore(), withMemory)
		var kept []*wasmer.Instance
		for number := range 1500 {
			instance, err := wasmer.NewInstance(module, wasmer.NewImportObject())
			if err != nil {
				sayError(fmt.Sprint("instance ", number), err)
				return
			}
			kept = append(kept, instance)
		}
		call("the first", kept[0], "size")
		call("the last", kept[len(kept)-1], "size")
	},
	"number-of-stores": func() {
		var kept []*wasmer.Instance
		for range 100 {
			kept = append(kept, start(sum))
		}
		call("the last", kept[99], "sum", 1, 2)
	},
	"number-of-host-functions": func() {
		store := newStore()
		calls := 0
		env := map[string]wasmer.IntoExtern{}
		var text strings.Builder
		text.WriteString("(module")
		for number := range 2000 {
			name := fmt.Sprint("f", number)
			env[name] = wasmer.NewFunction(store, wasmer.NewFunctionType(nil, nil), func([]wasmer.Value) ([]wasmer.Value, error) { calls += number; return nil, nil })
			fmt.Fprintf(&text, ` (import "env" "%s" (func $%s))`, name, name)
		}
		text.WriteString(` (func (export "call")`)
		for number := range 2000 {
			fmt.Fprintf(&text, " (call $f%d)", number)
		}
		instance := must(startWith(store, text.String()+"))", env))
		call("call", instance, "call")
		say("calls", calls)
	},
	"number-of-memories-dropped": func() {
		store := newStore()
		for number := range 300 {
			memory := wasmer.NewMemory(store, wasmer.NewMemoryType(must(wasmer.NewLimits(1, 1))))
			if size := memory.Size(); size != 1 {
				say("memory", number, size)
				return
			}
		}
		say("all", 300)
	},
	"number-of-memories-kept": func() {
		store := newStore()
		var kept []*wasmer.Memory
		for number := range 300 {
			kept = append(kept, wasmer.NewMemory(store, wasmer.NewMemoryType(must(wasmer.NewLimits(1, 1)))))
			if size := kept[number].Size(); size != 1 {
				say("memory", number, size)
				return
			}
		}
		say("all", 300)
	},
	"number-of-globals-kept": func() {
		store := newStore()
		var kept []*wasmer.Global
		for number := range 3000 {
			kept = append(kept, wasmer.NewGlobal(store, wasmer.NewGlobalType(wasmer.NewValueType(wasmer.I32), wasmer.MUTABLE), wasmer.NewI32(number)))
			if must(kept[number].Get()) != int32(number) {
				say("global", number)
				return
			}
		}
		say("all", 3000)
	},
	"number-of-globals-and-locals": func() {
		var text strings.Builder
		text.WriteString("(module")
		for number := range 5000 {
			fmt.Fprintf(&text, " (global (mut i32) (i32.const %d))", number)
		}
		fmt.Fprintf(&text, ` (func (export "last") (result i32) (local%s) (local.set 9999 (global.get 4999)) (local.get 9999)))`, strings.Repeat(" i32", 10000))
		call("last", start(text.String()), "last")
	},
	"number-of-parameters": func() {
		text := fmt.Sprintf(`(module (func (export "f") (param%s) (result i32) (local.get 999)))`, strings.Repeat(" i32", 1000))
		arguments := make([]any, 1000)
		for place := range arguments {
			arguments[place] = place
		}
		call("f", start(text), "f", arguments...)
	},
}
