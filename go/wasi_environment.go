package wasmer

import (
	"errors"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

var errNoDirectory = errors.New("not a directory")

// WasiEnvironment is what a WASI guest can see and has open. It belongs to one instance, or to
// several that share their descriptors.
type WasiEnvironment struct {
	state wasiState
	guest *wasiGuest
}

// newWasiEnvironment opens what the guest can see.
func newWasiEnvironment(state wasiState) (*WasiEnvironment, error) {
	native, e := state.native()
	if e != nil {
		return nil, wrap(e)
	}
	g := newWasiGuest(native)
	g.exitsAsTraps = true
	return &WasiEnvironment{state, g}, nil
}

func (s *wasiState) native() (wasi capi.Wasi, e *capi.Error) {
	config := capi.NewWasiConfig()
	defer config.Delete()
	set := func(failed *capi.Error) {
		if e == nil {
			e = failed
		}
	}
	for _, argument := range append([]string{s.program}, s.arguments...) {
		set(config.AddArgument(argument))
	}
	for _, variable := range s.environment {
		set(config.AddVariable(variable.key, variable.value))
	}
	set(config.AddTop())
	for _, mapped := range s.directories {
		name := mapped.name()
		if name == "" {
			name = "/"
		}
		set(config.AddDirectory(mapped.directory, name, false))
	}
	if s.descriptors != 0 {
		set(config.SetLimit(capi.WasiLimitDescriptors, uint64(s.descriptors)))
	}
	set(config.InheritInput())
	for stream, leads := range map[uint32]wasiStream{capi.WasiOutput: s.stdout, capi.WasiErrorOutput: s.stderr} {
		if leads == captureStream {
			set(config.CaptureOutput(stream, 0))
		} else {
			set(config.InheritOutput(stream))
		}
	}
	if e != nil {
		return wasi, e
	}
	return capi.NewWasi(config)
}

// GenerateImportObject returns an ImportObject that provides the WASI imports of a module, and to
// which others may be added. It fails if the module does not import WASI. It may be called for any
// number of modules; their instances share the environment.
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
	imports := new(ImportObject).withWasi(e.guest)
	imports.wasiNamespaces = make(map[string]bool)
	for _, wanted := range module.imports {
		if isWasi(wanted) {
			imports.wasiNamespaces[wanted.module] = true
		}
	}
	return imports, nil
}

// ReadStdout returns and removes what the guest has written to its standard output. It returns
// nothing unless the output is captured. At most 64 MiB are kept; further writes of the guest fail.
// Any goroutine may call it, also while the guest runs.
func (e *WasiEnvironment) ReadStdout() []byte { return e.output(capi.WasiOutput) }

// ReadStderr is ReadStdout for the standard error.
func (e *WasiEnvironment) ReadStderr() []byte { return e.output(capi.WasiErrorOutput) }

func (e *WasiEnvironment) output(stream uint32) []byte {
	if e == nil {
		return []byte{}
	}
	if output := e.guest.output(stream); output != nil {
		return output
	}
	return []byte{}
}

// GetWasiStartFunction returns the function that runs a WASI command: the export `_start`. The
// function returns no error if the guest exits with code 0. With another code, its error is a
// *TrapError that wraps an *ExitError.
func (e *Exports) GetWasiStartFunction() (NativeFunction, error) {
	start, err := e.GetFunction("_start")
	if errors.Is(err, ErrClosed) {
		return nil, err
	}
	if err != nil {
		return nil, newError(capi.StatusNotFound, "WASI start function was not found")
	}
	return func(parameters ...interface{}) (interface{}, error) {
		result, err := start(parameters...)
		if exit := (*ExitError)(nil); err != nil && errors.As(err, &exit) && exit.code == 0 {
			return nil, nil
		}
		return result, err
	}, nil
}
