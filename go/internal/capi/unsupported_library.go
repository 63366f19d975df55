//go:build ((linux && arm64) || (darwin && (amd64 || arm64))) && !custom_wasmer_runtime

package capi

// The name is the message: all that is needed, so that it need not be found out one by one.
var _ = wasmer_has_no_prebuilt_library_for_this_platform_so_build_libwasmer_for_it_as_the_README_says_and_then_the_program_with_CGO_ENABLED_1_and_CC_a_C_compiler_for_the_platform_and_the_tag_custom_wasmer_runtime
