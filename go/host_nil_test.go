package wasmer

import (
	"errors"
	"strings"
	"testing"
)

func TestHostFunctionsOfNothing(t *testing.T) {
	store := storeOf(CRANELIFT)
	ty := funcType(nil, []ValueKind{I32})
	guest := compile(t, store, `(module (import "host" "f" (func $f (result i32))) (func (export "f") (result i32) (call $f)))`)
	for _, nothing := range []*Function{
		NewFunction(store, ty, nil), NewFunctionWithEnvironment(store, ty, 1, nil), NewHostFunction(store, ty, nil),
	} {
		imports := NewImportObject()
		imports.Register("host", map[string]IntoExtern{"f": nothing})
		for _, err := range []error{second(NewInstance(guest, imports)), second(nothing.Call())} {
			if found, ok := err.(*Error); !ok || !strings.Contains(found.Error(), "host function of type func() -> (i32) is nil") {
				t.Error(err)
			}
		}
	}
	for kind, results := range map[string][]Value{
		"zero Value": {{}}, "returned 0 results": nil, "returned 2 results": {NewI32(1), NewI32(2)}, "returned a f64 as result 1": {NewF64(1.5)},
	} {
		instance := start(t, store, `(module (import "host" "f" (func $f (result i32))) (func (export "f") (result i32) (call $f)))`,
			map[string]IntoExtern{"f": NewFunction(store, ty, func([]Value) ([]Value, error) { return results, nil })})
		if _, err := get(t, instance, "f").Call(); !errors.Is(err, ErrType) || !strings.Contains(err.Error(), kind) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	// Values that no function made, elsewhere.
	limits, _ := NewLimits(1, 1)
	for _, err := range []error{
		second(NewGlobal(store, NewGlobalType(NewValueType(I32), MUTABLE), Value{}).Get()),
		second(NewTable(store, nil, nil).Get(0)),
		NewMemory(store, nil).Write(0, nil),
		second(NewTable(store, NewTableType(NewValueType(I32), limits), nil).Get(0)),
	} {
		if _, ok := err.(*Error); !ok {
			t.Errorf("%T %v", err, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
