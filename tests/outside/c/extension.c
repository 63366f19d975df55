/*
 * A program outside of this repository that uses libwasmer.h. Prints 42, which library it has, and
 * which compilers that was built with. It is C11 and C++17, so designated initializers are out.
 *
 * FROM_FOLDER is defined to include the header as <wasmer/libwasmer.h>.
 */

#ifdef FROM_FOLDER
#include <wasmer/libwasmer.h>
#else
#include <libwasmer.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char text[] =
    "(module (func (export \"sum\") (param i32 i32) (result i32)"
    "  local.get 0 local.get 1 i32.add))";

static libwasmer_error_t *error;

/* The status of a step; what went wrong is told and freed. */
static bool right(const char *step, libwasmer_status_t status) {
    if (status == LIBWASMER_STATUS_OK) return true;
    libwasmer_view_t message = libwasmer_error_message(error);
    fprintf(stderr, "%s: %.*s\n", step, (int)message.size, (const char *)message.data);
    libwasmer_error_delete(error);
    return false;
}

static bool add(const libwasmer_engine_t *engine, const libwasmer_module_t *module,
                const libwasmer_arena_t *arena) {
    libwasmer_handle_t instance, sum;
    libwasmer_slot_t slots[2];
    memset(slots, 0, sizeof slots);
    slots[0].i32 = 5;
    slots[1].i32 = 37;
    if (!engine || !module || !arena ||
        !right("instance",
               libwasmer_instance_new(arena, module, NULL, 0, 0, &instance, &error)) ||
        !right("export",
               libwasmer_instance_export(arena, instance, "sum", 3, NULL, &sum, &error)) ||
        !right("call", libwasmer_func_call(arena, sum, slots, 2, &error))) return false;
    printf("%d\n", (int)slots[0].i32);
    return true;
}

int main(void) {
    if (libwasmer_abi_version() != LIBWASMER_ABI_VERSION) {
        fprintf(stderr, "the header is for ABI %u, the library has %u\n",
                (unsigned)LIBWASMER_ABI_VERSION, (unsigned)libwasmer_abi_version());
        return EXIT_FAILURE;
    }
    libwasmer_engine_t *engine = NULL;
    libwasmer_module_t *module = NULL;
    libwasmer_arena_t *arena = NULL;
    bool added =
        right("engine", libwasmer_engine_new(NULL, &engine, &error)) &&
        right("module", libwasmer_module_new(engine, (const uint8_t *)text, strlen(text), &module,
                                             &error)) &&
        right("arena", libwasmer_arena_new(engine, &arena, &error)) && add(engine, module, arena);
    if (added) {
        printf("%s\n", libwasmer_version());
        if (libwasmer_compiler_is_available(LIBWASMER_COMPILER_CRANELIFT)) printf("cranelift\n");
        if (libwasmer_compiler_is_available(LIBWASMER_COMPILER_LLVM)) printf("llvm\n");
        if (libwasmer_compiler_is_available(LIBWASMER_COMPILER_SINGLEPASS)) printf("singlepass\n");
    }
    libwasmer_arena_delete(arena);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
    return added ? EXIT_SUCCESS : EXIT_FAILURE;
}
