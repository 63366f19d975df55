package wasmer

import (
	"runtime"
	"weak"

	"sync/atomic"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// What lives in an arena is held by the Go objects for it, and freed when neither a Go object nor
// anything that a Go object has reaches it: see libwasmer_release. Objects are released where no
// other goroutine is inside, at the end of the next operation at the latest, a number of them at once.

// A held is the hold of a Go object on an object in an arena. It is released when the Go object is
// collected, or before.
type held struct {
	arena  weak.Pointer[arena]
	handle capi.Handle
	given  atomic.Bool
}

// newHeld makes the owner hold an object.
func newHeld[T any](owner *T, a *arena, handle capi.Handle) *held {
	h := &held{arena: a.self, handle: handle}
	runtime.AddCleanup(owner, (*held).collected, h)
	return h
}

// collected releases the object after a collection.
func (h *held) collected() {
	if a := h.drop(); a != nil {
		a.tidy()
	}
}

// drop releases the object. It may be called more than once.
func (h *held) drop() *arena {
	if h == nil || h.given.Swap(true) {
		return nil
	}
	a := h.arena.Value()
	if a == nil {
		// Freed as a whole.
		return nil
	}
	if a.lent.Load() {
		// A slice of a memory may be in use still.
		quarantine.add(func() {
			if a := h.arena.Value(); a != nil {
				a.drop(h.handle)
				a.tidy()
			}
		})
		return nil
	}
	a.drop(h.handle)
	return a
}

// A taken lists what an operation takes into an arena and drops at its end.
type taken struct {
	handles []capi.Handle
	kept    []any
}

func (t *taken) drop(a *arena) {
	if t.handles != nil {
		a.drop(t.handles...)
	}
	runtime.KeepAlive(t.kept)
}

// Objects that wait to be released before one looks after them; for fewer, the next collection does.
const dropBatch = 32

// What is to be done about them, at the end of an operation or of a call.
const (
	tidyAfterAny = iota + 1
	tidyAfterCall
)

// A reminder is collected at the next collection.
type reminder struct{ _ *reminder }

// drop schedules the release of objects.
func (a *arena) drop(handles ...capi.Handle) {
	a.mu.Lock()
	first := len(a.dropped) == 0
	a.dropped = append(a.dropped, handles...)
	many := len(a.dropped) >= dropBatch
	a.mu.Unlock()
	switch {
	case many:
		a.untidy.Store(tidyAfterAny)
	case first:
		a.remind()
	}
}

// remind makes the next collection tidy the arena.
func (a *arena) remind() {
	if a.reminded.Swap(true) {
		return
	}
	runtime.AddCleanup(new(reminder), func(self weak.Pointer[arena]) {
		a := self.Value()
		if a == nil {
			return
		}
		a.reminded.Store(false)
		// A guest may have overwritten references, which releases nothing: once for each collection it is
		// looked whether it has those that Go values stand behind.
		a.mu.Lock()
		referenced := len(a.externs) > len(a.freeExterns)
		a.mu.Unlock()
		if referenced && !a.closed.Load() && a.watch.count.Load() == 0 {
			_, _ = a.native.Collect()
			a.remind()
		}
		a.tidy()
	}, a.self)
}

// tidy releases the dropped objects, unless another goroutine is inside, and forgets those that
// were freed.
func (a *arena) tidy() {
	a.untidy.Store(0)
	if a.closed.Load() {
		a.forgetAll()
		return
	}
	if a.watch.count.Load() != 0 {
		// Somebody looks at a memory.
		a.untidy.Store(tidyAfterAny)
		return
	}
	a.mu.Lock()
	dropped := a.dropped
	a.dropped = nil
	a.mu.Unlock()
	waiting, e := a.native.Release(dropped)
	if e != nil && e.Status == capi.StatusBusy {
		a.mu.Lock()
		a.dropped = append(a.dropped, dropped...)
		a.mu.Unlock()
		a.untidy.Store(tidyAfterAny)
		return
	}
	if waiting {
		a.untidy.Store(tidyAfterCall)
	}
	// All of it, also of objects that nothing in Go stands behind: else the list of them grows.
	var list [64]capi.Freed
	for more := true; more; {
		freed, e := a.native.Freed(list[:])
		if e != nil {
			break
		}
		a.forget(freed)
		more = len(freed) == len(list)
	}
	a.released()
	runtime.KeepAlive(a)
}

// forget drops what Go holds for objects that were freed.
func (a *arena) forget(freed []capi.Freed) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, one := range freed {
		switch one.Noun {
		case capi.NounExternref:
			if one.Word >= uint64(len(a.externs)) {
				continue // closed meanwhile
			}
			a.externs[one.Word] = nil
			a.freeExterns = append(a.freeExterns, uint32(one.Word))
		case capi.NounFunc:
			delete(a.functions, one.Handle)
			// The word of a function of WASI is 0, and the arena with number 0 has a first host function:
			// only those made by bindHost carry the arena's number plus one.
			if uint32(one.Word>>32) == a.slot+1 {
				hosts := *a.hosts.Load()
				hosts[uint32(one.Word)] = hostBinding{}
				a.freeHosts = append(a.freeHosts, uint32(one.Word))
			}
		}
	}
}

// forgetAll drops everything that Go holds for a closed arena, once no call is running in it.
func (a *arena) forgetAll() {
	done, e := a.native.Collect()
	if e != nil || !done {
		a.untidy.Store(tidyAfterCall)
		return
	}
	a.mu.Lock()
	a.externs, a.freeExterns, a.functions, a.dropped = nil, nil, nil, nil
	a.hosts.Store(new([]hostBinding))
	a.mu.Unlock()
	runtime.KeepAlive(a)
}
