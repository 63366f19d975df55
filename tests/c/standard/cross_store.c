/* Objects of one store in another: each function that takes two objects tells them apart. */

#include "objects.h"

static const char everything[] =
    "(module (func (export \"f\") (result i32) i32.const 42)"
    "(global (export \"g\") (mut externref) (ref.null extern)) (table (export \"t\") 2 funcref)"
    "(memory (export \"m\") 1) (func (export \"pass\") (param externref) (result externref)"
    "  local.get 0) (func (export \"passf\") (param funcref) (result funcref) local.get 0)"
    "(global (export \"gf\") (mut funcref) (ref.null func)))";
enum { F, G, T, M, PASS, PASSF, GF };

/* `here` and `there`: two stores, of one engine or of two. */
static guest_t here, there;

static void open_both(bool one_engine) {
    here = open_guest(everything);
    there = open_store();
    if (one_engine) {
        wasm_store_delete(there.store);
        wasm_engine_delete(there.engine);
        there.store = wasm_store_new(here.engine);
        there.engine = NULL;
    }
    load(&there, everything, 0, NULL);
}

static void close_both(void) {
    EQUAL(call_0(func_at(&here, F)), 42);
    EQUAL(call_0(func_at(&there, F)), 42);
    close_guest(&there);
    close_guest(&here);
}

static wasm_ref_t *foreign_of(const guest_t *guest) {
    wasm_foreign_t *object = wasm_foreign_new(guest->store);
    NEED(object != NULL);
    wasm_ref_t *ref = wasm_ref_copy(wasm_foreign_as_ref(object));
    wasm_foreign_delete(object);
    return ref;
}

static void imports_of(bool one_engine) {
    static const char *const wanted[4] = {
        "(module (import \"\" \"\" (func (result i32))))",
        "(module (import \"\" \"\" (global (mut externref))))",
        "(module (import \"\" \"\" (table 2 funcref)))", "(module (import \"\" \"\" (memory 1)))"};
    open_both(one_engine);
    for (size_t i = 0; i < 4; i++) {
        wasm_module_t *module = module_of(here.store, wanted[i]);
        wasm_extern_vec_t imports = {1, &there.exports.data[i]};
        wasm_trap_t *trap = NULL;
        wasm_instance_t *instance = wasm_instance_new(here.store, module, &imports, &trap);
        CHECK(instance == NULL, "%s: linked to another store", wanted[i]);
        CHECK(trap != NULL, "%s: no trap", wanted[i]);
        wasm_trap_delete(trap);
        wasm_instance_delete(instance);
        wasm_module_delete(module);
    }
    close_both();
}

static void imports(void) { imports_of(false); }
static void imports_of_the_same_engine(void) { imports_of(true); }

static void host_functions_as_imports(void) {
    open_both(true);
    wasm_func_t *func = new_nothing(there.store);
    wasm_module_t *module = module_of(here.store, "(module (import \"\" \"\" (func)))");
    wasm_extern_t *external = wasm_func_as_extern(func);
    wasm_extern_vec_t imports = {1, &external};
    wasm_trap_t *trap = NULL;
    CHECK(wasm_instance_new(here.store, module, &imports, &trap) == NULL, "linked");
    CHECK(trap != NULL, "no trap");
    wasm_trap_delete(trap);
    wasm_module_delete(module);
    wasm_func_delete(func);
    close_both();
}

/* A module belongs to its engine: another store of it takes it, that of another engine may. */
static void modules(void) {
    for (int one_engine = 0; one_engine < 2; one_engine++) {
        open_both(one_engine);
        wasm_extern_vec_t none = WASM_EMPTY_VEC, exports = WASM_EMPTY_VEC;
        wasm_trap_t *trap = NULL;
        wasm_instance_t *instance = wasm_instance_new(here.store, there.module, &none, &trap);
        CHECK((instance == NULL) == (trap != NULL), "neither an instance nor a trap");
        CHECK(instance != NULL || !one_engine, "not for another store of the engine");
        if (instance != NULL) {
            wasm_instance_exports(instance, &exports);
            EQUAL(call_0(wasm_extern_as_func(exports.data[F])), 42);
        }
        wasm_extern_vec_delete(&exports);
        wasm_instance_delete(instance);
        wasm_trap_delete(trap);
        close_both();
    }
}

