// Package compat tests the modules that stand in for wasmer-go and for github.com/bhojpur/service.
package compat

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A library that was written for wasmer-go and knows of nothing else. The tests put other import paths in the
// place of wasmer-go's.
const library = `package library

import "github.com/wasmerio/wasmer-go/wasmer"

func Sum(store *wasmer.Store) (*wasmer.Instance, wasmer.ReleaseFn[*wasmer.Instance], wasmer.NativeFunction, error) {
	module, err := wasmer.NewModule(store, []byte("(module (func (export \"sum\") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))"))
	if err != nil {
		return nil, nil, nil, err
	}
	instance, err := wasmer.NewInstance(module, wasmer.NewImportObject())
	if err != nil {
		return nil, nil, nil, err
	}
	sum, release, err := instance.GetFunctionSafe("sum")
	return instance, release, sum, err
}

var Costs = map[wasmer.Opcode]uint32{wasmer.End: 1, wasmer.LocalGet: 1, wasmer.I32Add: 4}
`

// A program that uses the library, wasmer-go's path and the package's own.
const program = `package main

import (
	"errors"
	"fmt"
	"reflect"

	"example.com/library"
	own "github.com/bhojpur/wasmer/go"
	"github.com/wasmerio/wasmer-go/wasmer"
)

// The types are the same ones, not like ones.
var (
	_ *own.Store                     = (*wasmer.Store)(nil)
	_ *wasmer.Memory                 = (*own.Memory)(nil)
	_ map[own.Opcode]uint32          = library.Costs
	_ own.ReleaseFn[*wasmer.Instance] = wasmer.ReleaseFn[*own.Instance](nil)
	_ own.IntoExtern                 = (wasmer.IntoExtern)(nil)
	_ int                            = wasmer.Nop
	_ wasmer.ValueKind               = own.I32
)

func main() {
	var store *wasmer.Store = own.NewStore(wasmer.NewEngine())
	instance, release, sum, err := library.Sum(store)
	if err != nil {
		panic(err)
	}
	defer release(instance)
	fmt.Println(sum(5, 37))
	_, err = sum(1)
	var asError *own.Error
	fmt.Println(errors.As(err, &asError), errors.Is(own.ErrClosed, wasmer.ErrClosed))
	for _, engine := range []*wasmer.Engine{
		wasmer.NewEngine(), wasmer.NewEngineWithConfig(nil), wasmer.NewEngineWithConfig(wasmer.NewConfig()),
		wasmer.NewUniversalEngine(), wasmer.NewJITEngine(), wasmer.NewStore(nil).Engine,
	} {
		callBack(wasmer.NewStore(engine))
	}
	fmt.Println(reflect.TypeOf(wasmer.NewTrap(store, "")) == reflect.TypeOf(own.NewTrap(store, "")), reflect.TypeOf(instance))
}

// Under a replaced path a host function may wait for a goroutine that calls back.
func callBack(store *wasmer.Store) {
	module, err := wasmer.NewModule(store, []byte(guest))
	if err != nil {
		panic(err)
	}
	var inner wasmer.NativeFunction
	ask := wasmer.NewFunction(store, wasmer.NewFunctionType(nil, wasmer.NewValueTypes(wasmer.I32)),
		func([]wasmer.Value) ([]wasmer.Value, error) {
			answer := make(chan any)
			go func() {
				result, err := inner()
				if err != nil {
					panic(err)
				}
				answer <- result
			}()
			return []wasmer.Value{wasmer.NewI32(<-answer)}, nil
		})
	imports := wasmer.NewImportObject()
	imports.Register("env", map[string]wasmer.IntoExtern{"ask": ask})
	instance, err := wasmer.NewInstance(module, imports)
	if err != nil {
		panic(err)
	}
	inner, _ = instance.Exports.GetFunction("inner")
	outer, _ := instance.Exports.GetFunction("outer")
	fmt.Println(outer())
}

const guest = "(module (import \"env\" \"ask\" (func $ask (result i32)))" +
	"(func (export \"inner\") (result i32) (i32.const 42)) (func (export \"outer\") (result i32) (call $ask)))"
`

const expected = "42 <nil>\ntrue true\n" + "42 <nil>\n42 <nil>\n42 <nil>\n42 <nil>\n42 <nil>\n42 <nil>\n" + "true *wasmer.Instance\n"

func TestOneReplaceLineMovesAWholeTree(t *testing.T) {
	moveATree(t, "github.com/wasmerio/wasmer-go", "wasmer", "v1.0.4", "wasmer-go")
}

func TestOneReplaceLineMovesATreeOfBhojpurService(t *testing.T) {
	moveATree(t, "github.com/bhojpur/service", "pkg/wasm/wasmer", "v0.1.0", "bhojpur-service")
}

// moveATree runs a program that imports a package of a module, which one line of its go.mod replaces by the shim
// module in a directory.
func moveATree(t *testing.T, module, path, version, directory string) {
	imported := strings.NewReplacer("github.com/wasmerio/wasmer-go/wasmer", module+"/"+path)
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Dir(here)
	scratch := t.TempDir()
	consumer := "module example.com/consumer\n\ngo 1.24\n\n" +
		"require (\n\texample.com/library v0.1.0\n\tgithub.com/bhojpur/wasmer/go v0.1.0\n\t" + module + " " + version + "\n)\n\n" +
		"replace " + module + " => " + filepath.Join(here, directory) + "\n"
	if strings.Count(consumer, "replace ") != 1 {
		t.Fatal("more than one line")
	}
	for name, contents := range map[string]string{
		"library/library.go": imported.Replace(library),
		"library/go.mod":     "module example.com/library\n\ngo 1.24\n\nrequire " + module + " " + version + "\n",
		"consumer/main.go":   imported.Replace(program),
		"consumer/go.mod":    consumer,
		// Stands for the library and the package having been published; the line is the program's.
		"go.work": "go 1.24\n\nuse ./consumer\n\nreplace (\n\texample.com/library => ./library\n" +
			"\tgithub.com/bhojpur/wasmer/go => " + root + "\n" +
			"\tgithub.com/bhojpur/wasmer/go/lib/x86_64-unknown-linux-gnu => " + root + "/lib/x86_64-unknown-linux-gnu\n)\n",
	} {
		name = filepath.Join(scratch, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(contents), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.Command("go", "run", "-tags="+tags, ".")
	command.Dir = filepath.Join(scratch, "consumer")
	command.Env = append(os.Environ(), "GOWORK="+filepath.Join(scratch, "go.work"), "GOFLAGS=", "GOPROXY=off", "GOSUMDB=off")
	command.Stderr = os.Stderr
	found, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	if string(found) != expected {
		t.Errorf("printed\n%s\nexpected\n%s", found, expected)
	}
}
