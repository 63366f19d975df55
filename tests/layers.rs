//! Folders of `src` only use those below them, so that each can be read with what is below in mind and nothing else.
//! Inside of a folder files may know each other. ARCHITECTURE.md says what each folder is for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// From the lowest to the highest. Modules that are not named are rooms of their own file's folder.
const ROOMS: [&[&str]; 8] = [
    &["runtime", "base"],
    &["runtime", "machine"],
    &["runtime", "compile"],
    &["runtime", "store"],
    &["runtime", "ops"],
    &["runtime", "wasi"],
    // Those above see all of the runtime by the names that its `mod.rs` gives.
    &["runtime"],
    &["ffi"],
];

/// The room of a module, by its number in `ROOMS`.
fn room(path: &[String]) -> Option<usize> {
    let is_in =
        |room: &&[&str]| path.iter().zip(room.iter()).filter(|(a, b)| a == b).count() == room.len();
    // The longest that fits.
    (0..ROOMS.len())
        .filter(|&number| is_in(&ROOMS[number]))
        .max_by_key(|&number| ROOMS[number].len())
}

/// Words, `::` and single signs, without comments and texts.
fn tokens(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first == '"' {
            let mut escaped = false;
            let end = rest[1..].find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            end.map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("::") {
            2
        } else if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, behind) = rest.split_at(length);
        if !token.starts_with("//") && !token.starts_with('"') && !token.trim().is_empty() {
            found.push(token.to_owned());
        }
        rest = behind;
    }
    found
}

/// The paths from a place on: `a::{b, c::d}` has two.
fn paths(tokens: &[String], at: &mut usize, before: &[String], found: &mut Vec<Vec<String>>) {
    let mut path = before.to_vec();
    loop {
        match tokens.get(*at).map(String::as_str) {
            Some("{") => {
                *at += 1;
                while tokens.get(*at).is_some_and(|token| token != "}") {
                    paths(tokens, at, &path, found);
                    while tokens.get(*at).is_some_and(|token| token != "}" && token != ",") {
                        *at += 1;
                    }
                    *at += usize::from(tokens.get(*at).is_some_and(|token| token == ","));
                }
                *at += 1;
                return;
            }
            Some(word) if word.starts_with(|c: char| c.is_alphabetic() || c == '_') => {
                path.push(word.to_owned());
                *at += 1;
                if tokens.get(*at).is_some_and(|token| token == "::") {
                    *at += 1;
                    continue;
                }
            }
            _ => {}
        }
        found.push(path);
        return;
    }
}

/// The modules of this crate that a file names, each from the root.
fn named(source: &str, module: &[String]) -> Vec<Vec<String>> {
    let tokens = tokens(source);
    let (mut at, mut depth, mut inline, mut all) =
        (0, 0, Vec::<(usize, String)>::new(), Vec::new());
    while at < tokens.len() {
        match tokens[at].as_str() {
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                inline.retain(|&(start, _)| start < depth + 1);
            }
            "mod" if tokens.get(at + 2).is_some_and(|token| token == "{") => {
                inline.push((depth, tokens[at + 1].clone()));
            }
            "crate" | "super" if tokens.get(at + 1).is_some_and(|token| token == "::") => {
                let mut found = Vec::new();
                paths(&tokens, &mut at, &[], &mut found);
                let scope: Vec<_> =
                    module.iter().chain(inline.iter().map(|(_, name)| name)).cloned().collect();
                all.extend(found.into_iter().map(|path| absolute(&scope, path)));
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    all
}

fn absolute(scope: &[String], path: Vec<String>) -> Vec<String> {
    let up = path.iter().take_while(|part| *part == "super").count();
    match path.first().map(String::as_str) {
        Some("crate") => path[1..].to_vec(),
        _ => scope[..scope.len() - up].iter().chain(&path[up..]).cloned().collect(),
    }
}

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, found),
            false if path.extension().is_some_and(|end| end == "rs") => found.push(path),
            false => {}
        }
    }
}

/// What a file must not use, as sentences.
fn upward(name: &str, source: &str) -> BTreeSet<String> {
    let module: Vec<_> = name.split('/').filter(|part| *part != "mod").map(str::to_owned).collect();
    let Some(own) = room(&module) else { return BTreeSet::new() };
    if module == ["runtime"] {
        return BTreeSet::new();
    }
    let used = named(source, &module).into_iter();
    used.filter(|path| room(path).is_some_and(|other| other > own))
        .map(|path| format!("src/{name}.rs uses {}", path.join("::")))
        .collect()
}

#[test]
fn arrows_only_descend() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&root, &mut found);
    assert!(found.len() > 100, "{} files", found.len());
    let mut wrong = BTreeSet::new();
    for path in found {
        let name = path.strip_prefix(&root).unwrap().with_extension("");
        let name = name.to_str().unwrap().replace('\\', "/");
        wrong.extend(upward(&name, &std::fs::read_to_string(&path).unwrap()));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn an_arrow_upwards_is_found() {
    for (name, source, expected) in [
        ("runtime/base/value", "use crate::runtime::store::arena::Arena;", 1),
        ("runtime/base/value", "use super::super::store::{arena::Arena, host};", 2),
        ("runtime/base/value", "use super::error::Error; // crate::runtime::store", 0),
        ("runtime/store/arena", "use crate::runtime::base::error::{Error, Result};", 0),
        (
            "runtime/store/arena",
            "fn f() { crate::runtime::ops::call::f(\"crate::runtime::wasi\") }",
            1,
        ),
        ("runtime/wasi/calls/path", "use super::super::tree; use crate::runtime::Error;", 1),
        ("runtime/machine/fault", "mod of_host { use super::super::thread; use super::x; }", 0),
        ("runtime/machine/fault", "mod of_host { use super::super::super::store::host; }", 1),
        ("runtime/wasi/mod", "use crate::{ffi::guard, runtime::base};", 1),
    ] {
        assert_eq!(upward(name, source).len(), expected, "{name}: {source}");
    }
}
