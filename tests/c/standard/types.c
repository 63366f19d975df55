/* Types: what they are made of, copies, and one type seen as another. */

#include "objects.h"

static void value_types(void) {
    static const wasm_valkind_t kinds[] = {WASM_I32,  WASM_I64,       WASM_F32,
                                           WASM_F64, WASM_EXTERNREF, WASM_FUNCREF};
    EQUAL(WASM_I32, 0);
    EQUAL(WASM_F64, 3);
    EQUAL(WASM_EXTERNREF, 128);
    EQUAL(WASM_FUNCREF, 129);
    for (size_t i = 0; i < LENGTH(kinds); i++) {
        wasm_valtype_t *type = wasm_valtype_new(kinds[i]);
        NEED(type != NULL, "kind %d cannot be made", kinds[i]);
        EQUAL(wasm_valtype_kind(type), kinds[i]);
        CHECK(wasm_valkind_is_num(kinds[i]) == (i < 4));
        CHECK(wasm_valkind_is_ref(kinds[i]) == (i >= 4));
        CHECK(wasm_valtype_is_num(type) == (i < 4));
        CHECK(wasm_valtype_is_ref(type) == (i >= 4));
        wasm_valtype_delete(type);
    }
}

static void value_type_copies(void) {
    wasm_valtype_t *type = wasm_valtype_new_f32(), *copy = wasm_valtype_copy(type);
    NEED(copy != NULL);
    wasm_valtype_delete(type);
    EQUAL(wasm_valtype_kind(copy), WASM_F32);
    wasm_valtype_delete(copy);
}

/* A vector of 128 bits has a kind (not of the standard), for the modules that name it in a type. */
static void value_type_v128(void) {
    wasm_valtype_t *type = wasm_valtype_new(4);
    NEED(type != NULL);
    EQUAL(wasm_valtype_kind(type), 4);
    CHECK(wasm_valtype_is_num(type));
    wasm_valtype_delete(type);
}

static void value_types_that_do_not_exist(void) {
    for (int kind = 5; kind < 256; kind++) {
        if (kind == WASM_EXTERNREF || kind == WASM_FUNCREF) continue;
        wasm_valtype_t *type = wasm_valtype_new((wasm_valkind_t)kind);
        CHECK(type == NULL, "kind %d was made", kind);
        wasm_valtype_delete(type);
    }
}

static void function_types(void) {
    wasm_valtype_t *kinds[3] = {wasm_valtype_new_i32(), wasm_valtype_new_externref(),
                                wasm_valtype_new_f64()};
    wasm_valtype_vec_t params, results;
    wasm_valtype_vec_new(&params, 3, kinds);
    wasm_valtype_t *kind = wasm_valtype_new_i64();
    wasm_valtype_vec_new(&results, 1, &kind);
    wasm_functype_t *type = wasm_functype_new(&params, &results);
    NEED(type != NULL);
    wasm_functype_t *copy = wasm_functype_copy(type);
    NEED(copy != NULL);
    wasm_functype_delete(type);

    const wasm_valtype_vec_t *found = wasm_functype_params(copy);
    NEED(found != NULL && found->size == 3);
    EQUAL(wasm_valtype_kind(found->data[0]), WASM_I32);
    EQUAL(wasm_valtype_kind(found->data[1]), WASM_EXTERNREF);
    EQUAL(wasm_valtype_kind(found->data[2]), WASM_F64);
    CHECK(wasm_functype_params(copy) == found, "the parameters move");
    found = wasm_functype_results(copy);
    NEED(found != NULL && found->size == 1);
    EQUAL(wasm_valtype_kind(found->data[0]), WASM_I64);
    wasm_functype_delete(copy);
}

