//! A look at a module's bytes before wasmer compiles them, for what wasmer gets wrong.

use super::error::{Error, Result, Status};
use super::value::{FuncType, ValueKind};
use std::collections::{HashMap, HashSet};
use wasmer_api::wasmparser::{
    BlockType, ElementItems, ExternalKind, Operator, Parser, Payload, TryTable, TypeRef, ValType,
};

/// What `scan` learns of a valid module.
#[derive(Default)]
pub struct Scan {
    types: Vec<Option<FuncType>>,
    /// Types of the imported functions, in order.
    imports: Vec<Option<FuncType>>,
    /// Functions of the module, imported ones too.
    pub functions: u64,
    /// Functions whose reference the module takes or gives away.
    referenced: HashSet<u32>,
    /// The most results that blocks around one instruction have together, where that was asked for.
    block_results: usize,
    /// Whether vectors occur, as far as the code was read.
    vectors: bool,
    /// Whether a memory, own or imported, may have no page.
    empty_memory: bool,
}

/// Singlepass makes room for the results of blocks without touching it, 8 bytes each. So many cannot
/// reach over the guard zone of a stack (`stack::GUARD`) together with the rest of a frame.
const MOST_BLOCK_RESULTS: usize = 2048;

impl Scan {
    /// Why Singlepass must not compile this module, if it must not.
    ///
    /// Singlepass has a calling convention of its own for compiled code. Imported functions with
    /// several results end in a panic, and a host function whose reference the guest takes is
    /// called with wrong floats among its parameters: <https://github.com/wasmerio/wasmer/issues>, seen in 7.4.2.
    ///
    /// Its check of an address against the size of a memory (`checked`) lets all pass where the memory is
    /// smaller than what is accessed.
    pub fn singlepass_refuses(&self, checked: bool) -> bool {
        self.vectors
            || (checked && self.empty_memory)
            || self.block_results > MOST_BLOCK_RESULTS
            || self.imports.iter().enumerate().any(|(index, ty)| match ty {
                None => true,
                Some(ty) => {
                    ty.results.len() > 1
                        || (ty.takes_floats() && self.referenced.contains(&(index as u32)))
                }
            })
    }

    /// wasmer tells function types apart by a 32-bit checksum; two types of one module that share
    /// it would be called as each other.
    fn check_collisions(&self) -> Result<()> {
        let mut seen = HashMap::new();
        for ty in self.types.iter().flatten() {
            let hash = ty.to_wasmer().signature_hash();
            match seen.insert(hash, ty) {
                Some(other) if other != ty => return Err(collision(other, ty)),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The error for two types that wasmer cannot tell apart.
pub fn collision(a: &impl std::fmt::Display, b: &impl std::fmt::Display) -> Error {
    Error::new(
        Status::Link,
        format!("function types {a} and {b} have the same 32-bit signature id and must not meet"),
    )
}

/// Reads the parts of a module that matter, and the code if `code` is set. The module must be valid.
pub fn scan(wasm: &[u8], code: bool) -> Result<Scan> {
    let invalid = |error: wasmer_api::wasmparser::BinaryReaderError| {
        Error::new(Status::InvalidModule, error.to_string())
    };
    let mut scan = Scan::default();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.map_err(invalid)? {
            Payload::TypeSection(section) => {
                for group in section {
                    for ty in group.map_err(invalid)?.into_types() {
                        let ty = match ty.composite_type.inner {
                            wasmer_api::wasmparser::CompositeInnerType::Func(ty) => {
                                func_type(ty.params(), ty.results())
                            }
                            _ => None,
                        };
                        scan.types.push(ty);
                    }
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    match import.map_err(invalid)?.ty {
                        TypeRef::Func(index) => {
                            let ty = scan.types.get(index as usize).cloned().flatten();
                            scan.imports.push(ty);
                            scan.functions += 1;
                        }
                        TypeRef::Memory(ty) => scan.empty_memory |= ty.initial == 0,
                        _ => {}
                    }
                }
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    scan.empty_memory |= memory.map_err(invalid)?.initial == 0;
                }
            }
            Payload::FunctionSection(section) => scan.functions += u64::from(section.count()),
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export.map_err(invalid)?;
                    if export.kind == ExternalKind::Func {
                        scan.referenced.insert(export.index);
                    }
                }
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    let expression = global.map_err(invalid)?.init_expr;
                    note_references(expression.get_operators_reader(), &mut scan.referenced)
                        .map_err(invalid)?;
                }
            }
            Payload::ElementSection(section) => {
                for element in section {
                    match element.map_err(invalid)?.items {
                        ElementItems::Functions(functions) => {
                            for function in functions {
                                scan.referenced.insert(function.map_err(invalid)?);
                            }
                        }
                        ElementItems::Expressions(_, expressions) => {
                            for expression in expressions {
                                let reader = expression.map_err(invalid)?.get_operators_reader();
                                note_references(reader, &mut scan.referenced).map_err(invalid)?;
                            }
                        }
                    }
                }
            }
            Payload::CodeSectionEntry(body) if code => {
                read_body(&body, &mut scan).map_err(invalid)?;
            }
            _ => {}
        }
    }
    let kinds = scan.types.iter().flatten().flat_map(|ty| ty.params.iter().chain(&ty.results));
    scan.vectors |= kinds.into_iter().any(|&kind| kind == ValueKind::V128);
    scan.check_collisions()?;
    Ok(scan)
}

