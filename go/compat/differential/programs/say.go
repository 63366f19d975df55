package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/wasmerio/wasmer-go/wasmer"
)

// What differs from run to run, by what stands for it in the lines.
var volatile []string

// say writes one line. What a program writes before it dies counts, so nothing is held back.
func say(label string, seen ...any) {
	text := fmt.Sprintln(seen...)
	for place := 0; place < len(volatile); place += 2 {
		text = strings.ReplaceAll(text, volatile[place], volatile[place+1])
	}
	text = strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", `\n`)
	fmt.Fprintf(os.Stdout, "%s: %s\n", label, text)
}

// sayError writes an error's type and text.
func sayError(label string, err error) {
	if err == nil {
		say(label, "no error")
		return
	}
	say(label, fmt.Sprintf("%T %q", err, err.Error()))
}

// sayResult writes a call's result with its type, or its error.
func sayResult(label string, result any, err error) {
	if err != nil {
		sayError(label, err)
		return
	}
	say(label, typed(result))
}

func typed(value any) string {
	if list, ok := value.([]any); ok {
		var texts []string
		for _, member := range list {
			texts = append(texts, typed(member))
		}
		return "[" + strings.Join(texts, ", ") + "]"
	}
	return fmt.Sprintf("%T %v", value, value)
}

// try writes what a function gives, or its panic.
func try(label string, f func() any) {
	defer func() {
		if raised := recover(); raised != nil {
			if err, ok := raised.(error); ok && !errors.As(err, new(*wasmer.Error)) {
				say(label, "panic:", err)
			} else {
				say(label, "panic:", typed(raised))
			}
		}
	}()
	say(label, f())
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// scratch makes a directory, which lines call DIR.
func scratch() string {
	name := must(os.MkdirTemp("", ""))
	volatile = append(volatile, name, "DIR")
	return name
}

func clean() {
	for place := 0; place < len(volatile); place += 2 {
		os.RemoveAll(volatile[place])
	}
}

func newStore() *wasmer.Store { return wasmer.NewStore(wasmer.NewEngine()) }

func compile(store *wasmer.Store, text string) *wasmer.Module {
	return must(wasmer.NewModule(store, []byte(text)))
}

// start makes an instance in a store of its own.
func start(text string) *wasmer.Instance {
	return must(wasmer.NewInstance(compile(newStore(), text), wasmer.NewImportObject()))
}

// startWith makes one that imports from the namespace "env".
func startWith(store *wasmer.Store, text string, env map[string]wasmer.IntoExtern) (*wasmer.Instance, error) {
	imports := wasmer.NewImportObject()
	imports.Register("env", env)
	return wasmer.NewInstance(compile(store, text), imports)
}

// call calls an export and writes what came of it.
func call(label string, instance *wasmer.Instance, name string, arguments ...any) {
	result, err := must(instance.Exports.GetFunction(name))(arguments...)
	sayResult(label, result, err)
}

func kinds(list []*wasmer.ValueType) []string {
	texts := []string{}
	for _, ty := range list {
		texts = append(texts, ty.Kind().String())
	}
	return texts
}

// describe tells an extern type without printing a pointer.
func describe(ty *wasmer.ExternType) string {
	switch ty.Kind() {
	case wasmer.FUNCTION:
		function := ty.IntoFunctionType()
		return fmt.Sprint("func ", kinds(function.Params()), kinds(function.Results()))
	case wasmer.GLOBAL:
		global := ty.IntoGlobalType()
		return fmt.Sprint("global ", global.Mutability(), " ", global.ValueType().Kind())
	case wasmer.TABLE:
		table := ty.IntoTableType()
		return fmt.Sprint("table ", table.ValueType().Kind(), " ", table.Limits().Minimum(), " ", table.Limits().Maximum())
	default:
		memory := ty.IntoMemoryType()
		return fmt.Sprint("memory ", memory.Limits().Minimum(), " ", memory.Limits().Maximum())
	}
}
