//! What really runs: threads that add to and remove from one list.

use super::plan::{Pace, Plan, Until};
use super::points::Points;
use super::racy::RacyList;
use crate::record::Log;
use crate::record::sync::{Event as Flag, Lock};
use crate::record::thread::{self, Failure, JoinHandle};
use crate::topics::Lab;
use crate::trace::{Actor, ActorKind, EventKind, Item, Resource, ResourceId, ResourceKind, TextId};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What one thread did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Numbers added.
    pub added: u64,
    /// Numbers removed.
    pub removed: u64,
    /// Attempts that found the list empty.
    pub empty_attempts: u64,
}

impl Tally {
    /// Adds what another thread did.
    pub fn add(&mut self, other: Self) {
        self.added += other.added;
        self.removed += other.removed;
        self.empty_attempts += other.empty_attempts;
    }
}

/// What all threads of one world share.
pub struct Shared {
    /// The list, behind its lock.
    pub list: Lock<VecDeque<i32>>,
    list_id: ResourceId,
    /// Raised when nothing more will be added; only where removers ask for it.
    done: Option<Flag>,
    adders_left: AtomicU32,
    plan: Plan,
    at: Points,
    texts: Texts,
}

struct Texts {
    added: TextId,
    removed: TextId,
    empty: TextId,
}

impl Shared {
    fn new(lab: &Lab<'_>, plan: Plan) -> Self {
        let list = Lock::new(lab.recorder, "list lock", VecDeque::new());
        let spec = Resource::new("list", ResourceKind::List).guarded_by(list.id());
        Self {
            list,
            list_id: lab.recorder.resource(spec),
            done: (plan.until == Until::Flag).then(|| Flag::new(lab.recorder, "done flag")),
            adders_left: AtomicU32::new(plan.adders.unsigned_abs()),
            at: Points::new(lab),
            texts: Texts {
                added: lab.text("added {}"),
                removed: lab.text("removed {}"),
                empty: lab.text("nothing to remove"),
            },
            plan,
        }
    }

    fn append(&self, log: &Log, items: &mut VecDeque<i32>, number: i32) {
        let index = u32::try_from(items.len()).unwrap_or(u32::MAX);
        items.push_back(number);
        let item = Item::int(number);
        log.record(EventKind::Inserted { res: self.list_id, index, item });
        log.say(self.texts.added, [item, Item::NOTHING]);
    }

    fn pop_front(&self, log: &Log, items: &mut VecDeque<i32>) -> Option<i32> {
        let Some(number) = items.pop_front() else {
            log.record(EventKind::FoundEmpty { res: self.list_id });
            log.say(self.texts.empty, [Item::NOTHING; 2]);
            return None;
        };
        let item = Item::int(number);
        log.record(EventKind::Removed { res: self.list_id, index: 0, item });
        log.say(self.texts.removed, [item, Item::NOTHING]);
        Some(number)
    }

    /// The last adder to finish raises the flag.
    fn adder_done(&self, log: &Log) {
        let left = self.adders_left.fetch_sub(1, Ordering::AcqRel);
        if let (1, Some(done)) = (left, &self.done) {
            done.set(log);
        }
    }

    /// Whether a remover that finds the list empty is done for good.
    fn is_over(&self) -> bool {
        match self.plan.until {
            Until::Attempts => false,
            Until::Empty => true,
            Until::Flag => self.done.as_ref().is_some_and(Flag::is_set),
        }
    }
}

// What stands between the marks is the Rust listing that the user sees. Lines that end in `//-` only tell the
// recording which line comes next; they are left out there.
// listing: begin
fn adder(log: &Log, shared: &Shared, first: i32, mut pace: Pace) -> Result<Tally, Failure> {
    let (plan, at) = (&shared.plan, &shared.at); //-
    let mut tally = Tally::default();
    for number in first..first + plan.adds {
        log.line(at.adder_pause_before); //-
        pace.before(log)?; //@ adder.pause_before
        log.line(at.adder_acquire); //-
        let mut items = shared.list.acquire(log); //@ adder.acquire
        plan.stay(log, at.adder_hold)?; //@ adder.hold
        log.line(at.adder_append); //-
        shared.append(log, &mut items, number); //@ adder.append
        tally.added += 1;
        drop(items); // releases the lock
        log.line(at.adder_pause); //-
        pace.after(log)?; //@ adder.pause
    }
    log.line(at.adder_done); //-
    shared.adder_done(log); //@ adder.done
    Ok(tally)
}

