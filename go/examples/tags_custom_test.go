//go:build custom_wasmer_runtime

package examples

const tags = "custom_wasmer_runtime"
