;; Calls one function @count@ times. @work@ is the name of a function below.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock_time_get (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $write (result i32) (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
  (func $time (result i32) (call $clock_time_get (i32.const 1) (i64.const 1) (i32.const 16)))
  (func $random (result i32) (call $random_get (i32.const 32) (i32.const 16)))
  (func (export "_start")
    (local $left i32)
    ;; Ten bytes to write, at 64.
    (i32.store (i32.const 0) (i32.const 64))
    (i32.store (i32.const 4) (i32.const 10))
    (local.set $left (i32.const @count@))
    (loop $next
      (if (call $@work@) (then unreachable))
      (br_if $next (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))))
