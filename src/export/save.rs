//! Files written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::ExportError;

/// Writes `bytes` to `path`. A file that was there is replaced in one step, so whoever reads it sees the old or the
/// new one, and after an error the old one is still there. A device or pipe is written to as it is.
///
/// # Errors
/// [`ExportError::Write`] with the path and the system's reason.
pub fn whole(path: &Path, bytes: &[u8]) -> Result<(), ExportError> {
    write(path, bytes).map_err(|source| ExportError::Write { path: path.to_owned(), source })
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => {
            Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory"))
        }
        // Renaming over `/dev/null` would replace it.
        Ok(there) if !there.is_file() => {
            OpenOptions::new().write(true).open(path).and_then(|mut file| file.write_all(bytes))
        }
        Ok(there) if there.permissions().readonly() => {
            Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"))
        }
        // Through a link: what it points to is replaced, not the link.
        Ok(_) => replace(&fs::canonicalize(path)?, bytes),
        // A link that leads nowhere yet stays a link.
        Err(_) if is_link(path) => File::create(path).and_then(|mut file| file.write_all(bytes)),
        Err(_) => replace(path, bytes),
    }
}

/// Puts a file that is written into its place, as [`whole`] would write it there: what is only moved needs no room.
///
/// # Errors
/// As [`whole`].
pub fn moved(from: &Path, to: &Path) -> Result<(), ExportError> {
    let is_plain = match fs::symlink_metadata(to) {
        Ok(there) => there.is_file() && !there.permissions().readonly(),
        Err(_) => true,
    };
    let written = || fs::read(from).and_then(|bytes| write(to, &bytes));
    let done = match is_plain {
        // Its folder may be a link to another file system.
        true => fs::rename(from, to).or_else(|error| match error.kind() {
            io::ErrorKind::CrossesDevices => written(),
            _ => Err(error),
        }),
        false => written(),
    };
    done.map_err(|source| ExportError::Write { path: to.to_owned(), source })
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.is_symlink())
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (beside, mut file) = create_beside(path)?;
    let done = file.write_all(bytes).and_then(|()| fs::rename(&beside, path));
    if done.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    done
}

/// Finds out whether `path` can be written, before there is anything to write. What is there stays as it is.
///
/// # Errors
/// As [`whole`].
pub fn check(path: &Path) -> Result<(), ExportError> {
    let there = fs::metadata(path);
    let possible = match &there {
        Ok(there) if there.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        Ok(there) if there.is_file() && there.permissions().readonly() => {
            Err(io::Error::from(io::ErrorKind::PermissionDenied))
        }
        // To open a device or a pipe may do something, or wait.
        Ok(there) if !there.is_file() => Ok(()),
        Ok(_) => fs::canonicalize(path).and_then(|path| create_beside(&path)).and_then(removed),
        Err(_) if is_link(path) => Ok(()),
        Err(_) => create_beside(path).and_then(removed),
    };
    possible.map_err(|source| ExportError::Write { path: path.to_owned(), source })
}

fn removed((path, _): (PathBuf, File)) -> io::Result<()> {
    fs::remove_file(path)
}

/// A new file in the directory of `path`, under a name nobody uses.
fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it does not name a file"))?;
    let mut number = 0_u32;
    loop {
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}-{number}.tmp", std::process::id()));
        let beside = path.with_file_name(hidden);
        match File::create_new(&beside) {
            Ok(file) => return Ok((beside, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 100 => {
                number += 1;
            }
            Err(error) => return Err(error),
        }
    }
}
