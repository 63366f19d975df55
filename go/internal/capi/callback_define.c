//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

/* A file with exported Go functions may only declare C, so the trampoline is defined here. */
#include "shim.h"
#include "_cgo_export.h"

/* `env` is a number that was cast to a pointer; Go must not see it as one. */
libwasmer_error_t *wasmer_go_host_call(void *env, const libwasmer_caller_t *caller,
                                       uint64_t *words, size_t count) {
    return wasmerGoHostCall((uint64_t)(uintptr_t)env, caller->instance, caller->call_data, words,
                            count);
}
