package wasmer

import (
	"github.com/bhojpur/wasmer/go/internal/capi"
)

// ValueKind is the kind of a value.
type ValueKind uint8

// The kinds of values. The numbers are those of the WebAssembly C API.
const (
	I32 ValueKind = 0
	I64 ValueKind = 1
	F32 ValueKind = 2
	F64 ValueKind = 3
	// V128 is the kind of vectors; wasmer-go had none. Go values are of type Vector.
	V128 ValueKind = 4
	// AnyRef is externref, under the name that it had once.
	AnyRef  ValueKind = 128
	FuncRef ValueKind = 129
)

// ExternRef is the kind of references to Go values.
const ExternRef = AnyRef

// String is the name of the kind: "anyref" for externref, as in earlier versions of WebAssembly.
func (k ValueKind) String() string {
	switch k {
	case I32:
		return "i32"
	case I64:
		return "i64"
	case F32:
		return "f32"
	case F64:
		return "f64"
	case V128:
		return "v128"
	case AnyRef:
		return "anyref"
	case FuncRef:
		return "funcref"
	}
	panic("Unknown value kind")
}

// IsNumber tells whether values of the kind are numbers.
func (k ValueKind) IsNumber() bool { return k <= F64 }

// IsReference tells whether values of the kind are references.
func (k ValueKind) IsReference() bool { return k == AnyRef || k == FuncRef }

// isWide tells whether a number of the kind has 64 bits.
func (k ValueKind) isWide() bool { return k == I64 || k == F64 }

// words is the number of 64-bit words that a value takes in a raw call.
func (k ValueKind) words() int {
	if k == V128 {
		return 2
	}
	return 1
}

// ValueType is the type of a value.
type ValueType struct{ kind ValueKind }

// NewValueType makes the type of a kind.
func NewValueType(kind ValueKind) *ValueType { return &ValueType{kind} }

// NewValueTypes makes a list of types.
func NewValueTypes(kinds ...ValueKind) []*ValueType {
	types := make([]*ValueType, len(kinds))
	for place, kind := range kinds {
		types[place] = NewValueType(kind)
	}
	return types
}

// Kind is the kind of the type's values.
func (t *ValueType) Kind() ValueKind { return t.kind }

// kinds is a list of parameter or result kinds.
type kinds []ValueKind

// kindsOf gives the kinds of types, and whether none of them is nil.
func kindsOf(types []*ValueType) (list kinds, complete bool) {
	list = make(kinds, len(types))
	for place, ty := range types {
		if ty == nil {
			return nil, false
		}
		list[place] = ty.kind
	}
	return list, true
}

func kindsOfBytes(numbers []byte) kinds {
	list := make(kinds, len(numbers))
	for place, number := range numbers {
		list[place] = ValueKind(number)
	}
	return list
}

func (k kinds) bytes() []byte {
	numbers := make([]byte, len(k))
	for place, kind := range k {
		numbers[place] = byte(kind)
	}
	return numbers
}

func (k kinds) words() int {
	words := 0
	for _, kind := range k {
		words += kind.words()
	}
	return words
}

// String lists the kinds in parentheses, as types do.
func (k kinds) String() string {
	names := make([]string, len(k))
	for place, kind := range k {
		names[place] = kind.String()
	}
	return "(" + listed(names, ", ") + ")"
}

// FunctionType is the type of a function. It does not change.
type FunctionType struct {
	params, results kinds
	words           int
}

// NewFunctionType makes a function type; nil if one of the types is nil.
func NewFunctionType(params []*ValueType, results []*ValueType) *FunctionType {
	taken, complete := kindsOf(params)
	given, alsoComplete := kindsOf(results)
	if !complete || !alsoComplete {
		return nil
	}
	return functionTypeOf(taken, given)
}

func functionTypeOf(params, results kinds) *FunctionType {
	return &FunctionType{params, results, max(params.words(), results.words())}
}

// Params lists the types of the parameters.
func (t *FunctionType) Params() []*ValueType { return NewValueTypes(t.params...) }

// Results lists the types of the results.
func (t *FunctionType) Results() []*ValueType { return NewValueTypes(t.results...) }

// Words is the least length of the slots of a raw call: one word for each value, two for a v128, of
// the parameters or of the results, whichever take more.
func (t *FunctionType) Words() int { return t.words }

