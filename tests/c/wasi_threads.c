/* A command with threads: they run, a limit holds, and whatever ends one ends all. */

#include "check.h"

/* What the first thread does is put in place of the last %s, what the others do in place of the first. */
#define GUEST                                                                                \
    "(module"                                                                                \
    "  (import \"wasi\" \"thread-spawn\" (func $spawn (param i32) (result i32)))"            \
    "  (import \"wasi_snapshot_preview1\" \"proc_exit\" (func $exit (param i32)))"           \
    "  (import \"env\" \"memory\" (memory 1 2 shared))"                                      \
    "  (func $forever"                                                                       \
    "    (drop (memory.atomic.wait32 (i32.const 8) (i32.const 0) (i64.const -1))))"          \
    "  (func (export \"wasi_thread_start\") (param $id i32) (param $argument i32)"           \
    "    %s"                                                                                 \
    "    (drop (i32.atomic.rmw.add (i32.const 0) (local.get $argument)))"                    \
    "    (drop (memory.atomic.notify (i32.const 0) (i32.const -1))))"                        \
    "  (func (export \"_start\") (local $n i32)"                                             \
    "    (if (i32.le_s (call $spawn (i32.const 3)) (i32.const 0)) (then (unreachable)))"     \
    "    (if (i32.le_s (call $spawn (i32.const 4)) (i32.const 0)) (then (unreachable)))"     \
    "    %s"                                                                                 \
    "    (loop $l"                                                                           \
    "      (local.set $n (i32.atomic.load (i32.const 0)))"                                   \
    "      (if (i32.ne (local.get $n) (i32.const 7)) (then"                                  \
    "        (drop (memory.atomic.wait32 (i32.const 0) (local.get $n) (i64.const -1)))"      \
    "        (br $l))))"                                                                     \
    "    (call $exit (i32.const 70))))"

static libwasmer_engine_t *engine;

static libwasmer_wasi_t *allowing(uint64_t threads) {
    libwasmer_wasi_config_t *config = libwasmer_wasi_config_new();
    libwasmer_wasi_t *wasi = NULL;
    NEED(libwasmer_wasi_config_set_limit(config, LIBWASMER_WASILIMIT_THREADS, threads, &error));
    NEED(libwasmer_wasi_new(config, &wasi, &error));
    libwasmer_wasi_config_delete(config);
    return wasi;
}

/* Runs a command under an interrupt, if there is one. */
static libwasmer_status_t run(uint64_t threads, const char *other, const char *first,
                              const libwasmer_interrupt_t *interrupt, uint32_t *code) {
    char wat[4096];
    snprintf(wat, sizeof wat, GUEST, other, first);
    libwasmer_module_t *module = new_module(engine, wat);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_wasi_t *wasi = allowing(threads);
    libwasmer_handle_t imports[3] = {0}, instance = 0;
    libwasmer_status_t status = libwasmer_wasi_imports(arena, wasi, module, imports, 3, &error);
    if (status == LIBWASMER_STATUS_OK) {
        status = libwasmer_instance_new(arena, module, imports, 3, 0, &instance, &error);
    }
    if (status == LIBWASMER_STATUS_OK) {
        status = interrupt ? libwasmer_wasi_start_under(arena, instance, 0, interrupt, code, &error)
                           : libwasmer_wasi_start(arena, instance, 0, code, &error);
    }
    libwasmer_wasi_delete(wasi);
    libwasmer_arena_delete(arena);
    libwasmer_module_delete(module);
    return status;
}

int main(void) {
    size_t live = libwasmer_live_objects();
    static const libwasmer_compiler_t compilers[] = {LIBWASMER_COMPILER_CRANELIFT,
                                                     LIBWASMER_COMPILER_SINGLEPASS};
    for (size_t i = 0; i < 2; i++) {
        engine = new_engine(compilers[i]);
        uint32_t code = 0;
        OK(run(2, "", "", NULL, &code));
        CHECK(code == 70, "code %u", (unsigned)code);
        STATUS(TRAP, run(1, "(call $forever)", "", NULL, &code));
        SAYS(LINK, run(0, "", "", NULL, &code), "thread-spawn", "may start no threads");
        OK(run(2, "(call $exit (i32.const 9))", "(call $forever)", NULL, &code));
        CHECK(code == 9, "code %u", (unsigned)code);
        STATUS(TRAP, run(2, "(unreachable)", "(call $forever)", NULL, &code));
        OK(run(2, "(call $forever)", "(call $exit (i32.const 11))", NULL, &code));
        CHECK(code == 11, "code %u", (unsigned)code);
        libwasmer_interrupt_t *interrupt = NULL;
        NEED(libwasmer_interrupt_new(&interrupt, &error));
        OK(libwasmer_interrupt_fire_after(interrupt, 20000000, &error));
        STATUS(INTERRUPTED, run(2, "(loop $l (br $l))", "(call $forever)", interrupt, &code));
        libwasmer_interrupt_delete(interrupt);
        libwasmer_engine_delete(engine);
    }
    libwasmer_wasi_config_t *config = libwasmer_wasi_config_new();
    SAYS(INVALID_ARGUMENT,
         libwasmer_wasi_config_set_limit(config, LIBWASMER_WASILIMIT_THREADS, 4097, &error),
         "threads", "4096");
    libwasmer_wasi_config_delete(config);
    CHECK(libwasmer_live_objects() == live, "%zu objects are left", libwasmer_live_objects());
    return finish("wasi_threads");
}
