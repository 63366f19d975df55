/* The way through wasm.h in one piece: engine, store, module, instance, call. Prints a greeting
   that lies in the memory of a module.

   Who deletes what: where wasm.h says `own`, the thing is ours until we give it to the `_delete` of
   its kind. A pointer that comes without `own` looks into something else and is never deleted. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasm.h>
#include <wasmer.h>

static const char text[] =
    "(module"
    "  (memory (export \"memory\") 1)"
    "  (data (i32.const 32) \"Hello from WebAssembly\")"
    "  (func (export \"greeting\") (result i32 i32)"
    "    i32.const 32"
    "    i32.const 22))";

/* Prints why the library has just given NULL, and gives the exit code for it. */
static int failure(const char *doing) {
    char reason[512];
    int length = wasmer_last_error_message(reason, (int)sizeof reason);
    fprintf(stderr, "%s: %s\n", doing, length > 0 ? reason : "failed");
    return EXIT_FAILURE;
}

/* A trap is how a call says that it failed. Whoever gets one deletes it. */
static int failure_of_trap(const char *doing, wasm_trap_t *trap) {
    wasm_message_t message = WASM_EMPTY_VEC;
    wasm_trap_message(trap, &message);
    fprintf(stderr, "%s: %s\n", doing, message.size > 0 ? message.data : "failed");
    wasm_byte_vec_delete(&message);
    wasm_trap_delete(trap);
    return EXIT_FAILURE;
}

/* Calls `greeting`, which gives an address and a length, and prints what is there. */
static int greet(const wasm_instance_t *instance) {
    /* The exports come in the order in which the module has them. */
    wasm_extern_vec_t exports = WASM_EMPTY_VEC;
    wasm_instance_exports(instance, &exports);
    /* Both belong to the vector, and end with it. */
    wasm_memory_t *memory = NULL;
    wasm_func_t *greeting = NULL;
    if (exports.size == 2) {
        memory = wasm_extern_as_memory(exports.data[0]);
        greeting = wasm_extern_as_func(exports.data[1]);
    }
    if (!memory || !greeting) {
        wasm_extern_vec_delete(&exports);
        return failure("exports");
    }

    int outcome = EXIT_FAILURE;
    wasm_val_t values[2] = {WASM_INIT_VAL, WASM_INIT_VAL};
    wasm_val_vec_t arguments = WASM_EMPTY_VEC;
    wasm_val_vec_t results = WASM_ARRAY_VEC(values);
    wasm_trap_t *trap = wasm_func_call(greeting, &arguments, &results);
    if (trap) {
        outcome = failure_of_trap("call", trap);
    } else {
        size_t address = (uint32_t)values[0].of.i32;
        size_t length = (uint32_t)values[1].of.i32;
        size_t size = wasm_memory_data_size(memory);
        /* The guest chose these numbers, so they are checked. */
        if (address <= size && length <= size - address && length <= 1000) {
            printf("%.*s\n", (int)length, wasm_memory_data(memory) + address);
            outcome = EXIT_SUCCESS;
        } else {
            fprintf(stderr, "the greeting lies outside of the memory\n");
        }
    }
    wasm_extern_vec_delete(&exports);
    return outcome;
}

int main(void) {
    int outcome = EXIT_FAILURE;
    wasm_module_t *module = NULL;
    wasm_instance_t *instance = NULL;
    wasm_byte_vec_t source = WASM_EMPTY_VEC;
    wasm_byte_vec_t binary = WASM_EMPTY_VEC;

    /* The engine compiles. A process needs one. */
    wasm_engine_t *engine = wasm_engine_new();
    /* A store holds what runs: instances and what they have. It is for one thread at a time. */
    wasm_store_t *store = wasm_store_new(engine);
    if (!engine || !store) {
        failure("engine and store");
        goto end;
    }

    /* wasm.h knows the binary format only. */
    wasm_byte_vec_new(&source, strlen(text), text);
    wat2wasm(&source, &binary);
    if (binary.size == 0) {
        failure("text");
        goto end;
    }

    module = wasm_module_new(store, &binary);
    if (!module) {
        failure("module");
        goto end;
    }

    /* The module imports nothing. */
    wasm_extern_vec_t imports = WASM_EMPTY_VEC;
    wasm_trap_t *trap = NULL;
    instance = wasm_instance_new(store, module, &imports, &trap);
    if (trap) {
        failure_of_trap("instance", trap);
        goto end;
    }
    if (!instance) {
        failure("instance");
        goto end;
    }

    outcome = greet(instance);

end:
    /* NULL and an empty vector may be deleted too. */
    wasm_instance_delete(instance);
    wasm_module_delete(module);
    wasm_byte_vec_delete(&binary);
    wasm_byte_vec_delete(&source);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
    return outcome;
}
