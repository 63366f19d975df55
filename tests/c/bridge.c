/* Objects of wasm.h under the names of libwasmer.h, and back. */

#include "check.h"

#include <wasm.h>
#include <wasmer.h>

#define GUEST                                                                   \
    "(module (import \"host\" \"fail\" (func $fail))"                           \
    " (func (export \"run\") call $fail)"                                       \
    " (func (export \"same\") (param externref) (result externref) local.get 0)" \
    " (func (export \"sum\") (param i32 i32) (result i32)"                      \
    "  local.get 0 local.get 1 i32.add)"                                        \
    " (table (export \"table\") 2 funcref)"                                     \
    " (memory (export \"memory\") 1)"                                           \
    " (global (export \"global\") (mut i32) (i32.const 7)))"

enum { RUN, SAME, SUM, TABLE, MEMORY, GLOBAL, EXPORTS };

typedef struct {
    wasm_engine_t *engine;
    wasm_store_t *store;
    wasm_module_t *module;
    wasm_func_t *fail;
    wasm_instance_t *instance;
    wasm_extern_vec_t exports;
} guest_t;

/* The trap that the host function ends with. */
static wasm_trap_t *thrown;

static wasm_trap_t *fail(const wasm_val_vec_t *arguments, wasm_val_vec_t *results) {
    (void)arguments, (void)results;
    return wasm_trap_copy(thrown);
}

static wasm_trap_t *new_trap(wasm_store_t *store, const char *text) {
    wasm_message_t message;
    wasm_name_new_from_string_nt(&message, text);
    wasm_trap_t *trap = wasm_trap_new(store, &message);
    wasm_byte_vec_delete(&message);
    return trap;
}

static guest_t new_guest(void) {
    guest_t guest = {.engine = wasm_engine_new()};
    guest.store = wasm_store_new(guest.engine);
    wasm_byte_vec_t text = {strlen(GUEST), (wasm_byte_t *)(uintptr_t)GUEST}, binary;
    wat2wasm(&text, &binary);
    guest.module = wasm_module_new(guest.store, &binary);
    wasm_byte_vec_delete(&binary);
    wasm_functype_t *type = wasm_functype_new_0_0();
    guest.fail = wasm_func_new(guest.store, type, fail);
    wasm_functype_delete(type);
    wasm_extern_t *imports[] = {wasm_func_as_extern(guest.fail)};
    wasm_extern_vec_t vector = WASM_ARRAY_VEC(imports);
    guest.instance = wasm_instance_new(guest.store, guest.module, &vector, NULL);
    wasm_instance_exports(guest.instance, &guest.exports);
    if (!CHECK(guest.exports.size == EXPORTS, "the guest of the test")) exit(finish("bridge"));
    return guest;
}

static void delete_guest(guest_t *guest) {
    wasm_extern_vec_delete(&guest->exports);
    wasm_instance_delete(guest->instance);
    wasm_func_delete(guest->fail);
    wasm_module_delete(guest->module);
    wasm_store_delete(guest->store);
    wasm_engine_delete(guest->engine);
}

static libwasmer_handle_t handle_of(const wasm_ref_t *reference, const wasm_store_t *store) {
    libwasmer_handle_t handle = 0;
    OK(libwasmer_ref_handle(reference, store, &handle, &error));
    return handle;
}

static wasm_ref_t *ref_of(const wasm_store_t *store, libwasmer_handle_t handle) {
    wasm_ref_t *reference = NULL;
    OK(libwasmer_ref_from_handle(store, handle, &reference, &error));
    return reference;
}

static void externals(void) {
    guest_t guest = new_guest();
    const libwasmer_arena_t *arena = libwasmer_store_arena(guest.store);
    for (size_t i = 0; i < EXPORTS; i++) {
        const wasm_ref_t *reference = wasm_extern_as_ref_const(guest.exports.data[i]);
        libwasmer_handle_t handle = handle_of(reference, NULL);
        libwasmer_externtype_t type;
        OK(libwasmer_extern_type(arena, handle, &type, &error));
        CHECK(type.kind == wasm_extern_kind(guest.exports.data[i]), "export %zu", i);
        wasm_ref_t *back = ref_of(guest.store, handle);
        CHECK(wasm_ref_same(back, reference), "export %zu comes back", i);
        wasm_ref_delete(back);
    }
    libwasmer_slot_t slots[2];
    slots[0].i32 = 40, slots[1].i32 = 2;
    libwasmer_handle_t sum = handle_of(wasm_extern_as_ref(guest.exports.data[SUM]), NULL);
    OK(libwasmer_func_call(arena, sum, slots, 2, &error));
    CHECK(slots[0].i32 == 42, "the fast call");

    /* A host function of wasm.h has a handle, and one of libwasmer.h a wasm_func_t. */
    libwasmer_handle_t host = handle_of(wasm_func_as_ref(guest.fail), guest.store);
    wasm_ref_t *back = ref_of(guest.store, host);
    CHECK(wasm_func_same(wasm_ref_as_func(back), guest.fail), "host function");
    wasm_ref_delete(back);
    CHECK(ref_of(guest.store, 0) == NULL, "handle 0 is NULL");
    delete_guest(&guest);
}

