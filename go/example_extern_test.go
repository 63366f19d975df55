package wasmer_test

import (
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

func ExampleExtern() {
	store := wasmer.NewStore(wasmer.NewEngine())
	fmt.Println("Creating the imported function...")
	hostFunction := wasmer.NewFunction(store,
		wasmer.NewFunctionType(wasmer.NewValueTypes(), wasmer.NewValueTypes(wasmer.I32)),
		func([]wasmer.Value) ([]wasmer.Value, error) { return []wasmer.Value{wasmer.NewI32(42)}, nil })
	fmt.Println("Creating the imported global...")
	hostGlobal := wasmer.NewGlobal(store,
		wasmer.NewGlobalType(wasmer.NewValueType(wasmer.I32), wasmer.IMMUTABLE),
		wasmer.NewValue(42, wasmer.I32))

	// A namespace may have an empty name.
	imports := wasmer.NewImportObject()
	imports.Register("", map[string]wasmer.IntoExtern{"host_function": hostFunction})
	imports.Register("env", map[string]wasmer.IntoExtern{"host_global": hostGlobal})
	instance := load(store, `(module
	  (import "" "host_function" (func (result i32)))
	  (import "env" "host_global" (global i32))
	  (func (export "guest_function") (result i32) (global.get 1))
	  (global (export "guest_global") i32 (i32.const 42))
	  (table (export "guest_table") 1 1 funcref)
	  (memory (export "guest_memory") 1))`, imports)

	fmt.Println("Getting the exported function...")
	fmt.Printf("Got the exported function: %T\n", must(instance.Exports.GetFunction("guest_function")))
	fmt.Println("Getting the exported global...")
	fmt.Printf("Got the exported global: %T\n", must(instance.Exports.GetGlobal("guest_global")))
	fmt.Println("Getting the exported memory...")
	fmt.Printf("Got the exported memory: %T\n", must(instance.Exports.GetMemory("guest_memory")))
	fmt.Println("Getting the exported table...")
	fmt.Printf("Got the exported table: %T\n", must(instance.Exports.GetTable("guest_table")))
	// Output:
	// Creating the imported function...
	// Creating the imported global...
	// Compiling module...
	// Instantiating module...
	// Getting the exported function...
	// Got the exported function: func(...interface {}) (interface {}, error)
	// Getting the exported global...
	// Got the exported global: *wasmer.Global
	// Getting the exported memory...
	// Got the exported memory: *wasmer.Memory
	// Getting the exported table...
	// Got the exported table: *wasmer.Table
}
