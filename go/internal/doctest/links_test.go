package doctest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// Files that a page of the site names are not beside it there, so they are named by where they are published.
const published = "https://github.com/bhojpur/wasmer/"

var (
	fences   = regexp.MustCompile("(?ms)^```.*?^```$")
	spans    = regexp.MustCompile("`[^`\n]*`")
	linking  = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	headings = regexp.MustCompile(`(?m)^#+ +(.*)$`)
)

// anchor is the name that GitHub and mdBook give a heading.
func anchor(heading string) string {
	heading = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`).ReplaceAllString(heading, "$1")
	var name strings.Builder
	for _, c := range strings.ToLower(strings.TrimSpace(heading)) {
		switch {
		case unicode.IsLetter(c), unicode.IsDigit(c), c == '-', c == '_':
			name.WriteRune(c)
		case c == ' ':
			name.WriteByte('-')
		}
	}
	return name.String()
}

func anchors(t *testing.T, file string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, heading := range headings.FindAllStringSubmatch(fences.ReplaceAllString(string(text), ""), -1) {
		found[anchor(heading[1])] = true
	}
	return found
}

// TestLinks resolves every link between files of the repository, and every anchor.
func TestLinks(t *testing.T) {
	root := root(t)
	links := 0
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			switch entry.Name() {
			case ".git", "target", "node_modules":
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(file) != ".md" {
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		page := filepath.Dir(name) == filepath.Join("docs", "src")
		prose := spans.ReplaceAllString(fences.ReplaceAllString(string(text), ""), "")
		for _, link := range linking.FindAllStringSubmatch(prose, -1) {
			links++
			checkLink(t, root, file, name, link[1], page)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if links < 50 {
		t.Errorf("%d links were found", links)
	}
}

func checkLink(t *testing.T, root, file, name, link string, page bool) {
	t.Helper()
	path, fragment, _ := strings.Cut(link, "#")
	target := filepath.Join(filepath.Dir(file), path)
	switch rest, ours := strings.CutPrefix(path, published); {
	case ours:
		rest, ok := strings.CutPrefix(rest, "blob/main/")
		if !ok {
			rest, ok = strings.CutPrefix(rest, "tree/main/")
		}
		if !ok {
			return // a page of the site that is no file: actions, security
		}
		target = filepath.Join(root, rest)
	case strings.Contains(path, "://"):
		return
	case path == "":
		target = file
	case page && filepath.Dir(target) != filepath.Dir(file):
		t.Errorf("%s: %s is no page of the book: name it by %s", name, link, published)
	}
	if _, err := os.Stat(target); err != nil {
		t.Errorf("%s: %s: %v", name, link, err)
		return
	}
	if fragment != "" && !strings.HasPrefix(fragment, "L") && !anchors(t, target)[fragment] {
		t.Errorf("%s: %s: no heading has this anchor", name, link)
	}
}

// TestSummary compares the pages with the contents of the book.
func TestSummary(t *testing.T) {
	root := root(t)
	summary := contents(t, root, "docs/src/SUMMARY.md")
	pages, err := filepath.Glob(filepath.Join(root, "docs", "src", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		if name := filepath.Base(page); name != "SUMMARY.md" && !strings.Contains(summary, "("+name+")") {
			t.Errorf("%s is not in SUMMARY.md", name)
		}
	}
}
