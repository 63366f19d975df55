/* Memories: made by the host, of wasm, shared between both; bytes, growth and limits. */

#include "objects.h"

static wasm_memory_t *new_memory(wasm_store_t *store, uint32_t min, uint32_t max) {
    wasm_limits_t limits = {min, max};
    wasm_memorytype_t *type = wasm_memorytype_new(&limits);
    wasm_memory_t *memory = wasm_memory_new(store, type);
    wasm_memorytype_delete(type);
    return memory;
}

static const char accessors[] =
    "(module (memory (export \"memory\") 2 3)"
    "(func (export \"load\") (param i32) (result i32) local.get 0 i32.load8_s)"
    "(func (export \"store\") (param i32 i32) (result i32)"
    "  local.get 0 local.get 1 i32.store8 i32.const 0)"
    "(func (export \"grow\") (param i32) (result i32) local.get 0 memory.grow)"
    "(data (i32.const 1000) \"\\01\\02\\ff\"))";
enum { MEMORY, LOAD, STORE, GROW };

static void of_wasm(void) {
    guest_t guest = open_guest(accessors);
    wasm_memory_t *memory = memory_at(&guest, MEMORY);
    EQUAL(wasm_memory_size(memory), 2);
    EQUAL(wasm_memory_data_size(memory), 2 * MEMORY_PAGE_SIZE);
    byte_t *data = wasm_memory_data(memory);
    NEED(data != NULL);
    CHECK(data[0] == 0 && data[1000] == 1 && data[1001] == 2 && (unsigned char)data[1002] == 0xff);
    CHECK(data[131071] == 0);
    EQUAL(call_1(func_at(&guest, LOAD), 1002), -1);
    data[131071] = 42;
    EQUAL(call_1(func_at(&guest, LOAD), 131071), 42);
    const int32_t pair[2] = {7, 77};
    call_i32(func_at(&guest, STORE), 2, pair);
    EQUAL(data[7], 77);
    close_guest(&guest);
}

static void growth(void) {
    guest_t guest = open_guest(accessors);
    wasm_memory_t *memory = memory_at(&guest, MEMORY);
    CHECK(wasm_memory_grow(memory, 0));
    CHECK(!wasm_memory_grow(memory, 2), "past the maximum");
    CHECK(!wasm_memory_grow(memory, UINT32_MAX), "past all numbers");
    EQUAL(wasm_memory_size(memory), 2);
    CHECK(wasm_memory_grow(memory, 1));
    EQUAL(wasm_memory_size(memory), 3);
    EQUAL(wasm_memory_data_size(memory), 3 * MEMORY_PAGE_SIZE);
    byte_t *data = wasm_memory_data(memory);
    NEED(data != NULL);
    CHECK(data[1000] == 1 && data[3 * MEMORY_PAGE_SIZE - 1] == 0);
    EQUAL(call_1(func_at(&guest, GROW), 1), -1);
    close_guest(&guest);
}

static void grown_by_wasm(void) {
    guest_t guest = open_guest(accessors);
    EQUAL(call_1(func_at(&guest, GROW), 1), 2);
    EQUAL(wasm_memory_size(memory_at(&guest, MEMORY)), 3);
    wasm_memory_data(memory_at(&guest, MEMORY))[2 * MEMORY_PAGE_SIZE + 5] = 9;
    EQUAL(call_1(func_at(&guest, LOAD), 2 * 65536 + 5), 9);
    close_guest(&guest);
}

static void types(void) {
    guest_t guest = open_store();
    wasm_memory_t *memory = new_memory(guest.store, 1, 7);
    NEED(memory != NULL);
    wasm_memorytype_t *type = wasm_memory_type(memory);
    NEED(type != NULL);
    EQUAL(wasm_memorytype_limits(type)->min, 1);
    EQUAL(wasm_memorytype_limits(type)->max, 7);
    wasm_memorytype_delete(type);
    wasm_externtype_t *external = wasm_extern_type(wasm_memory_as_extern(memory));
    EQUAL(wasm_externtype_kind(external), WASM_EXTERN_MEMORY);
    wasm_externtype_delete(external);
    wasm_memory_delete(memory);
    close_guest(&guest);
}

