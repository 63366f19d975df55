/* Compiling: who waits keeps the program's signals and returns at its deadline, and what the system does
   not give (threads, queued signals) is an error where it is asked for, or not missed. */

#include "interrupt.h"

#include <dlfcn.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

static atomic_bool no_threads;

/* In front of the system's, for the library too. */
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
                   void *argument) {
    static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    if (no_threads) return EAGAIN;
    if (!real) {
        void *found = dlsym(RTLD_NEXT, "pthread_create");
        memcpy(&real, &found, sizeof real);
    }
    return real(thread, attributes, start, argument);
}

static libwasmer_status_t compile(const libwasmer_engine_t *engine, const void *bytes, size_t size,
                                  libwasmer_interrupt_t *under) {
    libwasmer_module_t *module = NULL;
    libwasmer_status_t status =
        under ? libwasmer_module_new_under(engine, bytes, size, under, &module, &error)
              : libwasmer_module_new(engine, bytes, size, &module, &error);
    libwasmer_module_delete(module);
    return status;
}

/* A text with so many functions, each of which takes a compiler a moment. */
static char *many_functions(int count) {
    static const char one[] =
        "(func (param i64 i64) (result i64) (loop (result i64) (i64.mul (local.get 0)"
        " (i64.add (i64.div_u (local.get 1) (i64.const 3)) (i64.rotl (local.get 0)"
        " (i64.popcnt (local.get 1))))) (br_if 0 (i64.eqz (local.get 0)))))";
    char *text = malloc(sizeof one * (size_t)count + 100), *end = text;
    end += sprintf(end, "(module");
    for (int i = 0; i < count; i++) end += sprintf(end, "%s", one);
    sprintf(end, ")");
    return text;
}

static atomic_int ticks;
static pthread_t ticked;

static void tick(int signal) {
    (void)signal;
    ticks++;
    ticked = pthread_self();
}

/* The only thread of the program takes its signals while it waits: Ctrl-C ends the program. */
static void signals_come(libwasmer_compiler_t compiler, int functions) {
    libwasmer_engine_t *engine = new_engine(compiler);
    char *text = many_functions(functions);
    struct sigaction action = {0}, before;
    action.sa_handler = tick;
    sigaction(SIGALRM, &action, &before);
    ticks = 0;
    struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &often, NULL);
    OK(compile(engine, text, strlen(text), NULL));
    setitimer(ITIMER_REAL, &never, NULL);
    CHECK(ticks > 0, "%d functions", functions);
    CHECK(ticks == 0 || pthread_equal(ticked, pthread_self()), "it came to a thread of the library's");
    sigaction(SIGALRM, &before, NULL);
    free(text);
    libwasmer_engine_delete(engine);
}

/* A child that compiles for long is ended by what ends any program. */
static void is_ended_by(int signal) {
    pid_t child = fork();
    if (child == 0) {
        libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
        char *text = many_functions(60000);
        compile(engine, text, strlen(text), NULL);
        _exit(0);
    }
    usleep(300000);
    kill(child, signal);
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == signal, "signal %d: status %x", signal, status);
}

/* LEB128. */
static uint8_t *number(uint8_t *to, uint32_t value) {
    for (; value >= 128; value >>= 7) *to++ = (uint8_t)value | 128;
    *to++ = (uint8_t)value;
    return to;
}

