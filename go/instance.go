package wasmer

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Instance is an instantiated module. Instances of a Store are independent of each other unless one
// imports from another: linked instances live, run and are freed together. A shared memory links
// nothing.
type Instance struct {
	// Exports provides the exports of the instance.
	Exports *Exports

	module *Module
	arena  *arena
	handle capi.Handle
	held   *held
	closed atomic.Bool
}

// NewInstance instantiates a module and runs its start function. If imports are missing or have the
// wrong type, one error names all of them. If the start function traps, the error is a *TrapError.
func NewInstance(module *Module, imports *ImportObject) (*Instance, error) {
	return NewInstanceContext(background, module, imports)
}

// NewInstanceContext is NewInstance with a context. Host functions that the start function calls
// receive the context, and its end ends the start function. See CallContext.
func NewInstanceContext(ctx context.Context, module *Module, imports *ImportObject) (*Instance, error) {
	native, err := module.use()
	if err != nil {
		return nil, err
	}
	defer module.unuse()
	if err := check(ctx); err != nil {
		return nil, err
	}
	externs, err := imports.externs(module)
	if err != nil {
		return nil, err
	}
	instance := &Instance{module: module}
	instance.Exports = &Exports{instance: instance}
	if instance.arena, err = arenaFor(module, externs); err != nil {
		return nil, err
	}
	if err := instance.make(ctx, native, imports, externs); err != nil {
		// A host function that the start function called may have kept it.
		instance.closed.Store(true)
		instance.arena.letGo()
		return nil, err
	}
	return instance, nil
}

func (i *Instance) make(ctx context.Context, native capi.Module, imports *ImportObject, externs []*Extern) error {
	a := i.arena
	handles := make([]capi.Handle, len(externs))
	// The instance keeps what it imports.
	var taken taken
	defer func() { taken.drop(a) }()
	defer runtime.KeepAlive(externs)
	if imports != nil && imports.wasi != nil {
		if err := imports.wasi.importIn(ctx, a, native, handles); err != nil {
			return err
		}
		for _, handle := range handles {
			if handle != 0 {
				taken.handles = append(taken.handles, handle)
			}
		}
		if err := unknown(i.module, externs, handles); err != nil {
			return err
		}
	}
	for place, extern := range externs {
		if extern == nil {
			continue
		}
		var err error
		if extern.function != nil {
			// Each instance gets host functions of its own, which know it.
			handles[place], err = extern.function.importIn(ctx, a, i, &taken)
		} else if extern.memory.isShared() {
			handles[place], err = extern.memory.shareIn(ctx, a)
			taken.handles = append(taken.handles, handles[place])
		} else {
			handles[place], err = extern.bound().handleIn(ctx, a, "an imported "+extern.Kind().String())
		}
		if err != nil {
			return err
		}
	}
	r, err := a.begin(ctx, i)
	if err != nil {
		return err
	}
	defer a.end(r)
	instantiate := func() (e *capi.Error) {
		var handle capi.Handle
		if r.interrupt == nil {
			handle, e = a.native.NewInstance(native, handles, r.data)
		} else {
			handle, e = a.native.NewInstanceUnder(native, handles, r.data, r.interrupt.native)
		}
		// The start function's host calls may have set it.
		if i.handle == 0 {
			i.handle = handle
		}
		return e
	}
	err = a.do(ctx, instantiate)
	if errors.Is(err, ErrOutOfMemory) {
		// The address space may be full of what only waits to be collected.
		runtime.GC()
		runtime.GC()
		i.handle = 0
		err = a.do(ctx, instantiate)
	}
	if err != nil {
		return a.explained(&r, err)
	}
	i.held = newHeld(i, a, i.handle)
	return i.Exports.view(ctx)
}

func (f *Function) importIn(ctx context.Context, a *arena, instance *Instance, taken *taken) (capi.Handle, error) {
	if f.host != nil {
		handle, err := a.bindHost(ctx, f.host, instance)
		if err == nil {
			taken.handles = append(taken.handles, handle)
		}
		return handle, err
	}
	return f.bound.handleIn(ctx, a, "an imported function")
}

// arenaFor selects the arena of an instance: the arena of its imports, or a new one.
func arenaFor(module *Module, externs []*Extern) (*arena, error) {
	var found *arena
	for _, extern := range externs {
		if extern == nil || extern.function != nil && extern.function.host != nil || extern.memory.isShared() {
			continue
		}
		where := extern.bound().where()
		if where == nil {
			continue
		}
		if found != nil && where != found {
			return nil, twoArenas("an imported " + extern.Kind().String())
		}
		found = where
	}
	return module.store.instanceArena(found)
}

func notReady() error {
	return newError(capi.StatusInvalidArgument, "the instance is still being made")
}

// Close closes the instance, whose exports cannot be used afterwards. Its memory is freed at once,
// or when the running call has returned, or with the last of the instances that it is linked to.
// Running calls of its functions end with ErrClosed if their contexts can end; other calls
// continue. Close never waits, and may be called more than once.
func (i *Instance) Close() {
	if i == nil || i.arena == nil || i.closed.Swap(true) {
		return
	}
	i.arena.interruptRunning(i)
	i.arena.letGo()
	i.held.drop()
	i.Exports.drop()
	i.arena.tidy()
}
