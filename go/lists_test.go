package wasmer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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
		"zero Value": {{}}, "gave 0 results": nil, "gave 2 results": {NewI32(1), NewI32(2)}, "gave a f64 as result 1": {NewF64(1.5)},
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

func TestErrorTextsAreBounded(t *testing.T) {
	store := storeOf(CRANELIFT)
	types, name := strings.Repeat(" funcref", 1000), strings.Repeat("ä", 40_000)
	for _, imports := range []string{
		strings.Repeat(fmt.Sprintf(`(import "m" "f" (func (param %s) (result %s)))`, types, types), 25),
		fmt.Sprintf(`(import "%s" "%s" (func))`, name, name),
		fmt.Sprintf(`(import "%s" "%s" (func)) (import "m" "f" (func))`, name, name),
	} {
		_, err := NewInstance(compile(t, store, "(module "+imports+")"), nil)
		if !errors.Is(err, ErrLink) || len(err.Error()) > 5000 || !strings.Contains(err.Error(), "left out]") {
			t.Errorf("%.200s", err)
		}
	}
	if text := funcType(make([]ValueKind, 20), nil).String(); strings.Count(text, "i32") != 20 {
		t.Error(text)
	}
	// What a host function says is as it was.
	instance := start(t, store, `(module (import "host" "f" (func $f)) (func (export "f") (call $f)))`,
		map[string]IntoExtern{"f": hostFunc(store, func(context.Context, *Caller) error { return errors.New(name) })})
	if _, err := get(t, instance, "f").Call(); err == nil || err.Error() != name {
		t.Error("another text")
	}
}

func TestFuelIsPartOfSerializedCode(t *testing.T) {
	plain, err := compile(t, storeOf(CRANELIFT), `(module)`).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	for _, config := range []*Config{NewConfig().SetFuel(10), NewConfig().PushMeteringMiddleware(10, nil)} {
		if _, err := DeserializeModule(NewStore(NewEngineWithConfig(config)), plain); !errors.Is(err, ErrDeserialize) {
			t.Error(err)
		}
	}
	if _, err := DeserializeModule(storeOf(SINGLEPASS), plain); err != nil {
		t.Error(err)
	}
}

func TestAStackOverflowHasFrames(t *testing.T) {
	for _, compiler := range compilers {
		instance := start(t, storeOf(compiler), `(module (func $deep (export "f") (param i32) (result i32)
			(i32.add (i32.const 1) (call $deep (local.get 0)))))`, nil)
		_, err := get(t, instance, "f").Call(1)
		var trap *TrapError
		if !errors.As(err, &trap) || trap.Code() != TrapStackOverflow {
			t.Fatal(err)
		}
		if origin := trap.Origin(); origin == nil || origin.FunctionName() != "deep" || len(trap.Trace()) != 128 || trap.Omitted() < 1000 {
			t.Error(compiler, len(trap.Trace()), trap.Omitted())
		}
	}
}
