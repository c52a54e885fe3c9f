//! What all shared things have: a place in the memory, a last stamp, a mark.

use super::{ShareError, Space, Who};
use crate::trace::{EventKind, ResourceId};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Bytes before a thing's own.
const HEAD: usize = 64;
/// Places in the head: what it is, how many bytes of its own it has, its last stamp, and who has set its mark.
const KIND: usize = 0;
const SIZE: usize = 4;
const LAST: usize = 8;
const MARK: usize = 16;

/// The number of looks at somebody else's mark between two pauses, and between two looks whether that process lives.
const PAUSE: u32 = 64;
const LOOK: u32 = 1024;

/// A thing in the shared memory, as one process sees it.
#[derive(Clone, Debug)]
pub(super) struct Object {
    space: Arc<Space>,
    at: usize,
    res: ResourceId,
}

impl Object {
    /// A new thing of this kind, with so many bytes of its own, all zero.
    pub(super) fn new(
        space: &Arc<Space>,
        kind: u32,
        size: usize,
        res: ResourceId,
    ) -> io::Result<Self> {
        let at = space.reserve(HEAD + size)?;
        space.arena().word(at + SIZE).store(size as u32, Ordering::Release);
        space.arena().word(at + KIND).store(kind, Ordering::Release);
        Ok(Self { space: Arc::clone(space), at, res })
    }

    /// The number that stands for it in the argument of a job.
    pub(super) fn handle(&self) -> i64 {
        i64::from(self.res.0) << 32 | self.at as i64
    }

    /// The thing with this number.
    pub(super) fn open(
        space: &Arc<Space>,
        kind: u32,
        size: usize,
        handle: i64,
    ) -> Result<Self, ShareError> {
        let at = (handle & 0xffff_ffff) as usize;
        let there = || {
            let arena = space.arena();
            at.is_multiple_of(64)
                && space.is_reserved(at, HEAD)
                && arena.word(at + KIND).load(Ordering::Acquire) == kind
                && arena.word(at + SIZE).load(Ordering::Acquire) as usize >= size
        };
        match u16::try_from(handle >> 32) {
            Ok(res) if there() => Ok(Self { space: Arc::clone(space), at, res: ResourceId(res) }),
            _ => Err(ShareError::Failed("there is no such thing in the shared memory".to_owned())),
        }
    }

    /// All things of a kind that a process has marked.
    pub(super) fn marked_by(space: &Arc<Space>, kind: u32, pid: u32) -> Vec<Self> {
        let arena = space.arena();
        let is_it = |at: usize| {
            arena.word(at + KIND).load(Ordering::Acquire) == kind
                && arena.word(at + MARK).load(Ordering::Acquire) == pid
        };
        let next = |at: &usize| {
            let size = arena.word(at + SIZE).load(Ordering::Acquire) as usize;
            Some(at + (HEAD + size).next_multiple_of(64)).filter(|at| space.is_reserved(*at, HEAD))
        };
        let first = Some(Space::first()).filter(|at| space.is_reserved(*at, HEAD));
        let all = std::iter::successors(first, next).filter(|at| is_it(*at));
        all.map(|at| Self { space: Arc::clone(space), at, res: ResourceId(0) }).collect()
    }

    /// The same thing, another resource of the trace.
    pub(super) fn known_as(&self, res: ResourceId) -> Self {
        Self { res, ..self.clone() }
    }

    pub(super) fn res(&self) -> ResourceId {
        self.res
    }

    pub(super) fn space(&self) -> &Arc<Space> {
        &self.space
    }

    /// How many bytes of its own it has.
    pub(super) fn size(&self) -> usize {
        self.space.arena().word(self.at + SIZE).load(Ordering::Acquire) as usize
    }

    /// Where its own bytes begin.
    pub(super) fn body(&self) -> usize {
        self.at + HEAD
    }

    /// A word of its own, by number.
    pub(super) fn word(&self, number: usize) -> &AtomicU32 {
        self.space.arena().word(self.body() + 4 * number)
    }

    /// A word of eight bytes of its own, at this place.
    pub(super) fn long(&self, place: usize) -> &AtomicU64 {
        self.space.arena().long(self.body() + place)
    }

    /// Its last stamp.
    pub(super) fn last(&self) -> &AtomicU64 {
        self.space.arena().long(self.at + LAST)
    }

    /// Puts on record what happens to it now.
    pub(super) fn tell(&self, who: &dyn Who, kind: EventKind) {
        who.tell(self.last(), kind);
    }

    /// The same; `told` is called as soon as it is on record.
    pub(super) fn tell_and(&self, who: &dyn Who, kind: EventKind, told: &dyn Fn()) {
        who.tell_and(self.last(), kind, told);
    }

    /// Changes it, or looks at it, and tells of that, while nobody else does. Whoever does not record needs no mark.
    pub(super) fn marked<R>(&self, who: &dyn Who, change: impl FnOnce() -> R) -> R {
        if !who.records() {
            return change();
        }
        let mark = self.space.arena().word(self.at + MARK);
        let me = self.space.pid();
        let mut tries = 0_u32;
        let mut from = 0;
        while let Err(other) =
            mark.compare_exchange_weak(from, me, Ordering::Acquire, Ordering::Relaxed)
        {
            tries += 1;
            // Its owner clears it some 100 ns later, unless preempted, or killed in between.
            let is_dead = tries.is_multiple_of(LOOK) && self.space.death(other).is_some();
            from = if is_dead { other } else { 0 };
            match tries.is_multiple_of(PAUSE) {
                true => std::thread::yield_now(),
                false => std::hint::spin_loop(),
            }
        }
        let done = change();
        mark.store(0, Ordering::Release);
        done
    }
}
