/* What every object has: copies, identity, host info with finalizers, its form as a reference. */

#include "objects.h"

static guest_t guest;

static void open_all(void) {
    guest = open_guest(
        "(module (func (export \"f0\")) (func (export \"f1\"))"
        "(global (export \"g0\") i32 (i32.const 1)) (global (export \"g1\") i32 (i32.const 1))"
        "(table (export \"t0\") 1 funcref) (table (export \"t1\") 1 funcref)"
        "(memory (export \"m0\") 1) (elem (table 0) (i32.const 0) func 0)"
        "(func (export \"pass\") (param externref) (result externref) local.get 0))");
}
enum { F0, F1, G0, G1, T0, T1, M0, PASS };

/* make_X gives a handle of an object: the same one each time if the number is, where it can. */
static wasm_func_t *make_func(int i) { return wasm_func_copy(func_at(&guest, F0 + (size_t)i)); }
static wasm_global_t *make_global(int i) {
    return wasm_global_copy(global_at(&guest, G0 + (size_t)i));
}
static wasm_table_t *make_table(int i) { return wasm_table_copy(table_at(&guest, T0 + (size_t)i)); }
static wasm_extern_t *make_extern(int i) {
    return wasm_extern_copy(export_at(&guest, F0 + (size_t)i));
}

static wasm_memory_t *make_memory(int i) {
    if (i == 0) return wasm_memory_copy(memory_at(&guest, M0));
    const wasm_limits_t limits = {1, 2};
    wasm_memorytype_t *type = wasm_memorytype_new(&limits);
    wasm_memory_t *memory = wasm_memory_new(guest.store, type);
    wasm_memorytype_delete(type);
    return memory;
}

static wasm_module_t *make_module(int i) {
    (void)i;
    return module_of(guest.store, "(module)");
}

static wasm_instance_t *make_instance(int i) {
    wasm_module_t *module = make_module(i);
    wasm_instance_t *instance = instance_of(guest.store, module, 0, NULL);
    wasm_module_delete(module);
    return instance;
}

static wasm_trap_t *make_trap(int i) {
    (void)i;
    wasm_message_t message = bytes_of("a trap");
    return wasm_trap_new(guest.store, &message);
}

static wasm_foreign_t *make_foreign(int i) {
    (void)i;
    return wasm_foreign_new(guest.store);
}

static wasm_ref_t *make_ref(int i) {
    wasm_foreign_t *object = make_foreign(i);
    wasm_ref_t *ref = wasm_ref_copy(wasm_foreign_as_ref(object));
    wasm_foreign_delete(object);
    return ref;
}

