package wasmer_test

import (
	"errors"
	"fmt"
	"log"

	wasmer "github.com/bhojpur/wasmer/go"
)

func ExampleTrapError() {
	store := wasmer.NewStore(wasmer.NewEngine())
	instance := load(store, `(module
	  (func $do (result i32) (i32.div_s (i32.const 4) (i32.const 0)))
	  (func (export "div_by_zero") (result i32) (call $do)))`, wasmer.NewImportObject())
	divByZero := function(instance, "div_by_zero")
	fmt.Println("Calling `div_by_zero` function...")
	_, err := divByZero()
	fmt.Println("Error caught from `div_by_zero`:", err)

	trap, isTrap := err.(*wasmer.TrapError)
	if !isTrap {
		log.Fatal("not a trap")
	}
	frames := trap.Trace()
	for number, frame := range frames {
		fmt.Printf("  Frame #%d: function index: %d\n", len(frames)-number, frame.FunctionIndex())
	}
	// Output:
	// Compiling module...
	// Instantiating module...
	// Calling `div_by_zero` function...
	// Error caught from `div_by_zero`: integer divide by zero
	//   Frame #2: function index: 0
	//   Frame #1: function index: 1
}

func ExampleTrapCode() {
	instance := quiet(wasmer.NewStore(wasmer.NewEngine()), `(module (memory 1)
	  (func (export "read") (param i32) (result i32) (i32.load (local.get 0))))`, nil)
	_, err := function(instance, "read")(65_536)
	fmt.Println(errors.Is(err, wasmer.TrapMemoryOutOfBounds), err)
	// Output: true out of bounds memory access
}
