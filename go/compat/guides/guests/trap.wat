;; Traps two calls deep.
(module
  (func $inner (unreachable))
  (func (export "run") (call $inner)))
