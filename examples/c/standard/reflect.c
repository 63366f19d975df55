/* What a module imports and exports, read from the module; then, for each import, an object of just
   that type, and what the objects of the instance say of themselves. */

#include "example.h"

static const char text[] =
    "(module"
    "  (import \"host\" \"log\" (func (param i32 i64 externref)))"
    "  (import \"host\" \"ratio\" (func (param f32 f64) (result f64)))"
    "  (import \"limits\" \"deadline\" (global i64))"
    "  (import \"limits\" \"budget\" (global (mut f32)))"
    "  (import \"shared\" \"handlers\" (table 2 funcref))"
    "  (import \"shared\" \"objects\" (table 4 16 externref))"
    "  (import \"shared\" \"buffer\" (memory 1 4))"
    "  (func (export \"find\") (param i32) (result i32 funcref)"
    "    local.get 0"
    "    ref.null func)"
    "  (global (export \"count\") (mut i32) (i32.const 0))"
    "  (global (export \"owner\") externref (ref.null extern))"
    "  (table (export \"callbacks\") 3 9 funcref)"
    "  (export \"buffer\" (memory 0)))";

static const char *kind_name(wasm_valkind_t kind) {
    switch (kind) {
    case WASM_I32: return "i32";
    case WASM_I64: return "i64";
    case WASM_F32: return "f32";
    case WASM_F64: return "f64";
    case WASM_EXTERNREF: return "externref";
    case WASM_FUNCREF: return "funcref";
    default: return "another type";
    }
}

static const char *type_name(const wasm_valtype_t *type) {
    return kind_name(wasm_valtype_kind(type));
}

static void print_types(const wasm_valtype_vec_t *types) {
    printf("(");
    for (size_t number = 0; number < types->size; number++) {
        printf("%s%s", number ? " " : "", type_name(types->data[number]));
    }
    printf(")");
}

static void print_limits(const wasm_limits_t *limits) {
    printf(" from %" PRIu32, limits->min);
    if (limits->max != wasm_limits_max_default) printf(" to %" PRIu32, limits->max);
}

/* What `wasm_externtype_as_...` gives is a part of the type, not a new object. */
static void print_type(const wasm_externtype_t *type) {
    switch (wasm_externtype_kind(type)) {
    case WASM_EXTERN_FUNC: {
        const wasm_functype_t *func = wasm_externtype_as_functype_const(type);
        printf("func ");
        print_types(wasm_functype_params(func));
        printf(" -> ");
        print_types(wasm_functype_results(func));
        break;
    }
    case WASM_EXTERN_GLOBAL: {
        const wasm_globaltype_t *global = wasm_externtype_as_globaltype_const(type);
        bool variable = wasm_globaltype_mutability(global) == WASM_VAR;
        printf("%s global of %s", variable ? "variable" : "constant",
               type_name(wasm_globaltype_content(global)));
        break;
    }
    case WASM_EXTERN_TABLE: {
        const wasm_tabletype_t *table = wasm_externtype_as_tabletype_const(type);
        printf("table of %s", type_name(wasm_tabletype_element(table)));
        print_limits(wasm_tabletype_limits(table));
        break;
    }
    case WASM_EXTERN_MEMORY:
        printf("memory");
        print_limits(wasm_memorytype_limits(wasm_externtype_as_memorytype_const(type)));
        break;
    default:
        printf("something else");
    }
    printf("\n");
}

/* Stands in for every imported function. */
static wasm_trap_t *absent(void *env, const wasm_val_vec_t *arguments, wasm_val_vec_t *results) {
    (void)arguments;
    (void)results;
    wasm_message_t message;
    wasm_name_new_from_string_nt(&message, "this import does nothing");
    wasm_trap_t *trap = wasm_trap_new(env, &message);
    wasm_byte_vec_delete(&message);
    return trap;
}

/* An object of a type. `wasm_func_as_extern` and the like only borrow: the copy is an owner of its
   own, and the object goes on when the first owner is deleted. */
