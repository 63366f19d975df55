//! Makes fuzz/modules anew, for src/kept.rs: cargo run --manifest-path fuzz/Cargo.toml --bin modules
//! The modules are the same in each run of one version of wasm-smith.

#[path = "../src/smith.rs"]
mod smith;

use arbitrary::Unstructured;

type Make = fn(&mut Unstructured<'_>) -> arbitrary::Result<Vec<u8>>;

const KINDS: [(&str, Make, usize); 3] =
    [("ending", smith::ending, 160), ("endless", smith::endless, 30), ("any", smith::any, 60)];

fn main() {
    for (kind, make, wanted) in KINDS {
        let (mut made, mut state) = (0, 0x9e37_79b9_7f4a_7c15_u64);
        while made < wanted {
            let input: Vec<u8> = std::iter::repeat_with(|| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 32) as u8
            })
            .take(3000)
            .collect();
            let Ok(wasm) = make(&mut Unstructured::new(&input)) else { continue };
            // Large ones are no better, and small ones do nothing.
            if (200..2500).contains(&wasm.len()) {
                std::fs::write(format!("fuzz/modules/{kind}/{made:03}.wasm"), wasm).unwrap();
                made += 1;
            }
        }
    }
}
