//! Runs the directives of one script.

use crate::engine::{Failure, Module, Store};
use crate::values::{argument, compare};
use std::collections::HashMap;
use wasmer::runtime::{Handle, Status, TrapKind, ValueKind};
use wast::token::Id;
use wast::{QuoteWat, QuoteWatTest, WastDirective, WastExecute, WastInvoke};

/// What became of one directive.
pub enum Outcome {
    Pass,
    Fail(String),
    /// It needs a module that was refused.
    Blocked,
}

/// Why a step did not come to its end.
enum Stopped {
    /// The library refused, or the guest trapped.
    Failure(Failure),
    Blocked,
    Wrong(String),
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<wast::Error> for Stopped {
    fn from(error: wast::Error) -> Self {
        Self::Wrong(error.message())
    }
}

type Step<T> = Result<T, Stopped>;

fn wrong<T>(why: impl Into<String>) -> Step<T> {
    Err(Stopped::Wrong(why.into()))
}

/// What a script has made so far. What was refused is there as `None`.
pub struct Script {
    store: Store,
    current: Option<Handle>,
    instances: HashMap<String, Option<Handle>>,
    definition: Option<Module>,
    definitions: HashMap<String, Option<Module>>,
}

impl Script {
    pub fn new(store: Store) -> Result<Self, Failure> {
        spectest(store)?;
        let (instances, definitions) = (HashMap::new(), HashMap::new());
        Ok(Self { store, current: None, instances, definition: None, definitions })
    }

    pub fn run(&mut self, directive: &mut WastDirective<'_>) -> Outcome {
        match self.step(directive) {
            Ok(()) => Outcome::Pass,
            Err(Stopped::Blocked) => Outcome::Blocked,
            Err(Stopped::Failure(failure)) => Outcome::Fail(failure.to_string()),
            Err(Stopped::Wrong(why)) => Outcome::Fail(why),
        }
    }

    fn step(&mut self, directive: &mut WastDirective<'_>) -> Step<()> {
        let store = self.store;
        match directive {
            WastDirective::Module(module) => {
                let name = module.name();
                let made = self.instantiate(module);
                self.add(name, made)
            }
            WastDirective::ModuleDefinition(module) => {
                let name = module.name();
                let made = self.compile(module);
                self.definition = made.as_ref().ok().copied();
                if let Some(name) = name {
                    self.definitions.insert(name.name().to_owned(), self.definition);
                }
                made.map(drop)
            }
            WastDirective::ModuleInstance { instance, module, .. } => {
                let module = match module {
                    Some(name) => self.definitions.get(name.name()).copied().flatten(),
                    None => self.definition,
                };
                let made = module.ok_or(Stopped::Blocked);
                let made = made.and_then(|module| Ok(store.instantiate(module)?));
                self.add(*instance, made)
            }
            WastDirective::Register { name, module, .. } => {
                let instance = self.instance(*module)?;
                Ok(store.register(name, instance)?)
            }
            WastDirective::Invoke(call) => self.invoke(call).map(drop),
            WastDirective::AssertReturn { exec, results, .. } => {
                let (kinds, words) = self.execute(exec)?;
                compare(store, &kinds, &words, results).or_else(wrong)
            }
            WastDirective::AssertTrap { exec, message, .. } => {
                self.fails(exec, |failure| traps(failure, message))
            }
            WastDirective::AssertExhaustion { call, message, .. } => match self.invoke(call) {
                Ok(_) => wrong("it came to its end"),
                Err(Stopped::Failure(failure)) => traps(failure, message),
                Err(stopped) => Err(stopped),
            },
            WastDirective::AssertException { exec, .. } => {
                self.fails(exec, |failure| match failure.trap {
                    Some(TrapKind::UncaughtException) => Ok(()),
                    _ => wrong(format!("expected an exception, {failure}")),
                })
            }
            WastDirective::AssertUnlinkable { module, .. } => {
                let module = store.compile(&module.encode()?)?;
                match store.instantiate(module) {
                    Ok(_) => wrong("it was linked"),
                    Err(Failure { status: Status::Link, .. }) => Ok(()),
                    Err(failure) => wrong(format!("expected LINK, {failure}")),
                }
            }
            WastDirective::AssertInvalid { module, .. }
            | WastDirective::AssertMalformed { module, .. } => {
                // A text of which no binary can be made is malformed by that.
                let Ok(bytes) = bytes(module) else { return Ok(()) };
                match store.validate(&bytes) {
                    Ok(()) => wrong("it is taken for valid"),
                    Err(failure) => match failure.status {
                        Status::InvalidModule | Status::Unsupported => Ok(()),
                        _ => Err(failure.into()),
                    },
                }
            }
            WastDirective::AssertInvalidCustom { .. }
            | WastDirective::AssertMalformedCustom { .. } => {
                wrong("custom sections are not looked into")
            }
            WastDirective::AssertSuspension { .. }
            | WastDirective::Thread(_)
            | WastDirective::Wait { .. } => wrong("not known to this runner"),
        }
    }

    fn add(&mut self, name: Option<Id<'_>>, made: Step<Handle>) -> Step<()> {
        self.current = made.as_ref().ok().copied();
        if let Some(name) = name {
            self.instances.insert(name.name().to_owned(), self.current);
        }
        made.map(drop)
    }

    fn compile(&self, module: &mut QuoteWat<'_>) -> Step<Module> {
        Ok(self.store.compile(&bytes(module)?)?)
    }

