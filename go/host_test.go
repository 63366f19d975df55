package wasmer

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

const callHost = `(module (import "host" "f" (func $f)) (memory (export "memory") 1)
  (func (export "f") (call $f)))`

func TestAnErrorOfAHostFunctionComesBackAsItself(t *testing.T) {
	store := storeOf(CRANELIFT)
	oops := errors.New("oops")
	failing := NewFunction(store, funcType(nil, nil), func([]Value) ([]Value, error) { return nil, oops })
	f := get(t, start(t, store, callHost, map[string]IntoExtern{"f": failing}), "f")
	for range 2 {
		_, err := f.Call()
		trap, isTrap := err.(*TrapError)
		if !isTrap || !errors.Is(err, oops) || err.Error() != "oops" || trap.Code() != TrapNone {
			t.Errorf("%T %v", err, err)
		}
		if len(trap.Trace()) != 1 || trap.Origin().FunctionIndex() != 1 {
			t.Errorf("frames %+v", trap.Trace())
		}
		// What the original crashed on.
		runtime.GC()
		runtime.GC()
	}
}

func TestAPanicOfAHostFunctionGoesOnInTheCaller(t *testing.T) {
	store := storeOf(CRANELIFT)
	type value struct{ number int }
	var inner *Function
	depth := 0
	panicking := hostFunc(store, func(context.Context, *Caller) error {
		if depth++; depth < 3 {
			_, err := inner.Call()
			return err
		}
		panic(value{7})
	})
	instance := start(t, store, callHost, map[string]IntoExtern{"f": panicking})
	inner = get(t, instance, "f")
	func() {
		defer func() {
			if found := recover(); found != (value{7}) {
				t.Errorf("recovered %v", found)
			}
		}()
		_, err := inner.Call()
		t.Errorf("no panic, %v", err)
	}()
	// The arena is as it was.
	depth = -1000
	if _, err := inner.Call(); !errors.Is(err, ErrDepth) {
		t.Error(err)
	}
}

var manyLost atomic.Bool

func TestGoexitInAHostFunctionLosesItsInstanceOnly(t *testing.T) {
	store := storeOf(CRANELIFT)
	exiting := hostFunc(store, func(context.Context, *Caller) error { runtime.Goexit(); return nil })
	// Without a memory: what is lost is lost for good, and a memory takes 8 GiB of addresses.
	module := compile(t, store, `(module (import "host" "f" (func $f)) (func (export "f") (call $f)))`)
	imports := NewImportObject()
	imports.Register("host", map[string]IntoExtern{"f": exiting})
	lose := func() {
		instance, err := NewInstance(module, imports)
		if err != nil {
			t.Error(err)
			return
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, err := get(t, instance, "f").Call()
			t.Errorf("returned, %v", err)
		}()
		<-done
		if _, err := get2(instance, "f"); !errors.Is(err, ErrClosed) {
			t.Errorf("after Goexit: %v", err)
		}
		// Traps and nil dereferences on whatever threads there are.
		trapAndRecover(t, store)
	}
	// Many in the first run of a process only: each leaves some mappings, of which there are 65,530.
	losses := rounds(1000)
	if manyLost.Swap(true) {
		losses = 40
	}
	var group sync.WaitGroup
	for range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			for range losses / 4 {
				lose()
			}
		}()
	}
	group.Wait()
}

func get2(instance *Instance, name string) (any, error) {
	function, err := instance.Exports.GetRawFunction(name)
	if err != nil {
		return nil, err
	}
	return function.Call()
}

// trapAndRecover traps in wasm, and dereferences nil in Go.
func trapAndRecover(t *testing.T, store *Store) {
	module, err := NewModule(store, []byte(`(module (memory 1)
	  (func (export "trap") (drop (i32.load (i32.const -4)))))`))
	if err != nil {
		t.Error(err)
		return
	}
	defer module.Close()
	instance, err := NewInstance(module, nil)
	if err != nil {
		t.Error(err)
		return
	}
	defer instance.Close()
	if _, err := get2(instance, "trap"); !errors.Is(err, TrapMemoryOutOfBounds) {
		t.Error(err)
	}
	defer func() {
		if found, isError := recover().(runtime.Error); !isError || !strings.Contains(found.Error(), "nil pointer") {
			t.Errorf("recovered %v", found)
		}
	}()
	var nothing *Frame
	_ = nothing.FunctionIndex()
	t.Error("a nil dereference went through")
}

