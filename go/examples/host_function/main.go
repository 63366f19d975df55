// Host_function lets a guest print a string that lies in its memory, and fail.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	wasmer "github.com/bhojpur/wasmer/go"
)

const guest = `(module
  (import "host" "print" (func $print (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "Hello from wasm!")
  (func (export "greet") (result i32) (call $print (i32.const 16) (i32.const 16)))
  (func (export "overrun") (result i32) (call $print (i32.const 65530) (i32.const 100))))`

var errTooLong = errors.New("the guest's string is not in its memory")

func main() {
	store := wasmer.NewStore(wasmer.NewEngine())
	module, err := wasmer.NewModule(store, []byte(guest))
	if err != nil {
		log.Fatal(err)
	}

	// One word for each argument; results over them.
	ty := wasmer.NewFunctionType(wasmer.NewValueTypes(wasmer.I32, wasmer.I32), wasmer.NewValueTypes(wasmer.I32))
	print := wasmer.NewHostFunction(store, ty, func(ctx context.Context, caller *wasmer.Caller, slots []uint64) error {
		memory, err := caller.Memory("memory")
		if err != nil {
			return err
		}
		text, err := memory.ReadString(uint32(slots[0]), uint32(slots[1]))
		if err != nil {
			return fmt.Errorf("%w: %w", errTooLong, err)
		}
		fmt.Println(text)
		slots[0] = uint64(len(text))
		return nil
	})

	imports := wasmer.NewImportObject()
	imports.Register("host", map[string]wasmer.IntoExtern{"print": print})
	instance, err := wasmer.NewInstance(module, imports)
	if err != nil {
		log.Fatal(err)
	}
	defer instance.Close()

	greet, err := instance.Exports.GetFunction("greet")
	if err != nil {
		log.Fatal(err)
	}
	length, err := greet()
	fmt.Println(length, err)

	overrun, err := instance.Exports.GetFunction("overrun")
	if err != nil {
		log.Fatal(err)
	}
	_, err = overrun()
	fmt.Println(errors.Is(err, errTooLong), errors.Is(err, wasmer.ErrOutOfBounds))
	fmt.Println(err)
}
