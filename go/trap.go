package wasmer

import "slices"

// Trap is a trap made by hand, which wasmer-go had and used for nothing. A host function ends a call
// by returning any error; what a call then returns is a *TrapError.
type Trap struct{ message string }

// NewTrap makes a trap.
func NewTrap(store *Store, message string) *Trap { return &Trap{message} }

// Message is the message that the trap was made with.
func (t *Trap) Message() string { return t.message }

// Origin is nil: no wasm was running.
func (t *Trap) Origin() *Frame { return nil }

// Trace is empty: no wasm was running.
func (t *Trap) Trace() *Trace { return &Trace{} }

// Trace is a list of frames. TrapError.Trace gives a slice instead.
type Trace struct{ frames []*Frame }

// Frames lists the frames, innermost first.
func (t *Trace) Frames() []*Frame { return slices.Clone(t.frames) }

// Instance does nothing; in wasmer-go it panicked. ModuleName and FunctionName tell where it was.
//
// Deprecated: it gives nothing.
func (f *Frame) Instance() {}
