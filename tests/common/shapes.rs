//! Function shapes: lists of kinds, and values that tell a wrong argument from a right one.

use super::Owned;
use std::fmt::Write;
use wasmer::runtime::*;

pub const KINDS: [ValueKind; 7] = [
    ValueKind::I32,
    ValueKind::I64,
    ValueKind::F32,
    ValueKind::F64,
    ValueKind::ExternRef,
    ValueKind::FuncRef,
    // Last, because Singlepass lacks it.
    ValueKind::V128,
];

/// Whether a parameter is a floating-point number.
pub fn takes_floats(ty: &FuncType) -> bool {
    ty.params.iter().any(|kind| matches!(kind, ValueKind::F32 | ValueKind::F64))
}

pub fn has_vectors(ty: &FuncType) -> bool {
    ty.params.iter().chain(&ty.results).any(|&kind| kind == ValueKind::V128)
}

/// `(param i32 f64) (result i64)`, as WebAssembly text has it.
pub fn text(ty: &FuncType) -> String {
    let mut text = String::new();
    for (word, kinds) in [("param", &ty.params), ("result", &ty.results)] {
        for kind in kinds {
            let _ = write!(text, " ({word} {kind})");
        }
    }
    text
}

pub fn get_all(ty: &FuncType) -> String {
    (0..ty.params.len()).map(|place| format!(" local.get {place}")).collect()
}

/// Each list of `len` of the kinds.
pub fn lists(kinds: &[ValueKind], len: usize) -> Vec<Vec<ValueKind>> {
    let mut lists = vec![Vec::new()];
    for _ in 0..len {
        lists = lists
            .iter()
            .flat_map(|list| kinds.iter().map(move |&kind| [list.as_slice(), &[kind]].concat()))
            .collect();
    }
    lists
}

fn hash(seed: u64) -> u64 {
    // splitmix64
    let mut word = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// Makes values of each kind. Numbers use all bits; references are a few of one arena, or null.
pub struct Values {
    externs: Vec<Handle>,
    funcs: Vec<Handle>,
}

impl Values {
    pub fn new(arena: &Owned, funcs: &[Handle]) -> Self {
        let externs = (0..13).map(|data| arena.new_extern(data).unwrap());
        Self { externs: externs.chain([0]).collect(), funcs: funcs.to_vec() }
    }

    /// Values whose references are null.
    pub fn numbers() -> Self {
        Self { externs: vec![0], funcs: vec![0] }
    }

    pub fn slot(&self, kind: ValueKind, seed: u64) -> Slot {
        let word = hash(seed);
        Slot(match kind {
            ValueKind::I32 | ValueKind::F32 => [word >> 32, 0],
            ValueKind::I64 | ValueKind::F64 => [word, 0],
            ValueKind::V128 => [word, hash(!seed)],
            ValueKind::ExternRef => [self.externs[word as usize % self.externs.len()], 0],
            ValueKind::FuncRef => [self.funcs[word as usize % self.funcs.len()], 0],
        })
    }

    /// The values of a list, as words.
    pub fn words(&self, kinds: &[ValueKind], seed: u64) -> Vec<u64> {
        let mut words = Vec::new();
        for (place, &kind) in kinds.iter().enumerate() {
            words.extend_from_slice(&self.slot(kind, seed + place as u64).0[..kind.words()]);
        }
        words
    }

    /// What is wrong with slots that should hold the values of a list.
    pub fn wrong(&self, kinds: &[ValueKind], seed: u64, slots: &[Slot]) -> Option<String> {
        kinds.iter().zip(slots).enumerate().find_map(|(place, (&kind, found))| {
            let wanted = self.slot(kind, seed + place as u64);
            // The rest of a slot is anything.
            let found = Slot(match kind {
                ValueKind::I32 | ValueKind::F32 => [found.0[0] & 0xffff_ffff, 0],
                ValueKind::V128 => found.0,
                _ => [found.0[0], 0],
            });
            (found != wanted).then(|| format!("{kind} {place}: {found:x?} instead of {wanted:x?}"))
        })
    }
}
