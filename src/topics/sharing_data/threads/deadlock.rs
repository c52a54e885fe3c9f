//! Philosophers who share forks with their neighbours (two of them: two locks, taken crosswise), and ways out.

use super::*;
use crate::record::sync::{BareGuard, BareLock, WaitError};

/// Who dines.
const NAMES: [&str; 9] = ["Ada", "Bob", "Cleo", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida"];

struct Table<'a> {
    forks: Vec<BareLock>,
    waiter: Option<BareLock>,
    plan: &'a Plan,
}

pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let fork = |letter: char| BareLock::new(lab.recorder, &format!("fork {letter}"));
    let guests = plan.philosophers.min(NAMES.len());
    let forks = ('A'..).take(guests).map(fork).collect();
    let waiter = (plan.way == Way::Waiter).then(|| BareLock::new(lab.recorder, "waiter"));
    Table { forks, waiter, plan }.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
impl Table<'_> {
    fn dine(&self, log: &Log, k: usize) -> Result<(), Failure> {
        let plan = self.plan; //-
        let (left, right) = self.forks_of(k);
        for _ in 0..plan.rounds {
            let asked = self.ask_waiter(log)?; //@ ?way=waiter dine.ask
            log.at("dine.first"); //-
            let mut first = left.acquire(log)?; //@ dine.first
            log.at("dine.look"); //-
            log.sleep(plan.pause)?; //@ dine.look
            let second = loop {
                log.at("dine.second"); //-
                let taken = self.second(right, log)?; //@ dine.second
                if let Some(second) = taken {
                    break second;
                }
                self.give_back(first, log, k)?; //@ ?!way=none ?!way=order ?!way=waiter dine.give_back dine.pause
                log.at("dine.again"); //-
                first = left.acquire(log)?; //@ ?!way=none ?!way=order ?!way=waiter dine.again
            };
            self.tell_waiter(asked, log); //@ ?way=waiter dine.told
            log.at("dine.eat"); //-
            log.sleep(plan.work)?; //@ dine.eat
            log.at("dine.ate"); //-
            log.tell("has eaten", []); //@ dine.ate
            drop((first, second)); // gives both back
        }
        Ok(())
    }

    /// Waits for the second fork, as the way out says.
    fn second<'a>(
        &self,
        fork: &'a BareLock,
        log: &'a Log,
    ) -> Result<Option<BareGuard<'a>>, Failure> {
        Ok(match self.plan.way {
            Way::None | Way::Order | Way::Waiter => Some(fork.acquire(log)?),
            Way::Try => fork.try_acquire(log),
            Way::TimeOut => match fork.acquire_within(log, self.plan.patience) {
                Err(WaitError::TimedOut) => None,
                taken => Some(taken?),
            },
        })
    }

    fn main(&self, lab: &Lab<'_>) -> Result<(), Failure> {
        let (plan, log) = (self.plan, lab.main); //-
        crew(lab, |crew| {
            log.at("start"); //-
            for (k, name) in NAMES.iter().take(plan.philosophers).enumerate() {
                let guest = Actor::thread(*name, &name[..2]);
                crew.start(guest, move |log| self.dine(log, k))?; //@ start
            }
            log.at("join"); //-
            crew.join() //@ join
        })?;
        log.step_at("end"); //-
        Ok(()) //@ end
    }
}
// listing: end

impl Table<'_> {
    /// The forks of one guest, in the order it takes them.
    fn forks_of(&self, k: usize) -> (&BareLock, &BareLock) {
        let (left, right) = (k, (k + 1) % self.forks.len());
        let in_order = self.plan.way == Way::Order && left > right;
        let (first, second) = if in_order { (right, left) } else { (left, right) };
        (&self.forks[first], &self.forks[second])
    }

    fn ask_waiter<'a>(&'a self, log: &'a Log) -> Result<Option<BareGuard<'a>>, Failure> {
        let Some(waiter) = &self.waiter else { return Ok(None) };
        log.at("dine.ask");
        Ok(Some(waiter.acquire(log)?))
    }

    fn tell_waiter(&self, asked: Option<BareGuard<'_>>, log: &Log) {
        if asked.is_some() {
            log.at("dine.told");
        }
        drop(asked);
    }

    fn give_back(&self, first: BareGuard<'_>, log: &Log, k: usize) -> Result<(), Failure> {
        log.at("dine.give_back");
        drop(first);
        log.at("dine.pause");
        // Not all for the same time: they would meet again.
        Ok(log.sleep(self.plan.pause * (k as u32 + 1))?)
    }
}
