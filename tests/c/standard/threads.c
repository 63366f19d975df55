/* Threads: handles are copied and deleted on any of them, a store is used by one at a time, and
   another one that comes meanwhile is told so at once. */

#include "objects.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <time.h>

static const char everything[] =
    "(module (import \"\" \"\" (func $wait)) (func (export \"f\") (result i32) i32.const 42)"
    "(global (export \"g\") (mut i32) (i32.const 5)) (table (export \"t\") 2 9 funcref)"
    "(memory (export \"m\") 1 9) (elem (i32.const 0) func 1)"
    "(func (export \"wait\") call $wait) (func (export \"trap\") unreachable))";
enum { F, G, T, M, WAIT, TRAP };

/* Checks of other threads are counted here, for the thread of the case. */
static atomic_uint wrong;

static void expect(bool right) {
    if (!right) atomic_fetch_add(&wrong, 1);
}

static void nothing_wrong(const char *where) {
    unsigned found = wrong;
    wrong = 0;
    CHECK(found == 0, "something went wrong %s", where);
}

static void in_two_threads(void *(*work)(void *), void *argument) {
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, work, argument);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
}

static void in_another_thread(void *(*work)(void *), void *argument) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, argument);
    pthread_join(thread, NULL);
}

/* A host function that stays inside until it is told to leave. */
static sem_t inside, leave;

static wasm_trap_t *stay(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    (void)env, (void)args, (void)results;
    sem_post(&inside);
    sem_wait(&leave);
    return NULL;
}

static unsigned finalized;

static guest_t open_everything(void) {
    sem_init(&inside, 0, 0);
    sem_init(&leave, 0, 0);
    finalized = 0;
    guest_t guest = open_store();
    wasm_functype_t *type = wasm_functype_new_0_0();
    wasm_func_t *func =
        wasm_func_new_with_env(guest.store, type, stay, &finalized, count_finalizer);
    wasm_functype_delete(type);
    NEED(func != NULL);
    wasm_extern_t *imports[1] = {wasm_func_as_extern(func)};
    load(&guest, everything, 1, imports);
    wasm_func_delete(func);
    return guest;
}

static bool time_is_up(const struct timespec *start) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec - start->tv_sec >= (long_races ? 60 : 2);
}

typedef struct {
    wasm_func_t *func;
    wasm_global_t *global;
    wasm_table_t *table;
    wasm_memory_t *memory;
    wasm_extern_t *external;
    wasm_ref_t *ref;
    wasm_foreign_t *foreign;
    wasm_instance_t *instance;
    wasm_module_t *module;
    wasm_trap_t *trap;
} handles_t;

#define COPY_AND_DELETE(name, handle)                                         \
    do {                                                                      \
        wasm_##name##_t *one_ = wasm_##name##_copy(handle);                   \
        wasm_##name##_t *two_ = wasm_##name##_copy(one_);                     \
        expect(one_ != NULL && two_ != NULL);                                 \
        wasm_##name##_delete(one_);                                           \
        wasm_##name##_delete(two_);                                           \
    } while (0)

static void *copy_externs(void *argument) {
    const handles_t *handles = argument;
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        for (int i = 0; i < 200; i++) {
            COPY_AND_DELETE(func, handles->func);
            COPY_AND_DELETE(global, handles->global);
            COPY_AND_DELETE(table, handles->table);
            COPY_AND_DELETE(memory, handles->memory);
            COPY_AND_DELETE(extern, handles->external);
            COPY_AND_DELETE(ref, handles->ref);
            COPY_AND_DELETE(foreign, handles->foreign);
        }
    } while (!time_is_up(&start));
    return NULL;
}

static void *copy_others(void *argument) {
    const handles_t *handles = argument;
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        for (int i = 0; i < 200; i++) {
            COPY_AND_DELETE(instance, handles->instance);
            COPY_AND_DELETE(module, handles->module);
            COPY_AND_DELETE(trap, handles->trap);
        }
    } while (!time_is_up(&start));
    return NULL;
}

