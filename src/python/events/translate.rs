//! The events that a record makes.
//!
//! Processes name tasks, exceptions and items under way by numbers of their own, and leave it to the reader to count what no
//! process can count alone.

use super::pauses::Pause;
use super::{ActorSoFar, Events};
use crate::python::files::Slot;
use crate::python::kinds::{flag, how, kind, op};
use crate::python::names::Saying;
use crate::trace::{
    ActorId, End, EventKind, ExceptionId, Item, Nanos, ResourceId, TaskId, WaitEnd, WaitOp,
};
use std::collections::HashMap;

/// What records name by numbers of their own, and what is counted for them.
#[derive(Default)]
pub(super) struct Numbered {
    /// The last version of each variable.
    versions: HashMap<ResourceId, u32>,
    tasks: HashMap<(ResourceId, i64), TaskId>,
    next_task: HashMap<ResourceId, u32>,
    exceptions: HashMap<(Option<ResourceId>, i64), ExceptionId>,
    /// How often each barrier between processes has opened.
    generations: HashMap<ResourceId, u32>,
}

impl Numbered {
    /// Whether a task was named before.
    pub(super) fn has_task(&self, pool: ResourceId, key: i64) -> bool {
        self.tasks.contains_key(&(pool, key))
    }

    /// The task with this key of a pool: the next one where it was not named before.
    fn task(&mut self, pool: ResourceId, key: i64) -> TaskId {
        let next = self.next_task.entry(pool).or_default();
        *self.tasks.entry((pool, key)).or_insert_with(|| {
            let task = TaskId(*next);
            *next = next.saturating_add(1);
            task
        })
    }

    /// The generation in which a barrier opens; told, or else counted.
    fn generation(&mut self, barrier: ResourceId, told: Option<u32>) -> u32 {
        let next = self.generations.entry(barrier).or_default();
        let generation = told.unwrap_or(*next);
        *next = generation.saturating_add(1);
        generation
    }

    /// The version of a variable that is read; told, or else the last one.
    fn version(&self, variable: ResourceId, told: Option<u32>) -> u32 {
        told.unwrap_or_else(|| self.versions.get(&variable).copied().unwrap_or(0))
    }

    /// The version of a variable that is written; told, or else counted.
    fn next_version(&mut self, variable: ResourceId, told: Option<u32>) -> u32 {
        let version = self.versions.entry(variable).or_default();
        *version = told.unwrap_or_else(|| version.saturating_add(1));
        *version
    }

