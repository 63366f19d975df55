//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// #include "helper.h"
import "C"

import (
	"sync/atomic"
	"unsafe"
)

// A MemoryView is where a memory is, kept up to date by the library. It lies in the arena, and may be
// used by any goroutine, without a turn, until the arena is closed.
type MemoryView struct {
	data *byte
	size uintptr // grows
}

// The layout is the library's: these do not compile if it differs.
var (
	_ [unsafe.Sizeof(MemoryView{})]byte        = [C.sizeof_libwasmer_memory_view_t]byte{}
	_ [unsafe.Offsetof(MemoryView{}.size)]byte = [unsafe.Offsetof(C.libwasmer_memory_view_t{}.size)]byte{}
)

// Bytes is the memory, as long as it is now.
func (v *MemoryView) Bytes() []byte { return unsafe.Slice(v.data, atomic.LoadUintptr(&v.size)) }

// ViewMemory returns the view of a memory.
func (a Arena) ViewMemory(memory Handle) (*MemoryView, *Error) {
	var view *C.libwasmer_memory_view_t
	err := take(C.wasmer_go_memory_view(a.ptr(), C.uint64_t(memory), &view))
	return (*MemoryView)(unsafe.Pointer(view)), err
}

// A GlobalView is where the value of a global is that is a number. As MemoryView.
type GlobalView struct{ word uint64 }

// ViewGlobal returns the view of a global.
func (a Arena) ViewGlobal(global Handle) (*GlobalView, *Error) {
	var place *C.uint64_t
	err := take(C.wasmer_go_global_view(a.ptr(), C.uint64_t(global), &place))
	return (*GlobalView)(unsafe.Pointer(place)), err
}

// Load reads a number of four or of eight bytes.
func (v *GlobalView) Load(wide bool) uint64 {
	if wide {
		return atomic.LoadUint64(&v.word)
	}
	return uint64(atomic.LoadUint32((*uint32)(unsafe.Pointer(&v.word))))
}

// Store writes one.
func (v *GlobalView) Store(wide bool, number uint64) {
	if wide {
		atomic.StoreUint64(&v.word, number)
	} else {
		atomic.StoreUint32((*uint32)(unsafe.Pointer(&v.word)), uint32(number))
	}
}
