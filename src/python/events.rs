//! From what processes record to a trace: in the order of the machine's clock, while it grows.
//!
//! A record is passed on when it is older than a short window, in which others that happened before it may still arrive. One
//! that comes later is put as early as it still can. Each event gets a stamp of its own, so that one order holds for all. Which
//! events a record makes is in `translate`.

mod pauses;
mod translate;

use super::files::{Files, Slot};
use super::kinds::kind;
use super::listings::Listings;
use super::names::Names;
use super::sys::{self, Left};
use crate::replay::words::{agree, count};
use crate::trace::{ActorId, Batch, End, Event, EventKind, Nanos, SourceId};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use translate::Numbered;

/// How long others are waited for that may have happened before: records of one process are a few milliseconds out of order.
const WINDOW: u64 = 20_000_000;
/// How long an event about a process waits until that has begun to record.
const PATIENCE: u64 = 400_000_000;
/// How long between two looks at which processes have ended: each asks the system about all.
const BETWEEN_LOOKS: u64 = 50_000_000;
/// The most events of a run.
const EVENTS: usize = 10_000_000;

/// Makes a trace of what processes record.
pub(super) struct Events {
    files: Files,
    names: Names,
    /// The instant that counts as zero: that of the first record, once there is one.
    origin: u64,
    pending: Vec<Slot>,
    out: Vec<Event>,
    /// The stamp of the last event.
    last: Nanos,
    actors: Vec<ActorSoFar>,
    /// Of processes, by place: when the interpreter came to its end.
    ends: HashMap<usize, u64>,
    /// Who has printed that it failed while it imported the program: process and thread.
    importing: HashSet<(usize, u32)>,
    numbered: Numbered,
    /// The waits and sleeps of an actor that have begun, the inmost one last.
    pauses: HashMap<ActorId, Vec<pauses::Pause>>,
    /// When and how the program itself has ended, until that is passed on.
    program_end: Option<(u64, End)>,
    /// When to look again at which processes have ended.
    looks_at: u64,
    /// From this instant on nothing is passed on: the run was stopped.
    cut: Option<u64>,
    /// No record can be later than this: until the run is over nobody asks.
    now: u64,
    count: usize,
    /// Operations that were left out because there were so many.
    pub(super) thinned: u64,
    /// Records that have no name, or are damaged.
    odd: u64,
    /// Events that are missing, and of which the trace does not tell yet.
    untold: u64,
    /// Events that were lost, or had no room.
    dropped: u64,
}

/// How a run is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// The program ended. `killed`: some that it had left behind were killed then.
    ByItself {
        /// Whether there were any.
        killed: bool,
    },
    /// It was stopped at the instant at which its recording was cut.
    Stopped,
    /// It was stopped there, and nobody could have gone on: all stay as they were.
    Stuck,
}

/// What is known of an actor.
#[derive(Clone, Copy, Default)]
struct ActorSoFar {
    seq: u32,
    started: bool,
    ended: bool,
    source: SourceId,
}

impl Events {
    pub(super) fn new(folder: &Path, listings: Listings, origin: u64) -> Self {
        Self {
            files: Files::new(folder),
            names: Names::new(listings),
            origin,
            pending: Vec::new(),
            out: Vec::new(),
            last: Nanos::ZERO,
            actors: Vec::new(),
            ends: HashMap::new(),
            importing: HashSet::new(),
            numbered: Numbered::default(),
            pauses: HashMap::new(),
            program_end: None,
            looks_at: 0,
            cut: None,
            now: u64::MAX,
            count: 0,
            thinned: 0,
            odd: 0,
            untold: 0,
            dropped: 0,
        }
    }

