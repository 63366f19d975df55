package wasmer

import (
	"context"
	"runtime"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Global is a global variable.
type Global struct {
	ty     *GlobalType
	bound  *bound
	viewer viewer[capi.GlobalView]
}

// NewGlobal returns a global with an initial value. If the kind of the value is not the type's, the
// first use of the global fails.
func NewGlobal(store *Store, ty *GlobalType, value Value) *Global {
	g := &Global{ty: ty}
	g.bound = unbound(store, func(ctx context.Context, a *arena) (handle capi.Handle, err error) {
		if ty == nil {
			return 0, newError(capi.StatusNullArgument, "type of a global is nil")
		}
		if value.kind != ty.kind {
			return 0, newError(capi.StatusType, "global of type %s: cannot be made from a %s", ty.kind, value.kind)
		}
		words := new([2]uint64)
		var taken taken
		defer taken.drop(a)
		if err := a.encode(ctx, value.kind, value.value, words[:], &taken); err != nil {
			return 0, err
		}
		err = a.do(ctx, func() (e *capi.Error) {
			handle, e = a.native.NewGlobal(uint8(ty.kind), ty.mutability == MUTABLE, words)
			return e
		})
		return handle, err
	})
	g.bound.made = func(ctx context.Context, a *arena, handle capi.Handle) error {
		if !ty.kind.IsNumber() {
			return nil
		}
		_, err := g.viewer.find(ctx, a, handle, capi.Arena.ViewGlobal)
		return err
	}
	return g
}

// IntoExtern returns the global as an Extern, or nil if g is nil.
func (g *Global) IntoExtern() *Extern {
	if g == nil {
		return nil
	}
	return &Extern{global: g, ty: g.ty.IntoExternType()}
}

// Type returns the type of the global.
func (g *Global) Type() *GlobalType { return g.ty }

// Get returns the value: an int32, int64, float32, float64, Vector, *Function or referenced value.
// A number is read without waiting for a running guest, except on the first use of an export that
// is not mutable.
func (g *Global) Get() (interface{}, error) {
	if g == nil || g.ty == nil {
		return nil, unmade()
	}
	if g.ty.kind.IsNumber() {
		a, view, err := g.viewer.look(g.bound, capi.Arena.ViewGlobal)
		if err != nil {
			return nil, err
		}
		words := [2]uint64{view.Load(g.ty.kind.isWide())}
		a.unlook()
		runtime.KeepAlive(g)
		return a.decode(background, g.ty.kind, words[:])
	}
	defer runtime.KeepAlive(g)
	a, handle, err := g.bound.use(background)
	if err != nil {
		return nil, err
	}
	words := new([2]uint64)
	if err := a.do(background, func() *capi.Error { return a.native.GlobalGet(handle, words) }); err != nil {
		return nil, err
	}
	return a.decode(background, g.ty.kind, words[:])
}

// Set sets the value. It fails if the global is not mutable, if kind is not the kind of the global,
// or if the value cannot be converted to the kind. It waits as Get does.
func (g *Global) Set(value interface{}, kind ValueKind) error {
	if g == nil || g.ty == nil {
		return unmade()
	}
	if g.ty.mutability == IMMUTABLE {
		return newError(capi.StatusImmutable, "The global variable is not mutable, cannot set a new value")
	}
	converted, ok := convert(kind, value)
	if !ok {
		return newError(capi.StatusType, "Cannot create a Wasm `%s` value from `%T`", kind, value)
	}
	if kind != g.ty.kind {
		return newError(capi.StatusType, "global of type %s: cannot be set to a %s", g.ty.kind, kind)
	}
	if kind.IsNumber() {
		a, view, err := g.viewer.look(g.bound, capi.Arena.ViewGlobal)
		if err != nil {
			return err
		}
		defer a.unlook()
		var words [2]uint64
		if err := a.encode(background, kind, converted, words[:], nil); err != nil {
			return err
		}
		view.Store(kind.isWide(), words[0])
		runtime.KeepAlive(g)
		return nil
	}
	defer runtime.KeepAlive(g)
	a, handle, err := g.bound.use(background)
	if err != nil {
		return err
	}
	words := new([2]uint64)
	var taken taken
	defer taken.drop(a)
	if err := a.encode(background, kind, converted, words[:], &taken); err != nil {
		return err
	}
	return a.do(background, func() *capi.Error { return a.native.GlobalSet(handle, words) })
}
