/* What the tests of interrupts share: a guest with all kinds of work that never end, ways to fire,
   and a log of how late calls ended. It asks for more of the system than C11 does, so it comes
   before any other header. */

#ifndef INTERRUPT_H
#define INTERRUPT_H

#define _GNU_SOURCE

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

#define MILLISECONDS(count) ((uint64_t)(count) * 1000000)

/* Each function has the name of its export, so that frames can be told by it. */
#define BUSY_WAT                                                                                  \
    "(module $busy (import \"host\" \"f\" (func $f (result i32)))"                                \
    "(memory $m (export \"memory\") 64 64) (memory $shared 1 1 shared) (table 2 funcref)"         \
    "(elem (i32.const 0) $even $odd) (type $step (func (param i32)))"                             \
    "(func $loop (export \"loop\") (loop $l br $l))"                                              \
    "(func $even (param i32) (if (local.get 0) (then (call_indirect (type $step)"                 \
    "  (i32.sub (local.get 0) (i32.const 1)) (i32.const 1)))))"                                   \
    "(func $odd (param i32) (if (local.get 0) (then (call_indirect (type $step)"                  \
    "  (i32.sub (local.get 0) (i32.const 1)) (i32.const 0)))))"                                   \
    "(func $chain (export \"chain\") (loop $l"                                                    \
    "  (call_indirect (type $step) (i32.const 40) (i32.const 0)) (br $l)))"                       \
    "(func $host_calls (export \"host_calls\") (loop $l (drop (call $f)) (br $l)))"               \
    "(func $host_call (export \"host_call\") (result i32) call $f)"                               \
    "(func $fill (export \"fill\") (loop $l"                                                      \
    "  (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x100000)) (br $l)))"                  \
    "(func $copy (export \"copy\") (loop $l"                                                      \
    "  (memory.copy (i32.const 0) (i32.const 0x100000) (i32.const 0x100000)) (br $l)))"           \
    "(func $grow (export \"grow\") (loop $l (drop (memory.grow (i32.const 0))) (br $l)))"         \
    "(func $wait (export \"wait\")"                                                               \
    "  (drop (memory.atomic.wait32 $shared (i32.const 0) (i32.const 0) (i64.const -1))))"         \
    "(func $waits (export \"waits\") (loop $l"                                                    \
    "  (drop (memory.atomic.wait32 $shared (i32.const 0) (i32.const 0) (i64.const 1000)))"        \
    "  (br $l)))"                                                                                 \
    "(func $deep (export \"deep\") (param i32) (if (local.get 0)"                                 \
    "  (then (call $deep (i32.sub (local.get 0) (i32.const 1)))) (else (loop $l br $l))))"        \
    "(func $spin (export \"spin\") (param i32) (result i32) (local i32) (loop $l"                 \
    "  (local.set 1 (i32.add (local.get 1) (i32.const 1)))"                                       \
    "  (br_if $l (i32.lt_u (local.get 1) (local.get 0)))) (local.get 1))"                         \
    "(func $trap (export \"trap\") (drop (i32.load $m (i32.const 0x7fffffff))))"                  \
    "(func $sum (export \"sum\") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)"   \
    "(func $wait_for (export \"wait_for\") (param i32 i32) (result i32)"                          \
    "  (memory.atomic.wait32 $shared (i32.const 0) (local.get 0)"                                 \
    "    (i64.extend_i32_u (local.get 1))))"                                                      \
    "(func $notify (export \"notify\") (result i32)"                                              \
    "  (memory.atomic.notify $shared (i32.const 0) (i32.const 9))))"

static const libwasmer_compiler_t compilers[] = {LIBWASMER_COMPILER_CRANELIFT,
                                                 LIBWASMER_COMPILER_SINGLEPASS};
enum { COMPILERS = sizeof compilers / sizeof compilers[0] };

static inline const char *compiler_name(libwasmer_compiler_t compiler) {
    return compiler == LIBWASMER_COMPILER_CRANELIFT ? "cranelift" : "singlepass";
}

typedef struct {
    libwasmer_engine_t *engine;
    libwasmer_arena_t *arena;
    libwasmer_handle_t instance;
} guest_t;

/* The host function of most guests. */
static inline libwasmer_error_t *answer(void *env, const libwasmer_caller_t *caller,
                                        libwasmer_slot_t *slots, size_t count) {
    (void)env, (void)caller, (void)count;
    slots[0].i32 = 1;
    return NULL;
}

/* A guest with a host function that gives an i32. */
static inline guest_t new_guest(libwasmer_compiler_t compiler, libwasmer_callback_t callback,
                                void *env) {
    guest_t guest = {.engine = new_engine(compiler)};
    guest.arena = new_arena(guest.engine);
    libwasmer_module_t *module = new_module(guest.engine, BUSY_WAT);
    const uint8_t result = LIBWASMER_VALUE_I32;
    libwasmer_handle_t import = 0;
    NEED(libwasmer_func_new(guest.arena, NULL, 0, &result, 1, callback, env, NULL, &import,
                            &error));
    guest.instance = new_instance(guest.arena, module, &import, 1);
    libwasmer_module_delete(module);
    return guest;
}

static inline void delete_guest(const guest_t *guest) {
    libwasmer_arena_delete(guest->arena);
    libwasmer_engine_delete(guest->engine);
}

