package wasmer

import (
	"context"
	"math"
	"sync/atomic"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// A watch counts who looks into an arena without a turn, at a memory or global: what is there is not freed
// meanwhile. That takes no lock, so that a guest which runs is not waited for.
type watch struct {
	count atomic.Int64 // less than zero when it is closed
	freed atomic.Bool
}

const watchClosed = math.MinInt64

// close lets nobody begin to look, and tells whether the arena is to be freed by the caller; else the
// last one who looks does it.
func (w *watch) close() bool {
	return w.count.Add(watchClosed) == watchClosed && !w.freed.Swap(true)
}

// look begins to look; false if the arena is closed.
func (a *arena) look() bool {
	if a.watch.count.Add(1) > 0 {
		return true
	}
	a.unlook()
	return false
}

// unlook ends it.
func (a *arena) unlook() {
	if a.watch.count.Add(-1) == watchClosed && !a.watch.freed.Swap(true) {
		a.freeUnwatched()
	}
}

// A viewed is a memory or global that can be looked at without a turn.
type viewed[V any] struct {
	arena *arena
	view  *V
}

// A viewer keeps it once it is known.
type viewer[V any] struct{ known atomic.Pointer[viewed[V]] }

// look gives the view of an object, which is there until the arena's unlook. The first time may have to
// wait for a turn, unless the view was known from the beginning.
func (v *viewer[V]) look(b *bound, find func(capi.Arena, capi.Handle) (*V, *capi.Error)) (*arena, *V, error) {
	if b == nil {
		return nil, nil, unmade()
	}
	if b.instance != nil && b.instance.closed.Load() {
		return nil, nil, closedError("instance")
	}
	known := v.known.Load()
	if known == nil {
		a, handle, err := b.use(background)
		if err != nil {
			return nil, nil, err
		}
		if known, err = v.find(background, a, handle, find); err != nil {
			return nil, nil, err
		}
	}
	if !known.arena.look() {
		return nil, nil, closedError("arena")
	}
	// Again, because who closes the instance frees it if nobody looks.
	if b.instance != nil && b.instance.closed.Load() {
		known.arena.unlook()
		return nil, nil, closedError("instance")
	}
	return known.arena, known.view, nil
}

// find takes a turn to learn where an object is.
func (v *viewer[V]) find(ctx context.Context, a *arena, handle capi.Handle,
	find func(capi.Arena, capi.Handle) (*V, *capi.Error)) (*viewed[V], error) {
	known := &viewed[V]{arena: a}
	err := a.do(ctx, func() (e *capi.Error) {
		known.view, e = find(a.native, handle)
		return e
	})
	if err != nil {
		return nil, err
	}
	v.known.Store(known)
	return known, nil
}

// unmade is the error for an object that is nil, or the zero value of its type.
func unmade() error {
	return newError(capi.StatusNullArgument, "the object is nil, or was not made by a function of this package")
}
