package wasmer

import (
	"fmt"

	"github.com/bhojpur/wasmer/go/internal/capi"
)

// ImportObject holds what modules import, by namespace and name. It may be used for any number of
// instances, by one goroutine at a time.
type ImportObject struct {
	namespaces map[string]map[string]IntoExtern
	// Provides the functions of WASI that are in no namespace; nil if nothing does.
	wasi *wasiGuest
	// The namespaces of WASI that the module imports for which this was made.
	wasiNamespaces map[string]bool
}

// NewImportObject makes an empty one.
func NewImportObject() *ImportObject {
	return &ImportObject{namespaces: make(map[string]map[string]IntoExtern)}
}

// ContainsNamespace tells whether a namespace was registered.
func (o *ImportObject) ContainsNamespace(name string) bool {
	_, found := o.namespaces[name]
	return found || o.wasiNamespaces[name]
}

// Register adds a namespace; one that is there already gets what is new, and the last wins. The
// first map of a namespace is kept, not copied.
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

// externs lists what a module imports, in its order, nil for what WASI provides, or names all that is
// missing; with it what is
// of the wrong type, as far as types alone tell. If nothing is missing, the library checks the types.
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

// isOfThreads tells whether a program that may start threads is given it: what starts one, and the memory that they share.
func isOfThreads(wanted *ImportType) bool {
	return wanted.module == "wasi" && wanted.name == "thread-spawn" || wanted.ty.memory.IsShared()
}

// unknown names the functions that are asked of WASI and that it does not have.
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

// missingError tells of imports that are missing, among all problems.
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
