/* Quotas of engines and of arenas, a compilation that is ended, and what compilers support. The size
   of stacks is that of a process: see stack_size.c. Fuel: see fuel.c. */

#include <wasm.h>

#include "check.h"

static const libwasmer_compiler_t compilers[] = {LIBWASMER_COMPILER_CRANELIFT,
                                                 LIBWASMER_COMPILER_SINGLEPASS};
enum { COMPILERS = sizeof compilers / sizeof compilers[0] };

static libwasmer_engine_t *limited(uint32_t quota, uint64_t most) {
    libwasmer_config_t *config = libwasmer_config_new();
    libwasmer_engine_t *engine = NULL;
    OK(libwasmer_config_set_quota(config, quota, most, &error));
    NEED(libwasmer_engine_new(config, &engine, &error));
    libwasmer_config_delete(config);
    return engine;
}

static uint64_t quota_of(const libwasmer_arena_t *arena, uint32_t quota) {
    uint64_t most = UINT64_MAX;
    OK(libwasmer_arena_quota(arena, quota, &most, &error));
    return most;
}

static libwasmer_status_t compile(const libwasmer_engine_t *engine, const char *wat,
                                  libwasmer_module_t **module) {
    return libwasmer_module_new(engine, (const uint8_t *)wat, strlen(wat), module, &error);
}

static libwasmer_status_t instantiate(const libwasmer_arena_t *arena,
                                      const libwasmer_engine_t *engine, const char *wat) {
    libwasmer_module_t *module = new_module(engine, wat);
    libwasmer_handle_t instance = 0;
    libwasmer_status_t status =
        libwasmer_instance_new(arena, module, NULL, 0, 0, &instance, &error);
    libwasmer_module_delete(module);
    return status;
}

#define GROWER                                                                        \
    "(module (memory (export \"memory\") 4) (table (export \"table\") 10 funcref)"    \
    "  (func (export \"grow\") (param i32) (result i32) (memory.grow (local.get 0)))" \
    "  (func (export \"grow table\") (param i32) (result i32)"                        \
    "    (table.grow (ref.null func) (local.get 0))))"

/* Has a guest grow its memory or table. */
static void grows_(const libwasmer_arena_t *arena, libwasmer_handle_t instance, const char *name,
                   uint32_t by, int32_t expected, int line) {
    libwasmer_slot_t slot = {.i32 = (int32_t)by};
    OK(libwasmer_func_call(arena, export_of(arena, instance, name), &slot, 1, &error));
    check_(slot.i32 == expected, __FILE__, line, name, "by %u: %d, not %d", (unsigned)by,
           (int)slot.i32, (int)expected);
}
#define GROWS(instance, name, by, expected) \
    grows_(arena, instance, name, by, expected, __LINE__)

/* What holds if nothing is said. */
static void by_default(void) {
    static const uint64_t defaults[] = {LIBWASMER_LIMIT_MEMORY_PAGES, LIBWASMER_LIMIT_MEMORIES,
                                        LIBWASMER_LIMIT_TABLE_ELEMENTS, LIBWASMER_LIMIT_INSTANCES,
                                        1 << 30, 1000000, 3000000, 10000000, 1 << 28};
    libwasmer_engine_t *engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    libwasmer_arena_t *arena = new_arena(engine);
    for (uint32_t quota = 0; quota <= LIBWASMER_QUOTA_EXCEPTION_BYTES; quota++) {
        CHECK(quota_of(arena, quota) == defaults[quota], "quota %u", (unsigned)quota);
    }
    /* 64 GiB, a table of 4 billion. */
    libwasmer_handle_t instance = instance_of(engine, arena, GROWER);
    GROWS(instance, "grow", 1 << 20, -1);
    GROWS(instance, "grow", UINT32_MAX, -1);
    GROWS(instance, "grow table", 4000000000, -1);
    GROWS(instance, "grow table", UINT32_MAX, -1);
    SAYS(LIMIT, instantiate(arena, engine, "(module (table 4000000000 funcref))"),
         "4000000000 elements asked for", "10000000 allowed");
    SAYS(LIMIT, instantiate(arena, engine, "(module (memory 65536))"),
         "65536 more pages asked for", "4 in use", "65536 allowed");
    GROWS(instance, "grow", 1, 4);
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);
}

