/* Values: copies, and what becomes of them on their way through wasm and back. */

#include "objects.h"

#define IDENTITY(name, type) \
    "(func (export \"" name "\") (param " type ") (result " type ") local.get 0)"

static const char identities[] =
    "(module " IDENTITY("i32", "i32") IDENTITY("i64", "i64") IDENTITY("f32", "f32")
    IDENTITY("f64", "f64") IDENTITY("externref", "externref") IDENTITY("funcref", "funcref")
    "(func $null (export \"null\") (result externref funcref) ref.null extern ref.null func)"
    "(func (export \"is_null\") (param externref) (result i32) local.get 0 ref.is_null)"
    "(func (export \"self\") (result funcref) ref.func $null)"
    "(func (export \"all\") (param i32 i64 f32 f64) (result f64 f32 i64 i32)"
    "  local.get 3 local.get 2 local.get 1 local.get 0))";
enum { I32, I64, F32, F64, EXTERNREF, FUNCREF, NULL_REFS, IS_NULL, SELF, ALL };

static void numbers_are_copied(void) {
    const wasm_val_t values[4] = {i32(INT32_MIN), i64(INT64_MAX), f32(-1.5f), f64(1e300)};
    for (size_t i = 0; i < 4; i++) {
        wasm_val_t copy = WASM_INIT_VAL;
        wasm_val_copy(&copy, &values[i]);
        EQUAL(copy.kind, values[i].kind);
        CHECK(memcmp(&copy.of, &values[i].of, i % 2 == 0 ? 4 : 8) == 0, "value %u", (unsigned)i);
        wasm_val_delete(&copy);
    }
}

static void null_references_are_copied(void) {
    const wasm_val_t values[2] = {externref(NULL), funcref(NULL)};
    for (size_t i = 0; i < 2; i++) {
        wasm_val_t copy = i32(7);
        wasm_val_copy(&copy, &values[i]);
        EQUAL(copy.kind, values[i].kind);
        CHECK(copy.of.ref == NULL);
        wasm_val_delete(&copy);
    }
}

static void references_are_copied(void) {
    guest_t guest = open_store();
    unsigned finalized = 0;
    wasm_foreign_t *object = wasm_foreign_new(guest.store);
    wasm_foreign_set_host_info_with_finalizer(object, &finalized, count_finalizer);
    wasm_val_t value = externref(wasm_foreign_as_ref(object)), copy = i32(7);
    wasm_val_copy(&copy, &value);
    NEED(copy.kind == WASM_EXTERNREF && copy.of.ref != NULL);
    wasm_val_delete(&value);
    EQUAL(finalized, 0);
    CHECK(wasm_ref_get_host_info(copy.of.ref) == &finalized);
    wasm_val_delete(&copy);
    EQUAL(finalized, 1);
    close_guest(&guest);
}

static void initializers(void) {
    const wasm_val_t values[6] = {WASM_I32_VAL(-2), WASM_I64_VAL(-3),   WASM_F32_VAL(0.5f),
                                  WASM_F64_VAL(8.5), WASM_REF_VAL(NULL), WASM_INIT_VAL};
    EQUAL(sizeof(wasm_val_t), 16);
    CHECK(values[0].kind == WASM_I32 && values[0].of.i32 == -2);
    CHECK(values[1].kind == WASM_I64 && values[1].of.i64 == -3);
    CHECK(values[2].kind == WASM_F32 && values[2].of.f32 == 0.5f);
    CHECK(values[3].kind == WASM_F64 && values[3].of.f64 == 8.5);
    CHECK(values[4].kind == WASM_EXTERNREF && values[4].of.ref == NULL);
    CHECK(values[5].kind == WASM_EXTERNREF && values[5].of.ref == NULL);
    int object = 0;
    wasm_val_t pointer;
    wasm_val_init_ptr(&pointer, &object);
    CHECK(wasm_val_ptr(&pointer) == &object);
    CHECK(wasm_valkind_is_num(pointer.kind));
}

