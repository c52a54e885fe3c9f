//! The list without its lock: real races, and no undefined behaviour.
//!
//! The list is `cells[head..tail]`. Both ends are atomic registers that a thread reads, thinks about, and writes:
//! a write in between is overwritten. The registers number their writes in the order they really
//! happened, so that each lost update can be proved from the trace.

use super::experiment::List;
use super::plan::{Pace, Plan, Until};
use super::points::RacingPoints;
use crate::record::sync::{Cells, Variable};
use crate::record::thread::Failure;
use crate::record::{Log, Recorder};
use crate::topics::Lab;
use crate::trace::{EventKind, Item, TextId};
use std::sync::atomic::{AtomicU32, Ordering};

/// A list that nothing guards.
pub struct RacyList {
    head: Variable,
    tail: Variable,
    cells: Cells,
    adders_left: AtomicU32,
    plan: Plan,
    at: RacingPoints,
    added: TextId,
    removed: TextId,
    empty: TextId,
}

// listing: begin
impl List for RacyList {
    fn adder(&self, log: &Log, first: i32, mut pace: Pace) -> Result<(), Failure> {
        let (plan, at) = (&self.plan, &self.at); //-
        for number in first..first + plan.adds {
            log.line(at.adder_pause_before); //-
            pace.before(log)?; //@ racing_adder.pause_before
            log.line(at.adder_read); //-
            let end = self.tail.read(log); //@ racing_adder.read
            std::thread::yield_now();
            pace.stay(log, at.adder_hold)?; //@ racing_adder.hold
            log.line(at.adder_append); //-
            self.cells.write(log, end, number); //@ racing_adder.append
            log.line(at.adder_write); //-
            self.tail.write(log, end + 1); //@ racing_adder.write
            log.say(self.added, [Item::int(number), Item::NOTHING]); //-
            pace.stay(log, at.adder_rest)?; //@ racing_adder.rest
            log.line(at.adder_pause); //-
            pace.after(log)?; //@ racing_adder.pause
        }
        self.adder_done();
        Ok(())
    }

    fn remover(&self, log: &Log, mut pace: Pace) -> Result<(), Failure> {
        let (plan, at) = (&self.plan, &self.at); //-
        for _ in 0..plan.attempts {
            log.line(at.remover_pause_before); //-
            pace.before(log)?; //@ racing_remover.pause_before
            log.line(at.remover_read); //-
            let start = self.head.read(log); //@ racing_remover.read
            log.line(at.remover_check); //-
            let end = self.tail.look(log); //@ racing_remover.check
            if start < end {
                log.line(at.remover_pop); //-
                let number = self.cells.read(start); //@ racing_remover.pop
                std::thread::yield_now();
                pace.stay(log, at.remover_hold)?; //@ racing_remover.hold
                log.line(at.remover_write); //-
                self.head.write(log, start + 1); //@ racing_remover.write
                log.say(self.removed, [Item::int(number), Item::NOTHING]); //-
            } else if self.is_over() {
                log.step(at.remover_done); //-
                break; //@ racing_remover.done
            } else {
                log.line(at.remover_empty); //-
                log.record(EventKind::FoundEmpty { res: self.cells.id() }); //-
                log.say(self.empty, [Item::NOTHING; 2]); //-
                pace.stay(log, at.remover_empty)?; //@ racing_remover.empty
            }
            pace.stay(log, at.remover_rest)?; //@ racing_remover.rest
            log.line(at.remover_pause); //-
            pace.after(log)?; //@ racing_remover.pause
        }
        Ok(())
    }
}
// listing: end

impl RacyList {
    /// An empty list with room for all that will be added.
    pub fn new(lab: &Lab<'_>, recorder: &Recorder, plan: Plan) -> Self {
        let head = Variable::new(recorder, "head", 0);
        let tail = Variable::new(recorder, "tail", 0);
        Self {
            cells: Cells::new(recorder, "list", plan.total(), [&head, &tail]),
            head,
            tail,
            adders_left: AtomicU32::new(plan.adders.unsigned_abs()),
            at: RacingPoints::new(lab),
            added: lab.text("added {}"),
            removed: lab.text("removed {}"),
            empty: lab.text("nothing to remove"),
            plan,
        }
    }

    fn adder_done(&self) {
        self.adders_left.fetch_sub(1, Ordering::AcqRel);
    }

    /// Whether a remover that finds nothing ends.
    fn is_over(&self) -> bool {
        match self.plan.until {
            Until::Attempts => false,
            Until::Empty => true,
            Until::Flag => self.adders_left.load(Ordering::Acquire) == 0,
        }
    }
}
