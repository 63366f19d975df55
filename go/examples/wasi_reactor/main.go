// Wasi_reactor calls the functions of a Go program that is built as a library, and hands it texts.
package main

import (
	"fmt"
	"log"
	"os"

	wasmer "github.com/bhojpur/wasmer/go"
	"github.com/bhojpur/wasmer/go/internal/goguest"
	"github.com/bhojpur/wasmer/go/wasi"
)

func main() {
	bytes, err := goguest.Build("github.com/bhojpur/wasmer/go/examples/wasi_reactor/guest", "-buildmode=c-shared")
	if err != nil {
		log.Fatal(err)
	}
	module, err := wasmer.NewModule(wasmer.NewStore(wasmer.NewEngine()), bytes)
	if err != nil {
		log.Fatal(err)
	}
	defer module.Close()

	cmd := wasi.Command(module, "library")
	cmd.Stdout = os.Stdout
	reactor, err := cmd.Reactor()
	if err != nil {
		log.Fatal(err)
	}
	defer reactor.Close()

	for _, text := range []string{"a rose is a rose", "a daisy"} {
		different, err := note(reactor, text)
		fmt.Println(different, "different words", err)
	}
	report, err := reactor.Exports.GetFunction("report")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := report(); err != nil {
		log.Fatal(err)
	}
}

// note copies a text into the guest's memory, where the guest made room for it.
func note(reactor *wasi.Reactor, text string) (any, error) {
	reserve, err := reactor.Exports.GetFunction("reserve")
	if err != nil {
		return nil, err
	}
	note, err := reactor.Exports.GetFunction("note")
	if err != nil {
		return nil, err
	}
	memory, err := reactor.Exports.GetMemory("memory")
	if err != nil {
		return nil, err
	}
	address, err := reserve(len(text))
	if err != nil {
		return nil, err
	}
	if err := memory.WriteString(uint32(address.(int32)), text); err != nil {
		return nil, err
	}
	return note()
}
