package wasmer

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"
)

const sumGuest = `(module (func (export "sum") (param i32 i32) (result i32)
  (i32.add (local.get 0) (local.get 1))))`

func TestSumIs42OnEachCompiler(t *testing.T) {
	for _, compiler := range compilers {
		sum := get(t, start(t, storeOf(compiler), sumGuest, nil), "sum")
		if result, err := sum.Call(5, 37); err != nil || result != int32(42) {
			t.Errorf("%v: %v %v", compiler, result, err)
		}
	}
}

func TestResultsHaveTheShapesThatUsersKnow(t *testing.T) {
	instance := start(t, storeOf(CRANELIFT), `(module
	  (func (export "none"))
	  (func (export "swap") (param i32 i64) (result i64 i32) (local.get 1) (local.get 0)))`, nil)
	if result, err := get(t, instance, "none").Call(); result != nil || err != nil {
		t.Errorf("none: %v %v", result, err)
	}
	result, err := get(t, instance, "swap").Call(41, 42)
	if expected := []interface{}{int64(42), int32(41)}; err != nil || !reflect.DeepEqual(result, expected) {
		t.Errorf("swap: %#v %v", result, err)
	}
}

type named int16

func TestArgumentsAreConverted(t *testing.T) {
	instance := start(t, storeOf(CRANELIFT), `(module
	  (func (export "i32") (param i32) (result i32) (local.get 0))
	  (func (export "i64") (param i64) (result i64) (local.get 0))
	  (func (export "f32") (param f32) (result f32) (local.get 0))
	  (func (export "f64") (param f64) (result f64) (local.get 0))
	  (func (export "v128") (param v128) (result v128) (local.get 0)))`, nil)
	vector := Vector{0: 1, 15: 2}
	for _, test := range []struct {
		name            string
		given, expected any
	}{
		{"i32", 7, int32(7)}, {"i32", int8(-7), int32(-7)}, {"i32", uint32(math.MaxUint32), int32(-1)},
		{"i32", named(-3), int32(-3)}, {"i32", true, int32(1)}, {"i32", uint64(1 << 32), int32(0)},
		{"i64", 7, int64(7)}, {"i64", uint32(math.MaxUint32), int64(math.MaxUint32)},
		{"i64", uint64(math.MaxUint64), int64(-1)},
		{"f32", float32(1.5), float32(1.5)}, {"f32", 1.5, float32(1.5)},
		{"f64", float32(1.5), 1.5}, {"f64", math.Inf(-1), math.Inf(-1)},
		{"v128", vector, vector}, {"v128", [16]byte(vector), vector},
	} {
		result, err := get(t, instance, test.name).Call(test.given)
		if err != nil || result != test.expected {
			t.Errorf("%s of %T %v: %v %v", test.name, test.given, test.given, result, err)
		}
	}
	for name, wrong := range map[string]any{"i32": 1.5, "i64": "1", "f32": 0.1, "f64": 1, "v128": 1} {
		_, err := get(t, instance, name).Call(wrong)
		expected := "Argument 1 of the function must of of type `" + name + "`, cannot cast value to this type."
		if !errors.Is(err, ErrType) || err.Error() != expected {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWrongNumbersOfArgumentsAreNamed(t *testing.T) {
	sum := get(t, start(t, storeOf(CRANELIFT), sumGuest, nil), "sum")
	_, err := sum.Call(1)
	if err == nil || err.Error() != "Missing 1 argument(s) when calling the function; Expected 2 argument(s), received 1" {
		t.Error(err)
	}
	_, err = sum.Call(1, 2, 3)
	if err == nil || err.Error() != "Given 1 extra argument(s) when calling the function; Expected 2 argument(s), received 3" {
		t.Error(err)
	}
	if err := sum.CallRaw(context.Background(), make([]uint64, 1)); !errors.Is(err, ErrType) {
		t.Error(err)
	}
	//lint:ignore SA1012 a nil context must be an error, not a crash
	if err := sum.CallRaw(nil, make([]uint64, 2)); err == nil {
		t.Error("no error for a nil context")
	}
	var none *Function
	if _, err := none.Call(); err == nil {
		t.Error("no error for a nil function")
	}
}

func TestRawCallsPackV128AsTwoWords(t *testing.T) {
	swap := get(t, start(t, storeOf(CRANELIFT), `(module
	  (func (export "swap") (param i32 v128 f32) (result f32 v128 i32)
	    (local.get 2) (local.get 1) (local.get 0)))`, nil), "swap")
	if words := swap.Type().Words(); words != 4 {
		t.Fatal(words)
	}
	slots := []uint64{0xdead_0000_0001, 2, 3, uint64(math.Float32bits(4))}
	if err := swap.CallRaw(context.Background(), slots); err != nil {
		t.Fatal(err)
	}
	if expected := []uint64{uint64(math.Float32bits(4)), 2, 3, 1}; !reflect.DeepEqual(slots, expected) {
		t.Errorf("%x", slots)
	}
}

func TestRawCallsAllocateNothing(t *testing.T) {
	b := newBench(t, nil)
	sum, raw := b.function(t, "sum"), b.function(t, "raw")
	ctx := context.Background()
	slots := make([]uint64, 2)
	for name, work := range map[string]func() error{
		"call":          func() error { slots[0], slots[1] = 5, 37; return sum.CallRaw(ctx, slots) },
		"host function": func() error { slots[0] = 100; return raw.CallRaw(ctx, slots) },
	} {
		if allocations := testing.AllocsPerRun(1000, func() {
			if err := work(); err != nil {
				t.Fatal(err)
			}
		}); allocations != 0 {
			t.Errorf("%s: %v allocations", name, allocations)
		}
	}
}

func TestReferencesAreGoValues(t *testing.T) {
	instance := start(t, storeOf(CRANELIFT), `(module
	  (table (export "table") 4 funcref)
	  (func (export "extern") (param externref) (result externref) (local.get 0))
	  (func (export "func") (param funcref) (result funcref) (local.get 0))
	  (func (export "seven") (result i32) (i32.const 7)))`, nil)
	type object struct{ name string }
	given := &object{"kept"}
	for _, value := range []any{given, "text", 5, []int{1}, nil} {
		result, err := get(t, instance, "extern").Call(value)
		if err != nil || !reflect.DeepEqual(result, value) {
			t.Errorf("%v: %v %v", value, result, err)
		}
	}
	seven := get(t, instance, "seven")
	result, err := get(t, instance, "func").Call(seven)
	if err != nil || result != any(seven) {
		t.Errorf("%v %v", result, err)
	}
	if result, err := get(t, instance, "func").Call(nil); result != nil || err != nil {
		t.Errorf("%v %v", result, err)
	}
	table, err := instance.Exports.GetTable("table")
	if err != nil {
		t.Fatal(err)
	}
	host := NewHostFunction(instance.module.store, funcType(nil, []ValueKind{I32}),
		func(_ context.Context, _ *Caller, slots []uint64) error { slots[0] = 9; return nil })
	if err := errors.Join(table.Set(0, seven), table.Set(1, host), table.Set(2, nil)); err != nil {
		t.Fatal(err)
	}
	for index, expected := range []any{int32(7), int32(9)} {
		element, err := table.Get(uint32(index))
		if err != nil {
			t.Fatal(err)
		}
		if result, err := element.(*Function).Call(); err != nil || result != expected {
			t.Errorf("%d: %v %v", index, result, err)
		}
	}
	if _, err := table.Get(4); !errors.Is(err, ErrOutOfBounds) {
		t.Error(err)
	}
	if _, err := table.Grow(2_000_000_000, nil); !errors.Is(err, ErrLimit) {
		t.Error(err)
	}
	if before, err := table.Grow(3, seven); err != nil || before != 4 || table.Size() != 7 {
		t.Error(before, err, table.Size())
	}
}

func TestTrapsTellWhatAndWhere(t *testing.T) {
	for _, compiler := range compilers {
		instance := start(t, storeOf(compiler), `(module $m
		  (memory 1)
		  (func $div (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
		  (func (export "div") (param i32 i32) (result i32) (call $div (local.get 0) (local.get 1)))
		  (func $endless (export "endless") (call $endless))
		  (func (export "outside") (result i32) (i32.load (i32.const -4)))
		  (func (export "unreachable") unreachable))`, nil)
		_, err := get(t, instance, "div").Call(1, 0)
		var trap *TrapError
		if !errors.As(err, &trap) || !errors.Is(err, TrapIntegerDivisionByZero) || trap.Error() != "integer divide by zero" {
			t.Fatalf("%v: %v", compiler, err)
		}
		if frames := trap.Trace(); len(frames) != 2 || frames[0].FunctionName() != "div" ||
			frames[0].ModuleName() != "m" || frames[1].FunctionIndex() != 1 || trap.Origin() != frames[0] {
			t.Errorf("%v: %+v", compiler, frames)
		}
		for name, code := range map[string]TrapCode{
			"endless": TrapStackOverflow, "outside": TrapMemoryOutOfBounds, "unreachable": TrapUnreachable,
		} {
			if _, err := get(t, instance, name).Call(); !errors.Is(err, code) {
				t.Errorf("%v: %s: %v", compiler, name, err)
			}
		}
		if result, err := get(t, instance, "div").Call(6, 3); err != nil || result != int32(2) {
			t.Errorf("%v: the instance does not go on: %v %v", compiler, result, err)
		}
	}
}

func TestAnEndedContextStopsBeforeTheCallAndAfterAHostFunction(t *testing.T) {
	store := storeOf(CRANELIFT)
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), t, "value"))
	calls := 0
	host := hostFunc(store, func(ctx context.Context, caller *Caller) error {
		if ctx.Value(t) != "value" || caller.Context() != ctx {
			t.Error("the context of the call did not arrive")
		}
		calls++
		cancel()
		return nil
	})
	instance := start(t, store, `(module (import "host" "f" (func $f))
	  (func (export "f") (call $f) (call $f)))`, map[string]IntoExtern{"f": host})
	f := get(t, instance, "f")
	if _, err := f.CallContext(ctx); !errors.Is(err, context.Canceled) || calls != 1 {
		t.Error(err, calls)
	}
	if _, err := f.CallContext(ctx); !errors.Is(err, context.Canceled) || calls != 1 {
		t.Error(err, calls)
	}
	if _, err := NewInstanceContext(ctx, instance.module, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := NewModuleContext(ctx, store, []byte(sumGuest)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
