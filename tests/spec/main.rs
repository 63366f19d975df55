//! The official test suite of WebAssembly: `just spec DIR`, where DIR is a checkout of
//! WebAssembly/testsuite. Each script runs in a process of its own. What fails is compared with
//! `expected-COMPILER.txt`, both ways.
//!
//!     cargo test --release --test spec -- DIR [--compiler NAME]... [--only TEXT] [--verbose] [--write]
//!
//! Without a directory nothing is run. `--only` takes the scripts whose path contains a text, `--verbose`
//! prints what fails, and `--write` writes the files of expectations anew, with the reasons they have.

mod engine;
mod expected;
mod groups;
mod script;
mod values;

use engine::Store;
use expected::{Counts, Expected};
use script::{Outcome, Script};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use wasmer::runtime::Compiler;
use wast::Wast;
use wast::lexer::Lexer;
use wast::parser::{self, ParseBuffer};

const COMPILERS: [(&str, Compiler); 2] =
    [("cranelift", Compiler::Cranelift), ("singlepass", Compiler::Singlepass)];

/// How long a script may take; the longest takes a few seconds.
const MOST: Duration = Duration::from_secs(120);

/// All that the library has, for the suite is of WebAssembly 3.0.
const FEATURES: [(&str, bool); 4] = [
    ("tail-call", true),
    ("exception-handling", true),
    ("relaxed-simd", true),
    ("wide-arithmetic", true),
];

#[derive(Default)]
struct Options {
    suite: PathBuf,
    compilers: Vec<String>,
    only: String,
    verbose: bool,
    write: bool,
}

fn options() -> Option<Options> {
    let mut options = Options::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().unwrap_or_else(|| panic!("{argument} wants a value"));
        match &*argument {
            "--compiler" => options.compilers.push(value()),
            "--only" => options.only = value(),
            "--verbose" => options.verbose = true,
            "--write" => options.write = true,
            _ if argument.starts_with('-') => {}
            _ => options.suite = argument.into(),
        }
    }
    if options.compilers.is_empty() {
        options.compilers = COMPILERS.map(|(name, _)| name.to_owned()).to_vec();
    }
    (!options.suite.as_os_str().is_empty()).then_some(options)
}

fn main() -> ExitCode {
    if let Some(script) = std::env::var_os("SPEC_SCRIPT") {
        let compiler = std::env::var("SPEC_COMPILER").unwrap_or_default();
        run_script(Path::new(&script), &compiler);
        return ExitCode::SUCCESS;
    }
    let Some(options) = options() else {
        println!("spec: nothing was run, no directory of scripts was named (just spec DIR)");
        return ExitCode::SUCCESS;
    };
    let mut scripts = Vec::new();
    collect(&options.suite, &options.suite, &mut scripts);
    scripts.retain(|name| name.contains(&options.only));
    scripts.sort();
    if scripts.is_empty() {
        eprintln!("spec: {} has no scripts", options.suite.display());
        return ExitCode::FAILURE;
    }
    let mut differences = 0;
    let mut tables = Vec::new();
    for compiler in &options.compilers {
        let found = run_all(&options, compiler, &scripts);
        let expected = Expected::read(compiler);
        if options.write {
            expected.write(compiler, &found).expect("the expectations are written");
        } else if options.only.is_empty() {
            for difference in expected.differences(&found) {
                println!("{compiler}: {difference}");
                differences += 1;
            }
        }
        tables.push(by_group(&found));
    }
    print_table(&options.compilers, &tables);
    let passed = tables.iter().flat_map(|table| table.values()).map(|counts| counts.pass);
    println!("{} passed, {differences} not as expected", passed.sum::<usize>());
    if differences == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The scripts below a directory, by their paths in the suite.
fn collect(suite: &Path, directory: &Path, scripts: &mut Vec<String>) {
    let entries = std::fs::read_dir(directory).unwrap_or_else(|error| {
        panic!("{}: {error}", directory.display());
    });
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(suite, &path, scripts);
        } else if path.extension().is_some_and(|extension| extension == "wast")
            && let Ok(name) = path.strip_prefix(suite)
        {
            scripts.push(name.to_string_lossy().replace('\\', "/"));
        }
    }
}

