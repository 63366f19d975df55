//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// #include "shim.h"
import "C"

// Status tells what kind of error it is.
type Status uint32

// The statuses of libwasmer.h.
const (
	StatusNullArgument    Status = C.LIBWASMER_STATUS_NULL_ARGUMENT
	StatusInvalidArgument Status = C.LIBWASMER_STATUS_INVALID_ARGUMENT
	StatusInvalidUTF8     Status = C.LIBWASMER_STATUS_INVALID_UTF8
	StatusPanic           Status = C.LIBWASMER_STATUS_PANIC
	StatusInvalidModule   Status = C.LIBWASMER_STATUS_INVALID_MODULE
	StatusUnsupported     Status = C.LIBWASMER_STATUS_UNSUPPORTED
	StatusDeserialize     Status = C.LIBWASMER_STATUS_DESERIALIZE
	StatusSerialize       Status = C.LIBWASMER_STATUS_SERIALIZE
	StatusLink            Status = C.LIBWASMER_STATUS_LINK
	StatusTrap            Status = C.LIBWASMER_STATUS_TRAP
	StatusHost            Status = C.LIBWASMER_STATUS_HOST
	StatusInterrupted     Status = C.LIBWASMER_STATUS_INTERRUPTED
	StatusOutOfFuel       Status = C.LIBWASMER_STATUS_OUT_OF_FUEL
	StatusClosed          Status = C.LIBWASMER_STATUS_CLOSED
	StatusBusy            Status = C.LIBWASMER_STATUS_BUSY
	StatusDepth           Status = C.LIBWASMER_STATUS_DEPTH
	StatusType            Status = C.LIBWASMER_STATUS_TYPE
	StatusOutOfBounds     Status = C.LIBWASMER_STATUS_OUT_OF_BOUNDS
	StatusImmutable       Status = C.LIBWASMER_STATUS_IMMUTABLE
	StatusLimit           Status = C.LIBWASMER_STATUS_LIMIT
	StatusHandle          Status = C.LIBWASMER_STATUS_HANDLE
	StatusNotFound        Status = C.LIBWASMER_STATUS_NOT_FOUND
	StatusOutOfMemory     Status = C.LIBWASMER_STATUS_OUT_OF_MEMORY
	StatusResource        Status = C.LIBWASMER_STATUS_RESOURCE
	StatusExit            Status = C.LIBWASMER_STATUS_EXIT
)

// Frame is a wasm frame, innermost first in a list.
type Frame struct {
	Module, Function             string
	Index                        uint32
	FunctionOffset, ModuleOffset uint32
	Sources                      []Source
}

// Source is a place in the source of a guest.
type Source struct {
	Function, File string
	Line, Column   uint32
}

// Error is a native error object, read out.
type Error struct {
	Status  Status
	Message string
	// Trap is -1 if the guest did not trap.
	Trap          int32
	Frames        []Frame
	FramesOmitted int
	Payload       uint64
	// ExitCode is there with StatusExit.
	ExitCode uint32
}

// take reads an error object and frees it; nil for NULL.
func take(e *C.libwasmer_error_t) *Error {
	if e == nil {
		return nil
	}
	return read(e)
}

func read(e *C.libwasmer_error_t) *Error {
	defer C.libwasmer_error_delete(e)
	found := &Error{
		Status:        Status(C.libwasmer_error_status(e)),
		Message:       viewString(C.libwasmer_error_message(e)),
		Trap:          int32(C.libwasmer_error_trap(e)),
		Payload:       uint64(C.libwasmer_error_payload(e)),
		FramesOmitted: int(C.libwasmer_error_frames_omitted(e)),
	}
	C.libwasmer_error_exit_code(e, (*C.uint32_t)(&found.ExitCode))
	count := int(C.libwasmer_error_frame_count(e))
	for number := range count {
		var frame C.libwasmer_frame_t
		if !C.libwasmer_error_frame(e, C.size_t(number), &frame) {
			break
		}
		found.Frames = append(found.Frames, Frame{
			Module:         viewString(frame.module_name),
			Function:       viewString(frame.function_name),
			Index:          uint32(frame.function_index),
			FunctionOffset: uint32(frame.function_offset),
			ModuleOffset:   uint32(frame.module_offset),
			Sources:        readSources(e, number),
		})
	}
	return found
}

func readSources(e *C.libwasmer_error_t, frame int) []Source {
	var sources []Source
	for number := range int(C.libwasmer_error_frame_source_count(e, C.size_t(frame))) {
		var source C.libwasmer_source_t
		if !C.libwasmer_error_frame_source(e, C.size_t(frame), C.size_t(number), &source) {
			break
		}
		sources = append(sources, Source{
			Function: viewString(source.function_name),
			File:     viewString(source.file),
			Line:     uint32(source.line),
			Column:   uint32(source.column),
		})
	}
	return sources
}
