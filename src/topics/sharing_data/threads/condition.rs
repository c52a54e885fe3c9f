//! A condition: consumers wait until there is something in a list; with `if` in the place of `while`.

use super::{crew, one_of};
use crate::record::Log;
use crate::record::sync::{Condition, Lock};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::points::points;
use crate::topics::sharing_data::plan::Plan;
use crate::topics::sharing_data::programs::Id;
use crate::trace::{Actor, EventKind, Item, Resource, ResourceId, ResourceKind, TextId};
use std::collections::VecDeque;

points! {
    At {
        start = "start", join = "join", end = "end",
        make = "producer.make", enter = "producer.enter", append = "producer.append",
        notify = "producer.notify", last = "producer.last", over = "producer.over",
        acquire = "consumer.acquire", wait = "consumer.wait", pop = "consumer.pop",
        work = "consumer.work", said = "consumer.said",
    }
}

#[derive(Default)]
struct Items {
    list: VecDeque<i32>,
    /// Nothing more comes.
    over: bool,
}

struct Shared<'a> {
    items: Lock<Items>,
    list: ResourceId,
    changed: Condition,
    used: TextId,
    plan: &'a Plan,
    at: At,
}

/// Runs it.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let at = At::new(lab);
    let items = Lock::new(lab.recorder, "lock", Items::default());
    let list = Resource::new("items", ResourceKind::List).guarded_by(items.id());
    let shared = Shared {
        changed: Condition::new(lab.recorder, "changed", &items),
        list: lab.recorder.resource(list),
        items,
        used: lab.text("used {}"),
        plan,
        at,
    };
    shared.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
impl Shared<'_> {
    fn producer(&self, log: &Log) -> Result<(), Failure> {
        let (plan, at) = (self.plan, &self.at); //-
        for n in (1..).take(plan.items) {
            log.line(at.make); //-
            log.sleep(plan.produce)?; //@ producer.make
            log.line(at.enter); //-
            let mut items = self.items.acquire(log); //@ producer.enter
            log.line(at.append); //-
            self.append(log, &mut items, n); //@ producer.append
            log.line(at.notify); //-
            self.changed.notify(&items, self.how_many()); //@ producer.notify
        }
        log.line(at.last); //-
        let mut items = self.items.acquire(log); //@ producer.last
        items.over = true;
        log.line(at.over); //-
        self.changed.notify_all(&items); //@ producer.over
        Ok(())
    }

    #[rustfmt::skip] //-
    fn consumer(&self, log: &Log) -> Result<(), Failure> {
        let (plan, at) = (self.plan, &self.at); //-
        loop {
            log.line(at.acquire); //-
            let mut items = self.items.acquire(log); //@ consumer.acquire
            // while: who was notified looks again //@ ?!program=if-not-while
            // if, not while: who was notified does not look again //@ ?program=if-not-while
            while items.list.is_empty() && !items.over {
                log.line(at.wait); //-
                (items, _) = self.changed.wait(items, None)?; //@ consumer.wait
                let once = self.plan.is(Id::IfNotWhile); //-
                if once { //-
                break; //@ ?program=if-not-while
                } //-
            }
            if items.list.is_empty() && items.over {
                return Ok(());
            }
            log.line(at.pop); //-
            let n = self.pop(log, &mut items)?; //@ consumer.pop
            drop(items); // gives the lock back
            log.line(at.work); //-
            log.sleep(plan.consume)?; //@ consumer.work
            log.line(at.said); //-
            log.say(self.used, [Item::int(n), Item::NOTHING]); //@ consumer.said
        }
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (plan, at, log) = (self.plan, &self.at, lab.main); //-
        crew(lab, |crew| {
            log.line(at.start); //-
            for k in 0..plan.consumers {
                crew.start(one_of("consumer", 'C', k), |log| self.consumer(log))?; //@ start
            }
            crew.start(Actor::thread("producer", "P"), |log| self.producer(log))?;
            log.line(at.join); //-
            crew.join() //@ join
        })?;
        log.step(at.end); //-
        Ok(()) //@ end
    }
}
// listing: end

impl Shared<'_> {
    fn how_many(&self) -> u32 {
        if self.plan.notify_all { u32::MAX } else { 1 }
    }

    fn append(&self, log: &Log, items: &mut Items, n: i32) {
        let index = u32::try_from(items.list.len()).unwrap_or(u32::MAX);
        items.list.push_back(n);
        log.record(EventKind::Inserted { res: self.list, index, item: Item::int(n) });
    }

    fn pop(&self, log: &Log, items: &mut Items) -> Result<i32, Failure> {
        let Some(n) = items.list.pop_front() else {
            log.record(EventKind::FoundEmpty { res: self.list });
            return Err(log.raise("IndexError: pop from empty list"));
        };
        log.record(EventKind::Removed { res: self.list, index: 0, item: Item::int(n) });
        Ok(n)
    }
}
