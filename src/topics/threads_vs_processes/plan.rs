//! The parameters, read: which tasks there are, and which ways are measured.

use super::spec::applies;
use super::ways::Way;
use super::work::{Amount, FILE, Task, Work};
use crate::topics::Params;
use crate::topics::multiprocessing::crash_params;
use std::time::Duration;

/// What a run is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// The same tasks, by each way.
    Compare,
    /// A heart beats while something is computed.
    Responsive,
    /// One of several processes crashes, and one of several threads.
    Isolation,
    /// The same work, by more and more threads and processes.
    HowMany,
}

impl Program {
    /// The one behind a word of the parameter.
    pub fn named(word: &str) -> Self {
        match word {
            "responsive" => Self::Responsive,
            "isolation" => Self::Isolation,
            "how-many" => Self::HowMany,
            _ => Self::Compare,
        }
    }
}

/// The parameters, read. Times and amounts are scaled.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What it is of.
    pub program: Program,
    /// What the tasks do.
    pub work: Work,
    /// One for each thread or process.
    pub tasks: Vec<Task>,
    /// How often each way is measured.
    pub trials: usize,
    /// How CPython starts its processes; nothing where it takes no part.
    pub cpython: Option<&'static str>,
    /// Switch interval of the emulated GIL.
    pub interval: Duration,
    /// Of `how-many`: the largest number, how long a wait takes in nanoseconds, the number below which primes are counted.
    pub most: usize,
    pub wait: i64,
    pub limit: i64,
    /// Of `isolation`: how the one that crashes does so.
    pub failure: &'static str,
    /// Of all times.
    pub scale: f64,
}

impl Plan {
    /// Reads the parameters.
    pub fn new(params: &Params) -> Self {
        let params = params.effective(applies);
        let word = params.choice("program");
        let (program, work) = (Program::named(word), Work::named(word));
        let tasks = match program {
            Program::Compare | Program::Isolation => params.int("tasks"),
            Program::Responsive => 1,
            Program::HowMany => 0,
        };
        let scale = params.float("time_scale");
        let mut random = fastrand::Rng::with_seed(params.int("seed").unsigned_abs());
        let amount = match work.kind().amount {
            Amount::Fixed => FILE,
            Amount::Limit => (params.int("limit") as f64 * scale) as i64,
            // The work grows with its cube.
            Amount::Side => (params.int("side") as f64 * scale.cbrt()).round() as i64,
            Amount::Bytes => (params.int("megabytes") as f64 * 1e6 * scale) as i64,
        };
        let task = |part| {
            let waits = Duration::from_secs_f64((1.0 + 2.0 * random.f64()) * scale);
            let nanos = if work.downloads() { waits.as_nanos() as i64 } else { 0 };
            Task { work, part, parts: tasks, amount, nanos, port: 0 }
        };
        Self {
            program,
            work,
            tasks: (0..tasks).map(task).collect(),
            trials: params.count("trials"),
            cpython: Some(params.choice("cpython")).filter(|method| *method != "none"),
            interval: Duration::from_secs_f64(params.float("interval")),
            most: params.count("most"),
            wait: (params.float("wait") * scale * 1e9) as i64,
            limit: (params.int("limit") as f64 * scale) as i64,
            failure: params.choice("failure"),
            scale,
        }
    }

    /// Of `isolation`: the parameters of its program, which is one of topic 3.
    pub fn crash(&self) -> Params {
        crash_params(self.tasks.len(), self.failure, self.scale)
    }

    /// The ways that are measured, in the order in which they are shown.
    pub fn ways(&self) -> impl Iterator<Item = Way> {
        let with_cpython = self.cpython.is_some();
        Way::ALL.into_iter().filter(move |way| with_cpython || !way.is_cpython())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_applies_is_what_matters() {
        crate::topics::what_applies::check(&super::super::ThreadsVsProcesses, Plan::new);
    }
}
