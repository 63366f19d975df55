package wasmer

import (
	"context"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// NewModuleContext is NewModule with a context. When the context ends, the compilation ends as soon
// as the functions in progress are done; before that, text is parsed and the module validated to
// the end. The error then matches the context's error and TrapInterrupted. Where the system has no
// way to end calls, it cannot end compilations either.
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
