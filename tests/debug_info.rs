//! Errors tell where in their source functions were, from the DWARF of a module, if the engine wants it.

mod common;
use common::*;
use std::path::PathBuf;
use wasmer::runtime::*;

/// Function 1 traps 3 bytes behind the start of its body, function 2 calls it, function 3 calls the host.
const TEXT: &str = r#"(module $traced
    (import "" "fail" (func $fail))
    (func $inner (export "inner") nop unreachable)
    (func $outer (export "outer") nop call $inner)
    (func $host (export "host") call $fail))"#;

/// Where functions begin in the contents of the code section: behind the count, and each behind its size.
const INNER: u32 = 2;
const OUTER: u32 = 7;
const HOST: u32 = 13;

fn text(name: &str) -> Vec<u8> {
    [name.as_bytes(), &[0]].concat()
}

/// The contents behind their length.
fn sized(contents: &[u8]) -> Vec<u8> {
    [&(contents.len() as u32).to_le_bytes(), contents].concat()
}

/// Tag, whether it has children, and attributes with their forms.
fn abbreviation(number: u8, tag: u8, children: bool, attributes: &[(u8, u8)]) -> Vec<u8> {
    let mut bytes = vec![number, tag, children.into()];
    bytes.extend(attributes.iter().flat_map(|&(name, form)| [name, form]));
    bytes.extend([0, 0]);
    bytes
}

const UNIT: u8 = 1;
const FUNCTION: u8 = 2;
const INLINED: u8 = 3;
const BARE: u8 = 4;
const RANGED: u8 = 5;

fn abbreviations() -> Vec<u8> {
    const NAME: (u8, u8) = (0x03, 0x08);
    const LINES: (u8, u8) = (0x10, 0x17);
    const LOW: (u8, u8) = (0x11, 0x01);
    const SIZE: (u8, u8) = (0x12, 0x06);
    const DIRECTORY: (u8, u8) = (0x1b, 0x08);
    const CALL: [(u8, u8); 2] = [(0x58, 0x0b), (0x59, 0x0b)];
    const RANGES: (u8, u8) = (0x55, 0x17);
    [
        abbreviation(UNIT, 0x11, true, &[NAME, LINES, LOW, SIZE, DIRECTORY]),
        abbreviation(FUNCTION, 0x2e, true, &[NAME, LOW, SIZE]),
        abbreviation(INLINED, 0x1d, false, &[NAME, LOW, SIZE, CALL[0], CALL[1]]),
        abbreviation(BARE, 0x1d, true, &[]),
        abbreviation(RANGED, 0x11, false, &[RANGES]),
        vec![0],
    ]
    .concat()
}

fn unit(entries: &[u8]) -> Vec<u8> {
    // Version 4, abbreviations at 0, addresses of 4 bytes.
    sized(&[&[4, 0, 0, 0, 0, 0, 4], entries].concat())
}

fn low_and_size(low: u32, size: u32) -> Vec<u8> {
    [low.to_le_bytes(), size.to_le_bytes()].concat()
}

fn function(name: &str, low: u32, size: u32, inside: &[u8]) -> Vec<u8> {
    [&[FUNCTION], &*text(name), &*low_and_size(low, size), inside, &[0]].concat()
}

/// A unit of three functions; `inside` is in the first.
fn info(inside: &[u8]) -> Vec<u8> {
    let functions = [
        function("_ZN5Guest5innerEv", INNER, 4, inside),
        function("outer", OUTER, 5, &[]),
        function("host", HOST, 4, &[]),
    ]
    .concat();
    let entries = [
        &[UNIT][..],
        &text("guest.cc"),
        &0_u32.to_le_bytes(),
        &low_and_size(0, 100),
        &text("/source"),
        &functions,
        &[0],
    ]
    .concat();
    unit(&entries)
}

/// Lines 10, 20 and 30 for the three functions.
fn lines() -> Vec<u8> {
    let mut header = vec![1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0];
    header.extend(text("guest.cc"));
    header.extend([0, 0, 0, 0]);
    let mut program = Vec::new();
    for (start, advance) in [(INNER, 9), (OUTER, 10), (HOST, 10)] {
        // Set the address, the column, advance the line, and add a row.
        program.extend([&[0, 5, 2][..], &start.to_le_bytes(), &[5, 3, 3, advance, 1]].concat());
    }
    program.extend([2, 20, 0, 1, 1]);
    sized(&[&[4, 0][..], &sized(&header), &program].concat())
}

