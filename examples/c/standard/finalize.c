/* Host info: a pointer of ours that an object carries, and a function that the library calls once
   when the object is gone. Many instances of one store, each with its own, and one object of each
   other kind.

   When an object is gone is up to the library, but with the store all of them are. libwasmer frees
   an instance before, if nothing could lead to it any more: it has functions only, imports nothing,
   and nobody asked for its exports. Of others a store holds at most 10,000. */

#include "example.h"

static const char text[] =
    "(module"
    "  (func (export \"one\") (result i32) (i32.const 1)))";

enum { INSTANCES = 20000 };

/* How often the finalizer of each instance ran. */
static unsigned runs[INSTANCES];

/* The same for the objects of other kinds. */
enum { MODULE, FUNC, GLOBAL, TABLE, MEMORY, FOREIGN, TRAP, KINDS };
static unsigned other_runs[KINDS];

static void count(void *info) {
    unsigned *number = info;
    *number += 1;
}

static bool exactly_once(const char *what, const unsigned *numbers, size_t size) {
    size_t never = 0, often = 0;
    for (size_t number = 0; number < size; number++) {
        if (numbers[number] == 0) never++;
        if (numbers[number] > 1) often++;
    }
    printf("%zu %s: %zu finalizers ran once, %zu never, %zu more often\n", size, what,
           size - never - often, never, often);
    return never == 0 && often == 0;
}

/* Makes instances, one after the other, and deletes each. */
static bool make_instances(wasm_store_t *store, const wasm_module_t *module) {
    wasm_extern_vec_t imports = WASM_EMPTY_VEC;
    for (size_t number = 0; number < INSTANCES; number++) {
        wasm_instance_t *instance = instantiate(store, module, &imports);
        if (!instance) return false;
        wasm_instance_set_host_info_with_finalizer(instance, &runs[number], count);

        /* The info is the object's: every handle of the object finds it. */
        wasm_instance_t *again = wasm_instance_copy(instance);
        bool found = wasm_instance_get_host_info(again) == &runs[number];
        wasm_instance_delete(again);
        bool early = runs[number] > 0; /* there still is a handle */
        wasm_instance_delete(instance);
        if (!found || early) {
            fprintf(stderr, "instance %zu: %s\n", number,
                    found ? "finalized too early" : "its info was not found");
            return false;
        }
    }
    return true;
}

static wasm_trap_t *idle(const wasm_val_vec_t *arguments, wasm_val_vec_t *results) {
    (void)arguments;
    (void)results;
    return NULL;
}

static wasm_trap_t *new_trap(wasm_store_t *store) {
    wasm_message_t message;
    wasm_name_new_from_string_nt(&message, "a trap like any other");
    wasm_trap_t *trap = wasm_trap_new(store, &message);
    wasm_byte_vec_delete(&message);
    return trap;
}

/* One object of each other kind that is made here. */
static bool make_others(wasm_store_t *store) {
    wasm_limits_t limits = {.min = 1, .max = 1};
    wasm_val_t zero = WASM_I32_VAL(0);
    wasm_functype_t *func_type = wasm_functype_new_0_0();
    wasm_globaltype_t *global_type = wasm_globaltype_new(wasm_valtype_new_i32(), WASM_VAR);
    wasm_tabletype_t *table_type = wasm_tabletype_new(wasm_valtype_new_funcref(), &limits);
    wasm_memorytype_t *memory_type = wasm_memorytype_new(&limits);
    wasm_func_t *func = wasm_func_new(store, func_type, idle);
    wasm_global_t *global = wasm_global_new(store, global_type, &zero);
    wasm_table_t *table = wasm_table_new(store, table_type, NULL);
    wasm_memory_t *memory = wasm_memory_new(store, memory_type);
    wasm_foreign_t *foreign = wasm_foreign_new(store);
    wasm_trap_t *trap = new_trap(store);

    bool fine = !missing("func", func) && !missing("global", global) &&
                !missing("table", table) && !missing("memory", memory) &&
                !missing("foreign", foreign) && !missing("trap", trap);
    if (fine) {
        wasm_func_set_host_info_with_finalizer(func, &other_runs[FUNC], count);
        wasm_global_set_host_info_with_finalizer(global, &other_runs[GLOBAL], count);
        wasm_table_set_host_info_with_finalizer(table, &other_runs[TABLE], count);
        wasm_memory_set_host_info_with_finalizer(memory, &other_runs[MEMORY], count);
        wasm_foreign_set_host_info_with_finalizer(foreign, &other_runs[FOREIGN], count);
        wasm_trap_set_host_info_with_finalizer(trap, &other_runs[TRAP], count);
    }
    wasm_trap_delete(trap);
    wasm_foreign_delete(foreign);
    wasm_memory_delete(memory);
    wasm_table_delete(table);
    wasm_global_delete(global);
    wasm_func_delete(func);
    wasm_memorytype_delete(memory_type);
    wasm_tabletype_delete(table_type);
    wasm_globaltype_delete(global_type);
    wasm_functype_delete(func_type);
    return fine;
}

int main(void) {
    bool fine = false;
    wasm_module_t *module = NULL;
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *store = wasm_store_new(engine);
    if (missing("engine", engine) || missing("store", store)) goto end;

    module = compile(store, text);
    if (!module) goto end;
    wasm_module_set_host_info_with_finalizer(module, &other_runs[MODULE], count);
    fine = make_instances(store, module) && make_others(store);

end:
    wasm_module_delete(module);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
    if (!fine) return EXIT_FAILURE;

    /* Nothing of the store is left. */
    bool instances_once = exactly_once("instances", runs, INSTANCES);
    bool others_once = exactly_once("other objects", other_runs, KINDS);
    return instances_once && others_once ? EXIT_SUCCESS : EXIT_FAILURE;
}
