package wasmer

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
)

func fuelled(compiler CompilerKind, fuel uint64) *Store {
	return NewStore(NewEngineWithConfig(NewConfig().UseCompiler(compiler).SetFuel(fuel)))
}

func fuelOf(t testing.TB, instance *Instance) uint64 {
	t.Helper()
	fuel, err := instance.Fuel()
	if err != nil {
		t.Fatal(err)
	}
	return fuel
}

// outOfFuel checks an error of a guest that used up its fuel.
func outOfFuel(t testing.TB, err error) {
	t.Helper()
	var trap *TrapError
	if !errors.As(err, &trap) || !errors.Is(err, ErrOutOfFuel) || !errors.Is(err, TrapUnreachable) {
		t.Fatalf("%T %v", err, err)
	}
	if trap.Code() != TrapUnreachable || trap.Error() != "unreachable: out of fuel" || trap.Origin() == nil {
		t.Errorf("code %d, %q, from %v", trap.Code(), trap.Error(), trap.Origin())
	}
}

// Programs that export "run", and what a call costs. An instruction is a point, "end" and "else" too,
// which is paid by whoever comes to it: a branch behind an "end" does not.
var fuelPrograms = []struct {
	name, guest string
	cost        uint64
}{
	{"nothing", `(module (func (export "run")))`, 1},
	{"a sum", `(module (func (export "run") (local i32 i32) local.get 0 local.get 1 i32.add drop))`, 5},
	{"floats", `(module (func (export "run") f64.const 2 f64.sqrt f32.demote_f64 drop))`, 5},
	{"100 rounds", `(module (func (export "run") (local i32) i32.const 100 local.set 0
	  (loop $l local.get 0 i32.const 1 i32.sub local.tee 0 br_if $l)))`, 2 + 1 + 100*5 + 2},
	{"the branch that is taken", `(module (func (export "run") i32.const 1
	  (if (then i32.const 1 drop) (else i32.const 1 drop i32.const 1 drop))))`, 2 + 3 + 1},
	{"a way out of three blocks", `(module (func (export "run")
	  block block block i32.const 1 br_table 0 1 2 end i32.const 7 drop end nop end))`, 5 + 3},
	{"an early return", `(module (func (export "run") i32.const 1 (if (then return)) unreachable))`, 3},
	{"an indirect call", `(module (table funcref (elem $f)) (func $f)
	  (func (export "run") i32.const 0 call_indirect))`, 2 + 1 + 1},
	{"a recursion", `(module (func $f (param i32) (result i32) local.get 0 i32.const 2 i32.lt_s
	    if (result i32) local.get 0 else
	    local.get 0 i32.const 1 i32.sub call $f local.get 0 i32.const 2 i32.sub call $f i32.add end)
	  (func (export "run") i32.const 10 call $f drop))`, 89*(4+2+1) + 88*(4+10+1) + 4},
	{"a byte filled", `(module (memory 1) (func (export "run") i32.const 0 i32.const 0 i32.const 1 memory.fill))`, 5},
	{"a page filled", `(module (memory 1) (func (export "run") i32.const 0 i32.const 0 i32.const 65536 memory.fill))`, 5},
	{"a memory that grows", `(module (memory 0) (func (export "run") i32.const 1 memory.grow drop))`, 4},
}

func TestEqualWorkCostsTheSameWithEveryCompiler(t *testing.T) {
	for _, program := range fuelPrograms {
		for _, compiler := range compilers {
			instance := start(t, fuelled(compiler, 1_000_000), program.guest, nil)
			if used := instance.module.Compiler(); used != compiler {
				t.Fatalf("%s: %v compiled it", program.name, used)
			}
			for round := uint64(1); round <= 3; round++ {
				if _, err := get(t, instance, "run").Call(); err != nil {
					t.Fatal(program.name, err)
				}
				if cost := 1_000_000 - fuelOf(t, instance); cost != round*program.cost {
					t.Errorf("%s with %v: %d after %d calls, not %d", program.name, compiler, cost, round, round*program.cost)
				}
			}
		}
	}
}

const endless = `(module (func (export "endless") (loop $l br $l)) (func (export "trap") unreachable) (func (export "quick")))`

