// Package doctest tests the documents: every code block of README.md and docs/src, and every link between the
// Markdown files of the repository.
//
// A block is tested by its language:
//
//	go     a program if it begins with "package", else a fragment, which is compiled inside of a function that has
//	       ctx, store, module and wasmBytes and returns an error
//	c      a program, compiled against include; it runs if the library is built here (tag custom_wasmer_runtime)
//	text   what the program before it prints
//	sh     commands: whatever they name of this repository must exist
//	wat    a module, which must compile
//	rust, ts, zig   the source of a guest, which needs a directive
//	cmake  names the targets of packaging/wasmer-config.cmake
//
// A program without a text block after it must print nothing. A directive is a comment in the line before a block:
//
//	<!-- doctest: file NAME -->         the block is a file for the commands that follow
//	<!-- doctest: run TOOL... -->       the commands run, if these tools are here
//	<!-- doctest: unchecked TOOL -->    the block needs a tool that no test has
//
// A block that none of these rules covers is an error.
package doctest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A block is a fenced code block of a document.
type block struct {
	document       string // relative to the root of the repository
	line           int
	language, text string
	directive      []string
	output         string // the text block that follows
	hasOutput      bool
}

func (b *block) name() string {
	return strings.TrimSuffix(filepath.Base(b.document), ".md") + "_" + itoa(b.line)
}

// root is the repository, found from the directory of this package.
func root(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, "docs", "src", "SUMMARY.md")); err != nil {
		if strings.Contains(root, "@v") {
			t.Skip("the module cache has no documents")
		}
		t.Fatal(err)
	}
	return root
}

// pages are the documents whose code blocks are tested.
func pages(t *testing.T, root string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(root, "docs", "src", "*.md"))
	if err != nil || len(found) < 10 {
		t.Fatalf("%d pages: %v", len(found), err)
	}
	return append(found, filepath.Join(root, "README.md"))
}

var directivePattern = regexp.MustCompile(`^<!-- doctest: (.*) -->$`)

// read finds the blocks of all pages.
func read(t *testing.T, root string) (blocks []*block) {
	t.Helper()
	for _, page := range pages(t, root) {
		contents, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		document, err := filepath.Rel(root, page)
		if err != nil {
			t.Fatal(err)
		}
		blocks = append(blocks, parse(t, document, string(contents))...)
	}
	return blocks
}

func parse(t *testing.T, document, contents string) (blocks []*block) {
	t.Helper()
	var open, last *block
	var directive []string
	var list bool
	previous := ""
	for number, line := range strings.Split(contents, "\n") {
		number++
		switch {
		case open != nil && line == "```":
			if open.language == "text" && len(open.directive) == 0 {
				if last == nil {
					t.Errorf("%s:%d: a text block must follow a program", document, open.line)
				} else {
					last.output, last.hasOutput = open.text, true
				}
				last = nil
			} else {
				blocks = append(blocks, open)
				last = open
			}
			open = nil
		case open != nil:
			open.text += line + "\n"
		case strings.HasPrefix(line, "```"):
			open = &block{document: document, line: number, language: line[3:], directive: directive}
			directive = nil
		case strings.HasPrefix(strings.TrimSpace(line), "```"):
			t.Errorf("%s:%d: an indented fence is not tested", document, number)
		case strings.HasPrefix(line, "    ") && previous == "" && !list:
			t.Errorf("%s:%d: an indented block has no language; use a fence", document, number)
		case directivePattern.MatchString(line):
			directive = strings.Fields(directivePattern.FindStringSubmatch(line)[1])
		case line != "":
			last, directive = nil, nil
			if !strings.HasPrefix(line, " ") {
				list = regexp.MustCompile(`^([-*]|\d+\.) `).MatchString(line)
			}
		}
		previous = line
	}
	if open != nil {
		t.Errorf("%s:%d: the block has no end", document, open.line)
	}
	return blocks
}

func TestEveryBlockHasARule(t *testing.T) {
	// Each of these has a test in this package.
	plain := map[string]bool{"go": true, "c": true, "sh": true, "wat": true, "cmake": true}
	uncheckable := map[string]bool{"tinygo": true, "asc": true, "zig": true, "clang": true}
	count := 0
	for _, block := range read(t, root(t)) {
		count++
		where := block.document + ":" + itoa(block.line)
		switch d := block.directive; {
		case len(d) == 0:
			if !plain[block.language] {
				t.Errorf("%s: no rule for the language %q", where, block.language)
			}
		case d[0] == "file" && len(d) == 2:
		case d[0] == "run" && block.language == "sh":
		case d[0] == "unchecked" && len(d) == 2 && uncheckable[d[1]] && (block.language == "sh" || !plain[block.language]):
			t.Logf("%s: not run: it needs %s", where, d[1])
		default:
			t.Errorf("%s: no rule for the directive %q", where, d)
		}
		runs := len(block.directive) == 0 && (block.language == "go" || block.language == "c") ||
			len(block.directive) > 0 && block.directive[0] == "run"
		if block.hasOutput && !runs {
			t.Errorf("%s: this block has an output that nothing compares", where)
		}
	}
	if count < 30 {
		t.Errorf("%d blocks were found", count)
	}
}
