/* Wasm on stacks that the program made: coroutines whose calls go on and end in any order, traps of all
   kinds in between, stacks with a name and without, and what is refused. */

#define _GNU_SOURCE

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "check.h"

#define WAT                                                                                    \
    "(module (import \"\" \"yield\" (func $yield (param i32) (result i32)))"                   \
    "(memory 1 40) (table 4 funcref)"                                                          \
    "(func $deep (result i32) (i32.add (i32.const 1) (call $deep)))"                           \
    "(func (export \"run\") (param $way i32) (param $times i32) (result i32) (local $sum i32)" \
    "  (block $done (loop $again"                                                              \
    "    (br_if $done (i32.eqz (local.get $times)))"                                           \
    "    (local.set $sum (i32.add (local.get $sum) (call $yield (local.get $times))))"         \
    "    (local.set $times (i32.sub (local.get $times) (i32.const 1)))"                        \
    "    (br $again)))"                                                                        \
    "  (if (i32.eq (local.get $way) (i32.const 1)) (then unreachable))"                        \
    "  (if (i32.eq (local.get $way) (i32.const 2)) (then (drop (i32.load (i32.const -8)))))"   \
    "  (if (i32.eq (local.get $way) (i32.const 3)) (then (drop (call $deep))))"                \
    "  (if (i32.eq (local.get $way) (i32.const 4)) (then"                                      \
    "    (memory.fill (i32.const -1) (i32.const 0) (i32.const 9))))"                           \
    "  (if (i32.eq (local.get $way) (i32.const 5)) (then (drop (call $yield (i32.const -1)))))" \
    "  (local.get $sum))"                                                                      \
    "(func (export \"again\") (param i32) (result i32) (call $yield (i32.const -2))))"

enum { RETURN, UNREACHABLE, OUT_OF_BOUNDS, OVERFLOW, LIBRARY_CALL, HOST_ERROR, WAYS };
static const int traps[WAYS] = {[UNREACHABLE] = LIBWASMER_TRAP_UNREACHABLE,
                                [OUT_OF_BOUNDS] = LIBWASMER_TRAP_MEMORY_OUT_OF_BOUNDS,
                                [OVERFLOW] = LIBWASMER_TRAP_STACK_OVERFLOW,
                                [LIBRARY_CALL] = LIBWASMER_TRAP_MEMORY_OUT_OF_BOUNDS};

enum { COROUTINES = 6, STACK_BYTES = 512 * 1024, ROUNDS = 60 };

typedef struct scheduler scheduler_t;

/* One of several stacks that take turns. Number 0 is the thread's own. */
typedef struct {
    scheduler_t *scheduler;
    unsigned number;
    ucontext_t context;
    char *stack;
    libwasmer_arena_t *arena;
    libwasmer_handle_t run, again;
    /* The word that host functions are to get. */
    uint64_t data;
    bool done;
} coroutine_t;

struct scheduler {
    coroutine_t coroutines[COROUTINES + 1];
    coroutine_t *current;
    uint32_t random;
    bool named, interrupted;
    unsigned wrong, calls, in_wasm_at_once, in_wasm;
};

static uint32_t next_random(scheduler_t *s) {
    s->random = s->random * 1664525 + 1013904223;
    return s->random >> 8;
}

static void expect(scheduler_t *s, bool right, const char *what, int number) {
    if (right) return;
    if (s->wrong++ < 5) fprintf(stderr, "coroutine %u: %s (%d)\n", s->current->number, what, number);
}

/* Lets one of the others go on, or nobody. */
static void yield(scheduler_t *s) {
    coroutine_t *before = s->current, *next = &s->coroutines[next_random(s) % (COROUTINES + 1)];
    if (next->done || next == before) return;
    s->current = next;
    swapcontext(&before->context, &next->context);
    if (s->named && before->number != 0) {
        expect(s, libwasmer_thread_set_stack(before->stack, STACK_BYTES, NULL) == 0, "name", 0);
    }
}

static libwasmer_error_t *host(void *env, const libwasmer_caller_t *caller,
                               libwasmer_slot_t *slots, size_t count) {
    (void)count;
    scheduler_t *s = env;
    coroutine_t *me = s->current;
    int32_t argument = slots[0].i32;
    uint64_t data = me->data;
    expect(s, caller->call_data == data, "the word of another call", (int)caller->call_data);
    if (argument == -1) return libwasmer_error_new(0, "failed", 6, 77);
    yield(s);
    expect(s, s->current == me, "another stack", argument);
    /* Comes in again on its own stack now and then. */
    if (argument > 0 && next_random(s) % 4 == 0) {
        uint64_t words[1] = {0};
        me->data = data + 1000;
        int status = (int)libwasmer_func_call_words(me->arena, me->again, words, 1, me->data, NULL);
        expect(s, status == 0 && words[0] == 1, "a nested call", status);
        me->data = data;
    }
    slots[0].i32 = argument == -2 ? 1 : argument;
    return NULL;
}

