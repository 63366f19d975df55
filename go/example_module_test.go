package wasmer_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	wasmer "github.com/bhojpur/wasmer/go"
)

func ExampleModule() {
	store := wasmer.NewStore(wasmer.NewEngine())
	module := must(wasmer.NewModule(store, []byte(`(module $greeter
	  (import "env" "print" (func (param i32 i32)))
	  (memory (export "memory") 1 16)
	  (func (export "greet")))`)))
	defer module.Close()
	fmt.Println(module.Name())
	for _, wanted := range module.Imports() {
		fmt.Printf("import %s.%s: %v\n", wanted.Module(), wanted.Name(), wanted.Type())
	}
	for _, export := range module.Exports() {
		fmt.Printf("export %s: %v\n", export.Name(), export.Type())
	}
	// Output:
	// greeter
	// import env.print: func(i32, i32) -> ()
	// export memory: memory 1..16 pages
	// export greet: func() -> ()
}

// A module that was compiled once can be kept in a file, and loaded without compiling.
func ExampleModule_Serialize() {
	store := wasmer.NewStore(wasmer.NewEngine())
	serialized := must(must(wasmer.NewModule(store, []byte(doubling))).Serialize())

	module := must(wasmer.DeserializeModule(store, serialized))
	instance := must(wasmer.NewInstance(module, nil))
	fmt.Println(must(function(instance, "double")(21)))

	serialized[len(serialized)/2] ^= 1
	_, err := wasmer.DeserializeModule(store, serialized)
	fmt.Println(errors.Is(err, wasmer.ErrDeserialize))
	// Output:
	// 42
	// true
}

// The context bounds the time that a compilation takes.
func ExampleNewModuleContext() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	module, err := wasmer.NewModuleContext(ctx, wasmer.NewStore(wasmer.NewEngine()), []byte(doubling))
	fmt.Println(len(module.Exports()), err)
	// Output: 1 <nil>
}
