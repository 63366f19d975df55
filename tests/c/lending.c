/* Threads that come in while a host function runs, and threads that look at a memory or a global while a
   guest runs. */

#include <pthread.h>
#include <stdatomic.h>

#include "check.h"

static const char guest[] =
    "(module (import \"m\" \"ask\" (func $ask (param i32) (result i32)))"
    "  (memory (export \"memory\") 1 2)"
    "  (global $g (export \"global\") (mut i64) (i64.const 0))"
    "  (func (export \"outer\") (param i32) (result i32) (call $ask (local.get 0)))"
    "  (func (export \"inner\") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))"
    "  (func (export \"until memory\") (loop (br_if 0 (i32.eqz (i32.load (i32.const 8))))))"
    "  (func (export \"until global\") (loop (br_if 0 (i64.eqz (global.get $g))))))";

static libwasmer_arena_t *arena;
static libwasmer_handle_t outer, inner, until_memory, until_global;
/* What the other thread found. */
static libwasmer_status_t status;
static uint64_t answer;

static void *enter(void *value) {
    uint64_t word = (uintptr_t)value;
    status = libwasmer_func_call_words(arena, inner, &word, 1, 0, NULL);
    answer = word;
    return NULL;
}

/* Asks another thread, and waits for it. */
static libwasmer_error_t *ask(void *env, const libwasmer_caller_t *caller, uint64_t *words,
                              size_t count) {
    (void)env, (void)caller, (void)count;
    pthread_t thread;
    pthread_create(&thread, NULL, enter, (void *)(uintptr_t)words[0]);
    pthread_join(thread, NULL);
    words[0] = answer;
    return NULL;
}

static void *run(void *function) {
    do {
        status =
            libwasmer_func_call_words(arena, *(libwasmer_handle_t *)function, NULL, 0, 0, NULL);
    } while (status == LIBWASMER_STATUS_BUSY);
    return NULL;
}

/* A thread that runs a guest which waits. */
static pthread_t running(libwasmer_handle_t *function) {
    pthread_t thread;
    pthread_create(&thread, NULL, run, function);
    uint32_t pages;
    while (libwasmer_memory_size(arena, 0, &pages, NULL) != LIBWASMER_STATUS_BUSY) {
    }
    return thread;
}

int main(void) {
    libwasmer_engine_t *engine = NULL;
    libwasmer_module_t *module = NULL;
    libwasmer_handle_t host, instance, memory, global;
    const uint8_t kind = LIBWASMER_VALUE_I32;
    OK(libwasmer_engine_new(NULL, &engine, &error));
    OK(libwasmer_module_new(engine, (const uint8_t *)guest, sizeof guest - 1, &module, &error));
    OK(libwasmer_arena_new(engine, &arena, &error));
    OK(libwasmer_func_new_words(arena, &kind, 1, &kind, 1, ask, NULL, NULL, &host, &error));
    OK(libwasmer_instance_new(arena, module, &host, 1, 0, &instance, &error));
    const struct {
        const char *name;
        libwasmer_handle_t *handle;
    } exports[] = {{"outer", &outer},
                   {"inner", &inner},
                   {"until memory", &until_memory},
                   {"until global", &until_global},
                   {"memory", &memory},
                   {"global", &global}};
    for (size_t i = 0; i < sizeof exports / sizeof *exports; i++) {
        OK(libwasmer_instance_export(arena, instance, exports[i].name, strlen(exports[i].name),
                                     NULL, exports[i].handle, &error));
    }

    uint64_t word = 41;
    OK(libwasmer_func_call_words(arena, outer, &word, 1, 0, &error));
    CHECK(status == LIBWASMER_STATUS_BUSY, "%u", (unsigned)status);
    OK(libwasmer_arena_set_lending(arena, true, &error));
    for (uint64_t i = 0; i < 100; i++) {
        word = i;
        OK(libwasmer_func_call_words(arena, outer, &word, 1, 0, &error));
        CHECK(status == LIBWASMER_STATUS_OK && word == i + 1, "%u, %" PRIu64, (unsigned)status,
              word);
    }
    OK(libwasmer_arena_set_lending(arena, false, &error));

    const libwasmer_memory_view_t *view = NULL;
    uint64_t *place = NULL;
    uint32_t before;
    OK(libwasmer_memory_view(arena, memory, &view, &error));
    OK(libwasmer_global_view(arena, global, &place, &error));
    uint8_t *data = view->data;
    CHECK(view->size == 65536, "%zu", view->size);
    OK(libwasmer_memory_grow(arena, memory, 1, &before, &error));
    CHECK(view->size == 131072 && view->data == data, "%zu", view->size);
    STATUS(HANDLE, libwasmer_memory_view(arena, global, &view, &error));
    STATUS(HANDLE, libwasmer_global_view(arena, memory, &place, &error));

    pthread_t thread = running(&until_memory);
    atomic_store((_Atomic uint32_t *)(void *)(data + 8), 1);
    pthread_join(thread, NULL);
    CHECK(status == LIBWASMER_STATUS_OK, "%u", (unsigned)status);
    thread = running(&until_global);
    atomic_store((_Atomic uint64_t *)place, 1);
    pthread_join(thread, NULL);
    CHECK(status == LIBWASMER_STATUS_OK, "%u", (unsigned)status);

    libwasmer_arena_delete(arena);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
    CHECK(libwasmer_live_objects() == 0, "%zu", libwasmer_live_objects());
    return finish("lending");
}
