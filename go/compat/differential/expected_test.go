package differential

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

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

// A difference is what the two wrote at one label of a program.
type difference struct{ program, label, theirs, ours string }

// A group is differences of one reason.
type group struct {
	reason      []string // as lines that begin with #
	differences []difference
}

// readGroups reads a file of groups with an empty line between them: a reason in lines that begin with #, and
// differences: a line PROGRAM / LABEL, then what v1.0.4 writes after "- ", then what is here after "+ ".
func readGroups(t *testing.T, file string) (groups []group) {
	t.Helper()
	contents, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for part := range strings.SplitSeq(string(contents), "\n\n") {
		lines := strings.FieldsFunc(part, func(c rune) bool { return c == '\n' })
		var found group
		for len(lines) > 0 && strings.HasPrefix(lines[0], "#") {
			found.reason, lines = append(found.reason, lines[0]), lines[1:]
		}
		for ; len(lines) >= 3; lines = lines[3:] {
			program, label, divided := strings.Cut(lines[0], " / ")
			theirs, minus := strings.CutPrefix(lines[1], "- ")
			ours, plus := strings.CutPrefix(lines[2], "+ ")
			if !divided || !minus || !plus {
				t.Fatalf("%s: no difference: %q", file, lines[:3])
			}
			found.differences = append(found.differences, difference{program, label, theirs, ours})
		}
		if len(lines) > 0 {
			t.Fatalf("%s: lines that are no difference: %q", file, lines)
		}
		groups = append(groups, found)
	}
	return groups
}

// checkReasons looks up the reason of each group among those of MIGRATING.md. What is not intended begins with
// "A fault here".
func checkReasons(t *testing.T, groups []group, reasons map[string]bool) {
	t.Helper()
	for _, found := range groups {
		reason := strings.TrimSpace(strings.ReplaceAll(strings.Join(found.reason, ""), "#", ""))
		given, known := reasons[reason]
		if len(found.differences) > 0 && !given && !strings.HasPrefix(reason, "A fault here") {
			t.Errorf("expected.txt: %q is a row of MIGRATING.md: %t, which gives a reason: %t", reason, known, given)
		}
	}
}

// byProgram gives the differences of each program by their labels.
func byProgram(t *testing.T, groups []group) map[string]map[string]difference {
	t.Helper()
	found := map[string]map[string]difference{}
	for _, some := range groups {
		for _, one := range some.differences {
			if found[one.program] == nil {
				found[one.program] = map[string]difference{}
			}
			if _, twice := found[one.program][one.label]; twice {
				t.Errorf("expected.txt: %s / %s is listed twice", one.program, one.label)
			}
			found[one.program][one.label] = one
		}
	}
	return found
}

// writeGroups writes what was found in place of what was expected: what does not show any more goes, what is new
// comes to the end, in a group whose reason is still to be written.
func writeGroups(t *testing.T, file string, groups []group, found map[string]map[string]difference) {
	t.Helper()
	var parts []string
	add := func(reason []string, differences []difference) {
		lines := reason
		for _, one := range differences {
			lines = append(lines, fmt.Sprintf("%s / %s\n- %s\n+ %s", one.program, one.label, one.theirs, one.ours))
		}
		if len(differences) > 0 || len(parts) == 0 {
			parts = append(parts, strings.Join(lines, "\n"))
		}
	}
	for _, known := range groups {
		var kept []difference
		for _, one := range known.differences {
			if now, shows := found[one.program][one.label]; shows {
				delete(found[one.program], one.label)
				if one.theirs == undefined {
					now.theirs = undefined
				}
				kept = append(kept, now)
			}
		}
		add(known.reason, kept)
	}
	var added []difference
	for _, program := range slices.Sorted(maps.Keys(found)) {
		for _, label := range slices.Sorted(maps.Keys(found[program])) {
			added = append(added, found[program][label])
		}
	}
	add([]string{"# ?"}, added)
	if err := os.WriteFile(file, []byte(strings.Join(parts, "\n\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}
