package main

import (
	"fmt"
	"time"

	"github.com/wasmerio/wasmer-go/wasmer"
)

const withMemory = `(module (memory (export "memory") 1 4) (data (i32.const 4) "text")
  (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))) (func (export "size") (result i32) (memory.size)))`

func sayMemory(label string, memory *wasmer.Memory) {
	size := memory.Size()
	say(label, size, size.ToUint32(), memory.DataSize(), len(memory.Data()), cap(memory.Data()))
}

const spin = `(module (memory (export "memory") 1) (func (export "loop") (loop (br_if 0 (i32.eqz (i32.load8_u (i32.const 0)))))))`

var memories = programs{
	"memory-of-an-instance": func() {
		instance := start(withMemory)
		memory := must(instance.Exports.GetMemory("memory"))
		sayMemory("size", memory)
		say("data", string(memory.Data()[4:8]))
		memory.Data()[100] = 200
		call("what the host wrote", instance, "load", 100)
		say("type", describe(memory.IntoExtern().Type()))
	},
	"memory-grows": func() {
		instance := start(withMemory)
		memory := must(instance.Exports.GetMemory("memory"))
		say("by 0", memory.Grow(0))
		say("by 2", memory.Grow(2))
		sayMemory("after it", memory)
		say("by 5", memory.Grow(5))
		say("by all there is", memory.Grow(1<<32-1))
		sayMemory("after all", memory)
		call("what the guest sees", instance, "size")
		call("the guest grows", instance, "grow", 1)
		sayMemory("after that", memory)
		call("the guest grows too far", instance, "grow", 1)
		say("kept", string(memory.Data()[4:8]))
	},
	"memory-type-after-growth": func() {
		memory := must(start(withMemory).Exports.GetMemory("memory"))
		memory.Grow(2)
		say("type", memory.Type().Limits().Minimum(), memory.Type().Limits().Maximum())
	},
	"memory-of-the-host": func() {
		store := newStore()
		memory := wasmer.NewMemory(store, wasmer.NewMemoryType(must(wasmer.NewLimits(2, 5))))
		sayMemory("size", memory)
		say("type", memory.Type().Limits().Minimum(), memory.Type().Limits().Maximum())
		memory.Data()[3] = 9
		instance, err := startWith(store, `(module (import "env" "m" (memory 1)) (export "m" (memory 0)) (func (export "load") (result i32) (i32.load8_u (i32.const 3)))
  (func (export "grow") (result i32) (memory.grow (i32.const 1))))`, map[string]wasmer.IntoExtern{"m": memory})
		sayError("instance", err)
		call("load", instance, "load")
		call("grow", instance, "grow")
		sayMemory("size after it", memory)
		sayMemory("as exported", must(instance.Exports.GetMemory("m")))
	},
	"memory-without-a-maximum": func() {
		memory := wasmer.NewMemory(newStore(), wasmer.NewMemoryType(must(wasmer.NewLimits(0, wasmer.LimitMaxUnbound()))))
		say("size", memory.Size(), memory.DataSize(), len(memory.Data()))
		say("grow", memory.Grow(3))
		sayMemory("after it", memory)
		say("type", memory.Type().Limits().Maximum() == wasmer.LimitMaxUnbound())
	},
	"memory-too-large": func() {
		memory := wasmer.NewMemory(newStore(), wasmer.NewMemoryType(must(wasmer.NewLimits(70000, 70000))))
		try("size", func() any { return memory.Size() })
	},
	"memory-used-by-two-instances": func() {
		store := newStore()
		memory := wasmer.NewMemory(store, wasmer.NewMemoryType(must(wasmer.NewLimits(1, 2))))
		env := map[string]wasmer.IntoExtern{"m": memory}
		first := must(startWith(store, `(module (import "env" "m" (memory 1)) (func (export "store") (i32.store (i32.const 0) (i32.const 99))))`, env))
		second, err := startWith(store, `(module (import "env" "m" (memory 1)) (func (export "load") (result i32) (i32.load (i32.const 0))))`, env)
		sayError("second instance", err)
		call("store", first, "store")
		call("load", second, "load")
	},
	"memory-is-reached-while-its-guest-runs": func() {
		instance := start(spin)
		loop := must(instance.Exports.GetFunction("loop"))
		go func() {
			time.Sleep(50 * time.Millisecond)
			must(instance.Exports.GetMemory("memory")).Data()[0] = 1
		}()
		within(10*time.Second, func() { result, err := loop(); sayResult("loop", result, err) })
	},
	"memory-data-is-reached-while-its-guest-runs": func() {
		instance := start(spin)
		loop, memory := must(instance.Exports.GetFunction("loop")), must(instance.Exports.GetMemory("memory"))
		go func() {
			time.Sleep(50 * time.Millisecond)
			if memory.Size() == 1 && memory.DataSize() == 65536 {
				memory.Data()[0] = 1
			}
		}()
		within(10*time.Second, func() { result, err := loop(); sayResult("loop", result, err) })
	},
	"memory-of-no-pages": func() {
		memory := must(start(`(module (memory (export "memory") 0))`).Exports.GetMemory("memory"))
		say("size", memory.Size(), memory.DataSize(), len(memory.Data()))
		say("type", memory.Type().Limits().Minimum(), memory.Type().Limits().Maximum())
	},
	"memory-data-before-growth": func() {
		memory := must(start(withMemory).Exports.GetMemory("memory"))
		data := memory.Data()
		memory.Grow(1)
		say("lengths", len(data), len(memory.Data()))
	},
	"memory-into-extern": func() {
		memory := must(start(withMemory).Exports.GetMemory("memory"))
		again := memory.IntoExtern().IntoMemory()
		again.Data()[0] = 5
		say("the same bytes", memory.Data()[0])
		say("as something else", memory.IntoExtern().IntoGlobal() == nil, memory.IntoExtern().IntoTable() == nil, memory.IntoExtern().IntoFunction() == nil)
	},
	"memory-in-parallel": func() {
		done := make(chan uint)
		for number := range 4 {
			go func() {
				instance := start(withMemory)
				memory := must(instance.Exports.GetMemory("memory"))
				memory.Grow(wasmer.Pages(number % 4))
				done <- memory.DataSize()
			}()
		}
		total := uint(0)
		for range 4 {
			total += <-done
		}
		say("total", fmt.Sprint(total))
	},
}