    /// What was recorded since the last time. `now` was read before.
    pub(super) fn poll(&mut self, now: u64) -> Batch {
        let gone = self.gone(now);
        self.read();
        self.rest();
        self.tell_gone(gone, now);
        if let (0, Some(first)) = (self.count, self.pending.first()) {
            // How long Python takes to start is no part of what the program does.
            self.origin = self.origin.max(first.time);
        }
        let until = now.saturating_sub(WINDOW);
        let mut passed = 0;
        for place in 0..self.pending.len() {
            let slot = self.pending[place];
            let unknown = !self.names.knows_process_of(&slot)
                || self.is_unnamed(&slot)
                || self.is_early(&slot);
            let waits = unknown && now.saturating_sub(slot.time) < PATIENCE;
            if slot.time > until || waits {
                break;
            }
            self.take(slot);
            passed = place + 1;
        }
        self.end_program(until);
        let waits = self.pending.get(passed).map_or(until, |slot| slot.time.min(until));
        self.pending.drain(..passed);
        let mut batch = self.batch();
        // Before there is a record nobody knows when it begins.
        batch.until = if self.count > 0 { self.since_begin(waits) } else { Nanos::ZERO };
        batch
    }

    /// Has those rest that are known to have ended.
    fn rest(&mut self) {
        for (process, actor) in self.names.actors() {
            if self.actors.get(actor.index()).is_some_and(|so_far| so_far.ended) {
                self.files.rest(process);
            }
        }
    }

    /// The processes that have ended since the last time, and of which nobody has told, with how they did.
    fn gone(&mut self, now: u64) -> Vec<(usize, Left)> {
        if now < self.looks_at {
            return Vec::new();
        }
        self.looks_at = now + BETWEEN_LOOKS;
        let is_alive = |(process, actor): &(usize, ActorId)| {
            let pid = i64::try_from(self.names.pid(*process)).unwrap_or(0);
            // The program itself has a supervisor, and one PID may have been several.
            let is_own = !self.names.is_main(*process) && self.names.process(pid) == Some(*process);
            let so_far = self.actors.get(actor.index());
            is_own && so_far.is_some_and(|so_far| so_far.started && !so_far.ended)
        };
        let alive = self.names.actors().filter(is_alive);
        alive
            .filter_map(|(process, _)| Some((process, sys::left(self.names.pid(process))?)))
            .collect()
    }

    /// Tells of ends that the system knows of: whoever is to ask about them may do so much later.
    fn tell_gone(&mut self, gone: Vec<(usize, Left)>, now: u64) {
        let is_new = !gone.is_empty();
        for (process, left) in gone {
            let (how, with) = match left {
                Left::Exited(0) => (0, 0),
                Left::Exited(status) => (2, status),
                Left::Killed(signal) => (3, signal),
            };
            let own = self.pending.iter().filter(|slot| slot.process == process);
            // All that it has recorded is older.
            let time = own.map(|slot| slot.time).max().unwrap_or(0).max(now);
            let end =
                Slot { process, thread: 1, time, kind: kind::ENDED, a: how, ..Slot::default() };
            self.pending.push(Slot { number: u64::MAX, b: i64::from(with), ..end });
        }
        if is_new {
            self.sort();
        }
    }

    /// All that is there, of a run that is over; its first record is at zero.
    pub(super) fn all(&mut self, over: Over) -> Batch {
        self.read();
        self.origin = self.pending.first().map_or(0, |first| first.time);
        self.finish(over, u64::MAX)
    }

    /// The time since its first record, of an instant.
    pub(super) fn since_begin(&self, now: u64) -> Nanos {
        Nanos(now.saturating_sub(self.origin))
    }

    /// The version of the Python that recorded it.
    pub(super) fn version(&self) -> String {
        self.names.version()
    }

    /// Whether a process has begun, and done nothing else yet: it learns what it is called only then.
    fn is_unnamed(&self, slot: &Slot) -> bool {
        slot.kind == kind::STARTED
            && slot.thread <= 1
            && !self.names.is_main(slot.process)
            && self.files.taken(slot.process) <= 1
    }