static void globals(void) {
    open_both(true);
    wasm_ref_t *object = foreign_of(&there);
    wasm_val_t objects[2] = {externref(object), funcref(wasm_func_as_ref(func_at(&there, F)))};
    for (size_t i = 0; i < 2; i++) {
        wasm_globaltype_t *type =
            wasm_globaltype_new(wasm_valtype_new(objects[i].kind), WASM_VAR);
        wasm_global_t *made = wasm_global_new(here.store, type, &objects[i]);
        CHECK(made == NULL, "made with value %u", (unsigned)i);
        wasm_global_delete(made);
        wasm_globaltype_delete(type);
        wasm_global_t *global = global_at(&here, i == 0 ? G : GF);
        wasm_global_set(global, &objects[i]);
        wasm_val_t found;
        wasm_global_get(global, &found);
        CHECK(found.of.ref == NULL, "set to value %u", (unsigned)i);
        wasm_val_delete(&found);
    }
    wasm_ref_delete(object);
    close_both();
}

static void tables(void) {
    open_both(true);
    wasm_ref_t *object = foreign_of(&there), *func = wasm_func_as_ref(func_at(&there, F));
    const wasm_limits_t limits = {1, 9};
    wasm_ref_t *refs[2] = {func, object};
    static const wasm_valkind_t kinds[2] = {WASM_FUNCREF, WASM_EXTERNREF};
    for (size_t i = 0; i < 2; i++) {
        wasm_tabletype_t *type = wasm_tabletype_new(wasm_valtype_new(kinds[i]), &limits);
        wasm_table_t *made = wasm_table_new(here.store, type, refs[i]);
        CHECK(made == NULL, "made with reference %u", (unsigned)i);
        wasm_table_delete(made);
        wasm_table_t *table = wasm_table_new(here.store, type, NULL);
        NEED(table != NULL);
        CHECK(!wasm_table_set(table, 0, refs[i]), "set to reference %u", (unsigned)i);
        CHECK(!wasm_table_grow(table, 1, refs[i]), "grown with reference %u", (unsigned)i);
        EQUAL(wasm_table_size(table), 1);
        CHECK(wasm_table_get(table, 0) == NULL);
        wasm_table_delete(table);
        wasm_tabletype_delete(type);
    }
    wasm_ref_delete(object);
    close_both();
}

static void arguments(void) {
    open_both(true);
    wasm_ref_t *object = foreign_of(&there);
    wasm_val_t arg = externref(object), result;
    TRAPS("", call(func_at(&here, PASS), 1, &arg, 1, &result));
    arg = funcref(wasm_func_as_ref(func_at(&there, F)));
    TRAPS("", call(func_at(&here, PASSF), 1, &arg, 1, &result));
    arg = externref(wasm_func_as_ref(func_at(&there, F)));
    TRAPS("", call(func_at(&here, PASS), 1, &arg, 1, &result));
    wasm_ref_delete(object);
    close_both();
}

/* A host function that gives what is not of its store. */
static wasm_trap_t *give(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    (void)args;
    wasm_val_copy(&results->data[0], env);
    return NULL;
}

