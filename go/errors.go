package wasmer

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Errors that can be tested for by errors.Is.
var (
	// ErrClosed: the object, or an instance that it belongs to, was closed.
	ErrClosed = errors.New("closed")
	// ErrLink: imports are missing or do not fit, or must not be linked.
	ErrLink = errors.New("link error")
	// ErrInvalidModule: the bytes are no valid WebAssembly.
	ErrInvalidModule = errors.New("invalid module")
	// ErrDeserialize: the bytes are no module serialized by this version, or damaged.
	ErrDeserialize = errors.New("cannot deserialize")
	// ErrUnsupported: the library, the compiler or the machine lacks something.
	ErrUnsupported = errors.New("unsupported")
	// ErrLimit: a limit of the library or of the object would be exceeded.
	ErrLimit = errors.New("limit exceeded")
	// ErrOutOfBounds: an address or index is outside of a memory or table.
	ErrOutOfBounds = errors.New("out of bounds")
	// ErrDepth: calls from host to wasm to host are nested too deeply.
	ErrDepth = errors.New("nested too deeply")
	// ErrType: a value has the wrong type.
	ErrType = errors.New("wrong type")
	// ErrImmutable: the global or table cannot be changed.
	ErrImmutable = errors.New("immutable")
	// ErrOutOfFuel: the instance used up its fuel, or its points (see Config.SetFuel). The error is a
	// *TrapError, and TrapUnreachable as well; its text is "unreachable: out of fuel".
	ErrOutOfFuel = errors.New("out of fuel")
	// ErrOutOfMemory: the system refused memory.
	ErrOutOfMemory = errors.New("out of memory")
	// ErrResource: the system refused a thread or a descriptor.
	ErrResource = errors.New("the system refused a resource")
)

var sentinels = map[capi.Status]error{
	capi.StatusClosed:          ErrClosed,
	capi.StatusLink:            ErrLink,
	capi.StatusInvalidModule:   ErrInvalidModule,
	capi.StatusDeserialize:     ErrDeserialize,
	capi.StatusUnsupported:     ErrUnsupported,
	capi.StatusLimit:           ErrLimit,
	capi.StatusOutOfBounds:     ErrOutOfBounds,
	capi.StatusDepth:           ErrDepth,
	capi.StatusType:            ErrType,
	capi.StatusImmutable:       ErrImmutable,
	capi.StatusHandle:          ErrType,
	capi.StatusInvalidArgument: ErrType,
	capi.StatusOutOfMemory:     ErrOutOfMemory,
	capi.StatusResource:        ErrResource,
	capi.StatusInterrupted:     TrapInterrupted,
}

// Error is any error of this package that is not a trap. What kind it is can be asked by errors.Is.
type Error struct {
	status  capi.Status
	message string
	cause   error
	missing []*ImportType
}

// Error is the message.
func (e *Error) Error() string { return e.message }

// Is tells whether target is the error of this package that stands for e's kind.
func (e *Error) Is(target error) bool {
	found, known := sentinels[e.status]
	return known && found == target
}

// Unwrap gives the error that caused this one, if one did.
func (e *Error) Unwrap() error { return e.cause }

// MissingImports lists the imports, with the types that are wanted, which NewInstance did not find;
// nil for any other error.
func (e *Error) MissingImports() []*ImportType { return slices.Clone(e.missing) }

func newError(status capi.Status, format string, arguments ...any) *Error {
	return &Error{status: status, message: shortened(fmt.Sprintf(format, arguments...), messageBytes)}
}

// statusOf is the kind of an error of this package.
func statusOf(err error) capi.Status {
	if e, ok := err.(*Error); ok {
		return e.status
	}
	return capi.StatusInvalidArgument
}

func closedError(what string) error { return newError(capi.StatusClosed, "%s is closed", what) }

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

// Frame is a wasm function on the stack when a call ended by an error.
type Frame struct{ native capi.Frame }

// FunctionIndex is the index of the function in its module, imported functions first.
func (f *Frame) FunctionIndex() uint32 { return f.native.Index }

// FunctionOffset is the offset in bytes of the instruction from the start of the function.
func (f *Frame) FunctionOffset() uint { return uint(f.native.FunctionOffset) }

// ModuleOffset is the offset in bytes of the instruction from the start of the module. Both offsets are 0 where
// the compiler noted no place, as for a guest that is interrupted at the very start of a function.
func (f *Frame) ModuleOffset() uint { return uint(f.native.ModuleOffset) }

// FunctionName is the name of the function, "" if the module does not tell.
func (f *Frame) FunctionName() string { return f.native.Function }

// ModuleName is the name of the module, "" if it has none.
func (f *Frame) ModuleName() string { return f.native.Module }

// Source is a place in the source of a guest, from the debugging information of its module.
type Source struct {
	// Function is the name of the function as its language writes it, "" if it has none.
	Function string
	// File is the path of the file as the guest's compiler was told, "" if it is not known.
	File string
	// Line is the number of the line, from 1 on, and Column that of the byte in it; 0 if it is not known.
	Line, Column uint32
}

// String gives the place as file:line:column, without what is not known, and "" if nothing is.
func (s Source) String() string {
	switch {
	case s.File == "" || s.Line == 0:
		return s.File
	case s.Column == 0:
		return fmt.Sprintf("%s:%d", s.File, s.Line)
	}
	return fmt.Sprintf("%s:%d:%d", s.File, s.Line, s.Column)
}

// Sources lists where in its source the frame is: in the innermost of the functions that the guest's compiler inlined
// there first, 64 at most, and in the frame's own function last. It is empty if the module has no debugging
// information of that place, or if its engine does not have it read (Config.SetDebugInfo).
func (f *Frame) Sources() []Source {
	sources := make([]Source, len(f.native.Sources))
	for number, source := range f.native.Sources {
		sources[number] = Source(source)
	}
	return sources
}

// wrap makes the Go error for a native one. A Go panic that crossed wasm goes on here.
func wrap(e *capi.Error) error {
	switch e.Status {
	case capi.StatusExit:
		return &ExitError{e.ExitCode}
	case capi.StatusTrap, capi.StatusHost, capi.StatusInterrupted, capi.StatusOutOfFuel:
	default:
		return &Error{status: e.Status, message: e.Message}
	}
	trap := &TrapError{message: e.Message, code: TrapCode(e.Trap), omitted: e.FramesOmitted,
		noFuel: e.Status == capi.StatusOutOfFuel}
	for _, frame := range e.Frames {
		trap.frames = append(trap.frames, &Frame{frame})
	}
	if failure := failures.take(e.Payload); failure != nil {
		if failure.panicked {
			panic(failure.value)
		}
		trap.message, trap.cause = failure.text, failure.err
		if failure.interrupted {
			trap.code = TrapInterrupted
		}
	}
	return trap
}

// A hostFailure is why a host function failed, while the error crosses wasm.
type hostFailure struct {
	err         error
	text        string // of err, as it is: the library makes it UTF-8
	interrupted bool   // err is why the context ended
	panicked    bool
	value       any
}

// failures keeps host failures by the number that crosses in their place.
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
