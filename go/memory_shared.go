package wasmer

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// A sharedMemory is the native part of a shared Memory. It belongs to no arena: the instances that
// import it have nothing else in common.
type sharedMemory struct {
	mu     sync.Mutex
	native capi.SharedMemory
	view   atomic.Pointer[capi.MemoryView]
	lent   *atomic.Bool // a slice was given away
}

// own stores the native memory, which is freed when nothing in Go reaches it. The caller holds the
// lock.
func (s *sharedMemory) own(native capi.SharedMemory) (*capi.MemoryView, error) {
	view, e := native.View()
	if e != nil {
		native.Delete()
		return nil, wrap(e)
	}
	s.native, s.lent = native, new(atomic.Bool)
	lent := s.lent
	runtime.AddCleanup(s, func(native capi.SharedMemory) {
		if lent.Load() {
			quarantine.add(native.Delete)
		} else {
			native.Delete()
		}
	}, native)
	s.view.Store(view)
	return view, nil
}

// use returns the view of the memory, which the first use makes.
func (s *sharedMemory) use(ty *MemoryType, store *Store) (*capi.MemoryView, error) {
	if view := s.view.Load(); view != nil {
		return view, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if view := s.view.Load(); view != nil {
		return view, nil
	}
	if err := store.check(); err != nil {
		return nil, err
	}
	if !ty.limits.hasMaximum() {
		return nil, newError(capi.StatusInvalidArgument, "memory: a shared memory needs a maximum")
	}
	native, e := capi.NewSharedMemory(store.Engine.native, ty.limits.minimum, ty.limits.maximum)
	if e != nil && e.Status == capi.StatusOutOfMemory {
		// The address space may be full of what only waits to be collected.
		runtime.GC()
		native, e = capi.NewSharedMemory(store.Engine.native, ty.limits.minimum, ty.limits.maximum)
	}
	runtime.KeepAlive(store.Engine)
	if e != nil {
		return nil, wrap(e)
	}
	return s.own(native)
}

// takeOut takes a shared memory that an instance exports.
func (s *sharedMemory) takeOut(ctx context.Context, a *arena, handle capi.Handle) error {
	var native capi.SharedMemory
	err := a.do(ctx, func() (e *capi.Error) {
		native, e = a.native.ShareMemory(handle)
		return e
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.view.Load() != nil {
		native.Delete()
		return nil
	}
	_, err = s.own(native)
	return err
}

// isShared reports whether instances of different arenas may have the memory.
func (m *Memory) isShared() bool { return m != nil && m.shared != nil }

// sharedView returns the view of a shared memory.
func (m *Memory) sharedView() (*capi.MemoryView, error) {
	if view := m.shared.view.Load(); view != nil {
		return view, nil
	}
	if m.bound == nil {
		return m.shared.use(m.ty, m.store)
	}
	// Exported, and the instance is being made.
	a, handle, err := m.bound.use(background)
	if err != nil {
		return nil, err
	}
	if err := m.shared.takeOut(background, a, handle); err != nil {
		return nil, err
	}
	return m.shared.view.Load(), nil
}

// shareIn adds a shared memory to an arena. The caller drops the handle.
func (m *Memory) shareIn(ctx context.Context, a *arena) (handle capi.Handle, err error) {
	if _, err := m.sharedView(); err != nil {
		return 0, err
	}
	err = a.do(ctx, func() (e *capi.Error) {
		handle, e = a.native.AddSharedMemory(m.shared.native)
		return e
	})
	runtime.KeepAlive(m)
	return handle, err
}

// Notify wakes guests that wait with memory.atomic.wait32 or wait64 on the word at an address of a
// shared memory, which must be a multiple of four. It wakes at most count of them, in the order in
// which they came, and returns how many it woke. Write what they are to find before, with
// WriteUint32 or WriteUint64 at that address. Notify fails if the memory is not shared, because no
// guest can wait on it.
func (m *Memory) Notify(address, count uint32) (uint32, error) {
	if m == nil {
		return 0, unmade()
	}
	if m.shared == nil {
		return 0, newError(capi.StatusType, "memory: no guest can wait on a memory that is not shared")
	}
	if _, err := m.sharedView(); err != nil {
		return 0, err
	}
	notified, e := m.shared.native.Notify(uint64(address), count)
	runtime.KeepAlive(m)
	if e != nil {
		return 0, wrap(e)
	}
	return notified, nil
}
