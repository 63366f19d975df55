//! The compilers that there are.

use std::fmt;

/// The compilers of wasmer. The numbers are those of `wasmer_compiler_t` and of wasmer-go.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Compiler {
    /// Good code at a good compile time: the default.
    Cranelift = 0,
    /// The fastest code, slow to compile. In libraries built with the feature `llvm`.
    Llvm = 1,
    /// Compiles in one pass, and makes slower code.
    Singlepass = 2,
}

impl Compiler {
    pub const ALL: [Self; 3] = [Self::Cranelift, Self::Llvm, Self::Singlepass];

    pub fn from_u32(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|&compiler| compiler as u32 == number)
    }

    /// True if this library was built with the compiler.
    pub fn is_available(self) -> bool {
        match self {
            Self::Cranelift => cfg!(feature = "cranelift"),
            Self::Llvm => cfg!(feature = "llvm"),
            Self::Singlepass => cfg!(feature = "singlepass"),
        }
    }
}

impl fmt::Display for Compiler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cranelift => "cranelift",
            Self::Llvm => "llvm",
            Self::Singlepass => "singlepass",
        })
    }
}
