//! A flag that processes share.

use super::object::Object;
use super::wait::Wait;
use super::{ShareError, Space, Who};
use crate::record::Recorder;
use crate::trace::{EventKind, Home, Resource, ResourceId, ResourceKind, WaitOp};
use crate::workers::sys;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

const KIND: u32 = 3;
const SIZE: usize = 16;

/// A flag that processes wait for.
#[derive(Clone, Debug)]
pub struct Event {
    object: Object,
}

impl Event {
    /// Not set.
    ///
    /// # Errors
    /// There is no room.
    pub fn new(space: &Arc<Space>, recorder: &Recorder, name: &str) -> io::Result<Self> {
        let resource = Resource::new(name, ResourceKind::Event).at_home(Home::Shared);
        Ok(Self { object: Object::new(space, KIND, SIZE, recorder.resource(resource))? })
    }

    /// The one with this handle.
    ///
    /// # Errors
    /// There is none.
    pub fn open(space: &Arc<Space>, handle: i64) -> Result<Self, ShareError> {
        Ok(Self { object: Object::open(space, KIND, SIZE, handle)? })
    }

    /// The number that stands for it in the argument of a job.
    pub fn handle(&self) -> i64 {
        self.object.handle()
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.object.res()
    }

    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        self.object.word(0).load(Ordering::SeqCst) == 1
    }

    /// Sets it: everybody who waits goes on.
    pub fn set(&self, who: &dyn Who) {
        self.object.marked(who, || {
            let set = || self.object.word(0).store(1, Ordering::SeqCst);
            self.object.tell_and(who, EventKind::Set { res: self.id() }, &set);
        });
        sys::wake(self.object.word(0), u32::MAX);
    }

    /// Clears it: whoever waits from now on waits.
    pub fn clear(&self, who: &dyn Who) {
        self.object.marked(who, || {
            let clear = || self.object.word(0).store(0, Ordering::SeqCst);
            self.object.tell_and(who, EventKind::Cleared { res: self.id() }, &clear);
        });
    }

    /// Waits until it is set, but no longer than `limit`.
    ///
    /// # Errors
    /// `TimedOut` or `Stopped`.
    pub fn wait(&self, who: &dyn Who, limit: Option<Duration>) -> Result<(), ShareError> {
        let mut wait = Wait::new(&self.object, who, WaitOp::Wait, limit);
        let is_set = self.object.marked(who, || {
            let is_set = self.is_set();
            if !is_set {
                wait.begin();
            }
            is_set
        });
        if is_set {
            return Ok(());
        }
        loop {
            let slice = wait.slice()?;
            sys::sleep_while(self.object.word(0), 0, slice);
            let is_set = self.object.marked(who, || {
                let is_set = self.is_set();
                if is_set {
                    wait.done();
                }
                is_set
            });
            if is_set {
                return Ok(());
            }
        }
    }
}
