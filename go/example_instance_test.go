package wasmer_test

import (
	"fmt"
	"log"

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
