package wasmer

import (
	"context"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// NewModuleContext is NewModule with a context. When it ends, so does the compilation, as soon as the
// functions that are being compiled are done; text is parsed, and the module checked, to the end before
// that. The error is then the context's by errors.Is, and TrapInterrupted. Where the system has no
// way to end calls, compilations are not ended either.
func NewModuleContext(ctx context.Context, store *Store, bytes []byte) (*Module, error) {
	if err := check(ctx); err != nil {
		return nil, err
	}
	if ctx.Done() == nil {
		return makeModule(ctx, store, todaysText(bytes), capi.NewModule)
	}
	interrupt, err := interrupts.take()
	if err != nil {
		return nil, err
	}
	if interrupt == nil {
		return makeModule(ctx, store, todaysText(bytes), capi.NewModule)
	}
	var ended *Error
	stop := interrupt.watch(ctx)
	module, err := makeModule(ctx, store, todaysText(bytes), func(engine capi.Engine, wasm []byte) (capi.Module, *capi.Error) {
		native, e := capi.NewModuleUnder(engine, wasm, interrupt.native)
		if e != nil && e.Status == capi.StatusInterrupted {
			reason := reasonOf(ctx)
			ended = &Error{status: e.Status, message: e.Message + ": " + reason.Error(), cause: reason}
		}
		return native, e
	})
	interrupt.unwatch(stop)
	if ended != nil {
		return nil, ended
	}
	return module, err
}