/* An instance that has a handle outside of wasm.h lives with its store. */
static void instances(void) {
    guest_t guest = new_guest();
    const libwasmer_arena_t *arena = libwasmer_store_arena(guest.store);
    wasm_byte_vec_t text = {strlen(SUM_WAT), (wasm_byte_t *)(uintptr_t)SUM_WAT}, binary;
    wat2wasm(&text, &binary);
    wasm_module_t *module = wasm_module_new(guest.store, &binary);
    wasm_byte_vec_delete(&binary);
    wasm_instance_t *instance = wasm_instance_new(guest.store, module, NULL, NULL);
    libwasmer_handle_t handle = handle_of(wasm_instance_as_ref(instance), NULL);
    wasm_instance_delete(instance);
    libwasmer_handle_t sum = export_of(arena, handle, "sum");
    CHECK(sum != 0, "the instance is still there");
    wasm_ref_t *back = ref_of(guest.store, handle);
    CHECK(wasm_ref_as_instance(back) != NULL, "and comes back as an instance");
    wasm_ref_delete(back);
    wasm_module_delete(module);
    delete_guest(&guest);
}

static void externrefs(void) {
    guest_t guest = new_guest();
    const libwasmer_arena_t *arena = libwasmer_store_arena(guest.store);
    libwasmer_handle_t same = handle_of(wasm_extern_as_ref(guest.exports.data[SAME]), NULL);
    wasm_foreign_t *foreign = wasm_foreign_new(guest.store);
    const wasm_ref_t *objects[] = {
        wasm_foreign_as_ref(foreign),
        wasm_module_as_ref(guest.module),
        wasm_instance_as_ref(guest.instance),
    };
    for (size_t i = 0; i < 3; i++) {
        libwasmer_slot_t slot;
        slot.handle = handle_of(objects[i], guest.store);
        /* What lives in the store has a handle of its own, which is no externref. */
        libwasmer_handle_t given = slot.handle;
        if (i == 2) {
            STATUS(HANDLE, libwasmer_func_call(arena, same, &slot, 1, &error));
            continue;
        }
        OK(libwasmer_func_call(arena, same, &slot, 1, &error));
        CHECK(slot.handle == given, "object %zu", i);
        wasm_ref_t *back = ref_of(guest.store, slot.handle);
        CHECK(wasm_ref_same(back, objects[i]), "object %zu", i);
        wasm_ref_delete(back);
    }
    libwasmer_handle_t handle = 1;
    STATUS(NULL_ARGUMENT, libwasmer_ref_handle(objects[0], NULL, &handle, &error));
    CHECK(handle == 1, "not written");

    /* One made there is a foreign object here, the same each time. */
    OK(libwasmer_externref_new(arena, 99, &handle, &error));
    wasm_ref_t *one = ref_of(guest.store, handle), *two = ref_of(guest.store, handle);
    CHECK(wasm_ref_as_foreign(one) != NULL && wasm_ref_same(one, two), "externref");
    CHECK(handle_of(one, guest.store) == handle, "and back");
    uint64_t data = 0;
    OK(libwasmer_externref_data(arena, handle, &data, &error));
    CHECK(data == 99, "with its data");
    wasm_ref_delete(one);
    wasm_ref_delete(two);
    wasm_foreign_delete(foreign);
    delete_guest(&guest);
}

static libwasmer_error_t *fail_by_status(void *env, const libwasmer_caller_t *caller,
                                         libwasmer_slot_t *slots, size_t count) {
    (void)env, (void)caller, (void)slots, (void)count;
    libwasmer_error_t *failure = NULL;
    OK(libwasmer_error_from_trap(thrown, &failure, &error));
    return failure;
}

