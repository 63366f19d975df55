/* Compiles once, keeps the machine code as bytes, and loads it elsewhere without compiling. Bytes
   that are damaged are refused.

   The bytes are a program for this machine and this version of the library. Load none from
   strangers: machine code can do whatever this program can. */

#include "example.h"

static const char text[] =
    "(module"
    "  (func $factorial (export \"factorial\") (param i64) (result i64)"
    "    (if (result i64) (i64.le_s (local.get 0) (i64.const 1))"
    "      (then (i64.const 1))"
    "      (else"
    "        (i64.mul"
    "          (local.get 0)"
    "          (call $factorial (i64.sub (local.get 0) (i64.const 1))))))))";

/* Gives the compiled module as bytes. The engine and the store are gone afterwards. */
static bool compile_to_bytes(wasm_byte_vec_t *bytes) {
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *store = wasm_store_new(engine);
    wasm_module_t *module = NULL;
    if (!missing("engine", engine) && !missing("store", store)) module = compile(store, text);
    if (module) {
        wasm_module_serialize(module, bytes);
        if (bytes->size == 0) complain("serialize");
    }
    wasm_module_delete(module);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
    return bytes->size > 0;
}

static bool run(wasm_store_t *store, const wasm_module_t *module) {
    wasm_extern_vec_t imports = WASM_EMPTY_VEC, exports = WASM_EMPTY_VEC;
    wasm_instance_t *instance = instantiate(store, module, &imports);
    bool fine = instance && get_exports(instance, 1, &exports);
    if (fine) {
        wasm_val_t number[] = {WASM_I64_VAL(20)}, product[] = {WASM_INIT_VAL};
        wasm_val_vec_t arguments = WASM_ARRAY_VEC(number);
        wasm_val_vec_t results = WASM_ARRAY_VEC(product);
        fine = call("factorial", wasm_extern_as_func(exports.data[0]), &arguments, &results);
        if (fine) printf("factorial of 20: %" PRId64 "\n", product[0].of.i64);
    }
    wasm_extern_vec_delete(&exports);
    wasm_instance_delete(instance);
    return fine;
}

static bool load_and_run(wasm_store_t *store, const wasm_byte_vec_t *bytes) {
    wasm_module_t *module = wasm_module_deserialize(store, bytes);
    if (missing("deserialize", module)) return false;
    bool fine = run(store, module);
    wasm_module_delete(module);
    return fine;
}

/* Tries to load bytes that are no module any more. */
static bool refused(wasm_store_t *store, const char *what, const wasm_byte_vec_t *bytes) {
    wasm_module_t *module = wasm_module_deserialize(store, bytes);
    printf("%s: %s\n", what, module ? "loaded" : "refused");
    wasm_module_delete(module);
    return !module;
}

int main(void) {
    bool fine = false;
    wasm_byte_vec_t bytes = WASM_EMPTY_VEC, changed = WASM_EMPTY_VEC;
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *store = wasm_store_new(engine);
    if (missing("engine", engine) || missing("store", store)) goto end;
    if (!compile_to_bytes(&bytes)) goto end;

    /* A program would write them into a file here, and read them at its next start. */
    if (!load_and_run(store, &bytes)) goto end;

    wasm_byte_vec_copy(&changed, &bytes);
    if (changed.size != bytes.size) goto end;
    changed.data[0] = (byte_t)(changed.data[0] ^ 1);
    wasm_byte_vec_t half = {bytes.size / 2, bytes.data}; /* a view: not to be deleted */
    wasm_byte_vec_t nothing = WASM_EMPTY_VEC;
    if (!refused(store, "one bit changed", &changed)) goto end;
    if (!refused(store, "the first half", &half)) goto end;
    if (!refused(store, "no bytes", &nothing)) goto end;

    /* What was refused has done no harm. */
    fine = load_and_run(store, &bytes);

end:
    wasm_byte_vec_delete(&changed);
    wasm_byte_vec_delete(&bytes);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
    return fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
