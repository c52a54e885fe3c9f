//! The experiment: threads that add to and remove from one list.

use super::plan::{Locking, Pace, Plan, Until};
use super::points::Points;
use super::racy::RacyList;
use crate::record::sync::{Event as Flag, Lock};
use crate::record::thread::{self, Failure, JoinHandle};
use crate::record::{Log, Recorder};
use crate::topics::Lab;
use crate::trace::{
    Actor, EventKind, Item, Resource, ResourceId, ResourceKind, Section, SectionId, TextId,
};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The list with its lock, and what its threads share.
pub struct Shared {
    /// The list, behind its lock.
    pub list: Lock<VecDeque<i32>>,
    list_id: ResourceId,
    /// The flag that is raised when nothing more will be added, where removers check it.
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
    fn new(lab: &Lab<'_>, recorder: &Recorder, plan: Plan) -> Self {
        let list = Lock::new(recorder, "list lock", VecDeque::new());
        let spec = Resource::new("list", ResourceKind::List).guarded_by(list.id());
        Self {
            list,
            list_id: recorder.resource(spec),
            done: (plan.until == Until::Flag).then(|| Flag::new(recorder, "done flag")),
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

    fn pop_front(&self, log: &Log, items: &mut VecDeque<i32>) {
        let Some(number) = items.pop_front() else {
            log.record(EventKind::FoundEmpty { res: self.list_id });
            log.say(self.texts.empty, [Item::NOTHING; 2]);
            return;
        };
        let item = Item::int(number);
        log.record(EventKind::Removed { res: self.list_id, index: 0, item });
        log.say(self.texts.removed, [item, Item::NOTHING]);
    }

    /// The last adder to finish raises the flag.
    fn adder_done(&self, log: &Log) {
        let left = self.adders_left.fetch_sub(1, Ordering::AcqRel);
        if let (1, Some(done)) = (left, &self.done) {
            done.set(log);
        }
    }

    /// Whether a remover that finds the list empty ends.
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
impl List for Shared {
    fn adder(&self, log: &Log, first: i32, mut pace: Pace) -> Result<(), Failure> {
        let (plan, at) = (&self.plan, &self.at); //-
        for number in first..first + plan.adds {
            log.line(at.adder_pause_before); //-
            pace.before(log)?; //@ adder.pause_before
            log.line(at.adder_acquire); //-
            let mut items = self.list.acquire(log); //@ adder.acquire
            plan.stay(log, at.adder_hold)?; //@ adder.hold
            log.line(at.adder_append); //-
            self.append(log, &mut items, number); //@ adder.append
            drop(items); // releases the lock
            log.line(at.adder_pause); //-
            pace.after(log)?; //@ adder.pause
        }
        log.line(at.adder_done); //-
        self.adder_done(log); //@ adder.done
        Ok(())
    }

    fn remover(&self, log: &Log, mut pace: Pace) -> Result<(), Failure> {
        let (plan, at) = (&self.plan, &self.at); //-
        for _ in 0..plan.attempts {
            log.line(at.remover_pause_before); //-
            pace.before(log)?; //@ remover.pause_before
            log.line(at.remover_acquire); //-
            let mut items = self.list.acquire(log); //@ remover.acquire
            plan.stay(log, at.remover_hold)?; //@ remover.hold
            log.line(at.remover_check); //-
            let over = items.is_empty() && self.is_over(); //@ remover.check
            if over {
                log.step(at.remover_done); //-
                break; //@ remover.done
            }
            log.line(at.remover_pop); //-
            self.pop_front(log, &mut items); //@ remover.pop remover.empty
            drop(items); // releases the lock
            log.line(at.remover_pause); //-
            pace.after(log)?; //@ remover.pause
        }
        Ok(())
    }
}
// listing: end

/// One list with its threads.
pub struct World {
    list: Arc<dyn List>,
    section: Option<SectionId>,
    /// It is the list with the lock, beside the one without.
    is_marked: bool,
    plan: Plan,
}

/// A list that threads share, and what they do with it.
pub trait List: Send + Sync {
    /// What an adder does.
    fn adder(&self, log: &Log, first: i32, pace: Pace) -> Result<(), Failure>;
    /// What a remover does.
    fn remover(&self, log: &Log, pace: Pace) -> Result<(), Failure>;
}

/// What a thread does with the list.
#[derive(Clone, Copy)]
pub enum Work {
    /// It adds numbers.
    Add,
    /// It removes numbers.
    Remove,
}

/// Numbers of the section with the lock and of the one without.
const WITH: u32 = 0;
const WITHOUT: u32 = 1;

impl World {
    /// The lists of a run: with the lock, without it, or one of each in sections beside each other.
    pub fn all(lab: &Lab<'_>, plan: &Plan) -> Vec<Self> {
        let section = |name, number| lab.recorder.section(Section::new(name, number));
        let world = |with_lock: bool, section: Option<SectionId>| {
            let recorder = section
                .map_or_else(|| lab.recorder.clone(), |section| lab.recorder.within(section));
            let list: Arc<dyn List> = match with_lock {
                true => Arc::new(Shared::new(lab, &recorder, plan.clone())),
                false => Arc::new(RacyList::new(lab, &recorder, plan.clone())),
            };
            Self { list, section, is_marked: with_lock && section.is_some(), plan: plan.clone() }
        };
        match plan.locking {
            Locking::With => vec![world(true, None)],
            Locking::Without => vec![world(false, None)],
            Locking::Both => {
                let with = section("with the lock", WITH);
                let without = section("without the lock", WITHOUT);
                vec![world(false, Some(without)), world(true, Some(with))]
            }
        }
    }

    /// How many threads a work has.
    pub fn count(&self, work: Work) -> i32 {
        match work {
            Work::Add => self.plan.adders,
            Work::Remove => self.plan.removers,
        }
    }

    /// Starts thread number `k` for a work.
    ///
    /// # Errors
    /// The system refused it.
    pub fn start(&self, log: &Log, work: Work, k: i32) -> std::io::Result<JoinHandle<()>> {
        let actor = self.actor(work, k);
        let first = self.plan.first + k * self.plan.adds;
        let pace = match work {
            Work::Add => self.plan.adder_pace(k),
            Work::Remove => self.plan.remover_pace(k),
        };
        let list = Arc::clone(&self.list);
        thread::spawn(log, actor, move |log| match work {
            Work::Add => list.adder(log, first, pace),
            Work::Remove => list.remover(log, pace),
        })
    }

    /// Thread number `k`. Where the list without the lock runs beside it, badges of the one with the lock are
    /// in small letters.
    fn actor(&self, work: Work, k: i32) -> Actor {
        let (role, letter) = match work {
            Work::Add => ("adder", 'A'),
            Work::Remove => ("remover", 'R'),
        };
        let letter = if self.is_marked { letter.to_ascii_lowercase() } else { letter };
        let name = match self.count(work) {
            1 => role.to_owned(),
            _ => format!("{role} {}", k + 1),
        };
        Actor::thread(name, format!("{letter}{}", k + 1)).in_section(self.section)
    }
}
