//go:build !custom_wasmer_runtime

package examples

const tags = ""
