package wasmer_test

import (
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

// Code for another machine is made here and run there.
func ExampleConfig_UseTarget() {
	triple := must(wasmer.NewTriple("aarch64-unknown-linux-gnu"))
	config := wasmer.NewConfig().UseTarget(wasmer.NewTarget(triple, wasmer.NewCpuFeatures()))
	module := must(wasmer.NewModule(wasmer.NewStore(wasmer.NewEngineWithConfig(config)), []byte(doubling)))
	serialized := must(module.Serialize())
	fmt.Println(len(serialized) > 0)
	_, err := wasmer.NewTriple("toaster")
	fmt.Println(err)
	// Output:
	// true
	// target triple "toaster": Unrecognized architecture: toaster
}
