package wasmer

import (
	"slices"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// ExternKind is the kind of an import or export.
type ExternKind uint8

// The kinds of externs.
const (
	FUNCTION ExternKind = 0
	GLOBAL   ExternKind = 1
	TABLE    ExternKind = 2
	MEMORY   ExternKind = 3
	TAG      ExternKind = 4
)

// String returns "func", "global", "table", "memory" or "tag". It panics if k is none of the
// constants.
func (k ExternKind) String() string {
	switch k {
	case FUNCTION:
		return "func"
	case GLOBAL:
		return "global"
	case TABLE:
		return "table"
	case MEMORY:
		return "memory"
	case TAG:
		return "tag"
	}
	panic("Unknown extern kind")
}

// ExternType is the type of an import or export: a function, global, table, memory or tag type.
type ExternType struct {
	function *FunctionType
	global   *GlobalType
	table    *TableType
	memory   *MemoryType
	tag      *TagType
}

// IntoExternType is implemented by the types of imports and exports.
type IntoExternType interface{ IntoExternType() *ExternType }

func intoExternType(ty IntoExternType) *ExternType {
	if ty == nil {
		return &ExternType{}
	}
	return ty.IntoExternType()
}

// Kind returns which of the five types t is.
func (t *ExternType) Kind() ExternKind {
	switch {
	case t == nil:
		return TAG
	case t.function != nil:
		return FUNCTION
	case t.global != nil:
		return GLOBAL
	case t.table != nil:
		return TABLE
	case t.memory != nil:
		return MEMORY
	}
	return TAG
}

// IntoFunctionType returns the function type, or nil if t is not one.
func (t *ExternType) IntoFunctionType() *FunctionType { return t.function }

// IntoGlobalType returns the global type, or nil if t is not one.
func (t *ExternType) IntoGlobalType() *GlobalType { return t.global }

// IntoTableType returns the table type, or nil if t is not one.
func (t *ExternType) IntoTableType() *TableType { return t.table }

// IntoMemoryType returns the memory type, or nil if t is not one.
func (t *ExternType) IntoMemoryType() *MemoryType { return t.memory }

// IntoTagType returns the tag type, or nil if t is not one.
func (t *ExternType) IntoTagType() *TagType { return t.tag }

// String returns the text of the function, global, table, memory or tag type.
func (t *ExternType) String() string {
	switch t.Kind() {
	case FUNCTION:
		return t.function.String()
	case GLOBAL:
		return t.global.String()
	case TABLE:
		return t.table.String()
	case MEMORY:
		return t.memory.String()
	}
	if t != nil && t.tag != nil {
		return t.tag.String()
	}
	return TAG.String()
}

// couldBe reports whether an object of type t can be imported as wanted. It ignores the sizes of
// tables and memories, which change.
func (t *ExternType) couldBe(wanted *ExternType) bool {
	switch kind := t.Kind(); {
	case kind != wanted.Kind():
		return false
	case kind == FUNCTION:
		return slices.Equal(t.function.params, wanted.function.params) && slices.Equal(t.function.results, wanted.function.results)
	case kind == GLOBAL:
		return *t.global == *wanted.global
	case kind == TABLE:
		return t.table.kind == wanted.table.kind
	}
	return true
}

func externTypeOf(ty capi.ExternType) *ExternType {
	limits := Limits{ty.Minimum, LimitMaxUnbound()}
	if ty.HasMaximum {
		limits.maximum = ty.Maximum
	}
	switch ty.Kind {
	case capi.KindFunc:
		return functionTypeOf(kindsOfBytes(ty.Params), kindsOfBytes(ty.Results)).IntoExternType()
	case capi.KindGlobal:
		mutability := IMMUTABLE
		if ty.Mutable {
			mutability = MUTABLE
		}
		return (&GlobalType{ValueKind(ty.Value), mutability}).IntoExternType()
	case capi.KindTable:
		return (&TableType{ValueKind(ty.Value), limits}).IntoExternType()
	case capi.KindMemory:
		return (&MemoryType{limits, ty.Shared}).IntoExternType()
	}
	return (&TagType{kindsOfBytes(ty.Params)}).IntoExternType()
}
