package wasmer

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"weak"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// An arena holds linked instances and everything that they use. It lives as long as a Go object
// that belongs to it, or until it is closed. The library admits one thread at a time; a goroutine
// that finds the arena in use waits.
type arena struct {
	native capi.Arena
	engine *Engine
	slot   uint32
	// Other goroutines may come in while host functions run: see Config.SetReentrant.
	reentrant bool

	// lent: a slice of a memory was given away. Shared with the cleanup, which has no arena.
	lent   *atomic.Bool
	closed atomic.Bool
	// exitsAsTraps: see wasiGuest.
	exitsAsTraps atomic.Bool
	watch        watch

	waiters atomic.Int32
	wake    chan struct{}

	mu        sync.Mutex
	holds     int       // instances that are not closed, and whoever makes something in it
	pinned    bool      // holds host-made objects, which have no Close
	calls     []running // with a context
	freeCalls []uint64
	functions map[capi.Handle]weak.Pointer[Function]
	externs   []any
	dropped   []capi.Handle // to be released
	// Places of externs and hosts that are free.
	freeExterns, freeHosts []uint32

	// Read without the lock, so it is replaced, and appended to under the lock.
	hosts atomic.Pointer[[]hostBinding]

	self     weak.Pointer[arena]
	untidy   atomic.Int32 // see tidy; 0 for nothing to do
	reminded atomic.Bool

	// Used by the goroutine that is inside only.
	callers []*Caller
	depth   int
}

// A hostBinding is a host function in an arena, either for one instance that imports it or for
// none.
type hostBinding struct {
	host     *hostFunction
	instance *Instance
}

func newArena(engine *Engine) (*arena, error) {
	pressure.relieve()
	native, e := engine.newArena()
	if e != nil && e.Status == capi.StatusOutOfMemory {
		runtime.GC()
		native, e = engine.newArena()
	}
	if e != nil {
		return nil, wrap(e)
	}
	a := &arena{native: native, engine: engine, reentrant: engine.config.reentrant, wake: make(chan struct{}, 1), lent: new(atomic.Bool)}
	if a.reentrant {
		// Cannot fail.
		_ = native.SetLending(true)
	}
	a.self = weak.Make(a)
	a.slot = arenas.add(a)
	pressure.made()
	slot, lent := a.slot, a.lent
	// Runs when nothing in Go can reach the arena, so nobody is inside, and any thread may free it.
	runtime.AddCleanup(a, func(native capi.Arena) {
		arenas.remove(slot)
		free := func() {
			native.Delete()
			pressure.freed()
		}
		if lent.Load() {
			quarantine.add(free)
		} else {
			free()
		}
	}, native)
	return a, nil
}

// do runs a native operation. If another goroutine is inside, it waits for a turn or for the end of
// ctx.
func (a *arena) do(ctx context.Context, operation func() *capi.Error) error {
	if a.closed.Load() {
		return closedError("arena")
	}
	e := operation()
	if e != nil && e.Status == capi.StatusBusy {
		var err error
		if e, err = a.queue(ctx, operation); err != nil {
			return err
		}
	}
	return a.finish(e)
}

// try runs a native operation unless another goroutine is inside.
func (a *arena) try(operation func() *capi.Error) (busy bool, err error) {
	if a.closed.Load() {
		return false, closedError("arena")
	}
	e := operation()
	if e != nil && e.Status == capi.StatusBusy {
		return true, nil
	}
	return false, a.finish(e)
}

// finish ends every native operation: it gives a waiting goroutine its turn and turns the outcome into an error.
func (a *arena) finish(e *capi.Error) error {
	if a.untidy.Load() == tidyAfterAny {
		a.tidy()
	}
	a.released()
	runtime.KeepAlive(a)
	if e != nil {
		return wrap(e)
	}
	return nil
}

// called is finish for a call.
func (a *arena) called(e *capi.Error) error {
	if a.untidy.Load() != 0 {
		a.tidy()
	}
	a.released()
	runtime.KeepAlive(a)
	if e == nil {
		return nil
	}
	err := wrap(e)
	if exit, exited := err.(*ExitError); exited && a.exitsAsTraps.Load() {
		return exit.trap()
	}
	return err
}

// queue waits until the arena is free. A goroutine that leaves the arena wakes one that waits.
func (a *arena) queue(ctx context.Context, operation func() *capi.Error) (*capi.Error, error) {
	a.waiters.Add(1)
	defer a.waiters.Add(-1)
	for {
		if e := operation(); e == nil || e.Status != capi.StatusBusy {
			return e, nil
		}
		select {
		case <-a.wake:
		case <-ctx.Done():
			// The token that may have come meanwhile belongs to the next.
			a.signal()
			return nil, interrupted(ctx)
		}
	}
}

func (a *arena) released() {
	if a.waiters.Load() > 0 {
		a.signal()
	}
}

func (a *arena) signal() {
	select {
	case a.wake <- struct{}{}:
	default:
	}
}

