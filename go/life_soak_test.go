package wasmer

import (
	"math"
	"os"
	"runtime"
	"testing"
)

// A million of each in one store (scripts/soak, which sets LIBWASMER_SOAK; else fewer), with memory, mappings and
// descriptors looked at.
func TestAMillionOfEachInOneStoreLeaveNothing(t *testing.T) {
	count := 20_000
	if !testing.Short() && os.Getenv("LIBWASMER_SOAK") != "" {
		count = 1_000_000
	}
	store := NewLinkedStore(NewEngine())
	defer store.Close()
	limits, _ := NewLimits(1, 2)
	empty := NewFunctionType(nil, nil)
	nothing := func([]Value) ([]Value, error) { return nil, nil }
	instance := start(t, store, `(module (table (export "t") 1 funcref)
		(func (export "same") (param externref) (result externref) local.get 0))`, nil)
	same := start1(t, instance, "same")
	table, _ := instance.Exports.GetTable("t")
	module := mustModule(t, store, `(module (import "host" "f" (func $f)) (memory 1) (table 2 funcref)
		(global (mut i32) (i32.const 0)) (func (export "f") (call $f)))`)
	nouns := map[string]func() error{
		"memories": func() error {
			return NewMemory(store, NewMemoryType(limits)).WriteUint8(0, 1)
		},
		"tables": func() error {
			_, err := NewTable(store, NewTableType(NewValueType(FuncRef), limits), nil).Get(0)
			return err
		},
		"globals": func() error {
			_, err := NewGlobal(store, NewGlobalType(NewValueType(I64), MUTABLE), NewI64(1)).Get()
			return err
		},
		"host functions": func() error { return table.Set(0, NewFunction(store, empty, nothing)) },
		"references": func() error {
			_, err := same.Call(new(int))
			return err
		},
		"instances": func() error {
			imports := NewImportObject()
			imports.Register("host", map[string]IntoExtern{"f": NewFunction(store, empty, nothing)})
			instance, err := NewInstance(module, imports)
			if err == nil {
				instance.Close()
			}
			return err
		},
	}
	for name, make := range nouns {
		t.Run(name, func(t *testing.T) {
			rounds := func(count int) {
				for range count {
					if err := make(); err != nil {
						t.Fatal(err)
					}
				}
				runtime.GC()
			}
			rounds(count / 10)
			before, mappings := resident(t)
			descriptors := openDescriptors(t)
			rounds(count)
			grown(t, name, before, math.MinInt, 32<<20)
			// Memories wait for a collection, up to the limit of a thousand.
			if _, now := resident(t); now > mappings+3000 {
				t.Errorf("%d mappings, %d before", now, mappings)
			}
			if now := openDescriptors(t); now > descriptors+2 {
				t.Errorf("%d descriptors, %d before", now, descriptors)
			}
		})
	}
}

func openDescriptors(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}
