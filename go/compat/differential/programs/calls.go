package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/wasmerio/wasmer-go/wasmer"
)

const identities = `(module
  (func (export "i32") (param i32) (result i32) (local.get 0))
  (func (export "i64") (param i64) (result i64) (local.get 0))
  (func (export "f32") (param f32) (result f32) (local.get 0))
  (func (export "f64") (param f64) (result f64) (local.get 0))
  (func (export "none"))
  (func (export "five") (param i32 i64 f32 f64 i32))
  (func (export "swap") (param i32 i64) (result i64 i32) (local.get 1) (local.get 0))
  (func (export "four") (result i32 i64 f32 f64) (i32.const -1) (i64.const -2) (f32.const 0.5) (f64.const -0.25)))`

// sayCalls calls an identity with each Go value.
func sayCalls(kind string) {
	instance := start(identities)
	for place, given := range goValues {
		label := fmt.Sprintf("%d, %T %v", place, given, given)
		try(label, func() any {
			result, err := must(instance.Exports.GetFunction(kind))(given)
			if err != nil {
				return fmt.Sprintf("%T %q", err, err.Error())
			}
			return typed(result)
		})
	}
}

var calls = programs{
	"call-i32": func() { sayCalls("i32") },
	"call-i64": func() { sayCalls("i64") },
	"call-f32": func() { sayCalls("f32") },
	"call-f64": func() { sayCalls("f64") },
	"call-count-of-arguments": func() {
		instance := start(identities)
		call("none wanted, one given", instance, "none", 1)
		call("none wanted, three given", instance, "none", 1, 2, 3)
		call("one wanted, none given", instance, "i32")
		call("five wanted, two given", instance, "five", 1, 2)
		call("five wanted, six given", instance, "five", 1, 2, float32(3), 4.0, 5, 6)
		call("five wanted, five given", instance, "five", 1, 2, float32(3), 4.0, 5)
		call("the third is wrong", instance, "five", 1, 2, "three", 4.0, 5)
		call("the second and the fourth are wrong", instance, "five", 1, "two", float32(3), "four", 5)
	},
	"call-results": func() {
		instance := start(identities)
		call("none", instance, "none")
		call("two", instance, "swap", 1, 2)
		call("four", instance, "four")
	},
	"call-bits-of-floats": func() {
		instance := start(identities)
		f64, f32 := must(instance.Exports.GetFunction("f64")), must(instance.Exports.GetFunction("f32"))
		for _, bits := range []uint64{0x7ff8000000000000, 0x7ff0000000000001, 0xfff8000000000001, 1 << 63, 1} {
			say(fmt.Sprintf("f64 %x", bits), fmt.Sprintf("%x", math.Float64bits(must(f64(math.Float64frombits(bits))).(float64))))
		}
		for _, bits := range []uint32{0x7fc00000, 0x7f800001, 0xffc00001, 1 << 31, 1} {
			say(fmt.Sprintf("f32 %x", bits), fmt.Sprintf("%x", math.Float32bits(must(f32(math.Float32frombits(bits))).(float32))))
		}
	},
	"call-by-each-way": func() {
		instance := start(sum)
		raw := must(instance.Exports.GetRawFunction("sum"))
		result, err := raw.Call(1, 2)
		sayResult("Call", result, err)
		result, err = raw.Native()(3, 4)
		sayResult("Native", result, err)
		result, err = must(instance.Exports.GetFunction("sum"))(5, 6)
		sayResult("GetFunction", result, err)
		result, err = must(instance.Exports.Get("sum")).IntoFunction().Call(7, 8)
		sayResult("Get", result, err)
		result, err = raw.IntoExtern().IntoFunction().IntoExtern().IntoFunction().Call(9, 10)
		sayResult("there and back", result, err)
	},
	"function-arity-and-type": func() {
		instance := start(identities)
		for _, name := range []string{"none", "five", "swap", "four"} {
			function := must(instance.Exports.GetRawFunction(name))
			say(name, function.ParameterArity(), function.ResultArity(), kinds(function.Type().Params()), kinds(function.Type().Results()))
		}
	},
	"call-many-times": func() {
		function := must(start(sum).Exports.GetFunction("sum"))
		total := int32(0)
		for number := range 20000 {
			total += must(function(number, 1)).(int32)
		}
		say("total", total)
	},
	"call-with-many-arguments": func() {
		const count = 200
		instance := start(fmt.Sprintf(`(module (func (export "last") (param%s) (result i32) (local.get %d)))`, strings.Repeat(" i32", count), count-1))
		arguments := make([]any, count)
		for place := range arguments {
			arguments[place] = place
		}
		call("last", instance, "last", arguments...)
		call("one is missing", instance, "last", arguments[1:]...)
	},
	"call-with-many-results": func() {
		instance := start(fmt.Sprintf(`(module (func (export "all") (result%s) %s))`, strings.Repeat(" i64", 50), strings.Repeat("(i64.const 3) ", 50)))
		call("all", instance, "all")
	},
	"call-from-two-goroutines-in-turn": func() {
		function := must(start(sum).Exports.GetFunction("sum"))
		for number := range 4 {
			done := make(chan any)
			go func() { done <- must(function(number, 1)) }()
			say(fmt.Sprint(number), <-done)
		}
	},
	"call-a-reference": func() {
		store := newStore()
		module, err := wasmer.NewModule(store, []byte(`(module (func (export "same") (param externref) (result externref) (local.get 0)))`))
		sayError("module", err)
		if err != nil {
			return
		}
		instance := must(wasmer.NewInstance(module, wasmer.NewImportObject()))
		try("call", func() any {
			result, err := must(instance.Exports.GetFunction("same"))("a Go value")
			return fmt.Sprint(result, err)
		})
	},
	"call-a-vector": func() {
		instance := start(`(module (func (export "same") (param v128) (result v128) (local.get 0)))`)
		function := must(instance.Exports.GetRawFunction("same"))
		say("arity", function.ParameterArity())
		try("type", func() any { return kinds(function.Type().Params()) })
		try("call", func() any { result, err := function.Call([16]byte{1}); return fmt.Sprint(result, err) })
	},
}
