/* Globals: made by the host, of wasm, shared between both; numbers and references. */

#include "objects.h"

static wasm_global_t *new_global(wasm_store_t *store, wasm_valkind_t kind,
                                 wasm_mutability_t mutability, wasm_val_t value) {
    wasm_globaltype_t *type = wasm_globaltype_new(wasm_valtype_new(kind), mutability);
    wasm_global_t *global = wasm_global_new(store, type, &value);
    wasm_globaltype_delete(type);
    return global;
}

static wasm_val_t get(const wasm_global_t *global) {
    wasm_val_t value = {.kind = 99};
    wasm_global_get(global, &value);
    return value;
}

static void numbers(void) {
    guest_t guest = open_store();
    const wasm_val_t first[] = {i32(-7), i64(INT64_MIN), f32(0.5f), f64(1e300)};
    const wasm_val_t second[] = {i32(8), i64(INT64_MAX), f32(-2.5f), f64(-1e-300)};
    for (size_t i = 0; i < 4; i++) {
        size_t size = i % 2 == 0 ? 4 : 8;
        wasm_global_t *global = new_global(guest.store, first[i].kind, WASM_VAR, first[i]);
        NEED(global != NULL);
        wasm_val_t found = get(global);
        EQUAL(found.kind, first[i].kind);
        CHECK(memcmp(&found.of, &first[i].of, size) == 0, "first value of kind %u", (unsigned)i);
        wasm_global_set(global, &second[i]);
        found = get(global);
        CHECK(memcmp(&found.of, &second[i].of, size) == 0, "second value of kind %u", (unsigned)i);
        wasm_global_delete(global);
    }
    close_guest(&guest);
}

static void types(void) {
    guest_t guest = open_store();
    wasm_global_t *global = new_global(guest.store, WASM_F32, WASM_CONST, f32(1));
    NEED(global != NULL);
    wasm_globaltype_t *type = wasm_global_type(global);
    NEED(type != NULL);
    EQUAL(wasm_globaltype_mutability(type), WASM_CONST);
    EQUAL(wasm_valtype_kind(wasm_globaltype_content(type)), WASM_F32);
    wasm_globaltype_delete(type);
    wasm_externtype_t *external = wasm_extern_type(wasm_global_as_extern(global));
    EQUAL(wasm_externtype_kind(external), WASM_EXTERN_GLOBAL);
    wasm_externtype_delete(external);
    wasm_global_delete(global);
    close_guest(&guest);
}

static void constants_stay(void) {
    guest_t guest = open_store();
    wasm_global_t *global = new_global(guest.store, WASM_I32, WASM_CONST, i32(1));
    NEED(global != NULL);
    wasm_val_t value = i32(2);
    wasm_global_set(global, &value);
    EQUAL(get(global).of.i32, 1);
    wasm_global_delete(global);
    close_guest(&guest);
}

