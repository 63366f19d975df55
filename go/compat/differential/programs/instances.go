package main

import (
	"fmt"
	"runtime"
	"sync"

	"github.com/wasmerio/wasmer-go/wasmer"
)

const counter = `(module (global $g (mut i32) (i32.const 0)) (func $start (global.set $g (i32.const 10))) (start $start)
  (func (export "next") (result i32) (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g)))`

var instances = programs{
	"instance-runs-its-start-function": func() { call("next", start(counter), "next") },
	"instances-of-one-module": func() {
		module := compile(newStore(), counter)
		first := must(wasmer.NewInstance(module, wasmer.NewImportObject()))
		second := must(wasmer.NewInstance(module, wasmer.NewImportObject()))
		call("first", first, "next")
		call("first again", first, "next")
		call("second", second, "next")
	},
	"instances-by-the-hundred": func() {
		module := compile(newStore(), withMemory)
		var kept []*wasmer.Instance
		for number := range 300 {
			instance, err := wasmer.NewInstance(module, wasmer.NewImportObject())
			if err != nil {
				sayError(fmt.Sprint("instance ", number), err)
				return
			}
			kept = append(kept, instance)
		}
		call("the last", kept[299], "size")
	},
	"instance-closed": func() {
		instance := start(sum)
		call("before", instance, "sum", 1, 2)
		instance.Close()
		say("closed", true)
	},
	"instance-closed-twice": func() {
		instance := start(sum)
		instance.Close()
		say("once", true)
		instance.Close()
		say("twice", true)
	},
	"instance-used-after-it-was-closed": func() {
		instance := start(sum)
		function := must(instance.Exports.GetFunction("sum"))
		instance.Close()
		_, err := instance.Exports.GetFunction("sum")
		sayError("export", err)
		result, err := function(1, 2)
		sayResult("call", result, err)
	},
	"exports-closed": func() {
		instance := start(sum)
		instance.Exports.Close()
		_, err := instance.Exports.Get("sum")
		sayError("export", err)
	},
	"instances-in-parallel": func() {
		module := compile(newStore(), sum)
		var group sync.WaitGroup
		results := make([]any, 8)
		for number := range results {
			group.Add(1)
			go func() {
				defer group.Done()
				instance := must(wasmer.NewInstance(module, wasmer.NewImportObject()))
				for range 100 {
					results[number] = must(must(instance.Exports.GetFunction("sum"))(number, 100))
				}
				runtime.KeepAlive(instance)
			}()
		}
		group.Wait()
		say("results", results...)
	},
	"instances-while-the-collector-runs": func() {
		store := newStore()
		module := compile(store, sum)
		total := int32(0)
		for number := range 50 {
			instance := must(wasmer.NewInstance(module, wasmer.NewImportObject()))
			total += must(must(instance.Exports.GetFunction("sum"))(number, 1)).(int32)
			instance.Close()
			runtime.GC()
		}
		runtime.KeepAlive(module)
		say("total", total)
	},
	"instance-nil-module": func() {
		try("instance", func() any { _, err := wasmer.NewInstance(nil, wasmer.NewImportObject()); return err })
	},
	"store-nil": func() {
		try("module", func() any { _, err := wasmer.NewModule(nil, []byte(sum)); return err })
	},
}
