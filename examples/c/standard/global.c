/* Globals: one of the host that two instances share, and those that each instance has for itself.
   What may not be set stays as it is. */

#include "example.h"

static const char text[] =
    "(module"
    "  (import \"host\" \"step\" (global $step (mut i64)))"
    "  (global $first (export \"first\") i64 (i64.const 100))"
    "  (global $place (export \"place\") (mut i64) (i64.const 100))"
    "  (export \"step\" (global $step))"
    "  (func (export \"advance\")"
    "    (global.set $place (i64.add (global.get $place) (global.get $step)))))";

enum { FIRST, PLACE, STEP, ADVANCE, EXPORTS };

/* An instance with its exports. */
typedef struct {
    wasm_instance_t *instance;
    wasm_extern_vec_t exports;
    wasm_global_t *first, *place, *step; /* in the vector */
    wasm_func_t *advance;
} walker_t;

static bool start_walker(walker_t *walker, wasm_store_t *store, const wasm_module_t *module,
                         wasm_global_t *step) {
    wasm_extern_t *things[] = {wasm_global_as_extern(step)};
    wasm_extern_vec_t imports = WASM_ARRAY_VEC(things);
    walker->instance = instantiate(store, module, &imports);
    if (!walker->instance) return false;
    if (!get_exports(walker->instance, EXPORTS, &walker->exports)) return false;
    walker->first = wasm_extern_as_global(walker->exports.data[FIRST]);
    walker->place = wasm_extern_as_global(walker->exports.data[PLACE]);
    walker->step = wasm_extern_as_global(walker->exports.data[STEP]);
    walker->advance = wasm_extern_as_func(walker->exports.data[ADVANCE]);
    return !missing("first", walker->first) && !missing("place", walker->place) &&
           !missing("step", walker->step) && !missing("advance", walker->advance);
}

static void end_walker(walker_t *walker) {
    wasm_extern_vec_delete(&walker->exports);
    wasm_instance_delete(walker->instance);
}

static int64_t get(const wasm_global_t *global) {
    /* The value is ours. A number needs no wasm_val_delete, a reference would. */
    wasm_val_t value = WASM_INIT_VAL;
    wasm_global_get(global, &value);
    return value.of.i64;
}

static void set(wasm_global_t *global, int64_t number) {
    wasm_val_t value = WASM_I64_VAL(number);
    wasm_global_set(global, &value);
}

static bool advance(const walker_t *walker) {
    wasm_val_vec_t none = WASM_EMPTY_VEC;
    return call("advance", walker->advance, &none, &none);
}

static void print_places(const walker_t *one, const walker_t *two) {
    printf("at %" PRId64 " and %" PRId64 "\n", get(one->place), get(two->place));
}

static bool is_constant(const wasm_global_t *global) {
    wasm_globaltype_t *type = wasm_global_type(global);
    bool constant = wasm_globaltype_mutability(type) == WASM_CONST;
    wasm_globaltype_delete(type);
    return constant;
}

int main(void) {
    int outcome = EXIT_FAILURE;
    wasm_module_t *module = NULL;
    wasm_global_t *step = NULL;
    walker_t one = {.exports = WASM_EMPTY_VEC}, two = {.exports = WASM_EMPTY_VEC};
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *store = wasm_store_new(engine);
    if (missing("engine", engine) || missing("store", store)) goto end;

    module = compile(store, text);
    if (!module) goto end;
    wasm_globaltype_t *type = wasm_globaltype_new(wasm_valtype_new_i64(), WASM_VAR);
    wasm_val_t five = WASM_I64_VAL(5);
    step = wasm_global_new(store, type, &five);
    wasm_globaltype_delete(type);
    if (missing("step", step)) goto end;
    if (!start_walker(&one, store, module, step) || !start_walker(&two, store, module, step)) {
        goto end;
    }

    puts("a step of 5 for the first");
    if (!advance(&one)) goto end;
    print_places(&one, &two);

    puts("a step of -20 for both");
    set(step, -20);
    if (!advance(&one) || !advance(&two)) goto end;
    print_places(&one, &two);

    puts("the second is put at 7");
    set(two.place, 7);
    print_places(&one, &two);

    /* What the module hands on is the host's own global. */
    printf("the step is one object: %s\n", wasm_global_same(step, one.step) ? "yes" : "no");
    set(one.step, 1);
    printf("its value, set by way of the export: %" PRId64 "\n", get(step));

    /* wasm_global_set gives nothing back: whoever must know looks at the type first. */
    printf("`first` is constant: %s\n", is_constant(one.first) ? "yes" : "no");
    set(one.first, 1);
    printf("after it was set to 1: %" PRId64 "\n", get(one.first));
    wasm_val_t fraction = WASM_F64_VAL(0.5);
    wasm_global_set(one.place, &fraction);
    printf("`place` after it was set to a f64: %" PRId64 "\n", get(one.place));
    outcome = EXIT_SUCCESS;

end:
    end_walker(&two);
    end_walker(&one);
    wasm_global_delete(step);
    wasm_module_delete(module);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
    return outcome;
}
