//! What the trials come to: of each work and each way a time for each number of workers, and where more gain nothing. Pure.

use super::Load;
use crate::replay::words::count;
use crate::topics::contention::{self, Disturbance};
use crate::topics::statistics::Times;
use crate::topics::threads_vs_processes::trials::{Cell, Measured, Trial, Trials};
use crate::topics::threads_vs_processes::ways::Way;
use crate::trace::{Follow, Nanos, Trace};
use serde::Serialize;
use serde_json::json;

/// A work by one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Curve {
    /// What is shared out.
    pub load: Load,
    /// By whom.
    pub way: Way,
    /// By the number of workers, rising.
    pub points: Vec<Cell>,
}

impl Curve {
    fn of(load: Load, way: Way, over: &[&Trial], cores: usize) -> Self {
        let mut of: Vec<&Trial> = over.to_vec();
        let measured = Measured { work: load as usize, way };
        of.retain(|trial| trial.of == measured);
        of.sort_by_key(|trial| trial.workers.len());
        let points = of.chunk_by(|a, b| a.workers.len() == b.workers.len());
        let points = points.filter_map(|trials| Cell::of(trials, cores)).collect();
        Self { load, way, points }
    }

    /// The number past which no larger one was clearly faster; nothing where there are too few trials.
    pub fn bend(&self) -> Option<usize> {
        if self.points.is_empty() || self.points.iter().any(|point| point.wall.are_too_few()) {
            return None;
        }
        let ends = |place: &usize| {
            let here = &self.points[*place].wall;
            !self.points[place + 1..].iter().any(|later| here.are_longer(&later.wall))
        };
        (0..self.points.len()).find(ends).map(|place| self.points[place].workers)
    }

    /// Whether the largest number was clearly slower than where it bends.
    pub fn is_slower_again(&self) -> bool {
        let bend = self.bend();
        let at = self.points.iter().find(|point| Some(point.workers) == bend);
        at.zip(self.points.last()).is_some_and(|(at, last)| last.wall.are_longer(&at.wall))
    }
}

/// What came out of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HowManyOutcome {
    /// How many can compute at once on this machine.
    pub cores: usize,
    /// Of each work and each way.
    pub curves: Vec<Curve>,
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
        let over: Vec<&Trial> = trials.over(now).collect();
        let curves =
            Load::each().map(|(load, way)| Curve::of(load, way, &over, trials.cores)).collect();
        let disturbance = over.iter().map(|trial| trial.was_disturbed(trials.cores)).collect();
        Self { cores: trials.cores, curves, disturbance }
    }

    /// The number past which no larger one was clearly faster, where that is known.
    pub fn bend(&self, load: Load, way: Way) -> Option<usize> {
        self.measured(load, way).filter(|_| !self.disturbance.forbids_comparison())
    }

    /// The same whatever other programs did meanwhile.
    pub fn measured(&self, load: Load, way: Way) -> Option<usize> {
        self.curve(load, way)?.bend()
    }

    fn curve(&self, load: Load, way: Way) -> Option<&Curve> {
        self.curves.iter().find(|curve| (curve.load, curve.way) == (load, way))
    }

    /// What one thread takes for a work, where it was measured: what all others are compared with.
    pub fn base(&self, load: Load) -> Option<&Times> {
        let first = self.curve(load, Way::Threads)?.points.first();
        Some(&first.filter(|point| point.workers == 1)?.wall)
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
        let factors = self.curves.iter().flat_map(|curve| {
            let base = self.base(curve.load).map_or(Nanos::ZERO, |base| base.median);
            curve.points.iter().map(move |point| base.ratio_to(point.wall.median))
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
        let mut said = vec!["Past these numbers no larger one was clearly faster.".to_owned()];
        if let Some(gil) = self.bend(Load::Compute, Way::Gil) {
            said.push(format!(
                "Computing under the emulated GIL: up to {gil}. This program may use {}.",
                count(self.cores, "processor")
            ));
        }
        let slower =
            |curve: &&Curve| self.bend(curve.load, curve.way).is_some() && curve.is_slower_again();
        for curve in self.curves.iter().filter(slower) {
            if let (Some(last), Some(bend)) = (curve.points.last(), curve.bend()) {
                let (many, way, what) = (last.workers, curve.way.said().phrase, curve.load.title());
                said.push(format!("{many} {way} took clearly longer than {bend} for {what}."));
            }
        }
        said.join(" ")
    }
}

impl Serialize for HowManyOutcome {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let point = |point: &Cell| {
            json!({
                "workers": point.workers,
                "trials": point.wall.count(),
                "wall_ns": point.wall.median.0,
                "low_ns": point.wall.low.0,
                "high_ns": point.wall.high.0,
            })
        };
        let curve = |curve: &Curve| {
            json!({
                "work": curve.load.id(),
                "way": curve.way.said().id,
                "bend": self.bend(curve.load, curve.way),
                "points": curve.points.iter().map(point).collect::<Vec<_>>(),
            })
        };
        let curves: Vec<_> = self.curves.iter().map(curve).collect();
        let finding = format!("{}. {}", self.title(), self.why());
        json!({ "cores": self.cores, "finding": finding, "curves": curves }).serialize(to)
    }
}
