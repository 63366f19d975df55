/* NULL for what every noun has: vectors, copies, identity, host info and forms. The functions of a
   noun alone are in null_functions.c. scripts/test-c checks that none is forgotten. */

#include "objects.h"

static guest_t guest;

static void open_all(void) {
    guest = open_guest(
        "(module (func (export \"f\") (result i32) i32.const 42)"
        "(global (export \"g\") (mut i32) (i32.const 7)) (table (export \"t\") 2 funcref)"
        "(memory (export \"m\") 1))");
}
enum { F, G, T, M };

static void close_all(void) {
    EQUAL(call_0(func_at(&guest, F)), 42);
    close_guest(&guest);
}

/* Vectors. */
#define VECTOR(name)                                                                       \
    do {                                                                                   \
        wasm_##name##_vec_t vector = {7, NULL}, empty = WASM_EMPTY_VEC;                    \
        wasm_##name##_vec_new_empty(NULL);                                                 \
        wasm_##name##_vec_new_uninitialized(NULL, 3);                                      \
        wasm_##name##_vec_new(NULL, 0, NULL);                                              \
        wasm_##name##_vec_copy(NULL, &empty);                                              \
        wasm_##name##_vec_copy(&vector, NULL);                                             \
        CHECK(vector.size == 0 && vector.data == NULL, "a copy of NULL: " #name);          \
        vector.size = 7;                                                                   \
        wasm_##name##_vec_new(&vector, 0, NULL);                                           \
        CHECK(vector.size == 0, "made of NULL: " #name);                                   \
        wasm_##name##_vec_delete(NULL);                                                    \
    } while (0)

static void vectors(void) {
    VECTOR(byte);
    VECTOR(val);
    VECTOR(frame);
    VECTOR(extern);
    VECTOR(valtype);
    VECTOR(functype);
    VECTOR(globaltype);
    VECTOR(tabletype);
    VECTOR(memorytype);
    VECTOR(importtype);
    VECTOR(exporttype);
}

static void newer_vectors(void) {
    VECTOR(externtype);
    VECTOR(tagtype);
}

#define DELETE(name) wasm_##name##_delete(NULL)

static void deletes(void) {
    DELETE(config);
    DELETE(engine);
    DELETE(store);
    DELETE(valtype);
    DELETE(functype);
    DELETE(globaltype);
    DELETE(tabletype);
    DELETE(memorytype);
    DELETE(externtype);
    DELETE(importtype);
    DELETE(exporttype);
    DELETE(val);
    DELETE(ref);
    DELETE(frame);
    DELETE(trap);
    DELETE(foreign);
    DELETE(module);
    DELETE(func);
    DELETE(global);
    DELETE(table);
    DELETE(memory);
    DELETE(extern);
    DELETE(instance);
    wasmer_features_delete(NULL);
    wasmer_triple_delete(NULL);
    wasmer_cpu_features_delete(NULL);
    wasmer_target_delete(NULL);
    wasmer_metering_delete(NULL);
    CHECK(wasm_store_new(NULL) == NULL);
}

static void newer_deletes(void) {
    DELETE(tagtype);
    DELETE(shared_module);
    CHECK(wasm_tagtype_copy(NULL) == NULL);
}

/* Copies, identity, host info, and every form of what is nothing. */
#define COPY(name) CHECK(wasm_##name##_copy(NULL) == NULL, "a copy: " #name)

static void copies_of_types(void) {
    COPY(functype);
    COPY(externtype);
    COPY(importtype);
    COPY(exporttype);
    COPY(frame);
}

static void copies_of_other_types(void) {
    COPY(valtype);
    COPY(globaltype);
    COPY(tabletype);
    COPY(memorytype);
}

static void copies_of_externs(void) {
    COPY(func);
    COPY(global);
    COPY(table);
    COPY(memory);
    COPY(extern);
    COPY(foreign);
    COPY(ref);
}

#define BASE(name, object)                                                                 \
    static void base_of_##name(void) {                                                     \
        open_all();                                                                        \
        unsigned finalized = 0;                                                            \
        wasm_##name##_t *some = object;                                                    \
        NEED(some != NULL);                                                                \
        CHECK(!wasm_##name##_same(NULL, some) && !wasm_##name##_same(some, NULL), "same"); \
        CHECK(!wasm_##name##_same(NULL, NULL), "nothing is the same as nothing");          \
        CHECK(wasm_##name##_get_host_info(NULL) == NULL, "host info of nothing");          \
        wasm_##name##_set_host_info(NULL, &finalized);                                     \
        wasm_##name##_set_host_info_with_finalizer(NULL, NULL, NULL);                      \
        wasm_##name##_set_host_info_with_finalizer(some, NULL, NULL);                      \
        COPY(name);                                                                        \
        wasm_##name##_delete(some);                                                        \
        close_all();                                                                       \
    }

#define REFERENCE(name, object)                                                            \
    BASE(name, object)                                                                     \
    static void forms_of_##name(void) {                                                    \
        CHECK(wasm_##name##_as_ref(NULL) == NULL && wasm_##name##_as_ref_const(NULL) == NULL); \
        CHECK(wasm_ref_as_##name(NULL) == NULL && wasm_ref_as_##name##_const(NULL) == NULL);   \
    }

static wasm_trap_t *new_trap(void) {
    wasm_message_t message = bytes_of("a trap");
    return wasm_trap_new(guest.store, &message);
}

REFERENCE(func, wasm_func_copy(func_at(&guest, F)))
REFERENCE(global, wasm_global_copy(global_at(&guest, G)))
REFERENCE(table, wasm_table_copy(table_at(&guest, T)))
REFERENCE(memory, wasm_memory_copy(memory_at(&guest, M)))
REFERENCE(extern, wasm_extern_copy(export_at(&guest, F)))
REFERENCE(instance, wasm_instance_copy(guest.instance))
REFERENCE(module, wasm_module_copy(guest.module))
REFERENCE(trap, new_trap())
REFERENCE(foreign, wasm_foreign_new(guest.store))
BASE(ref, wasm_ref_copy(wasm_func_as_ref(func_at(&guest, F))))

#define EXTERN_FORMS(name)                                                                  \
    CHECK(wasm_##name##_as_extern(NULL) == NULL && wasm_extern_as_##name(NULL) == NULL)
#define EXTERN_FORMS_CONST(name)                                                            \
    CHECK(wasm_##name##_as_extern_const(NULL) == NULL &&                                    \
          wasm_extern_as_##name##_const(NULL) == NULL)
#define TYPE_FORMS(name)                                                                    \
    CHECK(wasm_##name##_as_externtype(NULL) == NULL && wasm_externtype_as_##name(NULL) == NULL); \
    CHECK(wasm_##name##_as_externtype_const(NULL) == NULL &&                                \
          wasm_externtype_as_##name##_const(NULL) == NULL)

static void forms_of_externs(void) {
    EXTERN_FORMS(func);
    EXTERN_FORMS(global);
    EXTERN_FORMS(table);
    EXTERN_FORMS(memory);
}

static void const_forms_of_externs(void) {
    EXTERN_FORMS_CONST(func);
    EXTERN_FORMS_CONST(global);
    EXTERN_FORMS_CONST(table);
    EXTERN_FORMS_CONST(memory);
}

static void forms_of_types(void) {
    TYPE_FORMS(functype);
    TYPE_FORMS(globaltype);
    TYPE_FORMS(tabletype);
    TYPE_FORMS(memorytype);
}

static void forms_of_tags(void) { TYPE_FORMS(tagtype); }

#define BASE_AND_FORMS(name) CASE(base_of_##name), CASE(forms_of_##name)

static const case_t cases[] = {
    CASE(vectors), CASE(newer_vectors), CASE(deletes), CASE(newer_deletes),
    CASE(copies_of_types), CASE(copies_of_other_types), CASE(copies_of_externs),
    BASE_AND_FORMS(func), BASE_AND_FORMS(global), BASE_AND_FORMS(table), BASE_AND_FORMS(memory),
    BASE_AND_FORMS(extern), BASE_AND_FORMS(instance), BASE_AND_FORMS(module),
    BASE_AND_FORMS(trap), BASE_AND_FORMS(foreign), CASE(base_of_ref), CASE(forms_of_externs),
    CASE(const_forms_of_externs), CASE(forms_of_types), CASE(forms_of_tags),
};

int main(int argc, char **argv) { return RUN_CASES("null", cases, argc, argv); }
