package wasi

import (
	"sync/atomic"

	wasmer "github.com/bhojpur/wasmer/go"
	"github.com/bhojpur/wasmer/go/internal/access"
	"github.com/bhojpur/wasmer/go/internal/capi"
)

// internals are the functions of package wasmer that are not exported.
var internals = access.Get[*wasmer.ImportObject, *wasmer.Instance]()

// A session is a guest that may call methods of the user's readers, writers and trees.
type session struct {
	instance atomic.Pointer[wasmer.Instance]
}

// Panicked makes a panic of such a method continue in the caller of the guest.
func (s *session) Panicked(value any) capi.Answer {
	return capi.Answer{Failure: internals.Panicked(value)}
}

// Exited drops the frames of the guest and abandons its arena.
func (s *session) Exited() {
	if instance := s.instance.Load(); instance != nil {
		internals.Abandon(instance)
	}
}
