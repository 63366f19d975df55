package wasmer

import (
	"context"
	"weak"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// externHandle makes a reference to a Go value, which is kept as long as Go or a guest has the
// reference. Each call makes a new reference, because Go values cannot always be compared.
func (a *arena) externHandle(ctx context.Context, value any) (capi.Handle, error) {
	if value == nil {
		return 0, nil
	}
	a.mu.Lock()
	var place uint32
	if last := len(a.freeExterns) - 1; last >= 0 {
		place, a.freeExterns = a.freeExterns[last], a.freeExterns[:last]
		a.externs[place] = value
	} else {
		place = uint32(len(a.externs))
		a.externs = append(a.externs, value)
	}
	a.mu.Unlock()
	var handle capi.Handle
	err := a.do(ctx, func() (e *capi.Error) {
		handle, e = a.native.NewExternref(uint64(place))
		return e
	})
	if err != nil {
		a.mu.Lock()
		if int(place) < len(a.externs) {
			a.externs[place] = nil
			a.freeExterns = append(a.freeExterns, place)
		}
		a.mu.Unlock()
	}
	return handle, err
}

// externValue returns the Go value of a reference and drops the reference.
func (a *arena) externValue(ctx context.Context, handle capi.Handle) (any, error) {
	if handle == 0 {
		return nil, nil
	}
	var number uint64
	err := a.do(ctx, func() (e *capi.Error) {
		number, e = a.native.ExternrefData(handle)
		return e
	})
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	if number >= uint64(len(a.externs)) {
		a.mu.Unlock()
		return nil, closedError("arena")
	}
	value := a.externs[number]
	a.mu.Unlock()
	a.drop(handle)
	return value, nil
}

// functionOf returns the function of a reference in the arena, and takes the reference over. It
// returns the same function each time.
func (a *arena) functionOf(ctx context.Context, handle capi.Handle) (*Function, error) {
	a.mu.Lock()
	known := a.functions[handle].Value()
	a.mu.Unlock()
	if known != nil {
		a.drop(handle)
		return known, nil
	}
	var ty capi.ExternType
	err := a.do(ctx, func() (e *capi.Error) {
		ty, e = a.native.ExternType(handle)
		return e
	})
	if err != nil {
		return nil, err
	}
	function := &Function{ty: externTypeOf(ty).function, bound: boundTo(a, handle, nil)}
	return a.noteFunction(handle, function), nil
}

// noteFunction makes a function the one for its handle, or returns the one that was there first.
func (a *arena) noteFunction(handle capi.Handle, function *Function) *Function {
	a.mu.Lock()
	defer a.mu.Unlock()
	if known := a.functions[handle].Value(); known != nil {
		return known
	}
	if a.functions == nil {
		a.functions = make(map[capi.Handle]weak.Pointer[Function])
	}
	// Not one that keeps it: what it holds is to be given up when nobody has it.
	a.functions[handle] = weak.Make(function)
	return function
}
