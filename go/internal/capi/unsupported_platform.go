//go:build !((linux || darwin) && (amd64 || arm64)) && !custom_wasmer_runtime

package capi

// The name is the message.
var _ = wasmer_does_not_run_on_this_platform_only_on_linux_with_a_prebuilt_library_for_amd64_and_its_library_can_be_built_for_linux_on_arm64