func TestAnInstanceRunsOutOfFuelAndGoesOnWithMore(t *testing.T) {
	for _, compiler := range compilers {
		instance := start(t, fuelled(compiler, 10_000), endless, nil)
		for range 3 {
			_, err := get2(instance, "endless")
			outOfFuel(t, err)
			if fuel := fuelOf(t, instance); fuel != 0 || !instance.MeteringPointsExhausted() || instance.GetRemainingPoints() != 0 {
				t.Error(fuel, instance.GetRemainingPoints())
			}
			if err := instance.AddFuel(1000); err != nil || fuelOf(t, instance) != 1000 || instance.MeteringPointsExhausted() {
				t.Error(err, fuelOf(t, instance))
			}
			// What the guest does by itself is another thing.
			if _, err := get2(instance, "trap"); errors.Is(err, ErrOutOfFuel) || !errors.Is(err, TrapUnreachable) {
				t.Error(err)
			}
			if _, err := get2(instance, "quick"); err != nil || fuelOf(t, instance) != 1000-2 || instance.GetRemainingPoints() != 1000-2 {
				t.Error(err, fuelOf(t, instance))
			}
		}
		if err := instance.SetFuel(7); err != nil || fuelOf(t, instance) != 7 {
			t.Error(err, fuelOf(t, instance))
		}
		// There is no number that it gets over.
		if err := instance.AddFuel(math.MaxUint64); err != nil || fuelOf(t, instance) != math.MaxUint64 {
			t.Error(err, fuelOf(t, instance))
		}
		if _, err := get2(instance, "quick"); err != nil || fuelOf(t, instance) != math.MaxUint64-1 {
			t.Error(err, fuelOf(t, instance))
		}
	}
}

func TestCostsOfInstructions(t *testing.T) {
	costs := map[Opcode]uint32{I32Add: 10, Nop: 0, Call: math.MaxUint32}
	engine := NewEngineWithConfig(NewConfig().SetFuelWithCosts(math.MaxUint64, costs))
	costs[End] = 1000 // Too late.
	instance := start(t, NewStore(engine), `(module (func $f) (func (export "run")
	  nop nop i32.const 1 i32.const 2 i32.add drop call $f))`, nil)
	if _, err := get2(instance, "run"); err != nil {
		t.Fatal(err)
	}
	if cost := math.MaxUint64 - fuelOf(t, instance); cost != 2+10+1+math.MaxUint32+2 {
		t.Error(cost)
	}
	// What has no Opcode costs a point too, and nothing in metering.
	const relaxed = `(module (func (export "run") v128.const i64x2 1 2 v128.const i64x2 3 4 i8x16.relaxed_swizzle drop))`
	config := func() *Config { return NewConfig().SetFeature("relaxed-simd", true) }
	instance = start(t, NewStore(NewEngineWithConfig(config().SetFuel(100))), relaxed, nil)
	metered := start(t, NewStore(NewEngineWithConfig(config().PushMeteringMiddleware(100, map[Opcode]uint32{End: 1}))), relaxed, nil)
	for _, instance := range []*Instance{instance, metered} {
		if _, err := get2(instance, "run"); err != nil {
			t.Fatal(err)
		}
	}
	if fuelOf(t, instance) != 100-5 || fuelOf(t, metered) != 100-1 {
		t.Error(fuelOf(t, instance), fuelOf(t, metered))
	}
	_, err := NewModule(NewStore(NewEngineWithConfig(NewConfig().SetFuelWithCosts(1, map[Opcode]uint32{operatorCount: 1}))), []byte(endless))
	if err == nil || err.Error() != "fuel: unknown opcode 513" {
		t.Error(err)
	}
}

func TestOfFuelAndMeteringTheLastOneCounts(t *testing.T) {
	costs := map[Opcode]uint32{End: 3, Br: 1}
	for expected, config := range map[uint64]*Config{
		100 - 1: NewConfig().PushMeteringMiddleware(50, costs).SetFuel(100),
		50 - 3:  NewConfig().SetFuel(100).PushMeteringMiddleware(50, costs),
	} {
		instance := start(t, NewStore(NewEngineWithConfig(config)), endless, nil)
		if _, err := get2(instance, "quick"); err != nil || fuelOf(t, instance) != expected {
			t.Error(err, fuelOf(t, instance), expected)
		}
		// Points that do not suffice are fuel that does not.
		_, err := get2(instance, "endless")
		outOfFuel(t, err)
	}
}

func TestAModuleWithoutFuelIsNotTouched(t *testing.T) {
	store := fuelled(CRANELIFT, 5)
	plain := start(t, storeOf(CRANELIFT), endless, nil)
	for name, operation := range map[string]func() error{
		"get": func() error { _, err := plain.Fuel(); return err },
		"set": func() error { return plain.SetFuel(1) },
		"add": func() error { return plain.AddFuel(1) },
	} {
		if err := operation(); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "compiled without fuel") {
			t.Error(name, err)
		}
	}
	for range 20 {
		if _, err := get2(plain, "quick"); err != nil {
			t.Fatal(err)
		}
	}
	// What a module was compiled with it keeps, whoever loads it.
	serialized, err := compile(t, store, endless).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := DeserializeModule(storeOf(CRANELIFT), serialized)
	if err != nil {
		t.Fatal(err)
	}
	instance := mustInstance(t, loaded, nil)
	if fuelOf(t, instance) != 5 {
		t.Error(fuelOf(t, instance))
	}
	instance.Close()
	if _, err := instance.Fuel(); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
	if err := instance.AddFuel(1); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

