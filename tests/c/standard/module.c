/* Modules: compiled, validated, asked what they want and offer, serialized, shared. */

#include "objects.h"

static const char full[] =
    "(module (import \"env\" \"f\" (func (param i32 f64) (result externref)))"
    "(import \"\" \"g\" (global (mut i64))) (import \"env\" \"t\" (table 2 3 externref))"
    "(import \"e\\c3\\a4\" \"m\" (memory 1 4))"
    "(func (export \"answer\") (result i32) i32.const 42) (export \"m2\" (memory 0))"
    "(export \"g2\" (global 0)) (export \"\" (table 0)))";

static const char answer[] = "(module (func (export \"answer\") (result i32) i32.const 42))";

static void imports(void) {
    guest_t guest = open_store();
    wasm_module_t *module = module_of(guest.store, full);
    wasm_importtype_vec_t found = {7, NULL};
    wasm_module_imports(module, &found);
    NEED(found.size == 4);
    CHECK(same_text(wasm_importtype_module(found.data[0]), "env"));
    CHECK(same_text(wasm_importtype_name(found.data[0]), "f"));
    CHECK(same_text(wasm_importtype_module(found.data[1]), ""));
    CHECK(same_text(wasm_importtype_module(found.data[3]), "e\303\244"));
    const wasm_functype_t *func =
        wasm_externtype_as_functype_const(wasm_importtype_type(found.data[0]));
    NEED(func != NULL);
    EQUAL(wasm_functype_params(func)->size, 2);
    EQUAL(wasm_valtype_kind(wasm_functype_params(func)->data[1]), WASM_F64);
    EQUAL(wasm_valtype_kind(wasm_functype_results(func)->data[0]), WASM_EXTERNREF);
    const wasm_globaltype_t *global =
        wasm_externtype_as_globaltype_const(wasm_importtype_type(found.data[1]));
    NEED(global != NULL);
    EQUAL(wasm_globaltype_mutability(global), WASM_VAR);
    EQUAL(wasm_valtype_kind(wasm_globaltype_content(global)), WASM_I64);
    const wasm_tabletype_t *table =
        wasm_externtype_as_tabletype_const(wasm_importtype_type(found.data[2]));
    NEED(table != NULL);
    EQUAL(wasm_tabletype_limits(table)->min, 2);
    EQUAL(wasm_tabletype_limits(table)->max, 3);
    EQUAL(wasm_valtype_kind(wasm_tabletype_element(table)), WASM_EXTERNREF);
    const wasm_memorytype_t *memory =
        wasm_externtype_as_memorytype_const(wasm_importtype_type(found.data[3]));
    NEED(memory != NULL);
    EQUAL(wasm_memorytype_limits(memory)->min, 1);
    EQUAL(wasm_memorytype_limits(memory)->max, 4);
    wasm_importtype_vec_delete(&found);
    wasm_module_delete(module);
    close_guest(&guest);
}

static void exports(void) {
    guest_t guest = open_store();
    wasm_module_t *module = module_of(guest.store, full);
    static const char *const names[] = {"answer", "m2", "g2", ""};
    static const wasm_externkind_t kinds[] = {WASM_EXTERN_FUNC, WASM_EXTERN_MEMORY,
                                              WASM_EXTERN_GLOBAL, WASM_EXTERN_TABLE};
    wasm_exporttype_vec_t found = {7, NULL};
    wasm_module_exports(module, &found);
    wasm_module_delete(module);
    NEED(found.size == 4);
    for (size_t i = 0; i < 4; i++) {
        CHECK(same_text(wasm_exporttype_name(found.data[i]), names[i]), "name %u", (unsigned)i);
        EQUAL(wasm_externtype_kind(wasm_exporttype_type(found.data[i])), kinds[i]);
    }
    wasm_exporttype_vec_delete(&found);
    close_guest(&guest);
}

static void neither(void) {
    guest_t guest = open_store();
    wasm_module_t *module = module_of(guest.store, "(module)");
    wasm_importtype_vec_t imported = {7, NULL};
    wasm_exporttype_vec_t exported = {7, NULL};
    wasm_module_imports(module, &imported);
    wasm_module_exports(module, &exported);
    EQUAL(imported.size, 0);
    EQUAL(exported.size, 0);
    wasm_importtype_vec_delete(&imported);
    wasm_exporttype_vec_delete(&exported);
    wasm_module_delete(module);
    close_guest(&guest);
}

