/* A guest divides by zero: this program shows what the error knows, and goes on. */

#include <libwasmer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The names of the module and of its functions come back with the error. */
static const char text[] =
    "(module $shop"
    "  (func $divide (param i32 i32) (result i32)"
    "    local.get 0"
    "    local.get 1"
    "    i32.div_s)"
    "  (func $average (export \"average\") (param $total i32) (param $count i32) (result i32)"
    "    local.get $total"
    "    local.get $count"
    "    call $divide"
    "    i32.const 0"
    "    i32.add))";

static void print_view(const char *label, libwasmer_view_t view) {
    printf("%s%.*s\n", label, (int)view.size, view.data);
}

static void describe(libwasmer_status_t status, const libwasmer_error_t *error) {
    libwasmer_trap_t trap = libwasmer_error_trap(error);
    printf("status: %u%s\n", (unsigned)status,
           status == LIBWASMER_STATUS_TRAP ? " (LIBWASMER_STATUS_TRAP)" : "");
    printf("trap code: %d%s\n", (int)trap,
           trap == LIBWASMER_TRAP_INTEGER_DIVISION_BY_ZERO
               ? " (LIBWASMER_TRAP_INTEGER_DIVISION_BY_ZERO)"
               : "");
    print_view("message: ", libwasmer_error_message(error));

    for (size_t number = 0; number < libwasmer_error_frame_count(error); number++) {
        libwasmer_frame_t frame;
        if (!libwasmer_error_frame(error, number, &frame)) break;
        printf("frame %zu: function %u, offset %u, in the module offset %u\n", number,
               (unsigned)frame.function_index, (unsigned)frame.function_offset,
               (unsigned)frame.module_offset);
        print_view("  function: ", frame.function_name);
        print_view("  module: ", frame.module_name);
    }
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

    libwasmer_handle_t instance, average;
    if (failed("instance", libwasmer_instance_new(arena, module, NULL, 0, 0, &instance, &error),
               error)) goto end;
    if (failed("export",
               libwasmer_instance_export(arena, instance, "average", strlen("average"), NULL,
                                         &average, &error),
               error)) goto end;

    puts("average of 10 over 0");
    libwasmer_slot_t slots[2] = {{.i32 = 10}, {.i32 = 0}};
    libwasmer_status_t status = libwasmer_func_call(arena, average, slots, 2, &error);
    if (status == LIBWASMER_STATUS_OK) {
        fprintf(stderr, "a division by zero went well\n");
        goto end;
    }
    describe(status, error);
    libwasmer_error_delete(error);

    /* A trap ends the call and nothing else. After it the slots hold anything. */
    puts("average of 10 over 5");
    slots[0].i32 = 10;
    slots[1].i32 = 5;
    if (failed("call", libwasmer_func_call(arena, average, slots, 2, &error), error)) goto end;
    printf("%d\n", (int)slots[0].i32);
    outcome = EXIT_SUCCESS;

end:
    libwasmer_arena_delete(arena);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
    return outcome;
}
