package wasmer

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

const counterGuest = `(module (memory (export "memory") 1) (global $n (mut i32) (i32.const 0))
  (func (export "count") (result i32)
    (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))`

func count(t testing.TB, instance *Instance, expected int32) {
	t.Helper()
	if result, err := get(t, instance, "count").Call(); err != nil || result != expected {
		t.Fatalf("%v %v, expected %d", result, err, expected)
	}
}

func TestOneStoreTakesAnyNumberOfInstances(t *testing.T) {
	store := storeOf(CRANELIFT)
	module := compile(t, store, counterGuest)
	instance := func(t testing.TB) *Instance {
		instance, err := NewInstance(module, nil)
		if err != nil {
			t.Fatal(err)
		}
		count(t, instance, 1)
		return instance
	}
	t.Run("closed", func(t *testing.T) {
		flat(t, rounds(100_000), func(int) { instance(t).Close() })
	})
	t.Run("collected", func(t *testing.T) {
		flat(t, rounds(100_000), func(int) { instance(t) })
	})
}

func TestModulesAreFreed(t *testing.T) {
	store := storeOf(SINGLEPASS)
	flat(t, rounds(10_000), func(number int) {
		module, err := NewModule(store, fmt.Appendf(nil, `(module (func (export "f") (result i32) (i32.const %d)))`, number))
		if err != nil {
			t.Fatal(err)
		}
		if number%2 == 0 {
			module.Close()
		}
	})
}

func TestNothingNativeIsLeft(t *testing.T) {
	collect(t, 0)
	before := capi.LiveObjects()
	func() {
		store := storeOf(CRANELIFT)
		var env struct{ instance *Instance }
		// A cycle through the environment, as programs make it.
		host := NewFunctionWithEnvironment(store, funcType(nil, nil), &env, func(any, []Value) ([]Value, error) { return nil, errors.New("no") })
		object := NewImportObject()
		object.Register("host", map[string]IntoExtern{"f": host})
		module, err := NewModule(store, []byte(callHost))
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			instance, err := NewInstance(module, object)
			if err != nil {
				t.Fatal(err)
			}
			env.instance = instance
			if _, err := get(t, instance, "f").Call(); err == nil {
				t.Fatal("no error")
			}
		}
		if _, err := NewModule(store, []byte("(module")); err == nil {
			t.Fatal("no error")
		}
		if _, err := module.Serialize(); err != nil {
			t.Fatal(err)
		}
	}()
	collect(t, before)
}

func TestAFunctionKeepsItsInstance(t *testing.T) {
	store := storeOf(CRANELIFT)
	function := func() NativeFunction {
		module, err := NewModule(store, []byte(counterGuest))
		if err != nil {
			t.Fatal(err)
		}
		instance, err := NewInstance(module, nil)
		if err != nil {
			t.Fatal(err)
		}
		function, err := instance.Exports.GetFunction("count")
		if err != nil {
			t.Fatal(err)
		}
		return function
	}()
	for expected := range int32(50) {
		runtime.GC()
		if result, err := function(); err != nil || result != expected+1 {
			t.Fatal(result, err)
		}
	}
}

func TestCloseIsHarmlessInAnyOrder(t *testing.T) {
	for range rounds(200) {
		store := storeOf(CRANELIFT)
		module, err := NewModule(store, []byte(counterGuest))
		if err != nil {
			t.Fatal(err)
		}
		instance, err := NewInstance(module, nil)
		if err != nil {
			t.Fatal(err)
		}
		memory, err := instance.Exports.GetMemory("memory")
		if err != nil {
			t.Fatal(err)
		}
		f := get(t, instance, "count")
		closers := []func(){store.Close, module.Close, instance.Close, instance.Exports.Close, store.Close, module.Close, instance.Close}
		rand.Shuffle(len(closers), func(i, j int) { closers[i], closers[j] = closers[j], closers[i] })
		for _, close := range closers {
			close()
		}
		_, err = f.Call()
		if !errors.Is(err, ErrClosed) || err.Error() != "instance is closed" {
			t.Fatal(err)
		}
		if err := memory.Write(0, []byte{1}); !errors.Is(err, ErrClosed) {
			t.Fatal(err)
		}
		if memory.Size() != 0 || memory.Data() != nil || memory.Grow(1) {
			t.Fatal("the memory of a closed instance")
		}
		if _, err := NewInstance(module, nil); !errors.Is(err, ErrClosed) {
			t.Fatal(err)
		}
		if _, err := module.Serialize(); !errors.Is(err, ErrClosed) || module.Name() != "" {
			t.Fatal(err)
		}
	}
}

