//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// #include "helper.h"
//
// static inline libwasmer_error_t *wasmer_go_config_set_fuel(libwasmer_config_t *config,
//                                                            uint64_t limit, const uint32_t *costs,
//                                                            size_t count) {
//     WASMER_GO_RETURN(libwasmer_config_set_fuel(config, limit, costs, count, &error));
// }
//
// static inline libwasmer_error_t *wasmer_go_config_set_quota(libwasmer_config_t *config,
//                                                             uint32_t quota, uint64_t most) {
//     WASMER_GO_RETURN(libwasmer_config_set_quota(config, quota, most, &error));
// }
//
// static inline libwasmer_error_t *wasmer_go_arena_set_quota(const libwasmer_arena_t *arena,
//                                                            uint32_t quota, uint64_t most) {
//     WASMER_GO_RETURN(libwasmer_arena_set_quota(arena, quota, most, &error));
// }
//
// static inline libwasmer_error_t *wasmer_go_config_set_memory_reservation(
//     libwasmer_config_t *config, uint64_t bytes) {
//     WASMER_GO_RETURN(libwasmer_config_set_memory_reservation(config, bytes, &error));
// }
//
// static inline libwasmer_error_t *wasmer_go_config_set_stack_bytes(libwasmer_config_t *config,
//                                                                   uint64_t bytes) {
//     WASMER_GO_RETURN(libwasmer_config_set_stack_bytes(config, bytes, &error));
// }
//
// static inline libwasmer_error_t *wasmer_go_config_set_debug_info(libwasmer_config_t *config, bool on) {
//     WASMER_GO_RETURN(libwasmer_config_set_debug_info(config, on, &error));
// }
//
// static inline libwasmer_error_t *wasmer_go_set_stack_bytes(uint64_t bytes) {
//     WASMER_GO_RETURN(libwasmer_set_stack_bytes(bytes, &error));
// }
//
// static inline libwasmer_error_t *wasmer_go_compiler_supports(uint32_t compiler,
//                                                              const char *name, size_t size,
//                                                              bool *supported) {
//     WASMER_GO_RETURN(libwasmer_compiler_supports(compiler, name, size, supported, &error));
// }
//
// static inline libwasmer_error_t *wasmer_go_instance_add_points(const libwasmer_arena_t *arena,
//                                                                uint64_t instance,
//                                                                uint64_t more) {
//     WASMER_GO_RETURN(libwasmer_instance_add_points(arena, instance, more, &error));
// }
//
// static inline libwasmer_error_t *wasmer_go_module_new_under(
//     const libwasmer_engine_t *engine, const uint8_t *data, size_t size,
//     const libwasmer_interrupt_t *interrupt, libwasmer_module_t **module) {
//     WASMER_GO_RETURN(
//         libwasmer_module_new_under(engine, data, size, interrupt, module, &error));
// }
import "C"

import "unsafe"

// The quotas of libwasmer.h.
const (
	QuotaMemoryPages    = uint32(C.LIBWASMER_QUOTA_MEMORY_PAGES)
	QuotaMemories       = uint32(C.LIBWASMER_QUOTA_MEMORIES)
	QuotaTableElements  = uint32(C.LIBWASMER_QUOTA_TABLE_ELEMENTS)
	QuotaInstances      = uint32(C.LIBWASMER_QUOTA_INSTANCES)
	QuotaModuleBytes    = uint32(C.LIBWASMER_QUOTA_MODULE_BYTES)
	QuotaFunctions      = uint32(C.LIBWASMER_QUOTA_FUNCTIONS)
	QuotaFunctionCost   = uint32(C.LIBWASMER_QUOTA_FUNCTION_COST)
	QuotaModuleCost     = uint32(C.LIBWASMER_QUOTA_MODULE_COST)
	QuotaExceptionBytes = uint32(C.LIBWASMER_QUOTA_EXCEPTION_BYTES)
)

// SetFuel is SetMetering with 1 as the cost of what is behind the end of costs.
func (c Config) SetFuel(limit uint64, costs []uint32) *Error {
	return take(C.wasmer_go_config_set_fuel(c.ptr(), C.uint64_t(limit),
		(*C.uint32_t)(unsafe.Pointer(unsafe.SliceData(costs))), C.size_t(len(costs))))
}

// SetQuota sets what there may be at most, for an engine.
func (c Config) SetQuota(quota uint32, most uint64) *Error {
	return take(C.wasmer_go_config_set_quota(c.ptr(), C.uint32_t(quota), C.uint64_t(most)))
}

// SetMemoryReservation sets how many bytes of addresses each memory reserves.
func (c Config) SetMemoryReservation(bytes uint64) *Error {
	return take(C.wasmer_go_config_set_memory_reservation(c.ptr(), C.uint64_t(bytes)))
}

// SetStackBytes sets how many bytes of stack the guests of an engine may use.
func (c Config) SetStackBytes(bytes uint64) *Error {
	return take(C.wasmer_go_config_set_stack_bytes(c.ptr(), C.uint64_t(bytes)))
}

// SetQuota sets what there may be at most, for the arena.
func (a Arena) SetQuota(quota uint32, most uint64) *Error {
	return take(C.wasmer_go_arena_set_quota(a.ptr(), C.uint32_t(quota), C.uint64_t(most)))
}

// SetDebugInfo makes errors contain the source positions of functions.
func (c Config) SetDebugInfo(on bool) *Error {
	return take(C.wasmer_go_config_set_debug_info(c.ptr(), C.bool(on)))
}

// SetStackBytes sets how many bytes of stack guests may use in this process.
func SetStackBytes(bytes uint64) *Error {
	checkABI()
	return take(C.wasmer_go_set_stack_bytes(C.uint64_t(bytes)))
}

// CompilerSupports reports whether a compiler, by its number, supports a proposal.
func CompilerSupports(compiler uint32, feature string) (bool, *Error) {
	checkABI()
	data, size := text(feature)
	var supported C.bool
	err := take(C.wasmer_go_compiler_supports(C.uint32_t(compiler), data, size, &supported))
	return bool(supported), err
}

// AddPoints adds to the points of an instance of a metered module.
func (a Arena) AddPoints(instance Handle, more uint64) *Error {
	return take(C.wasmer_go_instance_add_points(a.ptr(), C.uint64_t(instance), C.uint64_t(more)))
}

// NewModuleUnder is NewModule, ended by an interrupt.
func NewModuleUnder(engine Engine, wasm []byte, interrupt Interrupt) (Module, *Error) {
	var module *C.libwasmer_module_t
	data, size := bytes(wasm)
	err := take(C.wasmer_go_module_new_under(engine.ptr(), data, size, interrupt.ptr(), &module))
	return Module{module}, err
}
