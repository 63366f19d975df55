package wasmer

import (
	"errors"
	"math"
	"unsafe"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// operatorCount is the number of instructions that have an Opcode. Others cost nothing.
const operatorCount = 513

// metering is the metering of a Config: the points of each instance, and the cost of each
// instruction by its Opcode. The library takes the table as it is, so that compiling calls no Go
// function.
type metering struct {
	limit uint64
	fuel  bool // What has no Opcode costs 1, and not nothing.
	costs [operatorCount]uint32
}

// PushMeteringMiddleware makes instances pay for the instructions that they run. Each instance
// starts with maxGasUsageAllowed points. When they run out, it traps with TrapUnreachable, and
// MeteringPointsExhausted returns true. An instruction costs what opMap says, and nothing if it is
// not in the map. The map is copied. The last call counts.
func (c *Config) PushMeteringMiddleware(maxGasUsageAllowed uint64, opMap map[Opcode]uint32) *Config {
	wanted := &metering{limit: maxGasUsageAllowed}
	for opcode, cost := range opMap {
		if opcode < operatorCount {
			wanted.costs[opcode] = cost
		}
	}
	c.metering = wanted
	return c
}

// PushMeteringMiddlewarePtr is PushMeteringMiddleware with the costs that a C function returns: p
// points to a uint64_t (*)(wasmer_parser_operator_t). The function is called here, once for each
// instruction, and not kept. A cost of more than 32 bits counts as the largest uint32. If p is nil,
// the first use of the engine fails.
func (c *Config) PushMeteringMiddlewarePtr(maxGasUsageAllowed uint64, p unsafe.Pointer) *Config {
	if p == nil {
		c.err = newError(capi.StatusNullArgument, "metering: the cost function is nil")
		return c
	}
	wanted := &metering{limit: maxGasUsageAllowed}
	var costs [operatorCount]uint64
	capi.OperatorCosts(p, costs[:])
	for opcode, cost := range costs {
		wanted.costs[opcode] = uint32(min(cost, math.MaxUint32))
	}
	c.metering = wanted
	return c
}

// GetRemainingPoints returns how many points the instance has left: 0 if it ran out or was closed,
// and the largest uint64 if it is not metered. It waits while another goroutine calls the instance.
func (i *Instance) GetRemainingPoints() uint64 {
	points, _ := i.points() // The library gives 0 if they ran out, as in wasmer-go.
	return points
}

// MeteringPointsExhausted reports whether the instance trapped because its points ran out.
func (i *Instance) MeteringPointsExhausted() bool {
	_, exhausted := i.points()
	return exhausted
}

// SetRemainingPoints sets how many points the instance has left, so that it can run again. It does
// nothing if the instance is not metered.
func (i *Instance) SetRemainingPoints(newLimit uint64) { i.setPoints(newLimit) }

// The functions below are the only place where metering meets the library.

// configure turns metering on in a native configuration. A nil metering leaves it off.
func (m *metering) configure(native capi.Config) *capi.Error {
	if m == nil {
		return nil
	}
	if m.fuel {
		return native.SetFuel(m.limit, m.costs[:])
	}
	return native.SetMetering(m.limit, m.costs[:])
}

// points returns the instance's points, and whether it ran out of them.
func (i *Instance) points() (points uint64, exhausted bool) {
	if i.arena == nil || i.closed.Load() {
		return 0, false
	}
	err := i.arena.do(background, func() (e *capi.Error) {
		points, exhausted, e = i.arena.native.Points(i.handle)
		return e
	})
	switch {
	case errors.Is(err, ErrClosed):
		return 0, false
	case err != nil:
		return math.MaxUint64, false
	}
	return points, exhausted
}

// setPoints sets the instance's points, if it has any.
func (i *Instance) setPoints(points uint64) {
	if i.arena != nil && !i.closed.Load() {
		_ = i.arena.do(background, func() *capi.Error { return i.arena.native.SetPoints(i.handle, points) })
	}
}
