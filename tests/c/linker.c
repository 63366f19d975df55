/* The linker: names of modules and in them, host functions for any arena, what is said of what is
   missing, and who keeps what. */

#include "check.h"

static unsigned finalized;
static void finalizer(void *env) {
    (void)env;
    finalized++;
}

/* Adds the number that its environment points to. */
static libwasmer_error_t *add(void *env, const libwasmer_caller_t *caller, libwasmer_slot_t *slots,
                              size_t count) {
    CHECK(caller->arena != NULL && count == 1, "%zu", count);
    slots[0].i32 += *(int *)env;
    return NULL;
}

static const uint8_t i32[1] = {LIBWASMER_VALUE_I32};
static int five = 5, seven = 7;

static libwasmer_status_t define_add(libwasmer_linker_t *linker, const char *name, int *number) {
    return libwasmer_linker_define_func(linker, "host", 4, name, strlen(name), i32, 1, i32, 1, add,
                                        number, finalizer, &error);
}

static int32_t call_f(const libwasmer_arena_t *arena, libwasmer_handle_t instance, int32_t with) {
    libwasmer_slot_t slots[1] = {{.i32 = with}};
    OK(libwasmer_func_call(arena, export_of(arena, instance, "f"), slots, 1, &error));
    return slots[0].i32;
}

#define LIBRARY                                                                              \
    "(module (import \"host\" \"add\" (func $add (param i32) (result i32)))"                 \
    "(memory (export \"memory\") 1) (global (export \"count\") (mut i32) (i32.const 0))"     \
    "(table (export \"table\") 2 funcref)"                                                   \
    "(func (export \"twice\") (param i32) (result i32) (call $add (call $add (local.get 0)))))"
#define PROGRAM                                                                              \
    "(module (import \"library\" \"twice\" (func $twice (param i32) (result i32)))"          \
    "(import \"library\" \"memory\" (memory 1)) (import \"library\" \"table\" (table 1 funcref))" \
    "(import \"library\" \"count\" (global $count (mut i32)))"                               \
    "(func (export \"f\") (param i32) (result i32)"                                          \
    "  (global.set $count (i32.add (global.get $count) (i32.const 1)))"                      \
    "  (i32.add (call $twice (local.get 0)) (global.get $count))))"

static void programs_of_two_modules(libwasmer_compiler_t compiler) {
    libwasmer_engine_t *engine = new_engine(compiler);
    libwasmer_module_t *library = new_module(engine, LIBRARY), *program = new_module(engine, PROGRAM);
    libwasmer_linker_t *linker = libwasmer_linker_new();
    finalized = 0;
    OK(define_add(linker, "add", &five));
    /* In one arena after the other: host functions serve all, objects the one that they are of. */
    for (int round = 0; round < 3; round++) {
        libwasmer_arena_t *arena = new_arena(engine);
        libwasmer_handle_t one = 0, two = 0, twice = 0;
        OK(libwasmer_linker_instantiate(linker, arena, library, 0, &one, &error));
        if (round > 0) {
            /* It still names what was in the arena before. */
            SAYS(LINK, libwasmer_linker_instantiate(linker, arena, program, 0, &two, &error),
                 "\"library\".\"twice\"", "\"library\".\"memory\"", "another arena");
            STATUS(HANDLE, libwasmer_linker_get(linker, arena, "library", 7, "twice", 5, &twice, &error));
            SAYS(INVALID_ARGUMENT,
                 libwasmer_linker_define_instance(linker, arena, "library", 7, one, &error),
                 "\"library\"", "defined already");
            OK(libwasmer_linker_allow_shadowing(linker, true, &error));
        }
        OK(libwasmer_linker_define_instance(linker, arena, "library", 7, one, &error));
        OK(libwasmer_linker_allow_shadowing(linker, false, &error));
        OK(libwasmer_linker_instantiate(linker, arena, program, 0, &two, &error));
        CHECK(call_f(arena, two, 30) == 41, "round %d", round);
        CHECK(call_f(arena, two, 30) == 42, "round %d", round);
        OK(libwasmer_linker_get(linker, arena, "library", 7, "twice", 5, &twice, &error));
        CHECK(twice == export_of(arena, one, "twice"), "another object");
        libwasmer_arena_delete(arena);
    }
    CHECK(finalized == 0, "%u", finalized);
    libwasmer_linker_delete(linker);
    CHECK(finalized == 1, "%u", finalized);
    libwasmer_module_delete(library);
    libwasmer_module_delete(program);
    libwasmer_engine_delete(engine);
}

