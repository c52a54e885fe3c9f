//! The parameters, read.

use super::spec::applies;
use crate::record::os;
use crate::topics::Params;
use crate::topics::python_random::PythonRandom;
use std::time::Duration;

/// What runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// A task for each number.
    Numbers,
    /// One number, as a tree of products.
    Tree,
    /// Each task hands in the next one, and waits for it.
    Recursion,
}

/// How results come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// In the order of the numbers.
    Map,
    /// As they are completed.
    AsCompleted,
    /// Each before the next task is handed in.
    InLoop,
    /// In the order of the numbers, and each is waited for only so long.
    TimeOut(Duration),
}

/// The parameters, read: `spec.rs` says what each does. Times are scaled.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub program: Program,
    /// The largest number.
    pub n: u64,
    pub parts: usize,
    pub threads: usize,
    pub call: Call,
    /// How long each task sleeps, that of number 1 first.
    pub pauses: Vec<Duration>,
    /// The number that is given with a minus.
    pub fails: Option<u64>,
    pub compare: bool,
}

impl Plan {
    /// Reads the parameters that matter beside the others.
    pub fn new(params: &Params) -> Self {
        let params = params.effective(applies);
        let program = match params.choice("program") {
            "product-tree" => Program::Tree,
            "recursion" => Program::Recursion,
            _ => Program::Numbers,
        };
        let key = if program == Program::Tree { "n" } else { "numbers" };
        let n = params.int(key).unsigned_abs();
        let fails = params.int("fails").unsigned_abs();
        Self {
            program,
            n,
            parts: params.count("parts"),
            threads: match params.count("threads") {
                0 => default_threads(),
                threads => threads,
            },
            call: match params.choice("call") {
                "as_completed" => Call::AsCompleted,
                "result-in-loop" => Call::InLoop,
                "time-out" => Call::TimeOut(Duration::from_secs_f64(
                    params.float("patience") * params.float("time_scale"),
                )),
                _ => Call::Map,
            },
            pauses: pauses(&params, if program == Program::Numbers { n } else { 0 }),
            fails: (1..=n).contains(&fails).then_some(fails),
            compare: params.bool("compare"),
        }
    }

    /// How long the task of a number sleeps.
    pub fn pause(&self, n: u64) -> Duration {
        let place = usize::try_from(n).unwrap_or(0).wrapping_sub(1);
        self.pauses.get(place).copied().unwrap_or_default()
    }
}

/// The size that CPython gives a `ThreadPoolExecutor` of which none is said.
fn default_threads() -> usize {
    (os::cores() + 4).min(32)
}

fn pauses(params: &Params, count: u64) -> Vec<Duration> {
    let mean = params.float("pause") * params.float("time_scale");
    let seed = params.int("seed").unsigned_abs();
    let times = (1..=count).map(|n| match params.choice("pauses") {
        "random" => 2.0 * PythonRandom::new(seed + n).random(),
        "growing" => 3.0 * ((n as f64 - 0.5) / count as f64).powi(2),
        _ => 1.0,
    });
    times.map(|times| Duration::from_secs_f64(mean * times)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::factorials::Factorials;
    use crate::topics::what_applies;

    #[test]
    fn a_parameter_applies_where_it_matters() {
        what_applies::check(&Factorials, Plan::new);
    }
}
