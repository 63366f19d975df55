//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// #include "helper.h"
import "C"

import "unsafe"

// NewMemory makes a memory, sizes in pages.
func (a Arena) NewMemory(minimum uint32, hasMaximum bool, maximum uint32, shared bool) (Handle, *Error) {
	var memory C.uint64_t
	err := take(C.wasmer_go_memory_new(a.ptr(), C.uint32_t(minimum), C.bool(hasMaximum),
		C.uint32_t(maximum), C.bool(shared), &memory))
	return Handle(memory), err
}

// NewTag makes a tag of exceptions that carry values of these kinds.
func (a Arena) NewTag(kinds []byte) (Handle, *Error) {
	var tag C.uint64_t
	err := take(C.wasmer_go_tag_new(a.ptr(), (*C.uint8_t)(unsafe.SliceData(kinds)), C.size_t(len(kinds)), &tag))
	return Handle(tag), err
}

// MemoryGrow grows by pages.
func (a Arena) MemoryGrow(memory Handle, delta uint32) (uint32, *Error) {
	var before C.uint32_t
	err := take(C.wasmer_go_memory_grow(a.ptr(), C.uint64_t(memory), C.uint32_t(delta), &before))
	return uint32(before), err
}

// NewGlobal makes a global with a value of two words.
func (a Arena) NewGlobal(kind uint8, mutable bool, words *[2]uint64) (Handle, *Error) {
	var global C.uint64_t
	err := take(C.wasmer_go_global_new(a.ptr(), C.uint8_t(kind), C.bool(mutable),
		(*C.uint64_t)(unsafe.Pointer(words)), &global))
	return Handle(global), err
}

// GlobalGet reads the value.
func (a Arena) GlobalGet(global Handle, words *[2]uint64) *Error {
	return take(C.wasmer_go_global_get(a.ptr(), C.uint64_t(global), (*C.uint64_t)(unsafe.Pointer(words))))
}

// GlobalSet sets the value.
func (a Arena) GlobalSet(global Handle, words *[2]uint64) *Error {
	return take(C.wasmer_go_global_set(a.ptr(), C.uint64_t(global), (*C.uint64_t)(unsafe.Pointer(words))))
}

// NewTable makes a table, sizes in elements.
func (a Arena) NewTable(element uint8, minimum uint32, hasMaximum bool, maximum uint32, init Handle) (Handle, *Error) {
	var table C.uint64_t
	err := take(C.wasmer_go_table_new(a.ptr(), C.uint8_t(element), C.uint32_t(minimum),
		C.bool(hasMaximum), C.uint32_t(maximum), C.uint64_t(init), &table))
	return Handle(table), err
}

// TableSize returns the size in elements.
func (a Arena) TableSize(table Handle) (uint32, *Error) {
	var size C.uint32_t
	err := take(C.wasmer_go_table_size(a.ptr(), C.uint64_t(table), &size))
	return uint32(size), err
}

// TableGet returns the reference at an index.
func (a Arena) TableGet(table Handle, index uint32) (Handle, *Error) {
	var reference C.uint64_t
	err := take(C.wasmer_go_table_get(a.ptr(), C.uint64_t(table), C.uint32_t(index), &reference))
	return Handle(reference), err
}

// TableSet sets the reference at an index.
func (a Arena) TableSet(table Handle, index uint32, reference Handle) *Error {
	return take(C.wasmer_go_table_set(a.ptr(), C.uint64_t(table), C.uint32_t(index), C.uint64_t(reference)))
}

// TableGrow grows by elements.
func (a Arena) TableGrow(table Handle, delta uint32, init Handle) (uint32, *Error) {
	var before C.uint32_t
	err := take(C.wasmer_go_table_grow(a.ptr(), C.uint64_t(table), C.uint32_t(delta), C.uint64_t(init), &before))
	return uint32(before), err
}
