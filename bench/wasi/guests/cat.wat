;; Copies its standard input to its standard output, in pieces of at most 64 KiB.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  ;; At 0 the piece to fill, at 8 the piece to write, at 16 a count; the bytes from 65536 on.
  (func (export "_start")
    (local $left i32)
    (i32.store (i32.const 0) (i32.const 65536))
    (i32.store (i32.const 4) (i32.const 65536))
    (loop $next
      (if (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 16)) (then unreachable))
      (local.set $left (i32.load (i32.const 16)))
      (if (i32.eqz (local.get $left)) (then (return)))
      (i32.store (i32.const 8) (i32.const 65536))
      (loop $rest
        (i32.store (i32.const 12) (local.get $left))
        (if (call $fd_write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16)) (then unreachable))
        (local.set $left (i32.sub (local.get $left) (i32.load (i32.const 16))))
        (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.load (i32.const 16))))
        (br_if $rest (local.get $left)))
      (br $next))))
