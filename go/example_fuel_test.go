package wasmer_test

import (
	"errors"
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

// Fuel ends a guest that runs for too long, at the same instruction each time.
func ExampleConfig_SetFuel() {
	store := wasmer.NewStore(wasmer.NewEngineWithConfig(wasmer.NewConfig().SetFuel(1000)))
	instance := quiet(store, `(module (func (export "add") (result i32) (i32.add (i32.const 1) (i32.const 2)))
	  (func (export "endless") (loop $again (br $again))))`, nil)
	must(function(instance, "add")()) // Two constants, an addition, the end of the function.
	fmt.Println(must(instance.Fuel()))
	_, err := function(instance, "endless")()
	fmt.Println(err, errors.Is(err, wasmer.ErrOutOfFuel), must(instance.Fuel()))
	if err := instance.SetFuel(4); err != nil {
		fmt.Println(err)
	}
	fmt.Println(must(function(instance, "add")()), must(instance.Fuel()))
	// Output:
	// 996
	// unreachable: out of fuel true 0
	// 3 0
}

// Instructions that take the machine longer may cost more, and some nothing.
func ExampleConfig_SetFuelWithCosts() {
	costs := map[wasmer.Opcode]uint32{wasmer.I32DivU: 20, wasmer.MemoryFill: 1000, wasmer.End: 0}
	store := wasmer.NewStore(wasmer.NewEngineWithConfig(wasmer.NewConfig().SetFuelWithCosts(1000, costs)))
	instance := quiet(store, `(module (func (export "half") (param i32) (result i32) (i32.div_u (local.get 0) (i32.const 2))))`, nil)
	fmt.Println(must(function(instance, "half")(84)), must(instance.Fuel()))
	// Output: 42 978
}