/// The module with custom sections behind it.
fn with_sections(sections: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut wasm = source::wat2wasm(TEXT.as_bytes()).unwrap().into_owned();
    for (name, contents) in sections {
        let section = [number(name.len()), name.as_bytes().to_vec(), contents.clone()].concat();
        wasm.push(0);
        wasm.extend(number(section.len()));
        wasm.extend(section);
    }
    wasm
}

fn inlined(name: &str) -> Vec<u8> {
    [&[INLINED][..], &text(name), &low_and_size(INNER + 1, 3), &[1, 11]].concat()
}

fn traced() -> Vec<u8> {
    with_sections(&[
        (".debug_abbrev", abbreviations()),
        (".debug_info", info(&inlined("check"))),
        (".debug_line", lines()),
    ])
}

fn wanting(compiler: Compiler) -> Engine {
    let mut config = Config::default();
    config.set_compiler(compiler).unwrap();
    config.set_debug_info(true);
    Engine::new(config)
}

/// How a call of an export without parameters fails.
fn failure(engine: &Engine, module: &Module, name: &str) -> Error {
    let arena = Owned::new(engine);
    let fail = host(&arena, &[], &[], |_, _| Err(Error::new(Status::Host, "no")));
    let instance = arena.instantiate(module, &[fail], 0).unwrap();
    let (_, func) = arena.export_by_name(instance, name).unwrap();
    call(&arena, func, &[]).unwrap_err()
}

/// The sources of each frame, as text.
fn sources(error: &Error) -> Vec<Vec<String>> {
    let text = |source: &error::Source| {
        format!("{} {}:{}:{}", source.function, source.file, source.line, source.column)
    };
    error.frames.iter().map(|frame| frame.sources.iter().map(text).collect()).collect()
}

const INNER_SOURCES: [&str; 2] =
    ["check /source/guest.cc:10:3", "Guest::inner() /source/guest.cc:11:0"];

#[test]
fn frames_have_sources() {
    for compiler in COMPILERS {
        let engine = wanting(compiler);
        let module = Module::new(&engine, &traced()).unwrap();
        assert_eq!(module.compiler(), compiler);
        let error = failure(&engine, &module, "outer");
        assert_eq!(
            sources(&error),
            [&INNER_SOURCES[..], &["outer /source/guest.cc:20:3"]],
            "{compiler}"
        );
        let error = failure(&engine, &module, "host");
        assert_eq!(sources(&error), [["host /source/guest.cc:30:3"]], "{compiler}");
        // The error outlives the module, and another module has other sources.
        drop(module);
        let plain = Module::new(&engine, TEXT.as_bytes()).unwrap();
        assert_eq!(sources(&failure(&engine, &plain, "outer")), [[""; 0], []]);
        assert_eq!(error.frames[0].sources[0].line, 30);
    }
}

#[test]
fn an_engine_that_does_not_ask_gets_none() {
    for compiler in COMPILERS {
        let quiet = engine(compiler);
        let module = Module::new(&quiet, &traced()).unwrap();
        assert_eq!(sources(&failure(&quiet, &module, "outer")), [[""; 0], []]);
        // Who loads it decides.
        let bytes = module.serialize().unwrap();
        let asking = wanting(compiler);
        let loaded = Module::deserialize(&asking, &bytes).unwrap();
        let error = failure(&asking, &loaded, "outer");
        assert_eq!(sources(&error)[0], INNER_SOURCES, "{compiler}");
        let error = failure(&quiet, &module, "outer");
        assert_eq!(sources(&error), [[""; 0], []]);
    }
}

#[test]
fn a_module_that_pays_has_sources() {
    let mut config = Config::default();
    config.set_debug_info(true);
    config.set_metering(metering::Metering::fuel(1000, &[]).unwrap());
    let engine = Engine::new(config);
    let module = Module::new(&engine, &traced()).unwrap();
    assert_eq!(sources(&failure(&engine, &module, "outer"))[0], INNER_SOURCES);
}

/// The trap comes as it would, with what could be made out.
fn traps_with(sections: &[(&str, Vec<u8>)]) -> Vec<Vec<String>> {
    let engine = wanting(Compiler::Singlepass);
    let module = Module::new(&engine, &with_sections(sections)).unwrap();
    let error = failure(&engine, &module, "outer");
    assert_eq!((error.status, error.frames.len()), (Status::Trap, 2), "{error}");
    sources(&error)
}

