/* References: objects of the host that a guest keeps and hands back without looking inside, and
   functions as values. */

#include "example.h"

static const char text[] =
    "(module"
    "  (import \"host\" \"read\" (func $read (param externref)))"
    "  (global $best (export \"best\") (mut externref) (ref.null extern))"
    "  (table $shelf (export \"shelf\") 3 externref)"
    "  (func (export \"borrow\") (param externref) (result externref)"
    "    (call $read (local.get 0))"
    "    (local.get 0))"
    "  (func (export \"place\") (param i32 externref)"
    "    (table.set $shelf (local.get 0) (local.get 1))"
    "    (global.set $best (local.get 1)))"
    "  (type $step (func (param i32) (result i32)))"
    "  (func $triple (type $step) (i32.mul (local.get 0) (i32.const 3)))"
    "  (func (export \"choose\") (param i32) (result funcref)"
    "    (if (result funcref) (local.get 0)"
    "      (then (ref.func $triple))"
    "      (else (ref.null func))))"
    "  (table $slot 1 funcref)"
    "  (func (export \"apply\") (param funcref i32) (result i32)"
    "    (table.set $slot (i32.const 0) (local.get 0))"
    "    (call_indirect $slot (type $step) (local.get 1) (i32.const 0)))"
    "  (elem declare func $triple))";

enum { BEST, SHELF, BORROW, PLACE, CHOOSE, APPLY, EXPORTS };

/* What a reference stands for; the guest sees nothing of it. */
typedef struct {
    const char *title;
} book_t;

static const char *title_of(const wasm_ref_t *ref) {
    if (!ref) return "nothing";
    const wasm_foreign_t *foreign = wasm_ref_as_foreign_const(ref);
    const book_t *book = foreign ? wasm_foreign_get_host_info(foreign) : NULL;
    return book ? book->title : "something else";
}

/* read(externref). The arguments stay the library's: nothing is deleted here. */
static wasm_trap_t *read_book(const wasm_val_vec_t *arguments, wasm_val_vec_t *results) {
    (void)results;
    printf("  read: %s\n", title_of(arguments->data[0].of.ref));
    return NULL;
}

static wasm_foreign_t *new_foreign(wasm_store_t *store, book_t *book) {
    wasm_foreign_t *foreign = wasm_foreign_new(store);
    if (foreign) wasm_foreign_set_host_info(foreign, book);
    return foreign;
}

/* borrow(ref) gives back what it was given. */
static bool borrow(const wasm_extern_vec_t *exports, wasm_ref_t *ref) {
    printf("borrow %s\n", title_of(ref));
    wasm_val_t value[] = {WASM_REF_VAL(ref)}; /* lent for the call */
    wasm_val_t back[] = {WASM_INIT_VAL};
    wasm_val_vec_t arguments = WASM_ARRAY_VEC(value);
    wasm_val_vec_t results = WASM_ARRAY_VEC(back);
    wasm_func_t *func = wasm_extern_as_func(exports->data[BORROW]);
    if (!call("borrow", func, &arguments, &results)) return false;
    bool same = ref ? back[0].of.ref && wasm_ref_same(back[0].of.ref, ref) : !back[0].of.ref;
    printf("  the same came back: %s\n", same ? "yes" : "no");
    wasm_val_delete(&back[0]); /* a result is ours, and this one is a reference */
    return true;
}

static void print_kept(const wasm_extern_vec_t *exports) {
    wasm_val_t best = WASM_INIT_VAL;
    wasm_global_get(wasm_extern_as_global(exports->data[BEST]), &best);
    printf("the best: %s\n", title_of(best.of.ref));
    wasm_val_delete(&best);
    const wasm_table_t *shelf = wasm_extern_as_table(exports->data[SHELF]);
    for (wasm_table_size_t number = 0; number < wasm_table_size(shelf); number++) {
        wasm_ref_t *ref = wasm_table_get(shelf, number);
        printf("  shelf %" PRIu32 ": %s\n", number, title_of(ref));
        wasm_ref_delete(ref);
    }
}

