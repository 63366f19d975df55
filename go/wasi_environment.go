package wasmer

import (
	"errors"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

var errNoDirectory = errors.New("not a directory")

// WasiEnvironment is what a WASI guest gets to see, checked.
//
// WASI is not built into the library yet: GenerateImportObject fails with ErrUnsupported.
type WasiEnvironment struct{ state wasiState }

// GenerateImportObject makes the WASI imports of a module. It may be called for any number of modules.
//
// WASI is not built into the library yet, so it fails with an error that is ErrUnsupported and
// ErrNotImplemented.
func (e *WasiEnvironment) GenerateImportObject(store *Store, module *Module) (*ImportObject, error) {
	switch {
	case e == nil:
		return nil, newError(capi.StatusNullArgument, "WASI environment is nil")
	case module == nil:
		return nil, newError(capi.StatusNullArgument, "module is nil")
	}
	if err := store.check(); err != nil {
		return nil, err
	}
	if GetWasiVersion(module) == WASI_VERSION_INVALID {
		return nil, newError(capi.StatusInvalidArgument, "could not detect a WASI version on the given module")
	}
	return nil, notImplemented("WASI")
}

// ReadStdout gives what the guest printed since the last time, empty unless it is captured.
func (e *WasiEnvironment) ReadStdout() []byte { return []byte{} }

// ReadStderr gives what the guest printed as errors since the last time, empty unless it is captured.
func (e *WasiEnvironment) ReadStderr() []byte { return []byte{} }

// GetWasiStartFunction gives the function that runs a WASI command: the export `_start`.
func (e *Exports) GetWasiStartFunction() (NativeFunction, error) {
	start, err := e.GetFunction("_start")
	if errors.Is(err, ErrClosed) {
		return nil, err
	}
	if err != nil {
		return nil, newError(capi.StatusNotFound, "WASI start function was not found")
	}
	return start, nil
}
