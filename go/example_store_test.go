package wasmer_test

import (
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

// Instances of one store are independent of each other.
func ExampleStore() {
	store := wasmer.NewStore(wasmer.NewEngine())
	counter := `(module (global $count (mut i32) (i32.const 0))
	  (func (export "next") (result i32)
	    (global.set $count (i32.add (global.get $count) (i32.const 1))) (global.get $count)))`
	first, second := quiet(store, counter, nil), quiet(store, counter, nil)
	must(function(first, "next")())
	fmt.Println(must(function(first, "next")()), must(function(second, "next")()))
	// Output: 2 1
}

// An instance of a linked store can import from any other one.
func ExampleNewLinkedStore() {
	store := wasmer.NewLinkedStore(wasmer.NewEngine())
	defer store.Close()
	library := quiet(store, doubling, nil)
	double := must(library.Exports.GetRawFunction("double"))
	program := quiet(store, `(module (import "env" "double" (func $double (param i32) (result i32)))
	  (func (export "run") (result i32) (call $double (i32.const 21))))`,
		map[string]wasmer.IntoExtern{"double": double})
	fmt.Println(must(function(program, "run")()))
	// Output: 42
}
