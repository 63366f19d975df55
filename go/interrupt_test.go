package wasmer

import (
	"context"
	"errors"
	"math"
	"runtime"
	"sync"
	"testing"
	"time"
)

// What a guest can be busy with for ever.
const busyGuest = `(module $busy
  (import "host" "f" (func $host))
  (memory (export "memory") 32 32)
  (memory $shared 1 1 shared)
  (type $none (func))
  (type $chain (func (param i32)))
  (table 2 funcref) (elem (i32.const 0) $even $odd)
  (table $large 100_000 funcref)
  (global $left (mut i32) (i32.const 0))
  (func (export "nothing"))
  (func (export "sum") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "loop") (loop $l (br $l)))
  ;; A chain of calls, a thousand deep, and again.
  (func $even (param i32) (if (local.get 0) (then
    (call_indirect (type $chain) (i32.sub (local.get 0) (i32.const 1)) (i32.const 1)))))
  (func $odd (param i32) (if (local.get 0) (then
    (call_indirect (type $chain) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0)))))
  (func (export "indirect") (loop $l (call_indirect (type $chain) (i32.const 1000) (i32.const 0)) (br $l)))
  (func (export "host") (loop $l (call $host) (br $l)))
  (func (export "fill") (loop $l
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x100000)) (br $l)))
  (func (export "copy") (loop $l
    (memory.copy (i32.const 0) (i32.const 0x100000) (i32.const 0x100000)) (br $l)))
  (func (export "table") (loop $l
    (table.fill $large (i32.const 0) (ref.null func) (i32.const 100_000)) (br $l)))
  (func (export "grow") (loop $l (drop (memory.grow (i32.const 0))) (br $l)))
  (func (export "wait")
    (drop (memory.atomic.wait32 $shared (i32.const 0) (i32.const 0) (i64.const -1))))
  (func (export "waits") (loop $l
    (drop (memory.atomic.wait64 $shared (i32.const 0) (i64.const 0) (i64.const 100_000))) (br $l)))
  ;; The depth comes by a global, so that a frame is as small as it can be.
  (func $down
    (if (i32.eqz (global.get $left)) (then (loop $l (br $l))))
    (global.set $left (i32.sub (global.get $left) (i32.const 1)))
    (call $down))
  (func (export "deep 50000") (global.set $left (i32.const 50_000)) (call $down))
  (func (export "deep 5000") (global.set $left (i32.const 5_000)) (call $down)))`

const endlessStart = `(module (memory 1) (func $f (loop $l (br $l))) (start $f))`

// Beyond that nobody waits: a bound for tests, not a promise.
const farTooLate = 20 * time.Second

func busy(t testing.TB, store *Store) *Instance {
	t.Helper()
	nothing := hostFunc(store, func(context.Context, *Caller) error { return nil })
	return start(t, store, busyGuest, map[string]IntoExtern{"f": nothing})
}

func soon(t testing.TB, after time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), after)
	t.Cleanup(cancel)
	return ctx
}

// checkInterrupted checks the error of a call that was to end with its context.
func checkInterrupted(t testing.TB, what string, err, because error) *TrapError {
	t.Helper()
	var trap *TrapError
	switch {
	case !errors.As(err, &trap):
		t.Fatalf("%s: %T %v", what, err, err)
	case !errors.Is(err, because) || !errors.Is(err, TrapInterrupted) || trap.Code() != TrapInterrupted:
		t.Fatalf("%s: code %d, %v", what, trap.Code(), err)
	case err.Error() != "interrupted by host: "+because.Error():
		t.Fatalf("%s: %q", what, err)
	}
	return trap
}

// checkAlive checks that an instance of the busy guest works.
func checkAlive(t testing.TB, what string, instance *Instance) {
	t.Helper()
	sum := get(t, instance, "sum")
	for _, ctx := range []context.Context{context.Background(), soon(t, time.Hour)} {
		if result, err := sum.CallContext(ctx, 40, 2); err != nil || result != int32(42) {
			t.Fatalf("after %s: %v %v", what, result, err)
		}
	}
	if _, err := get(t, instance, "nothing").Call(); err != nil {
		t.Fatalf("after %s: %v", what, err)
	}
}

// whereItWas repeats what ends by a deadline, and gives the first error that tells where the guest was. On
// a busy machine a deadline may pass before the call has begun.
func whereItWas(t testing.TB, what string, call func() error) *TrapError {
	t.Helper()
	for range 20 {
		trap := checkInterrupted(t, what, call(), context.DeadlineExceeded)
		if len(trap.Trace()) > 0 {
			return trap
		}
	}
	t.Fatalf("%s: the guest was never stopped where it was", what)
	return nil
}

