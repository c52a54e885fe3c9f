//! The parameters, read.

pub use super::spec::Program;
use super::spec::applies;
use crate::topics::Params;
use crate::trace::SIGKILL;
use std::time::Duration;

/// The parameters, read: `spec.rs` says what each does. Times are scaled.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub program: Program,
    pub workers: i64,
    pub tasks: i64,
    pub first: i64,
    pub work: Duration,
    pub steps: i64,
    /// The signal that a failing process dies of.
    pub signal: i64,
    /// Primes below this are counted; scaled.
    pub limit: i64,
    pub interval: Duration,
}

/// The signal of an abort.
pub const ABORT: i64 = 6;

impl Plan {
    /// Reads the parameters that matter to the program.
    pub fn new(params: &Params) -> Self {
        let params = params.effective(applies);
        let scale = params.float("time_scale");
        Self {
            program: Program::named(params.choice("program")),
            workers: params.int("workers"),
            tasks: params.int("tasks"),
            first: params.int("first"),
            work: params.time("work"),
            steps: params.int("steps"),
            signal: params.one_of("failure", [ABORT, 11, SIGKILL.into()]),
            limit: ((params.int("limit") as f64 * scale) as i64).max(10),
            interval: Duration::from_secs_f64(params.float("interval")),
        }
    }

    /// The place, from 0, of the process and of the thread that fails: the second, where there are two.
    pub fn victim(&self) -> i64 {
        (self.workers - 1).min(1)
    }

    /// How long a task takes, in nanoseconds, as its argument.
    pub fn nanos(&self) -> i64 {
        i64::try_from(self.work.as_nanos()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_applies_is_what_matters() {
        crate::topics::what_applies::check(&super::super::Multiprocessing, Plan::new);
    }
}
