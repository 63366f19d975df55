/* A program for WASI: it gets an argument and a variable, what it prints is kept for us, and it exits with
   a code. It sees nothing that it is not given here. */

#include <libwasmer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Prints its second argument and exits with the number of its arguments. */
static const char text[] =
    "(module"
    "  (import \"wasi_snapshot_preview1\" \"args_sizes_get\""
    "    (func $sizes (param i32 i32) (result i32)))"
    "  (import \"wasi_snapshot_preview1\" \"args_get\" (func $get (param i32 i32) (result i32)))"
    "  (import \"wasi_snapshot_preview1\" \"fd_write\""
    "    (func $write (param i32 i32 i32 i32) (result i32)))"
    "  (import \"wasi_snapshot_preview1\" \"proc_exit\" (func $exit (param i32)))"
    "  (memory (export \"memory\") 1)"
    "  (func (export \"_start\")"
    "    (drop (call $sizes (i32.const 0) (i32.const 4)))"
    "    (drop (call $get (i32.const 64) (i32.const 1024)))"
    "    (i32.store (i32.const 16) (i32.load (i32.const 68)))"
    "    (i32.store (i32.const 20) (i32.const 5))"
    "    (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24)))"
    "    (call $exit (i32.load (i32.const 0)))))";

/* Prints what went wrong, if something did, and frees the error. */
static bool failed(const char *doing, libwasmer_status_t status, libwasmer_error_t *error) {
    if (status == LIBWASMER_STATUS_OK) return false;
    libwasmer_view_t message = libwasmer_error_message(error);
    fprintf(stderr, "%s: %.*s (status %u)\n", doing, (int)message.size, message.data,
            (unsigned)status);
    libwasmer_error_delete(error);
    return true;
}

static bool add_argument(libwasmer_wasi_config_t *config, const char *argument) {
    libwasmer_error_t *error = NULL;
    libwasmer_status_t status = libwasmer_wasi_config_add_argument(
        config, (const uint8_t *)argument, strlen(argument), &error);
    return !failed("argument", status, error);
}

/* Runs the program in an arena, and prints what it printed and its exit code. */
static bool run(const libwasmer_arena_t *arena, const libwasmer_module_t *module,
                const libwasmer_wasi_t *wasi) {
    libwasmer_error_t *error = NULL;
    libwasmer_handle_t imports[4] = {0}, instance;
    /* Fills in the imports that are WASI's, here all of them. */
    if (failed("imports", libwasmer_wasi_imports(arena, wasi, module, imports, 4, &error), error) ||
        failed("instance", libwasmer_instance_new(arena, module, imports, 4, 0, &instance, &error),
               error)) {
        return false;
    }
    uint32_t code;
    if (failed("start", libwasmer_wasi_start(arena, instance, 0, &code, &error), error)) {
        return false;
    }
    libwasmer_bytes_t *output = NULL;
    if (failed("output", libwasmer_wasi_output(wasi, 1, &output, &error), error)) return false;
    libwasmer_view_t printed = libwasmer_bytes_view(output);
    printf("printed: %.*s\nexit code: %u\n", (int)printed.size, printed.data, (unsigned)code);
    libwasmer_bytes_delete(output);
    return true;
}

int main(void) {
    int outcome = EXIT_FAILURE;
    libwasmer_engine_t *engine = NULL;
    libwasmer_module_t *module = NULL;
    libwasmer_arena_t *arena = NULL;
    libwasmer_wasi_config_t *config = libwasmer_wasi_config_new();
    libwasmer_wasi_t *wasi = NULL;
    libwasmer_error_t *error = NULL;

    if (!add_argument(config, "program") || !add_argument(config, "hello")) goto end;
    if (failed("capture", libwasmer_wasi_config_set_output_capture(config, 1, 0, &error), error)) {
        goto end;
    }
    if (failed("engine", libwasmer_engine_new(NULL, &engine, &error), error) ||
        failed("module",
               libwasmer_module_new(engine, (const uint8_t *)text, strlen(text), &module, &error),
               error) ||
        failed("arena", libwasmer_arena_new(engine, &arena, &error), error) ||
        failed("wasi", libwasmer_wasi_new(config, &wasi, &error), error)) {
        goto end;
    }
    if (run(arena, module, wasi)) outcome = EXIT_SUCCESS;

end:
    libwasmer_arena_delete(arena);
    libwasmer_wasi_delete(wasi);
    libwasmer_wasi_config_delete(config);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
    return outcome;
}
