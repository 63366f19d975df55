//! Tables that several can write to: what was written last is what everybody calls.

mod common;
use common::*;
use std::fmt::Write;
use wasmer::runtime::*;

const SIZE: u32 = 8;

/// A module that writes to the table `$t` in each way there is, and calls what is in it. Its functions give
/// numbers from `base` on.
fn writer(table: &str, base: u32) -> String {
    let mut wat = format!(
        r#"(module (type $v (func (result i32))) {table}
        (table $own {SIZE} {SIZE} funcref)
        (elem (table $own) (i32.const 0) func $f0 $f1 $f2 $f3)
        (elem $passive func $f0 $f1 $f2 $f3)
        (func (export "call") (param i32) (result i32)
          (call_indirect $t (type $v) (local.get 0)))
        (func (export "set") (param i32) (table.set $t (local.get 0) (ref.func $f0)))
        (func (export "clear") (param i32) (table.set $t (local.get 0) (ref.null func)))
        (func (export "fill") (param i32)
          (table.fill $t (local.get 0) (ref.func $f1) (i32.const 2)))
        (func (export "copy") (param i32)
          (table.copy $t $own (local.get 0) (i32.const 1) (i32.const 2)))
        (func (export "turn")
          (table.copy $t $t (i32.const 1) (i32.const 0) (i32.const {})))
        (func (export "init") (param i32)
          (table.init $t $passive (local.get 0) (i32.const 2) (i32.const 2)))
        (func (export "grow") (result i32)
          (table.grow $t (ref.func $f0) (i32.const 1)))"#,
        SIZE - 1,
    );
    for number in 0..4 {
        let _ = write!(wat, "(func $f{number} (result i32) (i32.const {}))", base + number);
    }
    wat + ")"
}

/// A table with what should be in it, and the instances that share it.
struct Shared {
    arena: Owned,
    engine: Engine,
    table: Handle,
    /// Instances that can write, with the first number of their functions.
    writers: Vec<(Handle, u32)>,
    wanted: [Option<u64>; SIZE as usize],
}

impl Shared {
    fn export(&self, instance: Handle, name: &str) -> Handle {
        self.arena.export_by_name(instance, name).unwrap().1
    }

    /// One random write by one of those who can. Gives its description.
    fn write(&mut self, rng: &mut Rng) -> String {
        let at = rng.below(SIZE as usize - 1);
        let who = rng.below(self.writers.len() + 2);
        let Some(&(instance, base)) = self.writers.get(who) else {
            return self.write_from_outside(rng, at, who == self.writers.len());
        };
        let (base, names) = (u64::from(base), ["set", "clear", "fill", "copy", "turn", "init"]);
        let name = names[rng.below(names.len())];
        let arguments = if name == "turn" { &[][..] } else { &[at as u64] };
        call(&self.arena, self.export(instance, name), arguments).unwrap();
        match name {
            "set" => self.wanted[at] = Some(base),
            "clear" => self.wanted[at] = None,
            "fill" => self.wanted[at..at + 2].fill(Some(base + 1)),
            "copy" => self.wanted[at..at + 2].copy_from_slice(&[Some(base + 1), Some(base + 2)]),
            "init" => self.wanted[at..at + 2].copy_from_slice(&[Some(base + 2), Some(base + 3)]),
            _ => self.wanted.copy_within(..SIZE as usize - 1, 1),
        }
        format!("writer {who} {name} {at}")
    }

