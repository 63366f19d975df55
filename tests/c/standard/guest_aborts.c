/* What a guest may not do to its host: each of these modules ended the process, or a lie, through
   Wasmer's own C API. Here each ends in an answer or an error, and the next call works. */

#include "objects.h"

enum { V128 = 4 };

static const char answer[] = "(module (func (export \"answer\") (result i32) i32.const 42))";

/* The process goes on: another store works. */
static void all_is_well(void) {
    guest_t guest = open_guest(answer);
    EQUAL(call_0(func_at(&guest, 0)), 42);
    close_guest(&guest);
}

static const char vectors[] =
    "(module (import \"\" \"f\" (func (param v128))) (import \"\" \"g\" (global v128))"
    "(func (export \"give\") (result v128) v128.const i64x2 1 2)"
    "(func (export \"take\") (param v128 i32) (result i32) local.get 1)"
    "(global (export \"global\") (mut v128) (v128.const i64x2 3 4)))";

/* 1: a v128 in a type of an import or export. */
static void v128_in_imports(void) {
    guest_t guest = open_store();
    wasm_module_t *module = module_of(guest.store, vectors);
    wasm_importtype_vec_t imports = WASM_EMPTY_VEC;
    wasm_module_imports(module, &imports);
    NEED(imports.size == 2);
    const wasm_functype_t *func =
        wasm_externtype_as_functype_const(wasm_importtype_type(imports.data[0]));
    NEED(func != NULL);
    EQUAL(wasm_valtype_kind(wasm_functype_params(func)->data[0]), V128);
    const wasm_globaltype_t *global =
        wasm_externtype_as_globaltype_const(wasm_importtype_type(imports.data[1]));
    NEED(global != NULL);
    EQUAL(wasm_valtype_kind(wasm_globaltype_content(global)), V128);
    wasm_importtype_vec_delete(&imports);
    wasm_module_delete(module);
    close_guest(&guest);
}

static void v128_in_exports(void) {
    guest_t guest = open_store();
    wasm_module_t *module = module_of(guest.store, vectors);
    wasm_exporttype_vec_t exports = WASM_EMPTY_VEC;
    wasm_module_exports(module, &exports);
    NEED(exports.size == 3);
    const wasm_functype_t *func =
        wasm_externtype_as_functype_const(wasm_exporttype_type(exports.data[0]));
    NEED(func != NULL);
    EQUAL(wasm_valtype_kind(wasm_functype_results(func)->data[0]), V128);
    wasm_exporttype_vec_delete(&exports);
    wasm_module_delete(module);
    close_guest(&guest);
}

static const char vector_exports[] =
    "(module (func (export \"give\") (result v128) v128.const i64x2 1 2)"
    "(func (export \"take\") (param v128 i32) (result i32) local.get 1)"
    "(global (export \"global\") (mut v128) (v128.const i64x2 3 4))"
    "(func (export \"low\") (result i64) global.get 0 i64x2.extract_lane 0))";
enum { GIVE, TAKE, GLOBAL, LOW };

static void v128_in_func_type(void) {
    guest_t guest = open_guest(vector_exports);
    wasm_functype_t *type = wasm_func_type(func_at(&guest, TAKE));
    NEED(type != NULL);
    EQUAL(wasm_valtype_kind(wasm_functype_params(type)->data[0]), V128);
    EQUAL(wasm_valtype_kind(wasm_functype_params(type)->data[1]), WASM_I32);
    wasm_functype_delete(type);
    close_guest(&guest);
}

static void v128_in_global_type(void) {
    guest_t guest = open_guest(vector_exports);
    wasm_globaltype_t *type = wasm_global_type(global_at(&guest, GLOBAL));
    NEED(type != NULL);
    EQUAL(wasm_valtype_kind(wasm_globaltype_content(type)), V128);
    wasm_globaltype_delete(type);
    close_guest(&guest);
}

static void v128_in_extern_type(void) {
    guest_t guest = open_guest(vector_exports);
    wasm_externtype_t *type = wasm_extern_type(export_at(&guest, GLOBAL));
    NEED(type != NULL);
    EQUAL(wasm_externtype_kind(type), WASM_EXTERN_GLOBAL);
    wasm_externtype_delete(type);
    close_guest(&guest);
}

/* 2: a result that cannot cross is no success. */
static void v128_as_result(void) {
    guest_t guest = open_guest(vector_exports);
    wasm_val_t result;
    TRAPS("", call(func_at(&guest, GIVE), 0, NULL, 1, &result));
    close_guest(&guest);
    all_is_well();
}

