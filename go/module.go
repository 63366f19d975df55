package wasmer

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Module is compiled code. Safe for any number of goroutines. Instances keep the code they run, so
// a module may be closed before them.
type Module struct {
	store   *Store
	imports []*ImportType
	exports []*ExportType
	places  map[string]int
	// Places of the exports that are memories.
	memories []int

	mu      sync.Mutex
	native  capi.Module
	users   int
	closed  bool
	cleanup runtime.Cleanup
}

// NewModule compiles WebAssembly, binary or text.
func NewModule(store *Store, bytes []byte) (*Module, error) {
	return NewModuleContext(background, store, bytes)
}

// DeserializeModule loads what Serialize gave, without compiling. Damage is found and is an error;
// who can forge the bytes can run any code, so load only what you wrote. Fuel and metering are part of the
// code: an engine that has them refuses a module that was compiled without, by ErrDeserialize, and one that
// was compiled with them pays as it was compiled to, whatever the engine says.
func DeserializeModule(store *Store, bytes []byte) (*Module, error) {
	return makeModule(background, store, bytes, capi.DeserializeModule)
}

// ValidateModule checks WebAssembly, binary or text, without compiling it. Nil means valid.
func ValidateModule(store *Store, bytes []byte) error {
	if err := store.check(); err != nil {
		return err
	}
	defer runtime.KeepAlive(store.Engine)
	if e := capi.ValidateModule(store.Engine.native, withFuncref(bytes)); e != nil {
		return wrap(e)
	}
	return nil
}

// Wat2Wasm translates WebAssembly text to binary. Binary is passed through.
func Wat2Wasm(wat string) ([]byte, error) {
	wasm, e := capi.Wat2Wasm(withFuncref([]byte(wat)))
	if e != nil {
		return nil, wrap(e)
	}
	return wasm, nil
}

func makeModule(ctx context.Context, store *Store, bytes []byte,
	by func(capi.Engine, []byte) (capi.Module, *capi.Error)) (*Module, error) {
	if err := store.check(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	native, e := by(store.Engine.native, bytes)
	runtime.KeepAlive(store.Engine)
	if e != nil {
		return nil, wrap(e)
	}
	m := &Module{store: store, native: native, users: 1, places: make(map[string]int)}
	m.cleanup = runtime.AddCleanup(m, capi.Module.Delete, native)
	for _, item := range native.Imports() {
		m.imports = append(m.imports, &ImportType{item.Module, item.Name, externTypeOf(item.Type)})
	}
	for place, item := range native.Exports() {
		m.exports = append(m.exports, &ExportType{item.Name, externTypeOf(item.Type)})
		m.places[item.Name] = place
		if item.Type.Kind == capi.KindMemory {
			m.memories = append(m.memories, place)
		}
	}
	return m, nil
}

// use lends the native module, unless it is closed. Whoever used it last frees it.
func (m *Module) use() (capi.Module, error) {
	if m == nil {
		return capi.Module{}, newError(capi.StatusNullArgument, "module is nil")
	}
	if m.store == nil {
		return capi.Module{}, newError(capi.StatusNullArgument, "module is the zero Module, which is none")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return capi.Module{}, closedError("module")
	}
	m.users++
	return m.native, nil
}

func (m *Module) unuse() {
	m.mu.Lock()
	m.users--
	last := m.users == 0
	m.mu.Unlock()
	if last {
		m.cleanup.Stop()
		m.native.Delete()
	}
	runtime.KeepAlive(m)
}

// Close frees the code as soon as no instance uses it. Harmless if repeated.
func (m *Module) Close() {
	if m == nil || m.store == nil {
		return
	}
	m.mu.Lock()
	first := !m.closed
	m.closed = true
	m.mu.Unlock()
	if first {
		m.unuse()
	}
}

// Name is the name in the module's name section, "" if there is none.
func (m *Module) Name() string {
	native, err := m.use()
	if err != nil {
		return ""
	}
	defer m.unuse()
	return native.Name()
}

// Compiler tells whose code this is: Cranelift compiles what Singlepass cannot.
func (m *Module) Compiler() CompilerKind {
	native, err := m.use()
	if err != nil {
		if m == nil || m.store == nil {
			return CRANELIFT
		}
		return m.store.Engine.config.compiler
	}
	defer m.unuse()
	return CompilerKind(native.Compiler())
}

// Imports lists what the module imports, in its order. The list is the caller's.
func (m *Module) Imports() []*ImportType {
	if m == nil {
		return nil
	}
	return slices.Clone(m.imports)
}

// Exports lists what the module exports, in its order. The list is the caller's.
func (m *Module) Exports() []*ExportType {
	if m == nil {
		return nil
	}
	return slices.Clone(m.exports)
}

// CustomSection gives the contents of the custom section of a name, the last one if there are
// several, and whether there is one.
func (m *Module) CustomSection(name string) ([]byte, bool) {
	native, err := m.use()
	if err != nil {
		return nil, false
	}
	defer m.unuse()
	contents, e := native.CustomSection(name)
	return contents, e == nil
}

// Serialize gives the bytes from which DeserializeModule makes the module again, with the same
// version of the library.
func (m *Module) Serialize() ([]byte, error) {
	native, err := m.use()
	if err != nil {
		return nil, err
	}
	defer m.unuse()
	serialized, e := native.Serialize()
	if e != nil {
		return nil, wrap(e)
	}
	return serialized, nil
}