/* Instances keep the host functions that they import, whatever becomes of the linker. */
static void who_keeps_what(void) {
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_module_t *module = new_module(
        engine, "(module (import \"host\" \"add\" (func $a (param i32) (result i32)))"
                "(func (export \"f\") (param i32) (result i32) (call $a (local.get 0))))");
    libwasmer_linker_t *linker = libwasmer_linker_new();
    libwasmer_handle_t old = 0, new = 0, same = 0, again = 0;
    finalized = 0;
    OK(define_add(linker, "add", &five));
    OK(define_add(linker, "unused", &five));
    OK(libwasmer_linker_instantiate(linker, arena, module, 0, &old, &error));
    STATUS(INVALID_ARGUMENT, define_add(linker, "add", &seven));
    CHECK(finalized == 1, "of what was not defined: %u", finalized);
    OK(libwasmer_linker_allow_shadowing(linker, true, &error));
    OK(define_add(linker, "add", &seven));
    OK(define_add(linker, "unused", &seven));
    CHECK(finalized == 2, "of what nobody imports: %u", finalized);
    OK(libwasmer_linker_instantiate(linker, arena, module, 0, &new, &error));
    /* One function in one arena, however often it is asked for. */
    OK(libwasmer_linker_get(linker, arena, "host", 4, "add", 3, &same, &error));
    OK(libwasmer_linker_get(linker, arena, "host", 4, "add", 3, &again, &error));
    CHECK(same != 0 && same == again, "two functions");
    libwasmer_linker_delete(linker);
    CHECK(finalized == 3, "%u", finalized);
    CHECK(call_f(arena, old, 30) == 35 && call_f(arena, new, 30) == 37, "the wrong functions");
    libwasmer_arena_delete(arena);
    CHECK(finalized == 5, "%u", finalized);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
}

static void what_is_wrong_is_named(void) {
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    libwasmer_arena_t *arena = new_arena(engine), *other = new_arena(engine);
    libwasmer_module_t *module = new_module(
        engine, "(module (import \"a\" \"missing\" (func (param i64))) (import \"a\" \"m\" (memory 1))"
                "(import \"host\" \"add\" (func)) (import \"b\" \"\" (global i32)))");
    libwasmer_linker_t *linker = libwasmer_linker_new();
    libwasmer_handle_t memory = 0, instance = 0, found = 0;
    OK(define_add(linker, "add", &five));
    OK(libwasmer_memory_new(arena, 1, false, 0, false, &memory, &error));
    OK(libwasmer_linker_define(linker, "a", 1, "m", 1, memory, &error));
    SAYS(LINK, libwasmer_linker_instantiate(linker, arena, module, 0, &instance, &error),
         "\"a\".\"missing\"", "i64", "missing", "\"host\".\"add\"", "i32", "\"b\".\"\"");
    SAYS(NOT_FOUND, libwasmer_linker_get(linker, arena, "a", 1, "none", 4, &found, &error), "none");
    STATUS(HANDLE, libwasmer_linker_get(linker, other, "a", 1, "m", 1, &found, &error));
    STATUS(HANDLE, libwasmer_linker_define(linker, "a", 1, "n", 1, 0, &error));
    STATUS(HANDLE, libwasmer_linker_define_instance(linker, arena, "c", 1, memory, &error));
    STATUS(INVALID_UTF8, libwasmer_linker_define(linker, "\xff", 1, "n", 1, memory, &error));
    libwasmer_arena_close(arena);
    STATUS(CLOSED, libwasmer_linker_get(linker, arena, "a", 1, "m", 1, &found, &error));
    libwasmer_arena_delete(arena);
    SAYS(LINK, libwasmer_linker_instantiate(linker, other, module, 0, &instance, &error), "\"a\".\"m\"");
    libwasmer_linker_delete(linker);
    libwasmer_arena_delete(other);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
}

static void under_an_interrupt(void) {
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_module_t *module =
        new_module(engine, "(module (func $f (loop $l br $l)) (start $f))");
    libwasmer_linker_t *linker = libwasmer_linker_new();
    libwasmer_interrupt_t *interrupt = NULL;
    libwasmer_handle_t instance = 0;
    NEED(libwasmer_interrupt_new(&interrupt, &error));
    OK(libwasmer_interrupt_fire_after(interrupt, 20000000, &error));
    STATUS(INTERRUPTED, libwasmer_linker_instantiate_under(linker, arena, module, 0, interrupt,
                                                           &instance, &error));
    libwasmer_interrupt_delete(interrupt);
    libwasmer_linker_delete(linker);
    libwasmer_arena_delete(arena);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
}

int main(void) {
    programs_of_two_modules(LIBWASMER_COMPILER_CRANELIFT);
    programs_of_two_modules(LIBWASMER_COMPILER_SINGLEPASS);
    who_keeps_what();
    what_is_wrong_is_named();
    under_an_interrupt();
    CHECK(libwasmer_live_objects() == 0, "%zu objects are left", libwasmer_live_objects());
    return finish("linker");
}
