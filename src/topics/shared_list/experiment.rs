//! The experiment: threads that add to and remove from one list.

use super::plan::{Pace, Plan, Until};
use super::points::Points;
use super::world::List;
use crate::record::sync::{Event as Flag, Lock};
use crate::record::thread::Failure;
use crate::record::{Log, Recorder};
use crate::topics::Lab;
use crate::trace::{EventKind, Item, Resource, ResourceId, ResourceKind, TextId};
use std::collections::VecDeque;
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
    /// An empty list behind a lock that is free.
    pub fn new(lab: &Lab<'_>, recorder: &Recorder, plan: Plan) -> Self {
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
    fn adder(&self, log: &Log, _: usize, first: i32, mut pace: Pace) -> Result<(), Failure> {
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

    fn remover(&self, log: &Log, _: usize, mut pace: Pace) -> Result<(), Failure> {
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
