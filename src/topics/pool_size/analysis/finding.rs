//! The sentence: what the figure shows.

use super::compared::{best, impossible};
use super::{Cell, Compared, cell, peer, ratio};
use crate::replay::words::{agree, count, range};
use crate::topics::contention::{self, Disturbance};
use crate::topics::pool_size::plan::Backend;
use crate::trace::Nanos;

/// What the figure shows. Each part is a sentence without its full stop, and names the pool it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// In a few words.
    pub title: String,
    /// Of the backend that is looked at first: Python's, where it takes part.
    pub said: String,
    /// Of what stands beside it: a loop in Python, and our pool.
    pub beside: Vec<String>,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.", self.said)?;
        self.beside.iter().try_for_each(|said| write!(f, " {said}."))
    }
}

/// What the trials were measured under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conditions<'a> {
    /// How many numbers each squared.
    pub numbers: usize,
    /// Cores of the machine.
    pub cores: usize,
    /// What other programs did meanwhile.
    pub disturbance: Disturbance,
    /// How CPython's pools started their workers.
    pub method: Option<&'a str>,
    /// How long a loop in Python takes for the same, where that was measured.
    pub loop_takes: Option<Nanos>,
}

/// Those with pools, in the order in which they are spoken of.
const POOLS: [Backend; 6] = [
    Backend::CPython,
    Backend::Fork,
    Backend::ForkServer,
    Backend::Spawn,
    Backend::Workers,
    Backend::Threads,
];

/// The backend whose sizes the finding is about first.
pub fn main_of(backends: &[Backend]) -> Option<Backend> {
    POOLS.into_iter().find(|backend| backends.contains(backend))
}

/// Of the backends measured, those that the finding is about: the first, and of ours the first beside Python's.
pub fn spoken_of(measured: &[Backend]) -> [Option<Backend>; 2] {
    let main = main_of(measured);
    let ours: Vec<Backend> = measured.iter().copied().filter(|b| !b.is_cpython()).collect();
    [main, main_of(&ours).filter(|_| main.is_some_and(Backend::is_cpython))]
}

/// The number of trials of each pool from which on there is a finding, where `wanted` are to be run: five, or a third.
pub fn enough(wanted: usize) -> usize {
    wanted.div_ceil(3).max(5).min(wanted)
}

/// What the medians say; nothing where there are none.
pub fn finding(cells: &[Cell], conditions: &Conditions<'_>) -> Option<Finding> {
    let of = |backend| -> Vec<&Cell> { cells.iter().filter(|c| c.backend == backend).collect() };
    let measured: Vec<Backend> = cells.iter().map(|cell| cell.backend).collect();
    let lone =
        |title: &str, said| Some(Finding { title: title.to_owned(), said, beside: Vec::new() });
    let Some(main) = main_of(&measured) else {
        let alone = cell(cells, Backend::Sequential, 0)?;
        let numbers = count(conditions.numbers, "number");
        let took = alone.total.median;
        return lone(
            "No pool was measured",
            format!("{numbers}, one after another in Rust: {took}"),
        );
    };
    if cells.len() > 1
        && !cells.iter().any(|cell| cell.total.are_too_few())
        && let Some(why) = conditions.disturbance.forbidding()
    {
        return lone(NOT_COMPARED, format!("{why}: {}", contention::ADVICE));
    }
    let owner = |backend: Backend| match conditions.method.filter(|_| backend == Backend::CPython) {
        Some(method) => format!("{} ({method})", backend.owner()),
        None => backend.owner().to_owned(),
    };
    let mut said = Vec::new();
    let spoken_of = spoken_of(&measured);
    for backend in spoken_of.into_iter().flatten() {
        if let Some(impossible) = impossible(cells, backend, conditions.cores) {
            let (title, advice) = (contention::TITLE, contention::ADVICE);
            let said = format!("{}: {impossible}. {title}: {advice}", owner(backend));
            return lone(NOT_COMPARED, said);
        }
        // Another language's loop says nothing about Python's pool.
        let alone = cell(cells, Backend::Sequential, 0).filter(|_| !backend.is_cpython());
        let (title, words) = sizes(backend, &of(backend), alone, conditions)?;
        said.push((title, format!("{}: {words}", owner(backend))));
    }
    let mut said = said.into_iter();
    let (title, first) = said.next()?;
    let python_loop = conditions.loop_takes.filter(|_| main.is_cpython());
    let python_loop = python_loop.map(|took| format!("A loop in Python takes {took}"));
    let versus = spoken_of[1].and_then(|ours| versus(cells, ours, conditions));
    let ours = said.next().map(|(_, words)| match versus {
        Some(versus) => format!("{words}; {versus}"),
        None => words,
    });
    let beside = methods(cells, main).into_iter().chain(python_loop).chain(ours);
    Some(Finding { title, said: first, beside: beside.collect() })
}

/// Title of a finding of trials whose times mean nothing beside each other.
const NOT_COMPARED: &str = "Nothing can be concluded";

