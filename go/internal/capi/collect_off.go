//go:build !wasmer_debug

package capi

func collect() {}
