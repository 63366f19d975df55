// Traps shows what a failed call tells, and that the program goes on.
package main

import (
	"errors"
	"fmt"
	"log"

	wasmer "github.com/bhojpur/wasmer/go"
)

const guest = `(module $calculator
  (func $divide (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func $ratio (export "ratio") (param i32 i32) (result i32)
    (i32.mul (call $divide (local.get 0) (local.get 1)) (i32.const 100)))
  (func $endless (export "endless") call $endless))`

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
	ratio, err := instance.Exports.GetFunction("ratio")
	if err != nil {
		log.Fatal(err)
	}
	endless, err := instance.Exports.GetFunction("endless")
	if err != nil {
		log.Fatal(err)
	}

	_, err = ratio(1, 0)
	fmt.Println(err)
	fmt.Println(errors.Is(err, wasmer.TrapIntegerDivisionByZero))
	var trap *wasmer.TrapError
	if errors.As(err, &trap) {
		for _, frame := range trap.Trace() {
			fmt.Printf("  at %s.%s (function %d)\n", frame.ModuleName(), frame.FunctionName(), frame.FunctionIndex())
		}
	}
	_, err = endless()
	fmt.Println(err)
	fmt.Println(ratio(6, 3))
}