    /// By the host, or by the active segment of a new instance.
    fn write_from_outside(&mut self, rng: &mut Rng, at: usize, host: bool) -> String {
        let number = 1_000_000 + rng.below(1_000_000) as u64;
        let wat = format!(
            r#"(module (import "" "t" (table {SIZE} funcref))
            (elem (i32.const {at}) func $f)
            (func $f (result i32) (i32.const {number})))"#
        );
        if !host {
            self.arena.instantiate(&module(&self.engine, &wat), &[self.table], 0).unwrap();
            self.wanted[at] = Some(number);
            return format!("segment at {at}");
        }
        let (func, wanted) = match rng.below(3) {
            0 => (0, None),
            1 => {
                let (instance, _) = self.writers[rng.below(self.writers.len())];
                // A function of no writer's table: it is not of the type that they call.
                (self.export(instance, "turn"), Some(u64::MAX))
            }
            _ => {
                let made = common::host(&self.arena, &[], &[ValueKind::I32], move |_, slots| {
                    slots[0] = slot(number);
                    Ok(())
                });
                (made, Some(number))
            }
        };
        self.arena.table_set(self.table, at as u32, func).unwrap();
        self.wanted[at] = wanted;
        format!("host sets {at}")
    }

    /// What each sees at each index, by calling it.
    fn check(&self, after: &str) {
        for (at, &wanted) in self.wanted.iter().enumerate() {
            for (who, &(instance, _)) in self.writers.iter().enumerate() {
                let found = call(&self.arena, self.export(instance, "call"), &[at as u64]);
                let seen = format!("writer {who} calls {at} after {after}: {found:?}");
                match (found, wanted) {
                    (Ok(found), Some(wanted)) => assert_eq!(found, [wanted], "{seen}"),
                    (Err(error), Some(u64::MAX)) => {
                        assert_eq!(error.trap, Some(TrapKind::BadSignature), "{seen}");
                    }
                    (Err(error), None) => {
                        assert_eq!(error.trap, Some(TrapKind::IndirectCallToNull), "{seen}");
                    }
                    _ => panic!("{seen}, {wanted:?} wanted"),
                }
            }
            let held = self.arena.table_get(self.table, at as u32).unwrap();
            assert_eq!(held == 0, wanted.is_none(), "host reads {at} after {after}");
            if let Some(wanted) = wanted.filter(|&wanted| wanted != u64::MAX) {
                assert_eq!(call(&self.arena, held, &[]).unwrap(), [wanted], "host, after {after}");
            }
        }
    }
}