static inline libwasmer_interrupt_t *new_interrupt(void) {
    libwasmer_interrupt_t *interrupt = NULL;
    NEED(libwasmer_interrupt_new(&interrupt, &error));
    return interrupt;
}

/* Calls an export with up to two i32 and gives the status. Counts nothing, so any thread may. */
static inline libwasmer_status_t try_call(const guest_t *guest, const char *name, int32_t a,
                                          int32_t b, int32_t *result,
                                          libwasmer_error_t **failure) {
    libwasmer_handle_t func = 0;
    libwasmer_status_t status = libwasmer_instance_export(guest->arena, guest->instance, name,
                                                          strlen(name), NULL, &func, failure);
    if (status != LIBWASMER_STATUS_OK) return status;
    libwasmer_slot_t slots[2] = {{.i32 = a}, {.i32 = b}};
    status = libwasmer_func_call(guest->arena, func, slots, 2, failure);
    if (result) *result = slots[0].i32;
    return status;
}

/* The same for the thread that checks: the error goes where STATUS looks for it. */
static inline libwasmer_status_t call(const guest_t *guest, const char *name) {
    return try_call(guest, name, 5000, 0, NULL, &error);
}

/* Checks that an arena does what it did before any interrupt. */
static inline void works(const guest_t *guest, const char *after) {
    int32_t result = 0;
    libwasmer_status_t status = try_call(guest, "sum", 40, 2, &result, NULL);
    CHECK(status == LIBWASMER_STATUS_OK && result == 42, "after %s: status %u, sum %d", after,
          (unsigned)status, (int)result);
}

static inline uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/* Sleeps at least as long, whatever signals come. */
static inline void pause_for(uint64_t nanoseconds) {
    struct timespec rest = {(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
    while (nanosleep(&rest, &rest) != 0 && errno == EINTR) continue;
}

/* Fires from a thread of its own. */
typedef struct {
    const libwasmer_interrupt_t *interrupt;
    uint64_t pause, fired_at;
    pthread_t thread;
} firing_t;

static inline void *fire_then(void *argument) {
    firing_t *firing = argument;
    pause_for(firing->pause);
    firing->fired_at = now();
    libwasmer_interrupt_fire(firing->interrupt, NULL);
    return NULL;
}

/* To be ended by pthread_join. */
static inline void fire_from_thread(firing_t *firing, const libwasmer_interrupt_t *interrupt,
                                    uint64_t pause) {
    *firing = (firing_t){.interrupt = interrupt, .pause = pause};
    if (pthread_create(&firing->thread, NULL, fire_then, firing) != 0) {
        CHECK(false, "no thread can be had");
        exit(finish(__FILE__));
    }
}

/* How late calls ended, in nanoseconds. */
typedef struct {
    uint64_t values[4096];
    size_t count;
} log_t;

static inline void note(log_t *log, uint64_t value) {
    if (log->count < sizeof log->values / sizeof log->values[0]) log->values[log->count++] = value;
}

static inline int ascending(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static inline void print_log(const char *what, const char *how, log_t *log) {
    if (log->count == 0) return;
    qsort(log->values, log->count, sizeof log->values[0], ascending);
    printf("%s, %s: %zu calls, late in us: p50 %.0f, p99 %.0f, max %.0f\n", what, how, log->count,
           (double)log->values[log->count / 2] / 1e3,
           (double)log->values[log->count * 99 / 100] / 1e3,
           (double)log->values[log->count - 1] / 1e3);
}

/* What a child process counted, in memory that both see. */
typedef struct {
    unsigned passed, failed;
    bool finished;
} outcome_t;

static outcome_t *outcome;

/* Forks; the child counts anew, and ends by `end_child`. */
static inline pid_t fork_child(void) {
    if (outcome == NULL) {
        outcome = mmap(NULL, sizeof *outcome, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                       -1, 0);
    }
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        passed_checks = failed_checks = 0;
        alarm(60);
    }
    return child;
}

static inline void end_child(void) {
    *outcome = (outcome_t){passed_checks, failed_checks, true};
    fflush(NULL);
    _exit(EXIT_SUCCESS);
}

/* Waits for a child and takes over what it counted. */
static inline void take_over(const char *name, pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    if (outcome->failed > 0) printf("in %s\n", name);
    passed_checks += outcome->passed;
    failed_checks += outcome->failed;
    CHECK(outcome->finished && WIFEXITED(status) && WEXITSTATUS(status) == 0,
          "%s ended by %s %d", name, WIFSIGNALED(status) ? "signal" : "code",
          WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    memset(outcome, 0, sizeof *outcome);
}

/* Where the system has no interrupts, that is what is tested; true if there are some. */
static inline bool have_interrupts(void) {
    libwasmer_interrupt_t *interrupt = NULL;
    CHECK(libwasmer_interrupt_signal() == 0, "no signal before the first interrupt");
#ifdef __linux__
    if (!OK(libwasmer_interrupt_new(&interrupt, &error))) return false;
    CHECK(libwasmer_interrupt_signal() > 0, "a signal is used");
    libwasmer_interrupt_delete(interrupt);
    return true;
#else
    STATUS(UNSUPPORTED, libwasmer_interrupt_new(&interrupt, &error));
    CHECK(libwasmer_interrupt_signal() == 0, "no signal is used");
    return false;
#endif
}

#endif
