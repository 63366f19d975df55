package wasmer

import (
	"context"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Tag identifies the exceptions of guests. Modules that catch each other's exceptions import the
// same tag, which NewTag makes or one of them exports. Two tags are never the same, whatever they
// carry.
//
// Go can pass tags on, but cannot throw or catch. An exception that no guest catches is a trap,
// TrapUncaughtException. Modules with tags need the feature "exception-handling"; see
// Config.SetFeature. A tag takes some hundred bytes, which are freed with the instances that it
// links.
type Tag struct {
	ty    *TagType
	bound *bound
}

// NewTag returns a tag. If the type is nil, the first use of the tag fails.
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

// IntoExtern returns the tag as an Extern, or nil if t is nil.
func (t *Tag) IntoExtern() *Extern {
	if t == nil {
		return nil
	}
	return &Extern{tag: t, ty: t.ty.IntoExternType()}
}

// Type returns the type of the tag.
func (t *Tag) Type() *TagType { return t.ty }
