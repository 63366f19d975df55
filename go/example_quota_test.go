package wasmer_test

import (
	"errors"
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

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
