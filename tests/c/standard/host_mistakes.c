/* Mistakes of the host that can be seen: vectors without data, kinds and pointers that do not fit.
   Each ends in NULL, false, an empty vector or a trap, and the objects are as they were. */

#include "objects.h"

static const char answer[] =
    "(module (func (export \"answer\") (result i32) i32.const 42)"
    "(global (export \"g\") (mut i32) (i32.const 7)) (table (export \"t\") 2 funcref)"
    "(memory (export \"m\") 1) (func (export \"add\") (param i32) (result i32) local.get 0))";
enum { F, G, T, M, ADD };

static void still_works(guest_t *guest) {
    EQUAL(call_0(func_at(guest, F)), 42);
    close_guest(guest);
}

/* A size, and nowhere to find the elements. */
#define NO_DATA(name)                                                                     \
    do {                                                                                  \
        wasm_##name##_vec_t vector = {3, NULL}, out = {7, NULL};                          \
        wasm_##name##_vec_new(&out, 3, NULL);                                             \
        CHECK(out.size == 0 && out.data == NULL, "new " #name);                           \
        out.size = 7;                                                                     \
        wasm_##name##_vec_copy(&out, &vector);                                            \
        CHECK(out.size == 0 && out.data == NULL, "copy " #name);                          \
        wasm_##name##_vec_delete(&vector);                                                \
    } while (0)

static void no_data_for_vectors(void) {
    NO_DATA(byte);
    NO_DATA(val);
    NO_DATA(valtype);
    NO_DATA(functype);
    NO_DATA(globaltype);
    NO_DATA(tabletype);
    NO_DATA(memorytype);
    NO_DATA(importtype);
    NO_DATA(exporttype);
    NO_DATA(frame);
    NO_DATA(extern);
}

static void no_data_for_newer_vectors(void) {
    NO_DATA(externtype);
    NO_DATA(tagtype);
}

static void no_data_for_types(void) {
    wasm_valtype_vec_t none = {2, NULL}, empty = WASM_EMPTY_VEC;
    CHECK(wasm_functype_new(&none, &empty) == NULL, "a function type");
    none.size = 2;
    CHECK(wasm_functype_new(&empty, &none) == NULL, "a function type by its results");
    wasm_name_t no_name = {2, NULL}, name;
    const wasm_limits_t limits = {1, 2};
    wasm_name_new_from_string(&name, "name");
    CHECK(!wasm_importtype_new(&no_name, &name,
                               wasm_memorytype_as_externtype(wasm_memorytype_new(&limits))));
    no_name.size = 2;
    CHECK(!wasm_exporttype_new(&no_name,
                               wasm_memorytype_as_externtype(wasm_memorytype_new(&limits))));
}

static void no_data_for_modules(void) {
    guest_t guest = open_guest(answer);
    wasm_byte_vec_t none = {100, NULL}, out = {7, NULL};
    CHECK(wasm_module_new(guest.store, &none) == NULL, "compiled");
    CHECK(!wasm_module_validate(guest.store, &none), "validated");
    CHECK(wasm_module_deserialize(guest.store, &none) == NULL, "deserialized");
    CHECK(wasmer_module_new(guest.engine, &none) == NULL, "compiled by the engine");
    CHECK(!wasmer_module_set_name(guest.module, &none), "named");
    wat2wasm(&none, &out);
    CHECK(out.size == 0 && out.data == NULL, "made of text");
    still_works(&guest);
}

static void no_data_for_targets(void) {
    wasm_byte_vec_t none = {100, NULL};
    CHECK(wasmer_triple_new(&none) == NULL);
    wasmer_cpu_features_t *features = wasmer_cpu_features_new();
    CHECK(!wasmer_cpu_features_add(features, &none));
    wasmer_cpu_features_delete(features);
}

static void no_data_for_calls(void) {
    guest_t guest = open_guest(answer);
    wasm_val_t value = i32(1);
    wasm_val_vec_t none = {1, NULL}, empty = WASM_EMPTY_VEC, one = {1, &value};
    TRAPS("", wasm_func_call(func_at(&guest, F), &empty, &none));
    TRAPS("", wasm_func_call(func_at(&guest, ADD), &none, &one));
    still_works(&guest);
}

static void no_data_for_imports(void) {
    guest_t guest = open_guest(answer);
    wasm_module_t *module = module_of(guest.store, "(module (import \"\" \"\" (func)))");
    wasm_extern_vec_t none = {1, NULL};
    wasm_trap_t *trap = NULL;
    CHECK(wasm_instance_new(guest.store, module, &none, &trap) == NULL);
    CHECK(trap != NULL, "no trap");
    wasm_trap_delete(trap);
    wasm_module_delete(module);
    still_works(&guest);
}

/* More elements than any memory has room for. */
static void sizes_that_no_memory_has(void) {
    guest_t guest = open_guest(answer);
    wasm_val_t value = i32(1), result;
    wasm_byte_vec_t bytes = {SIZE_MAX, (byte_t *)"x"}, out = {7, NULL};
    CHECK(wasm_module_new(guest.store, &bytes) == NULL);
    CHECK(wasm_module_deserialize(guest.store, &bytes) == NULL);
    wat2wasm(&bytes, &out);
    CHECK(out.size == 0 && out.data == NULL);
    out.size = 7;
    wasm_byte_vec_copy(&out, &bytes);
    CHECK(out.size == 0 && out.data == NULL);
    wasm_val_vec_t args = {SIZE_MAX / 8, &value}, room = {1, &result};
    TRAPS("", wasm_func_call(func_at(&guest, ADD), &args, &room));
    wasm_extern_vec_t imports = {SIZE_MAX / 4, guest.exports.data};
    wasm_trap_t *trap = NULL;
    CHECK(wasm_instance_new(guest.store, guest.module, &imports, &trap) == NULL);
    CHECK(trap != NULL, "no trap");
    wasm_trap_delete(trap);
    still_works(&guest);
}

/* There must be a trap: NULL would tell the library that a callback has succeeded. */
static void no_data_for_messages(void) {
    guest_t guest = open_guest(answer);
    wasm_message_t none = {5, NULL};
    wasm_trap_t *traps[2] = {wasm_trap_new(guest.store, &none), wasm_trap_new(guest.store, NULL)};
    CHECK(traps[0] != NULL && traps[1] != NULL);
    wasm_trap_delete(traps[0]);
    wasm_trap_delete(traps[1]);
    still_works(&guest);
}

static void null_elements_of_types(void) {
    wasm_valtype_t *kinds[2] = {wasm_valtype_new_i32(), NULL};
    wasm_valtype_vec_t params, results = WASM_EMPTY_VEC;
    wasm_valtype_vec_new(&params, 2, kinds);
    CHECK(wasm_functype_new(&params, &results) == NULL);
}

static void mutabilities_that_do_not_exist(void) {
    for (int mutability = 2; mutability < 256; mutability += 23) {
        wasm_globaltype_t *type =
            wasm_globaltype_new(wasm_valtype_new_i32(), (wasm_mutability_t)mutability);
        CHECK(type == NULL, "mutability %d", mutability);
        wasm_globaltype_delete(type);
    }
}

/* Values of no kind own nothing, whatever is in them. */
static void values_of_no_kind(void) {
    wasm_val_t value = {.kind = 77, .of = {.i64 = 0x123456}}, copy = i32(1);
    wasm_val_copy(&copy, &value);
    wasm_val_delete(&copy);
    wasm_val_delete(&value);
    wasm_val_vec_t vector, vector_copy;
    wasm_val_vec_new(&vector, 1, &(wasm_val_t){.kind = 4, .of = {.i64 = 0x123456}});
    EQUAL(vector.size, 1);
    wasm_val_vec_copy(&vector_copy, &vector);
    wasm_val_vec_delete(&vector_copy);
    wasm_val_vec_delete(&vector);
}

/* A pointer to another kind of object. With a cast the compiler is silent; the library is not. */
static void objects_of_another_kind(void) {
    guest_t guest = open_guest(answer);
    wasm_func_t *func = func_at(&guest, F);
    wasm_global_t *global = global_at(&guest, G);
    wasm_val_t value = i32(8), result = i32(1);
    wasm_val_vec_t none = WASM_EMPTY_VEC, room = {1, &result};
    TRAPS("", wasm_func_call((wasm_func_t *)global, &none, &room));
    wasm_global_get((wasm_global_t *)func, &result);
    CHECK(result.kind == WASM_EXTERNREF && result.of.ref == NULL, "the value of a function");
    wasm_global_set((wasm_global_t *)func, &value);
    EQUAL(wasm_table_size((wasm_table_t *)func), 0);
    CHECK(wasm_table_get((wasm_table_t *)global, 0) == NULL);
    CHECK(!wasm_table_set((wasm_table_t *)global, 0, NULL));
    CHECK(!wasm_table_grow((wasm_table_t *)memory_at(&guest, M), 1, NULL));
    EQUAL(wasm_memory_size((wasm_memory_t *)func), 0);
    CHECK(wasm_memory_data((wasm_memory_t *)func) == NULL);
    EQUAL(wasm_memory_data_size((wasm_memory_t *)table_at(&guest, T)), 0);
    CHECK(!wasm_memory_grow((wasm_memory_t *)func, 1));
    CHECK(wasm_func_type((wasm_func_t *)global) == NULL);
    CHECK(wasm_global_type((wasm_global_t *)func) == NULL);
    CHECK(wasm_table_type((wasm_table_t *)func) == NULL);
    CHECK(wasm_memory_type((wasm_memory_t *)func) == NULL);
    EQUAL(wasm_func_param_arity((wasm_func_t *)guest.instance), 0);
    wasm_exporttype_vec_t exports = {7, NULL};
    wasm_module_exports((wasm_module_t *)guest.instance, &exports);
    EQUAL(exports.size, 0);
    wasm_extern_vec_t externs = {7, NULL};
    wasm_instance_exports((wasm_instance_t *)guest.module, &externs);
    EQUAL(externs.size, 0);
    wasm_trap_t *trap = NULL;
    CHECK(!wasm_instance_new(guest.store, (wasm_module_t *)guest.instance, &externs, &trap));
    CHECK(trap != NULL);
    wasm_trap_delete(trap);
    wasm_message_t message = {7, NULL};
    wasm_trap_message((wasm_trap_t *)func, &message);
    EQUAL(message.size, 0);
    still_works(&guest);
}

static void types_of_another_kind(void) {
    guest_t guest = open_guest(answer);
    wasm_functype_t *func = wasm_functype_new_0_0();
    wasm_globaltype_t *global = wasm_globaltype_new(wasm_valtype_new_i32(), WASM_VAR);
    wasm_val_t value = i32(1);
    CHECK(wasm_functype_params((wasm_functype_t *)global) == NULL);
    CHECK(wasm_functype_results((wasm_functype_t *)global) == NULL);
    CHECK(wasm_globaltype_content((wasm_globaltype_t *)func) == NULL);
    CHECK(wasm_tabletype_element((wasm_tabletype_t *)func) == NULL);
    CHECK(wasm_tabletype_limits((wasm_tabletype_t *)global) == NULL);
    CHECK(wasm_memorytype_limits((wasm_memorytype_t *)func) == NULL);
    CHECK(wasm_tagtype_functype((wasm_tagtype_t *)global) == NULL);
    CHECK(wasm_func_new(guest.store, (wasm_functype_t *)global, do_nothing) == NULL);
    CHECK(wasm_global_new(guest.store, (wasm_globaltype_t *)func, &value) == NULL);
    CHECK(wasm_table_new(guest.store, (wasm_tabletype_t *)func, NULL) == NULL);
    CHECK(wasm_memory_new(guest.store, (wasm_memorytype_t *)global) == NULL);
    wasm_functype_delete(func);
    wasm_globaltype_delete(global);
    still_works(&guest);
}

/* A callback that returns something that is no trap has failed all the same. */
static wasm_trap_t *return_a_function(void *env, const wasm_val_vec_t *args,
                                      wasm_val_vec_t *results) {
    (void)args, (void)results;
    return (wasm_trap_t *)wasm_func_copy(env);
}

static void a_trap_of_another_kind(void) {
    guest_t guest = open_guest(answer);
    wasm_functype_t *type = wasm_functype_new_0_0();
    wasm_func_t *func = wasm_func_new_with_env(guest.store, type, return_a_function,
                                               func_at(&guest, F), NULL);
    wasm_functype_delete(type);
    TRAPS("", call_empty(func));
    wasm_func_delete(func);
    still_works(&guest);
}

static const case_t cases[] = {
    CASE(no_data_for_vectors), CASE(no_data_for_newer_vectors), CASE(no_data_for_types),
    CASE(no_data_for_modules), CASE(no_data_for_targets), CASE(no_data_for_calls),
    CASE(no_data_for_imports), CASE(sizes_that_no_memory_has), CASE(no_data_for_messages),
    CASE(null_elements_of_types), CASE(mutabilities_that_do_not_exist), CASE(values_of_no_kind),
    CASE(objects_of_another_kind), CASE(types_of_another_kind), CASE(a_trap_of_another_kind),
};

int main(int argc, char **argv) { return RUN_CASES("host_mistakes", cases, argc, argv); }
