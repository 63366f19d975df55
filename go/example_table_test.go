package wasmer_test

import (
	"fmt"
	"log"

	wasmer "github.com/bhojpur/wasmer/go"
)

// A table of functions: Go puts one in, wasm calls it.
func ExampleTable() {
	store := wasmer.NewStore(wasmer.NewEngine())
	instance := quiet(store, `(module (table (export "table") 2 funcref) (type $number (func (result i32)))
	  (func (export "call") (param i32) (result i32) (call_indirect (type $number) (local.get 0))))`, nil)
	table := must(instance.Exports.GetTable("table"))
	answer := wasmer.NewFunction(store, wasmer.NewFunctionType(nil, wasmer.NewValueTypes(wasmer.I32)),
		func([]wasmer.Value) ([]wasmer.Value, error) { return []wasmer.Value{wasmer.NewI32(42)}, nil })
	if err := table.Set(1, answer); err != nil {
		log.Fatal(err)
	}
	fmt.Println(table.Size(), must(function(instance, "call")(1)))
	_, err := function(instance, "call")(0)
	fmt.Println(err)
	// Output:
	// 2 42
	// uninitialized element
}
