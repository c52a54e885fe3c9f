//! Whether other programs had the processors while times were measured: then little is concluded from them.

use crate::record::{Log, os};
use crate::replay::words::count;
use crate::topics::Lab;
use crate::trace::{Event, EventKind, Measure, Meta, Nanos};
use std::time::Duration;

/// Times that differ by more than this factor from what must be are another program's doing.
const DISTURBED: f64 = 1.2;

/// The matter, as a title.
pub const TITLE: &str = "Other programs had the processors";
/// What follows from it, as a title.
pub const NOT_COMPARED: &str = "The times cannot be compared";
/// What to do about it.
pub const AGAIN: &str = "Run it again when the machine is quiet";
/// What follows from it, as a clause.
pub const ADVICE: &str = "these times cannot be compared. Run it again when the machine is quiet";

/// Whether a thread that did nothing but compute had to wait for a processor: it took longer than it had one. Not known
/// where that was not measured.
pub fn had_to_wait(wall: Nanos, cpu: Nanos) -> bool {
    cpu > Nanos::ZERO && wall.0 as f64 > DISTURBED * cpu.0 as f64
}

/// Whether something was faster by a larger factor than anything that was done explains.
pub fn is_impossible(factor: f64, explained: f64) -> bool {
    factor > DISTURBED * explained
}

/// Whether two times that were each measured once differ by more than what the system does now and then explains.
pub fn tells_apart(a: Nanos, b: Nanos) -> bool {
    a.max(b).0 as f64 > DISTURBED * a.min(b).0 as f64
}

/// Whether the threads of other programs and the computing threads of this one were too many for the processors.
pub fn are_too_many(others: usize, own: usize, cores: usize) -> bool {
    others > 0 && others + own.max(1) > cores
}

/// How many trials other programs disturbed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Disturbance {
    /// Trials during which the processors were too few for the workers and the other programs.
    pub disturbed: usize,
    /// All trials that count.
    pub trials: usize,
}

impl FromIterator<bool> for Disturbance {
    /// Of trials, each of which was disturbed or not.
    fn from_iter<I: IntoIterator<Item = bool>>(trials: I) -> Self {
        trials.into_iter().fold(Self::default(), |Self { disturbed, trials }, was| Self {
            disturbed: disturbed + usize::from(was),
            trials: trials + 1,
        })
    }
}

impl Disturbance {
    /// Whether a third of the trials or more was disturbed: then their times are not compared.
    pub fn forbids_comparison(self) -> bool {
        self.disturbed > 0 && 3 * self.disturbed >= self.trials
    }

    /// That trials were disturbed, in a clause, where that was more than a rare chance: in a tenth of them.
    pub fn told(self) -> Option<String> {
        let Self { disturbed, trials } = self;
        (disturbed > 0 && 10 * disturbed >= trials)
            .then(|| format!("{TITLE} in {disturbed} of {}", count(trials, "trial")))
    }

    /// The same, where times are not compared.
    pub fn forbidding(self) -> Option<String> {
        self.told().filter(|_| self.forbids_comparison())
    }

    /// The [`note`] of such trials.
    pub fn note(self) -> &'static str {
        note(self.forbids_comparison())
    }
}

/// What is said after a sentence about times that are told although they were disturbed.
pub fn note(were_disturbed: bool) -> &'static str {
    match were_disturbed {
        true => " Other programs had the processors, too: run it again when the machine is quiet.",
        false => "",
    }
}

/// How many processors this program may use: a fact of a run whose times are compared.
const CORES: &str = "cores";

/// Tells the trace how many processors there are.
pub fn tell_cores(lab: &Lab<'_>) {
    lab.recorder.fact(CORES, os::cores().to_string());
}

/// How many processors there were in the run of a trace; 0 where it does not tell.
pub fn cores_of(meta: &Meta) -> usize {
    meta.fact(CORES).and_then(|cores| cores.parse().ok()).unwrap_or(0)
}

/// How often it is looked at most, and how long apart.
const LOOKS: usize = 3;
const APART: Duration = Duration::from_micros(100);

/// Records how many threads of other programs want a processor, where the system tells.
pub fn note_others(log: &Log) {
    if let Some(others) = others_running() {
        let (what, amount) = (Measure::OtherThreads, others as u64);
        log.record(EventKind::Measured { what, amount });
    }
}

/// The same, where an event tells it.
pub fn others_of(event: &Event) -> Option<usize> {
    match event.kind {
        EventKind::Measured { what: Measure::OtherThreads, amount } => {
            Some(usize::try_from(amount).unwrap_or(usize::MAX))
        }
        _ => None,
    }
}

/// How many threads of other programs run, or want a processor; `None` where the system does not tell.
///
/// The least of a few looks: what this program's own child processes still have to do is over by then, and so is what the
/// system does now and then.
fn others_running() -> Option<usize> {
    let mut least = os::other_threads()?;
    for _ in 1..LOOKS {
        if least == 0 {
            break;
        }
        std::thread::sleep(APART);
        least = least.min(os::other_threads()?);
    }
    Some(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_differences_are_nobodys_doing() {
        let cpu = Nanos::from_millis(100);
        assert!(!had_to_wait(Nanos::from_millis(115), cpu));
        assert!(had_to_wait(Nanos::from_millis(130), cpu));
        assert!(!had_to_wait(Nanos::from_millis(130), Nanos::ZERO));
        assert!(!is_impossible(2.3, 2.0));
        assert!(is_impossible(2.5, 2.0));
    }
}
