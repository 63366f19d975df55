/* Vectors: five functions for each of the 14 kinds. */

#include "objects.h"

/* For the elements that need something to come from. */
static guest_t guest;

static void open_trapping(void) {
    guest = open_guest("(module (func (export \"f\") unreachable))");
}

static wasm_name_t *name_of(const char *text, wasm_name_t *name) {
    wasm_name_new_from_string(name, text);
    return name;
}

static wasm_functype_t *new_functype(void) { return type_i32_i32(); }
static wasm_valtype_t *new_valtype(void) { return wasm_valtype_new_i64(); }

static wasm_globaltype_t *new_globaltype(void) {
    return wasm_globaltype_new(wasm_valtype_new_i32(), WASM_VAR);
}

static wasm_tabletype_t *new_tabletype(void) {
    wasm_limits_t limits = {1, 2};
    return wasm_tabletype_new(wasm_valtype_new_funcref(), &limits);
}

static wasm_memorytype_t *new_memorytype(void) {
    wasm_limits_t limits = {1, 2};
    return wasm_memorytype_new(&limits);
}

static wasm_tagtype_t *new_tagtype(void) {
    return wasm_tagtype_new(wasm_functype_new_1_0(wasm_valtype_new_i32()));
}

static wasm_externtype_t *new_externtype(void) {
    wasm_memorytype_t *type = new_memorytype();
    wasm_externtype_t *copy = wasm_externtype_copy(wasm_memorytype_as_externtype(type));
    wasm_memorytype_delete(type);
    return copy;
}

static wasm_importtype_t *new_importtype(void) {
    wasm_name_t module, name;
    return wasm_importtype_new(name_of("module", &module), name_of("name", &name),
                               new_externtype());
}

static wasm_exporttype_t *new_exporttype(void) {
    wasm_name_t name;
    return wasm_exporttype_new(name_of("name", &name), new_externtype());
}

static wasm_extern_t *new_extern(void) { return wasm_extern_copy(export_at(&guest, 0)); }

static wasm_frame_t *new_frame(void) {
    wasm_trap_t *trap = call_empty(func_at(&guest, 0));
    wasm_frame_t *frame = wasm_trap_origin(trap);
    wasm_trap_delete(trap);
    return frame;
}

/* Vectors of pointers, which own what they point to. */
#define POINTERS(name, before, after)                                                         \
    static void name##_vectors(void) {                                                        \
        before;                                                                               \
        wasm_##name##_t *items[3] = {new_##name(), NULL, new_##name()};                       \
        wasm_##name##_vec_t vector = {7, items}, copy = {7, items};                           \
        NEED(items[0] != NULL && items[2] != NULL);                                           \
        wasm_##name##_vec_new_empty(&vector);                                                 \
        CHECK(vector.size == 0 && vector.data == NULL, "an empty one is not empty");          \
        wasm_##name##_vec_copy(&copy, &vector);                                               \
        CHECK(copy.size == 0, "the copy of an empty one is not empty");                       \
        wasm_##name##_vec_delete(&copy);                                                      \
        wasm_##name##_vec_delete(&vector);                                                    \
        vector.size = 7;                                                                      \
        wasm_##name##_vec_new(&vector, 0, items);                                             \
        CHECK(vector.size == 0, "made of nothing, but not empty");                            \
        wasm_##name##_vec_delete(&vector);                                                    \
        wasm_##name##_vec_new_uninitialized(&vector, 2);                                      \
        NEED(vector.size == 2 && vector.data != NULL, "no room for two");                     \
        CHECK(vector.data[0] == NULL && vector.data[1] == NULL, "new room is not zero");      \
        wasm_##name##_vec_delete(&vector);                                                    \
        wasm_##name##_vec_new(&vector, 3, items);                                             \
        NEED(vector.size == 3 && vector.data != NULL && vector.data != items, "no new one");  \
        CHECK(memcmp(vector.data, items, sizeof items) == 0, "other elements than given");    \
        wasm_##name##_vec_copy(&copy, &vector);                                               \
        NEED(copy.size == 3 && copy.data != NULL && copy.data != vector.data, "no copy");     \
        for (size_t i = 0; i < 3; i++) {                                                      \
            CHECK((copy.data[i] == NULL) == (items[i] == NULL), "NULL is not copied as NULL"); \
        }                                                                                     \
        wasm_##name##_vec_delete(&vector);                                                    \
        /* The copy owns what it has. */                                                      \
        wasm_##name##_delete(copy.data[2]);                                                   \
        copy.data[2] = NULL;                                                                  \
        wasm_##name##_vec_delete(&copy);                                                      \
        after;                                                                                \
    }                                                                                         \
    static void name##_vectors_too_large(void) {                                              \
        wasm_##name##_t *item = NULL;                                                         \
        const size_t sizes[] = {SIZE_MAX, SIZE_MAX / 8 + 2, (size_t)1 << 46};                 \
        for (size_t i = 0; i < LENGTH(sizes); i++) {                                          \
            wasm_##name##_vec_t vector = {7, &item};                                          \
            wasm_##name##_vec_new_uninitialized(&vector, sizes[i]);                           \
            CHECK(vector.size == 0 && vector.data == NULL, "size %u: it has room", (unsigned)i); \
        }                                                                                     \
        for (size_t i = 0; i < 2; i++) {                                                      \
            wasm_##name##_vec_t vector = {7, &item}, from = {sizes[i], &item};                \
            wasm_##name##_vec_new(&vector, sizes[i], &item);                                  \
            CHECK(vector.size == 0 && vector.data == NULL, "size %u: it was made", (unsigned)i); \
            vector.size = 7;                                                                  \
            wasm_##name##_vec_copy(&vector, &from);                                           \
            CHECK(vector.size == 0 && vector.data == NULL, "size %u: a copy", (unsigned)i);   \
        }                                                                                     \
    }

