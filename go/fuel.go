package wasmer

import (
	"errors"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// SetFuel has instances pay one point of fuel for each instruction that they run. Each begins with
// `fuel` points; when they do not suffice, it stops with an error that is ErrOutOfFuel. Equal work costs
// the same with every compiler. Modules that were compiled without fuel are not touched.
//
// A bulk instruction (memory.fill, table.copy) costs the same whatever its length, which the size of the
// memory or table bounds. What host functions do costs nothing.
//
// Fuel and the points of PushMeteringMiddleware are the same thing: of the calls of both, the last
// one counts, and Instance.Fuel and Instance.GetRemainingPoints give the same number.
func (c *Config) SetFuel(fuel uint64) *Config { return c.SetFuelWithCosts(fuel, nil) }

// SetFuelWithCosts is SetFuel with costs: an instruction costs what the map says, 0 as well, and one
// point if it is not in the map. The map is copied. An Opcode that there is not is an error of the
// engine's first use.
func (c *Config) SetFuelWithCosts(fuel uint64, costs map[Opcode]uint32) *Config {
	wanted := &metering{limit: fuel, fuel: true}
	for place := range wanted.costs {
		wanted.costs[place] = 1
	}
	for opcode, cost := range costs {
		if opcode >= operatorCount {
			c.err = newError(capi.StatusInvalidArgument, "fuel: there is no instruction %d", opcode)
			continue
		}
		wanted.costs[opcode] = cost
	}
	c.metering = wanted
	return c
}

// Fuel is what the instance may still use; 0 if it ran out. While another goroutine calls the
// instance, it waits, as SetFuel and AddFuel do; a host function may use them for its caller.
// ErrUnsupported if the module was compiled without fuel.
func (i *Instance) Fuel() (uint64, error) {
	var fuel uint64
	err := i.fuel(func(a capi.Arena) (e *capi.Error) {
		fuel, _, e = a.Points(i.handle)
		return e
	})
	return fuel, err
}

// SetFuel sets what the instance may still use. One that ran out can be called again: what was
// running when it did does not go on. ErrUnsupported if the module was compiled without fuel.
func (i *Instance) SetFuel(fuel uint64) error {
	return i.fuel(func(a capi.Arena) *capi.Error { return a.SetPoints(i.handle, fuel) })
}

// AddFuel adds to what the instance may still use, up to the largest number there is. See SetFuel.
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