/* A module that is one custom section. */
static uint8_t *custom(uint32_t size, size_t *whole) {
    static const uint8_t header[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    uint8_t *bytes = calloc(1, size + 32), *end = bytes + sizeof header;
    memcpy(bytes, header, sizeof header);
    *end++ = 0;
    end = number(end, size + 2);
    *end++ = 1;
    *end++ = 'x';
    *whole = (size_t)(end - bytes) + size;
    return bytes;
}

static void returns_at_its_deadline(const char *what, const void *bytes, size_t size) {
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    libwasmer_interrupt_t *interrupt = NULL;
    NEED(libwasmer_interrupt_new(&interrupt, &error));
    OK(libwasmer_interrupt_fire_after(interrupt, MILLISECONDS(10), &error));
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    STATUS(INTERRUPTED, compile(engine, bytes, size, interrupt));
    clock_gettime(CLOCK_MONOTONIC, &to);
    double seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
    /* Some milliseconds; the bound is for a machine with other things to do. */
    CHECK(seconds < 10, "%s: %f s", what, seconds);
    /* What goes on ends by itself. */
    for (int tries = 0; libwasmer_abandoned_compilations() > 0 && tries < 100000; tries++) usleep(1000);
    CHECK(libwasmer_abandoned_compilations() == 0, "%s", what);
    libwasmer_interrupt_delete(interrupt);
    libwasmer_engine_delete(engine);
}

static void deadlines(void) {
    char *text = many_functions(40000);
    returns_at_its_deadline("text", text, strlen(text));
    free(text);
    size_t size = 0;
    uint8_t *bytes = custom(200u << 20, &size);
    returns_at_its_deadline("a custom section of 200 MiB", bytes, size);
    free(bytes);
}

static void without_threads(void) {
    static const char empty[] = "(module)";
    libwasmer_engine_t *cranelift = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    libwasmer_engine_t *singlepass = new_engine(LIBWASMER_COMPILER_SINGLEPASS);
    libwasmer_interrupt_t *interrupt = NULL;
    /* What is printed would show that a panic was not quiet. */
    int before = dup(2), printed[2];
    if (pipe(printed) != 0) return;
    dup2(printed[1], 2);
    no_threads = true;
    SAYS(RESOURCE, compile(cranelift, empty, strlen(empty), NULL), "no thread to compile by");
    SAYS(RESOURCE, compile(singlepass, empty, strlen(empty), NULL), "no thread to compile by");
    SAYS(RESOURCE, libwasmer_interrupt_new(&interrupt, &error), "no thread to end calls by");
    CHECK(interrupt == NULL, "an interrupt that cannot fire");
    no_threads = false;
    dup2(before, 2);
    close(printed[1]);
    char byte;
    CHECK(read(printed[0], &byte, 1) == 0, "something was printed on standard error");
    close(printed[0]), close(before);
    OK(compile(cranelift, empty, strlen(empty), NULL));
    OK(compile(singlepass, empty, strlen(empty), NULL));
    OK(libwasmer_interrupt_new(&interrupt, &error));
    libwasmer_interrupt_delete(interrupt);
    libwasmer_engine_delete(singlepass);
    libwasmer_engine_delete(cranelift);
}

/* No signal can be queued; a deadline comes all the same. */
static void without_queued_signals(void) {
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_handle_t instance = instance_of(engine, arena, "(module (func (export \"f\") (loop (br 0))))");
    libwasmer_handle_t func = export_of(arena, instance, "f");
    libwasmer_interrupt_t *interrupt = NULL;
    NEED(libwasmer_interrupt_new(&interrupt, &error));
    struct rlimit before, none;
    getrlimit(RLIMIT_SIGPENDING, &before);
    none = before;
    none.rlim_cur = 0;
    setrlimit(RLIMIT_SIGPENDING, &none);
    for (int round = 0; round < 20; round++) {
        OK(libwasmer_interrupt_fire_after(interrupt, MILLISECONDS(1), &error));
        STATUS(INTERRUPTED, libwasmer_func_call_words_under(arena, func, NULL, 0, 0, interrupt, &error));
        OK(libwasmer_interrupt_reset(interrupt, &error));
    }
    setrlimit(RLIMIT_SIGPENDING, &before);
    libwasmer_interrupt_delete(interrupt);
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);
}

int main(void) {
    without_threads();
    without_queued_signals();
    signals_come(LIBWASMER_COMPILER_CRANELIFT, 20);
    signals_come(LIBWASMER_COMPILER_CRANELIFT, 2000);
    signals_come(LIBWASMER_COMPILER_SINGLEPASS, 2000);
    is_ended_by(SIGTERM);
    is_ended_by(SIGINT);
    deadlines();
    return finish("compile");
}
