//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// #include "helper_wasi.h"
import "C"

import "unsafe"

// The versions of WASI that a module can import.
const (
	WasiNone     = uint32(C.LIBWASMER_WASIVERSION_NONE)
	WasiUnstable = uint32(C.LIBWASMER_WASIVERSION_UNSTABLE)
	WasiPreview1 = uint32(C.LIBWASMER_WASIVERSION_PREVIEW1)
)

// The outputs of a guest.
const (
	WasiOutput      = 1
	WasiErrorOutput = 2
)

// What one guest may have at most.
const (
	WasiLimitDescriptors = uint32(C.LIBWASMER_WASILIMIT_DESCRIPTORS)
	WasiLimitHostBytes   = uint32(C.LIBWASMER_WASILIMIT_HOST_BYTES)
	WasiLimitThreads     = uint32(C.LIBWASMER_WASILIMIT_THREADS)
)

// WasiConfig is what guests of WASI are given. To be used by one goroutine at a time.
type WasiConfig struct{ c *C.libwasmer_wasi_config_t }

// NewWasiConfig makes a configuration, which its user deletes.
func NewWasiConfig() WasiConfig {
	checkABI()
	return WasiConfig{C.libwasmer_wasi_config_new()}
}

// Delete frees the configuration. Guests that were made from it go on.
func (c WasiConfig) Delete() { C.libwasmer_wasi_config_delete(c.ptr()) }

// AddArgument adds an argument; the first one is the name of the program.
func (c WasiConfig) AddArgument(argument string) *Error {
	data, size := text(argument)
	return take(C.wasmer_go_wasi_add_argument(c.ptr(), data, size))
}

// AddVariable adds a variable of the environment.
func (c WasiConfig) AddVariable(name, value string) *Error {
	data, size := text(name)
	more, moreSize := text(value)
	return take(C.wasmer_go_wasi_add_variable(c.ptr(), data, size, more, moreSize))
}

// AddDirectory adds a directory of the host.
func (c WasiConfig) AddDirectory(host, guest string, readOnly bool) *Error {
	data, size := text(host)
	more, moreSize := text(guest)
	return take(C.wasmer_go_wasi_add_directory(c.ptr(), data, size, more, moreSize, C.bool(readOnly)))
}

// AddSocket adds a socket, whose descriptor the caller may close.
func (c WasiConfig) AddSocket(fd uintptr) *Error {
	return take(C.wasmer_go_wasi_add_socket(c.ptr(), C.int32_t(fd)))
}

// SetLimit sets what one guest may have at most.
func (c WasiConfig) SetLimit(limit uint32, most uint64) *Error {
	return take(C.wasmer_go_wasi_set_limit(c.ptr(), C.uint32_t(limit), C.uint64_t(most)))
}

// AddTop adds a directory that contains the others, in front of them.
func (c WasiConfig) AddTop() *Error { return take(C.wasmer_go_wasi_add_top(c.ptr())) }

// SetClocks fixes the clocks, in nanoseconds.
func (c WasiConfig) SetClocks(realtime, step uint64) *Error {
	return take(C.wasmer_go_wasi_set_clocks(c.ptr(), C.uint64_t(realtime), C.uint64_t(step)))
}

// SetSeed fixes the random bytes.
func (c WasiConfig) SetSeed(seed []byte) *Error {
	data, size := bytes(seed)
	return take(C.wasmer_go_wasi_set_seed(c.ptr(), data, size))
}

// InheritInput lets guests read the process's standard input.
func (c WasiConfig) InheritInput() *Error { return take(C.wasmer_go_wasi_inherit_input(c.ptr())) }

// SetInputDescriptor lets guests read a descriptor, which the caller may close.
func (c WasiConfig) SetInputDescriptor(fd uintptr) *Error {
	return take(C.wasmer_go_wasi_set_input_descriptor(c.ptr(), C.int32_t(fd)))
}

// InheritOutput lets an output be the process's.
func (c WasiConfig) InheritOutput(stream uint32) *Error {
	return take(C.wasmer_go_wasi_inherit_output(c.ptr(), C.uint32_t(stream)))
}

// SetOutputDescriptor has an output go to a descriptor, which the caller may close.
func (c WasiConfig) SetOutputDescriptor(stream uint32, fd uintptr) *Error {
	return take(C.wasmer_go_wasi_set_output_descriptor(c.ptr(), C.uint32_t(stream), C.int32_t(fd)))
}

// CaptureOutput captures an output, up to a number of bytes; 0 means the library's own limit.
func (c WasiConfig) CaptureOutput(stream uint32, most uint64) *Error {
	return take(C.wasmer_go_wasi_capture_output(c.ptr(), C.uint32_t(stream), C.uint64_t(most)))
}

// Wasi is what one guest has.
type Wasi struct{ w *C.libwasmer_wasi_t }

// NewWasi makes what a guest has. The configuration is not needed after that.
func NewWasi(config WasiConfig) (Wasi, *Error) {
	var wasi *C.libwasmer_wasi_t
	err := take(C.wasmer_go_wasi_new(config.ptr(), &wasi))
	return Wasi{wasi}, err
}

// Delete frees it. Instances that use it go on.
func (w Wasi) Delete() { C.libwasmer_wasi_delete(w.ptr()) }

// Output takes out what the guest wrote to a captured output.
func (w Wasi) Output(stream uint32) ([]byte, *Error) {
	var output *C.libwasmer_bytes_t
	if e := take(C.wasmer_go_wasi_output(w.ptr(), C.uint32_t(stream), &output)); e != nil {
		return nil, e
	}
	return takeBytes(output), nil
}

// WasiImports makes the functions of WASI that a module imports, at their places in the list of all its
// imports.
func (a Arena) WasiImports(wasi Wasi, module Module, handles []Handle) *Error {
	return take(C.wasmer_go_wasi_imports(a.ptr(), wasi.ptr(), module.ptr(),
		(*C.uint64_t)(unsafe.Pointer(unsafe.SliceData(handles))), C.size_t(len(handles))))
}

// WasiStart runs a command, and gives its exit code.
func (a Arena) WasiStart(instance Handle, callData uint64) (uint32, *Error) {
	var code C.uint32_t
	err := take(C.wasmer_go_wasi_start(a.ptr(), C.uint64_t(instance), C.uint64_t(callData), &code))
	return uint32(code), err
}

// WasiStartUnder is WasiStart under an interrupt.
func (a Arena) WasiStartUnder(instance Handle, callData uint64, interrupt Interrupt) (uint32, *Error) {
	var code C.uint32_t
	err := take(C.wasmer_go_wasi_start_under(a.ptr(), C.uint64_t(instance), C.uint64_t(callData), interrupt.ptr(), &code))
	return uint32(code), err
}

// WasiInitialize initializes a reactor.
func (a Arena) WasiInitialize(instance Handle, callData uint64) *Error {
	return take(C.wasmer_go_wasi_initialize(a.ptr(), C.uint64_t(instance), C.uint64_t(callData)))
}

// WasiInitializeUnder is WasiInitialize under an interrupt.
func (a Arena) WasiInitializeUnder(instance Handle, callData uint64, interrupt Interrupt) *Error {
	return take(C.wasmer_go_wasi_initialize_under(a.ptr(), C.uint64_t(instance), C.uint64_t(callData), interrupt.ptr()))
}