macro_rules! proposal_of_operators {
    ($(@$proposal:ident $operator:ident $({ $($argument:ident: $type:ty),* })?
        => $visit:ident ($($annotation:tt)*))*) => {
        fn is_vector(operator: &Operator<'_>) -> bool {
            let proposal = match operator {
                $(Operator::$operator $({ $($argument: _),* })? => stringify!($proposal),)*
                _ => "",
            };
            matches!(proposal, "simd" | "relaxed_simd")
        }
    };
}
wasmer_api::wasmparser::for_each_operator!(proposal_of_operators);

/// Looks in a function's body for vectors and for the results of blocks. Singlepass has no vectors;
/// asked to compile some, it panics and is heard on standard error.
fn read_body(
    body: &wasmer_api::wasmparser::FunctionBody<'_>,
    scan: &mut Scan,
) -> std::result::Result<(), wasmer_api::wasmparser::BinaryReaderError> {
    for local in body.get_locals_reader()? {
        scan.vectors |= local?.1 == ValType::V128;
    }
    let (mut around, mut sum) = (Vec::new(), 0);
    for operator in body.get_operators_reader()? {
        let operator = operator?;
        match operator {
            Operator::Block { blockty }
            | Operator::Loop { blockty }
            | Operator::If { blockty }
            | Operator::TryTable { try_table: TryTable { ty: blockty, .. } } => {
                let results = match blockty {
                    BlockType::Empty => 0,
                    BlockType::Type(_) => 1,
                    BlockType::FuncType(index) => match scan.types.get(index as usize) {
                        Some(Some(ty)) => ty.results.len() + ty.params.len(),
                        _ => MOST_BLOCK_RESULTS,
                    },
                };
                around.push(results);
                sum += results;
                scan.block_results = scan.block_results.max(sum);
            }
            // The last `end` of a function closes no block.
            Operator::End => sum -= around.pop().unwrap_or(0),
            _ => scan.vectors |= is_vector(&operator),
        }
    }
    Ok(())
}

fn note_references(
    operators: wasmer_api::wasmparser::OperatorsReader<'_>,
    referenced: &mut HashSet<u32>,
) -> std::result::Result<(), wasmer_api::wasmparser::BinaryReaderError> {
    for operator in operators {
        if let Operator::RefFunc { function_index } = operator? {
            referenced.insert(function_index);
        }
    }
    Ok(())
}

fn func_type(params: &[ValType], results: &[ValType]) -> Option<FuncType> {
    let kinds = |list: &[ValType]| {
        list.iter()
            .map(|ty| {
                Some(match ty {
                    ValType::I32 => ValueKind::I32,
                    ValType::I64 => ValueKind::I64,
                    ValType::F32 => ValueKind::F32,
                    ValType::F64 => ValueKind::F64,
                    ValType::V128 => ValueKind::V128,
                    ValType::Ref(ty) if ty.is_func_ref() => ValueKind::FuncRef,
                    ValType::Ref(ty) if ty.is_extern_ref() => ValueKind::ExternRef,
                    ValType::Ref(_) => return None,
                })
            })
            .collect::<Option<Vec<_>>>()
    };
    Some(FuncType::new(&kinds(params)?, &kinds(results)?))
}
