package wasmer

import "fmt"

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

// String says the type as errors do, such as "table funcref 1..2 elements".
func (t *TableType) String() string { return fmt.Sprintf("table %v %v elements", t.kind, &t.limits) }
