/* WASIX: a command with arguments and a directory, threads, sockets and pipes, and what cannot be given.
   Built and run by scripts/wasix with a library that has the feature. */

#include "../../tests/c/check.h"
#include "libwasmer_wasix.h"

#define MEMORY "(import \"env\" \"memory\" (memory 2 16 shared))"
#define EXIT "(import \"wasi_snapshot_preview1\" \"proc_exit\" (func $exit (param i32)))"

static const char plain[] =
    "(module " EXIT
    "(import \"wasi_snapshot_preview1\" \"fd_write\" (func $write (param i32 i32 i32 i32) (result i32)))"
    "(import \"wasi_snapshot_preview1\" \"args_sizes_get\" (func $args (param i32 i32) (result i32)))"
    "(import \"wasi_snapshot_preview1\" \"environ_sizes_get\" (func $env (param i32 i32) (result i32)))"
    "(memory (export \"memory\") 1) (data (i32.const 64) \"hello from wasix\\n\")"
    "(func (export \"_start\")"
    "  (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 17))"
    "  (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))"
    "  (drop (call $args (i32.const 16) (i32.const 20)))"
    "  (drop (call $env (i32.const 24) (i32.const 28)))"
    "  (call $exit (i32.add (i32.mul (i32.load (i32.const 16)) (i32.const 10))"
    "                       (i32.load (i32.const 24))))))";

/* The thread gets 40 and gives 42; the command waits for it. */
static const char threads[] =
    "(module " MEMORY EXIT
    "(import \"wasix_32v1\" \"thread_spawn_v2\" (func $spawn (param i32 i32) (result i32)))"
    "(export \"memory\" (memory 0))"
    "(func (export \"wasi_thread_start\") (param $id i32) (param $start i32)"
    "  (i32.atomic.store (i32.const 604) (i32.add (i32.atomic.load (i32.const 604)) (i32.const 2)))"
    "  (i32.atomic.store (i32.const 600) (i32.const 1))"
    "  (drop (memory.atomic.notify (i32.const 600) (i32.const 1))))"
    "(func (export \"_start\")"
    "  (i32.atomic.store (i32.const 604) (i32.const 40))"
    /* The description of the thread: its stack and how large that is. */
    "  (i32.store (i32.const 1024) (i32.const 65536)) (i32.store (i32.const 1080) (i32.const 16384))"
    "  (if (call $spawn (i32.const 1024) (i32.const 512)) (then (call $exit (i32.const 1))))"
    "  (drop (memory.atomic.wait32 (i32.const 600) (i32.const 0) (i64.const 10000000000)))"
    "  (call $exit (i32.atomic.load (i32.const 604)))))";

/* A socket and a pipe through which four bytes go. */
static const char sockets[] =
    "(module " EXIT
    "(import \"wasix_32v1\" \"sock_open\" (func $open (param i32 i32 i32 i32) (result i32)))"
    "(import \"wasix_32v1\" \"fd_pipe\" (func $pipe (param i32 i32) (result i32)))"
    "(import \"wasi_snapshot_preview1\" \"fd_write\" (func $write (param i32 i32 i32 i32) (result i32)))"
    "(import \"wasi_snapshot_preview1\" \"fd_read\" (func $read (param i32 i32 i32 i32) (result i32)))"
    "(memory (export \"memory\") 1) (data (i32.const 64) \"abcd\")"
    "(func $need (param i32) (if (local.get 0) (then (call $exit (local.get 0)))))"
    "(func (export \"_start\")"
    "  (call $need (call $open (i32.const 1) (i32.const 1) (i32.const 6) (i32.const 16)))"
    "  (call $need (call $pipe (i32.const 20) (i32.const 24)))"
    "  (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 4))"
    "  (call $need (call $write (i32.load (i32.const 24)) (i32.const 0) (i32.const 1) (i32.const 8)))"
    "  (i32.store (i32.const 0) (i32.const 80))"
    "  (call $need (call $read (i32.load (i32.const 20)) (i32.const 0) (i32.const 1) (i32.const 8)))"
    "  (if (i32.ne (i32.load (i32.const 80)) (i32.load (i32.const 64)))"
    "    (then (call $exit (i32.const 200))))"
    "  (call $exit (i32.const 42))))";

static libwasmer_wasi_config_t *inheriting(void) {
    libwasmer_wasi_config_t *config = libwasmer_wasi_config_new();
    OK(libwasmer_wasi_config_set_input_inherit(config, &error));
    OK(libwasmer_wasi_config_set_output_inherit(config, 1, &error));
    OK(libwasmer_wasi_config_set_output_inherit(config, 2, &error));
    return config;
}

static libwasmer_status_t run(const libwasmer_wasi_config_t *config, const char *text,
                              uint32_t *code) {
    return libwasmer_wasix_run(config, (const uint8_t *)text, strlen(text), code, &error);
}

int main(void) {
    uint32_t code = 77;
    libwasmer_wasi_config_t *config = inheriting();
    const char *arguments[] = {"program", "one", "two"};
    for (size_t i = 0; i < 3; i++) {
        OK(libwasmer_wasi_config_add_argument(config, (const uint8_t *)arguments[i],
                                              strlen(arguments[i]), &error));
    }
    OK(libwasmer_wasi_config_add_variable(config, (const uint8_t *)"A", 1, (const uint8_t *)"b", 1,
                                          &error));
    OK(libwasmer_wasi_config_add_directory(config, "/tmp", 4, "/data", 5, false, &error));
    OK(run(config, plain, &code));
    /* Wasmer adds variables of its own. */
    CHECK(code >= 31 && code < 40, "exit code %u: 3 arguments and a variable are 31 or more",
          (unsigned)code);
    OK(run(config, threads, &code));
    CHECK(code == 42, "threads: exit code %u", (unsigned)code);
    OK(run(config, sockets, &code));
    CHECK(code == 42, "sockets: exit code %u", (unsigned)code);
    OK(run(config, "(module (memory (export \"memory\") 1) (func (export \"_start\")))", &code));
    CHECK(code == 0, "exit code %u", (unsigned)code);

    /* Wasmer prints the trap itself and makes an exit code of it. */
    OK(run(config,
           "(module (memory (export \"memory\") 1)"
           " (func (export \"_start\") (drop (i32.load (i32.const -1)))))",
           &code));
    CHECK(code == 45, "exit code %u after a trap", (unsigned)code);
    STATUS(INVALID_MODULE, run(config, "(module (func (export \"_start\") i32.add))", &code));
    STATUS(NULL_ARGUMENT, run(NULL, plain, &code));
    OK(libwasmer_wasi_config_set_output_capture(config, 1, 0, &error));
    STATUS(UNSUPPORTED, run(config, plain, &code));
    libwasmer_wasi_config_delete(config);
    config = inheriting();
    OK(libwasmer_wasi_config_add_directory(config, "/tmp", 4, "/data", 5, true, &error));
    STATUS(UNSUPPORTED, run(config, plain, &code));
    libwasmer_wasi_config_delete(config);
    CHECK(libwasmer_live_objects() == 0, "%zu objects left", libwasmer_live_objects());
    return finish("wasix");
}
