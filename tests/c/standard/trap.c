/* Traps: made by the host and by wasm, their messages, their way through callbacks, frames. */

#include "objects.h"

static wasm_trap_t *new_trap(wasm_store_t *store, const char *text, size_t size) {
    wasm_message_t message = {size, (byte_t *)(uintptr_t)text};
    return wasm_trap_new(store, &message);
}

/* The message of a trap is `text`, with a NUL that counts. */
static void says(const wasm_trap_t *trap, const char *text) {
    wasm_message_t message = {7, NULL};
    NEED(trap != NULL, "no trap was made for \"%s\"", text);
    wasm_trap_message(trap, &message);
    NEED(message.data != NULL);
    EQUAL(message.size, strlen(text) + 1);
    CHECK(memcmp(message.data, text, message.size) == 0, "\"%s\", not \"%s\"", message.data, text);
    wasm_byte_vec_delete(&message);
}

static void made_by_the_host(void) {
    guest_t guest = open_store();
    wasm_trap_t *trap = new_trap(guest.store, "it is over", 11);
    says(trap, "it is over");
    CHECK(wasm_trap_origin(trap) == NULL);
    wasm_frame_vec_t trace = {7, NULL};
    wasm_trap_trace(trap, &trace);
    EQUAL(trace.size, 0);
    wasm_frame_vec_delete(&trace);
    wasm_trap_delete(trap);
    close_guest(&guest);
}

static void messages_without_end(void) {
    guest_t guest = open_store();
    wasm_trap_t *trap = new_trap(guest.store, "it is over", 10);
    says(trap, "it is over");
    wasm_trap_delete(trap);
    close_guest(&guest);
}

static void messages_that_are_empty(void) {
    guest_t guest = open_store();
    wasm_trap_t *traps[2] = {new_trap(guest.store, "", 1), new_trap(guest.store, NULL, 0)};
    for (int i = 0; i < 2; i++) {
        says(traps[i], "");
        wasm_trap_delete(traps[i]);
    }
    close_guest(&guest);
}

static void messages_that_are_no_text(void) {
    guest_t guest = open_store();
    wasm_trap_t *trap = new_trap(guest.store, "a\377b", 4);
    NEED(trap != NULL);
    says(trap, "a\357\277\275b");
    wasm_trap_delete(trap);
    close_guest(&guest);
}

static void messages_with_a_nul_inside(void) {
    guest_t guest = open_store();
    wasm_trap_t *trap = new_trap(guest.store, "a\0b", 4);
    NEED(trap != NULL);
    wasm_message_t message;
    wasm_trap_message(trap, &message);
    CHECK(message.size >= 2 && message.data[0] == 'a' && message.data[message.size - 1] == '\0');
    wasm_byte_vec_delete(&message);
    wasm_trap_delete(trap);
    close_guest(&guest);
}

/* The trap that `fail` made last; its owner is the library. */
static wasm_store_t *store_of_fail;
static const char *text_of_fail;
static size_t size_of_fail;
static wasm_trap_t *kept;

static wasm_trap_t *fail(const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    (void)args, (void)results;
    return new_trap(store_of_fail, text_of_fail, size_of_fail);
}

static wasm_trap_t *fail_and_keep(const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    wasm_trap_t *trap = fail(args, results);
    kept = wasm_trap_copy(trap);
    return trap;
}

static guest_t open_failing(wasm_func_callback_t callback, const char *text, size_t size) {
    guest_t guest = open_store();
    store_of_fail = guest.store;
    text_of_fail = text;
    size_of_fail = size;
    wasm_functype_t *type = wasm_functype_new_0_0();
    wasm_func_t *func = wasm_func_new(guest.store, type, callback);
    wasm_functype_delete(type);
    wasm_extern_t *imports[1] = {wasm_func_as_extern(func)};
    load(&guest, "(module $m (import \"\" \"\" (func $fail))"
                 "(func $middle nop call $fail) (func (export \"outer\") nop nop call $middle)"
                 "(func (export \"own\") unreachable))", 1, imports);
    wasm_func_delete(func);
    return guest;
}

static void from_a_callback(void) {
    guest_t guest = open_failing(fail, "no luck", 8);
    wasm_trap_t *trap = call_empty(func_at(&guest, 0));
    says(trap, "no luck");
    wasm_trap_delete(trap);
    close_guest(&guest);
}

static void from_a_callback_with_frames(void) {
    guest_t guest = open_failing(fail, "no luck", 8);
    wasm_trap_t *trap = call_empty(func_at(&guest, 0));
    wasm_frame_vec_t trace = WASM_EMPTY_VEC;
    wasm_trap_trace(trap, &trace);
    NEED(trace.size == 2, "%u frames", (unsigned)trace.size);
    EQUAL(wasm_frame_func_index(trace.data[0]), 1);
    EQUAL(wasm_frame_func_index(trace.data[1]), 2);
    wasm_frame_vec_delete(&trace);
    wasm_trap_delete(trap);
    close_guest(&guest);
}

static void from_a_callback_is_the_same(void) {
    guest_t guest = open_failing(fail_and_keep, "no luck", 8);
    wasm_trap_t *trap = call_empty(func_at(&guest, 0));
    NEED(trap != NULL && kept != NULL);
    CHECK(wasm_trap_same(trap, kept), "not the trap that the callback returned");
    wasm_trap_delete(trap);
    wasm_trap_delete(kept);
    close_guest(&guest);
}

