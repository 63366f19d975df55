/* Everything that is made can be freed, in any order, and then nothing is left. */

#include "check.h"

#define NOTHING_LEFT(when) \
    CHECK(libwasmer_live_objects() == 0, "%zu objects left " when, libwasmer_live_objects())

static void finalizer(void *env) {
    *(unsigned *)env += 1;
}

static libwasmer_error_t *nothing(void *env, const libwasmer_caller_t *caller,
                                  libwasmer_slot_t *slots, size_t count) {
    (void)env, (void)caller, (void)slots, (void)count;
    return NULL;
}

static libwasmer_error_t *nothing_in_words(void *env, const libwasmer_caller_t *caller,
                                           uint64_t *words, size_t count) {
    (void)env, (void)caller, (void)words, (void)count;
    return NULL;
}

static void expect_sum(const libwasmer_arena_t *arena, libwasmer_handle_t sum) {
    libwasmer_slot_t slots[2] = {{.i32 = 5}, {.i32 = 37}};
    OK(libwasmer_func_call(arena, sum, slots, 2, &error));
    CHECK(slots[0].i32 == 42, "%d", (int)slots[0].i32);
}

static void in_order(void) {
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    libwasmer_module_t *module = new_module(engine, SUM_WAT);
    libwasmer_arena_t *arena = new_arena(engine);
    CHECK(libwasmer_live_objects() == 3, "%zu", libwasmer_live_objects());
    expect_sum(arena, export_of(arena, new_instance(arena, module, NULL, 0), "sum"));
    libwasmer_arena_delete(arena);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
    NOTHING_LEFT("in order");
}

/* What is needed of an object stays although it was deleted. */
static void makers_first(void) {
    libwasmer_config_t *config = libwasmer_config_new();
    libwasmer_engine_t *engine = NULL;
    NEED(libwasmer_engine_new(config, &engine, &error));
    libwasmer_config_delete(config);
    libwasmer_module_t *module = new_module(engine, SUM_WAT);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_engine_delete(engine);

    libwasmer_handle_t instance = new_instance(arena, module, NULL, 0);
    libwasmer_bytes_t *bytes = NULL;
    OK(libwasmer_module_serialize(module, &bytes, &error));
    libwasmer_module_delete(module);
    expect_sum(arena, export_of(arena, instance, "sum"));
    libwasmer_arena_delete(arena);

    /* Bytes outlive the module that they were made from. */
    libwasmer_view_t view = libwasmer_bytes_view(bytes);
    CHECK(view.size > 100, "%zu bytes", view.size);
    engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    OK(libwasmer_module_deserialize(engine, (const uint8_t *)view.data, view.size, &module,
                                    &error));
    libwasmer_bytes_delete(bytes);
    arena = new_arena(engine);
    instance = new_instance(arena, module, NULL, 0);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
    expect_sum(arena, export_of(arena, instance, "sum"));
    libwasmer_arena_delete(arena);
    NOTHING_LEFT("when the makers went first");
}

/* A host function that is made after the engine has gone needs a compiler nevertheless. */
static void host_function_without_engine(void) {
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_SINGLEPASS);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_engine_delete(engine);
    unsigned calls = 0;
    libwasmer_handle_t func = 0;
    OK(libwasmer_func_new(arena, NULL, 0, NULL, 0, nothing, &calls, finalizer, &func, &error));
    OK(libwasmer_func_call(arena, func, NULL, 0, &error));
    libwasmer_arena_delete(arena);
    CHECK(calls == 1, "finalized %u times", calls);
    NOTHING_LEFT("after a host function without an engine");
}

static void close_then_delete(void) {
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_handle_t sum = export_of(arena, instance_of(engine, arena, SUM_WAT), "sum");
    unsigned calls = 0;
    libwasmer_handle_t func = 0;
    OK(libwasmer_func_new(arena, NULL, 0, NULL, 0, nothing, &calls, finalizer, &func, &error));

    libwasmer_arena_close(arena);
    CHECK(calls == 1, "finalized %u times by close", calls);
    libwasmer_arena_close(arena);
    libwasmer_slot_t slots[2] = {{.i32 = 1}, {.i32 = 2}};
    STATUS(CLOSED, libwasmer_func_call(arena, sum, slots, 2, &error));
    uint64_t words[2] = {1, 2};
    STATUS(CLOSED, libwasmer_func_call_words(arena, sum, words, 2, 0, &error));
    libwasmer_handle_t memory = 77;
    STATUS(CLOSED, libwasmer_memory_new(arena, 1, false, 0, false, &memory, &error));
    CHECK(memory == 77, "written although it failed");
    STATUS(CLOSED, libwasmer_externref_new(arena, 1, &memory, &error));
    libwasmer_externtype_t type;
    STATUS(CLOSED, libwasmer_extern_type(arena, sum, &type, &error));
    libwasmer_arena_delete(arena);
    arena = NULL;
    libwasmer_arena_delete(arena);
    libwasmer_arena_close(arena);
    libwasmer_engine_delete(engine);
    CHECK(calls == 1, "finalized %u times", calls);
    NOTHING_LEFT("after close");
}