/* Each thread copies and deletes handles of its own of the same objects. */
static void copy_in_two_threads(void *(*work)(void *)) {
    guest_t guest = open_everything();
    handles_t handles = {
        func_at(&guest, F), global_at(&guest, G), table_at(&guest, T), memory_at(&guest, M),
        export_at(&guest, F), wasm_table_get(table_at(&guest, T), 0),
        wasm_foreign_new(guest.store), guest.instance, guest.module,
        call_empty(func_at(&guest, TRAP))};
    in_two_threads(work, &handles);
    nothing_wrong("in the threads");
    EQUAL(call_0(handles.func), 42);
    wasm_ref_delete(handles.ref);
    wasm_foreign_delete(handles.foreign);
    wasm_trap_delete(handles.trap);
    EQUAL(finalized, 0);
    close_guest(&guest);
    CHECK(finalized == 1, "the count of the handles is wrong");
}

static void copies_of_externs(void) { copy_in_two_threads(copy_externs); }
static void copies_of_others(void) { copy_in_two_threads(copy_others); }

/* One thread calls, the other one copies and deletes what it calls: a collector at work. */
static atomic_bool done;

static void *copy_until_done(void *argument) {
    wasm_func_t *func = argument;
    while (!done) COPY_AND_DELETE(func, func);
    return NULL;
}

static void copies_while_it_is_called(void) {
    guest_t guest = open_everything();
    done = false;
    pthread_t thread;
    wasm_func_t *other = wasm_func_copy(func_at(&guest, F));
    pthread_create(&thread, NULL, copy_until_done, other);
    for (int i = 0; i < (in_process ? 1000 : 100000); i++) {
        wasm_func_t *copy = wasm_func_copy(func_at(&guest, F));
        if (call_0(copy) != 42) atomic_fetch_add(&wrong, 1);
        wasm_func_delete(copy);
    }
    done = true;
    pthread_join(thread, NULL);
    nothing_wrong("beside the calls");
    wasm_func_delete(other);
    close_guest(&guest);
    CHECK(finalized == 1, "the count of the handles is wrong");
}

static void *delete_func(void *func) {
    wasm_func_delete(func);
    return NULL;
}

static void last_handle_on_another_thread(void) {
    guest_t guest = open_everything();
    wasm_func_t *last = wasm_func_copy(func_at(&guest, F));
    close_guest(&guest);
    EQUAL(finalized, 0);
    in_another_thread(delete_func, last);
    EQUAL(finalized, 1);
}

static void *use_and_close(void *argument) {
    guest_t *guest = argument;
    wasm_val_t result = i32(0);
    wasm_val_vec_t none = WASM_EMPTY_VEC, results = {1, &result};
    expect(wasm_func_call(wasm_extern_as_func(guest->exports.data[F]), &none, &results) == NULL);
    expect(result.of.i32 == 42);
    wasm_trap_t *trap =
        wasm_func_call(wasm_extern_as_func(guest->exports.data[TRAP]), &none, &none);
    expect(trap != NULL);
    wasm_trap_delete(trap);
    close_guest(guest);
    return NULL;
}

static void a_store_changes_threads(void) {
    guest_t guest = open_everything();
    EQUAL(call_0(func_at(&guest, F)), 42);
    in_another_thread(use_and_close, &guest);
    nothing_wrong("on the other thread");
    EQUAL(finalized, 1);
}

