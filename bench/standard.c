/*
 * One round of what wasm.h costs, for whichever library it is linked with: "name nanoseconds" for
 * each thing measured. scripts/bench-c builds it with ours and with the peer, lets them take turns
 * (two libraries with the same names do not fit into one process), and compares.
 */
#define _POSIX_C_SOURCE 199309L
#define WASMER_NO_SHORT_NAMES
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <wasm.h>
#include <wasmer.h>

/* The loop passes on what the callback gives, so that each call counts. */
static const char guest[] =
    "(module (import \"host\" \"f\" (func $f (param i32) (result i32)))"
    " (func (export \"sum\") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))"
    " (func (export \"loop\") (param $n i32) (result i32) (local $r i32)"
    "  (loop $again (local.set $r (call $f (local.get $r)))"
    "   (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))"
    "  (local.get $r)))";

enum { CALLS = 1000000 };

static void need(bool good, const char *what) {
    if (good) return;
    fprintf(stderr, "bench/standard: %s failed\n", what);
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static wasm_trap_t *next(const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    results->data[0].kind = WASM_I32;
    results->data[0].of.i32 = args->data[0].of.i32 + 1;
    return NULL;
}

static wasm_trap_t *next_by(void *env, const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    results->data[0].kind = WASM_I32;
    results->data[0].of.i32 = args->data[0].of.i32 + *(const int32_t *)env;
    return NULL;
}

static int32_t one = 1;

/* An instance whose import is the callback, with an environment or without one. */
static wasm_extern_vec_t instantiate(wasm_store_t *store, wasm_module_t *module, bool with_env) {
    wasm_functype_t *type = wasm_functype_new_1_1(wasm_valtype_new_i32(), wasm_valtype_new_i32());
    wasm_func_t *host = with_env ? wasm_func_new_with_env(store, type, next_by, &one, NULL)
                                 : wasm_func_new(store, type, next);
    need(host != NULL, "wasm_func_new");
    wasm_functype_delete(type);
    wasm_extern_t *imports[] = {wasm_func_as_extern(host)};
    wasm_extern_vec_t import = WASM_ARRAY_VEC(imports), exports;
    wasm_instance_t *instance = wasm_instance_new(store, module, &import, NULL);
    need(instance != NULL, "wasm_instance_new");
    wasm_instance_exports(instance, &exports);
    need(exports.size == 2, "wasm_instance_exports");
    wasm_instance_delete(instance);
    wasm_func_delete(host);
    return exports;
}

static void call(const wasm_func_t *sum, long n) {
    wasm_val_t arguments[] = {WASM_I32_VAL(5), WASM_I32_VAL(37)}, place[] = {WASM_INIT_VAL};
    wasm_val_vec_t args = WASM_ARRAY_VEC(arguments), results = WASM_ARRAY_VEC(place);
    for (long i = 0; i < n; i++) {
        arguments[0].of.i32 = (int32_t)i;
        need(wasm_func_call(sum, &args, &results) == NULL, "wasm_func_call");
        need(place[0].of.i32 == (int32_t)i + 37, "the sum");
    }
}

static void callback(const wasm_func_t *loop, long n) {
    wasm_val_t arguments[] = {WASM_I32_VAL((int32_t)n)}, place[] = {WASM_INIT_VAL};
    wasm_val_vec_t args = WASM_ARRAY_VEC(arguments), results = WASM_ARRAY_VEC(place);
    need(wasm_func_call(loop, &args, &results) == NULL, "wasm_func_call");
    need(place[0].of.i32 == n, "the number of callbacks");
}

static void measure(const char *name, void (*work)(const wasm_func_t *, long),
                    wasm_extern_t *what) {
    const wasm_func_t *func = wasm_extern_as_func(what);
    need(func != NULL, "wasm_extern_as_func");
    work(func, CALLS / 10);
    double begin = now();
    work(func, CALLS);
    printf("%s %.2f\n", name, (now() - begin) / CALLS);
}

int main(void) {
    wasm_byte_vec_t text, binary;
    wasm_name_new_from_string(&text, guest);
    wat2wasm(&text, &binary);
    need(binary.size > 0, "wat2wasm");
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *store = wasm_store_new(engine);
    wasm_module_t *module = wasm_module_new(store, &binary);
    need(module != NULL, "wasm_module_new");
    wasm_extern_vec_t plain = instantiate(store, module, false);
    wasm_extern_vec_t with_env = instantiate(store, module, true);
    measure("wasm_func_call", call, plain.data[0]);
    measure("callback", callback, plain.data[1]);
    measure("callback-with-env", callback, with_env.data[1]);
    wasm_extern_vec_delete(&with_env);
    wasm_extern_vec_delete(&plain);
    wasm_module_delete(module);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
    wasm_byte_vec_delete(&binary);
    wasm_byte_vec_delete(&text);
    return 0;
}
