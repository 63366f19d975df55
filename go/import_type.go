package wasmer

// ImportType is the module, name and type of an import of a module.
type ImportType struct {
	module, name string
	ty           *ExternType
}

// NewImportType returns an import type.
func NewImportType(module string, name string, ty IntoExternType) *ImportType {
	return &ImportType{module, name, intoExternType(ty)}
}

// Module returns the name of the module that the import comes from.
func (t *ImportType) Module() string { return t.module }

// Name returns the name of the import.
func (t *ImportType) Name() string { return t.name }

// Type returns the type of the import.
func (t *ImportType) Type() *ExternType { return t.ty }
