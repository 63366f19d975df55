/* One memory in two arenas, whose guests run on two threads at once, and the host that looks on. */

#include "check.h"

#include <pthread.h>

#define GUEST                                                                              \
    "(module (import \"env\" \"memory\" (memory 1 4 shared))"                              \
    "  (func (export \"add\") (param i32) (result i32) (loop $l"                           \
    "    (drop (i32.atomic.rmw.add (i32.const 16) (i32.const 1)))"                         \
    "    (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))"                  \
    "    (i32.atomic.load (i32.const 16)))"                                                \
    "  (func (export \"wait\") (param i32) (result i32)"                                   \
    "    (memory.atomic.wait32 (local.get 0) (i32.const 0) (i64.const -1)))"               \
    "  (func (export \"grow\") (param i32) (result i32) (memory.grow (local.get 0))))"

typedef struct {
    libwasmer_arena_t *arena;
    libwasmer_handle_t instance;
    const char *function;
    int32_t argument, result;
    libwasmer_status_t status;
    pthread_t thread;
} guest_t;

static guest_t new_guest(const libwasmer_engine_t *engine, const libwasmer_module_t *module,
                         const libwasmer_shared_memory_t *memory) {
    guest_t guest = {.arena = new_arena(engine)};
    libwasmer_handle_t handle = 0, again = 0;
    NEED(libwasmer_arena_add_shared_memory(guest.arena, memory, &handle, &error));
    OK(libwasmer_arena_add_shared_memory(guest.arena, memory, &again, &error));
    CHECK(handle == again, "the same memory has two handles");
    NEED(libwasmer_instance_new(guest.arena, module, &handle, 1, 0, &guest.instance, &error));
    return guest;
}

static void *run(void *argument) {
    guest_t *guest = argument;
    libwasmer_handle_t func = 0;
    libwasmer_slot_t slot = {.i32 = guest->argument};
    libwasmer_error_t *failure = NULL;
    guest->status = libwasmer_instance_export(guest->arena, guest->instance, guest->function,
                                              strlen(guest->function), NULL, &func,
                                              &failure);
    if (guest->status == LIBWASMER_STATUS_OK) {
        guest->status = libwasmer_func_call(guest->arena, func, &slot, 1, &failure);
    }
    libwasmer_error_delete(failure);
    guest->result = slot.i32;
    return NULL;
}

static void start(guest_t *guest, const char *function, int32_t argument) {
    guest->function = function;
    guest->argument = argument;
    if (pthread_create(&guest->thread, NULL, run, guest) != 0) exit(finish("no thread"));
}

static int32_t end(guest_t *guest) {
    pthread_join(guest->thread, NULL);
    CHECK(guest->status == LIBWASMER_STATUS_OK, "%s: status %u", guest->function,
          (unsigned)guest->status);
    return guest->result;
}

/* Wakes one that waits, or will. */
static void notify_one(const libwasmer_shared_memory_t *memory, uint64_t address) {
    for (uint32_t notified = 0; notified == 0;) {
        NEED(libwasmer_shared_memory_notify(memory, address, 1, &notified, &error));
    }
}

