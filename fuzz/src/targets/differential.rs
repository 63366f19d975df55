//! A module against itself: what Cranelift and Singlepass made of it, and an interpreter of another make,
//! must agree on results, traps, memories, globals, tables and what the host was called with; our two
//! compilers on fuel too.

use super::super::smith;
use super::common::{Host, Owned};
use super::peer::Peer;
use arbitrary::Unstructured;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use wasmer::runtime::metering::Metering;
use wasmer::runtime::*;

/// How a call or an instantiation ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Bits; of references whether there is one.
    Values(Vec<u128>),
    Trap(TrapKind),
    /// The host refused.
    Host,
    OutOfFuel,
    /// A segment does not fit.
    Unlinked,
}

/// What can be seen of an instance.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Observed {
    pub calls: Vec<u64>,
    pub globals: Vec<u128>,
    pub memories: Vec<Vec<u8>>,
    pub tables: Vec<Vec<bool>>,
}

impl Observed {
    pub fn global(&mut self, bits: u128) {
        self.globals.push(bits);
    }

    pub fn memory(&mut self, bytes: &[u8]) {
        self.memories.push(bytes.to_vec());
    }

    pub fn table(&mut self, elements: Vec<bool>) {
        self.tables.push(elements);
    }

    /// Says where two differ.
    fn same(&self, other: &Self, what: &str) {
        assert_eq!(self.calls, other.calls, "{what}: calls of the host");
        assert_eq!(self.globals, other.globals, "{what}: globals");
        assert_eq!(self.tables, other.tables, "{what}: tables");
        let sizes = |all: &[Vec<u8>]| all.iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes(&self.memories), sizes(&other.memories), "{what}: sizes of memories");
        for (number, (one, two)) in self.memories.iter().zip(&other.memories).enumerate() {
            if let Some(at) = one.iter().zip(two).position(|(one, two)| one != two) {
                panic!("{what}: memory {number} at {at:#x}: {} and {}", one[at], two[at]);
            }
        }
    }
}

/// What a function of the host gives, from what it was given: the same for each run.
pub fn host_results(kinds: &[ValueKind], given: &[u64]) -> Vec<u64> {
    let mix =
        |sum: u64, word: &u64| (sum ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
    let sum = given.iter().fold(kinds.len() as u64, mix);
    let each = kinds.iter().enumerate();
    each.map(|(number, kind)| match kind {
        ValueKind::I32 => u64::from((sum >> number) as u32),
        // No NaN: what operations make of several is not fixed.
        ValueKind::F32 => u64::from((sum as i8 as f32 / 4.0).to_bits()),
        ValueKind::F64 => (sum as i16 as f64 / 8.0).to_bits(),
        _ => sum.rotate_left(number as u32),
    })
    .collect()
}

/// What a global of the host has in the beginning.
pub fn seed_global(kind: ValueKind) -> u64 {
    if kind == ValueKind::I32 { 5 } else { 1 << 40 }
}

/// One of ours.
struct Runner {
    arena: Owned,
    instance: Handle,
    calls: Arc<Mutex<Vec<u64>>>,
}

fn failed(error: &Error) -> Outcome {
    match (error.status, error.trap) {
        (Status::Trap, Some(kind)) => Outcome::Trap(kind),
        (Status::Host, _) => Outcome::Host,
        (Status::OutOfFuel, _) => Outcome::OutOfFuel,
        _ => panic!("{:?}: {error}", error.status),
    }
}

fn define(arena: &Arena, name: &str, ty: &ExternType, calls: &Arc<Mutex<Vec<u64>>>) -> Handle {
    match ty {
        ExternType::Func(ty) => {
            let (name, kinds, params) = (name.to_owned(), ty.results.clone(), ty.params.clone());
            let calls = calls.clone();
            let body = move |_: &CallInfo<'_>, slots: &mut [Slot]| {
                let given = params.iter().zip(&*slots).map(|(kind, slot)| match kind {
                    ValueKind::I32 | ValueKind::F32 => u64::from(slot.0[0] as u32),
                    _ => slot.0[0],
                });
                let given: Vec<u64> = given.collect();
                calls.lock().expect("no panic").extend_from_slice(&given);
                if name == "refuse" && given[0] % 2 == 1 {
                    return Err(Error::new(Status::Host, "refused"));
                }
                for (slot, word) in slots.iter_mut().zip(host_results(&kinds, &given)) {
                    *slot = Slot([word, 0]);
                }
                Ok(())
            };
            arena.new_func(ty.clone(), Box::new(Host(Box::new(body)))).unwrap()
        }
        ExternType::Global(ty) => arena.new_global(*ty, Slot([seed_global(ty.kind), 0])).unwrap(),
        ExternType::Table { element, limits } => arena.new_table(*element, *limits, 0).unwrap(),
        ExternType::Memory { limits, shared } => arena.new_memory(*limits, *shared).unwrap(),
        ExternType::Tag(_) => unreachable!("the host gives no tags"),
    }
}

