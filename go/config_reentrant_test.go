package wasmer

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func reentrant(compiler CompilerKind) *Store {
	return NewStore(NewEngineWithConfig(NewConfig().UseCompiler(compiler).SetReentrant(true)))
}

// A guest with a stack of its own in its memory, as compilers make it: what calls it in the middle of a
// call must end before that goes on, or the call finds its part of the stack overwritten.
const stacked = `(module
	(import "host" "ask" (func $ask (param i32) (result i32)))
	(memory (export "memory") 1)
	(global $top (mut i32) (i32.const 65536))
	(func (export "inner") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
	(func (export "outer") (param $value i32) (result i32) (local $frame i32) (local $answer i32)
		(global.set $top (local.tee $frame (i32.sub (global.get $top) (i32.const 16))))
		(i32.store (local.get $frame) (local.get $value))
		(local.set $answer (call $ask (local.get $value)))
		(if (i32.ne (i32.load (local.get $frame)) (local.get $value)) (then unreachable))
		(if (i32.ne (global.get $top) (local.get $frame)) (then unreachable))
		(global.set $top (i32.add (local.get $frame) (i32.const 16)))
		(local.get $answer))
	(func (export "spin") (loop (br_if 0 (i32.eqz (i32.load (i32.const 0)))))))`

// asking makes an instance whose host function is `ask`.
func asking(t *testing.T, store *Store, ask func(instance *Instance, value int32) (int32, error)) *Instance {
	t.Helper()
	host := NewHostFunction(store, funcType([]ValueKind{I32}, []ValueKind{I32}),
		func(_ context.Context, caller *Caller, slots []uint64) error {
			answer, err := ask(caller.Instance(), int32(slots[0]))
			slots[0] = uint64(uint32(answer))
			return err
		})
	return start(t, store, stacked, map[string]IntoExtern{"ask": host})
}

// onGoroutine calls an export on a goroutine of its own and waits for it.
func onGoroutine(instance *Instance, name string, value int32) (int32, error) {
	type outcome struct {
		result any
		err    error
	}
	done := make(chan outcome)
	go func() {
		function, err := instance.Exports.GetFunction(name)
		if err != nil {
			done <- outcome{nil, err}
			return
		}
		result, err := function(value)
		done <- outcome{result, err}
	}()
	found := <-done
	number, _ := found.result.(int32)
	return number, found.err
}

// inTime fails if the work does not end.
func inTime(t *testing.T, work func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		work()
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		buffer := make([]byte, 1<<16)
		t.Fatalf("waits for ever\n%s", buffer[:runtime.Stack(buffer, true)])
	}
}

func TestAHostFunctionCallsBackFromAGoroutine(t *testing.T) {
	for _, compiler := range compilers {
		instance := asking(t, reentrant(compiler), func(instance *Instance, value int32) (int32, error) {
			if value == 0 {
				return onGoroutine(instance, "inner", 41)
			}
			// One inside of another, each on its own goroutine; and a call back of the usual kind.
			if value%2 == 0 {
				result, err := get(t, instance, "outer").Call(value - 1)
				number, _ := result.(int32)
				return number, err
			}
			return onGoroutine(instance, "outer", value-1)
		})
		inTime(t, func() {
			for _, depth := range []int32{0, 1, 2, 20} {
				if result, err := get(t, instance, "outer").Call(depth); result != int32(42) || err != nil {
					t.Error(depth, result, err)
				}
			}
		})
	}
}

// Several goroutines of one host function take turns.
func TestAHostFunctionCallsBackFromManyGoroutines(t *testing.T) {
	instance := asking(t, reentrant(CRANELIFT), func(instance *Instance, value int32) (int32, error) {
		if value <= 0 {
			return 1, nil
		}
		var sum atomic.Int32
		var workers sync.WaitGroup
		var failed error
		for range 3 {
			workers.Add(1)
			go func() {
				defer workers.Done()
				result, err := onGoroutine(instance, "outer", value-1)
				sum.Add(result)
				if err != nil {
					failed = err
				}
			}()
		}
		workers.Wait()
		return sum.Load(), failed
	})
	inTime(t, func() {
		if result, err := get(t, instance, "outer").Call(4); result != int32(81) || err != nil {
			t.Error(result, err)
		}
	})
}

// Anybody may come in while a host function runs, and the guest goes on when they are out.
func TestUnrelatedCallsComeInWhileAHostFunctionRuns(t *testing.T) {
	for _, compiler := range compilers {
		instance := asking(t, reentrant(compiler), func(_ *Instance, value int32) (int32, error) {
			time.Sleep(time.Duration(value%3) * 100 * time.Microsecond)
			return value, nil
		})
		inTime(t, func() {
			var workers sync.WaitGroup
			for worker := range int32(8) {
				workers.Add(1)
				go func() {
					defer workers.Done()
					for round := range int32(rounds(400)) {
						value := worker<<16 | round
						if result, err := get(t, instance, "outer").Call(value); result != value || err != nil {
							t.Error(result, err)
							return
						}
					}
				}()
			}
			workers.Wait()
		})
	}
}

