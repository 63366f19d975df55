/* Children of a fork: they compile, call, trap and end calls at deadlines, whatever the other threads of
   the parent were doing in the library at that moment. */

#include "interrupt.h"

static const char *const GUEST =
    "(module (func (export \"loop\") (loop $l (br $l))) (func (export \"trap\") unreachable)"
    "(func (export \"fill\") (param i32) (memory.fill (local.get 0) (i32.const 0) (i32.const 2)))"
    "(memory 1))";

static atomic_bool stop;

static libwasmer_status_t call_of(const libwasmer_arena_t *arena, libwasmer_handle_t instance,
                               const char *name, const libwasmer_interrupt_t *interrupt) {
    libwasmer_handle_t func = 0;
    uint64_t word = 65535;
    libwasmer_status_t status =
        libwasmer_instance_export(arena, instance, name, strlen(name), NULL, &func, NULL);
    if (status != LIBWASMER_STATUS_OK) return status;
    return interrupt
               ? libwasmer_func_call_words_under(arena, func, &word, 1, 0, interrupt, NULL)
               : libwasmer_func_call_words(arena, func, &word, 1, 0, NULL);
}

/* All that a program does with a guest. 0 if it all went as it should, else the number of the step. */
static int use(uint64_t deadline) {
    libwasmer_engine_t *engine = NULL;
    libwasmer_module_t *module = NULL;
    libwasmer_arena_t *arena = NULL;
    libwasmer_interrupt_t *interrupt = NULL;
    libwasmer_handle_t instance = 0;
    int step = 0;
    if (libwasmer_engine_new(NULL, &engine, NULL) != LIBWASMER_STATUS_OK) {
        step = 1;
    } else if (libwasmer_module_new(engine, (const uint8_t *)GUEST, strlen(GUEST), &module, NULL) !=
               LIBWASMER_STATUS_OK) {
        step = 2;
    } else if (libwasmer_arena_new(engine, &arena, NULL) != LIBWASMER_STATUS_OK ||
               libwasmer_instance_new(arena, module, NULL, 0, 0, &instance, NULL) !=
                   LIBWASMER_STATUS_OK) {
        step = 3;
    } else if (call_of(arena, instance, "trap", NULL) != LIBWASMER_STATUS_TRAP) {
        step = 4;
    } else if (call_of(arena, instance, "fill", NULL) != LIBWASMER_STATUS_TRAP) {
        step = 5;
    } else if (libwasmer_interrupt_new(&interrupt, NULL) != LIBWASMER_STATUS_OK ||
               libwasmer_interrupt_fire_after(interrupt, deadline, NULL) != LIBWASMER_STATUS_OK) {
        step = 6;
    } else if (call_of(arena, instance, "loop", interrupt) != LIBWASMER_STATUS_INTERRUPTED) {
        step = 7;
    }
    libwasmer_interrupt_delete(interrupt);
    libwasmer_arena_delete(arena);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
    return step;
}

/* Compiles, frees, traps and is interrupted, over and over. */
static void *does_all(void *unused) {
    while (!stop) use(200000);
    return unused;
}

/* Only traps: wasmer records where, under a lock. */
static void *traps(void *unused) {
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_handle_t instance = instance_of(engine, arena, GUEST);
    while (!stop) {
        call_of(arena, instance, "trap", NULL);
        call_of(arena, instance, "fill", NULL);
    }
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);
    return unused;
}

/* Waits for a child: its code, or -1 if it hangs, or -2 if a signal ended it. */
static int ended(pid_t child) {
    int status = 0;
    for (int tries = 0; tries < 10000; tries++) {
        if (waitpid(child, &status, WNOHANG) == child) {
            return WIFEXITED(status) ? WEXITSTATUS(status) : -2;
        }
        usleep(1000);
    }
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return -1;
}

static void children_beside(void *(*busy)(void *), int children) {
    pthread_t threads[3];
    stop = false;
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, busy, NULL);
    usleep(20000);
    int wrong = 0;
    for (int i = 0; i < children && wrong == 0; i++) {
        pid_t child = fork_child();
        if (child == 0) _exit(use(MILLISECONDS(1)));
        wrong = ended(child);
        CHECK(wrong == 0, "child %d: step %d", i, wrong);
    }
    stop = true;
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
}

/* The prefork server: the parent compiles, its children call that and compile their own, and have
   children themselves. */
static void prefork(void) {
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_handle_t instance = instance_of(engine, arena, GUEST);
    CHECK(use(MILLISECONDS(1)) == 0, "the parent");
    for (int i = 0; i < 20; i++) {
        pid_t child = fork_child();
        if (child == 0) {
            if (call_of(arena, instance, "trap", NULL) != LIBWASMER_STATUS_TRAP) _exit(100);
            if (use(MILLISECONDS(1)) != 0) _exit(101);
            pid_t grandchild = fork();
            if (grandchild == 0) _exit(use(MILLISECONDS(1)));
            _exit(ended(grandchild) == 0 ? 0 : 102);
        }
        int code = ended(child);
        CHECK(code == 0, "child %d: %d", i, code);
    }
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);
}

/* A time that was set before the fork comes in the child. */
static void deadline_of_before(void) {
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_handle_t instance = instance_of(engine, arena, GUEST);
    libwasmer_interrupt_t *interrupt = NULL;
    NEED(libwasmer_interrupt_new(&interrupt, &error));
    OK(libwasmer_interrupt_fire_after(interrupt, MILLISECONDS(100), &error));
    pid_t child = fork_child();
    if (child == 0) {
        _exit(call_of(arena, instance, "loop", interrupt) == LIBWASMER_STATUS_INTERRUPTED ? 0 : 1);
    }
    int code = ended(child);
    CHECK(code == 0, "the child: %d", code);
    CHECK(call_of(arena, instance, "loop", interrupt) == LIBWASMER_STATUS_INTERRUPTED, "the parent");
    libwasmer_interrupt_delete(interrupt);
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);
}

int main(void) {
    prefork();
    deadline_of_before();
    children_beside(does_all, 100);
    children_beside(traps, 100);
    return finish("fork");
}
