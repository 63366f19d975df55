/* WASI by the names of wasmer.h. */

#include "objects.h"

#include "../wasi.h"

static wasm_trap_t *add_hundred(const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    results->data[0] = (wasm_val_t)WASM_I32_VAL(args->data[0].of.i32 + 100);
    return NULL;
}

static void run(bool capture) {
    wasm_engine_t *wasm_engine = wasm_engine_new();
    wasm_store_t *store = wasm_store_new(wasm_engine);
    wasm_byte_vec_t wat, wasm;
    wasm_byte_vec_new(&wat, strlen(ECHO_WAT), ECHO_WAT);
    wat2wasm(&wat, &wasm);
    wasm_module_t *module = wasm_module_new(store, &wasm);
    wasm_byte_vec_delete(&wat);
    wasm_byte_vec_delete(&wasm);
    CHECK(wasi_get_wasi_version(module) == SNAPSHOT1, "%d", wasi_get_wasi_version(module));

    wasi_config_t *config = wasi_config_new("program");
    wasi_config_arg(config, "argument");
    wasi_config_env(config, "KEY", "value");
    CHECK(wasi_config_mapdir(config, "/host", "."), "a directory");
    CHECK(wasi_config_preopen_dir(config, "/"), "another");
    CHECK(!wasi_config_preopen_dir(config, "/no/such"), "none");
    CHECK(wasmer_last_error_length() > 0, "it says why");
    wasi_config_inherit_stdin(config);
    if (capture) {
        wasi_config_capture_stdout(config);
        wasi_config_capture_stderr(config);
    } else {
        wasi_config_inherit_stdout(config);
        wasi_config_inherit_stderr(config);
    }
    wasi_env_t *env = wasi_env_new(store, config);
    wasm_extern_vec_t imports;
    CHECK(wasi_get_imports(store, env, module, &imports), "imports");
    CHECK(imports.size == 8 && imports.data[0] != NULL && imports.data[1] == NULL, "all but one");
    wasmer_named_extern_vec_t named, copy;
    CHECK(wasi_get_unordered_imports(env, module, &named), "named imports");
    CHECK(named.size == 7, "%zu of them", named.size);
    wasmer_named_extern_vec_copy(&copy, &named);
    wasmer_named_extern_vec_delete(&named);
    const wasm_name_t *name = wasmer_named_extern_name(copy.data[1]);
    CHECK(name->size == 14 && memcmp(name->data, "args_sizes_get", 14) == 0, "the second one");
    CHECK(wasmer_named_extern_module(copy.data[0])->size == 22, "the namespace");
    CHECK(wasm_extern_kind(wasmer_named_extern_unwrap(copy.data[0])) == WASM_EXTERN_FUNC, "kind");
    wasmer_named_extern_vec_delete(&copy);

    wasm_functype_t *type = wasm_functype_new_1_1(wasm_valtype_new_i32(), wasm_valtype_new_i32());
    imports.data[1] = wasm_func_as_extern(wasm_func_new(store, type, add_hundred));
    wasm_functype_delete(type);
    wasm_trap_t *trap = NULL;
    wasm_instance_t *instance = wasm_instance_new(store, module, &imports, &trap);
    CHECK(instance != NULL && trap == NULL, "an instance");
    CHECK(wasi_env_initialize_instance(env, store, instance), "initialized");
    wasm_func_t *start = wasi_get_start_function(instance);
    wasm_val_vec_t no_values = WASM_EMPTY_VEC;
    char buffer[100];
    CHECK(wasi_env_read_stdout(env, buffer, sizeof buffer) == (capture ? 0 : -1), "nothing yet");
    if (capture) {
        trap = wasm_func_call(start, &no_values, &no_values);
        CHECK(trap != NULL, "it exits");
        wasm_message_t message;
        wasm_trap_message(trap, &message);
        CHECK(strstr(message.data, "102") != NULL, "the exit code is told");
        wasm_byte_vec_delete(&message);
        wasm_trap_delete(trap);
        CHECK(wasi_env_read_stdout(env, buffer, 7) == 7, "a part");
        CHECK(memcmp(buffer, "program", 7) == 0, "the first argument");
        intptr_t rest = wasi_env_read_stdout(env, buffer, sizeof buffer);
        CHECK(rest == 20 && memcmp(buffer, "\0argument\0KEY=value", 20) == 0, "%d", (int)rest);
        CHECK(wasi_env_read_stderr(env, buffer, sizeof buffer) >= 0, "captured, too");
        CHECK(wasi_env_read_stdout(env, NULL, 0) == 0, "nothing left");
    }
    wasm_func_delete(start);
    wasm_instance_delete(instance);
    wasm_extern_vec_delete(&imports);
    wasm_module_delete(module);
    wasi_env_delete(env);
    wasm_store_delete(store);
    wasm_engine_delete(wasm_engine);
}

static void without(void) {
    wasm_engine_t *wasm_engine = wasm_engine_new();
    wasm_store_t *store = wasm_store_new(wasm_engine);
    wasm_limits_t limits = {1, wasm_limits_max_default};
    wasm_memorytype_t *type = wasm_memorytype_new(&limits);
    wasm_memory_t *memory = wasm_memory_new(store, type);
    wasi_env_t *env = wasi_env_new(store, wasi_config_new("p"));
    wasi_env_set_memory(env, memory);
    wasi_env_delete(env);
    CHECK(wasi_env_new(NULL, wasi_config_new("p")) == NULL, "no store");
    CHECK(wasi_config_new(NULL) == NULL, "no name");
    CHECK(wasi_env_new(store, NULL) == NULL, "no configuration");
    CHECK(wasi_get_wasi_version(NULL) == INVALID_VERSION, "no module");
    CHECK(wasi_get_start_function(NULL) == NULL, "no instance");
    wasm_extern_vec_t imports;
    CHECK(!wasi_get_imports(store, NULL, NULL, &imports) && imports.size == 0, "nothing");
    CHECK(wasi_env_read_stdout(NULL, NULL, 0) == -1, "nothing");
    wasm_memorytype_delete(type);
    wasm_memory_delete(memory);
    wasm_store_delete(store);
    wasm_engine_delete(wasm_engine);
}

static void captured(void) { run(true); }
static void inherited(void) { run(false); }

static void vectors(void) {
    wasmer_named_extern_vec_t vector;
    wasmer_named_extern_vec_new_empty(&vector);
    CHECK(vector.size == 0 && vector.data == NULL);
    wasmer_named_extern_vec_new_uninitialized(&vector, 2);
    CHECK(vector.size == 2 && vector.data[1] == NULL);
    wasmer_named_extern_vec_delete(&vector);
    wasmer_named_extern_t *none = NULL;
    wasmer_named_extern_vec_new(&vector, 1, &none);
    CHECK(vector.size == 1 && vector.data[0] == NULL);
    wasmer_named_extern_vec_delete(&vector);
    CHECK(wasmer_named_extern_name(NULL) == NULL && wasmer_named_extern_module(NULL) == NULL);
    CHECK(wasmer_named_extern_unwrap(NULL) == NULL);
}

static const case_t cases[] = {CASE(captured), CASE(inherited), CASE(without), CASE(vectors)};

int main(int argc, char **argv) { return RUN_CASES("wasi", cases, argc, argv); }
