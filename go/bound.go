package wasmer

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// A bound is the position of an object in an arena. An object made by the host has none until its
// first use, which makes it in the arena of the instance that imports it, or in one of its own.
type bound struct {
	mu       sync.Mutex
	arena    *arena
	handle   capi.Handle
	instance *Instance // that exports it, if one does
	store    *Store
	make     func(context.Context, *arena) (capi.Handle, error)
	made     func(context.Context, *arena, capi.Handle) error // after make; nil for nothing
	held     *held                                            // what this has of the object
	late     bool                                             // an export whose handle is looked up at its first use
}

func boundTo(a *arena, handle capi.Handle, instance *Instance) *bound {
	b := &bound{arena: a, handle: handle, instance: instance}
	if handle != 0 {
		b.held = newHeld(b, a, handle)
	}
	return b
}

func unbound(store *Store, make func(context.Context, *arena) (capi.Handle, error)) *bound {
	return &bound{store: store, make: make}
}

// use returns the position of the object for an operation on it. It waits until ctx ends at the
// latest.
func (b *bound) use(ctx context.Context) (*arena, capi.Handle, error) {
	if b == nil {
		return nil, 0, unmade()
	}
	if b.instance != nil && b.instance.closed.Load() {
		return nil, 0, closedError("instance")
	}
	if a, handle := b.place(); a != nil {
		return b.resolved(ctx, a, handle)
	}
	if err := b.store.check(); err != nil {
		return nil, 0, err
	}
	a, err := b.store.stagingArena()
	if err != nil {
		return nil, 0, err
	}
	defer a.letGo()
	if err := b.bind(ctx, a); err != nil {
		return nil, 0, err
	}
	found, handle := b.place()
	return found, handle, nil
}

// handleIn returns the object's handle in an arena, and makes the object there if it is nowhere
// yet.
func (b *bound) handleIn(ctx context.Context, a *arena, what string) (capi.Handle, error) {
	if b == nil {
		return 0, unmade()
	}
	found, handle := b.place()
	if found == nil {
		if err := b.bind(ctx, a); err != nil {
			return 0, err
		}
		found, handle = b.place()
	}
	if found != a {
		return 0, twoArenas(what)
	}
	_, handle, err := b.resolved(ctx, a, handle)
	return handle, err
}

// resolved returns the position of an object in an arena. An export looked up while another
// goroutine was inside has no handle yet.
func (b *bound) resolved(ctx context.Context, a *arena, handle capi.Handle) (*arena, capi.Handle, error) {
	if handle != 0 {
		return a, handle, nil
	}
	handle, err := b.make(ctx, a)
	if err != nil {
		return nil, 0, err
	}
	b.mu.Lock()
	if b.handle == 0 {
		b.handle, b.held = handle, newHeld(b, a, handle)
	} else {
		defer a.drop(handle)
	}
	b.mu.Unlock()
	return a, handle, nil
}

// bind makes the object in an arena. It does not hold the lock, because it may have to wait for a
// goroutine in the arena that wants the object. If two goroutines bind at once, the first result
// counts.
func (b *bound) bind(ctx context.Context, a *arena) error {
	handle, err := b.make(ctx, a)
	for range 2 {
		if !errors.Is(err, ErrLimit) && !errors.Is(err, ErrOutOfMemory) {
			break
		}
		// The collector is told of no native memory: what was dropped may not have been collected yet.
		runtime.GC()
		time.Sleep(time.Millisecond)
		a.tidy()
		handle, err = b.make(ctx, a)
	}
	if err != nil {
		return err
	}
	a.pin()
	b.mu.Lock()
	first := b.arena == nil
	if first {
		b.arena, b.handle, b.held = a, handle, newHeld(b, a, handle)
	}
	b.mu.Unlock()
	if !first {
		a.drop(handle)
	}
	if first && b.made != nil {
		return b.made(ctx, a, handle)
	}
	return nil
}

func (b *bound) place() (*arena, capi.Handle) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.arena, b.handle
}

// where returns the arena that the object is in, or nil.
func (b *bound) where() *arena {
	if b == nil {
		return nil
	}
	a, _ := b.place()
	return a
}
