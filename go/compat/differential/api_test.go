package differential

import (
	"fmt"
	"go/constant"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// What wasmer-go exports is there under the same name and with the same type: a program that compiles there compiles
// here.
func TestAllThatIsExportedIsThere(t *testing.T) {
	theirs := load(t, "go.mod", append(os.Environ(), "CGO_CFLAGS=", "CGO_LDFLAGS="), "")
	ours := load(t, "shim.mod", os.Environ(), tags)
	count := 0
	for _, name := range theirs.Scope().Names() {
		their := theirs.Scope().Lookup(name)
		if !their.Exported() {
			continue
		}
		count++
		our := ours.Scope().Lookup(name)
		if our == nil {
			t.Errorf("%s is missing", name)
			continue
		}
		for what, found := range describe(their) {
			if also := describe(our)[what]; also != found {
				t.Errorf("%s: %s is %q there and %q here", name, what, found, also)
			}
		}
	}
	if count < 100 {
		t.Errorf("only %d exported names were found", count)
	}
}

// load reads what the compiler wrote of the package that programs import, with the modules that a file names.
func load(t *testing.T, modules string, environment []string, tags string) *types.Package {
	t.Helper()
	command := exec.Command("go", "list", "-modfile", modules, "-tags", tags, "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}", "github.com/wasmerio/wasmer-go/wasmer")
	command.Env = environment
	command.Stderr = os.Stderr
	printed, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for line := range strings.Lines(string(printed)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		files[path] = file
	}
	find := func(path string) (io.ReadCloser, error) { return os.Open(files[path]) }
	found, err := importer.ForCompiler(token.NewFileSet(), "gc", find).Import("github.com/wasmerio/wasmer-go/wasmer")
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// describe tells what programs can see of an exported name.
func describe(object types.Object) map[string]string {
	seen := map[string]string{}
	switch object := object.(type) {
	case *types.Func:
		seen["the type"] = text(object.Type())
	case *types.Const:
		seen["the type"] = text(object.Type())
		seen["the value"] = constant.ToInt(object.Val()).ExactString()
	case *types.TypeName:
		methods := types.NewMethodSet(types.NewPointer(object.Type()))
		for place := range methods.Len() {
			if method := methods.At(place).Obj(); method.Exported() {
				seen["method "+method.Name()] = text(method.Type())
			}
		}
		switch under := object.Type().Underlying().(type) {
		case *types.Struct:
			for field := range under.Fields() {
				if field.Exported() {
					seen["field "+field.Name()] = text(field.Type())
				}
			}
		case *types.Basic:
			seen["the kind"] = fmt.Sprint(under)
		case *types.Interface:
			// With another one the types of programs would not implement it.
			seen["the number of methods"] = fmt.Sprint(under.NumMethods())
			for method := range under.Methods() {
				seen["method "+method.Name()] = text(method.Type())
			}
		default:
			seen["the type"] = text(under)
		}
	}
	return seen
}

// text is a type without the names of parameters, receivers and packages.
func text(ty types.Type) string {
	if signature, ok := ty.(*types.Signature); ok {
		unnamed := func(tuple *types.Tuple) *types.Tuple {
			var list []*types.Var
			for variable := range tuple.Variables() {
				list = append(list, types.NewParam(token.NoPos, nil, "", variable.Type()))
			}
			return types.NewTuple(list...)
		}
		ty = types.NewSignatureType(nil, nil, nil, unnamed(signature.Params()), unnamed(signature.Results()), signature.Variadic())
	}
	return strings.ReplaceAll(types.TypeString(ty, func(*types.Package) string { return "" }), "interface{}", "any")
}
