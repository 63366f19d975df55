package wasmer

import "fmt"

// TagType is the type of a tag: the kinds of the values that its exceptions carry.
type TagType struct{ params kinds }

// NewTagType makes a tag type; nil if one of the types is nil.
func NewTagType(params []*ValueType) *TagType {
	list, complete := kindsOf(params)
	if !complete {
		return nil
	}
	return &TagType{list}
}

// Params lists the types of the values that an exception carries.
func (t *TagType) Params() []*ValueType { return NewValueTypes(t.params...) }

// IntoExternType makes it an extern type; nil of nil.
func (t *TagType) IntoExternType() *ExternType {
	if t == nil {
		return nil
	}
	return &ExternType{tag: t}
}

// String says the type as errors do, such as "tag(i32)".
func (t *TagType) String() string { return fmt.Sprintf("tag%v", t.params) }
