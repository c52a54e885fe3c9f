//! Waiting for a shared thing, on record.

use super::object::Object;
use super::{ShareError, Who};
use crate::trace::{EventKind, Nanos, WaitEnd, WaitOp};
use std::time::{Duration, Instant};

/// The longest sleep of somebody who waits, before it looks again.
pub(super) const SLICE: Duration = Duration::from_millis(20);

/// A wait that may take place. It is on record once it has really begun.
pub(super) struct Wait<'a> {
    object: &'a Object,
    who: &'a dyn Who,
    op: WaitOp,
    until: Option<Instant>,
    /// The limit does not count now.
    held: bool,
    began: bool,
    /// It is not on record.
    silent: bool,
}

impl<'a> Wait<'a> {
    /// Of `who`, for no longer than `limit`.
    pub(super) fn new(
        object: &'a Object,
        who: &'a dyn Who,
        op: WaitOp,
        limit: Option<Duration>,
    ) -> Self {
        let until = limit.and_then(|limit| Instant::now().checked_add(limit));
        Self { object, who, op, until, held: false, began: false, silent: false }
    }

    /// Without a limit and off the record: what it is part of is on it.
    pub(super) fn silent(object: &'a Object, who: &'a dyn Who, op: WaitOp) -> Self {
        Self { silent: true, ..Self::new(object, who, op, None) }
    }

    /// Puts its beginning on record, if it is not yet.
    pub(super) fn begin(&mut self) {
        if !self.began && !self.silent {
            self.began = true;
            let (res, op) = (self.object.res(), self.op);
            self.object.tell(self.who, EventKind::WaitBegan { res, op });
            self.sleep_began();
        }
    }

    /// A time-out is a sleep beside the wait.
    fn sleep_began(&self) {
        if let Some(until) = self.limit() {
            let left = until.saturating_duration_since(Instant::now());
            let planned = Nanos::from_duration(left);
            self.object.tell(self.who, EventKind::SleepBegan { planned });
        }
    }

    fn sleep_ended(&self) {
        if self.limit().is_some() {
            self.object.tell(self.who, EventKind::SleepEnded);
        }
    }

    /// The end of the time, as long as that counts.
    fn limit(&self) -> Option<Instant> {
        self.until.filter(|_| !self.held)
    }

    /// From now on the limit does not count, or counts again.
    pub(super) fn hold(&mut self, held: bool) {
        if held == self.held {
            return;
        }
        if self.began && held {
            self.sleep_ended();
        }
        self.held = held;
        if self.began && !held {
            self.sleep_began();
        }
    }

    /// Does something while the limit does not count, whatever is held.
    pub(super) fn unlimited<T>(&mut self, what: impl FnOnce(&mut Self) -> T) -> T {
        let until = self.until.take();
        let done = what(self);
        self.until = until;
        done
    }

    /// It is over without an event of its own: what ended it has one.
    pub(super) fn is_over(&mut self) {
        if std::mem::take(&mut self.began) {
            self.sleep_ended();
        }
    }

    /// It has what it waited for.
    pub(super) fn done(&mut self) {
        self.end(WaitEnd::Woken);
    }

    fn end(&mut self, how: WaitEnd) {
        if self.began {
            self.is_over();
            let res = self.object.res();
            self.object.tell(self.who, EventKind::WaitEnded { res, how });
        }
    }

    /// How long to sleep now.
    ///
    /// # Errors
    /// Not any more, which is on record: the run was stopped, or the time is over.
    pub(super) fn slice(&mut self) -> Result<Duration, ShareError> {
        if self.who.is_stopped() {
            self.end(WaitEnd::Cancelled);
            return Err(ShareError::Stopped);
        }
        let Some(until) = self.limit() else { return Ok(SLICE) };
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            self.end(WaitEnd::TimedOut);
            return Err(ShareError::TimedOut);
        }
        Ok(left.min(SLICE))
    }

    /// Tries until it has worked: first at once, then sleeping for as long as `attempt` is told.
    pub(super) fn until<T>(
        &mut self,
        mut attempt: impl FnMut(Duration) -> Option<T>,
    ) -> Result<T, ShareError> {
        if let Some(done) = attempt(Duration::ZERO) {
            return Ok(done);
        }
        self.begin();
        loop {
            let slice = self.slice()?;
            if let Some(done) = attempt(slice) {
                return Ok(done);
            }
        }
    }
}
