/*
 * A program that was not linked with the library and looks for it under its usual name when it runs,
 * as container runtimes do. Makes an engine and a store, and prints the path of the library.
 */

/* For dladdr. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wasm.h>

#ifdef __APPLE__
#define LIBRARY "libwasmer.dylib"
#else
#define LIBRARY "libwasmer.so"
#endif

static void *library;

/* A pointer to a function is not converted in ISO C, so the address is copied. */
static void find(const char *name, void *function) {
    void *address = dlsym(library, name);
    if (!address) {
        fprintf(stderr, "%s\n", dlerror());
        exit(EXIT_FAILURE);
    }
    memcpy(function, &address, sizeof address);
}

int main(void) {
    library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        fprintf(stderr, "%s\n", dlerror());
        return EXIT_FAILURE;
    }
    wasm_engine_t *(*engine_new)(void);
    wasm_store_t *(*store_new)(wasm_engine_t *);
    void (*store_delete)(wasm_store_t *);
    void (*engine_delete)(wasm_engine_t *);
    find("wasm_engine_new", (void *)&engine_new);
    find("wasm_store_new", (void *)&store_new);
    find("wasm_store_delete", (void *)&store_delete);
    find("wasm_engine_delete", (void *)&engine_delete);

    wasm_engine_t *engine = engine_new();
    wasm_store_t *store = engine ? store_new(engine) : NULL;
    void *address;
    Dl_info place;
    memcpy(&address, &engine_new, sizeof address);
    if (store && dladdr(address, &place)) printf("%s\n", place.dli_fname);
    store_delete(store);
    engine_delete(engine);
    return store ? EXIT_SUCCESS : EXIT_FAILURE;
}
