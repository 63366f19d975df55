package wasmer

import (
	"context"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Pages is a size in pages of 65,536 bytes.
type Pages uint32

const (
	// WasmPageSize is the size of a page in bytes.
	WasmPageSize = uint(0x10000)
	// WasmMaxPages is the most that a memory can have.
	WasmMaxPages = uint(0x10000)
	// WasmMinPages is a size that most programs find enough.
	WasmMinPages = uint(0x100)
)

// ToUint32 is the number of pages.
func (p Pages) ToUint32() uint32 { return uint32(p) }

// ToBytes is the size in bytes.
func (p Pages) ToBytes() uint { return uint(p) * WasmPageSize }

// Memory is a linear memory. Addresses and sizes are in bytes where it does not say pages.
type Memory struct {
	ty    *MemoryType
	bound *bound
}

// NewMemory makes a memory of zeros. What is wrong with its type is the error of its first use.
func NewMemory(store *Store, ty *MemoryType) *Memory {
	limits := ty.limits
	return &Memory{ty, unbound(store, func(ctx context.Context, a *arena) (handle capi.Handle, err error) {
		err = a.do(ctx, func() (e *capi.Error) {
			handle, e = a.native.NewMemory(limits.minimum, limits.hasMaximum(), limits.maximum, ty.shared)
			return e
		})
		return handle, err
	})}
}

// IntoExtern makes it an extern; nil of nil.
func (m *Memory) IntoExtern() *Extern {
	if m == nil {
		return nil
	}
	return &Extern{memory: m, ty: m.ty.IntoExternType()}
}

// Type is the type of the memory, with its size as of now as the minimum, as in wasmer-go.
func (m *Memory) Type() *MemoryType {
	if a, _ := m.bound.place(); a == nil {
		// Nobody has used it yet.
		return m.ty
	}
	ty := *m.ty
	ty.limits.minimum = max(ty.limits.minimum, m.Size().ToUint32())
	return &ty
}

// do runs an operation on the memory.
func (m *Memory) do(operation func(capi.Arena, capi.Handle) *capi.Error) error {
	a, handle, err := m.bound.use(background)
	if err != nil {
		return err
	}
	return a.do(background, func() *capi.Error { return operation(a.native, handle) })
}

// Size is the size in pages; 0 if the instance was closed.
func (m *Memory) Size() Pages {
	var pages uint32
	_ = m.do(func(a capi.Arena, handle capi.Handle) (e *capi.Error) {
		pages, e = a.MemorySize(handle)
		return e
	})
	return Pages(pages)
}

// DataSize is the size in bytes; 0 if the instance was closed.
func (m *Memory) DataSize() uint { return uint(m.Size()) * WasmPageSize }

// Data is the memory itself, nil if the instance was closed. The slice does not keep the instance
// alive. It stays readable for ten seconds after the instance was closed or collected, and means
// nothing after that, or after the memory grew: hold on to the instance while it is used, or use
// Read and Write, which are always safe.
func (m *Memory) Data() []byte {
	a, handle, err := m.bound.use(background)
	if err != nil {
		return nil
	}
	a.lent.Store(true)
	var data []byte
	_ = a.do(background, func() (e *capi.Error) {
		data, e = a.native.MemoryData(handle)
		return e
	})
	return data
}

// Grow grows by a number of pages and tells whether it could.
func (m *Memory) Grow(delta Pages) bool {
	return m.do(func(a capi.Arena, handle capi.Handle) *capi.Error {
		_, e := a.MemoryGrow(handle, uint32(delta))
		return e
	}) == nil
}

// Read copies bytes out of the memory. ErrOutOfBounds if not all of them are in it.
func (m *Memory) Read(address, size uint32) ([]byte, error) {
	// Looked at first, so that nothing is allocated for a wrong size.
	if have := uint64(m.DataSize()); have > 0 && uint64(address)+uint64(size) > have {
		return nil, newError(capi.StatusOutOfBounds, "memory: %d bytes at address %d of %d bytes", size, address, have)
	}
	bytes := make([]byte, size)
	if err := m.readInto(uint64(address), bytes); err != nil {
		return nil, err
	}
	return bytes, nil
}

func (m *Memory) readInto(address uint64, bytes []byte) error {
	return m.do(func(a capi.Arena, handle capi.Handle) *capi.Error {
		return a.MemoryRead(handle, address, bytes)
	})
}

// ReadInto fills a slice with bytes of the memory. ErrOutOfBounds if not all of them are in it.
func (m *Memory) ReadInto(address uint32, bytes []byte) error {
	return m.readInto(uint64(address), bytes)
}

// ReadString copies bytes out of the memory as a string.
func (m *Memory) ReadString(address, size uint32) (string, error) {
	bytes, err := m.Read(address, size)
	return string(bytes), err
}

// Write copies bytes into the memory. ErrOutOfBounds, and nothing is written, if they do not fit.
func (m *Memory) Write(address uint32, bytes []byte) error {
	return m.do(func(a capi.Arena, handle capi.Handle) *capi.Error {
		return a.MemoryWrite(handle, uint64(address), bytes)
	})
}

// WriteString copies a string into the memory.
func (m *Memory) WriteString(address uint32, text string) error {
	return m.Write(address, []byte(text))
}
