/* What is to come of a call of args.c. */

#ifndef ARGS_EXPECTED_H
#define ARGS_EXPECTED_H

#include "args_wrong.h"

#include <fnmatch.h>

typedef enum {
    FINE,    /* the function does what it is for, and tells of no error */
    REFUSED, /* NULL, 0, false, an empty vector or a trap, and an error that says why */
    SILENT,  /* the same without an error: that is the answer */
    ANY      /* nothing is broken */
} expected_t;

/* Where wasm.h and wasmer.h allow more or less than what follows from the types; the first line
   that fits counts. The function is a pattern; 0 is any argument, MATTERS anything. */
static const struct {
    const char *function;
    int argument;
    matter_t matter;
    expected_t expected;
} exceptions[] = {
    /* What they leave behind is looked at after each call. */
    {"*_delete", 0, MATTERS, ANY},
    /* It is an answer, not an error, that an object is not of a kind. */
    {"*_same", 0, ELSEWHERE, SILENT},
    {"*_same", 0, NULLED, SILENT},
    {"*_as_*", 0, NULLED, SILENT},
    {"wasm_valtype_copy", 1, NULLED, SILENT},
    {"wasm_ref_as_*", 1, OTHER_KIND, SILENT},
    {"wasm_extern_as_*", 1, OTHER_KIND, SILENT},
    {"wasm_externtype_as_*", 1, OTHER_KIND, SILENT},
    /* Numbers that are 0 although nothing failed. */
    {"wasm_extern_kind", 1, OTHER_KIND, ANY},
    {"wasm_extern_kind", 1, ELSEWHERE, ANY},
    {"wasm_externtype_kind", 1, OTHER_KIND, ANY},
    {"wasm_frame_instance", 0, MATTERS, SILENT},
    {"wasmer_is_headless", 0, MATTERS, SILENT},
    {"wasmer_is_backend_available", 0, NO_KIND, SILENT},
    {"wasmer_is_compiler_available", 0, NO_KIND, SILENT},
    {"wasmer_is_engine_available", 0, NO_KIND, SILENT},
    {"wasmer_metering_points_are_exhausted", 0, NO_MATTER, SILENT},
    {"wasmer_last_error_length", 0, MATTERS, ANY},
    {"wasmer_last_error_message", 0, NULLED, ANY},
    {"wasmer_features_memory64", 0, NO_MATTER, REFUSED},
    {"wasmer_features_module_linking", 0, NO_MATTER, REFUSED},
    /* Any bytes are a name or a message. */
    {"wasm_*_set_host_info*", 2, NULLED, FINE},
    {"wasm_*_set_host_info*", 3, NULLED, FINE},
    {"wasm_func_new_with_env", 4, NULLED, FINE},
    {"wasm_func_new_with_env", 5, NULLED, FINE},
    {"wasm_*type_new", 0, NOISE, FINE},
    {"wasm_*type_new", 0, EMPTY, FINE},
    {"wasm_trap_new", 2, MATTERS, FINE},
    {"wasm_byte_vec_copy", 2, NOISE, FINE},
    {"wasmer_module_set_name", 2, EMPTY, FINE},
    /* Vectors hold anything. */
    {"wasm_*_vec_new_empty", 0, NO_MATTER, SILENT},
    {"wasm_*_vec_new", 3, EMPTY, SILENT},
    {"wasm_*_vec_copy", 2, EMPTY, SILENT},
    {"wasm_*_vec_copy", 2, GAP, FINE},
    {"wasm_*_vec_copy", 2, EXTRA, FINE},
    {"wasm_*_vec_copy", 2, OTHER_KIND, FINE},
    {"wasm_val*_copy", 2, OTHER_KIND, FINE},
    {"wasm_val*_copy", 2, NO_KIND, ANY},
    {"wasm_*_vec_copy", 2, ELSEWHERE, FINE},
    /* NULL is the null reference; there need not be a place for the trap. */
    {"wasm_table_*", 3, NULLED, FINE},
    {"wasm_instance_new", 4, NULLED, FINE},
    {"wasm_func_call", 3, EXTRA, FINE},
    /* Who gives no places for results gets none. */
    {"wasm_func_call", 3, NULLED, FINE},
    {"wasm_func_call", 3, EMPTY, FINE},
    /* The global has the kind of the value. */
    {"wasm_global_new", 3, OTHER_KIND, ANY},
    {"wasmer_metering_*", 0, TOO_MUCH, FINE},
    {"*", 0, NO_MATTER, FINE},
    {"*", 0, HUGE_SIZE, REFUSED},
};

/* Functions that take a reference as it is, whatever it is to. */
static bool takes_any_kind(const function_t *function) {
    static const char *const ends[] = {
        "_copy", "_delete", "_same", "_host_info", "_host_info_with_finalizer", "_as_ref",
        "_as_ref_const", "_as_extern", "_as_extern_const", "_as_externtype",
        "_as_externtype_const"};
    for (size_t i = 0; i < LENGTH(ends); i++) {
        if (has_suffix(function->name, ends[i])) return !is_question(function);
    }
    return false;
}

/* Whether there is an exception, and what it says. */
static bool excepted(const function_t *function, int place, matter_t found, bool fits,
                     expected_t *expected) {
    for (size_t i = 0; i < LENGTH(exceptions); i++) {
        *expected = exceptions[i].expected;
        if (exceptions[i].argument != 0 && exceptions[i].argument != place + 1) continue;
        if (exceptions[i].matter != MATTERS && exceptions[i].matter != found) continue;
        if (fits && *expected == SILENT) continue;
        if (fnmatch(exceptions[i].function, function->name, 0) == 0) return true;
    }
    return false;
}

/* `place` is that of the argument with the matter; it is 0 if there is none. */
static expected_t expected_of(const function_t *function, int place) {
    const argument_t *argument = &arguments[place];
    matter_t found = argument->matter;
    bool fits = (found == OTHER_KIND || found == ELSEWHERE) && argument->fits;
    expected_t expected;
    if (found == OTHER_KIND && takes_any_kind(function)) return ANY;
    if (excepted(function, place, found, fits, &expected)) return expected;
    /* Another one that is as good. */
    if (fits && excepted(function, place, NO_MATTER, false, &expected)) return expected;
    return REFUSED;
}

#endif
