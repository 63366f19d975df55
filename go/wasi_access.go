package wasmer

import (
	"context"
	"fmt"

	"github.com/bhojpur/wasmer/go/internal/access"
	"github.com/bhojpur/wasmer/go/internal/capi"
)

// wasiAccess is what package wasi uses of this package.
type wasiAccess struct{}

func init() { access.Provide[*ImportObject, *Instance](wasiAccess{}) }

func (wasiAccess) WithWasi(imports *ImportObject, wasi capi.Wasi) (*ImportObject, func()) {
	g := newWasiGuest(wasi)
	return imports.withWasi(g), g.release
}

func (wasiAccess) Start(ctx context.Context, instance *Instance) (uint32, error) {
	return instance.startWasi(ctx)
}

func (wasiAccess) Initialize(ctx context.Context, instance *Instance) error {
	return instance.initializeWasi(ctx)
}

func (wasiAccess) Fail(err error) *capi.Failure {
	return fail(&hostFailure{err: err, text: err.Error()})
}

func (wasiAccess) Panicked(value any) *capi.Failure {
	return fail(&hostFailure{panicked: true, value: value, text: fmt.Sprint("panic: ", value)})
}

func (wasiAccess) Withdraw(made *capi.Failure) error {
	if made == nil {
		return nil
	}
	failure := failures.take(made.Payload)
	if failure == nil {
		return nil
	}
	if failure.panicked {
		panic(failure.value)
	}
	return failure.err
}

func (wasiAccess) Abandon(instance *Instance) {
	a := instance.arena
	a.native.Abandon()
	a.signal()
}

func (wasiAccess) Wrap(e *capi.Error) error { return wrap(e) }