/// The module that owns the table, or none for a table of the host's, and how the others import it.
fn shared(engine: &Engine, owner: Option<&str>, import: &str, kept: bool) -> Shared {
    let arena = Owned::new(engine);
    let mut writers = Vec::new();
    let load = |wat: &str| {
        let module = module(engine, wat);
        match kept {
            true => Module::deserialize(engine, &module.serialize().unwrap()).unwrap(),
            false => module,
        }
    };
    let table = match owner {
        Some(limits) => {
            let module = load(&writer(&format!(r#"(table $t (export "t") {limits} funcref)"#), 10));
            let instance = arena.instantiate(&module, &[], 0).unwrap();
            writers.push((instance, 10));
            arena.export_by_name(instance, "t").unwrap().1
        }
        None => {
            let limits = Limits { minimum: SIZE, maximum: Some(SIZE) };
            arena.new_table(ValueKind::FuncRef, limits, 0).unwrap()
        }
    };
    for base in [20, 30] {
        // The second of them imports the table of the first, which is the same.
        let import =
            format!(r#"(import "" "t" (table $t {import} funcref)) (export "t" (table $t))"#);
        let instance = arena.instantiate(&load(&writer(&import, base)), &[table], 0).unwrap();
        writers.push((instance, base));
        assert_eq!(arena.export_by_name(instance, "t").unwrap().1, table);
    }
    Shared { arena, engine: engine.clone(), table, writers, wanted: [None; SIZE as usize] }
}

#[test]
fn everybody_calls_what_anybody_wrote_last() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        for (owner, import, kept) in [
            (Some("8 8"), "8", false),
            (Some("8 8"), "8 8", false),
            (Some("8 8"), "8 8", true),
            (Some("8 9"), "8", false),
            (Some("8"), "8", false),
            (None, "8 8", false),
            (None, "8", true),
        ] {
            let mut shared = shared(&engine, owner, import, kept);
            let mut rng = Rng(56);
            for round in 0..150 {
                let what = shared.write(&mut rng);
                shared.check(&format!("{compiler} {owner:?} {import} round {round}, {what}"));
            }
        }
    }
}

/// Its limits are what the module said, to the host and to importing modules, and it does not grow.
#[test]
fn an_exported_table_of_equal_limits_stays_one() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        let wat = writer(r#"(table $t (export "t") 8 8 funcref)"#, 1);
        let made = module(&engine, &wat);
        let kept = Module::deserialize(&engine, &made.serialize().unwrap()).unwrap();
        let interrupt = Interrupt::new().unwrap();
        let watched = Module::new_under(&engine, wat.as_bytes(), Some(&interrupt)).unwrap();
        for module in [made, kept, watched] {
            let equal = Limits { minimum: SIZE, maximum: Some(SIZE) };
            let table = ExternType::Table { element: ValueKind::FuncRef, limits: equal };
            let export = module.exports().iter().find(|export| export.name == "t").unwrap();
            assert_eq!(export.ty, table);

            let arena = Owned::new(&engine);
            let instance = arena.instantiate(&module, &[], 0).unwrap();
            let get = |name: &str| arena.export_by_name(instance, name).unwrap().1;
            let minus_one = u64::from(u32::MAX);
            assert_eq!(call(&arena, get("grow"), &[]).unwrap(), [minus_one]);
            assert_eq!(arena.table_grow(get("t"), 1, 0).unwrap_err().status, Status::Limit);
            assert_eq!(arena.table_grow(get("t"), 0, 0).unwrap(), SIZE);
            assert_eq!(arena.table_size(get("t")).unwrap(), SIZE);
            for (import, fits) in [("8 8", true), ("7 9", true), ("8 7", false), ("9", false)] {
                let wat = format!(r#"(module (import "" "t" (table {import} funcref)))"#);
                let Ok(taking) = Module::new(&engine, wat.as_bytes()) else { continue };
                assert_eq!(arena.instantiate(&taking, &[get("t")], 0).is_ok(), fits, "{import}");
            }
        }
    }
}

/// What is kept inside of an instance has an end; tables on both sides of it work.
#[test]
fn calls_through_large_tables_of_equal_limits_reach_their_last_element() {
    for compiler in COMPILERS {
        let engine = engine(compiler);
        for sizes in [&[131_072][..], &[131_073], &[1_000_000], &[100_000; 4], &[1; 60]] {
            let mut wat = String::from("(module (type $v (func (result i32)))");
            for (number, size) in sizes.iter().enumerate() {
                let last = size - 1;
                let _ = write!(
                    wat,
                    r#"(table $t{number} {size} {size} funcref)
                    (elem (table $t{number}) (i32.const {last}) func $f{number})
                    (func $f{number} (result i32) (i32.const {number}))
                    (func (export "{number}") (param i32) (result i32)
                      (call_indirect $t{number} (type $v) (local.get 0)))
                    (func (export "grow {number}") (result i32)
                      (table.grow $t{number} (ref.null func) (i32.const 1)))"#
                );
            }
            let arena = Owned::new(&engine);
            let instance = arena.instantiate(&module(&engine, &(wat + ")")), &[], 0).unwrap();
            for (number, &size) in sizes.iter().enumerate() {
                let get = |name: &str| arena.export_by_name(instance, name).unwrap().1;
                let func = get(&number.to_string());
                assert_eq!(call(&arena, func, &[size - 1]).unwrap(), [number as u64]);
                let trap = |index| call(&arena, func, &[index]).unwrap_err().trap;
                assert_eq!(trap(size), Some(TrapKind::TableOutOfBounds));
                assert_eq!(trap(u32::MAX.into()), Some(TrapKind::TableOutOfBounds));
                if size > 1 {
                    assert_eq!(trap(0), Some(TrapKind::IndirectCallToNull));
                }
                let grown = call(&arena, get(&format!("grow {number}")), &[]).unwrap();
                assert_eq!(grown, [u64::from(u32::MAX)]);
            }
        }
    }
}
