//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// #include "helper_wasi.h"
// #cgo nocallback wasmer_go_wasi_pipe_write
// #cgo noescape wasmer_go_wasi_pipe_write
// #cgo nocallback wasmer_go_wasi_pipe_read
// #cgo noescape wasmer_go_wasi_pipe_read
import "C"

import "runtime/cgo"

// WasiPipe is a pipe between Go and guests. Its methods never wait. To be used by any goroutine, but for
// Delete.
type WasiPipe struct{ p *C.libwasmer_wasi_pipe_t }

// A pipeReady takes a word when a pipe can be used again.
type pipeReady chan<- struct{}

// NewWasiPipe makes a pipe, which its user deletes. Ready gets a word, if it has room for one, when the pipe can
// be used again.
func NewWasiPipe(ready chan<- struct{}) (WasiPipe, *Error) {
	checkABI()
	var pipe *C.libwasmer_wasi_pipe_t
	err := take(C.wasmer_go_wasi_pipe_new(C.uintptr_t(cgo.NewHandle(pipeReady(ready))), &pipe))
	return WasiPipe{pipe}, err
}

// Delete frees it, which ends it.
func (p WasiPipe) Delete() { C.libwasmer_wasi_pipe_delete(p.p) }

// Write puts bytes in, as many as there is room for; for the others ready will have a word.
func (p WasiPipe) Write(data []byte) (int, *Error) {
	start, size := bytes(data)
	var count C.size_t
	err := take(C.wasmer_go_wasi_pipe_write(p.p, start, size, &count))
	return int(count), err
}

// Read takes bytes out, and says whether it was ended. If there are none, and it was not, ready will have a word.
func (p WasiPipe) Read(buffer []byte) (int, bool, *Error) {
	start, size := bytes(buffer)
	var count C.size_t
	var ended C.bool
	err := take(C.wasmer_go_wasi_pipe_read(p.p, start, size, &count, &ended))
	return int(count), bool(ended), err
}

// End ends it: what guests get instead of bytes. Success is the plain end.
func (p WasiPipe) End(answer Answer) *Error {
	var failure *C.libwasmer_error_t
	if answer.Failure != nil {
		failure = answer.Failure.native()
	}
	return take(C.wasmer_go_wasi_pipe_end(p.p, C.uint16_t(answer.Errno), failure))
}

// SetInputPipe makes standard input come from a pipe.
func (c WasiConfig) SetInputPipe(pipe WasiPipe) *Error {
	return take(C.wasmer_go_wasi_set_input_pipe(c.ptr(), pipe.p))
}

// SetOutputPipe makes an output go to a pipe.
func (c WasiConfig) SetOutputPipe(stream uint32, pipe WasiPipe) *Error {
	return take(C.wasmer_go_wasi_set_output_pipe(c.ptr(), C.uint32_t(stream), pipe.p))
}

//export wasmerGoWasiReady
func wasmerGoWasiReady(env C.uintptr_t) {
	select {
	case cgo.Handle(env).Value().(pipeReady) <- struct{}{}:
	default:
	}
}
