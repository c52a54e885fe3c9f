//! A condition: consumers wait until there is something in a list; with `if` in the place of `while`.

use super::*;
use crate::record::sync::{Condition, Lock};
use crate::trace::{EventKind, Resource, ResourceId, ResourceKind};
use std::collections::VecDeque;

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
    plan: &'a Plan,
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let items = Lock::new(lab.recorder, "lock", Items::default());
    let list = Resource::new("items", ResourceKind::List).guarded_by(items.id());
    let shared = Shared {
        changed: Condition::new(lab.recorder, "changed", &items),
        list: lab.recorder.resource(list),
        items,
        plan,
    };
    shared.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
impl Shared<'_> {
    fn producer(&self, log: &Log) -> Result<(), Failure> {
        let plan = self.plan; //-
        for n in (1..).take(plan.items) {
            log.at("producer.make"); //-
            log.sleep(plan.produce)?; //@ producer.make
            log.at("producer.enter"); //-
            let mut items = self.items.acquire(log); //@ producer.enter
            log.at("producer.append"); //-
            self.append(log, &mut items, n); //@ producer.append
            log.at("producer.notify"); //-
            self.changed.notify(&items, self.how_many()); //@ producer.notify
        }
        log.at("producer.last"); //-
        let mut items = self.items.acquire(log); //@ producer.last
        items.over = true;
        log.at("producer.over"); //-
        self.changed.notify_all(&items); //@ producer.over
        Ok(())
    }

    #[rustfmt::skip] //-
    fn consumer(&self, log: &Log) -> Result<(), Failure> {
        let plan = self.plan; //-
        loop {
            log.at("consumer.acquire"); //-
            let mut items = self.items.acquire(log); //@ consumer.acquire
            // while: who was notified looks again //@ ?!program=if-not-while
            // if, not while: who was notified does not look again //@ ?program=if-not-while
            while items.list.is_empty() && !items.over {
                log.at("consumer.wait"); //-
                (items, _) = self.changed.wait(items, None)?; //@ consumer.wait
                let once = self.plan.is(Id::IfNotWhile); //-
                if once { //-
                break; //@ ?program=if-not-while
                } //-
            }
            if items.list.is_empty() && items.over {
                return Ok(());
            }
            log.at("consumer.pop"); //-
            let n = self.pop(log, &mut items)?; //@ consumer.pop
            drop(items); // gives the lock back
            log.at("consumer.work"); //-
            log.sleep(plan.consume)?; //@ consumer.work
            log.at("consumer.said"); //-
            log.tell("used {}", [Item::int(n)]); //@ consumer.said
        }
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (plan, log) = (self.plan, lab.main); //-
        crew(lab, |crew| {
            log.at("start"); //-
            for k in 0..plan.consumers {
                crew.start(one_of("consumer", 'C', k), |log| self.consumer(log))?; //@ start
            }
            crew.start(Actor::thread("producer", "P"), |log| self.producer(log))?;
            log.at("join"); //-
            crew.join() //@ join
        })?;
        log.step_at("end"); //-
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