static void of_modules(void) {
    const char *four = "(module (import \"\" \"f\" (func)) (func) (func) (func))";
    libwasmer_module_t *module = NULL;
    libwasmer_engine_t *engine = limited(LIBWASMER_QUOTA_FUNCTIONS, 3);
    SAYS(LIMIT, compile(engine, four, &module), "4 functions of a module asked for", "3 allowed");
    SAYS(LIMIT, libwasmer_module_validate(engine, (const uint8_t *)four, strlen(four), &error),
         "4 functions", "3 allowed");
    libwasmer_engine_delete(engine);
    engine = limited(LIBWASMER_QUOTA_FUNCTIONS, 4);
    libwasmer_module_delete(new_module(engine, four));
    libwasmer_engine_delete(engine);
    engine = limited(LIBWASMER_QUOTA_MODULE_BYTES, 20);
    SAYS(LIMIT, compile(engine, four, &module), "bytes of a module asked for", "20 allowed");
    /* It is the binary format that counts, which has no comments. */
    libwasmer_module_delete(new_module(engine, "(module (;;; a comment of more than 20 ;;;))"));
    libwasmer_engine_delete(engine);
    CHECK(module == NULL, "a module that was refused");

    libwasmer_config_t *config = libwasmer_config_new();
    SAYS(INVALID_ARGUMENT, libwasmer_config_set_quota(config, 999, 1, &error), "999 is not", "quota");
    SAYS(INVALID_ARGUMENT,
         libwasmer_config_set_quota(config, LIBWASMER_QUOTA_MEMORIES, 16001, &error), "memories",
         "16001 asked for", "16000");
    libwasmer_config_delete(config);
}

static void of_arenas(void) {
    libwasmer_engine_t *engine = limited(LIBWASMER_QUOTA_MEMORY_PAGES, 10);
    libwasmer_arena_t *arena = new_arena(engine), *other = new_arena(engine);
    libwasmer_handle_t instance = instance_of(engine, arena, GROWER), handle = 0;
    libwasmer_handle_t memory = export_of(arena, instance, "memory");
    GROWS(instance, "grow", 7, -1);
    GROWS(instance, "grow", 6, 4);
    OK(libwasmer_arena_set_quota(arena, LIBWASMER_QUOTA_MEMORY_PAGES, 12, &error));
    CHECK(quota_of(arena, LIBWASMER_QUOTA_MEMORY_PAGES) == 12, "it was set");
    CHECK(quota_of(other, LIBWASMER_QUOTA_MEMORY_PAGES) == 10, "for one arena");
    GROWS(instance, "grow", 3, -1);
    GROWS(instance, "grow", 2, 10);
    SAYS(LIMIT, libwasmer_memory_grow(arena, memory, 1, NULL, &error), "1 more pages asked for",
         "12 in use", "12 allowed");
    SAYS(LIMIT, libwasmer_memory_new(arena, 1, false, 0, false, &handle, &error), "12 allowed");
    /* Less than there is: it stays, and no more comes. */
    OK(libwasmer_arena_set_quota(arena, LIBWASMER_QUOTA_MEMORY_PAGES, 1, &error));
    uint32_t pages = 0;
    OK(libwasmer_memory_size(arena, memory, &pages, &error));
    CHECK(pages == 12, "%u", (unsigned)pages);
    GROWS(instance, "grow", 1, -1);

    OK(libwasmer_arena_set_quota(other, LIBWASMER_QUOTA_TABLE_ELEMENTS, 100, &error));
    SAYS(LIMIT,
         libwasmer_table_new(other, LIBWASMER_VALUE_FUNCREF, 101, false, 0, 0, &handle, &error),
         "101 elements asked for", "100 allowed");
    libwasmer_handle_t table = export_of(other, instance_of(engine, other, GROWER), "table");
    STATUS(LIMIT, libwasmer_table_grow(other, table, 91, 0, NULL, &error));
    OK(libwasmer_table_grow(other, table, 90, 0, NULL, &error));

    SAYS(INVALID_ARGUMENT,
         libwasmer_arena_set_quota(arena, LIBWASMER_QUOTA_MODULE_BYTES, 1, &error),
         "for an engine");
    SAYS(INVALID_ARGUMENT, libwasmer_arena_set_quota(arena, LIBWASMER_QUOTA_FUNCTIONS, 1, &error),
         "for an engine");
    SAYS(INVALID_ARGUMENT, libwasmer_arena_set_quota(arena, 999, 1, &error), "999 is not");
    SAYS(INVALID_ARGUMENT,
         libwasmer_arena_set_quota(arena, LIBWASMER_QUOTA_INSTANCES, UINT64_MAX, &error),
         "18446744073709551615 asked for");
    CHECK(quota_of(arena, LIBWASMER_QUOTA_INSTANCES) == LIBWASMER_LIMIT_INSTANCES, "not set");
    uint64_t most = 7;
    SAYS(INVALID_ARGUMENT, libwasmer_arena_quota(arena, 999, &most, &error), "999 is not");
    libwasmer_arena_close(other);
    STATUS(CLOSED, libwasmer_arena_set_quota(other, LIBWASMER_QUOTA_INSTANCES, 1, &error));
    STATUS(CLOSED, libwasmer_arena_quota(other, LIBWASMER_QUOTA_INSTANCES, &most, &error));
    CHECK(most == 7, "an error writes nothing");
    libwasmer_arena_delete(other);
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);
}

