/* WASI through libwasmer.h: streams, callbacks, directories, exit codes, what is wrong. */

#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <wasm.h>

#include "check.h"
#include "wasi_run.h"

/* Gives bytes one at a time, then the end; fails in the ways that `env` says. */
struct source {
    const char *text;
    uint16_t errno_;
    bool fails;
};

static uint16_t read_source(void *env, uint8_t *buffer, size_t size, size_t *count,
                            libwasmer_error_t **failure) {
    struct source *source = env;
    if (source->fails) {
        *failure = libwasmer_error_new(LIBWASMER_STATUS_HOST, "broken", 6, 77);
        return 0;
    }
    if (source->errno_ != 0) return source->errno_;
    size_t length = strlen(source->text);
    *count = length < size ? length : size;
    memcpy(buffer, source->text, *count);
    source->text += *count;
    return 0;
}

static char written[100];

static uint16_t write_text(void *env, const uint8_t *bytes, size_t size, size_t *count,
                           libwasmer_error_t **failure) {
    (void)env, (void)failure;
    size_t at = strlen(written);
    if (at + size >= sizeof written) return LIBWASMER_ERRNO_NOSPC;
    memcpy(written + at, bytes, size);
    *count = size;
    return 0;
}

static void captured(void) {
    libwasmer_wasi_config_t *config = libwasmer_wasi_config_new();
    set_strings(config);
    OK(libwasmer_wasi_config_set_input_bytes(config, (const uint8_t *)"input", 5, &error));
    OK(libwasmer_wasi_config_set_output_capture(config, 1, 0, &error));
    OK(libwasmer_wasi_config_set_output_capture(config, 2, 3, &error));
    STATUS(INVALID_ARGUMENT, libwasmer_wasi_config_set_output_capture(config, 0, 0, &error));
    STATUS(INVALID_ARGUMENT, libwasmer_wasi_config_set_output_null(config, 3, &error));
    libwasmer_wasi_t *wasi = new_wasi(config), *other = new_wasi(config);
    libwasmer_wasi_config_delete(config);
    uint32_t code = 0;
    OK(run_echo(wasi, &code));
    CHECK(code == 102, "the exit code is %" PRIu32, code);
    libwasmer_bytes_t *output = NULL;
    OK(libwasmer_wasi_output(wasi, 1, &output, &error));
    libwasmer_view_t view = libwasmer_bytes_view(output);
    CHECK(view.size == 11 && memcmp(view.data, "echo\0\xff\0A=1", 11) == 0, "%zu bytes", view.size);
    libwasmer_bytes_delete(output);
    uint8_t part[2];
    size_t count = 99;
    OK(libwasmer_wasi_read_output(wasi, 2, part, 2, &count, &error));
    CHECK(count == 2 && memcmp(part, "in", 2) == 0, "%zu bytes", count);
    OK(libwasmer_wasi_read_output(wasi, 2, part, 2, &count, &error));
    CHECK(count == 1 && part[0] == 'p', "no more than the limit: %zu", count);
    OK(libwasmer_wasi_read_output(wasi, 2, NULL, 0, &count, &error));
    CHECK(count == 0, "%zu bytes", count);
    /* Another guest has streams of its own. */
    OK(libwasmer_wasi_output(other, 1, &output, &error));
    CHECK(libwasmer_bytes_view(output).size == 0, "nothing was written");
    libwasmer_bytes_delete(output);
    STATUS(NOT_FOUND, libwasmer_wasi_output(other, 0, &output, &error));
    libwasmer_wasi_delete(wasi);
    libwasmer_wasi_delete(other);
}

static void callbacks(void) {
    libwasmer_wasi_config_t *config = libwasmer_wasi_config_new();
    struct source source = {"from a callback", 0, false};
    finalized = 0;
    STATUS(NULL_ARGUMENT, libwasmer_wasi_config_set_input_callback(config, NULL, &source,
                                                                   count_finalized, &error));
    CHECK(finalized == 1, "also if it fails");
    OK(libwasmer_wasi_config_set_input_callback(config, read_source, &source, count_finalized,
                                                &error));
    OK(libwasmer_wasi_config_set_output_callback(config, 2, write_text, NULL, count_finalized,
                                                 &error));
    libwasmer_wasi_t *wasi = new_wasi(config);
    uint32_t code = 0;
    OK(run_echo(wasi, &code));
    CHECK(strcmp(written, "from a callback") == 0, "%s", written);
    source.errno_ = LIBWASMER_ERRNO_IO;
    OK(run_echo(wasi, &code));
    /* An error of the callback's ends the call and comes back. */
    source.fails = true;
    libwasmer_status_t status = run_echo(wasi, &code);
    CHECK(libwasmer_error_payload(error) == 77, "the payload is kept");
    CHECK(libwasmer_error_frame_count(error) > 0, "there are frames");
    STATUS(HOST, status);
    libwasmer_wasi_config_delete(config);
    CHECK(finalized == 1, "the guest needs them");
    libwasmer_wasi_delete(wasi);
    CHECK(finalized == 3, "%u finalized", finalized);
}

