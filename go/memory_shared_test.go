package wasmer

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

const sharing = `(module
  (import "host" "memory" (memory 1 256 shared))
  (func (export "add") (param i32 i32) (loop $l
    (drop (i32.atomic.rmw.add (local.get 0) (i32.const 1)))
    (br_if $l (local.tee 1 (i32.sub (local.get 1) (i32.const 1))))))
  (func (export "sum") (param $at i32) (param $end i32) (param $rounds i32) (result i64)
    (local $sum i64) (local $from i32)
    (local.set $from (local.get $at))
    (loop $round
      (local.set $at (local.get $from))
      (loop $l
        (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 3)) (i64.load (local.get $at))))
        (br_if $l (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (local.get $end))))
      (br_if $round (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
    (local.get $sum))
  (func (export "wait") (param i32 i64) (result i32)
    (memory.atomic.wait32 (local.get 0) (i32.const 0) (local.get 1)))
  (func (export "notify") (param i32 i32) (result i32)
    (memory.atomic.notify (local.get 0) (local.get 1)))
  (func (export "spin") (loop $l (drop (i32.atomic.load (i32.const 0))) (br $l)))
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "size") (result i32) (memory.size)))`

func sharedMemoryOf(t testing.TB, store *Store, minimum, maximum uint32) *Memory {
	t.Helper()
	limits, err := NewLimits(minimum, maximum)
	if err != nil {
		t.Fatal(err)
	}
	return NewMemory(store, NewSharedMemoryType(limits))
}

func sharers(t testing.TB, store *Store, memory *Memory, count int) []*Instance {
	t.Helper()
	instances := make([]*Instance, count)
	for place := range instances {
		instances[place] = start(t, store, sharing, map[string]IntoExtern{"memory": memory})
	}
	return instances
}

func i32Of(t testing.TB, instance *Instance, name string, arguments ...any) int32 {
	t.Helper()
	result, err := get(t, instance, name).Call(arguments...)
	if err != nil {
		t.Fatal(name, err)
	}
	return result.(int32)
}

// A crew is goroutines that are waited for.
type crew struct{ sync.WaitGroup }

func (c *crew) Go(work func()) {
	c.Add(1)
	go func() {
		defer c.Done()
		work()
	}()
}

// notifyAll notifies until so many were.
func notifyAll(t testing.TB, memory *Memory, address, count uint32) {
	for count > 0 {
		notified, err := memory.Notify(address, count)
		if err != nil {
			t.Error(err)
			return
		}
		count -= notified
		runtime.Gosched()
	}
}

func TestInstancesOverASharedMemoryRunInParallel(t *testing.T) {
	// Of stores with different engines, too.
	one, two := storeOf(CRANELIFT), storeOf(SINGLEPASS)
	memory := sharedMemoryOf(t, one, 1, 256)
	instances := append(sharers(t, one, memory, 2), sharers(t, two, memory, 2)...)
	var group crew
	for _, instance := range instances {
		add := get(t, instance, "add")
		group.Go(func() {
			if _, err := add.Call(64, 100_000); err != nil {
				t.Error(err)
			}
		})
	}
	// The host looks meanwhile.
	for range 1000 {
		if count, err := memory.ReadUint32(64); err != nil || count > 400_000 {
			t.Fatal(count, err)
		}
	}
	group.Wait()
	if count, err := memory.ReadUint32(64); err != nil || count != 400_000 {
		t.Error(count, err)
	}
}

