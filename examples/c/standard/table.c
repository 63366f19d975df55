/* A table of functions, which the guest calls by number: the host looks into it, changes it and
   makes it larger, with functions of the guest and with its own. */

#include "example.h"

static const char text[] =
    "(module"
    "  (type $step (func (param i32) (result i32)))"
    "  (table $steps (export \"steps\") 2 5 funcref)"
    "  (func $double (export \"double\") (type $step)"
    "    (i32.mul (local.get 0) (i32.const 2)))"
    "  (func $negate (export \"negate\") (type $step)"
    "    (i32.sub (i32.const 0) (local.get 0)))"
    "  (func (export \"run\") (param $number i32) (param $value i32) (result i32)"
    "    (call_indirect $steps (type $step) (local.get $value) (local.get $number)))"
    "  (elem (i32.const 0) $double))";

enum { STEPS, DOUBLE, NEGATE, RUN, EXPORTS };

static wasm_trap_t *square(const wasm_val_vec_t *arguments, wasm_val_vec_t *results) {
    int32_t x = arguments->data[0].of.i32;
    results->data[0] = (wasm_val_t)WASM_I32_VAL(x * x);
    return NULL;
}

static wasm_trap_t *nothing(const wasm_val_vec_t *arguments, wasm_val_vec_t *results) {
    (void)arguments;
    (void)results;
    return NULL;
}

/* Lets the guest call what is at a number, with 21. */
static void run(const wasm_func_t *func, int32_t number) {
    wasm_val_t values[] = {WASM_I32_VAL(number), WASM_I32_VAL(21)};
    wasm_val_t value[] = {WASM_INIT_VAL};
    wasm_val_vec_t arguments = WASM_ARRAY_VEC(values);
    wasm_val_vec_t results = WASM_ARRAY_VEC(value);
    wasm_trap_t *trap = wasm_func_call(func, &arguments, &results);
    printf("step %" PRId32 ": ", number);
    if (trap) {
        print_message(stdout, trap);
    } else {
        printf("%" PRId32 "\n", value[0].of.i32);
    }
    wasm_trap_delete(trap);
}

/* Takes a function out of the table and calls it from here, with 5. */
static bool call_from_host(const wasm_table_t *steps, wasm_table_size_t number) {
    wasm_ref_t *ref = wasm_table_get(steps, number); /* ours */
    wasm_func_t *func = wasm_ref_as_func(ref);       /* the same object, not ours to delete */
    bool fine = false;
    if (!missing("element", func)) {
        wasm_val_t five[] = {WASM_I32_VAL(5)}, value[] = {WASM_INIT_VAL};
        wasm_val_vec_t arguments = WASM_ARRAY_VEC(five);
        wasm_val_vec_t results = WASM_ARRAY_VEC(value);
        fine = call("element", func, &arguments, &results);
        if (fine) {
            printf("step %" PRIu32 ", called by the host with 5: %" PRId32 "\n", number,
                   value[0].of.i32);
        }
    }
    wasm_ref_delete(ref);
    return fine;
}

static const char *answer(bool yes) { return yes ? "yes" : "no"; }

static bool empty(const wasm_table_t *steps, wasm_table_size_t number) {
    wasm_ref_t *ref = wasm_table_get(steps, number);
    wasm_ref_delete(ref);
    return ref == NULL;
}

static bool work(wasm_store_t *store, const wasm_extern_vec_t *exports) {
    wasm_table_t *steps = wasm_extern_as_table(exports->data[STEPS]);
    wasm_func_t *negate = wasm_extern_as_func(exports->data[NEGATE]);
    wasm_func_t *run_func = wasm_extern_as_func(exports->data[RUN]);
    if (missing("table", steps) || missing("negate", negate) || missing("run", run_func)) {
        return false;
    }

    printf("size: %" PRIu32 ", 1 is empty: %s\n", wasm_table_size(steps), answer(empty(steps, 1)));
    run(run_func, 0);
    run(run_func, 1); /* traps: there is nothing */

    /* The table copies the reference; `negate` stays where it is. */
    if (!wasm_table_set(steps, 1, wasm_func_as_ref(negate))) {
        complain("set");
        return false;
    }
    run(run_func, 1);

    /* Two more places, filled with a function of this program. */
    wasm_functype_t *type = wasm_functype_new_1_1(wasm_valtype_new_i32(), wasm_valtype_new_i32());
    wasm_func_t *square_func = wasm_func_new(store, type, square);
    wasm_functype_delete(type);
    bool grown = square_func && wasm_table_grow(steps, 2, wasm_func_as_ref(square_func));
    wasm_func_delete(square_func); /* the table keeps the function alive */
    if (!grown) {
        complain("grow");
        return false;
    }
    printf("size: %" PRIu32 "\n", wasm_table_size(steps));
    run(run_func, 2);
    if (!call_from_host(steps, 3)) return false;

    /* A function of another type may lie in the table, yet not be called as if it were a step. */
    type = wasm_functype_new_0_0();
    wasm_func_t *nothing_func = wasm_func_new(store, type, nothing);
    wasm_functype_delete(type);
    bool set = nothing_func && wasm_table_set(steps, 3, wasm_func_as_ref(nothing_func));
    wasm_func_delete(nothing_func);
    if (!set || !wasm_table_set(steps, 0, NULL)) {
        complain("set");
        return false;
    }
    run(run_func, 3);
    run(run_func, 0); /* emptied */
    run(run_func, 4); /* beyond the end */

    printf("4 can be set: %s\n", answer(wasm_table_set(steps, 4, wasm_func_as_ref(negate))));
    printf("4 is empty: %s\n", answer(empty(steps, 4)));
    printf("beyond the limit of 5: %s\n", answer(wasm_table_grow(steps, 2, NULL)));
    printf("up to it: %s\n", answer(wasm_table_grow(steps, 1, NULL)));
    printf("size: %" PRIu32 "\n", wasm_table_size(steps));
    return true;
}

int main(void) {
    int outcome = EXIT_FAILURE;
    wasm_module_t *module = NULL;
    wasm_instance_t *instance = NULL;
    wasm_extern_vec_t exports = WASM_EMPTY_VEC;
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *store = wasm_store_new(engine);
    if (missing("engine", engine) || missing("store", store)) goto end;

    module = compile(store, text);
    if (!module) goto end;
    wasm_extern_vec_t imports = WASM_EMPTY_VEC;
    instance = instantiate(store, module, &imports);
    if (!instance) goto end;
    if (!get_exports(instance, EXPORTS, &exports)) goto end;
    if (work(store, &exports)) outcome = EXIT_SUCCESS;

end:
    wasm_extern_vec_delete(&exports);
    wasm_instance_delete(instance);
    wasm_module_delete(module);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
    return outcome;
}
