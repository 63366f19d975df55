package wasmer_test

import (
	"context"
	"errors"
	"fmt"
	"time"

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

// What an engine allows, a module or its instances cannot exceed.
func ExampleConfig_SetQuota() {
	config := wasmer.NewConfig().SetQuota(wasmer.QuotaFunctions, 1).SetQuota(wasmer.QuotaTableElements, 100)
	store := wasmer.NewStore(wasmer.NewEngineWithConfig(config))
	_, err := wasmer.NewModule(store, []byte(`(module (func) (func))`))
	fmt.Println(errors.Is(err, wasmer.ErrLimit), err)
	_, err = wasmer.NewInstance(must(wasmer.NewModule(store, []byte(`(module (table 101 funcref))`))), nil)
	fmt.Println(errors.Is(err, wasmer.ErrLimit), err)
	// Output:
	// true limit: 2 functions of a module asked for, 1 allowed
	// true limit: tables with 101 elements asked for, 100 allowed
}

// Each instance of the store, with what it imports, gets 1 MiB of memory.
func ExampleStore_SetQuota() {
	store := wasmer.NewStore(wasmer.NewEngine())
	if err := store.SetQuota(wasmer.QuotaMemoryPages, 16); err != nil {
		fmt.Println(err)
	}
	instance := quiet(store, `(module (memory 1) (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))`, nil)
	fmt.Println(must(function(instance, "grow")(15)), must(function(instance, "grow")(1)))
	// Output: 1 -1
}

func ExampleCompilerKind_Supports() {
	fmt.Println(must(wasmer.CRANELIFT.Supports("simd")), must(wasmer.SINGLEPASS.Supports("simd")))
	// Output: true false
}

// The context bounds the time that a compilation takes.
func ExampleNewModuleContext() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	module, err := wasmer.NewModuleContext(ctx, wasmer.NewStore(wasmer.NewEngine()), []byte(doubling))
	fmt.Println(len(module.Exports()), err)
	// Output: 1 <nil>
}
