//go:build cgo && ((linux && amd64) || custom_wasmer_runtime)

/* C's side of the callbacks of WASI: each hands on to a Go function, with the number for `env`. */
#include "helper_wasi.h"
#include "_cgo_export.h"

#define ENV (uintptr_t) env
typedef libwasmer_error_t **failed_t;

static void release(void *env) { wasmerGoWasiRelease(ENV); }

static uint16_t stream_read(void *env, uint8_t *buffer, size_t size, size_t *count, failed_t e) {
    return wasmerGoWasiRead(ENV, buffer, size, count, e);
}

static uint16_t stream_write(void *env, const uint8_t *bytes, size_t size, size_t *count,
                             failed_t e) {
    return wasmerGoWasiWrite(ENV, (uint8_t *)bytes, size, count, e);
}

libwasmer_error_t *wasmer_go_wasi_set_reader(libwasmer_wasi_config_t *config, uintptr_t env) {
    WASMER_GO_RETURN(libwasmer_wasi_config_set_input_callback(config, stream_read, (void *)env,
                                                              release, &error));
}

libwasmer_error_t *wasmer_go_wasi_set_writer(libwasmer_wasi_config_t *config, uint32_t stream,
                                             uintptr_t env) {
    WASMER_GO_RETURN(libwasmer_wasi_config_set_output_callback(config, stream, stream_write,
                                                               (void *)env, release, &error));
}

static void pipe_ready(void *env) { wasmerGoWasiReady(ENV); }

libwasmer_error_t *wasmer_go_wasi_pipe_new(uintptr_t env, libwasmer_wasi_pipe_t **pipe) {
    WASMER_GO_RETURN(libwasmer_wasi_pipe_new(0, pipe_ready, (void *)env, release, pipe, &error));
}

static uint16_t file_open(void *env, const char *path, size_t size, uint16_t flags,
                          uint32_t access, uint16_t fd_flags, uint64_t *file, failed_t e) {
    (void)fd_flags;
    return wasmerGoWasiOpen(ENV, (char *)path, size, flags, access, file, e);
}

static void file_close(void *env, uint64_t file) { wasmerGoWasiClose(ENV, file); }

static uint16_t file_read(void *env, uint64_t file, uint8_t *buffer, size_t size, uint64_t offset,
                          size_t *count, failed_t e) {
    return wasmerGoWasiReadAt(ENV, file, buffer, size, offset, count, e);
}

static uint16_t file_write(void *env, uint64_t file, const uint8_t *bytes, size_t size,
                           uint64_t offset, size_t *count, failed_t e) {
    return wasmerGoWasiWriteAt(ENV, file, (uint8_t *)bytes, size, offset, count, e);
}

static uint16_t file_stat(void *env, uint64_t file, libwasmer_wasi_stat_t *stat, failed_t e) {
    return wasmerGoWasiFileStat(ENV, file, stat, e);
}

static uint16_t file_set_size(void *env, uint64_t file, uint64_t size, failed_t e) {
    return wasmerGoWasiSetSize(ENV, file, size, e);
}

static uint16_t file_set_times(void *env, uint64_t file, uint64_t accessed, uint64_t modified,
                               uint16_t flags, failed_t e) {
    return wasmerGoWasiSetFileTimes(ENV, file, accessed, modified, flags, e);
}

static uint16_t file_sync(void *env, uint64_t file, bool data_only, failed_t e) {
    (void)data_only;
    return wasmerGoWasiSync(ENV, file, e);
}

static uint16_t path_stat(void *env, const char *path, size_t size, libwasmer_wasi_stat_t *stat,
                          failed_t e) {
    return wasmerGoWasiStat(ENV, (char *)path, size, stat, e);
}

static uint16_t path_set_times(void *env, const char *path, size_t size, uint64_t accessed,
                               uint64_t modified, uint16_t flags, failed_t e) {
    return wasmerGoWasiSetTimes(ENV, (char *)path, size, accessed, modified, flags, e);
}

static uint16_t path_list(void *env, const char *path, size_t size,
                          libwasmer_wasi_entries_t *entries, failed_t e) {
    return wasmerGoWasiList(ENV, (char *)path, size, entries, e);
}

static uint16_t path_read_link(void *env, const char *path, size_t path_size, char *buffer,
                               size_t size, size_t *count, failed_t e) {
    return wasmerGoWasiReadLink(ENV, (char *)path, path_size, buffer, size, count, e);
}

/* The operations on one path or two, see wasmer_go_path_operation_t. */
#define ONE_PATH(name, operation)                                                           \
    static uint16_t name(void *env, const char *path, size_t size, failed_t e) {         \
        return wasmerGoWasiPaths(ENV, operation, (char *)path, size, (char *)path, size, e); \
    }
#define TWO_PATHS(name, operation)                                                        \
    static uint16_t name(void *env, const char *from, size_t from_size, const char *to, \
                         size_t to_size, failed_t e) {                                  \
        return wasmerGoWasiPaths(ENV, operation, (char *)from, from_size, (char *)to,      \
                                 to_size, e);                                           \
    }
ONE_PATH(make_directory, WASMER_GO_MAKE_DIRECTORY)
ONE_PATH(remove_directory, WASMER_GO_REMOVE_DIRECTORY)
ONE_PATH(unlink_file, WASMER_GO_UNLINK)
TWO_PATHS(rename_path, WASMER_GO_RENAME)
TWO_PATHS(link_path, WASMER_GO_LINK)
TWO_PATHS(symlink_path, WASMER_GO_SYMLINK)

libwasmer_error_t *wasmer_go_wasi_add_files(libwasmer_wasi_config_t *config, uintptr_t env,
                                            const char *guest, size_t guest_size, bool read_only,
                                            bool links) {
    const libwasmer_wasi_files_t files = {
        .open = file_open,
        .close = file_close,
        .read = file_read,
        .write = file_write,
        .file_stat = file_stat,
        .file_set_size = file_set_size,
        .file_set_times = file_set_times,
        .file_sync = file_sync,
        .stat = path_stat,
        .set_times = path_set_times,
        .list = path_list,
        .make_directory = make_directory,
        .remove_directory = remove_directory,
        .unlink = unlink_file,
        .rename = rename_path,
        .link = link_path,
        .symlink = links ? symlink_path : NULL,
        .read_link = links ? path_read_link : NULL,
    };
    WASMER_GO_RETURN(libwasmer_wasi_config_add_files(config, &files, (void *)env, release, guest,
                                                     guest_size, read_only, &error));
}
