package wasmer

import (
	"context"
	"reflect"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// externHandle gives the reference to a Go value. The value is kept as long as the arena. A value
// that can be compared has one reference, so that passing it again takes nothing.
func (a *arena) externHandle(ctx context.Context, value any) (capi.Handle, error) {
	if value == nil {
		return 0, nil
	}
	comparable := reflect.TypeOf(value).Comparable() && reflect.ValueOf(value).Comparable()
	a.mu.Lock()
	if comparable {
		if handle, known := a.externOf[value]; known {
			a.mu.Unlock()
			return handle, nil
		}
	}
	a.externs = append(a.externs, value)
	number := uint64(len(a.externs) - 1)
	a.mu.Unlock()

	var handle capi.Handle
	err := a.do(ctx, func() (e *capi.Error) {
		handle, e = a.native.NewExternref(number)
		return e
	})
	if err == nil && comparable {
		a.mu.Lock()
		if a.externOf == nil {
			a.externOf = make(map[any]capi.Handle)
		}
		a.externOf[value] = handle
		a.mu.Unlock()
	}
	return handle, err
}

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
	defer a.mu.Unlock()
	return a.externs[number], nil
}

// functionOf gives the function that a reference in the arena names; the same one each time.
func (a *arena) functionOf(ctx context.Context, handle capi.Handle) (*Function, error) {
	a.mu.Lock()
	known := a.functions[handle]
	a.mu.Unlock()
	if known != nil {
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

// noteFunction makes a function the one for its handle, or gives the one that was first.
func (a *arena) noteFunction(handle capi.Handle, function *Function) *Function {
	a.mu.Lock()
	defer a.mu.Unlock()
	if known := a.functions[handle]; known != nil {
		return known
	}
	if a.functions == nil {
		a.functions = make(map[capi.Handle]*Function)
	}
	a.functions[handle] = function
	return function
}
