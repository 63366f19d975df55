/* Functions of wasm: their types, calls that are right and calls that are not, and traps. */

#include "objects.h"

static const char functions[] =
    "(module (memory 1) (table 3 funcref)"
    "(func $sum (export \"sum\") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)"
    "(func (export \"empty\"))"
    "(func (export \"divide\") (param i32) (result i32) i32.const 7 local.get 0 i32.div_s)"
    "(func (export \"load\") (param i32) (result i32) local.get 0 i32.load)"
    "(func (export \"indirect\") (param i32) local.get 0 call_indirect)"
    "(func $endless (export \"endless\") (result i32) call $endless i32.const 1 i32.add)"
    "(func (export \"truncate\") (param f64) (result i32) local.get 0 i32.trunc_f64_s)"
    "(elem (i32.const 1) func $sum))";
enum { SUM, EMPTY, DIVIDE, LOAD, INDIRECT, ENDLESS, TRUNCATE };

static const char two_references[] =
    "(module (func (export \"f\") (param i32 i64 f32 f64 externref funcref)"
    "  (result funcref externref) local.get 5 local.get 4))";

static void types(void) {
    guest_t guest = open_guest(two_references);
    static const wasm_valkind_t expected[] = {WASM_I32, WASM_I64,       WASM_F32,
                                              WASM_F64, WASM_EXTERNREF, WASM_FUNCREF};
    wasm_functype_t *type = wasm_func_type(func_at(&guest, 0));
    NEED(type != NULL);
    const wasm_valtype_vec_t *params = wasm_functype_params(type);
    const wasm_valtype_vec_t *results = wasm_functype_results(type);
    NEED(params->size == 6 && results->size == 2);
    for (size_t i = 0; i < 6; i++) EQUAL(wasm_valtype_kind(params->data[i]), expected[i]);
    EQUAL(wasm_valtype_kind(results->data[0]), WASM_FUNCREF);
    EQUAL(wasm_valtype_kind(results->data[1]), WASM_EXTERNREF);
    wasm_functype_delete(type);
    EQUAL(wasm_func_param_arity(func_at(&guest, 0)), 6);
    EQUAL(wasm_func_result_arity(func_at(&guest, 0)), 2);
    close_guest(&guest);
}

static void calls(void) {
    guest_t guest = open_guest(functions);
    const int32_t numbers[2] = {-5, 47};
    EQUAL(call_i32(func_at(&guest, SUM), 2, numbers), 42);
    RUNS(call_empty(func_at(&guest, EMPTY)));
    close_guest(&guest);
}

static void as_extern(void) {
    guest_t guest = open_guest(functions);
    wasm_func_t *func = func_at(&guest, SUM);
    wasm_extern_t *external = wasm_func_as_extern(func);
    NEED(external != NULL);
    EQUAL(wasm_extern_kind(external), WASM_EXTERN_FUNC);
    wasm_func_t *again = wasm_extern_as_func(external);
    NEED(again != NULL);
    EQUAL(wasm_func_param_arity(again), 2);
    CHECK(wasm_extern_as_global(external) == NULL && wasm_extern_as_table(external) == NULL &&
          wasm_extern_as_memory(external) == NULL, "a function is something else as well");
    wasm_externtype_t *type = wasm_extern_type(external);
    EQUAL(wasm_externtype_kind(type), WASM_EXTERN_FUNC);
    wasm_externtype_delete(type);
    close_guest(&guest);
}

static void as_extern_const(void) {
    guest_t guest = open_guest(functions);
    const wasm_func_t *func = func_at(&guest, SUM);
    const wasm_extern_t *external = wasm_func_as_extern_const(func);
    NEED(external != NULL);
    EQUAL(wasm_extern_kind(external), WASM_EXTERN_FUNC);
    const wasm_func_t *again = wasm_extern_as_func_const(external);
    CHECK(again != NULL && wasm_func_same(again, func));
    CHECK(wasm_extern_as_global_const(external) == NULL);
    close_guest(&guest);
}

/* A function outlives its instance, its module, its store and its engine, as far as C sees. */
static void outlives_all_else(void) {
    guest_t guest = open_guest(functions);
    wasm_func_t *func = wasm_func_copy(func_at(&guest, SUM));
    NEED(func != NULL);
    close_guest(&guest);
    const int32_t numbers[2] = {40, 2};
    EQUAL(call_i32(func, 2, numbers), 42);
    wasm_func_delete(func);
}