    /// Whether a worker tells of a task that nobody has handed in yet: who did is about to say so.
    fn is_early(&self, slot: &Slot) -> bool {
        let is_of_task = matches!(slot.kind, kind::BEGUN | kind::FINISHED | kind::FAILED);
        let is_known = |res| self.numbered.has_task(res, slot.c);
        is_of_task && !self.names.known(slot.process, slot.object).is_some_and(is_known)
    }

    /// Takes no notice of what happens from now on.
    pub(super) fn cut(&mut self, now: u64) {
        self.cut.get_or_insert(now);
    }

    /// All that is left, and how those ended of whom nobody has told. What is later than `now` is damaged.
    pub(super) fn finish(&mut self, over: Over, now: u64) -> Batch {
        self.files.wake();
        self.read();
        self.now = self.now.min(now);
        for slot in std::mem::take(&mut self.pending) {
            self.take(slot);
        }
        self.files.give_up_holes(self.cut);
        for process in 0..self.files.count() {
            self.tell_lost(process);
            for wait in self.files.waits(process) {
                let actor = self.names.actor(wait.process, wait.thread);
                let has_ended = |id: ActorId| self.actors.get(id.index()).is_some_and(|a| a.ended);
                if wait.kind == kind::WAIT && actor.is_some_and(|id| !has_ended(id)) {
                    self.take(wait);
                }
            }
        }
        self.end_program(u64::MAX);
        if let Over::ByItself { killed } = over {
            self.end_processes(killed);
        }
        if over == Over::Stopped
            && let Some(cut) = self.cut
        {
            for index in 0..self.actors.len() {
                if self.actors[index].started && !self.actors[index].ended {
                    self.push(ActorId::from_index(index), cut, EventKind::Ended(End::Cancelled));
                }
            }
        }
        self.odd += self.files.left_out;
        let untold = self.untold + self.files.left_out;
        self.tell_missing(None, 0, untold);
        self.tell_unseen();
        self.batch()
    }

    /// Whether nothing is known to be missing of what was recorded so far.
    pub(super) fn is_whole(&mut self) -> bool {
        let is_whole = self.odd + self.untold + self.dropped + self.files.left_out == 0;
        is_whole
            && !self.files.has_holes()
            && (0..self.files.count())
                .all(|place| self.files.lost(place).0 + self.files.damaged(place) == 0)
    }

    /// The program has ended, as the system says. What it recorded before may still have to be read.
    pub(super) fn program_ended(&mut self, now: u64, end: End) {
        self.program_end.get_or_insert((now, end));
        // Its children end with it, or soon after.
        self.looks_at = 0;
    }

    fn end_program(&mut self, until: u64) {
        let main = self.names.actors().find(|(process, _)| self.names.is_main(*process));
        if let Some((_, actor)) = main
            && self.cut.is_none()
            && let Some((at, end)) = self.program_end.take_if(|(at, _)| *at <= until)
        {
            self.push(actor, at, EventKind::Ended(end));
        }
    }

    /// Says what could not be seen of the whole run.
    fn tell_unseen(&mut self) {
        if self.thinned > 0 {
            let thinned = self.thinned;
            self.names.tell_unseen(format!(
                "{thinned} operations on locks that were used very often are left out"
            ));
        }
        if self.odd > 0 {
            let (have, are) = (agree(self.odd, "has", "have"), agree(self.odd, "is", "are"));
            let records = count(self.odd, "record");
            let said = format!("{records} {have} no name or {are} damaged, and {are} left out");
            self.names.tell_unseen(said);
        }
        if self.names.full {
            let said = "there were more names than are kept; what has none is left out";
            self.names.tell_unseen(said.to_owned());
        }
        if self.files.count() == 0 {
            let ended = match self.cut {
                Some(_) => "the program was stopped while its Python still started, or ",
                None => "",
            };
            self.names.tell_unseen(format!(
                "nothing was recorded: {ended}the recorder did not get into the program: -I, -E, -S and a cleared environment prevent \
                 that, and so does want of memory"
            ));
        }
    }

