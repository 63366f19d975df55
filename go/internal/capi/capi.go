//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

// Package capi is the only package that talks to libwasmer. It holds no policy: one Go function for
// each C function that the package wasmer needs, with C's types kept inside.
package capi

// #include "helper.h"
import "C"

import (
	"fmt"
	"sync"
	"unsafe"
)

// Handle names an object in an arena, and is the form in which references cross. 0 is null.
type Handle = uint64

var checkABI = sync.OnceFunc(func() {
	if found := uint32(C.libwasmer_abi_version()); found != C.LIBWASMER_ABI_VERSION {
		panic(fmt.Sprintf("wasmer: the library that was loaded (%s) has ABI %d, this package needs %d",
			Version(), found, C.LIBWASMER_ABI_VERSION))
	}
})

// Version returns the versions of the library that was loaded and of wasmer.
func Version() string { return C.GoString(C.libwasmer_version()) }

// SourceHash is the hash of the sources that the library was built from.
func SourceHash() string { return C.GoString(C.libwasmer_source_hash()) }

// LiveObjects counts native objects that were made and not freed.
func LiveObjects() int { return int(C.libwasmer_live_objects()) }

// view copies bytes that belong to a native object.
func view(v C.libwasmer_view_t) []byte {
	return C.GoBytes(unsafe.Pointer(v.data), C.int(v.size))
}

func viewString(v C.libwasmer_view_t) string {
	return C.GoStringN(v.data, C.int(v.size))
}

// text passes a string without copying it.
func text(s string) (*C.char, C.size_t) {
	return (*C.char)(unsafe.Pointer(unsafe.StringData(s))), C.size_t(len(s))
}

// bytes passes a slice without copying it.
func bytes(b []byte) (*C.uint8_t, C.size_t) {
	return (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(b))), C.size_t(len(b))
}

func takeBytes(b *C.libwasmer_bytes_t) []byte {
	defer C.libwasmer_bytes_delete(b)
	v := C.wasmer_go_bytes_view(b)
	copied := make([]byte, int(v.size))
	copy(copied, unsafe.Slice((*byte)(unsafe.Pointer(v.data)), int(v.size)))
	return copied
}

// Wat2Wasm translates WebAssembly text to binary; binary is passed through.
func Wat2Wasm(wat []byte) ([]byte, *Error) {
	checkABI()
	var wasm *C.libwasmer_bytes_t
	data, size := bytes(wat)
	if e := take(C.wasmer_go_wat2wasm(data, size, &wasm)); e != nil {
		return nil, e
	}
	return takeBytes(wasm), nil
}
