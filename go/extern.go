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

// IntoExtern is implemented by everything that can be imported.
type IntoExtern interface{ IntoExtern() *Extern }

// IntoExtern returns e.
func (e *Extern) IntoExtern() *Extern { return e }

// Kind returns which of the five e is.
func (e *Extern) Kind() ExternKind { return e.ty.Kind() }

// Type returns the type of e.
func (e *Extern) Type() *ExternType { return e.ty }

// IntoFunction returns the function, or nil if e is not a function.
func (e *Extern) IntoFunction() *Function { return e.function }

// IntoGlobal returns the global, or nil if e is not a global.
func (e *Extern) IntoGlobal() *Global { return e.global }

// IntoTable returns the table, or nil if e is not a table.
func (e *Extern) IntoTable() *Table { return e.table }

// IntoMemory returns the memory, or nil if e is not a memory.
func (e *Extern) IntoMemory() *Memory { return e.memory }

// IntoTag returns the tag, or nil if e is not a tag.
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