// IntoExternType makes it the type of an extern.
func (t *FunctionType) IntoExternType() *ExternType { return &ExternType{function: t} }

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

// Limits are the sizes of a table (in elements) or of a memory (in pages of 65,536 bytes).
type Limits struct{ minimum, maximum uint32 }

// NewLimits makes limits. LimitMaxUnbound stands for no maximum.
func NewLimits(minimum uint32, maximum uint32) (*Limits, error) {
	if minimum > maximum {
		return nil, newError(capi.StatusInvalidArgument, "The minimum limit is greater than the maximum one")
	}
	return &Limits{minimum, maximum}, nil
}

// LimitMaxUnbound is the maximum that stands for none.
func LimitMaxUnbound() uint32 { return 0xffffffff }

// Minimum is the size in the beginning.
func (l *Limits) Minimum() uint32 { return l.minimum }

// Maximum is the most that the table or memory can grow to.
func (l *Limits) Maximum() uint32 { return l.maximum }

func (l *Limits) hasMaximum() bool { return l.maximum != LimitMaxUnbound() }

// TableType is the type of a table.
type TableType struct {
	kind   ValueKind
	limits Limits
}

// NewTableType makes a table type; nil of nil.
func NewTableType(valueType *ValueType, limits *Limits) *TableType {
	if valueType == nil || limits == nil {
		return nil
	}
	return &TableType{valueType.kind, *limits}
}

// ValueType is the type of the elements.
func (t *TableType) ValueType() *ValueType { return NewValueType(t.kind) }

// Limits are the sizes in elements.
func (t *TableType) Limits() *Limits { limits := t.limits; return &limits }

// IntoExternType makes it the type of an extern.
func (t *TableType) IntoExternType() *ExternType { return &ExternType{table: t} }

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

// ExternKind is what can be imported and exported.
type ExternKind uint8

// The kinds of externs.
const (
	FUNCTION ExternKind = 0
	GLOBAL   ExternKind = 1
	TABLE    ExternKind = 2
	MEMORY   ExternKind = 3
	TAG      ExternKind = 4
)

// String is "func", "global", "table", "memory" or "tag".
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

// ExternType is the type of an import or export: one of the five types.
type ExternType struct {
	function *FunctionType
	global   *GlobalType
	table    *TableType
	memory   *MemoryType
	tag      *TagType
}

// IntoExternType is anything that is the type of an extern.
type IntoExternType interface{ IntoExternType() *ExternType }

// Kind tells which type it is.
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

// IntoFunctionType is the function type, or nil.
func (t *ExternType) IntoFunctionType() *FunctionType { return t.function }

// IntoGlobalType is the global type, or nil.
func (t *ExternType) IntoGlobalType() *GlobalType { return t.global }

// IntoTableType is the table type, or nil.
func (t *ExternType) IntoTableType() *TableType { return t.table }

// IntoMemoryType is the memory type, or nil.
func (t *ExternType) IntoMemoryType() *MemoryType { return t.memory }

// IntoTagType is the tag type, or nil.
func (t *ExternType) IntoTagType() *TagType { return t.tag }

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

// ImportType is what a module imports: from where, by which name, of which type.
type ImportType struct {
	module, name string
	ty           *ExternType
}

// NewImportType makes an import type.
func NewImportType(module string, name string, ty IntoExternType) *ImportType {
	return &ImportType{module, name, intoExternType(ty)}
}

// Module is the name of the module that the import is to come from.
func (t *ImportType) Module() string { return t.module }

// Name is the name of the import.
func (t *ImportType) Name() string { return t.name }

// Type is the type of the import.
func (t *ImportType) Type() *ExternType { return t.ty }

// Close does nothing; the type is collected.
func (t *ImportType) Close() {}

func intoExternType(ty IntoExternType) *ExternType {
	if ty == nil {
		return &ExternType{}
	}
	return ty.IntoExternType()
}

// ExportType is what a module exports.
type ExportType struct {
	name string
	ty   *ExternType
}

// NewExportType makes an export type.
func NewExportType(name string, ty IntoExternType) *ExportType {
	return &ExportType{name, intoExternType(ty)}
}

// Name is the name of the export.
func (t *ExportType) Name() string { return t.name }

// Type is the type of the export.
func (t *ExportType) Type() *ExternType { return t.ty }

// Close does nothing; the type is collected.
func (t *ExportType) Close() {}
