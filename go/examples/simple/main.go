// Simple calls a function of a guest that was written in Rust.
package main

import (
	_ "embed"
	"fmt"
	"log"

	wasmer "github.com/bhojpur/wasmer/go"
)

//go:embed simple.wasm
var wasmBytes []byte

func main() {
	engine := wasmer.NewEngine()
	store := wasmer.NewStore(engine)
	module, err := wasmer.NewModule(store, wasmBytes)
	if err != nil {
		log.Fatal(err)
	}
	importObject := wasmer.NewImportObject()
	instance, err := wasmer.NewInstance(module, importObject)
	if err != nil {
		log.Fatal(err)
	}
	defer instance.Close()
	sum, err := instance.Exports.GetFunction("sum")
	if err != nil {
		log.Fatal(err)
	}
	result, err := sum(5, 37)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result)
}
