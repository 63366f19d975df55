//! Bytes from anywhere, to be validated, compiled and loaded: errors or success, nothing else.

mod common;
use common::*;
use std::collections::BTreeMap;
use std::fmt::Write;
use wasmer::runtime::source::wat2wasm;
use wasmer::runtime::*;

/// Modules that have something of everything.
const SEEDS: &[&str] = &[
    r#"(module (func (export "sum") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))"#,
    r#"(module $named (import "env" "f" (func $f (param i64 f32) (result f64)))
        (import "env" "g" (global $g (mut i32))) (memory (export "m") 1 3) (data (i32.const 8) "hello")
        (table $t (export "t") 4 9 funcref) (elem (i32.const 1) func $a $f)
        (global (export "h") (mut f64) (f64.const 0x1p-3)) (type $v (func (result i32)))
        (func $a (type $v) (block $b (result i32) (br_if $b (i32.const 1) (global.get $g))))
        (func (export "call") (param i32) (result i32)
          (if (result i32) (local.get 0)
            (then (call_indirect (type $v) (local.get 0)))
            (else (i32.load8_u offset=3 (local.get 0))))))"#,
    r#"(module (memory 1) (data $d "abc") (table $t 3 externref) (elem $e externref (ref.null extern))
        (func (export "f") (param i32 externref) (result v128)
          (memory.init $d (local.get 0) (i32.const 0) (i32.const 2)) (data.drop $d)
          (memory.fill (i32.const 0) (i32.const 1) (i32.const 9))
          (table.set $t (local.get 0) (local.get 1)) (table.init $t $e (i32.const 0) (i32.const 0) (i32.const 1))
          (i32x4.add (v128.const i32x4 1 2 3 4) (i8x16.splat (local.get 0)))))"#,
    r#"(module (memory 1 2 shared) (func (export "f") (param i32 i64 f32 f64) (result i32 i64)
        (local i32 i64) (local.set 4 (i32.atomic.rmw.add (i32.const 8) (local.get 0)))
        (local.set 5 (i64.trunc_sat_f64_u (f64.sqrt (local.get 3))))
        (block (br_table 0 0 (local.get 0)))
        (i32.div_s (local.get 4) (i32.reinterpret_f32 (f32.nearest (local.get 2))))
        (i64.rotl (local.get 5) (i64.extend8_s (local.get 1)))))"#,
];

/// A change of a few bytes, or of the order of some.
fn mutate(bytes: &mut Vec<u8>, other: &[u8], rng: &mut Rng) {
    const TELLING: [u8; 12] = [0, 1, 0x7f, 0x80, 0xff, 0x0b, 0x10, 0x40, 0x60, 0x70, 0x6f, 0xfc];
    // One small change gets farthest.
    let kinds = if rng.below(3) > 0 { 2 } else { 9 };
    for _ in 0..if kinds == 2 { 1 } else { 1 + rng.below(4) } {
        if bytes.is_empty() {
            bytes.push(rng.word() as u8);
        }
        let at = rng.below(bytes.len());
        match rng.below(kinds) {
            0 => bytes[at] ^= 1 << rng.below(8),
            1 => bytes[at] = rng.word() as u8,
            2 => bytes[at] = TELLING[rng.below(TELLING.len())],
            3 => bytes.truncate(at),
            4 => bytes.insert(at, TELLING[rng.below(TELLING.len())]),
            5 => drop(bytes.drain(at..bytes.len().min(at + 1 + rng.below(6)))),
            6 => {
                let piece = bytes[at..bytes.len().min(at + 1 + rng.below(12))].to_vec();
                let to = rng.below(bytes.len());
                bytes.splice(to..to, piece);
            }
            7 => {
                let from = rng.below(other.len());
                let piece = &other[from..other.len().min(from + 1 + rng.below(40))];
                bytes.splice(at..at, piece.iter().copied());
            }
            // A length that is far too large.
            _ => drop(bytes.splice(at..at + 1, [0xff, 0xff, 0xff, 0xff, 0x0f])),
        }
    }
}

/// Counts how each ends, by status; `Ok` where it did well.
#[derive(Default)]
struct Tally(BTreeMap<String, u32>);

impl Tally {
    fn note<T>(&mut self, what: &str, outcome: &Result<T>) {
        let status = outcome.as_ref().err().map_or(Status::Ok, |error| error.status);
        *self.0.entry(format!("{what} {status:?}")).or_default() += 1;
        if let Err(error) = outcome {
            assert!(!error.message.is_empty());
            if status == Status::Panic {
                *self.0.entry(format!("{what}: {}", error.message)).or_default() += 1;
            }
        }
    }
}

/// Does with the bytes all that can be done without running them.
fn try_all(engine: &Engine, bytes: &[u8], whole: bool, tally: &mut Tally) {
    let valid = Module::validate(engine, bytes);
    tally.note("validate", &valid);
    let loaded = Module::deserialize(engine, bytes);
    assert_eq!(loaded.is_ok(), whole, "a damaged module is loaded");
    tally.note("deserialize", &loaded);
    let module = Module::new(engine, bytes);
    tally.note("compile", &module);
    if let Ok(module) = module {
        valid.unwrap();
        // Nothing in the seeds starts by itself, so this runs no code.
        let arena = Owned::new(engine);
        let imports = vec![0; module.imports().len()];
        let made = arena.instantiate(&module, &imports, 0);
        tally.note("instantiate", &made);
        let loaded = Module::deserialize(engine, &module.serialize().unwrap()).unwrap();
        assert_eq!(loaded.exports().len(), module.exports().len());
    }
}

