package wasmer

import (
	"context"
	"errors"
	"math"
	"runtime"
	"strings"
	"testing"
)

// What guests that ask for too much do to the resident memory of the process.

// grown logs by how much resident memory grew, and fails if that is not between two numbers of bytes.
func grown(t *testing.T, what string, before, least, most int) int {
	t.Helper()
	after, mappings := resident(t)
	t.Logf("%s: resident %.1f MB more, %d mappings", what, float64(after-before)/(1<<20), mappings)
	if after-before < least || after-before > most {
		t.Errorf("%s: resident memory grew by %d bytes, not by %d to %d", what, after-before, least, most)
	}
	return after
}

func TestAskingFor64GiBTakesNothing(t *testing.T) {
	for _, compiler := range compilers {
		instance := start(t, storeOf(compiler), grower, nil)
		before, _ := resident(t)
		for range rounds(1000) {
			grows(t, instance, "grow", 1<<20, -1)
			grows(t, instance, "grow", math.MaxUint32, -1)
			// With the four pages that are there it would be more than 4 GiB.
			grows(t, instance, "grow", 65_536-3, -1)
		}
		_, err := NewModule(storeOf(compiler), []byte(`(module (memory 1048576))`))
		if !errors.Is(err, ErrInvalidModule) {
			t.Error(err)
		}
		// In 16 memories.
		guest := "(module " + strings.Repeat("(memory 65536)", 16) + ")"
		_, err = NewInstance(compile(t, storeOf(compiler), guest), nil)
		overLimit(t, err, "65536 more pages asked for", "65536 in use", "65536 allowed")
		grown(t, compiler.String(), before, math.MinInt, 16<<20)
	}
}

func TestAskingForATableOf4BillionTakesNothing(t *testing.T) {
	for _, compiler := range compilers {
		instance := start(t, storeOf(compiler), grower, nil)
		before, _ := resident(t)
		for range rounds(1000) {
			grows(t, instance, "grow table", 4_000_000_000, -1)
			grows(t, instance, "grow table", math.MaxUint32, -1)
			grows(t, instance, "grow table", 10_000_000-9, -1)
		}
		for _, kind := range []string{"funcref", "externref"} {
			_, err := NewInstance(compile(t, storeOf(compiler), `(module (table 4000000000 `+kind+`))`), nil)
			overLimit(t, err, "4000000000 elements asked for", "10000000 allowed")
		}
		sizes, err := NewLimits(4_000_000_000, math.MaxUint32)
		if err != nil {
			t.Fatal(err)
		}
		table := NewTable(storeOf(compiler), NewTableType(NewValueType(ExternRef), sizes), "nothing")
		if _, err := table.Grow(1, nil); !errors.Is(err, ErrLimit) {
			t.Error(err)
		}
		grown(t, compiler.String(), before, math.MinInt, 16<<20)
	}
}

// A guest that takes all that it gets, and writes to it.
const greedy = `(module (memory 1) (table 0 funcref)
  (func (export "pages") (result i32) (local $at i32)
    (loop $grow (br_if $grow (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    (loop $touch
      (i32.store8 (local.get $at) (i32.const 1))
      (br_if $touch (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4096))) (i32.mul (memory.size) (i32.const 65536)))))
    (memory.size))
  (func (export "elements") (result i32)
    (loop $grow (br_if $grow (i32.ne (table.grow (ref.null func) (i32.const 1000)) (i32.const -1))))
    (table.size)))`

func TestAGuestTakesWhatItIsAllowedAndNoMore(t *testing.T) {
	const pages, elements, guests = 160, 1_000_000, 10
	for _, compiler := range compilers {
		store := storeOf(compiler)
		if err := errors.Join(store.SetQuota(QuotaMemoryPages, pages), store.SetQuota(QuotaTableElements, elements)); err != nil {
			t.Fatal(err)
		}
		module := compile(t, store, greedy)
		before, _ := resident(t)
		var instances []*Instance
		for range guests {
			instance := mustInstance(t, module, nil)
			defer instance.Close()
			for export, most := range map[string]int32{"pages": pages, "elements": elements} {
				if taken, err := get2(instance, export); err != nil || taken != most {
					t.Errorf("%v %s, %v", taken, export, err)
				}
			}
			instances = append(instances, instance)
		}
		// 10 MiB of memory each, and 8 bytes for an element, of which there may be twice the room; the
		// allocator may have had that from before.
		const memory, table = pages << 16, elements * 8
		full := grown(t, "full", before, guests*memory*9/10, guests*(memory+2*table)+(32<<20))
		for _, instance := range instances {
			instance.Close()
		}
		// The system gets the memories back, the allocator the tables.
		grown(t, "closed", full, math.MinInt, -guests*memory*9/10)
	}
}

func TestManyInstancesAtOnce(t *testing.T) {
	count := 100_000
	if testing.Short() {
		count = 1000
	}
	const guest = `(module (table 1 funcref) (global (mut i32) (i32.const 0)) (func (export "f")))`
	// Each takes one or two KiB of native memory, and is freed.
	t.Run("linked", func(t *testing.T) {
		nothingLeft(t, func(t *testing.T) {
			store := NewLinkedStore(NewEngineWithConfig(NewConfig().SetQuota(QuotaInstances, uint64(count))))
			module := mustModule(t, store, guest)
			before, _ := resident(t)
			// What is not held any more would be freed.
			instances := make([]*Instance, count)
			for number := range instances {
				instances[number] = mustInstance(t, module, nil)
			}
			_, err := NewInstance(module, nil)
			overLimit(t, err, "instances are allowed")
			runtime.KeepAlive(instances)
			grown(t, "linked", before, math.MinInt, count*4096+(16<<20))
			store.Close()
		})
	})
	t.Run("apart", func(t *testing.T) {
		nothingLeft(t, func(t *testing.T) {
			module := mustModule(t, storeOf(CRANELIFT), guest)
			instances := make([]*Instance, count)
			before, _ := resident(t)
			for place := range instances {
				instances[place] = mustInstance(t, module, nil)
			}
			if _, err := get2(instances[count-1], "f"); err != nil {
				t.Error(err)
			}
			grown(t, "apart", before, math.MinInt, count*6144+(16<<20))
			for _, instance := range instances {
				instance.Close()
			}
		})
	})
	// Without an own limit there may be 10,000 in a group: a guest that has the host make instances
	// comes to an end.
	t.Run("made for a guest", func(t *testing.T) {
		store := NewLinkedStore(NewEngine())
		defer store.Close()
		module := compile(t, store, guest)
		made := 0
		host := hostFunc(store, func(context.Context, *Caller) error {
			_, err := NewInstance(module, nil)
			made++
			return err
		})
		instance := start(t, store, `(module (import "host" "f" (func $f)) (func (export "f") (loop $l (call $f) (br $l))))`,
			map[string]IntoExtern{"f": host})
		_, err := get2(instance, "f")
		overLimit(t, err, "10000 instances are allowed")
		if made != 10_000 {
			t.Error(made)
		}
	})
}
