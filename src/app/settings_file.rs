//! The file that settings are kept in.

use super::settings::Settings;
use crate::export::save;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

const NAME: &str = "settings.json";

/// A longer file is none of ours, in bytes.
const LONGEST: u64 = 1 << 20;

/// Where it is; `None` where the system has no place for such files.
pub fn path(app: &str) -> Option<PathBuf> {
    eframe::storage_dir(app).map(|folder| folder.join(NAME))
}

/// What was kept; `None` where nothing was. What is no file, as a pipe that nobody writes to, is not read.
pub fn read(path: &Path) -> Option<Settings> {
    let about = std::fs::metadata(path).ok()?;
    if !about.is_file() || about.len() > LONGEST {
        log::warn!("{} is no file of settings", path.display());
        return None;
    }
    let mut text = Vec::new();
    File::open(path).ok()?.take(LONGEST).read_to_end(&mut text).ok()?;
    Some(Settings::from_text(&String::from_utf8_lossy(&text)))
}

/// Keeps settings. What is no file stays as it is.
///
/// # Errors
/// What the system says, or that something else stands there.
pub fn write(path: &Path, settings: &Settings) -> io::Result<()> {
    if std::fs::metadata(path).is_ok_and(|about| !about.is_file()) {
        return Err(io::Error::other("it is no file"));
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    save::whole(path, settings.to_text().as_bytes()).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back() {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
        let path = folder.path().join("there").join(NAME);
        assert!(read(&path).is_none());
        let settings = Settings { dark: true, window: [1200, 800], ..Settings::default() };
        write(&path, &settings).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(read(&path), Some(settings));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_neither_read_nor_written() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
        let pipe = folder.path().join("pipe");
        let name = std::ffi::CString::new(pipe.as_os_str().as_bytes()).unwrap_or_default();
        // SAFETY: plain call; the name ends in a zero byte.
        assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
        let endless = folder.path().join("endless");
        let linked = std::os::unix::fs::symlink("/dev/zero", &endless);
        linked.unwrap_or_else(|error| panic!("{error}"));
        for odd in [&pipe, &endless, folder.path()] {
            assert!(read(odd).is_none());
            assert!(write(odd, &Settings::default()).is_err());
        }
        let large = folder.path().join("large");
        let file = File::create(&large).and_then(|file| file.set_len(10 * LONGEST));
        file.unwrap_or_else(|error| panic!("{error}"));
        assert!(read(&large).is_none());
    }
}