    /// The exception with this number: of the whole run, or of the tasks of a pool.
    fn exception(&mut self, pool: Option<ResourceId>, number: i64) -> ExceptionId {
        let next = ExceptionId::from_index(self.exceptions.len());
        *self.exceptions.entry((pool, number)).or_insert(next)
    }
}
impl Events {
    /// Makes events of a record; `None` of one that has no name, or is damaged.
    pub(super) fn translate(&mut self, slot: &Slot) -> Option<()> {
        use EventKind as K;
        let actor = self.names.actor(slot.process, slot.thread)?;
        // At its end a thread waits for others in no line of the program's.
        let is_at_end = slot.kind == kind::WAIT && slot.a == op::OP_JOIN;
        if slot.site != 0 || is_at_end {
            let source = self.names.source(slot.process, slot.site);
            if self.actors.len() <= actor.index() {
                self.actors.resize(actor.index() + 1, ActorSoFar::default());
            }
            self.actors[actor.index()].source = source;
        }
        let res = match slot.object {
            0 => None,
            object => self.names.resource(slot.process, object),
        };
        let count = |number: i64| u32::try_from(number.max(0)).unwrap_or(u32::MAX);
        // Somebody else changed it, without the lock.
        let is_found = slot.flags & flag::FOUND != 0;
        let told_version = (slot.c != 0).then(|| count(slot.c));
        let kind = match slot.kind {
            kind::STARTED => {
                let pid = self.names.pid(slot.process);
                K::Started { os_id: if slot.thread <= 1 { pid } else { slot.a.max(0) as u64 } }
            }
            kind::ENDED => return self.ended(slot, actor),
            kind::SPAWNED => {
                let child = self.other(slot, actor)?;
                self.push(actor, slot.time, K::Spawned { child });
                // Another program does not tell that it has started.
                if slot.flags & flag::PROCESS != 0 && self.names.process(slot.a).is_none() {
                    let os_id = slot.a.max(0) as u64;
                    self.push(child, slot.time, K::Started { os_id });
                }
                return Some(());
            }
            kind::AT => K::At,
            kind::CHILD_ENDED => return self.child_ended(slot, actor),
            kind::END_SEEN => K::EndSeen { of: self.other(slot, actor)?, how: slot.b != 0 },
            kind::WAIT => return self.wait_began(slot, actor, res?),
            kind::ACQUIRED => {
                self.pause_ends(actor, slot.time, Some(res?), K::Acquired { res: res? });
                return Some(());
            }
            kind::RELEASED => K::Released { res: res? },
            kind::WAIT_ENDED => {
                let how = match slot.a {
                    how::WOKEN => WaitEnd::Woken,
                    how::TIMED_OUT => WaitEnd::TimedOut,
                    how::STOPPED => WaitEnd::Cancelled,
                    how::INTERRUPTED => WaitEnd::Interrupted,
                    _ => WaitEnd::Broken,
                };
                self.pause_ends(actor, slot.time, Some(res?), K::WaitEnded { res: res?, how });
                return Some(());
            }
            kind::NOTIFIED => K::Notified { res: res?, woken: count(slot.a) },
            kind::SET => K::Set { res: res? },
            kind::CLEARED => K::Cleared { res: res? },
            kind::PASSED => {
                let res = res?;
                let told = (slot.a >= 0).then(|| count(slot.a));
                K::BarrierPassed { res, generation: self.numbered.generation(res, told) }
            }
            kind::BROKEN => K::BarrierBroken { res: res? },
            kind::REFUSED => K::Refused { res: res? },
            kind::PUT => K::Put { res: res?, item: self.first(slot) },
            kind::GOT => K::Got { res: res?, item: self.first(slot) },
            kind::ITEM_DONE => K::ItemDone { res: res? },
            kind::CLOSED => K::Closed { res: res? },
            kind::INSERTED => {
                let (res, index, item) = (res?, count(slot.b), self.first(slot));
                match is_found {
                    true => K::FoundInserted { res, index, item },
                    false => K::Inserted { res, index, item },
                }
            }
            kind::REMOVED => {
                let (res, index, item) = (res?, count(slot.b), self.first(slot));
                match is_found {
                    true => K::FoundRemoved { res, index, item },
                    false => K::Removed { res, index, item },
                }
            }
            kind::FOUND_EMPTY => K::FoundEmpty { res: res? },
            kind::READ | kind::SEEN => {
                let (res, value) = (res?, self.first(slot));
                let version = self.numbered.version(res, told_version);
                match slot.kind {
                    kind::READ => K::ValueRead { res, version, value },
                    _ => K::ValueSeen { res, version, value },
                }
            }
            kind::CHANGED => {
                let res = res?;
                let version = self.numbered.next_version(res, told_version);
                let (old, new) = (self.first(slot), self.second(slot));
                match is_found {
                    true => K::FoundChanged { res, version, old, new },
                    false => K::ValueChanged { res, version, old, new },
                }
            }
            kind::SLOT => K::SlotChanged { res: res?, index: count(slot.b), new: self.first(slot) },
            kind::SUBMITTED => {
                let (res, item) = (res?, self.first(slot));
                K::TaskSubmitted { res, task: self.numbered.task(res, slot.c), item }
            }
            kind::ASSIGNED => {
                let (res, to) = (res?, self.other(slot, actor)?);
                let task = self.numbered.task(res, slot.c);
                K::TaskAssigned { res, task, count: count(slot.b).max(1), to }
            }
            kind::BEGUN => K::TaskStarted { res: res?, task: self.numbered.task(res?, slot.c) },
            kind::FINISHED => {
                let item = self.first(slot);
                K::TaskFinished { res: res?, task: self.numbered.task(res?, slot.c), item }
            }
            kind::FAILED => {
                let error = self.names.text_of(slot.process, slot.text);
                K::TaskFailed { res: res?, task: self.numbered.task(res?, slot.c), error }
            }
            kind::CANCELLED => {
                K::TaskCancelled { res: res?, task: self.numbered.task(res?, slot.c) }
            }
            kind::TAKEN => {
                let (res, count) = (res?, count(slot.b).max(1));
                K::ResultsTaken { res, task: self.numbered.task(res, slot.c), count }
            }
            kind::GIVEN_UP => K::GivenUp { res: res? },
            kind::RAISED => {
                let text = self.names.text_of(slot.process, slot.text);
                K::Raised { exception: self.exception(slot, res), text }
            }
            kind::CAUGHT => K::Caught { exception: self.exception(slot, res) },
            kind::PROPAGATED => {
                let to = self.other(slot, actor)?;
                K::Propagated { exception: self.exception(slot, res), to }
            }
            kind::KEPT => K::Kept { exception: self.exception(slot, res), res: res? },
            kind::UNHANDLED => K::Unhandled { exception: self.exception(slot, res) },
            kind::SIGNAL_SENT => {
                let to = self.by_pid(slot.a, actor)?;
                K::SignalSent { to, signal: u8::try_from(slot.b).ok()? }
            }
            kind::SIGNAL_HANDLED => {
                self.handler_begins(actor);
                K::SignalHandled { signal: u8::try_from(slot.a).ok()? }
            }
            kind::ALARM => K::AlarmSet {
                after: Nanos(slot.a.max(0) as u64),
                every: Nanos(slot.b.max(0) as u64),
            },
            kind::SLEEP => {
                let until = slot.time.saturating_add(slot.a.max(0) as u64);
                let pause = Pause { wait: None, until: Some(until), is_interrupted: false };
                self.pause_begins(actor, slot.time, pause);
                return Some(());
            }
            kind::SLEEP_ENDED => {
                self.pause_ends(actor, slot.time, None, K::SleepEnded);
                return Some(());
            }
            kind::IO => K::IoBegan { what: self.names.text_of(slot.process, slot.text) },
            kind::IO_ENDED => K::IoEnded,
            kind::MESSAGE => {
                let line = self.names.text_of(slot.process, slot.text);
                self.look_for_guard(slot);
                let frame = if slot.flags & flag::STDERR != 0 { "stderr: {}" } else { "{}" };
                let text = self.names.text(frame);
                K::Message { text, args: [Item::text(line), Item::NOTHING] }
            }
            kind::DROPPED => {
                let count = slot.a.max(0) as u64;
                self.dropped += count;
                K::Dropped { count }
            }
            kind::THINNED => {
                self.thinned = self.thinned.saturating_add(slot.a.max(0) as u64);
                if let Some(res) = res {
                    self.names.thin(slot.process, slot.object, res);
                }
                return Some(());
            }
            kind::COPIED => K::Copied { res: res? },
            // Of a later version.
            _ => return None,
        };
        self.push(actor, slot.time, kind);
        Some(())
    }

