//! What a worker has recorded and not sent yet, in memory that it shares with the program: however the worker ends, and
//! be it killed in the middle of a task, the program finds there what it did last.
//!
//! The worker appends entries, and empties the journal when it has sent them. Reports are numbered, and the journal says
//! which one its entries will go out with: from that, and from how many reports have arrived, the program knows whether it
//! has heard of them already. Every step is one atomic store, so whenever the worker dies, entries count once.

use super::memory::Memory;
use super::os;
use crate::trace::TaskId;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of the whole journal. The system provides what is used.
const SIZE: usize = 64 << 10;
/// Bytes of its head.
const HEAD: usize = size_of::<Head>();

/// The longest entry, in bytes.
pub(in crate::workers) const ROOM: usize = SIZE - HEAD;

#[repr(C, align(64))]
struct Head {
    /// The worker's version when it has the journal; 0 before.
    version: AtomicU64,
    /// The number of the report that the entries will go out with, from 0.
    report: AtomicU64,
    /// Bytes of entries.
    length: AtomicU64,
    /// The task it has begun, plus one; 0 between tasks.
    task: AtomicU64,
}

/// A worker's journal, on either side.
pub(in crate::workers) struct Journal {
    memory: Memory,
    /// Through which an executed worker gets it.
    fd: Option<OwnedFd>,
}

impl Journal {
    /// An empty one, to be shared with a worker.
    pub(super) fn new() -> io::Result<Self> {
        let fd = os::memory(SIZE)?;
        let memory = Memory::shared(fd.as_fd(), SIZE)?;
        Ok(Self { memory, fd: Some(fd) })
    }

    /// The descriptor to hand to a worker.
    pub(super) fn fd(&self) -> Option<&OwnedFd> {
        self.fd.as_ref()
    }

    /// Closes the descriptor: the worker has it, or will never get it.
    pub(super) fn is_handed_over(&mut self) {
        self.fd = None;
    }

    /// What names the descriptor for a worker that is executed.
    pub(super) fn argument(&self) -> String {
        self.fd.as_ref().map_or(-1, AsRawFd::as_raw_fd).to_string()
    }

    /// The worker's side: the journal behind a descriptor, or one of its own that nobody will read.
    ///
    /// # Errors
    /// There is no memory.
    pub(in crate::workers) fn of(fd: Option<OwnedFd>, version: u32) -> io::Result<Self> {
        let shared = fd.and_then(|fd| Memory::shared(fd.as_fd(), SIZE).ok());
        let memory = shared.map_or_else(|| Memory::private(SIZE), Ok)?;
        let journal = Self { memory, fd: None };
        journal.head().version.store(version.into(), Ordering::Release);
        Ok(journal)
    }

    fn head(&self) -> &Head {
        debug_assert!(self.memory.size() >= SIZE);
        // SAFETY: the mapping is page-aligned, larger than a head, and lives as long as `self`; all of a head is atomic.
        unsafe { self.memory.at().cast().as_ref() }
    }

    fn length(&self) -> usize {
        (self.head().length.load(Ordering::Acquire) as usize).min(ROOM)
    }

    /// How many bytes there is room for.
    pub(in crate::workers) fn room(&self) -> usize {
        ROOM - self.length()
    }

    /// Adds an entry at the end. `false`: there is no room, and nothing was added.
    pub(in crate::workers) fn append(&mut self, entry: &[u8]) -> bool {
        let length = self.length();
        if entry.len() > ROOM - length {
            return false;
        }
        // SAFETY: the bytes after the head and the entries before are mapped, and there are as many as needed. Only the
        // worker writes them, one thread at a time; the program reads them when the worker is no more.
        unsafe {
            let end = self.memory.at().add(HEAD + length);
            end.copy_from_nonoverlapping(std::ptr::NonNull::from(entry).cast(), entry.len());
        }
        self.head().length.store((length + entry.len()) as u64, Ordering::Release);
        true
    }

    /// The entries.
    pub(in crate::workers) fn entries(&self) -> &[u8] {
        // SAFETY: so many bytes have been written. `append` and `sent` need the journal for themselves; of two processes,
        // only the worker writes, and the program reads when it is no more.
        unsafe { std::slice::from_raw_parts(self.memory.at().add(HEAD).as_ptr(), self.length()) }
    }

    /// Empties it after its entries were sent in a report.
    pub(in crate::workers) fn sent(&mut self) {
        let head = self.head();
        // In this order: entries of a report that was sent must not be taken for those of the next one.
        head.length.store(0, Ordering::Release);
        head.report.fetch_add(1, Ordering::Release);
    }

    /// The worker begins a task, or is between tasks.
    pub(in crate::workers) fn is_at(&self, task: Option<TaskId>) {
        let task = task.map_or(0, |task| u64::from(task.0) + 1);
        self.head().task.store(task, Ordering::Release);
    }

    /// Whether a worker of this version keeps it.
    pub(in crate::workers) fn is_kept(&self, version: u32) -> bool {
        self.head().version.load(Ordering::Acquire) == u64::from(version)
    }

    /// The task the worker has begun and not ended.
    pub(in crate::workers) fn task(&self) -> Option<TaskId> {
        let task = self.head().task.load(Ordering::Acquire).checked_sub(1)?;
        u32::try_from(task).ok().map(TaskId)
    }

    /// The entries that did not go out with the first `reports` reports, of a worker that is no more. `None`: reports are
    /// missing in between.
    pub(in crate::workers) fn unsent(&self, reports: u64) -> Option<&[u8]> {
        let next = self.head().report.load(Ordering::Acquire);
        match next.cmp(&reports) {
            std::cmp::Ordering::Less => Some(&[]),
            std::cmp::Ordering::Equal => Some(self.entries()),
            std::cmp::Ordering::Greater => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both() -> io::Result<(Journal, Journal)> {
        let program = Journal::new()?;
        let fd = program.fd().map(OwnedFd::try_clone).transpose()?;
        Ok((program, Journal::of(fd, 7)?))
    }

    #[test]
    #[cfg_attr(not(target_os = "linux"), ignore = "there is no such memory")]
    fn what_was_not_sent_is_found_whenever_the_worker_dies() -> io::Result<()> {
        let (program, mut worker) = both()?;
        assert!(program.is_kept(7) && !program.is_kept(8));
        assert_eq!(program.unsent(0), Some(&b""[..]));
        assert!(worker.append(b"one ") && worker.append(b"two"));
        assert_eq!(program.unsent(0), Some(&b"one two"[..]), "before it is sent");
        assert_eq!(program.unsent(1), Some(&b""[..]), "sent, but not noted yet");
        worker.sent();
        assert_eq!(program.unsent(1), Some(&b""[..]));
        assert!(worker.append(b"three"));
        assert_eq!(program.unsent(1), Some(&b"three"[..]));
        assert_eq!(program.unsent(0), None, "a report is missing");
        Ok(())
    }

    #[test]
    #[cfg_attr(not(target_os = "linux"), ignore = "there is no such memory")]
    fn it_tells_the_task_at_once_and_takes_no_more_than_it_has_room_for() -> io::Result<()> {
        let (program, mut worker) = both()?;
        for task in [Some(TaskId(0)), Some(TaskId(u32::MAX)), None] {
            worker.is_at(task);
            assert_eq!(program.task(), task);
        }
        let entry = vec![1; ROOM - 3];
        assert!(worker.append(&entry) && !worker.append(&[0; 4]) && worker.append(&[0; 3]));
        assert_eq!((worker.room(), program.unsent(0).map(<[u8]>::len)), (0, Some(ROOM)));
        Ok(())
    }
}
