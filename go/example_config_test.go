package wasmer_test

import (
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

// A configuration may be used for several engines.
func ExampleConfig() {
	config := wasmer.NewConfig().UseSinglepassCompiler().SetFeature("multi-memory", false)
	store := wasmer.NewStore(wasmer.NewEngineWithConfig(config))
	module := must(wasmer.NewModule(store, []byte(doubling)))
	fmt.Println(module.Compiler())
	fmt.Println(wasmer.ValidateModule(store, []byte(`(module (memory 1) (memory 1))`)) == nil)
	// Output:
	// singlepass
	// false
}

// A guest that recurses forever uses up its stack, of half a MiB here.
func ExampleConfig_SetStackSize() {
	config := wasmer.NewConfig().SetStackSize(512 << 10)
	instance := quiet(wasmer.NewStore(wasmer.NewEngineWithConfig(config)), `(module
	  (func $deep (export "deep") (call $deep)))`, nil)
	_, err := function(instance, "deep")()
	fmt.Println(err)
	// Output: call stack exhausted
}
