package wasmer_test

import (
	"context"
	"errors"
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

// A host function takes and gives Values.
func ExampleNewFunction() {
	store := wasmer.NewStore(wasmer.NewEngine())
	add := wasmer.NewFunction(store,
		wasmer.NewFunctionType(wasmer.NewValueTypes(wasmer.I64, wasmer.F64), wasmer.NewValueTypes(wasmer.F64)),
		func(arguments []wasmer.Value) ([]wasmer.Value, error) {
			return []wasmer.Value{wasmer.NewF64(float64(arguments[0].I64()) + arguments[1].F64())}, nil
		})
	instance := quiet(store, `(module (import "env" "add" (func $add (param i64 f64) (result f64)))
	  (func (export "run") (result f64) (call $add (i64.const 40) (f64.const 2.5))))`,
		map[string]wasmer.IntoExtern{"add": add})
	fmt.Println(must(function(instance, "run")()))
	// Output: 42.5
}

// Two host functions, one of them with an environment: a value that it gets at each call.
func ExampleNewFunctionWithEnvironment() {
	store := wasmer.NewStore(wasmer.NewEngine())
	ty := wasmer.NewFunctionType(wasmer.NewValueTypes(wasmer.I32), wasmer.NewValueTypes(wasmer.I32))
	type environment struct{ factor int32 }

	fmt.Println("Creating the imported function...")
	dynamic := wasmer.NewFunction(store, ty, func(arguments []wasmer.Value) ([]wasmer.Value, error) {
		fmt.Println("Calling `multiply_dynamic`...")
		result := arguments[0].I32() * 2
		fmt.Println("Result of `multiply_dynamic`: ", result)
		return []wasmer.Value{wasmer.NewI32(result)}, nil
	})
	typed := wasmer.NewFunctionWithEnvironment(store, ty, environment{3},
		func(given interface{}, arguments []wasmer.Value) ([]wasmer.Value, error) {
			fmt.Println("Calling `multiply_typed`...")
			result := arguments[0].I32() * given.(environment).factor
			fmt.Println("Result of `multiply_typed`: ", result)
			return []wasmer.Value{wasmer.NewI32(result)}, nil
		})
	imports := wasmer.NewImportObject()
	imports.Register("env", map[string]wasmer.IntoExtern{"multiply_dynamic": dynamic, "multiply_typed": typed})
	instance := load(store, `(module
	  (import "env" "multiply_dynamic" (func $dynamic (param i32) (result i32)))
	  (import "env" "multiply_typed" (func $typed (param i32) (result i32)))
	  (func (export "sum") (param i32 i32) (result i32)
	    (i32.add (call $dynamic (local.get 0)) (call $typed (local.get 1)))))`, imports)
	sum := function(instance, "sum")
	fmt.Println("Results of `sum`:", must(sum(1, 2)))
	// Output:
	// Creating the imported function...
	// Compiling module...
	// Instantiating module...
	// Calling `multiply_dynamic`...
	// Result of `multiply_dynamic`:  2
	// Calling `multiply_typed`...
	// Result of `multiply_typed`:  6
	// Results of `sum`: 8
}

// A host function over words knows its caller: it reads the memory of the instance that called it.
func ExampleNewHostFunction() {
	store := wasmer.NewStore(wasmer.NewEngine())
	print := wasmer.NewHostFunction(store,
		wasmer.NewFunctionType(wasmer.NewValueTypes(wasmer.I32, wasmer.I32), nil),
		func(_ context.Context, caller *wasmer.Caller, slots []uint64) error {
			memory, err := caller.Memory("memory")
			if err != nil {
				return err
			}
			text, err := memory.ReadString(uint32(slots[0]), uint32(slots[1]))
			if err != nil {
				return err
			}
			fmt.Println(text)
			return nil
		})
	instance := quiet(store, `(module (import "env" "print" (func $print (param i32 i32)))
	  (memory (export "memory") 1) (data (i32.const 8) "Hello from wasm!")
	  (func (export "greet") (call $print (i32.const 8) (i32.const 16)))
	  (func (export "overrun") (call $print (i32.const 65530) (i32.const 16))))`,
		map[string]wasmer.IntoExtern{"print": print})
	must(function(instance, "greet")())
	_, err := function(instance, "overrun")()
	fmt.Println(errors.Is(err, wasmer.ErrOutOfBounds))
	// Output:
	// Hello from wasm!
	// true
}

// A host function calls back into the instance that called it.
func ExampleCaller() {
	store := wasmer.NewStore(wasmer.NewEngine())
	twice := wasmer.NewHostFunction(store,
		wasmer.NewFunctionType(wasmer.NewValueTypes(wasmer.I32), wasmer.NewValueTypes(wasmer.I32)),
		func(ctx context.Context, caller *wasmer.Caller, slots []uint64) error {
			double, err := caller.Function("double")
			if err != nil {
				return err
			}
			if err := double.CallRaw(ctx, slots); err != nil {
				return err
			}
			return double.CallRaw(ctx, slots)
		})
	instance := quiet(store, `(module (import "env" "twice" (func $twice (param i32) (result i32)))
	  (func (export "double") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
	  (func (export "run") (param i32) (result i32) (call $twice (local.get 0))))`,
		map[string]wasmer.IntoExtern{"twice": twice})
	fmt.Println(must(function(instance, "run")(10)))
	// Output: 40
}
