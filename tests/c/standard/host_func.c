/* Functions of the host: called from both sides, as references, with an environment, nested. */

#include "objects.h"

static void called_by_the_host(void) {
    guest_t guest = open_store();
    wasm_func_t *func = new_add_one(guest.store);
    EQUAL(wasm_func_param_arity(func), 1);
    EQUAL(wasm_func_result_arity(func), 1);
    EQUAL(call_1(func, 41), 42);
    wasm_functype_t *type = wasm_func_type(func);
    NEED(type != NULL && wasm_functype_params(type)->size == 1);
    EQUAL(wasm_valtype_kind(wasm_functype_params(type)->data[0]), WASM_I32);
    wasm_functype_delete(type);
    wasm_func_delete(func);
    close_guest(&guest);
}

static void called_by_wasm(void) {
    guest_t guest = open_store();
    wasm_func_t *func = new_add_one(guest.store);
    wasm_extern_t *imports[1] = {wasm_func_as_extern(func)};
    load(&guest, "(module (import \"\" \"\" (func $f (param i32) (result i32)))"
                 "(func (export \"g\") (param i32) (result i32)"
                 "  local.get 0 call $f call $f))", 1, imports);
    wasm_func_delete(func);
    EQUAL(call_1(func_at(&guest, 0), 40), 42);
    close_guest(&guest);
}

/* Every kind, in an order that a mistake in one of them would show. */
static wasm_trap_t *reverse(const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    static const wasm_valkind_t kinds[] = {WASM_I32, WASM_I64,       WASM_F32,
                                           WASM_F64, WASM_EXTERNREF, WASM_FUNCREF};
    CHECK(args->size == 6 && results->size == 6);
    for (size_t i = 0; i < 6; i++) {
        EQUAL(args->data[i].kind, kinds[i]);
        wasm_val_copy(&results->data[5 - i], &args->data[i]);
    }
    return NULL;
}

#define ALL_KINDS "i32 i64 f32 f64 externref funcref"
#define ALL_REVERSED "funcref externref f64 f32 i64 i32"

static wasm_functype_t *new_reverse_type(void) {
    wasm_valtype_vec_t params, results;
    wasm_valtype_t *kinds[6] = {wasm_valtype_new_i32(), wasm_valtype_new_i64(),
                                wasm_valtype_new_f32(), wasm_valtype_new_f64(),
                                wasm_valtype_new_externref(), wasm_valtype_new_funcref()};
    wasm_valtype_t *reversed[6] = {wasm_valtype_new_funcref(), wasm_valtype_new_externref(),
                                   wasm_valtype_new_f64(), wasm_valtype_new_f32(),
                                   wasm_valtype_new_i64(), wasm_valtype_new_i32()};
    wasm_valtype_vec_new(&params, 6, kinds);
    wasm_valtype_vec_new(&results, 6, reversed);
    return wasm_functype_new(&params, &results);
}

static void every_kind(void) {
    guest_t guest = open_store();
    wasm_functype_t *type = new_reverse_type();
    wasm_func_t *func = wasm_func_new(guest.store, type, reverse);
    NEED(func != NULL);
    wasm_functype_delete(type);
    wasm_extern_t *imports[1] = {wasm_func_as_extern(func)};
    load(&guest, "(module (import \"\" \"\" (func $f (param " ALL_KINDS ")"
                 "  (result " ALL_REVERSED ")))"
                 "(func $g (export \"g\") (param " ALL_KINDS ") (result " ALL_REVERSED ")"
                 "  local.get 0 local.get 1 local.get 2 local.get 3 local.get 4 local.get 5"
                 "  call $f)"
                 "(func (export \"self\") (result funcref) ref.func $g))", 1, imports);
    wasm_foreign_t *object = wasm_foreign_new(guest.store);
    wasm_val_t self;
    RUNS(call(func_at(&guest, 1), 0, NULL, 1, &self));
    NEED(self.kind == WASM_FUNCREF);
    const wasm_val_t args[6] = {i32(-1), i64(INT64_MIN), f32(-0.5f), f64(1e200),
                                externref(wasm_foreign_as_ref(object)), self};
    for (int direct = 0; direct < 2; direct++) {
        wasm_val_t results[6];
        RUNS(call(direct ? func : func_at(&guest, 0), 6, args, 6, results));
        CHECK(results[5].kind == WASM_I32 && results[5].of.i32 == -1);
        CHECK(results[4].kind == WASM_I64 && results[4].of.i64 == INT64_MIN);
        CHECK(results[3].kind == WASM_F32 && results[3].of.f32 == -0.5f);
        CHECK(results[2].kind == WASM_F64 && results[2].of.f64 == 1e200);
        CHECK(results[1].kind == WASM_EXTERNREF);
        CHECK(wasm_ref_same(results[1].of.ref, args[4].of.ref));
        CHECK(results[0].kind == WASM_FUNCREF && results[0].of.ref != NULL);
        for (int i = 0; i < 6; i++) wasm_val_delete(&results[i]);
    }
    wasm_val_delete(&self);
    wasm_foreign_delete(object);
    wasm_func_delete(func);
    close_guest(&guest);
}

