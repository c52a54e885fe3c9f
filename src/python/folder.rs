//! The private folder of a run: the recorder's modules, and what its processes record. In memory where the system has such a
//! file system, so that recording never waits for a disk; removed with the run, and what a run of a program that died has
//! left is removed with the next one.

use super::child;
use super::recorder;
use super::sys;
use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// How its name begins.
const NAME: &str = "concurrency-lab-run-";
/// The file in it that is locked as long as its program lives.
const ALIVE: &str = "alive";

/// A private folder. Dropping it removes it.
pub(super) struct Folder {
    path: PathBuf,
    _alive: File,
}

impl Folder {
    /// Makes one, with the recorder in it.
    pub(super) fn new() -> io::Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let mut refused = io::Error::from(io::ErrorKind::NotFound);
        for base in bases() {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let name = format!("{NAME}{}-{number}-{:08x}", std::process::id(), fastrand::u32(..));
            let path = base.join(name);
            match Self::at(&path) {
                Ok(folder) => return Ok(folder),
                Err(error) => {
                    let _ = std::fs::remove_dir_all(&path);
                    refused = error;
                }
            }
        }
        Err(refused)
    }

    fn at(path: &Path) -> io::Result<Self> {
        // Nobody else may look into it, or put something there.
        DirBuilder::new().mode(0o700).create(path)?;
        // Locked before it is seen: else another program could take the folder for one that was left.
        let made = path.join(ALIVE).with_extension("new");
        let alive = File::create(&made)?;
        alive.lock()?;
        std::fs::rename(&made, path.join(ALIVE))?;
        let folder = Self { path: path.to_owned(), _alive: alive };
        DirBuilder::new().mode(0o700).create(folder.recordings())?;
        DirBuilder::new()
            .mode(0o700)
            .recursive(true)
            .create(folder.modules().join(recorder::PACKAGE))?;
        for (name, text) in recorder::FILES {
            std::fs::write(folder.modules().join(name), text)?;
        }
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What is put first on the path of modules.
    pub(super) fn modules(&self) -> PathBuf {
        self.path.join("modules")
    }

    /// A folder with a program of this program's own in it.
    pub(super) fn own(&self, name: &Path, text: &str) -> io::Result<PathBuf> {
        let folder = self.path.join("program");
        DirBuilder::new().mode(0o700).create(&folder)?;
        std::fs::write(folder.join(name), text)?;
        Ok(folder)
    }

    /// Where processes record.
    pub(super) fn recordings(&self) -> PathBuf {
        self.path.join("recordings")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            log::warn!("{} is left: {error}", self.path.display());
        }
        // Where this user wants bytecode to be, that of this folder's modules is, too.
        let elsewhere = std::env::var_os("PYTHONPYCACHEPREFIX").map(PathBuf::from);
        if let Some(prefix) = elsewhere.filter(|prefix| prefix.is_absolute())
            && let Ok(inside) = self.path.strip_prefix("/")
        {
            let _ = std::fs::remove_dir_all(prefix.join(inside));
        }
    }
}

/// Where there may be private folders: the best first.
fn bases() -> Vec<PathBuf> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let memory = runtime.into_iter().chain(sys::memory_folder().map(PathBuf::from));
    let mut bases: Vec<PathBuf> =
        memory.filter(|base| base.is_absolute() && sys::is_in_memory(base)).collect();
    bases.push(std::env::temp_dir());
    bases
}

/// Removes what runs of programs that died have left, and ends whoever still is of such a run.
pub(super) fn sweep() {
    for base in bases() {
        let entries = std::fs::read_dir(&base).into_iter().flatten().flatten();
        let named = |entry: &std::fs::DirEntry| {
            entry.file_name().to_str().is_some_and(|name| name.starts_with(NAME))
        };
        for entry in entries.filter(named) {
            if is_left(&entry) {
                let path = entry.path();
                child::sweep(&child::mark(recorder::FOLDER, &path.join("recordings")), None);
                let _ = std::fs::remove_dir_all(&path);
            }
        }
    }
}

/// Whether it is this user's, and the program that made it is gone.
fn is_left(entry: &std::fs::DirEntry) -> bool {
    let Ok(about) = entry.metadata() else { return false };
    let is_own = about.is_dir() && about.uid() == sys::user();
    // One that is being made has no such file for an instant.
    is_own && File::open(entry.path().join(ALIVE)).is_ok_and(|alive| alive.try_lock().is_ok())
}
