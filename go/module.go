package wasmer

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Module is compiled code. Any number of goroutines may use it. Instances keep the code that they
// run, so a module may be closed before them.
type Module struct {
	store   *Store
	imports []*ImportType
	exports []*ExportType
	places  map[string]int
	// Places of the exports that are memories, or globals that another goroutine may want to set.
	viewed []int

	mu      sync.Mutex
	native  capi.Module
	users   int
	closed  bool
	cleanup runtime.Cleanup
}

// NewModule compiles WebAssembly, in binary or text form.
func NewModule(store *Store, bytes []byte) (*Module, error) {
	return NewModuleContext(background, store, bytes)
}

// DeserializeModule loads the result of Serialize without compiling. It fails with ErrDeserialize
// if the bytes are damaged. Load only bytes that you wrote: forged bytes can run any code.
//
// Fuel and metering are part of the code. An engine with fuel or metering refuses a module compiled
// without, with ErrDeserialize. A module compiled with them pays as it was compiled to, whatever
// the engine's settings.
func DeserializeModule(store *Store, bytes []byte) (*Module, error) {
	return makeModule(background, store, bytes, capi.DeserializeModule)
}

// ValidateModule checks WebAssembly, in binary or text form, without compiling it. It returns nil
// if the module is valid.
func ValidateModule(store *Store, bytes []byte) error {
	if err := store.check(); err != nil {
		return err
	}
	defer runtime.KeepAlive(store.Engine)
	if e := capi.ValidateModule(store.Engine.native, todaysText(bytes)); e != nil {
		return wrap(e)
	}
	return nil
}

// Wat2Wasm translates WebAssembly text to the binary form. It returns the binary form unchanged.
func Wat2Wasm(wat string) ([]byte, error) {
	wasm, e := capi.Wat2Wasm(todaysText([]byte(wat)))
	if e != nil {
		return nil, wrap(e)
	}
	return wasm, nil
}

// mostViewed bounds the work of an instance for exports that may never be used.
const mostViewed = 16

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
		global := m.exports[place].ty.global
		flag := global != nil && global.mutability == MUTABLE && global.kind.IsNumber()
		if item.Type.Kind == capi.KindMemory || flag && len(m.viewed) < mostViewed {
			m.viewed = append(m.viewed, place)
		}
	}
	return m, nil
}

// use lends the native module, unless it is closed. The last user frees it.
func (m *Module) use() (capi.Module, error) {
	if m == nil {
		return capi.Module{}, newError(capi.StatusNullArgument, "module is nil")
	}
	if m.store == nil {
		return capi.Module{}, newError(capi.StatusNullArgument, "module is the zero Module: use NewModule")
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

// Close frees the code as soon as no instance uses it. Close may be called more than once.
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

// Name returns the name in the module's name section, or "" if there is none.
func (m *Module) Name() string {
	native, err := m.use()
	if err != nil {
		return ""
	}
	defer m.unuse()
	return native.Name()
}

// Compiler returns the compiler of the module's code. Cranelift compiles what Singlepass cannot.
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

// Imports returns the imports of the module, in its order. The caller may change the slice.
func (m *Module) Imports() []*ImportType {
	if m == nil {
		return nil
	}
	return slices.Clone(m.imports)
}

// Exports returns the exports of the module, in its order. The caller may change the slice.
func (m *Module) Exports() []*ExportType {
	if m == nil {
		return nil
	}
	return slices.Clone(m.exports)
}

// CustomSection returns the contents of the custom section of a name, and whether the module has
// one. If it has several, CustomSection returns the last.
func (m *Module) CustomSection(name string) ([]byte, bool) {
	native, err := m.use()
	if err != nil {
		return nil, false
	}
	defer m.unuse()
	contents, e := native.CustomSection(name)
	return contents, e == nil
}

// Serialize returns bytes from which DeserializeModule restores the module with the same version of
// the library.
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
