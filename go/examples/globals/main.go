// Globals gets and sets globals, of the guest and of the host.
package main

import (
	"errors"
	"fmt"
	"log"

	wasmer "github.com/bhojpur/wasmer/go"
)

const guest = `(module
  (import "host" "counter" (global $counter (mut i64)))
  (global (export "one") f32 (f32.const 1))
  (global $some (export "some") (mut f32) (f32.const 0))
  (func (export "get_some") (result f32) global.get $some)
  (func (export "count") (global.set $counter (i64.add (global.get $counter) (i64.const 1)))))`

func main() {
	store := wasmer.NewStore(wasmer.NewEngine())
	module, err := wasmer.NewModule(store, []byte(guest))
	if err != nil {
		log.Fatal(err)
	}
	counter := wasmer.NewGlobal(store,
		wasmer.NewGlobalType(wasmer.NewValueType(wasmer.I64), wasmer.MUTABLE), wasmer.NewI64(40))
	imports := wasmer.NewImportObject()
	imports.Register("host", map[string]wasmer.IntoExtern{"counter": counter})
	instance, err := wasmer.NewInstance(module, imports)
	if err != nil {
		log.Fatal(err)
	}
	defer instance.Close()

	one, err := instance.Exports.GetGlobal("one")
	if err != nil {
		log.Fatal(err)
	}
	some, err := instance.Exports.GetGlobal("some")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(one.Type().Mutability(), one.Type().ValueType().Kind())
	fmt.Println(some.Type().Mutability(), some.Type().ValueType().Kind())

	err = one.Set(float32(2), wasmer.F32)
	fmt.Println(errors.Is(err, wasmer.ErrImmutable), err)
	fmt.Println(some.Set(float32(1.5), wasmer.F32))
	getSome, err := instance.Exports.GetFunction("get_some")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(getSome())

	count, err := instance.Exports.GetFunction("count")
	if err != nil {
		log.Fatal(err)
	}
	for range 2 {
		if _, err := count(); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(counter.Get())
}