/* A directory with one file. */
static uint16_t stat_(void *env, const char *path, size_t size, libwasmer_wasi_stat_t *stat,
                      libwasmer_error_t **failure) {
    (void)env, (void)failure;
    if (size == 0) {
        stat->file_type = LIBWASMER_FILETYPE_DIRECTORY;
    } else if (size == 5 && memcmp(path, "hello", 5) == 0) {
        stat->file_type = LIBWASMER_FILETYPE_REGULAR_FILE;
        stat->size = 7;
        stat->inode = 42;
    } else {
        return LIBWASMER_ERRNO_NOENT;
    }
    return 0;
}

static unsigned opened, closed;

static uint16_t open_(void *env, const char *path, size_t size, uint16_t flags, uint32_t access,
                      uint16_t fd_flags, uint64_t *file, libwasmer_error_t **failure) {
    (void)env, (void)path, (void)size, (void)fd_flags, (void)failure;
    CHECK(flags == 0 && access == 1, "flags %u, access %" PRIu32, flags, access);
    *file = 1000 + opened++;
    return 0;
}

static void close_(void *env, uint64_t file) {
    (void)env;
    CHECK(file == 1000 + closed, "file %" PRIu64, file);
    closed++;
}

static uint16_t read_(void *env, uint64_t file, uint8_t *buffer, size_t size, uint64_t offset,
                      size_t *count, libwasmer_error_t **failure) {
    (void)env, (void)file, (void)failure;
    *count = offset < 7 ? 7 - offset : 0;
    if (*count > size) *count = size;
    memcpy(buffer, "virtual" + offset, *count);
    return 0;
}

static uint16_t list_(void *env, const char *path, size_t size, libwasmer_wasi_entries_t *entries,
                      libwasmer_error_t **failure) {
    (void)env, (void)path, (void)failure;
    CHECK(size == 0, "the root");
    CHECK(libwasmer_wasi_entries_add(entries, "hello", 5, LIBWASMER_FILETYPE_REGULAR_FILE, 42),
          "added");
    CHECK(!libwasmer_wasi_entries_add(NULL, "x", 1, 0, 0), "to nothing");
    return 0;
}

static uint32_t call(const libwasmer_arena_t *arena, libwasmer_handle_t func, uint64_t *words) {
    OK(libwasmer_func_call_words(arena, func, words, 9, 0, &error));
    return (uint32_t)words[0];
}

/* Functions are called by themselves, with a memory that is told. */
static void files(void) {
    libwasmer_wasi_files_t callbacks = {0};
    libwasmer_wasi_config_t *config = libwasmer_wasi_config_new();
    finalized = 0;
    STATUS(NULL_ARGUMENT, libwasmer_wasi_config_add_files(config, &callbacks, NULL,
                                                          count_finalized, "/v", 2, false, &error));
    callbacks = (libwasmer_wasi_files_t){
        .open = open_, .close = close_, .read = read_, .stat = stat_, .list = list_};
    OK(libwasmer_wasi_config_add_files(config, &callbacks, NULL, count_finalized, "/v", 2, false,
                                       &error));
    STATUS(INVALID_ARGUMENT, libwasmer_wasi_config_add_files(config, &callbacks, NULL, NULL, "", 0,
                                                             false, &error));
    libwasmer_wasi_t *wasi = new_wasi(config);
    libwasmer_wasi_config_delete(config);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_handle_t memory = 0, open = 0, read = 0, readdir = 0, make = 0, close = 0;
    NEED(libwasmer_memory_new(arena, 1, false, 0, false, &memory, &error));
#define FUNC(name, place)                                                                       \
    NEED(libwasmer_wasi_func(arena, wasi, LIBWASMER_WASIVERSION_PREVIEW1, name, strlen(name),   \
                             place, &error))
    FUNC("path_open", &open);
    FUNC("fd_read", &read);
    FUNC("fd_readdir", &readdir);
    FUNC("path_create_directory", &make);
    FUNC("fd_close", &close);
    STATUS(NOT_FOUND, libwasmer_wasi_func(arena, wasi, 2, "no", 2, &make, &error));
    STATUS(NOT_FOUND, libwasmer_wasi_func(arena, wasi, 0, "fd_read", 7, &make, &error));
    STATUS(INVALID_ARGUMENT, libwasmer_wasi_func(arena, wasi, 9, "fd_read", 7, &make, &error));
    uint64_t none[9] = {0};
    STATUS(LINK, libwasmer_func_call_words(arena, read, none, 9, 0, &error));
    OK(libwasmer_wasi_set_memory(arena, wasi, memory, &error));
    uint8_t *data = NULL;
    size_t size = 0;
    OK(libwasmer_memory_data(arena, memory, &data, &size, &error));
    memcpy(data + 100, "hello", 5);
    uint64_t words[9] = {3, 0, 100, 5, 0, 2, 0, 0, 200};
    CHECK(call(arena, open, words) == 0 && data[200] == 4, "opened");
    data[0] = 0, data[1] = 4, data[4] = 20;
    CHECK(call(arena, read, (uint64_t[9]){4, 0, 1, 200}) == 0, "read");
    CHECK(data[200] == 7 && memcmp(data + 1024, "virtual", 7) == 0, "%d bytes", data[200]);
    CHECK(call(arena, readdir, (uint64_t[9]){3, 1024, 1000, 0, 200}) == 0, "listed");
    CHECK(data[200] == 24 + 1 + 24 + 2 + 24 + 5, "%d bytes", data[200]);
    CHECK(call(arena, make, (uint64_t[9]){3, 100, 5}) == LIBWASMER_ERRNO_ROFS, "no callback");
    CHECK(call(arena, close, (uint64_t[9]){4}) == 0 && closed == 1, "%u closed", closed);
    libwasmer_arena_delete(arena);
    CHECK(finalized == 1, "of the one that failed");
    libwasmer_wasi_delete(wasi);
    CHECK(finalized == 2, "%u finalized", finalized);
}

