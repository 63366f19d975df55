/* Tables: made by the host, of wasm, shared between both; elements, growth and limits. */

#include "objects.h"

static wasm_table_t *new_table(wasm_store_t *store, wasm_valkind_t kind, uint32_t min,
                               uint32_t max, wasm_ref_t *init) {
    wasm_limits_t limits = {min, max};
    wasm_tabletype_t *type = wasm_tabletype_new(wasm_valtype_new(kind), &limits);
    wasm_table_t *table = wasm_table_new(store, type, init);
    wasm_tabletype_delete(type);
    return table;
}

static const char two_functions[] =
    "(module (table (export \"table\") 2 5 funcref)"
    "(func $a (export \"a\") (result i32) i32.const 1)"
    "(func $b (export \"b\") (result i32) i32.const 2)"
    "(func (export \"call\") (param i32) (result i32) local.get 0 call_indirect (result i32))"
    "(elem (i32.const 0) func $a))";
enum { TABLE, A, B, CALL };

static void of_wasm(void) {
    guest_t guest = open_guest(two_functions);
    wasm_table_t *table = table_at(&guest, TABLE);
    EQUAL(wasm_table_size(table), 2);
    wasm_ref_t *ref = wasm_table_get(table, 0);
    NEED(ref != NULL);
    wasm_func_t *func = wasm_ref_as_func(ref);
    NEED(func != NULL);
    EQUAL(call_0(func), 1);
    wasm_ref_delete(ref);
    CHECK(wasm_table_get(table, 1) == NULL, "an element that is null");
    CHECK(wasm_table_set(table, 1, wasm_func_as_ref(func_at(&guest, B))));
    EQUAL(call_1(func_at(&guest, CALL), 1), 2);
    CHECK(wasm_table_set(table, 0, NULL));
    CHECK(wasm_table_get(table, 0) == NULL);
    wasm_val_t index = i32(0), result;
    TRAPS("", call(func_at(&guest, CALL), 1, &index, 1, &result));
    close_guest(&guest);
}

static void out_of_bounds(void) {
    guest_t guest = open_guest(two_functions);
    wasm_table_t *table = table_at(&guest, TABLE);
    static const uint32_t indices[] = {2, 3, 1000000, UINT32_MAX};
    for (size_t i = 0; i < LENGTH(indices); i++) {
        CHECK(wasm_table_get(table, indices[i]) == NULL);
        CHECK(!wasm_table_set(table, indices[i], NULL));
        CHECK(!wasm_table_set(table, indices[i], wasm_func_as_ref(func_at(&guest, A))));
    }
    EQUAL(wasm_table_size(table), 2);
    close_guest(&guest);
}

static void growth(void) {
    guest_t guest = open_guest(two_functions);
    wasm_table_t *table = table_at(&guest, TABLE);
    CHECK(wasm_table_grow(table, 2, wasm_func_as_ref(func_at(&guest, B))));
    EQUAL(wasm_table_size(table), 4);
    EQUAL(call_1(func_at(&guest, CALL), 3), 2);
    CHECK(wasm_table_grow(table, 0, NULL));
    CHECK(!wasm_table_grow(table, 2, NULL), "past the maximum");
    CHECK(!wasm_table_grow(table, UINT32_MAX, NULL), "past all numbers");
    EQUAL(wasm_table_size(table), 4);
    CHECK(wasm_table_grow(table, 1, NULL));
    EQUAL(wasm_table_size(table), 5);
    CHECK(wasm_table_get(table, 4) == NULL);
    close_guest(&guest);
}

/* Four thousand million elements are not to be had; the process stays. */
static void growth_without_a_maximum(void) {
    guest_t guest = open_store();
    wasm_table_t *table =
        new_table(guest.store, WASM_FUNCREF, 1, wasm_limits_max_default, NULL);
    NEED(table != NULL);
    CHECK(wasm_table_grow(table, 10, NULL));
    EQUAL(wasm_table_size(table), 11);
    CHECK(!wasm_table_grow(table, 0xffffff00, NULL), "grown beyond measure");
    EQUAL(wasm_table_size(table), 11);
    wasm_table_delete(table);
    close_guest(&guest);
}

