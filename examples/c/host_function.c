/* A guest calls a function of this program: it reads a string from the guest's memory, prints it
   and returns its length. */

#include <libwasmer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char text[] =
    "(module"
    "  (import \"host\" \"print\" (func $print (param i32 i32) (result i32)))"
    "  (memory (export \"memory\") 1)"
    "  (data (i32.const 16) \"Hello from WebAssembly\")"
    "  (func (export \"run\") (result i32)"
    "    i32.const 16"
    "    i32.const 22"
    "    call $print))";

/* What the host function works with. */
typedef struct {
    const char *prefix;
    unsigned calls;
} printer_t;

static libwasmer_error_t *host_error(const char *message) {
    return libwasmer_error_new(LIBWASMER_STATUS_HOST, message, strlen(message), 0);
}

/* print(address, length) -> length */
static libwasmer_error_t *print(void *env, const libwasmer_caller_t *caller,
                                libwasmer_slot_t *slots, size_t count) {
    printer_t *printer = env;
    (void)count;
    uint32_t address = (uint32_t)slots[0].i32;
    uint32_t length = (uint32_t)slots[1].i32;

    /* The guest chose these numbers: nothing about them can be taken for granted. */
    char string[256];
    if (length > sizeof string) return host_error("print: the string is too long");

    libwasmer_error_t *error = NULL;
    libwasmer_handle_t memory;
    if (libwasmer_instance_export(caller->arena, caller->instance, "memory", strlen("memory"), NULL,
                                  &memory, &error) != LIBWASMER_STATUS_OK) {
        return error;
    }
    if (libwasmer_memory_read(caller->arena, memory, address, (uint8_t *)string, length, &error) !=
        LIBWASMER_STATUS_OK) {
        return error;
    }

    printer->calls += 1;
    printf("%s%.*s\n", printer->prefix, (int)length, string);
    slots[0].i32 = (int32_t)length;
    return NULL;
}

/* Called once, when the arena is freed. */
static void finish(void *env) {
    printer_t *printer = env;
    printf("print was called %u time(s)\n", printer->calls);
    free(printer);
}

/* Prints what went wrong, if something did, and frees the error. */
static bool failed(const char *doing, libwasmer_status_t status, libwasmer_error_t *error) {
    if (status == LIBWASMER_STATUS_OK) return false;
    libwasmer_view_t message = libwasmer_error_message(error);
    fprintf(stderr, "%s: %.*s (status %u)\n", doing, (int)message.size, message.data,
            (unsigned)status);
    libwasmer_error_delete(error);
    return true;
}

int main(void) {
    int outcome = EXIT_FAILURE;
    libwasmer_engine_t *engine = NULL;
    libwasmer_module_t *module = NULL;
    libwasmer_arena_t *arena = NULL;
    libwasmer_error_t *error = NULL;

    if (failed("engine", libwasmer_engine_new(NULL, &engine, &error), error)) goto end;
    if (failed("module",
               libwasmer_module_new(engine, (const uint8_t *)text, strlen(text), &module, &error),
               error)) goto end;
    if (failed("arena", libwasmer_arena_new(engine, &arena, &error), error)) goto end;

    printer_t *printer = malloc(sizeof *printer);
    if (!printer) goto end;
    *printer = (printer_t){.prefix = "guest says: ", .calls = 0};

    /* From here on the printer is the arena's, which gives it to `finish`, also if this fails. */
    const uint8_t params[] = {LIBWASMER_VALUE_I32, LIBWASMER_VALUE_I32};
    const uint8_t results[] = {LIBWASMER_VALUE_I32};
    libwasmer_handle_t function;
    if (failed("host function",
               libwasmer_func_new(arena, params, 2, results, 1, print, printer, finish, &function,
                                  &error),
               error)) goto end;

    /* One handle for each import, in the order of the module. */
    libwasmer_handle_t instance, run;
    if (failed("instance",
               libwasmer_instance_new(arena, module, &function, 1, 0, &instance, &error),
               error)) goto end;
    if (failed("export",
               libwasmer_instance_export(arena, instance, "run", strlen("run"), NULL, &run, &error),
               error)) goto end;

    libwasmer_slot_t slot;
    if (failed("call", libwasmer_func_call(arena, run, &slot, 1, &error), error)) goto end;
    printf("run returned %d\n", (int)slot.i32);
    outcome = EXIT_SUCCESS;

end:
    libwasmer_arena_delete(arena);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
    return outcome;
}
