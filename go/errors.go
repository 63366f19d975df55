package wasmer

import (
	"errors"
	"fmt"
	"slices"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Errors that can be tested for by errors.Is.
var (
	// ErrClosed means that the object, or an instance that it belongs to, is closed.
	ErrClosed = errors.New("closed")
	// ErrLink means that imports are missing, have the wrong type, or cannot be linked.
	ErrLink = errors.New("link error")
	// ErrInvalidModule means that the bytes are not valid WebAssembly.
	ErrInvalidModule = errors.New("invalid module")
	// ErrDeserialize means that the bytes are damaged, or were not serialized by this version.
	ErrDeserialize = errors.New("cannot deserialize")
	// ErrUnsupported means that the library, the compiler or the machine lacks a capability.
	ErrUnsupported = errors.New("unsupported")
	// ErrLimit means that a limit of the library or of the object would be exceeded.
	ErrLimit = errors.New("limit exceeded")
	// ErrOutOfBounds means that an address or index is outside a memory or table.
	ErrOutOfBounds = errors.New("out of bounds")
	// ErrDepth means that calls from host to wasm to host are nested too deeply.
	ErrDepth = errors.New("nested too deeply")
	// ErrType means that a value has the wrong type.
	ErrType = errors.New("wrong type")
	// ErrImmutable means that the global or table cannot be changed.
	ErrImmutable = errors.New("immutable")
	// ErrOutOfFuel means that the instance used up its fuel, or its points; see Config.SetFuel. The
	// error is a *TrapError and also matches TrapUnreachable. Its text is "unreachable: out of
	// fuel".
	ErrOutOfFuel = errors.New("out of fuel")
	// ErrOutOfMemory means that the system refused memory.
	ErrOutOfMemory = errors.New("out of memory")
	// ErrResource means that the system refused a thread or a descriptor.
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

// Error is any error of this package that is not a trap. Test for its kind with errors.Is.
type Error struct {
	status  capi.Status
	message string
	cause   error
	missing []*ImportType
}

// Error returns the message.
func (e *Error) Error() string { return e.message }

// Is reports whether target is the error of this package that stands for e's kind.
func (e *Error) Is(target error) bool {
	found, known := sentinels[e.status]
	return known && found == target
}

// Unwrap returns the cause of the error, or nil.
func (e *Error) Unwrap() error { return e.cause }

// MissingImports returns the imports that NewInstance did not find, with the types that the module
// wants. It returns nil for any other error.
func (e *Error) MissingImports() []*ImportType { return slices.Clone(e.missing) }

func newError(status capi.Status, format string, arguments ...any) *Error {
	return &Error{status: status, message: shortened(fmt.Sprintf(format, arguments...), messageBytes)}
}

// statusOf returns the kind of an error of this package.
func statusOf(err error) capi.Status {
	if e, ok := err.(*Error); ok {
		return e.status
	}
	return capi.StatusInvalidArgument
}

func closedError(what string) error { return newError(capi.StatusClosed, "%s is closed", what) }

// wrap returns the Go error for a native one. A Go panic that crossed wasm continues here.
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
