package wasmer

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

func limited(quotas map[Quota]uint64) *Config {
	config := NewConfig()
	for quota, most := range quotas {
		config.SetQuota(quota, most)
	}
	return config
}

// overLimit checks an error of what would exceed a limit, which says the limit and the wish.
func overLimit(t testing.TB, err error, parts ...string) {
	t.Helper()
	if !errors.Is(err, ErrLimit) {
		t.Errorf("%T %v", err, err)
		return
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%v\ndoes not say %s", err, part)
		}
	}
}

const grower = `(module (memory (export "memory") 4) (table 10 funcref)
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "grow table") (param i32) (result i32) (table.grow (ref.null func) (local.get 0))))`

// grows has a guest grow its memory or table.
func grows(t testing.TB, instance *Instance, export string, by int64, expected int32) {
	t.Helper()
	if before, err := get(t, instance, export).Call(by); err != nil || before != expected {
		t.Errorf("%s by %d: %v %v, not %d", export, by, before, err, expected)
	}
}

func TestTheQuotasAreThoseOfTheLibrary(t *testing.T) {
	names := map[Quota]uint32{
		QuotaMemoryPages: capi.QuotaMemoryPages, QuotaMemories: capi.QuotaMemories, QuotaTableElements: capi.QuotaTableElements,
		QuotaInstances: capi.QuotaInstances, QuotaModuleBytes: capi.QuotaModuleBytes, QuotaFunctions: capi.QuotaFunctions,
		QuotaFunctionCost: capi.QuotaFunctionCost, QuotaModuleCost: capi.QuotaModuleCost,
		QuotaExceptionBytes: capi.QuotaExceptionBytes,
	}
	highest := map[Quota]uint64{
		QuotaMemoryPages: math.MaxUint32, QuotaMemories: 16_000, QuotaTableElements: 134_217_728,
		QuotaInstances: 10_000_000, QuotaModuleBytes: math.MaxUint32, QuotaFunctions: 1_000_000,
		QuotaFunctionCost: math.MaxUint32, QuotaModuleCost: math.MaxUint32,
		QuotaExceptionBytes: 1 << 40,
	}
	for quota, number := range names {
		if uint32(quota) != number {
			t.Error(quota, number)
		}
		for most, fits := range map[uint64]bool{0: true, highest[quota]: true, highest[quota] + 1: false, math.MaxUint64: false} {
			store := NewStore(NewEngineWithConfig(NewConfig().SetQuota(quota, most)))
			// The library's name for it is the one of String.
			if err := store.check(); (err == nil) != fits || !fits && !strings.HasPrefix(err.Error(), "quota of "+quota.String()+": ") {
				t.Errorf("%v %d: %v", quota, most, err)
			}
		}
	}
	if err := NewStore(NewEngineWithConfig(NewConfig().SetQuota(999, 1))).check(); err == nil || Quota(999).String() != "quota 999" {
		t.Error(err)
	}
}

func TestAModuleThatIsTooLargeIsRefused(t *testing.T) {
	few := NewStore(NewEngineWithConfig(limited(map[Quota]uint64{QuotaFunctions: 3, QuotaModuleBytes: 60})))
	const four = `(module (import "a" "b" (func)) (func) (func) (func))`
	for what, compile := range map[string]func(string) error{
		"compile":  func(guest string) error { _, err := NewModule(few, []byte(guest)); return err },
		"validate": func(guest string) error { return ValidateModule(few, []byte(guest)) },
		"with a context": func(guest string) error {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			_, err := NewModuleContext(ctx, few, []byte(guest))
			return err
		},
	} {
		overLimit(t, compile(four), "4 functions of a module asked for", "3 allowed")
		overLimit(t, compile(`(module (memory 1) (data "`+strings.Repeat("x", 50)+`"))`), "bytes of a module asked for", "60 allowed")
		if err := compile(`(module (import "a" "b" (func)) (func) (func))`); err != nil {
			t.Error(what, err)
		}
	}
	if _, err := NewModule(storeOf(CRANELIFT), []byte(four)); err != nil {
		t.Error(err)
	}
}

