//! The parameters, read.

use super::spec::applies;
use crate::record::os;
use crate::topics::Params;
use crate::topics::spread::Spread;
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
        let programs = [Program::Numbers, Program::Tree, Program::Recursion];
        let program = params.one_of("program", programs);
        let patience = Call::TimeOut(params.time("patience"));
        let calls = [Call::Map, Call::AsCompleted, Call::InLoop, patience];
        let n = params.count(if program == Program::Tree { "n" } else { "numbers" });
        // Number 1 is the first one, and its seed comes after that of the run.
        let seed = params.count("seed") as u64 + 1;
        let tasks = if program == Program::Numbers { n } else { 0 };
        let spread = params.one_of("pauses", Spread::ALL);
        let pause = |place| params.time("pause").mul_f64(spread.cost(place, tasks, seed));
        Self {
            program,
            n: n as u64,
            parts: params.count("parts"),
            threads: match params.count("threads") {
                // As CPython chooses for a `ThreadPoolExecutor`.
                0 => (os::cores() + 4).min(32),
                threads => threads,
            },
            call: params.one_of("call", calls),
            pauses: (0..tasks).map(pause).collect(),
            fails: Some(params.count("fails") as u64)
                .filter(|fails| (1..=n as u64).contains(fails)),
            compare: params.bool("compare"),
        }
    }

    /// How long the task of a number sleeps.
    pub fn pause(&self, n: u64) -> Duration {
        let place = usize::try_from(n).unwrap_or(0).wrapping_sub(1);
        self.pauses.get(place).copied().unwrap_or_default()
    }
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
