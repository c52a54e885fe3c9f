//! The events that a record makes.
//!
//! Processes name tasks, exceptions and items under way by numbers of their own, and leave it to the reader to count what no
//! process can count alone.

use super::{ActorSoFar, Events, PROCESS};
use crate::python::files::Slot;
use crate::replay::NO_GUARD;
use crate::trace::{
    ActorId, End, EventKind, ExceptionId, Item, Meta, Nanos, ResourceId, TaskId, WaitEnd, WaitOp,
};
use std::collections::HashMap;

/// The most tokens of items under way that are remembered.
const TOKENS: usize = 100_000;

/// Flags of a record.
const STDERR: u16 = 0x20;
const OF_TASK: u16 = 0x40;
const AT_EXIT: u16 = 0x80;

/// What records name by numbers of their own, and what is counted for them.
#[derive(Default)]
pub(super) struct Numbered {
    /// The last version of each variable.
    versions: HashMap<ResourceId, u32>,
    tasks: HashMap<(ResourceId, i64), TaskId>,
    next_task: HashMap<ResourceId, u32>,
    exceptions: HashMap<(Option<ResourceId>, i64), ExceptionId>,
    /// Items under way, as they were described when they were put.
    tokens: HashMap<i64, Item>,
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
        if slot.site != 0 {
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
        let told_version = (slot.c != 0).then(|| count(slot.c));
        let kind = match slot.kind {
            1 => {
                let pid = self.names.pid(slot.process);
                K::Started { os_id: if slot.thread <= 1 { pid } else { slot.a.max(0) as u64 } }
            }
            2 => return self.ended(slot, actor),
            3 => {
                let child = self.other(slot, actor)?;
                self.push(actor, slot.time, K::Spawned { child });
                // Another program does not tell that it has started.
                if slot.flags & PROCESS != 0 && self.names.process(slot.a).is_none() {
                    let os_id = slot.a.max(0) as u64;
                    self.push(child, slot.time, K::Started { os_id });
                }
                return Some(());
            }
            4 => K::At,
            5 => return self.child_ended(slot, actor),
            6 => K::EndSeen { of: self.other(slot, actor)?, how: slot.b != 0 },
            10 => return self.wait_began(slot, actor, res?),
            11 => return self.wait_ends(slot, actor, K::Acquired { res: res? }),
            12 => K::Released { res: res? },
            13 => {
                let how = match slot.a {
                    0 => WaitEnd::Woken,
                    1 => WaitEnd::TimedOut,
                    2 => WaitEnd::Cancelled,
                    _ => WaitEnd::Broken,
                };
                return self.wait_ends(slot, actor, K::WaitEnded { res: res?, how });
            }
            14 => K::Notified { res: res?, woken: count(slot.a) },
            15 => K::Set { res: res? },
            16 => K::Cleared { res: res? },
            17 => {
                let res = res?;
                let told = (slot.a >= 0).then(|| count(slot.a));
                K::BarrierPassed { res, generation: self.numbered.generation(res, told) }
            }
            18 => K::BarrierBroken { res: res? },
            19 => K::Refused { res: res? },
            20 => {
                let item = self.first(slot);
                let tokens = &mut self.numbered.tokens;
                if slot.c != 0 && tokens.len() < TOKENS {
                    tokens.insert(slot.c, item);
                }
                K::Put { res: res?, item }
            }
            21 => {
                // It is what was put, however the two have described it.
                let item = self.numbered.tokens.remove(&slot.c).filter(|_| slot.c != 0);
                let item = item.unwrap_or_else(|| self.first(slot));
                K::Got { res: res?, item }
            }
            22 => K::ItemDone { res: res? },
            23 => K::Closed { res: res? },
            24 => K::Inserted { res: res?, index: count(slot.b), item: self.first(slot) },
            25 => K::Removed { res: res?, index: count(slot.b), item: self.first(slot) },
            26 => K::FoundEmpty { res: res? },
            27 | 28 => {
                let (res, value) = (res?, self.first(slot));
                let version = self.numbered.version(res, told_version);
                match slot.kind {
                    27 => K::ValueRead { res, version, value },
                    _ => K::ValueSeen { res, version, value },
                }
            }
            29 => {
                let res = res?;
                let version = self.numbered.next_version(res, told_version);
                K::ValueChanged { res, version, old: self.first(slot), new: self.second(slot) }
            }
            30 => K::SlotChanged { res: res?, index: count(slot.b), new: self.first(slot) },
            40 => {
                let (res, item) = (res?, self.first(slot));
                K::TaskSubmitted { res, task: self.numbered.task(res, slot.c), item }
            }
            41 => {
                let (res, to) = (res?, self.other(slot, actor)?);
                let task = self.numbered.task(res, slot.c);
                K::TaskAssigned { res, task, count: count(slot.b).max(1), to }
            }
            42 => K::TaskStarted { res: res?, task: self.numbered.task(res?, slot.c) },
            43 => {
                let item = self.first(slot);
                K::TaskFinished { res: res?, task: self.numbered.task(res?, slot.c), item }
            }
            44 => {
                let error = self.names.text_of(slot.process, slot.text);
                K::TaskFailed { res: res?, task: self.numbered.task(res?, slot.c), error }
            }
            45 => K::TaskCancelled { res: res?, task: self.numbered.task(res?, slot.c) },
            46 => {
                let (res, count) = (res?, count(slot.b).max(1));
                K::ResultsTaken { res, task: self.numbered.task(res, slot.c), count }
            }
            47 => K::GivenUp { res: res? },
            50 => {
                let text = self.names.text_of(slot.process, slot.text);
                K::Raised { exception: self.exception(slot, res), text }
            }
            51 => K::Caught { exception: self.exception(slot, res) },
            52 => {
                let to = self.other(slot, actor)?;
                K::Propagated { exception: self.exception(slot, res), to }
            }
            53 => K::Kept { exception: self.exception(slot, res), res: res? },
            54 => K::Unhandled { exception: self.exception(slot, res) },
            60 => {
                let to = self.by_pid(slot.a, actor)?;
                K::SignalSent { to, signal: u8::try_from(slot.b).ok()? }
            }
            61 => K::SignalHandled { signal: u8::try_from(slot.a).ok()? },
            66 => K::AlarmSet {
                after: Nanos(slot.a.max(0) as u64),
                every: Nanos(slot.b.max(0) as u64),
            },
            62 => K::SleepBegan { planned: Nanos(slot.a.max(0) as u64) },
            63 => K::SleepEnded,
            64 => K::IoBegan { what: self.names.text_of(slot.process, slot.text) },
            65 => K::IoEnded,
            70 => {
                let line = self.names.text_of(slot.process, slot.text);
                self.look_for_guard(slot, actor);
                let frame = if slot.flags & STDERR != 0 { "stderr: {}" } else { "{}" };
                let text = self.names.text(frame);
                K::Message { text, args: [Item::text(line), Item::NOTHING] }
            }
            71 => {
                let count = slot.a.max(0) as u64;
                self.dropped += count;
                K::Dropped { count }
            }
            72 => {
                self.thinned = self.thinned.saturating_add(slot.a.max(0) as u64);
                if let Some(res) = res
                    && self.thinned_ones.insert(res)
                {
                    self.names.news.facts.push((Meta::THINNED.to_owned(), res.0.to_string()));
                }
                return Some(());
            }
            73 => K::Copied { res: res? },
            // Of a later version.
            _ => return None,
        };
        self.push(actor, slot.time, kind);
        Some(())
    }

