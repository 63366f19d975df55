/* What the C tests share: checks that are counted, and short ways to the usual objects. */

#ifndef CHECK_H
#define CHECK_H

#include <inttypes.h>
#include <libwasmer.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned passed_checks, failed_checks;

/* Counts a check, and tells of one that failed. Gives the condition back. */
#define CHECK(condition, ...) check_((condition), __FILE__, __LINE__, #condition, __VA_ARGS__)

#if defined(__GNUC__)
__attribute__((format(printf, 5, 6)))
#endif
static bool check_(bool condition, const char *file, int line, const char *text,
                   const char *format, ...) {
    if (condition) {
        passed_checks++;
        return true;
    }
    failed_checks++;
    va_list arguments;
    va_start(arguments, format);
    printf("%s:%d: %s: ", file, line, text);
    vprintf(format, arguments);
    printf("\n");
    fflush(stdout);
    va_end(arguments);
    return false;
}

/* The last line of a test, and its exit code. scripts/test-c reads both. */
static int finish(const char *name) {
    printf("%s: %u passed, %u failed\n", name, passed_checks, failed_checks);
    return failed_checks == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* The error of the call that is being checked. */
static libwasmer_error_t *error;

static const char *message_of(const libwasmer_error_t *failure) {
    static char text[1024];
    libwasmer_view_t view = libwasmer_error_message(failure);
    size_t size = view.size < sizeof text - 1 ? view.size : sizeof text - 1;
    memcpy(text, view.data, size);
    text[size] = '\0';
    return text;
}

/* Checks that a call gave a status, and that its error object agrees; then frees that. */
static bool status_(libwasmer_status_t expected, libwasmer_status_t found, int line,
                    const char *file, const char *text) {
    bool right = check_(found == expected, file, line, text, "status %u expected, %u found: %s",
                        (unsigned)expected, (unsigned)found, message_of(error));
    right &= check_(libwasmer_error_status(error) == found, file, line, text,
                    "the error's status is %u", (unsigned)libwasmer_error_status(error));
    right &= check_((error != NULL) == (found != LIBWASMER_STATUS_OK), file, line, text,
                    "an error object if and only if it failed");
    libwasmer_error_delete(error);
    error = NULL;
    return right;
}

/* The call must pass `&error`. */
#define STATUS(expected, call) \
    status_(LIBWASMER_STATUS_##expected, (call), __LINE__, __FILE__, #call)
#define OK(call) STATUS(OK, call)

/* Checks that a call gave a status and that the message of its error holds all of the words, which
   end with NULL; then frees the error. */
static inline void says_(libwasmer_status_t expected, libwasmer_status_t found, int line,
                         const char *file, const char *const *words) {
    check_(found == expected, file, line, "status", "%u expected, %u found: %s",
           (unsigned)expected, (unsigned)found, message_of(error));
    for (; *words; words++) {
        check_(strstr(message_of(error), *words) != NULL, file, line, "message",
               "%s is missing in: %s", *words, message_of(error));
    }
    libwasmer_error_delete(error);
    error = NULL;
}
#define SAYS(expected, call, ...)                                  \
    says_(LIBWASMER_STATUS_##expected, (call), __LINE__, __FILE__, \
          (const char *const[]){__VA_ARGS__, NULL})

/* For what a test cannot go on without. */
#define NEED(call)                               \
    do {                                         \
        if (!OK(call)) exit(finish(__FILE__)); \
    } while (0)

static inline libwasmer_engine_t *new_engine(libwasmer_compiler_t compiler) {
    libwasmer_config_t *config = libwasmer_config_new();
    libwasmer_engine_t *engine = NULL;
    NEED(libwasmer_config_set_compiler(config, compiler, &error));
    NEED(libwasmer_engine_new(config, &engine, &error));
    libwasmer_config_delete(config);
    return engine;
}

static inline libwasmer_module_t *new_module(const libwasmer_engine_t *engine, const char *wat) {
    libwasmer_module_t *module = NULL;
    NEED(libwasmer_module_new(engine, (const uint8_t *)wat, strlen(wat), &module, &error));
    return module;
}

static inline libwasmer_arena_t *new_arena(const libwasmer_engine_t *engine) {
    libwasmer_arena_t *arena = NULL;
    NEED(libwasmer_arena_new(engine, &arena, &error));
    return arena;
}

static inline libwasmer_handle_t new_instance(const libwasmer_arena_t *arena,
                                              const libwasmer_module_t *module,
                                              const libwasmer_handle_t *imports, size_t count) {
    libwasmer_handle_t instance = 0;
    NEED(libwasmer_instance_new(arena, module, imports, count, 0, &instance, &error));
    return instance;
}

/* Compiles and instantiates text without keeping the module. */
static inline libwasmer_handle_t instance_of(const libwasmer_engine_t *engine,
                                             const libwasmer_arena_t *arena, const char *wat) {
    libwasmer_module_t *module = new_module(engine, wat);
    libwasmer_handle_t instance = new_instance(arena, module, NULL, 0);
    libwasmer_module_delete(module);
    return instance;
}

static inline libwasmer_handle_t export_of(const libwasmer_arena_t *arena,
                                           libwasmer_handle_t instance, const char *name) {
    libwasmer_handle_t handle = 0;
    NEED(libwasmer_instance_export(arena, instance, name, strlen(name), NULL, &handle, &error));
    return handle;
}

#define SUM_WAT                                                     \
    "(module (func (export \"sum\") (param i32 i32) (result i32)\n" \
    "  local.get 0 local.get 1 i32.add))"

#endif
