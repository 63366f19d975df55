/* The C side of `just bench`: nanoseconds for one of each, the median of eleven rounds. */
#define _POSIX_C_SOURCE 199309L
#include <libwasmer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char guest[] =
    "(module (import \"host\" \"f\" (func $f (param i64) (result i64))) (memory 1)"
    " (func (export \"sum\") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))"
    " (func (export \"loop\") (param $n i64) (local $r i64)"
    "  (loop $again (local.set $r (call $f (local.get $r)))"
    "   (br_if $again (i64.ne (local.tee $n (i64.sub (local.get $n) (i64.const 1)))"
    "    (i64.const 0))))))";

static libwasmer_error_t *error;

static void check(libwasmer_status_t status) {
    if (status == LIBWASMER_STATUS_OK) return;
    libwasmer_view_t message = libwasmer_error_message(error);
    fprintf(stderr, "bench: %.*s\n", (int)message.size, message.data);
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static libwasmer_error_t *host(void *env, const libwasmer_caller_t *caller,
                               libwasmer_slot_t *slots, size_t count) {
    (void)env, (void)caller, (void)count;
    slots[0].i64 += 1;
    return NULL;
}

static libwasmer_engine_t *engine;
static libwasmer_module_t *module;
static libwasmer_arena_t *arena;
static libwasmer_handle_t sum, loop;
static uint32_t compiler;

static libwasmer_handle_t instantiate(libwasmer_arena_t *into) {
    const uint8_t kind = LIBWASMER_VALUE_I64;
    libwasmer_handle_t import, instance;
    check(libwasmer_func_new(into, &kind, 1, &kind, 1, host, NULL, NULL, &import, &error));
    check(libwasmer_instance_new(into, module, &import, 1, 0, &instance, &error));
    return instance;
}

static void call_slots(long n) {
    libwasmer_slot_t slots[2];
    for (long i = 0; i < n; i++) {
        slots[0].i32 = 5, slots[1].i32 = 37;
        check(libwasmer_func_call(arena, sum, slots, 2, &error));
    }
}

static void call_words(long n) {
    uint64_t words[2];
    for (long i = 0; i < n; i++) {
        words[0] = 5, words[1] = 37;
        check(libwasmer_func_call_words(arena, sum, words, 2, 0, &error));
    }
}

static void host_function(long n) {
    libwasmer_slot_t slot;
    slot.i64 = n;
    check(libwasmer_func_call(arena, loop, &slot, 1, &error));
}

static void instantiate_delete(long n) {
    for (long i = 0; i < n; i++) {
        libwasmer_arena_t *made;
        check(libwasmer_arena_new(engine, &made, &error));
        instantiate(made);
        libwasmer_arena_delete(made);
    }
}

static void compile(long n) {
    libwasmer_config_t *config = libwasmer_config_new();
    check(libwasmer_config_set_compiler(config, compiler, &error));
    libwasmer_engine_t *by;
    check(libwasmer_engine_new(config, &by, &error));
    for (long i = 0; i < n; i++) {
        libwasmer_module_t *made;
        check(libwasmer_module_new(by, (const uint8_t *)guest, strlen(guest), &made, &error));
        libwasmer_module_delete(made);
    }
    libwasmer_engine_delete(by);
    libwasmer_config_delete(config);
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(const char *name, void (*work)(long), long n) {
    double rounds[11];
    work(n / 10 + 1);
    for (int i = 0; i < 11; i++) {
        double begin = now();
        work(n);
        rounds[i] = (now() - begin) / (double)n;
    }
    qsort(rounds, 11, sizeof rounds[0], by_size);
    printf("%-28s %12.1f %10.1f %10.1f\n", name, rounds[5], rounds[0], rounds[10]);
}

int main(void) {
    check(libwasmer_engine_new(NULL, &engine, &error));
    check(libwasmer_module_new(engine, (const uint8_t *)guest, strlen(guest), &module, &error));
    check(libwasmer_arena_new(engine, &arena, &error));
    libwasmer_handle_t instance = instantiate(arena);
    check(libwasmer_instance_export(arena, instance, "sum", 3, NULL, &sum, &error));
    check(libwasmer_instance_export(arena, instance, "loop", 4, NULL, &loop, &error));
    printf("%-28s %12s %10s %10s\n", "C", "median ns", "least", "most");
    measure("call, slots", call_slots, 1000000);
    measure("call, words", call_words, 1000000);
    measure("host function", host_function, 1000000);
    measure("instantiate and delete", instantiate_delete, 3000);
    compiler = LIBWASMER_COMPILER_CRANELIFT;
    measure("compile, cranelift", compile, 50);
    compiler = LIBWASMER_COMPILER_SINGLEPASS;
    measure("compile, singlepass", compile, 50);
    libwasmer_arena_delete(arena);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
    return 0;
}
