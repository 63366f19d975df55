/* Fuel: what programs cost, what happens when it is used up, and how there is more. */

#include <wasm.h>

#include "check.h"

static const libwasmer_compiler_t compilers[] = {LIBWASMER_COMPILER_CRANELIFT,
                                                 LIBWASMER_COMPILER_SINGLEPASS};
enum { COMPILERS = sizeof compilers / sizeof compilers[0] };

static libwasmer_engine_t *fuelled(libwasmer_compiler_t compiler, uint64_t fuel,
                                   const uint32_t *costs, size_t cost_count) {
    libwasmer_config_t *config = libwasmer_config_new();
    libwasmer_engine_t *engine = NULL;
    OK(libwasmer_config_set_compiler(config, compiler, &error));
    OK(libwasmer_config_set_fuel(config, fuel, costs, cost_count, &error));
    NEED(libwasmer_engine_new(config, &engine, &error));
    libwasmer_config_delete(config);
    return engine;
}

/* Checks the points of an instance, and whether it ran out of them. */
static void left_(const libwasmer_arena_t *arena, libwasmer_handle_t instance, uint64_t expected,
                  bool expected_exhausted, int line, const char *what) {
    uint64_t remaining = ~expected;
    bool exhausted = !expected_exhausted;
    OK(libwasmer_instance_points(arena, instance, &remaining, &exhausted, &error));
    check_(remaining == expected, __FILE__, line, what, "%" PRIu64 " are left, not %" PRIu64,
           remaining, expected);
    check_(exhausted == expected_exhausted, __FILE__, line, what, "exhausted: %d", exhausted);
}
#define LEFT(instance, expected) left_(arena, instance, expected, false, __LINE__, "points")
#define NONE_LEFT(arena, instance) left_(arena, instance, 0, true, __LINE__, "points")

static libwasmer_status_t run(const libwasmer_arena_t *arena, libwasmer_handle_t instance,
                              const char *name) {
    return libwasmer_func_call(arena, export_of(arena, instance, name), NULL, 0, &error);
}

#define RUN(body) "(module (func (export \"run\")" body "))"
#define FILL(size)                                                                           \
    "(module (memory 1) (func (export \"run\")"                                              \
    "  i32.const 0 i32.const 0 i32.const " size " memory.fill))"

/* An operator is a point, `end` and `else` too, which is paid by whoever comes to it. */
static const struct {
    const char *wat;
    uint64_t cost;
} programs[] = {
    {RUN(""), 1},
    {RUN("(drop (i32.const 1))"), 3},
    {RUN("(local i32 i32) local.get 0 local.get 1 i32.add drop"), 5},
    {RUN("i64.const 7 i64.const 9 i64.mul f64.convert_i64_s f64.sqrt drop"), 7},
    {RUN("(local i32) i32.const 100 local.set 0"
         "(loop $l local.get 0 i32.const 1 i32.sub local.tee 0 br_if $l)"), 2 + 1 + 100 * 5 + 2},
    {RUN("i32.const 1 (if (then i32.const 1 drop) (else nop nop nop nop nop))"), 6},
    {RUN("i32.const 0 (if (then i32.const 1 drop) (else nop nop nop nop nop))"), 9},
    {RUN("block block block i32.const 1 br_table 0 1 2 end i32.const 7 drop end nop end"), 8},
    {RUN("i32.const 1 (if (then return)) unreachable"), 3},
    {"(module (func $f) (func (export \"run\") call $f call $f call $f))", 3 * 2 + 1},
    {"(module (table funcref (elem $f)) (func $f)"
     "  (func (export \"run\") i32.const 0 call_indirect))", 4},
    {"(module (func $f (param i32) (result i32) local.get 0 i32.const 2 i32.lt_s"
     "  if (result i32) local.get 0 else local.get 0 i32.const 1 i32.sub call $f"
     "  local.get 0 i32.const 2 i32.sub call $f i32.add end)"
     "  (func (export \"run\") i32.const 10 call $f drop))", 89 * 7 + 88 * 15 + 4},
    /* Bulk operators cost the same whatever their length. */
    {FILL("1"), 5},
    {FILL("65536"), 5},
    {"(module (memory 1) (func (export \"run\") i32.const 1 memory.grow drop))", 4},
};

static void same_counts(void) {
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        for (size_t by = 0; by < COMPILERS; by++) {
            libwasmer_engine_t *engine = fuelled(compilers[by], 1000000, NULL, 0);
            libwasmer_arena_t *arena = new_arena(engine);
            libwasmer_module_t *module = new_module(engine, programs[i].wat);
            CHECK(libwasmer_module_compiler(module) == compilers[by], "%s", programs[i].wat);
            libwasmer_handle_t instance = new_instance(arena, module, NULL, 0);
            for (uint64_t round = 1; round <= 2; round++) {
                OK(run(arena, instance, "run"));
                left_(arena, instance, 1000000 - round * programs[i].cost, false, __LINE__,
                      programs[i].wat);
            }
            libwasmer_module_delete(module);
            libwasmer_arena_delete(arena);
            libwasmer_engine_delete(engine);
        }
    }
}

