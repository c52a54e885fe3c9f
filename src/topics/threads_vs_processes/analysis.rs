//! What the trials come to: medians, spreads, and the sentence that says who won and why. Pure.

pub use super::trials::Cell;
use super::trials::Trials;
use super::ways::Way;
use super::work::Work;
use crate::replay::words::{capital, count, if_any, list, range};
use crate::topics::contention::{self, Disturbance};
use crate::trace::{Meta, Nanos};

/// The cell of a way.
pub fn cell(cells: &[Cell], way: Way) -> Option<&Cell> {
    cells.iter().find(|cell| cell.of.way == way)
}

/// What the tasks did, as one after another shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// They had a processor for less than a fifth of their time.
    Waits,
    /// They had one for more than four fifths of it.
    Computes,
    /// Both.
    Both,
}

/// What trials were measured under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Under {
    /// Processors of the machine.
    pub cores: usize,
    /// What the tasks do, where that is known beforehand.
    pub load: Option<Load>,
}

impl Under {
    /// What those of a run are.
    pub fn of(meta: &Meta) -> Self {
        let load = meta.param("program").and_then(|word| Work::named(word).kind().load);
        Self { cores: contention::cores_of(meta), load }
    }

    /// What the tasks do: where it is not known, what a way shows that does one after another.
    fn load(self, alone: &Cell) -> Load {
        self.load.unwrap_or(match alone.cpu.ratio_to(alone.wall.median) {
            part if part < 0.2 => Load::Waits,
            part if part > 0.8 => Load::Computes,
            _ => Load::Both,
        })
    }

    /// How many of the workers of a way can compute at once.
    fn at_once(self, cell: &Cell) -> usize {
        cell.workers.min(self.cores.max(1))
    }
}

/// What the trials of one language's ways show.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// There are too few trials of a way.
    TooFew,
    /// Other programs had the processors, or the times say so.
    NotCompared,
    /// None is clearly faster than one after another.
    None,
    /// These are clearly faster than one after another, and none is clearly faster than they are.
    Faster(Vec<Way>),
}

/// What the trials show, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What is shown.
    pub shown: Shown,
    /// It in a few words.
    pub title: String,
    /// Why, in sentences.
    pub why: String,
}

/// What trials come to.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Of each way, in their order.
    pub cells: Vec<Cell>,
    /// What those of this program's ways show, and those of CPython's.
    pub findings: [Option<Finding>; 2],
}

impl Summary {
    /// Of the trials that are over at an instant.
    pub fn of(meta: &Meta, trials: &Trials, now: Nanos) -> Self {
        let cells = trials.cells(now, |trial| trial.of.way);
        let findings = [false, true].map(|cpython| finding(&cells, cpython, Under::of(meta)));
        Self { cells, findings }
    }

    /// What is shown of the ways of a language, by one of them.
    fn shown(&self, way: Way) -> Option<&Shown> {
        Some(&self.findings[usize::from(way.is_cpython())].as_ref()?.shown)
    }

    /// Whether a way is clearly faster than one after another, and none is clearly faster than it is.
    pub fn has_won(&self, way: Way) -> bool {
        matches!(self.shown(way), Some(Shown::Faster(won)) if won.contains(&way))
    }

    /// How many times as fast a way is as one after another in the same language, where the times were compared and chance
    /// cannot have made it.
    pub fn speed_up(&self, cell: &Cell) -> Option<f64> {
        let is_compared = |shown: &&Shown| !matches!(shown, Shown::TooFew | Shown::NotCompared);
        self.shown(cell.of.way).filter(is_compared)?;
        cell.wall.times_as_fast(&self::cell(&self.cells, cell.of.way.base())?.wall)
    }
}

/// What the trials of one language show; nothing where one after another was not measured, or nothing else.
pub fn finding(cells: &[Cell], cpython: bool, under: Under) -> Option<Finding> {
    let of: Vec<&Cell> = cells.iter().filter(|cell| cell.of.way.is_cpython() == cpython).collect();
    let alone = *of.iter().find(|cell| cell.of.way == cell.of.way.base())?;
    if of.len() < 2 {
        return None;
    }
    let told = |shown, title: &str, why| Some(Finding { shown, title: title.to_owned(), why });
    if of.iter().any(|cell| cell.wall.are_too_few()) {
        let least = of.iter().map(|cell| cell.wall.count()).min()?;
        let why = format!("{} of each are too few to tell the ways apart.", count(least, "trial"));
        return told(Shown::TooFew, "Too few trials to compare the ways", why);
    }
    if let Some(why) = not_compared(&of, alone, under) {
        let why = format!("{why}. {}.", contention::AGAIN);
        return told(Shown::NotCompared, contention::NOT_COMPARED, why);
    }
    let (clear, others): (Vec<&Cell>, Vec<&Cell>) =
        of.iter().copied().partition(|cell| alone.wall.are_longer(&cell.wall));
    let Some(best) = clear.iter().min_by_key(|cell| cell.wall.median) else {
        let longer: Vec<&Cell> =
            others.into_iter().filter(|cell| cell.wall.are_longer(&alone.wall)).collect();
        let slower = if_any(longer.len(), |_| format!(" {} took clearly longer.", names(&longer)));
        let title = "None is clearly faster than one after another";
        return told(Shown::None, title, format!("{}.{slower}", had(alone)));
    };
    let won = clear.iter().copied().filter(|cell| !cell.wall.are_longer(&best.wall));
    let won: Vec<&Cell> = won.collect();
    let factors = won.iter().map(|cell| alone.wall.median.ratio_to(cell.wall.median));
    let times = range(factors, |factor| format!("{factor:.1}"))?;
    let title = format!("{}: {times} times as fast as one after another", names(&won));
    let why = why_faster(&of, alone, &won, under);
    told(Shown::Faster(won.iter().map(|cell| cell.of.way).collect()), &title, why)
}

