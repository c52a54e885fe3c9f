//! The list as cells, and the variables between which it lies: real races, and no undefined behaviour. Without a lock,
//! with one for all, or with locks that do not help.
//!
//! The list is `cells[head..tail]`. Both ends are atomic registers that a thread reads, thinks about, and writes:
//! a write in between is overwritten. The registers number their writes in the order they really
//! happened, so that each lost update can be proved from the trace. Where nobody removes there is no head.

use super::gate::Gate;
use super::plan::{Locking, Pace, Plan, Program, Until};
use super::points::{GuardPoints, RacingPoints};
use super::world::List;
use crate::record::sync::{Cells, Guard, Lock, Variable};
use crate::record::thread::Failure;
use crate::record::{Log, Recorder};
use crate::topics::Lab;
use crate::trace::{EventKind, Item, ResourceId, TextId};
use std::sync::atomic::{AtomicU32, Ordering};

/// A list that may have a lock, and need not.
pub struct RacyList {
    locks: Locks,
    head: Option<Variable>,
    tail: Variable,
    cells: Cells,
    adders_left: AtomicU32,
    /// Where threads that only add begin together.
    start: Option<Gate>,
    plan: Plan,
    at: RacingPoints,
    added: TextId,
    removed: TextId,
    empty: TextId,
}

// listing: begin
impl List for RacyList {
    fn adder(&self, log: &Log, k: usize, first: i32, mut pace: Pace) -> Result<(), Failure> {
        let (plan, at) = (&self.plan, &self.at); //-
        self.start(log)?; //@ ?program=count racing_adder.start
        for number in first..first + plan.adds {
            log.line(at.adder_pause_before); //-
            pace.before(log)?; //@ racing_adder.pause_before
            let held = self.locks.acquire(log, k, false); //@ ?!lock=without racing_adder.acquire
            log.line(at.adder_read); //-
            let end = self.tail.read(log); //@ racing_adder.read
            std::thread::yield_now();
            pace.stay(log, at.adder_hold)?; //@ racing_adder.hold
            log.line(at.adder_append); //-
            self.cells.write(log, end, number); //@ racing_adder.append
            log.line(at.adder_write); //-
            self.tail.write(log, end + 1); //@ racing_adder.write
            log.say(self.added, [Item::int(number), Item::NOTHING]); //-
            drop(held); //@ ?!lock=without
            pace.stay(log, at.adder_rest)?; //@ racing_adder.rest
            log.line(at.adder_pause); //-
            pace.after(log)?; //@ racing_adder.pause
        }
        self.adder_done();
        Ok(())
    }

    fn remover(&self, log: &Log, k: usize, mut pace: Pace) -> Result<(), Failure> {
        let (plan, at) = (&self.plan, &self.at); //-
        let Some(head) = &self.head else { return Ok(()) }; //-
        for _ in 0..plan.attempts {
            log.line(at.remover_pause_before); //-
            pace.before(log)?; //@ racing_remover.pause_before
            let held = self.locks.acquire(log, k, true); //@ ?!lock=without racing_remover.acquire
            log.line(at.remover_read); //-
            let start = head.read(log); //@ racing_remover.read
            log.line(at.remover_check); //-
            let end = self.tail.look(log); //@ racing_remover.check
            if start < end {
                log.line(at.remover_pop); //-
                let number = self.cells.read(start); //@ racing_remover.pop
                std::thread::yield_now();
                pace.stay(log, at.remover_hold)?; //@ racing_remover.hold
                log.line(at.remover_write); //-
                head.write(log, start + 1); //@ racing_remover.write
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
            drop(held); //@ ?!lock=without
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
    pub fn new(lab: &Lab<'_>, recorder: &Recorder, plan: &Plan, locking: Locking) -> Self {
        let locks = Locks::new(lab, recorder, plan, locking);
        let guard = locks.guard();
        let variable = |name| Variable::guarded(recorder, name, 0, guard);
        let head = (plan.program != Program::Count).then(|| variable("head"));
        let tail = variable("tail");
        let gate = || Gate::new(lab, recorder, plan.adders, "racing_adder.start");
        Self {
            cells: Cells::new(recorder, "list", plan.total(), [head.as_ref(), Some(&tail)], guard),
            locks,
            head,
            tail,
            adders_left: AtomicU32::new(plan.adders.unsigned_abs()),
            start: (plan.program == Program::Count).then(gate),
            at: RacingPoints::new(lab),
            added: lab.text("added {}"),
            removed: lab.text("removed {}"),
            empty: lab.text("nothing to remove"),
            plan: plan.clone(),
        }
    }

    fn start(&self, log: &Log) -> Result<(), Failure> {
        self.start.as_ref().map_or(Ok(()), |start| start.wait(log))
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

/// The locks of a list, and who takes which.
struct Locks {
    locking: Locking,
    /// The adders, which come first where each thread has a lock of its own.
    adders: usize,
    all: Vec<Lock<()>>,
    at: Option<GuardPoints>,
}

impl Locks {
    fn new(lab: &Lab<'_>, recorder: &Recorder, plan: &Plan, locking: Locking) -> Self {
        let [adders, removers] = [plan.adders, plan.removers].map(|n| n.unsigned_abs() as usize);
        let lock = |name: &str| Lock::new(recorder, name, ());
        let all: Vec<_> = match locking {
            Locking::Without => Vec::new(),
            Locking::OwnEach => {
                let own = |role: &str, k: usize| lock(&format!("lock of {role} {}", k + 1));
                let adders = (0..adders).map(|k| own("adder", k));
                adders.chain((0..removers).map(|k| own("remover", k))).collect()
            }
            Locking::With | Locking::OneSide | Locking::Both => vec![lock("list lock")],
        };
        let at = (!all.is_empty()).then(|| GuardPoints::new(lab));
        Self { locking, adders, all, at }
    }

    /// The lock that is meant to guard the list, where there is one.
    fn guard(&self) -> Option<ResourceId> {
        self.all.first().filter(|_| self.locking != Locking::OwnEach).map(Lock::id)
    }

    /// Takes the lock that thread number `k` takes, if it takes one.
    fn acquire<'a>(&'a self, log: &'a Log, k: usize, removes: bool) -> Option<Guard<'a, ()>> {
        let place = match self.locking {
            Locking::OneSide if k % 2 == 1 => return None,
            Locking::OwnEach => k + if removes { self.adders } else { 0 },
            _ => 0,
        };
        let (lock, at) = self.all.get(place).zip(self.at.as_ref())?;
        log.line(if removes { at.remover_acquire } else { at.adder_acquire });
        Some(lock.acquire(log))
    }
}
