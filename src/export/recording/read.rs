//! Reads recordings, whole, cut off or damaged.

use super::columns::{self, Expected};
use super::older;
use super::{
    END, EVENTS, Ending, HEAD, LONGEST, MOST_EVENTS, MOST_NAMES, NAMES, Origin, SIGNATURE, VERSION,
};
use crate::export::trace_events::{Counted, Watch};
use crate::export::why;
use crate::trace::{Batch, Trace};
use flate2::read::DeflateDecoder;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A recording that was opened.
#[derive(Debug)]
pub struct Opened {
    /// When and where it was made.
    pub origin: Origin,
    /// What happened.
    pub trace: Trace,
    /// How the run ended, where the file goes that far.
    pub ending: Option<Ending>,
    /// What is wrong with the file, in a sentence: what comes later is missing.
    pub damage: Option<String>,
}

impl Opened {
    /// Why the run did not come to its end, where that is known: it failed, or the file ends before.
    pub fn broke_off(&self) -> Option<String> {
        match &self.ending {
            Some(ending) => ending.failure.clone(),
            None => Some("the recording ends before the run".to_owned()),
        }
    }
}

/// Why a recording cannot be opened. Its text is one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// It cannot be read.
    #[error("cannot read {}: {}", path.display(), why(source))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// It is something else.
    #[error("{} is no recording of this program: choose a file that ends in .clab", path.display())]
    Other {
        /// The file.
        path: PathBuf,
    },
    /// What it is of cannot be read.
    #[error("{} is a recording that is damaged or cut off in its first part: nothing of it can be shown", path.display())]
    Head {
        /// The file.
        path: PathBuf,
    },
    /// A later version made it.
    #[error("{} was made by a later version of this program (format {version}): open it with that", path.display())]
    Later {
        /// The file.
        path: PathBuf,
        /// Version of its format.
        version: u32,
    },
    /// It is no longer wanted.
    #[error("{} was not opened: cancelled", path.display())]
    Cancelled {
        /// The file.
        path: PathBuf,
    },
}

/// Opens a recording.
///
/// # Errors
/// A file that cannot be read, or that is no recording. One that is damaged opens up to the damage.
pub fn open(path: &Path) -> Result<Opened, OpenError> {
    open_watched(path, &Arc::new(Watch::default()))
}

/// As [`open`], for somebody who waits and may not want it any more.
///
/// # Errors
/// As [`open`]; and that it was cancelled.
pub fn open_watched(path: &Path, watch: &Arc<Watch>) -> Result<Opened, OpenError> {
    let failed = |source| OpenError::Read { path: path.to_owned(), source };
    let about = std::fs::metadata(path).map_err(failed)?;
    if !about.is_file() {
        // A pipe might never end.
        return Err(failed(io::Error::other("it is not a file")));
    }
    watch.begin(about.len());
    let file = Counted::new(File::open(path).map_err(failed)?, watch.clone());
    let opened = read(BufReader::new(file));
    if watch.is_cancelled() {
        return Err(OpenError::Cancelled { path: path.to_owned() });
    }
    opened.map_err(|error| match error {
        Refused::Read(source) => failed(source),
        Refused::Other => OpenError::Other { path: path.to_owned() },
        Refused::Head => OpenError::Head { path: path.to_owned() },
        Refused::Later(version) => OpenError::Later { path: path.to_owned(), version },
    })
}

/// Why something cannot be read as a recording at all.
#[derive(Debug)]
pub enum Refused {
    /// It cannot be read.
    Read(io::Error),
    /// It is something else.
    Other,
    /// Its first part, which says what it is of, is damaged or cut off.
    Head,
    /// A later version made it.
    Later(u32),
}