func TestAStartFunctionRunsOutOfFuel(t *testing.T) {
	for _, compiler := range compilers {
		store := fuelled(compiler, 1000)
		_, err := NewInstance(compile(t, store, `(module (func $f (loop $l br $l)) (start $f))`), nil)
		outOfFuel(t, err)
		// A host function that it calls can ask for its fuel.
		var early uint64
		host := hostFunc(store, func(_ context.Context, caller *Caller) (err error) {
			early, err = caller.Instance().Fuel()
			return err
		})
		instance := start(t, store, `(module (import "host" "f" (func $f)) (start $f))`, map[string]IntoExtern{"f": host})
		if early == 0 || early > 1000 || fuelOf(t, instance) > early {
			t.Error(early, fuelOf(t, instance))
		}
	}
}

func TestACallInACallRunsOutOfFuel(t *testing.T) {
	for _, compiler := range compilers {
		store := fuelled(compiler, 10_000)
		inner := start(t, store, endless, nil)
		hand := false
		host := hostFunc(store, func(context.Context, *Caller) error {
			_, err := get2(inner, "endless")
			outOfFuel(t, err)
			if hand {
				return fmt.Errorf("inner: %w", err)
			}
			return nil
		})
		outer := start(t, store, `(module (import "host" "f" (func $f))
		  (func (export "f") call $f) (func (export "trap") call $f unreachable))`, map[string]IntoExtern{"f": host})
		if _, err := get2(outer, "f"); err != nil || fuelOf(t, outer) != 10_000-2 || fuelOf(t, inner) != 0 {
			t.Error(err, fuelOf(t, outer), fuelOf(t, inner))
		}
		// The trap of the outer guest is its own, though the inner one has no fuel.
		if _, err := get2(outer, "trap"); errors.Is(err, ErrOutOfFuel) || !errors.Is(err, TrapUnreachable) {
			t.Error(err)
		}
		// Handed on it is found, as the cause.
		hand = true
		_, err := get2(outer, "f")
		if trap, isTrap := err.(*TrapError); !isTrap || trap.Code() != TrapNone || !errors.Is(err, ErrOutOfFuel) ||
			!errors.Is(err, TrapUnreachable) || err.Error() != "inner: unreachable: out of fuel" {
			t.Error(err)
		}
	}
}

func TestLinkedInstancesPayForThemselves(t *testing.T) {
	for _, compiler := range compilers {
		store := fuelled(compiler, 1000)
		library := start(t, store, `(module (func (export "f") nop nop) (func (export "endless") (loop $l br $l)))`, nil)
		imports := map[string]IntoExtern{"f": get(t, library, "f"), "endless": get(t, library, "endless")}
		user := start(t, store, `(module (import "host" "f" (func $f)) (import "host" "endless" (func $endless))
		  (func (export "run") call $f) (func (export "endless") call $endless))`, imports)
		if _, err := get2(user, "run"); err != nil || fuelOf(t, user) != 1000-2 || fuelOf(t, library) != 1000-3 {
			t.Error(err, fuelOf(t, user), fuelOf(t, library))
		}
		_, err := get2(user, "endless")
		outOfFuel(t, err)
		if fuelOf(t, user) != 1000-3 || fuelOf(t, library) != 0 {
			t.Error(fuelOf(t, user), fuelOf(t, library))
		}
	}
}

// A host function may fill up its caller, so that a guest goes on as long as the host likes.
func TestAHostFunctionGivesItsCallerFuel(t *testing.T) {
	store := fuelled(CRANELIFT, 1000)
	host := hostFunc(store, func(_ context.Context, caller *Caller) error { return caller.Instance().SetFuel(1000) })
	instance := start(t, store, `(module (import "host" "f" (func $f)) (func (export "run") (param i32)
	  (loop $l (call $f) (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))`, map[string]IntoExtern{"f": host})
	var waiting sync.WaitGroup
	for range 4 {
		waiting.Add(1)
		go func() {
			defer waiting.Done()
			if _, err := get(t, instance, "run").Call(rounds(5000)); err != nil {
				t.Error(err)
			}
			if _, err := instance.Fuel(); err != nil {
				t.Error(err)
			}
		}()
	}
	waiting.Wait()
	// After the last filling: five instructions of the last round, two ends.
	if fuel := fuelOf(t, instance); fuel != 1000-5-2 {
		t.Error(fuel)
	}
}