static wasm_extern_t *new_object(wasm_store_t *store, const wasm_externtype_t *type) {
    wasm_extern_t *object = NULL;
    switch (wasm_externtype_kind(type)) {
    case WASM_EXTERN_FUNC: {
        wasm_func_t *func = wasm_func_new_with_env(store, wasm_externtype_as_functype_const(type),
                                                   absent, store, NULL);
        if (func) object = wasm_extern_copy(wasm_func_as_extern(func));
        wasm_func_delete(func);
        break;
    }
    case WASM_EXTERN_GLOBAL: {
        const wasm_globaltype_t *global_type = wasm_externtype_as_globaltype_const(type);
        wasm_val_t zero;
        memset(&zero, 0, sizeof zero); /* the number 0, or no reference */
        zero.kind = wasm_valtype_kind(wasm_globaltype_content(global_type));
        wasm_global_t *global = wasm_global_new(store, global_type, &zero);
        if (global) object = wasm_extern_copy(wasm_global_as_extern(global));
        wasm_global_delete(global);
        break;
    }
    case WASM_EXTERN_TABLE: {
        wasm_table_t *table =
            wasm_table_new(store, wasm_externtype_as_tabletype_const(type), NULL);
        if (table) object = wasm_extern_copy(wasm_table_as_extern(table));
        wasm_table_delete(table);
        break;
    }
    case WASM_EXTERN_MEMORY: {
        wasm_memory_t *memory =
            wasm_memory_new(store, wasm_externtype_as_memorytype_const(type));
        if (memory) object = wasm_extern_copy(wasm_memory_as_extern(memory));
        wasm_memory_delete(memory);
        break;
    }
    default:
        break;
    }
    return object;
}

static void print_name(const wasm_name_t *name) { printf("%.*s", (int)name->size, name->data); }

/* Prints the imports, and makes an object for each. */
static bool supply(wasm_store_t *store, const wasm_module_t *module, wasm_extern_vec_t *imports) {
    wasm_importtype_vec_t types = WASM_EMPTY_VEC;
    wasm_module_imports(module, &types);
    wasm_extern_vec_new_uninitialized(imports, types.size);
    bool fine = imports->size == types.size;
    for (size_t number = 0; fine && number < types.size; number++) {
        printf("import ");
        print_name(wasm_importtype_module(types.data[number]));
        printf(".");
        print_name(wasm_importtype_name(types.data[number]));
        printf(": ");
        print_type(wasm_importtype_type(types.data[number]));
        imports->data[number] = new_object(store, wasm_importtype_type(types.data[number]));
        fine = !missing("import", imports->data[number]);
    }
    wasm_importtype_vec_delete(&types);
    return fine;
}

static void print_exports(const wasm_module_t *module, const wasm_extern_vec_t *exports) {
    wasm_exporttype_vec_t types = WASM_EMPTY_VEC;
    wasm_module_exports(module, &types);
    for (size_t number = 0; number < types.size && number < exports->size; number++) {
        printf("export ");
        print_name(wasm_exporttype_name(types.data[number]));
        printf(": ");
        print_type(wasm_exporttype_type(types.data[number]));
        wasm_externtype_t *type = wasm_extern_type(exports->data[number]); /* this one is ours */
        printf("  the object: ");
        print_type(type);
        wasm_externtype_delete(type);
    }
    wasm_exporttype_vec_delete(&types);
}

int main(void) {
    int outcome = EXIT_FAILURE;
    wasm_module_t *module = NULL;
    wasm_instance_t *instance = NULL;
    wasm_extern_vec_t imports = WASM_EMPTY_VEC, exports = WASM_EMPTY_VEC;
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *store = wasm_store_new(engine);
    if (missing("engine", engine) || missing("store", store)) goto end;

    module = compile(store, text);
    if (!module || !supply(store, module, &imports)) goto end;
    instance = instantiate(store, module, &imports);
    if (!instance || !get_exports(instance, 5, &exports)) goto end;
    print_exports(module, &exports);
    outcome = EXIT_SUCCESS;

end:
    wasm_extern_vec_delete(&exports);
    wasm_instance_delete(instance);
    wasm_extern_vec_delete(&imports);
    wasm_module_delete(module);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
    return outcome;
}
