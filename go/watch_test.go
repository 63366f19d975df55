package wasmer

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// A guest that runs until the word at 0 of its memory, or its global, is not zero.
const waiting = `(module (memory (export "memory") 1 10)
	(global $g (export "global") (mut i32) (i32.const 0))
	(table (export "table") 3 funcref)
	(func (export "by memory") (loop (br_if 0 (i32.eqz (i32.load (i32.const 0))))))
	(func (export "by global") (loop (br_if 0 (i32.eqz (global.get $g)))))
	(func (export "growing") (result i32) (local $n i32)
		(loop $l
			(local.set $n (i32.add (local.get $n) (i32.const 1)))
			(drop (memory.grow (i32.eqz (i32.rem_u (local.get $n) (i32.const 1000)))))
			(br_if $l (i32.eqz (i32.load (i32.const 0)))))
		(memory.size))
	(func (export "answer") (result i32) (i32.const 42)))`

// begun calls a function on a goroutine, and gives its outcome when it ends. It has begun when this returns.
func begun(t *testing.T, function *Function) <-chan error {
	t.Helper()
	outcome := make(chan error, 1)
	go func() {
		_, err := function.Call()
		outcome <- err
	}()
	// Whoever takes a turn now waits.
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		busy, err := function.bound.arena.try(func() *capi.Error { _, e := function.bound.arena.native.ExternType(function.bound.handle); return e })
		if err != nil || time.Now().After(end) {
			t.Fatal("does not run:", err)
		}
		if busy {
			return outcome
		}
	}
}

func returned(t *testing.T, outcome <-chan error) {
	t.Helper()
	select {
	case err := <-outcome:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the guest does not end")
	}
}

func TestAGuestIsStoppedByItsMemory(t *testing.T) {
	ways := map[string]func(*Memory) error{
		"Data":         func(m *Memory) error { m.Data()[0] = 1; return nil },
		"Write":        func(m *Memory) error { return m.Write(0, []byte{1}) },
		"WriteUint32":  func(m *Memory) error { return m.WriteUint32(0, 1) },
		"WriteUint64":  func(m *Memory) error { return m.WriteUint64(0, 1) },
		"WriteFloat32": func(m *Memory) error { return m.WriteFloat32(0, 1) },
		"WriteString":  func(m *Memory) error { return m.WriteString(0, "1") },
		"Read": func(m *Memory) error {
			// All that can be asked for, before it is written.
			number, err := m.ReadUint32(0)
			bytes, err2 := m.Read(0, 8)
			if number != 0 || len(bytes) != 8 || m.Size() != 1 || m.DataSize() != WasmPageSize {
				return fmt.Errorf("%v %v %v %v", number, bytes, m.Size(), m.DataSize())
			}
			return errors.Join(err, err2, m.WriteUint8(3, 1))
		},
	}
	for _, compiler := range compilers {
		store := storeOf(compiler)
		module := compile(t, store, waiting)
		for name, way := range ways {
			for _, before := range []bool{true, false} {
				instance, err := NewInstance(module, nil)
				if err != nil {
					t.Fatal(err)
				}
				if before {
					if _, err := instance.Exports.GetMemory("memory"); err != nil {
						t.Fatal(err)
					}
				}
				outcome := begun(t, get(t, instance, "by memory"))
				memory, err := instance.Exports.GetMemory("memory")
				if err != nil {
					t.Fatal(err)
				}
				if err := way(memory); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				returned(t, outcome)
				instance.Close()
			}
		}
	}
}

// A memory that the host made, and one that another instance exports.
func TestAGuestIsStoppedByAMemoryThatItImports(t *testing.T) {
	const guest = `(module (import "host" "memory" (memory 1)) (memory $own (export "own") 1) (export "memory" (memory 0))
		(func (export "f") (loop (br_if 0 (i32.eqz (i32.load (i32.const 0)))))))`
	store := NewStore(NewEngineWithConfig(NewConfig().SetFeature("multi-memory", true)))
	limits, _ := NewLimits(1, 2)
	made := NewMemory(store, NewMemoryType(limits))
	exported, err := start(t, NewLinkedStore(nil), waiting, nil).Exports.GetMemory("memory")
	if err != nil {
		t.Fatal(err)
	}
	linked := exported.bound.instance.module.store
	for _, imported := range []struct {
		store  *Store
		memory *Memory
	}{{store, made}, {linked, exported}} {
		text := guest
		if imported.store == linked {
			text = `(module (import "host" "memory" (memory 1)) (export "memory" (memory 0))
				(func (export "f") (loop (br_if 0 (i32.eqz (i32.load (i32.const 0)))))))`
		}
		instance := start(t, imported.store, text, map[string]IntoExtern{"memory": imported.memory})
		outcome := begun(t, get(t, instance, "f"))
		if err := imported.memory.WriteUint32(0, 1); err != nil {
			t.Error(err)
		}
		returned(t, outcome)
		again, err := instance.Exports.GetMemory("memory")
		if err != nil {
			t.Fatal(err)
		}
		if number, err := again.ReadUint32(0); number != 1 || err != nil {
			t.Error(number, err)
		}
	}
}

