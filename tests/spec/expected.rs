//! What is known to fail, and why: a file for each compiler.
//!
//! A section is a reason in a line that begins with `#`, and below it scripts, each with how many of its
//! assertions fail and how many are blocked because a module was refused.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Assertions of a script.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Counts {
    pub pass: usize,
    pub fail: usize,
    pub blocked: usize,
    /// The script ended its process, or did not end.
    pub crash: usize,
}

impl Counts {
    pub fn all(self) -> usize {
        self.pass + self.fail + self.blocked + self.crash
    }

    pub fn add(&mut self, other: Self) {
        self.pass += other.pass;
        self.fail += other.fail;
        self.blocked += other.blocked;
        self.crash += other.crash;
    }
}

/// Scripts that do not pass as a whole, by name.
#[derive(Default)]
pub struct Expected {
    scripts: BTreeMap<String, (Counts, String)>,
}

const NO_REASON: &str = "NO REASON YET";

fn path(compiler: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/spec/expected-{compiler}.txt"))
}

impl Expected {
    pub fn read(compiler: &str) -> Self {
        let text = std::fs::read_to_string(path(compiler)).unwrap_or_default();
        let (mut scripts, mut reason) = (BTreeMap::new(), String::new());
        for line in text.lines() {
            if let Some(text) = line.strip_prefix("# ") {
                reason = text.to_owned();
            } else if let [name, fail, blocked] = line.split_whitespace().collect::<Vec<_>>()[..] {
                let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("{line}"));
                let (fail, blocked) = (number(fail), number(blocked));
                let counts = Counts { fail, blocked, ..Counts::default() };
                scripts.insert(name.to_owned(), (counts, reason.clone()));
            }
        }
        Self { scripts }
    }

    /// What differs: failures that are new, and those that are no more.
    pub fn differences(&self, found: &BTreeMap<String, Counts>) -> Vec<String> {
        let mut differences = Vec::new();
        for (name, &counts) in found {
            let expected = self.scripts.get(name).map_or(Counts::default(), |(counts, _)| *counts);
            if (counts.fail, counts.blocked) != (expected.fail, expected.blocked) {
                differences.push(format!(
                    "{name}: {} failed and {} blocked, {} and {} expected",
                    counts.fail, counts.blocked, expected.fail, expected.blocked
                ));
            }
            if counts.crash > 0 {
                differences.push(format!("{name}: it ended its process, or did not end"));
            }
        }
        let gone = self.scripts.keys().filter(|name| !found.contains_key(*name));
        differences
            .extend(gone.map(|name| format!("{name}: not there, and failures are expected")));
        if let Some(name) = self.scripts.iter().find(|(_, (_, reason))| reason == NO_REASON) {
            differences.push(format!("{}: its failures have no reason yet", name.0));
        }
        differences
    }

    /// Writes what was found, with the reasons that were there before.
    pub fn write(&self, compiler: &str, found: &BTreeMap<String, Counts>) -> std::io::Result<()> {
        let mut sections: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (name, counts) in found.iter().filter(|(_, counts)| counts.fail + counts.blocked > 0) {
            let reason = self.scripts.get(name).map_or(NO_REASON, |(_, reason)| reason);
            let line = format!("{name} {} {}", counts.fail, counts.blocked);
            sections.entry(reason).or_default().push(line);
        }
        let mut text = String::new();
        for (reason, lines) in sections {
            text += &format!("# {reason}\n{}\n\n", lines.join("\n"));
        }
        std::fs::write(path(compiler), text.trim_end().to_owned() + "\n")
    }
}