static void directories_and_descriptors(void) {
    libwasmer_wasi_config_t *config = libwasmer_wasi_config_new();
    STATUS(NOT_FOUND, libwasmer_wasi_config_add_directory(config, "/no/such", 8, "/", 1, false,
                                                          &error));
    STATUS(INVALID_ARGUMENT,
           libwasmer_wasi_config_add_directory(config, "/dev/null", 9, "/", 1, false, &error));
    STATUS(INVALID_UTF8,
           libwasmer_wasi_config_add_directory(config, "/", 1, "\xff", 1, false, &error));
    OK(libwasmer_wasi_config_add_directory(config, "/", 1, "/", 1, true, &error));
    int pipe_[2];
    if (!CHECK(pipe(pipe_) == 0, "a pipe")) return;
    STATUS(INVALID_ARGUMENT, libwasmer_wasi_config_add_socket(config, pipe_[0], true, &error));
    STATUS(INVALID_ARGUMENT, libwasmer_wasi_config_set_input_descriptor(config, -1, true, &error));
    OK(libwasmer_wasi_config_set_input_descriptor(config, pipe_[0], true, &error));
    OK(libwasmer_wasi_config_set_output_descriptor(config, 2, pipe_[1], false, &error));
    OK(libwasmer_wasi_config_set_output_inherit(config, 1, &error));
    OK(libwasmer_wasi_config_set_output_null(config, 1, &error));
    OK(libwasmer_wasi_config_set_clocks(config, 1, 1, &error));
    OK(libwasmer_wasi_config_set_seed(config, NULL, 0, &error));
    libwasmer_wasi_t *wasi = new_wasi(config);
    if (!CHECK(write(pipe_[1], "piped", 5) == 5, "written")) return;
    uint32_t code = 0;
    OK(run_echo(wasi, &code));
    char bytes[5];
    CHECK(read(pipe_[0], bytes, 5) == 5 && memcmp(bytes, "piped", 5) == 0, "it went round");
    libwasmer_wasi_config_delete(config);
    libwasmer_wasi_delete(wasi);
    CHECK(close(pipe_[0]) == -1 && errno == EBADF, "the library's own is closed");
    CHECK(close(pipe_[1]) == 0, "the one that was lent is open");
}

static uint32_t open_top(const libwasmer_arena_t *arena, libwasmer_handle_t memory,
                         libwasmer_handle_t open, const char *path) {
    NEED(libwasmer_memory_write(arena, memory, 500, (const uint8_t *)path, strlen(path), &error));
    uint64_t words[9] = {3, 0, 500, strlen(path), 0, 2, 0, 0, 600};
    return call(arena, open, words);
}

