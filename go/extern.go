package wasmer

// Extern is a function, global, table, memory or tag.
type Extern struct {
	function *Function
	global   *Global
	table    *Table
	memory   *Memory
	tag      *Tag
	ty       *ExternType
}

// IntoExtern is anything that can be imported.
type IntoExtern interface{ IntoExtern() *Extern }

// IntoExtern is the extern itself.
func (e *Extern) IntoExtern() *Extern { return e }

// Kind tells which of the five it is.
func (e *Extern) Kind() ExternKind { return e.ty.Kind() }

// Type is its type.
func (e *Extern) Type() *ExternType { return e.ty }

// IntoFunction is the function, or nil.
func (e *Extern) IntoFunction() *Function { return e.function }

// IntoGlobal is the global, or nil.
func (e *Extern) IntoGlobal() *Global { return e.global }

// IntoTable is the table, or nil.
func (e *Extern) IntoTable() *Table { return e.table }

// IntoMemory is the memory, or nil.
func (e *Extern) IntoMemory() *Memory { return e.memory }

// IntoTag is the tag, or nil.
func (e *Extern) IntoTag() *Tag { return e.tag }

func (e *Extern) bound() *bound {
	switch {
	case e.function != nil:
		return e.function.bound
	case e.global != nil:
		return e.global.bound
	case e.table != nil:
		return e.table.bound
	case e.memory != nil:
		return e.memory.bound
	case e.tag != nil:
		return e.tag.bound
	}
	return nil
}
