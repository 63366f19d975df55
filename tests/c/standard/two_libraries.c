/* Two libraries with the same names in one process: ours and Wasmer's own. Each must call its own
   code, also below the surface (a trap and a memory.grow go through functions that both export).

     two_libraries <library> <other library> [global]

   Loads both by dlopen in the order given, with their names for themselves or, with `global`, for
   all; then runs each, in turns. scripts/peer tries all four ways. */

/* For dlopen. */
#define _DEFAULT_SOURCE

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasm.h>

static unsigned passed, failed;

static void check(bool condition, const char *library, const char *what) {
    if (condition) {
        passed++;
        return;
    }
    failed++;
    printf("%s: %s\n", library, what);
    fflush(stdout);
}

/* The functions that are used of a library. ISO C has no cast from dlsym's pointer to a function's,
   so it is copied. */
typedef struct {
    const char *name;
    void *handle;
} library_t;

static void find(const library_t *library, const char *function, void *out) {
    void *address = dlsym(library->handle, function);
    if (address == NULL) {
        printf("%s: %s is missing\n", library->name, function);
        exit(EXIT_FAILURE);
    }
    memcpy(out, &address, sizeof address);
}

#define USE(type, function, parameters) \
    type(*function##_) parameters;      \
    find(library, #function, &function##_)

/* (module (memory (export "m") 1 3) (func (export "answer") (result i32) i32.const 42)
     (func (export "trap") unreachable)
     (func (export "grow") (result i32) i32.const 1 memory.grow)
     (func (export "divide") (param i32) (result i32) i32.const 7 local.get 0 i32.div_s)) */
static const char binary[] =
    "\0asm\1\0\0\0"
    "\1\x0d\3\x60\0\1\x7f\x60\0\0\x60\1\x7f\1\x7f"
    "\3\5\4\0\1\0\2"
    "\5\4\1\1\1\3"
    "\7\x25\5\1m\2\0\6answer\0\0\4trap\0\1\4grow\0\2\6divide\0\3"
    "\x0a\x19\4\4\0\x41\x2a\x0b\3\0\0\x0b\6\0\x41\1\x40\0\x0b\7\0\x41\7\x20\0\x6d\x0b";
enum { MEMORY, ANSWER, TRAP, GROW, DIVIDE, EXPORTS };

static void run(const library_t *library) {
    USE(wasm_engine_t *, wasm_engine_new, (void));
    USE(void, wasm_engine_delete, (wasm_engine_t *));
    USE(wasm_store_t *, wasm_store_new, (wasm_engine_t *));
    USE(void, wasm_store_delete, (wasm_store_t *));
    USE(wasm_module_t *, wasm_module_new, (wasm_store_t *, const wasm_byte_vec_t *));
    USE(void, wasm_module_delete, (wasm_module_t *));
    USE(wasm_instance_t *, wasm_instance_new,
        (wasm_store_t *, const wasm_module_t *, const wasm_extern_vec_t *, wasm_trap_t **));
    USE(void, wasm_instance_delete, (wasm_instance_t *));
    USE(void, wasm_instance_exports, (const wasm_instance_t *, wasm_extern_vec_t *));
    USE(void, wasm_extern_vec_delete, (wasm_extern_vec_t *));
    USE(wasm_func_t *, wasm_extern_as_func, (wasm_extern_t *));
    USE(wasm_memory_t *, wasm_extern_as_memory, (wasm_extern_t *));
    USE(wasm_trap_t *, wasm_func_call,
        (const wasm_func_t *, const wasm_val_vec_t *, wasm_val_vec_t *));
    USE(void, wasm_trap_message, (const wasm_trap_t *, wasm_byte_vec_t *));
    USE(void, wasm_trap_delete, (wasm_trap_t *));
    USE(void, wasm_byte_vec_delete, (wasm_byte_vec_t *));
    USE(wasm_memory_pages_t, wasm_memory_size, (const wasm_memory_t *));
    USE(bool, wasm_memory_grow, (wasm_memory_t *, wasm_memory_pages_t));
    const char *name = library->name;

    wasm_engine_t *engine = wasm_engine_new_();
    wasm_store_t *store = wasm_store_new_(engine);
    wasm_byte_vec_t bytes = {sizeof binary - 1, (byte_t *)(uintptr_t)binary};
    wasm_module_t *module = wasm_module_new_(store, &bytes);
    wasm_extern_vec_t none = WASM_EMPTY_VEC, exports = WASM_EMPTY_VEC;
    wasm_instance_t *instance = wasm_instance_new_(store, module, &none, NULL);
    if (instance != NULL) wasm_instance_exports_(instance, &exports);
    check(exports.size == EXPORTS, name, "no instance");
    if (exports.size != EXPORTS) return;

    wasm_val_t result = WASM_INIT_VAL, zero = WASM_I32_VAL(0);
    wasm_val_vec_t empty = WASM_EMPTY_VEC, room = {1, &result}, args = {1, &zero};
    wasm_memory_t *memory = wasm_extern_as_memory_(exports.data[MEMORY]);
    wasm_trap_t *trap = wasm_func_call_(wasm_extern_as_func_(exports.data[ANSWER]), &empty, &room);
    check(trap == NULL && result.of.i32 == 42, name, "the call");
    for (int i = 0; i < 3; i++) {
        trap = wasm_func_call_(wasm_extern_as_func_(exports.data[TRAP]), &empty, &empty);
        check(trap != NULL, name, "no trap");
        if (trap == NULL) continue;
        wasm_byte_vec_t message = WASM_EMPTY_VEC;
        wasm_trap_message_(trap, &message);
        check(message.size > 11 && strstr(message.data, "unreachable") != NULL, name,
              "the message of the trap");
        wasm_byte_vec_delete_(&message);
        wasm_trap_delete_(trap);
    }
    trap = wasm_func_call_(wasm_extern_as_func_(exports.data[DIVIDE]), &args, &room);
    check(trap != NULL, name, "no trap for a division by 0");
    wasm_trap_delete_(trap);
    trap = wasm_func_call_(wasm_extern_as_func_(exports.data[GROW]), &empty, &room);
    check(trap == NULL && result.of.i32 == 1, name, "memory.grow");
    check(wasm_memory_size_(memory) == 2, name, "the memory has not grown");
    check(wasm_memory_grow_(memory, 1), name, "grown by the host");
    check(wasm_memory_size_(memory) == 3, name, "the size after that");
    trap = wasm_func_call_(wasm_extern_as_func_(exports.data[GROW]), &empty, &room);
    check(trap == NULL && result.of.i32 == -1, name, "memory.grow past the maximum");

    wasm_extern_vec_delete_(&exports);
    wasm_instance_delete_(instance);
    wasm_module_delete_(module);
    wasm_store_delete_(store);
    wasm_engine_delete_(engine);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: two_libraries <library> <other library> [global]\n");
        return 2;
    }
    int scope = argc > 3 ? RTLD_GLOBAL : RTLD_LOCAL;
    library_t libraries[2];
    for (int i = 0; i < 2; i++) {
        libraries[i] = (library_t){argv[i + 1], dlopen(argv[i + 1], RTLD_NOW | scope)};
        if (libraries[i].handle == NULL) {
            fprintf(stderr, "%s\n", dlerror());
            return 2;
        }
    }
    check(libraries[0].handle != libraries[1].handle, argv[1], "both are one library");
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 2; i++) run(&libraries[i]);
    }
    printf("two_libraries: %u passed, %u failed\n", passed, failed);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
