package wasmer

import "fmt"

// MemoryType is the type of a memory.
type MemoryType struct {
	limits Limits
	shared bool
}

// NewMemoryType returns a memory type, or nil if limits is nil.
func NewMemoryType(limits *Limits) *MemoryType {
	if limits == nil {
		return nil
	}
	return &MemoryType{limits: *limits}
}

// NewSharedMemoryType returns the type of a shared memory, which needs a maximum, or nil if limits
// is nil. See NewMemory.
func NewSharedMemoryType(limits *Limits) *MemoryType {
	if limits == nil {
		return nil
	}
	return &MemoryType{limits: *limits, shared: true}
}

// IsShared reports whether instances that run in parallel may have the memory.
func (t *MemoryType) IsShared() bool { return t != nil && t.shared }

// Limits returns the sizes in pages.
func (t *MemoryType) Limits() *Limits { limits := t.limits; return &limits }

// IntoExternType returns t as an ExternType.
func (t *MemoryType) IntoExternType() *ExternType { return &ExternType{memory: t} }

// String returns the type as error messages write it, such as "memory 1.. pages".
func (t *MemoryType) String() string {
	if t.shared {
		return fmt.Sprintf("shared memory %v pages", &t.limits)
	}
	return fmt.Sprintf("memory %v pages", &t.limits)
}
