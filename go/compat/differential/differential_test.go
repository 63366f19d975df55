// Package differential compares wasmer-go v1.0.4 with the module that stands in for it: the same programs are
// compiled with each, each runs in a process of its own, and what differs is exactly what expected.txt lists.
package differential

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	// A program that runs longer hangs, and that is what is compared.
	limit = 60 * time.Second
	// What a process that ends early does not say.
	nothing = "(nothing)"
	// What v1.0.4 does where it reads memory that it has freed, or not yet written: anything.
	undefined = "(undefined)"
)

var update = flag.Bool("update", false, "write what differs to expected.txt; the reasons of what is new are to be added")

func TestThePrograms(t *testing.T) {
	// The flags that choose our library are not for wasmer-go, which has one of its own.
	theirs := build(t, "go.mod", append(os.Environ(), "CGO_CFLAGS=", "CGO_LDFLAGS="), "")
	ours := build(t, "shim.mod", os.Environ(), tags)
	names := list(t, theirs)
	if found := list(t, ours); !slices.Equal(names, found) {
		t.Fatalf("other programs: %v and %v", names, found)
	}
	if len(names) < 60 {
		t.Fatalf("only %d programs", len(names))
	}
	testdata := testdataOf(t)
	groups := readGroups(t, "expected.txt")
	checkReasons(t, groups, readReasons(t, "../../../MIGRATING.md"))
	expected := byProgram(t, groups)
	for program := range expected {
		if !slices.Contains(names, program) {
			t.Errorf("expected.txt lists differences of %s, which is no program", program)
		}
	}
	var found sync.Map
	if *update {
		t.Cleanup(func() {
			all := map[string]map[string]difference{}
			for name, differing := range found.Range {
				all[name.(string)] = differing.(map[string]difference)
			}
			writeGroups(t, "expected.txt", groups, all)
		})
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found.Store(name, compare(t, name, run(t, theirs, testdata, name), run(t, ours, testdata, name), expected[name]))
		})
	}
}

// build compiles the programs with the modules that a file names.
func build(t *testing.T, modules string, environment []string, tags string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "programs")
	command := exec.Command("go", "build", "-modfile", modules, "-tags", tags, "-o", binary, "./programs")
	command.Env = environment
	if printed, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", modules, err, printed)
	}
	return binary
}

// testdataOf is where the guests lie that come with wasmer-go.
func testdataOf(t *testing.T) string {
	t.Helper()
	printed, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/wasmerio/wasmer-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(strings.TrimSpace(string(printed)), "wasmer", "testdata")
}

func list(t *testing.T, binary string) []string {
	t.Helper()
	printed, err := exec.Command(binary).Output()
	if err != nil {
		t.Fatalf("%s: %v", binary, err)
	}
	return strings.Fields(string(printed))
}

// An outcome is what a process wrote, by label, and how it ended.
type outcome map[string]string

// run gives a program a process and a directory.
func run(t *testing.T, binary, testdata, name string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	command := exec.CommandContext(ctx, binary, name)
	command.Dir = t.TempDir()
	command.Env = append(os.Environ(), "WASMER_GO_TESTDATA="+testdata)
	// Finalizers of wasmer-go free what is in use; what they do is not compared but where a program asks for it.
	command.Env = append(command.Env, "GOGC=off", "TMPDIR="+command.Dir)
	command.Stdin = strings.NewReader("input\n")
	var written, complaints bytes.Buffer
	command.Stdout, command.Stderr = &written, &complaints
	err := command.Run()

	found := outcome{}
	unlabelled := 0
	for line := range strings.Lines(written.String()) {
		label, seen, labelled := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if !labelled {
			unlabelled++
			label, seen = fmt.Sprint("standard output ", unlabelled), label
		}
		if _, twice := found[label]; twice {
			t.Errorf("%s writes the label %q twice", name, label)
		}
		found[label] = seen
	}
	switch {
	case ctx.Err() != nil:
		found["end"] = "none"
	case err != nil:
		found["end"] = fmt.Sprint(err, ": ", cause(complaints.String()))
	default:
		found["end"] = "exit status 0"
		if complaints.Len() > 0 {
			found["standard error"] = fmt.Sprintf("%q", complaints.String())
		}
	}
	return found
}

var (
	causes    = regexp.MustCompile(`(?m)^(panic: .*|fatal error: .*|SIG[A-Z]+: .*|thread '.*)$`)
	addresses = regexp.MustCompile(`0x[0-9a-f]+`)
)

// cause finds in what a dying process wrote why it died.
func cause(complaints string) string {
	return addresses.ReplaceAllString(strings.Join(slices.Compact(causes.FindAllString(complaints, 2)), "; "), "ADDRESS")
}

// compare gives what differs, and tells where that is not as expected.
func compare(t *testing.T, name string, theirs, ours outcome, expected map[string]difference) map[string]difference {
	t.Helper()
	labels := map[string]bool{}
	for label := range theirs {
		labels[label] = true
	}
	for label := range ours {
		labels[label] = true
	}
	for label := range expected {
		labels[label] = true
	}
	differing := map[string]difference{}
	for _, label := range slices.Sorted(maps.Keys(labels)) {
		found := difference{name, label, at(theirs, label), at(ours, label)}
		known, listed := expected[label]
		if found.theirs != found.ours || known.theirs == undefined {
			differing[label] = found
		}
		switch {
		case known.theirs == undefined && known.ours == found.ours:
		case found.theirs == found.ours && !listed:
		case found.theirs == found.ours:
			t.Errorf("expected.txt lists a difference that does not show:\n%s / %s\n= %s", name, label, found.ours)
		case known != found:
			t.Errorf("a difference that expected.txt does not list:\n%s / %s\n- %s\n+ %s", name, label, found.theirs, found.ours)
		}
	}
	return differing
}

func at(found outcome, label string) string {
	if seen, written := found[label]; written {
		return seen
	}
	return nothing
}
