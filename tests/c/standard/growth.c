/* Much traffic: what is passed, made and deleted a hundred thousand times leaves nothing behind.
   The size of the process is looked at; under valgrind these are fewer rounds without that. */

#include "objects.h"

/* Bytes of the process that are in memory. */
static long resident(void) {
    FILE *file = fopen("/proc/self/statm", "r");
    long total = 0, pages = 0;
    if (file == NULL || fscanf(file, "%ld %ld", &total, &pages) != 2) pages = -1;
    if (file != NULL) fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

enum { ROUNDS = 100000, FEW_ROUNDS = 2000 };

/* Runs `work` as often as it takes to warm up, then ROUNDS times, and checks that this has taken
   less than 10 bytes a time. */
static void no_growth(void (*work)(void *), void *context) {
    int rounds = in_process ? FEW_ROUNDS : ROUNDS;
    for (int i = 0; i < rounds / 2; i++) work(context);
    long before = resident();
    for (int i = 0; i < rounds; i++) work(context);
    long grown = resident() - before;
    NEED(before > 0, "the size of the process is not to be had");
    if (!in_process) CHECK(grown < 10L * ROUNDS, "it grows with each call");
}

static const char passing[] =
    "(module (func (export \"e\") (param externref) (result externref) local.get 0)"
    "(func (export \"f\") (param funcref) (result funcref) local.get 0)"
    "(table (export \"t\") 1 funcref) (elem (i32.const 0) func 0)"
    "(global (export \"g\") (mut externref) (ref.null extern))"
    "(func (export \"sum\") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)"
    "(func (export \"trap\") unreachable))";
enum { E, FR, T, G, SUM, TRAP };

typedef struct {
    guest_t guest;
    wasm_foreign_t *object;
    wasm_func_t *func;
} context_t;

static context_t open_context(void) {
    context_t context = {.guest = open_guest(passing)};
    context.object = wasm_foreign_new(context.guest.store);
    context.func = wasm_func_copy(func_at(&context.guest, SUM));
    NEED(context.object != NULL && context.func != NULL);
    return context;
}

static void run(void (*work)(void *)) {
    context_t context = open_context();
    no_growth(work, &context);
    wasm_foreign_delete(context.object);
    wasm_func_delete(context.func);
    close_guest(&context.guest);
}

static void pass_externref(void *context) {
    context_t *it = context;
    wasm_val_t arg = externref(wasm_foreign_as_ref(it->object)), result;
    if (!CHECK(call(func_at(&it->guest, E), 1, &arg, 1, &result) == NULL)) return;
    wasm_val_delete(&result);
}

static void pass_funcref(void *context) {
    context_t *it = context;
    wasm_val_t arg = funcref(wasm_func_as_ref(it->func)), result;
    if (!CHECK(call(func_at(&it->guest, FR), 1, &arg, 1, &result) == NULL)) return;
    wasm_val_delete(&result);
}

static void read_table(void *context) {
    context_t *it = context;
    wasm_ref_t *ref = wasm_table_get(table_at(&it->guest, T), 0);
    CHECK(ref != NULL);
    wasm_ref_delete(ref);
}

static void write_table(void *context) {
    context_t *it = context;
    CHECK(wasm_table_set(table_at(&it->guest, T), 0, wasm_func_as_ref(it->func)));
}

static void set_global(void *context) {
    context_t *it = context;
    wasm_val_t value = externref(wasm_foreign_as_ref(it->object));
    wasm_global_set(global_at(&it->guest, G), &value);
    wasm_global_get(global_at(&it->guest, G), &value);
    CHECK(value.of.ref != NULL);
    wasm_val_delete(&value);
}

static void call_and_trap(void *context) {
    context_t *it = context;
    const int32_t numbers[2] = {40, 2};
    EQUAL(call_i32(func_at(&it->guest, SUM), 2, numbers), 42);
    wasm_trap_t *trap = call_empty(func_at(&it->guest, TRAP));
    CHECK(trap != NULL);
    wasm_trap_delete(trap);
}

static void ask_exports(void *context) {
    context_t *it = context;
    wasm_extern_vec_t exports;
    wasm_instance_exports(it->guest.instance, &exports);
    EQUAL(exports.size, 6);
    wasm_extern_vec_delete(&exports);
}

static void externref_calls(void) { run(pass_externref); }
static void funcref_calls(void) { run(pass_funcref); }
static void table_reads(void) { run(read_table); }
static void table_writes(void) { run(write_table); }
static void global_traffic(void) { run(set_global); }
static void calls_and_traps(void) { run(call_and_trap); }
static void exports(void) { run(ask_exports); }

/* The forms of an object are borrowed: a program that follows the standard deletes none. */
static void ask_forms(void *context) {
    context_t *it = context;
    wasm_ref_t *ref = wasm_func_as_ref(it->func);
    CHECK(wasm_ref_as_func(ref) != NULL);
    CHECK(wasm_extern_as_func(wasm_func_as_extern(it->func)) != NULL);
}

static void forms_of_objects(void) { run(ask_forms); }

/* Host functions that nothing uses go with their last handle. */
static void make_func(void *context) {
    context_t *it = context;
    wasm_func_delete(new_add_one(it->guest.store));
}

static void host_functions(void) { run(make_func); }

static void make_types(void *context) {
    (void)context;
    wasm_name_t name;
    wasm_name_new_from_string(&name, "a name that is long enough to be seen");
    wasm_exporttype_delete(wasm_exporttype_new(&name, wasm_functype_as_externtype(type_i32_i32())));
    CHECK(name.size == 0 || name.size == 37);
}

static void types(void) { run(make_types); }

/* A store with an instance, a memory and a table, made and dropped. */
static void make_store(void *context) {
    context_t *it = context;
    wasm_store_t *store = wasm_store_new(it->guest.engine);
    wasm_extern_vec_t none = WASM_EMPTY_VEC;
    wasm_instance_t *instance = wasm_instance_new(store, it->guest.module, &none, NULL);
    CHECK(instance != NULL);
    wasm_instance_delete(instance);
    wasm_store_delete(store);
}

static void stores(void) { run(make_store); }

/* Objects of the host: their finalizers run at once, one for each. */
static void foreign_objects(void) {
    guest_t guest = open_store();
    unsigned finalized = 0;
    unsigned count = in_process ? FEW_ROUNDS : 3 * ROUNDS;
    for (unsigned i = 0; i < count; i++) {
        wasm_foreign_t *object = wasm_foreign_new(guest.store);
        wasm_foreign_set_host_info_with_finalizer(object, &finalized, count_finalizer);
        wasm_foreign_delete(object);
        NEED(finalized == i + 1, "not finalized when deleted");
    }
    close_guest(&guest);
    EQUAL(finalized, count);
}

static void make_foreign(void *context) {
    context_t *it = context;
    wasm_foreign_delete(wasm_foreign_new(it->guest.store));
}

static void foreign_objects_and_memory(void) { run(make_foreign); }

/* One of each in one store: the limits count what is in use, and a foreign object that went into wasm goes
   when the guest has it no more. */
static void make_objects(void *context) {
    context_t *it = context;
    wasm_store_t *store = it->guest.store;
    wasm_limits_t limits = {1, wasm_limits_max_default};
    wasm_memorytype_t *memory_type = wasm_memorytype_new(&limits);
    wasm_memory_t *memory = wasm_memory_new(store, memory_type);
    NEED(memory != NULL);
    wasm_memory_data(memory)[65535] = 1;
    wasm_func_t *func = new_add_one(store);
    wasm_tabletype_t *table_type = wasm_tabletype_new(wasm_valtype_new(WASM_FUNCREF), &limits);
    wasm_table_t *table = wasm_table_new(store, table_type, wasm_func_as_ref(func));
    NEED(table != NULL);
    wasm_foreign_t *object = wasm_foreign_new(store);
    wasm_val_t value = externref(wasm_foreign_as_ref(object));
    wasm_globaltype_t *global_type = wasm_globaltype_new(wasm_valtype_new(WASM_EXTERNREF), WASM_CONST);
    wasm_global_t *global = wasm_global_new(store, global_type, &value);
    NEED(global != NULL);
    wasm_foreign_delete(object);
    wasm_global_delete(global);
    wasm_globaltype_delete(global_type);
    wasm_table_delete(table);
    wasm_tabletype_delete(table_type);
    wasm_func_delete(func);
    wasm_memory_delete(memory);
    wasm_memorytype_delete(memory_type);
}

static void objects_in_one_store(void) { run(make_objects); }

typedef struct {
    context_t context;
    wasm_module_t *module;
} instances_t;

static void make_instance(void *context) {
    instances_t *it = context;
    wasm_store_t *store = it->context.guest.store;
    wasm_func_t *func = new_add_one(store);
    wasm_extern_t *given[] = {wasm_func_as_extern(func)};
    wasm_extern_vec_t imports = WASM_ARRAY_VEC(given), exports;
    wasm_instance_t *instance = wasm_instance_new(store, it->module, &imports, NULL);
    NEED(instance != NULL);
    wasm_func_delete(func);
    wasm_instance_exports(instance, &exports);
    wasm_instance_delete(instance);
    const int32_t number = 41;
    EQUAL(call_i32(wasm_extern_as_func(exports.data[0]), 1, &number), 42);
    wasm_extern_vec_delete(&exports);
}

static void instances_in_one_store(void) {
    instances_t it = {.context = open_context()};
    it.module = module_of(it.context.guest.store,
                        "(module (import \"\" \"\" (func $f (param i32) (result i32))) (memory 1) (table 3 funcref)"
                        "(global (mut i32) (i32.const 0)) (elem (i32.const 0) $f)"
                        "(func (export \"f\") (param i32) (result i32)"
                        "  (i32.store (i32.const 0) (local.get 0)) (call $f (i32.load (i32.const 0)))))");
    NEED(it.module != NULL);
    no_growth(make_instance, &it);
    wasm_module_delete(it.module);
    wasm_foreign_delete(it.context.object);
    wasm_func_delete(it.context.func);
    close_guest(&it.context.guest);
}

static const case_t cases[] = {
    CASE(externref_calls), CASE(funcref_calls), CASE(table_reads), CASE(table_writes),
    CASE(global_traffic), CASE(calls_and_traps), CASE(exports), CASE(forms_of_objects),
    CASE(host_functions), CASE(types), CASE(stores), CASE(foreign_objects),
    CASE(objects_in_one_store), CASE(instances_in_one_store),
    CASE(foreign_objects_and_memory),
};

int main(int argc, char **argv) { return RUN_CASES("growth", cases, argc, argv); }
