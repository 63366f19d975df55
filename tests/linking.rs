//! Functions of one module imported by another: right values or a clear refusal.

mod common;
use common::shapes::*;
use common::*;
use std::fmt::Write;
use wasmer::runtime::*;

/// Lists of 0 to 12 kinds: all up to three, then a sample with those that fill all registers of a
/// kind, which is where a calling convention goes on to the stack.
fn param_lists(kinds: &[ValueKind], sample: usize) -> Vec<Vec<ValueKind>> {
    let mut rng = Rng(12);
    let mut all: Vec<_> = (0..=3).flat_map(|len| lists(kinds, len)).collect();
    for len in 4..=12 {
        for &kind in kinds {
            all.push(vec![kind; len]);
        }
        all.extend((0..sample).map(|_| (0..len).map(|_| kinds[rng.below(kinds.len())]).collect()));
    }
    all
}

/// Types with these parameters and some results, up to `most`.
fn types(kinds: &[ValueKind], sample: usize, most: usize) -> Vec<FuncType> {
    let mut rng = Rng(34);
    let mut types: Vec<_> = param_lists(kinds, sample)
        .iter()
        .map(|params| {
            let results = rng.below(most + 1);
            let results: Vec<_> = (0..results).map(|_| kinds[rng.below(kinds.len())]).collect();
            FuncType::new(params, &results)
        })
        .collect();
    types.dedup();
    types
}

/// Text that pushes a constant of the kind, null for a reference.
fn constant(kind: ValueKind, slot: Slot) -> String {
    let Slot([low, high]) = slot;
    match kind {
        ValueKind::I32 => format!(" i32.const {}", low as u32),
        ValueKind::I64 => format!(" i64.const {low}"),
        // Through the bits, so that each NaN stays what it is.
        ValueKind::F32 => format!(" (f32.reinterpret_i32 (i32.const {}))", low as u32),
        ValueKind::F64 => format!(" (f64.reinterpret_i64 (i64.const {low}))"),
        ValueKind::V128 => format!(" v128.const i64x2 {low} {high}"),
        ValueKind::ExternRef => " ref.null extern".into(),
        ValueKind::FuncRef => " ref.null func".into(),
    }
}

/// Text that puts parameter `place` where the host can see it: 16 bytes of memory for a number,
/// an element of a table for a reference.
fn store(kind: ValueKind, place: usize) -> String {
    let at = place * 16;
    match kind {
        ValueKind::ExternRef => {
            format!(" i32.const {place} local.get {place} table.set $externs")
        }
        ValueKind::FuncRef => format!(" i32.const {place} local.get {place} table.set $funcs"),
        _ => format!(" i32.const {at} local.get {place} {kind}.store"),
    }
}

/// The module whose functions are imported. Each writes its parameters down and gives constants;
/// a reference among its results is a parameter of that kind, or null.
fn provider(types: &[FuncType]) -> String {
    let mut wat = String::from(
        r#"(module (memory (export "seen") 1)
        (table $externs (export "externs") 12 externref)
        (table $funcs (export "funcs") 12 funcref)"#,
    );
    for (number, ty) in types.iter().enumerate() {
        let _ = write!(wat, "\n(func $f{number} (export \"{number}\"){}", text(ty));
        for (place, &kind) in ty.params.iter().enumerate() {
            wat += &store(kind, place);
        }
        for (place, &kind) in ty.results.iter().enumerate() {
            wat += &match source(ty, kind) {
                Some(param) if kind.is_reference() => format!(" local.get {param}"),
                _ => constant(kind, Values::numbers().slot(kind, result_seed(number, place))),
            };
        }
        wat.push(')');
    }
    let _ = write!(wat, "(table (export \"table\") {} funcref)", types.len());
    let _ = write!(wat, "(elem (table 2) (i32.const 0) func");
    for number in 0..types.len() {
        let _ = write!(wat, " $f{number}");
    }
    wat.push(')');
    for number in 0..types.len() {
        let _ = write!(wat, "(global (export \"g{number}\") funcref (ref.func $f{number}))");
    }
    wat + ")"
}