static void calls(coroutine_t *me) {
    scheduler_t *s = me->scheduler;
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t way = next_random(s) % WAYS, times = next_random(s) % 5;
        uint64_t words[2] = {way, times};
        libwasmer_error_t *failure = NULL;
        libwasmer_interrupt_t *interrupt = NULL;
        me->data = me->number * 100 + (uint64_t)round;
        if (++s->in_wasm > s->in_wasm_at_once) s->in_wasm_at_once = s->in_wasm;
        libwasmer_status_t status;
        if (s->interrupted) {
            expect(s, libwasmer_interrupt_new(&interrupt, NULL) == 0, "interrupt", 0);
            status = libwasmer_func_call_words_under(me->arena, me->run, words, 2, me->data,
                                                     interrupt, &failure);
            /* It is gone before the calls that began after this one end. */
            libwasmer_interrupt_delete(interrupt);
        } else {
            status = libwasmer_func_call_words(me->arena, me->run, words, 2, me->data, &failure);
        }
        s->in_wasm--;
        s->calls++;
        if (way == RETURN) {
            expect(s, status == LIBWASMER_STATUS_OK && words[0] == times * (times + 1) / 2, "sum",
                   (int)words[0]);
        } else if (way == HOST_ERROR) {
            expect(s, status == LIBWASMER_STATUS_HOST && libwasmer_error_payload(failure) == 77,
                   "the host's error", (int)status);
        } else {
            expect(s, status == LIBWASMER_STATUS_TRAP, "trap", (int)status);
            expect(s, libwasmer_error_trap(failure) == traps[way], "kind of trap",
                   libwasmer_error_trap(failure));
        }
        if (way == HOST_ERROR || way == UNREACHABLE) {
            expect(s, libwasmer_error_frame_count(failure) == 1, "frames",
                   (int)libwasmer_error_frame_count(failure));
        }
        libwasmer_error_delete(failure);
        yield(s);
    }
    me->done = true;
}

static void body(unsigned high, unsigned low) {
    coroutine_t *me = (coroutine_t *)(uintptr_t)((uint64_t)high << 32 | low);
    if (me->scheduler->named) {
        expect(me->scheduler, libwasmer_thread_set_stack(me->stack, STACK_BYTES, NULL) == 0, "name", 1);
    }
    calls(me);
    me->scheduler->current = &me->scheduler->coroutines[0];
    setcontext(&me->scheduler->coroutines[0].context);
}

static void *map_stack(size_t size) {
    void *stack = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stack == MAP_FAILED) exit(2);
    return stack;
}

typedef struct {
    libwasmer_compiler_t compiler;
    bool one_arena, named, interrupted;
    uint32_t seed;
} setting_t;

/* All of it on one thread. Gives what went wrong. */
static void *take_turns(void *argument) {
    const setting_t *setting = argument;
    static const uint8_t i32[1] = {LIBWASMER_VALUE_I32};
    scheduler_t *s = calloc(1, sizeof *s);
    libwasmer_engine_t *engine = new_engine(setting->compiler);
    libwasmer_module_t *module = new_module(engine, WAT);
    libwasmer_arena_t *shared = new_arena(engine);
    s->random = setting->seed;
    s->named = setting->named;
    s->interrupted = setting->interrupted;
    s->current = &s->coroutines[0];
    for (unsigned i = 0; i <= COROUTINES; i++) {
        coroutine_t *one = &s->coroutines[i];
        libwasmer_handle_t yields = 0;
        one->scheduler = s;
        one->number = i;
        one->arena = setting->one_arena ? shared : new_arena(engine);
        libwasmer_func_new(one->arena, i32, 1, i32, 1, host, s, NULL, &yields, NULL);
        libwasmer_handle_t instance = new_instance(one->arena, module, &yields, 1);
        one->run = export_of(one->arena, instance, "run");
        one->again = export_of(one->arena, instance, "again");
        if (i == 0) continue;
        one->stack = map_stack(STACK_BYTES);
        getcontext(&one->context);
        one->context.uc_stack.ss_sp = one->stack;
        one->context.uc_stack.ss_size = STACK_BYTES;
        uint64_t word = (uintptr_t)one;
        makecontext(&one->context, (void (*)(void))body, 2, (unsigned)(word >> 32), (unsigned)word);
    }
    calls(&s->coroutines[0]);
    for (bool all = false; !all;) {
        all = true;
        for (unsigned i = 1; i <= COROUTINES; i++) {
            coroutine_t *one = &s->coroutines[i];
            if (one->done) continue;
            all = false;
            s->current = one;
            swapcontext(&s->coroutines[0].context, &one->context);
        }
    }
    libwasmer_module_delete(module);
    for (unsigned i = 0; i <= COROUTINES; i++) {
        if (!setting->one_arena) libwasmer_arena_delete(s->coroutines[i].arena);
        if (i > 0) munmap(s->coroutines[i].stack, STACK_BYTES);
    }
    libwasmer_arena_delete(shared);
    libwasmer_engine_delete(engine);
    uintptr_t wrong = s->wrong;
    if (s->calls != (COROUTINES + 1) * ROUNDS || s->in_wasm_at_once < 3) wrong++;
    free(s);
    return (void *)wrong;
}

