//! Traces of other tools, and ours for them: the Chrome trace event format, which VizTracer writes, and Perfetto and the
//! Firefox Profiler read.
//!
//! [`open`] reads a file of it, however it was written: as an array, as an object, without an end, cut off, as lines,
//! gzipped in one or more members. What cannot be understood becomes a [warning](Found::warnings); what is no such file,
//! an error. [`Found`] is what was read, [`trace_of`] makes a trace of it. [`write`](mod@write) is the other way.
//!
//! The reader is its own, not `serde_json`: the files hold `NaN`, lone surrogates and raw control characters, times of more
//! digits than a float has, and ends anywhere.
//!
//! Source: "Trace Event Format", the document that Catapult's trace viewer is described by.

mod bytes;
mod collect;
mod event;
mod found;
mod number;
mod pair;
mod scan;
mod trace;
pub mod write;

pub use bytes::Watch;
pub use found::{Async, Counter, End, Flow, Found, Instant, Process, Span, Thread, Tip};
pub use trace::{ODD, trace_of};

use bytes::Bytes;
pub(super) use bytes::Counted;
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The most spans, instants and so on of a file: with a begin and an end each, what a trace may have.
const MOST: usize = 5_000_000;

/// Why a file of another tool cannot be opened. Its text is one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It cannot be read.
    #[error("cannot read {}: {}", path.display(), crate::export::why(source))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// It is not in the format.
    #[error("{} is no trace: {why}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// It is no longer wanted.
    #[error("{} was not opened: cancelled", path.display())]
    Cancelled {
        /// The file.
        path: PathBuf,
    },
}

/// Why something cannot be read as a trace of events.
#[derive(Debug)]
pub enum Refused {
    /// It cannot be read.
    Read(io::Error),
    /// It is not in the format, for this reason.
    Other(String),
    /// It is no longer wanted.
    Cancelled,
}

/// Opens a file in the Chrome trace event format.
///
/// # Errors
/// A file that cannot be read, is in another format, or was cancelled. One that is cut off or odd opens as far as it goes.
pub fn open(path: &Path, watch: &Arc<Watch>) -> Result<Found, ReadError> {
    let failed = |source| ReadError::Read { path: path.to_owned(), source };
    let about = std::fs::metadata(path).map_err(failed)?;
    if !about.is_file() {
        // A pipe might never end.
        return Err(failed(io::Error::other("it is not a file")));
    }
    watch.begin(about.len());
    let file = File::open(path).map_err(failed)?;
    read(file, watch).map_err(|refused| match refused {
        Refused::Read(source) => failed(source),
        Refused::Other(why) => ReadError::Refused { path: path.to_owned(), why },
        Refused::Cancelled => ReadError::Cancelled { path: path.to_owned() },
    })
}

/// Reads the Chrome trace event format from wherever it is.
///
/// # Errors
/// What cannot be read, is something else, or was cancelled.
pub fn read(from: impl Read, watch: &Arc<Watch>) -> Result<Found, Refused> {
    let mut from = BufReader::with_capacity(1 << 16, Counted::new(from, watch.clone()));
    // By its first two bytes, whatever the file is called.
    let is_gzip = from.fill_buf().map_err(Refused::Read)?.starts_with(&[0x1f, 0x8b]);
    match is_gzip {
        true => collect::collect(Bytes::new(MultiGzDecoder::new(from), watch.clone(), true)),
        false => collect::collect(Bytes::new(from, watch.clone(), false)),
    }
}
