/* Instances: exports in their order, imports that fit and imports that do not, start functions. */

#include "objects.h"

/* Tries to instantiate; what is made is given, `*trap` is what was told. */
static wasm_instance_t *try(const guest_t *guest, const char *wat, size_t count,
                            wasm_extern_t **imports, wasm_trap_t **trap) {
    wasm_module_t *module = module_of(guest->store, wat);
    wasm_extern_vec_t vector = {count, imports};
    wasm_instance_t *instance = wasm_instance_new(guest->store, module, &vector, trap);
    wasm_module_delete(module);
    return instance;
}

/* Checks that it fails, and that a trap says why. */
static void fails(const guest_t *guest, const char *wat, size_t count, wasm_extern_t **imports,
                  const char *why) {
    wasm_trap_t *trap = NULL;
    wasm_instance_t *instance = try(guest, wat, count, imports, &trap);
    CHECK(instance == NULL, "%s: instantiated", why);
    if (CHECK(trap != NULL, "%s: no trap", why)) {
        CHECK(strlen(message_of(trap)) > 3, "%s: no message", why);
    }
    wasm_trap_delete(trap);
    wasm_instance_delete(instance);
}

static void exports(void) {
    guest_t guest = open_guest(
        "(module (memory (export \"m\") 1) (func (export \"f\")) (table (export \"t\") 1 funcref)"
        "(global (export \"g\") i32 (i32.const 1)) (export \"m2\" (memory 0)))");
    static const wasm_externkind_t kinds[] = {WASM_EXTERN_MEMORY, WASM_EXTERN_FUNC,
                                              WASM_EXTERN_TABLE, WASM_EXTERN_GLOBAL,
                                              WASM_EXTERN_MEMORY};
    NEED(guest.exports.size == 5);
    for (size_t i = 0; i < 5; i++) {
        EQUAL(wasm_extern_kind(guest.exports.data[i]), kinds[i]);
        wasm_externtype_t *type = wasm_extern_type(guest.exports.data[i]);
        NEED(type != NULL);
        EQUAL(wasm_externtype_kind(type), kinds[i]);
        wasm_externtype_delete(type);
    }
    /* Exported twice, and asked for twice, it is one object. */
    CHECK(wasm_memory_same(memory_at(&guest, 0), memory_at(&guest, 4)));
    wasm_extern_vec_t again = {7, NULL};
    wasm_instance_exports(guest.instance, &again);
    NEED(again.size == 5);
    CHECK(wasm_memory_same(memory_at(&guest, 0), wasm_extern_as_memory(again.data[0])));
    wasm_extern_vec_delete(&again);
    close_guest(&guest);
}

static void exports_are_the_same_functions(void) {
    guest_t guest = open_guest("(module (func (export \"f\")) (export \"g\" (func 0)))");
    CHECK(wasm_func_same(func_at(&guest, 0), func_at(&guest, 1)));
    CHECK(wasm_extern_same(export_at(&guest, 0), export_at(&guest, 1)));
    close_guest(&guest);
}

static void no_exports(void) {
    guest_t guest = open_guest("(module (func))");
    EQUAL(guest.exports.size, 0);
    close_guest(&guest);
}

static void exports_outlive_it(void) {
    guest_t guest = open_guest("(module (func (export \"f\") (result i32) i32.const 42))");
    wasm_instance_delete(guest.instance);
    wasm_module_delete(guest.module);
    EQUAL(call_0(func_at(&guest, 0)), 42);
    wasm_extern_vec_delete(&guest.exports);
    wasm_store_delete(guest.store);
    wasm_engine_delete(guest.engine);
}

static void linked_to_another(void) {
    guest_t guest = open_guest("(module (func (export \"f\") (param i32 i64 f32 f64) (result f64)"
                               "  local.get 3 local.get 2 f64.promote_f32 f64.add)"
                               "(memory (export \"m\") 1)"
                               "(global (export \"g\") i32 (i32.const 2)))");
    guest_t user = {guest.engine, guest.store, NULL, NULL, WASM_EMPTY_VEC};
    load(&user, "(module (import \"\" \"f\" (func $f (param i32 i64 f32 f64) (result f64)))"
                "(import \"\" \"m\" (memory 1)) (import \"\" \"g\" (global $g i32))"
                "(func (export \"h\") (result i32)"
                "  i32.const 1 i64.const 2 f32.const 1.5 f64.const 38.5 call $f i32.trunc_f64_s"
                "  global.get $g i32.add))", 3, guest.exports.data);
    EQUAL(call_0(func_at(&user, 0)), 42);
    wasm_extern_vec_delete(&user.exports);
    wasm_instance_delete(user.instance);
    wasm_module_delete(user.module);
    close_guest(&guest);
}