impl Runner {
    fn new(engine: &Engine, module: &Module) -> std::result::Result<Self, Outcome> {
        let arena = Owned::new(engine);
        let calls = Arc::new(Mutex::new(Vec::new()));
        let mut defined = HashMap::new();
        let mut imports = Vec::new();
        for import in module.imports() {
            let make = || define(&arena, &import.name, &import.ty, &calls);
            imports.push(*defined.entry(import.name.clone()).or_insert_with(make));
        }
        match arena.instantiate(module, &imports, 0) {
            Ok(instance) => Ok(Self { arena, instance, calls }),
            Err(error) => Err(failed(&error)),
        }
    }

    fn export(&self, name: &str) -> Handle {
        self.arena.export_by_name(self.instance, name).unwrap().1
    }

    fn call(&self, ty: &FuncType, name: &str, arguments: &[u128]) -> Outcome {
        let mut slots = vec![Slot::default(); ty.params.len().max(ty.results.len())];
        for (slot, bits) in slots.iter_mut().zip(arguments) {
            *slot = Slot([*bits as u64, (*bits >> 64) as u64]);
        }
        // SAFETY: as many slots as the type says.
        let outcome =
            unsafe { self.arena.call(self.export(name), slots.as_mut_ptr(), slots.len(), 0) };
        match outcome {
            Ok(()) => Outcome::Values(
                ty.results.iter().zip(&slots).map(|(kind, slot)| bits(*kind, *slot)).collect(),
            ),
            Err(error) => failed(&error),
        }
    }

    fn observe(&self, exports: &[(String, ExternType)]) -> Observed {
        let calls = self.calls.lock().expect("no panic").clone();
        let mut seen = Observed { calls, ..Observed::default() };
        for (name, ty) in exports {
            let handle = self.export(name);
            match ty {
                ExternType::Global(ty) => {
                    seen.global(bits(ty.kind, self.arena.global_get(handle).unwrap()));
                }
                ExternType::Memory { .. } => {
                    let size = self.arena.memory_size(handle).unwrap() as usize * 65536;
                    let mut bytes = vec![0; size];
                    self.arena.memory_read(handle, 0, &mut bytes).unwrap();
                    seen.memory(&bytes);
                }
                ExternType::Table { .. } => {
                    let size = self.arena.table_size(handle).unwrap();
                    let is_there = |at| self.arena.table_get(handle, at).unwrap() != 0;
                    seen.table((0..size).map(is_there).collect());
                }
                _ => {}
            }
        }
        seen
    }
}

fn bits(kind: ValueKind, slot: Slot) -> u128 {
    match kind {
        ValueKind::I32 | ValueKind::F32 => u128::from(slot.0[0] as u32),
        ValueKind::I64 | ValueKind::F64 => u128::from(slot.0[0]),
        ValueKind::V128 => u128::from(slot.0[0]) | u128::from(slot.0[1]) << 64,
        ValueKind::ExternRef | ValueKind::FuncRef => u128::from(slot.0[0] != 0),
    }
}

fn engine(compiler: Compiler, fuel: u64) -> Engine {
    let mut config = Config::default();
    config.set_compiler(compiler).unwrap();
    for name in ["tail-call", "multi-memory", "extended-const", "wide-arithmetic"] {
        config.set_feature(name, true).unwrap();
    }
    config.set_metering(Metering::fuel(fuel, &[]).unwrap());
    Engine::new(config)
}

/// An argument, often one at which things change.
fn argument(kind: ValueKind, u: &mut Unstructured<'_>) -> u128 {
    let word: u64 = match u.int_in_range(0..=11).unwrap_or(0) {
        0 => 0,
        1 => 1,
        2 => u64::MAX,
        3 => 1 << 31,
        4 => 1 << 63,
        5 => 65536,
        6 => f64::MAX.to_bits(),
        7 => u64::from((-0.5f32).to_bits()),
        8 => 2f64.powi(31).to_bits(),
        9 => u64::from(u.arbitrary::<u8>().unwrap_or(0)),
        _ => u.arbitrary().unwrap_or(7),
    };
    match kind {
        ValueKind::I32 => u128::from(word as u32),
        ValueKind::F32 => {
            let value = f32::from_bits(word as u32);
            if value.is_nan() { 0x3f80_0000 } else { u128::from(value.to_bits()) }
        }
        ValueKind::F64 if f64::from_bits(word).is_nan() => u128::from(1f64.to_bits()),
        ValueKind::V128 => u128::from(word) << 64 | u128::from(word.rotate_left(7)),
        ValueKind::ExternRef | ValueKind::FuncRef => 0,
        _ => u128::from(word),
    }
}

