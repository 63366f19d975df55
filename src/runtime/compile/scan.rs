//! A look at a module's bytes before wasmer compiles them, for what wasmer gets wrong.

use super::cost::{self, Body};
use super::engine::Engine;
use crate::runtime::base::compiler::Compiler;
use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::quota::{Quota, Quotas};
use crate::runtime::base::value::{FuncType, ValueKind};
use std::collections::{HashMap, HashSet};
use wasmer_api::wasmparser::{
    BinaryReaderError, ElementItems, ExternalKind, FunctionBody, Operator, OperatorsReader, Parser,
    Payload, TypeRef, ValType,
};

/// What `scan` learns of a valid module.
#[derive(Default)]
pub struct Scan {
    types: Vec<Option<FuncType>>,
    /// Types of the functions, imported ones first, as numbers of `types`.
    function_types: Vec<u32>,
    imported: usize,
    /// Types of the tags, as numbers of `types`.
    tag_types: Vec<u32>,
    /// Functions of the module, imported ones too.
    pub functions: u64,
    /// Functions whose reference the module takes or gives away.
    referenced: HashSet<u32>,
    /// The most that any function has of each; of costs, beyond what its size explains.
    most: Body,
    /// The numbers of the functions that cost most, in `most.cost` and `most.simple`, and of the one with
    /// the `br_table` of most targets.
    costliest: [usize; 2],
    widest: usize,
    /// What the module costs beyond what the sizes of its functions explain, by the two ways to count.
    cost: [u64; 2],
    /// Whether a memory, own or imported, may have no page.
    empty_memory: bool,
    code_start: u64,
}

/// Units that a byte of code costs as a rule. Of 62 programs (npm, PyPI) the largest functions cost 2 to
/// 7; so what is large is not held against a module, and what is dense is.
const UNITS_PER_BYTE: u64 = 4;
/// Units that each function may cost whatever its size.
const UNITS_PER_FUNCTION: u64 = 256;

/// Singlepass makes room for the results of blocks without touching it, 8 bytes each. So many cannot
/// reach over the guard zone of a stack (`stack::GUARD`) together with the rest of a frame.
const MOST_BLOCK_RESULTS: usize = 2048;

/// For aarch64 Cranelift branches over the table of a `br_table` by an instruction that reaches 1 MiB, and
/// only looks in debugging builds whether that is enough: with 262,144 targets of 4 bytes each the default
/// target lies outside of the function. <https://github.com/advisories/GHSA-mghf-wjfp-p5xm>; mended in
/// cranelift-codegen 0.135.8, where wasmer 7.4.2 wants 0.135.0. Half of that leaves room for all else.
const MOST_BRANCH_TARGETS: u32 = 131_072;

impl cost::Module for Scan {
    fn ty(&self, index: u32) -> Option<&FuncType> {
        self.types.get(index as usize)?.as_ref()
    }

    fn function(&self, index: u32) -> Option<&FuncType> {
        self.ty(*self.function_types.get(index as usize)?)
    }