/// What a backend's sizes, rising, say, in a few words and in a clause.
fn sizes(
    backend: Backend,
    of: &[&Cell],
    alone: Option<&Cell>,
    &Conditions { numbers, cores, method, .. }: &Conditions<'_>,
) -> Option<(String, String)> {
    let told = |title: &str, said: String| Some((title.to_owned(), said));
    let (first, last) = (*of.first()?, *of.last()?);
    let best = best(of)?;
    let many = |n: usize| backend.many(n);
    let total = |cell: &Cell| cell.total.median;
    if first.size == last.size {
        let (took, [start, map, _]) = (total(first), first.parts);
        let many = many(first.size);
        let of_it = match backend.has_workers_when_made(method) {
            true => format!("{start} of it to start"),
            false => format!("{} of it to start and map: they come up meanwhile", start + map),
        };
        return told(
            "One pool size was measured",
            format!("a pool of {many} takes {took}, {of_it}"),
        );
    }
    let ends =
        format!("{} on {}, {} on {}", total(first), many(first.size), total(last), many(last.size));
    let trials = of.iter().map(|cell| cell.total.count()).min()?;
    if of.iter().any(|cell| cell.total.are_too_few()) {
        let are = agree(trials, "is", "are");
        let trials = count(trials, "trial");
        return told(
            "Too few trials to compare the sizes",
            format!("{trials} of each size {are} too few to tell them apart ({ends})"),
        );
    }
    let numbers = count(numbers, "number");
    // As in the table: against no pool, where that was measured.
    let base = alone.unwrap_or(first);
    if best.size != first.size && base.total.are_longer(&best.total) {
        let factor = total(base).ratio_to(total(best));
        let verb = agree(best.size, "is", "are");
        let beyond = match last.size > best.size {
            false => String::new(),
            true if last.total.are_longer(&best.total) => {
                format!("; {} {} slower again", many(last.size), agree(last.size, "is", "are"))
            }
            true if !best.is_small() && best.size == cores && cores > 1 => {
                format!("; beyond the {cores} cores of this machine none is clearly faster")
            }
            true => "; none of the larger ones is clearly faster".to_owned(),
        };
        let than = match alone {
            Some(_) => "one after another".to_owned(),
            None => many(first.size),
        };
        return told(
            &format!("{} {verb} faster than {than}", many(best.size)),
            format!(
                "{} {verb} {} times as fast as {than} ({} against {}){beyond}",
                many(best.size),
                ratio(factor),
                total(best),
                total(base)
            ),
        );
    }
    if !last.total.are_longer(&first.total) {
        return told(
            "No clear difference between the sizes",
            format!("the trials show no clear difference between the sizes ({ends})"),
        );
    }
    let [start, map, _] = last.parts;
    let start = match backend.has_workers_when_made(method) {
        true => format!("starting {} costs {start}", many(last.size)),
        false => format!(
            "asking for {} costs {start}; they come up while it maps, and start and map together take {}",
            many(last.size),
            start + map
        ),
    };
    let said = if first.busy == Nanos::ZERO {
        let stop = last.parts[2];
        format!("the largest is slower ({start}, stopping them {stop})")
    } else if first.busy < last.overhead() {
        let busy = first.busy;
        format!("for work this small the largest is slower ({start}, squaring {numbers} {busy})")
    } else {
        format!("the largest was slower here ({ends}){}", cause(first, last, alone, cores))
    };
    told("The largest pool is slower", said)
}

/// What the parts say of why a bigger pool was slower with work that is not small; where they say nothing, nothing.
fn cause(first: &Cell, last: &Cell, alone: Option<&Cell>, cores: usize) -> String {
    let lost = last.total.median.since(first.total.median);
    let paid = last.overhead().since(first.overhead());
    let mut cause = if paid.0.saturating_mul(2) >= lost.0 {
        format!("; starting and stopping them took {paid} more")
    } else if last.size > cores {
        let cores = count(cores, "core");
        format!("; it has more workers than the {cores}, which cannot make it faster")
    } else {
        String::new()
    };
    if let Some(alone) = alone.filter(|alone| first.total.are_longer(&alone.total)) {
        let took = alone.total.median;
        cause = format!("{cause}; without a pool it takes {took}");
    }
    cause
}

/// What the largest pool takes by each start method, where several were measured.
fn methods(cells: &[Cell], main: Backend) -> Option<String> {
    let largest = cells.iter().filter(|cell| cell.backend == main).map(|cell| cell.size).max()?;
    let of = |cell: &&Cell| cell.size == largest && cell.backend.method().is_some();
    let all: Vec<&Cell> = cells.iter().filter(of).collect();
    let said = |cell: &&Cell| format!("{} by {}", cell.total.median, cell.backend.short());
    let told = all.iter().map(said).collect::<Vec<_>>().join(", ");
    let are_apart = all.windows(2).all(|two| two[0].total.are_apart(&two[1].total));
    let note = if are_apart { "" } else { "; the trials do not tell all of them apart" };
    (all.len() > 1).then(|| format!("A pool of {} takes {told}{note}", count(largest, "process")))
}

/// How many times as long CPython's pools take, at the sizes where the trials tell them apart.
fn versus(cells: &[Cell], ours: Backend, conditions: &Conditions<'_>) -> Option<String> {
    let pairs: Vec<(&Cell, &Cell)> = (cells.iter())
        .filter(|c| c.backend == ours)
        .filter_map(|c| Some((c, peer(cells, c)?)))
        .collect();
    if pairs.is_empty() || pairs.iter().any(|(a, b)| a.total.are_too_few() || b.total.are_too_few())
    {
        return None;
    }
    let python = pairs[0].1.backend.owner();
    let compared = Compared::of(cells, conditions);
    if compared.why_not(ours).is_some() {
        return None;
    }
    let times = pairs.iter().filter_map(|(own, _)| compared.times_cpython(cells, own));
    let clear: Vec<f64> = times.collect();
    let Some(times) = range(clear.iter().copied(), ratio) else {
        return Some(format!("the trials show no clear difference to {python}"));
    };
    let at = match clear.len() == pairs.len() {
        true => String::new(),
        false => format!(" at {} of {} sizes", clear.len(), pairs.len()),
    };
    Some(format!("{python} takes {times} times as long{at}"))
}