const PLENTY: u64 = 1 << 40;

/// Compares the module that the input makes.
pub fn run(data: &[u8]) {
    let mut u = Unstructured::new(data);
    let fuel = match u.ratio(1, 4) {
        Ok(true) => u.int_in_range(0..=4000).unwrap_or(0),
        _ => PLENTY,
    };
    if let Ok(wasm) = smith::ending(&mut u) {
        compare(&wasm, fuel, &mut u);
    }
}

/// A module of its own, in text or binary, without an end of fuel.
pub fn run_module(wasm: &[u8]) {
    let wasm = source::wat2wasm(wasm).expect("the module is valid");
    compare(&wasm, PLENTY, &mut Unstructured::new(&[3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]));
}

/// Whether two of ours ended alike. Frames are of different sizes, so what runs over one stack may
/// fit on another: then nothing more can be compared.
fn alike(one: &Outcome, two: &Outcome, what: &str) -> bool {
    let overflow = Outcome::Trap(TrapKind::StackOverflow);
    if *one == overflow || *two == overflow {
        return false;
    }
    assert_eq!(one, two, "{what}");
    true
}

fn compare(wasm: &[u8], fuel: u64, u: &mut Unstructured<'_>) {
    if let Ok(path) = std::env::var("FUZZ_WASM") {
        std::fs::write(path, wasm).expect("FUZZ_WASM is a path that can be written");
    }
    let engines = [Compiler::Cranelift, Compiler::Singlepass].map(|it| engine(it, fuel));
    let modules = engines.each_ref().map(|engine| match Module::new(engine, wasm) {
        Ok(module) => Some(module),
        // A part of a proposal that a compiler lacks.
        Err(error) if error.status == Status::Unsupported => None,
        Err(error) => panic!("{}: {:?}: {error}", engine.compiler(), error.status),
    });
    let [Some(cranelift), Some(singlepass)] = &modules else { return };
    let exports: Vec<(String, ExternType)> =
        cranelift.exports().iter().map(|export| (export.name.clone(), export.ty.clone())).collect();
    let one = Runner::new(&engines[0], cranelift);
    let two = Runner::new(&engines[1], singlepass);
    let peer = Peer::new(wasm);
    let (one, two) = match (one, two) {
        (Ok(one), Ok(two)) => (one, two),
        (one, two) => {
            let ends = [one.err(), two.err()].map(|end| end.unwrap_or(Outcome::Values(Vec::new())));
            if alike(&ends[0], &ends[1], "instantiation on cranelift and singlepass")
                && ends[0] != Outcome::OutOfFuel
                && let Some(peer) = peer
            {
                let end = peer.err().expect("instantiation fails on ours and not on wasmi");
                let is_trap = matches!(ends[0], Outcome::Trap(_));
                assert!(
                    end == ends[0] || end == Outcome::Unlinked && is_trap,
                    "instantiation: {ends:?}, wasmi {end:?}"
                );
            }
            return;
        }
    };
    let mut peer = match peer {
        Some(Ok(peer)) => Some(peer),
        Some(Err(Outcome::Trap(TrapKind::StackOverflow))) | None => None,
        Some(Err(end)) => panic!("instantiation fails on wasmi only: {end:?}"),
    };
    let check = |peer: &Option<Peer>, what: &str| {
        let (first, second) = (one.observe(&exports), two.observe(&exports));
        first.same(&second, &format!("{what}, cranelift and singlepass"));
        if let Some(peer) = peer {
            first.same(&peer.observe(&exports), &format!("{what}, cranelift and wasmi"));
        }
        let points = [&one, &two].map(|it| it.arena.points(it.instance).unwrap().remaining);
        assert_eq!(points[0], points[1], "{what}: fuel");
    };
    check(&peer, "after instantiation");
    for (name, ty) in exports.iter().take(12) {
        let ExternType::Func(ty) = ty else { continue };
        for _ in 0..2 {
            let given: Vec<u128> = ty.params.iter().map(|kind| argument(*kind, u)).collect();
            let what = format!("{name:?} of {given:x?}");
            let first = one.call(ty, name, &given);
            let second = two.call(ty, name, &given);
            if !alike(&first, &second, &format!("{what}, cranelift and singlepass")) {
                return;
            }
            if first == Outcome::OutOfFuel {
                peer = None;
            }
            if let Some(peer) = &mut peer {
                let third = peer.call(name, &given);
                if !alike(&first, &third, &format!("{what}, cranelift and wasmi")) {
                    return;
                }
            }
            check(&peer, &what);
        }
    }
}
