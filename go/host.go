package wasmer

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// A hostFunction is a Go function that wasm can call. It is a description, from which each arena
// that uses it makes a native function.
type hostFunction struct {
	ty   *FunctionType
	call func(ctx context.Context, caller *Caller, slots []uint64) error
	err  error // of its making: that of its first use
}

// NewFunction returns a host function that takes and returns Values. If function returns an error,
// the call of the wasm function ends with it: the message is the error's, and errors.Is and
// errors.As find the error itself. A panic continues in the caller of the wasm function. If ty or
// function is nil, the first use fails, which is NewInstance for an import.
func NewFunction(store *Store, ty *FunctionType, function func([]Value) ([]Value, error)) *Function {
	if function == nil {
		return newHostFunction(store, ty, nil)
	}
	return newHostFunction(store, ty, valueFunction(ty, function))
}

// NewFunctionWithEnvironment is NewFunction with a value that the function receives at each call.
func NewFunctionWithEnvironment(store *Store, ty *FunctionType, userEnvironment interface{},
	functionWithEnv func(interface{}, []Value) ([]Value, error)) *Function {
	if functionWithEnv == nil {
		return newHostFunction(store, ty, nil)
	}
	return NewFunction(store, ty, func(arguments []Value) ([]Value, error) {
		return functionWithEnv(userEnvironment, arguments)
	})
}

// NewHostFunction returns a host function over words: one for each value, two for a v128 with the
// low word first. The arguments are in slots, and the function stores its results there. Narrow
// arguments are zero-extended; only the low bits of narrow results count. The caller is valid until
// the function returns, and slots must not be kept. Errors and panics have the same effect as in
// NewFunction. A call allocates nothing.
func NewHostFunction(store *Store, ty *FunctionType,
	function func(ctx context.Context, caller *Caller, slots []uint64) error) *Function {
	return newHostFunction(store, ty, wordFunction(ty, function))
}

// wordFunction wraps a function over words so that it drops the references that it receives, which
// are valid until it returns, and those that it encodes.
func wordFunction(ty *FunctionType, function func(context.Context, *Caller, []uint64) error) func(context.Context, *Caller, []uint64) error {
	if ty == nil || !slices.ContainsFunc(ty.params, ValueKind.IsReference) && !slices.ContainsFunc(ty.results, ValueKind.IsReference) {
		return function
	}
	return func(ctx context.Context, caller *Caller, slots []uint64) error {
		var taken taken
		place := 0
		for _, kind := range ty.params {
			if kind.IsReference() && slots[place] != 0 {
				taken.handles = append(taken.handles, slots[place])
			}
			place += kind.words()
		}
		a := caller.arena
		caller.taken = &taken
		defer func() { taken.drop(a) }()
		return function(ctx, caller, slots)
	}
}

func newHostFunction(store *Store, ty *FunctionType,
	call func(context.Context, *Caller, []uint64) error) *Function {
	host := &hostFunction{ty: ty, call: call}
	switch {
	case ty == nil:
		host.err = newError(capi.StatusNullArgument, "type of a host function is nil")
	case call == nil:
		host.err = newError(capi.StatusNullArgument, "host function of type %v is nil", ty)
	}
	bound := unbound(store, func(ctx context.Context, a *arena) (capi.Handle, error) {
		return a.bindHost(ctx, host, nil)
	})
	return &Function{ty: ty, host: host, bound: bound}
}

func valueFunction(ty *FunctionType, function func([]Value) ([]Value, error)) func(context.Context, *Caller, []uint64) error {
	return func(_ context.Context, caller *Caller, slots []uint64) error {
		arguments := make([]Value, len(ty.params))
		place := 0
		for number, kind := range ty.params {
			value, err := caller.arena.decode(background, kind, slots[place:])
			if err != nil {
				return err
			}
			arguments[number] = Value{kind, value}
			place += kind.words()
		}
		results, err := function(arguments)
		if err != nil {
			return err
		}
		if len(results) != len(ty.results) {
			return newError(capi.StatusType, "host function of type %v returned %d results", ty, len(results))
		}
		place = 0
		var taken taken
		defer taken.drop(caller.arena)
		for number, kind := range ty.results {
			if found := results[number].kind; found != kind {
				return newError(capi.StatusType, "host function of type %v returned a %v as result %d", ty, found, number+1)
			}
			if err := caller.arena.encode(background, kind, results[number].value, slots[place:], &taken); err != nil {
				return newError(statusOf(err), "host function of type %v returned as result %d %v", ty, number+1, err)
			}
			place += kind.words()
		}
		return nil
	}
}

