package wasi

import (
	"fmt"
	"slices"
	"strings"
)

type variable struct{ name, value string }

// variablesOf parses an environment. Of several variables with one name it keeps the last, in its
// position.
func variablesOf(environment []string) ([]variable, error) {
	variables := make([]variable, 0, len(environment))
	known := make(map[string]bool, len(environment))
	for _, text := range slices.Backward(environment) {
		name, value, found := strings.Cut(text, "=")
		if !found || name == "" {
			return nil, fmt.Errorf("wasi: environment variable %q is not of the form key=value", text)
		}
		if !known[name] {
			known[name] = true
			variables = append(variables, variable{name, value})
		}
	}
	slices.Reverse(variables)
	return variables, nil
}
