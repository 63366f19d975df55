package wasmer

import (
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// WasiVersion is a version of the interface through which a module reaches files, arguments and the
// like.
type WasiVersion int32

// The versions of WASI.
const (
	WASI_VERSION_LATEST    WasiVersion = 0
	WASI_VERSION_SNAPSHOT0 WasiVersion = 1
	WASI_VERSION_SNAPSHOT1 WasiVersion = 2
	// WASI_VERSION_INVALID is the version of a module that does not use WASI.
	WASI_VERSION_INVALID WasiVersion = -1
)

const (
	namespaceSnapshot0 = "wasi_unstable"
	namespaceSnapshot1 = "wasi_snapshot_preview1"
)

// String returns the namespace that modules of the version import. It panics if v is none of the
// constants.
func (v WasiVersion) String() string {
	switch v {
	case WASI_VERSION_LATEST:
		return "__latest__"
	case WASI_VERSION_SNAPSHOT0:
		return namespaceSnapshot0
	case WASI_VERSION_SNAPSHOT1:
		return namespaceSnapshot1
	case WASI_VERSION_INVALID:
		return "__unknown__"
	}
	panic("Unknown WASI version")
}

// GetWasiVersion returns the version of the first WASI import of a module.
func GetWasiVersion(module *Module) WasiVersion {
	if module == nil {
		return WASI_VERSION_INVALID
	}
	for _, wanted := range module.imports {
		switch wanted.module {
		case namespaceSnapshot0:
			return WASI_VERSION_SNAPSHOT0
		case namespaceSnapshot1:
			return WASI_VERSION_SNAPSHOT1
		}
	}
	return WASI_VERSION_INVALID
}

// wasiState is what a guest can see.
type wasiState struct {
	program     string
	arguments   []string
	environment []wasiVariable
	directories []wasiDirectory
	stdin       wasiStream
	stdout      wasiStream
	stderr      wasiStream
	descriptors uint32 // at most; 0 for the library's own limit
}

type wasiVariable struct{ key, value string }

// A wasiDirectory is a directory of the host under the name by which the guest knows it.
type wasiDirectory struct{ alias, directory string }

// A wasiStream tells where a standard stream goes.
type wasiStream int

const (
	inheritStream wasiStream = iota // to that of this process
	captureStream                   // to a buffer
)

// WasiStateBuilder collects what a WASI guest can see. Its methods change it and return it, for
// chaining; Finalize returns the error. One goroutine at a time may use it.
type WasiStateBuilder struct{ state wasiState }

// NewWasiStateBuilder returns a builder for a program with a name, which is the guest's argument 0.
// The standard streams are those of this process unless they are captured.
func NewWasiStateBuilder(programName string) *WasiStateBuilder {
	return &WasiStateBuilder{wasiState{program: programName}}
}

// Argument adds an argument.
func (b *WasiStateBuilder) Argument(argument string) *WasiStateBuilder {
	b.state.arguments = append(b.state.arguments, argument)
	return b
}

// Environment adds a variable to the guest's environment.
func (b *WasiStateBuilder) Environment(key string, value string) *WasiStateBuilder {
	b.state.environment = append(b.state.environment, wasiVariable{key, value})
	return b
}

// PreopenDirectory gives the guest a directory under the name that it has on the host. The
// directories are the descriptors from 4 on. Descriptor 3 is a directory "/" that contains them.
func (b *WasiStateBuilder) PreopenDirectory(preopenDirectory string) *WasiStateBuilder {
	return b.MapDirectory(preopenDirectory, preopenDirectory)
}

// MapDirectory is PreopenDirectory with another name for the guest. The aliases "/data" and "data"
// are the same. An empty alias is "/", which is also descriptor 3.
func (b *WasiStateBuilder) MapDirectory(alias string, directory string) *WasiStateBuilder {
	b.state.directories = append(b.state.directories, wasiDirectory{alias, directory})
	return b
}

// InheritStdin makes the guest read the standard input of this process.
func (b *WasiStateBuilder) InheritStdin() *WasiStateBuilder {
	b.state.stdin = inheritStream
	return b
}

// CaptureStdout captures the guest's standard output for WasiEnvironment.ReadStdout.
func (b *WasiStateBuilder) CaptureStdout() *WasiStateBuilder {
	b.state.stdout = captureStream
	return b
}

// InheritStdout makes the guest write to the standard output of this process.
func (b *WasiStateBuilder) InheritStdout() *WasiStateBuilder {
	b.state.stdout = inheritStream
	return b
}

// CaptureStderr captures the guest's standard error for WasiEnvironment.ReadStderr.
func (b *WasiStateBuilder) CaptureStderr() *WasiStateBuilder {
	b.state.stderr = captureStream
	return b
}

// InheritStderr makes the guest write to the standard error of this process.
func (b *WasiStateBuilder) InheritStderr() *WasiStateBuilder {
	b.state.stderr = inheritStream
	return b
}

// MaxDescriptors sets how many descriptors the guest may have open, including those that it starts
// with. The default is 256, the maximum 65,536. Opening more fails in the guest with errno MFILE.
func (b *WasiStateBuilder) MaxDescriptors(most uint32) *WasiStateBuilder {
	b.state.descriptors = most
	return b
}

// Finalize checks the settings and returns the environment. It fails if a text contains a NUL byte,
// a variable is malformed, or a directory is missing, not a directory, or a duplicate. The builder
// may be used further.
func (b *WasiStateBuilder) Finalize() (*WasiEnvironment, error) {
	if b == nil {
		return nil, newError(capi.StatusNullArgument, "WASI state builder is nil")
	}
	if err := b.state.check(); err != nil {
		return nil, err
	}
	state := b.state
	state.arguments = slices.Clone(state.arguments)
	state.environment = slices.Clone(state.environment)
	state.directories = slices.Clone(state.directories)
	return newWasiEnvironment(state)
}

func (s *wasiState) check() error {
	if err := checkText("program name", s.program); err != nil {
		return err
	}
	// Texts without "WASI:" are those that programs for wasmer-go know.
	for number, argument := range s.arguments {
		// Empty arguments are arguments.
		if strings.ContainsRune(argument, 0) {
			return newError(capi.StatusInvalidArgument, "WASI: argument %d contains a NUL byte: %q", number+1, argument)
		}
	}
	for _, variable := range s.environment {
		if err := checkText("environment variable name", variable.key); err != nil {
			return err
		}
		if strings.Contains(variable.key, "=") {
			return newError(capi.StatusInvalidArgument, "bad environment variable format: `found equal sign in env var key %q (key=value)`", variable.key)
		}
		if strings.ContainsRune(variable.value, 0) {
			return newError(capi.StatusInvalidArgument, "WASI: value of environment variable %s contains a NUL byte: %q", variable.key, variable.value)
		}
	}
	known := make(map[string]bool)
	for _, mapped := range s.directories {
		if err := mapped.check(); err != nil {
			return err
		}
		name := mapped.name()
		if known[name] {
			return newError(capi.StatusInvalidArgument, "wasi filesystem creation error: `Found duplicate entry for alias `%s``", name)
		}
		known[name] = true
	}
	return nil
}

// name is that of the guest, without a slash in front unless it is one that the directory has here.
func (d wasiDirectory) name() string {
	if d.alias == d.directory {
		return d.alias
	}
	return strings.TrimLeft(d.alias, "/")
}

func (d wasiDirectory) check() error {
	if err := checkText("directory alias", d.alias); err != nil {
		return err
	}
	if d.directory == "" {
		return newError(capi.StatusInvalidArgument, "WASI: directory is empty")
	}
	if err := checkText("directory", d.directory); err != nil {
		return err
	}
	info, err := os.Stat(d.directory)
	if err == nil && !info.IsDir() {
		failure := newError(capi.StatusInvalidArgument,
			"wasi filesystem creation error: `WASI only supports pre-opened directories right now; found %q`", d.directory)
		failure.cause = &fs.PathError{Op: "open", Path: d.directory, Err: errNoDirectory}
		return failure
	}
	if err != nil {
		failure := newError(capi.StatusInvalidArgument, "WASI: directory %q: %v", d.directory, err)
		failure.cause = err
		return failure
	}
	return nil
}

func checkText(what, text string) error {
	if strings.ContainsRune(text, 0) {
		return newError(capi.StatusInvalidArgument, "WASI: %s contains a NUL byte: %q", what, text)
	}
	return nil
}