    fn instantiate(&self, module: &mut QuoteWat<'_>) -> Step<Handle> {
        let module = self.compile(module)?;
        Ok(self.store.instantiate(module)?)
    }

    fn instance(&self, name: Option<Id<'_>>) -> Step<Handle> {
        let found = match name {
            Some(name) => self.instances.get(name.name()).copied().flatten(),
            None => self.current,
        };
        found.ok_or(Stopped::Blocked)
    }

    /// Kinds and words of the results.
    fn invoke(&self, call: &WastInvoke<'_>) -> Step<(Vec<ValueKind>, Vec<u64>)> {
        let store = self.store;
        let func = store.export(self.instance(call.module)?, call.name)?;
        let (_, results) = store.signature(func)?;
        let mut words = Vec::new();
        for given in &call.args {
            match argument(store, given)? {
                Some(argument) => words.extend(argument),
                None => return wrong(format!("no value kind holds {given:?}")),
            }
        }
        let room = results.iter().map(|kind| kind.words()).sum::<usize>();
        words.resize(words.len().max(room), 0);
        store.call(func, &mut words)?;
        Ok((results, words))
    }

    fn execute(&self, exec: &mut WastExecute<'_>) -> Step<(Vec<ValueKind>, Vec<u64>)> {
        let store = self.store;
        match exec {
            WastExecute::Invoke(call) => self.invoke(call),
            WastExecute::Get { module, global, .. } => {
                let global = store.export(self.instance(*module)?, global)?;
                let kind = store.kind_of_global(global)?;
                Ok((vec![kind], store.global_get(global)?.to_vec()))
            }
            WastExecute::Wat(module) => {
                let module = store.compile(&module.encode()?)?;
                store.instantiate(module)?;
                Ok((Vec::new(), Vec::new()))
            }
        }
    }

    fn fails(
        &self,
        exec: &mut WastExecute<'_>,
        as_expected: impl FnOnce(Failure) -> Step<()>,
    ) -> Step<()> {
        match self.execute(exec) {
            Ok(_) => wrong("it came to its end"),
            Err(Stopped::Failure(failure)) => as_expected(failure),
            Err(stopped) => Err(stopped),
        }
    }
}

/// A module as the library is to get it: text that was quoted stays text.
fn bytes(module: &mut QuoteWat<'_>) -> Result<Vec<u8>, wast::Error> {
    match module.to_test()? {
        QuoteWatTest::Binary(bytes) | QuoteWatTest::Text(bytes) => Ok(bytes),
    }
}

/// The kinds of traps by what scripts call them.
const TRAPS: [(&str, TrapKind); 14] = [
    ("call stack exhausted", TrapKind::StackOverflow),
    ("out of bounds memory access", TrapKind::MemoryOutOfBounds),
    ("out of bounds table access", TrapKind::TableOutOfBounds),
    ("undefined element", TrapKind::TableOutOfBounds),
    ("undefined", TrapKind::TableOutOfBounds),
    ("uninitialized element", TrapKind::IndirectCallToNull),
    ("uninitialized", TrapKind::IndirectCallToNull),
    ("indirect call type mismatch", TrapKind::BadSignature),
    ("indirect call", TrapKind::BadSignature),
    ("integer overflow", TrapKind::IntegerOverflow),
    ("integer divide by zero", TrapKind::IntegerDivisionByZero),
    ("invalid conversion to integer", TrapKind::BadConversionToInteger),
    ("unreachable", TrapKind::Unreachable),
    ("unaligned atomic", TrapKind::UnalignedAtomic),
];

/// Whether a guest ended by the trap that a script names.
fn traps(failure: Failure, named: &str) -> Step<()> {
    if failure.status != Status::Trap {
        return wrong(format!("expected the trap {named:?}, {failure}"));
    }
    let known = TRAPS.iter().find(|(name, _)| *name == named);
    let known = known.or_else(|| TRAPS.iter().find(|(name, _)| named.starts_with(name)));
    let (fits, kind) = match known {
        Some(&(_, kind)) => (failure.trap == Some(kind), Some(kind)),
        None => (failure.message.contains(named), None),
    };
    match fits {
        true => Ok(()),
        false => wrong(format!("expected the trap {named:?} ({kind:?}), {failure}")),
    }
}

/// Defines what scripts may import from "spectest".
fn spectest(store: Store) -> Result<(), Failure> {
    use ValueKind::{F32, F64, I32, I64};
    let define = |name: &str, object| store.define("spectest", name, object);
    let functions: [(&str, &[ValueKind]); 7] = [
        ("print", &[]),
        ("print_i32", &[I32]),
        ("print_i64", &[I64]),
        ("print_f32", &[F32]),
        ("print_f64", &[F64]),
        ("print_i32_f32", &[I32, F32]),
        ("print_f64_f64", &[F64, F64]),
    ];
    for (name, params) in functions {
        define(name, store.new_func(params)?)?;
    }
    define("global_i32", store.new_global(I32, 666)?)?;
    define("global_i64", store.new_global(I64, 666)?)?;
    define("global_f32", store.new_global(F32, 666.6f32.to_bits().into())?)?;
    define("global_f64", store.new_global(F64, 666.6f64.to_bits())?)?;
    define("table", store.new_table(10, 20)?)?;
    define("memory", store.new_memory(1, 2, false)?)?;
    define("shared_memory", store.new_memory(1, 2, true)?)
}
