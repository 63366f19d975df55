package wasmer

import "bytes"

// withFuncref replaces the word `anyfunc` of early WebAssembly text, which wasmer-go's programs have
// and the parser does not take any more, by `funcref`. Both have seven letters, so that the places
// in error messages stay right. Strings, comments and names are left alone, as is binary.
func withFuncref(source []byte) []byte {
	word := []byte("anyfunc")
	if bytes.HasPrefix(source, []byte("\x00asm")) || !bytes.Contains(source, word) {
		return source
	}
	text := bytes.Clone(source)
	for at := 0; at < len(text); {
		end := skip(text, at)
		if bytes.Equal(text[at:end], word) {
			copy(text[at:end], "funcref")
		}
		at = end
	}
	return text
}

// skip gives the end of the token, comment or single other byte that begins at a place.
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

// blockLength is the length of a block comment, which may hold others.
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
