//! What the trials come to: medians, spreads, and the sentence that says who won and why. Pure.

pub use super::trials::Cell;
use super::trials::{Trial, Trials};
use super::ways::Way;
use super::work::Work;
use crate::replay::words::{capital, count, if_any, list};
use crate::topics::contention::{self, Disturbance};
use crate::trace::{Meta, Nanos};

/// What the trials of each way come to, in the order of the ways.
pub fn cells<'a>(trials: impl Iterator<Item = &'a Trial>, cores: usize) -> Vec<Cell> {
    let trials: Vec<&Trial> = trials.collect();
    let cell = |way: Way| {
        let of: Vec<&Trial> = trials.iter().copied().filter(|trial| trial.of.way == way).collect();
        Cell::of(&of, cores)
    };
    Way::ALL.into_iter().filter_map(cell).collect()
}

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Under {
    /// Processors of the machine.
    pub cores: usize,
    /// What the tasks do, where that is known beforehand.
    pub load: Option<Load>,
}

impl Under {
    /// What those of a run are.
    pub fn of(meta: &Meta) -> Self {
        let program = meta.params.iter().find(|(key, _)| key == "program");
        let load = program.and_then(|(_, word)| Work::named(word).kind().load);
        Self { cores: contention::cores_of(meta), load }
    }
}

impl Load {
    /// What a way that does one task after another shows, where it is not known.
    pub fn of(alone: &Cell, under: Under) -> Self {
        if let Some(load) = under.load {
            return load;
        }
        match alone.cpu.ratio_to(alone.wall.median) {
            part if part < 0.2 => Self::Waits,
            part if part > 0.8 => Self::Computes,
            _ => Self::Both,
        }
    }
}

/// What the trials of one language's ways show.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// There are too few trials of a way.
    TooFew,
    /// Other programs had the processors, or the times say so.
    NotCompared(String),
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

impl Finding {
    /// Whether the times were compared: a factor that noise has made is not shown.
    fn is_compared(&self) -> bool {
        self.shown != Shown::TooFew && !self.is_disturbed()
    }

    /// Whether the times cannot be compared, however many trials there are.
    pub fn is_disturbed(&self) -> bool {
        matches!(self.shown, Shown::NotCompared(_))
    }
}

/// What trials come to.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Of each way.
    pub cells: Vec<Cell>,
    /// What those of this program's ways show, and those of CPython's.
    pub findings: [Option<Finding>; 2],
}

impl Summary {
    /// Of the trials that are over at an instant.
    pub fn of(meta: &Meta, trials: &Trials, now: Nanos) -> Self {
        let (cells, under) = (cells(trials.over(now), trials.cores), Under::of(meta));
        let findings = [false, true].map(|cpython| finding(&cells, cpython, under));
        Self { cells, findings }
    }

    /// What is shown of a way and those of its language.
    pub fn finding(&self, way: Way) -> Option<&Finding> {
        self.findings[usize::from(way.is_cpython())].as_ref()
    }

    /// Whether a way is clearly faster than one after another, and none is clearly faster than it is.
    pub fn has_won(&self, way: Way) -> bool {
        let shown = self.finding(way).map(|finding| &finding.shown);
        matches!(shown, Some(Shown::Faster(won)) if won.contains(&way))
    }

