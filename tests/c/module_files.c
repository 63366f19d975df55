/* Modules from and to files: what they hold, what is said of a file that is wrong, and that one which is
   there is replaced as a whole or not at all. */

#define _DEFAULT_SOURCE

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static char directory[] = "/tmp/module_files.XXXXXX";
static libwasmer_engine_t *engine;
static libwasmer_module_t *module;

static const char *in(const char *name) {
    static char path[2][200];
    static unsigned turn;
    char *place = path[turn++ % 2];
    snprintf(place, sizeof path[0], "%s/%s", directory, name);
    return place;
}

static void put(const char *name, const void *bytes, size_t size) {
    FILE *file = fopen(in(name), "wb");
    CHECK(file != NULL && fwrite(bytes, 1, size, file) == size, "%s", name);
    fclose(file);
}

static libwasmer_status_t compile(const char *path) {
    return libwasmer_module_new_from_file(engine, path, strlen(path), &module, &error);
}

static libwasmer_status_t load(const char *path) {
    return libwasmer_module_deserialize_file(engine, path, strlen(path), &module, &error);
}

static libwasmer_status_t save(const char *path) {
    return libwasmer_module_serialize_to_file(module, path, strlen(path), &error);
}

static void runs(void) {
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_slot_t slots[2] = {{.i32 = 5}, {.i32 = 37}};
    libwasmer_handle_t sum = export_of(arena, new_instance(arena, module, NULL, 0), "sum");
    OK(libwasmer_func_call(arena, sum, slots, 2, &error));
    CHECK(slots[0].i32 == 42, "%d", (int)slots[0].i32);
    libwasmer_arena_delete(arena);
    libwasmer_module_delete(module);
    module = NULL;
}

static unsigned files(void) {
    unsigned count = 0;
    DIR *open = opendir(directory);
    for (struct dirent *entry; (entry = readdir(open)) != NULL;) count += entry->d_name[0] != '.';
    closedir(open);
    return count;
}

int main(void) {
    CHECK(mkdtemp(directory) != NULL, "%s", directory);
    engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);

    put("text.wat", SUM_WAT, strlen(SUM_WAT));
    OK(compile(in("text.wat")));
    /* Twice: what is there is replaced, and nothing else stays. */
    for (int i = 0; i < 2; i++) OK(save(in("module")));
    CHECK(files() == 2, "%u", files());
    runs();
    OK(load(in("module")));
    runs();

    /* Names of files are bytes. */
    OK(compile(in("text.wat")));
    OK(save(in("\xff\xfe")));
    libwasmer_module_delete(module);
    OK(load(in("\xff\xfe")));
    runs();

    SAYS(NOT_FOUND, compile(in("none")), "/none", "reading");
    SAYS(NOT_FOUND, load(in("none")), "/none", "reading");
    SAYS(FILE, compile(directory), directory, "directory");
    put("wrong", "(module", 7);
    SAYS(INVALID_MODULE, compile(in("wrong")), "/wrong");
    SAYS(DESERIALIZE, load(in("wrong")), "/wrong");
    put("empty", "", 0);
    SAYS(INVALID_MODULE, compile(in("empty")), "/empty");
    SAYS(DESERIALIZE, load(in("empty")), "/empty");
    SAYS(INVALID_ARGUMENT, compile(""), "path");
    SAYS(INVALID_ARGUMENT,
         libwasmer_module_new_from_file(engine, "a\0b", 3, &module, &error), "NUL");

    /* What cannot be written leaves what was there. */
    OK(compile(in("text.wat")));
    SAYS(NOT_FOUND, save(in("no/module")), "/no/module", "writing");
    SAYS(FILE, save(directory), directory, "writing");
    unsigned before = files();
    CHECK(mkdir(in("taken"), 0700) == 0, "mkdir");
    SAYS(FILE, save(in("taken")), "/taken", "writing");
    CHECK(files() == before + 1, "%u files, %u before", files(), before);
    rmdir(in("taken"));
    libwasmer_module_delete(module);

    /* A file that has more than a module may. */
    libwasmer_config_t *config = libwasmer_config_new();
    libwasmer_engine_t *small = NULL;
    OK(libwasmer_config_set_quota(config, LIBWASMER_QUOTA_MODULE_BYTES, 16, &error));
    OK(libwasmer_engine_new(config, &small, &error));
    libwasmer_config_delete(config);
    const char *path = in("text.wat");
    SAYS(LIMIT, libwasmer_module_new_from_file(small, path, strlen(path), &module, &error),
         "/text.wat", "16");
    SAYS(LIMIT, libwasmer_module_new_from_file(small, "/dev/zero", 9, &module, &error), "/dev/zero");
    libwasmer_engine_delete(small);

    /* Under an interrupt that is fired nothing is compiled. */
    libwasmer_interrupt_t *interrupt = NULL;
    NEED(libwasmer_interrupt_new(&interrupt, &error));
    OK(libwasmer_module_new_from_file_under(engine, path, strlen(path), interrupt, &module, &error));
    runs();
    OK(libwasmer_interrupt_fire(interrupt, &error));
    STATUS(INTERRUPTED, libwasmer_module_new_from_file_under(engine, path, strlen(path), interrupt,
                                                             &module, &error));
    libwasmer_interrupt_delete(interrupt);
    libwasmer_engine_delete(engine);
    const char *names[] = {"text.wat", "module", "\xff\xfe", "wrong", "empty"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) unlink(in(names[i]));
    CHECK(rmdir(directory) == 0, "files are left in %s", directory);
    CHECK(libwasmer_live_objects() == 0, "%zu objects are left", libwasmer_live_objects());
    return finish("module_files");
}
