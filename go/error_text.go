package wasmer

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Texts of errors have a length that can be read, whatever names and types a guest has.
const (
	messageBytes = 4096
	nameBytes    = 120
	listItems    = 20
)

// shortened replaces the middle of a text longer than most bytes by the number of bytes left out.
func shortened(text string, most int) string {
	if len(text) <= most {
		return text
	}
	start, end := most/2, len(text)-most/2
	for start > 0 && !utf8.RuneStart(text[start]) {
		start--
	}
	for end < len(text) && !utf8.RuneStart(text[end]) {
		end++
	}
	return fmt.Sprintf("%s [%d bytes left out] %s", text[:start], end-start, text[end:])
}

// listed joins all items, or the first and the last ones if there are many.
func listed(items []string, between string) string {
	if len(items) <= listItems {
		return strings.Join(items, between)
	}
	const half = listItems / 2
	left := fmt.Sprintf("[%d left out]", len(items)-2*half)
	short := append(append(items[:half:half], left), items[len(items)-half:]...)
	return strings.Join(short, between)
}
