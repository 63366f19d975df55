/*
 * Runs one WASI command, given as text, on a directory, and prints "name nanoseconds" for each of the
 * things that it does:
 *
 *     wasi <name> <count> <guest.wat> <directory>
 *
 * Only the call of _start is timed. It uses wasm.h and wasmer.h alone, so that scripts/bench-c-wasi can
 * build it with our library and with Wasmer's own C API.
 */
#define _POSIX_C_SOURCE 199309L
#define WASMER_NO_SHORT_NAMES
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wasm.h>
#include <wasmer.h>

static void need(bool good, const char *what) {
    if (good) return;
    char message[500] = "";
    wasmer_last_error_message(message, sizeof message);
    fprintf(stderr, "bench/wasi: %s failed: %s\n", what, message);
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void read_text(const char *path, wasm_byte_vec_t *text) {
    FILE *file = fopen(path, "rb");
    need(file && fseek(file, 0, SEEK_END) == 0, path);
    long size = ftell(file);
    need(size > 0, path);
    rewind(file);
    wasm_byte_vec_new_uninitialized(text, (size_t)size);
    need(fread(text->data, 1, text->size, file) == text->size, path);
    fclose(file);
}

int main(int argc, char **argv) {
    if (argc != 5 || atof(argv[2]) <= 0) {
        fprintf(stderr, "usage: wasi <name> <count> <guest.wat> <directory>\n");
        return 2;
    }
    wasm_byte_vec_t text, wasm = WASM_EMPTY_VEC;
    read_text(argv[3], &text);
    wat2wasm(&text, &wasm);
    need(wasm.size > 0, "wat2wasm");
    wasm_byte_vec_delete(&text);

    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *store = wasm_store_new(engine);
    wasm_module_t *module = wasm_module_new(store, &wasm);
    need(module, "wasm_module_new");
    wasm_byte_vec_delete(&wasm);

    wasi_config_t *config = wasi_config_new("bench");
    need(wasi_config_mapdir(config, "/bench", argv[4]), "wasi_config_mapdir");
    wasi_env_t *env = wasi_env_new(store, config);
    need(env, "wasi_env_new");
    wasm_extern_vec_t imports = WASM_EMPTY_VEC;
    need(wasi_get_imports(store, env, module, &imports), "wasi_get_imports");
    wasm_trap_t *trap = NULL;
    wasm_instance_t *instance = wasm_instance_new(store, module, &imports, &trap);
    need(instance, "wasm_instance_new");
    need(wasi_env_initialize_instance(env, store, instance), "wasi_env_initialize_instance");
    wasm_func_t *start = wasi_get_start_function(instance);
    need(start, "wasi_get_start_function");

    wasm_val_vec_t none = WASM_EMPTY_VEC;
    double before = now();
    trap = wasm_func_call(start, &none, &none);
    double after = now();
    if (trap) {
        wasm_message_t message;
        wasm_trap_message(trap, &message);
        fprintf(stderr, "bench/wasi: %s: %.*s\n", argv[1], (int)message.size, message.data);
        return 1;
    }
    printf("%s %.1f\n", argv[1], (after - before) / atof(argv[2]));

    wasm_func_delete(start);
    wasm_extern_vec_delete(&imports);
    wasm_instance_delete(instance);
    wasi_env_delete(env);
    wasm_module_delete(module);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
    return 0;
}
