//! Texts of errors have a length that can be read, whatever names and types a guest has.

use std::borrow::Cow;
use std::fmt::Write;

/// Bytes of a message.
const MESSAGE: usize = 4096;
/// Bytes of a name in a message.
const NAME: usize = 120;
/// Items of a list in a message.
const ITEMS: usize = 20;

/// Leaves out the middle of what is longer than `most` bytes, and says how much that is.
fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most {
        return Cow::Borrowed(text);
    }
    let half = most / 2;
    let (start, end) = (text.floor_char_boundary(half), text.ceil_char_boundary(text.len() - half));
    let left_out = end - start;
    Cow::Owned(format!("{} [{left_out} bytes left out] {}", &text[..start], &text[end..]))
}

pub fn message(text: String) -> String {
    match shortened(&text, MESSAGE) {
        Cow::Borrowed(_) => text,
        Cow::Owned(shorter) => shorter,
    }
}

/// A name in quotes.
pub fn name(name: &str) -> String {
    format!("{:?}", shortened(name, NAME))
}

/// Items with something between them, all of them or the first and the last ones.
pub fn list<T: std::fmt::Display>(items: &[T], between: &str) -> String {
    let mut text = String::new();
    let half = ITEMS / 2;
    for (number, item) in items.iter().enumerate() {
        if items.len() > ITEMS && (half..items.len() - half).contains(&number) {
            if number == half {
                let _ = write!(text, "{between}[{} left out]", items.len() - 2 * half);
            }
            continue;
        }
        let _ = write!(text, "{}{item}", if number == 0 { "" } else { between });
    }
    text
}
