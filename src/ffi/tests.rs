//! Also run under Miri (scripts/miri), which sees what a plain run does not: reads of what was never
//! written, boxes freed twice or never, references that overlap.

use super::*;
use crate::extension::error::{
    libwasmer_error_delete, libwasmer_error_message, libwasmer_error_status, libwasmer_error_t,
};
use crate::runtime::quiet::caught;
use crate::runtime::{Error, Handle, Result, Status, ValueKind};
use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::panic::panic_any;
use std::ptr::{null, null_mut};
use std::sync::Arc;

const MOST: usize = isize::MAX as usize;

fn failure<T>(result: Result<T>) -> Error {
    result.err().expect("it should have failed")
}

/// What goes wrong with a pointer for each function that checks one.
fn refused<T>(result: Result<T>, status: Status, message: &str) {
    let error = failure(result);
    assert_eq!((error.status, error.message.as_str()), (status, message));
}

/// A pointer to an object of the library's own, one byte off.
fn unaligned<T>(place: &mut [T; 2]) -> *mut T {
    place.as_mut_ptr().wrapping_byte_add(1)
}

/// Takes what a guarded function left behind: its status and its message.
fn left(error: *mut libwasmer_error_t) -> (Status, String) {
    // SAFETY: as the guard made it, and deleted once.
    unsafe {
        let view = libwasmer_error_message(error);
        let bytes = std::slice::from_raw_parts(view.data.cast(), view.size);
        let message = String::from_utf8(bytes.to_vec()).expect("UTF-8");
        let status = libwasmer_error_status(error);
        libwasmer_error_delete(error);
        (status, message)
    }
}

/// Something that a panic must drop.
struct Counted(Arc<()>);

#[test]
fn a_guarded_function_that_works_clears_the_error() {
    let mut error = null_mut();
    let mut ran = 0;
    for place in [&raw mut error, null_mut()] {
        let status = guard(place, || {
            ran += 1;
            Ok(())
        });
        assert_eq!(status, Status::Ok);
    }
    assert_eq!((ran, error), (2, null_mut()));
}

#[test]
fn what_is_in_the_place_of_the_error_is_neither_read_nor_freed() {
    let mut place = MaybeUninit::<*mut libwasmer_error_t>::uninit();
    assert_eq!(guard(place.as_mut_ptr(), || Ok(())), Status::Ok);
    // SAFETY: written by the guard.
    assert!(unsafe { place.assume_init() }.is_null());

    let mut place = MaybeUninit::<*mut libwasmer_error_t>::uninit();
    let fail = || Err(Error::new(Status::Limit, "too much"));
    assert_eq!(guard(place.as_mut_ptr(), fail), Status::Limit);
    // SAFETY: as above.
    assert_eq!(left(unsafe { place.assume_init() }), (Status::Limit, "too much".to_owned()));

    let mut dangling = std::ptr::dangling_mut::<libwasmer_error_t>();
    assert_eq!(guard(&mut dangling, || Ok(())), Status::Ok);
    assert!(dangling.is_null());
}

#[test]
fn an_error_that_nobody_asks_for_is_freed() {
    // Miri looks for the leak.
    assert_eq!(guard(null_mut(), || Err(Error::new(Status::Link, "no"))), Status::Link);
}

#[test]
fn a_panic_is_an_error_with_its_text() {
    type Body = fn() -> Result<()>;
    let panics: [(Body, &str); 3] = [
        (|| panic!("plain"), "libwasmer panicked: plain"),
        (|| panic!("with {}", 42), "libwasmer panicked: with 42"),
        (|| panic_any(7u8), "libwasmer panicked: unknown panic"),
    ];
    for (body, message) in panics {
        let mut error = null_mut();
        assert_eq!(guard(&mut error, body), Status::Panic);
        assert_eq!(left(error), (Status::Panic, message.to_owned()));
        assert_eq!(guard(null_mut(), body), Status::Panic);
        refused(caught(body), Status::Panic, message);
    }
}

#[test]
fn a_panic_drops_what_the_body_holds() {
    let count = Arc::new(());
    let held = Counted(count.clone());
    assert_eq!(
        guard(null_mut(), move || {
            let held = held;
            assert_eq!(Arc::strong_count(&held.0), 0, "which fails");
            Ok(())
        }),
        Status::Panic
    );
    let held = Counted(count.clone());
    assert_eq!(guard_or(5, move || panic_any(held.0)), 5);
    assert_eq!(Arc::strong_count(&count), 1);
}

