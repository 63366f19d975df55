package wasmer_test

import (
	"fmt"
	"log"

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

// Code for every x86-64 machine with these features.
func ExampleCpuFeatures() {
	features := wasmer.NewCpuFeatures()
	for _, name := range []string{"sse3", "ssse3", "popcnt"} {
		if err := features.Add(name); err != nil {
			log.Fatal(err)
		}
	}
	triple := must(wasmer.NewTriple("x86_64-unknown-linux-gnu"))
	config := wasmer.NewConfig().UseTarget(wasmer.NewTarget(triple, features))
	module := must(wasmer.NewModule(wasmer.NewStore(wasmer.NewEngineWithConfig(config)), []byte(doubling)))
	fmt.Println(len(must(module.Serialize())) > 0)
	fmt.Println(features.Add("no-such-feature") != nil)
	// Output:
	// true
	// true
}

func ExampleTriple() {
	fmt.Println(must(wasmer.NewTriple("aarch64-unknown-linux-gnu")))
	// Output: aarch64-unknown-linux-gnu
}
