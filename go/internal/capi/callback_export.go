//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// #include "helper.h"
import "C"

import "unsafe"

// Failure is what a host function that failed gives back.
type Failure struct {
	Message string
	Payload uint64
}

// HostCall runs a host function; the package wasmer sets it before it makes one. `words` holds the
// arguments and takes the results. `instance` is the one that imports it, 0 for none.
var HostCall func(env, callData uint64, instance Handle, words []uint64) *Failure

//export wasmerGoHostCall
func wasmerGoHostCall(env, callData, instance C.uint64_t, words *C.uint64_t, count C.size_t) *C.libwasmer_error_t {
	slots := unsafe.Slice((*uint64)(unsafe.Pointer(words)), int(count))
	failure := HostCall(uint64(env), uint64(callData), Handle(instance), slots)
	if failure == nil {
		return nil
	}
	return failure.native()
}

// native is the error object for a failure, which the library takes over.
func (f *Failure) native() *C.libwasmer_error_t {
	message, size := text(f.Message)
	return C.libwasmer_error_new(C.LIBWASMER_STATUS_HOST, message, size, C.uint64_t(f.Payload))
}
