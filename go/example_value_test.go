package wasmer_test

import (
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

// Results are bare Go values; an externref is any Go value.
func ExampleValue() {
	value := wasmer.NewI64(uint64(1 << 40))
	fmt.Println(value.Kind(), value.I64())
	vector := wasmer.NewV128(wasmer.Vector{15: 1})
	fmt.Println(vector.Kind(), vector.V128()[15])

	instance := quiet(wasmer.NewStore(wasmer.NewEngine()), `(module
	  (func (export "swap") (param i32 externref) (result externref i32) (local.get 1) (local.get 0)))`, nil)
	fmt.Println(must(function(instance, "swap")(7, []string{"any", "value"})))
	// Output:
	// i64 1099511627776
	// v128 1
	// [[any value] 7]
}