/* How much a guest may have, and the directory that holds the others. */
static void limits_and_top(void) {
    libwasmer_wasi_config_t *config = libwasmer_wasi_config_new();
    SAYS(INVALID_ARGUMENT, libwasmer_wasi_config_set_limit(config, 3, 1, &error), "3 is not", "limit");
    SAYS(INVALID_ARGUMENT,
         libwasmer_wasi_config_set_limit(config, LIBWASMER_WASILIMIT_DESCRIPTORS, 65537, &error),
         "65537", "65536");
    OK(libwasmer_wasi_config_set_limit(config, LIBWASMER_WASILIMIT_HOST_BYTES, 65536, &error));
    OK(libwasmer_wasi_config_set_limit(config, LIBWASMER_WASILIMIT_DESCRIPTORS, 4, &error));
    OK(libwasmer_wasi_config_add_top(config, &error));
    OK(libwasmer_wasi_config_add_directory(config, "/proc/self", 10, "/a/b", 4, false, &error));
    libwasmer_wasi_t *wasi = NULL;
    SAYS(LIMIT, libwasmer_wasi_new(config, &wasi, &error), "5 descriptors", "4 are allowed");
    OK(libwasmer_wasi_config_set_limit(config, LIBWASMER_WASILIMIT_DESCRIPTORS, 7, &error));
    wasi = new_wasi(config);
    libwasmer_wasi_config_delete(config);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_handle_t memory = 0, open = 0;
    NEED(libwasmer_memory_new(arena, 1, false, 0, false, &memory, &error));
    FUNC("path_open", &open);
    OK(libwasmer_wasi_set_memory(arena, wasi, memory, &error));
    CHECK(open_top(arena, memory, open, "b") == LIBWASMER_ERRNO_NOENT, "it is below a");
    CHECK(open_top(arena, memory, open, "a/b/../../..") == LIBWASMER_ERRNO_PERM, "out");
    CHECK(open_top(arena, memory, open, "a") == 0, "a way");
    CHECK(open_top(arena, memory, open, "a/b/status") == 0, "a file");
    CHECK(open_top(arena, memory, open, "a") == LIBWASMER_ERRNO_MFILE, "one too many");
    libwasmer_arena_delete(arena);
    libwasmer_wasi_delete(wasi);
}

static void ends(void) {
    libwasmer_wasi_config_t *config = libwasmer_wasi_config_new();
    libwasmer_wasi_t *wasi = new_wasi(config);
    libwasmer_arena_t *arena = new_arena(engine);
    libwasmer_handle_t leave = 0;
    FUNC("proc_exit", &leave);
    uint64_t word = 200;
    libwasmer_status_t status = libwasmer_func_call_words(arena, leave, &word, 1, 0, &error);
    uint32_t code = 1;
    CHECK(libwasmer_error_exit_code(error, &code) && code == 200, "code %" PRIu32, code);
    CHECK(libwasmer_error_trap(error) == -1, "no trap");
    CHECK(!libwasmer_error_exit_code(error, NULL), "nowhere to write to");
    STATUS(EXIT, status);
    CHECK(!libwasmer_error_exit_code(NULL, &code) && code == 200, "no error");
    libwasmer_error_t *made = libwasmer_error_new(LIBWASMER_STATUS_EXIT, "", 0, 7);
    CHECK(libwasmer_error_exit_code(made, &code) && code == 7, "made by the host");
    /* As a trap of wasm.h and back. */
    struct wasm_trap_t *trap = libwasmer_error_to_trap(made);
    made = NULL;
    OK(libwasmer_error_from_trap(trap, &made, &error));
    CHECK(libwasmer_error_exit_code(made, &code) && code == 7, "after the trap");
    libwasmer_error_delete(made);
    wasm_trap_delete(trap);
    /* A guest without end, under an interrupt. */
    libwasmer_interrupt_t *interrupt = NULL;
    NEED(libwasmer_interrupt_new(&interrupt, &error));
    libwasmer_handle_t loop = instance_of(
        engine, arena,
        "(module (func (export \"_start\") (loop br 0)) (func (export \"_initialize\")))");
    OK(libwasmer_wasi_initialize(arena, loop, 0, &error));
    OK(libwasmer_wasi_initialize_under(arena, loop, 0, interrupt, &error));
    OK(libwasmer_interrupt_fire_after(interrupt, 1000000, &error));
    STATUS(INTERRUPTED, libwasmer_wasi_start_under(arena, loop, 0, interrupt, &code, &error));
    libwasmer_interrupt_delete(interrupt);
    libwasmer_module_t *plain = new_module(engine, SUM_WAT);
    CHECK(libwasmer_module_wasi_version(plain) == LIBWASMER_WASIVERSION_NONE, "none");
    libwasmer_handle_t sum = new_instance(arena, plain, NULL, 0);
    STATUS(NOT_FOUND, libwasmer_wasi_start(arena, sum, 0, &code, &error));
    libwasmer_module_delete(plain);
    libwasmer_arena_delete(arena);
    libwasmer_wasi_delete(wasi);
    libwasmer_wasi_config_delete(config);
}

int main(void) {
    engine = new_engine(LIBWASMER_COMPILER_CRANELIFT);
    captured();
    callbacks();
    files();
    directories_and_descriptors();
    limits_and_top();
    ends();
    libwasmer_engine_delete(engine);
    CHECK(libwasmer_live_objects() == 0, "%zu objects are left", libwasmer_live_objects());
    return finish("wasi");
}
