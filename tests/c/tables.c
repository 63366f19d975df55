/* A table of equal limits that the host and two modules write to, and memories that reserve few
   addresses. */

#include "check.h"

static const libwasmer_compiler_t compilers[] = {LIBWASMER_COMPILER_CRANELIFT,
                                                 LIBWASMER_COMPILER_SINGLEPASS};
enum { COMPILERS = sizeof compilers / sizeof compilers[0] };

#define OWNER                                                                                  \
    "(module (type $v (func (result i32))) (table (export \"t\") 4 4 funcref)"                 \
    "  (elem (i32.const 0) $one $one $one $one) (func $one (result i32) (i32.const 1))"        \
    "  (func (export \"three\") (result i32) (i32.const 3))"                                   \
    "  (func (export \"call\") (param i32) (result i32) (call_indirect (type $v) (local.get 0))))"
#define WRITER                                                                                 \
    "(module (type $v (func (result i32))) (import \"\" \"t\" (table 4 4 funcref))"            \
    "  (elem (i32.const 3) $two) (func $two (result i32) (i32.const 2))"                       \
    "  (func (export \"set\") (param i32) (table.set 0 (local.get 0) (ref.func $two)))"        \
    "  (func (export \"clear\") (param i32) (table.set 0 (local.get 0) (ref.null func)))"      \
    "  (func (export \"call\") (param i32) (result i32) (call_indirect (type $v) (local.get 0))))"

typedef struct {
    const libwasmer_arena_t *arena;
    libwasmer_handle_t owner, writer;
} shared_t;

static libwasmer_status_t call(const shared_t *shared, libwasmer_handle_t instance,
                               const char *name, libwasmer_slot_t *slot) {
    return libwasmer_func_call(shared->arena, export_of(shared->arena, instance, name), slot, 1,
                               &error);
}

/* Both must call a function that gives `expected` at an index, or trap for 0. */
static void sees_(const shared_t *shared, int32_t index, int32_t expected, int line) {
    const libwasmer_handle_t instances[] = {shared->owner, shared->writer};
    for (int who = 0; who < 2; who++) {
        libwasmer_slot_t slot = {.i32 = index};
        if (expected == 0) {
            STATUS(TRAP, call(shared, instances[who], "call", &slot));
            continue;
        }
        OK(call(shared, instances[who], "call", &slot));
        check_(slot.i32 == expected, __FILE__, line, "call", "by %d at %d: %d, not %d", who,
               (int)index, (int)slot.i32, (int)expected);
    }
}
#define SEES(index, expected) sees_(&shared, index, expected, __LINE__)

static void writes_reach_everybody(libwasmer_compiler_t compiler) {
    libwasmer_engine_t *engine = new_engine(compiler);
    libwasmer_arena_t *arena = new_arena(engine);
    shared_t shared = {.arena = arena, .owner = instance_of(engine, arena, OWNER)};
    libwasmer_handle_t table = export_of(arena, shared.owner, "t");
    libwasmer_module_t *writer = new_module(engine, WRITER);
    NEED(libwasmer_instance_new(arena, writer, &table, 1, 0, &shared.writer, &error));
    libwasmer_module_delete(writer);
    SEES(0, 1);
    SEES(3, 2);
    libwasmer_slot_t slot = {.i32 = 1};
    OK(call(&shared, shared.writer, "set", &slot));
    SEES(1, 2);
    slot.i32 = 0;
    OK(call(&shared, shared.writer, "clear", &slot));
    SEES(0, 0);
    OK(libwasmer_table_set(arena, table, 2, export_of(arena, shared.owner, "three"), &error));
    SEES(2, 3);
    OK(libwasmer_table_set(arena, table, 2, 0, &error));
    SEES(2, 0);
    STATUS(LIMIT, libwasmer_table_grow(arena, table, 1, 0, NULL, &error));
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);
}

static void memories_reserve_what_is_said(libwasmer_compiler_t compiler) {
    libwasmer_config_t *config = libwasmer_config_new();
    libwasmer_engine_t *engine = NULL;
    OK(libwasmer_config_set_compiler(config, compiler, &error));
    SAYS(INVALID_ARGUMENT,
         libwasmer_config_set_memory_reservation(config, (1ull << 32) + 1, &error),
         "4294967297 bytes asked for", "4294967296");
    OK(libwasmer_config_set_memory_reservation(config, 100000, &error));
    NEED(libwasmer_engine_new(config, &engine, &error));
    libwasmer_config_delete(config);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_handle_t instance =
        instance_of(engine, arena,
                    "(module (memory (export \"m\") 1)"
                    "  (func (export \"load\") (param i32) (result i32) (i32.load (local.get 0))))");
    libwasmer_handle_t memory = export_of(arena, instance, "m");
    const shared_t alone = {.arena = arena};
    libwasmer_slot_t slot = {.i32 = 65536};
    STATUS(TRAP, call(&alone, instance, "load", &slot));
    OK(libwasmer_memory_grow(arena, memory, 1, NULL, &error));
    slot.i32 = 65536;
    OK(call(&alone, instance, "load", &slot));
    slot.i32 = -1;
    STATUS(TRAP, call(&alone, instance, "load", &slot));
    SAYS(LIMIT, libwasmer_memory_grow(arena, memory, 1, NULL, &error), "2 pages are reserved");

    /* Code without checks. */
    libwasmer_engine_t *plain = new_engine(compiler);
    libwasmer_module_t *taking = new_module(plain, "(module (import \"a\" \"m\" (memory 1)))");
    SAYS(LINK, libwasmer_instance_new(arena, taking, &memory, 1, 0, &instance, &error),
         "import \"a\".\"m\": ", "memory reservation");
    libwasmer_module_delete(taking);
    libwasmer_engine_delete(plain);
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);
}

int main(void) {
    for (int compiler = 0; compiler < COMPILERS; compiler++) {
        writes_reach_everybody(compilers[compiler]);
        memories_reserve_what_is_said(compilers[compiler]);
    }
    CHECK(libwasmer_live_objects() == 0, "%zu objects left", libwasmer_live_objects());
    return finish("tables");
}