/// Reads a recording from wherever it is.
///
/// # Errors
/// What cannot be read, or is no recording.
pub fn read(mut from: impl Read) -> Result<Opened, Refused> {
    let mut begin = [0; SIGNATURE.len() + 4];
    match from.read_exact(&mut begin) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Err(Refused::Other),
        other => other.map_err(Refused::Read)?,
    }
    let (signature, version) = begin.split_at(SIGNATURE.len());
    if signature != SIGNATURE {
        return Err(Refused::Other);
    }
    match version.try_into().map(u32::from_le_bytes) {
        Ok(VERSION) => {}
        Ok(version) if version > VERSION => return Err(Refused::Later(version)),
        _ => return Err(Refused::Other),
    }
    let older = older::Facts::default();
    let mut reader = Reader { from, at: begin.len() as u64, names: 0, older };
    let mut origin = match reader.chunk() {
        Ok(Some((HEAD, content))) => {
            serde_json::from_slice::<Origin>(&content).map_err(|_| Refused::Head)?
        }
        Err(Broken::Read(source)) => return Err(Refused::Read(source)),
        _ => return Err(Refused::Head),
    };
    older::name_recorder(&mut origin.meta);
    reader.older.take(&mut origin.meta.facts);
    let mut trace = Trace::new(origin.meta.clone());
    let rest = reader.rest(&mut trace);
    let learned = std::mem::take(&mut reader.older).learned(trace.meta()).map(Box::new);
    trace.apply(Batch { learned, ..Batch::default() });
    let (ending, damage) = match rest {
        Ok(Some(ending)) => (Some(ending), None),
        Ok(None) => (None, Some("The recording is cut off: the run went on after it.".to_owned())),
        Err(broken) => {
            let (at, end) = (reader.at, trace.end());
            let what = match broken {
                Broken::Damage => format!("The recording is damaged at byte {at}"),
                Broken::Read(error) => {
                    format!("The recording cannot be read from byte {at} on ({})", why(&error))
                }
                Broken::TooMuch => "The recording is larger than a run can be".to_owned(),
            };
            (None, Some(format!("{what}: what comes after {end} is missing.")))
        }
    };
    Ok(Opened { origin, trace, ending, damage })
}

/// Why reading ends early.
enum Broken {
    Damage,
    Read(io::Error),
    TooMuch,
}

struct Reader<R> {
    from: R,
    /// Where the chunk being read begins.
    at: u64,
    /// Bytes of names so far.
    names: usize,
    /// What an older version has told otherwise.
    older: older::Facts,
}

impl<R: Read> Reader<R> {
    /// The next chunk that is whole; `None` at the end of the file, be it within a chunk.
    fn chunk(&mut self) -> Result<Option<(u8, Vec<u8>)>, Broken> {
        let mut head = [0; 13];
        if !self.fill(&mut head)? {
            return Ok(None);
        }
        let number = |at: usize| {
            u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize
        };
        let (packed, unpacked, sum) = (number(1), number(5), number(9));
        // Deflate makes nothing much longer.
        if unpacked > LONGEST || packed > unpacked + unpacked / 1_000 + 1_024 {
            return Err(Broken::Damage);
        }
        let mut bytes = vec![0; packed];
        if !self.fill(&mut bytes)? {
            return Ok(None);
        }
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&head[..9]);
        hasher.update(&bytes);
        if hasher.finalize() as usize != sum {
            return Err(Broken::Damage);
        }
        let mut content = Vec::new();
        // One byte more than there should be shows that there is more.
        let mut unpacker = DeflateDecoder::new(&bytes[..]).take(unpacked as u64 + 1);
        unpacker.read_to_end(&mut content).map_err(|_| Broken::Damage)?;
        if content.len() != unpacked {
            return Err(Broken::Damage);
        }
        self.at += (head.len() + bytes.len()) as u64;
        Ok(Some((head[0], content)))
    }

    /// Whether there were so many bytes more.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<bool, Broken> {
        match self.from.read_exact(bytes) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(Broken::Read(error)),
        }
    }

    /// All chunks after the head.
    fn rest(&mut self, trace: &mut Trace) -> Result<Option<Ending>, Broken> {
        let mut expected = Expected::default();
        loop {
            let at = self.at;
            let Some((kind, content)) = self.chunk()? else { return Ok(None) };
            let damaged = |reader: &mut Self| {
                reader.at = at;
                Broken::Damage
            };
            match kind {
                NAMES => {
                    self.names += content.len();
                    if self.names > MOST_NAMES {
                        return Err(Broken::TooMuch);
                    }
                    let mut batch: Batch =
                        serde_json::from_slice(&content).map_err(|_| damaged(self))?;
                    self.older.take(&mut batch.facts);
                    trace.apply(batch);
                }
                EVENTS => {
                    let events = columns::unpack(&content, &mut expected);
                    let events = events.ok_or_else(|| damaged(self))?;
                    if trace.events().len() + events.len() > MOST_EVENTS {
                        return Err(Broken::TooMuch);
                    }
                    trace.apply(Batch { events, ..Batch::default() });
                }
                END => {
                    let ending = serde_json::from_slice(&content).map_err(|_| damaged(self))?;
                    return Ok(Some(ending));
                }
                _ => {}
            }
        }
    }
}