fn each_mutation(compiler: Compiler, rounds: usize) -> Tally {
    let engine = engine(compiler);
    let mut seeds: Vec<Vec<u8>> = Vec::new();
    for wat in SEEDS {
        seeds.push(wat2wasm(wat.as_bytes()).unwrap().into_owned());
        seeds.push(wat.as_bytes().to_vec());
        seeds.push(module(&engine, wat).serialize().unwrap());
    }
    let serialized: Vec<_> = seeds.iter().skip(2).step_by(3).cloned().collect();
    let (mut rng, mut tally) = (Rng(1 + compiler as u64), Tally::default());
    for round in 0..rounds {
        // Binaries are the likeliest to get far.
        let number =
            if rng.below(2) == 0 { rng.below(SEEDS.len()) * 3 } else { rng.below(seeds.len()) };
        let mut bytes = match round % 10 {
            0 => (0..rng.below(200)).map(|_| rng.word() as u8).collect(),
            1 => [b"\0asm\x01\0\0\0".as_slice(), &rng.word().to_le_bytes()].concat(),
            _ => seeds[number].clone(),
        };
        mutate(&mut bytes, &seeds[rng.below(seeds.len())], &mut rng);
        // Some changes change nothing.
        let whole = serialized.contains(&bytes);
        try_all(&engine, &bytes, whole, &mut tally);
    }
    tally
}

#[test]
fn ten_thousand_mutations_are_errors_or_modules_on_cranelift() {
    let _watchdog = watchdog("hostile bytes, cranelift", 240);
    println!("{:#?}", each_mutation(Compiler::Cranelift, 10_000).0);
}

#[test]
fn ten_thousand_mutations_are_errors_or_modules_on_singlepass() {
    let _watchdog = watchdog("hostile bytes, singlepass", 240);
    println!("{:#?}", each_mutation(Compiler::Singlepass, 10_000).0);
}

#[test]
fn each_flipped_bit_of_a_serialized_module_is_an_error() {
    let _watchdog = watchdog("flipped bits", 240);
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let good = module(&engine, SEEDS[0]).serialize().unwrap();
        Module::deserialize(&engine, &good).unwrap();
        let mut bytes = good.clone();
        for bit in 0..good.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            let error = Module::deserialize(&engine, &bytes).err();
            let error = error.unwrap_or_else(|| panic!("{compiler}: bit {bit} does not matter"));
            assert_eq!(error.status, Status::Deserialize, "{error}");
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        for len in 0..good.len() {
            let error = Module::deserialize(&engine, &good[..len]).err().unwrap();
            assert_eq!(error.status, Status::Deserialize, "{error}");
        }
        for extra in 1..64 {
            let longer = [good.as_slice(), &vec![0; extra]].concat();
            assert!(Module::deserialize(&engine, &longer).is_err(), "{extra} bytes more");
        }
        println!("{compiler}: {} bytes", good.len());
    }
}

/// What a parser or compiler that recurses or allocates by what it reads would not survive.
#[test]
fn deep_and_wide_modules_are_errors_or_modules() {
    let _watchdog = watchdog("deep and wide", 240);
    let nest = |open: &str, close: &str, depth: usize| {
        format!("(module (func (param i32) {}{}))", open.repeat(depth), close.repeat(depth))
    };
    let mut sum = String::from("(module (func (param i32) (result i32) local.get 0");
    for number in 0..50_000 {
        let _ = write!(sum, " i32.const {number} i32.add");
    }
    let mut stack = String::from("(module (func (param i32) (result i32)");
    stack += &" local.get 0".repeat(20_000);
    stack += &" i32.xor".repeat(19_999);
    let texts = [
        "(".repeat(1_000_000),
        "(module ".repeat(100_000),
        nest("(block ", ")", 100_000),
        nest("block ", "end ", 100_000),
        nest("loop ", "end ", 20_000),
        nest("local.get 0 if ", "end ", 20_000),
        nest("local.get 0 if ", "else nop end ", 5_000),
        sum + "))",
        stack + "))",
        format!("(module (func (local{})))", " i64".repeat(50_001)),
        format!("(module (func (param{})))", " i64".repeat(1_001)),
        format!("(module {})", "(func)".repeat(20_000)),
        format!("(module {})", r#"(import "" "" (func))"#.repeat(20_000)),
        format!("(module (func (param i32) (block local.get 0 br_table{})))", " 0".repeat(60_000)),
        format!("(module {})", r#"(type (func (param i32)))"#.repeat(20_000)),
        format!("(module (memory 1) {})", r#"(data (i32.const 0) "x")"#.repeat(20_000)),
        format!("(module (table 1 funcref) (elem (i32.const 0) func{}))", " 0".repeat(100_000)),
        format!("(module {})", "(memory 1)".repeat(100)),
        format!("(module {})", "(table 1 funcref)".repeat(100)),
        format!("(module {})", "(global i32 (i32.const 1))".repeat(50_000)),
        "\u{feff}(module)".into(),
        format!("(module ;; {}\n)", "é".repeat(100_000)),
    ];
    for compiler in COMPILERS {
        let engine = engine(compiler);
        for text in &texts {
            let (mut tally, begin) = (Tally::default(), std::time::Instant::now());
            try_all(&engine, text.as_bytes(), false, &mut tally);
            let what: String = text.chars().take(60).collect();
            println!("{compiler} {what}: {:?} {:?}", begin.elapsed(), tally.0);
        }
    }
}