fn source(ty: &FuncType, kind: ValueKind) -> Option<usize> {
    ty.params.iter().position(|&param| param == kind)
}

fn result_seed(number: usize, place: usize) -> u64 {
    (number * 32 + 16 + place) as u64
}

/// How the importing module reaches the functions.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Way {
    Import,
    Table,
    Global,
}

const WAYS: [Way; 3] = [Way::Import, Way::Table, Way::Global];

/// The module that imports them. `"n"` passes its own parameters on, `"c n"` passes constants.
fn importer(types: &[FuncType], way: Way) -> String {
    let mut wat = String::from("(module\n");
    for (number, ty) in types.iter().enumerate() {
        let _ = match way {
            Way::Import => {
                write!(wat, r#"(import "" "{number}" (func $f{number}{}))"#, text(ty))
            }
            Way::Table => Ok(()),
            Way::Global => {
                write!(wat, r#"(import "" "g{number}" (global $g{number} funcref))"#)
            }
        };
    }
    if way == Way::Table {
        let _ = write!(wat, r#"(import "" "table" (table $t {} funcref))"#, types.len());
    } else {
        wat += "(table $t 1 funcref)";
    }
    for (number, ty) in types.iter().enumerate() {
        let reach = match way {
            Way::Import => format!(" call $f{number}"),
            Way::Table => format!(" i32.const {number} call_indirect $t (type $t{number})"),
            Way::Global => format!(" i32.const 0 call_indirect $t (type $t{number})"),
        };
        let before = match way {
            Way::Global => format!(" i32.const 0 global.get $g{number} table.set $t"),
            _ => String::new(),
        };
        let mut constants = String::new();
        for (place, &kind) in ty.params.iter().enumerate() {
            constants +=
                &constant(kind, Values::numbers().slot(kind, constant_seed(number, place)));
        }
        let (signature, own) = (text(ty), get_all(ty));
        let results = text(&FuncType::new(&[], &ty.results));
        let _ = write!(
            wat,
            r#"(type $t{number} (func{signature}))
            (func (export "{number}"){signature}{before}{own}{reach})
            (func (export "c {number}"){results}{before}{constants}{reach})"#
        );
    }
    wat + ")"
}

fn constant_seed(number: usize, place: usize) -> u64 {
    (number * 32 + place) as u64
}

struct Pair {
    arena: Owned,
    values: Values,
    provider: Handle,
    importer: Handle,
}

impl Pair {
    /// Links the two, or says why not. `by` are the compilers that must have made them.
    fn new(engine: &Engine, types: &[FuncType], way: Way, by: Option<Compiler>) -> Result<Self> {
        Self::of_two(engine, engine, types, way, by)
    }

    /// The same, each compiled by its own engine.
    fn of_two(
        giver: &Engine,
        taker: &Engine,
        types: &[FuncType],
        way: Way,
        by: Option<Compiler>,
    ) -> Result<Self> {
        let arena = Owned::new(giver);
        let token = host(&arena, &[], &[], |_, _| Ok(()));
        let values = Values::new(&arena, &[token, 0]);
        let (giving, taking) =
            (module(giver, &provider(types)), module(taker, &importer(types, way)));
        if let Some(by) = by {
            assert_eq!((giving.compiler(), taking.compiler()), (by, by));
        }
        let provider = arena.instantiate(&giving, &[], 0)?;
        let imports: Vec<_> = taking
            .imports()
            .iter()
            .map(|import| arena.export_by_name(provider, &import.name).unwrap().1)
            .collect();
        let importer = arena.instantiate(&taking, &imports, 0)?;
        Ok(Self { arena, values, provider, importer })
    }

    fn own(&self, name: &str) -> Handle {
        self.arena.export_by_name(self.provider, name).unwrap().1
    }

    /// What is wrong when the importing module calls a function.
    fn problem(
        &self,
        name: &str,
        values: &Values,
        seed: u64,
        ty: &FuncType,
        number: usize,
    ) -> Option<String> {
        let func = self.arena.export_by_name(self.importer, name).unwrap().1;
        let arguments = if name.starts_with('c') { &[][..] } else { &ty.params };
        let found = match call(&self.arena, func, &values.words(arguments, seed)) {
            Ok(found) => found,
            Err(error) => return Some(error.to_string()),
        };
        let mut wanted = Vec::new();
        for (place, &kind) in ty.results.iter().enumerate() {
            let slot = match source(ty, kind) {
                Some(param) if kind.is_reference() => values.slot(kind, seed + param as u64),
                _ => Values::numbers().slot(kind, result_seed(number, place)),
            };
            wanted.extend_from_slice(&slot.0[..kind.words()]);
        }
        if found != wanted {
            return Some(format!("results {found:x?} instead of {wanted:x?}"));
        }
        let (memory, mut seen) = (self.own("seen"), Vec::new());
        for (place, &kind) in ty.params.iter().enumerate() {
            let at = place as u32;
            seen.push(match kind {
                ValueKind::ExternRef => {
                    slot(self.arena.table_get(self.own("externs"), at).unwrap())
                }
                ValueKind::FuncRef => slot(self.arena.table_get(self.own("funcs"), at).unwrap()),
                _ => {
                    let mut bytes = [[0; 8]; 2];
                    let into = bytes.as_flattened_mut();
                    self.arena.memory_read(memory, place as u64 * 16, into).unwrap();
                    Slot(bytes.map(u64::from_le_bytes))
                }
            });
        }
        values.wrong(&ty.params, seed, &seen)
    }

    /// Calls each function in both forms, and gives what is wrong.
    fn problems(&self, types: &[FuncType]) -> Vec<String> {
        let mut problems = Vec::new();
        for (number, ty) in types.iter().enumerate() {
            let seed = constant_seed(number, 0);
            for (name, values) in
                [(number.to_string(), &self.values), (format!("c {number}"), &Values::numbers())]
            {
                if let Some(problem) = self.problem(&name, values, seed, ty, number) {
                    problems.push(format!("{name:?} {ty}: {problem}"));
                }
            }
        }
        problems
    }
}

fn assert_none(problems: &[String], what: &str) {
    let some = problems[..problems.len().min(20)].join("\n");
    assert!(problems.is_empty(), "{what}: {} wrong, among them\n{some}", problems.len());
}

#[test]
fn cranelift_modules_pass_values_of_each_kind_to_each_other() {
    let _watchdog = watchdog("linking, cranelift", 200);
    let engine = engine(Compiler::Cranelift);
    let types = types(&KINDS, 120, 12);
    for way in WAYS {
        for types in types.chunks(400) {
            let pair = Pair::new(&engine, types, way, Some(Compiler::Cranelift)).unwrap();
            assert_none(&pair.problems(types), &format!("{way:?}"));
        }
    }
}

/// What Singlepass has; it makes no vectors.
const NO_VECTORS: &[ValueKind] = KINDS.split_at(6).0;

#[test]
fn singlepass_modules_pass_all_that_it_has_through_tables_and_references() {
    let _watchdog = watchdog("linking, singlepass", 200);
    let engine = engine(Compiler::Singlepass);
    for (way, results) in [(Way::Table, 1), (Way::Global, 1), (Way::Table, 12), (Way::Global, 12)] {
        for types in types(NO_VECTORS, 120, results).chunks(400) {
            let pair = Pair::new(&engine, types, way, Some(Compiler::Singlepass)).unwrap();
            assert_none(&pair.problems(types), &format!("{way:?}, {results} results"));
        }
    }
}

#[test]
fn singlepass_modules_import_functions_with_all_kinds_of_parameters() {
    let _watchdog = watchdog("linking, singlepass imports", 200);
    let engine = engine(Compiler::Singlepass);
    let params = param_lists(NO_VECTORS, 120);
    let types: Vec<_> = params
        .iter()
        .enumerate()
        .map(|(number, params)| {
            let result = NO_VECTORS.get(number % (NO_VECTORS.len() + 1)).copied();
            FuncType::new(params, result.as_slice())
        })
        .collect();
    for types in types.chunks(400) {
        let pair = Pair::new(&engine, types, Way::Import, Some(Compiler::Singlepass)).unwrap();
        assert_none(&pair.problems(types), "imports");
    }
}

/// One type at a time, so that a refusal cannot hide a wrong value.
#[test]
fn singlepass_modules_are_refused_only_where_references_would_lead_to_code_of_both_compilers() {
    let _watchdog = watchdog("linking, refusals", 200);
    // Singlepass panics at vectors, and Cranelift compiles instead.
    silence_panics_with("not implemented");
    let engine = engine(Compiler::Singlepass);
    let (mut refused, mut right) = (0, 0);
    for ty in types(&KINDS, 8, 3).iter().step_by(2) {
        for way in WAYS {
            let types = std::slice::from_ref(ty);
            match Pair::new(&engine, types, way, None) {
                Ok(pair) => {
                    assert_none(&pair.problems(types), &format!("{way:?}"));
                    right += 1;
                }
                Err(error) => {
                    assert_eq!(error.status, Status::Link, "{ty}: {error}");
                    let named = error.message.contains("singlepass");
                    assert!(named && error.message.contains("cranelift"), "{error}");
                    assert_eq!(way, Way::Import, "{ty}");
                    let kinds = || ty.params.iter().chain(&ty.results);
                    assert!(kinds().any(|&kind| kind == ValueKind::FuncRef), "{ty}");
                    // Cranelift compiled the importing module.
                    assert!(ty.results.len() > 1, "{ty}");
                    refused += 1;
                }
            }
        }
    }
    println!("{refused} refused, {right} right");
    assert!(refused > 20 && right > 200);
}

/// By host functions in between, which is seen from the values only.
#[test]
fn modules_of_two_compilers_import_from_each_other() {
    use ValueKind::{ExternRef, F32, F64, I32, I64};
    let _watchdog = watchdog("linking, two compilers", 200);
    let [cranelift, singlepass] = COMPILERS.map(engine);
    let kinds = [I32, F32, ExternRef, I64, F64];
    for (giver, taker, results) in [(&cranelift, &singlepass, 1), (&singlepass, &cranelift, 12)] {
        for types in types(&kinds, 120, results).chunks(400) {
            let pair = Pair::of_two(giver, taker, types, Way::Import, None).unwrap();
            assert_none(&pair.problems(types), &format!("from {}", giver.compiler()));
        }
    }
}

/// The ground that the others stand on: the host calls functions of a single module.
#[test]
fn the_host_calls_functions_of_each_type_rightly_on_each_compiler() {
    for (compiler, kinds) in
        [(Compiler::Cranelift, &KINDS[..]), (Compiler::Singlepass, &KINDS[..6])]
    {
        let engine = engine(compiler);
        for types in types(kinds, 120, 12).chunks(400) {
            let arena = Owned::new(&engine);
            let token = host(&arena, &[], &[], |_, _| Ok(()));
            let values = Values::new(&arena, &[token, 0]);
            let module = module(&engine, &provider(types));
            assert_eq!(module.compiler(), compiler);
            let provider = arena.instantiate(&module, &[], 0).unwrap();
            let pair = Pair { arena, values, provider, importer: provider };
            let mut problems = Vec::new();
            for (number, ty) in types.iter().enumerate() {
                let seed = constant_seed(number, 0);
                let problem = pair.problem(&number.to_string(), &pair.values, seed, ty, number);
                problems.extend(problem.map(|problem| format!("{ty}: {problem}")));
            }
            assert_none(&problems, &format!("{compiler}"));
        }
    }
}
