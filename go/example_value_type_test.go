package wasmer_test

import (
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

func ExampleValueKind() {
	for _, kind := range []wasmer.ValueKind{wasmer.I32, wasmer.V128, wasmer.FuncRef} {
		fmt.Println(kind, kind.IsNumber(), kind.IsReference())
	}
	// Output:
	// i32 true false
	// v128 false false
	// funcref false true
}

func ExampleValueType() {
	for _, ty := range wasmer.NewValueTypes(wasmer.I32, wasmer.F64) {
		fmt.Println(ty.Kind())
	}
	// Output:
	// i32
	// f64
}