static void types(void) {
    guest_t guest = open_store();
    wasm_table_t *table = new_table(guest.store, WASM_EXTERNREF, 3, 9, NULL);
    NEED(table != NULL);
    wasm_tabletype_t *type = wasm_table_type(table);
    NEED(type != NULL);
    EQUAL(wasm_tabletype_limits(type)->min, 3);
    EQUAL(wasm_tabletype_limits(type)->max, 9);
    EQUAL(wasm_valtype_kind(wasm_tabletype_element(type)), WASM_EXTERNREF);
    wasm_tabletype_delete(type);
    wasm_externtype_t *external = wasm_extern_type(wasm_table_as_extern(table));
    EQUAL(wasm_externtype_kind(external), WASM_EXTERN_TABLE);
    wasm_externtype_delete(external);
    wasm_table_delete(table);
    close_guest(&guest);
}

static void of_objects(void) {
    guest_t guest = open_store();
    wasm_foreign_t *objects[2] = {wasm_foreign_new(guest.store), wasm_foreign_new(guest.store)};
    wasm_ref_t *refs[2] = {wasm_foreign_as_ref(objects[0]), wasm_foreign_as_ref(objects[1])};
    wasm_table_t *table = new_table(guest.store, WASM_EXTERNREF, 2, 4, refs[0]);
    NEED(table != NULL);
    for (uint32_t i = 0; i < 2; i++) {
        wasm_ref_t *found = wasm_table_get(table, i);
        CHECK(found != NULL && wasm_ref_same(found, refs[0]), "not the first one");
        wasm_ref_delete(found);
    }
    CHECK(wasm_table_set(table, 1, refs[1]));
    CHECK(wasm_table_grow(table, 1, refs[1]));
    for (uint32_t i = 1; i < 3; i++) {
        wasm_ref_t *found = wasm_table_get(table, i);
        CHECK(found != NULL && wasm_ref_same(found, refs[1]), "not the second one");
        wasm_ref_delete(found);
    }
    CHECK(wasm_table_set(table, 1, NULL));
    CHECK(wasm_table_get(table, 1) == NULL);
    wasm_foreign_delete(objects[0]);
    wasm_foreign_delete(objects[1]);
    wasm_table_delete(table);
    close_guest(&guest);
}

static void of_host_functions(void) {
    guest_t guest = open_store();
    wasm_func_t *func = new_add_one(guest.store);
    wasm_table_t *table = new_table(guest.store, WASM_FUNCREF, 2, 4, wasm_func_as_ref(func));
    NEED(table != NULL);
    CHECK(wasm_table_grow(table, 1, wasm_func_as_ref(func)));
    for (uint32_t i = 0; i < 3; i++) {
        wasm_ref_t *found = wasm_table_get(table, i);
        NEED(found != NULL);
        EQUAL(call_1(wasm_ref_as_func(found), 41), 42);
        wasm_ref_delete(found);
    }
    wasm_func_delete(func);
    wasm_table_delete(table);
    close_guest(&guest);
}

static void shared_with_wasm(void) {
    guest_t guest = open_store();
    wasm_table_t *table = new_table(guest.store, WASM_FUNCREF, 1, 4, NULL);
    NEED(table != NULL);
    wasm_extern_t *imports[1] = {wasm_table_as_extern(table)};
    load(&guest, "(module (import \"\" \"\" (table 1 4 funcref)) (export \"again\" (table 0))"
                 "(func $f (result i32) i32.const 42) (elem (i32.const 0) func $f)"
                 "(func (export \"grow\") (param i32) (result i32)"
                 "  ref.null func local.get 0 table.grow))", 1, imports);
    wasm_ref_t *ref = wasm_table_get(table, 0);
    NEED(ref != NULL);
    EQUAL(call_0(wasm_ref_as_func(ref)), 42);
    wasm_ref_delete(ref);
    EQUAL(call_1(func_at(&guest, 1), 2), 1);
    EQUAL(wasm_table_size(table), 3);
    EQUAL(call_1(func_at(&guest, 1), 2), -1);
    CHECK(wasm_table_same(table_at(&guest, 0), table), "not the same when exported again");
    wasm_table_delete(table);
    close_guest(&guest);
}

