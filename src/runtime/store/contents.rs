//! What an arena holds.

use super::arena::Arena;
use super::collect::Life;
use super::handles::{Entry, Handle, HandleTable};
use super::instances::Instances;
use super::objects::Objects;
use super::tunables::Budget;
use crate::runtime::base::compiler::Compiler;
use crate::runtime::base::error::{Error, Result, Status};
use crate::runtime::base::value::{ExternType, FuncType, GlobalType, Limits, Signature, ValueKind};
use crate::runtime::compile::engine::Engine;
use crate::runtime::compile::module::Module;
use crate::runtime::compile::scan;
use std::any::Any;
use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::ptr::NonNull;
use std::sync::Arc;
use wasmer_types::FunctionType;
use wasmer_vm::VMSignatureHash;

/// What an arena holds. The order of the fields is the order in which they are dropped: memories
/// and tables first, then the instances that they point into, then the code.
pub struct Contents {
    pub objects: Objects,
    pub instances: Instances,
    pub refs: HandleTable,
    pub life: Life,
    pub modules: Vec<Module>,
    pub engine: Engine,
    /// The compiler of the module that came last.
    pub compiler: Option<Compiler>,
    /// The compiler of all functions that are reached by references; see `bridge`.
    pub home: Option<Compiler>,
    pub budget: Arc<Budget>,
    /// What a guest's stack may have.
    pub stack_bytes: usize,
    /// The arena itself, which does not move.
    pub arena: NonNull<Arena>,
    /// What the threads of the WASI command in it share, if it may have some: `wasi::Threads`.
    pub threads: Option<Arc<dyn Any + Send + Sync>>,
    /// A module that was here has a global or table in which an exception may be.
    pub keeps_exceptions: bool,
    signatures: HashMap<VMSignatureHash, (FunctionType, Option<Arc<Signature>>)>,
}

impl Contents {
    pub fn new(engine: &Engine, arena: NonNull<Arena>) -> Self {
        Self {
            objects: Objects::new(),
            instances: Instances::default(),
            refs: HandleTable::default(),
            life: Life::default(),
            modules: Vec::new(),
            engine: engine.clone(),
            compiler: None,
            home: None,
            stack_bytes: engine.stack_bytes(),
            budget: Arc::new(Budget::new(engine.quotas().clone(), engine.reservation())),
            arena,
            threads: None,
            keeps_exceptions: false,
            signatures: HashMap::new(),
        }
    }

    /// The type behind wasmer's signature id. `None` stands for a type that holds `exnref`.
    pub fn signature(&self, hash: VMSignatureHash) -> Result<Arc<Signature>> {
        match self.signatures.get(&hash) {
            Some((_, Some(signature))) => Ok(signature.clone()),
            _ => Err(Error::new(Status::Unsupported, "function type with exnref")),
        }
    }

    /// Notes the types of a module before it comes in, and refuses it if one of them has the
    /// signature id of another type that is here: wasmer would call one as the other.
    pub fn register_types(&mut self, module: &Module) -> Result<()> {
        let info = module.info();
        for (ty, hash) in info.signatures.values().zip(info.signature_hashes.values()) {
            match self.signatures.entry(VMSignatureHash::new(hash.0)) {
                Slot::Occupied(known) if known.get().0 != *ty => {
                    let [one, two] =
                        [&known.get().0, ty].map(|ty| match FuncType::from_wasmer(ty) {
                            Some(ty) => ty.to_string(),
                            None => ty.to_string(),
                        });
                    return Err(scan::collision(&one, &two));
                }
                Slot::Occupied(_) => {}
                Slot::Vacant(free) => {
                    let signature = FuncType::from_wasmer(ty).map(Signature::new).map(Arc::new);
                    free.insert((ty.clone(), signature));
                }
            }
        }
        Ok(())
    }

    /// The type of the object that a handle names.
    pub fn extern_type(&self, handle: Handle) -> Result<ExternType> {
        let objects = self.objects.get();
        Ok(match self.refs.get(handle)? {
            Entry::Func(func) => ExternType::Func(func.signature.ty.clone()),
            Entry::Memory(vm) => {
                let ty = wasmer_vm::LinearMemory::ty(vm.get(objects));
                ExternType::Memory {
                    limits: Limits {
                        minimum: ty.minimum.0,
                        maximum: ty.maximum.map(|pages| pages.0),
                    },
                    shared: ty.shared,
                }
            }
            Entry::Global(vm) => {
                let ty = vm.get(objects).ty();
                ExternType::Global(GlobalType {
                    kind: ValueKind::from_wasmer(ty.ty)
                        .ok_or_else(|| Error::new(Status::Unsupported, "global of type exnref"))?,
                    mutable: ty.mutability == wasmer_types::Mutability::Var,
                })
            }
            Entry::Table(table) => ExternType::Table {
                element: if table.vm.get(objects).ty().ty == wasmer_types::Type::ExternRef {
                    ValueKind::ExternRef
                } else {
                    ValueKind::FuncRef
                },
                limits: table.limits,
            },
            Entry::Tag(vm) => FuncType::from_wasmer(&vm.get(objects).signature)
                .map(ExternType::Tag)
                .ok_or_else(|| Error::new(Status::Unsupported, "tag whose payload is exnref"))?,
            Entry::Instance(_) | Entry::Extern { .. } | Entry::Dead => {
                return Err(Error::new(
                    Status::Handle,
                    format!("handle {handle:#x} names nothing that a module could import"),
                ));
            }
        })
    }
}
