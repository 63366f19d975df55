package wasmer

import "fmt"

// GlobalMutability tells whether a global can be set.
type GlobalMutability uint8

const (
	// IMMUTABLE globals keep their value.
	IMMUTABLE GlobalMutability = 0
	// MUTABLE globals can be set.
	MUTABLE GlobalMutability = 1
)

// String is "const" or "var".
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

// NewGlobalType makes a global type; nil of nil.
func NewGlobalType(valueType *ValueType, mutability GlobalMutability) *GlobalType {
	if valueType == nil {
		return nil
	}
	return &GlobalType{valueType.kind, mutability}
}

// ValueType is the type of the global's value.
func (t *GlobalType) ValueType() *ValueType { return NewValueType(t.kind) }

// Mutability tells whether the global can be set.
func (t *GlobalType) Mutability() GlobalMutability { return t.mutability }

// IntoExternType makes it the type of an extern.
func (t *GlobalType) IntoExternType() *ExternType { return &ExternType{global: t} }

// String says the type as errors do, such as "global mut i32".
func (t *GlobalType) String() string {
	if t.mutability == MUTABLE {
		return fmt.Sprintf("global mut %v", t.kind)
	}
	return fmt.Sprintf("global %v", t.kind)
}