    fn read(&mut self) {
        let before = self.pending.len();
        while self.files.slots(&mut self.pending) && self.pending.len() < EVENTS {}
        for (process, definition) in self.files.definitions() {
            self.names.define(process, definition);
        }
        if self.pending.len() > before {
            self.sort();
        }
    }

    fn sort(&mut self) {
        self.pending.sort_by_key(|slot| (slot.time, slot.process, slot.number));
    }

    fn batch(&mut self) -> Batch {
        self.names.tell_changes();
        let events = std::mem::take(&mut self.out);
        Batch { events, ..std::mem::take(&mut self.names.news) }
    }

    /// Those who came to their end and of whose end nobody has told.
    fn end_processes(&mut self, killed: bool) {
        let strange = self.names.text("it ended, and nobody asked how");
        let processes: Vec<_> = self.names.actors().collect();
        for (process, actor) in processes {
            let at_exit = self.ends.get(&process).copied();
            let end = match at_exit {
                Some(_) => End::Normal,
                None if killed => End::Killed(9),
                None => End::Error(strange),
            };
            self.push(actor, at_exit.unwrap_or(0), EventKind::Ended(end));
        }
    }

    fn tell_lost(&mut self, process: usize) {
        let (lost, full) = self.files.lost(process);
        let damaged = self.files.damaged(process);
        self.odd += damaged;
        self.names.full |= self.files.is_cut(process);
        self.tell_missing(Some(process), 0, lost.saturating_add(damaged));
        if full {
            let said = "the disk was full, or files may not grow or be opened any more (ulimit): not everything is recorded";
            self.names.tell_unseen(said.to_owned());
        }
    }

    /// Tells of events that are missing: as of their process, or else of the program itself.
    fn tell_missing(&mut self, process: Option<usize>, time: u64, count: u64) {
        if count == 0 {
            return;
        }
        let own = process.and_then(|process| self.names.actor(process, 1));
        let Some(actor) = own.or_else(|| self.program()) else {
            self.untold = self.untold.saturating_add(count);
            return;
        };
        self.dropped = self.dropped.saturating_add(count);
        if let Some(Event { actor: last, kind: EventKind::Dropped { count: before }, .. }) =
            self.out.last_mut()
            && *last == actor
        {
            *before = before.saturating_add(count);
            return;
        }
        self.push(actor, time, EventKind::Dropped { count });
    }

    /// The actor that is the program itself, or any that is there.
    fn program(&self) -> Option<ActorId> {
        let main = self.names.actors().find(|(process, _)| self.names.is_main(*process));
        main.or_else(|| self.names.actors().next()).map(|(_, actor)| actor)
    }

    /// Adds an event. Its stamp is later than that of the one before.
    fn push(&mut self, actor: ActorId, time: u64, kind: EventKind) {
        if self.actors.len() <= actor.index() {
            self.actors.resize(actor.index() + 1, ActorSoFar::default());
        }
        let so_far = &mut self.actors[actor.index()];
        match kind {
            EventKind::Started { .. } if std::mem::replace(&mut so_far.started, true) => return,
            EventKind::Ended(_) if std::mem::replace(&mut so_far.ended, true) => return,
            _ => {}
        }
        if self.count >= EVENTS && !matches!(kind, EventKind::Dropped { .. }) {
            self.untold += 1;
            return;
        }
        self.count += 1;
        let at = Nanos(time.saturating_sub(self.origin)).max(self.last + Nanos(1));
        self.last = at;
        self.out.push(Event { at, seq: so_far.seq, actor, source: so_far.source, kind });
        so_far.seq = so_far.seq.wrapping_add(1);
    }

    /// Makes events of a record.
    fn take(&mut self, slot: Slot) {
        if self.cut.is_some_and(|cut| slot.time >= cut) {
            return;
        }
        if slot.time > self.now || self.translate(&slot).is_none() {
            self.odd += 1;
            self.tell_missing(Some(slot.process), slot.time.min(self.now), 1);
        }
    }
}

#[cfg(test)]
mod tests;
