package wasmer

import (
	"context"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Tag is what exceptions of guests are told apart by. Modules that are to catch each other's exceptions import
// the same tag, made by NewTag or exported by one of them; two tags are never the same one, whatever they
// carry. Go can pass tags on, and neither throw nor catch: an exception that no guest catches is a trap,
// TrapUncaughtException. Modules with tags need the feature "exception-handling", see Config.SetFeature. The
// memory of a tag, some hundred bytes, is freed with the instances that are linked by it.
type Tag struct {
	ty    *TagType
	bound *bound
}

// NewTag makes a tag. What is wrong with its type is the error of its first use.
func NewTag(store *Store, ty *TagType) *Tag {
	return &Tag{ty: ty, bound: unbound(store, func(ctx context.Context, a *arena) (handle capi.Handle, err error) {
		if ty == nil {
			return 0, newError(capi.StatusNullArgument, "type of a tag is nil")
		}
		err = a.do(ctx, func() (e *capi.Error) {
			handle, e = a.native.NewTag(ty.params.bytes())
			return e
		})
		return handle, err
	})}
}

// IntoExtern makes it an extern; nil of nil.
func (t *Tag) IntoExtern() *Extern {
	if t == nil {
		return nil
	}
	return &Extern{tag: t, ty: t.ty.IntoExternType()}
}

// Type is the type of the tag.
func (t *Tag) Type() *TagType { return t.ty }
