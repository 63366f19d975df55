//! The same module in an interpreter of another make (wasmi).

use super::differential::{Observed, Outcome, host_results, seed_global};
use wasmer::runtime::{ExternType as Ours, TrapKind, ValueKind};
use wasmi::*;

pub struct Peer {
    store: Store<Vec<u64>>,
    instance: Instance,
}

/// What a refusal of the host is.
#[derive(Debug)]
struct Refused;

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

impl errors::HostError for Refused {}

fn trap(code: TrapCode) -> Option<TrapKind> {
    Some(match code {
        TrapCode::UnreachableCodeReached => TrapKind::Unreachable,
        TrapCode::MemoryOutOfBounds => TrapKind::MemoryOutOfBounds,
        TrapCode::TableOutOfBounds => TrapKind::TableOutOfBounds,
        TrapCode::IndirectCallToNull => TrapKind::IndirectCallToNull,
        TrapCode::IntegerDivisionByZero => TrapKind::IntegerDivisionByZero,
        TrapCode::IntegerOverflow => TrapKind::IntegerOverflow,
        TrapCode::BadConversionToInteger => TrapKind::BadConversionToInteger,
        TrapCode::StackOverflow => TrapKind::StackOverflow,
        TrapCode::BadSignature => TrapKind::BadSignature,
        _ => return None,
    })
}

/// How a call ended; an error of another kind is a defect of the target.
fn ended(error: &Error) -> Outcome {
    if error.downcast_ref::<Refused>().is_some() {
        return Outcome::Host;
    }
    match error.as_trap_code().and_then(trap) {
        Some(kind) => Outcome::Trap(kind),
        None => panic!("wasmi: {error:?}"),
    }
}

fn kind(ty: ValType) -> ValueKind {
    match ty {
        ValType::I32 => ValueKind::I32,
        ValType::I64 => ValueKind::I64,
        ValType::F32 => ValueKind::F32,
        ValType::F64 => ValueKind::F64,
        ValType::V128 => ValueKind::V128,
        ValType::FuncRef => ValueKind::FuncRef,
        ValType::ExternRef => ValueKind::ExternRef,
    }
}

/// The bits of a value; of a reference whether it is one.
fn bits(value: &Val) -> u128 {
    match value {
        Val::I32(value) => u128::from(*value as u32),
        Val::I64(value) => u128::from(*value as u64),
        Val::F32(value) => u128::from(value.to_bits()),
        Val::F64(value) => u128::from(value.to_bits()),
        Val::V128(value) => value.as_u128(),
        Val::FuncRef(value) => u128::from(!value.is_null()),
        Val::ExternRef(value) => u128::from(!value.is_null()),
    }
}

fn value(ty: ValType, bits: u128) -> Val {
    match ty {
        ValType::I32 => Val::I32(bits as i32),
        ValType::I64 => Val::I64(bits as i64),
        ValType::F32 => Val::F32(F32::from_bits(bits as u32)),
        ValType::F64 => Val::F64(F64::from_bits(bits as u64)),
        ValType::V128 => Val::V128(V128::from(bits)),
        ValType::FuncRef | ValType::ExternRef => Val::default_for_ty(ty),
    }
}

fn define(store: &mut Store<Vec<u64>>, import: &ImportType<'_>) -> Extern {
    match import.ty() {
        ExternType::Func(ty) => {
            let (name, results) = (import.name().to_owned(), ty.results().to_vec());
            let body = move |mut caller: Caller<'_, Vec<u64>>, given: &[Val], made: &mut [Val]| {
                let given: Vec<u64> = given.iter().map(|value| bits(value) as u64).collect();
                caller.data_mut().extend_from_slice(&given);
                if name == "refuse" && given[0] % 2 == 1 {
                    return Err(Error::host(Refused));
                }
                let kinds: Vec<ValueKind> = results.iter().map(|ty| kind(*ty)).collect();
                for (place, word) in made.iter_mut().zip(host_results(&kinds, &given)) {
                    *place = value(place.ty(), word.into());
                }
                Ok(())
            };
            Extern::Func(Func::new(store, ty.clone(), body))
        }
        ExternType::Global(ty) => {
            let value = value(ty.content(), seed_global(kind(ty.content())).into());
            Extern::Global(Global::new(store, value, ty.mutability()))
        }
        ExternType::Memory(ty) => Extern::Memory(Memory::new(store, *ty).expect("small")),
        ExternType::Table(ty) => {
            let null = Ref::default_for_ty(ty.element());
            Extern::Table(Table::new(store, *ty, null).expect("small"))
        }
    }
}

impl Peer {
    /// None if the interpreter lacks something that the module has.
    pub fn new(wasm: &[u8]) -> Option<Result<Self, Outcome>> {
        let mut config = Config::default();
        config.wasm_wide_arithmetic(true);
        let engine = Engine::new(&config);
        let module = match Module::new(&engine, wasm) {
            Ok(module) => module,
            Err(error) => panic!("wasmi refuses a valid module: {error}"),
        };
        let mut store = Store::new(&engine, Vec::new());
        let mut linker = Linker::new(&engine);
        linker.allow_shadowing(true);
        let mut defined = std::collections::HashSet::new();
        for import in module.imports() {
            let name = import.name().to_owned();
            // An import that is there twice is the same thing twice.
            if defined.insert(name.clone()) {
                let object = define(&mut store, &import);
                linker.define(import.module(), &name, object).expect("defined once");
            }
        }
        Some(match linker.instantiate_and_start(&mut store, &module) {
            Ok(instance) => Ok(Self { store, instance }),
            Err(error) => Err(match error.kind() {
                // Segments that do not fit, which are traps of instantiation.
                errors::ErrorKind::Instantiation(_)
                | errors::ErrorKind::Memory(_)
                | errors::ErrorKind::Table(_) => Outcome::Unlinked,
                _ => ended(&error),
            }),
        })
    }

    pub fn call(&mut self, name: &str, arguments: &[u128]) -> Outcome {
        let func = self.instance.get_func(&self.store, name).expect("it is exported");
        let ty = func.ty(&self.store);
        let kinds = ty.params().iter().zip(arguments);
        let given: Vec<Val> = kinds.map(|(ty, bits)| value(*ty, *bits)).collect();
        let mut made: Vec<Val> = ty.results().iter().map(|ty| Val::default_for_ty(*ty)).collect();
        match func.call(&mut self.store, &given, &mut made) {
            Ok(()) => Outcome::Values(made.iter().map(bits).collect()),
            Err(error) => ended(&error),
        }
    }

    pub fn observe(&self, exports: &[(String, Ours)]) -> Observed {
        let mut seen = Observed { calls: self.store.data().clone(), ..Observed::default() };
        for (name, _) in exports {
            match self.instance.get_export(&self.store, name) {
                Some(Extern::Global(global)) => seen.global(bits(&global.get(&self.store))),
                Some(Extern::Memory(memory)) => seen.memory(memory.data(&self.store)),
                Some(Extern::Table(table)) => {
                    let size = table.size(&self.store);
                    let is_there = |at| !table.get(&self.store, at).expect("inside").is_null();
                    seen.table((0..size).map(is_there).collect());
                }
                _ => {}
            }
        }
        seen
    }
}
