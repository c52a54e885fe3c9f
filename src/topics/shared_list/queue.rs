//! A queue in place of the list and its lock.

use super::plan::{Pace, Plan};
use super::points::QueuePoints;
use super::world::List;
use crate::record::sync::Queue;
use crate::record::thread::Failure;
use crate::record::{Log, Recorder};
use crate::topics::Lab;
use crate::trace::{Item, TextId};

/// A queue that adders put numbers into and removers get them from.
pub struct Handed {
    queue: Queue<Option<i32>>,
    plan: Plan,
    at: QueuePoints,
    put: TextId,
    got: TextId,
}

impl Handed {
    /// An empty queue without a bound.
    pub fn new(lab: &Lab<'_>, recorder: &Recorder, plan: &Plan) -> Self {
        Self {
            queue: Queue::new(recorder, "queue", None),
            plan: plan.clone(),
            at: QueuePoints::new(lab),
            put: lab.text("added {}"),
            got: lab.text("removed {}"),
        }
    }
}

// listing: begin
impl List for Handed {
    fn adder(&self, log: &Log, _: usize, first: i32, mut pace: Pace) -> Result<(), Failure> {
        let (plan, at) = (&self.plan, &self.at); //-
        for number in first..first + plan.adds {
            log.line(at.put); //-
            self.queue.put(log, Some(number))?; //@ queueing.put
            log.say(self.put, [Item::int(number), Item::NOTHING]); //-
            log.line(at.put_pause); //-
            pace.after(log)?; //@ queueing.put_pause
        }
        Ok(())
    }

    fn remover(&self, log: &Log, _: usize, mut pace: Pace) -> Result<(), Failure> {
        let at = &self.at; //-
        loop {
            log.line(at.get); //-
            let number = self.queue.get(log)?; //@ queueing.get
            log.line(at.end); //-
            let Some(number) = number else { return Ok(()) }; //@ queueing.end
            log.say(self.got, [Item::int(number), Item::NOTHING]); //-
            log.line(at.get_pause); //-
            pace.after(log)?; //@ queueing.get_pause
        }
    }

    /// One None for each remover, when the last adder has ended.
    fn no_more(&self, log: &Log) -> Result<(), Failure> {
        log.line(self.at.sentinel); //-
        for _ in 0..self.plan.removers {
            self.queue.put(log, None)?; //@ queueing.sentinel
        }
        Ok(())
    }
}
// listing: end
