/* A memory of the host that two instances work on: the host writes into it, the guests change it,
   and it grows as far as its limit. */

#include "example.h"

static const char text[] =
    "(module"
    "  (import \"host\" \"memory\" (memory 1))"
    "  (func (export \"capitals\") (param $at i32) (param $length i32)"
    "    (local $end i32) (local $byte i32)"
    "    (local.set $end (i32.add (local.get $at) (local.get $length)))"
    "    (block $done"
    "      (loop $next"
    "        (br_if $done (i32.eq (local.get $at) (local.get $end)))"
    "        (local.set $byte (i32.load8_u (local.get $at)))"
    "        (if (i32.lt_u (i32.sub (local.get $byte) (i32.const 97)) (i32.const 26))"
    "          (then (i32.store8 (local.get $at) (i32.sub (local.get $byte) (i32.const 32)))))"
    "        (local.set $at (i32.add (local.get $at) (i32.const 1)))"
    "        (br $next))))"
    "  (func (export \"strike\") (param $at i32) (param $length i32)"
    "    (memory.fill (local.get $at) (i32.const 45) (local.get $length)))"
    "  (func (export \"pages\") (result i32) memory.size)"
    "  (func (export \"more\") (param i32) (result i32) (memory.grow (local.get 0))))";

enum { CAPITALS, STRIKE, PAGES, MORE, EXPORTS };

/* Copies bytes into the memory, if there is room. The pointer is asked for each time: growth may
   move what it points to. */
static bool put(wasm_memory_t *memory, size_t address, const char *string) {
    size_t size = wasm_memory_data_size(memory), length = strlen(string);
    if (address > size || length > size - address) return false;
    memcpy(wasm_memory_data(memory) + address, string, length);
    return true;
}

static void show(wasm_memory_t *memory, size_t address, size_t length) {
    printf("%.*s\n", (int)length, wasm_memory_data(memory) + address);
}

/* capitals(address, length) or strike(address, length): false if it trapped. */
static bool change(const wasm_extern_vec_t *exports, size_t which, size_t address, size_t length) {
    wasm_val_t values[] = {WASM_I32_VAL((int32_t)address), WASM_I32_VAL((int32_t)length)};
    wasm_val_vec_t arguments = WASM_ARRAY_VEC(values);
    wasm_val_vec_t results = WASM_EMPTY_VEC;
    wasm_func_t *func = wasm_extern_as_func(exports->data[which]);
    wasm_trap_t *trap = wasm_func_call(func, &arguments, &results);
    if (!trap) return true;
    print_message(stdout, trap);
    wasm_trap_delete(trap);
    return false;
}

/* pages() or more(delta): gives the result. */
static bool ask(const wasm_extern_vec_t *exports, size_t which, const wasm_val_vec_t *arguments,
                int32_t *result) {
    wasm_val_t value[] = {WASM_INIT_VAL};
    wasm_val_vec_t results = WASM_ARRAY_VEC(value);
    wasm_func_t *func = wasm_extern_as_func(exports->data[which]);
    if (!call("call", func, arguments, &results)) return false;
    *result = value[0].of.i32;
    return true;
}

static bool work(wasm_memory_t *memory, const wasm_extern_vec_t *one,
                 const wasm_extern_vec_t *two) {
    printf("%" PRIu32 " page of %zu bytes\n", wasm_memory_size(memory), MEMORY_PAGE_SIZE);

    /* What one instance does, the host and the other instance see: it is the same memory. */
    if (!put(memory, 200, "two instances, one memory")) return false;
    if (!change(one, CAPITALS, 200, 13)) return false;
    show(memory, 200, 25);
    if (!change(two, STRIKE, 219, 6)) return false;
    show(memory, 200, 25);

    /* The last bytes of the page, and what lies behind them. */
    size_t end = wasm_memory_data_size(memory);
    if (!put(memory, end - 3, "end")) return false;
    printf("one byte more has room: %s\n", put(memory, end - 3, "ends") ? "yes" : "no");
    printf("the guest goes too far: ");
    if (change(two, STRIKE, end - 3, 4)) return false;
    show(memory, end - 3, 3);

    /* Either side may ask for more. The limit of this memory is 3 pages. */
    if (!wasm_memory_grow(memory, 1)) return false;
    int32_t pages, before;
    wasm_val_vec_t none = WASM_EMPTY_VEC;
    if (!ask(two, PAGES, &none, &pages)) return false;
    printf("grown by the host, seen by a guest: %" PRId32 "\n", pages);
    wasm_val_t delta[] = {WASM_I32_VAL(1)};
    wasm_val_vec_t arguments = WASM_ARRAY_VEC(delta);
    if (!ask(one, MORE, &arguments, &before)) return false;
    printf("grown by a guest from %" PRId32 ", seen by the host: %" PRIu32 "\n", before,
           wasm_memory_size(memory));
    printf("the host gets a fourth: %s\n", wasm_memory_grow(memory, 1) ? "yes" : "no");
    if (!ask(one, MORE, &arguments, &before)) return false;
    printf("the guest gets a fourth: %s\n", before == -1 ? "no" : "yes");

    /* The bytes are still there, and the new ones are zero. */
    show(memory, 200, 25);
    printf("the first new byte: %d\n", wasm_memory_data(memory)[end]);
    return true;
}

int main(void) {
    int outcome = EXIT_FAILURE;
    wasm_module_t *module = NULL;
    wasm_memory_t *memory = NULL;
    wasm_instance_t *instances[2] = {NULL, NULL};
    wasm_extern_vec_t exports[2] = {WASM_EMPTY_VEC, WASM_EMPTY_VEC};
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *store = wasm_store_new(engine);
    if (missing("engine", engine) || missing("store", store)) goto end;

    module = compile(store, text);
    if (!module) goto end;
    wasm_limits_t limits = {.min = 1, .max = 3}; /* wasm_limits_max_default: no limit */
    wasm_memorytype_t *type = wasm_memorytype_new(&limits);
    memory = wasm_memory_new(store, type);
    wasm_memorytype_delete(type);
    if (missing("memory", memory)) goto end;

    wasm_extern_t *things[] = {wasm_memory_as_extern(memory)};
    wasm_extern_vec_t imports = WASM_ARRAY_VEC(things);
    for (size_t number = 0; number < 2; number++) {
        instances[number] = instantiate(store, module, &imports);
        if (!instances[number]) goto end;
        if (!get_exports(instances[number], EXPORTS, &exports[number])) goto end;
    }
    if (work(memory, &exports[0], &exports[1])) {
        outcome = EXIT_SUCCESS;
    } else {
        complain("memory");
    }

end:
    for (size_t number = 0; number < 2; number++) {
        wasm_extern_vec_delete(&exports[number]);
        wasm_instance_delete(instances[number]);
    }
    wasm_memory_delete(memory);
    wasm_module_delete(module);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
    return outcome;
}
