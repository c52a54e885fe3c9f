//! What trials of the same come to: medians and spreads. Pure.

use super::{Subject, Trial, Trials};
use crate::topics::contention::Disturbance;
use crate::topics::statistics::Times;
use crate::trace::Nanos;

/// The trials of one subject, by as many workers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell<S> {
    /// What they are of.
    pub of: S,
    /// How many work in it.
    pub workers: usize,
    /// How long each trial took.
    pub wall: Times,
    /// When the trial in the middle of them began and ended.
    pub middle: (Nanos, Nanos),
    /// How long it took in each until all were at work, where that is known.
    pub start_up: Times,
    /// Median of the processor time of all together.
    pub cpu: Nanos,
    /// Medians of memory in use, and of memory of their own.
    pub memory: [Option<u64>; 2],
    /// Median of how often they left a processor.
    pub switches: Option<u64>,
    /// In how many trials other programs wanted the processors, too.
    pub disturbance: Disturbance,
}

impl<S: Subject> Cell<S> {
    /// What trials of the same come to, on a machine with `cores` processors; nothing where there are none.
    fn of(trials: &[&Trial<S>], cores: usize) -> Option<Self> {
        let each = || trials.iter().copied();
        let memory = |which| median(each().filter_map(|trial| trial.memory(which)));
        let mut by_wall = trials.to_vec();
        by_wall.sort_by_key(|trial| trial.wall());
        Some(Self {
            of: trials.first()?.of,
            workers: each().map(|trial| trial.workers.len()).max()?,
            wall: each().map(Trial::wall).collect(),
            middle: by_wall[trials.len() / 2].span()?,
            start_up: each().filter_map(Trial::start_up).collect(),
            cpu: Nanos(median(each().map(|trial| trial.cpu().0))?),
            memory: [memory(0), memory(1)],
            switches: median(each().filter_map(Trial::switches)),
            disturbance: each().map(|trial| trial.was_disturbed(cores)).collect(),
        })
    }
}

impl<S: Subject> Trials<S> {
    /// What those come to that are over at an instant: all that are alike together, in the order of what they are alike in.
    pub fn cells<K: Ord>(&self, now: Nanos, alike: impl Fn(&Trial<S>) -> K) -> Vec<Cell<S>> {
        let mut over: Vec<&Trial<S>> = self.over(now).collect();
        over.sort_by_key(|trial| alike(trial));
        let each = over.chunk_by(|a, b| alike(a) == alike(b));
        each.filter_map(|trials| Cell::of(trials, self.cores)).collect()
    }
}

impl<S: Subject> Trial<S> {
    /// What it took of memory, in use (0) or its own (1): that of its processes, or what threads added to their process.
    fn memory(&self, which: usize) -> Option<u64> {
        let all = self.workers.iter().filter_map(|worker| worker.memory[which]);
        match self.of.has_processes() {
            true => (!self.workers.is_empty()).then(|| all.sum()),
            false => Some(all.max()?.saturating_sub(self.before[which]?)),
        }
    }
}

fn median(values: impl Iterator<Item = u64>) -> Option<u64> {
    Some(values.map(Nanos).collect::<Times>().typical()?.0)
}
