//! Instances that are given back before their arena goes. See `life.rs` for what keeps them.

mod common;
use common::*;
use wasmer::runtime::*;

const ALONE: &str = r#"(module (func (export "f") (result i32) i32.const 7))"#;

#[test]
fn a_released_instance_makes_room_for_another() {
    let engine = engine(Compiler::Cranelift);
    let module = module(&engine, ALONE);
    let arena = Owned::new(&engine);
    for _ in 0..MAX_INSTANCES + 100 {
        let instance = arena.instantiate(&module, &[], 0).unwrap();
        arena.release(instance).unwrap();
        for error in [
            arena.noun(instance).map(drop).unwrap_err(),
            arena.export(instance, 0).map(drop).unwrap_err(),
            arena.release(instance).unwrap_err(),
        ] {
            assert_eq!(error.status, Status::Handle);
            assert!(error.message.contains("released and freed"), "{error}");
        }
    }
    // Places are used again; what is in them is right.
    let kept = arena.instantiate(&module, &[], 0).unwrap();
    let released = arena.instantiate(&module, &[], 0).unwrap();
    arena.release(released).unwrap();
    let other = arena.instantiate(&module, &[], 0).unwrap();
    for instance in [kept, other] {
        let f = arena.export(instance, 0).unwrap();
        assert_eq!(call(&arena, f, &[]).unwrap(), [7]);
    }
}

/// With many that live, a release does not look at each of them, and all the same what was released is
/// not in the way.
#[test]
fn room_is_made_when_it_is_needed() {
    let engine = engine(Compiler::Cranelift);
    let module = module(&engine, ALONE);
    let arena = Owned::new(&engine);
    let instances: Vec<_> =
        (0..MAX_INSTANCES).map(|_| arena.instantiate(&module, &[], 0).unwrap()).collect();
    let error = arena.instantiate(&module, &[], 0).unwrap_err();
    assert_eq!(error.status, Status::Limit);
    for part in ["10000 instances are allowed", "as many are in use", "release"] {
        assert!(error.message.contains(part), "{error}");
    }
    arena.collect().unwrap();
    arena.release(instances[5000]).unwrap();
    assert_eq!(arena.noun(instances[5000]).unwrap(), Noun::Instance, "not looked at yet");
    let new = arena.instantiate(&module, &[], 0).unwrap();
    assert!(arena.noun(instances[5000]).is_err());
    let f = arena.export(new, 0).unwrap();
    assert_eq!(call(&arena, f, &[]).unwrap(), [7]);
    assert_eq!(arena.release(0).unwrap_err().status, Status::Handle);
}
