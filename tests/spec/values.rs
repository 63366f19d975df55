//! Arguments and expected results of scripts, as the words that a call takes.

use crate::engine::{Result, Store};
use wasmer::runtime::ValueKind;
use wast::core::{HeapType, NanPattern, V128Pattern, WastArgCore, WastRetCore};
use wast::token::{F32, F64};
use wast::{WastArg, WastRet};

/// The words of an argument: one, or two for a v128. None for what no value kind holds.
pub fn argument(store: Store, argument: &WastArg<'_>) -> Result<Option<Vec<u64>>> {
    let WastArg::Core(core) = argument else { return Ok(None) };
    Ok(Some(match core {
        WastArgCore::I32(value) => vec![u64::from(*value as u32)],
        WastArgCore::I64(value) => vec![*value as u64],
        WastArgCore::F32(value) => vec![u64::from(value.bits)],
        WastArgCore::F64(value) => vec![value.bits],
        WastArgCore::V128(value) => {
            let bytes = value.to_le_bytes();
            let (low, high) = bytes.split_at(8);
            [low, high].map(|half| u64::from_le_bytes(half.try_into().unwrap())).to_vec()
        }
        WastArgCore::RefNull(ty) if is_known(ty) => vec![0],
        WastArgCore::RefExtern(data) => vec![store.new_externref((*data).into())?],
        _ => return Ok(None),
    }))
}

fn is_known(ty: &HeapType<'_>) -> bool {
    use wast::core::AbstractHeapType::{Extern, Func, NoExtern, NoFunc};
    matches!(ty, HeapType::Abstract { shared: false, ty: Func | Extern | NoFunc | NoExtern })
}

/// Whether results are as expected; else what differs.
pub fn compare(
    store: Store,
    kinds: &[ValueKind],
    words: &[u64],
    expected: &[WastRet<'_>],
) -> std::result::Result<(), String> {
    if kinds.len() != expected.len() {
        return Err(format!("{} results, {} expected", kinds.len(), expected.len()));
    }
    let mut place = 0;
    for (number, (&kind, expected)) in kinds.iter().zip(expected).enumerate() {
        let value = [words[place], if kind.words() == 2 { words[place + 1] } else { 0 }];
        place += kind.words();
        let WastRet::Core(pattern) = expected else {
            return Err("a component's value is expected".to_owned());
        };
        if !fits(store, kind, value, pattern) {
            return Err(format!(
                "result {number}: {kind:?} {:#x} {:#x}, expected {pattern:?}",
                value[0], value[1]
            ));
        }
    }
    Ok(())
}

fn fits(store: Store, kind: ValueKind, value: [u64; 2], pattern: &WastRetCore<'_>) -> bool {
    match (pattern, kind) {
        (WastRetCore::Either(patterns), _) => {
            patterns.iter().any(|pattern| fits(store, kind, value, pattern))
        }
        (WastRetCore::I32(wanted), ValueKind::I32) => value[0] as u32 == *wanted as u32,
        (WastRetCore::I64(wanted), ValueKind::I64) => value[0] == *wanted as u64,
        (WastRetCore::F32(wanted), ValueKind::F32) => f32_fits(value[0] as u32, wanted),
        (WastRetCore::F64(wanted), ValueKind::F64) => f64_fits(value[0], wanted),
        (WastRetCore::V128(wanted), ValueKind::V128) => v128_fits(value, wanted),
        (WastRetCore::RefNull(_), ValueKind::FuncRef | ValueKind::ExternRef) => value[0] == 0,
        (WastRetCore::RefFunc(_), ValueKind::FuncRef) => value[0] != 0,
        (WastRetCore::RefExtern(wanted), ValueKind::ExternRef) => {
            value[0] != 0
                && wanted.is_none_or(|wanted| {
                    store.externref_data(value[0]).is_ok_and(|data| data == u64::from(wanted))
                })
        }
        _ => false,
    }
}

fn f32_fits(bits: u32, pattern: &NanPattern<F32>) -> bool {
    match pattern {
        NanPattern::CanonicalNan => bits & 0x7fff_ffff == 0x7fc0_0000,
        NanPattern::ArithmeticNan => bits & 0x7fc0_0000 == 0x7fc0_0000,
        NanPattern::Value(value) => bits == value.bits,
    }
}

fn f64_fits(bits: u64, pattern: &NanPattern<F64>) -> bool {
    const QUIET: u64 = 0x7ff8_0000_0000_0000;
    match pattern {
        NanPattern::CanonicalNan => bits & (u64::MAX >> 1) == QUIET,
        NanPattern::ArithmeticNan => bits & QUIET == QUIET,
        NanPattern::Value(value) => bits == value.bits,
    }
}

fn v128_fits(value: [u64; 2], pattern: &V128Pattern) -> bool {
    /// The lanes of a vector, lowest first.
    fn lanes<const N: usize>(value: [u64; 2]) -> [u64; N] {
        let whole = u128::from(value[0]) | u128::from(value[1]) << 64;
        let bits = 128 / N;
        std::array::from_fn(|lane| (whole >> (lane * bits)) as u64 & (u64::MAX >> (64 - bits)))
    }
    match pattern {
        V128Pattern::I8x16(wanted) => lanes::<16>(value) == wanted.map(|lane| lane as u8 as u64),
        V128Pattern::I16x8(wanted) => lanes::<8>(value) == wanted.map(|lane| lane as u16 as u64),
        V128Pattern::I32x4(wanted) => lanes::<4>(value) == wanted.map(|lane| lane as u32 as u64),
        V128Pattern::I64x2(wanted) => lanes::<2>(value) == wanted.map(|lane| lane as u64),
        V128Pattern::F32x4(wanted) => {
            lanes::<4>(value).into_iter().zip(wanted).all(|(lane, to)| f32_fits(lane as u32, to))
        }
        V128Pattern::F64x2(wanted) => {
            lanes::<2>(value).into_iter().zip(wanted).all(|(lane, to)| f64_fits(lane, to))
        }
    }
}