/* A function of the host where a reference is wanted. */
static const char taker[] =
    "(module (type $t (func (param i32) (result i32)))"
    "(table (export \"table\") 2 funcref)"
    "(global (export \"global\") (mut funcref) (ref.null func))"
    "(func (export \"take\") (param funcref i32) (result i32)"
    "  i32.const 0 local.get 0 table.set local.get 1 i32.const 0 call_indirect (type $t))"
    "(func (export \"call_table\") (param i32) (result i32)"
    "  local.get 0 i32.const 1 call_indirect (type $t))"
    "(func (export \"call_global\") (param i32) (result i32)"
    "  i32.const 0 global.get 0 table.set local.get 0 i32.const 0 call_indirect (type $t)))";

static void as_argument(void) {
    guest_t guest = open_guest(taker);
    wasm_func_t *func = new_add_one(guest.store);
    wasm_val_t args[2] = {funcref(wasm_func_as_ref(func)), i32(41)}, result;
    for (int i = 0; i < 3; i++) {
        RUNS(call(func_at(&guest, 2), 2, args, 1, &result));
        EQUAL(result.of.i32, 42);
    }
    wasm_func_delete(func);
    close_guest(&guest);
}

static void in_a_table(void) {
    guest_t guest = open_guest(taker);
    wasm_func_t *func = new_add_one(guest.store);
    CHECK(wasm_table_set(table_at(&guest, 0), 1, wasm_func_as_ref(func)));
    EQUAL(call_1(func_at(&guest, 3), 41), 42);
    wasm_ref_t *ref = wasm_table_get(table_at(&guest, 0), 1);
    NEED(ref != NULL);
    wasm_func_t *again = wasm_ref_as_func(ref);
    NEED(again != NULL);
    EQUAL(call_1(again, 1), 2);
    CHECK(wasm_ref_same(ref, wasm_func_as_ref(func)), "not the same function");
    wasm_ref_delete(ref);
    wasm_func_delete(func);
    close_guest(&guest);
}

static void in_a_global(void) {
    guest_t guest = open_guest(taker);
    wasm_func_t *func = new_add_one(guest.store);
    wasm_val_t value = funcref(wasm_func_as_ref(func)), found;
    wasm_global_set(global_at(&guest, 1), &value);
    EQUAL(call_1(func_at(&guest, 4), 41), 42);
    wasm_global_get(global_at(&guest, 1), &found);
    NEED(found.kind == WASM_FUNCREF && found.of.ref != NULL);
    EQUAL(call_1(wasm_ref_as_func(found.of.ref), 6), 7);
    wasm_val_delete(&found);
    wasm_func_delete(func);
    close_guest(&guest);
}

/* What is exported again is the same object, with its host info. */
static void exported_again(void) {
    guest_t guest = open_store();
    wasm_func_t *func = new_add_one(guest.store);
    wasm_extern_t *imports[1] = {wasm_func_as_extern(func)};
    load(&guest, "(module (import \"\" \"\" (func $f (param i32) (result i32)))"
                 "(export \"again\" (func $f)))", 1, imports);
    EQUAL(call_1(func_at(&guest, 0), 41), 42);
    CHECK(wasm_func_same(func_at(&guest, 0), func), "not the same function");
    wasm_func_delete(func);
    close_guest(&guest);
}