func TestTheGuestGoesOnAfterWhoCameIn(t *testing.T) {
	var spinning <-chan error
	instance := asking(t, reentrant(CRANELIFT), func(instance *Instance, value int32) (int32, error) {
		spinning = begun(t, get(t, instance, "spin"))
		time.AfterFunc(50*time.Millisecond, func() {
			memory, _ := instance.Exports.GetMemory("memory")
			_ = memory.WriteUint32(0, 1)
		})
		return value, nil
	})
	inTime(t, func() {
		if result, err := get(t, instance, "outer").Call(5); result != int32(5) || err != nil {
			t.Error(result, err)
		}
		memory, _ := instance.Exports.GetMemory("memory")
		if stopped, _ := memory.ReadUint32(0); stopped != 1 {
			t.Error("the guest went on before")
		}
		returned(t, spinning)
	})
}

// The end of the outer context ends a call that came in and has none; its own ends it alone.
func TestContextsOfCallsThatCameIn(t *testing.T) {
	for _, own := range []bool{false, true} {
		var inner error
		instance := asking(t, reentrant(CRANELIFT), func(instance *Instance, value int32) (int32, error) {
			spin := get(t, instance, "spin")
			done := make(chan struct{})
			go func() {
				defer close(done)
				ctx := context.Background()
				if own {
					short, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
					defer cancel()
					ctx = short
				}
				_, inner = spin.CallContext(ctx)
			}()
			<-done
			return value, nil
		})
		inTime(t, func() {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			if !own {
				ctx, cancel = context.WithTimeout(context.Background(), 50*time.Millisecond)
			}
			defer cancel()
			result, err := get(t, instance, "outer").CallContext(ctx, 5)
			if !errors.Is(inner, TrapInterrupted) {
				t.Error(inner)
			}
			if own && (result != int32(5) || err != nil) || !own && !errors.Is(err, context.DeadlineExceeded) {
				t.Error(own, result, err)
			}
			if result, err := get(t, instance, "inner").Call(1); result != int32(2) || err != nil {
				t.Error(result, err)
			}
		})
	}
}

func TestFailuresOfCallsThatCameIn(t *testing.T) {
	failure := errors.New("failure")
	instance := asking(t, reentrant(CRANELIFT), func(instance *Instance, value int32) (int32, error) {
		if value > 0 {
			return onGoroutine(instance, "outer", value-1)
		}
		return 0, failure
	})
	inTime(t, func() {
		for range 3 {
			if _, err := get(t, instance, "outer").Call(5); !errors.Is(err, failure) {
				t.Error(err)
			}
		}
	})
}

func TestCloseWhileCallsCameIn(t *testing.T) {
	for range rounds(100) {
		instance := asking(t, reentrant(CRANELIFT), func(instance *Instance, value int32) (int32, error) {
			if value == 0 {
				instance.Close()
				return 7, nil
			}
			return onGoroutine(instance, "outer", value-1)
		})
		inTime(t, func() {
			if result, err := get(t, instance, "outer").Call(3); result != int32(7) || err != nil {
				t.Error(result, err)
			}
			if _, err := get2(instance, "inner"); !errors.Is(err, ErrClosed) {
				t.Error(err)
			}
		})
	}
}

// Goexit drops the frames of a call: the instance is lost, and who is around it ends.
func TestGoexitOfACallThatCameIn(t *testing.T) {
	for _, inside := range []bool{true, false} {
		instance := asking(t, reentrant(CRANELIFT), func(instance *Instance, value int32) (int32, error) {
			if inside == (value == 0) {
				if value != 0 {
					begun(t, get(t, instance, "spin"))
					time.AfterFunc(20*time.Millisecond, func() {
						memory, _ := instance.Exports.GetMemory("memory")
						_ = memory.WriteUint32(0, 1)
					})
				}
				runtime.Goexit()
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				_, _ = get(t, instance, "outer").Call(value - 1)
			}()
			<-done
			return value, nil
		})
		outer := get(t, instance, "outer")
		inTime(t, func() {
			var err error
			done := make(chan struct{})
			go func() {
				defer close(done)
				_, err = outer.Call(1)
			}()
			<-done
			if inside && (err == nil || !strings.Contains(err.Error(), "closed")) {
				t.Error(err)
			}
			if _, err := outer.Call(0); !errors.Is(err, ErrClosed) {
				t.Error(err)
			}
		})
	}
}

// Without it, who comes from elsewhere waits, and leaves when its context ends.
func TestOthersWaitUnlessTheEngineIsReentrant(t *testing.T) {
	var inner error
	instance := asking(t, storeOf(CRANELIFT), func(instance *Instance, value int32) (int32, error) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
			defer cancel()
			_, inner = get(t, instance, "inner").CallContext(ctx, 1)
		}()
		<-done
		return value, nil
	})
	if result, err := get(t, instance, "outer").Call(5); result != int32(5) || err != nil {
		t.Error(result, err)
	}
	if !errors.Is(inner, context.DeadlineExceeded) {
		t.Error(inner)
	}
}