static void traps(void) {
    guest_t guest = new_guest();
    const libwasmer_arena_t *arena = libwasmer_store_arena(guest.store);
    thrown = new_trap(guest.store, "thrown");
    libwasmer_handle_t run = handle_of(wasm_extern_as_ref(guest.exports.data[RUN]), NULL);

    /* From a callback of wasm.h to a call of libwasmer.h. */
    libwasmer_error_t *failure = NULL;
    libwasmer_status_t status = libwasmer_func_call(arena, run, NULL, 0, &failure);
    CHECK(status == LIBWASMER_STATUS_HOST, "status %u", (unsigned)status);
    CHECK(strcmp(message_of(failure), "thrown") == 0, "%s", message_of(failure));
    CHECK(libwasmer_error_frame_count(failure) == 1, "with a frame");
    wasm_trap_t *trap = libwasmer_error_to_trap(failure);
    CHECK(wasm_trap_same(trap, thrown), "the very trap");
    wasm_trap_delete(trap);

    /* From a callback of libwasmer.h to a call of wasm.h. */
    libwasmer_handle_t function, instance;
    OK(libwasmer_func_new(arena, NULL, 0, NULL, 0, fail_by_status, NULL, NULL, &function, &error));
    libwasmer_module_t *module = NULL;
    OK(libwasmer_module_from_wasm(guest.module, &module, &error));
    OK(libwasmer_instance_new(arena, module, &function, 1, 0, &instance, &error));
    wasm_ref_t *reference = ref_of(guest.store, export_of(arena, instance, "run"));
    wasm_val_vec_t none = WASM_EMPTY_VEC;
    trap = wasm_func_call(wasm_ref_as_func(reference), &none, &none);
    CHECK(wasm_trap_same(trap, thrown), "the very trap");
    wasm_frame_t *frame = wasm_trap_origin(trap);
    CHECK(frame != NULL && wasm_frame_func_index(frame) == 1, "with its first frame");
    wasm_frame_delete(frame);
    wasm_trap_delete(trap);
    wasm_ref_delete(reference);
    libwasmer_module_delete(module);

    /* A trap of the guest keeps its code on the way there and back. */
    OK(libwasmer_error_from_trap(thrown, &failure, &error));
    CHECK(libwasmer_error_status(failure) == LIBWASMER_STATUS_HOST, "status of a trap");
    libwasmer_error_delete(failure);
    STATUS(TYPE, libwasmer_error_from_trap((const wasm_trap_t *)guest.module, &failure, &error));
    CHECK(libwasmer_error_to_trap(NULL) == NULL, "NULL for NULL");
    wasm_trap_delete(thrown);
    delete_guest(&guest);
}

static void engines_and_arenas(void) {
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_SINGLEPASS), *again = NULL;
    wasm_engine_t *standard = NULL;
    OK(libwasmer_engine_to_wasm(engine, &standard, &error));
    OK(libwasmer_engine_from_wasm(standard, &again, &error));
    CHECK(libwasmer_engine_compiler(again) == LIBWASMER_COMPILER_SINGLEPASS, "the same engine");

    /* An arena with something in it becomes a store. */
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_handle_t instance = instance_of(engine, arena, SUM_WAT);
    wasm_store_t *store = NULL;
    OK(libwasmer_store_from_arena(arena, &store, &error));
    CHECK(libwasmer_store_arena(store) == arena, "the same arena");
    wasm_ref_t *sum = ref_of(store, export_of(arena, instance, "sum"));
    wasm_val_t arguments[] = {WASM_I32_VAL(1), WASM_I32_VAL(2)}, results[] = {WASM_INIT_VAL};
    wasm_val_vec_t given = WASM_ARRAY_VEC(arguments), got = WASM_ARRAY_VEC(results);
    CHECK(wasm_func_call(wasm_ref_as_func(sum), &given, &got) == NULL, "call");
    CHECK(results[0].of.i32 == 3, "%d", results[0].of.i32);

    libwasmer_module_t *module = new_module(engine, SUM_WAT);
    wasm_module_t *code = NULL;
    OK(libwasmer_module_to_wasm(module, &code, &error));
    libwasmer_module_delete(module);
    wasm_exporttype_vec_t exports;
    wasm_module_exports(code, &exports);
    CHECK(exports.size == 1, "module");
    wasm_exporttype_vec_delete(&exports);
    wasm_module_delete(code);

    /* Closed through the one, closed for the other. */
    libwasmer_arena_close(arena);
    wasm_trap_t *trap = wasm_func_call(wasm_ref_as_func(sum), &given, &got);
    CHECK(trap != NULL, "closed");
    wasm_trap_delete(trap);
    wasm_store_t *none = NULL;
    STATUS(CLOSED, libwasmer_store_from_arena(arena, &none, &error));
    wasm_ref_delete(sum);
    wasm_store_delete(store);
    wasm_engine_delete(standard);
    libwasmer_engine_delete(again);
    libwasmer_engine_delete(engine);
}

static void other_stores(void) {
    guest_t one = new_guest(), two = new_guest();
    libwasmer_handle_t handle = 0;
    STATUS(HANDLE, libwasmer_ref_handle(wasm_extern_as_ref(one.exports.data[SUM]), two.store,
                                        &handle, &error));
    wasm_ref_t *reference = NULL;
    handle = handle_of(wasm_extern_as_ref(one.exports.data[SUM]), NULL);
    STATUS(HANDLE, libwasmer_ref_from_handle(two.store, handle, &reference, &error));
    delete_guest(&one);
    delete_guest(&two);
}

int main(void) {
    size_t before = libwasmer_live_objects();
    externals();
    instances();
    externrefs();
    traps();
    engines_and_arenas();
    other_stores();
    CHECK(libwasmer_live_objects() == before, "%zu objects are left", libwasmer_live_objects());
    return finish("bridge");
}
