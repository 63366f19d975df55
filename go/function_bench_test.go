package wasmer

import (
	"context"
	"testing"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Run by `just bench`. The unit is an empty call of C with one pointer, in the same run.

const benchGuest = `(module
  (import "host" "raw" (func $raw (param i64) (result i64)))
  (import "host" "values" (func $values (param i64) (result i64)))
  (memory 1)
  (func (export "sum") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "raw") (param $n i64) (local $r i64)
    (loop $again
      (local.set $r (call $raw (local.get $r)))
      (br_if $again (i64.ne (local.tee $n (i64.sub (local.get $n) (i64.const 1))) (i64.const 0)))))
  (func (export "values") (param $n i64) (local $r i64)
    (loop $again
      (local.set $r (call $values (local.get $r)))
      (br_if $again (i64.ne (local.tee $n (i64.sub (local.get $n) (i64.const 1))) (i64.const 0))))))`

type bench struct {
	store    *Store
	module   *Module
	imports  *ImportObject
	instance *Instance
}

func newBench(tb testing.TB, config *Config) *bench {
	b := &bench{store: NewStore(NewEngineWithConfig(config)), imports: NewImportObject()}
	module, err := NewModule(b.store, []byte(benchGuest))
	if err != nil {
		tb.Fatal(err)
	}
	ty := NewFunctionType(NewValueTypes(I64), NewValueTypes(I64))
	b.module = module
	b.imports.Register("host", map[string]IntoExtern{
		"raw": NewHostFunction(b.store, ty, func(_ context.Context, _ *Caller, slots []uint64) error {
			slots[0]++
			return nil
		}),
		"values": NewFunction(b.store, ty, func(arguments []Value) ([]Value, error) {
			return []Value{NewI64(arguments[0].I64() + 1)}, nil
		}),
	})
	if b.instance, err = NewInstance(module, b.imports); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(b.instance.Close)
	return b
}

func (b *bench) function(tb testing.TB, name string) *Function {
	function, err := b.instance.Exports.GetRawFunction(name)
	if err != nil {
		tb.Fatal(err)
	}
	return function
}

func BenchmarkEmptyCgoCall(b *testing.B) {
	word := new(uint64)
	b.ReportAllocs()
	for b.Loop() {
		capi.Nothing(word)
	}
}

func BenchmarkEmptyCgoCallback(b *testing.B) {
	b.ReportAllocs()
	const batch = 1000
	for i := 0; i < b.N; i += batch {
		capi.CallbackNothing(batch)
	}
}

func BenchmarkCallRaw(b *testing.B) {
	sum := newBench(b, nil).function(b, "sum")
	slots := make([]uint64, 2)
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		slots[0], slots[1] = 5, 37
		if err := sum.CallRaw(ctx, slots); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCallContext(b *testing.B) {
	sum := newBench(b, nil).function(b, "sum")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := sum.CallContext(ctx, 5, 37); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetFunction(b *testing.B) {
	sum := newBench(b, nil).function(b, "sum").Native()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := sum(5, 37); err != nil {
			b.Fatal(err)
		}
	}
}

// The time of one host call in a loop of 1,000 inside of wasm.
func benchmarkHost(b *testing.B, name string) {
	function := newBench(b, nil).function(b, name)
	const batch = 1000
	slots := make([]uint64, 1)
	ctx := context.Background()
	b.ReportAllocs()
	for i := 0; i < b.N; i += batch {
		slots[0] = batch
		if err := function.CallRaw(ctx, slots); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHostFunctionRaw(b *testing.B)    { benchmarkHost(b, "raw") }
func BenchmarkHostFunctionValues(b *testing.B) { benchmarkHost(b, "values") }

func BenchmarkInstantiateAndClose(b *testing.B) {
	bench := newBench(b, nil)
	b.ReportAllocs()
	for b.Loop() {
		instance, err := NewInstance(bench.module, bench.imports)
		if err != nil {
			b.Fatal(err)
		}
		instance.Close()
	}
}

func benchmarkCompile(b *testing.B, compiler CompilerKind) {
	store := NewStore(NewEngineWithConfig(NewConfig().UseCompiler(compiler)))
	wasm, err := Wat2Wasm(benchGuest)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		module, err := NewModule(store, wasm)
		if err != nil {
			b.Fatal(err)
		}
		module.Close()
	}
}

func BenchmarkCompileCranelift(b *testing.B)  { benchmarkCompile(b, CRANELIFT) }
func BenchmarkCompileSinglepass(b *testing.B) { benchmarkCompile(b, SINGLEPASS) }

func benchmarkTrap(b *testing.B, depth uint64) {
	store := NewStore(NewEngine())
	module, err := NewModule(store, []byte(`(module (func $f (export "f") (param i64)
	  (if (i64.eqz (local.get 0)) (then unreachable))
	  (call $f (i64.sub (local.get 0) (i64.const 1)))))`))
	if err != nil {
		b.Fatal(err)
	}
	instance, err := NewInstance(module, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer instance.Close()
	f, err := instance.Exports.GetRawFunction("f")
	if err != nil {
		b.Fatal(err)
	}
	slots := make([]uint64, 1)
	for b.Loop() {
		slots[0] = depth
		if err := f.CallRaw(context.Background(), slots); err == nil {
			b.Fatal("no trap")
		}
	}
}

func BenchmarkTrapAtDepth1(b *testing.B)     { benchmarkTrap(b, 1) }
func BenchmarkTrapAtDepth1000(b *testing.B)  { benchmarkTrap(b, 1000) }
func BenchmarkTrapAtDepth20000(b *testing.B) { benchmarkTrap(b, 20000) }
