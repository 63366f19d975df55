package wasmer

import (
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// A slice from Memory.Data keeps nothing alive, and programs forget that: they read it after their
// last use of the memory, when the collector may have freed the arena, or after Close. Such a read
// would end the process, in a way that no recover catches. So an arena whose Data was taken is freed
// some time later than it could be: after two more collections and ten seconds.
var quarantine delayed

func init() { quarantine.wait.Store(int64(10 * time.Second)) }

const (
	quarantineCollections = 2
	// Beyond that many the oldest goes at once, so that memory is not used up.
	quarantineMost = 1000
)

type delayed struct {
	wait    atomic.Int64 // a time.Duration; tests are less patient
	mu      sync.Mutex
	waiting []delayedFree
}

type delayedFree struct {
	free  func()
	since time.Time
	seen  int64 // collections at that time
}

func collections() int64 {
	var stats debug.GCStats
	debug.ReadGCStats(&stats)
	return stats.NumGC
}

// add frees later. A goroutine lives while something waits.
func (d *delayed) add(free func()) {
	entry := delayedFree{free, time.Now(), collections()}
	d.mu.Lock()
	d.waiting = append(d.waiting, entry)
	var oldest func()
	if len(d.waiting) > quarantineMost {
		oldest = d.takeFirst().free
	}
	if len(d.waiting) == 1 {
		go d.run()
	}
	d.mu.Unlock()
	if oldest != nil {
		oldest()
	}
}

// takeFirst takes the oldest out, so that nothing refers to it. Under the lock.
func (d *delayed) takeFirst() delayedFree {
	first := d.waiting[0]
	d.waiting[0] = delayedFree{}
	d.waiting = d.waiting[1:]
	return first
}

func (d *delayed) run() {
	for {
		wait := time.Duration(d.wait.Load())
		time.Sleep(wait/2 + time.Millisecond)
		now := collections()
		for {
			d.mu.Lock()
			if len(d.waiting) == 0 {
				d.mu.Unlock()
				return
			}
			first := d.waiting[0]
			ripe := time.Since(first.since) >= wait
			if !ripe || now-first.seen < quarantineCollections {
				d.mu.Unlock()
				if ripe {
					// A program that allocates nothing never collects.
					runtime.GC()
				}
				break
			}
			d.takeFirst()
			// Who adds to an empty list starts another goroutine.
			last := len(d.waiting) == 0
			d.mu.Unlock()
			first.free()
			if last {
				return
			}
		}
	}
}
