package wasmer_test

import (
	"fmt"
	"log"

	wasmer "github.com/bhojpur/wasmer/go"
)

// The examples of wasmer-go: they print what they printed there.

// load compiles a guest and makes an instance of it, and says so.
func load(store *wasmer.Store, guest string, imports *wasmer.ImportObject) *wasmer.Instance {
	fmt.Println("Compiling module...")
	module, err := wasmer.NewModule(store, []byte(guest))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Instantiating module...")
	instance, err := wasmer.NewInstance(module, imports)
	if err != nil {
		log.Fatal(err)
	}
	return instance
}

// quiet compiles a guest and makes an instance of it.
func quiet(store *wasmer.Store, guest string, imports map[string]wasmer.IntoExtern) *wasmer.Instance {
	object := wasmer.NewImportObject()
	object.Register("env", imports)
	return must(wasmer.NewInstance(must(wasmer.NewModule(store, []byte(guest))), object))
}

// function gives an exported function.
func function(instance *wasmer.Instance, name string) wasmer.NativeFunction {
	found, err := instance.Exports.GetFunction(name)
	if err != nil {
		log.Fatal(err)
	}
	return found
}

// must gives the result of a call that cannot fail.
func must[T any](result T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return result
}

const doubling = `(module (func (export "double") (param i32) (result i32)
  (i32.add (local.get 0) (local.get 0))))`
