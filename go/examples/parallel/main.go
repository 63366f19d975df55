// Parallel runs many goroutines on one module, each with an instance of its own.
package main

import (
	"fmt"
	"log"
	"sync"

	wasmer "github.com/bhojpur/wasmer/go"
)

const guest = `(module
  (func $fib (export "fib") (param i64) (result i64)
    (if (result i64) (i64.lt_u (local.get 0) (i64.const 2))
      (then (local.get 0))
      (else (i64.add
        (call $fib (i64.sub (local.get 0) (i64.const 1)))
        (call $fib (i64.sub (local.get 0) (i64.const 2))))))))`

func main() {
	store := wasmer.NewStore(wasmer.NewEngine())
	module, err := wasmer.NewModule(store, []byte(guest))
	if err != nil {
		log.Fatal(err)
	}
	results := make([]any, 16)
	var group sync.WaitGroup
	for number := range results {
		group.Add(1)
		go func() {
			defer group.Done()
			instance, err := wasmer.NewInstance(module, nil)
			if err != nil {
				log.Fatal(err)
			}
			defer instance.Close()
			fib, err := instance.Exports.GetFunction("fib")
			if err != nil {
				log.Fatal(err)
			}
			if results[number], err = fib(number); err != nil {
				log.Fatal(err)
			}
		}()
	}
	group.Wait()
	fmt.Println(results)
}
