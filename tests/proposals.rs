//! What is said of a compiler's support for a proposal is what it does.

mod common;
use common::*;
use wasmer::runtime::*;

#[test]
fn the_compilers_support_what_the_documents_say() {
    // As in README.md, "Guests".
    const ALL: [&str; 6] = [
        "threads",
        "reference-types",
        "bulk-memory",
        "multi-value",
        "multi-memory",
        "extended-const",
    ];
    for name in proposals::names() {
        let [cranelift, singlepass] =
            COMPILERS.map(|compiler| proposals::is_supported(compiler, name).unwrap());
        println!("{name}: cranelift {cranelift}, singlepass {singlepass}");
        let expected = match name {
            name if ALL.contains(&name) => (true, true),
            "tail-call" => (false, false),
            "simd" | "relaxed-simd" | "exception-handling" | "wide-arithmetic" => (true, false),
            other => panic!("{other} is new: README.md is to say who supports it"),
        };
        assert_eq!((cranelift, singlepass), expected, "{name}");
    }
    let error = proposals::is_supported(Compiler::Cranelift, "gc").unwrap_err();
    assert_eq!(error.status, Status::InvalidArgument);
}

#[test]
fn what_is_switched_off_is_refused() {
    for (name, text) in [
        ("simd", "(module (func (drop (v128.const i64x2 1 2))))"),
        (
            "bulk-memory",
            "(module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))))",
        ),
        ("multi-memory", "(module (memory 1) (memory 1))"),
        ("threads", "(module (memory 1 1 shared))"),
    ] {
        let mut config = Config::default();
        config.set_feature(name, false).unwrap();
        let error = Module::new(&Engine::new(config), text.as_bytes()).err().unwrap();
        assert_eq!(error.status, Status::InvalidModule, "{name}: {error}");
        Module::new(&engine(Compiler::Cranelift), text.as_bytes()).unwrap();
    }
}