    /// CPython tells a process that imports its program, and by that would start processes or set how they are started, that it may
    /// not. A process that sets it later is told the same, and there the guard is not what is missing.
    fn look_for_guard(&mut self, slot: &Slot) {
        if slot.flags & flag::STDERR == 0 || self.names.is_main(slot.process) {
            return;
        }
        let who = (slot.process, slot.thread);
        match self.names.saying(slot.process, slot.text) {
            Some(Saying::Importing) => drop(self.importing.insert(who)),
            Some(Saying::AlreadySet) if !self.importing.contains(&who) => {}
            Some(Saying::NotYet | Saying::AlreadySet) => {
                self.names.refuse(slot.process, slot.thread)
            }
            None => {}
        }
    }

    fn ended(&mut self, slot: &Slot, actor: ActorId) -> Option<()> {
        if slot.thread <= 1 && slot.flags & flag::AT_EXIT != 0 {
            self.ends.insert(slot.process, slot.time);
            return Some(());
        }
        let end = match slot.a {
            0 => End::Normal,
            1 => End::Error(self.names.text_of(slot.process, slot.text)),
            2 => End::Exited(i32::try_from(slot.b).ok()?),
            3 => {
                let pid = i64::try_from(self.names.pid(slot.process)).unwrap_or(0);
                self.killed(pid, u8::try_from(slot.b).ok()?)
            }
            _ => End::Cancelled,
        };
        if slot.thread <= 1 {
            self.end_threads(slot.process, slot.time, end);
        }
        self.push(actor, slot.time, EventKind::Ended(end));
        Some(())
    }

