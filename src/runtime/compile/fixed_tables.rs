//! Which tables compiled code may keep a copy of.
//!
//! wasmer keeps the functions of a table of funcrefs whose limits are equal inside of the instance
//! that declares it: 32 bytes an element beside the table's own 8, and `call_indirect` of that
//! instance looks only there. Two things are wrong with that. What the host or another module writes
//! into the table does not get there, so the owner goes on calling what was there before. And a
//! large table makes offsets in the instance that Singlepass adds as signed 32-bit numbers.
//!
//! So a table that is exported, and one that would make the instance large, must not look fixed to
//! wasmer. It tells by the limits alone. Before a module is compiled, such a table gets a maximum one
//! below its minimum, which no valid module has: compiled code then takes it for one that may grow, and
//! `value::declared` finds the limits again, in a serialized module too. Tables that only their module can
//! reach stay as they are: all that writes into them goes through their own instance.

use std::collections::HashSet;
use wasmer_api::wasmparser::{
    BinaryReader, BinaryReaderError, ExternalKind, Parser, Payload, RefType, TypeRef,
};

/// Elements that the fixed tables of one instance may have inside of it: 4 MiB. The largest programs seen
/// have 100,000 functions in their table.
const MOST_INSIDE: u64 = 131_072;

/// A table of funcrefs with equal limits, in a module's bytes.
struct Fixed {
    index: u32,
    elements: u32,
    /// Where the maximum stands.
    maximum: std::ops::Range<usize>,
}

/// The module to compile for a valid one; `None` if it needs no change. No byte moves.
pub fn opened(wasm: &[u8]) -> Option<Vec<u8>> {
    // What cannot be read here is for the compiler to refuse.
    let found = to_open(wasm).ok()?;
    if found.is_empty() {
        return None;
    }
    let mut wasm = wasm.to_vec();
    for table in found {
        write_padded(&mut wasm[table.maximum], table.elements - 1);
    }
    Some(wasm)
}

/// The fixed tables of a module that must not look so.
fn to_open(wasm: &[u8]) -> Result<Vec<Fixed>, BinaryReaderError> {
    let (mut tables, mut exported, mut imported) = (Vec::new(), HashSet::new(), 0);
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Table(_)));
                }
            }
            Payload::TableSection(section) => {
                for (number, table) in section.into_iter_with_offsets().enumerate() {
                    let (offset, table) = table?;
                    let ty = table.ty;
                    if ty.element_type.is_func_ref()
                        && ty.initial > 0
                        && ty.maximum == Some(ty.initial)
                        && let Ok(elements) = u32::try_from(ty.initial)
                    {
                        let maximum = maximum_at(wasm, offset as usize)?;
                        tables.push(Fixed { index: imported + number as u32, elements, maximum });
                    }
                }
                if tables.is_empty() {
                    break;
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if export.kind == ExternalKind::Table {
                        exported.insert(export.index);
                    }
                }
            }
            // All of interest stands before the code.
            Payload::CodeSectionStart { .. } => break,
            _ => {}
        }
    }
    let mut inside = 0;
    tables.retain(|table: &Fixed| {
        let elements = u64::from(table.elements);
        let open = exported.contains(&table.index) || inside + elements > MOST_INSIDE;
        inside += if open { 0 } else { elements };
        open
    });
    Ok(tables)
}

/// Where the maximum of a table stands, from where the table's description starts.
fn maximum_at(wasm: &[u8], offset: usize) -> Result<std::ops::Range<usize>, BinaryReaderError> {
    let mut reader = BinaryReader::new(&wasm[offset..], 0);
    // A table with an initializer starts with these two bytes.
    if wasm[offset] == 0x40 {
        reader.read_bytes(2)?;
    }
    reader.read::<RefType>()?;
    // Flags: there is a maximum, or this would not be asked.
    reader.read_u8()?;
    reader.read_var_u64()?;
    let start = offset + reader.original_position() as usize;
    reader.read_var_u64()?;
    Ok(start..offset + reader.original_position() as usize)
}

/// Writes a LEB128 number that fills all of its place.
fn write_padded(place: &mut [u8], mut value: u32) {
    let last = place.len() - 1;
    for (number, byte) in place.iter_mut().enumerate() {
        *byte = (value & 0x7f) as u8 | if number == last { 0 } else { 0x80 };
        value >>= 7;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::base::value::declared;
    use wasmer_types::TableType;

    /// The tables that are opened, by index.
    fn opens(wat: &str) -> Vec<u32> {
        let wasm = wasmer_api::wat2wasm(wat.as_bytes()).unwrap();
        to_open(&wasm).unwrap().iter().map(|table| table.index).collect()
    }

    #[test]
    fn exported_tables_of_equal_limits_are_opened() {
        assert_eq!(opens(r#"(module (table 4 4 funcref))"#), [0; 0]);
        assert_eq!(opens(r#"(module (table (export "t") 4 funcref))"#), [0; 0]);
        assert_eq!(opens(r#"(module (table (export "t") 4 5 funcref))"#), [0; 0]);
        assert_eq!(opens(r#"(module (table (export "t") 0 0 funcref))"#), [0; 0]);
        assert_eq!(opens(r#"(module (table (export "t") 4 4 externref))"#), [0; 0]);
        assert_eq!(opens(r#"(module (table (export "t") 4 4 funcref))"#), [0]);
        assert_eq!(
            opens(
                r#"(module (import "a" "t" (table 2 2 funcref)) (table 4 4 funcref)
                    (table $e 300 300 funcref) (export "e" (table $e)) (export "i" (table 0)))"#
            ),
            [2]
        );
    }

    #[test]
    fn what_makes_an_instance_large_is_opened() {
        assert_eq!(opens("(module (table 131072 131072 funcref))"), [0; 0]);
        assert_eq!(opens("(module (table 131073 131073 funcref))"), [0]);
        assert_eq!(
            opens(
                "(module (table 131000 131000 funcref) (table 73 73 funcref) (table 72 72 funcref))"
            ),
            [1]
        );
    }

    #[test]
    fn bytes_stay_where_they_are_and_the_limits_are_found_again() {
        for minimum in [1_u32, 2, 127, 128, 129, 16_384, 16_385, 2_097_152, 9_999_999] {
            let wat = format!(
                r#"(module (table (export "t") {minimum} {minimum} funcref) (func (export "f")))"#
            );
            let wasm = wasmer_api::wat2wasm(wat.as_bytes()).unwrap();
            let opened = opened(&wasm).unwrap();
            assert_eq!(opened.len(), wasm.len());
            let table = Parser::new(0)
                .parse_all(&opened)
                .find_map(|payload| match payload.unwrap() {
                    Payload::TableSection(section) => section.into_iter().next(),
                    _ => None,
                })
                .unwrap()
                .unwrap();
            assert_eq!(
                (table.ty.initial, table.ty.maximum),
                (minimum.into(), Some(u64::from(minimum) - 1))
            );
            let ty = TableType::new(wasmer_types::Type::FuncRef, minimum, Some(minimum - 1));
            assert_eq!(declared(&ty).maximum, Some(minimum));
        }
    }
}
