package wasmer

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// What wasmer-go crashed on or leaked, each told by its reporters, as tests of the contrary.

// nothingLeft runs a scenario, and fails if native objects that it made are left when nothing in Go
// holds them any more.
func nothingLeft(t *testing.T, scenario func(t *testing.T)) {
	t.Helper()
	collect(t, 0)
	before := capi.LiveObjects()
	scenario(t)
	collect(t, before)
}

func mustModule(t testing.TB, store *Store, wat string) *Module {
	t.Helper()
	module, err := NewModule(store, []byte(wat))
	if err != nil {
		t.Fatal(err)
	}
	return module
}

func mustInstance(t testing.TB, module *Module, imports *ImportObject) *Instance {
	t.Helper()
	instance, err := NewInstance(module, imports)
	if err != nil {
		t.Fatal(err)
	}
	return instance
}

func TestAnErrorOfAHostFunctionSurvivesTwoCollections(t *testing.T) {
	nothingLeft(t, func(t *testing.T) {
		store := storeOf(CRANELIFT)
		imports := NewImportObject()
		imports.Register("host", map[string]IntoExtern{
			"f": NewFunction(store, funcType(nil, nil), func([]Value) ([]Value, error) { return nil, errors.New("oops") }),
		})
		f := get(t, mustInstance(t, mustModule(t, store, callHost), imports), "f")
		var kept []error
		for range rounds(400) {
			_, err := f.Call()
			kept = append(kept, err)
			runtime.GC()
			runtime.GC()
		}
		for _, err := range kept {
			if trap, isTrap := err.(*TrapError); !isTrap || trap.Error() != "oops" || trap.Origin().FunctionIndex() != 1 {
				t.Fatalf("%T %v", err, err)
			}
		}
	})
}

// In wasmer-go a message with a NUL byte meant "no trap", and the guest went on.
func TestAnErrorWithAnyTextEndsTheCall(t *testing.T) {
	store := storeOf(CRANELIFT)
	var text string
	failing := NewFunction(store, funcType(nil, nil), func([]Value) ([]Value, error) { return nil, errors.New(text) })
	instance := start(t, store, `(module (import "host" "f" (func $f)) (global (export "after") (mut i32) (i32.const 0))
	  (func (export "f") (call $f) (global.set 0 (i32.const 1))))`, map[string]IntoExtern{"f": failing})
	after, err := instance.Exports.GetGlobal("after")
	if err != nil {
		t.Fatal(err)
	}
	for _, text = range []string{"", "a\x00b", "\xff\xfe", "é", strings.Repeat("long ", 100_000)} {
		_, err := get2(instance, "f")
		if _, isTrap := err.(*TrapError); !isTrap || err.Error() != text {
			t.Errorf("%.40q: %T %.40q", text, err, err)
		}
	}
	if value, err := after.Get(); err != nil || value != int32(0) {
		t.Error("the guest went on", value, err)
	}
}

type exit struct{ code int }

func (e *exit) Error() string { return fmt.Sprint("exit code: ", e.code) }

func TestANilPointerInAnErrorIsAPanicOfTheHostFunction(t *testing.T) {
	store := storeOf(CRANELIFT)
	careless := NewFunction(store, funcType(nil, nil), func([]Value) ([]Value, error) {
		var none *exit
		return nil, none
	})
	instance := start(t, store, callHost, map[string]IntoExtern{"f": careless})
	for range 10 {
		func() {
			defer func() {
				if _, isError := recover().(runtime.Error); !isError {
					t.Error("no panic")
				}
			}()
			_, err := get2(instance, "f")
			t.Error(err)
		}()
	}
	// The stack of callers is as it was.
	if depth := instance.arena.depth; depth != 0 {
		t.Error(depth)
	}
}

func TestWhatAnInstanceExportsWorksWhenTheInstanceIsNotReachable(t *testing.T) {
	nothingLeft(t, func(t *testing.T) {
		exports := func() map[string]func() error {
			instance := mustInstance(t, mustModule(t, storeOf(CRANELIFT), `(module
			  (memory (export "memory") 1) (global (export "global") (mut i32) (i32.const 7)) (table (export "table") 1 funcref)
			  (elem (i32.const 0) $f)
			  (func $f (export "f") (param i32) (result i32) (i32.store (i32.const 0) (local.get 0)) (i32.load (i32.const 0))))`), nil)
			raw := get(t, instance, "f")
			native, err1 := instance.Exports.GetFunction("f")
			safe, _, err2 := instance.GetFunctionSafe("f")
			memory, err3 := instance.Exports.GetMemory("memory")
			global, err4 := instance.Exports.GetGlobal("global")
			table, err5 := instance.Exports.GetTable("table")
			if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
				t.Fatal(err)
			}
			is := func(expected any) func(any, error) error {
				return func(found any, err error) error {
					if err == nil && found != expected {
						err = fmt.Errorf("%v, not %v", found, expected)
					}
					return err
				}
			}
			return map[string]func() error{
				"raw":    func() error { return is(int32(5))(raw.Call(5)) },
				"native": func() error { return is(int32(6))(native(6)) },
				"safe":   func() error { return is(int32(7))(safe(7)) },
				"memory": func() error { return is(uint32(7))(memory.ReadUint32(0)) },
				"global": func() error { return is(int32(7))(global.Get()) },
				"table": func() error {
					element, err := table.Get(0)
					if err != nil {
						return err
					}
					return is(int32(7))(element.(*Function).Call(7))
				},
			}
		}()
		for range rounds(400) {
			runtime.GC()
			for _, name := range []string{"raw", "native", "safe", "memory", "global", "table"} {
				if err := exports[name](); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
		}
		runtime.KeepAlive(exports)
	})
}