static void numbers_go_through(void) {
    guest_t guest = open_guest(identities);
    const wasm_val_t values[] = {
        i32(INT32_MIN), i32(INT32_MAX), i32(-1), i64(INT64_MIN), i64(INT64_MAX), i64(-1),
        f32(1.25f),     f32(-0.0f),     f64(-1e-300), f64(1e300),
    };
    for (size_t i = 0; i < LENGTH(values); i++) {
        wasm_val_t result;
        RUNS(call(func_at(&guest, values[i].kind), 1, &values[i], 1, &result));
        EQUAL(result.kind, values[i].kind);
        size_t size = values[i].kind == WASM_I32 || values[i].kind == WASM_F32 ? 4 : 8;
        CHECK(memcmp(&result.of, &values[i].of, size) == 0, "value %u changed", (unsigned)i);
    }
    close_guest(&guest);
}

/* Quiet and signalling, with all their bits. */
static void not_a_numbers_go_through(void) {
    guest_t guest = open_guest(identities);
    const uint32_t singles[] = {0x7fc00000, 0xffc12345, 0x7f800001, 0xffabcdef};
    const uint64_t doubles[] = {0x7ff8000000000000, 0xfff8123456789abc, 0x7ff0000000000001};
    wasm_val_t value = f32(0), result;
    for (size_t i = 0; i < LENGTH(singles); i++) {
        memcpy(&value.of, &singles[i], 4);
        RUNS(call(func_at(&guest, F32), 1, &value, 1, &result));
        CHECK(memcmp(&result.of, &singles[i], 4) == 0, "f32 %u changed", (unsigned)i);
    }
    value = f64(0);
    for (size_t i = 0; i < LENGTH(doubles); i++) {
        memcpy(&value.of, &doubles[i], 8);
        RUNS(call(func_at(&guest, F64), 1, &value, 1, &result));
        CHECK(memcmp(&result.of, &doubles[i], 8) == 0, "f64 %u changed", (unsigned)i);
    }
    close_guest(&guest);
}

static void several_results(void) {
    guest_t guest = open_guest(identities);
    const wasm_val_t args[4] = {i32(1), i64(-2), f32(3.5f), f64(-4.5)};
    wasm_val_t results[4];
    RUNS(call(func_at(&guest, ALL), 4, args, 4, results));
    CHECK(results[0].kind == WASM_F64 && results[0].of.f64 == -4.5);
    CHECK(results[1].kind == WASM_F32 && results[1].of.f32 == 3.5f);
    CHECK(results[2].kind == WASM_I64 && results[2].of.i64 == -2);
    CHECK(results[3].kind == WASM_I32 && results[3].of.i32 == 1);
    close_guest(&guest);
}

static void null_references_go_through(void) {
    guest_t guest = open_guest(identities);
    wasm_val_t value = externref(NULL), results[2];
    RUNS(call(func_at(&guest, NULL_REFS), 0, NULL, 2, results));
    CHECK(results[0].kind == WASM_EXTERNREF && results[0].of.ref == NULL, "not the null externref");
    CHECK(results[1].kind == WASM_FUNCREF && results[1].of.ref == NULL, "not the null funcref");
    RUNS(call(func_at(&guest, IS_NULL), 1, &value, 1, results));
    EQUAL(results[0].of.i32, 1);
    RUNS(call(func_at(&guest, EXTERNREF), 1, &value, 1, results));
    CHECK(results[0].kind == WASM_EXTERNREF && results[0].of.ref == NULL);
    value = funcref(NULL);
    RUNS(call(func_at(&guest, FUNCREF), 1, &value, 1, results));
    CHECK(results[0].kind == WASM_FUNCREF && results[0].of.ref == NULL);
    close_guest(&guest);
}

static void foreign_objects_go_through(void) {
    guest_t guest = open_guest(identities);
    int info = 0;
    wasm_foreign_t *object = wasm_foreign_new(guest.store);
    wasm_foreign_set_host_info(object, &info);
    wasm_val_t value = externref(wasm_foreign_as_ref(object)), result;
    RUNS(call(func_at(&guest, IS_NULL), 1, &value, 1, &result));
    EQUAL(result.of.i32, 0);
    RUNS(call(func_at(&guest, EXTERNREF), 1, &value, 1, &result));
    NEED(result.kind == WASM_EXTERNREF && result.of.ref != NULL);
    CHECK(wasm_ref_same(result.of.ref, value.of.ref), "another object came back");
    CHECK(wasm_ref_get_host_info(result.of.ref) == &info);
    wasm_foreign_t *again = wasm_ref_as_foreign(result.of.ref);
    CHECK(again != NULL && wasm_foreign_get_host_info(again) == &info);
    wasm_val_delete(&result);
    /* It was borrowed by the call. */
    CHECK(wasm_foreign_get_host_info(object) == &info);
    wasm_foreign_delete(object);
    close_guest(&guest);
}

