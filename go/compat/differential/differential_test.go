// Package differential compares wasmer-go v1.0.4 with the module that stands in for it: the same programs are
// compiled with each, each runs in a process of its own, and what differs is exactly what expected.txt lists.
package differential

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	// A program that runs longer hangs, and that is what is compared.
	limit = 20 * time.Second
	// What a process that ends early does not say.
	nothing = "(nothing)"
	// What v1.0.4 does where it reads memory that it has freed, or not yet written: anything.
	undefined = "(undefined)"
)

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
	expected := readDifferences(t, "expected.txt", readReasons(t, "../../../MIGRATING.md"))
	for program := range expected {
		if !slices.Contains(names, program) {
			t.Errorf("expected.txt lists differences of %s, which is no program", program)
		}
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compare(t, name, run(t, theirs, testdata, name), run(t, ours, testdata, name), expected[name])
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

// A difference is what the two wrote at one label.
type difference struct{ theirs, ours string }

func compare(t *testing.T, name string, theirs, ours outcome, expected map[string]difference) {
	t.Helper()
	labels := map[string]bool{}
	for _, found := range []outcome{theirs, ours} {
		for label := range found {
			labels[label] = true
		}
	}
	for label := range expected {
		labels[label] = true
	}
	var sorted []string
	for label := range labels {
		sorted = append(sorted, label)
	}
	slices.Sort(sorted)
	for _, label := range sorted {
		found := difference{theirs: at(theirs, label), ours: at(ours, label)}
		known, listed := expected[label]
		if known.theirs == undefined && known.ours == found.ours {
			continue
		}
		switch {
		case found.theirs == found.ours && !listed:
		case found.theirs == found.ours:
			t.Errorf("expected.txt lists a difference that does not show:\n%s / %s\n= %s", name, label, found.ours)
		case !listed || known.theirs != found.theirs || known.ours != found.ours:
			t.Errorf("a difference that expected.txt does not list:\n%s / %s\n- %s\n+ %s", name, label, found.theirs, found.ours)
		}
	}
}

func at(found outcome, label string) string {
	if seen, written := found[label]; written {
		return seen
	}
	return nothing
}

// readReasons reads the first cells of the tables of intended differences.
func readReasons(t *testing.T, file string) map[string]bool {
	t.Helper()
	contents, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, part, found := strings.Cut(string(contents), "### Intended differences from wasmer-go\n")
	if !found {
		t.Fatalf("%s has no intended differences", file)
	}
	part, _, _ = strings.Cut(part, "\n## ")
	reasons := map[string]bool{}
	for _, row := range regexp.MustCompile(`(?m)^\| (.*?) \| (.*?) \| ?(.*?) ?\|$`).FindAllStringSubmatch(part, -1) {
		reasons[row[1]] = row[3] != ""
	}
	return reasons
}

// readDifferences reads what is expected: groups, with an empty line between them, of a reason in lines that begin
// with # and of differences: a line PROGRAM / LABEL, then what v1.0.4 writes after "- ", then what is here after "+ ".
// What is not intended begins with "A fault here".
func readDifferences(t *testing.T, file string, reasons map[string]bool) map[string]map[string]difference {
	t.Helper()
	contents, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]map[string]difference{}
	for group := range strings.SplitSeq(string(contents), "\n\n") {
		lines := strings.FieldsFunc(group, func(c rune) bool { return c == '\n' })
		reason := ""
		for len(lines) > 0 && strings.HasPrefix(lines[0], "#") {
			reason = strings.TrimSpace(reason + strings.TrimPrefix(lines[0], "#"))
			lines = lines[1:]
		}
		if given, known := reasons[reason]; len(lines) > 0 && !given && !strings.HasPrefix(reason, "A fault here") {
			t.Errorf("%s: %q is a row of MIGRATING.md: %t, which gives a reason: %t", file, reason, known, given)
		}
		for ; len(lines) >= 3; lines = lines[3:] {
			program, label, divided := strings.Cut(lines[0], " / ")
			theirs, minus := strings.CutPrefix(lines[1], "- ")
			ours, plus := strings.CutPrefix(lines[2], "+ ")
			if !divided || !minus || !plus {
				t.Fatalf("%s: no difference: %q", file, lines[:3])
			}
			if found[program] == nil {
				found[program] = map[string]difference{}
			}
			if _, twice := found[program][label]; twice {
				t.Errorf("%s: %s is listed twice", file, lines[0])
			}
			found[program][label] = difference{theirs, ours}
		}
		if len(lines) > 0 {
			t.Fatalf("%s: lines that are no difference: %q", file, lines)
		}
	}
	return found
}
