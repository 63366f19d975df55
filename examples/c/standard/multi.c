/* Several results at once: a guest function that gives four, over a host function that gives
   three. */

#include "example.h"

static const char text[] =
    "(module"
    "  (import \"host\" \"split\" (func $split (param i64) (result i32 i32 i32)))"
    "  (func (export \"lap\") (param $start i64) (param $end i64) (param $metres f64)"
    "    (result i32 i32 i32 f64)"
    "    (local $seconds i64)"
    "    (local.set $seconds (i64.sub (local.get $end) (local.get $start)))"
    "    (call $split (local.get $seconds))"
    "    (f64.div (local.get $metres) (f64.convert_i64_s (local.get $seconds)))))";

/* A list of kinds as the vector of types that wasm_functype_new wants. For up to three parameters
   and two results wasm.h has short forms, such as wasm_functype_new_2_1. */
static void new_types(wasm_valtype_vec_t *out, const wasm_valkind_t *kinds, size_t count) {
    wasm_valtype_vec_new_uninitialized(out, count);
    for (size_t number = 0; number < out->size; number++) {
        out->data[number] = wasm_valtype_new(kinds[number]);
    }
}

/* split(seconds) -> hours, minutes, seconds */
static wasm_trap_t *split(const wasm_val_vec_t *arguments, wasm_val_vec_t *results) {
    int64_t seconds = arguments->data[0].of.i64;
    results->data[0] = (wasm_val_t)WASM_I32_VAL((int32_t)(seconds / 3600));
    results->data[1] = (wasm_val_t)WASM_I32_VAL((int32_t)(seconds / 60 % 60));
    results->data[2] = (wasm_val_t)WASM_I32_VAL((int32_t)(seconds % 60));
    return NULL;
}

static wasm_func_t *new_split(wasm_store_t *store) {
    static const wasm_valkind_t parameter_kinds[] = {WASM_I64};
    static const wasm_valkind_t result_kinds[] = {WASM_I32, WASM_I32, WASM_I32};
    wasm_valtype_vec_t parameters, results;
    new_types(&parameters, parameter_kinds, 1);
    new_types(&results, result_kinds, 3);
    /* Takes both vectors and all types in them. */
    wasm_functype_t *type = wasm_functype_new(&parameters, &results);
    wasm_func_t *func = wasm_func_new(store, type, split);
    wasm_functype_delete(type);
    return func;
}

static bool print_lap(const wasm_func_t *lap, int64_t start, int64_t end, double metres) {
    wasm_val_t values[] = {WASM_I64_VAL(start), WASM_I64_VAL(end), WASM_F64_VAL(metres)};
    wasm_val_vec_t arguments = WASM_ARRAY_VEC(values);
    /* Room for as many results as the function says. */
    wasm_val_vec_t results;
    wasm_val_vec_new_uninitialized(&results, wasm_func_result_arity(lap));
    bool fine = results.size == 4 && call("lap", lap, &arguments, &results);
    if (fine) {
        printf("%02" PRId32 ":%02" PRId32 ":%02" PRId32 ", %.2f m/s\n", results.data[0].of.i32,
               results.data[1].of.i32, results.data[2].of.i32, results.data[3].of.f64);
    }
    wasm_val_vec_delete(&results);
    return fine;
}

int main(void) {
    int outcome = EXIT_FAILURE;
    wasm_module_t *module = NULL;
    wasm_func_t *split_func = NULL;
    wasm_instance_t *instance = NULL;
    wasm_extern_vec_t exports = WASM_EMPTY_VEC;
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *store = wasm_store_new(engine);
    if (missing("engine", engine) || missing("store", store)) goto end;

    module = compile(store, text);
    if (!module) goto end;
    split_func = new_split(store);
    if (missing("split", split_func)) goto end;
    wasm_extern_t *things[] = {wasm_func_as_extern(split_func)};
    wasm_extern_vec_t imports = WASM_ARRAY_VEC(things);
    instance = instantiate(store, module, &imports);
    if (!instance) goto end;
    if (!get_exports(instance, 1, &exports)) goto end;
    wasm_func_t *lap = wasm_extern_as_func(exports.data[0]);
    if (missing("lap", lap)) goto end;

    printf("lap: %zu parameters, %zu results\n", wasm_func_param_arity(lap),
           wasm_func_result_arity(lap));
    if (!print_lap(lap, 36000, 39725, 10000)) goto end;
    if (!print_lap(lap, 39725, 43200, 10000)) goto end;
    outcome = EXIT_SUCCESS;

end:
    wasm_extern_vec_delete(&exports);
    wasm_instance_delete(instance);
    wasm_func_delete(split_func);
    wasm_module_delete(module);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
    return outcome;
}