/* Each thread has a store; the engine is one for both, or one for each. */
static void *work_alone(void *argument) {
    wasm_engine_t *engine = argument;
    for (int round = 0; round < (in_process ? 2 : 30); round++) {
        wasm_engine_t *own_engine = engine == NULL ? wasm_engine_new() : engine;
        wasm_store_t *store = wasm_store_new(own_engine);
        wasm_byte_vec_t binary, text = bytes_of(
            "(module (func (export \"f\") (param i32) (result i32) local.get 0 i32.const 1 i32.add)"
            "(func (export \"t\") unreachable) (memory 1))");
        wat2wasm(&text, &binary);
        wasm_module_t *module = wasm_module_new(store, &binary);
        wasm_byte_vec_delete(&binary);
        wasm_extern_vec_t exports = WASM_EMPTY_VEC;
        wasm_instance_t *instance = wasm_instance_new(store, module, &exports, NULL);
        if (instance != NULL) wasm_instance_exports(instance, &exports);
        expect(exports.size == 2);
        for (int i = 0; exports.size == 2 && i < 500; i++) {
            wasm_val_t arg = i32(i), result = i32(0);
            wasm_val_vec_t args = {1, &arg}, results = {1, &result}, none = WASM_EMPTY_VEC;
            expect(wasm_func_call(wasm_extern_as_func(exports.data[0]), &args, &results) == NULL);
            expect(result.of.i32 == i + 1);
            if (i % 50 != 0) continue;
            wasm_trap_t *trap = wasm_func_call(wasm_extern_as_func(exports.data[1]), &none, &none);
            expect(trap != NULL);
            wasm_trap_delete(trap);
        }
        wasm_extern_vec_delete(&exports);
        wasm_instance_delete(instance);
        wasm_module_delete(module);
        wasm_store_delete(store);
        if (engine == NULL) wasm_engine_delete(own_engine);
    }
    return NULL;
}

static void two_stores_of_one_engine(void) {
    wasm_engine_t *engine = wasm_engine_new();
    in_two_threads(work_alone, engine);
    wasm_engine_delete(engine);
    nothing_wrong("in one of two stores");
}

static void two_engines(void) {
    in_two_threads(work_alone, NULL);
    nothing_wrong("with one of two engines");
}

/* A module that one thread compiled is used on another. */
typedef struct {
    wasm_engine_t *engine;
    wasm_shared_module_t *form;
} shared_t;

static void *obtain(void *argument) {
    const shared_t *shared = argument;
    wasm_store_t *store = wasm_store_new(shared->engine);
    wasm_module_t *module = wasm_module_obtain(store, shared->form);
    wasm_extern_vec_t none = WASM_EMPTY_VEC;
    wasm_instance_t *instance = wasm_instance_new(store, module, &none, NULL);
    expect(module != NULL && instance != NULL);
    wasm_instance_delete(instance);
    wasm_module_delete(module);
    wasm_store_delete(store);
    return NULL;
}

static void shared_modules(void) {
    guest_t guest = open_store();
    guest.module = module_of(guest.store, "(module (func (export \"f\")))");
    shared_t shared = {guest.engine, wasm_module_share(guest.module)};
    NEED(shared.form != NULL);
    in_two_threads(obtain, &shared);
    wasm_shared_module_delete(shared.form);
    close_guest(&guest);
    nothing_wrong("with a shared module");
}

static void *wait_inside(void *argument) {
    const guest_t *guest = argument;
    wasm_val_vec_t none = WASM_EMPTY_VEC;
    expect(wasm_func_call(wasm_extern_as_func(guest->exports.data[WAIT]), &none, &none) == NULL);
    return NULL;
}