static void costs(void) {
    /* `unreachable` 7, `nop` nothing; what is behind the end of the costs is a point. */
    const uint32_t few[] = {7, 0};
    libwasmer_engine_t *engine = fuelled(LIBWASMER_COMPILER_CRANELIFT, 100, few, 2);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_handle_t instance =
        instance_of(engine, arena, RUN("nop nop (drop (i32.const 1)) unreachable"));
    STATUS(TRAP, run(arena, instance, "run"));
    LEFT(instance, 100 - 2 - 7);
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);
    libwasmer_config_t *config = libwasmer_config_new();
    static const uint32_t many[LIBWASMER_OPERATOR_COUNT + 1];
    OK(libwasmer_config_set_fuel(config, 1, many, LIBWASMER_OPERATOR_COUNT, &error));
    SAYS(INVALID_ARGUMENT,
         libwasmer_config_set_fuel(config, 1, many, LIBWASMER_OPERATOR_COUNT + 1, &error),
         "535 costs", "534");
    libwasmer_config_delete(config);
}

#define ENDLESS                                                                                \
    "(module (func (export \"endless\") (loop $l br $l)) (func (export \"trap\") unreachable)" \
    "  (func (export \"quick\")))"

/* Checks the error of a guest that used up its fuel, and frees it. */
static void ran_out_(libwasmer_status_t status, int line) {
    check_(status == LIBWASMER_STATUS_OUT_OF_FUEL, __FILE__, line, "status", "%u",
           (unsigned)status);
    check_(libwasmer_error_status(error) == status, __FILE__, line, "error", "%s",
           message_of(error));
    check_(libwasmer_error_trap(error) == LIBWASMER_TRAP_UNREACHABLE, __FILE__, line, "trap", "%d",
           (int)libwasmer_error_trap(error));
    check_(strcmp(message_of(error), "unreachable: out of fuel") == 0, __FILE__, line, "message", "%s",
           message_of(error));
    check_(libwasmer_error_frame_count(error) > 0, __FILE__, line, "frames", "there are none");
    libwasmer_error_delete(error);
    error = NULL;
}
#define RAN_OUT(call) ran_out_((call), __LINE__)

static void out_of_fuel(libwasmer_compiler_t compiler) {
    libwasmer_engine_t *engine = fuelled(compiler, 10000, NULL, 0);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_handle_t instance = instance_of(engine, arena, ENDLESS);
    for (int round = 0; round < 3; round++) {
        RAN_OUT(run(arena, instance, "endless"));
        NONE_LEFT(arena, instance);
        OK(libwasmer_instance_add_points(arena, instance, 100, &error));
        LEFT(instance, 100);
        /* What the guest does by itself is another thing. */
        STATUS(TRAP, run(arena, instance, "trap"));
        OK(run(arena, instance, "quick"));
        LEFT(instance, 98);
    }
    /* There is no number that it gets over. */
    OK(libwasmer_instance_add_points(arena, instance, UINT64_MAX, &error));
    LEFT(instance, UINT64_MAX);
    OK(run(arena, instance, "quick"));
    LEFT(instance, UINT64_MAX - 1);
    OK(libwasmer_instance_set_points(arena, instance, 3, &error));
    RAN_OUT(run(arena, instance, "endless"));

    /* Another instance pays for itself, and one that cannot start does not begin. */
    libwasmer_handle_t other = instance_of(engine, arena, ENDLESS), started = 7;
    OK(run(arena, other, "quick"));
    LEFT(other, 9999);
    NONE_LEFT(arena, instance);
    libwasmer_module_t *module =
        new_module(engine, "(module (func $f (loop $l br $l)) (start $f))");
    RAN_OUT(libwasmer_instance_new(arena, module, NULL, 0, 0, &started, &error));
    CHECK(started == 7, "an instance that did not start");
    libwasmer_module_delete(module);
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);
}