static wasm_trap_t *count_call(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    (void)args;
    results->data[0] = i32(++*(int *)env);
    return NULL;
}

typedef struct {
    int calls;
    unsigned finalized;
} env_t;

static void finalize_env(void *env) { ((env_t *)env)->finalized++; }

static void with_environment(void) {
    guest_t guest = open_store();
    env_t env = {0, 0};
    wasm_functype_t *type = wasm_functype_new_0_1(wasm_valtype_new_i32());
    wasm_func_t *func = wasm_func_new_with_env(guest.store, type, count_call, &env, finalize_env);
    NEED(func != NULL);
    wasm_functype_delete(type);
    wasm_extern_t *imports[1] = {wasm_func_as_extern(func)};
    load(&guest, "(module (import \"\" \"\" (func $f (result i32)))"
                 "(func (export \"g\") (result i32) call $f call $f i32.add))", 1, imports);
    EQUAL(call_0(func_at(&guest, 0)), 3);
    EQUAL(call_0(func), 3);
    EQUAL(env.calls, 3);
    wasm_func_delete(func);
    EQUAL(env.finalized, 0);
    close_guest(&guest);
    EQUAL(env.finalized, 1);
}

static void without_environment(void) {
    guest_t guest = open_store();
    wasm_functype_t *type = wasm_functype_new_0_0();
    wasm_func_t *func = wasm_func_new_with_env(guest.store, type, NULL, NULL, NULL);
    CHECK(func == NULL, "made without a callback");
    wasm_func_delete(func);
    wasm_functype_delete(type);
    close_guest(&guest);
}

static wasm_trap_t *no_env(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    (void)args, (void)results;
    CHECK(env == NULL);
    return NULL;
}

static void null_environment(void) {
    guest_t guest = open_store();
    wasm_functype_t *type = wasm_functype_new_0_0();
    wasm_func_t *func = wasm_func_new_with_env(guest.store, type, no_env, NULL, NULL);
    wasm_functype_delete(type);
    NEED(func != NULL, "NULL was not taken as an environment");
    RUNS(call_empty(func));
    wasm_func_delete(func);
    close_guest(&guest);
}

/* The finalizer gets the environment once, also if no function comes of it. */
static void finalized_when_it_fails(void) {
    guest_t guest = open_store();
    env_t env[3] = {{0, 0}, {0, 0}, {0, 0}};
    wasm_functype_t *type = wasm_functype_new_0_1(wasm_valtype_new_i32());
    CHECK(!wasm_func_new_with_env(guest.store, type, NULL, &env[0], finalize_env));
    CHECK(!wasm_func_new_with_env(guest.store, NULL, count_call, &env[1], finalize_env));
    CHECK(!wasm_func_new_with_env(NULL, type, count_call, &env[2], finalize_env));
    for (int i = 0; i < 3; i++) CHECK(env[i].finalized == 1, "env %d: %u", i, env[i].finalized);
    wasm_functype_delete(type);
    close_guest(&guest);
    for (int i = 0; i < 3; i++) CHECK(env[i].finalized == 1, "env %d: %u", i, env[i].finalized);
}

/* host -> wasm -> host -> wasm ..., as deep as it is asked for. */
static wasm_trap_t *deeper(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    const guest_t *guest = env;
    wasm_val_t down = i32(args->data[0].of.i32 - 1);
    wasm_val_vec_t in = {1, &down};
    if (down.of.i32 <= 0) {
        results->data[0] = i32(0);
        return NULL;
    }
    return wasm_func_call(wasm_extern_as_func(guest->exports.data[0]), &in, results);
}

static guest_t open_nested(guest_t *guest) {
    *guest = open_store();
    wasm_functype_t *type = type_i32_i32();
    wasm_func_t *func = wasm_func_new_with_env(guest->store, type, deeper, guest, NULL);
    wasm_functype_delete(type);
    NEED(func != NULL);
    wasm_extern_t *imports[1] = {wasm_func_as_extern(func)};
    load(guest, "(module (import \"\" \"\" (func $f (param i32) (result i32)))"
                "(func (export \"g\") (param i32) (result i32)"
                "  local.get 0 call $f i32.const 1 i32.add))", 1, imports);
    wasm_func_delete(func);
    return *guest;
}

