//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// #include "helper.h"
import "C"

import "unsafe"

// Arena holds instances that are linked and all that they use.
type Arena struct{ a *C.libwasmer_arena_t }

// NewArena makes an empty arena.
func NewArena(engine Engine) (Arena, *Error) {
	var arena *C.libwasmer_arena_t
	err := take(C.wasmer_go_arena_new(engine.ptr(), &arena))
	return Arena{arena}, err
}

// Close frees what is in the arena, now or when the call inside has returned.
func (a Arena) Close() { C.libwasmer_arena_close(a.ptr()) }

// Delete closes, and frees the arena itself.
func (a Arena) Delete() { C.libwasmer_arena_delete(a.ptr()) }

// Abandon gives up the arena after the frames of a call in it were dropped.
func (a Arena) Abandon() { C.libwasmer_arena_abandon(a.ptr()) }

// SetLending sets whether other threads may enter while host functions run.
func (a Arena) SetLending(on bool) *Error {
	return take(C.wasmer_go_arena_set_lending(a.ptr(), C.bool(on)))
}

// Freed is an object that was freed.
type Freed struct {
	Handle Handle
	Word   uint64
	Noun   uint32
	_      uint32
}

var _ [unsafe.Sizeof(Freed{})]byte = [C.sizeof_libwasmer_freed_t]byte{}

// The kinds of objects for which the package has something.
const (
	NounFunc      = uint32(C.LIBWASMER_NOUN_FUNC)
	NounExternref = uint32(C.LIBWASMER_NOUN_EXTERNREF)
)

// Release releases handles. It reports whether something is freed when the running call is over.
func (a Arena) Release(handles []Handle) (waiting bool, err *Error) {
	var waits C.bool
	err = take(C.wasmer_go_release(a.ptr(), (*C.uint64_t)(unsafe.Pointer(unsafe.SliceData(handles))),
		C.size_t(len(handles)), &waits))
	return bool(waits), err
}

// Hold holds an object once more.
func (a Arena) Hold(handle Handle) *Error {
	return take(C.wasmer_go_hold(a.ptr(), C.uint64_t(handle)))
}

// Collect frees what can be freed, or tells whether all of a closed arena was.
func (a Arena) Collect() (done bool, err *Error) {
	var did C.bool
	err = take(C.wasmer_go_arena_collect(a.ptr(), &did))
	return bool(did), err
}

// Freed returns what was freed, in a part of list.
func (a Arena) Freed(list []Freed) ([]Freed, *Error) {
	var count C.size_t
	err := take(C.wasmer_go_arena_freed(a.ptr(), (*C.libwasmer_freed_t)(unsafe.Pointer(unsafe.SliceData(list))),
		C.size_t(len(list)), &count))
	return list[:int(count)], err
}

// ExternType describes an object.
func (a Arena) ExternType(handle Handle) (ExternType, *Error) {
	var found C.libwasmer_externtype_t
	if e := take(C.wasmer_go_extern_type(a.ptr(), C.uint64_t(handle), &found)); e != nil {
		return ExternType{}, e
	}
	return externType(&found), nil
}

// NewExternref makes an externref that carries a number.
func (a Arena) NewExternref(data uint64) (Handle, *Error) {
	var reference C.uint64_t
	err := take(C.wasmer_go_externref_new(a.ptr(), C.uint64_t(data), &reference))
	return Handle(reference), err
}

// ExternrefData returns the number that an externref carries.
func (a Arena) ExternrefData(reference Handle) (uint64, *Error) {
	var data C.uint64_t
	err := take(C.wasmer_go_externref_data(a.ptr(), C.uint64_t(reference), &data))
	return uint64(data), err
}

// NewInstance instantiates a module.
func (a Arena) NewInstance(module Module, imports []Handle, callData uint64) (Handle, *Error) {
	var instance C.uint64_t
	err := take(C.wasmer_go_instance_new(a.ptr(), module.ptr(),
		(*C.uint64_t)(unsafe.Pointer(unsafe.SliceData(imports))), C.size_t(len(imports)),
		C.uint64_t(callData), &instance))
	return Handle(instance), err
}

// Export returns the export with a number.
func (a Arena) Export(instance Handle, number int) (Handle, *Error) {
	var handle C.uint64_t
	err := take(C.wasmer_go_instance_export_at(a.ptr(), C.uint64_t(instance), C.size_t(number), &handle))
	return Handle(handle), err
}

// Points returns the points of an instance of a metered module.
func (a Arena) Points(instance Handle) (remaining uint64, exhausted bool, err *Error) {
	var left C.uint64_t
	var used C.bool
	err = take(C.wasmer_go_instance_points(a.ptr(), C.uint64_t(instance), &left, &used))
	return uint64(left), bool(used), err
}

// SetPoints sets them.
func (a Arena) SetPoints(instance Handle, remaining uint64) *Error {
	return take(C.wasmer_go_instance_set_points(a.ptr(), C.uint64_t(instance), C.uint64_t(remaining)))
}

// NewFunc makes a host function; HostCall gets env.
func (a Arena) NewFunc(params, results []byte, env uint64) (Handle, *Error) {
	var handle C.uint64_t
	paramData, paramCount := bytes(params)
	resultData, resultCount := bytes(results)
	err := take(C.wasmer_go_func_new(a.ptr(), paramData, paramCount, resultData, resultCount,
		C.uint64_t(env), &handle))
	return Handle(handle), err
}

// Call calls a function with words in place. The only crossing of a call.
func (a Arena) Call(function Handle, words []uint64, callData uint64) *Error {
	e := C.wasmer_go_func_call(a.ptr(), C.uint64_t(function),
		(*C.uint64_t)(unsafe.Pointer(unsafe.SliceData(words))), C.size_t(len(words)),
		C.uint64_t(callData))
	if e == nil {
		return nil
	}
	return read(e)
}
