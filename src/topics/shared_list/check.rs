//! Test, then act: the test inside the lock, or outside of it, where what it found may no longer be so.

use super::gate::Gate;
use super::plan::{Pace, Plan};
use super::points::CheckPoints;
use super::world::List;
use crate::record::sync::Lock;
use crate::record::thread::Failure;
use crate::record::{Log, Recorder};
use crate::topics::Lab;
use crate::trace::{EventKind, ExceptionId, Item, Resource, ResourceId, ResourceKind, TextId};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A list that is full at the start, and removers that empty it.
pub struct Checked {
    items: Lock<VecDeque<i32>>,
    /// How many are in it, for whoever looks without the lock.
    len: AtomicUsize,
    list: ResourceId,
    is_outside: bool,
    start: Gate,
    at: CheckPoints,
    removed: TextId,
    error: TextId,
}

/// What Python says where there is nothing to pop.
const NOTHING: &str = "IndexError: pop from empty list";

// listing: begin
impl Checked {
    fn test_outside(&self, log: &Log, pace: &mut Pace) -> Result<(), Failure> {
        let at = &self.at; //-
        self.start.wait(log)?; //@ ?test=outside checking.start
        log.step(at.outside_test); //-
        while !self.is_empty(log) {
            //@ outside.test
            pace.stay(log, at.outside_gap)?; //@ outside.gap
            log.line(at.outside_acquire); //-
            let mut items = self.items.acquire(log); //@ outside.acquire
            log.line(at.outside_pop); //-
            self.pop_front(log, &mut items)?; //@ outside.pop
            drop(items); // releases the lock
            log.step(at.outside_test); //-
        }
        Ok(())
    }

    fn test_inside(&self, log: &Log, pace: &mut Pace) -> Result<(), Failure> {
        let at = &self.at; //-
        self.start.wait(log)?; //@ ?!test=outside checking.start
        loop {
            log.line(at.inside_acquire); //-
            let mut items = self.items.acquire(log); //@ inside.acquire
            log.line(at.inside_test); //-
            if self.is_empty(log) {
                //@ inside.test
                return Ok(());
            }
            log.line(at.inside_pop); //-
            self.pop_front(log, &mut items)?; //@ inside.pop
            drop(items); // releases the lock
            pace.stay(log, at.inside_gap)?; //@ inside.gap
        }
    }
}
// listing: end

impl Checked {
    /// The list with all its numbers in it, behind a lock that is free.
    pub fn new(lab: &Lab<'_>, recorder: &Recorder, plan: &Plan) -> Self {
        let numbers: VecDeque<i32> = (plan.first..plan.first + plan.adds).collect();
        let initial = numbers.iter().map(|number| Item::int(*number)).collect();
        let len = AtomicUsize::new(numbers.len());
        let items = Lock::new(recorder, "list lock", numbers);
        let list = Resource::new("list", ResourceKind::List).with_initial(initial);
        Self {
            list: recorder.resource(list.guarded_by(items.id())),
            items,
            len,
            is_outside: plan.is_outside,
            start: Gate::new(lab, recorder, plan.removers, "checking.start"),
            at: CheckPoints::new(lab),
            removed: lab.text("removed {}"),
            error: lab.text(NOTHING),
        }
    }

    fn is_empty(&self, log: &Log) -> bool {
        let is_empty = self.len.load(Ordering::Acquire) == 0;
        if is_empty {
            log.record(EventKind::FoundEmpty { res: self.list });
        }
        is_empty
    }

    fn pop_front(&self, log: &Log, items: &mut VecDeque<i32>) -> Result<(), Failure> {
        let Some(number) = items.pop_front() else {
            let exception = ExceptionId(u32::from(log.id().0));
            log.record(EventKind::Raised { exception, text: self.error });
            return Err(Failure::Error(NOTHING.to_owned()));
        };
        let item = Item::int(number);
        log.record(EventKind::Removed { res: self.list, index: 0, item });
        // Whoever sees it empty sees it after this is on record.
        self.len.store(items.len(), Ordering::Release);
        log.say(self.removed, [item, Item::NOTHING]);
        Ok(())
    }
}

impl List for Checked {
    fn adder(&self, _: &Log, _: usize, _: i32, _: Pace) -> Result<(), Failure> {
        Ok(())
    }

    fn remover(&self, log: &Log, _: usize, mut pace: Pace) -> Result<(), Failure> {
        let done = match self.is_outside {
            true => self.test_outside(log, &mut pace),
            false => self.test_inside(log, &mut pace),
        };
        if let Err(Failure::Error(_)) = &done {
            let exception = ExceptionId(u32::from(log.id().0));
            log.record(EventKind::Unhandled { exception });
        }
        done
    }
}
