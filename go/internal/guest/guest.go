// Package guest is what package wasmer lends to package wasi, and to nobody else. Package wasmer sets
// it when it is initialized.
package guest

import (
	"context"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

var (
	// Imports gives a copy of an *ImportObject, or of none for nil, to which the functions of WASI are
	// added that a module imports, but for those that the object has itself. To be released when instances
	// are made: they keep what they need.
	Imports func(imports any, wasi capi.Wasi) (withWasi any, release func())

	// Start runs a command in an *Instance and gives its exit code.
	Start func(ctx context.Context, instance any) (uint32, error)

	// Initialize initializes a reactor, an *Instance.
	Initialize func(ctx context.Context, instance any) error

	// Fail makes what ends a guest's call with an error.
	Fail func(err error) *capi.Failure

	// Panicked makes what ends a guest's call with a panic, which goes on in the caller.
	Panicked func(value any) *capi.Failure

	// Withdraw takes back what Fail or Panicked made, if nothing was ended by it: it gives the error, or
	// panics again. Nil is nothing.
	Withdraw func(*capi.Failure) error

	// Abandon gives up the arena of an *Instance, whose frames are being dropped by runtime.Goexit.
	Abandon func(instance any)

	// Wrap makes the error of package wasmer for a native one.
	Wrap func(*capi.Error) error
)
