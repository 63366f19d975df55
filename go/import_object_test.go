package wasmer

import (
	"errors"
	"strings"
	"sync"
	"testing"
)

func TestMissingImportsAreAllNamed(t *testing.T) {
	module := compile(t, storeOf(CRANELIFT), `(module (import "a" "b" (func)) (import "c" "d" (memory 1)))`)
	_, err := NewInstance(module, NewImportObject())
	if !errors.Is(err, ErrLink) || err.Error() != "Missing import: `a`.`b` (func() -> () wanted); Missing import: `c`.`d` (memory 1.. pages wanted)" {
		t.Error(err)
	}
	store := storeOf(CRANELIFT)
	module = compile(t, store, `(module (import "host" "a" (func (param i32))) (import "host" "b" (memory 1)))`)
	object := NewImportObject()
	object.Register("host", map[string]IntoExtern{"a": hostFunc(store, nil)})
	_, err = NewInstance(module, object)
	if !errors.Is(err, ErrLink) || err.Error() != "import `host`.`a`: func(i32) -> () wanted, func() -> () found; Missing import: `host`.`b` (memory 1.. pages wanted)" {
		t.Error(err)
	}
	if _, err := NewInstance(module, nil); !errors.Is(err, ErrLink) {
		t.Error(err)
	}
	if _, err := NewInstance(nil, nil); err == nil || err.Error() != "module is nil" {
		t.Error(err)
	}
}

func TestImportsOfTheWrongTypeAreNamed(t *testing.T) {
	store := storeOf(CRANELIFT)
	limits, err := NewLimits(1, 2)
	if err != nil {
		t.Fatal(err)
	}
	module := compile(t, store, `(module (import "host" "f" (func (param i32))) (import "host" "m" (memory 1)))`)
	object := NewImportObject()
	object.Register("host", map[string]IntoExtern{
		"f": NewMemory(store, NewMemoryType(limits)),
		"m": NewFunction(store, funcType(nil, nil), func([]Value) ([]Value, error) { return nil, nil }),
	})
	_, err = NewInstance(module, object)
	for _, part := range []string{`"host"."f": func(i32) -> () wanted, memory 1..2 pages found`, `"host"."m": memory 1.. pages wanted, func() -> () found`} {
		if !errors.Is(err, ErrLink) || !strings.Contains(err.Error(), part) {
			t.Errorf("%v\ndoes not say %s", err, part)
		}
	}
}

