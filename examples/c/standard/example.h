/* What the examples after `hello` no longer spell out: compiling a text, making an instance,
   calling a function, and telling what went wrong. `hello` has each of these steps in full. */

#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasm.h>
#include <wasmer.h>

/* Prints why the library has just given NULL or false on this thread, if it left a reason. */
static inline void complain(const char *doing) {
    int length = wasmer_last_error_length();
    char *reason = length > 0 ? malloc((size_t)length) : NULL;
    if (reason && wasmer_last_error_message(reason, length) > 0) {
        fprintf(stderr, "%s: %s\n", doing, reason);
    } else {
        fprintf(stderr, "%s: failed\n", doing);
    }
    free(reason);
}

/* True, and a complaint, if what should have been made is NULL. */
static inline bool missing(const char *doing, const void *object) {
    if (object) return false;
    complain(doing);
    return true;
}

/* Prints the message of a trap. It ends in a NUL, so that it is a string of C. */
static inline void print_message(FILE *file, const wasm_trap_t *trap) {
    wasm_message_t message = WASM_EMPTY_VEC;
    wasm_trap_message(trap, &message);
    fprintf(file, "%s\n", message.size > 0 ? message.data : "(no message)");
    wasm_byte_vec_delete(&message);
}

/* Compiles a module that is given as text; gives NULL, after a complaint, if that fails. */
static inline wasm_module_t *compile(wasm_store_t *store, const char *text) {
    wasm_module_t *module = NULL;
    wasm_byte_vec_t source = WASM_EMPTY_VEC, binary = WASM_EMPTY_VEC;
    wasm_byte_vec_new(&source, strlen(text), text);
    wat2wasm(&source, &binary);
    if (binary.size == 0) {
        complain("text");
    } else {
        module = wasm_module_new(store, &binary);
        if (!module) complain("module");
    }
    wasm_byte_vec_delete(&binary);
    wasm_byte_vec_delete(&source);
    return module;
}

/* Makes an instance; gives NULL, after a complaint, if that fails. */
static inline wasm_instance_t *instantiate(wasm_store_t *store, const wasm_module_t *module,
                                           const wasm_extern_vec_t *imports) {
    wasm_trap_t *trap = NULL;
    wasm_instance_t *instance = wasm_instance_new(store, module, imports, &trap);
    if (trap) {
        fprintf(stderr, "instance: ");
        print_message(stderr, trap);
        wasm_trap_delete(trap);
    } else if (!instance) {
        complain("instance");
    }
    return instance;
}

/* Gets the exports of an instance, in the order of the module; gives false, after a complaint, if
   there are not as many as expected. The vector is the caller's in any case. */
static inline bool get_exports(const wasm_instance_t *instance, size_t count,
                               wasm_extern_vec_t *exports) {
    wasm_instance_exports(instance, exports);
    if (exports->size == count) return true;
    fprintf(stderr, "exports: %zu where %zu were expected\n", exports->size, count);
    return false;
}

/* Calls a function; gives false, after a complaint, if it traps. */
static inline bool call(const char *doing, const wasm_func_t *func, const wasm_val_vec_t *arguments,
                        wasm_val_vec_t *results) {
    wasm_trap_t *trap = wasm_func_call(func, arguments, results);
    if (!trap) return true;
    fprintf(stderr, "%s: ", doing);
    print_message(stderr, trap);
    wasm_trap_delete(trap);
    return false;
}

#endif
