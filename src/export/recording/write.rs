//! Writes recordings: while a run goes on, on a thread of its own, and of a run that is over.

use super::columns::{self, Expected};
use super::{END, EVENTS, Ending, HEAD, Made, NAMES, Origin, SIGNATURE, VERSION};
use crate::export::{ExportError, save};
use crate::trace::{Batch, Event, Meta, Trace};
use crossbeam::channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Events in one chunk, at most.
const EVENTS_IN_CHUNK: usize = 1 << 16;
/// How long what is known waits to be written, at most: with the writing, a killed program loses less than 100 ms.
const SOON: Duration = Duration::from_millis(50);

/// Chunks of a recording, as bytes.
#[derive(Default)]
struct Encoder {
    expected: Expected,
}

impl Encoder {
    fn head(made: Made, meta: Meta) -> io::Result<Vec<u8>> {
        let Made { began, machine, .. } = made;
        let origin = Origin { began, machine, meta };
        let mut bytes = SIGNATURE.to_vec();
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.append(&mut chunk(HEAD, &serde_json::to_vec(&origin)?)?);
        Ok(bytes)
    }

    fn batch(&mut self, names: &Batch, events: &[Event]) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        if !names.is_empty() {
            bytes.append(&mut chunk(NAMES, &serde_json::to_vec(names)?)?);
        }
        for events in events.chunks(EVENTS_IN_CHUNK) {
            bytes.append(&mut chunk(EVENTS, &columns::pack(events, &mut self.expected))?);
        }
        Ok(bytes)
    }

    fn end(ending: &Ending) -> io::Result<Vec<u8>> {
        chunk(END, &serde_json::to_vec(ending)?)
    }
}

fn chunk(kind: u8, content: &[u8]) -> io::Result<Vec<u8>> {
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(content)?;
    let packed = packer.finish()?;
    let too_long = |_| io::Error::other("a part of the recording is too long");
    let mut bytes = vec![kind];
    bytes.extend_from_slice(&u32::try_from(packed.len()).map_err(too_long)?.to_le_bytes());
    bytes.extend_from_slice(&u32::try_from(content.len()).map_err(too_long)?.to_le_bytes());
    let mut sum = crc32fast::Hasher::new();
    sum.update(&bytes);
    sum.update(&packed);
    bytes.extend_from_slice(&sum.finalize().to_le_bytes());
    bytes.extend_from_slice(&packed);
    Ok(bytes)
}

/// Writes a trace that is over to a file, whole or not at all.
///
/// # Errors
/// [`ExportError::Write`] with the path and the system's reason.
pub fn save(path: &Path, trace: &Trace, ending: &Ending) -> Result<(), ExportError> {
    let bytes = encode(trace, ending);
    let bytes = bytes.map_err(|source| ExportError::Write { path: path.to_owned(), source })?;
    save::whole(path, &bytes)
}

fn encode(trace: &Trace, ending: &Ending) -> io::Result<Vec<u8>> {
    let mut encoder = Encoder::default();
    let mut bytes = Encoder::head(Made::now(), trace.meta().clone())?;
    let rest = Batch {
        warnings: trace.warnings().to_vec(),
        silences: Some(trace.silences().to_vec()).filter(|silences| !silences.is_empty()),
        stuck: trace.stuck(),
        ..Batch::default()
    };
    bytes.append(&mut encoder.batch(&rest, trace.events())?);
    bytes.append(&mut Encoder::end(ending)?);
    Ok(bytes)
}

/// Writes a run while it goes on.
pub struct Writer {
    news: Sender<News>,
    thread: Mutex<Option<JoinHandle<io::Result<()>>>>,
    path: PathBuf,
}

enum News {
    Batch(Box<Batch>),
    End(Ending),
}

