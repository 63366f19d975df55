//! Also run under Miri (scripts/miri), which finds elements that are leaked, deleted twice or read
//! where nothing was written.

use super::*;
use crate::standard::last_error::wasmer_last_error_length;
use std::cell::Cell;
use std::hint::black_box;
use std::mem::MaybeUninit;
use std::ptr::null;

/// An element that owns a box; NULL is the empty one.
#[repr(transparent)]
struct Thing(*mut u32);

type Things = Vector<Thing>;

/// A thing that cannot be copied.
const UNIQUE: u32 = 13;

thread_local! {
    /// Boxes that this thread's test made and has not freed.
    static ALIVE: Cell<isize> = const { Cell::new(0) };
}

fn alive() -> isize {
    ALIVE.get()
}

fn thing(number: u32) -> Thing {
    ALIVE.set(alive() + 1);
    Thing(Box::into_raw(Box::new(number)))
}

fn things<const N: usize>(numbers: [u32; N]) -> Things {
    Things::from_elements(numbers.map(thing).into()).unwrap()
}

impl Element for Thing {
    unsafe fn copy(&self) -> Result<Self> {
        if self.0.is_null() {
            return Ok(Self(null_mut()));
        }
        // SAFETY: from `thing`.
        match unsafe { *self.0 } {
            UNIQUE => Err(Error::new(Status::Limit, "there is but one")),
            number => Ok(thing(number)),
        }
    }

    unsafe fn delete(self) {
        if !self.0.is_null() {
            ALIVE.set(alive() - 1);
            // SAFETY: from `thing`.
            drop(unsafe { Box::from_raw(self.0) });
        }
    }
}

/// The numbers of things, 0 for the empty one.
fn numbers(vector: &Things) -> Vec<u32> {
    // SAFETY: the tests make vectors of things only.
    unsafe {
        let elements = vector.elements("it").unwrap();
        elements.iter().map(|thing| if thing.0.is_null() { 0 } else { *thing.0 }).collect()
    }
}

fn is_empty<T>(vector: &Vector<T>) -> bool {
    vector.size == 0 && vector.data.is_null()
}

/// What one of the functions for C writes into a struct that held nothing before.
fn filled<T>(fill: impl FnOnce(*mut Vector<T>)) -> Vector<T> {
    let mut out = MaybeUninit::uninit();
    fill(black_box(out.as_mut_ptr()));
    // SAFETY: it is always written.
    unsafe { out.assume_init() }
}

#[test]
fn zeros_are_zero_and_none_is_no_memory() {
    assert!(is_empty(&Vector::<u64>::zeros(0).unwrap()));
    for size in [1, 2, 7, 4096] {
        let mut vector = Vector::<u64>::zeros(size).unwrap();
        // SAFETY: made above.
        unsafe {
            assert!(vector.elements("it").unwrap().iter().all(|&element| element == 0));
            assert_eq!(vector.size, size);
            vector.free();
        }
    }
}

#[test]
fn sizes_that_no_memory_has_are_refused() {
    const MOST: usize = isize::MAX as usize;
    // An allocation that nobody uses, the compiler may leave out, and take for one that worked.
    fn zeros<T>(size: usize) -> Result<Vector<T>> {
        black_box(Vector::zeros(black_box(size)))
    }
    for size in [MOST / 8 + 1, MOST, usize::MAX / 8 + 1, usize::MAX] {
        assert_eq!(zeros::<u64>(size).err().unwrap().status, Status::OutOfMemory);
        // SAFETY: `filled` gives a place; the data is not read.
        unsafe {
            assert!(is_empty(&filled::<u64>(|out| new_zeros(out, black_box(size)))));
            assert!(is_empty(&filled(|out| new(out, black_box(size), [0u64].as_ptr()))));
        }
    }
    assert_eq!(zeros::<u8>(usize::MAX).err().unwrap().status, Status::OutOfMemory);
    // What the system refuses, not the arithmetic. Miri has no system to ask.
    #[cfg(not(miri))]
    for size in [MOST, 1 << 50] {
        assert_eq!(zeros::<u8>(size).err().unwrap().status, Status::OutOfMemory);
    }
}

