/* Guests for the tests of WASI. */

#ifndef WASI_H
#define WASI_H

/* Writes its first argument and the variables to standard output, what it reads from standard input to
   standard error, and exits with the number of its arguments. It imports a function of the host's, too. */
#define ECHO_WAT                                                                                    \
    "(module"                                                                                       \
    "  (import \"wasi_snapshot_preview1\" \"args_get\" (func $args (param i32 i32) (result i32)))"  \
    "  (import \"host\" \"note\" (func $note (param i32) (result i32)))"                            \
    "  (import \"wasi_snapshot_preview1\" \"args_sizes_get\""                                       \
    "    (func $args_sizes (param i32 i32) (result i32)))"                                          \
    "  (import \"wasi_snapshot_preview1\" \"environ_get\" (func $env (param i32 i32) (result i32)))"\
    "  (import \"wasi_snapshot_preview1\" \"environ_sizes_get\""                                    \
    "    (func $env_sizes (param i32 i32) (result i32)))"                                           \
    "  (import \"wasi_unstable\" \"fd_write\""                                                      \
    "    (func $write (param i32 i32 i32 i32) (result i32)))"                                       \
    "  (import \"wasi_snapshot_preview1\" \"fd_read\""                                              \
    "    (func $read (param i32 i32 i32 i32) (result i32)))"                                        \
    "  (import \"wasi_snapshot_preview1\" \"proc_exit\" (func $exit (param i32)))"                  \
    "  (memory (export \"memory\") 1)"                                                              \
    "  (func $out (param $fd i32) (param $at i32) (param $size i32)"                                \
    "    (i32.store (i32.const 0) (local.get $at))"                                                 \
    "    (i32.store (i32.const 4) (local.get $size))"                                               \
    "    (drop (call $write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8))))"           \
    "  (func (export \"_start\")"                                                                   \
    "    (drop (call $args_sizes (i32.const 16) (i32.const 20)))"                                   \
    "    (drop (call $args (i32.const 64) (i32.const 1024)))"                                       \
    "    (call $out (i32.const 1) (i32.const 1024) (i32.load (i32.const 20)))"                      \
    "    (drop (call $env_sizes (i32.const 24) (i32.const 28)))"                                    \
    "    (drop (call $env (i32.const 64) (i32.const 2048)))"                                        \
    "    (call $out (i32.const 1) (i32.const 2048) (i32.load (i32.const 28)))"                      \
    "    (i32.store (i32.const 0) (i32.const 4096))"                                                \
    "    (i32.store (i32.const 4) (i32.const 1000))"                                                \
    "    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))"               \
    "    (call $out (i32.const 2) (i32.const 4096) (i32.load (i32.const 8)))"                       \
    "    (call $exit (call $note (i32.load (i32.const 16))))))"

#endif
