package wasmer_test

import (
	"errors"
	"fmt"
	"io/fs"

	wasmer "github.com/bhojpur/wasmer/go"
)

// What kind of error it is can be asked by errors.Is: the error of a host function, a trap code, or
// one of the errors of this package.
func ExampleError() {
	store := wasmer.NewStore(wasmer.NewEngine())
	open := wasmer.NewFunction(store, wasmer.NewFunctionType(nil, nil),
		func([]wasmer.Value) ([]wasmer.Value, error) {
			return nil, &fs.PathError{Op: "open", Path: "data", Err: fs.ErrNotExist}
		})
	instance := quiet(store, `(module (import "env" "open" (func $open))
	  (func (export "open") (call $open)) (func (export "trap") unreachable))`,
		map[string]wasmer.IntoExtern{"open": open})
	_, err := function(instance, "open")()
	fmt.Println(err, errors.Is(err, fs.ErrNotExist))
	_, err = function(instance, "trap")()
	fmt.Println(err, errors.Is(err, wasmer.TrapUnreachable))
	trap := function(instance, "trap")
	instance.Close()
	_, err = trap()
	fmt.Println(err, errors.Is(err, wasmer.ErrClosed))
	// Output:
	// open data: file does not exist true
	// unreachable true
	// instance is closed true
}
