;; Calls a host function of several types.
(module
  (import "env" "scale" (func $scale (param i32 f64) (result f64)))
  (func (export "run") (param i32) (result f64) (call $scale (local.get 0) (f64.const 1.5))))
