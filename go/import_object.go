package wasmer

import (
	"fmt"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// ImportObject holds imports by namespace and name. It may be used for any number of instances, by
// one goroutine at a time.
type ImportObject struct {
	namespaces map[string]map[string]IntoExtern
	// Provides the functions of WASI that are in no namespace; nil if nothing does.
	wasi *wasiGuest
	// The namespaces of WASI that the module imports for which this was made.
	wasiNamespaces map[string]bool
}

// NewImportObject returns an empty ImportObject.
func NewImportObject() *ImportObject {
	return &ImportObject{namespaces: make(map[string]map[string]IntoExtern)}
}

// ContainsNamespace reports whether a namespace was registered.
func (o *ImportObject) ContainsNamespace(name string) bool {
	_, found := o.namespaces[name]
	return found || o.wasiNamespaces[name]
}

// Register adds a namespace. If the namespace exists, its new names are added and replace equal
// ones. The first map of a namespace is kept, not copied.
func (o *ImportObject) Register(namespaceName string, namespace map[string]IntoExtern) {
	known := o.namespaces[namespaceName]
	if known == nil {
		if o.namespaces == nil {
			o.namespaces = make(map[string]map[string]IntoExtern)
		}
		o.namespaces[namespaceName] = namespace
		return
	}
	for name, extern := range namespace {
		known[name] = extern
	}
}

// externs returns what a module imports, in the module's order, with nil for the imports that WASI
// provides. If imports are missing, the error names all of them, and all those whose type is
// visibly wrong. If none is missing, the library checks the types.
func (o *ImportObject) externs(module *Module) ([]*Extern, error) {
	externs := make([]*Extern, len(module.imports))
	var missing []*ImportType
	var problems []string
	for place, wanted := range module.imports {
		if o != nil {
			if given := o.namespaces[wanted.module][wanted.name]; given != nil {
				externs[place] = given.IntoExtern()
			}
		}
		if extern := externs[place]; extern == nil {
			if o != nil && o.wasi != nil && (isWasi(wanted) || isOfThreads(wanted)) {
				// The library makes it, or does not know it.
				continue
			}
			missing = append(missing, wanted)
			problems = append(problems, missingText(wanted))
		} else if !extern.ty.couldBe(wanted.ty) {
			problems = append(problems, fmt.Sprintf("import `%s`.`%s`: %v wanted, %v found",
				shortened(wanted.module, nameBytes), shortened(wanted.name, nameBytes), wanted.ty, extern.ty))
		}
	}
	if missing == nil {
		return externs, nil
	}
	return nil, missingError(missing, problems)
}

// isOfThreads reports whether an import belongs to a program that may start threads: the function
// that starts one, or the memory that they share.
func isOfThreads(wanted *ImportType) bool {
	return wanted.module == "wasi" && wanted.name == "thread-spawn" || wanted.ty.memory.IsShared()
}

// unknown returns an error that names the WASI functions which the library does not have.
func unknown(module *Module, externs []*Extern, handles []capi.Handle) error {
	var missing []*ImportType
	var problems []string
	for place, wanted := range module.imports {
		if externs[place] == nil && handles[place] == 0 {
			missing = append(missing, wanted)
			problems = append(problems, missingText(wanted))
		}
	}
	if missing == nil {
		return nil
	}
	return missingError(missing, problems)
}

func missingText(wanted *ImportType) string {
	return fmt.Sprintf("Missing import: `%s`.`%s` (%v wanted)",
		shortened(wanted.module, nameBytes), shortened(wanted.name, nameBytes), wanted.ty)
}

// missingError returns the error for missing imports, which lists all problems.
func missingError(missing []*ImportType, problems []string) error {
	err := newError(capi.StatusLink, "%s", listed(problems, "; "))
	if len(problems) == 1 {
		// The text that programs for wasmer-go know.
		err.message = fmt.Sprintf("Missing import: `%s`.`%s`",
			shortened(missing[0].module, nameBytes), shortened(missing[0].name, nameBytes))
	}
	err.missing = missing
	return err
}
