//go:build !cgo && ((linux && amd64) || custom_wasmer_runtime)

package capi

// The name is the message.
var _ = wasmer_needs_cgo_so_set_CGO_ENABLED_1_and_install_a_C_compiler