static void v128_as_argument(void) {
    guest_t guest = open_guest(vector_exports);
    wasm_val_t args[2] = {i64(1), i32(2)}, result;
    TRAPS("", call(func_at(&guest, TAKE), 2, args, 1, &result));
    args[0].kind = V128;
    TRAPS("", call(func_at(&guest, TAKE), 2, args, 1, &result));
    close_guest(&guest);
}

static wasm_engine_t *engine_with_exceptions(wasm_config_t *config) {
    wasmer_features_t *features = wasmer_features_new();
    CHECK(wasmer_features_exceptions(features, true));
    wasm_config_set_features(config, features);
    wasm_engine_t *engine = wasm_engine_new_with_config(config);
    NEED(engine != NULL);
    return engine;
}

static void exnref_as_result(void) {
    guest_t guest = {.engine = engine_with_exceptions(wasm_config_new())};
    guest.store = wasm_store_new(guest.engine);
    wasm_byte_vec_t binary = binary_of("(module (func (export \"f\") (result exnref)"
                                       "  ref.null exn))");
    guest.module = wasm_module_new(guest.store, &binary);
    wasm_byte_vec_delete(&binary);
    wasm_instance_t *instance = NULL;
    wasm_extern_vec_t none = WASM_EMPTY_VEC;
    if (guest.module != NULL) {
        instance = wasm_instance_new(guest.store, guest.module, &none, NULL);
    }
    if (instance == NULL) {
        /* Refused earlier, which is an answer too. */
        CHECK(guest.module != NULL || wasmer_last_error_length() > 1);
    } else {
        wasm_instance_exports(instance, &guest.exports);
        wasm_val_t result;
        TRAPS("", call(func_at(&guest, 0), 0, NULL, 1, &result));
        guest.instance = instance;
    }
    close_guest(&guest);
}

/* 3: a global whose value cannot cross: the out parameter is set, and the global is not. */
static void v128_in_a_global(void) {
    guest_t guest = open_guest(vector_exports);
    wasm_val_t value = {.kind = 99, .of = {.i64 = 0x1234}};
    wasm_global_get(global_at(&guest, GLOBAL), &value);
    CHECK(value.kind == WASM_EXTERNREF && value.of.ref == NULL, "not set");
    wasm_val_delete(&value);
    const wasm_val_t wrong = i64(9);
    wasm_global_set(global_at(&guest, GLOBAL), &wrong);
    wasm_val_t low;
    RUNS(call(func_at(&guest, LOW), 0, NULL, 1, &low));
    EQUAL(low.of.i64, 3);
    close_guest(&guest);
}

/* 4: metering, and an operator that the C enumeration has no number for. */
static uint64_t one_point(wasmer_parser_operator_t operator_) {
    (void)operator_;
    return 1;
}

static void metering_of_any_operator(void) {
    wasm_config_t *config = wasm_config_new();
    wasmer_metering_t *metering = wasmer_metering_new(1000, one_point);
    wasm_config_push_middleware(config, wasmer_metering_as_middleware(metering));
    guest_t guest = {.engine = engine_with_exceptions(config)};
    guest.store = wasm_store_new(guest.engine);
    load(&guest, "(module (tag $t) (func $throws throw $t)"
                 "(func (export \"f\") (result i32)"
                 "  (block $caught (try_table (catch $t $caught) call $throws)"
                 "    (return (i32.const 1)))"
                 "  i32.const 42))", 0, NULL);
    EQUAL(call_0(func_at(&guest, 0)), 42);
    close_guest(&guest);
}

/* 6: a memory of 64 bits, with the proposal asked for. (5 is WASI's.) */
static void memory_of_64_bits(void) {
    wasm_config_t *config = wasm_config_new();
    wasmer_features_t *features = wasmer_features_new();
    wasmer_features_memory64(features, true);
    wasm_config_set_features(config, features);
    guest_t guest = {.engine = wasm_engine_new_with_config(config)};
    NEED(guest.engine != NULL);
    guest.store = wasm_store_new(guest.engine);
    static const char *const texts[] = {"(module (memory i64 1))",
                                        "(module (import \"\" \"\" (memory i64 1)))"};
    for (size_t i = 0; i < 2; i++) {
        wasm_byte_vec_t binary = binary_of(texts[i]);
        wasm_module_t *module = wasm_module_new(guest.store, &binary);
        EQUAL(module != NULL, wasm_module_validate(guest.store, &binary));
        CHECK(module != NULL || wasmer_last_error_length() > 1);
        wasm_byte_vec_delete(&binary);
        wasm_module_delete(module);
    }
    close_guest(&guest);
    all_is_well();
}

