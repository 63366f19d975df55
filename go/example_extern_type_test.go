package wasmer_test

import (
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

func ExampleExternType() {
	module := must(wasmer.NewModule(wasmer.NewStore(wasmer.NewEngine()), []byte(`(module (memory (export "memory") 1 2))`)))
	ty := module.Exports()[0].Type()
	if memory := ty.IntoMemoryType(); memory != nil {
		fmt.Println(ty.Kind(), memory.Limits().Minimum(), memory.Limits().Maximum())
	}
	fmt.Println(ty.IntoFunctionType() == nil)
	// Output:
	// memory 1 2
	// true
}
