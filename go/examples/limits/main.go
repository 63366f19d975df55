// Limits shows how much of the process a guest gets: stack, memory, instructions.
package main

import (
	"errors"
	"fmt"
	"log"

	wasmer "github.com/bhojpur/wasmer/go"
)

const guest = `(module
  (memory (export "memory") 1)
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "sum") (param i32) (result i32) (local $sum i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (local.get 0)))
      (br_if $next (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get $sum)))`

func main() {
	// Of the process, and before there is an instance.
	if err := wasmer.SetStackSize(256 << 10); err != nil {
		log.Fatal(err)
	}
	config := wasmer.NewConfig().
		SetFuel(1000).
		SetQuota(wasmer.QuotaFunctions, 100).
		SetQuota(wasmer.QuotaMemoryPages, 16)
	engine := wasmer.NewEngineWithConfig(config)
	run(wasmer.NewStore(engine))

	// The same engine, with more memory for those who paid for it.
	large := wasmer.NewStore(engine)
	if err := large.SetQuota(wasmer.QuotaMemoryPages, 64); err != nil {
		log.Fatal(err)
	}
	run(large)
}

func run(store *wasmer.Store) {
	module, err := wasmer.NewModule(store, []byte(guest))
	if err != nil {
		log.Fatal(err)
	}
	instance, err := wasmer.NewInstance(module, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer instance.Close()
	grow, err := instance.Exports.GetFunction("grow")
	if err != nil {
		log.Fatal(err)
	}
	sum, err := instance.Exports.GetFunction("sum")
	if err != nil {
		log.Fatal(err)
	}

	before, err := grow(40)
	fmt.Println("grow by 40 pages:", before, err)

	fmt.Println(sum(10))
	left, err := instance.Fuel()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("fuel left:", left)
	_, err = sum(1_000_000)
	fmt.Println(err, errors.Is(err, wasmer.ErrOutOfFuel))
	if err := instance.AddFuel(10_000_000); err != nil {
		log.Fatal(err)
	}
	fmt.Println(sum(1000))
}
