// Package access gives package wasi the parts of package wasmer that are not exported.
//
// Package wasi imports package wasmer, which cannot import it back, and this package can import neither.
// So the functions are methods of an interface whose type parameters stand for the two types of package
// wasmer that they work on. Package wasmer provides the implementation when it is initialized, and package
// wasi asks for it when it is initialized, which is later.
package access

import (
	"context"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Access is what package wasi uses of package wasmer. ImportObject is *wasmer.ImportObject and Instance is
// *wasmer.Instance.
type Access[ImportObject, Instance any] interface {
	// WithWasi returns a copy of imports, which may be nil, that also provides the WASI functions which a
	// module imports and imports lacks. Instances keep what they need: the caller calls release once they
	// are made.
	WithWasi(imports ImportObject, wasi capi.Wasi) (copied ImportObject, release func())

	// Start runs a command and returns its exit code.
	Start(ctx context.Context, instance Instance) (uint32, error)

	// Initialize initializes a reactor.
	Initialize(ctx context.Context, instance Instance) error

	// Fail returns the failure that ends a guest's call with err.
	Fail(err error) *capi.Failure

	// Panicked returns the failure that ends a guest's call and panics with value in the caller.
	Panicked(value any) *capi.Failure

	// Withdraw takes back a failure that has ended no call. It returns the error, or panics again. A nil
	// failure has no effect.
	Withdraw(failure *capi.Failure) error

	// Abandon gives up the arena of an instance whose frames runtime.Goexit drops.
	Abandon(instance Instance)

	// Wrap returns the error of package wasmer for a native one.
	Wrap(e *capi.Error) error
}

// provided holds an Access, whose type arguments this package cannot name.
var provided any

// Provide makes an implementation available to Get.
func Provide[ImportObject, Instance any](implementation Access[ImportObject, Instance]) {
	provided = implementation
}

// Get returns the implementation. It panics if none of these types was provided.
func Get[ImportObject, Instance any]() Access[ImportObject, Instance] {
	return provided.(Access[ImportObject, Instance])
}
