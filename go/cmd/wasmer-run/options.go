package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	wasmer "github.com/bhojpur/wasmer/go"
)

// errHelp is the error after the help was printed.
var errHelp = flag.ErrHelp

type options struct {
	file        string
	arguments   []string
	environment []string
	directories []directory
	timeout     time.Duration
	threads     int
	fuel        uint64
	compiler    wasmer.CompilerKind
	features    []feature
	cache       string
	invoke      string
	isInvoke    bool
	program     string
	stackSize   uint64
	descriptors int
	version     bool
}

type feature struct {
	name string
	on   bool
}

// A directory is a directory of the host with its name for the guest.
type directory struct {
	host, guest string
	readOnly    bool
}

// stackSize is the usual stack size of a program's main thread.
const stackSize = 8 << 20

var compilers = map[string]wasmer.CompilerKind{
	"cranelift": wasmer.CRANELIFT, "singlepass": wasmer.SINGLEPASS, "llvm": wasmer.LLVM,
}

func parse(arguments []string, output io.Writer) (*options, error) {
	o := &options{compiler: wasmer.CRANELIFT}
	flags := flag.NewFlagSet("wasmer-run", flag.ContinueOnError)
	// main prints errors, once.
	flags.SetOutput(io.Discard)
	usage := func() {
		fmt.Fprint(output, "usage: wasmer-run [options] file.wasm [arguments]\n\noptions (with one dash or two; those marked * may be repeated):\n")
		flags.SetOutput(output)
		flags.PrintDefaults()
	}
	flags.Usage = func() {}
	flags.Func("env", "* `K=V`: an environment variable; K alone copies the value of this process", o.addVariable)
	flags.Func("dir", "* `HOST::GUEST`: a directory and its name for the program (HOST alone: the same name)", func(text string) error {
		return o.addDirectory(text, false, false)
	})
	flags.Func("rodir", "* `HOST::GUEST`: like --dir, but read-only", func(text string) error {
		return o.addDirectory(text, false, true)
	})
	flags.Func("mapdir", "* `GUEST::HOST`: like --dir in the opposite order; one colon is enough", func(text string) error {
		return o.addDirectory(text, true, false)
	})
	flags.DurationVar(&o.timeout, "timeout", 0, "stop compiling or running the program after this `time` (100ms, 2s, 1m)")
	flags.Uint64Var(&o.fuel, "fuel", 0, "stop the program after this number of `instructions`")
	flags.Uint64Var(&o.stackSize, "stack-size", stackSize, "stack size of the program in `bytes`")
	flags.IntVar(&o.descriptors, "max-descriptors", 0, "maximum `number` of open descriptors of the program (default 256)")
	flags.IntVar(&o.threads, "threads", 0, "maximum `number` of threads that the program may start (wasi-threads; default none)")
	flags.Func("compiler", "compiler `name`: cranelift (default), singlepass or llvm", o.setCompiler)
	flags.Func("enable", "* `name` of a WebAssembly proposal to enable, such as multi-memory", func(name string) error {
		o.features = append(o.features, feature{name, true})
		return nil
	})
	flags.Func("disable", "* `name` of a WebAssembly proposal to disable", func(name string) error {
		o.features = append(o.features, feature{name, false})
		return nil
	})
	flags.StringVar(&o.cache, "cache", "", "cache compiled modules in a `directory` that only you can write to")
	flags.Func("invoke", "call the exported function `name` with the arguments and print its results", func(name string) error {
		o.invoke, o.isInvoke = name, true
		return nil
	})
	flags.StringVar(&o.program, "argv0", "", "`name` of the program as it sees it (default the file name)")
	flags.BoolVar(&o.version, "version", false, "print the versions")
	if err := flags.Parse(arguments); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			usage()
		}
		return nil, err
	}
	if o.version {
		return o, nil
	}
	if flags.NArg() == 0 {
		return nil, errors.New("no file; see wasmer-run --help")
	}
	o.file, o.arguments = flags.Arg(0), flags.Args()[1:]
	return o, nil
}

func (o *options) addVariable(text string) error {
	name, _, hasValue := strings.Cut(text, "=")
	if name == "" {
		return errors.New("no name")
	}
	if !hasValue {
		value, found := os.LookupEnv(name)
		if !found {
			return nil
		}
		text = name + "=" + value
	}
	o.environment = append(o.environment, text)
	return nil
}

func (o *options) addDirectory(text string, turned, readOnly bool) error {
	first, second, both := strings.Cut(text, "::")
	if !both && turned {
		first, second, both = strings.Cut(text, ":")
	}
	switch {
	case !both && turned:
		return errors.New("want GUEST::HOST")
	case !both:
		second = first
	case turned:
		first, second = second, first
	}
	if first == "" || second == "" {
		return errors.New("empty name")
	}
	o.directories = append(o.directories, directory{host: first, guest: second, readOnly: readOnly})
	return nil
}

func (o *options) setCompiler(name string) error {
	kind, known := compilers[name]
	if !known {
		return errors.New("want cranelift, singlepass or llvm")
	}
	if !wasmer.IsCompilerAvailable(kind) {
		return errors.New("the library was built without this compiler")
	}
	o.compiler = kind
	return nil
}

// name returns the program's name as it sees it.
func (o *options) name() string {
	if o.program != "" {
		return o.program
	}
	return filepath.Base(o.file)
}

func version() string {
	text := "wasmer-run"
	if info, known := debug.ReadBuildInfo(); known {
		text += " " + info.Main.Version
	}
	return text + ", " + wasmer.Version()
}