static const char *const invalid[] = {
    "", "a", "\0asm", "\0asm\1\0\0", "\0asm\1\0\0\0\1", "(module)", "garbage and more garbage",
};
static const size_t invalid_sizes[] = {0, 1, 4, 7, 9, 8, 24};

static void what_is_not_valid(void) {
    guest_t guest = open_store();
    for (size_t i = 0; i < LENGTH(invalid); i++) {
        wasm_byte_vec_t bytes = {invalid_sizes[i], (byte_t *)(uintptr_t)invalid[i]};
        CHECK(!wasm_module_validate(guest.store, &bytes), "%u is valid", (unsigned)i);
    }
    /* A body that leaves no result. */
    wasm_byte_vec_t binary = binary_of(answer);
    CHECK(wasm_module_validate(guest.store, &binary));
    binary.data[binary.size - 3] = 0x01;
    binary.data[binary.size - 2] = 0x01;
    CHECK(!wasm_module_validate(guest.store, &binary));
    CHECK(wasm_module_new(guest.store, &binary) == NULL);
    wasm_byte_vec_delete(&binary);
    close_guest(&guest);
}

static void what_is_not_valid_is_not_compiled(void) {
    guest_t guest = open_store();
    for (size_t i = 0; i < LENGTH(invalid); i++) {
        if (invalid[i][0] == '(') continue;
        wasm_byte_vec_t bytes = {invalid_sizes[i], (byte_t *)(uintptr_t)invalid[i]};
        CHECK(wasm_module_new(guest.store, &bytes) == NULL, "%u is compiled", (unsigned)i);
    }
    close_guest(&guest);
}

static void text_is_no_binary(void) {
    guest_t guest = open_store();
    wasm_byte_vec_t text = bytes_of("(module)");
    CHECK(wasm_module_new(guest.store, &text) == NULL, "text was compiled");
    close_guest(&guest);
}

static void text_to_binary(void) {
    wasm_byte_vec_t text = bytes_of("(module)"), binary = {7, NULL};
    wat2wasm(&text, &binary);
    EQUAL(binary.size, 8);
    CHECK(memcmp(binary.data, "\0asm\1\0\0\0", 8) == 0);
    wasm_byte_vec_delete(&binary);
    text = bytes_of("(module (fun))");
    binary.size = 7;
    wat2wasm(&text, &binary);
    CHECK(binary.size == 0 && binary.data == NULL);
    char message[512];
    int length = wasmer_last_error_length();
    NEED(length > 1 && length < (int)sizeof message);
    EQUAL(wasmer_last_error_message(message, sizeof message), length);
    CHECK(strstr(message, "fun") != NULL, "the error says \"%s\"", message);
}

static void serialized(void) {
    guest_t guest = open_store(), other = open_store();
    wasm_module_t *module = module_of(guest.store, answer);
    wasm_byte_vec_t bytes = {7, NULL};
    wasm_module_serialize(module, &bytes);
    NEED(bytes.size > 100 && bytes.data != NULL);
    wasm_module_delete(module);
    other.module = wasm_module_deserialize(other.store, &bytes);
    wasm_byte_vec_delete(&bytes);
    NEED(other.module != NULL);
    wasm_exporttype_vec_t exported;
    wasm_module_exports(other.module, &exported);
    NEED(exported.size == 1);
    CHECK(same_text(wasm_exporttype_name(exported.data[0]), "answer"));
    wasm_exporttype_vec_delete(&exported);
    other.instance = instance_of(other.store, other.module, 0, NULL);
    wasm_instance_exports(other.instance, &other.exports);
    EQUAL(call_0(func_at(&other, 0)), 42);
    close_guest(&other);
    close_guest(&guest);
}

static void what_is_not_serialized(void) {
    guest_t guest = open_store();
    wasm_byte_vec_t binary = binary_of(answer);
    CHECK(wasm_module_deserialize(guest.store, &binary) == NULL, "a module that is not compiled");
    wasm_byte_vec_delete(&binary);
    for (size_t i = 0; i < LENGTH(invalid); i++) {
        wasm_byte_vec_t bytes = {invalid_sizes[i], (byte_t *)(uintptr_t)invalid[i]};
        CHECK(wasm_module_deserialize(guest.store, &bytes) == NULL, "%u", (unsigned)i);
    }
    close_guest(&guest);
}