/* The kind is that of the first value, and all that is said of the global agrees with it. */
static void values_of_another_kind(void) {
    guest_t guest = open_store();
    static const wasm_valkind_t kinds[] = {WASM_I32, WASM_I64, WASM_F32, WASM_F64, WASM_EXTERNREF};
    const wasm_val_t values[] = {i32(-2), i64(INT64_MIN), f32(0.5f), f64(-1e300), externref(NULL)};
    for (size_t said = 0; said < LENGTH(kinds); said++) {
        for (size_t given = 0; given < LENGTH(values); given++) {
            wasm_global_t *made = new_global(guest.store, kinds[said], WASM_CONST, values[given]);
            NEED(made != NULL);
            wasm_globaltype_t *type = wasm_global_type(made);
            EQUAL(wasm_valtype_kind(wasm_globaltype_content(type)), values[given].kind);
            EQUAL(wasm_globaltype_mutability(type), WASM_CONST);
            wasm_globaltype_delete(type);
            EQUAL(get(made).kind, values[given].kind);
            wasm_global_delete(made);
        }
    }
    /* So a module that wants the kind of the value is linked, and reads what was given. */
    wasm_global_t *made = new_global(guest.store, WASM_F32, WASM_CONST, i32(42));
    wasm_extern_t *imports[1] = {wasm_global_as_extern(made)};
    load(&guest, "(module (import \"\" \"g\" (global i32))"
                 "(func (export \"f\") (param i32) (result i32) global.get 0))", 1, imports);
    EQUAL(call_1(func_at(&guest, 0), 0), 42);
    wasm_global_delete(made);
    wasm_foreign_t *foreign = wasm_foreign_new(guest.store);
    CHECK(new_global(guest.store, WASM_I32, WASM_VAR, funcref(wasm_foreign_as_ref(foreign))) == NULL);
    wasm_foreign_delete(foreign);
    wasm_global_t *global = new_global(guest.store, WASM_I64, WASM_VAR, i64(5));
    NEED(global != NULL);
    const wasm_val_t wrong[] = {i32(6), f64(6), externref(NULL), {.kind = 77}};
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        wasm_global_set(global, &wrong[i]);
        wasm_val_t found = get(global);
        CHECK(found.kind == WASM_I64 && found.of.i64 == 5, "value %u was set", (unsigned)i);
    }
    wasm_global_delete(global);
    close_guest(&guest);
}

static void values_of_no_kind(void) {
    guest_t guest = open_store();
    wasm_val_t value = {.kind = 77};
    CHECK(new_global(guest.store, WASM_I32, WASM_VAR, value) == NULL);
    close_guest(&guest);
}

static void shared_with_wasm(void) {
    guest_t guest = open_store();
    wasm_global_t *global = new_global(guest.store, WASM_I32, WASM_VAR, i32(40));
    NEED(global != NULL);
    wasm_extern_t *imports[1] = {wasm_global_as_extern(global)};
    load(&guest, "(module (import \"\" \"\" (global (mut i32))) (export \"again\" (global 0))"
                 "(func (export \"add\") (param i32) (result i32)"
                 "  global.get 0 local.get 0 i32.add global.set 0 global.get 0))", 1, imports);
    EQUAL(call_1(func_at(&guest, 1), 2), 42);
    EQUAL(get(global).of.i32, 42);
    wasm_val_t value = i32(-1);
    wasm_global_set(global_at(&guest, 0), &value);
    EQUAL(get(global).of.i32, -1);
    EQUAL(call_1(func_at(&guest, 1), 0), -1);
    CHECK(wasm_global_same(global_at(&guest, 0), global), "not the same when exported again");
    wasm_global_delete(global);
    close_guest(&guest);
}

static void externrefs(void) {
    guest_t guest = open_store();
    wasm_foreign_t *objects[2] = {wasm_foreign_new(guest.store), wasm_foreign_new(guest.store)};
    wasm_val_t first = externref(wasm_foreign_as_ref(objects[0]));
    wasm_val_t second = externref(wasm_foreign_as_ref(objects[1]));
    wasm_global_t *global = new_global(guest.store, WASM_EXTERNREF, WASM_VAR, first);
    NEED(global != NULL);
    wasm_val_t found = get(global);
    CHECK(found.kind == WASM_EXTERNREF && wasm_ref_same(found.of.ref, first.of.ref));
    wasm_val_delete(&found);
    wasm_global_set(global, &second);
    found = get(global);
    CHECK(found.kind == WASM_EXTERNREF && wasm_ref_same(found.of.ref, second.of.ref));
    CHECK(!wasm_ref_same(found.of.ref, first.of.ref), "two objects are the same");
    wasm_val_delete(&found);
    wasm_val_t null = externref(NULL);
    wasm_global_set(global, &null);
    found = get(global);
    CHECK(found.kind == WASM_EXTERNREF && found.of.ref == NULL);
    wasm_foreign_delete(objects[0]);
    wasm_foreign_delete(objects[1]);
    wasm_global_delete(global);
    close_guest(&guest);
}

