/**
 * @file
 * WASIX for C programs: WASI with threads, sockets and fork, by Wasmer's own implementation.
 *
 * Only in a library that was built with `cargo build --release --features wasix`. Such a library brings
 * an asynchronous runtime and a network stack, and is half as large again (32.3 to 21.5 MB).
 *
 * It is not the WASI of libwasmer.h: guests run in stores of Wasmer's own, apart from all arenas. None of
 * the library's limits hold for them, no interrupt ends them, and directories are kept apart by names, not
 * by open descriptors. Run what you trust.
 */
#ifndef LIBWASMER_WASIX_H
#define LIBWASMER_WASIX_H

#include "libwasmer.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Compiles a command, binary or text, and runs it to its end. `code` gets its exit code.
 *
 * Of the configuration arguments, variables and directories of the host's are used. The streams must be
 * those of the process (`libwasmer_wasi_config_set_input_inherit` and so on); what else is set gives
 * LIBWASMER_STATUS_UNSUPPORTED. Wasmer prints a trap of the guest's to standard error itself and makes an
 * exit code of it, 45; other failures of its are LIBWASMER_STATUS_TRAP.
 *
 * Any thread may call it, and several at once. The handlers of the library's for SIGSEGV, SIGBUS, SIGILL
 * and SIGFPE belong to Wasmer alone from the first call on.
 */
libwasmer_status_t libwasmer_wasix_run(const libwasmer_wasi_config_t *config, const uint8_t *bytes,
                                       size_t size, uint32_t *code, libwasmer_error_t **error);

#ifdef __cplusplus
}
#endif

#endif