POINTERS(valtype, , )
POINTERS(functype, , )
POINTERS(globaltype, , )
POINTERS(tabletype, , )
POINTERS(memorytype, , )
POINTERS(tagtype, , )
POINTERS(externtype, , )
POINTERS(importtype, , )
POINTERS(exporttype, , )
POINTERS(extern, open_trapping(), close_guest(&guest))
POINTERS(frame, open_trapping(), close_guest(&guest))

static void byte_vectors(void) {
    wasm_byte_vec_t vector = {7, NULL}, copy = {7, NULL};
    wasm_byte_vec_new_empty(&vector);
    CHECK(vector.size == 0 && vector.data == NULL);
    wasm_byte_vec_copy(&copy, &vector);
    CHECK(copy.size == 0);
    wasm_byte_vec_delete(&copy);
    wasm_byte_vec_delete(&vector);
    wasm_byte_vec_new_uninitialized(&vector, 100);
    NEED(vector.size == 100 && vector.data != NULL);
    for (size_t i = 0; i < 100; i++) CHECK(vector.data[i] == 0, "new room is not zero");
    wasm_byte_vec_delete(&vector);
    const char bytes[5] = {'a', 0, (char)0xff, 'b', '\n'};
    wasm_byte_vec_new(&vector, sizeof bytes, bytes);
    NEED(vector.size == 5 && vector.data != NULL && vector.data != bytes);
    CHECK(memcmp(vector.data, bytes, 5) == 0);
    wasm_byte_vec_copy(&copy, &vector);
    wasm_byte_vec_delete(&vector);
    NEED(copy.size == 5 && copy.data != NULL);
    CHECK(memcmp(copy.data, bytes, 5) == 0);
    wasm_byte_vec_delete(&copy);
}

static void byte_vectors_too_large(void) {
    wasm_byte_t byte = 0;
    const size_t sizes[] = {SIZE_MAX, SIZE_MAX / 2 + 1, (size_t)1 << 50};
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        wasm_byte_vec_t vector = {7, &byte};
        wasm_byte_vec_new_uninitialized(&vector, sizes[i]);
        CHECK(vector.size == 0 && vector.data == NULL, "size %u: it has room", (unsigned)i);
    }
}

static void names(void) {
    wasm_name_t name, copy;
    wasm_name_new_from_string(&name, "main");
    CHECK(same_text(&name, "main"));
    wasm_name_copy(&copy, &name);
    CHECK(same_text(&copy, "main"));
    wasm_name_delete(&name);
    wasm_name_delete(&copy);
    wasm_name_new_from_string_nt(&name, "main");
    EQUAL(name.size, 5);
    CHECK(strcmp(name.data, "main") == 0);
    wasm_name_delete(&name);
    wasm_name_new(&name, 2, "main");
    CHECK(same_text(&name, "ma"));
    wasm_name_delete(&name);
    wasm_name_new_empty(&name);
    EQUAL(name.size, 0);
    wasm_name_delete(&name);
    wasm_name_new_new_uninitialized(&name, 3);
    EQUAL(name.size, 3);
    wasm_name_delete(&name);
}

