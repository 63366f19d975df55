package wasmer

import (
	"context"
	"errors"
	"math/rand"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestAThousandInterruptsInARow(t *testing.T) {
	nothingLeft(t, func(t *testing.T) {
		for _, compiler := range compilers {
			store := storeOf(compiler)
			imports := NewImportObject()
			imports.Register("host", map[string]IntoExtern{
				"f": hostFunc(store, func(context.Context, *Caller) error { return nil }),
			})
			instance := mustInstance(t, mustModule(t, store, busyGuest), imports)
			var functions []*Function
			for _, name := range []string{"loop", "indirect", "host", "waits", "deep 5000"} {
				functions = append(functions, get(t, instance, name))
			}
			for number := range rounds(1000) {
				ctx, cancel := context.WithTimeout(context.Background(), time.Duration(number%1000)*time.Microsecond)
				err := functions[number%len(functions)].CallRaw(ctx, nil)
				cancel()
				checkInterrupted(t, "one of a thousand", err, context.DeadlineExceeded)
				if number%100 == 0 {
					checkAlive(t, "one of a thousand", instance)
				}
			}
			checkAlive(t, "a thousand", instance)
		}
	})
}

func TestAHundredInterruptsAtOnce(t *testing.T) {
	for _, compiler := range compilers {
		store := storeOf(compiler)
		shared, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		var group sync.WaitGroup
		var latest atomic.Int64
		for number := range 100 {
			instance := busy(t, store)
			group.Add(1)
			go func() {
				defer group.Done()
				f, ctx := get(t, instance, "loop"), shared
				if number%2 == 0 {
					ctx = soon(t, 50*time.Millisecond)
				}
				began := time.Now()
				var trap *TrapError
				if err := f.CallRaw(ctx, nil); !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &trap) {
					t.Errorf("%d: %T %v", number, err, err)
				}
				latest.Store(max(latest.Load(), int64(time.Since(began))))
				if result, err := get2(instance, "nothing"); err != nil {
					t.Errorf("%d: %v %v", number, result, err)
				}
			}()
		}
		group.Wait()
		cancel()
		t.Logf("%v: the last of 100 ended after %v", compiler, time.Duration(latest.Load()))
	}
}

// Contexts that end at any moment of calls that are short, of many goroutines: each call works or was
// stopped, and what works is whole.
func TestInterruptsAtAnyMomentOfACall(t *testing.T) {
	store := storeOf(CRANELIFT)
	var group sync.WaitGroup
	for range 4 {
		host := NewHostFunction(store, funcType(nil, nil), func(context.Context, *Caller, []uint64) error { return nil })
		instance := start(t, store, `(module (import "host" "f" (func $f)) (memory 1)
		  (global $count (mut i64) (i64.const 0))
		  (func (export "add") (param i64) (result i64)
		    (call $f)
		    (memory.fill (i32.const 0) (i32.const 1) (i32.const 100))
		    (global.set $count (i64.add (global.get $count) (i64.const 1)))
		    (call $f)
		    (global.get $count)))`, map[string]IntoExtern{"f": host})
		add := get(t, instance, "add")
		group.Add(1)
		go func() {
			defer group.Done()
			calls, stopped, before := uint64(0), uint64(0), uint64(0)
			slots := make([]uint64, 1)
			for range rounds(400) {
				ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rand.Intn(60))*time.Microsecond)
				for {
					calls++
					err := add.CallRaw(ctx, slots)
					if err != nil {
						checkInterrupted(t, "add", err, context.DeadlineExceeded)
						stopped++
						break
					}
					// Those that were stopped may have counted, and no more than that.
					if slots[0] <= before || slots[0] > calls {
						t.Errorf("%d after %d, %d calls", slots[0], before, calls)
					}
					before = slots[0]
				}
				cancel()
			}
			if err := add.CallRaw(context.Background(), slots); err != nil || slots[0] < calls-stopped {
				t.Error(slots[0], calls, stopped, err)
			}
		}()
	}
	group.Wait()
}

