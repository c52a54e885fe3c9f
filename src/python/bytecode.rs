//! The recorder as bytecode. A Python that finds it beside the modules does not compile them in the program that is recorded:
//! that takes most of what a recorder adds to a start. Each Python makes it once, in a process of its own; it is kept over a
//! restart, in the cache folder. Where it cannot be had the program compiles the modules, as it would any others.

use super::interpreter::Interpreter;
use super::{recorder, sys};
use crate::workers::python::ask_once;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a Python may take to make it.
const LIMIT: Duration = Duration::from_secs(2);
/// The most bytes of a module, and of the file that all of them are kept in.
const MOST: u64 = 4 << 20;
/// The folder of those files.
const KEPT: &str = "recorder";
/// Bytes of the checksum at the end of such a file.
const CHECK: usize = size_of::<u32>();

/// Compiles the modules of a folder, whose names are put in. Bytecode that a Python takes whatever its source's date is, since
/// each run has its modules in a folder of its own.
const COMPILE: &str = "
import py_compile, sys
for name in names:
    py_compile.compile(folder + '/' + name, doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
print(sys.implementation.cache_tag)
";

/// The modules of one Python.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Bytecode {
    /// What this Python calls its own: "cpython-311".
    tag: String,
    /// In the order of [`recorder::FILES`].
    modules: Vec<Vec<u8>>,
}

/// Puts the bytecode of this Python beside the recorder's modules in a folder. Takes no longer than two seconds, and not longer
/// than until a time limit.
pub(super) fn put(modules: &Path, python: &Interpreter, until: Option<Instant>) {
    let Some(cache) = dirs::cache_dir() else { return };
    let kept = cache.join("concurrency-lab").join(KEPT);
    if let Err(error) = put_kept(&kept, modules, python, until) {
        log::info!("the program compiles the recorder's modules itself: {error}");
    }
}

fn put_kept(
    kept: &Path,
    modules: &Path,
    python: &Interpreter,
    until: Option<Instant>,
) -> io::Result<()> {
    let recorder = digest();
    let path = kept.join(name(&recorder, python));
    if let Some(bytecode) = read(&path) {
        return bytecode.write(modules);
    }
    // Made only where it can be kept: made for one run it costs more than it saves.
    fs::create_dir_all(kept)?;
    if path.is_dir() {
        return Err(io::Error::other(format!("{} is a folder", path.display())));
    }
    let mut file = tempfile::NamedTempFile::new_in(kept)?;
    let bytecode = make(modules, python, until)?;
    file.write_all(&bytecode.to_bytes()?)?;
    file.persist(&path)?;
    forget(kept, &recorder);
    Ok(())
}

/// Which recorder it is.
fn digest() -> String {
    let mut hash = Sha256::new();
    for (name, text) in recorder::FILES {
        for part in [name, text] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The file of a Python: one of another version does not take this one's.
fn name(recorder: &str, python: &Interpreter) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '.' };
    format!("{recorder}-{}", python.name.chars().map(plain).collect::<String>())
}

/// Deletes what is of other recorders than this.
fn forget(kept: &Path, recorder: &str) {
    for entry in fs::read_dir(kept).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(recorder) {
            // Another window may have done it.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Has it made by the Python.
fn make(modules: &Path, python: &Interpreter, until: Option<Instant>) -> io::Result<Bytecode> {
    let names: Vec<&str> = recorder::FILES.iter().map(|(name, _)| *name).collect();
    let folder =
        modules.to_str().ok_or_else(|| io::Error::other("the folder's name is no text"))?;
    // Strings of JSON are strings of Python.
    let program = format!(
        "folder, names = {}, {}\n{COMPILE}",
        serde_json::to_string(folder)?,
        serde_json::to_string(&names)?
    );
    let left = until.map_or(LIMIT, |until| until.saturating_duration_since(Instant::now()));
    let tag = ask_once(&python.path, &program, left.min(LIMIT))
        .map_err(|error| io::Error::other(error.of("the Python")))?;
    let tag = tag.trim().to_owned();
    let modules: io::Result<_> =
        names.iter().map(|name| whole(&place(modules, name, &tag))).collect();
    Ok(Bytecode { tag, modules: modules? })
}

/// Where a Python looks for the bytecode of a module.
fn place(modules: &Path, name: &str, tag: &str) -> PathBuf {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let stem = file.strip_suffix(".py").unwrap_or(file);
    modules.join(folder).join("__pycache__").join(format!("{stem}.{tag}.pyc"))
}

/// What is in a file of this user's.
fn whole(path: &Path) -> io::Result<Vec<u8>> {
    let about = fs::metadata(path)?;
    if !about.is_file() || about.uid() != sys::user() || about.len() > MOST {
        return Err(io::Error::other(format!("{} is none of ours", path.display())));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What is kept in a file; nothing where it is damaged.
fn read(path: &Path) -> Option<Bytecode> {
    let bytes = whole(path).ok()?;
    let (body, check) = bytes.split_last_chunk::<CHECK>()?;
    if crc32fast::hash(body) != u32::from_le_bytes(*check) {
        return None;
    }
    let bytecode: Bytecode = postcard::from_bytes(body).ok()?;
    (bytecode.modules.len() == recorder::FILES.len()).then_some(bytecode)
}

impl Bytecode {
    fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = postcard::to_extend(self, Vec::new()).map_err(io::Error::other)?;
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        Ok(bytes)
    }

    /// Puts it beside the modules.
    fn write(&self, modules: &Path) -> io::Result<()> {
        for ((name, _), bytes) in recorder::FILES.iter().zip(&self.modules) {
            let path = place(modules, name, &self.tag);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(path, bytes)?;
        }
        Ok(())
    }
}
