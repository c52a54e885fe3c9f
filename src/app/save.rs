//! Saving a text into a folder of the user, off the thread of the window.

use super::later::Later;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Once, OnceLock};
use std::task::Poll;

/// A text on its way to its file.
pub struct Saving(Later<String>);

impl Saving {
    /// Where it went, or why it did not, in a sentence; `None` before that is known.
    pub fn end(&self) -> Option<String> {
        match self.0.take() {
            Poll::Ready(said) => Some(said.unwrap_or_else(|| "It could not be saved.".to_owned())),
            Poll::Pending => None,
        }
    }
}

/// The folder for what the user keeps: documents, downloads, or the home folder, whichever there is first. Looks at files,
/// which may take long: not for the thread of the window.
pub fn usual_folder() -> PathBuf {
    let there = |folder: &PathBuf| folder.is_dir();
    let known = dirs::document_dir().filter(there).or_else(|| dirs::download_dir().filter(there));
    known.or_else(dirs::home_dir).unwrap_or_else(|| PathBuf::from("."))
}

/// The usual folder in words, for a hint. It is looked for at the first call, on another thread; empty until it is found.
pub fn usual_folder_hint() -> &'static str {
    static ASKED: Once = Once::new();
    static FOUND: OnceLock<String> = OnceLock::new();
    ASKED.call_once(|| {
        let look = || FOUND.set(usual_folder().display().to_string());
        if let Err(error) = std::thread::Builder::new().name("folder".to_owned()).spawn(look) {
            log::warn!("no thread to look for the usual folder: {error}");
        }
    });
    FOUND.get().map_or("", String::as_str)
}

/// The folder as the user wrote it, with `~/` for the home folder; the usual one where nothing is written.
pub fn chosen_folder(asked: &str, usual: impl FnOnce() -> PathBuf) -> PathBuf {
    let asked = asked.trim();
    match (asked.strip_prefix("~/"), dirs::home_dir()) {
        _ if asked.is_empty() => usual(),
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(asked),
    }
}

/// Saves a text under a name in a folder; in the usual one where that is empty.
pub fn start(folder: &str, name: &str, text: String) -> Saving {
    let (folder, name) = (folder.to_owned(), name.to_owned());
    Saving(Later::begin_or_not("save", move || {
        save(&chosen_folder(&folder, usual_folder), &name, &text)
    }))
}

/// How many names are tried where files of that name are there.
const NAMES: u32 = 100;

/// Saves it, beside what is there already. In a sentence, where it went or why it did not.
fn save(folder: &Path, name: &str, text: &str) -> String {
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, "txt"));
    for number in 1..=NAMES {
        let name = if number == 1 { name.to_owned() } else { format!("{stem}_{number}.{end}") };
        let path = folder.join(name);
        let file = OpenOptions::new().write(true).create_new(true).open(&path);
        let saved = file.and_then(|mut file| file.write_all(text.as_bytes()));
        match saved {
            Ok(()) => return format!("Saved as {}.", path.display()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                if is_there(&path, text) {
                    return format!("It is there already: {}.", path.display());
                }
            }
            Err(error) => {
                let why = match error.kind() {
                    ErrorKind::NotFound => "there is no such folder",
                    ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                        "nothing may be written there"
                    }
                    ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full",
                    _ => "the system refused it",
                };
                log::warn!("{} was not saved: {error}", path.display());
                return format!("Not saved in {}: {why}.", folder.display());
            }
        }
    }
    format!("Not saved in {}: too many files of that name.", folder.display())
}

/// Whether a file holds this text. One of another length is not read, nor is what is no file: a pipe might never end.
fn is_there(path: &Path, text: &str) -> bool {
    let alike = |about: std::fs::Metadata| about.is_file() && about.len() == text.len() as u64;
    std::fs::metadata(path).is_ok_and(alike)
        && std::fs::read_to_string(path).is_ok_and(|there| there == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
        let folder = folder.path();
        assert!(save(folder, "a.py", "one").ends_with("a.py."));
        assert!(save(folder, "a.py", "one").starts_with("It is there already"));
        assert!(save(folder, "a.py", "two").ends_with("a_2.py."));
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert_eq!([read("a.py"), read("a_2.py")], ["one", "two"]);
        std::fs::create_dir(folder.join("b.py")).unwrap_or_else(|error| panic!("{error}"));
        assert!(save(folder, "b.py", "one").ends_with("b_2.py."), "what is no file is not read");
        let said = save(&folder.join("none"), "a.py", "one");
        assert!(said.starts_with("Not saved in") && said.ends_with("there is no such folder."));
    }
}