func TestMemoriesGrowUpToTheQuota(t *testing.T) {
	for _, compiler := range compilers {
		config := limited(map[Quota]uint64{QuotaMemoryPages: 10, QuotaMemories: 2}).UseCompiler(compiler)
		store := NewStore(NewEngineWithConfig(config))
		instance := start(t, store, grower, nil)
		grows(t, instance, "grow", 4, 4)
		grows(t, instance, "grow", 3, -1)
		grows(t, instance, "grow", 2, 8)
		memory, err := instance.Exports.GetMemory("memory")
		if err != nil {
			t.Fatal(err)
		}
		if memory.Grow(1) || memory.Size() != 10 {
			t.Error(memory.Size())
		}
		// Another instance counts for itself.
		other := start(t, store, grower, nil)
		grows(t, other, "grow", 6, 4)
		_, err = NewInstance(compile(t, store, `(module (memory 6) (memory 5))`), nil)
		overLimit(t, err, "5 more pages asked for", "6 in use", "10 allowed")
		_, err = NewInstance(compile(t, store, `(module (memory 0) (memory 0) (memory 0))`), nil)
		overLimit(t, err, "2 memories are allowed")
		// A memory of the host's is one of the group that imports it.
		sizes, err := NewLimits(9, 9)
		if err != nil {
			t.Fatal(err)
		}
		shared := NewMemory(store, NewMemoryType(sizes))
		importing := `(module (import "host" "m" (memory 9)) (memory (export "own") 1)
		  (func (export "grow") (param i32) (result i32) (memory.grow 1 (local.get 0))))`
		grows(t, start(t, store, importing, map[string]IntoExtern{"m": shared}), "grow", 1, -1)
		imports := NewImportObject()
		imports.Register("host", map[string]IntoExtern{"m": NewMemory(store, NewMemoryType(sizes))})
		_, err = NewInstance(compile(t, store, strings.Replace(importing, `"own") 1`, `"own") 2`, 1)), imports)
		overLimit(t, err, "2 more pages asked for", "9 in use")
	}
}

func TestTablesGrowUpToTheQuota(t *testing.T) {
	for _, compiler := range compilers {
		store := NewStore(NewEngineWithConfig(NewConfig().UseCompiler(compiler).SetQuota(QuotaTableElements, 100)))
		instance := start(t, store, grower, nil)
		grows(t, instance, "grow table", 91, -1)
		grows(t, instance, "grow table", 90, 10)
		grows(t, instance, "grow table", 1, -1)
		_, err := NewInstance(compile(t, store, `(module (table 99 funcref) (table 2 externref))`), nil)
		overLimit(t, err, "101 elements asked for", "100 allowed")
		sizes, err := NewLimits(101, 101)
		if err != nil {
			t.Fatal(err)
		}
		_, err = NewTable(store, NewTableType(NewValueType(FuncRef), sizes), nil).Get(0)
		overLimit(t, err, "101 elements asked for", "100 allowed")
	}
}

