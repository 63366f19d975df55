package wasmer

import "fmt"

// MemoryType is the type of a memory.
type MemoryType struct {
	limits Limits
	shared bool
}

// NewMemoryType makes a memory type; nil of nil.
func NewMemoryType(limits *Limits) *MemoryType {
	if limits == nil {
		return nil
	}
	return &MemoryType{limits: *limits}
}

// NewSharedMemoryType makes the type of a shared memory, which needs a maximum; nil of nil. See NewMemory.
func NewSharedMemoryType(limits *Limits) *MemoryType {
	if limits == nil {
		return nil
	}
	return &MemoryType{limits: *limits, shared: true}
}

// IsShared tells whether instances that run in parallel may have it.
func (t *MemoryType) IsShared() bool { return t != nil && t.shared }

// Limits are the sizes in pages.
func (t *MemoryType) Limits() *Limits { limits := t.limits; return &limits }

// IntoExternType makes it the type of an extern.
func (t *MemoryType) IntoExternType() *ExternType { return &ExternType{memory: t} }

// String says the type as errors do, such as "memory 1.. pages".
func (t *MemoryType) String() string {
	if t.shared {
		return fmt.Sprintf("shared memory %v pages", &t.limits)
	}
	return fmt.Sprintf("memory %v pages", &t.limits)
}
