/* WASI, as in helper.h: the error is the result. */
#ifndef WASMER_GO_HELPER_WASI_H
#define WASMER_GO_HELPER_WASI_H

#include <fcntl.h>
#include <unistd.h>

#include "helper.h"

/* What is done with a descriptor is done with a copy of its own, so that nothing else is meant by the
   number when the caller closes his. */
#define WASMER_GO_RETURN_COPIED(call)                     \
    int32_t copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);         \
    libwasmer_error_t *error = NULL;                      \
    (void)(call);                                         \
    if (error && copy >= 0) close(copy);                  \
    return error

/* The operations of wasmerGoWasiPaths on one path or two. */
typedef enum {
    WASMER_GO_MAKE_DIRECTORY,
    WASMER_GO_REMOVE_DIRECTORY,
    WASMER_GO_UNLINK,
    WASMER_GO_RENAME,
    WASMER_GO_LINK,
    WASMER_GO_SYMLINK,
} wasmer_go_path_operation_t;

/* Defined in callback_wasi.c. `env` is a number that was cast to a pointer. */
libwasmer_error_t *wasmer_go_wasi_set_reader(libwasmer_wasi_config_t *config, uintptr_t env);
libwasmer_error_t *wasmer_go_wasi_set_writer(libwasmer_wasi_config_t *config, uint32_t stream,
                                             uintptr_t env);
libwasmer_error_t *wasmer_go_wasi_add_files(libwasmer_wasi_config_t *config, uintptr_t env,
                                            const char *guest, size_t guest_size, bool read_only,
                                            bool links);
libwasmer_error_t *wasmer_go_wasi_pipe_new(uintptr_t env, libwasmer_wasi_pipe_t **pipe);

static inline libwasmer_error_t *wasmer_go_wasi_pipe_write(const libwasmer_wasi_pipe_t *pipe,
                                                           const uint8_t *bytes, size_t size,
                                                           size_t *count) {
    WASMER_GO_RETURN(libwasmer_wasi_pipe_write(pipe, bytes, size, count, &error));
}

static inline libwasmer_error_t *wasmer_go_wasi_pipe_read(const libwasmer_wasi_pipe_t *pipe,
                                                          uint8_t *buffer, size_t size,
                                                          size_t *count, bool *ended) {
    WASMER_GO_RETURN(libwasmer_wasi_pipe_read(pipe, buffer, size, count, ended, &error));
}

static inline libwasmer_error_t *wasmer_go_wasi_pipe_end(const libwasmer_wasi_pipe_t *pipe,
                                                         uint16_t number,
                                                         libwasmer_error_t *failure) {
    WASMER_GO_RETURN(libwasmer_wasi_pipe_end(pipe, number, failure, &error));
}

static inline libwasmer_error_t *
wasmer_go_wasi_set_input_pipe(libwasmer_wasi_config_t *config, const libwasmer_wasi_pipe_t *pipe) {
    WASMER_GO_RETURN(libwasmer_wasi_config_set_input_pipe(config, pipe, &error));
}

static inline libwasmer_error_t *
wasmer_go_wasi_set_output_pipe(libwasmer_wasi_config_t *config, uint32_t stream,
                               const libwasmer_wasi_pipe_t *pipe) {
    WASMER_GO_RETURN(libwasmer_wasi_config_set_output_pipe(config, stream, pipe, &error));
}

static inline libwasmer_error_t *wasmer_go_wasi_add_argument(libwasmer_wasi_config_t *config,
                                                             const char *data, size_t size) {
    WASMER_GO_RETURN(
        libwasmer_wasi_config_add_argument(config, (const uint8_t *)data, size, &error));
}

static inline libwasmer_error_t *wasmer_go_wasi_add_variable(libwasmer_wasi_config_t *config,
                                                             const char *name, size_t name_size,
                                                             const char *value, size_t size) {
    WASMER_GO_RETURN(libwasmer_wasi_config_add_variable(config, (const uint8_t *)name, name_size,
                                                        (const uint8_t *)value, size, &error));
}

static inline libwasmer_error_t *wasmer_go_wasi_add_directory(libwasmer_wasi_config_t *config,
                                                              const char *host, size_t host_size,
                                                              const char *guest,
                                                              size_t guest_size, bool read_only) {
    WASMER_GO_RETURN(libwasmer_wasi_config_add_directory(config, host, host_size, guest,
                                                         guest_size, read_only, &error));
}

static inline libwasmer_error_t *wasmer_go_wasi_add_socket(libwasmer_wasi_config_t *config,
                                                           int32_t fd) {
    WASMER_GO_RETURN_COPIED(libwasmer_wasi_config_add_socket(config, copy, true, &error));
}

