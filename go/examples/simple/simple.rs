// The guest of this example. simple.wasm was made by:
//
//     rustc --target wasm32-unknown-unknown -O -C strip=symbols -C link-arg=-zstack-size=65536 \
//         --crate-type cdylib simple.rs
#![no_std]
#![no_main]

#[unsafe(no_mangle)]
pub extern "C" fn sum(x: i32, y: i32) -> i32 {
    x + y
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
