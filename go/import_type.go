package wasmer

// ImportType is what a module imports: from where, by which name, of which type.
type ImportType struct {
	module, name string
	ty           *ExternType
}

// NewImportType makes an import type.
func NewImportType(module string, name string, ty IntoExternType) *ImportType {
	return &ImportType{module, name, intoExternType(ty)}
}

// Module is the name of the module that the import is to come from.
func (t *ImportType) Module() string { return t.module }

// Name is the name of the import.
func (t *ImportType) Name() string { return t.name }

// Type is the type of the import.
func (t *ImportType) Type() *ExternType { return t.ty }