static void trap_is_set_to_null(void) {
    guest_t guest = open_store();
    wasm_trap_t *trap = (wasm_trap_t *)&guest;
    wasm_instance_t *instance = try(&guest, "(module)", 0, NULL, &trap);
    CHECK(instance != NULL);
    CHECK(trap == NULL, "the trap of a success is not NULL");
    wasm_instance_delete(instance);
    close_guest(&guest);
}

static void null_imports_are_none(void) {
    guest_t guest = open_store();
    wasm_module_t *module = module_of(guest.store, "(module)");
    wasm_instance_t *instance = wasm_instance_new(guest.store, module, NULL, NULL);
    CHECK(instance != NULL);
    wasm_instance_delete(instance);
    wasm_module_delete(module);
    close_guest(&guest);
}

static void nobody_asks_for_the_trap(void) {
    guest_t guest = open_store();
    CHECK(try(&guest, "(module (func $f unreachable) (start $f))", 0, NULL, NULL) == NULL);
    CHECK(try(&guest, "(module (import \"a\" \"b\" (func)))", 0, NULL, NULL) == NULL);
    close_guest(&guest);
}

static void start_function(void) {
    guest_t guest = open_guest("(module (global $g (mut i32) (i32.const 0))"
                               "(func $f i32.const 42 global.set $g) (start $f)"
                               "(func (export \"g\") (result i32) global.get $g))");
    EQUAL(call_0(func_at(&guest, 0)), 42);
    close_guest(&guest);
}

static void start_function_that_traps(void) {
    guest_t guest = open_store();
    wasm_trap_t *trap = NULL;
    wasm_instance_t *instance =
        try(&guest, "(module (func $f unreachable) (start $f))", 0, NULL, &trap);
    CHECK(instance == NULL);
    NEED(trap != NULL);
    CHECK(strstr(message_of(trap), "unreachable") != NULL);
    wasm_frame_t *frame = wasm_trap_origin(trap);
    NEED(frame != NULL, "the trap has no frame");
    EQUAL(wasm_frame_func_index(frame), 0);
    wasm_frame_delete(frame);
    wasm_trap_delete(trap);
    close_guest(&guest);
}

static void segments_out_of_bounds(void) {
    guest_t guest = open_store();
    fails(&guest, "(module (memory 1) (data (i32.const 65535) \"ab\"))", 0, NULL, "data");
    fails(&guest, "(module (table 1 funcref) (func $f) (elem (i32.const 1) func $f))", 0, NULL,
          "elements");
    close_guest(&guest);
}

static void too_few_imports(void) {
    guest_t guest = open_store();
    wasm_func_t *func = new_nothing(guest.store);
    wasm_extern_t *imports[2] = {wasm_func_as_extern(func), NULL};
    const char *wat =
        "(module (import \"env\" \"first\" (func)) (import \"env\" \"second\" (func)))";
    fails(&guest, wat, 0, NULL, "no import");
    fails(&guest, wat, 1, imports, "one import");
    wasm_func_delete(func);
    close_guest(&guest);
}

static void an_import_that_is_null(void) {
    guest_t guest = open_store();
    wasm_func_t *func = new_nothing(guest.store);
    wasm_extern_t *imports[2] = {wasm_func_as_extern(func), NULL};
    const char *wat =
        "(module (import \"env\" \"first\" (func)) (import \"env\" \"second\" (func)))";
    fails(&guest, wat, 2, imports, "NULL");
    wasm_func_delete(func);
    close_guest(&guest);
}