#[test]
fn guard_or_and_caught_pass_results_on() {
    assert_eq!(guard_or(1, || 2), 2);
    assert_eq!(caught(|| Ok("it")).unwrap(), "it");
    refused(caught(|| Err::<(), _>(Error::new(Status::Busy, "b"))), Status::Busy, "b");
}

#[test]
fn null_and_unaligned_pointers_are_refused_by_name() {
    let off = unaligned(&mut [0u64; 2]);
    let (none, bad) = (Status::NullArgument, Status::InvalidArgument);
    let (is_null, is_off) = ("argument it is NULL", "argument it is not aligned to 8 bytes");
    // SAFETY: nothing is reached through a pointer that is refused.
    unsafe {
        refused(borrow(null::<u64>(), "it"), none, is_null);
        refused(borrow(off, "it"), bad, is_off);
        refused(take(null_mut::<u64>(), "it"), none, is_null);
        refused(take(off, "it"), bad, is_off);
        refused(write(null_mut::<u64>(), "it"), none, is_null);
        refused(write(off, "it"), bad, is_off);
        refused(slice(null::<u64>(), 1, "it"), none, is_null);
        refused(slice(off, 1, "it"), bad, is_off);
        refused(handles(null(), 1, "it"), none, is_null);
        refused(handles(off, 1, "it"), bad, is_off);
        refused(bytes(null(), 1, "it"), none, is_null);
        refused(text(null(), 1, "it"), none, is_null);
        refused(kinds(null(), 1, "it"), none, is_null);
    }
    refused(in_place(null::<u64>(), 1, "it"), none, is_null);
    refused(in_place(off, 1, "it"), bad, is_off);
}

#[test]
fn what_has_no_length_may_be_anywhere() {
    let off = unaligned(&mut [0u64; 2]);
    // SAFETY: none of them is followed.
    unsafe {
        for pointer in [null(), off.cast_const(), std::ptr::dangling()] {
            assert_eq!(slice(pointer, 0, "it").unwrap(), [0u64; 0]);
            assert_eq!(handles(pointer, 0, "it").unwrap(), [0u64; 0]);
            in_place(pointer, 0, "it").unwrap();
        }
        assert_eq!(bytes(null(), 0, "it").unwrap(), b"");
        assert_eq!(text(null(), 0, "it").unwrap(), "");
        assert_eq!(kinds(null(), 0, "it").unwrap(), []);
    }
}

#[test]
fn lengths_that_no_memory_has_are_refused_unread() {
    let place = [0u64; 2];
    for count in [MOST / 8 + 1, MOST, MOST + 1, usize::MAX / 8 + 1, usize::MAX] {
        let message = format!("argument it: {count} elements do not fit into memory");
        // SAFETY: refused before anything is read.
        unsafe {
            refused(slice(place.as_ptr(), count, "it"), Status::InvalidArgument, &message);
            refused(handles(place.as_ptr(), count, "it"), Status::InvalidArgument, &message);
        }
    }
    for count in [MOST + 1, usize::MAX] {
        let message = format!("argument it: {count} elements do not fit into memory");
        let pointer: *const u8 = place.as_ptr().cast();
        // SAFETY: as above.
        unsafe {
            refused(bytes(pointer, count, "it"), Status::InvalidArgument, &message);
            refused(text(pointer.cast(), count, "it"), Status::InvalidArgument, &message);
            refused(kinds(pointer, count, "it"), Status::InvalidArgument, &message);
        }
    }
}

#[test]
fn a_borrowed_object_is_the_callers_own() {
    let mut place = 7u64;
    let pointer = &raw mut place;
    // SAFETY: one reference at a time.
    unsafe {
        let (one, two) = (borrow(pointer, "it").unwrap(), borrow(pointer, "it").unwrap());
        assert!(std::ptr::eq(one, two));
        assert_eq!(*one, 7);
        *take(pointer, "it").unwrap() += 1;
        assert_eq!(*borrow(pointer, "it").unwrap(), 8);
    }
    assert_eq!(place, 8);
}

