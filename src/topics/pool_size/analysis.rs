//! Statistics of the trials: medians and spreads, speed-up, Amdahl's law, and the finding. Pure.

mod amdahl;
mod compared;
mod finding;

pub use amdahl::{Amdahl, amdahl};
pub use compared::{Compared, UNCLEAR, impossible};
pub use finding::{Conditions, enough, finding, main_of};

use super::plan::Backend;
use super::trials::Trial;
use crate::topics::contention::Disturbance;
use crate::topics::statistics::Times;
use crate::trace::Nanos;

/// The trials of one backend on one pool size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Which backend.
    pub backend: Backend,
    /// Which size; 0 without a pool.
    pub size: usize,
    /// Medians of start, map and shutdown.
    pub parts: [Nanos; 3],
    /// The whole time of each trial.
    pub total: Times,
    /// Median of the time its workers spent on the numbers, all together; 0 where they do not report it.
    pub busy: Nanos,
}

impl Cell {
    /// The time that starting and stopping the pool took.
    fn overhead(&self) -> Nanos {
        self.parts[0] + self.parts[2]
    }

    /// Whether starting and stopping is most of it. Where the workers do not tell how long they were busy, mapping is the
    /// most that it can have been.
    fn is_small(&self) -> bool {
        let told = self.busy > Nanos::ZERO;
        let busy = if told { self.busy } else { self.parts[1] };
        busy < self.overhead()
    }
}

/// How many of the trials that count were disturbed, on a machine with `cores` cores.
pub fn disturbance<'a>(trials: impl IntoIterator<Item = &'a Trial>, cores: usize) -> Disturbance {
    let counted = trials.into_iter().filter(|trial| trial.counts());
    counted.map(|trial| trial.was_disturbed(cores)).collect()
}

/// What the trials of each backend and size come to, by backend and then by size.
pub fn cells<'a>(trials: impl IntoIterator<Item = &'a Trial>) -> Vec<Cell> {
    let mut all: Vec<&Trial> = trials.into_iter().filter(|t| t.counts()).collect();
    all.sort_by_key(|t| (t.of.backend, t.of.size));
    let same = |a: &&Trial, b: &&Trial| (a.of.backend, a.of.size) == (b.of.backend, b.of.size);
    let cells = all.chunk_by(same).map(|trials| {
        let times = |value: &dyn Fn(&Trial) -> Nanos| -> Times {
            trials.iter().map(|trial| value(trial)).collect()
        };
        Cell {
            backend: trials[0].of.backend,
            size: trials[0].of.size,
            parts: [0, 1, 2].map(|part| times(&|t: &Trial| t.parts::<3>()[part]).median),
            total: times(&Trial::wall),
            busy: times(&|t: &Trial| t.busy).median,
        }
    });
    cells.collect()
}

/// The cell of a backend and a size.
pub fn cell(cells: &[Cell], backend: Backend, size: usize) -> Option<&Cell> {
    (cells.iter()).find(|cell| cell.backend == backend && cell.size == size)
}

/// What a speed-up is relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Base {
    /// Size of the pool; 0: one after another.
    pub size: usize,
    /// Its median.
    pub total: Nanos,
}

/// What the speed-ups of a backend are relative to: doing it one after another where that was measured, in the same
/// language, and is long enough to be compared with a pool's start; else its smallest pool.
pub fn base(cells: &[Cell], backend: Backend) -> Option<Base> {
    base_cell(cells, backend).map(|cell| Base { size: cell.size, total: cell.total.median })
}

/// The cell of the [`base`].
fn base_cell(cells: &[Cell], backend: Backend) -> Option<&Cell> {
    let smallest = cells.iter().find(|cell| cell.backend == backend);
    let long =
        |alone: &&Cell| smallest.is_none_or(|pool| alone.total.median.0 > pool.total.median.0 / 20);
    let alone = cell(cells, Backend::Sequential, 0).filter(|_| !backend.is_cpython());
    alone.filter(long).or(smallest)
}

/// How many times as fast as the base.
pub fn speed_up(base: Base, total: Nanos) -> f64 {
    base.total.ratio_to(total)
}

/// A factor with as many digits as mean something.
pub fn ratio(factor: f64) -> String {
    match factor {
        f if f < 9.95 => format!("{f:.1}"),
        f => format!("{f:.0}"),
    }
}

/// CPython's pool of the same size, the first of several.
pub fn peer<'a>(cells: &'a [Cell], of: &Cell) -> Option<&'a Cell> {
    let mut theirs = cells.iter().filter(|cell| cell.backend.is_cpython());
    theirs.find(|cell| cell.size == of.size && !of.backend.is_cpython())
}

#[cfg(test)]
mod tests;
