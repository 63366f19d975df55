package wasmer

import "fmt"

// FunctionType is the type of a function. It does not change.
type FunctionType struct {
	params, results kinds
	words           int
}

// NewFunctionType makes a function type; nil if one of the types is nil.
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

// Params lists the types of the parameters.
func (t *FunctionType) Params() []*ValueType { return NewValueTypes(t.params...) }

// Results lists the types of the results.
func (t *FunctionType) Results() []*ValueType { return NewValueTypes(t.results...) }

// Words is the least length of the slots of a raw call: one word for each value, two for a v128, of
// the parameters or of the results, whichever take more.
func (t *FunctionType) Words() int { return t.words }

// IntoExternType makes it the type of an extern.
func (t *FunctionType) IntoExternType() *ExternType { return &ExternType{function: t} }

// String says the type as errors do, such as "func(i32) -> (i64)".
func (t *FunctionType) String() string { return fmt.Sprintf("func%v -> %v", t.params, t.results) }
