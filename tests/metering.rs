//! Metering: what is paid, that it is the same on each compiler, and what happens at the end.

mod common;
use common::*;
use wasmer::runtime::metering::{Metering, OPERATORS, Points};
use wasmer::runtime::*;

const END: usize = 13;
const LOCAL_GET: usize = 25;
const I32_ADD: usize = 99;

fn metered(compiler: Compiler, limit: u64, costs: &[(usize, u32)]) -> Engine {
    let mut table = [0; OPERATORS];
    costs.iter().for_each(|&(number, cost)| table[number] = cost);
    let mut config = Config::default();
    config.set_compiler(compiler).unwrap();
    config.set_metering(Metering::new(limit, &table).unwrap());
    Engine::new(config)
}

const SUM: &str = r#"(module (func (export "sum") (param i32 i32) (result i32)
    local.get 0 local.get 1 i32.add))"#;

#[test]
fn what_runs_is_paid_for_as_wasmer_go_did() {
    for compiler in COMPILERS {
        let costs = [(END, 1), (LOCAL_GET, 1), (I32_ADD, 4)];
        let engine = metered(compiler, 800_000_000, &costs);
        let module = module(&engine, SUM);
        assert_eq!(module.exports().len(), 1, "nothing is added to the exports");
        // Also after it was serialized.
        let loaded = Module::deserialize(&engine, &module.serialize().unwrap()).unwrap();
        for module in [module, loaded] {
            let arena = Owned::new(&engine);
            let instance = arena.instantiate(&module, &[], 0).unwrap();
            let sum = arena.export_by_name(instance, "sum").unwrap().1;
            assert_eq!(call(&arena, sum, &[37, 5]).unwrap(), [42]);
            let expected = Points { remaining: 800_000_000 - 7, exhausted: false };
            assert_eq!(arena.points(instance).unwrap(), expected, "{compiler}");
        }
    }
}

#[test]
fn a_guest_without_points_traps_and_goes_on_when_it_gets_more() {
    let wat = r#"(module (func (export "f") (param i32) (result i32) (local i32)
        (loop $again
          (local.set 1 (i32.add (local.get 1) (i32.const 1)))
          (br_if $again (i32.lt_u (local.get 1) (local.get 0))))
        (local.get 1)))"#;
    let mut left = Vec::new();
    for compiler in COMPILERS {
        let engine = metered(compiler, 1000, &[(I32_ADD, 10)]);
        let arena = Owned::new(&engine);
        let instance = arena.instantiate(&module(&engine, wat), &[], 0).unwrap();
        let f = arena.export_by_name(instance, "f").unwrap().1;
        assert_eq!(call(&arena, f, &[50]).unwrap(), [50]);
        left.push(arena.points(instance).unwrap());
        let error = call(&arena, f, &[51]).unwrap_err();
        assert_eq!(error.trap, Some(TrapKind::Unreachable));
        assert_eq!(arena.points(instance).unwrap(), Points { remaining: 0, exhausted: true });
        arena.set_points(instance, 20).unwrap();
        assert_eq!(arena.points(instance).unwrap(), Points { remaining: 20, exhausted: false });
        assert_eq!(call(&arena, f, &[2]).unwrap(), [2]);
        assert_eq!(call(&arena, f, &[1]).unwrap_err().status, Status::OutOfFuel);
    }
    assert_eq!(left, [Points { remaining: 500, exhausted: false }; 2]);
}

#[test]
fn a_module_without_metering_says_so() {
    let engine = engine(Compiler::Cranelift);
    let arena = Owned::new(&engine);
    let instance = arena.instantiate(&module(&engine, SUM), &[], 0).unwrap();
    assert_eq!(arena.points(instance).unwrap_err().status, Status::Unsupported);
    assert_eq!(arena.set_points(instance, 1).unwrap_err().status, Status::Unsupported);
    assert_eq!(Metering::new(1, &[0; OPERATORS + 1]).unwrap_err().status, Status::InvalidArgument);
}

/// The two whose names differ between wasmer's C API and its parser.
#[test]
fn an_average_of_vectors_costs_what_the_table_says() {
    for (number, instruction) in [(504, "i8x16.avgr_u"), (505, "i16x8.avgr_u")] {
        let engine = metered(Compiler::Cranelift, 100, &[(number, 10)]);
        let text = format!(
            r#"(module (func (export "f") (param v128)
                local.get 0 local.get 0 {instruction} drop))"#
        );
        let arena = Owned::new(&engine);
        let instance = arena.instantiate(&module(&engine, &text), &[], 0).unwrap();
        let f = arena.export(instance, 0).unwrap();
        call(&arena, f, &[0, 0]).unwrap();
        assert_eq!(arena.points(instance).unwrap().remaining, 90, "{instruction}");
    }
}

/// An engine with metering takes no code that pays nothing; without, it takes code that pays as it was compiled to.
#[test]
fn a_serialized_module_pays_as_it_was_compiled_to() {
    for compiler in COMPILERS {
        let (plain, metered) = (engine(compiler), metered(compiler, 10, &[]));
        let free = module(&plain, "(module)").serialize().unwrap();
        let error = Module::deserialize(&metered, &free).err().unwrap();
        assert_eq!(error.status, Status::Deserialize);
        assert!(error.message.contains("compiled without metering"), "{error}");
        assert!(!Module::deserialize(&plain, &free).unwrap().is_metered());
        let paid = module(&metered, "(module)").serialize().unwrap();
        for engine in [&plain, &metered] {
            assert!(Module::deserialize(engine, &paid).unwrap().is_metered());
        }
    }
}