func TestGuestsWaitForEachOther(t *testing.T) {
	for _, compiler := range compilers {
		store := storeOf(compiler)
		// The type is also that of what a module imports.
		ty := compile(t, store, sharing).Imports()[0].Type().IntoMemoryType()
		if !ty.IsShared() {
			t.Fatal("the import is not shared")
		}
		memory := NewMemory(store, ty)
		instances := sharers(t, store, memory, 2)
		waits := make(chan int32)
		go func() { waits <- i32Of(t, instances[0], "wait", 8, int64(-1)) }()
		for notified := int32(0); notified == 0; {
			notified = i32Of(t, instances[1], "notify", 8, 1)
		}
		if outcome := <-waits; outcome != 0 {
			t.Error("a guest's notify:", outcome)
		}
		go func() { waits <- i32Of(t, instances[1], "wait", 8, int64(-1)) }()
		notifyAll(t, memory, 8, 1)
		if outcome := <-waits; outcome != 0 {
			t.Error("the host's notify:", outcome)
		}
		if outcome := i32Of(t, instances[0], "wait", 8, int64(1000)); outcome != 2 {
			t.Error("a microsecond:", outcome)
		}
		if err := memory.WriteUint32(8, 1); err != nil {
			t.Fatal(err)
		}
		if outcome := i32Of(t, instances[0], "wait", 8, int64(-1)); outcome != 1 {
			t.Error("another word:", outcome)
		}
		if _, err := memory.Notify(2, 1); !errors.Is(err, ErrType) {
			t.Error(err)
		}
		if _, err := memory.Notify(65536, 1); !errors.Is(err, ErrOutOfBounds) {
			t.Error(err)
		}
	}
}

func TestADeadlineEndsEightThreadsAndLeavesAnotherAlone(t *testing.T) {
	store := storeOf(CRANELIFT)
	memory := sharedMemoryOf(t, store, 1, 256)
	instances := sharers(t, store, memory, 9)
	spared := make(chan int32)
	go func() { spared <- i32Of(t, instances[8], "wait", 0, int64(-1)) }()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	var group crew
	for place, instance := range instances[:8] {
		name, arguments := "spin", []any{}
		if place%2 == 0 {
			name, arguments = "wait", []any{0, int64(-1)}
		}
		function := get(t, instance, name)
		group.Go(func() {
			if _, err := function.CallContext(ctx, arguments...); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(name, err)
			}
		})
	}
	group.Wait()
	select {
	case outcome := <-spared:
		t.Error("a wait of another call ended with", outcome)
	default:
	}
	notifyAll(t, memory, 0, 1)
	if outcome := <-spared; outcome != 0 {
		t.Error(outcome)
	}
	for _, instance := range instances {
		if size := i32Of(t, instance, "size"); size != 1 {
			t.Error(size)
		}
	}
}

func TestClosingAnInstanceEndsItsWaitOnly(t *testing.T) {
	store := storeOf(CRANELIFT)
	memory := sharedMemoryOf(t, store, 1, 256)
	instances := sharers(t, store, memory, 2)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	outcomes := make(chan error, 2)
	for _, instance := range instances {
		wait := get(t, instance, "wait")
		go func() {
			_, err := wait.CallContext(ctx, 0, int64(-1))
			outcomes <- err
		}()
	}
	time.Sleep(10 * time.Millisecond)
	instances[0].Close()
	if err := <-outcomes; !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	notifyAll(t, memory, 0, 1)
	if err := <-outcomes; err != nil {
		t.Error(err)
	}
}

func TestGrowthOfASharedMemoryIsSeenByAll(t *testing.T) {
	store := storeOf(CRANELIFT)
	memory := sharedMemoryOf(t, store, 1, 10)
	if memory.Size() != 1 || memory.Type().Limits().Maximum() != 10 || !memory.Type().IsShared() {
		t.Error(memory.Size(), memory.Type())
	}
	instances := sharers(t, store, memory, 2)
	if before := i32Of(t, instances[0], "grow", 1); before != 1 {
		t.Error(before)
	}
	if !memory.Grow(1) || memory.Grow(8) || memory.Size() != 3 || len(memory.Data()) != 3*65536 {
		t.Error(memory.Size(), len(memory.Data()))
	}
	if size := i32Of(t, instances[1], "size"); size != 3 {
		t.Error(size)
	}
	if err := memory.WriteUint32(3*65536-4, 7); err != nil {
		t.Error(err)
	}
	if err := memory.WriteUint32(3*65536-3, 7); !errors.Is(err, ErrOutOfBounds) {
		t.Error(err)
	}
	if limits := memory.Type().Limits(); limits.Minimum() != 3 {
		t.Error(limits.Minimum())
	}
}

