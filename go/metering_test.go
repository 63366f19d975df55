package wasmer

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

func TestACostTableIsMadeFromAMap(t *testing.T) {
	costs := map[Opcode]uint32{End: 1, LocalGet: 1, I32Add: 4, Unreachable: 9, operatorCount: 5, math.MaxUint32: 6}
	config := NewConfig().PushMeteringMiddleware(800_000_000, costs)
	costs[Nop] = 7 // Too late.
	if config.metering.limit != 800_000_000 {
		t.Error(config.metering.limit)
	}
	for number, cost := range config.metering.costs {
		expected := map[int]uint32{End: 1, LocalGet: 1, I32Add: 4, int(Unreachable): 9}[number]
		if cost != expected {
			t.Errorf("%d costs %d, not %d", number, cost, expected)
		}
	}
	// The last call counts.
	if config.PushMeteringMiddleware(1, nil); config.metering.limit != 1 || config.metering.costs[I32Add] != 0 {
		t.Error(config.metering.limit, config.metering.costs[I32Add])
	}
}

func TestACostTableIsMadeByACFunction(t *testing.T) {
	config := NewConfig().PushMeteringMiddlewarePtr(5, capi.SomeCost())
	for number, cost := range config.metering.costs {
		expected := uint32(number * 3)
		if number == I32Add {
			expected = math.MaxUint32
		}
		if cost != expected {
			t.Errorf("%d costs %d, not %d", number, cost, expected)
		}
	}
	_, err := NewModule(NewStore(NewEngineWithConfig(NewConfig().PushMeteringMiddlewarePtr(5, nil))), []byte(sumGuest))
	if err == nil || err.Error() != "metering: the cost function is nil" {
		t.Error(err)
	}
}

func metered(compiler CompilerKind, limit uint64) *Store {
	costs := map[Opcode]uint32{End: 1, LocalGet: 1, I32Add: 4}
	return NewStore(NewEngineWithConfig(NewConfig().UseCompiler(compiler).PushMeteringMiddleware(limit, costs)))
}

// The numbers of wasmer-go's own test.
func TestWhatRunsIsPaidFor(t *testing.T) {
	for _, compiler := range compilers {
		instance := start(t, metered(compiler, 800_000_000), sumGuest, nil)
		if result, err := get(t, instance, "sum").Call(37, 5); err != nil || result != int32(42) {
			t.Fatal(result, err)
		}
		if left := instance.GetRemainingPoints(); left != 800_000_000-7 || instance.MeteringPointsExhausted() {
			t.Errorf("%v: %d are left", compiler, left)
		}
	}
}

func TestAnInstanceWithoutPointsTrapsAndGoesOnWhenItGetsMore(t *testing.T) {
	for _, compiler := range compilers {
		store := metered(compiler, 20)
		module := compile(t, store, sumGuest)
		instance, other := mustInstance(t, module, nil), mustInstance(t, module, nil)
		sum := get(t, instance, "sum")
		for range 2 {
			if _, err := sum.Call(37, 5); err != nil {
				t.Fatal(err)
			}
		}
		_, err := sum.Call(37, 5)
		if _, isTrap := err.(*TrapError); !isTrap || !errors.Is(err, TrapUnreachable) ||
			!instance.MeteringPointsExhausted() || instance.GetRemainingPoints() != 0 {
			t.Errorf("%v: %v, %d are left", compiler, err, instance.GetRemainingPoints())
		}
		// Each instance has points of its own, and each engine costs of its own.
		if left := other.GetRemainingPoints(); left != 20 || other.MeteringPointsExhausted() {
			t.Errorf("%v: the other instance has %d", compiler, left)
		}
		if instance.SetRemainingPoints(7); instance.MeteringPointsExhausted() || instance.GetRemainingPoints() != 7 {
			t.Errorf("%v: %d are left", compiler, instance.GetRemainingPoints())
		}
		if result, err := sum.Call(37, 5); err != nil || result != int32(42) || instance.GetRemainingPoints() != 0 {
			t.Error(result, err)
		}
		instance.Close()
		if instance.SetRemainingPoints(7); instance.GetRemainingPoints() != 0 || instance.MeteringPointsExhausted() {
			t.Error("points of an instance that was closed")
		}
		other.Close()
	}
}

func TestPointsCanBeAskedForByAHostFunction(t *testing.T) {
	store := metered(CRANELIFT, 1000)
	var found []uint64
	host := hostFunc(store, func(_ context.Context, caller *Caller) error {
		found = append(found, caller.Instance().GetRemainingPoints())
		caller.Instance().SetRemainingPoints(500)
		return nil
	})
	instance := start(t, store, callHost, map[string]IntoExtern{"f": host})
	if _, err := get(t, instance, "f").Call(); err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || found[0] > 1000 || instance.GetRemainingPoints() > 500 {
		t.Error(found, instance.GetRemainingPoints())
	}
}

func TestPointsOfAnInstanceThatIsNotMetered(t *testing.T) {
	instance := start(t, storeOf(CRANELIFT), sumGuest, nil)
	for range 2 {
		if instance.GetRemainingPoints() != math.MaxUint64 || instance.MeteringPointsExhausted() {
			t.Error(instance.GetRemainingPoints(), instance.MeteringPointsExhausted())
		}
		instance.SetRemainingPoints(0)
	}
}
