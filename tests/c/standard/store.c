/* Engines and stores: how long they live, and what keeps them. */

#include "objects.h"
#include "libwasmer.h"

static wasm_trap_t *nothing(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    (void)env, (void)args, (void)results;
    return NULL;
}

/* A host function whose finalizer tells when the store goes: it is held by a handle that nobody
   releases, or it would go with its last pointer. */
static void add_telltale(wasm_store_t *store, unsigned *finalized) {
    wasm_functype_t *type = wasm_functype_new_0_0();
    wasm_func_t *func = wasm_func_new_with_env(store, type, nothing, finalized, count_finalizer);
    wasm_functype_delete(type);
    NEED(func != NULL);
    RUNS(call_empty(func));
    libwasmer_handle_t held;
    NEED(libwasmer_ref_handle(wasm_func_as_ref(func), store, &held, NULL) == LIBWASMER_STATUS_OK);
    wasm_func_delete(func);
    EQUAL(*finalized, 0);
}

static const char everything[] =
    "(module (func (export \"f\") (result i32) i32.const 42)"
    "(global (export \"g\") (mut i64) (i64.const 5)) (table (export \"t\") 2 funcref)"
    "(memory (export \"m\") 1) (elem (i32.const 0) func 0)"
    "(func (export \"trap\") unreachable))";
enum { F, G, T, M, TRAP };

static guest_t open_everything(unsigned *finalized) {
    guest_t guest = open_guest(everything);
    *finalized = 0;
    add_telltale(guest.store, finalized);
    return guest;
}

static void empty_ones(void) {
    for (int i = 0; i < 100; i++) {
        wasm_engine_t *engine = wasm_engine_new();
        NEED(engine != NULL);
        wasm_store_t *one = wasm_store_new(engine), *two = wasm_store_new(engine);
        NEED(one != NULL && two != NULL && one != two);
        wasm_store_delete(one);
        wasm_engine_delete(engine);
        wasm_store_delete(two);
    }
}

static void engine_first(void) {
    guest_t guest = open_store();
    wasm_engine_delete(guest.engine);
    guest.engine = NULL;
    load(&guest, everything, 0, NULL);
    EQUAL(call_0(func_at(&guest, F)), 42);
    close_guest(&guest);
}

static void goes_with_the_last_handle(void) {
    unsigned finalized;
    guest_t guest = open_everything(&finalized);
    EQUAL(finalized, 0);
    wasm_store_delete(guest.store);
    EQUAL(finalized, 0);
    wasm_extern_vec_delete(&guest.exports);
    wasm_module_delete(guest.module);
    EQUAL(finalized, 0);
    wasm_instance_delete(guest.instance);
    EQUAL(finalized, 1);
    wasm_engine_delete(guest.engine);
    EQUAL(finalized, 1);
}

/* One handle is left, and works; with it the store goes. */
#define KEPT_BY(name, make, works)                            \
    static void kept_by_##name(void) {                        \
        unsigned finalized;                                   \
        guest_t guest = open_everything(&finalized);          \
        wasm_##name##_t *last = make;                         \
        NEED(last != NULL);                                   \
        close_guest(&guest);                                  \
        EQUAL(finalized, 0);                                  \
        CHECK(works);                                         \
        wasm_##name##_delete(last);                           \
        EQUAL(finalized, 1);                                  \
    }

static int32_t number_in(const wasm_global_t *global) {
    wasm_val_t value;
    wasm_global_get(global, &value);
    return (int32_t)value.of.i64;
}

static size_t count_exports(const wasm_instance_t *instance) {
    wasm_extern_vec_t found;
    wasm_instance_exports(instance, &found);
    size_t count = found.size;
    wasm_extern_vec_delete(&found);
    return count;
}

KEPT_BY(func, wasm_func_copy(func_at(&guest, F)), call_0(last) == 42)
KEPT_BY(global, wasm_global_copy(global_at(&guest, G)), number_in(last) == 5)
KEPT_BY(table, wasm_table_copy(table_at(&guest, T)), wasm_table_size(last) == 2)
KEPT_BY(memory, wasm_memory_copy(memory_at(&guest, M)), wasm_memory_grow(last, 1))
KEPT_BY(extern, wasm_extern_copy(export_at(&guest, F)), call_0(wasm_extern_as_func(last)) == 42)
KEPT_BY(ref, wasm_table_get(table_at(&guest, T), 0), call_0(wasm_ref_as_func(last)) == 42)
KEPT_BY(instance, wasm_instance_copy(guest.instance), count_exports(last) == 5)

