//! The parameters, read.

use super::programs::Program;
use super::spec::applies;
use crate::topics::Params;
use crate::trace::{SIGINT, SIGKILL, SIGTERM};
use std::time::Duration;

/// The parameters, read: `spec.rs` says what each does. Times are scaled.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub program: &'static Program,
    pub handler: &'static str,
    pub collect: &'static str,
    pub lock: &'static str,
    pub order: &'static str,
    pub catch: &'static str,
    pub fault: &'static str,
    pub call: &'static str,
    pub start_method: &'static str,
    pub hold: bool,
    /// Number of the signal.
    pub signal: u8,
    pub handled: bool,
    pub processes: usize,
    pub looks: bool,
    pub threads: usize,
    pub tasks: usize,
    pub rows: usize,
    pub attempts: usize,
    pub fails: usize,
    pub work: Duration,
    pub patience: Duration,
    /// How long CPython is waited for at most, however times are scaled.
    pub limit: Duration,
}

impl Plan {
    /// Reads the parameters that matter to the program.
    pub fn new(params: &Params) -> Self {
        let params = params.effective(applies);
        let unscaled = |key: &str| Duration::from_secs_f64(params.float(key));
        let program = Program::named(params.choice("program"));
        let asks = program.has("start_method");
        Self {
            program,
            handler: params.choice("handler"),
            collect: params.choice("collect"),
            lock: params.choice("lock"),
            order: params.choice("order"),
            catch: params.choice("catch"),
            fault: params.choice("fault"),
            call: params.choice("call"),
            start_method: params.choice("start_method"),
            hold: params.bool("hold"),
            signal: params.one_of("signal", [SIGTERM, SIGINT, SIGKILL]),
            handled: params.bool("handled"),
            processes: params.count("processes"),
            looks: params.bool("looks"),
            threads: params.count("threads"),
            tasks: params.count("tasks"),
            rows: params.count("rows"),
            attempts: params.count("attempts"),
            fails: params.count("fails"),
            work: params.time("work"),
            patience: if asks { Duration::ZERO } else { params.time("patience") },
            limit: if asks { unscaled("patience") } else { Duration::ZERO },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_applies_is_what_matters() {
        crate::topics::what_applies::check(&super::super::Exceptions, Plan::new);
    }
}
