package wasmer

import (
	"errors"
	"math"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// What is freed while its store lives, and what is not because something has it.

// eventually waits until something is so, and has the collector run meanwhile.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for range 200 {
		if so() {
			return
		}
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	t.Error("never: " + what)
}

// A large value, to be passed as an externref, that tells when it is freed.
func telling(freed *atomic.Int64) *[4096]byte {
	value := new([4096]byte)
	runtime.AddCleanup(value, func(int) { freed.Add(1) }, 0)
	return value
}

const keeper = `(module (import "host" "new" (func $new (result externref)))
	(table $t (export "t") 4 externref)
	(func (export "same") (param externref) (result externref) local.get 0)
	(func (export "put") (param i32 externref) (table.set $t (local.get 0) (local.get 1)))
	(func (export "many") (param i32) (loop $l (drop (call $new))
		(br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))`

func keeping(t *testing.T, store *Store, freed *atomic.Int64) *Instance {
	fresh := NewFunction(store, NewFunctionType(nil, NewValueTypes(ExternRef)), func([]Value) ([]Value, error) {
		return []Value{NewExternRef(telling(freed))}, nil
	})
	return start(t, store, keeper, map[string]IntoExtern{"new": fresh})
}

func start1(t *testing.T, instance *Instance, name string) *Function {
	t.Helper()
	function, err := instance.Exports.GetRawFunction(name)
	if err != nil {
		t.Fatal(err)
	}
	return function
}

func TestReferencesAreFreed(t *testing.T) {
	for _, compiler := range compilers {
		store := storeOf(compiler)
		var freed atomic.Int64
		instance := keeping(t, storeOf(compiler), &freed)
		same, many := start1(t, instance, "same"), start1(t, instance, "many")
		for range 1000 {
			value := telling(&freed)
			if got, err := same.Call(value); err != nil || got != any(value) {
				t.Fatal(got, err)
			}
		}
		eventually(t, "passed references are freed", func() bool { return freed.Load() == 1000 })
		if _, err := many.Call(1000); err != nil {
			t.Fatal(err)
		}
		eventually(t, "references made for a guest are freed", func() bool { return freed.Load() == 2000 })

		put := start1(t, instance, "put")
		table, _ := instance.Exports.GetTable("t")
		if _, err := put.Call(1, telling(&freed)); err != nil {
			t.Fatal(err)
		}
		for range 5 {
			runtime.GC()
			time.Sleep(time.Millisecond)
		}
		if got, err := table.Get(1); err != nil || got.(*[4096]byte)[1] != 0 || freed.Load() != 2000 {
			t.Error("what a table has is freed", got, err)
		}
		if _, err := put.Call(1, nil); err != nil {
			t.Fatal(err)
		}
		eventually(t, "what a table had is freed", func() bool { return freed.Load() == 2001 })

		// Close frees at once, whatever is held.
		if _, err := put.Call(2, telling(&freed)); err != nil {
			t.Fatal(err)
		}
		instance.Close()
		eventually(t, "Close frees", func() bool { return freed.Load() == 2002 })
		if _, err := same.Call(nil); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		runtime.KeepAlive([]any{same, many, put, table, store})
	}
}

func TestReferencesAreWhatWentIn(t *testing.T) {
	var freed atomic.Int64
	same := start1(t, keeping(t, storeOf(CRANELIFT), &freed), "same")
	if got, err := same.Call(math.NaN()); err != nil || !math.IsNaN(got.(float64)) {
		t.Error(got, err)
	}
	if got, err := same.Call(math.Copysign(0, -1)); err != nil || !math.Signbit(got.(float64)) {
		t.Error("minus zero came out as zero", got, err)
	}
	if _, err := same.Call(0.0); err != nil {
		t.Error(err)
	}
	if got, err := same.Call(math.Copysign(0, -1)); err != nil || !math.Signbit(got.(float64)) {
		t.Error("minus zero came out as the zero that went in before", got, err)
	}
	slice := []int{1}
	if got, err := same.Call(slice); err != nil || &got.([]int)[0] != &slice[0] {
		t.Error(got, err)
	}
}

// As many of each as there may be, and more, in one store.
func TestWhatTheHostMakesAndDropsIsFreed(t *testing.T) {
	store := NewLinkedStore(NewEngineWithConfig(NewConfig().SetQuota(QuotaMemories, 50).SetQuota(QuotaInstances, 50)))
	defer store.Close()
	limits, _ := NewLimits(1, 2)
	module := mustModule(t, store, `(module (memory (export "m") 1) (func (export "f") (result i32) i32.const 7))`)
	for range 300 {
		memory := NewMemory(store, NewMemoryType(limits))
		if err := memory.WriteUint8(0, 1); err != nil {
			// The collector is told of no native memory.
			eventually(t, "a memory can be made again", func() bool { return memory.WriteUint8(0, 1) == nil })
		}
		var instance *Instance
		eventually(t, "an instance can be made", func() (made bool) {
			var err error
			instance, err = NewInstance(module, nil)
			return err == nil
		})
		if got, err := get2(instance, "f"); err != nil || got != int32(7) {
			t.Fatal(got, err)
		}
		instance.Close()
	}
}

func TestHostFunctionsThatAreReplacedAreFreed(t *testing.T) {
	var freed atomic.Int64
	store := storeOf(CRANELIFT)
	instance := start(t, store, `(module (table (export "t") 1 funcref) (func (export "f") (call_indirect (i32.const 0))))`, nil)
	table, _ := instance.Exports.GetTable("t")
	f := start1(t, instance, "f")
	calls := 0
	for range 1000 {
		value := telling(&freed)
		host := NewFunction(store, NewFunctionType(nil, nil), func([]Value) ([]Value, error) {
			calls++
			runtime.KeepAlive(value)
			return nil, nil
		})
		if err := table.Set(0, host); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Call(); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "replaced functions are freed", func() bool { return freed.Load() >= 999 })
	if _, err := f.Call(); err != nil || calls != 1001 {
		t.Error("the last one is called still", calls, err)
	}
	runtime.KeepAlive(instance)
}

// Also of objects that nothing in Go stands behind, as tables, the arena's list of what was freed is emptied.
func TestNothingIsKeptOfWhatWasFreed(t *testing.T) {
	store := NewLinkedStore(NewEngine())
	defer store.Close()
	limits, _ := NewLimits(1, 2)
	var handles [50]capi.Handle
	for i := range handles {
		table := NewTable(store, NewTableType(NewValueType(FuncRef), limits), nil)
		if _, err := table.Get(0); err != nil {
			t.Fatal(err)
		}
		handles[i] = table.bound.handle
	}
	a := store.shared.arena
	eventually(t, "the tables are freed", func() bool {
		a.tidy()
		for _, handle := range handles {
			if _, e := a.native.TableSize(handle); e == nil {
				return false
			}
		}
		return true
	})
	var list [64]capi.Freed
	if freed, e := a.native.Freed(list[:]); e != nil || len(freed) != 0 {
		t.Errorf("%d objects are still to be told of, %v", len(freed), e)
	}
}
