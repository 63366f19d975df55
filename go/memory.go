package wasmer

import (
	"context"
	"runtime"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Pages is a number of pages of 65,536 bytes.
type Pages uint32

const (
	// WasmPageSize is the size of a page in bytes.
	WasmPageSize = uint(0x10000)
	// WasmMaxPages is the largest size of a memory in pages.
	WasmMaxPages = uint(0x10000)
	// WasmMinPages is a size in pages that suffices for most programs.
	WasmMinPages = uint(0x100)
)

// ToUint32 returns the number of pages.
func (p Pages) ToUint32() uint32 { return uint32(p) }

// ToBytes returns the size in bytes.
func (p Pages) ToBytes() uint { return uint(p) * WasmPageSize }

// Memory is a linear memory. Addresses and sizes are in bytes unless they are called pages.
type Memory struct {
	ty     *MemoryType
	bound  *bound // nil for a shared memory that the host makes
	viewer viewer[capi.MemoryView]
	shared *sharedMemory // nil if it is not shared
	store  *Store        // of a shared memory that the host makes
}

// NewMemory returns a memory of zeros. If the type is invalid, the first use of the memory fails.
//
// Any number of instances, of this store and of others, may import a shared memory. They stay
// independent and run in parallel. A memory.atomic.wait32 in one of them ends when another executes
// memory.atomic.notify, when the host calls Notify, or when the context of its own call ends. The
// pages count in the quota of each instance, and the memory grows only if all of them have room. It
// lives as long as the Memory, or an instance that imports it.
func NewMemory(store *Store, ty *MemoryType) *Memory {
	m := &Memory{ty: ty}
	if ty != nil && ty.shared {
		m.shared, m.store = new(sharedMemory), store
		return m
	}
	m.bound = unbound(store, func(ctx context.Context, a *arena) (handle capi.Handle, err error) {
		if ty == nil {
			return 0, newError(capi.StatusNullArgument, "type of a memory is nil")
		}
		limits := ty.limits
		err = a.do(ctx, func() (e *capi.Error) {
			handle, e = a.native.NewMemory(limits.minimum, limits.hasMaximum(), limits.maximum, ty.shared)
			return e
		})
		return handle, err
	})
	m.bound.made = func(ctx context.Context, a *arena, handle capi.Handle) error {
		_, err := m.viewer.find(ctx, a, handle, capi.Arena.ViewMemory)
		return err
	}
	return m
}

// IntoExtern returns the memory as an Extern, or nil if m is nil.
func (m *Memory) IntoExtern() *Extern {
	if m == nil {
		return nil
	}
	return &Extern{memory: m, ty: m.ty.IntoExternType()}
}

// Type returns the type of the memory. As in wasmer-go, its minimum is the present size.
func (m *Memory) Type() *MemoryType {
	if m == nil || m.bound == nil && m.shared == nil {
		return nil
	}
	if m.shared != nil {
		if m.shared.view.Load() == nil {
			return m.ty
		}
	} else if a, _ := m.bound.place(); a == nil {
		// Nobody has used it yet.
		return m.ty
	}
	ty := *m.ty
	ty.limits.minimum = max(ty.limits.minimum, m.Size().ToUint32())
	return &ty
}

// look returns the bytes of the memory, which are valid until unlook, and its arena, which is nil
// for a shared memory. It never waits.
func (m *Memory) look() (*arena, []byte, error) {
	if m == nil {
		return nil, nil, unmade()
	}
	if m.shared != nil {
		view, err := m.sharedView()
		if err != nil {
			return nil, nil, err
		}
		return nil, view.Bytes(), nil
	}
	a, view, err := m.viewer.look(m.bound, capi.Arena.ViewMemory)
	if err != nil {
		return nil, nil, err
	}
	return a, view.Bytes(), nil
}

// part is look for a part of the memory.
func (m *Memory) part(address uint64, size int) (*arena, []byte, error) {
	a, bytes, err := m.look()
	if err != nil {
		return nil, nil, err
	}
	if have := uint64(len(bytes)); address > have || uint64(size) > have-address {
		m.unlook(a)
		return nil, nil, newError(capi.StatusOutOfBounds, "memory: %d bytes at address %d of %d bytes", size, address, have)
	}
	return a, bytes[address : address+uint64(size)], nil
}

// unlook ends the use of the result of look.
func (m *Memory) unlook(a *arena) {
	if a != nil {
		a.unlook()
	}
	runtime.KeepAlive(m)
}

// Size returns the size in pages, or 0 if the instance was closed.
func (m *Memory) Size() Pages { return Pages(m.DataSize() / WasmPageSize) }

// DataSize returns the size in bytes, or 0 if the instance was closed.
func (m *Memory) DataSize() uint {
	a, bytes, err := m.look()
	if err != nil {
		return 0
	}
	m.unlook(a)
	return uint(len(bytes))
}

// Data returns the memory itself, or nil if the instance was closed. The memory does not move when
// it grows, but the slice keeps its length. For its use while a guest runs, see Goroutines in the
// description of the package.
//
// The slice does not keep the instance alive. It stays readable for ten seconds after the instance
// was closed or collected, and must not be used after that. Keep the instance (or the Memory, if it
// is shared) reachable while the slice is in use, or use Read and Write, which are always safe.
func (m *Memory) Data() []byte {
	a, bytes, err := m.look()
	if err != nil {
		return nil
	}
	// Before unlook, so that who closes the arena knows.
	if m.shared != nil {
		m.shared.lent.Store(true)
	} else {
		a.lent.Store(true)
	}
	m.unlook(a)
	return bytes[:len(bytes):len(bytes)]
}

// Grow grows the memory by a number of pages and reports whether it could. It waits for its turn,
// as calls do; a shared memory has no turns.
func (m *Memory) Grow(delta Pages) bool {
	if m == nil {
		return false
	}
	if m.shared != nil {
		if _, err := m.sharedView(); err != nil {
			return false
		}
		_, e := m.shared.native.Grow(uint32(delta))
		runtime.KeepAlive(m)
		return e == nil
	}
	a, handle, err := m.bound.use(background)
	if err != nil {
		return false
	}
	return a.do(background, func() *capi.Error {
		_, e := a.native.MemoryGrow(handle, uint32(delta))
		return e
	}) == nil
}

// Read returns a copy of bytes in the memory. It fails with ErrOutOfBounds if some of them are
// outside the memory.
func (m *Memory) Read(address, size uint32) ([]byte, error) {
	a, part, err := m.part(uint64(address), int(size))
	if err != nil {
		return nil, err
	}
	defer m.unlook(a)
	return append(make([]byte, 0, size), part...), nil
}

// ReadInto copies bytes of the memory into a slice. It fails with ErrOutOfBounds if some of them
// are outside the memory.
func (m *Memory) ReadInto(address uint32, bytes []byte) error {
	a, part, err := m.part(uint64(address), len(bytes))
	if err != nil {
		return err
	}
	copy(bytes, part)
	m.unlook(a)
	return nil
}

// ReadString returns bytes of the memory as a string. It fails with ErrOutOfBounds if some of them
// are outside the memory.
func (m *Memory) ReadString(address, size uint32) (string, error) {
	a, part, err := m.part(uint64(address), int(size))
	if err != nil {
		return "", err
	}
	defer m.unlook(a)
	return string(part), nil
}

// Write copies bytes into the memory. It fails with ErrOutOfBounds, and writes nothing, if they do
// not fit.
func (m *Memory) Write(address uint32, bytes []byte) error {
	a, part, err := m.part(uint64(address), len(bytes))
	if err != nil {
		return err
	}
	copy(part, bytes)
	m.unlook(a)
	return nil
}

// WriteString copies a string into the memory. It fails with ErrOutOfBounds, and writes nothing, if
// the string does not fit.
func (m *Memory) WriteString(address uint32, text string) error {
	a, part, err := m.part(uint64(address), len(text))
	if err != nil {
		return err
	}
	copy(part, text)
	m.unlook(a)
	return nil
}
