/* A program for the standard C API (wasm.h) takes two things from libwasmer.h: the fast call, and
   a call with a v128, for which the standard has no value. Everything else stays as it was. */

#include <libwasmer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasm.h>
#include <wasmer.h>

static const char text[] =
    "(module"
    "  (func (export \"sum\") (param i32 i32) (result i32)"
    "    local.get 0 local.get 1 i32.add)"
    "  (func (export \"add four\") (param v128 v128) (result v128)"
    "    local.get 0 local.get 1 i32x4.add))";

/* Prints what went wrong, if something did, and frees the error. */
static bool failed(const char *doing, libwasmer_status_t status, libwasmer_error_t *error) {
    if (status == LIBWASMER_STATUS_OK) return false;
    libwasmer_view_t message = libwasmer_error_message(error);
    fprintf(stderr, "%s: %.*s\n", doing, (int)message.size, message.data);
    libwasmer_error_delete(error);
    return true;
}

/* The number under which libwasmer.h knows an export. It needs no delete. */
static bool handle_of(const wasm_extern_t *external, libwasmer_handle_t *handle) {
    libwasmer_error_t *error = NULL;
    return !failed("handle",
                   libwasmer_ref_handle(wasm_extern_as_ref_const(external), NULL, handle, &error),
                   error);
}

/* By the standard: values with kinds go in vectors, and a trap comes back. */
static bool call_by_the_standard(const wasm_func_t *sum) {
    wasm_val_t arguments[] = {WASM_I32_VAL(20), WASM_I32_VAL(22)}, results[] = {WASM_INIT_VAL};
    wasm_val_vec_t given = WASM_ARRAY_VEC(arguments), got = WASM_ARRAY_VEC(results);
    wasm_trap_t *trap = wasm_func_call(sum, &given, &got);
    if (trap) {
        wasm_trap_delete(trap);
        return false;
    }
    printf("wasm_func_call: %d\n", (int)results[0].of.i32);
    return true;
}

/* The same function in the same store: arguments and results in one array, nothing is converted. */
static bool call_fast(const libwasmer_arena_t *arena, libwasmer_handle_t sum) {
    libwasmer_error_t *error = NULL;
    libwasmer_slot_t slots[2];
    memset(slots, 0, sizeof slots);
    slots[0].i32 = 20;
    slots[1].i32 = 22;
    if (failed("call", libwasmer_func_call(arena, sum, slots, 2, &error), error)) return false;
    printf("libwasmer_func_call: %d\n", (int)slots[0].i32);
    return true;
}

static bool add_four(const libwasmer_arena_t *arena, libwasmer_handle_t add) {
    const int32_t one[4] = {1, 2, 3, 4}, other[4] = {10, 20, 30, 40};
    int32_t sums[4];
    libwasmer_error_t *error = NULL;
    libwasmer_slot_t slots[2];
    memcpy(slots[0].v128, one, sizeof one);
    memcpy(slots[1].v128, other, sizeof other);
    if (failed("call", libwasmer_func_call(arena, add, slots, 2, &error), error)) return false;
    memcpy(sums, slots[0].v128, sizeof sums);
    printf("four at once: %d %d %d %d\n", (int)sums[0], (int)sums[1], (int)sums[2], (int)sums[3]);
    return true;
}

int main(void) {
    int outcome = EXIT_FAILURE;
    wasm_byte_vec_t source = {strlen(text), (wasm_byte_t *)(uintptr_t)text};
    wasm_byte_vec_t binary = WASM_EMPTY_VEC;
    wasm_extern_vec_t exports = WASM_EMPTY_VEC;
    wasm_instance_t *instance = NULL;

    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *store = wasm_store_new(engine);
    wat2wasm(&source, &binary);
    wasm_module_t *module = wasm_module_new(store, &binary);
    if (module) instance = wasm_instance_new(store, module, NULL, NULL);
    if (instance) wasm_instance_exports(instance, &exports);
    if (exports.size != 2) {
        fprintf(stderr, "the module could not be made\n");
        goto end;
    }

    /* A store is an arena; this one belongs to the store, and nobody deletes it. */
    const libwasmer_arena_t *arena = libwasmer_store_arena(store);
    libwasmer_handle_t sum, add;
    if (handle_of(exports.data[0], &sum) && handle_of(exports.data[1], &add) &&
        call_by_the_standard(wasm_extern_as_func(exports.data[0])) && call_fast(arena, sum) &&
        add_four(arena, add)) {
        outcome = EXIT_SUCCESS;
    }

end:
    wasm_extern_vec_delete(&exports);
    wasm_instance_delete(instance);
    wasm_module_delete(module);
    wasm_byte_vec_delete(&binary);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
    return outcome;
}