func TestADeadlineStopsWhateverTheGuestDoes(t *testing.T) {
	const deadline = 50 * time.Millisecond
	for _, compiler := range compilers {
		instance := busy(t, storeOf(compiler))
		for name, innermost := range map[string]string{
			"loop": "", "indirect": "?", "host": "", "fill": "", "copy": "", "table": "", "grow": "", "wait": "",
			"waits": "", "deep 50000": "down", "deep 5000": "down",
		} {
			what := compiler.String() + " " + name
			if name == "deep 50000" && compiler == SINGLEPASS {
				// Its frames are larger: the stack ends before.
				if _, err := get(t, instance, name).Call(); !errors.Is(err, TrapStackOverflow) {
					t.Errorf("%s: %v", what, err)
				}
				continue
			}
			f := get(t, instance, name)
			var took time.Duration
			trap := whereItWas(t, what, func() error {
				began := time.Now()
				_, err := f.CallContext(soon(t, deadline))
				if took = time.Since(began); took < deadline || took > farTooLate {
					t.Errorf("%s: stopped after %v", what, took)
				}
				return err
			})
			frames := trap.Trace()
			if frames[0].ModuleName() != "busy" {
				t.Errorf("%s: frames %v", what, frames)
			} else if found := frames[0].FunctionName(); innermost != "?" && found != innermost && found != name {
				t.Errorf("%s: was in %q", what, found)
			}
			t.Logf("%s: %.1f ms late, %d frames", what, float64(took-deadline)/1e6, len(frames))
			checkAlive(t, what, instance)
		}
	}
}

func TestADeadlineStopsAStartFunction(t *testing.T) {
	for _, compiler := range compilers {
		store := storeOf(compiler)
		module := compile(t, store, endlessStart)
		whereItWas(t, "start", func() error {
			_, err := NewInstanceContext(soon(t, 50*time.Millisecond), module, nil)
			return err
		})
		// In a linked store the arena stays, and is as good as before.
		linked := NewLinkedStore(store.Engine)
		defer linked.Close()
		first := busy(t, linked)
		module = compile(t, linked, endlessStart)
		whereItWas(t, "start in a linked store", func() error {
			_, err := NewInstanceContext(soon(t, 50*time.Millisecond), module, nil)
			return err
		})
		checkAlive(t, "start", first)
		checkAlive(t, "start", busy(t, linked))
	}
}

// A thread of Go's is all there is for Go, and it is inside of the guest.
func TestADeadlineStopsAGuestOnTheOnlyProcessor(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	instance := busy(t, storeOf(CRANELIFT))
	for range rounds(100) {
		err := get(t, instance, "loop").CallRaw(soon(t, 5*time.Millisecond), nil)
		checkInterrupted(t, "loop", err, context.DeadlineExceeded)
	}
}

func TestACallIsStoppedByCancelFromAnotherGoroutine(t *testing.T) {
	instance := busy(t, storeOf(CRANELIFT))
	ctx, cancel := context.WithCancel(context.Background())
	entered := make(chan struct{})
	var once sync.Once
	waiting := hostFunc(instance.module.store, func(context.Context, *Caller) error {
		once.Do(func() { close(entered) })
		return nil
	})
	f := get(t, start(t, instance.module.store, `(module (import "host" "f" (func $f))
	  (func (export "f") (call $f) (loop $l (br $l))))`, map[string]IntoExtern{"f": waiting}), "f")
	go func() {
		<-entered
		time.Sleep(5 * time.Millisecond)
		cancel()
	}()
	trap := checkInterrupted(t, "loop", f.CallRaw(ctx, nil), context.Canceled)
	if len(trap.Trace()) != 1 {
		t.Error(trap.Trace())
	}
	// It stays cancelled: no call begins.
	trap = checkInterrupted(t, "again", f.CallRaw(ctx, nil), context.Canceled)
	if len(trap.Trace()) != 0 {
		t.Error(trap.Trace())
	}
	_, err := NewInstanceContext(ctx, compile(t, instance.module.store, endlessStart), nil)
	checkInterrupted(t, "start", err, context.Canceled)
}

type why struct{ number int }

func (w *why) Error() string { return "because" }

func TestTheCauseOfACancellationIsTold(t *testing.T) {
	f := get(t, busy(t, storeOf(CRANELIFT)), "loop")
	ctx, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(5*time.Millisecond, func() { cancel(&why{7}) })
	err := f.CallRaw(ctx, nil)
	var found *why
	if !errors.Is(err, context.Canceled) || !errors.Is(err, context.Cause(ctx)) || !errors.As(err, &found) || found.number != 7 {
		t.Error(err)
	}
	if err.Error() != "interrupted by host: because" || !errors.Is(err, TrapInterrupted) {
		t.Error(err)
	}
	ctx, cancel2 := context.WithTimeoutCause(context.Background(), 5*time.Millisecond, &why{8})
	defer cancel2()
	err = f.CallRaw(ctx, nil)
	if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &found) || found.number != 8 {
		t.Error(err)
	}
}

func TestAContextThatDoesNotEndChangesNothing(t *testing.T) {
	instance := busy(t, storeOf(CRANELIFT))
	sum := get(t, instance, "sum")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for _, ctx := range []context.Context{context.TODO(), context.WithValue(context.Background(), t, 1), ctx} {
		slots := make([]uint64, 2)
		for number := range uint64(rounds(4000)) {
			slots[0], slots[1] = number, 1
			if err := sum.CallRaw(ctx, slots); err != nil || slots[0] != (number+1)&math.MaxUint32 {
				t.Fatal(slots, err)
			}
		}
	}
	// Their interrupts were given back, and nothing is left with the context.
	if left := len(instance.arena.calls) - len(instance.arena.freeCalls); left != 0 {
		t.Error(left)
	}
}