    fn tag(&self, index: u32) -> Option<&FuncType> {
        self.ty(*self.tag_types.get(index as usize)?)
    }
}

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
        let imports = self.function_types[..self.imported].iter();
        self.most.vectors
            || (checked && self.empty_memory)
            || self.most.block_results > MOST_BLOCK_RESULTS
            || imports.enumerate().any(|(index, &ty)| match cost::Module::ty(self, ty) {
                None => true,
                Some(ty) => {
                    ty.results.len() > 1
                        || (ty.takes_floats() && self.referenced.contains(&(index as u32)))
                }
            })
    }

    /// Where the contents of the code section begin in the module's bytes; 0 if it has none.
    pub fn code_start(&self) -> u32 {
        // No module that a quota lets pass has more bytes.
        u32::try_from(self.code_start).unwrap_or(0)
    }

    /// Whether a function waits on a memory.
    pub fn waits(&self) -> bool {
        self.most.waits
    }

    /// Refuses what would cost too much to compile, and what a compiler gets wrong.
    pub fn check_cost(&self, engine: &Engine, compiler: Compiler) -> Result<()> {
        let quotas = engine.quotas();
        let way = usize::from(compiler == Compiler::Singlepass);
        let costliest = self.imported + self.costliest[way];
        quotas
            .check(Quota::FunctionCost, [self.most.cost, self.most.simple][way])
            .map_err(|error| Error::new(error.status, format!("function {costliest}: {error}")))?;
        quotas.check(Quota::ModuleCost, self.cost[way])?;
        if compiler == Compiler::Cranelift
            && engine.is_aarch64()
            && self.most.branch_targets > MOST_BRANCH_TARGETS
        {
            return Err(Error::new(
                Status::Unsupported,
                format!(
                    "function {}: a br_table with {} targets, {MOST_BRANCH_TARGETS} are the most that \
                     cranelift compiles rightly for aarch64",
                    self.imported + self.widest,
                    self.most.branch_targets
                ),
            ));
        }
        Ok(())
    }

    /// Reads a function of which `function` come before it.
    fn read(
        &mut self,
        quotas: &Quotas,
        function: usize,
        code: &FunctionBody<'_>,
    ) -> std::result::Result<(), BinaryReaderError> {
        let range = code.range();
        let explained = UNITS_PER_FUNCTION + (range.end - range.start) * UNITS_PER_BYTE;
        let left = quotas.get(Quota::ModuleCost).saturating_sub(self.cost[0]);
        let most = explained + left.min(quotas.get(Quota::FunctionCost));
        let ty = cost::Module::function(self, (self.imported + function) as u32);
        let body = cost::read(self, ty, code, most)?;
        self.note(function, explained, body);
        Ok(())
    }

    fn note(&mut self, function: usize, explained: u64, body: Body) {
        let beyond = [body.cost, body.simple].map(|cost| cost.saturating_sub(explained));
        let most = &mut self.most;
        for (way, most) in [most.cost, most.simple].into_iter().enumerate() {
            if beyond[way] > most {
                self.costliest[way] = function;
            }
            self.cost[way] = self.cost[way].saturating_add(beyond[way]);
        }
        if body.branch_targets > most.branch_targets {
            self.widest = function;
        }
        *most = Body {
            cost: most.cost.max(beyond[0]),
            simple: most.simple.max(beyond[1]),
            block_results: most.block_results.max(body.block_results),
            branch_targets: most.branch_targets.max(body.branch_targets),
            vectors: most.vectors | body.vectors,
            waits: most.waits | body.waits,
        };
    }

    /// What the compiler makes besides functions: code that enters a function of each type, and code
    /// that leaves for each imported one.
    fn note_entries(&mut self) {
        let enters = self.types.iter().map(|ty| cost::values(ty.as_ref())).sum::<u64>();
        let imports = &self.function_types[..self.imported];
        let leaves = imports.iter().map(|&ty| cost::values(cost::Module::ty(self, ty)));
        let units = (enters * 2 + leaves.sum::<u64>()) * cost::VALUE;
        let entries = (self.types.len() + self.imported) as u64;
        for cost in &mut self.cost {
            *cost = cost.saturating_add(units.saturating_sub(entries * UNITS_PER_FUNCTION));
        }
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

/// Reads the parts of a module that matter. The module must be valid. Ends where `go_on` says so, and
/// looks no closer at what costs more than the quotas allow.
pub fn scan(wasm: &[u8], quotas: &Quotas, go_on: &dyn Fn() -> Result<()>) -> Result<Scan> {
    let invalid = |error: BinaryReaderError| Error::new(Status::InvalidModule, error.to_string());
    let mut scan = Scan::default();
    let mut bodies = 0;
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
                        TypeRef::Func(index) => scan.function_types.push(index),
                        TypeRef::Tag(tag) => scan.tag_types.push(tag.func_type_idx),
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
            Payload::FunctionSection(section) => {
                scan.imported = scan.function_types.len();
                for ty in section {
                    scan.function_types.push(ty.map_err(invalid)?);
                }
            }
            Payload::TagSection(section) => {
                for tag in section {
                    scan.tag_types.push(tag.map_err(invalid)?.func_type_idx);
                }
            }
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
            Payload::CodeSectionStart { range, .. } => scan.code_start = range.start,
            Payload::CodeSectionEntry(body) => {
                go_on()?;
                scan.read(quotas, bodies, &body).map_err(invalid)?;
                bodies += 1;
                // Functions of a few bytes can have 50,000 locals. `check_cost` says what is too much.
                if scan.cost[1] > quotas.get(Quota::ModuleCost) {
                    break;
                }
            }
            _ => {}
        }
    }
    scan.functions = scan.function_types.len() as u64;
    // Without a section for them all functions are imported.
    if bodies == 0 {
        scan.imported = scan.function_types.len();
    }
    scan.note_entries();
    let kinds = scan.types.iter().flatten().flat_map(|ty| ty.params.iter().chain(&ty.results));
    scan.most.vectors |= kinds.into_iter().any(|&kind| kind == ValueKind::V128);
    scan.check_collisions()?;
    Ok(scan)
}

fn note_references(
    operators: OperatorsReader<'_>,
    referenced: &mut HashSet<u32>,
) -> std::result::Result<(), BinaryReaderError> {
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