/* Instances that an arena takes before it refuses one. */
static unsigned room_for(const libwasmer_arena_t *arena, const libwasmer_module_t *module,
                         const char *refusal) {
    libwasmer_handle_t handle = 0;
    for (unsigned made = 0; made < 100000; made++) {
        libwasmer_status_t status =
            libwasmer_instance_new(arena, module, NULL, 0, 0, &handle, &error);
        if (status == LIBWASMER_STATUS_OK) continue;
        SAYS(LIMIT, status, refusal);
        return made;
    }
    return UINT32_MAX;
}

static void of_instances(void) {
    libwasmer_engine_t *engine = limited(LIBWASMER_QUOTA_INSTANCES, 10);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_module_t *empty = new_module(engine, "(module)");
    libwasmer_module_t *memories = new_module(engine, "(module (memory 0) (memory 0))");
    CHECK(room_for(arena, empty, "10 instances are allowed") == 10, "ten instances");
    OK(libwasmer_arena_set_quota(arena, LIBWASMER_QUOTA_INSTANCES, 20000, &error));
    OK(libwasmer_arena_set_quota(arena, LIBWASMER_QUOTA_MEMORIES, 7, &error));
    CHECK(room_for(arena, memories, "7 memories are allowed") == 3, "three with two memories");
    OK(libwasmer_arena_set_quota(arena, LIBWASMER_QUOTA_MEMORIES, 0, &error));
    STATUS(LIMIT, instantiate(arena, engine, "(module (memory 0))"));
    /* More than by default. */
    CHECK(room_for(arena, empty, "20000 instances are allowed") == 20000 - 13, "13 were there");
    libwasmer_module_delete(memories);
    libwasmer_module_delete(empty);
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);
}

/* Quotas count for programs that are written for wasm.h. */
static void in_wasm_h(void) {
    libwasmer_engine_t *engine = limited(LIBWASMER_QUOTA_MEMORIES, 2);
    wasm_engine_t *standard = NULL;
    OK(libwasmer_engine_to_wasm(engine, &standard, &error));
    wasm_store_t *store = wasm_store_new(standard);
    OK(libwasmer_arena_set_quota(libwasmer_store_arena(store), LIBWASMER_QUOTA_MEMORY_PAGES, 4,
                                 &error));
    const wasm_limits_t two = {2, 9}, none = {0, 9};
    wasm_memorytype_t *large = wasm_memorytype_new(&two), *empty = wasm_memorytype_new(&none);
    wasm_memory_t *memory = wasm_memory_new(store, large);
    CHECK(wasm_memory_grow(memory, 1) && !wasm_memory_grow(memory, 2), "more than four pages");
    CHECK(wasm_memory_new(store, large) == NULL, "three pages and two");
    wasm_memory_t *second = wasm_memory_new(store, empty);
    CHECK(second != NULL && wasm_memory_new(store, empty) == NULL, "a third memory");
    wasm_memory_delete(second);
    wasm_memory_delete(memory);
    wasm_memorytype_delete(empty);
    wasm_memorytype_delete(large);
    wasm_store_delete(store);
    wasm_engine_delete(standard);
    libwasmer_engine_delete(engine);
}