static void nested(void) {
    guest_t guest;
    open_nested(&guest);
    EQUAL(call_1(func_at(&guest, 0), 1), 1);
    EQUAL(call_1(func_at(&guest, 0), 20), 20);
    close_guest(&guest);
}

/* Too deep is a trap, and afterwards all is well. */
static void nested_too_deep(void) {
    guest_t guest;
    open_nested(&guest);
    wasm_val_t depth = i32(100000), result;
    TRAPS("", call(func_at(&guest, 0), 1, &depth, 1, &result));
    EQUAL(call_1(func_at(&guest, 0), 20), 20);
    close_guest(&guest);
}

/* A callback may make and drop what it likes in its store. */
static wasm_trap_t *make_things(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    (void)args, (void)results;
    wasm_store_t *store = env;
    wasm_limits_t limits = {1, 2};
    wasm_memorytype_t *type = wasm_memorytype_new(&limits);
    wasm_memory_t *memory = wasm_memory_new(store, type);
    CHECK(memory != NULL && wasm_memory_size(memory) == 1);
    CHECK(wasm_memory_grow(memory, 1));
    wasm_memory_delete(memory);
    wasm_memorytype_delete(type);
    wasm_func_t *func = new_add_one(store);
    EQUAL(call_1(func, 1), 2);
    wasm_func_delete(func);
    wasm_foreign_delete(wasm_foreign_new(store));
    return NULL;
}

static void uses_its_store(void) {
    guest_t guest = open_store();
    wasm_functype_t *type = wasm_functype_new_0_0();
    wasm_func_t *func = wasm_func_new_with_env(guest.store, type, make_things, guest.store, NULL);
    wasm_functype_delete(type);
    NEED(func != NULL);
    wasm_extern_t *imports[1] = {wasm_func_as_extern(func)};
    load(&guest, "(module (import \"\" \"\" (func $f)) (func (export \"g\") call $f call $f))", 1,
         imports);
    RUNS(call_empty(func_at(&guest, 0)));
    wasm_func_delete(func);
    close_guest(&guest);
}

/* Results that do not fit the type. */
static wasm_trap_t *wrong_kind(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    (void)args;
    results->data[0] = *(const wasm_val_t *)env;
    return NULL;
}

static void results_of_another_kind(void) {
    guest_t guest = open_store();
    wasm_val_t wrong[] = {i64(1), f32(1), f64(1), externref(NULL), funcref(NULL), {.kind = 77}};
    wasm_functype_t *type = wasm_functype_new_0_1(wasm_valtype_new_i32());
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        wasm_func_t *func = wasm_func_new_with_env(guest.store, type, wrong_kind, &wrong[i], NULL);
        NEED(func != NULL);
        wasm_val_t result;
        wasm_trap_t *trap = call(func, 0, NULL, 1, &result);
        CHECK(trap != NULL, "a result of kind %d was taken for an i32", wrong[i].kind);
        wasm_trap_delete(trap);
        wasm_extern_t *imports[1] = {wasm_func_as_extern(func)};
        guest_t user = {guest.engine, guest.store, NULL, NULL, WASM_EMPTY_VEC};
        load(&user, "(module (import \"\" \"\" (func $f (result i32)))"
                    "(func (export \"g\") (result i32) call $f))", 1, imports);
        trap = call(func_at(&user, 0), 0, NULL, 1, &result);
        CHECK(trap != NULL, "wasm was given a result of kind %d for an i32", wrong[i].kind);
        wasm_trap_delete(trap);
        wasm_extern_vec_delete(&user.exports);
        wasm_instance_delete(user.instance);
        wasm_module_delete(user.module);
        wasm_func_delete(func);
    }
    wasm_functype_delete(type);
    close_guest(&guest);
}

static const case_t cases[] = {
    CASE(called_by_the_host), CASE(called_by_wasm), CASE(every_kind), CASE(as_argument),
    CASE(in_a_table), CASE(in_a_global), CASE(exported_again), CASE(with_environment),
    CASE(without_environment), CASE(null_environment), CASE(finalized_when_it_fails),
    CASE(nested), CASE(nested_too_deep), CASE(uses_its_store), CASE(results_of_another_kind),
};

int main(int argc, char **argv) { return RUN_CASES("host_func", cases, argc, argv); }
