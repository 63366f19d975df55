package wasmer_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	wasmer "github.com/bhojpur/wasmer/go"
)

func ExampleInstance() {
	store := wasmer.NewStore(wasmer.NewEngine())
	instance := load(store, `(module
	  (func (export "add_one") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))`, wasmer.NewImportObject())
	addOne, err := instance.Exports.GetFunction("add_one")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Calling `add_one` function...")
	result, err := addOne(1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Results of `add_one`:", result)
	// Output:
	// Compiling module...
	// Instantiating module...
	// Calling `add_one` function...
	// Results of `add_one`: 2
}

// Close frees the memory of an instance at once. Without it, the collector does.
func ExampleInstance_Close() {
	instance := quiet(wasmer.NewStore(wasmer.NewEngine()), doubling, nil)
	double := function(instance, "double")
	fmt.Println(must(double(21)))
	instance.Close()
	_, err := double(21)
	fmt.Println(errors.Is(err, wasmer.ErrClosed))
	// Output:
	// 42
	// true
}

// The context bounds the time of the start function.
func ExampleNewInstanceContext() {
	store := wasmer.NewStore(wasmer.NewEngine())
	module := must(wasmer.NewModule(store, []byte(`(module (func $main (loop $again (br $again))) (start $main))`)))
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	_, err := wasmer.NewInstanceContext(ctx, module, nil)
	fmt.Println(err)
	// Output: interrupted by host: context deadline exceeded
}
