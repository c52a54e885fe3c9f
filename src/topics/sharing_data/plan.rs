//! The parameters, read.

use super::programs::{Id, Program};
use super::spec::applies;
use crate::topics::Params;
use crate::topics::programs::Who;
use std::time::Duration;

/// The parameters, read: `spec.rs` says what each does. Times are scaled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    pub program: &'static Program,
    pub threads: usize,
    pub processes: usize,
    /// Kilobytes of an item.
    pub kilobytes: usize,
    /// What a process has that is killed.
    pub tool: &'static str,
    /// Whether the next one gets what a dead process had.
    pub robust: bool,
    /// What is compared.
    pub measure: &'static str,
    pub messages: usize,
    /// How CPython starts its processes, or `none`.
    pub start_method: &'static str,
    pub rounds: usize,
    pub permits: u32,
    pub producers: usize,
    pub consumers: usize,
    pub items: usize,
    pub bound: u32,
    pub produce: Duration,
    pub consume: Duration,
    pub work: Duration,
    pub pause: Duration,
    /// Whether every waiter is notified, not one.
    pub notify_all: bool,
    /// Whether who waits looks first whether it has happened already.
    pub looks_first: bool,
    /// Whether a copy that was changed is put in the place of the original.
    pub gives_back: bool,
    pub philosophers: usize,
    pub way: Way,
    pub patience: Duration,
}

/// A way out of a deadlock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// None: whoever has one lock waits for the other, for ever if need be.
    None,
    /// All take the locks in one order.
    Order,
    /// Whoever waits too long for the second gives the first back.
    TimeOut,
    /// A lock is held while both are taken.
    Waiter,
    /// Whoever does not get the second at once gives the first back.
    Try,
}

impl Way {
    /// All of them, in the order of the words of the parameter.
    const ALL: [Self; 5] = [Self::None, Self::Order, Self::TimeOut, Self::Waiter, Self::Try];
}

impl Plan {
    /// Reads the parameters that matter to the program.
    pub fn new(params: &Params) -> Self {
        let params = params.effective(applies);
        let few = |key: &str| u32::try_from(params.int(key)).unwrap_or(0);
        Self {
            program: Program::named(params.choice("program")),
            threads: params.count("threads"),
            processes: params.count("processes"),
            kilobytes: params.count("kilobytes"),
            tool: params.choice("tool"),
            robust: params.choice("recovery") == "robust",
            measure: params.choice("measure"),
            messages: params.count("messages"),
            start_method: params.choice("start_method"),
            rounds: params.count("rounds"),
            permits: few("permits"),
            producers: params.count("producers"),
            consumers: params.count("consumers"),
            items: params.count("items"),
            bound: few("bound"),
            produce: params.time("produce"),
            consume: params.time("consume"),
            work: params.time("work"),
            pause: params.time("pause"),
            notify_all: params.choice("notify") == "all",
            looks_first: params.choice("wait") == "predicate",
            gives_back: params.choice("give_back") == "yes",
            philosophers: params.count("philosophers"),
            way: params.one_of("way", Way::ALL),
            patience: params.time("patience"),
        }
    }

    /// Bytes of a message that is compared; 0: a number.
    pub fn bytes(&self) -> usize {
        if self.measure == "1 MB" { 1 << 20 } else { 0 }
    }

    /// How many of them do the same.
    pub fn workers(&self) -> usize {
        match self.program.who {
            Who::Threads => self.threads,
            Who::Processes => self.processes,
        }
    }

    /// Whether it is this program.
    pub fn is(&self, id: Id) -> bool {
        self.program.is == id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_applies_is_what_matters() {
        crate::topics::what_applies::check(&super::super::SharingData, Plan::new);
    }
}
