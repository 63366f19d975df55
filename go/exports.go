package wasmer

import (
	"context"
	"sync"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Exports provides the exports of an instance by name. Any number of goroutines may use it.
type Exports struct {
	instance *Instance
	mu       sync.Mutex
	known    map[string]*Extern
}

// Get returns an export. It fails if the instance is closed or has no export of that name. It never
// waits, whatever the instance is doing.
func (e *Exports) Get(name string) (*Extern, error) {
	if e == nil || e.instance == nil {
		return nil, unmade()
	}
	if e.instance.closed.Load() {
		return nil, closedError("instance")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if extern := e.known[name]; extern != nil {
		return extern, nil
	}
	place, found := e.instance.module.places[name]
	if !found {
		return nil, newError(capi.StatusNotFound, "Export `%s` does not exist", name)
	}
	extern, err := e.instance.export(place)
	if err != nil {
		return nil, err
	}
	if e.known == nil {
		e.known = make(map[string]*Extern)
	}
	e.known[name] = extern
	return extern, nil
}

func (e *Exports) get(name string, kind ExternKind) (*Extern, error) {
	extern, err := e.Get(name)
	if err != nil {
		return nil, err
	}
	if found := extern.Kind(); found != kind {
		return nil, newError(capi.StatusType, "Export `%s` is a %s, not a %s", name, found, kind)
	}
	return extern, nil
}

// GetFunction returns an exported function as a Go function. It fails like Get, and with ErrType if
// the export is not a function.
func (e *Exports) GetFunction(name string) (NativeFunction, error) {
	function, err := e.GetRawFunction(name)
	if err != nil {
		return nil, err
	}
	return function.Native(), nil
}

// GetRawFunction returns an exported function. It fails like GetFunction.
func (e *Exports) GetRawFunction(name string) (*Function, error) {
	extern, err := e.get(name, FUNCTION)
	if err != nil {
		return nil, err
	}
	return extern.function, nil
}

// GetGlobal returns an exported global. It fails like Get, and with ErrType if the export is not a
// global.
func (e *Exports) GetGlobal(name string) (*Global, error) {
	extern, err := e.get(name, GLOBAL)
	if err != nil {
		return nil, err
	}
	return extern.global, nil
}

// GetTable returns an exported table. It fails like Get, and with ErrType if the export is not a
// table.
func (e *Exports) GetTable(name string) (*Table, error) {
	extern, err := e.get(name, TABLE)
	if err != nil {
		return nil, err
	}
	return extern.table, nil
}

// GetMemory returns an exported memory. It fails like Get, and with ErrType if the export is not a
// memory.
func (e *Exports) GetMemory(name string) (*Memory, error) {
	extern, err := e.get(name, MEMORY)
	if err != nil {
		return nil, err
	}
	return extern.memory, nil
}

// GetTag returns an exported tag. It fails like Get, and with ErrType if the export is not a tag.
func (e *Exports) GetTag(name string) (*Tag, error) {
	extern, err := e.get(name, TAG)
	if err != nil {
		return nil, err
	}
	return extern.tag, nil
}

// view looks up the exported memories and globals that can be used while a guest runs.
func (e *Exports) view(ctx context.Context) error {
	for _, place := range e.instance.module.viewed {
		extern, err := e.Get(e.instance.module.exports[place].name)
		if err != nil {
			return err
		}
		a, handle, err := extern.bound().use(ctx)
		if err != nil {
			return err
		}
		if memory := extern.memory; memory.isShared() {
			// So that it can be had while a guest runs, by other instances too.
			err = memory.shared.takeOut(ctx, a, handle)
		} else if memory != nil {
			_, err = memory.viewer.find(ctx, a, handle, capi.Arena.ViewMemory)
		} else {
			_, err = extern.global.viewer.find(ctx, a, handle, capi.Arena.ViewGlobal)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// drop releases the exports of a closed instance.
func (e *Exports) drop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, extern := range e.known {
		if b := extern.bound(); b != nil {
			b.mu.Lock()
			b.held.drop()
			b.mu.Unlock()
		}
	}
	e.known = nil
}

func (i *Instance) export(place int) (*Extern, error) {
	a := i.arena
	var handle capi.Handle
	if i.handle == 0 {
		return nil, notReady()
	}
	find := func() (e *capi.Error) {
		handle, e = a.native.Export(i.handle, place)
		return e
	}
	busy, err := a.try(find)
	if err != nil {
		return nil, err
	}
	ty := i.module.exports[place].ty
	where := boundTo(a, handle, i)
	if busy {
		// It has no handle before its first use, which waits for a turn as it would anyway.
		where.late = true
		where.make = func(ctx context.Context, a *arena) (found capi.Handle, err error) {
			err = a.do(ctx, func() (e *capi.Error) {
				found, e = a.native.Export(i.handle, place)
				return e
			})
			return found, err
		}
	}
	extern := &Extern{ty: ty}
	switch ty.Kind() {
	case FUNCTION:
		extern.function = &Function{ty: ty.function, bound: where}
		if !busy {
			extern.function = a.noteFunction(handle, extern.function)
		}
	case GLOBAL:
		extern.global = &Global{ty: ty.global, bound: where}
	case TABLE:
		extern.table = &Table{ty.table, where}
	case MEMORY:
		extern.memory = &Memory{ty: ty.memory, bound: where}
		if ty.memory.shared {
			extern.memory.shared = new(sharedMemory)
		}
	default:
		extern.tag = &Tag{ty: ty.tag, bound: where}
	}
	return extern, nil
}