static void funcrefs(void) {
    guest_t guest = open_guest("(module (func (export \"f\") (result i32) i32.const 42))");
    wasm_global_t *global = new_global(guest.store, WASM_FUNCREF, WASM_VAR, funcref(NULL));
    NEED(global != NULL);
    wasm_val_t found = get(global);
    CHECK(found.kind == WASM_FUNCREF && found.of.ref == NULL);
    wasm_val_t value = funcref(wasm_func_as_ref(func_at(&guest, 0)));
    wasm_global_set(global, &value);
    found = get(global);
    NEED(found.kind == WASM_FUNCREF && found.of.ref != NULL);
    EQUAL(call_0(wasm_ref_as_func(found.of.ref)), 42);
    wasm_val_delete(&found);
    wasm_global_delete(global);
    close_guest(&guest);
}

/* An object that is no function is no funcref, and a host function is one. */
static void funcrefs_of_the_host(void) {
    guest_t guest = open_store();
    wasm_func_t *func = new_add_one(guest.store);
    wasm_global_t *global =
        new_global(guest.store, WASM_FUNCREF, WASM_CONST, funcref(wasm_func_as_ref(func)));
    NEED(global != NULL);
    wasm_val_t found = get(global);
    NEED(found.of.ref != NULL);
    EQUAL(call_1(wasm_ref_as_func(found.of.ref), 1), 2);
    wasm_val_delete(&found);
    wasm_global_delete(global);
    wasm_func_delete(func);
    close_guest(&guest);
}

static void a_foreign_object_is_no_funcref(void) {
    guest_t guest = open_store();
    wasm_foreign_t *object = wasm_foreign_new(guest.store);
    wasm_val_t value = funcref(wasm_foreign_as_ref(object));
    CHECK(new_global(guest.store, WASM_FUNCREF, WASM_VAR, value) == NULL);
    wasm_global_t *global = new_global(guest.store, WASM_FUNCREF, WASM_VAR, funcref(NULL));
    NEED(global != NULL);
    wasm_global_set(global, &value);
    CHECK(get(global).of.ref == NULL);
    wasm_global_delete(global);
    wasm_foreign_delete(object);
    close_guest(&guest);
}

static void as_extern(void) {
    guest_t guest = open_guest("(module (global (export \"g\") i64 (i64.const 9)))");
    wasm_extern_t *external = wasm_global_as_extern(global_at(&guest, 0));
    NEED(external != NULL);
    EQUAL(wasm_extern_kind(external), WASM_EXTERN_GLOBAL);
    wasm_global_t *again = wasm_extern_as_global(external);
    NEED(again != NULL);
    EQUAL(get(again).of.i64, 9);
    CHECK(wasm_extern_as_func(external) == NULL && wasm_extern_as_table(external) == NULL &&
          wasm_extern_as_memory(external) == NULL, "a global is something else as well");
    close_guest(&guest);
}

static void as_extern_const(void) {
    guest_t guest = open_guest("(module (global (export \"g\") i64 (i64.const 9)))");
    const wasm_extern_t *external = wasm_global_as_extern_const(global_at(&guest, 0));
    NEED(external != NULL);
    const wasm_global_t *again = wasm_extern_as_global_const(external);
    NEED(again != NULL);
    EQUAL(get(again).of.i64, 9);
    CHECK(wasm_extern_as_func_const(external) == NULL);
    close_guest(&guest);
}

static const case_t cases[] = {
    CASE(numbers), CASE(types), CASE(constants_stay), CASE(values_of_another_kind),
    CASE(values_of_no_kind), CASE(shared_with_wasm), CASE(externrefs), CASE(funcrefs),
    CASE(funcrefs_of_the_host), CASE(a_foreign_object_is_no_funcref), CASE(as_extern),
    CASE(as_extern_const),
};

int main(int argc, char **argv) { return RUN_CASES("global", cases, argc, argv); }