/* Everything where everything else is wanted, and the right kind with the wrong type. */
static void imports_that_do_not_fit(void) {
    guest_t guest = open_guest(
        "(module (func (export \"f\") (param i32)) (global (export \"g\") i32 (i32.const 1))"
        "(table (export \"t\") 1 2 funcref) (memory (export \"m\") 1 2))");
    static const char *const wanted[4] = {
        "(module (import \"\" \"\" (func (param i32))))",
        "(module (import \"\" \"\" (global i32)))",
        "(module (import \"\" \"\" (table 1 2 funcref)))",
        "(module (import \"\" \"\" (memory 1 2)))"};
    static const char *const others[] = {
        "(module (import \"\" \"\" (func (param i64))))",
        "(module (import \"\" \"\" (func (param i32) (result i32))))",
        "(module (import \"\" \"\" (global i64)))",
        "(module (import \"\" \"\" (global (mut i32))))",
        "(module (import \"\" \"\" (table 2 2 funcref)))",
        "(module (import \"\" \"\" (table 1 1 funcref)))",
        "(module (import \"\" \"\" (table 1 2 externref)))",
        "(module (import \"\" \"\" (memory 2 2)))",
        "(module (import \"\" \"\" (memory 1 1)))"};
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 4; j++) {
            if (i != j) {
                fails(&guest, wanted[i], 1, &guest.exports.data[j], wanted[i]);
                continue;
            }
            wasm_instance_t *instance = try(&guest, wanted[i], 1, &guest.exports.data[j], NULL);
            CHECK(instance != NULL, "%s: not instantiated", wanted[i]);
            wasm_instance_delete(instance);
        }
    }
    static const size_t kinds[] = {0, 0, 1, 1, 2, 2, 2, 3, 3};
    for (size_t i = 0; i < LENGTH(others); i++) {
        fails(&guest, others[i], 1, &guest.exports.data[kinds[i]], others[i]);
    }
    close_guest(&guest);
}

/* A link error tells what is wanted. */
static void the_trap_names_the_import(void) {
    guest_t guest = open_guest("(module (memory (export \"m\") 1))");
    wasm_trap_t *trap = NULL;
    wasm_instance_t *instance =
        try(&guest, "(module (import \"env\" \"wanted\" (func)))", 1, guest.exports.data, &trap);
    CHECK(instance == NULL);
    NEED(trap != NULL, "no trap for a link error");
    CHECK(strstr(message_of(trap), "env") != NULL && strstr(message_of(trap), "wanted") != NULL,
          "%s", message_of(trap));
    CHECK(wasm_trap_origin(trap) == NULL);
    wasm_trap_delete(trap);
    close_guest(&guest);
}

/* The store goes on after instantiations that failed. */
static void failures_leave_the_store(void) {
    guest_t guest = open_store();
    for (int i = 0; i < 50; i++) {
        CHECK(!try(&guest, "(module (memory 1) (func $f unreachable) (start $f))", 0, NULL, NULL));
        CHECK(!try(&guest, "(module (import \"a\" \"b\" (memory 1)))", 0, NULL, NULL));
    }
    load(&guest, "(module (func (export \"f\") (result i32) i32.const 42))", 0, NULL);
    EQUAL(call_0(func_at(&guest, 0)), 42);
    close_guest(&guest);
}

static void many_of_one_module(void) {
    guest_t guest = open_store();
    wasm_module_t *module = module_of(
        guest.store, "(module (global $g (mut i32) (i32.const 0)) (func (export \"f\") (result i32)"
                     "  global.get $g i32.const 1 i32.add global.set $g global.get $g))");
    for (int i = 0; i < 100; i++) {
        wasm_instance_t *instance = instance_of(guest.store, module, 0, NULL);
        wasm_extern_vec_t found;
        wasm_instance_exports(instance, &found);
        NEED(found.size == 1);
        EQUAL(call_0(wasm_extern_as_func(found.data[0])), 1);
        EQUAL(call_0(wasm_extern_as_func(found.data[0])), 2);
        wasm_extern_vec_delete(&found);
        wasm_instance_delete(instance);
    }
    wasm_module_delete(module);
    close_guest(&guest);
}

static const case_t cases[] = {
    CASE(exports), CASE(exports_are_the_same_functions), CASE(no_exports),
    CASE(exports_outlive_it), CASE(linked_to_another), CASE(trap_is_set_to_null),
    CASE(null_imports_are_none), CASE(nobody_asks_for_the_trap), CASE(start_function),
    CASE(start_function_that_traps), CASE(segments_out_of_bounds), CASE(too_few_imports),
    CASE(an_import_that_is_null), CASE(imports_that_do_not_fit), CASE(the_trap_names_the_import),
    CASE(failures_leave_the_store), CASE(many_of_one_module),
};

int main(int argc, char **argv) { return RUN_CASES("instance", cases, argc, argv); }
