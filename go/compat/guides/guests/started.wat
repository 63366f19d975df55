;; A WASI program with a `_start` that prepares what its other function needs.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "started\n")
  (global $base (mut i32) (i32.const 0))
  (func (export "_start")
    (global.set $base (i32.const 40))
    (i32.store (i32.const 0) (i32.const 16))
    (i32.store (i32.const 4) (i32.const 8))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))
  (func (export "add") (param i32) (result i32) (i32.add (global.get $base) (local.get 0))))