static void in_any_order(void) {
    for (unsigned number = 0; number < 16; number++) {
        setting_t setting = {number & 1 ? LIBWASMER_COMPILER_SINGLEPASS
                                        : LIBWASMER_COMPILER_CRANELIFT,
                             number & 2, number & 4, number & 8, 1 + number};
        CHECK(take_turns(&setting) == NULL, "setting %u", number);
    }
    pthread_t threads[3];
    setting_t settings[3] = {{LIBWASMER_COMPILER_CRANELIFT, true, false, false, 90},
                             {LIBWASMER_COMPILER_CRANELIFT, false, true, false, 91},
                             {LIBWASMER_COMPILER_CRANELIFT, false, false, true, 92}};
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, take_turns, &settings[i]);
    for (int i = 0; i < 3; i++) {
        void *wrong = NULL;
        pthread_join(threads[i], &wrong);
        CHECK(wrong == NULL, "thread %d", i);
    }
}

/* ---- One stack, and how much of it is left ---------------------------------------------- */

static ucontext_t main_context, side_context;
static void (*side_work)(void);

static void side_body(void) {
    side_work();
    setcontext(&main_context);
}

static void on_stack(void *stack, size_t size, void (*work)(void)) {
    side_work = work;
    getcontext(&side_context);
    side_context.uc_stack.ss_sp = stack;
    side_context.uc_stack.ss_size = size;
    makecontext(&side_context, side_body, 0);
    swapcontext(&main_context, &side_context);
}

static libwasmer_arena_t *arena;
static libwasmer_handle_t endless, answer;
static char *side_stack;
static size_t side_size;
static unsigned levels;

/* Calls the guest that called it. */
static libwasmer_error_t *deeper(void *env, const libwasmer_caller_t *caller,
                                 libwasmer_slot_t *slots, size_t count) {
    (void)env, (void)caller, (void)slots, (void)count;
    libwasmer_error_t *failure = NULL;
    levels++;
    libwasmer_func_call_words(arena, endless, NULL, 0, 0, &failure);
    return failure;
}

static void small_and_named(void) {
    uint64_t words[1] = {0};
    OK(libwasmer_thread_set_stack(side_stack, side_size, &error));
    OK(libwasmer_func_call_words(arena, answer, words, 1, 0, &error));
    CHECK(words[0] == 42, "%" PRIu64, words[0]);
    levels = 0;
    SAYS(DEPTH, libwasmer_func_call_words(arena, endless, NULL, 0, 0, &error), "65536",
         "the stack that was named");
    CHECK(levels > 2 && levels < LIBWASMER_LIMIT_DEPTH - 1, "%u levels", levels);
    OK(libwasmer_func_call_words(arena, answer, words, 1, 0, &error));
    /* Another one, or one that ends outside of memory, is not the one that it is on. */
    SAYS(INVALID_ARGUMENT, libwasmer_thread_set_stack(&words, 1, &error), "another one");
    SAYS(INVALID_ARGUMENT, libwasmer_thread_set_stack(side_stack, SIZE_MAX, &error), "memory");
    STATUS(NULL_ARGUMENT, libwasmer_thread_set_stack(NULL, 1, &error));
    OK(libwasmer_thread_set_stack(NULL, 0, &error));
}

static void too_small(void) {
    OK(libwasmer_thread_set_stack(side_stack, side_size, &error));
    STATUS(DEPTH, libwasmer_func_call_words(arena, endless, NULL, 0, 0, &error));
    OK(libwasmer_thread_set_stack(NULL, 0, &error));
}

