//go:build cgo && !(linux && amd64) && !custom_wasmer_runtime

package capi

// The name is the message.
var _ = wasmer_has_no_prebuilt_library_for_this_platform_so_build_one_and_use_the_tag_custom_wasmer_runtime_as_the_README_says
