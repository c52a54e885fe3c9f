//! The parameters, read: who does what how often, and the pauses of each thread.

use super::spec::applies;
use crate::record::{Cancelled, Log};
use crate::topics::Params;
use crate::topics::python_random::PythonRandom;
use crate::trace::SourceId;
use std::time::Duration;

/// What the threads do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// Add to a list and remove from it.
    List,
    /// Add only.
    Count,
    /// Remove from a list that is full: test, then act.
    CheckThenAct,
    /// Put into a queue and get from it.
    Queue,
}

impl Program {
    /// The one that the parameters name.
    pub fn of(params: &Params) -> Self {
        match params.choice("program") {
            "count" => Self::Count,
            "check-then-act" => Self::CheckThenAct,
            "queue" => Self::Queue,
            _ => Self::List,
        }
    }
}

/// When removers end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// After a number of attempts.
    Attempts,
    /// When they find the list empty.
    Empty,
    /// When the adders are done and the list is empty.
    Flag,
}

/// Who takes which lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locking {
    /// All of them the same one.
    With,
    /// Nobody takes one.
    Without,
    /// A list with the lock beside one without it.
    Both,
    /// Every other thread takes it.
    OneSide,
    /// Each thread takes a lock of its own.
    OwnEach,
}

impl Locking {
    /// All of them, in the order of the words of the parameter.
    const ALL: [Self; 5] = [Self::With, Self::Without, Self::Both, Self::OneSide, Self::OwnEach];
}

/// The parameters, read: `spec.rs` says what each does. Times are scaled.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub program: Program,
    pub adders: i32,
    pub removers: i32,
    pub adds: i32,
    /// Attempts of each remover.
    pub attempts: u64,
    pub first: i32,
    pub until: Until,
    pub in_turn: bool,
    pub hold: Duration,
    pub locking: Locking,
    /// The test is outside of the lock.
    pub is_outside: bool,
    /// How many rounds there are.
    pub repeats: u32,
    pause_before: bool,
    random: bool,
    add_pause: f64,
    remove_pause: f64,
    random_min: f64,
    random_max: f64,
    seed: u64,
    scale: f64,
}

impl Plan {
    /// Reads the parameters.
    pub fn new(params: &Params) -> Self {
        let params = &params.effective(applies);
        let scale = params.float("time_scale");
        let program = Program::of(params);
        let pauses = matches!(program, Program::List | Program::Queue);
        let small = |key| i32::try_from(params.int(key)).unwrap_or(i32::MAX);
        let until = params.one_of("until", [Until::Attempts, Until::Empty, Until::Flag]);
        Self {
            program,
            adders: if program == Program::CheckThenAct { 0 } else { small("adders") },
            removers: if program == Program::Count { 0 } else { small("removers") },
            adds: small("adds"),
            attempts: match until {
                Until::Attempts => params.count("attempts") as u64,
                Until::Empty | Until::Flag => u64::MAX,
            },
            first: small("first"),
            until,
            in_turn: params.choice("start") == "in-turn",
            hold: params.time("hold"),
            locking: params.one_of("lock", Locking::ALL),
            is_outside: params.choice("test") == "outside",
            repeats: u32::try_from(params.int("repeats")).unwrap_or(1),
            pause_before: params.choice("pause") == "before",
            random: params.choice("pace") == "random",
            add_pause: if pauses { params.float("add_pause") } else { 0.0 },
            remove_pause: if pauses { params.float("remove_pause") } else { 0.0 },
            random_min: params.float("random_min"),
            random_max: params.float("random_max"),
            seed: params.count("seed") as u64,
            scale,
        }
    }

    /// Spends the length of the critical section at a line of the program.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn stay(&self, log: &Log, at: SourceId) -> Result<(), Cancelled> {
        stay_for(log, at, self.hold)
    }

    /// The plan of one round: with other pauses than the one before.
    pub fn of_round(&self, round: u32) -> Self {
        Self { seed: self.seed + 100 * u64::from(round), ..self.clone() }
    }

    /// All numbers that will ever be added.
    pub fn total(&self) -> usize {
        self.adders.unsigned_abs() as usize * self.adds.unsigned_abs() as usize
    }

    /// The pauses of adder number `k`.
    pub fn adder_pace(&self, k: i32) -> Pace {
        self.pace(self.add_pause, 2 * k.unsigned_abs())
    }

    /// The pauses of remover number `k`.
    pub fn remover_pace(&self, k: i32) -> Pace {
        self.pace(self.remove_pause, 2 * k.unsigned_abs() + 1)
    }

    /// The pauses of a thread, by its number among all. The seed is that of the Python programs.
    fn pace(&self, fixed: f64, number: u32) -> Pace {
        Pace {
            before: self.pause_before,
            hold: self.hold.as_secs_f64(),
            shortest: if self.random { self.random_min } else { fixed } * self.scale,
            longest: if self.random { self.random_max } else { fixed } * self.scale,
            random: PythonRandom::new(self.seed + u64::from(number)),
        }
    }
}

/// The pauses of one thread.
pub struct Pace {
    before: bool,
    hold: f64,
    shortest: f64,
    longest: f64,
    random: PythonRandom,
}

impl Pace {
    /// Sleeps, where the program pauses before it acts.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn before(&mut self, log: &Log) -> Result<(), Cancelled> {
        if self.before { self.sleep(log) } else { Ok(()) }
    }

    /// Sleeps, where the program pauses after it has acted.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn after(&mut self, log: &Log) -> Result<(), Cancelled> {
        if self.before { Ok(()) } else { self.sleep(log) }
    }

    /// Spends a random time, from nothing to twice the length of the critical section, at a line of the program. With equal
    /// times threads would go in step, and exactly every second update would be lost.
    ///
    /// # Errors
    /// The run was stopped.
    pub fn stay(&mut self, log: &Log, at: SourceId) -> Result<(), Cancelled> {
        let secs = self.random.uniform(0.0, 2.0 * self.hold);
        stay_for(log, at, Duration::from_secs_f64(secs))
    }

    fn sleep(&mut self, log: &Log) -> Result<(), Cancelled> {
        let secs = match self.shortest < self.longest {
            true => self.random.uniform(self.shortest, self.longest),
            false => self.shortest,
        };
        let pause = Duration::from_secs_f64(secs);
        if pause.is_zero() {
            // Also without a pause a stopped run ends at the next turn.
            return log.check();
        }
        log.sleep(pause)
    }
}

/// Sleeps at a line of the program, as the Python program does, however short that is.
fn stay_for(log: &Log, at: SourceId, time: Duration) -> Result<(), Cancelled> {
    log.line(at);
    match time.is_zero() {
        true => log.check(),
        false => log.sleep(time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_applies_is_what_matters() {
        crate::topics::what_applies::check(&super::super::SharedList, Plan::new);
    }
}
