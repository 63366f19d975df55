package wasmer

import "fmt"

// FunctionType is the type of a function. It is immutable.
type FunctionType struct {
	params, results kinds
	words           int
}

// NewFunctionType returns a function type, or nil if one of the types is nil.
func NewFunctionType(params []*ValueType, results []*ValueType) *FunctionType {
	taken, complete := kindsOf(params)
	given, alsoComplete := kindsOf(results)
	if !complete || !alsoComplete {
		return nil
	}
	return functionTypeOf(taken, given)
}

func functionTypeOf(params, results kinds) *FunctionType {
	return &FunctionType{params, results, max(params.words(), results.words())}
}

// Params returns the types of the parameters.
func (t *FunctionType) Params() []*ValueType { return NewValueTypes(t.params...) }

// Results returns the types of the results.
func (t *FunctionType) Results() []*ValueType { return NewValueTypes(t.results...) }

// Words returns the least length of the slots of a raw call. Each value takes one word, and a v128
// two; Words is the larger of the sums for the parameters and for the results.
func (t *FunctionType) Words() int { return t.words }

// IntoExternType returns t as an ExternType.
func (t *FunctionType) IntoExternType() *ExternType { return &ExternType{function: t} }

// String returns the type as error messages write it, such as "func(i32) -> (i64)".
func (t *FunctionType) String() string { return fmt.Sprintf("func%v -> %v", t.params, t.results) }
