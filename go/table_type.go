package wasmer

import "fmt"

// TableType is the type of a table.
type TableType struct {
	kind   ValueKind
	limits Limits
}

// NewTableType returns a table type, or nil if an argument is nil.
func NewTableType(valueType *ValueType, limits *Limits) *TableType {
	if valueType == nil || limits == nil {
		return nil
	}
	return &TableType{valueType.kind, *limits}
}

// ValueType returns the type of the elements.
func (t *TableType) ValueType() *ValueType { return NewValueType(t.kind) }

// Limits returns the sizes in elements.
func (t *TableType) Limits() *Limits { limits := t.limits; return &limits }

// IntoExternType returns t as an ExternType.
func (t *TableType) IntoExternType() *ExternType { return &ExternType{table: t} }

// String returns the type as error messages write it, such as "table funcref 1..2 elements".
func (t *TableType) String() string { return fmt.Sprintf("table %v %v elements", t.kind, &t.limits) }