/* A module that was compiled without fuel is not touched, nor can it be asked. */
static void without_fuel(libwasmer_compiler_t compiler) {
    libwasmer_engine_t *engine = fuelled(compiler, 0, NULL, 0), *plain = new_engine(compiler);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_handle_t none = instance_of(engine, arena, ENDLESS);
    libwasmer_handle_t instance = instance_of(plain, arena, ENDLESS);
    RAN_OUT(run(arena, none, "quick"));
    OK(run(arena, instance, "quick"));
    STATUS(TRAP, run(arena, instance, "trap"));
    uint64_t remaining = 7;
    bool exhausted = false;
    SAYS(UNSUPPORTED, libwasmer_instance_add_points(arena, instance, 1, &error),
         "without metering");
    SAYS(UNSUPPORTED, libwasmer_instance_set_points(arena, instance, 1, &error),
         "without metering");
    SAYS(UNSUPPORTED,
         libwasmer_instance_points(arena, instance, &remaining, &exhausted, &error),
         "without metering");
    CHECK(remaining == 7 && !exhausted, "an error writes nothing");
    libwasmer_handle_t func = export_of(arena, none, "quick");
    SAYS(HANDLE, libwasmer_instance_add_points(arena, func, 1, &error), "instance", "function");
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(plain);
    libwasmer_engine_delete(engine);
}

/* What a host function calls, and whether it hands on the error of that. */
static struct {
    libwasmer_arena_t *arena;
    libwasmer_handle_t instance;
    bool hands_on;
} inner;

static libwasmer_error_t *call_inner(void *env, const libwasmer_caller_t *caller,
                                     libwasmer_slot_t *slots, size_t count) {
    (void)env, (void)caller, (void)slots, (void)count;
    libwasmer_status_t status = run(inner.arena, inner.instance, "endless");
    libwasmer_error_t *failure = error;
    error = NULL;
    CHECK(status == LIBWASMER_STATUS_OUT_OF_FUEL, "%u", (unsigned)status);
    if (inner.hands_on) return failure;
    libwasmer_error_delete(failure);
    return NULL;
}

static void nested(libwasmer_compiler_t compiler) {
    libwasmer_engine_t *engine = fuelled(compiler, 10000, NULL, 0);
    libwasmer_arena_t *arena = new_arena(engine), *apart = new_arena(engine);
    libwasmer_handle_t import = 0;
    OK(libwasmer_func_new(arena, NULL, 0, NULL, 0, call_inner, NULL, NULL, &import, &error));
    libwasmer_module_t *module = new_module(engine,
        "(module (import \"\" \"f\" (func $f)) (func (export \"run\") call $f)"
        "  (func (export \"trap\") call $f unreachable))");
    for (int same = 0; same < 2; same++) {
        libwasmer_handle_t outer = new_instance(arena, module, &import, 1);
        inner.arena = same ? arena : apart;
        inner.instance = instance_of(engine, inner.arena, ENDLESS);
        inner.hands_on = false;
        OK(run(arena, outer, "run"));
        LEFT(outer, 9998);
        NONE_LEFT(inner.arena, inner.instance);
        /* The outer guest's trap is its own. */
        STATUS(TRAP, run(arena, outer, "trap"));
        inner.hands_on = true;
        STATUS(OUT_OF_FUEL, run(arena, outer, "run"));
        LEFT(outer, 9998 - 2 - 1);
    }
    libwasmer_module_delete(module);
    libwasmer_arena_delete(apart);
    libwasmer_arena_delete(arena);
    libwasmer_engine_delete(engine);
}

/* Fuel counts for programs that are written for wasm.h; the trap remembers why it came. */
static void in_wasm_h(void) {
    libwasmer_engine_t *engine = fuelled(LIBWASMER_COMPILER_CRANELIFT, 1000, NULL, 0);
    libwasmer_module_t *module = new_module(engine, ENDLESS);
    wasm_engine_t *standard = NULL;
    wasm_module_t *endless = NULL;
    OK(libwasmer_engine_to_wasm(engine, &standard, &error));
    OK(libwasmer_module_to_wasm(module, &endless, &error));
    wasm_store_t *store = wasm_store_new(standard);
    wasm_extern_vec_t none = WASM_EMPTY_VEC, exports;
    wasm_instance_t *instance = wasm_instance_new(store, endless, &none, NULL);
    wasm_instance_exports(instance, &exports);
    wasm_val_vec_t values = WASM_EMPTY_VEC;
    wasm_trap_t *trap = wasm_func_call(wasm_extern_as_func(exports.data[0]), &values, &values);
    libwasmer_error_t *failure = NULL;
    OK(libwasmer_error_from_trap(trap, &failure, &error));
    error = failure;
    RAN_OUT(libwasmer_error_status(error));
    wasm_trap_delete(trap);
    wasm_extern_vec_delete(&exports);
    wasm_instance_delete(instance);
    wasm_store_delete(store);
    wasm_module_delete(endless);
    wasm_engine_delete(standard);
    libwasmer_module_delete(module);
    libwasmer_engine_delete(engine);
}

int main(void) {
    same_counts();
    costs();
    for (size_t by = 0; by < COMPILERS; by++) {
        out_of_fuel(compilers[by]);
        without_fuel(compilers[by]);
        nested(compilers[by]);
    }
    in_wasm_h();
    CHECK(libwasmer_live_objects() == 0, "%zu objects left", libwasmer_live_objects());
    return finish("fuel");
}
