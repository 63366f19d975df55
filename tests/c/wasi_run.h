/* Running the guest of wasi.h through libwasmer.h. */

#ifndef WASI_RUN_H
#define WASI_RUN_H

#include "check.h"
#include "wasi.h"

static libwasmer_engine_t *engine;
static unsigned finalized;

static void count_finalized(void *env) {
    (void)env;
    finalized++;
}

static libwasmer_error_t *add_hundred(void *env, const libwasmer_caller_t *caller,
                                      libwasmer_slot_t *slots, size_t count) {
    (void)env, (void)caller, (void)count;
    slots[0].i32 += 100;
    return NULL;
}

static libwasmer_wasi_t *new_wasi(const libwasmer_wasi_config_t *config) {
    libwasmer_wasi_t *wasi = NULL;
    NEED(libwasmer_wasi_new(config, &wasi, &error));
    return wasi;
}

/* Runs the guest of wasi.h. */
static libwasmer_status_t run_echo(const libwasmer_wasi_t *wasi, uint32_t *code) {
    libwasmer_module_t *module = new_module(engine, ECHO_WAT);
    CHECK(libwasmer_module_wasi_version(module) == LIBWASMER_WASIVERSION_PREVIEW1, "newest");
    libwasmer_arena_t *arena = new_arena(engine);
    uint8_t kind = LIBWASMER_VALUE_I32;
    libwasmer_handle_t note = 0, imports[8] = {0};
    NEED(libwasmer_func_new(arena, &kind, 1, &kind, 1, add_hundred, NULL, NULL, &note, &error));
    imports[1] = note;
    STATUS(INVALID_ARGUMENT, libwasmer_wasi_imports(arena, wasi, module, imports, 7, &error));
    NEED(libwasmer_wasi_imports(arena, wasi, module, imports, 8, &error));
    CHECK(imports[1] == note, "the host's import is left as it is");
    libwasmer_handle_t instance = new_instance(arena, module, imports, 8);
    libwasmer_status_t status = libwasmer_wasi_start(arena, instance, 0, code, &error);
    libwasmer_module_delete(module);
    libwasmer_arena_delete(arena);
    return status;
}

static void set_strings(libwasmer_wasi_config_t *config) {
    OK(libwasmer_wasi_config_add_argument(config, (const uint8_t *)"echo", 4, &error));
    OK(libwasmer_wasi_config_add_argument(config, (const uint8_t *)"\xff", 1, &error));
    OK(libwasmer_wasi_config_add_variable(config, (const uint8_t *)"A", 1,
                                          (const uint8_t *)"1", 1, &error));
    STATUS(INVALID_ARGUMENT, libwasmer_wasi_config_add_variable(config, (const uint8_t *)"A=", 2,
                                                                NULL, 0, &error));
    STATUS(INVALID_ARGUMENT,
           libwasmer_wasi_config_add_argument(config, (const uint8_t *)"a\0b", 3, &error));
}

#endif