/* References that were only borrowed keep nothing. */
static void as_ref_keeps_nothing(void) {
    unsigned finalized;
    guest_t guest = open_everything(&finalized);
    wasm_ref_t *ref = wasm_func_as_ref(func_at(&guest, F));
    NEED(ref != NULL);
    wasm_func_t *func = wasm_ref_as_func(ref);
    NEED(func != NULL);
    CHECK(wasm_extern_as_func(wasm_func_as_extern(func)) != NULL);
    close_guest(&guest);
    EQUAL(finalized, 1);
}

/* Types and traps belong to no store. */
static void types_and_traps_keep_nothing(void) {
    unsigned finalized;
    guest_t guest = open_everything(&finalized);
    wasm_functype_t *type = wasm_func_type(func_at(&guest, F));
    wasm_externtype_t *external = wasm_extern_type(export_at(&guest, M));
    wasm_trap_t *trap = call_empty(func_at(&guest, TRAP));
    wasm_frame_t *frame = wasm_trap_origin(trap);
    NEED(type != NULL && external != NULL && trap != NULL && frame != NULL);
    close_guest(&guest);
    EQUAL(finalized, 1);
    EQUAL(wasm_functype_results(type)->size, 1);
    EQUAL(wasm_externtype_kind(external), WASM_EXTERN_MEMORY);
    CHECK(strlen(message_of(trap)) > 3);
    EQUAL(wasm_frame_func_index(frame), 1);
    wasm_functype_delete(type);
    wasm_externtype_delete(external);
    wasm_frame_delete(frame);
    wasm_trap_delete(trap);
}

/* Two engines, two stores of one of them: nothing is mixed up. */
static void several_at_once(void) {
    guest_t one = open_guest(everything), two = open_guest(everything);
    guest_t three = {.engine = one.engine, .store = wasm_store_new(one.engine)};
    load(&three, everything, 0, NULL);
    wasm_val_t value = i64(6);
    wasm_global_set(global_at(&two, G), &value);
    value = i64(7);
    wasm_global_set(global_at(&three, G), &value);
    EQUAL(number_in(global_at(&one, G)), 5);
    EQUAL(number_in(global_at(&two, G)), 6);
    EQUAL(number_in(global_at(&three, G)), 7);
    CHECK(!wasm_global_same(global_at(&one, G), global_at(&three, G)));
    three.engine = NULL;
    close_guest(&one);
    EQUAL(call_0(func_at(&three, F)), 42);
    close_guest(&three);
    EQUAL(call_0(func_at(&two, F)), 42);
    close_guest(&two);
}

/* A handle of the store that runs is dropped in its own callback. */
static wasm_trap_t *drop_the_store(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    (void)args;
    guest_t *guest = env;
    close_guest(guest);
    memset(guest, 0, sizeof *guest);
    results->data[0] = i32(41);
    return NULL;
}

static void dropped_while_it_runs(void) {
    guest_t guest = open_store();
    wasm_functype_t *type = wasm_functype_new_0_1(wasm_valtype_new_i32());
    wasm_func_t *func = wasm_func_new_with_env(guest.store, type, drop_the_store, &guest, NULL);
    wasm_functype_delete(type);
    wasm_extern_t *imports[1] = {wasm_func_as_extern(func)};
    load(&guest, "(module (import \"\" \"\" (func $f (result i32))) (memory 1)"
                 "(func (export \"g\") (result i32)"
                 "  (i32.store (i32.const 0) (call $f))"
                 "  (i32.add (i32.load (i32.const 0)) (i32.const 1))))", 1, imports);
    wasm_func_delete(func);
    wasm_func_t *last = wasm_func_copy(func_at(&guest, 0));
    EQUAL(call_0(last), 42);
    CHECK(guest.store == NULL);
    wasm_func_delete(last);
}

static const case_t cases[] = {
    CASE(empty_ones), CASE(engine_first), CASE(goes_with_the_last_handle), CASE(kept_by_func),
    CASE(kept_by_global), CASE(kept_by_table), CASE(kept_by_memory), CASE(kept_by_extern),
    CASE(kept_by_ref), CASE(kept_by_instance), CASE(as_ref_keeps_nothing),
    CASE(types_and_traps_keep_nothing), CASE(several_at_once), CASE(dropped_while_it_runs),
};

int main(int argc, char **argv) { return RUN_CASES("store", cases, argc, argv); }
