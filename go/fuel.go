package wasmer

import (
	"errors"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// SetFuel makes instances pay one point of fuel for each instruction that they run. Each instance
// starts with fuel points. When they run out, it stops with an error that matches ErrOutOfFuel.
// Equal work costs the same with every compiler. Modules compiled without fuel are not affected.
//
// A bulk instruction such as memory.fill or table.copy costs the same whatever its length, which
// the size of the memory or table bounds. Host functions cost nothing.
//
// Fuel and the points of PushMeteringMiddleware are the same. The last call of either method
// counts, and Instance.Fuel and Instance.GetRemainingPoints return the same number.
func (c *Config) SetFuel(fuel uint64) *Config { return c.SetFuelWithCosts(fuel, nil) }

// SetFuelWithCosts is SetFuel with costs. An instruction costs what the map says, which may be 0,
// and one point if it is not in the map. The map is copied. If the map contains a number that is
// not an Opcode, the first use of the engine fails.
func (c *Config) SetFuelWithCosts(fuel uint64, costs map[Opcode]uint32) *Config {
	wanted := &metering{limit: fuel, fuel: true}
	for place := range wanted.costs {
		wanted.costs[place] = 1
	}
	for opcode, cost := range costs {
		if opcode >= operatorCount {
			c.err = newError(capi.StatusInvalidArgument, "fuel: unknown opcode %d", opcode)
			continue
		}
		wanted.costs[opcode] = cost
	}
	c.metering = wanted
	return c
}

// Fuel returns how many points the instance has left, and 0 if it ran out. It fails with
// ErrUnsupported if the module was compiled without fuel. Like SetFuel and AddFuel, it waits while
// another goroutine calls the instance; a host function may use all three for its caller.
func (i *Instance) Fuel() (uint64, error) {
	var fuel uint64
	err := i.fuel(func(a capi.Arena) (e *capi.Error) {
		fuel, _, e = a.Points(i.handle)
		return e
	})
	return fuel, err
}

// SetFuel sets how many points the instance has left. An instance that ran out of fuel can then be
// called again; the call that ran out does not continue. SetFuel fails with ErrUnsupported if the
// module was compiled without fuel.
func (i *Instance) SetFuel(fuel uint64) error {
	return i.fuel(func(a capi.Arena) *capi.Error { return a.SetPoints(i.handle, fuel) })
}

// AddFuel adds to the points that the instance has left, up to the largest uint64. See SetFuel.
func (i *Instance) AddFuel(more uint64) error {
	return i.fuel(func(a capi.Arena) *capi.Error { return a.AddPoints(i.handle, more) })
}

// fuel runs an operation on the points of the instance.
func (i *Instance) fuel(operation func(capi.Arena) *capi.Error) error {
	if i == nil || i.arena == nil {
		return unmade()
	}
	if i.closed.Load() {
		return closedError("instance")
	}
	if i.handle == 0 {
		return notReady()
	}
	err := i.arena.do(background, func() *capi.Error { return operation(i.arena.native) })
	if errors.Is(err, ErrUnsupported) {
		return newError(capi.StatusUnsupported,
			"the module was compiled without fuel, which Config.SetFuel and Config.PushMeteringMiddleware switch on")
	}
	return err
}
