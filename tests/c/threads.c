/* Arenas of their own run at once; in one arena a second thread is told that it is busy. */

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "check.h"

enum { CALLS = 20000, THREADS = 4 };

static libwasmer_engine_t *engine;
static libwasmer_module_t *module;
static atomic_uint wrong;

/* Checks are not counted on other threads; what went wrong there is. */
static void expect(bool right) {
    if (!right) atomic_fetch_add(&wrong, 1);
}

/* Calls `sum` and gives the status; WRONG if there was no error and no right sum. */
enum { WRONG = 9999 };

static libwasmer_status_t add(const libwasmer_arena_t *arena, libwasmer_handle_t sum, int32_t a,
                              int32_t b) {
    libwasmer_slot_t slots[2] = {{.i32 = a}, {.i32 = b}};
    libwasmer_error_t *failure = NULL;
    libwasmer_status_t status = libwasmer_func_call(arena, sum, slots, 2, &failure);
    bool agrees = libwasmer_error_status(failure) == status;
    libwasmer_error_delete(failure);
    if (!agrees) return WRONG;
    return status != LIBWASMER_STATUS_OK || slots[0].i32 == a + b ? status : WRONG;
}

/* Makes arenas of one module and calls in them. */
static void *alone(void *argument) {
    int32_t number = (int32_t)(intptr_t)argument;
    for (int round = 0; round < 20; round++) {
        libwasmer_arena_t *arena = NULL;
        libwasmer_handle_t instance = 0, sum = 0;
        expect(libwasmer_arena_new(engine, &arena, NULL) == LIBWASMER_STATUS_OK);
        expect(libwasmer_instance_new(arena, module, NULL, 0, 0, &instance, NULL) ==
               LIBWASMER_STATUS_OK);
        expect(libwasmer_instance_export(arena, instance, "sum", 3, NULL, &sum, NULL) ==
               LIBWASMER_STATUS_OK);
        for (int32_t i = 0; i < CALLS / 20; i++) {
            expect(add(arena, sum, i, number) == LIBWASMER_STATUS_OK);
        }
        libwasmer_arena_delete(arena);
    }
    return NULL;
}

static void in_threads(void *(*work)(void *), void *argument) {
    pthread_t threads[THREADS];
    for (intptr_t i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, work, argument ? argument : (void *)i);
    }
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    CHECK(wrong == 0, "%u wrong results in threads", (unsigned)wrong);
    wrong = 0;
}

typedef struct {
    libwasmer_arena_t *arena;
    libwasmer_handle_t sum, wait, memory;
    atomic_uint done, busy;
    sem_t inside, leave;
} shared_t;

/* Calls into an arena that other threads call into as well. */
static void *together(void *argument) {
    shared_t *shared = argument;
    for (int32_t i = 0; i < CALLS; i++) {
        libwasmer_status_t status = add(shared->arena, shared->sum, i, 1);
        if (status == LIBWASMER_STATUS_OK) {
            atomic_fetch_add(&shared->done, 1);
        } else if (status == LIBWASMER_STATUS_BUSY) {
            atomic_fetch_add(&shared->busy, 1);
        } else {
            expect(false);
        }
        uint32_t pages;
        status = libwasmer_memory_size(shared->arena, shared->memory, &pages, NULL);
        expect(status == LIBWASMER_STATUS_BUSY || (status == LIBWASMER_STATUS_OK && pages == 1));
    }
    return NULL;
}

/* A host function that stays inside of the arena until it is told to leave. */
static libwasmer_error_t *stay(void *env, const libwasmer_caller_t *caller,
                               libwasmer_slot_t *slots, size_t count) {
    (void)caller, (void)slots, (void)count;
    shared_t *shared = env;
    sem_post(&shared->inside);
    sem_wait(&shared->leave);
    return NULL;
}

static void *call_and_stay(void *argument) {
    shared_t *shared = argument;
    expect(libwasmer_func_call(shared->arena, shared->wait, NULL, 0, NULL) == LIBWASMER_STATUS_OK);
    return NULL;
}

static void set_up(shared_t *shared) {
    memset(shared, 0, sizeof *shared);
    sem_init(&shared->inside, 0, 0);
    sem_init(&shared->leave, 0, 0);
    shared->arena = new_arena(engine);
    shared->sum = export_of(shared->arena, new_instance(shared->arena, module, NULL, 0), "sum");
    OK(libwasmer_memory_new(shared->arena, 1, false, 0, false, &shared->memory, &error));
    OK(libwasmer_func_new(shared->arena, NULL, 0, NULL, 0, stay, shared, NULL, &shared->wait,
                          &error));
}

