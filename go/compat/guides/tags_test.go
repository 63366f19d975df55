//go:build !custom_wasmer_runtime

package guides

const tags = ""
