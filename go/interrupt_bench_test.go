package wasmer

import (
	"context"
	"slices"
	"testing"
	"time"
)

// What a context that can end costs, beside BenchmarkCallRaw, which has none.
func benchmarkCallWith(b *testing.B, ctx context.Context) {
	sum := newBench(b, nil).function(b, "sum")
	slots := make([]uint64, 2)
	b.ReportAllocs()
	for b.Loop() {
		slots[0], slots[1] = 5, 37
		if err := sum.CallRaw(ctx, slots); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCallRawCancellable(b *testing.B) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	benchmarkCallWith(b, ctx)
}

func BenchmarkCallRawDeadline(b *testing.B) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	benchmarkCallWith(b, ctx)
}

// A context of its own for each call, as a server has one for each request.
func BenchmarkCallRawNewDeadline(b *testing.B) {
	sum := newBench(b, nil).function(b, "sum")
	slots := make([]uint64, 2)
	b.ReportAllocs()
	for b.Loop() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
		slots[0], slots[1] = 5, 37
		if err := sum.CallRaw(ctx, slots); err != nil {
			b.Fatal(err)
		}
		cancel()
	}
}

// A host function, which gets the context, in a loop of 1,000 inside of wasm.
func BenchmarkHostFunctionRawCancellable(b *testing.B) {
	function := newBench(b, nil).function(b, "raw")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	const batch = 1000
	slots := make([]uint64, 1)
	b.ReportAllocs()
	for i := 0; i < b.N; i += batch {
		slots[0] = batch
		if err := function.CallRaw(ctx, slots); err != nil {
			b.Fatal(err)
		}
	}
}

// A guest that loops, and one that calls, under a deadline and without one: they are to take the same time.
func BenchmarkGuest(b *testing.B) {
	instance := start(b, storeOf(CRANELIFT), `(module
	  (func (export "Loop") (param $n i64) (result i64) (local $r i64)
	    (loop $l
	      (local.set $r (i64.add (i64.rotl (local.get $r) (i64.const 5)) (local.get $n)))
	      (br_if $l (i64.ne (local.tee $n (i64.sub (local.get $n) (i64.const 1))) (i64.const 0))))
	    (local.get $r))
	  (func $fib (export "Calls") (param $n i64) (result i64)
	    (if (result i64) (i64.lt_u (local.get $n) (i64.const 2))
	      (then (local.get $n))
	      (else (i64.add (call $fib (i64.sub (local.get $n) (i64.const 1)))
	                     (call $fib (i64.sub (local.get $n) (i64.const 2))))))))`, nil)
	for name, argument := range map[string]uint64{"Loop": 1_000_000, "Calls": 25} {
		f := get(b, instance, name)
		for which, ctx := range map[string]context.Context{"Background": context.Background(), "Deadline": soon(b, time.Hour)} {
			b.Run(name+which, func(b *testing.B) {
				slots := make([]uint64, 1)
				for b.Loop() {
					slots[0] = argument
					if err := f.CallRaw(ctx, slots); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// How long after its deadline a call returns, and not how long it takes. To be run with
// -benchtime 100x: each takes 50 ms.
func benchmarkLate(b *testing.B, name string) {
	instance := busy(b, storeOf(CRANELIFT))
	f := get(b, instance, name)
	var late []time.Duration
	for b.Loop() {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		deadline, _ := ctx.Deadline()
		err := f.CallRaw(ctx, nil)
		late = append(late, time.Since(deadline))
		cancel()
		checkInterrupted(b, name, err, context.DeadlineExceeded)
	}
	slices.Sort(late)
	report := func(unit string, part int) {
		b.ReportMetric(float64(late[(len(late)-1)*part/100])/1e3, unit)
	}
	report("us-late-p50", 50)
	report("us-late-p99", 99)
	report("us-late-max", 100)
}

func BenchmarkLateLoop(b *testing.B) { benchmarkLate(b, "loop") }
func BenchmarkLateDeep(b *testing.B) { benchmarkLate(b, "deep 50000") }
func BenchmarkLateHost(b *testing.B) { benchmarkLate(b, "host") }
func BenchmarkLateFill(b *testing.B) { benchmarkLate(b, "fill") }
func BenchmarkLateWait(b *testing.B) { benchmarkLate(b, "wait") }
