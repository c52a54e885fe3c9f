//! What the trials come to: of each work and each way a time for each number of workers, and where more gain nothing. Pure.

use super::Load;
use crate::replay::words::count;
use crate::topics::contention::{self, Disturbance};
use crate::topics::statistics::Times;
use crate::topics::threads_vs_processes::trials::{Cell, Measured, Trials};
use crate::topics::threads_vs_processes::ways::Way;
use crate::trace::{Follow, Nanos, Trace};
use serde::Serialize;
use serde_json::json;

/// What came out of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HowManyOutcome {
    /// How many can compute at once on this machine.
    pub cores: usize,
    /// Of each work, each way and each number of workers, in this order.
    pub cells: Vec<Cell>,
    /// How often other programs wanted the processors.
    pub disturbance: Disturbance,
}

impl HowManyOutcome {
    /// The outcome of a run.
    pub fn of(trace: &Trace) -> Self {
        Self::until(&Trials::of(trace), trace.end())
    }

    /// What the trials come to that are over at an instant.
    pub fn until(trials: &Trials, now: Nanos) -> Self {
        let cells = trials.cells(now, |it| (it.of.work, it.of.way, it.workers.len()));
        let disturbance = trials.over(now).map(|trial| trial.was_disturbed(trials.cores)).collect();
        Self { cores: trials.cores, cells, disturbance }
    }

    /// A work by one way, by the number of workers, rising.
    pub fn curve(&self, load: Load, way: Way) -> &[Cell] {
        let of = Measured { work: load as usize, way };
        let mut curves = self.cells.chunk_by(|a, b| a.of == b.of);
        curves.find(|curve| curve[0].of == of).unwrap_or_default()
    }

    /// The number past which no larger one was clearly faster, where that is known.
    pub fn bend(&self, load: Load, way: Way) -> Option<usize> {
        self.measured(load, way).filter(|_| !self.disturbance.forbids_comparison())
    }

    /// The same whatever other programs did meanwhile.
    pub fn measured(&self, load: Load, way: Way) -> Option<usize> {
        Some(bend(self.curve(load, way))?.workers)
    }

    /// What one thread takes for a work, where it was measured: what all others are compared with.
    pub fn base(&self, load: Load) -> Option<&Times> {
        let first = self.curve(load, Way::Threads).first();
        Some(&first.filter(|cell| cell.workers == 1)?.wall)
    }

    /// Whether the times of a work can be compared: there are enough trials, and other programs did not disturb too many.
    pub fn compares(&self, load: Load) -> bool {
        load.ways().iter().all(|way| self.bend(load, *way).is_some())
    }

    /// How many times as fast as one thread some are, where the times can be compared and chance cannot have made it.
    pub fn speed_up(&self, load: Load, of: &Cell) -> Option<f64> {
        of.wall.times_as_fast(self.base(load).filter(|_| self.compares(load))?)
    }

    /// How many times as fast as one thread the slowest was, as its median says: less than 1 where it was slower.
    pub fn least_factor(&self) -> f64 {
        let factors = Load::each().flat_map(|(load, way)| {
            let base = self.base(load).map_or(Nanos::ZERO, |base| base.median);
            self.curve(load, way).iter().map(move |cell| base.ratio_to(cell.wall.median))
        });
        factors.filter(|factor| *factor > 0.0).fold(1.0, f64::min)
    }

    /// Where threads bend and where processes do, in a few words.
    pub fn title(&self) -> String {
        let said = |load: Load, word: &str| {
            let threads = count(self.bend(load, Way::Threads)?, "thread");
            let processes = count(self.bend(load, Way::Processes)?, "process");
            Some(format!("{word} got faster up to {threads} and up to {processes}"))
        };
        let both = [said(Load::Wait, "Waiting"), said(Load::Compute, "computing")];
        let both: Vec<String> = both.into_iter().flatten().collect();
        match (both.is_empty(), self.disturbance.forbids_comparison()) {
            (false, _) => both.join("; "),
            (true, true) => contention::NOT_COMPARED.to_owned(),
            (true, false) => "Too few trials to tell where more gain nothing".to_owned(),
        }
    }

    /// What belongs to it, in sentences.
    pub fn why(&self) -> String {
        if let Some(disturbed) = self.disturbance.forbidding() {
            return format!("{disturbed}. {}.", contention::AGAIN);
        }
        let mut said = "Past these numbers no larger one was clearly faster.".to_owned();
        if let Some(gil) = self.bend(Load::Compute, Way::Gil) {
            let able = count(self.cores, "processor");
            said += &format!(
                " Computing under the emulated GIL: up to {gil}. This program may use {able}."
            );
        }
        for (load, way) in Load::each() {
            let curve = self.curve(load, way);
            if let (Some(bend), Some(last)) = (bend(curve), curve.last())
                && last.wall.are_longer(&bend.wall)
            {
                let (many, fewer, way) = (last.workers, bend.workers, way.said().phrase);
                let what = load.title();
                said += &format!(" {many} {way} took clearly longer than {fewer} for {what}.");
            }
        }
        said
    }
}

/// Where a curve bends: no larger number is clearly faster. Nothing where there are too few trials.
fn bend(curve: &[Cell]) -> Option<&Cell> {
    if curve.iter().any(|cell| cell.wall.are_too_few()) {
        return None;
    }
    let is_last = |place: usize| {
        !curve[place..].iter().any(|later| curve[place].wall.are_longer(&later.wall))
    };
    curve.get((0..curve.len()).find(|place| is_last(*place))?)
}

impl Serialize for HowManyOutcome {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let point = |point: &Cell| {
            json!({
                "workers": point.workers,
                "trials": point.wall.count(),
                "wall_ns": point.wall.median,
                "low_ns": point.wall.low,
                "high_ns": point.wall.high,
            })
        };
        let curve = |(load, way): (Load, Way)| {
            json!({
                "work": load.id(),
                "way": way.said().id,
                "bend": self.bend(load, way),
                "points": self.curve(load, way).iter().map(point).collect::<Vec<_>>(),
            })
        };
        let curves: Vec<_> = Load::each().map(curve).collect();
        let finding = format!("{}. {}", self.title(), self.why());
        json!({ "cores": self.cores, "finding": finding, "curves": curves }).serialize(to)
    }
}
