//go:build wasmer_debug

package capi

import "runtime"

func collect() { runtime.GC() }
