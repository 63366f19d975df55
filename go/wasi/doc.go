// Package wasi runs WebAssembly programs that use WASI preview 1 (or wasi_unstable), which is what Rust,
// C, Go, TinyGo, Zig and others compile to. It is shaped like os/exec:
//
//	module, err := wasmer.NewModule(wasmer.NewStore(wasmer.NewEngine()), bytes)
//	cmd := wasi.Command(module, "prog", "-x")
//	cmd.Stdout = os.Stdout
//	cmd.Dir("/data", "testdata")
//	err = cmd.Run()
//
// A guest gets nothing that it is not given: no environment, no files, no standard streams. What it is given
// it cannot leave: a directory of the host's is a jail, whatever the guest does by `..`, absolute paths or
// symbolic links.
//
// One Module may be run by any number of commands at once.
package wasi
