//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// #include "helper.h"
import "C"

import "unsafe"

// SharedMemory is a memory that any number of arenas may have.
type SharedMemory struct{ m *C.libwasmer_shared_memory_t }

// NewSharedMemory makes a shared memory. The sizes are in pages.
func NewSharedMemory(engine Engine, minimum, maximum uint32) (SharedMemory, *Error) {
	var memory *C.libwasmer_shared_memory_t
	err := take(C.wasmer_go_shared_memory_new(engine.ptr(), C.uint32_t(minimum), C.uint32_t(maximum), &memory))
	return SharedMemory{memory}, err
}

// Delete frees the memory, except in arenas that have it.
func (m SharedMemory) Delete() { C.libwasmer_shared_memory_delete(m.ptr()) }

// ShareMemory takes a shared memory out of the arena.
func (a Arena) ShareMemory(handle Handle) (SharedMemory, *Error) {
	var memory *C.libwasmer_shared_memory_t
	err := take(C.wasmer_go_memory_share(a.ptr(), C.uint64_t(handle), &memory))
	return SharedMemory{memory}, err
}

// AddSharedMemory adds a shared memory to the arena.
func (a Arena) AddSharedMemory(memory SharedMemory) (Handle, *Error) {
	var handle C.uint64_t
	err := take(C.wasmer_go_arena_add_shared_memory(a.ptr(), memory.ptr(), &handle))
	return Handle(handle), err
}

// Grow grows by pages.
func (m SharedMemory) Grow(delta uint32) (uint32, *Error) {
	var before C.uint32_t
	err := take(C.wasmer_go_shared_memory_grow(m.ptr(), C.uint32_t(delta), &before))
	return uint32(before), err
}

// View returns the view, which is there until the memory is deleted.
func (m SharedMemory) View() (*MemoryView, *Error) {
	var view *C.libwasmer_memory_view_t
	err := take(C.wasmer_go_shared_memory_view(m.ptr(), &view))
	return (*MemoryView)(unsafe.Pointer(view)), err
}

// Notify notifies guests that wait.
func (m SharedMemory) Notify(address uint64, count uint32) (uint32, *Error) {
	var notified C.uint32_t
	err := take(C.wasmer_go_shared_memory_notify(m.ptr(), C.uint64_t(address), C.uint32_t(count), &notified))
	return uint32(notified), err
}