// Deadlines of those that run and of those that wait, on one instance: nobody waits for ever.
func TestManyDeadlinesOnOneInstance(t *testing.T) {
	instance := busy(t, storeOf(CRANELIFT))
	loop, sum := get(t, instance, "loop"), get(t, instance, "sum")
	var group sync.WaitGroup
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			slots := make([]uint64, 2)
			for range rounds(100) {
				ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rand.Intn(2000))*time.Microsecond)
				if err := loop.CallRaw(ctx, nil); !errors.Is(err, context.DeadlineExceeded) {
					t.Error(err)
				}
				cancel()
				slots[0], slots[1] = 40, 2
				if err := sum.CallRaw(context.Background(), slots); err != nil || slots[0] != 42 {
					t.Error(slots, err)
				}
			}
		}()
	}
	group.Wait()
}

// Instances that are made, stopped and closed at any moment leave nothing behind.
func TestStartFunctionsAndClosesAtAnyMoment(t *testing.T) {
	nothingLeft(t, func(t *testing.T) {
		store := storeOf(CRANELIFT)
		module := mustModule(t, store, endlessStart)
		imports := NewImportObject()
		imports.Register("host", map[string]IntoExtern{
			"f": hostFunc(store, func(context.Context, *Caller) error { return nil }),
		})
		looping := mustModule(t, store, callThenLoop)
		var group sync.WaitGroup
		for range 4 {
			group.Add(1)
			go func() {
				defer group.Done()
				for range rounds(200) {
					at := time.Duration(rand.Intn(1000)) * time.Microsecond
					ctx, cancel := context.WithTimeout(context.Background(), at)
					if _, err := NewInstanceContext(ctx, module, nil); !errors.Is(err, context.DeadlineExceeded) {
						t.Error(err)
					}
					cancel()
					ctx, cancel = context.WithCancel(context.Background())
					instance, err := NewInstanceContext(ctx, looping, imports)
					if err != nil {
						cancel()
						t.Error(err)
						return
					}
					f := get(t, instance, "f")
					time.AfterFunc(at, instance.Close)
					if err := f.CallRaw(ctx, nil); !errors.Is(err, ErrClosed) {
						t.Error(err)
					}
					cancel()
				}
			}()
		}
		group.Wait()
	})
}

// Many calls under one context, which ends them all; and none of those that come later.
func TestOneContextEndsAllItsCalls(t *testing.T) {
	store := storeOf(CRANELIFT)
	var instances []*Instance
	for range 20 {
		instances = append(instances, busy(t, store))
	}
	for range rounds(40) {
		ctx, cancel := context.WithCancel(context.Background())
		errs := make(chan error)
		for _, instance := range instances {
			go func() { errs <- get(t, instance, "host").CallRaw(ctx, nil) }()
		}
		time.Sleep(time.Millisecond)
		cancel()
		for range instances {
			checkInterrupted(t, "one of twenty", <-errs, context.Canceled)
		}
		checkAlive(t, "one of twenty", instances[0])
	}
}

func TestAnInterruptedCallTakesNoGoroutineAndFewAllocations(t *testing.T) {
	b := newBench(t, nil)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	during := 0
	f := around(t, b.store, func(context.Context) error {
		during = runtime.NumGoroutine()
		return nil
	})
	before := runtime.NumGoroutine()
	if err := f.CallRaw(ctx, nil); err != nil || during > before {
		t.Error(before, during, err)
	}
	sum := b.function(t, "sum")
	slots := make([]uint64, 2)
	count := func(ctx context.Context) float64 {
		return testing.AllocsPerRun(1000, func() {
			slots[0], slots[1] = 5, 37
			if err := sum.CallRaw(ctx, slots); err != nil {
				t.Fatal(err)
			}
		})
	}
	if background := count(context.WithValue(context.Background(), t, 1)); background != 0 {
		t.Errorf("%v allocations with a context that cannot end", background)
	}
	// What context.AfterFunc takes. With the race detector on, pools forget some of what they are given.
	cancellable, deadline := count(ctx), count(soon(t, time.Hour))
	t.Logf("allocations of a call: %v with a context that can be cancelled, %v with a deadline", cancellable, deadline)
	if cancellable > 6 || deadline > 6 {
		t.Error(cancellable, deadline)
	}
}
