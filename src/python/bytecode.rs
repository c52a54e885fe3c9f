//! The recorder as bytecode. A Python that finds it beside the modules does not compile them in the program that is recorded:
//! that takes most of what a recorder adds to a start. Each Python makes it once, in a process of its own; it is kept over a
//! restart, in the cache folder. Where it cannot be had the program compiles the modules, as it would any others.

use super::folder::Folder;
use super::interpreter::Interpreter;
use super::{recorder, sys};
use crate::workers::python::ask_once;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a Python may take to make it.
const LIMIT: Duration = Duration::from_secs(2);
/// The most bytes of all modules.
const MOST: u64 = 4 << 20;
/// The room that a run's folder has beside: what is recorded comes first.
const ROOM: u64 = 4 * MOST;
const FILES: u64 = 1_000;

/// Writes the bytecode of the modules `names` of `folder` into the file `to`: of each its length and what its file is to hold, in
/// the end a checksum. The layout of such a file is that of PEP 552; it is marked as not to be checked against the source, of
/// which each run has a copy with another date. A module gets its own file's name when it is loaded.
const MAKE: &str = "
import binascii, importlib.util, marshal, struct
body = b''
for name in names:
    with open(folder + '/' + name, 'rb') as file:
        code = marshal.dumps(compile(file.read(), name, 'exec', dont_inherit=True))
    code = importlib.util.MAGIC_NUMBER + struct.pack('<IQ', 1, 0) + code
    body += struct.pack('<I', len(code)) + code
with open(to, 'wb') as file:
    file.write(body + struct.pack('<I', binascii.crc32(body)))
print('made')
";

/// Which recorder it is: its files' checksum.
static RECORDER: LazyLock<String> = LazyLock::new(|| {
    let mut hash = crc32fast::Hasher::new();
    for part in recorder::FILES.iter().flat_map(|(name, text)| [name, text]) {
        hash.update(part.as_bytes());
        hash.update(&[0]);
    }
    format!("{:08x}", hash.finalize())
});

/// Puts the bytecode of this Python beside the recorder's modules of a run. A Python that has it to make takes no longer than
/// about two seconds, and not much longer than until a time limit.
pub(super) fn put(folder: &Folder, python: &Interpreter, until: Option<Instant>) {
    /// For whom it was not to be had since this program was started: they are not asked before each run.
    static WITHOUT: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let without = || WITHOUT.lock().unwrap_or_else(PoisonError::into_inner);
    let cache = dirs::cache_dir().filter(|cache| cache.is_absolute());
    let Some(cache) = cache.filter(|_| !without().contains(&python.path)) else { return };
    if !sys::has_room(folder.path(), ROOM, FILES) {
        return log::info!("the run's folder has little room: it is left to what is recorded");
    }
    let cache = cache.join("concurrency-lab").join("recorder");
    if let Err(error) = try_to_put(&cache, folder, python, until) {
        log::info!("the program compiles the recorder's modules itself: {error}");
        remove(&folder.modules());
        without().insert(python.path.clone());
    }
}

fn try_to_put(
    cache: &Path,
    folder: &Folder,
    python: &Interpreter,
    until: Option<Instant>,
) -> io::Result<()> {
    let (tag, _) = python.bytecode.rsplit_once('-').ok_or_else(|| other("it has no name"))?;
    let path = cache.join(format!("{}-{}", *RECORDER, python.bytecode));
    if let Ok(bytes) = read(&path)
        && let Some(modules) = whole(&bytes)
    {
        return write(&folder.modules(), tag, &modules);
    }
    // Made only where it can be kept: made for one run it costs more than it saves.
    fs::create_dir_all(cache)?;
    let mut file =
        tempfile::Builder::new().prefix(&format!("{}-", *RECORDER)).tempfile_in(cache)?;
    let bytes = make(folder, python, until)?;
    let modules = whole(&bytes).ok_or_else(|| other("what the Python made is not whole"))?;
    write(&folder.modules(), tag, &modules)?;
    file.write_all(&bytes)?;
    file.persist(&path)?;
    forget(cache);
    Ok(())
}

/// Has the Python make it.
fn make(folder: &Folder, python: &Interpreter, until: Option<Instant>) -> io::Result<Vec<u8>> {
    let text = |path: &Path| path.to_str().map(serde_json::to_string);
    let to = folder.path().join("bytecode");
    let (Some(from), Some(into)) = (text(&folder.modules()), text(&to)) else {
        return Err(other("the folder's name is no text"));
    };
    let names: Vec<&str> = recorder::FILES.iter().map(|(name, _)| *name).collect();
    let names = serde_json::to_string(&names)?;
    // Strings of JSON are strings of Python.
    let program = format!("folder, to, names = {}, {}, {names}\n{MAKE}", from?, into?);
    let left = until.map_or(LIMIT, |until| until.saturating_duration_since(Instant::now()));
    ask_once(&python.path, &program, left.min(LIMIT))
        .map_err(|error| other(&error.of("the Python")))?;
    read(&to)
}

/// Reads a file that belongs to this user: what is in it will be run.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = sys::open_file(path)?;
    if file.metadata()?.uid() != sys::user() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    sys::read_file(&file, MOST)
}

/// The modules in such a file, in the order of [`recorder::FILES`]; nothing where it is damaged.
fn whole(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let (mut body, check) = bytes.split_last_chunk()?;
    if crc32fast::hash(body) != u32::from_le_bytes(*check) {
        return None;
    }
    let mut modules = Vec::new();
    while let Some((length, rest)) = body.split_first_chunk() {
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let module;
        (module, body) = rest.split_at_checked(length)?;
        modules.push(module);
    }
    (body.is_empty() && modules.len() == recorder::FILES.len()).then_some(modules)
}

/// Puts it beside the modules in a folder.
fn write(beside: &Path, tag: &str, modules: &[&[u8]]) -> io::Result<()> {
    for folder in folders(beside) {
        fs::create_dir_all(folder)?;
    }
    for ((name, _), bytes) in recorder::FILES.iter().zip(modules) {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let file = file.strip_suffix(".py").unwrap_or(file);
        let folder = beside.join(folder).join("__pycache__");
        fs::write(folder.join(format!("{file}.{tag}.pyc")), bytes)?;
    }
    Ok(())
}

/// Removes what [`write()`] has left behind: a file that is not whole would be taken for one that is.
fn remove(beside: &Path) {
    for folder in folders(beside) {
        if let Err(error) = fs::remove_dir_all(folder)
            && error.kind() != io::ErrorKind::NotFound
        {
            log::warn!("bytecode is left that may not be whole: {error}");
        }
    }
}

/// Where a Python looks for the bytecode of modules in a folder.
fn folders(beside: &Path) -> [PathBuf; 2] {
    [beside.to_owned(), beside.join(recorder::PACKAGE)].map(|folder| folder.join("__pycache__"))
}

/// Deletes what other recorders have left.
fn forget(cache: &Path) {
    let is_others = |name: &str| {
        let recorder = name.split_once('-').map_or("", |(recorder, _)| recorder);
        let is_one = recorder.len() == 8 && recorder.chars().all(|digit| digit.is_ascii_hexdigit());
        is_one && recorder != *RECORDER
    };
    for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(is_others) {
            // Another window may have done it.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn other(why: &str) -> io::Error {
    io::Error::other(why.to_owned())
}
