//! The bytes of a file, one after another, with where they are.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How far the opening of a file is, and whether it is still wanted: shared by who opens it and who waits.
#[derive(Debug, Default)]
pub struct Watch {
    read: AtomicU64,
    of: AtomicU64,
    cancelled: AtomicBool,
}

impl Watch {
    /// The file is so many bytes long.
    pub(in crate::export) fn begin(&self, bytes: u64) {
        self.of.store(bytes, Ordering::Relaxed);
    }

    /// Asks for the opening to end. It ends with the next few bytes.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to end.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// How much of the file is read, from 0 to 1.
    pub fn share(&self) -> f32 {
        let of = self.of.load(Ordering::Relaxed).max(1);
        (self.read.load(Ordering::Relaxed) as f64 / of as f64).min(1.0) as f32
    }
}

/// Counts what is read of a file; of one that is no longer wanted there is no more.
pub(in crate::export) struct Counted<R> {
    from: R,
    watch: Arc<Watch>,
}

impl<R> Counted<R> {
    pub fn new(from: R, watch: Arc<Watch>) -> Self {
        Self { from, watch }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.watch.is_cancelled() {
            return Ok(0);
        }
        let count = self.from.read(into)?;
        self.watch.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Why there are no more bytes.
#[derive(Debug, Default)]
pub(super) enum Stop {
    /// That was all.
    #[default]
    End,
    /// It cannot be read further.
    Failed(io::Error),
    /// It unpacks to more than any trace, or is longer.
    TooMuch,
    /// Nobody wants it any more.
    Cancelled,
}

/// The most bytes of a file, unpacked.
const LONGEST: u64 = 1 << 31;
/// Unpacked bytes from which their number is set against that of the packed ones.
const SUSPECT: u64 = 1 << 24;
/// Deflate packs what repeats up to a thousand times; no trace comes near that.
const RATIO: u64 = 400;

/// Bytes, read in pieces.
pub(super) struct Bytes<R> {
    from: R,
    piece: Vec<u8>,
    at: usize,
    /// How many bytes came before the piece.
    before: u64,
    is_packed: bool,
    watch: Arc<Watch>,
    stop: Option<Stop>,
}

impl<R: Read> Bytes<R> {
    pub fn new(from: R, watch: Arc<Watch>, is_packed: bool) -> Self {
        Self { from, piece: Vec::new(), at: 0, before: 0, is_packed, watch, stop: None }
    }

    /// The next byte, which stays the next one.
    #[inline]
    pub fn peek(&mut self) -> Option<u8> {
        if self.at == self.piece.len() && !self.refill() {
            return None;
        }
        Some(self.piece[self.at])
    }

    /// The next byte.
    #[inline]
    pub fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// What is there of the bytes to come, at least one where there is any.
    #[inline]
    pub fn ahead(&mut self) -> &[u8] {
        if self.at == self.piece.len() {
            self.refill();
        }
        &self.piece[self.at..]
    }

    /// Leaves out bytes that are [ahead](Self::ahead).
    #[inline]
    pub fn pass(&mut self, count: usize) {
        self.at = (self.at + count).min(self.piece.len());
    }

    /// Where the next byte is, from 0.
    pub fn offset(&self) -> u64 {
        self.before + self.at as u64
    }

    /// Why there are no more.
    pub fn stop(&mut self) -> Stop {
        self.stop.take().unwrap_or_default()
    }

    #[cold]
    fn refill(&mut self) -> bool {
        if self.stop.is_some() {
            return false;
        }
        self.before += self.piece.len() as u64;
        self.at = 0;
        self.piece.resize(1 << 16, 0);
        let packed = self.watch.read.load(Ordering::Relaxed);
        let is_bomb =
            self.is_packed && self.before > SUSPECT && self.before / packed.max(1) > RATIO;
        let stop = if self.watch.is_cancelled() {
            Stop::Cancelled
        } else if self.before > LONGEST || is_bomb {
            Stop::TooMuch
        } else {
            loop {
                match self.from.read(&mut self.piece) {
                    Ok(0) => break Stop::End,
                    Ok(count) => {
                        self.piece.truncate(count);
                        return true;
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => break Stop::Failed(error),
                }
            }
        };
        self.piece.clear();
        self.stop = Some(stop);
        false
    }
}
