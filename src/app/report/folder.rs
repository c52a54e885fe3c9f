//! The folder of a report: all of it is there, or nothing of it.

use super::Report;
use super::{html, markdown};
use crate::export::vector::svg;
use crate::export::{ExportError, save};
use std::fs;
use std::path::{Path, PathBuf};

/// Its page, where all of it is there.
pub(super) const PAGE: &str = "report.html";
const TEXT: &str = "report.md";
const FIGURES: &str = "figures";

/// A folder that a report can go into. Dropped without one, it leaves no folder behind that was not there.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    replace: bool,
    /// Folders that were made for it, the innermost first.
    made: Vec<PathBuf>,
}

impl Drop for Folder {
    fn drop(&mut self) {
        for folder in &self.made {
            // What somebody else has put there, or the report, keeps its folder.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Whether a report can go into a folder without replacing one that is not to be replaced.
///
/// # Errors
/// There is one already, or the folder is not there and cannot be made.
pub fn check(path: &Path, replace: bool) -> Result<Folder, ExportError> {
    refuse_to_replace(path, replace)?;
    let mut folder = Folder { path: path.to_owned(), replace, made: Vec::new() };
    // A folder that cannot be made is known before anything runs. One by one: what was there is nobody's to take away.
    let mut outermost_first: Vec<&Path> = path.ancestors().collect();
    outermost_first.reverse();
    for part in outermost_first.into_iter().filter(|part| !part.as_os_str().is_empty()) {
        match fs::create_dir(part) {
            Ok(()) => folder.made.insert(0, part.to_owned()),
            Err(_) if part.is_dir() => {}
            Err(source) => return Err(ExportError::Write { path: part.to_owned(), source }),
        }
    }
    Ok(folder)
}

fn refuse_to_replace(path: &Path, replace: bool) -> Result<(), ExportError> {
    let taken = [PAGE, TEXT].map(|name| path.join(name)).into_iter().find(|path| path.exists());
    match taken {
        Some(path) if !replace => Err(ExportError::Exists { path }),
        _ => Ok(()),
    }
}

fn make(path: &Path) -> Result<(), ExportError> {
    fs::create_dir_all(path).map_err(|source| ExportError::Write { path: path.to_owned(), source })
}

/// Writes a report into a folder: `report.html`, `report.md` and `figures`. Returns what was written.
///
/// # Errors
/// There is one already and it is not to be replaced, or the folder cannot be written: then nothing of it is there, and
/// one that was is as it was.
pub fn write(report: &Report, folder: &Folder) -> Result<Vec<PathBuf>, ExportError> {
    refuse_to_replace(&folder.path, folder.replace)?;
    let beside = Beside(folder.path.join(format!(".report-{}.tmp", std::process::id())));
    // The page comes last: where it is, all of it is.
    let names = whole_in(report, &beside.0)?;
    let targets = names.iter().map(|name| folder.path.join(name));
    for path in targets.filter(|path| path.exists()) {
        if !folder.replace {
            return Err(ExportError::Exists { path });
        }
        // What cannot be replaced is known before anything is.
        save::check(&path)?;
    }
    let figures = folder.path.join(FIGURES);
    let mut moved = Moved { files: Vec::new(), folder: (!figures.exists()).then_some(figures) };
    if let Some(figures) = &moved.folder {
        make(figures)?;
    }
    for name in &names {
        let path = folder.path.join(name);
        let is_new = !path.exists();
        save::moved(&beside.0.join(name), &path)?;
        moved.files.extend(is_new.then_some(path));
    }
    moved.stays();
    Ok(names.iter().rev().map(|name| folder.path.join(name)).collect())
}

/// Writes all of a report into a new folder: what there is no room for is known before anything is in its place. Answers
/// with what was written, the page last and the text before it.
fn whole_in(report: &Report, folder: &Path) -> Result<Vec<PathBuf>, ExportError> {
    make(&folder.join(FIGURES))?;
    let mut names = Vec::new();
    let mut add = |name: PathBuf, text: String| {
        save::whole(&folder.join(&name), text.as_bytes())?;
        names.push(name);
        Ok::<(), ExportError>(())
    };
    for (number, chapter) in (1..).zip(&report.chapters) {
        for (file, figure) in chapter.files(number) {
            let drawn = svg::file(&figure.drawing, &figure.caption, None);
            add(Path::new(FIGURES).join(file), drawn)?;
        }
    }
    add(TEXT.into(), markdown::text(report))?;
    add(PAGE.into(), html::page(report))?;
    Ok(names)
}

/// A folder that is gone when it is no longer needed.
struct Beside(PathBuf);

impl Drop for Beside {
    fn drop(&mut self) {
        // It is not there where it could not be made.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What is new in its place, which is taken away again unless all of it is.
struct Moved {
    files: Vec<PathBuf>,
    folder: Option<PathBuf>,
}

impl Moved {
    fn stays(&mut self) {
        self.files.clear();
        self.folder = None;
    }
}

impl Drop for Moved {
    fn drop(&mut self) {
        for file in &self.files {
            // The first error is the one to tell.
            let _ = fs::remove_file(file);
        }
        if let Some(folder) = &self.folder {
            let _ = fs::remove_dir(folder);
        }
    }
}
