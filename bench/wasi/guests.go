package main

import (
	"embed"
	"strconv"
	"strings"

	wasmer "github.com/bhojpur/wasmer/go"
)

//go:embed guests/*.wat
var texts embed.FS

// guest gives the binary of a guest, with what it is to do and how often.
func guest(name, work string, count int) ([]byte, error) {
	text, err := texts.ReadFile("guests/" + name + ".wat")
	if err != nil {
		return nil, err
	}
	set := strings.NewReplacer("@work@", work, "@count@", strconv.Itoa(count))
	return wasmer.Wat2Wasm(set.Replace(string(text)))
}