#[test]
fn sections_that_are_cut_or_changed_do_no_harm() {
    let whole = [
        (".debug_abbrev", abbreviations()),
        (".debug_info", info(&inlined("check"))),
        (".debug_line", lines()),
    ];
    let mut rng = Rng(0x9e37_79b9_7f4a_7c15);
    for cut in 0..whole.len() {
        for _ in 0..100 {
            let mut sections = whole.clone();
            let bytes = &mut sections[cut].1;
            let place = rng.below(bytes.len());
            match rng.below(3) {
                0 => bytes.truncate(place),
                1 => bytes[place] = rng.word() as u8,
                _ => bytes[place] ^= 1 << rng.below(8),
            }
            traps_with(&sections);
        }
        let mut sections = whole.to_vec();
        sections.remove(cut);
        traps_with(&sections);
    }
}

#[test]
fn entries_are_not_read_at_any_depth() {
    // Each byte is an inlined function in the one before.
    let deep = [vec![BARE; 1_000_000], vec![0; 1_000_000]].concat();
    let found = traps_with(&[(".debug_abbrev", abbreviations()), (".debug_info", info(&deep))]);
    assert_eq!(found, [[""; 0], []]);
    let some = [vec![BARE; 900], inlined("check"), vec![0; 900]].concat();
    let found = traps_with(&[(".debug_abbrev", abbreviations()), (".debug_info", info(&some))]);
    assert_eq!(found.len(), 2);
}

#[test]
fn what_would_take_the_square_of_its_size_is_left() {
    // Many units, each with the same many ranges.
    const COUNT: usize = 100_000;
    let units = unit(&[&[RANGED][..], &0_u32.to_le_bytes()].concat()).repeat(COUNT);
    let ranges = low_and_size(1, 2).repeat(COUNT);
    let _watchdog = watchdog("debug info: ranges", 120);
    let found = traps_with(&[
        (".debug_abbrev", abbreviations()),
        (".debug_info", units),
        (".debug_ranges", ranges),
    ]);
    assert_eq!(found, [[""; 0], []]);
}

#[test]
fn names_and_paths_have_a_length() {
    let long = "n".repeat(1_000_000);
    let found = traps_with(&[
        (".debug_abbrev", abbreviations()),
        (".debug_info", info(&inlined(&long))),
        (".debug_line", lines()),
    ]);
    assert!(found[0][0].starts_with("nnn") && found[0][0].len() < 1100, "{}", found[0][0].len());
}

/// The guest of tests/guests/traced.rs; none where rustc has no library for its target.
fn rust_guest() -> Option<Vec<u8>> {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("debug-info");
    std::fs::create_dir_all(&directory).unwrap();
    let options = ["--edition=2024", "-g", "--crate-type=cdylib"];
    let output = rustc::guest("traced", "wasm32-unknown-unknown", &options, &directory)?;
    Some(std::fs::read(output).unwrap())
}

#[test]
fn a_program_of_rustc_is_traced() {
    let Some(bytes) = rust_guest() else { return };
    let source = include_str!("guests/traced.rs");
    let line = |marked: &str| {
        let found = source.lines().position(|line| line.ends_with(&format!("// {marked} here")));
        found.unwrap_or_else(|| panic!("no line that {marked}")) as u32 + 1
    };
    for compiler in COMPILERS {
        let engine = wanting(compiler);
        let arena = Owned::new(&engine);
        let instance = arena.instantiate(&Module::new(&engine, &bytes).unwrap(), &[], 0).unwrap();
        let (_, run) = arena.export_by_name(instance, "run").unwrap();
        assert_eq!(call(&arena, run, &[84, 2]).unwrap(), [43]);
        // The greatest negative number by -1 is a panic, and so is a division by 0.
        let error = call(&arena, run, &[1, 0]).unwrap_err();
        let found: Vec<_> = error.frames.iter().flat_map(|frame| &frame.sources).collect();
        let place = |function: &str, marked: &str| {
            let found = found.iter().find(|source| {
                source.function.contains(function)
                    && source.file.ends_with("tests/guests/traced.rs")
                    && source.line == line(marked)
                    && source.column > 0
            });
            assert!(
                found.is_some(),
                "{compiler}: no {function} that {marked}: {:#?}",
                error.frames
            );
        };
        place("unwind", "panics");
        place("Share::of", "divides");
        place("traced::shared", "shares");
        place("run", "calls");
    }
}
