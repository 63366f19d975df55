//go:build custom_wasmer_runtime

package doctest

const tags = "custom_wasmer_runtime"
