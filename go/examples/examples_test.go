// Package examples holds programs; each prints what its want.txt says.
package examples

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestExamplesPrintWhatTheySay(t *testing.T) {
	wants, err := filepath.Glob("*/want.txt")
	if err != nil || len(wants) < 6 {
		t.Fatalf("found %d examples, %v", len(wants), err)
	}
	for _, want := range wants {
		name := filepath.Dir(want)
		t.Run(name, func(t *testing.T) {
			expected, err := os.ReadFile(want)
			if err != nil {
				t.Fatal(err)
			}
			command := exec.Command("go", "run", "-tags="+tags, "./"+name)
			command.Stderr = os.Stderr
			found, err := command.Output()
			if err != nil {
				t.Fatal(err)
			}
			if string(found) != string(expected) {
				t.Errorf("printed\n%s\nexpected\n%s", found, expected)
			}
		})
	}
}
