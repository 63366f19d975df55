//go:build !custom_wasmer_runtime

package doctest

const tags = ""