func TestTypesCanBeUsedAgainAfterOthersWereMadeOfThem(t *testing.T) {
	nothingLeft(t, func(t *testing.T) {
		store := storeOf(CRANELIFT)
		ty := NewValueType(I32)
		list := NewValueTypes(I32, F64)
		limits, err := NewLimits(1, 2)
		if err != nil {
			t.Fatal(err)
		}
		for range rounds(400) {
			table, global := NewTableType(ty, limits), NewGlobalType(ty, MUTABLE)
			function, memory := NewFunctionType(list, list), NewMemoryType(limits)
			imports := []*ImportType{
				NewImportType("ns", "table", table), NewImportType("ns", "global", global),
				NewImportType("ns", "function", function), NewImportType("ns", "memory", memory),
			}
			exports := []*ExportType{NewExportType("table", table), NewExportType("function", function)}
			runtime.GC()
			for _, each := range imports {
				each.Close()
				each.Close()
			}
			for _, each := range exports {
				each.Close()
				each.Close()
			}
			if table.ValueType().Kind() != I32 || global.ValueType().Kind() != I32 || len(function.Params()) != 2 ||
				imports[0].Type().IntoTableType().Limits().Maximum() != 2 || imports[3].Type().IntoMemoryType().Limits().Minimum() != 1 ||
				exports[1].Type().IntoFunctionType().Results()[1].Kind() != F64 || ty.Kind() != I32 || list[1].Kind() != F64 {
				t.Fatal("a type changed")
			}
			if value, err := NewGlobal(store, global, NewI32(7)).Get(); err != nil || value != int32(7) {
				t.Fatal(value, err)
			}
		}
	})
}

func TestTypesOfAModuleAreItsOwnAfterTheyWereClosed(t *testing.T) {
	module := compile(t, storeOf(CRANELIFT), `(module (import "a" "b" (func (param i32))) (memory (export "m") 1))`)
	for range 3 {
		module.Imports()[0].Close()
		module.Exports()[0].Close()
		runtime.GC()
	}
	if module.Imports()[0].Name() != "b" || module.Exports()[0].Type().Kind() != MEMORY {
		t.Error("a type changed")
	}
}

func TestCloseTwiceInEveryOrder(t *testing.T) {
	store := storeOf(CRANELIFT)
	module := mustModule(t, store, `(module (import "host" "f" (func $f)) (memory (export "memory") 1) (func (export "f") (call $f)))`)
	serialized, err := module.Serialize()
	if err != nil {
		t.Fatal(err)
	}
	module.Close()
	nothingLeft(t, func(t *testing.T) {
		for _, order := range permutations(6) {
			if testing.Short() && order[0] != 2 {
				continue
			}
			closeTwice(t, serialized, order)
		}
	})
}

// closeTwice closes all there is in an order, while a call runs that is to end all the same, and in
// the opposite order after it.
func closeTwice(t *testing.T, serialized []byte, order []int) {
	t.Helper()
	store := storeOf(CRANELIFT)
	module, err := DeserializeModule(store, serialized)
	if err != nil {
		t.Fatal(err)
	}
	var closers []func()
	imports := NewImportObject()
	imports.Register("host", map[string]IntoExtern{
		"f": NewFunction(store, funcType(nil, nil), func([]Value) ([]Value, error) {
			for _, place := range order {
				closers[place]()
			}
			return nil, nil
		}),
	})
	instance := mustInstance(t, module, imports)
	closers = []func(){store.Close, module.Close, instance.Close, instance.Exports.Close,
		module.Imports()[0].Close, module.Exports()[0].Close}
	f := get(t, instance, "f")
	if _, err := f.Call(); err != nil {
		t.Fatalf("%v: %v", order, err)
	}
	for number := range order {
		closers[order[len(order)-1-number]]()
	}
	if _, err := f.Call(); !errors.Is(err, ErrClosed) {
		t.Fatalf("%v: %v", order, err)
	}
}

func permutations(count int) [][]int {
	if count == 0 {
		return [][]int{{}}
	}
	var all [][]int
	for _, shorter := range permutations(count - 1) {
		for place := range count {
			longer := append(append(append([]int{}, shorter[:place]...), count-1), shorter[place:]...)
			all = append(all, longer)
		}
	}
	return all
}
