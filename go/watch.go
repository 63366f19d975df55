package wasmer

import (
	"context"
	"math"
	"sync/atomic"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// A watch counts the goroutines that look into an arena without a turn, at a memory or global. What
// they see is not freed meanwhile. The watch takes no lock, so that nobody waits for a running
// guest.
type watch struct {
	count atomic.Int64 // less than zero when it is closed
	freed atomic.Bool
}

const watchClosed = math.MinInt64

// close stops further looks. It reports whether the caller frees the arena; otherwise the last
// goroutine that looks frees it.
func (w *watch) close() bool {
	return w.count.Add(watchClosed) == watchClosed && !w.freed.Swap(true)
}

// look starts a look. It reports whether the arena is open.
func (a *arena) look() bool {
	if a.watch.count.Add(1) > 0 {
		return true
	}
	a.unlook()
	return false
}

// unlook ends a look.
func (a *arena) unlook() {
	if a.watch.count.Add(-1) == watchClosed && !a.watch.freed.Swap(true) {
		a.freeUnwatched()
	}
}

// A viewed is a memory or global that can be seen without a turn.
type viewed[V any] struct {
	arena *arena
	view  *V
}

// A viewer caches a viewed.
type viewer[V any] struct{ known atomic.Pointer[viewed[V]] }

// look returns the view of an object, which is valid until the arena's unlook. The first look may
// have to wait for a turn, unless the view was known from the beginning.
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

// find takes a turn to find out where an object is.
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

// unmade returns the error for an object that is nil or the zero value of its type.
func unmade() error {
	return newError(capi.StatusNullArgument, "the object is nil, or was not made by a function of this package")
}
