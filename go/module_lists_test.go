package wasmer

import (
	"errors"
	"slices"
	"testing"
)

// A list that is given is the caller's: what the caller does with it changes nothing.
func TestListsAreTheCallers(t *testing.T) {
	store := storeOf(CRANELIFT)
	module := compile(t, store, `(module (import "m" "z" (func (param i64))) (import "m" "a" (func (param f64)))
		(func (export "z") (param i64 i64) (result i64) (i64.const 7)) (memory (export "m") 1)
		(func (export "a") (result f64) (f64.const 2.5)) (func $trap (export "trap") unreachable))`)
	slices.Reverse(module.Imports())
	slices.Reverse(module.Exports())
	clear(module.Exports())
	function := module.Exports()[0].Type().IntoFunctionType()
	clear(function.Params())
	*module.Exports()[1].Type().IntoMemoryType().Limits() = Limits{}
	_, err := NewInstance(module, nil)
	var missing *Error
	if !errors.As(err, &missing) || len(missing.MissingImports()) != 2 {
		t.Fatal(err)
	}
	slices.Reverse(missing.MissingImports())
	if missing.MissingImports()[0].Name() != "z" {
		t.Error("the error's own list")
	}
	imports := NewImportObject()
	imports.Register("m", map[string]IntoExtern{
		"z": NewFunction(store, module.Imports()[0].Type().IntoFunctionType(), func([]Value) ([]Value, error) { return nil, nil }),
		"a": NewFunction(store, module.Imports()[1].Type().IntoFunctionType(), func([]Value) ([]Value, error) { return nil, nil }),
	})
	instance, err := NewInstance(module, imports)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{"z": int64(7), "a": 2.5} {
		arguments := []any{1, 2}[:get(t, instance, name).ParameterArity()]
		if result, err := get(t, instance, name).Call(arguments...); result != want || err != nil {
			t.Error(name, result, err)
		}
	}
	_, err = get(t, instance, "trap").Call()
	var trap *TrapError
	if !errors.As(err, &trap) || len(trap.Trace()) != 1 {
		t.Fatal(err)
	}
	clear(trap.Trace())
	if trap.Trace()[0] == nil || trap.Origin() == nil {
		t.Error("the trap's own list")
	}
}