/* What is no function does not get into a table of functions. */
static void objects_are_no_functions(void) {
    guest_t guest = open_guest(two_functions);
    wasm_foreign_t *object = wasm_foreign_new(guest.store);
    wasm_ref_t *ref = wasm_foreign_as_ref(object);
    wasm_table_t *table = table_at(&guest, TABLE);
    CHECK(!wasm_table_set(table, 0, ref), "set");
    CHECK(!wasm_table_grow(table, 1, ref), "grown");
    CHECK(new_table(guest.store, WASM_FUNCREF, 1, 2, ref) == NULL, "made");
    EQUAL(wasm_table_size(table), 2);
    EQUAL(call_1(func_at(&guest, CALL), 0), 1);
    wasm_foreign_delete(object);
    close_guest(&guest);
}

/* A function is an object as well. */
static void functions_are_objects(void) {
    guest_t guest = open_guest(two_functions);
    wasm_ref_t *ref = wasm_func_as_ref(func_at(&guest, A));
    wasm_table_t *table = new_table(guest.store, WASM_EXTERNREF, 1, 2, NULL);
    NEED(table != NULL);
    CHECK(wasm_table_set(table, 0, ref), "not set");
    wasm_ref_t *found = wasm_table_get(table, 0);
    CHECK(found != NULL && wasm_ref_same(found, ref), "another object");
    wasm_ref_delete(found);
    wasm_table_delete(table);
    close_guest(&guest);
}

static void limits_that_contradict(void) {
    guest_t guest = open_store();
    CHECK(new_table(guest.store, WASM_FUNCREF, 5, 3, NULL) == NULL, "min above max");
    CHECK(new_table(guest.store, WASM_I32, 1, 2, NULL) == NULL, "a table of numbers");
    CHECK(new_table(guest.store, WASM_FUNCREF, 0xfffffff0, 0xffffffff, NULL) == NULL, "too large");
    close_guest(&guest);
}

static void as_extern(void) {
    guest_t guest = open_guest(two_functions);
    wasm_extern_t *external = wasm_table_as_extern(table_at(&guest, TABLE));
    NEED(external != NULL);
    EQUAL(wasm_extern_kind(external), WASM_EXTERN_TABLE);
    CHECK(wasm_extern_as_table(external) != NULL);
    CHECK(wasm_extern_as_func(external) == NULL && wasm_extern_as_global(external) == NULL &&
          wasm_extern_as_memory(external) == NULL, "a table is something else as well");
    close_guest(&guest);
}

static void as_extern_const(void) {
    guest_t guest = open_guest(two_functions);
    const wasm_extern_t *external = wasm_table_as_extern_const(table_at(&guest, TABLE));
    NEED(external != NULL);
    const wasm_table_t *again = wasm_extern_as_table_const(external);
    CHECK(again != NULL && wasm_table_size(again) == 2);
    CHECK(wasm_extern_as_memory_const(external) == NULL);
    close_guest(&guest);
}

static const case_t cases[] = {
    CASE(of_wasm), CASE(out_of_bounds), CASE(growth), CASE(growth_without_a_maximum),
    CASE(types), CASE(of_objects), CASE(of_host_functions), CASE(shared_with_wasm),
    CASE(objects_are_no_functions), CASE(functions_are_objects), CASE(limits_that_contradict),
    CASE(as_extern), CASE(as_extern_const),
};

int main(int argc, char **argv) { return RUN_CASES("table", cases, argc, argv); }
