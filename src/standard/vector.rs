//! Vectors: an array of the C heap with its size. Their memory comes from `calloc` and goes to
//! `free`, so that a program may shorten a vector, or give one whose data it allocated itself.

use super::fill;
use crate::ffi;
use crate::runtime::{Error, Result, Status};
use std::ptr::null_mut;

/// `wasm_X_vec_t`.
#[repr(C)]
pub struct Vector<T> {
    pub size: usize,
    pub data: *mut T,
}

/// What vectors are made of: bytes, values, or pointers to objects that the vector owns. Zero bytes
/// are an empty element.
pub trait Element: Sized {
    /// Another owner of the same.
    ///
    /// # Safety
    /// The element is what the type says, or zeros.
    unsafe fn copy(&self) -> Result<Self>;

    /// Gives up what the element owns.
    ///
    /// # Safety
    /// As for `copy`, and it is not used again.
    unsafe fn delete(self);
}

/// An object in a box of its own, which C has by a pointer.
pub trait Boxed: Sized {
    /// What messages call it.
    const NOUN: &'static str;

    /// Another one like it.
    ///
    /// # Safety
    /// The vectors in it hold what their types say.
    unsafe fn twin(&self) -> Result<Self>;
}

/// Another object like the one behind a pointer of the caller's.
///
/// # Safety
/// NULL or an object.
pub unsafe fn twin<T: Boxed>(pointer: *const T) -> Result<*mut T> {
    // SAFETY: passed on.
    Ok(Box::into_raw(Box::new(unsafe { ffi::borrow(pointer, T::NOUN)?.twin()? })))
}

impl<T: Boxed> Element for *mut T {
    unsafe fn copy(&self) -> Result<Self> {
        if self.is_null() {
            return Ok(null_mut());
        }
        // SAFETY: passed on.
        unsafe { twin(*self) }
    }
    unsafe fn delete(self) {
        // SAFETY: passed on.
        drop(unsafe { ffi::owned(self) });
    }
}

impl<T> Vector<T> {
    pub const EMPTY: Self = Self { size: 0, data: null_mut() };

    /// A vector of zeros.
    pub fn zeros(size: usize) -> Result<Self> {
        if size == 0 {
            return Ok(Self::EMPTY);
        }
        let data: *mut T = if size > isize::MAX as usize / size_of::<T>() {
            null_mut()
        } else {
            // SAFETY: gives memory of zeros, or NULL.
            unsafe { libc::calloc(size, size_of::<T>()) }.cast()
        };
        if data.is_null() {
            return Err(Error::new(
                Status::OutOfMemory,
                format!("vector: no memory for {size} elements of {} bytes", size_of::<T>()),
            ));
        }
        Ok(Self { size, data })
    }

    /// The elements of a vector of the caller's.
    ///
    /// # Safety
    /// `data` is NULL or points to `size` elements, which live as long as they are used.
    pub unsafe fn elements<'a>(&self, name: &str) -> Result<&'a [T]> {
        // SAFETY: passed on.
        unsafe { ffi::slice(self.data, self.size, name) }
    }

    /// Gives up the memory, not what the elements own.
    ///
    /// # Safety
    /// The memory is this vector's and is not used again.
    pub unsafe fn free(&mut self) {
        // SAFETY: from calloc or the caller's malloc, or NULL.
        unsafe { libc::free(self.data.cast()) };
        *self = Self::EMPTY;
    }
}

impl<T: Element> Vector<T> {
    pub fn from_elements(elements: Vec<T>) -> Result<Self> {
        match Self::zeros(elements.len()) {
            Ok(vector) => {
                for (place, element) in elements.into_iter().enumerate() {
                    // SAFETY: as many as there are elements.
                    unsafe { vector.data.add(place).write(element) };
                }
                Ok(vector)
            }
            Err(error) => {
                for element in elements {
                    // SAFETY: ours, and not used again.
                    unsafe { element.delete() };
                }
                Err(error)
            }
        }
    }

    /// # Safety
    /// As for `elements`.
    pub unsafe fn copied(&self, name: &str) -> Result<Self> {
        // SAFETY: passed on.
        let elements = unsafe { self.elements(name)? };
        let vector = Owned(Self::zeros(elements.len())?);
        for (place, element) in elements.iter().enumerate() {
            // SAFETY: as many as there are elements, and each is what the type says.
            unsafe { vector.0.data.add(place).write(element.copy()?) };
        }
        Ok(vector.release())
    }

    /// Gives up the elements and the memory.
    ///
    /// # Safety
    /// The vector is the caller's to give, and its elements are not used again.
    pub unsafe fn delete(&mut self) {
        // SAFETY: the caller's promise.
        if let Ok(elements) = unsafe { self.elements("vector") } {
            for element in elements {
                // SAFETY: read once, and the memory is freed below.
                unsafe { std::ptr::read(element).delete() };
            }
        }
        // SAFETY: the caller's promise.
        unsafe { self.free() };
    }