impl Writer {
    /// Begins a file. What was there is gone, if it may be replaced.
    ///
    /// # Errors
    /// [`ExportError::Exists`]: there is such a file, and it is not to be replaced. [`ExportError::Write`]: it cannot be
    /// written, or there is no thread for it.
    pub fn begin(path: &Path, meta: Meta, replace: bool) -> Result<Self, ExportError> {
        // A device or a pipe is there to be written to; what is empty was made for that.
        let holds = |about: std::fs::Metadata| about.is_file() && about.len() > 0;
        if !replace && std::fs::metadata(path).is_ok_and(holds) {
            return Err(ExportError::Exists { path: path.to_owned() });
        }
        let failed = |source| ExportError::Write { path: path.to_owned(), source };
        let mut file = File::create(path).map_err(failed)?;
        file.write_all(&Encoder::head(Made::now(), meta).map_err(failed)?).map_err(failed)?;
        let (news, told) = unbounded();
        let thread = std::thread::Builder::new().name("recording".to_owned());
        let thread = thread.spawn(move || write(&mut file, &told)).map_err(failed)?;
        Ok(Self { news, thread: Mutex::new(Some(thread)), path: path.to_owned() })
    }

    /// Begins a file on the thread that writes it, after `prepare`, so that nobody waits. What goes wrong there is logged.
    ///
    /// # Errors
    /// [`ExportError::Write`]: there is no thread for it.
    pub fn begin_later(
        path: &Path,
        meta: Meta,
        prepare: impl FnOnce() -> io::Result<()> + Send + 'static,
    ) -> Result<Self, ExportError> {
        let failed = |source| ExportError::Write { path: path.to_owned(), source };
        let (news, told) = unbounded();
        let thread = std::thread::Builder::new().name("recording".to_owned());
        let (to, made) = (path.to_owned(), Made::now());
        let work = move || {
            let done = prepare().and_then(|()| {
                let mut file = File::create(&to)?;
                file.write_all(&Encoder::head(made, meta)?)?;
                write(&mut file, &told)
            });
            if let Err(error) = &done {
                log::warn!("{} is not whole: {error}", to.display());
            }
            done
        };
        let thread = thread.spawn(work).map_err(failed)?;
        Ok(Self { news, thread: Mutex::new(Some(thread)), path: path.to_owned() })
    }

    /// Has the rest written, and how the run ended, without waiting for it.
    pub fn end(&self, ending: Ending) {
        let _ = self.news.send(News::End(ending));
    }

    /// Takes over what an update adds. Never waits.
    pub fn add(&self, batch: Batch) {
        // Where the disk is full its thread is gone; `finish` says so.
        let _ = self.news.send(News::Batch(Box::new(batch)));
    }

    /// Writes the rest, and how the run ended. What is added after that is left out.
    ///
    /// # Errors
    /// [`ExportError::Write`]: what was written before stays, and opens.
    pub fn finish(&self, ending: Ending) -> Result<(), ExportError> {
        let _ = self.news.send(News::End(ending));
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(thread) = thread else { return Ok(()) };
        let written = thread.join();
        let written = written.unwrap_or_else(|_| Err(io::Error::other("its thread failed")));
        // Its folder may have been removed meanwhile: then it was written to where nobody finds it.
        let written = written.and_then(|()| std::fs::metadata(&self.path).map(drop));
        written.map_err(|source| ExportError::Write { path: self.path.clone(), source })
    }
}

fn write(file: &mut File, told: &Receiver<News>) -> io::Result<()> {
    let mut encoder = Encoder::default();
    let mut events = Vec::new();
    let mut since: Option<Instant> = None;
    loop {
        let wait = since.map_or(Duration::MAX, |since| SOON.saturating_sub(since.elapsed()));
        let news = match told.recv_timeout(wait) {
            Ok(news) => Some(news),
            Err(RecvTimeoutError::Timeout) => None,
            // The run was let go of.
            Err(RecvTimeoutError::Disconnected) => {
                return file.write_all(&encoder.batch(&Batch::default(), &events)?);
            }
        };
        let mut names = Batch::default();
        let mut ending = None;
        match news {
            Some(News::Batch(batch)) => {
                names = *batch;
                events.append(&mut names.events);
                since.get_or_insert_with(Instant::now);
            }
            Some(News::End(end)) => ending = Some(end),
            None => {}
        }
        let due = since.is_some_and(|since| since.elapsed() >= SOON);
        if due || ending.is_some() || events.len() >= EVENTS_IN_CHUNK || !names.is_empty() {
            // Names first: an event may be about them.
            file.write_all(&encoder.batch(&names, &events)?)?;
            events.clear();
            since = None;
        }
        if let Some(ending) = ending {
            file.write_all(&Encoder::end(&ending)?)?;
            return file.flush();
        }
    }
}