#define COPIES(name)                                                                       \
    static void name##_copies(void) {                                                      \
        open_all();                                                                        \
        wasm_##name##_t *first = make_##name(0), *other = make_##name(1);                  \
        NEED(first != NULL && other != NULL);                                              \
        wasm_##name##_t *copy = wasm_##name##_copy(first);                                 \
        NEED(copy != NULL);                                                                \
        CHECK(wasm_##name##_same(first, first), "not the same as itself");                 \
        CHECK(wasm_##name##_same(first, copy), "not the same as its copy");                \
        CHECK(!wasm_##name##_same(first, other), "the same as another one");               \
        wasm_##name##_delete(first);                                                       \
        first = wasm_##name##_copy(copy);                                                  \
        CHECK(first != NULL && wasm_##name##_same(first, copy), "a copy of a copy");       \
        wasm_##name##_delete(copy);                                                        \
        wasm_##name##_delete(first);                                                       \
        wasm_##name##_delete(other);                                                       \
        close_guest(&guest);                                                               \
    }

/* `at_once`: the finalizer runs with the last handle, not only with the store. */
#define HOST_INFO(name, at_once)                                                           \
    static void name##_host_info(void) {                                                   \
        open_all();                                                                        \
        unsigned first = 0, second = 0, third = 0;                                         \
        wasm_##name##_t *object = make_##name(0);                                          \
        NEED(object != NULL);                                                              \
        CHECK(wasm_##name##_get_host_info(object) == NULL, "info that nobody set");        \
        wasm_##name##_set_host_info(object, &first);                                       \
        CHECK(wasm_##name##_get_host_info(object) == &first, "not what was set");          \
        wasm_##name##_set_host_info_with_finalizer(object, &first, NULL);                  \
        wasm_##name##_set_host_info_with_finalizer(object, &first, count_finalizer);       \
        EQUAL(first, 0);                                                                   \
        wasm_##name##_t *copy = wasm_##name##_copy(object);                                \
        NEED(copy != NULL);                                                                \
        CHECK(wasm_##name##_get_host_info(copy) == &first, "not found by the copy");       \
        wasm_##name##_set_host_info_with_finalizer(copy, &second, count_finalizer);        \
        CHECK(first == 1, "not finalized when replaced");                                  \
        CHECK(wasm_##name##_get_host_info(object) == &second, "not replaced");             \
        wasm_##name##_set_host_info(object, NULL);                                         \
        CHECK(second == 1, "not finalized when taken away");                               \
        CHECK(wasm_##name##_get_host_info(copy) == NULL, "not taken away");                \
        wasm_##name##_set_host_info_with_finalizer(copy, &third, count_finalizer);         \
        wasm_##name##_delete(object);                                                      \
        EQUAL(third, 0);                                                                   \
        wasm_##name##_delete(copy);                                                        \
        EQUAL(third, at_once);                                                             \
        close_guest(&guest);                                                               \
        CHECK(first == 1 && second == 1, "finalized twice");                               \
        EQUAL(third, 1);                                                                   \
    }

/* What a reference is seen as, one bit for each kind. */
enum {
    FUNC = 1, GLOBAL = 2, TABLE = 4, MEMORY = 8, EXTERN = 16, INSTANCE = 32, MODULE = 64,
    TRAP = 128, FOREIGN = 256
};

#define SEEN(name, bit)                                                                   \
    do {                                                                                  \
        if (wasm_ref_as_##name(ref) != NULL) seen |= bit;                                 \
        if (wasm_ref_as_##name##_const(ref) != NULL) seen_const |= bit;                   \
    } while (0)

static void seen_as(wasm_ref_t *ref, int expected) {
    int seen = 0, seen_const = 0;
    SEEN(foreign, FOREIGN);
    SEEN(func, FUNC);
    SEEN(global, GLOBAL);
    SEEN(table, TABLE);
    SEEN(memory, MEMORY);
    SEEN(extern, EXTERN);
    SEEN(instance, INSTANCE);
    SEEN(module, MODULE);
    SEEN(trap, TRAP);
    EQUAL(seen, expected);
    EQUAL(seen_const, expected);
}

#define AS_REF(name, kinds)                                                                \
    static void name##_as_ref(void) {                                                      \
        open_all();                                                                        \
        wasm_##name##_t *object = make_##name(0), *other = make_##name(1);                 \
        wasm_ref_t *ref = wasm_##name##_as_ref(object);                                    \
        NEED(ref != NULL);                                                                 \
        CHECK(wasm_ref_same(ref, wasm_##name##_as_ref_const(object)), "const is another"); \
        CHECK(!wasm_ref_same(ref, wasm_##name##_as_ref(other)), "the same as another");    \
        wasm_ref_t *copy = wasm_ref_copy(ref);                                             \
        NEED(copy != NULL);                                                                \
        CHECK(wasm_ref_same(ref, copy), "not the same as its copy");                       \
        CHECK(wasm_##name##_same(wasm_ref_as_##name(copy), object), "not the same again"); \
        seen_as(ref, kinds);                                                               \
        wasm_##name##_delete(object);                                                      \
        seen_as(copy, kinds);                                                              \
        wasm_ref_delete(copy);                                                             \
        wasm_##name##_delete(other);                                                       \
        close_guest(&guest);                                                               \
    }

#define ALL(name, at_once, kinds) COPIES(name) HOST_INFO(name, at_once) AS_REF(name, kinds)

ALL(func, 0, FUNC | EXTERN)
ALL(global, 0, GLOBAL | EXTERN)
ALL(table, 0, TABLE | EXTERN)
ALL(memory, 0, MEMORY | EXTERN)
ALL(extern, 0, FUNC | EXTERN)
ALL(instance, 1, INSTANCE)
ALL(module, 1, MODULE)
ALL(trap, 1, TRAP)
ALL(foreign, 1, FOREIGN)
COPIES(ref)
HOST_INFO(ref, 1)

/* Info belongs to the object, whichever way one comes to it. */
static void info_is_found_again(void) {
    open_all();
    int info = 0;
    wasm_func_set_host_info(func_at(&guest, F0), &info);
    wasm_extern_vec_t again;
    wasm_instance_exports(guest.instance, &again);
    CHECK(wasm_func_get_host_info(wasm_extern_as_func(again.data[F0])) == &info, "by exports");
    CHECK(wasm_func_get_host_info(wasm_extern_as_func(again.data[F1])) == NULL, "another has it");
    wasm_extern_vec_delete(&again);
    CHECK(wasm_extern_get_host_info(export_at(&guest, F0)) == &info, "as an extern");
    CHECK(wasm_ref_get_host_info(wasm_func_as_ref(func_at(&guest, F0))) == &info, "as a reference");
    wasm_ref_t *element = wasm_table_get(table_at(&guest, T0), 0);
    CHECK(element != NULL && wasm_ref_get_host_info(element) == &info, "in a table");
    wasm_ref_delete(element);
    close_guest(&guest);
}

/* An object that went into wasm may still be there, so its info stays until the store goes. */
static void info_of_an_object_in_wasm(void) {
    open_all();
    unsigned finalized = 0;
    wasm_foreign_t *object = make_foreign(0);
    wasm_foreign_set_host_info_with_finalizer(object, &finalized, count_finalizer);
    wasm_val_t value = externref(wasm_foreign_as_ref(object)), result;
    RUNS(call(func_at(&guest, PASS), 1, &value, 1, &result));
    wasm_foreign_delete(object);
    EQUAL(finalized, 0);
    CHECK(wasm_ref_get_host_info(result.of.ref) == &finalized);
    wasm_val_delete(&result);
    EQUAL(finalized, 0);
    close_guest(&guest);
    EQUAL(finalized, 1);
}

/* An instance that leaves something in its store, here a memory, may stay until that goes. */
static void info_of_an_instance_with_a_memory(void) {
    open_all();
    unsigned finalized = 0;
    wasm_instance_set_host_info_with_finalizer(guest.instance, &finalized, count_finalizer);
    wasm_extern_vec_delete(&guest.exports);
    wasm_instance_delete(guest.instance);
    wasm_module_delete(guest.module);
    wasm_store_delete(guest.store);
    EQUAL(finalized, 1);
    wasm_engine_delete(guest.engine);
}

/* An object is the same in each of its forms, and in none of another's. */
static void one_object_in_several_forms(void) {
    open_all();
    wasm_func_t *func = func_at(&guest, F0);
    wasm_ref_t *one = wasm_func_as_ref(func), *two = wasm_extern_as_ref(export_at(&guest, F0));
    CHECK(wasm_ref_same(one, two));
    CHECK(!wasm_ref_same(one, wasm_extern_as_ref(export_at(&guest, G0))));
    CHECK(!wasm_ref_same(one, wasm_instance_as_ref(guest.instance)));
    CHECK(wasm_extern_same(wasm_func_as_extern(func), export_at(&guest, F0)));
    close_guest(&guest);
}

/* A finalizer may use the library, and delete other objects. */
static void delete_the_other(void *other) { wasm_foreign_delete(other); }

static void finalizers_that_delete(void) {
    open_all();
    unsigned finalized = 0;
    wasm_foreign_t *one = make_foreign(0), *other = make_foreign(0);
    wasm_foreign_set_host_info_with_finalizer(one, other, delete_the_other);
    wasm_foreign_set_host_info_with_finalizer(other, &finalized, count_finalizer);
    wasm_foreign_delete(one);
    EQUAL(finalized, 1);
    close_guest(&guest);
    EQUAL(finalized, 1);
}

#define THREE(name) CASE(name##_copies), CASE(name##_host_info), CASE(name##_as_ref)

static const case_t cases[] = {
    THREE(func), THREE(global), THREE(table), THREE(memory), THREE(extern), THREE(instance),
    THREE(module), THREE(trap), THREE(foreign), CASE(ref_copies), CASE(ref_host_info),
    CASE(info_is_found_again), CASE(info_of_an_object_in_wasm),
    CASE(info_of_an_instance_with_a_memory), CASE(one_object_in_several_forms),
    CASE(finalizers_that_delete),
};

int main(int argc, char **argv) { return RUN_CASES("refs", cases, argc, argv); }
