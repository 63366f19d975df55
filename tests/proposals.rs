//! What is said of a compiler's support for a proposal is what it does.

mod common;
use common::*;
use wasmer::runtime::*;

#[test]
fn the_compilers_support_what_the_documents_say() {
    // As in docs/src/features.md.
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
            other => panic!("{other} is new: docs/src/features.md is to say who supports it"),
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
        assert_eq!(error.status, Status::Unsupported, "{name}: {error}");
        let wanted =
            format!("module: needs the proposal {name}, which the engine has switched off (");
        assert!(error.message.starts_with(&wanted), "{name}: {error}");
        Module::new(&engine(Compiler::Cranelift), text.as_bytes()).unwrap();
    }
}

/// Validating and compiling agree, and say what is missing.
fn refusal(engine: &Engine, module: impl AsRef<[u8]>) -> Error {
    let bytes = module.as_ref();
    let [validated, compiled] =
        [Module::validate(engine, bytes).unwrap_err(), Module::new(engine, bytes).err().unwrap()];
    assert_eq!((validated.status, &*validated.message), (compiled.status, &*compiled.message));
    compiled
}

fn without_exceptions(compiler: Compiler) -> Engine {
    let mut config = Config::default();
    config.set_compiler(compiler).unwrap();
    config.set_feature("exception-handling", false).unwrap();
    Engine::new(config)
}

#[test]
fn what_wasmer_lacks_is_named() {
    for compiler in COMPILERS {
        for (names, text) in [
            ("proposal gc", "(module (type (struct (field i32))))"),
            ("proposal gc", "(module (func (param i31ref)))"),
            ("proposal gc", "(module (type $s (struct)) (func (param (ref null $s))))"),
            (
                "proposals gc and function-references",
                "(module (type (struct)) (type $f (func)) (func (param (ref $f)) (call_ref $f (local.get 0))))",
            ),
            (
                "proposal function-references",
                "(module (type $f (func)) (func (param (ref $f)) (call_ref $f (local.get 0))))",
            ),
            ("proposal memory64", "(module (memory i64 1))"),
            ("proposal memory64", "(module (table i64 1 funcref))"),
            ("proposal custom-page-sizes", "(module (memory 1 (pagesize 1)))"),
            ("proposal component-model", "(component)"),
        ] {
            let error = refusal(&engine(compiler), text);
            assert_eq!(error.status, Status::Unsupported, "{text}: {error}");
            let wanted = format!("module: needs the {names}, which wasmer does not compile (");
            assert!(error.message.starts_with(&wanted), "{text}: {error}");
        }
        // try, throw, catch: the text format has no words for the old instructions any more.
        let legacy = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0d\x03\x01\0\0\
            \x0a\x0b\x01\x09\0\x06\x40\x08\0\x07\0\x0b\x0b";
        let error = refusal(&engine(compiler), legacy);
        let wanted =
            "module: needs the proposal legacy exceptions, which wasmer does not compile (";
        assert!(error.message.starts_with(wanted), "{error}");
        let error = refusal(&without_exceptions(compiler), legacy);
        let wanted = "module: needs the proposals legacy exceptions, which wasmer does not compile; \
                      and exception-handling, which the engine has switched off (";
        assert!(error.message.starts_with(wanted), "{error}");
        // What no proposal makes valid stays invalid.
        let error = refusal(&engine(compiler), "(module (func (result i32)))");
        assert_eq!(error.status, Status::InvalidModule, "{error}");
    }
}

#[test]
fn valid_modules_that_wasmer_does_not_translate_are_unsupported_when_they_are_validated() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        for (wanted, text) in [
            (
                "module: element segment 1: its item is the value of imported global 0 (global.get)",
                r#"(module (import "h" "g" (global $g funcref)) (table 1 funcref) (func $f)
                    (elem (i32.const 0) $f)
                    (elem (i32.const 0) funcref (ref.null func) (global.get $g)))"#,
            ),
            (
                "module: element segment 0: its item is the value of imported global 0 (global.get)",
                r#"(module (import "h" "g" (global $g externref)) (elem externref (global.get $g)))"#,
            ),
            ("module: type nullexnref", "(module (func (param nullexnref)))"),
            ("module: type nullexnref", "(module (global nullexnref (ref.null noexn)))"),
            ("module: table of nullexnref", "(module (table 1 nullexnref))"),
            ("module: table of exnref", "(module (table 1 exnref))"),
        ] {
            let error = refusal(&engine, text);
            assert_eq!(error.status, Status::Unsupported, "{text}: {error}");
            assert!(error.message.starts_with(wanted), "{text}: {error}");
        }
    }
}
