//! Philosophers who share forks with their neighbours (two of them: two locks, taken crosswise), and ways out.

use super::plan::{Plan, Way};
use super::threads::crew;
use crate::record::Log;
use crate::record::sync::{BareGuard, BareLock, WaitError};
use crate::record::thread::Failure;
use crate::topics::Lab;
use crate::topics::points::points;
use crate::trace::{Actor, Item, TextId};

points! {
    At {
        start = "start", join = "join", end = "end",
        first = "dine.first", look = "dine.look", second = "dine.second", eat = "dine.eat",
        ate = "dine.ate",
    }
}

points! {
    /// Where one gives its first fork back, and takes it again.
    Back {
        give = "dine.give_back", pause = "dine.pause", again = "dine.again",
    }
}

points! {
    /// Where one asks the waiter.
    Ask {
        ask = "dine.ask", told = "dine.told",
    }
}

/// Who dines.
const NAMES: [&str; 9] = ["Ada", "Bob", "Cleo", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida"];

struct Table<'a> {
    forks: Vec<BareLock>,
    waiter: Option<BareLock>,
    ate: TextId,
    plan: &'a Plan,
    at: At,
    back: Option<Back>,
    ask: Option<Ask>,
}

/// Runs it.
///
/// # Errors
/// What failed, or that the run was stopped.
pub fn run(plan: &Plan, lab: &Lab<'_>) -> Result<(), Failure> {
    let at = At::new(lab);
    let fork = |letter: char| BareLock::new(lab.recorder, &format!("fork {letter}"));
    let guests = plan.philosophers.min(NAMES.len());
    let (asks, gives) = (plan.way == Way::Waiter, matches!(plan.way, Way::TimeOut | Way::Try));
    let table = Table {
        forks: ('A'..).take(guests).map(fork).collect(),
        waiter: asks.then(|| BareLock::new(lab.recorder, "waiter")),
        ate: lab.text("has eaten"),
        plan,
        at,
        back: gives.then(|| Back::new(lab)),
        ask: asks.then(|| Ask::new(lab)),
    };
    table.main(lab)
}

// What stands between the marks is the Rust listing that the user sees.
// listing: begin
impl Table<'_> {
    fn dine(&self, log: &Log, k: usize) -> Result<(), Failure> {
        let (plan, at) = (self.plan, &self.at); //-
        let (left, right) = self.forks_of(k);
        for _ in 0..plan.rounds {
            let asked = self.ask_waiter(log)?; //@ ?way=waiter dine.ask
            log.line(at.first); //-
            let mut first = left.acquire(log)?; //@ dine.first
            log.line(at.look); //-
            log.sleep(plan.pause)?; //@ dine.look
            let second = loop {
                log.line(at.second); //-
                let taken = self.second(right, log)?; //@ dine.second
                if let Some(second) = taken {
                    break second;
                }
                self.give_back(first, log, k)?; //@ ?!way=none ?!way=order ?!way=waiter dine.give_back dine.pause
                self.line_again(log); //-
                first = left.acquire(log)?; //@ ?!way=none ?!way=order ?!way=waiter dine.again
            };
            self.tell_waiter(asked, log); //@ ?way=waiter dine.told
            log.line(at.eat); //-
            log.sleep(plan.work)?; //@ dine.eat
            log.line(at.ate); //-
            log.say(self.ate, [Item::NOTHING; 2]); //@ dine.ate
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
        let (plan, at, log) = (self.plan, &self.at, lab.main); //-
        crew(lab, |crew| {
            log.line(at.start); //-
            for (k, name) in NAMES.iter().take(plan.philosophers).enumerate() {
                let guest = Actor::thread(*name, &name[..2]);
                crew.start(guest, move |log| self.dine(log, k))?; //@ start
            }
            log.line(at.join); //-
            crew.join() //@ join
        })?;
        log.step(at.end); //-
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
        let Some((waiter, at)) = self.waiter.as_ref().zip(self.ask) else { return Ok(None) };
        log.line(at.ask);
        Ok(Some(waiter.acquire(log)?))
    }

    fn tell_waiter(&self, asked: Option<BareGuard<'_>>, log: &Log) {
        if let Some(at) = self.ask {
            log.line(at.told);
        }
        drop(asked);
    }

    fn give_back(&self, first: BareGuard<'_>, log: &Log, k: usize) -> Result<(), Failure> {
        let Some(at) = self.back else { return Ok(()) };
        log.line(at.give);
        drop(first);
        log.line(at.pause);
        // Not all for the same time: they would meet again.
        Ok(log.sleep(self.plan.pause * (k as u32 + 1))?)
    }

    fn line_again(&self, log: &Log) {
        if let Some(at) = self.back {
            log.line(at.again);
        }
    }
}