/* The short hands of the header; the number of their parameters and results is in their names. */
static void function_type_short_hands(void) {
#define I32 wasm_valtype_new_i32()
#define F64 wasm_valtype_new_f64()
    wasm_functype_t *types[4][3] = {
        {wasm_functype_new_0_0(), wasm_functype_new_0_1(F64), wasm_functype_new_0_2(F64, F64)},
        {wasm_functype_new_1_0(I32), wasm_functype_new_1_1(I32, F64),
         wasm_functype_new_1_2(I32, F64, F64)},
        {wasm_functype_new_2_0(I32, I32), wasm_functype_new_2_1(I32, I32, F64),
         wasm_functype_new_2_2(I32, I32, F64, F64)},
        {wasm_functype_new_3_0(I32, I32, I32), wasm_functype_new_3_1(I32, I32, I32, F64),
         wasm_functype_new_3_2(I32, I32, I32, F64, F64)},
    };
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 3; j++) {
            NEED(types[i][j] != NULL);
            const wasm_valtype_vec_t *params = wasm_functype_params(types[i][j]);
            const wasm_valtype_vec_t *results = wasm_functype_results(types[i][j]);
            EQUAL(params->size, i);
            EQUAL(results->size, j);
            for (size_t k = 0; k < i; k++) EQUAL(wasm_valtype_kind(params->data[k]), WASM_I32);
            for (size_t k = 0; k < j; k++) EQUAL(wasm_valtype_kind(results->data[k]), WASM_F64);
            wasm_functype_delete(types[i][j]);
        }
    }
}

static void global_types(void) {
    for (wasm_mutability_t mutability = WASM_CONST; mutability <= WASM_VAR; mutability++) {
        wasm_globaltype_t *type = wasm_globaltype_new(wasm_valtype_new_funcref(), mutability);
        NEED(type != NULL);
        EQUAL(wasm_globaltype_mutability(type), mutability);
        EQUAL(wasm_valtype_kind(wasm_globaltype_content(type)), WASM_FUNCREF);
        wasm_globaltype_delete(type);
    }
}

static void global_type_copies(void) {
    wasm_globaltype_t *type = wasm_globaltype_new(wasm_valtype_new_f64(), WASM_VAR);
    wasm_globaltype_t *copy = wasm_globaltype_copy(type);
    wasm_globaltype_delete(type);
    NEED(copy != NULL);
    EQUAL(wasm_globaltype_mutability(copy), WASM_VAR);
    EQUAL(wasm_valtype_kind(wasm_globaltype_content(copy)), WASM_F64);
    wasm_globaltype_delete(copy);
}

static void table_types(void) {
    wasm_limits_t limits = {3, 77};
    wasm_tabletype_t *type = wasm_tabletype_new(wasm_valtype_new_externref(), &limits);
    NEED(type != NULL);
    limits.min = 99;
    EQUAL(wasm_tabletype_limits(type)->min, 3);
    EQUAL(wasm_tabletype_limits(type)->max, 77);
    EQUAL(wasm_valtype_kind(wasm_tabletype_element(type)), WASM_EXTERNREF);
    wasm_tabletype_delete(type);
    limits = (wasm_limits_t){0, wasm_limits_max_default};
    type = wasm_tabletype_new(wasm_valtype_new_funcref(), &limits);
    NEED(type != NULL);
    CHECK(wasm_tabletype_limits(type)->max == wasm_limits_max_default, "no maximum is lost");
    wasm_tabletype_delete(type);
}

static void table_type_copies(void) {
    wasm_limits_t limits = {3, 77};
    wasm_tabletype_t *type = wasm_tabletype_new(wasm_valtype_new_funcref(), &limits);
    wasm_tabletype_t *copy = wasm_tabletype_copy(type);
    wasm_tabletype_delete(type);
    NEED(copy != NULL);
    EQUAL(wasm_tabletype_limits(copy)->max, 77);
    EQUAL(wasm_valtype_kind(wasm_tabletype_element(copy)), WASM_FUNCREF);
    wasm_tabletype_delete(copy);
}

