//! The rules of every function that returns a status.

use wasmer::extension::error::*;
use wasmer::runtime::Status;

/// Calls a function of the C interface with a place for an error, and checks what must always hold: the
/// object is there if and only if the call failed, it has the status that was returned and a message, and
/// nothing panicked.
pub fn called(what: &str, function: impl FnOnce(*mut *mut libwasmer_error_t) -> Status) -> Status {
    // So that it is seen if nothing is written.
    let mut error = std::ptr::dangling_mut::<libwasmer_error_t>();
    let status = function(&mut error);
    assert_ne!(error, std::ptr::dangling_mut(), "{what}: the place of the error was not written");
    if status == Status::Ok {
        assert!(error.is_null(), "{what}: an error although it worked");
        return status;
    }
    assert!(!error.is_null(), "{what}: {status:?} without an error");
    // SAFETY: an error that was just made, deleted once.
    let (told, message) = unsafe {
        let view = libwasmer_error_message(error);
        let bytes = std::slice::from_raw_parts(view.data.cast::<u8>(), view.size);
        let message = String::from_utf8(bytes.to_vec()).expect("messages are UTF-8");
        for number in 0..libwasmer_error_frame_count(error) {
            let mut frame = std::mem::MaybeUninit::uninit();
            assert!(libwasmer_error_frame(error, number, frame.as_mut_ptr()));
        }
        let status = libwasmer_error_status(error);
        libwasmer_error_delete(error);
        (status, message)
    };
    assert_eq!(told, status, "{what}: {message}");
    assert!(!message.is_empty(), "{what}: {status:?} without a message");
    assert_ne!(status, Status::Panic, "{what}: {message}");
    status
}
