package wasmer

import (
	"context"
	"fmt"
	"maps"
	"runtime"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// A wasiGuest is the state of the functions of WASI: descriptors, clocks, captured output.
type wasiGuest struct {
	native  capi.Wasi
	cleanup runtime.Cleanup
	// exitsAsTraps: programs for wasmer-go expect a *TrapError where the guest ends itself.
	exitsAsTraps bool
}

func newWasiGuest(native capi.Wasi) *wasiGuest {
	g := &wasiGuest{native: native}
	g.cleanup = runtime.AddCleanup(g, capi.Wasi.Delete, native)
	return g
}

// release frees the guest before the collector does, so that its descriptors are closed with the
// last instance.
func (g *wasiGuest) release() {
	g.cleanup.Stop()
	g.native.Delete()
	runtime.KeepAlive(g)
}

// output returns and removes what the guest has written, or nil if it is not captured.
func (g *wasiGuest) output(stream uint32) []byte {
	if g == nil {
		return nil
	}
	defer runtime.KeepAlive(g)
	output, e := g.native.Output(stream)
	if e != nil {
		return nil
	}
	return output
}

// isWasi reports whether WASI may provide an import.
func isWasi(wanted *ImportType) bool {
	return wanted.ty.Kind() == FUNCTION && (wanted.module == namespaceSnapshot0 || wanted.module == namespaceSnapshot1)
}

// withWasi returns a copy that also provides the functions of WASI.
func (o *ImportObject) withWasi(g *wasiGuest) *ImportObject {
	copied := NewImportObject()
	if o != nil {
		for name, namespace := range o.namespaces {
			copied.namespaces[name] = maps.Clone(namespace)
		}
		copied.wasiNamespaces = o.wasiNamespaces
	}
	copied.wasi = g
	return copied
}

// importIn makes the functions of WASI that the module imports and stores their handles.
func (g *wasiGuest) importIn(ctx context.Context, a *arena, module capi.Module, handles []capi.Handle) error {
	defer runtime.KeepAlive(g)
	if g.exitsAsTraps {
		a.exitsAsTraps.Store(true)
	}
	return a.do(ctx, func() *capi.Error { return a.native.WasiImports(g.native, module, handles) })
}

// startWasi runs the export `_start` of the instance and returns the exit code.
func (i *Instance) startWasi(ctx context.Context) (code uint32, err error) {
	err = i.enterWasi(ctx, func(r running) (e *capi.Error) {
		if r.interrupt == nil {
			code, e = i.arena.native.WasiStart(i.handle, r.data)
		} else {
			code, e = i.arena.native.WasiStartUnder(i.handle, r.data, r.interrupt.native)
		}
		return e
	})
	return code, err
}

// initializeWasi runs the export `_initialize` of the instance, if it has one.
func (i *Instance) initializeWasi(ctx context.Context) error {
	return i.enterWasi(ctx, func(r running) *capi.Error {
		if r.interrupt == nil {
			return i.arena.native.WasiInitialize(i.handle, r.data)
		}
		return i.arena.native.WasiInitializeUnder(i.handle, r.data, r.interrupt.native)
	})
}

func (i *Instance) enterWasi(ctx context.Context, enter func(running) *capi.Error) error {
	if i.closed.Load() {
		return closedError("instance")
	}
	a := i.arena
	r, err := a.begin(ctx, i)
	if err != nil {
		return err
	}
	defer a.end(r)
	if err := a.do(ctx, func() *capi.Error { return enter(r) }); err != nil {
		return a.explained(&r, err)
	}
	return nil
}

// ExitError is the error of a call in which the guest called `proc_exit` of WASI. The instance may
// still be called, if the guest allows for it. For guests of a WasiStateBuilder it is wrapped in a
// *TrapError, whose text is "WASI exited with code: " and the code, as in wasmer-go.
type ExitError struct{ code uint32 }

// ExitCode returns the code that the guest exited with, which may be 0.
func (e *ExitError) ExitCode() int { return int(e.code) }

// Error returns "exit status " and the code.
func (e *ExitError) Error() string { return fmt.Sprintf("exit status %d", e.code) }

// trap returns the error in the form that programs for wasmer-go expect.
func (e *ExitError) trap() *TrapError {
	return &TrapError{message: fmt.Sprintf("WASI exited with code: %d", e.code), code: TrapNone, cause: e}
}