static void roomy_without_name(void) {
    uint64_t words[1] = {0};
    OK(libwasmer_func_call_words(arena, answer, words, 1, 0, &error));
    CHECK(words[0] == 42, "%" PRIu64, words[0]);
    /* With room for all levels it is these that end. */
    SAYS(DEPTH, libwasmer_func_call_words(arena, endless, NULL, 0, 0, &error), "nested");
}

static void on_signal(int number) {
    (void)number;
    uint64_t words[1] = {0};
    SAYS(UNSUPPORTED, libwasmer_func_call_words(arena, answer, words, 1, 0, &error), "signal stack");
    SAYS(UNSUPPORTED, libwasmer_thread_set_stack(side_stack, side_size, &error), "signal stack");
}

/* On a signal stack of 64 KiB. */
static libwasmer_engine_t *spare_engine;
static void compile_on_signal(int number) {
    (void)number;
    static const char wat[] = "(module (func))";
    libwasmer_module_t *module = NULL;
    OK(libwasmer_module_new(spare_engine, (const uint8_t *)wat, sizeof wat - 1, &module, &error));
    libwasmer_module_delete(module);
    SAYS(DEPTH, libwasmer_module_validate(spare_engine, (const uint8_t *)wat, sizeof wat - 1,
                                          &error), "validating", "the alternate signal stack");
}

static void one_stack(void) {
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    libwasmer_handle_t again = 0;
    arena = new_arena(engine);
    OK(libwasmer_func_new(arena, NULL, 0, NULL, 0, deeper, NULL, NULL, &again, &error));
    libwasmer_module_t *module = new_module(
        engine, "(module (import \"\" \"\" (func $again)) (func (export \"f\") (call $again))"
                "(func (export \"answer\") (result i32) i32.const 42))");
    libwasmer_handle_t instance = new_instance(arena, module, &again, 1);
    endless = export_of(arena, instance, "f");
    answer = export_of(arena, instance, "answer");

    side_size = 256 * 1024;
    side_stack = map_stack(side_size);
    on_stack(side_stack, side_size, small_and_named);
    munmap(side_stack, side_size);
    side_size = 48 * 1024;
    side_stack = map_stack(side_size);
    on_stack(side_stack, side_size, too_small);
    munmap(side_stack, side_size);
    side_size = 8 << 20;
    side_stack = map_stack(side_size);
    on_stack(side_stack, side_size, roomy_without_name);
    /* And the thread's own stack is as before. */
    levels = 0;
    SAYS(DEPTH, libwasmer_func_call_words(arena, endless, NULL, 0, 0, &error), "nested");
    CHECK(levels == LIBWASMER_LIMIT_DEPTH, "%u levels", levels);

    stack_t signals = {.ss_sp = side_stack, .ss_size = side_size}, before;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
    sigaltstack(&signals, &before);
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    spare_engine = engine;
    signals.ss_size = 64 * 1024;
    sigaltstack(&signals, NULL);
    action.sa_handler = compile_on_signal;
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    sigaltstack(&before, NULL);
    munmap(side_stack, side_size);
    uint64_t words[1] = {0};
    OK(libwasmer_func_call_words(arena, answer, words, 1, 0, &error));
    libwasmer_module_delete(module);
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);
}

/* ---- Threads with little stack ---------------------------------------------------------- */

static void *on_little_stack(void *env) {
    (void)env;
    static const char wat[] = "(module (memory 1) (func (export \"f\") (result i32) i32.const 7))";
    libwasmer_engine_t *engine = NULL;
    libwasmer_module_t *module = NULL;
    OK(libwasmer_engine_new(NULL, &engine, &error));
    /* Which is done on threads of the library's own. */
    OK(libwasmer_module_new(engine, (const uint8_t *)wat, sizeof wat - 1, &module, &error));
    libwasmer_module_delete(module);
    SAYS(DEPTH, libwasmer_module_validate(engine, (const uint8_t *)wat, sizeof wat - 1, &error),
         "validating a module", "the host thread's stack");
    libwasmer_engine_delete(engine);
    return NULL;
}

static void little_stacks(void) {
    for (size_t size = 16 * 1024; size <= 64 * 1024; size *= 2) {
        pthread_attr_t attributes;
        pthread_t thread;
        pthread_attr_init(&attributes);
        if (pthread_attr_setstacksize(&attributes, size) == 0 &&
            pthread_create(&thread, &attributes, on_little_stack, NULL) == 0) {
            pthread_join(thread, NULL);
        }
        pthread_attr_destroy(&attributes);
    }
}

int main(void) {
    one_stack();
    little_stacks();
    in_any_order();
    CHECK(libwasmer_live_objects() == 0, "%zu objects are left", libwasmer_live_objects());
    return finish("own_stacks");
}
