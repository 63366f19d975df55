//go:build custom_wasmer_runtime

package differential

const tags = "custom_wasmer_runtime"
