package wasmer_test

import (
	"fmt"
	"log"

	wasmer "github.com/bhojpur/wasmer/go"
)

func ExampleGlobal_Set() {
	store := wasmer.NewStore(wasmer.NewEngine())
	instance := load(store, `(module
	  (global $one (export "one") f32 (f32.const 1))
	  (global $some (export "some") (mut f32) (f32.const 0))
	  (func (export "get_one") (result f32) (global.get $one))
	  (func (export "set_some") (param f32) (global.set $some (local.get 0))))`, wasmer.NewImportObject())
	one, some := must(instance.Exports.GetGlobal("one")), must(instance.Exports.GetGlobal("some"))

	fmt.Println("Getting globals types information...")
	fmt.Printf("`one` type: %s %s\n", one.Type().Mutability(), one.Type().ValueType().Kind())
	fmt.Printf("`some` type: %s %s\n", some.Type().Mutability(), some.Type().ValueType().Kind())

	fmt.Println("Getting global values...")
	getOne := function(instance, "get_one")
	fmt.Printf("`one` value: %.1f\n", must(getOne()))
	fmt.Printf("`some` value: %.1f\n", must(some.Get()))

	fmt.Println("Setting global values...")
	if err := one.Set(float32(42), wasmer.F32); err == nil {
		log.Fatal("a constant was set")
	}
	fmt.Printf("`one` value: %.1f\n", must(getOne()))
	setSome := function(instance, "set_some")
	must(setSome(float32(21)))
	fmt.Printf("`some` value after `set_some`: %.1f\n", must(some.Get()))
	if err := some.Set(float32(42), wasmer.F32); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("`some` value after `set`: %.1f\n", must(some.Get()))
	// Output:
	// Compiling module...
	// Instantiating module...
	// Getting globals types information...
	// `one` type: const f32
	// `some` type: var f32
	// Getting global values...
	// `one` value: 1.0
	// `some` value: 0.0
	// Setting global values...
	// `one` value: 1.0
	// `some` value after `set_some`: 21.0
	// `some` value after `set`: 42.0
}

// A guest reads a global that the host makes and sets.
func ExampleNewGlobal() {
	store := wasmer.NewStore(wasmer.NewEngine())
	ty := wasmer.NewGlobalType(wasmer.NewValueType(wasmer.I32), wasmer.MUTABLE)
	level := wasmer.NewGlobal(store, ty, wasmer.NewI32(1))
	instance := quiet(store, `(module (import "env" "level" (global $level (mut i32)))
	  (func (export "level") (result i32) (global.get $level)))`, map[string]wasmer.IntoExtern{"level": level})
	if err := level.Set(7, wasmer.I32); err != nil {
		log.Fatal(err)
	}
	fmt.Println(ty, must(function(instance, "level")()))
	// Output: global mut i32 7
}