// Caller describes a call to a host function. It is valid until the function returns.
type Caller struct {
	arena    *arena
	instance *Instance
	ctx      context.Context
	taken    *taken // what EncodeValue takes into the arena
}

// Context returns the context of the running call.
func (c *Caller) Context() context.Context { return c.ctx }

// Instance returns the instance that imports the function, or nil if the function was not called
// through an import. Its exports can be used while its start function runs.
func (c *Caller) Instance() *Instance { return c.instance }

// Memory returns an exported memory of the calling instance.
func (c *Caller) Memory(name string) (*Memory, error) {
	exports, err := c.exports()
	if err != nil {
		return nil, err
	}
	return exports.GetMemory(name)
}

// Function returns an exported function of the calling instance.
func (c *Caller) Function(name string) (*Function, error) {
	exports, err := c.exports()
	if err != nil {
		return nil, err
	}
	return exports.GetRawFunction(name)
}

func (c *Caller) exports() (*Exports, error) {
	if c == nil || c.arena == nil {
		return nil, closedError("caller of a host function that has returned")
	}
	if c.instance == nil {
		return nil, newError(capi.StatusNotFound, "the host function was not called by an instance")
	}
	return c.instance.Exports, nil
}

// EncodeValue writes a value to words. It fails if there are too few words.
func (c *Caller) EncodeValue(value Value, words []uint64) error {
	if c == nil || c.arena == nil {
		return closedError("caller of a host function that has returned")
	}
	return c.arena.encodeValue(value, words, c.taken)
}

// DecodeValue reads a value of a kind from words. It fails if there are too few words.
func (c *Caller) DecodeValue(kind ValueKind, words []uint64) (Value, error) {
	if c == nil || c.arena == nil {
		return Value{}, closedError("caller of a host function that has returned")
	}
	return c.arena.decodeValue(kind, words)
}

func init() { capi.HostCall = hostCall }

// hostCall runs a host function for C. It must return to C whatever the function does. Only
// runtime.Goexit cannot be stopped; then the arena is lost.
func hostCall(env, callData uint64, instance capi.Handle, words []uint64) (failure *capi.Failure) {
	a := arenas.get(uint32(env>>32) - 1)
	if a == nil {
		err := closedError("arena")
		return fail(&hostFailure{err: err, text: err.Error()})
	}
	bound := (*a.hosts.Load())[uint32(env)]
	if i := bound.instance; i != nil && i.handle == 0 {
		// Its start function is running: NewInstance does not know the handle yet.
		i.handle = instance
	}
	if a.reentrant {
		// Who waits may come in meanwhile.
		a.released()
	}
	caller := a.enterHost(bound.instance, a.callContext(callData))
	returned := false
	defer func() {
		if returned {
			return
		}
		if value := recover(); value != nil {
			a.leaveHost(caller)
			failure = fail(&hostFailure{panicked: true, value: value, text: fmt.Sprint("panic: ", value)})
			return
		}
		// Goexit: the frames of C and of wasm below are dropped. See libwasmer_arena_abandon.
		a.native.Abandon()
		a.lost()
		a.signal()
	}()
	ctx := caller.ctx
	if err := bound.host.call(ctx, caller, words); err != nil {
		// Asks the error for its text, which may panic: a nil pointer in an error is easily returned.
		failure = fail(&hostFailure{err: err, text: err.Error()})
	} else if ctx.Err() != nil {
		// The interrupt may come a little later, or not at all where there is none.
		reason := reasonOf(ctx)
		failure = fail(&hostFailure{err: reason, text: interruptedBy(reason), interrupted: true})
	}
	a.leaveHost(caller)
	returned = true
	return failure
}

func fail(failure *hostFailure) *capi.Failure {
	return &capi.Failure{Message: failure.text, Payload: failures.put(failure)}
}

// enterHost takes a Caller from the arena's stack of them, so that a call need not allocate one.
func (a *arena) enterHost(instance *Instance, ctx context.Context) *Caller {
	if a.reentrant {
		// Host functions of several goroutines may run.
		caller := callers.Get().(*Caller)
		*caller = Caller{arena: a, instance: instance, ctx: ctx}
		return caller
	}
	if a.depth == len(a.callers) {
		a.callers = append(a.callers, new(Caller))
	}
	caller := a.callers[a.depth]
	a.depth++
	*caller = Caller{arena: a, instance: instance, ctx: ctx}
	return caller
}

func (a *arena) leaveHost(caller *Caller) {
	*caller = Caller{}
	if a.reentrant {
		callers.Put(caller)
		return
	}
	a.depth--
}

var callers = sync.Pool{New: func() any { return new(Caller) }}
