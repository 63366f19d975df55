//! The DWARF sections of one module.

use super::Section;
use super::counted::{self, Counted};
use super::demangle;
use crate::runtime::base::error::Source;
use addr2line::{Context, Location};
use gimli::{AbbreviationsCacheStrategy, Dwarf};

/// Bytes that the sections may have together. In memory they take some ten times as much.
const MOST_BYTES: u64 = 256 << 20;
/// Steps for each byte, of all that is looked up for one frame. Real ones take less than one.
const STEPS_PER_BYTE: u64 = 8;
/// Entries inside of each other. Those of inlined functions are read by recursion, a kilobyte or two each.
const MOST_DEPTH: isize = 1000;
/// Functions that are inlined into each other at one place.
const MOST_INLINED: usize = 64;

pub struct Info {
    context: Context<Counted>,
    steps: u64,
}

impl Info {
    /// `None` if there are none, or if they are not as they should be.
    pub fn read(section: &Section) -> Option<Self> {
        let mut bytes = 0;
        let load = |id: gimli::SectionId| {
            let section = section(id.name()).unwrap_or_default();
            bytes += section.len() as u64;
            Ok::<_, ()>(Counted::new(section))
        };
        let mut dwarf = Dwarf::load(load).ok()?;
        if bytes == 0 || bytes > MOST_BYTES {
            return None;
        }
        let steps = bytes * STEPS_PER_BYTE;
        counted::allow(steps);
        // Units that are compiled at once have their abbreviations together.
        dwarf.populate_abbreviations_cache(AbbreviationsCacheStrategy::Duplicates);
        check_depth(&dwarf).ok()?;
        counted::allow(steps);
        Some(Self { context: Context::from_dwarf(dwarf).ok()?, steps })
    }

    /// What lies at an address: the innermost function that was inlined there first, the function itself last.
    pub fn sources(&self, address: u64) -> Vec<Source> {
        counted::allow(self.steps);
        let mut sources = Vec::new();
        // There are no other files to be loaded for it.
        let Ok(mut frames) = self.context.find_frames(address).skip_all_loads() else {
            return sources;
        };
        while sources.len() < MOST_INLINED
            && let Ok(Some(frame)) = frames.next()
        {
            let name = frame.function.as_ref().and_then(|function| function.raw_name().ok());
            let function = name.map(|name| demangle::name(&name)).unwrap_or_default();
            sources.push(source(function, frame.location));
        }
        sources
    }
}

fn source(function: String, location: Option<Location<'_>>) -> Source {
    let Some(Location { file, line, column }) = location else {
        return Source { function, ..Source::default() };
    };
    Source {
        function,
        file: file.map(demangle::clipped).unwrap_or_default(),
        line: line.unwrap_or(0),
        column: column.unwrap_or(0),
    }
}

fn check_depth(dwarf: &Dwarf<Counted>) -> gimli::Result<()> {
    let mut units = dwarf.units();
    while let Some(header) = units.next()? {
        let abbreviations = dwarf.abbreviations(&header)?;
        let mut entries = header.entries_raw(&abbreviations, None)?;
        while !entries.is_empty() {
            if entries.next_depth() > MOST_DEPTH {
                return Err(gimli::Error::UnsupportedOffset);
            }
            if let Some(abbreviation) = entries.read_abbreviation()? {
                entries.skip_attributes(abbreviation.attributes())?;
            }
        }
    }
    Ok(())
}
