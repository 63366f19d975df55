package wasmer

import (
	"fmt"
	"slices"
)

// TrapCode is the reason of a trap. It is an error, so that errors.Is(err, wasmer.TrapUnreachable)
// works.
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
	// TrapExpectedSharedMemory means that an atomic wait was on a memory that is not shared.
	TrapExpectedSharedMemory TrapCode = 100
	// TrapNone means that a host function failed and wasm did not trap.
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

// Error returns the text of the reason.
func (c TrapCode) Error() string {
	if name, known := trapNames[c]; known {
		return name
	}
	return fmt.Sprintf("trap %d", int32(c))
}

// TrapError is the error of a call that a trap, a host function or the end of a context ended.
type TrapError struct {
	message string
	code    TrapCode
	frames  []*Frame
	omitted int
	cause   error
	noFuel  bool
}

// Error returns the message of the trap, or the exact message of the host function's error. If a
// context ended the call, the message contains the context's error.
func (e *TrapError) Error() string { return e.message }

// Code returns the reason. It is TrapNone if a host function failed, and TrapInterrupted if the
// context ended.
func (e *TrapError) Code() TrapCode { return e.code }

// Unwrap returns the error of the host function that failed or of the context that ended, or nil.
func (e *TrapError) Unwrap() error { return e.cause }

// Is reports whether target is the code of the trap, or ErrOutOfFuel if the fuel ran out.
func (e *TrapError) Is(target error) bool {
	if target == ErrOutOfFuel {
		return e.noFuel
	}
	code, isCode := target.(TrapCode)
	return isCode && code == e.code
}

// Origin returns the innermost wasm frame, or nil if there is none.
func (e *TrapError) Origin() *Frame {
	if len(e.frames) == 0 {
		return nil
	}
	return e.frames[0]
}

// Trace returns the wasm frames, innermost first. If there are more than 128, it contains the
// innermost and the outermost. It is empty if the guest was interrupted before its call began.
func (e *TrapError) Trace() []*Frame { return slices.Clone(e.frames) }

// Omitted returns the number of frames that Trace leaves out of the middle.
func (e *TrapError) Omitted() int { return e.omitted }
