//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// #include <stdint.h>
// static inline void wasmer_go_nothing(uint64_t *word) { (void)word; }
// void wasmer_go_callback_nothing(uint64_t count);
import "C"

import "unsafe"

// Nothing crosses to C and back: the unit in which benchmarks count.
func Nothing(word *uint64) { C.wasmer_go_nothing((*C.uint64_t)(unsafe.Pointer(word))) }

// CallbackNothing lets C call a Go function that does nothing, so many times.
func CallbackNothing(count uint64) { C.wasmer_go_callback_nothing(C.uint64_t(count)) }

//export wasmerGoNothing
func wasmerGoNothing(word *C.uint64_t) {}