    /// How many times as fast a way is as one after another in the same language, where the times were compared and chance
    /// cannot have made it.
    pub fn speed_up(&self, cell: &Cell) -> Option<f64> {
        self.finding(cell.of.way).filter(|finding| finding.is_compared())?;
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
    let shown = shown(&of, alone, under);
    let (title, why) = match &shown {
        Shown::TooFew => {
            let least = of.iter().map(|cell| cell.wall.count()).min().unwrap_or(0);
            let why =
                format!("{} of each are too few to tell the ways apart.", count(least, "trial"));
            ("Too few trials to compare the ways".to_owned(), why)
        }
        Shown::NotCompared(evidence) => {
            (contention::NOT_COMPARED.to_owned(), format!("{evidence}. {}.", contention::AGAIN))
        }
        Shown::None => {
            let longer = of.iter().filter(|cell| cell.wall.are_longer(&alone.wall));
            let longer: Vec<String> =
                longer.map(|cell| cell.of.way.said().phrase.to_owned()).collect();
            let slower = if_any(longer.len(), |_| {
                format!(" {} took clearly longer.", capital(&list(&longer)))
            });
            let why = format!("{}{slower}", because(alone, None, under));
            ("None is clearly faster than one after another".to_owned(), why)
        }
        Shown::Faster(winners) => faster(&of, alone, winners, under),
    };
    Some(Finding { shown, title, why })
}

fn shown(of: &[&Cell], alone: &Cell, under: Under) -> Shown {
    if of.iter().any(|cell| cell.wall.are_too_few()) {
        return Shown::TooFew;
    }
    // A small part of a processor's time is no proof of waiting while others had the processors.
    if let Some(said) = disturbance(of).filter(|_| under.load != Some(Load::Waits)) {
        return Shown::NotCompared(said);
    }
    if under.load == Some(Load::Computes) && contention::had_to_wait(alone.wall.median, alone.cpu) {
        let had = had(alone);
        return Shown::NotCompared(format!(
            "{had}, though its tasks only compute. {}",
            contention::TITLE
        ));
    }
    if let Some(said) = of.iter().find_map(|cell| impossible(cell, alone, under)) {
        return Shown::NotCompared(said);
    }
    let clear = of.iter().filter(|cell| alone.wall.are_longer(&cell.wall));
    let Some(best) = clear.clone().min_by_key(|cell| cell.wall.median) else { return Shown::None };
    let winners = clear.filter(|cell| !cell.wall.are_longer(&best.wall));
    Shown::Faster(winners.map(|cell| cell.of.way).collect())
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
    let at_once = match Load::of(alone, under) {
        Load::Computes if cell.of.way == Way::Gil => 1,
        Load::Computes => cell.workers.min(under.cores.max(1)),
        _ => cell.workers,
    };
    contention::is_impossible(factor, at_once as f64).then(|| {
        let (way, took) = (capital(cell.of.way.said().phrase), cell.wall.median);
        format!("{way} took {took} and one after another {}, which cannot be", alone.wall.median)
    })
}

fn faster(of: &[&Cell], alone: &Cell, winners: &[Way], under: Under) -> (String, String) {
    let won: Vec<&Cell> =
        of.iter().copied().filter(|cell| winners.contains(&cell.of.way)).collect();
    let names: Vec<String> = won.iter().map(|cell| cell.of.way.said().phrase.to_owned()).collect();
    let factor = |cell: &&Cell| alone.wall.median.ratio_to(cell.wall.median);
    let least = won.iter().map(factor).fold(f64::INFINITY, f64::min);
    let most = won.iter().map(factor).fold(0.0, f64::max);
    let [least, most] = [least, most].map(|factor| format!("{factor:.1}"));
    let times = if least == most { most } else { format!("{least} to {most}") };
    let title = format!("{}: {times} times as fast as one after another", capital(&list(&names)));
    let mut why = because(alone, won.first().copied(), under);
    if names.len() > 1 {
        why.push_str(" The trials do not tell these apart.");
    }
    let behind =
        of.iter().filter(|cell| !winners.contains(&cell.of.way) && cell.of.way != alone.of.way);
    let behind: Vec<String> = behind
        .map(|cell| {
            let against = match () {
                () if alone.wall.are_longer(&cell.wall) => {
                    "faster than one after another, but slower than these"
                }
                () if cell.wall.are_longer(&alone.wall) => "slower than one after another",
                () => "not clearly faster than one after another",
            };
            format!(" {} ({}): {against}.", capital(cell.of.way.said().phrase), cell.wall.median)
        })
        .collect();
    why.push_str(&behind.concat());
    match disturbance(of) {
        Some(said) => {
            why.push_str(&format!(" {said}; waiting needs none, so only that is compared."))
        }
        None => why.push_str(&start_ups(of).unwrap_or_default()),
    }
    (title, why)
}

/// What one after another took, and had of a processor.
fn had(alone: &Cell) -> String {
    let (wall, cpu) = (alone.wall.median, alone.cpu);
    format!("One after another took {wall} and had a processor for {cpu} of it")
}

/// Why, as one after another shows it.
fn because(alone: &Cell, best: Option<&Cell>, under: Under) -> String {
    let had = had(alone);
    match (Load::of(alone, under), best) {
        (Load::Waits, Some(_)) => format!("{had}: the tasks wait, and waits can overlap."),
        (Load::Computes, Some(best)) => {
            let at_once = count(best.workers.min(under.cores.max(1)), "processor");
            format!("{had}: the tasks compute, and {at_once} can do that at once.")
        }
        (Load::Both, Some(_)) => format!("{had}: the tasks wait and compute."),
        (_, None) => format!("{had}."),
    }
}

/// How long threads and processes take until all are at work, where trials tell that apart.
fn start_ups(of: &[&Cell]) -> Option<String> {
    let processes = *of.iter().find(|cell| cell.of.way.has_processes())?;
    let threads =
        *of.iter().find(|cell| matches!(cell.of.way, Way::Threads | Way::PythonThreads))?;
    let (late, soon) = (processes.start_up.typical()?, threads.start_up.typical()?);
    processes
        .start_up
        .are_longer(&threads.start_up)
        .then(|| format!(" The processes were all at work after {late}, the threads after {soon}."))
}

#[cfg(test)]
pub mod tests;
