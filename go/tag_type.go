package wasmer

import "fmt"

// TagType is the type of a tag: the types of the values that its exceptions carry.
type TagType struct{ params kinds }

// NewTagType returns a tag type, or nil if one of the types is nil.
func NewTagType(params []*ValueType) *TagType {
	list, complete := kindsOf(params)
	if !complete {
		return nil
	}
	return &TagType{list}
}

// Params returns the types of the values that an exception carries.
func (t *TagType) Params() []*ValueType { return NewValueTypes(t.params...) }

// IntoExternType returns t as an ExternType, or nil if t is nil.
func (t *TagType) IntoExternType() *ExternType {
	if t == nil {
		return nil
	}
	return &ExternType{tag: t}
}

// String returns the type as error messages write it, such as "tag(i32)".
func (t *TagType) String() string { return fmt.Sprintf("tag%v", t.params) }
