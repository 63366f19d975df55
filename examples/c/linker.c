/* Links two modules by name: a program that imports a library, which imports a function of the host.
   Prints what is missing before that, and 42. */

#include <libwasmer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char library_text[] =
    "(module $library"
    "  (import \"host\" \"log\" (func $log (param i32)))"
    "  (func (export \"double\") (param i32) (result i32)"
    "    local.get 0"
    "    call $log"
    "    (i32.mul (local.get 0) (i32.const 2))))";

static const char program_text[] =
    "(module $program"
    "  (import \"library\" \"double\" (func $double (param i32) (result i32)))"
    "  (func (export \"run\") (result i32)"
    "    (call $double (i32.const 21))))";

/* The host's function: prints its argument. */
static libwasmer_error_t *log_number(void *env, const libwasmer_caller_t *caller,
                                     libwasmer_slot_t *slots, size_t count) {
    (void)caller;
    (void)count;
    printf("%s: %d\n", (const char *)env, (int)slots[0].i32);
    return NULL;
}

static libwasmer_error_t *error;

/* Ends the program if something went wrong. */
static void must(const char *doing, libwasmer_status_t status) {
    if (status == LIBWASMER_STATUS_OK) return;
    libwasmer_view_t message = libwasmer_error_message(error);
    fprintf(stderr, "%s: %.*s (status %u)\n", doing, (int)message.size, message.data,
            (unsigned)status);
    exit(EXIT_FAILURE);
}

int main(void) {
    static const uint8_t number[] = {LIBWASMER_VALUE_I32};
    static char name[] = "the library was asked for";
    libwasmer_engine_t *engine = NULL;
    libwasmer_module_t *library = NULL, *program = NULL;
    libwasmer_arena_t *arena = NULL;
    libwasmer_linker_t *linker = libwasmer_linker_new();
    libwasmer_handle_t instance, run;

    must("engine", libwasmer_engine_new(NULL, &engine, &error));
    must("library", libwasmer_module_new(engine, (const uint8_t *)library_text,
                                         strlen(library_text), &library, &error));
    must("program", libwasmer_module_new(engine, (const uint8_t *)program_text,
                                         strlen(program_text), &program, &error));
    must("arena", libwasmer_arena_new(engine, &arena, &error));

    /* A host function is defined once, for all arenas. */
    must("log", libwasmer_linker_define_func(linker, "host", 4, "log", 3, number, 1, NULL, 0,
                                             log_number, name, NULL, &error));

    /* What a module wants and nobody defined is named. */
    if (libwasmer_linker_instantiate(linker, arena, program, 0, &instance, &error) ==
        LIBWASMER_STATUS_LINK) {
        libwasmer_view_t message = libwasmer_error_message(error);
        printf("%.*s\n", (int)message.size, message.data);
        libwasmer_error_delete(error);
    }

    /* The exports of the one are the imports of the other. */
    must("library", libwasmer_linker_instantiate(linker, arena, library, 0, &instance, &error));
    must("names",
         libwasmer_linker_define_instance(linker, arena, "library", 7, instance, &error));
    must("program", libwasmer_linker_instantiate(linker, arena, program, 0, &instance, &error));

    libwasmer_slot_t slots[1];
    must("export", libwasmer_instance_export(arena, instance, "run", 3, NULL, &run, &error));
    must("call", libwasmer_func_call(arena, run, slots, 1, &error));
    printf("%d\n", (int)slots[0].i32);

    libwasmer_linker_delete(linker);
    libwasmer_arena_delete(arena);
    libwasmer_module_delete(program);
    libwasmer_module_delete(library);
    libwasmer_engine_delete(engine);
    return EXIT_SUCCESS;
}
