// Shimgen writes the packages of the shim modules in compat. A shim exports everything that package wasmer
// exports, under the import path of another package. `go generate` runs it in the directory of package wasmer.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/printer"
	"go/token"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A module is a shim module.
type module struct {
	file       string // the one that is written
	importPath string
}

var modules = []module{
	{"compat/wasmer-go/wasmer/wasmer.go", "github.com/wasmerio/wasmer-go/wasmer"},
	{"compat/bhojpur-service/pkg/wasm/wasmer/wasmer.go", "github.com/bhojpur/service/pkg/wasm/wasmer"},
}

func main() {
	for _, module := range modules {
		source, err := generate(".", module)
		if err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(module.file, source, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// generate returns the source of a shim for the package in directory.
func generate(directory string, module module) ([]byte, error) {
	names, err := filepath.Glob(filepath.Join(directory, "*.go"))
	if err != nil {
		return nil, err
	}
	s := &shim{files: token.NewFileSet(), imports: map[string]string{}}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(s.files, name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		s.file(file)
	}
	return s.source(module.importPath)
}

// A shim gathers declarations, in the order of the package's files.
type shim struct {
	files   *token.FileSet
	imports map[string]string // path by name, of what signatures need
	known   map[string]string // path by name, of the file that is looked at
	body    bytes.Buffer
}

func (s *shim) file(file *ast.File) {
	s.known = map[string]string{}
	for _, each := range file.Imports {
		path, _ := strconv.Unquote(each.Path.Value)
		name := path[strings.LastIndex(path, "/")+1:]
		if each.Name != nil {
			name = each.Name.Name
		}
		s.known[name] = path
	}
	for _, declaration := range file.Decls {
		switch declaration := declaration.(type) {
		case *ast.FuncDecl:
			if declaration.Recv == nil && declaration.Name.IsExported() {
				s.function(declaration)
			}
		case *ast.GenDecl:
			s.group(declaration)
		}
	}
}

// function wraps a function: a variable could be set, and would be called by its address.
func (s *shim) function(declaration *ast.FuncDecl) {
	s.doc("", declaration.Doc)
	var arguments []string
	for _, field := range declaration.Type.Params.List {
		for _, name := range field.Names {
			argument := name.Name
			if _, variadic := field.Type.(*ast.Ellipsis); variadic {
				argument += "..."
			}
			arguments = append(arguments, argument)
		}
	}
	s.need(declaration.Type)
	signature := *declaration
	signature.Doc, signature.Body = nil, nil
	result := "return "
	if declaration.Type.Results == nil {
		result = ""
	}
	call := fmt.Sprintf("%swasmer.%s(%s)", result, declaration.Name.Name, strings.Join(arguments, ", "))
	if own, ok := bodies[declaration.Name.Name]; ok {
		call = own
	}
	fmt.Fprintf(&s.body, "%s { %s }\n\n", s.print(&signature), call)
}

// bodies are the bodies of the functions that do something else in a shim, where engines are reentrant: see
// Config.SetReentrant.
var bodies = map[string]string{
	"NewConfig":           "return wasmer.NewConfig().SetReentrant(true)",
	"NewEngine":           "return wasmer.NewEngineWithConfig(NewConfig())",
	"NewUniversalEngine":  "return NewEngine()",
	"NewDylibEngine":      "return NewEngine()",
	"NewJITEngine":        "return NewEngine()",
	"NewNativeEngine":     "return NewEngine()",
	"NewEngineWithConfig": "if config == nil {\nconfig = NewConfig()\n}\nreturn wasmer.NewEngineWithConfig(config)",
	"NewStore":            "if engine == nil {\nengine = NewEngine()\n}\nreturn wasmer.NewStore(engine)",
	"NewLinkedStore":      "if engine == nil {\nengine = NewEngine()\n}\nreturn wasmer.NewLinkedStore(engine)",
}

// group gives types, constants and variables other names for what they are.
func (s *shim) group(declaration *ast.GenDecl) {
	var lines bytes.Buffer
	outer := &s.body
	line := func(doc *ast.CommentGroup, name, text string) {
		if ast.IsExported(name) {
			writeDoc(&lines, "\t", doc)
			fmt.Fprintf(&lines, "\t%s\n", text)
		}
	}
	for _, each := range declaration.Specs {
		switch spec := each.(type) {
		case *ast.TypeSpec:
			doc := spec.Doc
			if doc == nil {
				doc = declaration.Doc
			}
			s.alias(spec, doc)
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				line(spec.Doc, name.Name, fmt.Sprintf("%s = wasmer.%s", name.Name, name.Name))
			}
		}
	}
	if lines.Len() == 0 {
		return
	}
	writeDoc(outer, "", declaration.Doc)
	fmt.Fprintf(outer, "%v (\n%s)\n\n", declaration.Tok, lines.Bytes())
}

func (s *shim) alias(spec *ast.TypeSpec, doc *ast.CommentGroup) {
	if !spec.Name.IsExported() {
		return
	}
	s.doc("", doc)
	parameters, arguments := "", ""
	if spec.TypeParams != nil {
		var declared, used []string
		for _, field := range spec.TypeParams.List {
			s.need(field.Type)
			for _, name := range field.Names {
				declared = append(declared, name.Name+" "+s.print(field.Type))
				used = append(used, name.Name)
			}
		}
		parameters = "[" + strings.Join(declared, ", ") + "]"
		arguments = "[" + strings.Join(used, ", ") + "]"
	}
	fmt.Fprintf(&s.body, "type %s%s = wasmer.%s%s\n\n", spec.Name.Name, parameters, spec.Name.Name, arguments)
}

// need notes the imports that a signature needs.
func (s *shim) need(node ast.Node) {
	ast.Inspect(node, func(node ast.Node) bool {
		if selector, isSelector := node.(*ast.SelectorExpr); isSelector {
			if name, isName := selector.X.(*ast.Ident); isName && s.known[name.Name] != "" {
				s.imports[name.Name] = s.known[name.Name]
			}
		}
		return true
	})
}

func (s *shim) print(node any) string {
	var text bytes.Buffer
	// What was parsed can be printed.
	_ = printer.Fprint(&text, s.files, node)
	return text.String()
}

func (s *shim) doc(indent string, doc *ast.CommentGroup) { writeDoc(&s.body, indent, doc) }

func writeDoc(to *bytes.Buffer, indent string, doc *ast.CommentGroup) {
	if doc == nil {
		return
	}
	for _, comment := range doc.List {
		fmt.Fprintf(to, "%s%s\n", indent, comment.Text)
	}
}

func (s *shim) source(importPath string) ([]byte, error) {
	var text bytes.Buffer
	text.WriteString("// Code generated by internal/shimgen; DO NOT EDIT.\n\n")
	fmt.Fprintf(&text, "// Package wasmer is github.com/bhojpur/wasmer/go under the import path\n// %s: the same types, constants and functions.\n"+
		"// Its engines are reentrant, see Config.SetReentrant.\npackage wasmer\n\nimport (\n", importPath)
	paths := make([]string, 0, len(s.imports))
	for _, path := range s.imports {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		fmt.Fprintf(&text, "\t%q\n", path)
	}
	text.WriteString("\n\twasmer \"github.com/bhojpur/wasmer/go\"\n)\n\n")
	text.Write(bytes.TrimRight(s.body.Bytes(), "\n"))
	text.WriteString("\n")
	return format.Source(text.Bytes())
}
