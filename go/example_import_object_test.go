package wasmer_test

import (
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

// Imports with an environment that gets the instance afterwards, as programs for wasmer-go make it.
func ExampleImportObject() {
	type environment struct{ instance *wasmer.Instance }
	env := &environment{}
	store := wasmer.NewStore(wasmer.NewEngine())
	tell := wasmer.NewFunctionWithEnvironment(store,
		wasmer.NewFunctionType(wasmer.NewValueTypes(wasmer.I32), nil), env,
		func(given interface{}, arguments []wasmer.Value) ([]wasmer.Value, error) {
			memory, err := given.(*environment).instance.Exports.GetMemory("memory")
			if err != nil {
				return nil, err
			}
			number, err := memory.ReadUint32(uint32(arguments[0].I32()))
			fmt.Println("The guest tells:", number)
			return nil, err
		})
	imports := wasmer.NewImportObject()
	imports.Register("env", map[string]wasmer.IntoExtern{"tell": tell})
	module := must(wasmer.NewModule(store, []byte(`(module (import "env" "tell" (func $tell (param i32)))
	  (memory (export "memory") 1) (data (i32.const 4) "\2a")
	  (func (export "run") (call $tell (i32.const 4))))`)))
	env.instance = must(wasmer.NewInstance(module, imports))
	must(function(env.instance, "run")())

	_, err := wasmer.NewInstance(module, wasmer.NewImportObject())
	fmt.Println(err)
	// Output:
	// The guest tells: 42
	// Missing import: `env`.`tell`
}
