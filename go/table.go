package wasmer

import (
	"context"
	"runtime"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// TableSize is a number of elements.
type TableSize uint32

// ToUint32 returns the number of elements.
func (s TableSize) ToUint32() uint32 { return uint32(s) }

// Table is a table of references: *Function values in a table of funcref, any Go values in a table
// of externref, and nil for null.
type Table struct {
	ty    *TableType
	bound *bound
}

// NewTable returns a table whose elements are all init. If the type is invalid or init is not of
// it, the first use of the table fails.
func NewTable(store *Store, ty *TableType, init any) *Table {
	return &Table{ty, unbound(store, func(ctx context.Context, a *arena) (handle capi.Handle, err error) {
		if ty == nil {
			return 0, newError(capi.StatusNullArgument, "type of a table is nil")
		}
		limits := ty.limits
		if !ty.kind.IsReference() {
			return 0, newError(capi.StatusType, "table of %s: elements must be references", ty.kind)
		}
		var taken taken
		defer taken.drop(a)
		reference, err := a.reference(ctx, ty.kind, init, &taken)
		if err != nil {
			return 0, err
		}
		err = a.do(ctx, func() (e *capi.Error) {
			handle, e = a.native.NewTable(uint8(ty.kind), limits.minimum, limits.hasMaximum(), limits.maximum, reference)
			return e
		})
		return handle, err
	})}
}

func (a *arena) reference(ctx context.Context, kind ValueKind, value any, taken *taken) (capi.Handle, error) {
	converted, ok := convert(kind, value)
	if !ok {
		return 0, newError(capi.StatusType, "Cannot create a Wasm `%s` value from `%T`", kind, value)
	}
	var words [2]uint64
	err := a.encode(ctx, kind, converted, words[:], taken)
	return words[0], err
}

// IntoExtern returns the table as an Extern, or nil if t is nil.
func (t *Table) IntoExtern() *Extern {
	if t == nil {
		return nil
	}
	return &Extern{table: t, ty: t.ty.IntoExternType()}
}

// Type returns the type of the table as it was declared.
func (t *Table) Type() *TableType { return t.ty }

func (t *Table) use() (*arena, capi.Handle, error) {
	if t == nil {
		return nil, 0, unmade()
	}
	return t.bound.use(background)
}

// Size returns the number of elements, or 0 if the instance was closed.
func (t *Table) Size() TableSize {
	defer runtime.KeepAlive(t)
	a, handle, err := t.use()
	if err != nil {
		return 0
	}
	var size uint32
	_ = a.do(background, func() (e *capi.Error) {
		size, e = a.native.TableSize(handle)
		return e
	})
	return TableSize(size)
}

// Get returns the element at an index. It fails with ErrOutOfBounds if there is none.
func (t *Table) Get(index uint32) (any, error) {
	defer runtime.KeepAlive(t)
	a, handle, err := t.use()
	if err != nil {
		return nil, err
	}
	var reference capi.Handle
	err = a.do(background, func() (e *capi.Error) {
		reference, e = a.native.TableGet(handle, index)
		return e
	})
	if err != nil {
		return nil, err
	}
	return a.decode(background, t.ty.kind, []uint64{reference})
}

// Set sets the element at an index. It fails with ErrOutOfBounds if there is none.
func (t *Table) Set(index uint32, value any) error {
	defer runtime.KeepAlive(t)
	a, handle, err := t.use()
	if err != nil {
		return err
	}
	var taken taken
	defer taken.drop(a)
	reference, err := a.reference(background, t.ty.kind, value, &taken)
	if err != nil {
		return err
	}
	return a.do(background, func() *capi.Error { return a.native.TableSet(handle, index, reference) })
}

// Grow adds elements that are all init, and returns the size before. It fails with ErrLimit if the
// table's maximum or QuotaTableElements does not allow it.
func (t *Table) Grow(delta uint32, init any) (TableSize, error) {
	defer runtime.KeepAlive(t)
	a, handle, err := t.use()
	if err != nil {
		return 0, err
	}
	var taken taken
	defer taken.drop(a)
	reference, err := a.reference(background, t.ty.kind, init, &taken)
	if err != nil {
		return 0, err
	}
	var before uint32
	err = a.do(background, func() (e *capi.Error) {
		before, e = a.native.TableGrow(handle, delta, reference)
		return e
	})
	return TableSize(before), err
}