static void shared(libwasmer_compiler_t compiler) {
    libwasmer_engine_t *engine = new_engine(compiler);
    libwasmer_module_t *module = new_module(engine, GUEST);
    libwasmer_shared_memory_t *memory = NULL;
    NEED(libwasmer_shared_memory_new(engine, 1, 4, &memory, &error));
    guest_t one = new_guest(engine, module, memory), two = new_guest(engine, module, memory);

    enum { TIMES = 100000 };
    start(&one, "add", TIMES);
    start(&two, "add", TIMES);
    int32_t first = end(&one), second = end(&two);
    uint32_t count = 0;
    OK(libwasmer_shared_memory_read(memory, 16, (uint8_t *)&count, sizeof count, &error));
    CHECK(count == 2 * TIMES, "%u, not %d", (unsigned)count, 2 * TIMES);
    CHECK(first == 2 * TIMES || second == 2 * TIMES, "%d and %d", (int)first, (int)second);

    start(&one, "wait", 32);
    notify_one(memory, 32);
    CHECK(end(&one) == 0, "not woken");
    uint32_t word = 1, notified = 7, before = 0;
    OK(libwasmer_shared_memory_write(memory, 32, (const uint8_t *)&word, sizeof word, &error));
    start(&two, "wait", 32);
    CHECK(end(&two) == 1, "the word was another one");
    OK(libwasmer_shared_memory_notify(memory, 32, 1, &notified, &error));
    CHECK(notified == 0, "%u notified", (unsigned)notified);
    STATUS(INVALID_ARGUMENT, libwasmer_shared_memory_notify(memory, 33, 1, NULL, &error));
    STATUS(OUT_OF_BOUNDS, libwasmer_shared_memory_notify(memory, 65536, 1, NULL, &error));

    const libwasmer_memory_view_t *view = NULL;
    OK(libwasmer_shared_memory_view(memory, &view, &error));
    start(&one, "grow", 1);
    CHECK(end(&one) == 1, "grown from another size");
    OK(libwasmer_shared_memory_grow(memory, 1, &before, &error));
    CHECK(before == 2 && view->size == 3 * 65536, "%u pages before, %zu bytes", (unsigned)before,
          view->size);
    SAYS(LIMIT, libwasmer_shared_memory_grow(memory, 2, NULL, &error), "from 3, 4 allowed");
    uint8_t byte = 9;
    OK(libwasmer_shared_memory_write(memory, 3 * 65536 - 1, &byte, 1, &error));
    CHECK(view->data[3 * 65536 - 1] == 9, "the view shows something else");
    STATUS(OUT_OF_BOUNDS, libwasmer_shared_memory_write(memory, 3 * 65536, &byte, 1, &error));
    STATUS(OUT_OF_BOUNDS, libwasmer_shared_memory_read(memory, UINT64_MAX, &byte, 1, &error));

    /* An arena has it as long as it lives, whoever gave it up. */
    libwasmer_shared_memory_delete(memory);
    libwasmer_arena_delete(two.arena);
    start(&one, "grow", 0);
    CHECK(end(&one) == 3, "another size");
    libwasmer_arena_delete(one.arena);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
}

/* One that a module declares. */
static void declared(void) {
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    libwasmer_module_t *owner = new_module(engine,
                                           "(module (memory (export \"memory\") 1 4 shared)"
                                           "  (memory (export \"plain\") 1))");
    libwasmer_module_t *module = new_module(engine, GUEST);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_handle_t instance = new_instance(arena, owner, NULL, 0);
    libwasmer_shared_memory_t *memory = NULL;
    STATUS(TYPE, libwasmer_memory_share(arena, export_of(arena, instance, "plain"), &memory,
                                        &error));
    NEED(libwasmer_memory_share(arena, export_of(arena, instance, "memory"), &memory, &error));
    guest_t guest = new_guest(engine, module, memory);
    libwasmer_arena_delete(arena);
    start(&guest, "grow", 1);
    CHECK(end(&guest) == 1, "another size");
    uint32_t pages = 0;
    OK(libwasmer_shared_memory_size(memory, &pages, &error));
    CHECK(pages == 2, "%u pages", (unsigned)pages);
    libwasmer_arena_delete(guest.arena);
    libwasmer_shared_memory_delete(memory);
    libwasmer_shared_memory_delete(NULL);
    libwasmer_module_delete(owner);
    libwasmer_module_delete(module);
    SAYS(INVALID_ARGUMENT, libwasmer_shared_memory_new(engine, 2, 1, &memory, &error), "maximum");
    SAYS(INVALID_ARGUMENT, libwasmer_shared_memory_new(engine, 1, 65537, &memory, &error),
         "65536");
    libwasmer_engine_delete(engine);
}

int main(void) {
    size_t live = libwasmer_live_objects();
    shared(LIBWASMER_COMPILER_CRANELIFT);
    shared(LIBWASMER_COMPILER_SINGLEPASS);
    declared();
    CHECK(libwasmer_live_objects() == live, "%zu objects are left", libwasmer_live_objects());
    return finish("shared_memory");
}
