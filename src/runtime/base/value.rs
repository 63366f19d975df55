//! Value kinds, the slots values travel in, and the types of what a module imports and exports.

use super::error::{Error, Result, Status};
use super::text;
use std::fmt;
use std::mem::MaybeUninit;
use wasmer_types::MemoryType;

/// The kind of a value. The numbers are those of `wasm_valkind_t` in the standard C API, where it
/// has them; `v128` has none there and is 4 here.
#[repr(u8)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ValueKind {
    I32 = 0,
    I64 = 1,
    F32 = 2,
    F64 = 3,
    V128 = 4,
    ExternRef = 128,
    FuncRef = 129,
}

impl ValueKind {
    pub fn from_u8(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::I32,
            1 => Self::I64,
            2 => Self::F32,
            3 => Self::F64,
            4 => Self::V128,
            128 => Self::ExternRef,
            129 => Self::FuncRef,
            _ => return None,
        })
    }

    pub fn is_reference(self) -> bool {
        matches!(self, Self::ExternRef | Self::FuncRef)
    }

    /// 64-bit words that a value of this kind takes in the word form of a call: two for `v128`.
    pub fn words(self) -> usize {
        if self == Self::V128 { 2 } else { 1 }
    }

    /// None for `exnref`, which does not leave wasm.
    pub(crate) fn from_wasmer(ty: wasmer_types::Type) -> Option<Self> {
        use wasmer_types::Type;
        Some(match ty {
            Type::I32 => Self::I32,
            Type::I64 => Self::I64,
            Type::F32 => Self::F32,
            Type::F64 => Self::F64,
            Type::V128 => Self::V128,
            Type::ExternRef => Self::ExternRef,
            Type::FuncRef => Self::FuncRef,
            Type::ExceptionRef => return None,
        })
    }

    pub(crate) fn to_wasmer(self) -> wasmer_types::Type {
        use wasmer_types::Type;
        match self {
            Self::I32 => Type::I32,
            Self::I64 => Type::I64,
            Self::F32 => Type::F32,
            Self::F64 => Type::F64,
            Self::V128 => Type::V128,
            Self::ExternRef => Type::ExternRef,
            Self::FuncRef => Type::FuncRef,
        }
    }
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::V128 => "v128",
            Self::ExternRef => "externref",
            Self::FuncRef => "funcref",
        })
    }
}

/// One value as compiled code reads and writes it: wasmer's own layout, so that nothing is
/// converted on the way. Narrow kinds use the low bytes; a reference is a [`super::Handle`].
#[repr(C, align(16))]
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Slot(pub [u64; 2]);

const _: () = assert!(size_of::<Slot>() == size_of::<wasmer_types::RawValue>());
const _: () = assert!(align_of::<Slot>() >= align_of::<wasmer_types::RawValue>());

/// A function type.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FuncType {
    pub params: Box<[ValueKind]>,
    pub results: Box<[ValueKind]>,
}

impl FuncType {
    /// Parameters and results that a type can have, of each.
    pub(crate) const MOST: usize = 1000;

    pub fn new(params: &[ValueKind], results: &[ValueKind]) -> Self {
        Self { params: params.into(), results: results.into() }
    }

    pub(crate) fn from_wasmer(ty: &wasmer_types::FunctionType) -> Option<Self> {
        Some(Self {
            params: kinds_from_wasmer(ty.params())?,
            results: kinds_from_wasmer(ty.results())?,
        })
    }

    pub(crate) fn to_wasmer(&self) -> wasmer_types::FunctionType {
        let kinds =
            |list: &[ValueKind]| list.iter().map(|kind| kind.to_wasmer()).collect::<Vec<_>>();
        wasmer_types::FunctionType::new(kinds(&self.params), kinds(&self.results))
    }

    fn all(&self) -> impl Iterator<Item = ValueKind> + '_ {
        self.params.iter().chain(self.results.iter()).copied()
    }

    /// True if a parameter travels in a floating-point or vector register, where the system's calling
    /// convention is followed.
    pub(crate) fn takes_floats(&self) -> bool {
        let mut params = self.params.iter();
        params.any(|k| matches!(k, ValueKind::F32 | ValueKind::F64 | ValueKind::V128))
    }
}

