package wasmer

import (
	"fmt"
	"slices"
)

// TrapCode is the reason of a trap. It is an error, for errors.Is(err, wasmer.TrapUnreachable).
type TrapCode int32

// The reasons for which wasm traps.
const (
	TrapStackOverflow          TrapCode = 0
	TrapMemoryOutOfBounds      TrapCode = 1
	TrapHeapMisaligned         TrapCode = 2
	TrapTableOutOfBounds       TrapCode = 3
	TrapIndirectCallToNull     TrapCode = 4
	TrapBadSignature           TrapCode = 5
	TrapIntegerOverflow        TrapCode = 6
	TrapIntegerDivisionByZero  TrapCode = 7
	TrapBadConversionToInteger TrapCode = 8
	TrapUnreachable            TrapCode = 9
	TrapUnalignedAtomic        TrapCode = 10
	TrapUncaughtException      TrapCode = 11
	TrapUninitializedExnRef    TrapCode = 12
	TrapInterrupted            TrapCode = 14
	// TrapExpectedSharedMemory: an atomic wait on a memory that is not shared.
	TrapExpectedSharedMemory TrapCode = 100
	// TrapNone: wasm did not trap by itself, a host function failed.
	TrapNone TrapCode = -1
)

var trapNames = map[TrapCode]string{
	TrapStackOverflow:          "call stack exhausted",
	TrapMemoryOutOfBounds:      "out of bounds memory access",
	TrapHeapMisaligned:         "misaligned heap",
	TrapTableOutOfBounds:       "undefined element: out of bounds table access",
	TrapIndirectCallToNull:     "uninitialized element",
	TrapBadSignature:           "indirect call type mismatch",
	TrapIntegerOverflow:        "integer overflow",
	TrapIntegerDivisionByZero:  "integer divide by zero",
	TrapBadConversionToInteger: "invalid conversion to integer",
	TrapUnreachable:            "unreachable",
	TrapUnalignedAtomic:        "unaligned atomic access",
	TrapUncaughtException:      "uncaught exception",
	TrapUninitializedExnRef:    "uninitialized exnref",
	TrapInterrupted:            "interrupted by host",
	TrapExpectedSharedMemory:   "expected shared memory",
	TrapNone:                   "no trap",
}

// Error is the text of the reason.
func (c TrapCode) Error() string {
	if name, known := trapNames[c]; known {
		return name
	}
	return fmt.Sprintf("trap %d", int32(c))
}

// TrapError is the error of a call that wasm or a host function ended.
type TrapError struct {
	message string
	code    TrapCode
	frames  []*Frame
	omitted int
	cause   error
	noFuel  bool
}

// Error is the message: that of the trap, or exactly that of the error of the host function. Where a
// context ended the call it tells why.
func (e *TrapError) Error() string { return e.message }

// Code is the reason, TrapNone if a host function failed, TrapInterrupted if the context ended.
func (e *TrapError) Code() TrapCode { return e.code }

// Unwrap gives the error of the host function that failed, or of the context that ended, if there is
// one.
func (e *TrapError) Unwrap() error { return e.cause }

// Is tells whether target is the trap's code, or ErrOutOfFuel if it came for that.
func (e *TrapError) Is(target error) bool {
	if target == ErrOutOfFuel {
		return e.noFuel
	}
	code, isCode := target.(TrapCode)
	return isCode && code == e.code
}

// Origin is the innermost wasm frame, nil if there is none.
func (e *TrapError) Origin() *Frame {
	if len(e.frames) == 0 {
		return nil
	}
	return e.frames[0]
}

// Trace lists the wasm frames, innermost first: 128 at most, the innermost and the outermost. Of a
// guest that was interrupted there are none if its call had not begun.
func (e *TrapError) Trace() []*Frame { return slices.Clone(e.frames) }

// Omitted is the number of frames that Trace leaves out of the middle.
func (e *TrapError) Omitted() int { return e.omitted }
