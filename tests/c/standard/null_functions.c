/* NULL for each pointer of each function of a noun alone, one at a time: NULL, false, 0, an empty
   vector or a trap, and never a crash. */

#include "objects.h"

static guest_t guest;
static const wasm_limits_t limits = {1, 2};

static void open_all(void) {
    guest = open_guest(
        "(module (func (export \"f\") (result i32) i32.const 42)"
        "(global (export \"g\") (mut i32) (i32.const 7)) (table (export \"t\") 2 funcref)"
        "(memory (export \"m\") 1))");
}
enum { F, G, T, M };

static void close_all(void) {
    EQUAL(call_0(func_at(&guest, F)), 42);
    close_guest(&guest);
}

static void types(void) {
    EQUAL(wasm_valtype_kind(NULL), 0);
    CHECK(wasm_functype_params(NULL) == NULL && wasm_functype_results(NULL) == NULL);
    CHECK(wasm_globaltype_content(NULL) == NULL);
    EQUAL(wasm_globaltype_mutability(NULL), 0);
    CHECK(wasm_tabletype_element(NULL) == NULL && wasm_tabletype_limits(NULL) == NULL);
    CHECK(wasm_memorytype_limits(NULL) == NULL);
    EQUAL(wasm_externtype_kind(NULL), 0);
    CHECK(wasm_importtype_module(NULL) == NULL && wasm_importtype_name(NULL) == NULL);
    CHECK(wasm_importtype_type(NULL) == NULL);
    CHECK(wasm_exporttype_name(NULL) == NULL && wasm_exporttype_type(NULL) == NULL);
}

/* What is owned by the function is freed by it: valgrind looks. */
static void new_types(void) {
    wasm_valtype_vec_t kinds, empty = WASM_EMPTY_VEC;
    wasm_valtype_t *kind = wasm_valtype_new_i32();
    wasm_valtype_vec_new(&kinds, 1, &kind);
    CHECK(wasm_functype_new(&kinds, NULL) == NULL);
    CHECK(wasm_functype_new(NULL, &empty) == NULL);
    CHECK(wasm_globaltype_new(NULL, WASM_VAR) == NULL);
    CHECK(wasm_tabletype_new(NULL, &limits) == NULL);
    CHECK(wasm_tabletype_new(wasm_valtype_new_funcref(), NULL) == NULL);
    CHECK(wasm_memorytype_new(NULL) == NULL);
    for (int i = 0; i < 3; i++) {
        wasm_name_t module, name;
        wasm_name_new_from_string(&module, "module");
        wasm_name_new_from_string(&name, "name");
        wasm_externtype_t *type = wasm_memorytype_as_externtype(wasm_memorytype_new(&limits));
        CHECK(wasm_importtype_new(i == 0 ? NULL : &module, i == 1 ? NULL : &name,
                                  i == 2 ? NULL : type) == NULL, "import without %d", i);
        if (i == 0) wasm_name_delete(&module);
        if (i == 1) wasm_name_delete(&name);
        if (i == 2) wasm_externtype_delete(type);
    }
    wasm_name_t name;
    wasm_name_new_from_string(&name, "name");
    CHECK(wasm_exporttype_new(&name, NULL) == NULL);
    CHECK(wasm_exporttype_new(NULL, wasm_memorytype_as_externtype(wasm_memorytype_new(&limits))) ==
          NULL);
}

static void new_tags(void) {
    CHECK(wasm_tagtype_new(NULL) == NULL);
    CHECK(wasm_tagtype_functype(NULL) == NULL);
}

static void values_and_frames(void) {
    wasm_val_t value = i32(1);
    wasm_val_copy(NULL, &value);
    wasm_val_copy(&value, NULL);
    CHECK(value.kind == WASM_EXTERNREF && value.of.ref == NULL, "a copy of nothing");
    CHECK(wasm_frame_instance(NULL) == NULL);
    EQUAL(wasm_frame_func_index(NULL), 0);
    EQUAL(wasm_frame_func_offset(NULL), 0);
    EQUAL(wasm_frame_module_offset(NULL), 0);
    wasm_name_t name = {7, NULL};
    wasm_frame_func_name(NULL, &name);
    EQUAL(name.size, 0);
    name.size = 7;
    wasm_frame_module_name(NULL, &name);
    EQUAL(name.size, 0);
}

static void traps(void) {
    open_all();
    wasm_message_t message = bytes_of("a trap"), out = {7, NULL};
    CHECK(wasm_trap_new(NULL, &message) == NULL, "of no store");
    wasm_trap_t *trap = wasm_trap_new(guest.store, &message);
    wasm_trap_message(trap, NULL);
    wasm_trap_trace(trap, NULL);
    wasm_trap_delete(trap);
    wasm_trap_message(NULL, &out);
    EQUAL(out.size, 0);
    CHECK(wasm_trap_origin(NULL) == NULL);
    wasm_frame_vec_t frames = {7, NULL};
    wasm_trap_trace(NULL, &frames);
    EQUAL(frames.size, 0);
    CHECK(wasm_foreign_new(NULL) == NULL);
    close_all();
}

