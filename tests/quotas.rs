//! Limits that an engine or an arena was given.

mod common;
use common::*;
use wasmer::runtime::*;

fn limited(quotas: &[(Quota, u64)]) -> Engine {
    let mut config = Config::default();
    quotas.iter().for_each(|&(quota, most)| config.set_quota(quota, most).unwrap());
    Engine::new(config)
}

fn refused(error: Error, quota: &str) {
    assert_eq!(error.status, Status::Limit, "{error}");
    assert!(error.message.contains(quota), "{error}");
}

#[test]
fn a_module_that_is_too_large_is_refused_before_it_is_compiled() {
    let text = "(module (func) (func) (func) (func))";
    let size = Module::validate(&engine(Compiler::Cranelift), text.as_bytes()).map(|()| 0);
    size.unwrap();
    let few = limited(&[(Quota::Functions, 3)]);
    refused(Module::new(&few, text.as_bytes()).err().unwrap(), "4 functions of a module asked");
    refused(Module::validate(&few, text.as_bytes()).err().unwrap(), "3 allowed");
    let enough = limited(&[(Quota::Functions, 4)]);
    let bytes = Module::new(&enough, text.as_bytes()).unwrap().serialize().unwrap();
    Module::deserialize(&enough, &bytes).unwrap();
    refused(Module::deserialize(&few, &bytes).err().unwrap(), "4 functions of a module asked");

    let small = limited(&[(Quota::ModuleBytes, 20)]);
    refused(Module::new(&small, text.as_bytes()).err().unwrap(), "bytes of a module asked for");
    Module::new(&small, b"(module)").unwrap();
}

#[test]
fn memories_grow_up_to_the_quota() {
    let engine = limited(&[(Quota::MemoryPages, 10), (Quota::Memories, 2)]);
    let arena = Owned::new(&engine);
    let text = r#"(module (memory (export "m") 4)
        (func (export "grow") (param i32) (result i32) local.get 0 memory.grow))"#;
    let instance = arena.instantiate(&module(&engine, text), &[], 0).unwrap();
    let grow = arena.export(instance, 1).unwrap();
    assert_eq!(call(&arena, grow, &[4]).unwrap(), [4]);
    // The guest asks for 64 GiB and gets -1.
    assert_eq!(call(&arena, grow, &[1 << 20]).unwrap(), [u64::from(u32::MAX)]);
    assert_eq!(call(&arena, grow, &[3]).unwrap(), [u64::from(u32::MAX)]);
    assert_eq!(call(&arena, grow, &[1]).unwrap(), [8]);
    let limits = |minimum| Limits { minimum, maximum: None };
    refused(arena.new_memory(limits(2), false).unwrap_err(), "10 allowed for all memories");
    arena.new_memory(limits(1), false).unwrap();
    refused(arena.new_memory(limits(0), false).unwrap_err(), "2 memories are allowed");

    // An arena of its own mind.
    arena.set_quota(Quota::MemoryPages, 12).unwrap();
    assert_eq!(arena.quota(Quota::MemoryPages).unwrap(), 12);
    assert_eq!(call(&arena, grow, &[2]).unwrap(), [9]);
    assert_eq!(call(&arena, grow, &[1]).unwrap(), [u64::from(u32::MAX)]);
    let other = Owned::new(&engine);
    assert_eq!(other.quota(Quota::MemoryPages).unwrap(), 10);
    // Below what is in use the guest may still ask how much that is.
    arena.set_quota(Quota::MemoryPages, 3).unwrap();
    assert_eq!(call(&arena, grow, &[0]).unwrap(), [11]);
    assert_eq!(call(&arena, grow, &[1]).unwrap(), [u64::from(u32::MAX)]);
}

#[test]
fn tables_and_instances_have_quotas() {
    let engine = limited(&[(Quota::TableElements, 100), (Quota::Instances, 3)]);
    let arena = Owned::new(&engine);
    let text = r#"(module (table 10 funcref)
        (func (export "grow") (param i32) (result i32) ref.null func local.get 0 table.grow))"#;
    let guest = module(&engine, text);
    let instance = arena.instantiate(&guest, &[], 0).unwrap();
    let grow = arena.export(instance, 0).unwrap();
    assert_eq!(call(&arena, grow, &[4_000_000_000]).unwrap(), [u64::from(u32::MAX)]);
    assert_eq!(call(&arena, grow, &[90]).unwrap(), [10]);
    assert_eq!(call(&arena, grow, &[1]).unwrap(), [u64::from(u32::MAX)]);
    let large = module(&engine, "(module (table 101 funcref))");
    refused(arena.instantiate(&large, &[], 0).unwrap_err(), "101 elements asked for, 100 allowed");
    let limits = Limits { minimum: 101, maximum: None };
    refused(arena.new_table(ValueKind::FuncRef, limits, 0).unwrap_err(), "100 allowed");

    arena.instantiate(&guest, &[], 0).unwrap();
    arena.instantiate(&guest, &[], 0).unwrap();
    refused(arena.instantiate(&guest, &[], 0).unwrap_err(), "3 instances are allowed");
    // A host function that is called by the host takes none of them.
    let host = arena.new_func(FuncType::new(&[], &[]), Box::new(Nothing)).unwrap();
    call(&arena, host, &[]).unwrap();
    arena.set_quota(Quota::Instances, 4).unwrap();
    arena.instantiate(&guest, &[], 0).unwrap();
    refused(arena.instantiate(&guest, &[], 0).unwrap_err(), "4 instances are allowed");
}

struct Nothing;

impl HostCall for Nothing {
    unsafe fn call(&self, _: &CallInfo<'_>, _: &Signature, _: *mut Slot) -> Result<()> {
        Ok(())
    }
}

#[test]
fn what_cannot_be_set_is_said() {
    let mut config = Config::default();
    for quota in Quota::ALL {
        assert_eq!(Quota::from_u32(quota as u32), Some(quota));
        let error = config.set_quota(quota, u64::MAX).unwrap_err();
        assert_eq!(error.status, Status::InvalidArgument, "{quota}");
        config.set_quota(quota, 0).unwrap();
    }
    assert_eq!(Quota::from_u32(Quota::ALL.len() as u32), None);
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    for quota in [Quota::ModuleBytes, Quota::Functions] {
        let error = arena.set_quota(quota, 1).unwrap_err();
        assert_eq!(error.status, Status::InvalidArgument, "{quota}");
    }
    // With nothing allowed nothing is made, and nothing breaks.
    let nothing = limited(&Quota::ALL.map(|quota| (quota, 0)));
    refused(Module::new(&nothing, b"(module)").err().unwrap(), "0 allowed");
    let arena = Owned::new(&nothing);
    let limits = Limits { minimum: 0, maximum: None };
    refused(arena.new_memory(limits, false).unwrap_err(), "0 memories");
}
