// Memory reads, writes and grows a guest's memory.
package main

import (
	"errors"
	"fmt"
	"log"

	wasmer "github.com/bhojpur/wasmer/go"
)

const guest = `(module
  (memory (export "memory") 1 3)
  (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "size") (result i32) memory.size))`

func main() {
	store := wasmer.NewStore(wasmer.NewEngine())
	module, err := wasmer.NewModule(store, []byte(guest))
	if err != nil {
		log.Fatal(err)
	}
	instance, err := wasmer.NewInstance(module, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer instance.Close()
	memory, err := instance.Exports.GetMemory("memory")
	if err != nil {
		log.Fatal(err)
	}
	load, err := instance.Exports.GetFunction("load")
	if err != nil {
		log.Fatal(err)
	}
	size, err := instance.Exports.GetFunction("size")
	if err != nil {
		log.Fatal(err)
	}

	if err := memory.WriteString(100, "wasm"); err != nil {
		log.Fatal(err)
	}
	first, err := load(100)
	fmt.Printf("the guest sees %c %v\n", first, err)

	fmt.Println("pages:", memory.Size(), "bytes:", memory.DataSize())
	fmt.Println("grow by 2:", memory.Grow(2), "grow by 1 more:", memory.Grow(1))
	pages, err := size()
	fmt.Println("the guest has pages:", pages, err)

	text, err := memory.ReadString(100, 4)
	fmt.Println(text, err)
	_, err = memory.Read(uint32(memory.DataSize())-2, 4)
	fmt.Println(errors.Is(err, wasmer.ErrOutOfBounds))
}
