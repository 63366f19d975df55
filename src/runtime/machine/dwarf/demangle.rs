//! Names of functions as the languages write them. What a mangled name stands for may be exponentially longer.

use std::fmt::{Error, Result, Write};

/// Bytes of a name that is given out.
const MOST: usize = 1024;

/// Text up to a length.
#[derive(Default)]
struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> Result {
        if self.0.len() + text.len() > MOST {
            return Err(Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

fn rust(name: &str) -> Option<String> {
    let name = rustc_demangle::try_demangle(name).ok()?;
    let mut text = Bounded::default();
    write!(text, "{name:#}").ok()?;
    Some(text.0)
}

fn cpp(name: &str) -> Option<String> {
    let name = cpp_demangle::Symbol::new(name).ok()?;
    let mut text = Bounded::default();
    name.structured_demangle(&mut text, &cpp_demangle::DemangleOptions::default()).ok()?;
    Some(text.0)
}

/// The name as its language writes it, or as it is.
pub fn name(name: &str) -> String {
    // Longer ones cannot be given out, nor are they read in time.
    let mangled = name.len() <= MOST;
    let readable = mangled.then(|| rust(name).or_else(|| cpp(name))).flatten();
    readable.unwrap_or_else(|| clipped(name))
}

/// The start of a text.
pub fn clipped(text: &str) -> String {
    text[..text.floor_char_boundary(MOST)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::{MOST, name};

    #[test]
    fn names_of_languages() {
        for (mangled, readable) in [
            ("_ZN4core9panicking5panic17h0123456789abcdefE", "core::panicking::panic"),
            ("_RNvC6_123foo3bar", "123foo::bar"),
            ("_ZN5Plain3sumEii", "Plain::sum(int, int)"),
            ("main", "main"),
            ("_Z", "_Z"),
            ("", ""),
        ] {
            assert_eq!(name(mangled), readable);
        }
    }

    #[test]
    fn names_that_grow() {
        // Each argument is the one before, twice.
        let mut long = "_Z1fI1aE".to_owned();
        for number in 0..60 {
            long += &format!("1pIS{number}_S{number}_E");
        }
        assert!(name(&long).len() <= MOST);
        assert_eq!(name(&"é".repeat(2000)).len(), MOST);
    }
}
