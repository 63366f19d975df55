package wasmer

import (
	"context"
	"errors"
	"testing"
	"time"
)

const callThenLoop = `(module (import "host" "f" (func $f)) (memory (export "memory") 1)
  (func (export "f") (call $f) (loop $l (br $l))))`

func checkClosed(t testing.TB, what string, err error) {
	t.Helper()
	var trap *TrapError
	if !errors.Is(err, ErrClosed) || !errors.As(err, &trap) || trap.Code() != TrapInterrupted ||
		err.Error() != "interrupted by host: instance is closed" {
		t.Errorf("%s: %T %v", what, err, err)
	}
}

func TestCloseEndsACallWhoseContextCanEnd(t *testing.T) {
	store := storeOf(CRANELIFT)
	limits, err := NewLimits(1, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, close := range map[string]func(*Store, *Instance){
		"instance": func(_ *Store, instance *Instance) { instance.Close() },
		// Its memory stays for a while, for who reads the slice.
		"lent": func(_ *Store, instance *Instance) {
			if memory, err := instance.Exports.GetMemory("memory"); err == nil {
				_ = memory.Data()
			}
			instance.Close()
		},
		// The arena stays for the object that the host made.
		"pinned": func(_ *Store, instance *Instance) {
			global := NewGlobal(store, NewGlobalType(NewValueType(I32), MUTABLE), NewI32(1))
			if _, err := global.bound.handleIn(background, instance.arena, "a global"); err != nil {
				t.Error(err)
			}
			instance.Close()
		},
		"store": func(store *Store, _ *Instance) { store.Close() },
	} {
		for range rounds(60) {
			used := store
			if name == "store" {
				used = NewLinkedStore(store.Engine)
			}
			var instance *Instance
			memory := NewMemory(used, NewMemoryType(limits))
			entered := make(chan struct{})
			host := hostFunc(used, func(context.Context, *Caller) error {
				if name == "lent" || name == "pinned" {
					close(used, instance)
				}
				entered <- struct{}{}
				return nil
			})
			instance = start(t, used, callThenLoop, map[string]IntoExtern{"f": host, "m": memory})
			f := get(t, instance, "f")
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan error)
			go func() { done <- f.CallRaw(ctx, nil) }()
			<-entered
			if name == "instance" || name == "store" {
				time.Sleep(time.Millisecond)
				close(used, instance)
			}
			checkClosed(t, name, <-done)
			if err := f.CallRaw(ctx, nil); !errors.Is(err, ErrClosed) {
				t.Errorf("%s: after it: %v", name, err)
			}
			cancel()
		}
	}
}

func TestCloseEndsNothingOfOtherInstances(t *testing.T) {
	store := NewLinkedStore(NewEngine())
	defer store.Close()
	other := busy(t, store)
	ctx := soon(t, time.Hour)
	var closed *Instance
	f := around(t, store, func(context.Context) error {
		closed.Close()
		return nil
	})
	closed = busy(t, store)
	// A call of another instance in the same arena, from which it is closed.
	if err := f.CallRaw(ctx, nil); err != nil {
		t.Error(err)
	}
	if _, err := get2(closed, "sum"); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	checkAlive(t, "close of another instance", other)
}

func TestCloseEndsTheCallsInsideOfTheCall(t *testing.T) {
	store := storeOf(CRANELIFT)
	inside := busy(t, store)
	loop := get(t, inside, "loop")
	entered := make(chan struct{})
	var found error
	host := hostFunc(store, func(context.Context, *Caller) error {
		close(entered)
		found = loop.CallRaw(context.Background(), nil)
		return found
	})
	outside := start(t, store, callHost, map[string]IntoExtern{"f": host})
	f := get(t, outside, "f")
	done := make(chan error)
	ctx := soon(t, time.Hour)
	go func() { done <- f.CallRaw(ctx, nil) }()
	<-entered
	time.Sleep(time.Millisecond)
	outside.Close()
	if err := <-done; !errors.Is(err, ErrClosed) || !errors.Is(err, found) {
		t.Errorf("%T %v", err, err)
	}
	if trap, isTrap := found.(*TrapError); !isTrap || trap.Code() != TrapInterrupted || errors.Is(found, ErrClosed) {
		t.Errorf("%T %v", found, found)
	}
	checkAlive(t, "close around it", inside)
}

func TestCloseOfALinkedStoreEndsAStartFunction(t *testing.T) {
	store := NewLinkedStore(NewEngine())
	entered := make(chan struct{})
	host := hostFunc(store, func(context.Context, *Caller) error { close(entered); return nil })
	imports := NewImportObject()
	imports.Register("host", map[string]IntoExtern{"f": host})
	module := compile(t, store, `(module (import "host" "f" (func $f)) (func $s (call $f) (loop $l (br $l))) (start $s))`)
	done := make(chan error)
	ctx := soon(t, time.Hour)
	go func() {
		_, err := NewInstanceContext(ctx, module, imports)
		done <- err
	}()
	<-entered
	time.Sleep(time.Millisecond)
	store.Close()
	checkClosed(t, "start", <-done)
}

// Where compiled code cannot be ended, contexts are looked at before calls and after host functions.
func TestWithoutInterruptsContextsAreLookedAtBetweenCalls(t *testing.T) {
	interrupts.unsupported.Store(true)
	defer interrupts.unsupported.Store(false)
	instance := busy(t, storeOf(CRANELIFT))
	trap := checkInterrupted(t, "host", get(t, instance, "host").CallRaw(soon(t, 20*time.Millisecond), nil), context.DeadlineExceeded)
	if len(trap.Trace()) != 1 {
		t.Error(trap.Trace())
	}
	ctx, cancel := context.WithCancel(context.Background())
	checkAlive(t, "a host function", instance)
	cancel()
	checkInterrupted(t, "ended", get(t, instance, "loop").CallRaw(ctx, nil), context.Canceled)
	_, err := NewInstanceContext(ctx, compile(t, instance.module.store, endlessStart), nil)
	checkInterrupted(t, "ended", err, context.Canceled)
	// What was busy when its context ended comes back by itself.
	f := around(t, instance.module.store, func(ctx context.Context) error { <-ctx.Done(); return nil })
	checkInterrupted(t, "host function", f.CallRaw(soon(t, 5*time.Millisecond), nil), context.DeadlineExceeded)
}
