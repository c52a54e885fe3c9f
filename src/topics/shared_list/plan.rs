//! The parameters, read: who does what how often, and the pauses of each thread.

use crate::record::{Cancelled, Log};
use crate::topics::Params;
use crate::topics::python_random::PythonRandom;
use crate::trace::SourceId;
use std::time::Duration;

/// Critical sections from this long on are slept, as a `time.sleep` would: shorter ones would take longer that way.
const ASLEEP: Duration = Duration::from_micros(100);

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

/// The lists of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locking {
    /// With the lock.
    With,
    /// Without it.
    Without,
    /// Both at once.
    Both,
}

/// The parameters, read: `spec.rs` says what each does. Times are scaled.
#[derive(Clone, Debug)]
pub struct Plan {
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
        let scale = params.float("time_scale");
        let small = |key| i32::try_from(params.int(key)).unwrap_or(i32::MAX);
        let until = match params.choice("until") {
            "empty" => Until::Empty,
            "flag" => Until::Flag,
            _ => Until::Attempts,
        };
        Self {
            adders: small("adders"),
            removers: small("removers"),
            adds: small("adds"),
            attempts: match until {
                Until::Attempts => params.count("attempts") as u64,
                Until::Empty | Until::Flag => u64::MAX,
            },
            first: small("first"),
            until,
            in_turn: params.choice("start") == "in-turn",
            hold: Duration::from_secs_f64(params.float("hold") * scale),
            locking: match params.choice("lock") {
                "without" => Locking::Without,
                "both" => Locking::Both,
                _ => Locking::With,
            },
            pause_before: params.choice("pause") == "before",
            random: params.choice("pace") == "random",
            add_pause: params.float("add_pause"),
            remove_pause: params.float("remove_pause"),
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
            longest: if self.random { self.random_max.max(self.random_min) } else { fixed }
                * self.scale,
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

/// Spends a time at a line of the program: busy if it is short, asleep if it is long.
fn stay_for(log: &Log, at: SourceId, time: Duration) -> Result<(), Cancelled> {
    log.line(at);
    if time >= ASLEEP {
        return log.sleep(time);
    }
    if !time.is_zero() {
        log.step(at);
    }
    log.hold(time)
}
