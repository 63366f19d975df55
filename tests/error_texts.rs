//! Texts of errors can be read, however long the names, types and lists are that a guest brings.

mod common;
use common::*;
use wasmer::runtime::*;

const MOST: usize = 5000;

#[test]
fn texts_are_bounded() {
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let (types, long) = (" funcref".repeat(1000), "ä".repeat(40_000));
    let many = format!(r#"(import "m" "f" (func (param {types}) (result {types})))"#).repeat(25);
    let given = vec![0; 25];
    let error = arena.instantiate(&module(&engine, &format!("(module {many})")), &given, 0);
    let text = error.unwrap_err().to_string();
    assert!(text.len() < MOST, "{}", text.len());
    assert!(text.contains(r#"import "m"."f": missing"#) && text.contains("left out]"), "{text}");

    let named = module(&engine, &format!(r#"(module (import "m" "{long}" (func)))"#));
    let text = arena.instantiate(&named, &[0], 0).unwrap_err().to_string();
    assert!(text.len() < MOST && text.contains("bytes left out]"), "{}", text.len());

    let instance = arena.instantiate(&module(&engine, "(module)"), &[], 0).unwrap();
    let text = arena.export_by_name(instance, &long).unwrap_err().to_string();
    assert!(text.len() < MOST && text.contains("no export is named"), "{}", text.len());

    // What others word: a line of text that is not WebAssembly, a name that is exported twice.
    for wat in [
        format!("(module (func ${long}x) ("),
        format!(r#"(module (func (export "{long}")) (func (export "{long}")))"#),
    ] {
        let text = Module::new(&engine, wat.as_bytes()).err().unwrap().to_string();
        assert!(text.len() < MOST && !text.is_empty(), "{}", text.len());
    }

    // A host function's own text is left as it is.
    let words = long.clone();
    let fail = host(&arena, &[], &[], move |_, _| Err(Error::new(Status::Host, words.clone())));
    assert_eq!(call(&arena, fail, &[]).unwrap_err().message, long);
}

/// Short ones are complete.
#[test]
fn short_texts_are_left_as_they_are() {
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let wat = r#"(module (import "m" "f" (func (param i32 i64 f32 f64) (result i32))))"#;
    let text = arena.instantiate(&module(&engine, wat), &[0], 0).unwrap_err().to_string();
    assert_eq!(text, r#"import "m"."f": missing, func(i32, i64, f32, f64) -> (i32) wanted"#);
}
