//! Types of what modules import and export, as plain data.

use super::bytes::libwasmer_view_t;
use crate::runtime::{ExternType, FuncType, Limits};

/// What can be imported or exported. The numbers are those of `wasm_externkind_t`.
#[repr(u8)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum libwasmer_externkind_t {
    Func = 0,
    Global = 1,
    Table = 2,
    Memory = 3,
    Tag = 4,
}

/// The type of an import, an export or an object. Which members have a meaning depends on `kind`;
/// the others are 0. The kinds of values (`libwasmer_valuekind_t`, one byte each) that `params` and
/// `results` point to live as long as the module or arena that was asked.
#[repr(C)]
pub struct libwasmer_externtype_t {
    pub kind: libwasmer_externkind_t,
    /// Of a global its kind of value, of a table that of its elements.
    pub value: u8,
    /// Of a global.
    pub is_mutable: bool,
    /// Of a memory.
    pub is_shared: bool,
    /// Of a table or memory: whether `maximum` is set.
    pub has_maximum: bool,
    /// Of a table in elements, of a memory in pages of 65,536 bytes.
    pub minimum: u32,
    pub maximum: u32,
    /// Of a function; of a tag the payload, which has no results.
    pub params: *const u8,
    pub param_count: usize,
    pub results: *const u8,
    pub result_count: usize,
}

/// An import or export of a module. The views live as long as the module.
#[repr(C)]
pub struct libwasmer_item_t {
    /// The module that an import is to come from; empty for an export.
    pub module: libwasmer_view_t,
    pub name: libwasmer_view_t,
    pub ty: libwasmer_externtype_t,
}

impl libwasmer_externtype_t {
    pub(super) const EMPTY: Self = Self {
        kind: libwasmer_externkind_t::Tag,
        value: 0,
        is_mutable: false,
        is_shared: false,
        has_maximum: false,
        minimum: 0,
        maximum: 0,
        params: std::ptr::null(),
        param_count: 0,
        results: std::ptr::null(),
        result_count: 0,
    };

    pub(super) fn of_func(ty: &FuncType) -> Self {
        Self {
            kind: libwasmer_externkind_t::Func,
            params: ty.params.as_ptr().cast(),
            param_count: ty.params.len(),
            results: ty.results.as_ptr().cast(),
            result_count: ty.results.len(),
            ..Self::EMPTY
        }
    }

    fn limited(kind: libwasmer_externkind_t, limits: Limits) -> Self {
        Self {
            kind,
            has_maximum: limits.maximum.is_some(),
            minimum: limits.minimum,
            maximum: limits.maximum.unwrap_or(0),
            ..Self::EMPTY
        }
    }

    pub(super) fn of(ty: &ExternType) -> Self {
        use libwasmer_externkind_t as Kind;
        match ty {
            ExternType::Func(ty) => Self::of_func(ty),
            ExternType::Global(ty) => Self {
                kind: Kind::Global,
                value: ty.kind as u8,
                is_mutable: ty.mutable,
                ..Self::EMPTY
            },
            ExternType::Table { element, limits } => {
                Self { value: *element as u8, ..Self::limited(Kind::Table, *limits) }
            }
            ExternType::Memory { limits, shared } => {
                Self { is_shared: *shared, ..Self::limited(Kind::Memory, *limits) }
            }
            ExternType::Tag(ty) => Self { kind: Kind::Tag, ..Self::of_func(ty) },
        }
    }
}