func TestEndlessRecursionThroughTheHostEndsWithAnError(t *testing.T) {
	store := storeOf(CRANELIFT)
	var f *Function
	deepest := 0
	depth := 0
	recursing := hostFunc(store, func(context.Context, *Caller) error {
		depth++
		defer func() { depth-- }()
		deepest = max(deepest, depth)
		_, err := f.Call()
		return err
	})
	f = get(t, start(t, store, callHost, map[string]IntoExtern{"f": recursing}), "f")
	for range 3 {
		if _, err := f.Call(); !errors.Is(err, ErrDepth) {
			t.Fatal(err)
		}
	}
	if deepest != 256 {
		t.Errorf("ended at depth %d", deepest)
	}
}

func TestAHostFunctionKnowsItsCaller(t *testing.T) {
	store := storeOf(CRANELIFT)
	var callers []*Instance
	var kept *Caller
	host := hostFunc(store, func(_ context.Context, caller *Caller) error {
		callers = append(callers, caller.Instance())
		memory, err := caller.Memory("memory")
		if err != nil {
			return err
		}
		kept = caller
		return memory.WriteString(0, "was here")
	})
	imports := map[string]IntoExtern{"f": host}
	first, second := start(t, store, callHost, imports), start(t, store, callHost, imports)
	for _, instance := range []*Instance{first, second, first} {
		if _, err := get(t, instance, "f").Call(); err != nil {
			t.Fatal(err)
		}
		memory, err := instance.Exports.GetMemory("memory")
		if err != nil {
			t.Fatal(err)
		}
		if text, err := memory.ReadString(0, 8); err != nil || text != "was here" {
			t.Errorf("%q %v", text, err)
		}
	}
	if callers[0] != first || callers[1] != second || callers[2] != first {
		t.Error("the wrong instances")
	}
	if _, err := kept.Memory("memory"); !errors.Is(err, ErrClosed) {
		t.Errorf("a caller that was kept: %v", err)
	}
	// Called by Go itself: no instance.
	if _, err := host.Call(); err == nil || !strings.Contains(err.Error(), "not called by an instance") {
		t.Error(err)
	}
}

func TestResultsOfHostFunctionsAreChecked(t *testing.T) {
	store := storeOf(CRANELIFT)
	for _, results := range [][]Value{nil, {NewI64(1)}, {NewI32(1), NewI32(2)}} {
		wrong := NewFunction(store, funcType(nil, []ValueKind{I32}), func([]Value) ([]Value, error) { return results, nil })
		instance := start(t, store, `(module (import "host" "f" (func $f (result i32)))
		  (func (export "f") (result i32) (call $f)))`, map[string]IntoExtern{"f": wrong})
		if _, err := get(t, instance, "f").Call(); !errors.Is(err, ErrType) {
			t.Errorf("%v: %v", results, err)
		}
	}
}

func TestAStartFunctionCanCallTheHost(t *testing.T) {
	store := storeOf(CRANELIFT)
	// It finds what its caller exports, as later.
	var kept *Instance
	host := hostFunc(store, func(_ context.Context, caller *Caller) error {
		kept = caller.Instance()
		memory, err := caller.Memory("memory")
		if err != nil {
			return err
		}
		text, err := memory.ReadString(8, 5)
		if err != nil || text != "hello" {
			return fmt.Errorf("%q, %v", text, err)
		}
		answer, err := caller.Function("answer")
		if err != nil {
			return err
		}
		if number, err := answer.Call(); number != int32(42) || err != nil {
			return fmt.Errorf("%v, %v", number, err)
		}
		return nil
	})
	guest := `(module (import "host" "f" (func $f)) (memory (export "memory") 1) (data (i32.const 8) "hello")
		(func (export "answer") (result i32) (i32.const 42)) (func $start (call $f) %s) (start $start))`
	instance := start(t, store, fmt.Sprintf(guest, ""), map[string]IntoExtern{"f": host})
	if kept != instance {
		t.Error("another instance")
	}
	// One whose start function fails is closed, whoever kept it.
	kept = nil
	imports := NewImportObject()
	imports.Register("host", map[string]IntoExtern{"f": host})
	if _, err := NewInstance(compile(t, store, fmt.Sprintf(guest, "unreachable")), imports); !errors.Is(err, TrapUnreachable) {
		t.Fatal(err)
	}
	if _, err := kept.Exports.GetMemory("memory"); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	_, err := NewInstance(compile(t, store, `(module (func $f unreachable) (start $f))`), nil)
	if _, isTrap := err.(*TrapError); !isTrap || err.Error() != "unreachable" {
		t.Errorf("%T %v", err, err)
	}
}
