package wasmer_test

import (
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

func ExampleCompilerKind_Supports() {
	fmt.Println(must(wasmer.CRANELIFT.Supports("simd")), must(wasmer.SINGLEPASS.Supports("simd")))
	// Output: true false
}
