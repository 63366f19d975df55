package wasmer_test

import (
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

func ExampleFunctionType() {
	ty := wasmer.NewFunctionType(wasmer.NewValueTypes(wasmer.I32, wasmer.V128), wasmer.NewValueTypes(wasmer.F64))
	fmt.Println(ty)
	fmt.Println(len(ty.Params()), len(ty.Results()), ty.Words())
	// Output:
	// func(i32, v128) -> (f64)
	// 2 1 3
}