/* A compilation under an interrupt that was fired, and under one that was not, with fuel. */
static void under_an_interrupt(libwasmer_compiler_t compiler) {
    libwasmer_interrupt_t *interrupt = NULL;
    libwasmer_status_t status = libwasmer_interrupt_new(&interrupt, &error);
    if (status == LIBWASMER_STATUS_UNSUPPORTED) {
        STATUS(UNSUPPORTED, status);
        return;
    }
    OK(status);
    libwasmer_config_t *config = libwasmer_config_new();
    libwasmer_engine_t *engine = NULL;
    libwasmer_module_t *module = NULL;
    OK(libwasmer_config_set_compiler(config, compiler, &error));
    OK(libwasmer_config_set_fuel(config, 100, NULL, 0, &error));
    OK(libwasmer_engine_new(config, &engine, &error));
    const uint8_t *wat = (const uint8_t *)SUM_WAT;
    OK(libwasmer_interrupt_fire(interrupt, &error));
    SAYS(INTERRUPTED,
         libwasmer_module_new_under(engine, wat, strlen(SUM_WAT), interrupt, &module, &error),
         "compilation");
    CHECK(module == NULL, "a module that was not compiled");
    OK(libwasmer_interrupt_reset(interrupt, &error));
    OK(libwasmer_module_new_under(engine, wat, strlen(SUM_WAT), interrupt, &module, &error));
    CHECK(libwasmer_module_compiler(module) == compiler, "another compiler");
    libwasmer_interrupt_delete(interrupt);

    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_handle_t instance = new_instance(arena, module, NULL, 0);
    uint64_t words[2] = {5, 37}, remaining = 0;
    bool exhausted = true;
    OK(libwasmer_func_call_words(arena, export_of(arena, instance, "sum"), words, 2, 0, &error));
    OK(libwasmer_instance_points(arena, instance, &remaining, &exhausted, &error));
    CHECK(words[0] == 42 && remaining == 96 && !exhausted, "%" PRIu64 ", %" PRIu64 " are left",
          words[0], remaining);
    libwasmer_arena_delete(arena);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
    libwasmer_config_delete(config);
}

static void supports(void) {
    static const struct {
        const char *name;
        bool by[COMPILERS];
    } table[] = {
        {"threads", {true, true}},           {"reference-types", {true, true}},
        {"bulk-memory", {true, true}},       {"multi-value", {true, true}},
        {"multi-memory", {true, true}},      {"extended-const", {true, true}},
        {"simd", {true, false}},             {"relaxed-simd", {true, false}},
        {"exception-handling", {true, false}}, {"wide-arithmetic", {true, false}},
        {"tail-call", {false, false}},
    };
    bool found = false;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        const char *name = table[i].name;
        for (size_t by = 0; by < COMPILERS; by++) {
            found = !table[i].by[by];
            OK(libwasmer_compiler_supports(compilers[by], name, strlen(name), &found, &error));
            CHECK(found == table[i].by[by], "%s by compiler %u", name, (unsigned)compilers[by]);
        }
    }
    found = true;
    SAYS(INVALID_ARGUMENT, libwasmer_compiler_supports(0, "gc", 2, &found, &error), "\"gc\"");
    SAYS(INVALID_ARGUMENT, libwasmer_compiler_supports(9, "simd", 4, &found, &error), "9");
    if (!libwasmer_compiler_is_available(LIBWASMER_COMPILER_LLVM)) {
        SAYS(UNSUPPORTED,
             libwasmer_compiler_supports(LIBWASMER_COMPILER_LLVM, "simd", 4, &found, &error),
             "llvm");
    }
    CHECK(found, "an error writes nothing");
}

int main(void) {
    by_default();
    of_modules();
    of_arenas();
    of_instances();
    in_wasm_h();
    for (size_t by = 0; by < COMPILERS; by++) under_an_interrupt(compilers[by]);
    supports();
    CHECK(libwasmer_live_objects() == 0, "%zu objects left", libwasmer_live_objects());
    return finish("limits");
}
