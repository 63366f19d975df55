;; Logs a text that lies in its memory, and adds.
(module
  (import "env" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 8) "from the guest")
  (func (export "run") (param i32 i32) (result i32)
    (call $log (i32.const 8) (i32.const 14))
    (i32.add (local.get 0) (local.get 1))))
