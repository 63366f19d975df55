package wasmer

// ExportType is the name and type of an export of a module.
type ExportType struct {
	name string
	ty   *ExternType
}

// NewExportType returns an export type.
func NewExportType(name string, ty IntoExternType) *ExportType {
	return &ExportType{name, intoExternType(ty)}
}

// Name returns the name of the export.
func (t *ExportType) Name() string { return t.name }

// Type returns the type of the export.
func (t *ExportType) Type() *ExternType { return t.ty }