fn remover(log: &Log, shared: &Shared, mut pace: Pace) -> Result<Tally, Failure> {
    let (plan, at) = (&shared.plan, &shared.at); //-
    let mut tally = Tally::default();
    for _ in 0..plan.attempts {
        log.line(at.remover_pause_before); //-
        pace.before(log)?; //@ remover.pause_before
        log.line(at.remover_acquire); //-
        let mut items = shared.list.acquire(log); //@ remover.acquire
        plan.stay(log, at.remover_hold)?; //@ remover.hold
        log.line(at.remover_check); //-
        let over = items.is_empty() && shared.is_over(); //@ remover.check
        if over {
            log.step(at.remover_done); //-
            break; //@ remover.done
        }
        log.line(at.remover_pop); //-
        let popped = shared.pop_front(log, &mut items); //@ remover.pop
        match popped {
            Some(_) => tally.removed += 1,
            None => tally.empty_attempts += 1, //@ remover.empty
        }
        drop(items); // releases the lock
        log.line(at.remover_pause); //-
        pace.after(log)?; //@ remover.pause
    }
    Ok(tally)
}
// listing: end

/// One list with its threads: behind a lock, or racing.
pub enum World {
    /// Every access holds the lock.
    Locked(Arc<Shared>),
    /// Nobody holds anything.
    Racing(Arc<RacyList>),
}

type Threads = Vec<JoinHandle<Tally>>;

impl World {
    /// A list behind a lock.
    pub fn locked(lab: &Lab<'_>, plan: &Plan) -> Self {
        Self::Locked(Arc::new(Shared::new(lab, plan.clone())))
    }

    /// The same list without one.
    pub fn racing(lab: &Lab<'_>, plan: &Plan) -> Self {
        Self::Racing(Arc::new(RacyList::new(lab, plan.clone())))
    }

    /// Starts the adders; `side` tells the threads of two worlds apart. With them comes whether the system had enough
    /// threads to spare.
    pub fn start_adders(
        &self,
        lab: &Lab<'_>,
        plan: &Plan,
        side: Side,
    ) -> (Threads, Result<(), Failure>) {
        let spawn = |k: i32| {
            let actor = side.actor(lab, "adder", plan.adders, k);
            let first = plan.first + k * plan.adds;
            let pace = plan.adder_pace(k);
            match self {
                Self::Locked(shared) => {
                    let shared = Arc::clone(shared);
                    thread::spawn(lab.main, actor, move |log| adder(log, &shared, first, pace))
                }
                Self::Racing(list) => {
                    let list = Arc::clone(list);
                    thread::spawn(lab.main, actor, move |log| list.adder(log, first, pace))
                }
            }
        };
        start_all(plan.adders, spawn)
    }

    /// Starts the removers; with them comes whether the system had enough threads to spare.
    pub fn start_removers(
        &self,
        lab: &Lab<'_>,
        plan: &Plan,
        side: Side,
    ) -> (Threads, Result<(), Failure>) {
        let spawn = |k: i32| {
            let actor = side.actor(lab, "remover", plan.removers, k);
            let pace = plan.remover_pace(k);
            match self {
                Self::Locked(shared) => {
                    let shared = Arc::clone(shared);
                    thread::spawn(lab.main, actor, move |log| remover(log, &shared, pace))
                }
                Self::Racing(list) => {
                    let list = Arc::clone(list);
                    thread::spawn(lab.main, actor, move |log| list.remover(log, pace))
                }
            }
        };
        start_all(plan.removers, spawn)
    }

    /// What the list holds now that all threads have ended, and nobody else can hold it.
    pub fn into_contents(self) -> Vec<i32> {
        match self {
            Self::Locked(shared) => Arc::into_inner(shared)
                .map_or_else(Vec::new, |shared| shared.list.into_inner().into()),
            Self::Racing(list) => list.contents(),
        }
    }
}

/// Starts `count` threads; those that could be started are handed over also when one could not.
fn start_all(
    count: i32,
    spawn: impl Fn(i32) -> std::io::Result<JoinHandle<Tally>>,
) -> (Threads, Result<(), Failure>) {
    let mut threads = Vec::new();
    for k in 0..count {
        match spawn(k) {
            Ok(thread) => threads.push(thread),
            Err(error) => return (threads, Err(no_thread(error))),
        }
    }
    (threads, Ok(()))
}

fn no_thread(error: std::io::Error) -> Failure {
    Failure::Error(format!(
        "could not start a thread: {error}; run fewer threads or close other programs"
    ))
}

/// Ends the names of threads that use the lock, where others run without it.
pub const LOCKED_SUFFIX: &str = " (lock)";

/// Which of two worlds shown side by side a thread belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// There is only one.
    Only,
    /// The one with the lock.
    Locked,
    /// The one without.
    Racing,
}

impl Side {
    fn actor(self, lab: &Lab<'_>, role: &str, of: i32, k: i32) -> Actor {
        let initial: String = role.chars().take(1).collect();
        let (suffix, letter) = match self {
            Self::Only | Self::Racing => ("", initial.to_uppercase()),
            Self::Locked => (LOCKED_SUFFIX, initial),
        };
        let name =
            if of == 1 { format!("{role}{suffix}") } else { format!("{role} {}{suffix}", k + 1) };
        Actor {
            name,
            badge: format!("{letter}{}", k + 1),
            kind: ActorKind::Thread,
            parent: Some(lab.main.id()),
            ..Actor::default()
        }
    }
}