/// Runs scripts, as many at once as there are processors.
fn run_all(options: &Options, compiler: &str, scripts: &[String]) -> BTreeMap<String, Counts> {
    let (left, found) = (Mutex::new(scripts.iter()), Mutex::new(BTreeMap::new()));
    let work = || {
        loop {
            let next = left.lock().unwrap().next();
            let Some(script) = next else { return };
            let (counts, told) = run_apart(&options.suite.join(script), compiler);
            if options.verbose && !told.is_empty() {
                println!("{compiler} {script}\n{told}");
            }
            found.lock().unwrap().insert(script.clone(), counts);
        }
    };
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..processors {
            scope.spawn(work);
        }
    });
    found.into_inner().unwrap()
}

/// Runs one script in a process of its own: what it counted, and what it said.
fn run_apart(script: &Path, compiler: &str) -> (Counts, String) {
    let mut child = Command::new(std::env::current_exe().expect("a program"))
        .env("SPEC_SCRIPT", script)
        .env("SPEC_COMPILER", compiler)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a process");
    let pipes = [
        child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
        child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
    ];
    let [said, complained] = std::thread::scope(|scope| {
        let readers = pipes.map(|pipe| {
            scope.spawn(move || {
                let mut bytes = Vec::new();
                pipe.expect("a pipe").read_to_end(&mut bytes).expect("it is read");
                String::from_utf8_lossy(&bytes).into_owned()
            })
        });
        let begun = Instant::now();
        while child.try_wait().expect("a child").is_none() {
            if begun.elapsed() > MOST {
                child.kill().expect("a child to end");
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        readers.map(|reader| reader.join().expect("a reader"))
    });
    let mut counts = Counts::default();
    let mut told = String::new();
    let mut is_whole = false;
    for line in said.lines() {
        match line.split_once(' ') {
            Some(("fail", rest)) => {
                counts.fail += 1;
                told += &format!("    {rest}\n");
            }
            Some(("blocked", _)) => counts.blocked += 1,
            None if line == "pass" => counts.pass += 1,
            None if line == "end" => is_whole = true,
            _ => {}
        }
    }
    if !is_whole || !complained.is_empty() {
        counts.crash += 1;
        told += &format!("    {:?} {complained}\n", child.wait());
    }
    (counts, told)
}

/// Runs a script in this process and prints a line for each directive.
fn run_script(path: &Path, compiler: &str) {
    let compiler = COMPILERS.iter().find(|(name, _)| *name == compiler);
    let &(_, compiler) = compiler.expect("a compiler");
    let text = std::fs::read_to_string(path).expect("a script");
    let mut lexer = Lexer::new(&text);
    // Names in it look like others on purpose.
    lexer.allow_confusing_unicode(true);
    let buffer = ParseBuffer::new_with_lexer(lexer);
    let parsed = buffer.as_ref().map_err(ToString::to_string);
    let wast = parsed
        .and_then(|buffer| parser::parse::<Wast<'_>>(buffer).map_err(|error| error.to_string()));
    match wast {
        Err(error) => println!("fail 0: it cannot be read: {}", error.replace('\n', " ")),
        Ok(wast) => {
            let store = Store::new(compiler, &FEATURES);
            let script = store.and_then(Script::new);
            let mut script = script.unwrap_or_else(|failure| panic!("{failure}"));
            for mut directive in wast.directives {
                let line = directive.span().linecol_in(&text).0 + 1;
                match script.run(&mut directive) {
                    Outcome::Pass => println!("pass"),
                    Outcome::Fail(why) => println!("fail {line}: {}", why.replace('\n', " ")),
                    Outcome::Blocked => println!("blocked {line}"),
                }
            }
        }
    }
    println!("end");
}

fn by_group(found: &BTreeMap<String, Counts>) -> BTreeMap<&'static str, Counts> {
    let mut table: BTreeMap<&'static str, Counts> = BTreeMap::new();
    for (script, &counts) in found {
        table.entry(groups::of(script)).or_default().add(counts);
    }
    table
}

/// A table in Markdown: what passes, of all.
fn print_table(compilers: &[String], tables: &[BTreeMap<&'static str, Counts>]) {
    println!("\n| | {} |\n|---|{}", compilers.join(" | "), "---|".repeat(compilers.len()));
    for group in groups::ALL {
        let counts = tables.iter().map(|table| table.get(group).copied().unwrap_or_default());
        let cells: Vec<_> = counts.map(|c| format!("{} / {}", c.pass, c.all())).collect();
        println!("| {group} | {} |", cells.join(" | "));
    }
    println!();
}