#[test]
fn a_result_is_written_over_what_was_never_there() {
    let count = Arc::new(());
    let mut place = MaybeUninit::<Counted>::uninit();
    // SAFETY: valid for writes.
    let put = unsafe { write(place.as_mut_ptr(), "out") }.unwrap();
    assert_eq!(Arc::strong_count(&count), 1);
    put(Counted(count.clone()));
    assert_eq!(Arc::strong_count(&count), 2);
    // SAFETY: written above.
    drop(unsafe { place.assume_init() });
    assert_eq!(Arc::strong_count(&count), 1);

    let mut kept = 5;
    // SAFETY: as above; dropping the permission writes nothing.
    drop(unsafe { write(&mut kept, "out") }.unwrap());
    assert_eq!(kept, 5);
}

#[test]
fn a_box_comes_back_once() {
    let count = Arc::new(());
    let raw = Box::into_raw(Box::new(Counted(count.clone())));
    // SAFETY: from a box, and not used again.
    let back = unsafe { owned(raw) }.expect("not NULL");
    assert_eq!(Arc::strong_count(&back.0), 2);
    drop(back);
    assert_eq!(Arc::strong_count(&count), 1);
    // SAFETY: NULL is allowed.
    assert!(unsafe { owned(null_mut::<Counted>()) }.is_none());
}

#[test]
fn slices_are_the_callers_memory() {
    let numbers: [Handle; 3] = [1, 2, Handle::MAX];
    // SAFETY: inside of the array.
    unsafe {
        let all = slice(numbers.as_ptr(), 3, "it").unwrap();
        assert!(std::ptr::eq(all, &numbers[..]));
        assert_eq!(slice(numbers.as_ptr().add(1), 2, "it").unwrap(), &numbers[1..]);
        assert_eq!(handles(numbers.as_ptr(), 2, "it").unwrap(), &numbers[..2]);
        // Bytes need no alignment.
        let bytes = bytes(numbers.as_ptr().cast::<u8>().add(9), 15, "it").unwrap();
        assert_eq!((bytes.len(), bytes[7], bytes[14]), (15, 0xff, 0xff));
        in_place(numbers.as_ptr(), usize::MAX, "it").unwrap();
    }
}

#[test]
fn text_is_utf8_of_its_length() {
    let get = |bytes: &[u8], count| {
        // SAFETY: `count` is at most the length, and the text is copied before they go.
        unsafe { text(bytes.as_ptr().cast::<c_char>(), count, "it").map(str::to_owned) }
    };
    let whole = "a\0b \u{fc} \u{20ac} \u{1f980}".as_bytes();
    assert_eq!(get(whole, whole.len()).unwrap().as_bytes(), whole);
    for count in 0..=whole.len() {
        let bytes = &whole[..count];
        match std::str::from_utf8(bytes) {
            Ok(text) => assert_eq!(get(whole, count).unwrap(), text),
            Err(_) => assert_eq!(failure(get(whole, count)).status, Status::InvalidUtf8),
        }
    }
    // Overlong, a surrogate, beyond the last character, a lone continuation.
    for bytes in [&b"\xc0\x80"[..], b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"x\x80"] {
        let error = failure(get(bytes, bytes.len()));
        assert_eq!(error.status, Status::InvalidUtf8);
        assert!(error.message.starts_with("argument it is not UTF-8: "), "{error}");
    }
}

#[test]
fn kinds_are_the_numbers_of_the_interface() {
    use ValueKind::*;
    let known =
        [(0, I32), (1, I64), (2, F32), (3, F64), (4, V128), (128, ExternRef), (129, FuncRef)];
    for number in 0..=u8::MAX {
        // SAFETY: one byte.
        let found = unsafe { kinds(&number, 1, "it") };
        match known.iter().find(|(known, _)| *known == number) {
            Some((_, kind)) => assert_eq!(found.unwrap(), [*kind]),
            None => {
                let message = format!("argument it: {number} is not the number of a value kind");
                refused(found, Status::InvalidArgument, &message);
            }
        }
    }
    let numbers = known.map(|(number, _)| number);
    // SAFETY: inside of the array.
    let all = unsafe { kinds(numbers.as_ptr(), numbers.len(), "it") }.unwrap();
    assert_eq!(all, known.map(|(_, kind)| kind));
}
