package wasmer

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

// around makes a function that calls the host, which does what is given.
func around(t testing.TB, store *Store, body func(context.Context) error) *Function {
	t.Helper()
	host := hostFunc(store, func(ctx context.Context, _ *Caller) error { return body(ctx) })
	return get(t, start(t, store, callHost, map[string]IntoExtern{"f": host}), "f")
}

func TestTheOuterDeadlineStopsTheInnerCall(t *testing.T) {
	for _, compiler := range compilers {
		store := storeOf(compiler)
		inside := busy(t, store)
		loop := get(t, inside, "loop")
		for _, inner := range []context.Context{context.Background(), soon(t, time.Hour)} {
			for _, swallow := range []bool{false, true} {
				var found error
				f := around(t, store, func(context.Context) error {
					_, found = loop.CallContext(inner)
					if swallow {
						return nil
					}
					return found
				})
				var err error
				for tries := 0; found == nil && tries < 20; tries++ {
					_, err = f.CallContext(soon(t, 50*time.Millisecond))
				}
				// The inner call does not know why.
				trap, isTrap := found.(*TrapError)
				if !isTrap || trap.Code() != TrapInterrupted || trap.Unwrap() != nil ||
					found.Error() != "interrupted by host" || len(trap.Trace()) != 1 {
					t.Fatalf("the inner call: %T %v", found, found)
				}
				if swallow {
					checkInterrupted(t, "the outer call", err, context.DeadlineExceeded)
				} else if outer, isTrap := err.(*TrapError); !isTrap || outer.Code() != TrapNone ||
					!errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, found) || err.Error() != found.Error() {
					t.Fatalf("the outer call: %T %v", err, err)
				}
				if _, err := f.CallContext(soon(t, time.Millisecond)); !errors.Is(err, context.DeadlineExceeded) {
					t.Fatal(err)
				}
				checkAlive(t, "a nested call", inside)
			}
		}
	}
}

func TestTheInnerDeadlineStopsTheInnerCallOnly(t *testing.T) {
	for _, compiler := range compilers {
		store := storeOf(compiler)
		inside := busy(t, store)
		loop := get(t, inside, "loop")
		for _, outer := range []context.Context{context.Background(), soon(t, time.Hour)} {
			for _, swallow := range []bool{false, true} {
				var found error
				f := around(t, store, func(ctx context.Context) error {
					_, found = loop.CallContext(soon(t, 50*time.Millisecond))
					if swallow {
						return nil
					}
					return found
				})
				_, err := f.CallContext(outer)
				checkInterrupted(t, "the inner call", found, context.DeadlineExceeded)
				switch trap, _ := err.(*TrapError); {
				case swallow && err != nil:
					t.Fatal(err)
				case !swallow && (!errors.Is(err, found) || trap.Code() != TrapNone || err.Error() != found.Error()):
					t.Fatalf("%T %v", err, err)
				}
				checkAlive(t, "a nested call", inside)
			}
		}
	}
}

// A -> host -> A -> host -> B, with one deadline; each instance goes on.
func TestADeadlineUnwindsAllThatIsNested(t *testing.T) {
	store := storeOf(CRANELIFT)
	inside := busy(t, store)
	loop := get(t, inside, "loop")
	var f *Function
	depth := 0
	f = around(t, store, func(ctx context.Context) error {
		depth++
		defer func() { depth-- }()
		if depth < 10 {
			return f.CallRaw(ctx, nil)
		}
		return loop.CallRaw(ctx, nil)
	})
	for range rounds(100) {
		err := f.CallRaw(soon(t, 5*time.Millisecond), nil)
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, TrapInterrupted) || depth != 0 {
			t.Fatal(depth, err)
		}
	}
	checkAlive(t, "nested calls", inside)
}

func TestAHostFunctionKeepsItsErrorWhenTheContextEnds(t *testing.T) {
	oops := errors.New("oops")
	for _, given := range []error{oops, context.DeadlineExceeded} {
		f := around(t, storeOf(CRANELIFT), func(ctx context.Context) error {
			<-ctx.Done()
			return given
		})
		err := f.CallRaw(soon(t, 10*time.Millisecond), nil)
		if trap, isTrap := err.(*TrapError); !isTrap || trap.Code() != TrapNone || trap.Unwrap() != given || err.Error() != given.Error() {
			t.Errorf("%T %v", err, err)
		}
	}
	// One that has nothing to say is not gone on after.
	f := around(t, storeOf(CRANELIFT), func(ctx context.Context) error {
		<-ctx.Done()
		return nil
	})
	trap := checkInterrupted(t, "host function", f.CallRaw(soon(t, 10*time.Millisecond), nil), context.DeadlineExceeded)
	if len(trap.Trace()) != 1 || trap.Origin().FunctionIndex() != 1 {
		t.Error(trap.Trace())
	}
}

// hold keeps an arena busy with an endless loop until the function it gives is called.
func hold(t testing.TB, instance *Instance) func() {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	entered := make(chan struct{})
	store := instance.module.store
	host := hostFunc(store, func(context.Context, *Caller) error { close(entered); return nil })
	f := get(t, start(t, store, `(module (import "host" "f" (func $f)) (func (export "f") (call $f) (loop $l (br $l))))`,
		map[string]IntoExtern{"f": host}), "f")
	done := make(chan error)
	go func() { done <- f.CallRaw(ctx, nil) }()
	<-entered
	return func() {
		cancel()
		checkInterrupted(t, "the holder", <-done, context.Canceled)
	}
}

func TestADeadlineEndsWaitingForWhoIsInTheArena(t *testing.T) {
	store := NewLinkedStore(NewEngine())
	defer store.Close()
	instance := busy(t, store)
	references := start(t, store, `(module (func (export "f") (param externref) (result externref) (local.get 0)))`, nil)
	needing := compile(t, store, `(module (import "host" "f" (func)) (import "host" "m" (memory 1)) (import "host" "g" (global i32)))`)
	limits, err := NewLimits(1, 1)
	if err != nil {
		t.Fatal(err)
	}
	imports := NewImportObject()
	imports.Register("host", map[string]IntoExtern{
		"f": hostFunc(store, func(context.Context, *Caller) error { return nil }),
		"m": NewMemory(store, NewMemoryType(limits)),
		"g": NewGlobal(store, NewGlobalType(NewValueType(I32), IMMUTABLE), NewI32(1)),
	})
	sum, f := get(t, instance, "sum"), get(t, references, "f")
	letGo := hold(t, instance)
	waiting := map[string]func(context.Context) error{
		"call": func(ctx context.Context) error { return sum.CallRaw(ctx, make([]uint64, 2)) },
		"reference": func(ctx context.Context) error {
			_, err := f.CallContext(ctx, new(int))
			return err
		},
		"instance": func(ctx context.Context) error {
			instance, err := NewInstanceContext(ctx, needing, imports)
			if err == nil {
				instance.Close()
			}
			return err
		},
	}
	var group sync.WaitGroup
	for name, wait := range waiting {
		group.Add(1)
		go func() {
			defer group.Done()
			var trap *TrapError
			err := wait(soon(t, 50*time.Millisecond))
			if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &trap) || len(trap.Trace()) != 0 {
				t.Errorf("%s: %T %v", name, err, err)
			}
		}()
	}
	group.Wait()
	letGo()
	checkAlive(t, "waiting", instance)
	for name, wait := range waiting {
		if err := wait(soon(t, time.Hour)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