static void functions_go_through(void) {
    guest_t guest = open_guest(identities);
    wasm_val_t self, result;
    RUNS(call(func_at(&guest, SELF), 0, NULL, 1, &self));
    NEED(self.kind == WASM_FUNCREF && self.of.ref != NULL);
    RUNS(call(func_at(&guest, FUNCREF), 1, &self, 1, &result));
    NEED(result.kind == WASM_FUNCREF && result.of.ref != NULL);
    wasm_func_t *func = wasm_ref_as_func(result.of.ref);
    NEED(func != NULL);
    wasm_val_t results[2];
    RUNS(call(func, 0, NULL, 2, results));
    EQUAL(results[1].kind, WASM_FUNCREF);
    CHECK(wasm_ref_same(self.of.ref, result.of.ref), "another function came back");
    wasm_val_delete(&self);
    wasm_val_delete(&result);
    close_guest(&guest);
}

/* A function that came out of wasm is the one that is exported. */
static void a_funcref_is_the_export(void) {
    guest_t guest = open_guest(identities);
    wasm_val_t self;
    RUNS(call(func_at(&guest, SELF), 0, NULL, 1, &self));
    NEED(self.of.ref != NULL);
    wasm_func_t *func = wasm_ref_as_func(self.of.ref);
    CHECK(wasm_func_same(func, func_at(&guest, NULL_REFS)), "not the same");
    CHECK(!wasm_func_same(func, func_at(&guest, SELF)), "the same as another");
    wasm_val_delete(&self);
    close_guest(&guest);
}

/* Whatever has an identity may be an externref, and comes back as what it was. */
#define EXTERNREF_OF(name, object)                                                        \
    static void name##_as_externref(void) {                                               \
        guest_t guest = open_guest(identities);                                           \
        wasm_##name##_t *given = object;                                                  \
        NEED(given != NULL);                                                              \
        wasm_val_t value = externref(wasm_##name##_as_ref(given)), result;                \
        RUNS(call(func_at(&guest, EXTERNREF), 1, &value, 1, &result));                    \
        NEED(result.kind == WASM_EXTERNREF && result.of.ref != NULL);                     \
        CHECK(wasm_ref_same(result.of.ref, value.of.ref), "another object came back");    \
        wasm_##name##_t *back = wasm_ref_as_##name(result.of.ref);                        \
        NEED(back != NULL);                                                               \
        CHECK(wasm_##name##_same(back, given), "not the same");                           \
        wasm_val_delete(&result);                                                         \
        wasm_##name##_delete(given);                                                      \
        close_guest(&guest);                                                              \
    }

EXTERNREF_OF(func, wasm_func_copy(func_at(&guest, I32)))
EXTERNREF_OF(instance, wasm_instance_copy(guest.instance))
EXTERNREF_OF(module, wasm_module_copy(guest.module))
EXTERNREF_OF(trap, call(func_at(&guest, I32), 0, NULL, 0, NULL))
EXTERNREF_OF(extern, wasm_extern_copy(export_at(&guest, I64)))

static const case_t cases[] = {
    CASE(numbers_are_copied), CASE(null_references_are_copied), CASE(references_are_copied),
    CASE(initializers), CASE(numbers_go_through), CASE(not_a_numbers_go_through),
    CASE(several_results), CASE(null_references_go_through), CASE(foreign_objects_go_through),
    CASE(functions_go_through), CASE(a_funcref_is_the_export), CASE(func_as_externref),
    CASE(instance_as_externref), CASE(module_as_externref), CASE(trap_as_externref),
    CASE(extern_as_externref),
};

int main(int argc, char **argv) { return RUN_CASES("values", cases, argc, argv); }
