//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// #include "helper_wasi.h"
import "C"

// Every use of a native object goes through these, so that a build with the tag wasmer_debug can
// collect garbage first: who does not keep the object's owner alive is found out.

func (c Config) ptr() *C.libwasmer_config_t {
	collect()
	return c.c
}

func (e Engine) ptr() *C.libwasmer_engine_t {
	collect()
	return e.e
}

func (m Module) ptr() *C.libwasmer_module_t {
	collect()
	return m.m
}

func (a Arena) ptr() *C.libwasmer_arena_t {
	collect()
	return a.a
}

func (m SharedMemory) ptr() *C.libwasmer_shared_memory_t {
	collect()
	return m.m
}

func (i Interrupt) ptr() *C.libwasmer_interrupt_t {
	collect()
	return i.i
}

func (c WasiConfig) ptr() *C.libwasmer_wasi_config_t {
	collect()
	return c.c
}

func (w Wasi) ptr() *C.libwasmer_wasi_t {
	collect()
	return w.w
}