static void memory_types(void) {
    wasm_limits_t limits = {2, 5};
    wasm_memorytype_t *type = wasm_memorytype_new(&limits);
    NEED(type != NULL);
    limits.min = 99;
    EQUAL(wasm_memorytype_limits(type)->min, 2);
    EQUAL(wasm_memorytype_limits(type)->max, 5);
    wasm_memorytype_delete(type);
    limits = (wasm_limits_t){1, wasm_limits_max_default};
    type = wasm_memorytype_new(&limits);
    NEED(type != NULL);
    CHECK(wasm_memorytype_limits(type)->max == wasm_limits_max_default, "no maximum is lost");
    wasm_memorytype_delete(type);
}

static void memory_type_copies(void) {
    wasm_limits_t limits = {2, 5};
    wasm_memorytype_t *type = wasm_memorytype_new(&limits);
    wasm_memorytype_t *copy = wasm_memorytype_copy(type);
    wasm_memorytype_delete(type);
    NEED(copy != NULL);
    EQUAL(wasm_memorytype_limits(copy)->min, 2);
    EQUAL(wasm_memorytype_limits(copy)->max, 5);
    wasm_memorytype_delete(copy);
}

static void tag_types(void) {
    wasm_tagtype_t *type = wasm_tagtype_new(wasm_functype_new_1_0(wasm_valtype_new_f32()));
    NEED(type != NULL);
    wasm_tagtype_t *copy = wasm_tagtype_copy(type);
    wasm_tagtype_delete(type);
    NEED(copy != NULL);
    const wasm_functype_t *inner = wasm_tagtype_functype(copy);
    NEED(inner != NULL);
    EQUAL(wasm_functype_params(inner)->size, 1);
    EQUAL(wasm_valtype_kind(wasm_functype_params(inner)->data[0]), WASM_F32);
    EQUAL(wasm_functype_results(inner)->size, 0);
    wasm_tagtype_delete(copy);
}

