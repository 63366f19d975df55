package wasmer_test

import (
	"errors"
	"fmt"

	wasmer "github.com/bhojpur/wasmer/go"
)

// The frames of a trap tell where the guest was.
func ExampleFrame() {
	instance := quiet(wasmer.NewStore(wasmer.NewEngine()), `(module $calculator
	  (func $divide (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
	  (func (export "inverse") (param i32) (result i32) (call $divide (local.get 0))))`, nil)
	_, err := function(instance, "inverse")(0)
	var trap *wasmer.TrapError
	if errors.As(err, &trap) {
		frame := trap.Origin()
		fmt.Println(frame.ModuleName(), frame.FunctionName(), frame.FunctionIndex())
	}
	// Output: calculator divide 0
}