/* The finalizer gets `env` once, whatever becomes of the function. */
static void finalizers(void) {
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    libwasmer_arena_t *arena = new_arena(engine);
    const uint8_t wrong = 99;
    libwasmer_handle_t func = 0;
    unsigned envs[7] = {0};

    OK(libwasmer_func_new(arena, NULL, 0, NULL, 0, nothing, &envs[0], finalizer, &func, &error));
    OK(libwasmer_func_new_words(arena, NULL, 0, NULL, 0, nothing_in_words, &envs[1], finalizer,
                                &func, &error));
    CHECK(envs[0] + envs[1] == 0, "finalized while the arena is open");
    STATUS(NULL_ARGUMENT, libwasmer_func_new(NULL, NULL, 0, NULL, 0, nothing, &envs[2], finalizer,
                                             &func, &error));
    STATUS(NULL_ARGUMENT, libwasmer_func_new(arena, NULL, 0, NULL, 0, NULL, &envs[3], finalizer,
                                             &func, &error));
    STATUS(NULL_ARGUMENT, libwasmer_func_new(arena, NULL, 0, NULL, 0, nothing, &envs[4], finalizer,
                                             NULL, &error));
    STATUS(INVALID_ARGUMENT, libwasmer_func_new(arena, &wrong, 1, NULL, 0, nothing, &envs[5],
                                                finalizer, &func, &error));
    for (int i = 2; i < 6; i++) CHECK(envs[i] == 1, "env %d finalized %u times", i, envs[i]);
    OK(libwasmer_func_new(arena, NULL, 0, NULL, 0, nothing, NULL, NULL, &func, &error));
    libwasmer_arena_close(arena);
    STATUS(CLOSED, libwasmer_func_new(arena, NULL, 0, NULL, 0, nothing, &envs[6], finalizer, &func,
                                      &error));
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);
    for (int i = 0; i < 7; i++) CHECK(envs[i] == 1, "env %d finalized %u times", i, envs[i]);
    NOTHING_LEFT("after finalizers");
}

/* Deletes the arena that it is called from: what runs there ends in peace. */
static libwasmer_error_t *delete_arena(void *env, const libwasmer_caller_t *caller,
                                       libwasmer_slot_t *slots, size_t count) {
    (void)caller, (void)count;
    libwasmer_arena_delete(*(libwasmer_arena_t **)env);
    slots[0].i32 = 7;
    return NULL;
}

static void delete_during_a_call(void) {
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    libwasmer_arena_t *arena = new_arena(engine);
    const uint8_t i32 = LIBWASMER_VALUE_I32;
    libwasmer_handle_t func = 0;
    OK(libwasmer_func_new(arena, NULL, 0, &i32, 1, delete_arena, &arena, NULL, &func, &error));
    libwasmer_module_t *module = new_module(engine,
        "(module (import \"\" \"d\" (func $d (result i32))) (memory 1)"
        "  (func (export \"run\") (result i32)"
        "    (i32.store (i32.const 0) (call $d)) (i32.load (i32.const 0))))");
    libwasmer_handle_t run = export_of(arena, new_instance(arena, module, &func, 1), "run");
    libwasmer_slot_t slot = {.i64 = 0};
    OK(libwasmer_func_call(arena, run, &slot, 1, &error));
    CHECK(slot.i32 == 7, "%d", (int)slot.i32);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
    NOTHING_LEFT("after a delete during a call");
}

/* What fails makes nothing, and its error is the only thing to delete. */
static void failures(void) {
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    libwasmer_module_t *module = NULL;
    libwasmer_bytes_t *bytes = NULL;
    STATUS(INVALID_MODULE, libwasmer_module_new(engine, (const uint8_t *)"(", 1, &module, &error));
    STATUS(INVALID_MODULE, libwasmer_wat2wasm((const uint8_t *)"(", 1, &bytes, &error));
    STATUS(DESERIALIZE,
           libwasmer_module_deserialize(engine, (const uint8_t *)"(", 1, &module, &error));
    CHECK(module == NULL && bytes == NULL, "made although it failed");

    libwasmer_arena_t *arena = new_arena(engine);
    module = new_module(engine, "(module (func $start unreachable) (start $start))");
    libwasmer_handle_t instance = 5;
    STATUS(TRAP, libwasmer_instance_new(arena, module, NULL, 0, 0, &instance, &error));
    CHECK(instance == 5, "written although it failed");
    libwasmer_module_delete(module);
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);

    libwasmer_error_t *kept = libwasmer_error_new(LIBWASMER_STATUS_HOST, "kept", 4, 1);
    CHECK(libwasmer_live_objects() == 1, "%zu", libwasmer_live_objects());
    libwasmer_error_delete(kept);
    NOTHING_LEFT("after failures");
}

int main(void) {
    NOTHING_LEFT("before anything was made");
    finalizers();
    in_order();
    makers_first();
    host_function_without_engine();
    close_then_delete();
    delete_during_a_call();
    failures();
    for (int i = 0; i < 20; i++) in_order();
    return finish("ownership");
}