/* The type tells the size that the memory has now, and the maximum or that there is none. */
static void types_after_growth(void) {
    guest_t guest = open_store();
    wasm_memory_t *memory = new_memory(guest.store, 1, wasm_limits_max_default);
    NEED(memory != NULL);
    CHECK(wasm_memory_grow(memory, 2));
    wasm_memorytype_t *type = wasm_memory_type(memory);
    NEED(type != NULL);
    EQUAL(wasm_memorytype_limits(type)->min, 3);
    CHECK(wasm_memorytype_limits(type)->max == wasm_limits_max_default, "there is a maximum");
    wasm_memorytype_delete(type);
    wasm_memory_delete(memory);
    close_guest(&guest);
}

static void of_the_host(void) {
    guest_t guest = open_store();
    wasm_memory_t *memory = new_memory(guest.store, 0, 2);
    NEED(memory != NULL);
    EQUAL(wasm_memory_size(memory), 0);
    EQUAL(wasm_memory_data_size(memory), 0);
    CHECK(wasm_memory_grow(memory, 1));
    memset(wasm_memory_data(memory), 5, MEMORY_PAGE_SIZE);
    CHECK(wasm_memory_grow(memory, 1));
    byte_t *data = wasm_memory_data(memory);
    CHECK(data[MEMORY_PAGE_SIZE - 1] == 5 && data[MEMORY_PAGE_SIZE] == 0);
    wasm_memory_delete(memory);
    close_guest(&guest);
}

static void shared_with_wasm(void) {
    guest_t guest = open_store();
    wasm_memory_t *memory = new_memory(guest.store, 1, 3);
    NEED(memory != NULL);
    wasm_extern_t *imports[1] = {wasm_memory_as_extern(memory)};
    load(&guest, "(module (import \"\" \"\" (memory 1 3)) (export \"again\" (memory 0))"
                 "(func (export \"load\") (param i32) (result i32) local.get 0 i32.load8_u)"
                 "(data (i32.const 3) \"\\2a\"))", 1, imports);
    EQUAL(wasm_memory_data(memory)[3], 42);
    wasm_memory_data(memory)[4] = 43;
    EQUAL(call_1(func_at(&guest, 1), 4), 43);
    CHECK(wasm_memory_same(memory_at(&guest, 0), memory), "not the same when exported again");
    wasm_memory_delete(memory);
    close_guest(&guest);
}

static void limits_that_contradict(void) {
    guest_t guest = open_store();
    CHECK(new_memory(guest.store, 3, 2) == NULL, "min above max");
    CHECK(new_memory(guest.store, 65537, wasm_limits_max_default) == NULL, "more than 4 GiB");
    CHECK(new_memory(guest.store, UINT32_MAX, UINT32_MAX) == NULL, "very much more");
    close_guest(&guest);
}

/* Memories that are made and dropped do not fill the address space. */
static void one_after_another(void) {
    int rounds = in_process ? 50 : 20000;
    wasm_engine_t *engine = wasm_engine_new();
    for (int i = 0; i < rounds; i++) {
        wasm_store_t *store = wasm_store_new(engine);
        wasm_memory_t *memory = new_memory(store, 1, 2);
        wasm_store_delete(store);
        NEED(memory != NULL, "no more memory");
        wasm_memory_data(memory)[0] = 1;
        wasm_memory_delete(memory);
    }
    wasm_engine_delete(engine);
}

static void as_extern(void) {
    guest_t guest = open_guest(accessors);
    wasm_extern_t *external = wasm_memory_as_extern(memory_at(&guest, MEMORY));
    NEED(external != NULL);
    EQUAL(wasm_extern_kind(external), WASM_EXTERN_MEMORY);
    CHECK(wasm_extern_as_memory(external) != NULL);
    CHECK(wasm_extern_as_func(external) == NULL && wasm_extern_as_global(external) == NULL &&
          wasm_extern_as_table(external) == NULL, "a memory is something else as well");
    close_guest(&guest);
}

static void as_extern_const(void) {
    guest_t guest = open_guest(accessors);
    const wasm_extern_t *external = wasm_memory_as_extern_const(memory_at(&guest, MEMORY));
    NEED(external != NULL);
    const wasm_memory_t *again = wasm_extern_as_memory_const(external);
    CHECK(again != NULL && wasm_memory_size(again) == 2);
    CHECK(wasm_extern_as_table_const(external) == NULL);
    close_guest(&guest);
}

static const case_t cases[] = {
    CASE(of_wasm), CASE(growth), CASE(grown_by_wasm), CASE(types), CASE(types_after_growth),
    CASE(of_the_host), CASE(shared_with_wasm), CASE(limits_that_contradict),
    CASE(one_after_another), CASE(as_extern), CASE(as_extern_const),
};

int main(int argc, char **argv) { return RUN_CASES("memory", cases, argc, argv); }