static void results_of_callbacks(void) {
    open_both(true);
    wasm_ref_t *object = foreign_of(&there);
    wasm_val_t values[2] = {externref(object), funcref(wasm_func_as_ref(func_at(&there, F)))};
    for (size_t i = 0; i < 2; i++) {
        wasm_functype_t *type = wasm_functype_new_0_1(wasm_valtype_new(values[i].kind));
        wasm_func_t *func = wasm_func_new_with_env(here.store, type, give, &values[i], NULL);
        wasm_functype_delete(type);
        wasm_val_t result;
        TRAPS("", call(func, 0, NULL, 1, &result));
        wasm_func_delete(func);
    }
    wasm_ref_delete(object);
    close_both();
}

/* Traps and modules belong to no store: they pass. */
static wasm_trap_t *fail(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    (void)args, (void)results;
    wasm_message_t message = bytes_of("from there");
    return wasm_trap_new(env, &message);
}

static void traps_of_callbacks(void) {
    open_both(true);
    wasm_functype_t *type = wasm_functype_new_0_0();
    wasm_func_t *func = wasm_func_new_with_env(here.store, type, fail, there.store, NULL);
    wasm_functype_delete(type);
    TRAPS("from there", call_empty(func));
    wasm_func_delete(func);
    close_both();
}

/* A host function of one store that calls into the other. */
static wasm_trap_t *call_there(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    return wasm_func_call(env, args, results);
}

static void nested_calls(void) {
    open_both(false);
    wasm_functype_t *type = wasm_functype_new_0_1(wasm_valtype_new_i32());
    wasm_func_t *func =
        wasm_func_new_with_env(here.store, type, call_there, func_at(&there, F), NULL);
    wasm_functype_delete(type);
    EQUAL(call_0(func), 42);
    wasm_func_delete(func);
    close_both();
}

static void no_two_are_the_same(void) {
    open_both(true);
    CHECK(!wasm_global_same(global_at(&here, G), global_at(&there, G)));
    CHECK(!wasm_table_same(table_at(&here, T), table_at(&there, T)));
    CHECK(!wasm_memory_same(memory_at(&here, M), memory_at(&there, M)));
    wasm_ref_t *one = foreign_of(&here), *other = foreign_of(&there);
    CHECK(!wasm_ref_same(one, other));
    CHECK(!wasm_foreign_same(wasm_ref_as_foreign(one), wasm_ref_as_foreign(other)));
    wasm_ref_delete(one);
    wasm_ref_delete(other);
    close_both();
}

static void no_two_others_are_the_same(void) {
    open_both(true);
    CHECK(!wasm_func_same(func_at(&here, F), func_at(&there, F)));
    CHECK(!wasm_extern_same(export_at(&here, F), export_at(&there, F)));
    CHECK(!wasm_instance_same(here.instance, there.instance));
    CHECK(!wasm_module_same(here.module, there.module));
    wasm_ref_t *one = wasm_func_as_ref(func_at(&here, F));
    CHECK(!wasm_ref_same(one, wasm_func_as_ref(func_at(&there, F))));
    close_both();
}

/* The store of another engine gets the module, or NULL. */
static void shared_modules(void) {
    open_both(false);
    wasm_shared_module_t *form = wasm_module_share(there.module);
    NEED(form != NULL);
    wasm_module_t *module = wasm_module_obtain(here.store, form);
    if (module != NULL) {
        wasm_instance_t *instance = instance_of(here.store, module, 0, NULL);
        wasm_instance_delete(instance);
    }
    CHECK(module != NULL || wasmer_last_error_length() > 1, "neither a module nor a reason");
    wasm_module_delete(module);
    wasm_shared_module_delete(form);
    close_both();
}

static const case_t cases[] = {
    CASE(imports), CASE(imports_of_the_same_engine), CASE(host_functions_as_imports),
    CASE(modules), CASE(globals), CASE(tables), CASE(arguments), CASE(results_of_callbacks),
    CASE(traps_of_callbacks), CASE(nested_calls), CASE(no_two_are_the_same),
    CASE(no_two_others_are_the_same), CASE(shared_modules),
};

int main(int argc, char **argv) { return RUN_CASES("cross_store", cases, argc, argv); }
