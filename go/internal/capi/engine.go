//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// #include "helper.h"
import "C"

import "unsafe"

// Config is what an engine is made from.
type Config struct{ c *C.libwasmer_config_t }

// NewConfig makes a configuration, which its user deletes.
func NewConfig() Config {
	checkABI()
	return Config{C.libwasmer_config_new()}
}

// Delete frees the configuration.
func (c Config) Delete() { C.libwasmer_config_delete(c.ptr()) }

// SetCompiler chooses the compiler by its number.
func (c Config) SetCompiler(compiler uint32) *Error {
	return take(C.wasmer_go_config_set_compiler(c.ptr(), C.uint32_t(compiler)))
}

// SetFeature switches a WebAssembly proposal.
func (c Config) SetFeature(name string, on bool) *Error {
	data, size := text(name)
	return take(C.wasmer_go_config_set_feature(c.ptr(), data, size, C.bool(on)))
}

// SetCompileThreads sets how many threads compile one module, 0 for as many as there are.
func (c Config) SetCompileThreads(threads uint) *Error {
	return take(C.wasmer_go_config_set_compile_threads(c.ptr(), C.size_t(threads)))
}

// SetTarget sets the machine to compile for.
func (c Config) SetTarget(triple, features string) *Error {
	data, size := text(triple)
	list, listSize := text(features)
	return take(C.wasmer_go_config_set_target(c.ptr(), data, size, list, listSize))
}

// SetMetering makes modules pay for what they execute. The costs are indexed by the number of the operator.
func (c Config) SetMetering(limit uint64, costs []uint32) *Error {
	return take(C.wasmer_go_config_set_metering(c.ptr(), C.uint64_t(limit),
		(*C.uint32_t)(unsafe.Pointer(unsafe.SliceData(costs))), C.size_t(len(costs))))
}

// CompilerIsAvailable reports whether the library was built with a compiler.
func CompilerIsAvailable(compiler uint32) bool {
	checkABI()
	return bool(C.libwasmer_compiler_is_available(C.uint32_t(compiler)))
}

// Engine is a configuration to compile by.
type Engine struct{ e *C.libwasmer_engine_t }

// NewEngine makes an engine by a configuration.
func NewEngine(config Config) (Engine, *Error) {
	checkABI()
	var engine *C.libwasmer_engine_t
	err := take(C.wasmer_go_engine_new(config.ptr(), &engine))
	return Engine{engine}, err
}

// Delete frees the engine.
func (e Engine) Delete() { C.libwasmer_engine_delete(e.ptr()) }