static void wrong_number_of_arguments(void) {
    guest_t guest = open_guest(functions);
    const wasm_val_t args[3] = {i32(1), i32(2), i32(3)};
    wasm_val_t result = i32(77);
    TRAPS("", call(func_at(&guest, SUM), 1, args, 1, &result));
    TRAPS("", call(func_at(&guest, SUM), 3, args, 1, &result));
    TRAPS("", call(func_at(&guest, SUM), 0, NULL, 1, &result));
    TRAPS("", call(func_at(&guest, EMPTY), 1, args, 0, NULL));
    close_guest(&guest);
}

static void arguments_of_another_kind(void) {
    guest_t guest = open_guest(functions);
    const wasm_val_t wrong[] = {i64(1), f32(1), f64(1), externref(NULL), funcref(NULL)};
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        wasm_val_t args[2] = {i32(1), wrong[i]}, result;
        TRAPS("", call(func_at(&guest, SUM), 2, args, 1, &result));
    }
    close_guest(&guest);
}

static void arguments_of_no_kind(void) {
    guest_t guest = open_guest(functions);
    for (int kind = 4; kind < 256; kind += 9) {
        if (kind == WASM_EXTERNREF || kind == WASM_FUNCREF) continue;
        wasm_val_t args[2] = {i32(1), i32(2)}, result;
        args[1].kind = (wasm_valkind_t)kind;
        wasm_trap_t *trap = call(func_at(&guest, SUM), 2, args, 1, &result);
        CHECK(trap != NULL, "kind %d was taken", kind);
        wasm_trap_delete(trap);
    }
    close_guest(&guest);
}

/* The call is made, and what there is room for is written. */
static void not_enough_room_for_results(void) {
    guest_t guest = open_store();
    load(&guest, "(module (global $calls (mut i32) (i32.const 0))"
                 "(func (export \"three\") (result i32 externref i64)"
                 "  (global.set $calls (i32.add (global.get $calls) (i32.const 1)))"
                 "  (global.get $calls) (ref.null extern) (i64.const 7))"
                 "(func (export \"trap\") (result i32) unreachable))", 0, NULL);
    const wasm_val_t before = {.kind = 99, .of = {.i32 = -1}};
    for (size_t room = 0; room <= 3; room++) {
        wasm_val_t results[3] = {before, before, before};
        wasm_val_vec_t none = WASM_EMPTY_VEC, out = {room, results};
        RUNS(wasm_func_call(func_at(&guest, 0), &none, room == 0 ? NULL : &out));
        if (room > 0) EQUAL(results[0].of.i32, room + 1);
        for (size_t i = 0; i < 3; i++) {
            static const int kinds[] = {WASM_I32, WASM_EXTERNREF, WASM_I64};
            EQUAL(results[i].kind, i < room ? kinds[i] : 99);
        }
    }
    TRAPS("unreachable", call(func_at(&guest, 1), 0, NULL, 0, NULL));
    close_guest(&guest);
}

static wasm_trap_t *fails(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    (void)args;
    EQUAL(results->size, 1);
    wasm_message_t message;
    wasm_name_new_from_string_nt(&message, "the host's reason");
    wasm_trap_t *trap = wasm_trap_new(env, &message);
    wasm_byte_vec_delete(&message);
    return trap;
}

/* As the standard's own example of traps calls it. */
static void no_room_for_a_host_function_that_fails(void) {
    guest_t guest = open_store();
    wasm_functype_t *type = wasm_functype_new_0_1(wasm_valtype_new_i32());
    wasm_func_t *func = wasm_func_new_with_env(guest.store, type, fails, guest.store, NULL);
    TRAPS("the host's reason", call(func, 0, NULL, 0, NULL));
    wasm_func_delete(func);
    wasm_functype_delete(type);
    close_guest(&guest);
}

/* More room than there are results is no mistake; the rest stays as it was. */
static void more_room_than_results(void) {
    guest_t guest = open_guest(functions);
    wasm_val_t args[2] = {i32(1), i32(2)}, results[3] = {i32(-1), i32(-1), i32(-1)};
    wasm_val_vec_t in = WASM_ARRAY_VEC(args), out = WASM_ARRAY_VEC(results);
    RUNS(wasm_func_call(func_at(&guest, SUM), &in, &out));
    EQUAL(results[0].of.i32, 3);
    EQUAL(results[1].of.i32, -1);
    EQUAL(results[2].of.i32, -1);
    EQUAL(out.size, 3);
    close_guest(&guest);
}