/* A type as an extern type and back is the same pointer, and no other type. */
#define AS_EXTERN(name, make, kind)                                                            \
    static void name##_as_extern(void) {                                                       \
        wasm_##name##_t *type = make;                                                          \
        wasm_externtype_t *as = wasm_##name##_as_externtype(type);                             \
        NEED(as != NULL);                                                                      \
        EQUAL(wasm_externtype_kind(as), kind);                                                 \
        CHECK(wasm_##name##_as_externtype_const(type) == as, "const is another");              \
        CHECK(wasm_externtype_as_##name(as) == type, "not the same again");                    \
        CHECK(wasm_externtype_as_##name##_const(as) == type, "not the same again, const");     \
        CHECK((wasm_externtype_as_functype(as) != NULL) == (kind == WASM_EXTERN_FUNC));        \
        CHECK((wasm_externtype_as_functype_const(as) != NULL) == (kind == WASM_EXTERN_FUNC));  \
        CHECK((wasm_externtype_as_globaltype(as) != NULL) == (kind == WASM_EXTERN_GLOBAL));    \
        CHECK((wasm_externtype_as_globaltype_const(as) != NULL) == (kind == WASM_EXTERN_GLOBAL)); \
        CHECK((wasm_externtype_as_tabletype(as) != NULL) == (kind == WASM_EXTERN_TABLE));      \
        CHECK((wasm_externtype_as_tabletype_const(as) != NULL) == (kind == WASM_EXTERN_TABLE)); \
        CHECK((wasm_externtype_as_memorytype(as) != NULL) == (kind == WASM_EXTERN_MEMORY));    \
        CHECK((wasm_externtype_as_memorytype_const(as) != NULL) == (kind == WASM_EXTERN_MEMORY)); \
        wasm_externtype_t *copy = wasm_externtype_copy(as);                                    \
        wasm_##name##_delete(type);                                                            \
        NEED(copy != NULL);                                                                    \
        EQUAL(wasm_externtype_kind(copy), kind);                                               \
        CHECK(wasm_externtype_as_##name(copy) != NULL, "a copy has lost its kind");            \
        wasm_externtype_delete(copy);                                                          \
    }

static const wasm_limits_t limits_1_2 = {1, 2};

AS_EXTERN(functype, type_i32_i32(), WASM_EXTERN_FUNC)
AS_EXTERN(globaltype, wasm_globaltype_new(wasm_valtype_new_i32(), WASM_VAR), WASM_EXTERN_GLOBAL)
AS_EXTERN(tabletype, wasm_tabletype_new(wasm_valtype_new_funcref(), &limits_1_2),
          WASM_EXTERN_TABLE)
AS_EXTERN(memorytype, wasm_memorytype_new(&limits_1_2), WASM_EXTERN_MEMORY)
AS_EXTERN(tagtype, wasm_tagtype_new(wasm_functype_new_0_0()), WASM_EXTERN_TAG)

/* An extern type that is no tag says so. */
static void others_are_no_tags(void) {
    wasm_memorytype_t *type = wasm_memorytype_new(&limits_1_2);
    wasm_externtype_t *as = wasm_memorytype_as_externtype(type);
    CHECK(wasm_externtype_as_tagtype(as) == NULL);
    CHECK(wasm_externtype_as_tagtype_const(as) == NULL);
    wasm_memorytype_delete(type);
}

static void import_types(void) {
    wasm_name_t module, name;
    wasm_name_new_from_string(&module, "env");
    wasm_name_new(&name, 3, "a\0b");
    wasm_externtype_t *external = wasm_functype_as_externtype(type_i32_i32());
    wasm_importtype_t *type = wasm_importtype_new(&module, &name, external);
    NEED(type != NULL);
    wasm_importtype_t *copy = wasm_importtype_copy(type);
    wasm_importtype_delete(type);
    NEED(copy != NULL);
    CHECK(same_text(wasm_importtype_module(copy), "env"));
    EQUAL(wasm_importtype_name(copy)->size, 3);
    CHECK(memcmp(wasm_importtype_name(copy)->data, "a\0b", 3) == 0);
    EQUAL(wasm_externtype_kind(wasm_importtype_type(copy)), WASM_EXTERN_FUNC);
    wasm_importtype_delete(copy);
}

static void export_types(void) {
    wasm_name_t name;
    wasm_name_new_from_string(&name, "memory");
    wasm_externtype_t *external = wasm_memorytype_as_externtype(wasm_memorytype_new(&limits_1_2));
    wasm_exporttype_t *type = wasm_exporttype_new(&name, external);
    NEED(type != NULL);
    wasm_exporttype_t *copy = wasm_exporttype_copy(type);
    wasm_exporttype_delete(type);
    NEED(copy != NULL);
    CHECK(same_text(wasm_exporttype_name(copy), "memory"));
    const wasm_memorytype_t *inner =
        wasm_externtype_as_memorytype_const(wasm_exporttype_type(copy));
    NEED(inner != NULL);
    EQUAL(wasm_memorytype_limits(inner)->max, 2);
    wasm_exporttype_delete(copy);
}

static const case_t cases[] = {
    CASE(value_types), CASE(value_type_copies), CASE(value_type_v128),
    CASE(value_types_that_do_not_exist), CASE(function_types), CASE(function_type_short_hands),
    CASE(global_types), CASE(global_type_copies), CASE(table_types), CASE(table_type_copies),
    CASE(memory_types), CASE(memory_type_copies), CASE(tag_types), CASE(functype_as_extern),
    CASE(globaltype_as_extern), CASE(tabletype_as_extern), CASE(memorytype_as_extern),
    CASE(tagtype_as_extern), CASE(others_are_no_tags), CASE(import_types), CASE(export_types),
};

int main(int argc, char **argv) { return RUN_CASES("types", cases, argc, argv); }
