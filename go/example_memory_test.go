package wasmer_test

import (
	"errors"
	"fmt"
	"log"
	"runtime"

	wasmer "github.com/bhojpur/wasmer/go"
)

func ExampleMemory() {
	store := wasmer.NewStore(wasmer.NewEngine())
	instance := load(store, `(module
	  (memory (export "memory") 1)
	  (func (export "get_at") (param i32) (result i32) (i32.load (local.get 0)))
	  (func (export "set_at") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
	  (func (export "mem_size") (result i32) (memory.size)))`, wasmer.NewImportObject())
	memSize, getAt, setAt := function(instance, "mem_size"), function(instance, "get_at"), function(instance, "set_at")
	memory := must(instance.Exports.GetMemory("memory"))

	fmt.Println("Querying memory size...")
	size := memory.Size()
	fmt.Println("Memory size (pages):", size)
	fmt.Println("Memory size (pages as bytes):", size.ToBytes())
	fmt.Println("Memory size (bytes):", memory.DataSize())
	fmt.Println("Memory size (pages):", must(memSize()))

	fmt.Println("Growing memory...")
	memory.Grow(2)
	fmt.Println("New memory size (pages):", memory.Size())

	address := 0x2220
	must(setAt(address, 0xFEFEFFE))
	fmt.Printf("Value at 0x%x: %d\n", address, must(getAt(address)))
	address = 2*0x1_0000 - 8
	must(setAt(address, 0xFEA09))
	fmt.Printf("Value at 0x%x: %d\n", address, must(getAt(address)))
	// Output:
	// Compiling module...
	// Instantiating module...
	// Querying memory size...
	// Memory size (pages): 1
	// Memory size (pages as bytes): 65536
	// Memory size (bytes): 65536
	// Memory size (pages): 1
	// Growing memory...
	// New memory size (pages): 3
	// Value at 0x2220: 267382782
	// Value at 0x1fff8: 1042953
}

func ExampleMemory_WriteFloat64() {
	store := wasmer.NewStore(wasmer.NewEngine())
	instance := quiet(store, `(module (memory (export "memory") 1)
	  (func (export "load") (param i32) (result f64) (f64.load (local.get 0))))`, nil)
	memory := must(instance.Exports.GetMemory("memory"))
	if err := memory.WriteFloat64(128, 42.5); err != nil {
		log.Fatal(err)
	}
	fmt.Println(must(function(instance, "load")(128)))
	_, err := memory.ReadUint32(65533)
	fmt.Println(errors.Is(err, wasmer.ErrOutOfBounds))
	// Output:
	// 42.5
	// true
}

func ExamplePages() {
	memory := wasmer.NewMemory(wasmer.NewStore(wasmer.NewEngine()), wasmer.NewMemoryType(must(wasmer.NewLimits(2, 4))))
	fmt.Println(memory.Size().ToUint32(), memory.Size().ToBytes())
	// Output: 2 131072
}

// Read and Write copy; Data is the memory itself.
func ExampleMemory_Data() {
	instance := quiet(wasmer.NewStore(wasmer.NewEngine()), `(module (memory (export "memory") 1)
	  (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0))))`, nil)
	memory := must(instance.Exports.GetMemory("memory"))
	memory.Data()[10] = 42
	fmt.Println(must(function(instance, "load")(10)))
	runtime.KeepAlive(instance)
	// Output: 42
}
