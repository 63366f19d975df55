package wasmer

// ExportType is what a module exports.
type ExportType struct {
	name string
	ty   *ExternType
}

// NewExportType makes an export type.
func NewExportType(name string, ty IntoExternType) *ExportType {
	return &ExportType{name, intoExternType(ty)}
}

// Name is the name of the export.
func (t *ExportType) Name() string { return t.name }

// Type is the type of the export.
func (t *ExportType) Type() *ExternType { return t.ty }
