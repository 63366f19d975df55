/*
 * A program outside of this repository that uses the standard interface. Prints 42, and the version
 * of Wasmer that the library stands for. It is C11 and C++17, so designated initializers are out.
 *
 * FROM_FOLDER is defined to include the headers as <wasmer/wasm.h>.
 */

#ifdef FROM_FOLDER
#include <wasmer/wasm.h>
#include <wasmer/wasmer.h>
#else
#include <wasm.h>
#include <wasmer.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* (module (func (export "sum") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)) */
static const unsigned char sum_wasm[] = {
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
    0x01, 0x07, 0x01, 0x60, 0x02, 0x7f, 0x7f, 0x01, 0x7f,
    0x03, 0x02, 0x01, 0x00,
    0x07, 0x07, 0x01, 0x03, 's', 'u', 'm', 0x00, 0x00,
    0x0a, 0x09, 0x01, 0x07, 0x00, 0x20, 0x00, 0x20, 0x01, 0x6a, 0x0b,
};

static wasm_func_t *only_export(const wasm_instance_t *instance, wasm_extern_vec_t *exports) {
    wasm_instance_exports(instance, exports);
    return exports->size == 1 ? wasm_extern_as_func(exports->data[0]) : NULL;
}

static bool add(wasm_func_t *sum) {
    wasm_val_t values[2], result[1];
    values[0].kind = WASM_I32;
    values[0].of.i32 = 5;
    values[1].kind = WASM_I32;
    values[1].of.i32 = 37;
    result[0].kind = WASM_I32;
    result[0].of.i32 = 0;
    wasm_val_vec_t arguments = WASM_ARRAY_VEC(values), results = WASM_ARRAY_VEC(result);

    wasm_trap_t *trap = wasm_func_call(sum, &arguments, &results);
    if (trap) {
        wasm_trap_delete(trap);
        return false;
    }
    printf("%d\n", (int)result[0].of.i32);
    return true;
}

int main(void) {
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *store = wasm_store_new(engine);
    wasm_byte_vec_t binary;
    wasm_byte_vec_new(&binary, sizeof sum_wasm, (const wasm_byte_t *)sum_wasm);
    wasm_module_t *module = wasm_module_new(store, &binary);
    wasm_byte_vec_delete(&binary);

    wasm_extern_vec_t none = WASM_EMPTY_VEC, exports = WASM_EMPTY_VEC;
    wasm_trap_t *trap = NULL;
    wasm_instance_t *instance = wasm_instance_new(store, module, &none, &trap);
    wasm_func_t *sum = instance ? only_export(instance, &exports) : NULL;
    bool added = sum && add(sum);
    if (added) printf("%s\n", strcmp(wasmer_version(), WASMER_VERSION) ? "?" : WASMER_VERSION);
    else fprintf(stderr, "engine %p, store %p, module %p, instance %p, trap %p, sum %p\n",
                 (void *)engine, (void *)store, (void *)module, (void *)instance, (void *)trap,
                 (void *)sum);

    wasm_trap_delete(trap);
    wasm_extern_vec_delete(&exports);
    wasm_instance_delete(instance);
    wasm_module_delete(module);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
    return added ? EXIT_SUCCESS : EXIT_FAILURE;
}
