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

// errHelp: help was asked for and given.
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

// A directory is one of the host's, and what it is called by the guest.
type directory struct {
	host, guest string
	readOnly    bool
}

// stackSize is what the main thread of a program has as a rule.
const stackSize = 8 << 20

var compilers = map[string]wasmer.CompilerKind{
	"cranelift": wasmer.CRANELIFT, "singlepass": wasmer.SINGLEPASS, "llvm": wasmer.LLVM,
}

func parse(arguments []string, output io.Writer) (*options, error) {
	o := &options{compiler: wasmer.CRANELIFT}
	flags := flag.NewFlagSet("wasmer-run", flag.ContinueOnError)
	// Errors are told by main, and once.
	flags.SetOutput(io.Discard)
	usage := func() {
		fmt.Fprint(output, "usage: wasmer-run [options] file.wasm [arguments]\n\noptions (they may come with one dash or two; those marked * may be repeated):\n")
		flags.SetOutput(output)
		flags.PrintDefaults()
	}
	flags.Usage = func() {}
	flags.Func("env", "* `K=V`: a variable of the environment; K alone takes the value that it has here", o.addVariable)
	flags.Func("dir", "* `HOST::GUEST`: a directory, and what the program calls it (HOST alone: the same)", func(text string) error {
		return o.addDirectory(text, false, false)
	})
	flags.Func("rodir", "* `HOST::GUEST`: likewise, and nothing in it can be changed", func(text string) error {
		return o.addDirectory(text, false, true)
	})
	flags.Func("mapdir", "* `GUEST::HOST`: as --dir, turned around; one colon will do", func(text string) error {
		return o.addDirectory(text, true, false)
	})
	flags.DurationVar(&o.timeout, "timeout", 0, "ends compiling and running the program after this `time` (100ms, 2s, 1m)")
	flags.Uint64Var(&o.fuel, "fuel", 0, "ends the program after so many `instructions`")
	flags.Uint64Var(&o.stackSize, "stack-size", stackSize, "`bytes` of stack for the program")
	flags.IntVar(&o.descriptors, "max-descriptors", 0, "`number` of descriptors that the program may have open (256 unless another is given)")
	flags.IntVar(&o.threads, "threads", 0, "`number` of threads that the program may start (wasi-threads; none unless it is given)")
	flags.Func("compiler", "`name`: cranelift (unless another is given), singlepass or llvm", o.setCompiler)
	flags.Func("enable", "* `name` of a WebAssembly proposal to switch on, such as multi-memory", func(name string) error {
		o.features = append(o.features, feature{name, true})
		return nil
	})
	flags.Func("disable", "* `name` of a WebAssembly proposal to switch off", func(name string) error {
		o.features = append(o.features, feature{name, false})
		return nil
	})
	flags.StringVar(&o.cache, "cache", "", "keeps compiled modules in a `directory`, which only you should be able to write to")
	flags.Func("invoke", "`name` of an exported function to call with the arguments; its results are printed", func(name string) error {
		o.invoke, o.isInvoke = name, true
		return nil
	})
	flags.StringVar(&o.program, "argv0", "", "`name` of the program as it sees it (that of the file)")
	flags.BoolVar(&o.version, "version", false, "tells the versions")
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
		return errors.New("GUEST::HOST is wanted")
	case !both:
		second = first
	case turned:
		first, second = second, first
	}
	if first == "" || second == "" {
		return errors.New("an empty name")
	}
	o.directories = append(o.directories, directory{host: first, guest: second, readOnly: readOnly})
	return nil
}

func (o *options) setCompiler(name string) error {
	kind, known := compilers[name]
	if !known {
		return errors.New("cranelift, singlepass and llvm are known")
	}
	if !wasmer.IsCompilerAvailable(kind) {
		return errors.New("this library was built without it")
	}
	o.compiler = kind
	return nil
}

// name is what the program sees as its own.
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