/* While a thread is inside, each function of the arena says so to another one, at once. */
static void busy(shared_t *shared) {
    pthread_t thread;
    pthread_create(&thread, NULL, call_and_stay, shared);
    sem_wait(&shared->inside);

    libwasmer_arena_t *arena = shared->arena;
    libwasmer_slot_t slots[2] = {{.i32 = 1}, {.i32 = 2}};
    uint64_t words[2] = {1, 2};
    libwasmer_handle_t handle;
    libwasmer_externtype_t type;
    uint8_t *data, byte;
    size_t size;
    uint32_t number;
    STATUS(BUSY, libwasmer_func_call(arena, shared->sum, slots, 2, &error));
    STATUS(BUSY, libwasmer_func_call_words(arena, shared->sum, words, 2, 0, &error));
    STATUS(BUSY, libwasmer_instance_new(arena, module, NULL, 0, 0, &handle, &error));
    STATUS(BUSY, libwasmer_extern_type(arena, shared->sum, &type, &error));
    STATUS(BUSY, libwasmer_externref_new(arena, 1, &handle, &error));
    STATUS(BUSY, libwasmer_memory_size(arena, shared->memory, &number, &error));
    STATUS(BUSY, libwasmer_memory_data(arena, shared->memory, &data, &size, &error));
    STATUS(BUSY, libwasmer_memory_read(arena, shared->memory, 0, &byte, 1, &error));
    STATUS(BUSY, libwasmer_memory_write(arena, shared->memory, 0, &byte, 1, &error));
    STATUS(BUSY, libwasmer_memory_grow(arena, shared->memory, 0, NULL, &error));
    STATUS(BUSY, libwasmer_func_new(arena, NULL, 0, NULL, 0, stay, shared, NULL, &handle, &error));

    sem_post(&shared->leave);
    pthread_join(thread, NULL);
    libwasmer_status_t status = add(arena, shared->sum, 5, 37);
    CHECK(status == LIBWASMER_STATUS_OK, "the arena goes on, status %u", (unsigned)status);
}

/* Closing from another thread does not wait for the call, and the call ends in peace. */
static void close_meanwhile(shared_t *shared, bool delete) {
    pthread_t thread;
    pthread_create(&thread, NULL, call_and_stay, shared);
    sem_wait(&shared->inside);
    libwasmer_status_t status;
    if (delete) {
        libwasmer_arena_delete(shared->arena);
    } else {
        libwasmer_arena_close(shared->arena);
        status = add(shared->arena, shared->sum, 1, 2);
        CHECK(status == LIBWASMER_STATUS_CLOSED, "status %u", (unsigned)status);
    }
    sem_post(&shared->leave);
    pthread_join(thread, NULL);
    if (!delete) {
        status = add(shared->arena, shared->sum, 1, 2);
        CHECK(status == LIBWASMER_STATUS_CLOSED, "status %u", (unsigned)status);
        libwasmer_arena_delete(shared->arena);
    }
    CHECK(wrong == 0, "the call that was running failed");
}

/* An arena that was made here is used and freed on another thread. */
static void *take_over(void *argument) {
    shared_t *shared = argument;
    expect(add(shared->arena, shared->sum, 20, 22) == LIBWASMER_STATUS_OK);
    libwasmer_arena_delete(shared->arena);
    return NULL;
}

int main(void) {
    engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    module = new_module(engine, SUM_WAT);
    in_threads(alone, NULL);

    shared_t shared;
    set_up(&shared);
    in_threads(together, &shared);
    CHECK(shared.done > 0, "no call was done");
    CHECK(shared.done + shared.busy == THREADS * CALLS, "%u done, %u busy", (unsigned)shared.done,
          (unsigned)shared.busy);
    busy(&shared);
    close_meanwhile(&shared, false);
    set_up(&shared);
    close_meanwhile(&shared, true);

    set_up(&shared);
    pthread_t thread;
    pthread_create(&thread, NULL, take_over, &shared);
    pthread_join(thread, NULL);
    CHECK(wrong == 0, "an arena did not change threads");

    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
    CHECK(libwasmer_live_objects() == 0, "%zu objects left", libwasmer_live_objects());
    return finish("threads");
}