/// Why the times of ways are not compared, as a sentence without its end; nothing where they are.
fn not_compared(of: &[&Cell], alone: &Cell, under: Under) -> Option<String> {
    // A small part of a processor's time is no proof of waiting while others had the processors.
    let disturbed = disturbance(of).filter(|_| under.load != Some(Load::Waits));
    let only_computes = under.load == Some(Load::Computes);
    let had_to_wait = only_computes && contention::had_to_wait(alone.wall.median, alone.cpu);
    let starved =
        || format!("{}, though its tasks only compute. {}", had(alone), contention::TITLE);
    let impossible = || of.iter().find_map(|cell| impossible(cell, alone, under));
    disturbed.or_else(|| had_to_wait.then(starved)).or_else(impossible)
}

/// That other programs wanted the processors, where they did in a third of the trials or more.
fn disturbance(of: &[&Cell]) -> Option<String> {
    let disturbed = of.iter().map(|cell| cell.disturbance.disturbed).sum();
    let trials = of.iter().map(|cell| cell.disturbance.trials).sum();
    Disturbance { disturbed, trials }.forbidding()
}

/// What cannot be, unless another program had the processors. By how much is no number to tell.
fn impossible(cell: &Cell, alone: &Cell, under: Under) -> Option<String> {
    let factor = alone.wall.median.ratio_to(cell.wall.median);
    let at_once = match under.load(alone) {
        Load::Computes if cell.of.way == Way::Gil => 1,
        Load::Computes => under.at_once(cell),
        _ => cell.workers,
    };
    contention::is_impossible(factor, at_once as f64).then(|| {
        let (way, took) = (names(&[cell]), cell.wall.median);
        format!("{way} took {took} and one after another {}, which cannot be", alone.wall.median)
    })
}

/// Why some ways are faster, and how the others compare with them.
fn why_faster(of: &[&Cell], alone: &Cell, won: &[&Cell], under: Under) -> String {
    let tasks = match (under.load(alone), won) {
        (Load::Computes, [best, ..]) => {
            let at_once = count(under.at_once(best), "processor");
            format!("compute, and {at_once} can do that at once")
        }
        (Load::Waits, _) => "wait, and waits can overlap".to_owned(),
        _ => "wait and compute".to_owned(),
    };
    let mut why = format!("{}: the tasks {tasks}.", had(alone));
    if won.len() > 1 {
        why.push_str(" The trials do not tell these apart.");
    }
    for cell in of.iter().filter(|cell| !won.contains(cell) && cell.of.way != alone.of.way) {
        let against = match () {
            () if alone.wall.are_longer(&cell.wall) => {
                "faster than one after another, but slower than these"
            }
            () if cell.wall.are_longer(&alone.wall) => "slower than one after another",
            () => "not clearly faster than one after another",
        };
        why.push_str(&format!(" {} ({}): {against}.", names(&[cell]), cell.wall.median));
    }
    why.push_str(&match disturbance(of) {
        Some(said) => format!(" {said}; waiting needs none, so only that is compared."),
        None => start_ups(of).unwrap_or_default(),
    });
    why
}

/// The names of ways, as a sentence begins.
fn names(of: &[&Cell]) -> String {
    let names: Vec<String> = of.iter().map(|cell| cell.of.way.said().phrase.to_owned()).collect();
    capital(&list(&names))
}

/// What one after another took, and had of a processor.
fn had(alone: &Cell) -> String {
    let (wall, cpu) = (alone.wall.median, alone.cpu);
    format!("One after another took {wall} and had a processor for {cpu} of it")
}

/// How long threads and processes take until all are at work, where trials tell that apart.
fn start_ups(of: &[&Cell]) -> Option<String> {
    let processes = &of.iter().find(|cell| cell.of.way.has_processes())?.start_up;
    let of_threads = |cell: &&&Cell| matches!(cell.of.way, Way::Threads | Way::PythonThreads);
    let threads = &of.iter().find(of_threads)?.start_up;
    let (late, soon) = (processes.typical()?, threads.typical()?);
    processes
        .are_longer(threads)
        .then(|| format!(" The processes were all at work after {late}, the threads after {soon}."))
}

#[cfg(test)]
pub mod tests;