    /// CPython tells a process that imports its program, and by that would start processes, that it may not.
    fn look_for_guard(&mut self, slot: &Slot, actor: ActorId) {
        if slot.flags & STDERR != 0
            && !self.names.is_main(slot.process)
            && self.names.is_refusal(slot.process, slot.text)
        {
            self.names.news.facts.push((NO_GUARD.to_owned(), actor.0.to_string()));
        }
    }

    fn ended(&mut self, slot: &Slot, actor: ActorId) -> Option<()> {
        if slot.thread <= 1 && slot.flags & AT_EXIT != 0 {
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

    /// A wait with a time-out is a sleep beside the wait.
    fn wait_began(&mut self, slot: &Slot, actor: ActorId, res: ResourceId) -> Option<()> {
        let op = match slot.a {
            0 => WaitOp::Acquire,
            1 => WaitOp::Wait,
            2 => WaitOp::Put,
            3 => WaitOp::Get,
            4 => WaitOp::Join,
            5 => WaitOp::Result,
            6 => WaitOp::Task,
            _ => return None,
        };
        if let Ok(planned) = u64::try_from(slot.b) {
            let planned = Nanos(planned);
            self.push(actor, slot.time, EventKind::SleepBegan { planned });
            self.actors[actor.index()].timed = true;
        }
        self.push(actor, slot.time, EventKind::WaitBegan { res, op });
        Some(())
    }

    fn wait_ends(&mut self, slot: &Slot, actor: ActorId, kind: EventKind) -> Option<()> {
        self.push(actor, slot.time, kind);
        let so_far = self.actors.get_mut(actor.index())?;
        if std::mem::take(&mut so_far.timed) {
            self.push(actor, slot.time, EventKind::SleepEnded);
        }
        Some(())
    }

    /// The actor that an event is about, beside its own.
    fn other(&mut self, slot: &Slot, actor: ActorId) -> Option<ActorId> {
        match slot.flags & PROCESS {
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
        let pool = res.filter(|_| slot.flags & OF_TASK != 0);
        self.numbered.exception(pool, slot.c)
    }
}
