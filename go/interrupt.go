package wasmer

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// An interrupt ends the calls that are made under it. A call whose context can end takes an
// interrupt from the pool, lets the context fire it, and puts it back. Until then it has two
// owners: the call, and the function that the context may run at any moment until the call reports
// its end. The last owner resets the interrupt and puts it back, so that nobody fires it for
// another call.
type interrupt struct {
	native capi.Interrupt
	// For context.AfterFunc; made once, so that a call need not.
	contextEnded func()
	owners       atomic.Int32
	fired        atomic.Bool
}

// interrupts is the pool. The collector frees the native part of an interrupt that it takes out of
// the pool.
var interrupts interruptPool

type interruptPool struct {
	pool sync.Pool
	// The system has no way to end compiled code: contexts are looked at between calls only.
	unsupported atomic.Bool
}

// take returns an interrupt, or nil where the system has none.
func (p *interruptPool) take() (*interrupt, error) {
	if p.unsupported.Load() {
		return nil, nil
	}
	if i, _ := p.pool.Get().(*interrupt); i != nil {
		return i, nil
	}
	native, e := capi.NewInterrupt()
	if e != nil {
		if e.Status == capi.StatusUnsupported {
			p.unsupported.Store(true)
			return nil, nil
		}
		return nil, wrap(e)
	}
	i := &interrupt{native: native}
	i.contextEnded = func() {
		i.fire()
		i.release(1)
	}
	runtime.AddCleanup(i, capi.Interrupt.Delete, native)
	return i, nil
}

// fire ends the calls under the interrupt, and the calls nested in them. It does not wait for their
// end. Only an owner may call it.
func (i *interrupt) fire() {
	i.fired.Store(true)
	i.native.Fire()
	runtime.KeepAlive(i)
}

// watch fires the interrupt when ctx ends; pass its result to unwatch.
func (i *interrupt) watch(ctx context.Context) (stop func() bool) {
	i.owners.Store(2)
	return context.AfterFunc(ctx, i.contextEnded)
}

// unwatch ends the watch, and the call's use of the interrupt.
func (i *interrupt) unwatch(stop func() bool) {
	if stop() {
		i.release(2)
	} else {
		i.release(1)
	}
}

func (i *interrupt) release(owners int32) {
	if i.owners.Add(-owners) > 0 {
		return
	}
	if i.fired.Swap(false) {
		i.native.Reset()
	}
	interrupts.pool.Put(i)
}

// A running is a call or instantiation in progress, with its context. The zero value is one with
// the background context, which needs no record.
type running struct {
	ctx       context.Context
	data      uint64 // by which host functions find it; 0 for none
	instance  *Instance
	interrupt *interrupt
	stop      func() bool // of context.AfterFunc
}

// begin records a call with a context, so that host functions find the context, and so that the end
// of the context, or Close, ends the call. The instance is the one whose function is called, if the
// function is an export.
func (a *arena) begin(ctx context.Context, instance *Instance) (r running, err error) {
	if err := check(ctx); err != nil {
		return r, err
	}
	r.ctx, r.instance = ctx, instance
	if ctx.Done() != nil {
		if r.interrupt, err = interrupts.take(); err != nil {
			return r, err
		}
	}
	if r.interrupt != nil {
		r.stop = r.interrupt.watch(ctx)
	}
	r.data = a.pushCall(r)
	// Who closes after this finds the call.
	if r.interrupt != nil && r.isClosed(a) {
		a.end(r)
		return r, closedError("instance")
	}
	return r, nil
}

func (a *arena) end(r running) {
	if r.data == 0 {
		return
	}
	a.popCall(r.data)
	if r.interrupt != nil {
		r.interrupt.unwatch(r.stop)
	}
}

// check returns an error if nothing may begin under a context.
func check(ctx context.Context) error {
	if ctx == nil {
		return newError(capi.StatusNullArgument, "context is nil")
	}
	if ctx.Err() != nil {
		return interrupted(ctx)
	}
	return nil
}

func (r *running) isClosed(a *arena) bool {
	return a.closed.Load() || r.instance != nil && r.instance.closed.Load()
}

// interruptRunning ends the calls of an instance's functions, or of the whole arena if instance is
// nil. The caller marks the instance or arena closed first.
func (a *arena) interruptRunning(instance *Instance) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, r := range a.calls {
		// Under the lock, so that the call cannot give its interrupt away.
		if r.interrupt != nil && (instance == nil || instance == r.instance) {
			r.interrupt.fire()
		}
	}
}

// explained adds the reason to the error of a call that was interrupted. If there is no reason, the
// interrupt was for a call around it.
func (a *arena) explained(r *running, err error) error {
	trap, isTrap := err.(*TrapError)
	if !isTrap || r.data == 0 {
		return err
	}
	switch {
	case trap.code == TrapInterrupted && trap.cause == nil:
		if reason := a.reason(r); reason != nil {
			trap.message, trap.cause = interruptedBy(reason), reason
		}
	case trap.code == TrapNone && errors.Is(trap.cause, TrapInterrupted):
		// A call that a host function made was ended with this one, and cannot know why.
		if reason := a.reason(r); reason != nil && !errors.Is(trap.cause, reason) {
			trap.cause = &joinedError{reason, trap.cause}
		}
	}
	return err
}

func (a *arena) reason(r *running) error {
	if reason := reasonOf(r.ctx); reason != nil {
		return reason
	}
	if r.isClosed(a) {
		return closedError("instance")
	}
	return nil
}

// reasonOf returns why a context ended: its error, and its cause if that differs.
func reasonOf(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); !errors.Is(err, cause) {
		return &joinedError{err, cause}
	}
	return err
}

// interrupted returns the error of a call that its context ended while no guest was running.
func interrupted(ctx context.Context) *TrapError {
	reason := reasonOf(ctx)
	return &TrapError{message: interruptedBy(reason), code: TrapInterrupted, cause: reason}
}

func interruptedBy(reason error) string { return TrapInterrupted.Error() + ": " + reason.Error() }

// A joinedError reads as err and matches both errors.
type joinedError struct{ also, err error }

func (j *joinedError) Error() string   { return j.err.Error() }
func (j *joinedError) Unwrap() []error { return []error{j.also, j.err} }
