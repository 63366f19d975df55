//! A guest whose errors are traced to these lines: `run` divides at the bottom of functions that are inlined.
#![no_std]

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable() // panics here
}

struct Share {
    parts: i32,
}

impl Share {
    #[inline(always)]
    fn of(&self, whole: i32) -> i32 {
        whole / self.parts // divides here
    }
}

#[inline(never)]
fn shared(whole: i32, parts: i32) -> i32 {
    Share { parts }.of(whole) // shares here
}

#[unsafe(no_mangle)]
pub extern "C" fn run(whole: i32, parts: i32) -> i32 {
    shared(whole, parts) + 1 // calls here
}