fn kinds_from_wasmer(kinds: &[wasmer_types::Type]) -> Option<Box<[ValueKind]>> {
    kinds.iter().map(|&ty| ValueKind::from_wasmer(ty)).collect()
}

fn list(f: &mut fmt::Formatter<'_>, kinds: &[ValueKind]) -> fmt::Result {
    write!(f, "({})", text::list(kinds, ", "))
}

impl fmt::Display for FuncType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("func")?;
        list(f, &self.params)?;
        f.write_str(" -> ")?;
        list(f, &self.results)
    }
}

/// A function type with what a call needs to know about it, worked out once.
#[derive(Debug)]
pub struct Signature {
    pub ty: FuncType,
    /// Slots a call needs: the larger of the number of parameters and of results.
    pub slots: usize,
    /// Words a call needs in word form: as `slots`, but counting two for `v128`.
    pub words: usize,
    /// True if a parameter or result is a reference, which is translated at the boundary.
    pub references: bool,
}

impl Signature {
    pub fn new(ty: FuncType) -> Self {
        let words = |kinds: &[ValueKind]| kinds.iter().map(|kind| kind.words()).sum::<usize>();
        let references = ty.all().any(ValueKind::is_reference);
        let slots = ty.params.len().max(ty.results.len());
        let words = words(&ty.params).max(words(&ty.results));
        Self { ty, slots, words, references }
    }

    /// A call with too much or too little of something.
    #[cold]
    pub fn miscounted(&self, what: &str, wanted: usize, found: usize) -> Error {
        Error::new(
            Status::InvalidArgument,
            format!("call of {}: {wanted} {what} expected, {found} given", self.ty),
        )
    }
}

/// Limits of a memory (in pages of 65,536 bytes) or of a table (in elements).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    pub minimum: u32,
    pub maximum: Option<u32>,
}

impl Limits {
    pub fn check(self, what: &str) -> Result<Self> {
        match self.maximum {
            Some(maximum) if maximum < self.minimum => Err(Error::new(
                Status::InvalidArgument,
                format!("{what}: minimum {} is greater than maximum {maximum}", self.minimum),
            )),
            _ => Ok(self),
        }
    }

    /// The type of a memory that has these.
    pub fn memory_type(self, shared: bool) -> Result<MemoryType> {
        const MOST_PAGES: u32 = 65_536;
        let invalid = |message: &str| Err(Error::new(Status::InvalidArgument, message));
        self.check("memory")?;
        if self.minimum > MOST_PAGES || self.maximum.is_some_and(|most| most > MOST_PAGES) {
            return invalid("memory: a memory has 65536 pages at most");
        }
        if shared && self.maximum.is_none() {
            return invalid("memory: a shared memory needs a maximum");
        }
        Ok(MemoryType::new(self.minimum, self.maximum, shared))
    }
}

impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.maximum {
            Some(maximum) => write!(f, "{}..{maximum}", self.minimum),
            None => write!(f, "{}..", self.minimum),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GlobalType {
    pub kind: ValueKind,
    pub mutable: bool,
}

/// The type of an import, an export, or of an object in an arena.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExternType {
    Func(FuncType),
    Global(GlobalType),
    Table {
        element: ValueKind,
        limits: Limits,
    },
    Memory {
        limits: Limits,
        shared: bool,
    },
    /// An exception's payload is the parameters of the type; it has no results.
    Tag(FuncType),
}