func TestExceptionsAreHeldToTheQuota(t *testing.T) {
	for _, compiler := range compilers {
		store := NewStore(NewEngineWithConfig(NewConfig().UseCompiler(compiler).SetQuota(QuotaExceptionBytes, 1<<20)))
		instance := start(t, store, `(module (tag $e)
			(func $caught (block $h (try_table (catch $e $h) (throw $e)) (unreachable)))
			(func (export "some") (local $left i32)
				(local.set $left (i32.const 100))
				(loop $next (call $caught) (br_if $next (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))
			(func (export "endless") (loop $next (call $caught) (br $next))))`, nil)
		some, err := instance.Exports.GetFunction("some")
		if err != nil {
			t.Fatal(err)
		}
		endless, err := instance.Exports.GetFunction("endless")
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			_, err = endless()
			overLimit(t, err, "exceptions that were thrown", "1048576 allowed")
			// A hundred calls throw more than the quota has room for at once.
			for range 100 {
				if _, err := some(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

func TestInstancesOfAGroupAreCounted(t *testing.T) {
	engine := NewEngineWithConfig(NewConfig().SetQuota(QuotaInstances, 3))
	linked := NewLinkedStore(engine)
	module := compile(t, linked, grower)
	for range 3 {
		defer mustInstance(t, module, nil).Close()
	}
	_, err := NewInstance(module, nil)
	overLimit(t, err, "3 instances are allowed")
	// Instances that are not linked are a group each.
	module = compile(t, NewStore(engine), grower)
	for range 10 {
		defer mustInstance(t, module, nil).Close()
	}
}

func TestAStoreHasLimitsOfItsOwn(t *testing.T) {
	engine := NewEngineWithConfig(NewConfig().SetQuota(QuotaMemoryPages, 10))
	store, other := NewStore(engine), NewStore(engine)
	before := start(t, store, grower, nil)
	set := func(store *Store, quota Quota, most uint64) {
		t.Helper()
		if err := store.SetQuota(quota, most); err != nil {
			t.Fatal(err)
		}
	}
	set(store, QuotaMemoryPages, 20)
	set(store, QuotaTableElements, 15)
	after, elsewhere := start(t, store, grower, nil), start(t, other, grower, nil)
	grows(t, before, "grow", 7, -1)
	grows(t, before, "grow", 6, 4)
	grows(t, before, "grow table", 6, 10)
	grows(t, after, "grow", 17, -1)
	grows(t, after, "grow", 16, 4)
	grows(t, after, "grow table", 6, -1)
	grows(t, after, "grow table", 5, 10)
	grows(t, elsewhere, "grow", 7, -1)
	grows(t, elsewhere, "grow table", 6, 10)
	// The last value counts, also for what the host made and no instance uses yet.
	sizes, err := NewLimits(1, 100)
	if err != nil {
		t.Fatal(err)
	}
	memory := NewMemory(store, NewMemoryType(sizes))
	if memory.Size() != 1 || !memory.Grow(19) || memory.Grow(1) {
		t.Error(memory.Size())
	}
	set(store, QuotaMemoryPages, 21)
	if !memory.Grow(1) || memory.Grow(1) {
		t.Error(memory.Size())
	}
	set(store, QuotaMemoryPages, 3)
	_, err = NewInstance(compile(t, store, grower), nil)
	overLimit(t, err, "4 more pages asked for", "3 allowed")
}

func TestTheLimitsOfALinkedStoreCountAtOnce(t *testing.T) {
	store := NewLinkedStore(NewEngineWithConfig(NewConfig().SetQuota(QuotaMemoryPages, 10)))
	instance := start(t, store, grower, nil)
	grows(t, instance, "grow", 7, -1)
	if err := store.SetQuota(QuotaMemoryPages, 11); err != nil {
		t.Fatal(err)
	}
	grows(t, instance, "grow", 7, 4)
	// Less than there is: nothing more comes, and what is there stays.
	if err := store.SetQuota(QuotaMemoryPages, 5); err != nil {
		t.Fatal(err)
	}
	grows(t, instance, "grow", 1, -1)
	if memory, err := instance.Exports.GetMemory("memory"); err != nil || memory.Size() != 11 {
		t.Error(err, memory.Size())
	}
	if err := store.SetQuota(QuotaMemoryPages, 11); err != nil {
		t.Fatal(err)
	}
	// A host function may set them in the middle of a call; who is outside of it waits.
	waited := make(chan error, 2)
	host := hostFunc(store, func(context.Context, *Caller) error {
		go func() { waited <- store.SetQuota(QuotaMemoryPages, 100) }()
		for store.quotas.all()[QuotaMemoryPages] != 100 {
			time.Sleep(time.Millisecond)
		}
		return store.SetQuota(QuotaMemoryPages, 12)
	})
	caller := start(t, store, `(module (import "host" "f" (func $f)) (memory 0)
	  (func (export "run") (result i32) (call $f) (memory.grow (i32.const 1))))`, map[string]IntoExtern{"f": host})
	for _, expected := range []int32{0, -1} {
		if result, err := get2(caller, "run"); err != nil || result != expected {
			t.Error(result, err)
		}
		if err := <-waited; err != nil {
			t.Error(err)
		}
	}
}

func TestWhatCannotBeSetForAStore(t *testing.T) {
	store := NewStore(NewEngine())
	for quota, part := range map[Quota]string{
		QuotaModuleBytes: "for an engine, not for a store",
		QuotaFunctions:   "for an engine, not for a store",
		QuotaModuleCost:  "for an engine, not for a store",
		QuotaMemories:    "is the most there can be",
		999:              "999 is not the number of a quota",
	} {
		if err := store.SetQuota(quota, math.MaxUint64); err == nil || !strings.Contains(err.Error(), part) {
			t.Error(quota, err)
		}
	}
	// A value that was refused is not kept.
	start(t, store, grower, nil)
	store.Close()
	if err := store.SetQuota(QuotaMemories, 1); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	if err := (*Store)(nil).SetQuota(QuotaMemories, 1); err == nil {
		t.Error("a store that is nil")
	}
	broken := NewStore(NewEngineWithConfig(NewConfig().SetFeature("warp", true)))
	if err := broken.SetQuota(QuotaMemories, 1); err == nil || !strings.Contains(err.Error(), "warp") {
		t.Error(err)
	}
}

func TestQuotasAreSetByManyGoroutines(t *testing.T) {
	store, busy := NewLinkedStore(NewEngine()), NewLinkedStore(NewEngine())
	sizes, err := NewLimits(1, 1000)
	if err != nil {
		t.Fatal(err)
	}
	memory := NewMemory(store, NewMemoryType(sizes))
	if memory.Size() != 1 {
		t.Fatal(memory.Size())
	}
	module := compile(t, busy, `(module (table 1 funcref))`)
	var working sync.WaitGroup
	for number := range uint64(8) {
		working.Add(1)
		go func() {
			defer working.Done()
			for round := range uint64(rounds(500)) {
				most := 50 + 10*number + round%10
				if err := errors.Join(store.SetQuota(QuotaMemoryPages, most), busy.SetQuota(QuotaInstances, 1000+most)); err != nil {
					t.Error(err)
				}
				// The arena of this store is closed with its last instance, and another one follows.
				instance, err := NewInstance(module, nil)
				if err == nil {
					instance.Close()
				} else if !errors.Is(err, ErrClosed) && !errors.Is(err, ErrLimit) {
					t.Error(err)
				}
			}
		}()
	}
	working.Wait()
	// Whichever came last, the store and its arena know the same.
	wanted := store.quotas.all()[QuotaMemoryPages]
	if wanted < 50 || wanted >= 130 || !memory.Grow(Pages(wanted-1)) || memory.Grow(1) {
		t.Error(wanted, memory.Size())
	}
	store.Close()
	busy.Close()
}
