package wasmer_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"runtime"
	"time"

	wasmer "github.com/bhojpur/wasmer/go"
)

func ExampleFunction() {
	store := wasmer.NewStore(wasmer.NewEngine())
	instance := load(store, `(module
	  (func (export "sum") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))`, wasmer.NewImportObject())
	sum, err := instance.Exports.GetRawFunction("sum")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Calling `sum` function...")
	fmt.Println("Result of the `sum` function:", must(sum.Call(1, 2)))

	fmt.Println("Calling `sum` function (natively)...")
	native := sum.Native()
	fmt.Println("Result of the `sum` function:", must(native(3, 4)))
	// Output:
	// Compiling module...
	// Instantiating module...
	// Calling `sum` function...
	// Result of the `sum` function: 3
	// Calling `sum` function (natively)...
	// Result of the `sum` function: 7
}

// exitCode is how a host function of this program says that the guest wants to end.
type exitCode struct{ code int32 }

func (e *exitCode) Error() string { return fmt.Sprintf("exit code: %d", e.code) }

// A host function ends the call of the wasm function by returning an error.
func ExampleFunction_Call() {
	store := wasmer.NewStore(wasmer.NewEngine())
	imports := wasmer.NewImportObject()
	imports.Register("env", map[string]wasmer.IntoExtern{
		"early_exit": wasmer.NewFunction(store,
			wasmer.NewFunctionType(wasmer.NewValueTypes(), wasmer.NewValueTypes()),
			func([]wasmer.Value) ([]wasmer.Value, error) { return nil, &exitCode{1} }),
	})
	instance := load(store, `(module
	  (import "env" "early_exit" (func $early_exit))
	  (func (export "run") (param i32 i32) (result i32)
	    (call $early_exit)
	    (i32.add (local.get 0) (local.get 1))))`, imports)
	run := function(instance, "run")
	fmt.Println("Calling `run` function...")
	_, err := run(1, 7)
	fmt.Println("Exited early with:", err)

	// The original could crash here.
	runtime.GC()
	runtime.GC()
	// Output:
	// Compiling module...
	// Instantiating module...
	// Calling `run` function...
	// Exited early with: exit code: 1
}

// A deadline ends whatever the guest does, and the instance can be used again.
func ExampleFunction_CallContext() {
	store := wasmer.NewStore(wasmer.NewEngine())
	instance := quiet(store, `(module
	  (func $endless (export "endless") (loop $again (br $again)))
	  (func (export "double") (param i32) (result i32) (i32.add (local.get 0) (local.get 0))))`, nil)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err := must(instance.Exports.GetRawFunction("endless")).CallContext(ctx)
	fmt.Println(err)
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	var trap *wasmer.TrapError
	if errors.As(err, &trap) && trap.Origin() != nil {
		fmt.Println("it was in", trap.Origin().FunctionName())
	}
	fmt.Println(must(function(instance, "double")(21)))
	// Output:
	// interrupted by host: context deadline exceeded
	// true
	// it was in endless
	// 42
}

// A raw call passes words in place and allocates nothing.
func ExampleFunction_CallRaw() {
	instance := quiet(wasmer.NewStore(wasmer.NewEngine()), `(module
	  (func (export "sum") (param i64 i64) (result i64) (i64.add (local.get 0) (local.get 1))))`, nil)
	sum := must(instance.Exports.GetRawFunction("sum"))
	slots := make([]uint64, sum.Type().Words())
	slots[0], slots[1] = 40, 2
	if err := sum.CallRaw(context.Background(), slots); err != nil {
		log.Fatal(err)
	}
	fmt.Println(slots[0])
	// Output: 42
}