// call calls a function in place over words. The instance is the one that exports the function, if
// any.
func (a *arena) call(ctx context.Context, instance *Instance, function capi.Handle, words []uint64) error {
	if a.closed.Load() {
		return closedError("arena")
	}
	if ctx != background {
		return a.callWith(ctx, instance, function, words)
	}
	e := a.native.Call(function, words, 0)
	if e != nil && e.Status == capi.StatusBusy {
		var err error
		e, err = a.queue(ctx, func() *capi.Error { return a.native.Call(function, words, 0) })
		if err != nil {
			return err
		}
	}
	return a.called(e)
}

// callWith is call with a context, which host functions receive and whose end ends the call.
func (a *arena) callWith(ctx context.Context, instance *Instance, function capi.Handle, words []uint64) error {
	r, err := a.begin(ctx, instance)
	if err != nil {
		return err
	}
	defer a.end(r)
	e := a.callOnce(r, function, words)
	if e != nil && e.Status == capi.StatusBusy {
		e, err = a.queue(ctx, func() *capi.Error { return a.callOnce(r, function, words) })
		if err != nil {
			return err
		}
	}
	return a.explained(&r, a.called(e))
}

func (a *arena) callOnce(r running, function capi.Handle, words []uint64) *capi.Error {
	if r.interrupt == nil {
		return a.native.Call(function, words, r.data)
	}
	return a.native.CallUnder(function, words, r.data, r.interrupt.native)
}

var background = context.Background()

// pushCall gives a call a number. The number is never 0, which stands for the background context.
func (a *arena) pushCall(r running) uint64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	if last := len(a.freeCalls) - 1; last >= 0 {
		number := a.freeCalls[last]
		a.freeCalls = a.freeCalls[:last]
		a.calls[number-1] = r
		return number
	}
	a.calls = append(a.calls, r)
	return uint64(len(a.calls))
}

func (a *arena) popCall(number uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls[number-1] = running{}
	a.freeCalls = append(a.freeCalls, number)
}

func (a *arena) callContext(number uint64) context.Context {
	if number == 0 {
		return background
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.calls[number-1].ctx
}

// bindHost makes a host function in the arena, for an instance that imports it or for none.
func (a *arena) bindHost(ctx context.Context, host *hostFunction, instance *Instance) (capi.Handle, error) {
	if host.err != nil {
		return 0, host.err
	}
	a.mu.Lock()
	var hosts []hostBinding
	if known := a.hosts.Load(); known != nil {
		hosts = *known
	}
	var place uint32
	if last := len(a.freeHosts) - 1; last >= 0 {
		place, a.freeHosts = a.freeHosts[last], a.freeHosts[:last]
		hosts[place] = hostBinding{host, instance}
	} else {
		place = uint32(len(hosts))
		// Who reads the old list sees no more of it than before.
		hosts = append(hosts, hostBinding{host, instance})
	}
	a.hosts.Store(&hosts)
	env := uint64(a.slot+1)<<32 | uint64(place)
	a.mu.Unlock()
	var handle capi.Handle
	err := a.do(ctx, func() (e *capi.Error) {
		handle, e = a.native.NewFunc(host.ty.params.bytes(), host.ty.results.bytes(), env)
		return e
	})
	return handle, err
}

// hold keeps the arena open for an instance, or for a caller that makes something in it. It reports
// whether the arena was open.
func (a *arena) hold() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed.Load() {
		return false
	}
	a.holds++
	return true
}

// letGo ends a hold. The last one frees the arena, unless the host made objects in it that may
// still be in use; then the collector frees it.
func (a *arena) letGo() {
	a.mu.Lock()
	a.holds--
	last := a.holds == 0 && !a.pinned && !a.closed.Swap(true)
	a.mu.Unlock()
	if last {
		a.free()
	}
}

func (a *arena) close() {
	if !a.closed.Swap(true) {
		a.free()
	}
}

func (a *arena) free() {
	a.interruptRunning(nil)
	if a.watch.close() {
		a.freeUnwatched()
	}
}

func (a *arena) freeUnwatched() {
	if a.lent.Load() {
		quarantine.add(a.closeNative)
	} else {
		a.closeNative()
	}
}

// lost marks an arena that is never freed.
func (a *arena) lost() {
	a.closed.Store(true)
	a.watch.close()
}

func (a *arena) closeNative() {
	a.native.Close()
	// Nothing is left to be read.
	a.lent.Store(false)
	a.forgetAll()
	a.released()
	runtime.KeepAlive(a)
}

func (a *arena) pin() {
	a.mu.Lock()
	a.pinned = true
	a.mu.Unlock()
}

// twoArenas returns the error for objects that can no longer be linked.
func twoArenas(what string) error {
	return &Error{
		status: capi.StatusLink,
		message: fmt.Sprintf("%s belongs to other instances than the other imports; "+
			"instances made separately cannot be linked: make them in one store of NewLinkedStore", what),
	}
}