#[test]
fn elements_move_in_and_are_deleted_once() {
    let mut vector = things([1, 2, 3]);
    assert_eq!((numbers(&vector), alive()), (vec![1, 2, 3], 3));
    // SAFETY: each vector is ours; an empty one may be deleted again.
    unsafe {
        delete(&mut vector);
        assert!(is_empty(&vector));
        assert_eq!(alive(), 0);
        delete(&mut vector);
        delete(null_mut::<Things>());
    }
    assert!(is_empty(&things([])));
}

#[test]
fn empty_elements_are_left_alone() {
    let mut vector = Things::zeros(3).unwrap();
    // SAFETY: inside of the vector, and each vector is ours.
    unsafe {
        vector.data.add(1).write(thing(5));
        let mut copied = vector.copied("it").unwrap();
        assert_eq!((numbers(&copied), alive()), (vec![0, 5, 0], 2));
        vector.delete();
        copied.delete();
    }
    assert_eq!(alive(), 0);
}

#[test]
fn a_copy_has_elements_of_its_own() {
    let mut vector = things([4, 5]);
    // SAFETY: each vector is ours.
    unsafe {
        let mut copied = filled(|out| copy(out, &vector));
        assert_ne!(copied.data, vector.data);
        delete(&mut vector);
        assert_eq!((numbers(&copied), alive()), (vec![4, 5], 2));
        delete(&mut copied);

        assert!(is_empty(&filled(|out| copy(out, &vector))));
        let before = wasmer_last_error_length();
        assert!(is_empty(&filled::<Thing>(|out| copy(out, null()))));
        assert!(before == 0 && wasmer_last_error_length() > 0);
    }
    assert_eq!(alive(), 0);
}

#[test]
fn a_copy_that_fails_half_way_leaves_nothing_behind() {
    let mut vector = things([1, 2, UNIQUE, 4]);
    // SAFETY: each vector is ours.
    unsafe {
        assert_eq!(vector.copied("it").err().unwrap().status, Status::Limit);
        assert!(is_empty(&filled(|out| copy(out, &vector))));
        assert_eq!((numbers(&vector), alive()), (vec![1, 2, UNIQUE, 4], 4));
        vector.delete();
    }
    assert_eq!(alive(), 0);
}

#[test]
fn a_size_without_data_is_refused_and_its_delete_is_harmless() {
    let mut vector = Things { size: 3, data: null_mut() };
    // SAFETY: nothing is there.
    unsafe {
        assert_eq!(vector.elements("it").err().unwrap().status, Status::NullArgument);
        assert!(is_empty(&filled(|out| copy(out, &vector))));
        delete(&mut vector);
    }
    assert!(is_empty(&vector));
}

#[test]
fn a_program_may_shorten_a_vector_or_bring_its_own_memory() {
    let mut vector = things([1, 2, 3]);
    vector.size = 1;
    // SAFETY: the rest is taken out first; the memory is malloc's, as the header allows.
    unsafe {
        vector.data.add(1).read().delete();
        vector.data.add(2).read().delete();
        delete(&mut vector);
        assert_eq!(alive(), 0);

        let data: *mut Thing = libc::malloc(2 * size_of::<Thing>()).cast();
        data.write(thing(8));
        data.add(1).write(thing(9));
        let mut own = Things { size: 2, data };
        assert_eq!((numbers(&own), alive()), (vec![8, 9], 2));
        delete(&mut own);
        assert!(is_empty(&own));

        // Emptied by the program, which does not give the memory away with that.
        let mut shortened = things([]);
        shortened.data = libc::malloc(1).cast();
        delete(&mut shortened);
        assert!(is_empty(&shortened));
    }
    assert_eq!(alive(), 0);
}

