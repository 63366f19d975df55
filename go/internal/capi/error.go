//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// #cgo nocallback wasmer_go_error_read
// #cgo noescape wasmer_go_error_read
// #cgo nocallback wasmer_go_error_frames
// #cgo noescape wasmer_go_error_frames
// #include "helper.h"
import "C"

// Status is the kind of an error.
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

// read takes two crossings, and more for frames.
func read(e *C.libwasmer_error_t) *Error {
	defer C.libwasmer_error_delete(e)
	var head C.wasmer_go_error_t
	C.wasmer_go_error_read(e, &head)
	return &Error{
		Status:        Status(head.status),
		Message:       viewString(head.message),
		Trap:          int32(head.trap),
		Frames:        readFrames(e, int(head.frame_count)),
		FramesOmitted: int(head.frames_omitted),
		Payload:       uint64(head.payload),
		ExitCode:      uint32(head.exit_code),
	}
}

// readFrames reads several frames in one crossing.
func readFrames(e *C.libwasmer_error_t, count int) []Frame {
	if count == 0 {
		return nil
	}
	frames := make([]Frame, 0, count)
	var some C.wasmer_go_frames_t
	for len(frames) < count {
		first := len(frames)
		found := int(C.wasmer_go_error_frames(e, C.size_t(first), &some))
		if found == 0 {
			break
		}
		for number := range found {
			frame := &some.frames[number].frame
			frames = append(frames, Frame{
				Module:         viewString(frame.module_name),
				Function:       viewString(frame.function_name),
				Index:          uint32(frame.function_index),
				FunctionOffset: uint32(frame.function_offset),
				ModuleOffset:   uint32(frame.module_offset),
				Sources:        readSources(e, first+number, int(some.frames[number].source_count)),
			})
		}
	}
	return frames
}

func readSources(e *C.libwasmer_error_t, frame, count int) []Source {
	var sources []Source
	for number := range count {
		var source C.libwasmer_source_t
		if !C.wasmer_go_error_source(e, C.size_t(frame), C.size_t(number), &source) {
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