static void modules(void) {
    open_all();
    wasm_byte_vec_t binary = binary_of("(module)"), out = {7, NULL};
    CHECK(wasm_module_new(NULL, &binary) == NULL && wasm_module_new(guest.store, NULL) == NULL);
    CHECK(!wasm_module_validate(NULL, &binary) && !wasm_module_validate(guest.store, NULL));
    CHECK(wasm_module_deserialize(NULL, &binary) == NULL);
    CHECK(wasm_module_deserialize(guest.store, NULL) == NULL);
    wasm_importtype_vec_t imports = {7, NULL};
    wasm_exporttype_vec_t exports = {7, NULL};
    wasm_module_imports(NULL, &imports);
    wasm_module_exports(NULL, &exports);
    wasm_module_serialize(NULL, &out);
    CHECK(imports.size == 0 && exports.size == 0 && out.size == 0);
    wasm_module_imports(guest.module, NULL);
    wasm_module_exports(guest.module, NULL);
    wasm_module_serialize(guest.module, NULL);
    wasm_byte_vec_delete(&binary);
    close_all();
}

static void shared_modules(void) {
    open_all();
    wasm_shared_module_t *form = wasm_module_share(guest.module);
    CHECK(wasm_module_share(NULL) == NULL);
    CHECK(wasm_module_obtain(NULL, form) == NULL);
    CHECK(wasm_module_obtain(guest.store, NULL) == NULL);
    wasm_shared_module_delete(form);
    close_all();
}

static void instances(void) {
    open_all();
    wasm_extern_vec_t none = WASM_EMPTY_VEC, exports = {7, NULL};
    wasm_trap_t *trap = NULL;
    CHECK(wasm_instance_new(NULL, guest.module, &none, &trap) == NULL);
    CHECK(trap != NULL, "no trap without a store");
    wasm_trap_delete(trap);
    trap = NULL;
    CHECK(wasm_instance_new(guest.store, NULL, &none, &trap) == NULL);
    CHECK(trap != NULL, "no trap without a module");
    wasm_trap_delete(trap);
    CHECK(wasm_instance_new(NULL, NULL, NULL, NULL) == NULL);
    wasm_instance_exports(NULL, &exports);
    EQUAL(exports.size, 0);
    wasm_instance_exports(guest.instance, NULL);
    EQUAL(wasm_extern_kind(NULL), 0);
    CHECK(wasm_extern_type(NULL) == NULL);
    close_all();
}

static void functions(void) {
    open_all();
    wasm_functype_t *type = wasm_functype_new_0_0();
    CHECK(wasm_func_new(NULL, type, do_nothing) == NULL);
    CHECK(wasm_func_new(guest.store, NULL, do_nothing) == NULL);
    CHECK(wasm_func_new(guest.store, type, NULL) == NULL);
    CHECK(wasm_func_new_with_env(guest.store, type, NULL, NULL, NULL) == NULL);
    CHECK(wasm_func_new_with_env(NULL, NULL, NULL, NULL, NULL) == NULL);
    CHECK(wasm_func_type(NULL) == NULL);
    EQUAL(wasm_func_param_arity(NULL), 0);
    EQUAL(wasm_func_result_arity(NULL), 0);
    wasm_functype_delete(type);
    close_all();
}

static void calls(void) {
    open_all();
    wasm_val_t result = i32(1);
    wasm_val_vec_t none = WASM_EMPTY_VEC, room = {1, &result};
    RUNS(wasm_func_call(func_at(&guest, F), NULL, &room));
    EQUAL(result.of.i32, 42);
    RUNS(wasm_func_call(func_at(&guest, F), &none, NULL));
    TRAPS("", wasm_func_call(NULL, &none, &room));
    close_all();
}

static void globals(void) {
    open_all();
    wasm_globaltype_t *type = wasm_globaltype_new(wasm_valtype_new_i32(), WASM_VAR);
    wasm_val_t value = i32(1);
    CHECK(wasm_global_new(NULL, type, &value) == NULL);
    CHECK(wasm_global_new(guest.store, NULL, &value) == NULL);
    CHECK(wasm_global_new(guest.store, type, NULL) == NULL);
    CHECK(wasm_global_type(NULL) == NULL);
    wasm_global_get(NULL, &value);
    CHECK(value.kind == WASM_EXTERNREF && value.of.ref == NULL);
    wasm_global_get(global_at(&guest, G), NULL);
    wasm_global_set(NULL, &value);
    wasm_global_set(global_at(&guest, G), NULL);
    wasm_global_get(global_at(&guest, G), &value);
    EQUAL(value.of.i32, 7);
    wasm_globaltype_delete(type);
    close_all();
}

