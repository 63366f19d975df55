package wasmer

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// A sharedMemory is what is behind a shared Memory. It belongs to no arena: instances that import it have
// nothing in common but the memory.
type sharedMemory struct {
	mu     sync.Mutex
	native capi.SharedMemory
	view   atomic.Pointer[capi.MemoryView]
	lent   *atomic.Bool // a slice was given away
}

// own notes what the memory is, which is given up when nothing in Go has it any more. Under the lock.
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

// use gives where the memory is. The first use makes it.
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

// takeOut gets a shared memory that an instance exports.
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

// isShared tells whether instances of different arenas may have it.
func (m *Memory) isShared() bool { return m != nil && m.shared != nil }

// sharedView gives where a shared memory is.
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

// shareIn makes a shared memory one of an arena's, which is to be dropped by the caller.
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

// Notify wakes guests that wait (memory.atomic.wait32 and wait64) on the word at an address of a shared memory, a
// multiple of four: the first count of those who came. It gives how many there were. What they are to find is to be written
// before, by WriteUint32 or WriteUint64 at that address. For a memory that is not shared it is an error, as nobody
// could wait.
func (m *Memory) Notify(address, count uint32) (uint32, error) {
	if m == nil {
		return 0, unmade()
	}
	if m.shared == nil {
		return 0, newError(capi.StatusType, "memory: only guests of a shared memory wait, this one is not shared")
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
