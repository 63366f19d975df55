package wasmer

import "fmt"

// String says the type as errors do, such as "func(i32) -> (i64)".
func (t *FunctionType) String() string { return fmt.Sprintf("func%v -> %v", t.params, t.results) }

// String says the type as errors do, such as "global mut i32".
func (t *GlobalType) String() string {
	if t.mutability == MUTABLE {
		return fmt.Sprintf("global mut %v", t.kind)
	}
	return fmt.Sprintf("global %v", t.kind)
}

// String says the type as errors do, such as "table funcref 1..2 elements".
func (t *TableType) String() string { return fmt.Sprintf("table %v %v elements", t.kind, &t.limits) }

// String says the type as errors do, such as "memory 1.. pages".
func (t *MemoryType) String() string {
	if t.shared {
		return fmt.Sprintf("shared memory %v pages", &t.limits)
	}
	return fmt.Sprintf("memory %v pages", &t.limits)
}

// String is "minimum..maximum", or "minimum.." where there is no maximum.
func (l *Limits) String() string {
	if !l.hasMaximum() {
		return fmt.Sprintf("%d..", l.minimum)
	}
	return fmt.Sprintf("%d..%d", l.minimum, l.maximum)
}

// String says the type as errors do, such as "tag(i32)".
func (t *TagType) String() string { return fmt.Sprintf("tag%v", t.params) }

// String is that of the function, global, table, memory or tag type.
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
