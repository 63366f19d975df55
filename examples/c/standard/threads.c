/* One compiled module, several threads: each has a store of its own, takes the module into it, and
   calls a guest function that calls back. Engines and shared modules may be used by all threads at
   once; what belongs to a store is for one thread at a time. */

#include "example.h"
#include <pthread.h>

static const char text[] =
    "(module"
    "  (import \"host\" \"weigh\" (func $weigh (param i32) (result i64)))"
    "  (func (export \"total\") (param $from i32) (param $to i32) (result i64)"
    "    (local $sum i64)"
    "    (loop $next"
    "      (local.set $sum (i64.add (local.get $sum) (call $weigh (local.get $from))))"
    "      (local.set $from (i32.add (local.get $from) (i32.const 1)))"
    "      (br_if $next (i32.le_s (local.get $from) (local.get $to))))"
    "    (local.get $sum)))";

enum { THREADS = 4, NUMBERS = 1000 };

/* What a thread is given, and what it leaves. */
typedef struct {
    wasm_engine_t *engine;
    const wasm_shared_module_t *shared;
    int32_t first;
    /* written by the thread */
    unsigned callbacks;
    int64_t total;
    bool done;
} job_t;

/* weigh(number) -> number * number. Runs on the thread that calls the guest: it needs no lock. */
static wasm_trap_t *weigh(void *env, const wasm_val_vec_t *arguments, wasm_val_vec_t *results) {
    job_t *job = env;
    int64_t number = arguments->data[0].of.i32;
    job->callbacks++;
    results->data[0] = (wasm_val_t)WASM_I64_VAL(number * number);
    return NULL;
}

static void call_total(job_t *job, const wasm_instance_t *instance) {
    wasm_extern_vec_t exports = WASM_EMPTY_VEC;
    if (get_exports(instance, 1, &exports)) {
        wasm_val_t range[] = {WASM_I32_VAL(job->first), WASM_I32_VAL(job->first + NUMBERS - 1)};
        wasm_val_t total[] = {WASM_INIT_VAL};
        wasm_val_vec_t arguments = WASM_ARRAY_VEC(range);
        wasm_val_vec_t results = WASM_ARRAY_VEC(total);
        if (call("total", wasm_extern_as_func(exports.data[0]), &arguments, &results)) {
            job->total = total[0].of.i64;
            job->done = true;
        }
    }
    wasm_extern_vec_delete(&exports);
}

/* A thread: everything that it makes, it deletes. */
static void *work(void *argument) {
    job_t *job = argument;
    wasm_module_t *module = NULL;
    wasm_func_t *func = NULL;
    wasm_instance_t *instance = NULL;
    wasm_store_t *store = wasm_store_new(job->engine);
    if (missing("store", store)) goto end;
    module = wasm_module_obtain(store, job->shared);
    if (missing("module", module)) goto end;
    wasm_functype_t *type = wasm_functype_new_1_1(wasm_valtype_new_i32(), wasm_valtype_new_i64());
    func = wasm_func_new_with_env(store, type, weigh, job, NULL);
    wasm_functype_delete(type);
    if (missing("weigh", func)) goto end;

    wasm_extern_t *things[] = {wasm_func_as_extern(func)};
    wasm_extern_vec_t imports = WASM_ARRAY_VEC(things);
    instance = instantiate(store, module, &imports);
    if (instance) call_total(job, instance);

end:
    wasm_instance_delete(instance);
    wasm_func_delete(func);
    wasm_module_delete(module);
    wasm_store_delete(store);
    return NULL;
}

/* Compiles on this thread, for all. The store in which that happens is not needed afterwards. */
static wasm_shared_module_t *compile_shared(wasm_engine_t *engine) {
    wasm_store_t *store = wasm_store_new(engine);
    if (missing("store", store)) return NULL;
    wasm_module_t *module = compile(store, text);
    wasm_shared_module_t *shared = module ? wasm_module_share(module) : NULL;
    if (module) missing("share", shared);
    wasm_module_delete(module);
    wasm_store_delete(store);
    return shared;
}

int main(void) {
    wasm_engine_t *engine = wasm_engine_new();
    if (missing("engine", engine)) return EXIT_FAILURE;
    wasm_shared_module_t *shared = compile_shared(engine);
    if (!shared) {
        wasm_engine_delete(engine);
        return EXIT_FAILURE;
    }

    pthread_t threads[THREADS];
    job_t jobs[THREADS];
    size_t started = 0;
    for (; started < THREADS; started++) {
        jobs[started] = (job_t){
            .engine = engine, .shared = shared, .first = (int32_t)started * NUMBERS + 1};
        if (pthread_create(&threads[started], NULL, work, &jobs[started]) != 0) {
            fprintf(stderr, "thread %zu could not be started\n", started);
            break;
        }
    }
    bool fine = started == THREADS;
    for (size_t number = 0; number < started; number++) {
        if (pthread_join(threads[number], NULL) != 0) {
            /* It may still use what would be deleted below. */
            fprintf(stderr, "thread %zu could not be waited for\n", number);
            return EXIT_FAILURE;
        }
    }

    int64_t sum = 0;
    for (size_t number = 0; number < started; number++) {
        const job_t *job = &jobs[number];
        fine = fine && job->done;
        sum += job->total;
        printf("thread %zu: the squares of %" PRId32 " to %" PRId32 " are %" PRId64
               ", after %u callbacks\n",
               number, job->first, job->first + NUMBERS - 1, job->total, job->callbacks);
    }
    printf("together: %" PRId64 "\n", sum);

    wasm_shared_module_delete(shared);
    wasm_engine_delete(engine);
    return fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