func TestAGuestIsStoppedByItsGlobal(t *testing.T) {
	for _, compiler := range compilers {
		instance := start(t, storeOf(compiler), waiting, nil)
		global, err := instance.Exports.GetGlobal("global")
		if err != nil {
			t.Fatal(err)
		}
		if value, err := global.Get(); value != int32(0) || err != nil {
			t.Fatal(value, err)
		}
		outcome := begun(t, get(t, instance, "by global"))
		if value, err := global.Get(); value != int32(0) || err != nil {
			t.Error(value, err)
		}
		if err := global.Set(7, I32); err != nil {
			t.Error(err)
		}
		returned(t, outcome)
	}
}

// What the guest grows is seen at once, and all of it can be read.
func TestAMemoryIsReadWhileItGrows(t *testing.T) {
	for _, compiler := range compilers {
		instance := start(t, storeOf(compiler), waiting, nil)
		memory, err := instance.Exports.GetMemory("memory")
		if err != nil {
			t.Fatal(err)
		}
		outcome := begun(t, get(t, instance, "growing"))
		for last := uint(0); last < 10*WasmPageSize; {
			data := memory.Data()
			if size := uint(len(data)); size < last || size%WasmPageSize != 0 {
				t.Fatal("size", size, "after", last)
			}
			last = uint(len(data))
			data[last-1]++
			if _, err := memory.ReadUint64(uint32(last) - 8); err != nil {
				t.Fatal(err)
			}
			if _, err := memory.ReadUint64(10*uint32(WasmPageSize) - 7); !errors.Is(err, ErrOutOfBounds) {
				t.Fatal(err)
			}
		}
		_ = memory.WriteUint32(0, 1)
		returned(t, outcome)
	}
}

// Exports are got while the guest runs; their use waits for its end where it needs a turn.
func TestExportsAreGotWhileAGuestRuns(t *testing.T) {
	instance := start(t, storeOf(CRANELIFT), waiting, nil)
	outcome := begun(t, get(t, instance, "by memory"))
	answer := get(t, instance, "answer")
	table, err := instance.Exports.GetTable("table")
	if err != nil {
		t.Fatal(err)
	}
	global, err := instance.Exports.GetGlobal("global")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := instance.Exports.Get("nothing"); err == nil {
		t.Error("found")
	}
	results := make(chan any, 3)
	go func() {
		result, err := answer.Call()
		if err != nil {
			t.Error(err)
		}
		results <- result
	}()
	go func() { results <- table.Size() }()
	go func() { result, _ := global.Get(); results <- result }()
	select {
	case result := <-results:
		t.Error("did not wait:", result)
	case <-time.After(50 * time.Millisecond):
	}
	memory, err := instance.Exports.GetMemory("memory")
	if err != nil {
		t.Fatal(err)
	}
	_ = memory.WriteUint8(0, 1)
	returned(t, outcome)
	found := map[any]bool{}
	for range 3 {
		found[<-results] = true
	}
	if !found[int32(42)] || !found[TableSize(3)] || !found[int32(0)] {
		t.Error(found)
	}
	if again := get(t, instance, "answer"); again != answer {
		t.Error("another function")
	}
	// It can be passed as a reference, and be linked.
	if err := table.Set(0, answer); err != nil {
		t.Error(err)
	}
	if element, err := table.Get(0); err != nil || element == nil {
		t.Error(element, err)
	}
}

// Close comes at any moment: what looks at the memory then gets an error, or what was there.
func TestMemoriesAreLookedAtWhileTheirInstanceCloses(t *testing.T) {
	module := compile(t, storeOf(CRANELIFT), waiting)
	for range rounds(2000) {
		instance, err := NewInstance(module, nil)
		if err != nil {
			t.Fatal(err)
		}
		memory, err := instance.Exports.GetMemory("memory")
		if err != nil {
			t.Fatal(err)
		}
		global, err := instance.Exports.GetGlobal("global")
		if err != nil {
			t.Fatal(err)
		}
		var closed atomic.Bool
		var workers sync.WaitGroup
		for number := range 3 {
			workers.Add(1)
			go func() {
				defer workers.Done()
				for {
					var err error
					switch number {
					case 0:
						_, err = memory.Read(0, 4096)
					case 1:
						err = memory.WriteUint64(uint32(WasmPageSize)-8, 1)
					case 2:
						_, err = global.Get()
					}
					if err != nil {
						if !errors.Is(err, ErrClosed) || !closed.Load() {
							t.Error(err)
						}
						return
					}
				}
			}()
		}
		runtime.Gosched()
		closed.Store(true)
		instance.Close()
		workers.Wait()
		if memory.Data() != nil || memory.Size() != 0 {
			t.Error("the memory of a closed instance")
		}
	}
}