/* The guest puts one book away, the host another. */
static bool keep(const wasm_extern_vec_t *exports, wasm_ref_t *one, wasm_ref_t *two) {
    wasm_val_t values[] = {WASM_I32_VAL(1), WASM_REF_VAL(one)};
    wasm_val_vec_t arguments = WASM_ARRAY_VEC(values);
    wasm_val_vec_t results = WASM_EMPTY_VEC;
    wasm_func_t *func = wasm_extern_as_func(exports->data[PLACE]);
    if (!call("place", func, &arguments, &results)) return false;
    print_kept(exports);

    wasm_val_t value = WASM_REF_VAL(two);
    wasm_global_set(wasm_extern_as_global(exports->data[BEST]), &value);
    if (!wasm_table_set(wasm_extern_as_table(exports->data[SHELF]), 2, two)) {
        complain("shelf");
        return false;
    }
    print_kept(exports);
    return true;
}

/* choose(yes) gives a function, which is called here and given back to the guest. */
static bool functions(const wasm_extern_vec_t *exports, int32_t yes) {
    wasm_val_t choice[] = {WASM_I32_VAL(yes)}, chosen[] = {WASM_INIT_VAL};
    wasm_val_vec_t arguments = WASM_ARRAY_VEC(choice);
    wasm_val_vec_t results = WASM_ARRAY_VEC(chosen);
    wasm_func_t *choose = wasm_extern_as_func(exports->data[CHOOSE]);
    if (!call("choose", choose, &arguments, &results)) return false;
    wasm_ref_t *ref = chosen[0].of.ref;
    printf("choose %" PRId32 ": %s\n", yes, ref ? "a function" : "nothing");
    bool fine = true;
    if (ref) {
        wasm_val_t seven[] = {WASM_I32_VAL(7)}, product[] = {WASM_INIT_VAL};
        wasm_val_vec_t in = WASM_ARRAY_VEC(seven), out = WASM_ARRAY_VEC(product);
        fine = call("the function", wasm_ref_as_func(ref), &in, &out);
        if (fine) printf("  called by the host: %" PRId32 "\n", product[0].of.i32);
    }
    wasm_val_t values[] = {{.kind = WASM_FUNCREF, .of = {.ref = ref}}, WASM_I32_VAL(8)};
    wasm_val_t product[] = {WASM_INIT_VAL};
    wasm_val_vec_t in = WASM_ARRAY_VEC(values), out = WASM_ARRAY_VEC(product);
    wasm_trap_t *trap = wasm_func_call(wasm_extern_as_func(exports->data[APPLY]), &in, &out);
    if (trap) {
        printf("  called by the guest: ");
        print_message(stdout, trap);
    } else {
        printf("  called by the guest: %" PRId32 "\n", product[0].of.i32);
    }
    wasm_trap_delete(trap);
    wasm_val_delete(&chosen[0]);
    return fine;
}

int main(void) {
    int outcome = EXIT_FAILURE;
    book_t atlas = {"an atlas"}, novel = {"a novel"};
    wasm_module_t *module = NULL;
    wasm_func_t *read_func = NULL;
    wasm_foreign_t *one = NULL, *two = NULL;
    wasm_instance_t *instance = NULL;
    wasm_extern_vec_t exports = WASM_EMPTY_VEC;
    wasm_engine_t *engine = wasm_engine_new();
    wasm_store_t *store = wasm_store_new(engine);
    if (missing("engine", engine) || missing("store", store)) goto end;

    module = compile(store, text);
    if (!module) goto end;
    wasm_functype_t *type = wasm_functype_new_1_0(wasm_valtype_new_externref());
    read_func = wasm_func_new(store, type, read_book);
    wasm_functype_delete(type);
    one = new_foreign(store, &atlas);
    two = new_foreign(store, &novel);
    if (missing("read", read_func) || missing("atlas", one) || missing("novel", two)) goto end;
    wasm_extern_t *things[] = {wasm_func_as_extern(read_func)};
    wasm_extern_vec_t imports = WASM_ARRAY_VEC(things);
    instance = instantiate(store, module, &imports);
    if (!instance || !get_exports(instance, EXPORTS, &exports)) goto end;

    if (!borrow(&exports, wasm_foreign_as_ref(one)) || !borrow(&exports, NULL)) goto end;
    if (!keep(&exports, wasm_foreign_as_ref(one), wasm_foreign_as_ref(two))) goto end;
    if (!functions(&exports, 1) || !functions(&exports, 0)) goto end;
    outcome = EXIT_SUCCESS;

end:
    wasm_extern_vec_delete(&exports);
    wasm_instance_delete(instance);
    wasm_foreign_delete(two);
    wasm_foreign_delete(one);
    wasm_func_delete(read_func);
    wasm_module_delete(module);
    wasm_store_delete(store);
    wasm_engine_delete(engine);
    return outcome;
}
