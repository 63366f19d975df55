/* A guest never ends: a deadline of 50 milliseconds ends it, the program sees where it was, and
   goes on. No thread and no signal is set up here; the library does that. */

#include <libwasmer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MILLISECONDS UINT64_C(1000000)

static const char text[] =
    "(module $game"
    "  (func $turn (export \"turn\") (param $number i32) (result i32)"
    "    (if (i32.eq (local.get $number) (i32.const 13))"
    "      (then (loop $for_ever (br $for_ever))))"
    "    (i32.mul (local.get $number) (local.get $number))))";

/* Prints what went wrong, if something did, and frees the error. */
static bool failed(const char *doing, libwasmer_status_t status, libwasmer_error_t *error) {
    if (status == LIBWASMER_STATUS_OK) return false;
    libwasmer_view_t message = libwasmer_error_message(error);
    fprintf(stderr, "%s: %.*s (status %u)\n", doing, (int)message.size, message.data,
            (unsigned)status);
    libwasmer_error_delete(error);
    return true;
}

/* Says by what the call was ended, and which functions of the guest were running. */
static void describe(libwasmer_status_t status, const libwasmer_error_t *error) {
    libwasmer_view_t message = libwasmer_error_message(error);
    printf("status %u%s: %.*s\n", (unsigned)status,
           status == LIBWASMER_STATUS_INTERRUPTED ? " (LIBWASMER_STATUS_INTERRUPTED)" : "",
           (int)message.size, message.data);
    for (size_t number = 0; number < libwasmer_error_frame_count(error); number++) {
        libwasmer_frame_t frame;
        if (!libwasmer_error_frame(error, number, &frame)) break;
        printf("  in function %.*s of module %.*s\n", (int)frame.function_name.size,
               frame.function_name.data, (int)frame.module_name.size, frame.module_name.data);
    }
}

/* One turn of the game, for which the guest has 50 milliseconds. */
static bool turn(const libwasmer_arena_t *arena, libwasmer_handle_t func,
                 const libwasmer_interrupt_t *interrupt, int32_t number) {
    libwasmer_error_t *error = NULL;
    libwasmer_slot_t slot;
    memset(&slot, 0, sizeof slot);
    slot.i32 = number;
    if (failed("deadline", libwasmer_interrupt_fire_after(interrupt, 50 * MILLISECONDS, &error),
               error)) return false;
    printf("turn %d\n", (int)number);
    libwasmer_status_t status = libwasmer_func_call(arena, func, &slot, 1, &error);
    if (status == LIBWASMER_STATUS_OK) {
        printf("  gives %d\n", (int)slot.i32);
    } else {
        describe(status, error);
        libwasmer_error_delete(error);
        error = NULL;
    }
    /* Forgets a deadline that has not come, and lets calls begin again after one that has. */
    return !failed("reset", libwasmer_interrupt_reset(interrupt, &error), error);
}

int main(void) {
    int outcome = EXIT_FAILURE;
    libwasmer_engine_t *engine = NULL;
    libwasmer_module_t *module = NULL;
    libwasmer_arena_t *arena = NULL;
    libwasmer_interrupt_t *interrupt = NULL;
    libwasmer_error_t *error = NULL;

    if (failed("engine", libwasmer_engine_new(NULL, &engine, &error), error)) goto end;
    if (failed("module",
               libwasmer_module_new(engine, (const uint8_t *)text, strlen(text), &module, &error),
               error)) goto end;
    if (failed("arena", libwasmer_arena_new(engine, &arena, &error), error)) goto end;

    libwasmer_handle_t instance, func;
    if (failed("instance", libwasmer_instance_new(arena, module, NULL, 0, 0, &instance, &error),
               error)) goto end;
    if (failed("export",
               libwasmer_instance_export(arena, instance, "turn", strlen("turn"), NULL, &func,
                                         &error),
               error)) goto end;

    /* From here on every call into the arena is under the interrupt. Any thread may fire it, too:
       libwasmer_interrupt_fire. */
    if (failed("interrupt", libwasmer_interrupt_new(&interrupt, &error), error) ||
        failed("interrupt", libwasmer_arena_set_interrupt(arena, interrupt, &error), error)) {
        goto end;
    }

    if (turn(arena, func, interrupt, 12) && turn(arena, func, interrupt, 13) &&
        turn(arena, func, interrupt, 14)) {
        outcome = EXIT_SUCCESS;
    }

end:
    libwasmer_interrupt_delete(interrupt);
    libwasmer_arena_delete(arena);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
    return outcome;
}