/* 7: a serialized module that is damaged, one byte at a time. */
static void damaged_module(void) {
    guest_t guest = open_store();
    wasm_module_t *module = module_of(guest.store, answer);
    wasm_byte_vec_t bytes = WASM_EMPTY_VEC;
    wasm_module_serialize(module, &bytes);
    NEED(bytes.size > 100);
    size_t step = in_process ? 31 : 1;
    for (size_t i = 0; i < bytes.size; i += step) {
        bytes.data[i] = (char)(bytes.data[i] ^ (1 << (i % 8)));
        wasm_module_t *damaged = wasm_module_deserialize(guest.store, &bytes);
        bytes.data[i] = (char)(bytes.data[i] ^ (1 << (i % 8)));
        wasm_module_delete(damaged);
        NEED(damaged == NULL, "a damaged module was taken");
    }
    wasm_module_t *whole = wasm_module_deserialize(guest.store, &bytes);
    CHECK(whole != NULL, "the module is not damaged");
    wasm_module_delete(whole);
    wasm_byte_vec_delete(&bytes);
    wasm_module_delete(module);
    close_guest(&guest);
}

static void shortened_module(void) {
    guest_t guest = open_store();
    wasm_module_t *module = module_of(guest.store, answer);
    wasm_byte_vec_t bytes = WASM_EMPTY_VEC;
    wasm_module_serialize(module, &bytes);
    NEED(bytes.size > 100);
    for (size_t size = 0; size < bytes.size; size += in_process ? 37 : 1) {
        wasm_byte_vec_t part = {size, bytes.data};
        wasm_module_t *damaged = wasm_module_deserialize(guest.store, &part);
        wasm_module_delete(damaged);
        NEED(damaged == NULL, "a shortened module was taken");
    }
    wasm_byte_vec_delete(&bytes);
    wasm_module_delete(module);
    close_guest(&guest);
}

/* And what was found in the runtime below: a table without a maximum, and stacks without an end. */
static void table_that_grows_for_ever(void) {
    guest_t guest = open_guest("(module (table 1 funcref) (func (export \"f\") (result i32)"
                               "  ref.null func i32.const -16 table.grow))");
    EQUAL(call_0(func_at(&guest, 0)), -1);
    close_guest(&guest);
}

static void table_that_is_too_large(void) {
    guest_t guest = open_store();
    wasm_byte_vec_t binary = binary_of("(module (table 0xfffffff0 funcref))");
    wasm_module_t *module = wasm_module_new(guest.store, &binary);
    wasm_byte_vec_delete(&binary);
    wasm_extern_vec_t none = WASM_EMPTY_VEC;
    if (module != NULL) {
        CHECK(wasm_instance_new(guest.store, module, &none, NULL) == NULL, "34 GB were had");
    } else {
        CHECK(wasmer_last_error_length() > 1);
    }
    wasm_module_delete(module);
    close_guest(&guest);
    all_is_well();
}

static void recursion_without_end(void) {
    guest_t guest = open_guest("(module (func $f (export \"f\") (param i32) (result i32)"
                               "  local.get 0 i32.const 1 i32.add call $f i32.const 1 i32.add))");
    for (int i = 0; i < 5; i++) {
        wasm_val_t arg = i32(0), result;
        TRAPS("stack", call(func_at(&guest, 0), 1, &arg, 1, &result));
    }
    close_guest(&guest);
    all_is_well();
}

static const case_t cases[] = {
    CASE(v128_in_imports), CASE(v128_in_exports), CASE(v128_in_func_type),
    CASE(v128_in_global_type), CASE(v128_in_extern_type), CASE(v128_as_result),
    CASE(v128_as_argument), CASE(exnref_as_result), CASE(v128_in_a_global),
    CASE(metering_of_any_operator), CASE(memory_of_64_bits), CASE(damaged_module),
    CASE(shortened_module), CASE(table_that_grows_for_ever), CASE(table_that_is_too_large),
    CASE(recursion_without_end),
};

int main(int argc, char **argv) { return RUN_CASES("guest_aborts", cases, argc, argv); }