static void shared(void) {
    guest_t guest = open_store(), other = {.engine = guest.engine};
    wasm_module_t *module = module_of(guest.store, answer);
    wasm_shared_module_t *form = wasm_module_share(module);
    NEED(form != NULL);
    wasm_module_delete(module);
    other.store = wasm_store_new(guest.engine);
    other.module = wasm_module_obtain(other.store, form);
    NEED(other.module != NULL);
    wasm_shared_module_delete(form);
    other.instance = instance_of(other.store, other.module, 0, NULL);
    wasm_instance_exports(other.instance, &other.exports);
    wasm_store_delete(guest.store);
    EQUAL(call_0(func_at(&other, 0)), 42);
    close_guest(&other);
}

/* A module is known again wherever it was come by; the one of another store is, too. */
static void obtained_again(void) {
    guest_t guest = open_store();
    wasm_module_t *module = module_of(guest.store, answer);
    wasm_module_t *other = module_of(guest.store, answer);
    wasm_module_t *copy = wasm_module_copy(module);
    CHECK(copy != NULL && wasm_module_same(copy, module));
    CHECK(!wasm_module_same(other, module), "compiled twice, but one module");
    wasm_module_delete(module);
    guest.module = copy;
    guest.instance = instance_of(guest.store, copy, 0, NULL);
    wasm_instance_exports(guest.instance, &guest.exports);
    EQUAL(call_0(func_at(&guest, 0)), 42);
    wasm_module_delete(other);
    close_guest(&guest);
}

/* Many modules on one engine; what is deleted leaves nothing that another one trips over. */
static void one_after_another(void) {
    guest_t guest = open_store();
    for (int i = 0; i < (in_process ? 5 : 100); i++) {
        wasm_module_t *module = module_of(guest.store, answer);
        wasm_module_delete(module);
    }
    load(&guest, answer, 0, NULL);
    EQUAL(call_0(func_at(&guest, 0)), 42);
    close_guest(&guest);
}

/* Tags are exports of a fifth kind. */
static void tags(void) {
    wasm_config_t *config = wasm_config_new();
    wasmer_features_t *features = wasmer_features_new();
    CHECK(wasmer_features_exceptions(features, true));
    wasm_config_set_features(config, features);
    guest_t guest = {.engine = wasm_engine_new_with_config(config)};
    guest.store = wasm_store_new(guest.engine);
    load(&guest, "(module (tag (export \"t\") (param i64)) (func (export \"f\")))", 0, NULL);
    wasm_exporttype_vec_t exported;
    wasm_module_exports(guest.module, &exported);
    NEED(exported.size == 2);
    const wasm_externtype_t *type = wasm_exporttype_type(exported.data[0]);
    EQUAL(wasm_externtype_kind(type), 4);
    EQUAL(wasm_extern_kind(export_at(&guest, 0)), WASM_EXTERN_TAG);
    CHECK(wasm_extern_as_func(export_at(&guest, 0)) == NULL);
    const wasm_tagtype_t *tag = wasm_externtype_as_tagtype_const(type);
    NEED(tag != NULL);
    const wasm_functype_t *carried = wasm_tagtype_functype(tag);
    NEED(carried != NULL && wasm_functype_params(carried)->size == 1);
    EQUAL(wasm_valtype_kind(wasm_functype_params(carried)->data[0]), WASM_I64);
    wasm_exporttype_vec_delete(&exported);
    /* One of them, imported elsewhere. */
    wasm_module_t *user = module_of(guest.store, "(module (import \"\" \"t\" (tag (param i64))))");
    wasm_importtype_vec_t imported;
    wasm_module_imports(user, &imported);
    NEED(imported.size == 1);
    EQUAL(wasm_externtype_kind(wasm_importtype_type(imported.data[0])), WASM_EXTERN_TAG);
    wasm_importtype_vec_delete(&imported);
    wasm_instance_delete(instance_of(guest.store, user, 1, guest.exports.data));
    wasm_module_delete(user);
    close_guest(&guest);
}

static const case_t cases[] = {
    CASE(imports), CASE(exports), CASE(neither), CASE(what_is_not_valid),
    CASE(what_is_not_valid_is_not_compiled), CASE(text_is_no_binary), CASE(text_to_binary),
    CASE(serialized), CASE(what_is_not_serialized), CASE(shared), CASE(obtained_again),
    CASE(one_after_another), CASE(tags),
};

int main(int argc, char **argv) { return RUN_CASES("module", cases, argc, argv); }
