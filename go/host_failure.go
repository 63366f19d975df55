package wasmer

import (
	"sync"
	"sync/atomic"
)

// A hostFailure is the reason why a host function failed, while the error crosses wasm.
type hostFailure struct {
	err         error
	text        string // of err, as it is: the library makes it UTF-8
	interrupted bool   // err is why the context ended
	panicked    bool
	value       any
}

// failures holds host failures by the number that crosses wasm in their place.
var failures failureTable

type failureTable struct {
	last  atomic.Uint64
	table sync.Map
}

func (t *failureTable) put(failure *hostFailure) uint64 {
	number := t.last.Add(1)
	t.table.Store(number, failure)
	return number
}

func (t *failureTable) take(number uint64) *hostFailure {
	if number == 0 {
		return nil
	}
	if failure, found := t.table.LoadAndDelete(number); found {
		return failure.(*hostFailure)
	}
	return nil
}
