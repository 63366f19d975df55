/* The size of guests' stacks is one for the process, set before the first arena. */

#include "check.h"

enum { EIGHT = 8 * LIBWASMER_LIMIT_STACK_BYTES };

/* Each frame makes a library call, which needs the room that is kept for it. */
static const char recursing[] =
    "(module (global $depth (export \"depth\") (mut i32) (i32.const 0)) (memory 1)"
    "  (func $f (export \"f\") (param i32) (result i32)"
    "    (global.set $depth (i32.add (global.get $depth) (i32.const 1)))"
    "    (drop (memory.grow (i32.const 0)))"
    "    (i32.add (call $f (local.get 0)) (local.get 0))))";

static void overflow(libwasmer_compiler_t compiler) {
    libwasmer_engine_t *engine = new_engine(compiler);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_handle_t instance = instance_of(engine, arena, recursing);
    libwasmer_handle_t depth = export_of(arena, instance, "depth");
    libwasmer_handle_t f = export_of(arena, instance, "f");
    const uint64_t zero[2] = {0, 0};
    for (int round = 0; round < 3; round++) {
        libwasmer_slot_t slot = {.i32 = 1};
        OK(libwasmer_global_set(arena, depth, zero, &error));
        libwasmer_status_t status = libwasmer_func_call(arena, f, &slot, 1, &error);
        CHECK(libwasmer_error_trap(error) == LIBWASMER_TRAP_STACK_OVERFLOW, "%s",
              message_of(error));
        STATUS(TRAP, status);
        /* A frame takes 32 bytes or more, and less than 128. */
        uint64_t frames[2] = {0, 0};
        OK(libwasmer_global_get(arena, depth, frames, &error));
        CHECK(frames[0] > EIGHT / 128 && frames[0] <= EIGHT / 32, "compiler %u: %" PRIu64 " deep",
              (unsigned)compiler, frames[0]);
    }
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);
}

int main(void) {
    const uint64_t wrong[] = {0, 65535, 64 * 1024 * 1024 + 1, UINT64_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        SAYS(INVALID_ARGUMENT, libwasmer_set_stack_bytes(wrong[i], &error), "bytes asked for",
             "from 65536 to 67108864");
    }
    /* Neither an engine nor a module is too early. */
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    libwasmer_module_t *module = new_module(engine, recursing);
    /* Rounded up. Once more is no mistake. */
    OK(libwasmer_set_stack_bytes(EIGHT - 65535, &error));
    OK(libwasmer_set_stack_bytes(EIGHT, &error));
    SAYS(INVALID_ARGUMENT, libwasmer_set_stack_bytes(LIBWASMER_LIMIT_STACK_BYTES, &error),
         "it is 8388608 bytes");
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);

    /* An engine of its own number. */
    libwasmer_config_t *config = libwasmer_config_new();
    SAYS(INVALID_ARGUMENT, libwasmer_config_set_stack_bytes(config, EIGHT + 1, &error),
         "guests of this process have 8388608 at most");
    SAYS(INVALID_ARGUMENT, libwasmer_config_set_stack_bytes(config, 65535, &error),
         "from 65536 to");
    OK(libwasmer_config_set_stack_bytes(config, 65536, &error));
    libwasmer_config_delete(config);

    overflow(LIBWASMER_COMPILER_CRANELIFT);
    overflow(LIBWASMER_COMPILER_SINGLEPASS);
    OK(libwasmer_set_stack_bytes(EIGHT, &error));
    SAYS(INVALID_ARGUMENT, libwasmer_set_stack_bytes(2 * EIGHT, &error), "since the first arena");
    CHECK(libwasmer_live_objects() == 0, "%zu objects left", libwasmer_live_objects());
    return finish("stack_size");
}