static void tables(void) {
    open_all();
    wasm_tabletype_t *type = wasm_tabletype_new(wasm_valtype_new_funcref(), &limits);
    CHECK(wasm_table_new(NULL, type, NULL) == NULL);
    CHECK(wasm_table_new(guest.store, NULL, NULL) == NULL);
    CHECK(wasm_table_type(NULL) == NULL && wasm_table_get(NULL, 0) == NULL);
    CHECK(!wasm_table_set(NULL, 0, NULL) && !wasm_table_grow(NULL, 0, NULL));
    EQUAL(wasm_table_size(NULL), 0);
    wasm_tabletype_delete(type);
    close_all();
}

static void memories(void) {
    open_all();
    wasm_memorytype_t *type = wasm_memorytype_new(&limits);
    CHECK(wasm_memory_new(NULL, type) == NULL && wasm_memory_new(guest.store, NULL) == NULL);
    CHECK(wasm_memory_type(NULL) == NULL && wasm_memory_data(NULL) == NULL);
    EQUAL(wasm_memory_data_size(NULL), 0);
    EQUAL(wasm_memory_size(NULL), 0);
    CHECK(!wasm_memory_grow(NULL, 1));
    wasm_memorytype_delete(type);
    close_all();
}

static void configurations(void) {
    wasm_config_set_backend(NULL, WASMER_BACKEND_CRANELIFT);
    wasm_config_sys_canonicalize_nans(NULL, true);
    wasm_config_set_features(NULL, wasmer_features_new());
    wasm_config_set_target(
        NULL, wasmer_target_new(wasmer_triple_new_from_host(), wasmer_cpu_features_new()));
    wasm_config_push_middleware(NULL, NULL);
    CHECK(wasm_engine_new_with_config(NULL) == NULL);
    CHECK(!wasmer_features_bulk_memory(NULL, true) && !wasmer_features_exceptions(NULL, true));
    CHECK(!wasmer_features_extended_const(NULL, true) && !wasmer_features_memory64(NULL, true));
    CHECK(!wasmer_features_module_linking(NULL, true) && !wasmer_features_multi_memory(NULL, true));
    CHECK(!wasmer_features_multi_value(NULL, true) && !wasmer_features_reference_types(NULL, true));
    CHECK(!wasmer_features_relaxed_simd(NULL, true) && !wasmer_features_simd(NULL, true));
    CHECK(!wasmer_features_tail_call(NULL, true) && !wasmer_features_threads(NULL, true));
    CHECK(!wasmer_features_wide_arithmetic(NULL, true));
}

/* Nothing to set is no reason for an engine that is not as asked for. */
static void nothing_to_configure(void) {
    wasm_config_t *configs[3] = {wasm_config_new(), wasm_config_new(), wasm_config_new()};
    wasm_config_set_features(configs[0], NULL);
    wasm_config_set_target(configs[1], NULL);
    wasm_config_push_middleware(configs[2], NULL);
    for (int i = 0; i < 3; i++) {
        wasm_engine_t *engine = wasm_engine_new_with_config(configs[i]);
        CHECK(engine != NULL || wasmer_last_error_length() > 1, "no engine, and no reason");
        wasm_engine_delete(engine);
    }
}

static void targets(void) {
    wasm_name_t sse = bytes_of("sse2");
    CHECK(wasmer_triple_new(NULL) == NULL);
    CHECK(!wasmer_cpu_features_add(NULL, &sse));
    wasmer_cpu_features_t *features = wasmer_cpu_features_new();
    CHECK(!wasmer_cpu_features_add(features, NULL));
    CHECK(wasmer_target_new(NULL, features) == NULL);
    CHECK(wasmer_target_new(wasmer_triple_new_from_host(), NULL) == NULL);
}

static void metering(void) {
    CHECK(wasmer_metering_new(1, NULL) == NULL);
    CHECK(wasmer_metering_as_middleware(NULL) == NULL);
    wasmer_metering_get_remaining_points(NULL);
    CHECK(!wasmer_metering_points_are_exhausted(NULL));
    wasmer_metering_set_remaining_points(NULL, 1);
}

static void texts_and_names(void) {
    open_all();
    wasm_byte_vec_t text = bytes_of("(module)"), out = {7, NULL};
    wat2wasm(NULL, &out);
    EQUAL(out.size, 0);
    wat2wasm(&text, NULL);
    CHECK(wasmer_module_new(NULL, &text) == NULL && wasmer_module_new(guest.engine, NULL) == NULL);
    out.size = 7;
    wasmer_module_name(NULL, &out);
    EQUAL(out.size, 0);
    wasmer_module_name(guest.module, NULL);
    CHECK(!wasmer_module_set_name(NULL, &text) && !wasmer_module_set_name(guest.module, NULL));
    close_all();
}

static const case_t cases[] = {
    CASE(types), CASE(new_types), CASE(new_tags), CASE(values_and_frames), CASE(traps),
    CASE(modules), CASE(shared_modules), CASE(instances), CASE(functions), CASE(calls),
    CASE(globals), CASE(tables), CASE(memories), CASE(configurations),
    CASE(nothing_to_configure), CASE(targets), CASE(metering), CASE(texts_and_names),
};

int main(int argc, char **argv) { return RUN_CASES("null_functions", cases, argc, argv); }
