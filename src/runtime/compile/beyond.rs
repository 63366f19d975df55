//! What a module needs that its engine does not have: proposals by name, and what wasmer does not translate
//! though it is valid.

use crate::runtime::base::error::{Error, Result, Status};
use wasmer_api::wasmparser::{
    BinaryReaderError, ElementItems, Operator, Parser, Payload, RefType, TypeRef, ValType,
    Validator, WasmFeatures,
};
use wasmer_types::Features;

/// Proposals that wasmer has no compiler for, or whose types the host cannot handle.
const LACKING: [(&str, WasmFeatures); 10] = [
    ("stack-switching", WasmFeatures::STACK_SWITCHING),
    ("shared-everything-threads", WasmFeatures::SHARED_EVERYTHING_THREADS),
    ("memory-control", WasmFeatures::MEMORY_CONTROL),
    ("custom-page-sizes", WasmFeatures::CUSTOM_PAGE_SIZES),
    ("custom-descriptors", WasmFeatures::CUSTOM_DESCRIPTORS),
    ("compact-import-section", WasmFeatures::COMPACT_IMPORTS),
    ("legacy exceptions", WasmFeatures::LEGACY_EXCEPTIONS),
    ("gc", WasmFeatures::GC),
    ("function-references", WasmFeatures::FUNCTION_REFERENCES),
    ("memory64", WasmFeatures::MEMORY64),
];

/// Proposals that an engine has switched off.
fn switched_off(features: &Features) -> impl Iterator<Item = (&'static str, WasmFeatures)> {
    [
        ("threads", WasmFeatures::THREADS, features.threads),
        ("relaxed-simd", WasmFeatures::RELAXED_SIMD, features.relaxed_simd),
        ("simd", WasmFeatures::SIMD, features.simd),
        ("tail-call", WasmFeatures::TAIL_CALL, features.tail_call),
        ("multi-memory", WasmFeatures::MULTI_MEMORY, features.multi_memory),
        ("exception-handling", WasmFeatures::EXCEPTIONS, features.exceptions),
        ("extended-const", WasmFeatures::EXTENDED_CONST, features.extended_const),
        ("wide-arithmetic", WasmFeatures::WIDE_ARITHMETIC, features.wide_arithmetic),
        ("reference-types", WasmFeatures::REFERENCE_TYPES, features.reference_types),
        ("bulk-memory", WasmFeatures::BULK_MEMORY, features.bulk_memory),
        ("multi-value", WasmFeatures::MULTI_VALUE, features.multi_value),
    ]
    .into_iter()
    .filter(|(.., on)| !on)
    .map(|(name, feature, _)| (name, feature))
}

/// The error for a module that is not valid for an engine, by what `message` says: it may be that it is
/// for one with more proposals. `go_on` is asked before each time that the module is validated.
pub fn refused(
    wasm: &[u8],
    features: &Features,
    message: String,
    go_on: &dyn Fn() -> Result<()>,
) -> Result<Error> {
    if Parser::is_component(wasm) {
        let message = format!(
            "module: needs the proposal component-model, which wasmer does not compile ({message})"
        );
        return Ok(Error::new(Status::Unsupported, message));
    }
    let invalid = Error::new(Status::InvalidModule, message);
    let mut all = WasmFeatures::all();
    let is_valid = |features| {
        go_on()?;
        let mut validator = Validator::new_with_features(features);
        Ok(validator.validate_all(wasm).is_ok())
    };
    if !is_valid(all)? {
        return Ok(invalid);
    }
    // Each is left out if the module is valid without, so that those stay that it needs.
    let mut needed = |name: &'static str, feature| {
        let others = all.difference(feature);
        Ok(if is_valid(others)? {
            all = others;
            None
        } else {
            Some(name)
        })
    };
    let (mut lacking, mut off) = (Vec::new(), Vec::new());
    for (name, feature) in LACKING {
        lacking.extend(needed(name, feature)?);
    }
    for (name, feature) in switched_off(features) {
        off.extend(needed(name, feature)?);
    }
    let mut needs = Vec::new();
    if !lacking.is_empty() {
        needs.push(format!("{}, which wasmer does not compile", lacking.join(" and ")));
    }
    if !off.is_empty() {
        needs.push(format!("{}, which the engine has switched off", off.join(" and ")));
    }
    if needs.is_empty() {
        return Ok(invalid);
    }
    let proposals = if lacking.len() + off.len() == 1 { "proposal" } else { "proposals" };
    let needs = needs.join("; and ");
    Ok(Error::new(
        Status::Unsupported,
        format!("module: needs the {proposals} {needs} ({invalid})"),
    ))
}

/// Refuses what is valid and what wasmer has no translation for. Code is not looked at: of that wasmer
/// says itself what it is. The module must be valid.
pub fn check(wasm: &[u8]) -> Result<()> {
    let found = find(wasm).map_err(|error| Error::new(Status::InvalidModule, error.to_string()))?;
    match found {
        None => Ok(()),
        Some(what) => Err(Error::new(Status::Unsupported, format!("module: {what}"))),
    }
}

fn find(wasm: &[u8]) -> std::result::Result<Option<String>, BinaryReaderError> {
    for payload in Parser::new(0).parse_all(wasm) {
        let found = match payload? {
            Payload::TypeSection(section) => {
                let mut found = None;
                for ty in section.into_iter_err_on_gc_types() {
                    let ty = ty?;
                    let types = ty.params().iter().chain(ty.results());
                    found = found.or(types.filter_map(value).next());
                }
                found
            }
            Payload::ImportSection(section) => {
                let mut found = None;
                for import in section.into_imports() {
                    found = found.or(match import?.ty {
                        TypeRef::Global(ty) => value(&ty.content_type),
                        TypeRef::Table(ty) => element(ty.element_type, "table"),
                        _ => None,
                    });
                }
                found
            }
            Payload::TableSection(section) => {
                let mut found = None;
                for table in section {
                    found = found.or(element(table?.ty.element_type, "table"));
                }
                found
            }
            Payload::GlobalSection(section) => {
                let mut found = None;
                for global in section {
                    found = found.or(value(&global?.ty.content_type));
                }
                found
            }
            Payload::ElementSection(section) => {
                let mut found = None;
                for (number, segment) in section.into_iter().enumerate() {
                    if let ElementItems::Expressions(ty, items) = segment?.items {
                        found = found.or(element(ty, "element segment"));
                        for item in items {
                            if let Operator::GlobalGet { global_index } =
                                item?.get_operators_reader().read()?
                            {
                                found.get_or_insert_with(|| {
                                    format!(
                                        "element segment {number}: its item is the value of imported \
                                         global {global_index} (global.get), which wasmer cannot put \
                                         into a segment; set the table's element in the start function"
                                    )
                                });
                            }
                        }
                    }
                }
                found
            }
            // All that is looked at stands before the code.
            Payload::CodeSectionStart { .. } => break,
            _ => None,
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn is_plain(ty: RefType) -> bool {
    ty.is_func_ref() || ty.is_extern_ref()
}

fn value(ty: &ValType) -> Option<String> {
    match ty {
        ValType::Ref(ty) if !is_plain(*ty) && *ty != RefType::EXNREF => {
            Some(format!("type {ty}: wasmer does not compile values of it"))
        }
        _ => None,
    }
}

fn element(ty: RefType, place: &str) -> Option<String> {
    (!is_plain(ty))
        .then(|| format!("{place} of {ty}: wasmer has those of funcref and externref only"))
}
