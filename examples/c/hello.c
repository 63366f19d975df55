/* Prints 42: compiles a module that is given as text, and calls its function `sum`. */

#include <libwasmer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char text[] =
    "(module"
    "  (func (export \"sum\") (param i32 i32) (result i32)"
    "    local.get 0"
    "    local.get 1"
    "    i32.add))";

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
    if (libwasmer_abi_version() != LIBWASMER_ABI_VERSION) {
        fprintf(stderr, "this program and the library do not fit: ABI %u and %u\n",
                (unsigned)LIBWASMER_ABI_VERSION, (unsigned)libwasmer_abi_version());
        return EXIT_FAILURE;
    }

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

    /* Handles need no delete: what they name is freed with the arena. */
    libwasmer_handle_t instance, sum;
    if (failed("instance", libwasmer_instance_new(arena, module, NULL, 0, 0, &instance, &error),
               error)) goto end;
    if (failed("export",
               libwasmer_instance_export(arena, instance, "sum", strlen("sum"), NULL, &sum, &error),
               error)) goto end;

    /* Arguments go in and results come out in the same slots. */
    libwasmer_slot_t slots[2] = {{.i32 = 5}, {.i32 = 37}};
    if (failed("call", libwasmer_func_call(arena, sum, slots, 2, &error), error)) goto end;
    printf("%d\n", (int)slots[0].i32);
    outcome = EXIT_SUCCESS;

end:
    libwasmer_arena_delete(arena);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
    return outcome;
}