    /// A parent has learned how a child ended.
    fn child_ended(&mut self, slot: &Slot, parent: ActorId) -> Option<()> {
        let child = self.by_pid(slot.a, parent)?;
        let end = match i32::try_from(slot.b).ok()? {
            0 => End::Normal,
            status @ 1.. => End::Exited(status),
            signal => self.killed(slot.a, u8::try_from(signal.unsigned_abs()).ok()?),
        };
        if let Some(process) = self.names.process(slot.a) {
            self.end_threads(process, slot.time, end);
        }
        self.push(child, slot.time, EventKind::Ended(end));
        Some(())
    }

    /// The end of a process by a signal: that of its pool, or of somebody else.
    fn killed(&self, pid: i64, signal: u8) -> End {
        match self.names.is_dismissed(pid, signal) {
            true => End::Dismissed,
            false => End::Killed(signal),
        }
    }

    /// A signal that kills a process kills all its threads.
    fn end_threads(&mut self, process: usize, time: u64, end: End) {
        if !matches!(end, End::Killed(_) | End::Dismissed) {
            return;
        }
        for thread in self.names.threads_of(process) {
            if self.actors.get(thread.index()).is_some_and(|so_far| so_far.started && !so_far.ended)
            {
                self.push(thread, time, EventKind::Ended(end));
            }
        }
    }

    fn wait_began(&mut self, slot: &Slot, actor: ActorId, res: ResourceId) -> Option<()> {
        let op = match slot.a {
            op::OP_ACQUIRE => WaitOp::Acquire,
            op::OP_WAIT => WaitOp::Wait,
            op::OP_PUT => WaitOp::Put,
            op::OP_GET => WaitOp::Get,
            op::OP_JOIN => WaitOp::Join,
            op::OP_RESULT => WaitOp::Result,
            op::OP_TASK => WaitOp::Task,
            _ => return None,
        };
        let until = u64::try_from(slot.b).ok().map(|planned| slot.time.saturating_add(planned));
        let pause = Pause { wait: Some((res, op)), until, is_interrupted: false };
        self.pause_begins(actor, slot.time, pause);
        Some(())
    }

    /// The actor that an event is about, beside its own.
    fn other(&mut self, slot: &Slot, actor: ActorId) -> Option<ActorId> {
        match slot.flags & flag::PROCESS {
            0 => self.names.actor(slot.process, slot.other),
            _ => self.by_pid(slot.a, actor),
        }
    }

    fn by_pid(&mut self, pid: i64, parent: ActorId) -> Option<ActorId> {
        match self.names.process(pid) {
            Some(process) => self.names.actor(process, 1),
            None => self.names.stranger(pid, parent),
        }
    }

    fn first(&mut self, slot: &Slot) -> Item {
        self.item(slot.flags & 3, slot.a, slot.process, slot.text)
    }

    fn second(&mut self, slot: &Slot) -> Item {
        self.item(slot.flags >> 2 & 3, slot.b, slot.process, slot.other)
    }

    fn item(&mut self, what: u16, number: i64, process: usize, text: u32) -> Item {
        match what {
            1 => match Item::try_int(number) {
                Some(item) => item,
                None => Item::text(self.names.text(&number.to_string())),
            },
            2 => Item::text(self.names.text_of(process, text)),
            _ => Item::NOTHING,
        }
    }

    fn exception(&mut self, slot: &Slot, res: Option<ResourceId>) -> ExceptionId {
        let pool = res.filter(|_| slot.flags & flag::OF_TASK != 0);
        self.numbered.exception(pool, slot.c)
    }
}