func TestCloseDuringACallLetsItEnd(t *testing.T) {
	store := storeOf(CRANELIFT)
	for range rounds(200) {
		entered, closed := make(chan struct{}), make(chan struct{})
		waiting := hostFunc(store, func(context.Context, *Caller) error {
			close(entered)
			<-closed
			return nil
		})
		instance := start(t, store, callHost, map[string]IntoExtern{"f": waiting})
		f := get(t, instance, "f")
		go func() {
			<-entered
			instance.Close()
			close(closed)
		}()
		if _, err := f.Call(); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Call(); !errors.Is(err, ErrClosed) {
			t.Fatal(err)
		}
	}
}

func TestCloseInsideOfAHostFunction(t *testing.T) {
	store := storeOf(CRANELIFT)
	closing := hostFunc(store, func(_ context.Context, caller *Caller) error {
		caller.Instance().Close()
		_, err := caller.Memory("memory")
		if !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		return nil
	})
	instance := start(t, store, callHost, map[string]IntoExtern{"f": closing})
	if _, err := get(t, instance, "f").Call(); err != nil {
		t.Fatal(err)
	}
}

func TestManyGoroutinesOnOneInstanceTakeTurns(t *testing.T) {
	instance := start(t, storeOf(CRANELIFT), counterGuest, nil)
	f := get(t, instance, "count")
	const goroutines = 8
	calls := rounds(4000)
	var group sync.WaitGroup
	for range goroutines {
		group.Add(1)
		go func() {
			defer group.Done()
			for range calls {
				if _, err := f.Call(); err != nil {
					t.Error(err)
					return
				}
			}
		}()
	}
	group.Wait()
	count(t, instance, int32(goroutines*calls+1))
}

func TestWaitingForAnInstanceEndsWithTheContext(t *testing.T) {
	store := storeOf(CRANELIFT)
	entered, leave := make(chan struct{}), make(chan struct{})
	waiting := hostFunc(store, func(context.Context, *Caller) error {
		close(entered)
		<-leave
		return nil
	})
	instance := start(t, store, callHost, map[string]IntoExtern{"f": waiting})
	f := get(t, instance, "f")
	done := make(chan error)
	go func() {
		_, err := f.Call()
		done <- err
	}()
	<-entered
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := f.CallContext(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	close(leave)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestASliceOfAMemoryOutlivesItsInstanceForAWhile(t *testing.T) {
	before := capi.LiveObjects()
	for _, closed := range []bool{true, false} {
		func() {
			defer quarantine.wait.Store(quarantine.wait.Swap(int64(2 * time.Second)))
			store := storeOf(CRANELIFT)
			data := func() []byte {
				module, err := NewModule(store, []byte(counterGuest))
				if err != nil {
					t.Fatal(err)
				}
				defer module.Close()
				instance, err := NewInstance(module, nil)
				if err != nil {
					t.Fatal(err)
				}
				memory, err := instance.Exports.GetMemory("memory")
				if err != nil {
					t.Fatal(err)
				}
				data := memory.Data()
				data[0] = 7
				if closed {
					instance.Close()
					if memory.Data() != nil || memory.Size() != 0 {
						t.Error("the memory of a closed instance")
					}
				}
				return data
			}()
			for end := time.Now().Add(100 * time.Millisecond); time.Now().Before(end); {
				runtime.GC()
				// A fault if the memory was freed.
				if data[0] != 7 || data[65535] != 0 {
					t.Fatal("the memory changed")
				}
			}
		}()
	}
	collect(t, before)
}

// Everything at once, for the race detector and for GOGC=1.
func TestUseAndCloseFromEverywhere(t *testing.T) {
	store := storeOf(CRANELIFT)
	module := compile(t, store, counterGuest)
	var group sync.WaitGroup
	for range rounds(400) {
		instance, err := NewInstance(module, nil)
		if err != nil {
			t.Fatal(err)
		}
		for number := range 4 {
			group.Add(1)
			go func() {
				defer group.Done()
				for range 10 {
					if number == 3 {
						instance.Close()
						continue
					}
					if _, err := get2(instance, "count"); err != nil && !errors.Is(err, ErrClosed) {
						t.Error(err)
					}
					if memory, err := instance.Exports.GetMemory("memory"); err == nil {
						if _, err := memory.Read(0, 8); err != nil && !errors.Is(err, ErrClosed) {
							t.Error(err)
						}
					}
				}
			}()
		}
	}
	group.Wait()
}
