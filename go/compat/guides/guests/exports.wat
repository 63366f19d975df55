;; One export of each kind that is asked for.
(module
  (memory (export "memory") 2)
  (func (export "pair") (param i32) (result i32 i64)
    (i32.add (local.get 0) (i32.const 1))
    (i64.const -1)))
