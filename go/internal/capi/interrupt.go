//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// #include "helper.h"
import "C"

import "unsafe"

// Interrupt ends the calls that are made under it when it is fired. Any goroutine may fire it.
type Interrupt struct{ i *C.libwasmer_interrupt_t }

// NewInterrupt makes an interrupt; an error of StatusUnsupported where calls cannot be ended.
func NewInterrupt() (Interrupt, *Error) {
	var interrupt *C.libwasmer_interrupt_t
	err := take(C.wasmer_go_interrupt_new(&interrupt))
	return Interrupt{interrupt}, err
}

// Delete frees the interrupt.
func (i Interrupt) Delete() { C.libwasmer_interrupt_delete(i.ptr()) }

// Fire ends the calls that run under the interrupt, and those that are made before it is reset. It
// does not wait for their end.
func (i Interrupt) Fire() { C.libwasmer_interrupt_fire(i.ptr(), nil) }

// Reset lets calls begin again.
func (i Interrupt) Reset() { C.libwasmer_interrupt_reset(i.ptr(), nil) }

// InterruptSignal is the number of the signal that ends calls; 0 if there was no interrupt yet.
func InterruptSignal() int { return int(C.libwasmer_interrupt_signal()) }

// CallUnder is Call under an interrupt.
func (a Arena) CallUnder(function Handle, words []uint64, callData uint64, interrupt Interrupt) *Error {
	e := C.wasmer_go_func_call_under(a.ptr(), C.uint64_t(function),
		(*C.uint64_t)(unsafe.Pointer(unsafe.SliceData(words))), C.size_t(len(words)),
		C.uint64_t(callData), interrupt.ptr())
	if e == nil {
		return nil
	}
	return read(e)
}

// NewInstanceUnder is NewInstance, with the start function called under an interrupt.
func (a Arena) NewInstanceUnder(module Module, imports []Handle, callData uint64, interrupt Interrupt) (Handle, *Error) {
	var instance C.uint64_t
	err := take(C.wasmer_go_instance_new_under(a.ptr(), module.ptr(),
		(*C.uint64_t)(unsafe.Pointer(unsafe.SliceData(imports))), C.size_t(len(imports)),
		C.uint64_t(callData), interrupt.ptr(), &instance))
	return Handle(instance), err
}
