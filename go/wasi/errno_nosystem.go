//go:build !unix && !windows

package wasi

// systemErrno finds nothing: the system's errors are told by what package io/fs calls them.
func systemErrno(error) (Errno, bool) { return 0, false }
