package wasmer

import (
	"bytes"
	"regexp"
)

// todaysText rewrites early WebAssembly text, which programs for wasmer-go contain and the parser
// no longer accepts, to the present syntax. It leaves strings, comments, names and the binary form
// alone.
func todaysText(source []byte) []byte {
	if bytes.HasPrefix(source, []byte("\x00asm")) {
		return source
	}
	return withThen(withTodaysWords(source))
}

// Words of early WebAssembly text. Those of today are as long or shorter, so that the places in error messages stay
// right.
var oldWords = map[string]string{
	"anyfunc":        "funcref",
	"get_local":      "local.get",
	"set_local":      "local.set",
	"tee_local":      "local.tee",
	"get_global":     "global.get",
	"set_global":     "global.set",
	"grow_memory":    "memory.grow",
	"current_memory": "memory.size   ",
}

// Conversions: i32.trunc_s:sat/f64 is i32.trunc_sat_f64_s now.
var oldConversion = regexp.MustCompile(`^([if](?:32|64)\.(?:wrap|trunc|extend|convert|demote|promote|reinterpret))(_[su])?(?::(sat))?/([if](?:32|64))$`)

func withTodaysWords(source []byte) []byte {
	text := source
	for at := 0; at < len(text); {
		end := skip(text, at)
		if word := todaysWord(text[at:end]); word != "" {
			if &text[0] == &source[0] {
				text = bytes.Clone(source)
			}
			copy(text[at:end], word)
		}
		at = end
	}
	return text
}

// todaysWord returns the present form of an old word, or "" for any other word.
func todaysWord(word []byte) string {
	if len(word) > 24 { // Longer than all of them: a string, mostly.
		return ""
	}
	if today, old := oldWords[string(word)]; old {
		return today
	}
	if bytes.IndexByte(word, '/') < 0 {
		return ""
	}
	parts := oldConversion.FindSubmatch(word)
	if parts == nil {
		return ""
	}
	today := string(parts[1])
	if len(parts[3]) > 0 {
		today += "_sat"
	}
	return today + "_" + string(parts[4]) + string(parts[2])
}

// skip returns the end of the token, comment or other single byte that starts at a position.
func skip(text []byte, at int) int {
	rest := text[at:]
	switch {
	case rest[0] == '"':
		return at + stringLength(rest)
	case bytes.HasPrefix(rest, []byte(";;")):
		if line := bytes.IndexByte(rest, '\n'); line >= 0 {
			return at + line
		}
		return len(text)
	case bytes.HasPrefix(rest, []byte("(;")):
		return at + blockLength(rest)
	}
	end := at
	for end < len(text) && isWordByte(text[end]) {
		end++
	}
	return max(end, at+1)
}

func stringLength(text []byte) int {
	for at := 1; at < len(text); at++ {
		switch text[at] {
		case '\\':
			at++
		case '"':
			return at + 1
		}
	}
	return len(text)
}

// blockLength returns the length of a block comment, which may contain others.
func blockLength(text []byte) int {
	depth := 0
	for at := 0; at+1 < len(text); at++ {
		switch string(text[at : at+2]) {
		case "(;":
			depth++
			at++
		case ";)":
			at++
			if depth--; depth == 0 {
				return at + 1
			}
		}
	}
	return len(text)
}

func isWordByte(b byte) bool {
	return b > ' ' && b < 0x7f && !bytes.ContainsRune([]byte("\"(),;[]{}"), rune(b))
}
