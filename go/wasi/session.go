package wasi

import (
	"sync/atomic"

	wasmer "github.com/bhojpur/wasmer/go"
	"github.com/bhojpur/wasmer/go/internal/capi"
	"github.com/bhojpur/wasmer/go/internal/guest"
)

// A session is a guest that may call methods of the user's: of his readers, writers and trees.
type session struct {
	instance atomic.Pointer[wasmer.Instance]
}

// call runs such methods. A panic becomes one that goes on in the caller of the guest. runtime.Goexit cannot
// be held up: the frames of the guest are dropped, and its arena is given up.
func (s *session) call(a *capi.Answer, work func()) {
	returned := false
	defer func() {
		if returned {
			return
		}
		if value := recover(); value != nil {
			*a = capi.Answer{Failure: guest.Panicked(value)}
			return
		}
		if instance := s.instance.Load(); instance != nil {
			guest.Abandon(instance)
		}
	}()
	work()
	returned = true
}
