//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

/* A file with exported Go functions may only declare C, so C's side of them is defined here. */
#include "helper.h"
#include "_cgo_export.h"

/* `env` is a number that was cast to a pointer; Go must not see it as one. */
libwasmer_error_t *wasmer_go_host_call(void *env, const libwasmer_caller_t *caller,
                                       uint64_t *words, size_t count) {
    return wasmerGoHostCall((uint64_t)(uintptr_t)env, caller->call_data, caller->instance,
                            words, count);
}

/* The unit in which benchmarks count callbacks. */
void wasmer_go_callback_nothing(uint64_t count) {
    uint64_t word = 0;
    for (uint64_t i = 0; i < count; i++) wasmerGoNothing(&word);
}
