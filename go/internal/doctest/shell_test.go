package doctest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What the commands of the documents begin with.
var programs = map[string]bool{"cargo": true, "cc": true, "clang": true, "cmake": true, "eval": true, "export": true,
	"gcc": true, "go": true, "git": true, "just": true, "npx": true, "rustc": true, "rustup": true, "tinygo": true,
	"wasmer-run": true, "zig": true, "printf": true, "mkdir": true, "cat": true, "ulimit": true, "echo": true}

func contents(t *testing.T, root, name string) string {
	t.Helper()
	bytes, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes)
}

// buildWasmerRun makes the command, and gives its directory.
func buildWasmerRun(t *testing.T, root string) string {
	t.Helper()
	directory := t.TempDir()
	goBuild(t, filepath.Join(root, "go"), "-o", filepath.Join(directory, "wasmer-run"), "./cmd/wasmer-run")
	return directory
}

// TestShell looks up whatever commands name of this repository, and runs those that a directive says are to run.
func TestShell(t *testing.T) {
	t.Parallel()
	root := root(t)
	directory := buildWasmerRun(t, root)
	help, err := exec.CommandContext(t.Context(), filepath.Join(directory, "wasmer-run"), "--help").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, help)
	}
	recipes, manifest := contents(t, root, "justfile"), contents(t, root, "Cargo.toml")
	files := map[string]string{} // the directory of each document's files
	for _, block := range read(t, root) {
		if len(block.directive) > 0 && block.directive[0] == "file" {
			if files[block.document] == "" {
				files[block.document] = t.TempDir()
			}
			if err := os.WriteFile(filepath.Join(files[block.document], block.directive[1]), []byte(block.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if block.language != "sh" {
			continue
		}
		t.Run(block.name(), func(t *testing.T) {
			checkCommands(t, root, block, string(help), recipes, manifest)
			if len(block.directive) > 0 && block.directive[0] == "run" {
				run(t, block, directory, files[block.document])
			}
		})
	}
}

func checkCommands(t *testing.T, root string, block *block, help, recipes, manifest string) {
	t.Helper()
	text := strings.ReplaceAll(block.text, "\\\n", " ")
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "    # ")
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		wrong := func(what string) { t.Errorf("%s:%d: %s: %s", block.document, block.line, line, what) }
		words := strings.Fields(line)
		for len(words) > 0 && regexp.MustCompile(`^[A-Z_0-9]+=`).MatchString(words[0]) {
			quoted := strings.Count(words[0], `"`)%2 == 1
			for words = words[1:]; quoted && len(words) > 0; words = words[1:] {
				quoted = strings.Count(words[0], `"`)%2 == 0
			}
		}
		if len(words) == 0 {
			wrong("no command")
			continue
		}
		if !programs[words[0]] && !strings.HasPrefix(words[0], "scripts/") && !strings.HasPrefix(words[0], "./") {
			wrong("nothing is known of this command")
		}
		for _, path := range regexp.MustCompile(`(?:^|[ "(])((?:scripts|examples|bench|tests|fuzz)/[\w./-]+)`).FindAllStringSubmatch(line, -1) {
			if _, err := os.Stat(filepath.Join(root, path[1])); err != nil {
				wrong(err.Error())
			}
		}
		for _, path := range regexp.MustCompile(module+`([\w/.-]*)`).FindAllStringSubmatch(line, -1) {
			if _, err := os.Stat(filepath.Join(root, "go", path[1])); err != nil {
				wrong(err.Error())
			}
		}
		for _, feature := range regexp.MustCompile(`--features[ =]([\w-]+)`).FindAllStringSubmatch(line, -1) {
			if !regexp.MustCompile(`(?m)^` + feature[1] + ` = `).MatchString(manifest) {
				wrong("no such feature")
			}
		}
		if words[0] == "just" && len(words) > 1 && !regexp.MustCompile(`(?m)^`+words[1]+`\b.*:$`).MatchString(recipes) {
			wrong("no such recipe")
		}
		if _, options, found := strings.Cut(line, "wasmer-run "); found {
			for _, option := range regexp.MustCompile(`(?:^|\s)--?([a-z][\w-]*)`).FindAllStringSubmatch(beforeFile(options), -1) {
				if option[1] != "help" && !regexp.MustCompile(`(?m)^\s+-`+option[1]+`\b`).MatchString(help) {
					wrong("wasmer-run has no option " + option[1])
				}
			}
		}
	}
}

// beforeFile is what stands before the file of a command line of wasmer-run: what comes after it is the guest's.
func beforeFile(options string) string {
	if index := strings.Index(options, ".wasm"); index >= 0 {
		options = options[:index]
	}
	options, _, _ = strings.Cut(options, `"`) // the command may be an argument of another one
	return options
}

func run(t *testing.T, block *block, directory, files string) {
	t.Helper()
	for _, tool := range block.directive[1:] {
		if strings.HasPrefix(tool, "wasm32-") {
			output, err := exec.CommandContext(t.Context(), "rustc", "--print", "target-libdir", "--target", tool).Output()
			if _, missing := os.Stat(strings.TrimSpace(string(output))); err != nil || missing != nil {
				t.Skipf("%s:%d: not run: the target %s of Rust is not installed", block.document, block.line, tool)
			}
		} else if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s:%d: not run: %v", block.document, block.line, err)
		}
	}
	if files == "" {
		files = t.TempDir()
	}
	command := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", block.text)
	command.Dir = files
	command.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GO111MODULE=auto", "PATH="+directory+":"+os.Getenv("PATH"))
	output, err := command.CombinedOutput()
	if err != nil || string(output) != block.output {
		t.Errorf("%s:%d: %v\nprinted:\n%s\nwanted:\n%s", block.document, block.line, err, output, block.output)
	}
}

func TestCMake(t *testing.T) {
	root := root(t)
	config := contents(t, root, "packaging/wasmer-config.cmake")
	for _, block := range read(t, root) {
		if block.language != "cmake" {
			continue
		}
		for _, target := range regexp.MustCompile(`wasmer::\w+`).FindAllString(block.text, -1) {
			if !strings.Contains(config, target) {
				t.Errorf("%s:%d: the package has no target %s", block.document, block.line, target)
			}
		}
	}
}
