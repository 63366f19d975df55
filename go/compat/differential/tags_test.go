//go:build !custom_wasmer_runtime

package differential

const tags = ""