func TestInstancesCanBeLinked(t *testing.T) {
	store := storeOf(CRANELIFT)
	first := start(t, store, `(module (memory (export "memory") 1)
	  (func (export "load") (result i32) (i32.load (i32.const 0))))`, nil)
	load := get(t, first, "load")
	memory, err := first.Exports.GetMemory("memory")
	if err != nil {
		t.Fatal(err)
	}
	second := start(t, store, `(module (import "host" "load" (func $load (result i32))) (import "host" "memory" (memory 1))
	  (func (export "store") (param i32) (result i32) (i32.store (i32.const 0) (local.get 0)) (call $load)))`,
		map[string]IntoExtern{"load": load, "memory": memory})
	// The one that is imported from is closed; what the other needs lives on.
	first.Close()
	if result, err := get(t, second, "store").Call(42); err != nil || result != int32(42) {
		t.Error(result, err)
	}
	if _, err := load.Call(); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

func TestInstancesThatWereMadeApartNeedALinkedStore(t *testing.T) {
	exporting := `(module (func (export "f") (result i32) (i32.const 21)))`
	importing := `(module (import "host" "a" (func $a (result i32))) (import "host" "b" (func $b (result i32)))
	  (func (export "f") (result i32) (i32.add (call $a) (call $b))))`
	for _, linked := range []bool{false, true} {
		engine := NewEngine()
		store := NewStore(engine)
		if linked {
			store = NewLinkedStore(engine)
		}
		a, b := start(t, store, exporting, nil), start(t, store, exporting, nil)
		object := NewImportObject()
		object.Register("host", map[string]IntoExtern{"a": get(t, a, "f"), "b": get(t, b, "f")})
		instance, err := NewInstance(compile(t, store, importing), object)
		if !linked {
			if !errors.Is(err, ErrLink) || !strings.Contains(err.Error(), "NewLinkedStore") {
				t.Error(err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if result, err := get2(instance, "f"); err != nil || result != int32(42) {
			t.Error(result, err)
		}
		store.Close()
		if _, err := get2(instance, "f"); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
	}
}

func TestALinkedStoreGoesOnAfterItsInstancesEnded(t *testing.T) {
	store := NewLinkedStore(NewEngine())
	if _, err := NewInstance(compile(t, store, `(module (func $f unreachable) (start $f))`), nil); !errors.Is(err, TrapUnreachable) {
		t.Fatal(err)
	}
	for range 3 {
		first, second := start(t, store, counterGuest, nil), start(t, store, counterGuest, nil)
		count(t, first, 1)
		first.Close()
		count(t, second, 1)
		second.Close()
	}
	store.Close()
	if _, err := NewInstance(compile(t, store, counterGuest), nil); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

func TestHostObjectsAreSharedByIdentity(t *testing.T) {
	store := storeOf(CRANELIFT)
	limits, err := NewLimits(1, LimitMaxUnbound())
	if err != nil {
		t.Fatal(err)
	}
	memory := NewMemory(store, NewMemoryType(limits))
	global := NewGlobal(store, NewGlobalType(NewValueType(I64), MUTABLE), NewI64(5))
	table := NewTable(store, NewTableType(NewValueType(FuncRef), limits), nil)
	// Used before any instance imports them.
	if err := errors.Join(memory.Write(0, []byte{7}), global.Set(6, I64)); err != nil || table.Size() != 1 {
		t.Fatal(err, table.Size())
	}
	instance := start(t, store, `(module (import "host" "m" (memory 1)) (import "host" "g" (global $g (mut i64)))
	  (import "host" "t" (table 1 funcref)) (elem (i32.const 0) $f)
	  (func $f (export "f") (result i64)
	    (i32.store8 (i32.const 1) (i32.const 9))
	    (global.set $g (i64.add (global.get $g) (i64.load8_u (i32.const 0)))) (global.get $g)))`,
		map[string]IntoExtern{"m": memory, "g": global, "t": table})
	if result, err := get2(instance, "f"); err != nil || result != int64(13) {
		t.Fatal(result, err)
	}
	instance.Close()
	// They are the host's, and live on.
	if value, err := global.Get(); err != nil || value != int64(13) {
		t.Error(value, err)
	}
	if bytes, err := memory.Read(0, 2); err != nil || bytes[1] != 9 {
		t.Error(bytes, err)
	}
	if element, err := table.Get(0); err != nil || element == nil {
		t.Error(element, err)
	}
	if err := global.Set("x", I64); !errors.Is(err, ErrType) {
		t.Error(err)
	}
	if err := global.Set(1, I32); !errors.Is(err, ErrType) {
		t.Error(err)
	}
	wrong := NewGlobal(store, NewGlobalType(NewValueType(I64), MUTABLE), NewI32(5))
	if _, err := wrong.Get(); !errors.Is(err, ErrType) {
		t.Error(err)
	}
}

func TestExportsAreFoundByNameAndKind(t *testing.T) {
	instance := start(t, storeOf(CRANELIFT), `(module (func (export "function")) (global (export "global") i32 (i32.const 7))
	  (table (export "table") 0 funcref) (memory (export "memory") 1))`, nil)
	kinds := map[string]ExternKind{"function": FUNCTION, "global": GLOBAL, "table": TABLE, "memory": MEMORY}
	for name, kind := range kinds {
		extern, err := instance.Exports.Get(name)
		if err != nil || extern.Kind() != kind {
			t.Error(name, err)
		}
		if again, _ := instance.Exports.Get(name); again != extern {
			t.Errorf("%s is another one the second time", name)
		}
	}
	_, err := instance.Exports.GetFunction("memory")
	if !errors.Is(err, ErrType) || err.Error() != "Export `memory` is a memory, not a func" {
		t.Error(err)
	}
	if _, err := instance.Exports.Get("nothing"); err == nil || err.Error() != "Export `nothing` does not exist" {
		t.Error(err)
	}
	for place, export := range instance.module.Exports() {
		if export.Type().Kind() != kinds[export.Name()] {
			t.Error(place, export.Name())
		}
	}
}

// The last instance of a linked store may be closed while another one is made.
func TestInstancesComeAndGoInALinkedStore(t *testing.T) {
	store := NewLinkedStore(NewEngine())
	module := compile(t, store, `(module (func (export "f") (result i32) i32.const 7))`)
	var group sync.WaitGroup
	for range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			for range 300 {
				instance, err := NewInstance(module, nil)
				if err != nil {
					t.Error(err)
					return
				}
				if found, err := get2(instance, "f"); err != nil || found != int32(7) {
					t.Error(found, err)
				}
				instance.Close()
			}
		}()
	}
	group.Wait()
}
