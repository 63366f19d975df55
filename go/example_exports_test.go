package wasmer_test

import (
	"errors"
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

// An export is looked up by name and kind.
func ExampleExports() {
	instance := quiet(wasmer.NewStore(wasmer.NewEngine()), `(module
	  (global (export "answer") i32 (i32.const 42))
	  (func (export "double") (param i32) (result i32) (i32.add (local.get 0) (local.get 0))))`, nil)
	double := must(instance.Exports.GetFunction("double"))
	fmt.Println(must(double(4)))
	answer := must(instance.Exports.GetGlobal("answer"))
	fmt.Println(must(answer.Get()))
	_, err := instance.Exports.GetMemory("answer")
	fmt.Println(errors.Is(err, wasmer.ErrType), err)
	_, err = instance.Exports.Get("question")
	fmt.Println(err)
	// Output:
	// 8
	// 42
	// true Export `answer` is a global, not a memory
	// Export `question` does not exist
}