impl ExternType {
    /// None where the type holds `exnref`, which the host cannot handle.
    pub(crate) fn from_wasmer(ty: &wasmer_types::ExternType) -> Option<Self> {
        use wasmer_types::{ExternType as Wasmer, Mutability};
        Some(match ty {
            Wasmer::Function(ty) => Self::Func(FuncType::from_wasmer(ty)?),
            Wasmer::Global(ty) => Self::Global(GlobalType {
                kind: ValueKind::from_wasmer(ty.ty)?,
                mutable: ty.mutability == Mutability::Var,
            }),
            Wasmer::Table(ty) => Self::Table {
                element: ValueKind::from_wasmer(ty.ty)?,
                limits: Limits { minimum: ty.minimum, maximum: declared(ty).maximum },
            },
            Wasmer::Memory(ty) => Self::Memory {
                limits: Limits { minimum: ty.minimum.0, maximum: ty.maximum.map(|pages| pages.0) },
                shared: ty.shared,
            },
            Wasmer::Tag(ty) => Self::Tag(FuncType {
                params: kinds_from_wasmer(&ty.params)?,
                results: Box::default(),
            }),
        })
    }
}

impl fmt::Display for ExternType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Func(ty) => ty.fmt(f),
            Self::Global(ty) => {
                write!(f, "global {}{}", if ty.mutable { "mut " } else { "" }, ty.kind)
            }
            Self::Table { element, limits } => write!(f, "table {element} {limits} elements"),
            Self::Memory { limits, shared } => {
                write!(f, "{}memory {limits} pages", if *shared { "shared " } else { "" })
            }
            Self::Tag(ty) => {
                f.write_str("tag")?;
                list(f, &ty.params)
            }
        }
    }
}

/// Slots that fit a small call live on the stack.
const INLINE_SLOTS: usize = 16;

/// Lends `count` slots, of which the first are written by `fill`, which says how many. The others are
/// zeros.
#[inline]
pub fn with_slots<R>(
    count: usize,
    fill: impl FnOnce(*mut Slot) -> Result<usize>,
    work: impl FnOnce(*mut Slot) -> Result<R>,
) -> Result<R> {
    if count <= INLINE_SLOTS {
        let mut slots = [const { MaybeUninit::<Slot>::uninit() }; INLINE_SLOTS];
        let filled = fill(slots.as_mut_ptr().cast())?;
        for slot in slots.iter_mut().take(count).skip(filled) {
            slot.write(Slot::default());
        }
        work(slots.as_mut_ptr().cast())
    } else {
        let mut slots = vec![Slot::default(); count];
        fill(slots.as_mut_ptr())?;
        work(slots.as_mut_ptr())
    }
}

/// Spreads words over slots, and gives how many were written.
///
/// # Safety
/// `slots` holds a slot for each kind, and `words` the words that the kinds take.
#[inline]
pub unsafe fn words_to_slots(
    kinds: &[ValueKind],
    mut words: *const u64,
    slots: *mut Slot,
) -> usize {
    for (place, &kind) in kinds.iter().enumerate() {
        // SAFETY: within what the caller vouches for.
        unsafe {
            let high = if kind == ValueKind::V128 { *words.add(1) } else { 0 };
            *slots.add(place) = Slot([*words, high]);
            words = words.add(kind.words());
        }
    }
    kinds.len()
}

/// Packs slots into words. Narrow values are extended by zeros: compiled code leaves the rest of
/// their slot as it was.
///
/// # Safety
/// As for `words_to_slots`.
#[inline]
pub unsafe fn slots_to_words(kinds: &[ValueKind], slots: *const Slot, mut words: *mut u64) {
    for (place, &kind) in kinds.iter().enumerate() {
        // SAFETY: within what the caller vouches for.
        unsafe {
            // Read as narrow as it was written: a wider read would have to wait for the write.
            let slot = slots.add(place);
            *words = match kind {
                ValueKind::I32 | ValueKind::F32 => u64::from(slot.cast::<u32>().read()),
                _ => slot.cast::<u64>().read(),
            };
            if kind == ValueKind::V128 {
                *words.add(1) = slot.cast::<u64>().add(1).read();
            }
            words = words.add(kind.words());
        }
    }
}

/// The limits that a module declared for a table, from those that it was compiled with (see `fixed_tables`).
pub fn declared(ty: &wasmer_types::TableType) -> wasmer_types::TableType {
    let marked = ty.maximum.is_some_and(|maximum| maximum < ty.minimum);
    wasmer_types::TableType { maximum: if marked { Some(ty.minimum) } else { ty.maximum }, ..*ty }
}