#[test]
fn new_moves_the_elements_and_copies_the_array() {
    let mut array = [thing(6), thing(7)];
    // SAFETY: the elements move; the array is not used as things again.
    unsafe {
        let mut vector = filled(|out| new(out, 2, array.as_ptr()));
        assert_eq!((numbers(&vector), alive()), (vec![6, 7], 2));
        array.as_mut_ptr().write(Thing(null_mut()));
        assert_eq!(numbers(&vector), [6, 7]);
        delete(&mut vector);

        assert!(is_empty(&filled::<Thing>(|out| new(out, 0, null()))));
        assert!(is_empty(&filled::<Thing>(|out| new(out, 1, null()))));
        assert!(is_empty(&filled::<Thing>(|out| new_empty(out))));
    }
    assert_eq!(alive(), 0);
}

#[test]
fn without_a_place_for_the_vector_nothing_happens() {
    let array = [thing(6)];
    let vector = things([1]);
    let off = [0u64; 3].as_mut_ptr().wrapping_byte_add(1).cast::<Things>();
    for out in [null_mut(), off] {
        // SAFETY: a bad place is refused before anything is moved or copied.
        unsafe {
            new_empty(out);
            new_zeros(out, 2);
            new(out, 1, array.as_ptr());
            copy(out, &vector);
        }
    }
    // SAFETY: a vector that is not aligned is refused too.
    unsafe { delete(off) };
    assert_eq!(alive(), 2);
    // SAFETY: still ours.
    unsafe {
        let [element] = array;
        element.delete();
        drop(Owned(vector));
    }
    assert_eq!(alive(), 0);
}

#[test]
fn what_is_taken_over_is_deleted_by_its_new_owner() {
    let mut vector = things([1, 2]);
    // SAFETY: given up by this test.
    unsafe {
        let owned = Things::taken(&mut vector, "it").unwrap();
        assert!(is_empty(&vector));
        assert_eq!(alive(), 2);
        drop(owned);
        assert_eq!(alive(), 0);

        let mut kept = Owned(things([3])).release();
        assert_eq!((numbers(&kept), alive()), (vec![3], 1));
        kept.delete();
        assert_eq!(Things::taken(null_mut(), "it").err().unwrap().status, Status::NullArgument);
    }
    assert_eq!(alive(), 0);
}

#[test]
fn free_gives_up_the_memory_and_not_the_elements() {
    let mut vector = things([1]);
    // SAFETY: the element is read out first.
    unsafe {
        let element = vector.data.read();
        vector.free();
        assert!(is_empty(&vector));
        assert_eq!((*element.0, alive()), (1, 1));
        element.delete();
    }
}

#[test]
fn bytes_end_in_a_nul_where_asked() {
    for (content, nul, expected) in [
        (&b""[..], false, &b""[..]),
        (b"", true, b"\0"),
        (b"a\0b", false, b"a\0b"),
        (b"ab", true, b"ab\0"),
    ] {
        let mut vector = bytes(content, nul).unwrap();
        // SAFETY: made above.
        unsafe {
            assert_eq!(vector.elements("it").unwrap(), expected);
            wasm_byte_vec_delete(&mut vector);
        }
    }
}

#[test]
fn the_functions_for_c_are_these() {
    // SAFETY: each vector is made before it is used, and deleted once.
    unsafe {
        let mut vector = filled(|out| wasm_byte_vec_new(out, 3, b"abc".as_ptr()));
        let mut copied = filled(|out| wasm_byte_vec_copy(out, &vector));
        assert_eq!(copied.elements("it").unwrap(), b"abc");
        let mut zeros = filled(|out| wasm_byte_vec_new_uninitialized(out, 2));
        assert_eq!(zeros.elements("it").unwrap(), [0, 0]);
        assert!(is_empty(&filled(|out| wasm_byte_vec_new_empty(out))));
        for vector in [&mut vector, &mut copied, &mut zeros] {
            wasm_byte_vec_delete(vector);
            assert!(is_empty(vector));
        }
    }
}
