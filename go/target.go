package wasmer

import (
	"runtime"
	"slices"
	"strings"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// Target is a machine to compile for: a Triple and the CPU features that it has. It is immutable.
type Target struct {
	triple   string
	features []string
}

// NewTarget returns a target. Its arguments may be used again. A nil triple means machines of this
// kind. Without features, compiled code uses only what every machine of the kind has.
func NewTarget(triple *Triple, cpuFeatures *CpuFeatures) *Target {
	if triple == nil {
		triple = NewTripleFromHost()
	}
	target := &Target{triple: triple.name}
	if cpuFeatures != nil {
		target.features = slices.Clone(cpuFeatures.names)
	}
	if strings.HasPrefix(triple.name, "x86_64-") && !slices.Contains(target.features, "sse2") {
		// Each x86-64 has it, and Cranelift insists on being told.
		target.features = append(target.features, "sse2")
	}
	return target
}

// configure sets the target. A nil target means this machine with all features of its CPU.
func (t *Target) configure(native capi.Config) *capi.Error {
	if t == nil {
		return nil
	}
	return native.SetTarget(t.triple, strings.Join(t.features, ","))
}

// Triple names a kind of machine: its architecture, vendor, system and ABI.
type Triple struct{ name string }

// NewTriple parses a target triple, such as "aarch64-unknown-linux-gnu". It fails if the compilers
// do not know the triple.
func NewTriple(triple string) (*Triple, error) {
	if err := checkTarget(triple, ""); err != nil {
		return nil, err
	}
	return &Triple{triple}, nil
}

// NewTripleFromHost returns the triple of this machine.
func NewTripleFromHost() *Triple {
	architecture, known := map[string]string{
		"amd64": "x86_64", "arm64": "aarch64", "386": "i686", "riscv64": "riscv64gc", "loong64": "loongarch64",
	}[runtime.GOARCH]
	if !known {
		architecture = runtime.GOARCH
	}
	system, known := map[string]string{
		"linux": "unknown-linux-gnu", "darwin": "apple-darwin", "windows": "pc-windows-gnu",
	}[runtime.GOOS]
	if !known {
		system = "unknown-" + runtime.GOOS
	}
	return &Triple{architecture + "-" + system}
}

// String returns the name of the triple.
func (t *Triple) String() string { return t.name }

// CpuFeatures is a set of CPU features. One goroutine at a time may change it.
type CpuFeatures struct{ names []string }

// NewCpuFeatures returns an empty set.
func NewCpuFeatures() *CpuFeatures { return &CpuFeatures{} }

// Add adds a feature: sse2, sse3, ssse3, sse4.1, sse4.2, popcnt, avx, bmi, bmi2, avx2, fma,
// avx512dq, avx512vl, avx512f, lzcnt or neon. It fails for any other name.
func (f *CpuFeatures) Add(feature string) error {
	if feature == "" || strings.Contains(feature, ",") {
		return newError(capi.StatusInvalidArgument, "unknown CPU feature %q", feature)
	}
	if err := checkTarget(NewTripleFromHost().name, feature); err != nil {
		return err
	}
	if !slices.Contains(f.names, feature) {
		f.names = append(f.names, feature)
	}
	return nil
}

// checkTarget asks the library whether it knows a target, with a configuration that is then
// discarded.
func checkTarget(triple, features string) error {
	native := capi.NewConfig()
	defer native.Delete()
	if e := native.SetTarget(triple, features); e != nil {
		return wrap(e)
	}
	return nil
}

// UseTarget selects the machine to compile for; nil means this one. A module for another machine
// can be serialized and loaded there. NewInstance refuses it here.
func (c *Config) UseTarget(target *Target) *Config {
	c.target = target
	return c
}
