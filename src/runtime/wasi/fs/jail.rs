//! Symbolic links that guests make. None leads a guest out of its tree, but other programs of the host's follow
//! links too, so no guest may leave one that would lead them out.

use super::super::abi::errno::{Answer, Errno, Stop};
use super::super::abi::types::FileType;
use super::super::budget::Budget;
use super::super::limits::MAX_DIRECTORIES;
use super::super::wait;
use super::tree::{Entered, Place, Tree};
use std::sync::Arc;

/// Whether a link stays in its tree, so many directories below the top. `..` may stand at the front only: behind
/// a name, which may be a link itself or become one, nobody knows where it leads.
fn stays(link: &str, depth: usize) -> bool {
    let mut names = link.split('/').filter(|name| !matches!(*name, "" | ".")).peekable();
    let mut up = 0;
    while names.next_if_eq(&"..").is_some() {
        up += 1;
    }
    !link.starts_with('/') && up <= depth && names.all(|name| name != "..")
}

/// Fails with `PERM` if a link would lead out of the tree from a directory.
pub fn check_link(tree: &dyn Tree, link: &str, directory: &Place) -> Answer<()> {
    // Most lead down, for which nobody has to be asked.
    if stays(link, 0) || stays(link, tree.depth(directory)?) {
        return Ok(());
    }
    Err(Errno::Perm.into())
}

/// Fails with `PERM` if a link in a directory, or below it, would lead out of the tree once that is moved from one
/// place to another.
pub fn check_move(
    tree: &dyn Tree,
    (from, name): (&Place, &str),
    to: &Place,
    budget: &Arc<Budget>,
) -> Answer<()> {
    if !tree.has_links() {
        return Ok(());
    }
    let depth = tree.depth(to)?;
    if depth >= tree.depth(from)? {
        return Ok(());
    }
    match tree.enter(from, name)? {
        Entered::Directory(moved) => check_below(tree, &moved, depth + 1, 0, budget),
        Entered::Link(_) => Err(Errno::Perm.into()),
    }
}

fn check_below(
    tree: &dyn Tree,
    directory: &Place,
    depth: usize,
    passed: usize,
    budget: &Arc<Budget>,
) -> Answer<()> {
    // Each takes two descriptors.
    if passed > MAX_DIRECTORIES / 2 {
        return Err(Errno::Nametoolong.into());
    }
    let mut listing = tree.list(directory, false, budget)?;
    while let Some(entry) = listing.next()? {
        wait::go_on()?;
        if !matches!(entry.file_type, FileType::Directory | FileType::SymbolicLink) {
            continue;
        }
        // No guest makes anything by another name, or below it.
        let Ok(name) = std::str::from_utf8(entry.name) else { continue };
        match tree.enter(directory, name) {
            Ok(Entered::Directory(below)) => {
                check_below(tree, &below, depth + 1, passed + 1, budget)?;
            }
            Ok(Entered::Link(link)) if stays(&link, depth) => {}
            Ok(Entered::Link(_)) => return Err(Errno::Perm.into()),
            Err(Stop::Errno(Errno::Noent)) => {}
            Err(stop) => return Err(stop),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::stays;

    #[test]
    fn links_that_stay() {
        for (link, depth) in [
            ("a", 0),
            ("./a/b/", 0),
            ("..", 1),
            ("../", 1),
            ("./../a", 1),
            ("../..//../a/b", 3),
            ("...", 0),
            ("..a/b..", 0),
        ] {
            assert!(stays(link, depth), "{link} at {depth}");
            assert!(stays(link, depth + 5), "{link} deeper");
        }
    }

    #[test]
    fn links_that_lead_out() {
        for (link, depth) in [
            ("/", 9),
            ("/a", 9),
            ("..", 0),
            ("./..", 0),
            (".//../a", 0),
            ("../../a", 1),
            // By way of a name that may be a link to the top.
            ("a/..", 0),
            ("a/../../x", 1),
            ("a/b/../c", 5),
        ] {
            assert!(!stays(link, depth), "{link} at {depth}");
        }
    }
}