static void val_vectors(void) {
    wasm_val_vec_t vector = {7, NULL}, copy = {7, NULL};
    wasm_val_vec_new_empty(&vector);
    CHECK(vector.size == 0 && vector.data == NULL);
    wasm_val_vec_copy(&copy, &vector);
    CHECK(copy.size == 0);
    wasm_val_vec_delete(&vector);
    wasm_val_vec_delete(&copy);
    wasm_val_vec_new_uninitialized(&vector, 2);
    NEED(vector.size == 2 && vector.data != NULL);
    wasm_val_vec_delete(&vector);

    wasm_val_t items[4] = {i32(-1), i64(INT64_MIN), f32(0.5f), f64(-0.25)};
    wasm_val_vec_new(&vector, 4, items);
    NEED(vector.size == 4 && vector.data != NULL && vector.data != items);
    wasm_val_vec_copy(&copy, &vector);
    wasm_val_vec_delete(&vector);
    NEED(copy.size == 4 && copy.data != NULL);
    CHECK(copy.data[0].kind == WASM_I32 && copy.data[0].of.i32 == -1);
    CHECK(copy.data[1].kind == WASM_I64 && copy.data[1].of.i64 == INT64_MIN);
    CHECK(copy.data[2].kind == WASM_F32 && copy.data[2].of.f32 == 0.5f);
    CHECK(copy.data[3].kind == WASM_F64 && copy.data[3].of.f64 == -0.25);
    wasm_val_vec_delete(&copy);
}

/* A vector of values owns the references in it. */
static void val_vectors_own_references(void) {
    guest = open_store();
    unsigned finalized = 0;
    wasm_foreign_t *object = wasm_foreign_new(guest.store);
    NEED(object != NULL);
    wasm_foreign_set_host_info_with_finalizer(object, &finalized, count_finalizer);
    wasm_val_t items[3] = {externref(wasm_foreign_as_ref(object)), externref(NULL), funcref(NULL)};
    wasm_val_vec_t vector, copy;
    wasm_val_vec_new(&vector, 3, items);
    wasm_val_vec_copy(&copy, &vector);
    NEED(copy.size == 3);
    CHECK(copy.data[0].kind == WASM_EXTERNREF && copy.data[0].of.ref != NULL);
    CHECK(wasm_ref_same(copy.data[0].of.ref, vector.data[0].of.ref), "another object");
    CHECK(wasm_ref_get_host_info(copy.data[0].of.ref) == &finalized, "other host info");
    CHECK(copy.data[1].kind == WASM_EXTERNREF && copy.data[1].of.ref == NULL);
    CHECK(copy.data[2].kind == WASM_FUNCREF && copy.data[2].of.ref == NULL);
    wasm_val_vec_delete(&vector);
    EQUAL(finalized, 0);
    wasm_val_vec_delete(&copy);
    EQUAL(finalized, 1);
    close_guest(&guest);
    EQUAL(finalized, 1);
}

static void val_vectors_too_large(void) {
    wasm_val_t item = i32(1);
    const size_t sizes[] = {SIZE_MAX, SIZE_MAX / 16 + 2, (size_t)1 << 46};
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        wasm_val_vec_t vector = {7, &item};
        wasm_val_vec_new_uninitialized(&vector, sizes[i]);
        CHECK(vector.size == 0 && vector.data == NULL, "size %u: it has room", (unsigned)i);
    }
}

#define BOTH(name) CASE(name##_vectors), CASE(name##_vectors_too_large)

static const case_t cases[] = {
    BOTH(valtype), BOTH(functype), BOTH(globaltype), BOTH(tabletype), BOTH(memorytype),
    BOTH(tagtype), BOTH(externtype), BOTH(importtype), BOTH(exporttype), BOTH(extern),
    BOTH(frame), BOTH(byte), BOTH(val), CASE(val_vectors_own_references), CASE(names),
};

int main(int argc, char **argv) { return RUN_CASES("vectors", cases, argc, argv); }