static void results_are_not_written_by_a_trap(void) {
    guest_t guest = open_guest(functions);
    wasm_val_t args[1] = {i32(0)}, results[1] = {i32(-1)};
    wasm_val_vec_t in = WASM_ARRAY_VEC(args), out = WASM_ARRAY_VEC(results);
    TRAPS("", wasm_func_call(func_at(&guest, DIVIDE), &in, &out));
    CHECK(results[0].kind == WASM_I32 && results[0].of.i32 == -1);
    close_guest(&guest);
}

static void null_vectors_are_empty(void) {
    guest_t guest = open_guest(functions);
    RUNS(wasm_func_call(func_at(&guest, EMPTY), NULL, NULL));
    close_guest(&guest);
}

static void null_function(void) {
    wasm_val_vec_t none = WASM_EMPTY_VEC;
    TRAPS("", wasm_func_call(NULL, &none, &none));
}

static void traps(void) {
    guest_t guest = open_guest(functions);
    wasm_val_t number = i32(0), big = f64(1e20), result;
    TRAPS("divi", call(func_at(&guest, DIVIDE), 1, &number, 1, &result));
    number = i32(65536);
    /* An access that is meant to fail, of which valgrind would tell. */
    if (!in_process) TRAPS("out of bounds", call(func_at(&guest, LOAD), 1, &number, 1, &result));
    number = i32(0);
    TRAPS("", call(func_at(&guest, INDIRECT), 1, &number, 0, NULL));
    number = i32(1);
    TRAPS("", call(func_at(&guest, INDIRECT), 1, &number, 0, NULL));
    number = i32(99);
    TRAPS("", call(func_at(&guest, INDIRECT), 1, &number, 0, NULL));
    TRAPS("", call(func_at(&guest, TRUNCATE), 1, &big, 1, &result));
    const int32_t numbers[2] = {40, 2};
    EQUAL(call_i32(func_at(&guest, SUM), 2, numbers), 42);
    close_guest(&guest);
}

/* The stack of wasm ends; that of the host does not, and all goes on. */
static void endless_recursion(void) {
    guest_t guest = open_guest(functions);
    wasm_val_t result;
    for (int i = 0; i < 3; i++) {
        TRAPS("stack", call(func_at(&guest, ENDLESS), 0, NULL, 1, &result));
    }
    const int32_t numbers[2] = {40, 2};
    EQUAL(call_i32(func_at(&guest, SUM), 2, numbers), 42);
    close_guest(&guest);
}

/* Foreign objects and functions in one call, in an order that is changed. */
static void references_as_arguments(void) {
    guest_t guest = open_guest(two_references);
    wasm_foreign_t *object = wasm_foreign_new(guest.store);
    wasm_val_t args[6] = {i32(0), i64(0), f32(0), f64(0), externref(wasm_foreign_as_ref(object)),
                          funcref(wasm_func_as_ref(func_at(&guest, 0)))};
    wasm_val_t results[2];
    RUNS(call(func_at(&guest, 0), 6, args, 2, results));
    CHECK(results[0].kind == WASM_FUNCREF && results[0].of.ref != NULL);
    CHECK(results[1].kind == WASM_EXTERNREF && wasm_ref_same(results[1].of.ref, args[4].of.ref));
    wasm_val_delete(&results[0]);
    wasm_val_delete(&results[1]);
    wasm_foreign_delete(object);
    close_guest(&guest);
}

/* As a funcref only a function will do. */
static void a_funcref_is_a_function(void) {
    guest_t guest = open_guest(two_references);
    wasm_foreign_t *object = wasm_foreign_new(guest.store);
    wasm_val_t args[6] = {i32(0), i64(0), f32(0), f64(0), externref(NULL),
                          funcref(wasm_foreign_as_ref(object))};
    wasm_val_t results[2];
    TRAPS("", call(func_at(&guest, 0), 6, args, 2, results));
    wasm_foreign_delete(object);
    close_guest(&guest);
}

static const case_t cases[] = {
    CASE(types), CASE(calls), CASE(as_extern), CASE(as_extern_const), CASE(outlives_all_else),
    CASE(wrong_number_of_arguments), CASE(arguments_of_another_kind), CASE(arguments_of_no_kind),
    CASE(not_enough_room_for_results), CASE(no_room_for_a_host_function_that_fails),
    CASE(more_room_than_results),
    CASE(results_are_not_written_by_a_trap), CASE(null_vectors_are_empty), CASE(null_function),
    CASE(traps), CASE(endless_recursion), CASE(references_as_arguments),
    CASE(a_funcref_is_a_function),
};

int main(int argc, char **argv) { return RUN_CASES("func", cases, argc, argv); }
