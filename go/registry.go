package wasmer

import (
	"runtime"
	"sync"
	"sync/atomic"
	"weak"
)

// arenas finds an arena by the number that its host functions carry. It must not keep arenas alive:
// a host function that holds its own instance is a cycle, which the collector can free.
var arenas registry

const chunkSize = 1024

type registry struct {
	mu     sync.Mutex
	free   []uint32
	next   uint32
	chunks atomic.Pointer[[]*[chunkSize]atomic.Pointer[weak.Pointer[arena]]]
}

func (r *registry) add(a *arena) uint32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	var slot uint32
	if last := len(r.free) - 1; last >= 0 {
		slot, r.free = r.free[last], r.free[:last]
	} else {
		slot = r.next
		r.next++
	}
	var chunks []*[chunkSize]atomic.Pointer[weak.Pointer[arena]]
	if known := r.chunks.Load(); known != nil {
		chunks = *known
	}
	if int(slot/chunkSize) == len(chunks) {
		// A copy, for those who read the old list.
		grown := append(chunks[:len(chunks):len(chunks)], new([chunkSize]atomic.Pointer[weak.Pointer[arena]]))
		r.chunks.Store(&grown)
		chunks = grown
	}
	pointer := weak.Make(a)
	chunks[slot/chunkSize][slot%chunkSize].Store(&pointer)
	return slot
}

func (r *registry) remove(slot uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	(*r.chunks.Load())[slot/chunkSize][slot%chunkSize].Store(nil)
	r.free = append(r.free, slot)
}

func (r *registry) get(slot uint32) *arena {
	pointer := (*r.chunks.Load())[slot/chunkSize][slot%chunkSize].Load()
	if pointer == nil {
		return nil
	}
	return pointer.Value()
}

// pressure starts a collection where many arenas were made and not closed: the collector does not
// see native memory, and 16,000 memories fill the address space.
var pressure collector

const arenasPerCollection = 1000

type collector struct {
	live atomic.Int64
	mark atomic.Int64 // live at the end of the last collection that was started here
}

func (c *collector) made()  { c.live.Add(1) }
func (c *collector) freed() { c.live.Add(-1) }

func (c *collector) relieve() {
	mark := c.mark.Load()
	live := c.live.Load()
	if live < mark {
		c.mark.CompareAndSwap(mark, live)
		return
	}
	if live-mark < arenasPerCollection || !c.mark.CompareAndSwap(mark, live) {
		return
	}
	runtime.GC()
}
