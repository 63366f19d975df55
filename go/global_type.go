package wasmer

import "fmt"

// GlobalMutability tells whether a global can be set.
type GlobalMutability uint8

const (
	// IMMUTABLE globals cannot be set.
	IMMUTABLE GlobalMutability = 0
	// MUTABLE globals can be set.
	MUTABLE GlobalMutability = 1
)

// String returns "const" or "var". It panics if m is none of the constants.
func (m GlobalMutability) String() string {
	switch m {
	case IMMUTABLE:
		return "const"
	case MUTABLE:
		return "var"
	}
	panic("Unknown mutability")
}

// GlobalType is the type of a global.
type GlobalType struct {
	kind       ValueKind
	mutability GlobalMutability
}

// NewGlobalType returns a global type, or nil if valueType is nil.
func NewGlobalType(valueType *ValueType, mutability GlobalMutability) *GlobalType {
	if valueType == nil {
		return nil
	}
	return &GlobalType{valueType.kind, mutability}
}

// ValueType returns the type of the global's value.
func (t *GlobalType) ValueType() *ValueType { return NewValueType(t.kind) }

// Mutability returns whether the global can be set.
func (t *GlobalType) Mutability() GlobalMutability { return t.mutability }

// IntoExternType returns t as an ExternType.
func (t *GlobalType) IntoExternType() *ExternType { return &ExternType{global: t} }

// String returns the type as error messages write it, such as "global mut i32".
func (t *GlobalType) String() string {
	if t.mutability == MUTABLE {
		return fmt.Sprintf("global mut %v", t.kind)
	}
	return fmt.Sprintf("global %v", t.kind)
}