func TestAMemoryThatAModuleDeclaresIsTakenToOtherInstances(t *testing.T) {
	store := storeOf(CRANELIFT)
	owner := start(t, store, `(module (memory (export "memory") 1 200 shared) (data (i32.const 8) "\2a")
		(func (export "spin") (loop $l (br_if $l (i32.eqz (i32.atomic.load (i32.const 128)))))))`, nil)
	memory, err := owner.Exports.GetMemory("memory")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	spin := get(t, owner, "spin")
	go func() { _, err := spin.Call(); ended <- err }()
	// While it runs.
	guest := sharers(t, store, memory, 1)[0]
	if _, err := get(t, guest, "add").Call(128, 1); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	owner.Close()
	if before := i32Of(t, guest, "grow", 1); before != 1 {
		t.Error(before)
	}
	if found, err := memory.ReadUint8(8); err != nil || found != 42 {
		t.Error(found, err)
	}
	guest.Close()
	if found, err := memory.ReadUint8(8); err != nil || found != 42 || memory.Size() != 2 {
		t.Error("the memory lives as long as it is held:", found, err, memory.Size())
	}
}

func TestSharedMemoriesAreFreed(t *testing.T) {
	store := storeOf(CRANELIFT)
	module := compile(t, store, sharing)
	flat(t, rounds(2000), func(int) {
		memory := sharedMemoryOf(t, store, 1, 256)
		for range 2 {
			object := NewImportObject()
			object.Register("host", map[string]IntoExtern{"memory": memory})
			instance, err := NewInstance(module, object)
			if err != nil {
				t.Fatal(err)
			}
			defer instance.Close()
		}
	})
}

func TestWhatIsNoSharedMemoryIsAnError(t *testing.T) {
	store := storeOf(CRANELIFT)
	limits, _ := NewLimits(1, 2)
	unbounded, _ := NewLimits(1, LimitMaxUnbound())
	var none *Memory
	if _, err := none.Notify(0, 1); err == nil {
		t.Error("notified in nothing")
	}
	if _, err := NewMemory(store, NewMemoryType(limits)).Notify(0, 1); !errors.Is(err, ErrType) {
		t.Error(err)
	}
	if NewSharedMemoryType(nil) != nil {
		t.Error("a type of nothing")
	}
	memory := NewMemory(store, NewSharedMemoryType(unbounded))
	if _, err := memory.Notify(0, 1); err == nil || !strings.Contains(err.Error(), "needs a maximum") {
		t.Error(err)
	}
	if memory.Size() != 0 || memory.Data() != nil || memory.Grow(1) {
		t.Error("a memory that cannot be made")
	}
	object := NewImportObject()
	object.Register("host", map[string]IntoExtern{"memory": NewMemory(store, NewMemoryType(limits))})
	_, err := NewInstance(compile(t, store, sharing), object)
	if !errors.Is(err, ErrLink) || !strings.Contains(err.Error(), "shared") {
		t.Error(err)
	}
	linked := NewLinkedStore(store.Engine)
	defer linked.Close()
	shared := sharedMemoryOf(t, linked, 1, 256)
	for _, instance := range sharers(t, linked, shared, 2) {
		if size := i32Of(t, instance, "size"); size != 1 {
			t.Error(size)
		}
	}
}

// The time for a thousand sums over 1 MiB of a shared memory, which the caches of a processor hold, by one instance and in halves by two.
func BenchmarkParallelSum(b *testing.B) {
	const bytes, sums = 1 << 20, 1024
	for _, count := range []int{1, 2} {
		b.Run(map[int]string{1: "one instance", 2: "two instances"}[count], func(b *testing.B) {
			store := storeOf(CRANELIFT)
			memory := sharedMemoryOf(b, store, 256, 256)
			instances := sharers(b, store, memory, count)
			functions := make([]*Function, count)
			for place, instance := range instances {
				functions[place] = get(b, instance, "sum")
			}
			b.SetBytes(bytes * sums)
			for b.Loop() {
				var group crew
				for place, function := range functions {
					from, part := place*bytes/count, bytes/count
					group.Go(func() {
						if _, err := function.Call(from, from+part, sums); err != nil {
							b.Error(err)
						}
					})
				}
				group.Wait()
			}
		})
	}
}