static void a_second_thread_is_refused(void) {
    guest_t guest = open_everything();
    const wasm_limits_t limits = {1, 2};
    wasm_memorytype_t *memory_type = wasm_memorytype_new(&limits);
    wasm_functype_t *func_type = wasm_functype_new_0_0();
    wasm_globaltype_t *global_type = wasm_globaltype_new(wasm_valtype_new_i32(), WASM_VAR);
    pthread_t thread;
    pthread_create(&thread, NULL, wait_inside, &guest);
    sem_wait(&inside);

    wasm_val_t value = i32(77), result;
    TRAPS("", call(func_at(&guest, F), 0, NULL, 1, &result));
    wasm_trap_t *trap = NULL;
    CHECK(wasm_instance_new(guest.store, guest.module, &guest.exports, &trap) == NULL);
    CHECK(trap != NULL, "no trap from wasm_instance_new");
    wasm_trap_delete(trap);
    CHECK(wasm_memory_new(guest.store, memory_type) == NULL, "a memory was made");
    CHECK(wasm_global_new(guest.store, global_type, &value) == NULL, "a global was made");
    CHECK(!wasm_memory_grow(memory_at(&guest, M), 1), "a memory was grown");
    CHECK(wasm_table_get(table_at(&guest, T), 0) == NULL, "a table was read");
    CHECK(!wasm_table_set(table_at(&guest, T), 1, NULL), "a table was set");
    CHECK(!wasm_table_grow(table_at(&guest, T), 1, NULL), "a table was grown");
    wasm_global_set(global_at(&guest, G), &value);
    wasm_global_get(global_at(&guest, G), &value);
    CHECK(value.kind == WASM_EXTERNREF && value.of.ref == NULL, "a global was read");
    /* What only counts handles is not refused, and what need not enter the store may work. */
    wasm_func_t *copy = wasm_func_copy(func_at(&guest, F));
    CHECK(copy != NULL);
    wasm_func_delete(copy);
    wasm_func_delete(wasm_func_new(guest.store, func_type, do_nothing));
    wasm_foreign_delete(wasm_foreign_new(guest.store));

    sem_post(&leave);
    pthread_join(thread, NULL);
    nothing_wrong("in the thread that was first");
    EQUAL(call_0(func_at(&guest, F)), 42);
    EQUAL(wasm_memory_size(memory_at(&guest, M)), 1);
    EQUAL(wasm_table_size(table_at(&guest, T)), 2);
    wasm_global_get(global_at(&guest, G), &value);
    EQUAL(value.of.i32, 5);
    wasm_memorytype_delete(memory_type);
    wasm_functype_delete(func_type);
    wasm_globaltype_delete(global_type);
    close_guest(&guest);
}

/* Everything is deleted while another thread is inside; the call ends in peace, then all goes. */
static void *wait_with_the_last_handle(void *argument) {
    wasm_func_t *last = argument;
    wasm_val_vec_t none = WASM_EMPTY_VEC;
    expect(wasm_func_call(last, &none, &none) == NULL);
    wasm_func_delete(last);
    return NULL;
}

static void deleted_during_a_call(void) {
    guest_t guest = open_everything();
    pthread_t thread;
    pthread_create(&thread, NULL, wait_with_the_last_handle, wasm_func_copy(func_at(&guest, WAIT)));
    sem_wait(&inside);
    close_guest(&guest);
    EQUAL(finalized, 0);
    sem_post(&leave);
    pthread_join(thread, NULL);
    nothing_wrong("in the call");
    EQUAL(finalized, 1);
}

static void *no_error_here(void *argument) {
    (void)argument;
    expect(wasmer_last_error_length() == 0);
    return NULL;
}

static void errors_belong_to_a_thread(void) {
    wasm_byte_vec_t text = bytes_of("("), binary;
    wat2wasm(&text, &binary);
    CHECK(wasmer_last_error_length() > 0);
    in_another_thread(no_error_here, NULL);
    nothing_wrong("on a thread without an error");
}

static const case_t cases[] = {
    CASE(copies_of_externs), CASE(copies_of_others), CASE(copies_while_it_is_called),
    CASE(last_handle_on_another_thread), CASE(a_store_changes_threads),
    CASE(two_stores_of_one_engine), CASE(two_engines), CASE(shared_modules),
    CASE(a_second_thread_is_refused), CASE(deleted_during_a_call), CASE(errors_belong_to_a_thread),
};

int main(int argc, char **argv) { return RUN_CASES("threads", cases, argc, argv); }