static void from_a_callback_that_the_host_called(void) {
    guest_t guest = open_failing(fail, "no luck", 8);
    wasm_functype_t *type = wasm_functype_new_0_0();
    wasm_func_t *func = wasm_func_new(guest.store, type, fail);
    wasm_functype_delete(type);
    wasm_trap_t *trap = call_empty(func);
    says(trap, "no luck");
    wasm_trap_delete(trap);
    wasm_func_delete(func);
    close_guest(&guest);
}

/* What a callback says with bytes that are no text is an error all the same. */
static void from_a_callback_with_no_text(void) {
    guest_t guest = open_failing(fail, "\377", 2);
    wasm_trap_t *trap = call_empty(func_at(&guest, 0));
    CHECK(trap != NULL, "the failure of the callback is lost");
    wasm_trap_delete(trap);
    close_guest(&guest);
}

static void frames(void) {
    guest_t guest = open_guest(
        "(module $m (func $inner unreachable) (func $middle (param i32) call $inner)"
        "(func (export \"outer\") i32.const 7 call $middle))");
    wasm_trap_t *trap = call_empty(func_at(&guest, 0));
    NEED(trap != NULL);
    CHECK(strstr(message_of(trap), "unreachable") != NULL);
    wasm_frame_vec_t trace = {7, NULL};
    wasm_trap_trace(trap, &trace);
    NEED(trace.size == 3, "%u frames", (unsigned)trace.size);
    for (size_t i = 0; i < 3; i++) {
        EQUAL(wasm_frame_func_index(trace.data[i]), i);
        CHECK(wasm_frame_module_offset(trace.data[i]) > wasm_frame_func_offset(trace.data[i]));
        CHECK(i == 0 || wasm_frame_module_offset(trace.data[i]) >
                            wasm_frame_module_offset(trace.data[i - 1]));
        CHECK(wasm_frame_instance(trace.data[i]) == NULL);
    }
    wasm_frame_t *origin = wasm_trap_origin(trap);
    NEED(origin != NULL);
    EQUAL(wasm_frame_func_index(origin), 0);
    EQUAL(wasm_frame_module_offset(origin), wasm_frame_module_offset(trace.data[0]));
    EQUAL(wasm_frame_func_offset(origin), wasm_frame_func_offset(trace.data[0]));
    wasm_frame_t *copy = wasm_frame_copy(origin);
    wasm_frame_delete(origin);
    wasm_trap_delete(trap);
    NEED(copy != NULL);
    EQUAL(wasm_frame_func_index(copy), 0);
    wasm_frame_delete(copy);
    wasm_frame_vec_delete(&trace);
    close_guest(&guest);
}

static void names_in_frames(void) {
    guest_t guest = open_guest("(module $the_module (func $inner unreachable)"
                               "(func $outer (export \"outer\") call $inner))");
    wasm_trap_t *trap = call_empty(func_at(&guest, 0));
    wasm_frame_t *origin = wasm_trap_origin(trap);
    NEED(origin != NULL);
    wasm_name_t func = WASM_EMPTY_VEC, module = WASM_EMPTY_VEC;
    wasm_frame_func_name(origin, &func);
    wasm_frame_module_name(origin, &module);
    CHECK(same_text(&func, "inner"), "the name of the function");
    CHECK(same_text(&module, "the_module"), "the name of the module");
    wasm_name_delete(&func);
    wasm_name_delete(&module);
    wasm_frame_delete(origin);
    wasm_trap_delete(trap);
    close_guest(&guest);
}

/* A trap is kept longer than all that it came from. */
static void outlives_its_store(void) {
    guest_t guest = open_guest("(module (func $f unreachable) (export \"f\" (func $f)))");
    wasm_trap_t *trap = call_empty(func_at(&guest, 0));
    wasm_trap_t *own_trap = new_trap(guest.store, "mine", 5);
    close_guest(&guest);
    NEED(trap != NULL && own_trap != NULL);
    CHECK(strstr(message_of(trap), "unreachable") != NULL);
    says(own_trap, "mine");
    wasm_frame_t *origin = wasm_trap_origin(trap);
    CHECK(origin != NULL && wasm_frame_func_index(origin) == 0);
    wasm_frame_delete(origin);
    wasm_trap_delete(trap);
    wasm_trap_delete(own_trap);
}

/* A trap that was returned once may be returned again, and from another callback. */
static wasm_trap_t *return_kept(const wasm_val_vec_t *args, wasm_val_vec_t *results) {
    (void)args, (void)results;
    return wasm_trap_copy(kept);
}

static void returned_again(void) {
    guest_t guest = open_failing(return_kept, NULL, 0);
    kept = new_trap(guest.store, "old", 4);
    for (int i = 0; i < 3; i++) {
        wasm_trap_t *trap = call_empty(func_at(&guest, 0));
        says(trap, "old");
        CHECK(wasm_trap_same(trap, kept));
        wasm_trap_delete(trap);
    }
    wasm_trap_delete(kept);
    close_guest(&guest);
}

static const case_t cases[] = {
    CASE(made_by_the_host), CASE(messages_without_end), CASE(messages_that_are_empty),
    CASE(messages_that_are_no_text), CASE(messages_with_a_nul_inside), CASE(from_a_callback),
    CASE(from_a_callback_with_frames), CASE(from_a_callback_is_the_same),
    CASE(from_a_callback_that_the_host_called), CASE(from_a_callback_with_no_text), CASE(frames),
    CASE(names_in_frames), CASE(outlives_its_store), CASE(returned_again),
};

int main(int argc, char **argv) { return RUN_CASES("trap", cases, argc, argv); }
