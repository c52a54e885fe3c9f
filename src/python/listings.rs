//! The texts of a program's own files, read when the first event names a line of one.

use super::sys;
use crate::trace::{Language, Listing, Place};
use crate::workers::tame;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The longest file that is shown, in bytes, and the most files.
const LONGEST: u64 = 1 << 20;
const MOST: usize = 40;

/// The files of a program.
pub(super) struct Listings {
    /// The folder whose files are the program's own.
    folder: PathBuf,
    /// Name and lines of each; nothing of one that is not shown.
    known: HashMap<String, Option<(String, Vec<String>)>>,
    count: usize,
}

impl Listings {
    /// The files of the program that begins with `script`, and the text of that, where it can be read.
    pub(super) fn of(script: &Path) -> (Self, Option<Listing>) {
        let script = std::path::absolute(script).unwrap_or_else(|_| script.to_owned());
        let folder = script.parent().unwrap_or(Path::new("/")).to_owned();
        let mut listings = Self { folder, known: HashMap::new(), count: 0 };
        let listing = listings.read(&script.to_string_lossy());
        (listings, listing)
    }

    /// A line of a file, and the listing of that where it is a new one.
    pub(super) fn place(&mut self, file: &str, line: u32) -> (Place, Option<Listing>) {
        let listing = match self.known.contains_key(file) {
            true => None,
            false => self.read(file),
        };
        let known = self.known.get(file).and_then(Option::as_ref);
        let (name, text) = match known {
            Some((name, lines)) => {
                let place = line.checked_sub(1).and_then(|place| usize::try_from(place).ok());
                let text = place.and_then(|place| lines.get(place)).map_or("", |line| line.trim());
                (name.clone(), text.to_owned())
            }
            None => {
                let name = Path::new(file).file_name().unwrap_or_default().to_string_lossy();
                (tame(&name), String::new())
            }
        };
        (Place { file: name, line, text }, listing)
    }

    /// Reads a file, where it is one of the program's own.
    fn read(&mut self, file: &str) -> Option<Listing> {
        let path = Path::new(file);
        let is_own = path.starts_with(&self.folder)
            && path.components().all(|part| part.as_os_str() != "site-packages")
            && self.count < MOST;
        let text = is_own.then(|| text(path)).flatten();
        let name = path.strip_prefix(&self.folder).unwrap_or(path).to_string_lossy().into_owned();
        let lines = text
            .as_ref()
            .map(|text| (name.clone(), text.lines().map(str::to_owned).collect::<Vec<_>>()));
        if self.known.len() < 10_000 {
            self.known.insert(file.to_owned(), lines);
        }
        let text = text?;
        self.count += 1;
        Some(Listing { file: name, language: Language::Python, text })
    }
}

/// What a file says; what is no text in it is marked as such.
fn text(path: &Path) -> Option<String> {
    let bytes = sys::read_file(&sys::open_linked_file(path).ok()?, LONGEST).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
