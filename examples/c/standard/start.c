/* A module may have a function that runs while it is instantiated. If that traps, there is no
   instance. */

#include "example.h"

static const char text[] =
    "(module"
    "  (import \"settings\" \"workers\" (global $workers i32))"
    "  (import \"host\" \"announce\" (func $announce (param i32)))"
    "  (global $slots (export \"slots\") (mut i32) (i32.const 0))"
    "  (func $prepare"
    "    (if (i32.le_s (global.get $workers) (i32.const 0))"
    "      (then unreachable))"
    "    (global.set $slots (i32.mul (global.get $workers) (i32.const 8)))"
    "    (call $announce (global.get $slots)))"
    "  (start $prepare))";

static wasm_trap_t *announce(const wasm_val_vec_t *arguments, wasm_val_vec_t *results) {
    (void)results;
    printf("  the start function made %" PRId32 " slots\n", arguments->data[0].of.i32);
    return NULL;
}

/* A constant global: the setting that the module is made with. */
static wasm_global_t *new_setting(wasm_store_t *store, int32_t number) {
    wasm_globaltype_t *type = wasm_globaltype_new(wasm_valtype_new_i32(), WASM_CONST);
    wasm_val_t value = WASM_I32_VAL(number);
    wasm_global_t *global = wasm_global_new(store, type, &value);
    wasm_globaltype_delete(type);
    return global;
}

static bool print_slots(const wasm_instance_t *instance) {
    wasm_extern_vec_t exports = WASM_EMPTY_VEC;
    bool fine = get_exports(instance, 1, &exports);
    if (fine) {
        wasm_val_t value = WASM_INIT_VAL;
        wasm_global_get(wasm_extern_as_global(exports.data[0]), &value);
        printf("  the instance has %" PRId32 " slots\n", value.of.i32);
    }
    wasm_extern_vec_delete(&exports);
    return fine;
}

/* Instantiates with so many workers, and tells what came of it. */
static bool run(wasm_store_t *store, const wasm_module_t *module, wasm_func_t *announce_func,
                int32_t workers) {
    printf("%" PRId32 " workers\n", workers);
    wasm_global_t *setting = new_setting(store, workers);
    bool fine = false;
    if (!missing("setting", setting)) {
        wasm_extern_t *things[] = {wasm_global_as_extern(setting),
                                   wasm_func_as_extern(announce_func)};
        wasm_extern_vec_t imports = WASM_ARRAY_VEC(things);
        wasm_trap_t *trap = NULL;
        wasm_instance_t *instance = wasm_instance_new(store, module, &imports, &trap);
        if (instance) {
            fine = print_slots(instance);
        } else if (trap) {
            printf("  no instance: ");
            print_message(stdout, trap);
            wasm_frame_t *origin = wasm_trap_origin(trap);
            if (origin) printf("  in function %" PRIu32 "\n", wasm_frame_func_index(origin));
            wasm_frame_delete(origin);
            fine = true;
        } else {
            complain("instance");
        }
        wasm_trap_delete(trap);
        wasm_instance_delete(instance);
    }
    wasm_global_delete(setting);
    return fine;
}

int main(void) {
    int outcome = EXIT_FAILURE;
    wasm_module_t *module = NULL;
    wasm_func_t *announce_func = NULL;
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *store = wasm_store_new(engine);
    if (missing("engine", engine) || missing("store", store)) goto end;

    module = compile(store, text);
    if (!module) goto end;
    wasm_functype_t *type = wasm_functype_new_1_0(wasm_valtype_new_i32());
    announce_func = wasm_func_new(store, type, announce);
    wasm_functype_delete(type);
    if (missing("announce", announce_func)) goto end;

    /* Each instance has its own globals, and its start function runs for itself. */
    if (!run(store, module, announce_func, 4)) goto end;
    if (!run(store, module, announce_func, 0)) goto end;
    if (!run(store, module, announce_func, 1)) goto end;
    outcome = EXIT_SUCCESS;

end:
    wasm_func_delete(announce_func);
    wasm_module_delete(module);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
    return outcome;
}