    /// The vector that a parameter marked `own` passes, taken over: the caller's is empty then.
    ///
    /// # Safety
    /// NULL or a vector that the caller gives up.
    pub unsafe fn taken(vector: *mut Self, name: &str) -> Result<Owned<T>> {
        // SAFETY: passed on.
        let vector = unsafe { ffi::take(vector, name)? };
        let owned = Owned(std::mem::replace(vector, Self::EMPTY));
        // SAFETY: passed on.
        unsafe { owned.0.elements(name)? };
        Ok(owned)
    }
}

/// A vector of ours, deleted with its elements.
pub struct Owned<T: Element>(pub Vector<T>);

impl<T: Element> Owned<T> {
    /// Hands it to C.
    pub fn release(mut self) -> Vector<T> {
        std::mem::replace(&mut self.0, Vector::EMPTY)
    }
}

impl<T: Element> Drop for Owned<T> {
    fn drop(&mut self) {
        // SAFETY: nobody else has it.
        unsafe { self.0.delete() };
    }
}

impl Element for u8 {
    unsafe fn copy(&self) -> Result<Self> {
        Ok(*self)
    }
    unsafe fn delete(self) {}
}

pub unsafe fn new_empty<T>(out: *mut Vector<T>) {
    // SAFETY: passed on.
    unsafe { fill(out, Vector::EMPTY, || Ok(Vector::EMPTY)) };
}

pub unsafe fn new_zeros<T>(out: *mut Vector<T>, size: usize) {
    // SAFETY: passed on.
    unsafe { fill(out, Vector::EMPTY, || Vector::zeros(size)) };
}

pub unsafe fn new<T>(out: *mut Vector<T>, size: usize, data: *const T) {
    // SAFETY: passed on.
    unsafe {
        fill(out, Vector::EMPTY, || {
            let given = ffi::slice(data, size, "data")?;
            let vector = Vector::<T>::zeros(size)?;
            if size > 0 {
                // The elements move.
                std::ptr::copy_nonoverlapping(given.as_ptr(), vector.data, size);
            }
            Ok(vector)
        });
    }
}

pub unsafe fn copy<T: Element>(out: *mut Vector<T>, vector: *const Vector<T>) {
    // SAFETY: passed on.
    unsafe {
        fill(out, Vector::EMPTY, || ffi::borrow(vector, "vector")?.copied("vector"));
    }
}

pub unsafe fn delete<T: Element>(vector: *mut Vector<T>) {
    ffi::guard_or((), || {
        // SAFETY: the caller's promise.
        if let Ok(vector) = unsafe { ffi::take(vector, "vector") } {
            // SAFETY: the caller's promise.
            unsafe { vector.delete() };
        }
    });
}

/// The five functions of a vector type.
macro_rules! vector {
    ($vector:ident of $element:ty: $new_empty:ident $new_zeros:ident $new:ident $copy:ident $delete:ident) => {
        pub type $vector = $crate::standard::vector::Vector<$element>;

        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $new_empty(out: *mut $vector) {
            // SAFETY: passed on.
            unsafe { $crate::standard::vector::new_empty(out) };
        }
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $new_zeros(out: *mut $vector, size: usize) {
            // SAFETY: passed on.
            unsafe { $crate::standard::vector::new_zeros(out, size) };
        }
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $new(out: *mut $vector, size: usize, data: *const $element) {
            // SAFETY: passed on.
            unsafe { $crate::standard::vector::new(out, size, data) };
        }
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $copy(out: *mut $vector, vector: *const $vector) {
            // SAFETY: passed on.
            unsafe { $crate::standard::vector::copy(out, vector) };
        }
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $delete(vector: *mut $vector) {
            // SAFETY: passed on.
            unsafe { $crate::standard::vector::delete(vector) };
        }
    };
}
pub(super) use vector;

vector!(wasm_byte_vec_t of u8: wasm_byte_vec_new_empty wasm_byte_vec_new_uninitialized
    wasm_byte_vec_new wasm_byte_vec_copy wasm_byte_vec_delete);

impl wasm_byte_vec_t {
    /// The UTF-8 text that the caller's bytes are.
    ///
    /// # Safety
    /// NULL, or a vector as for `elements`.
    pub unsafe fn text<'a>(bytes: *const Self, name: &str) -> Result<&'a str> {
        // SAFETY: passed on.
        ffi::utf8(unsafe { ffi::borrow(bytes, name)?.elements(name)? }, name)
    }
}

/// Bytes that go to C, with a NUL behind them that counts if `nul` is set.
pub fn bytes(content: &[u8], nul: bool) -> Result<wasm_byte_vec_t> {
    let vector = wasm_byte_vec_t::zeros(content.len() + usize::from(nul))?;
    if !content.is_empty() {
        // SAFETY: at least as long.
        unsafe { std::ptr::copy_nonoverlapping(content.as_ptr(), vector.data, content.len()) };
    }
    Ok(vector)
}

#[cfg(test)]
mod tests;
