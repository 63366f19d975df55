//go:build !custom_wasmer_runtime

package compat

const tags = ""