static inline libwasmer_error_t *wasmer_go_wasi_set_limit(libwasmer_wasi_config_t *config,
                                                          uint32_t limit, uint64_t most) {
    WASMER_GO_RETURN(libwasmer_wasi_config_set_limit(config, limit, most, &error));
}

static inline libwasmer_error_t *wasmer_go_wasi_add_top(libwasmer_wasi_config_t *config) {
    WASMER_GO_RETURN(libwasmer_wasi_config_add_top(config, &error));
}

static inline libwasmer_error_t *wasmer_go_wasi_set_clocks(libwasmer_wasi_config_t *config,
                                                           uint64_t realtime, uint64_t step) {
    WASMER_GO_RETURN(libwasmer_wasi_config_set_clocks(config, realtime, step, &error));
}

static inline libwasmer_error_t *wasmer_go_wasi_set_seed(libwasmer_wasi_config_t *config,
                                                         const uint8_t *seed, size_t size) {
    WASMER_GO_RETURN(libwasmer_wasi_config_set_seed(config, seed, size, &error));
}

static inline libwasmer_error_t *wasmer_go_wasi_inherit_input(libwasmer_wasi_config_t *config) {
    WASMER_GO_RETURN(libwasmer_wasi_config_set_input_inherit(config, &error));
}

static inline libwasmer_error_t *
wasmer_go_wasi_set_input_descriptor(libwasmer_wasi_config_t *config, int32_t fd) {
    WASMER_GO_RETURN_COPIED(
        libwasmer_wasi_config_set_input_descriptor(config, copy, true, &error));
}

static inline libwasmer_error_t *wasmer_go_wasi_inherit_output(libwasmer_wasi_config_t *config,
                                                               uint32_t stream) {
    WASMER_GO_RETURN(libwasmer_wasi_config_set_output_inherit(config, stream, &error));
}

static inline libwasmer_error_t *
wasmer_go_wasi_set_output_descriptor(libwasmer_wasi_config_t *config, uint32_t stream,
                                     int32_t fd) {
    WASMER_GO_RETURN_COPIED(
        libwasmer_wasi_config_set_output_descriptor(config, stream, copy, true, &error));
}

static inline libwasmer_error_t *wasmer_go_wasi_capture_output(libwasmer_wasi_config_t *config,
                                                               uint32_t stream, uint64_t most) {
    WASMER_GO_RETURN(libwasmer_wasi_config_set_output_capture(config, stream, most, &error));
}

static inline libwasmer_error_t *wasmer_go_wasi_new(const libwasmer_wasi_config_t *config,
                                                    libwasmer_wasi_t **wasi) {
    WASMER_GO_RETURN(libwasmer_wasi_new(config, wasi, &error));
}

static inline libwasmer_error_t *wasmer_go_wasi_output(const libwasmer_wasi_t *wasi,
                                                       uint32_t stream,
                                                       libwasmer_bytes_t **output) {
    WASMER_GO_RETURN(libwasmer_wasi_output(wasi, stream, output, &error));
}

static inline libwasmer_error_t *wasmer_go_wasi_imports(const libwasmer_arena_t *arena,
                                                        const libwasmer_wasi_t *wasi,
                                                        const libwasmer_module_t *module,
                                                        uint64_t *imports, size_t count) {
    WASMER_GO_RETURN(libwasmer_wasi_imports(arena, wasi, module, imports, count, &error));
}

static inline libwasmer_error_t *wasmer_go_wasi_start(const libwasmer_arena_t *arena,
                                                      uint64_t instance, uint64_t call_data,
                                                      uint32_t *code) {
    WASMER_GO_RETURN(libwasmer_wasi_start(arena, instance, call_data, code, &error));
}

static inline libwasmer_error_t *
wasmer_go_wasi_start_under(const libwasmer_arena_t *arena, uint64_t instance, uint64_t call_data,
                           const libwasmer_interrupt_t *interrupt, uint32_t *code) {
    WASMER_GO_RETURN(
        libwasmer_wasi_start_under(arena, instance, call_data, interrupt, code, &error));
}

static inline libwasmer_error_t *wasmer_go_wasi_initialize(const libwasmer_arena_t *arena,
                                                           uint64_t instance,
                                                           uint64_t call_data) {
    WASMER_GO_RETURN(libwasmer_wasi_initialize(arena, instance, call_data, &error));
}

static inline libwasmer_error_t *
wasmer_go_wasi_initialize_under(const libwasmer_arena_t *arena, uint64_t instance,
                                uint64_t call_data, const libwasmer_interrupt_t *interrupt) {
    WASMER_GO_RETURN(
        libwasmer_wasi_initialize_under(arena, instance, call_data, interrupt, &error));
}

#endif
