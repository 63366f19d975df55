package wasmer_test

import (
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

// The costs of instructions that take the machine longer.
func ExampleOpcode() {
	costs := map[wasmer.Opcode]uint32{wasmer.I32DivS: 20, wasmer.I32RemS: 20}
	config := wasmer.NewConfig().SetFuelWithCosts(1000, costs)
	instance := quiet(wasmer.NewStore(wasmer.NewEngineWithConfig(config)), `(module
	  (func (export "rest") (param i32) (result i32) (i32.rem_s (local.get 0) (i32.const 5))))`, nil)
	fmt.Println(must(function(instance, "rest")(42)), must(instance.Fuel()))
	// Output: 2 977
}
