//! The sentence: what the figure shows.

use super::{Cell, cell, ratio, times_cpython};
use crate::replay::words::{agree, capital, count};
use crate::topics::pool_size::plan::Backend;
use crate::trace::Nanos;

/// What the figure shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// In a clause that begins a sentence.
    pub said: String,
    /// How CPython's pool compares, in a clause that ends one.
    pub peer: Option<String>,
}

/// In one sentence.
impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.said)?;
        if let Some(peer) = &self.peer {
            write!(f, "; {peer}")?;
        }
        f.write_str(".")
    }
}

/// The backend whose sizes the finding is about.
pub fn main_of(backends: &[Backend]) -> Option<Backend> {
    let pools = [Backend::Workers, Backend::Threads, Backend::CPython];
    pools.into_iter().find(|backend| backends.contains(backend))
}

/// How many trials of each there should be, of so many wanted, before a finding is spoken of: five, or a third.
pub fn enough(wanted: usize) -> usize {
    wanted.div_ceil(3).max(5).min(wanted)
}

/// What the medians say; nothing where there are none.
pub fn finding(cells: &[Cell], numbers: usize, cores: usize) -> Option<Finding> {
    let of = |backend| -> Vec<&Cell> { cells.iter().filter(|c| c.backend == backend).collect() };
    let measured: Vec<Backend> = cells.iter().map(|cell| cell.backend).collect();
    let Some(main) = main_of(&measured) else {
        let alone = cell(cells, Backend::Sequential, 0)?;
        let numbers = count(numbers, "number");
        let said = format!("{numbers}, one after another: {}", alone.total.median);
        return Some(Finding { said, peer: None });
    };
    let of = of(main);
    Some(Finding {
        said: sizes(main, &of, cell(cells, Backend::Sequential, 0), numbers, cores)?,
        peer: versus(cells, main),
    })
}

/// What a backend's sizes, rising, say.
fn sizes(
    backend: Backend,
    of: &[&Cell],
    alone: Option<&Cell>,
    numbers: usize,
    cores: usize,
) -> Option<String> {
    let (first, last) = (*of.first()?, *of.last()?);
    let fastest = *of.iter().min_by_key(|cell| cell.total.median)?;
    // Of those that are as fast the smallest.
    let best = *of.iter().find(|cell| !cell.is_clearly_slower(fastest))?;
    let many = |n: usize| match backend {
        Backend::Threads => count(n, "thread"),
        _ => count(n, "process"),
    };
    let total = |cell: &Cell| cell.total.median;
    if first.size == last.size {
        let (took, start) = (total(first), first.parts[0]);
        let many = many(first.size);
        return Some(format!("A pool of {many} takes {took}, {start} of it to start"));
    }
    let trials = of.iter().map(|cell| cell.trials).min()?;
    if of.iter().any(|cell| cell.has_too_few()) {
        let are = agree(trials, "is", "are");
        return Some(format!(
            "{} of each size {are} too few to tell them apart: {} on {}, {} on {}",
            capital(&count(trials, "trial")),
            total(first),
            many(first.size),
            total(last),
            many(last.size)
        ));
    }
    if let (Some(alone), Some(one)) = (alone, of.iter().find(|cell| cell.size == 1))
        && alone.is_clearly_slower(one)
        && alone.total.median.0 as f64 > 1.2 * one.total.median.0 as f64
    {
        return Some(format!(
            "A pool of 1 took {} and the same without a pool {}, which cannot be: other programs had the processors, run it again",
            total(one),
            total(alone)
        ));
    }
    let numbers = count(numbers, "number");
    // As in the table: against no pool, where that was measured.
    let base = alone.unwrap_or(first);
    if best.size != first.size && base.is_clearly_slower(best) {
        let factor = total(base).0 as f64 / total(best).0.max(1) as f64;
        let most = best.size.min(cores) as f64 / base.size.clamp(1, cores.max(1)) as f64;
        let saved = total(base).since(total(best));
        let told = base.busy > Nanos::ZERO;
        if factor > most * 1.2 || (told && saved > base.busy) {
            return Some(format!(
                "{} took {} and {} {}, which the sizes cannot explain: other programs had the processors, run it again",
                capital(&many(first.size)),
                total(first),
                many(best.size),
                total(best)
            ));
        }
        let verb = agree(best.size, "is", "are");
        let beyond = match (last.size > best.size, best.is_small()) {
            (false, _) => String::new(),
            (true, false) if best.size == cores && cores > 1 => {
                format!("; beyond the {cores} cores of this machine nothing is gained")
            }
            (true, _) if last.is_clearly_slower(best) => {
                "; larger ones are slower again".to_owned()
            }
            (true, _) => "; larger ones gain nothing".to_owned(),
        };
        return Some(format!(
            "{} {verb} {} times as fast as {}: {} against {}{beyond}",
            capital(&many(best.size)),
            ratio(factor),
            match alone {
                Some(_) => "one after another".to_owned(),
                None => many(first.size),
            },
            total(best),
            total(base)
        ));
    }
    if !last.is_clearly_slower(first) {
        return Some(format!(
            "The trials show no clear difference between the sizes: {} on {}, {} on {}",
            total(first),
            many(first.size),
            total(last),
            many(last.size)
        ));
    }
    let start = format!("starting {} costs {}", many(last.size), last.parts[0]);
    Some(if first.busy == Nanos::ZERO {
        let stop = last.parts[2];
        format!("A bigger pool is slower: {start}, and stopping them {stop}")
    } else if first.busy < last.overhead() {
        let busy = first.busy;
        format!("For work this small a bigger pool is slower: {start}, squaring {numbers} {busy}")
    } else {
        format!(
            "A bigger pool was slower here: {} on {}, {} on {}{}",
            total(first),
            many(first.size),
            total(last),
            many(last.size),
            cause(first, last, alone, cores)
        )
    })
}

/// What the parts say of why a bigger pool was slower with work that is not small; where they say nothing, nothing.
fn cause(first: &Cell, last: &Cell, alone: Option<&Cell>, cores: usize) -> String {
    let lost = last.total.median.since(first.total.median);
    let paid = last.overhead().since(first.overhead());
    let mut cause = if paid.0.saturating_mul(2) >= lost.0 {
        format!("; starting and stopping them took {paid} more")
    } else if last.size > cores {
        let cores = count(cores, "core");
        format!("; there are only {cores} to share")
    } else {
        String::new()
    };
    if let Some(alone) = alone.filter(|alone| first.is_clearly_slower(alone)) {
        let took = alone.total.median;
        cause = format!("{cause}; without a pool it takes {took}");
    }
    cause
}

/// How many times as long CPython's pools take, at the sizes where the trials tell them apart.
fn versus(cells: &[Cell], main: Backend) -> Option<String> {
    let pairs: Vec<(&Cell, &Cell)> = (cells.iter())
        .filter(|c| c.backend == main && main != Backend::CPython)
        .filter_map(|c| Some((c, cell(cells, Backend::CPython, c.size)?)))
        .collect();
    if pairs.is_empty() || pairs.iter().any(|(a, b)| a.has_too_few() || b.has_too_few()) {
        return None;
    }
    let clear: Vec<f64> = (pairs.iter())
        .filter(|(own, peer)| own.is_clearly_apart(peer))
        .filter_map(|(own, _)| times_cpython(cells, own))
        .collect();
    let Some(low) = clear.iter().copied().reduce(f64::min) else {
        return Some("CPython's own pool shows no clear difference".to_owned());
    };
    let high = clear.iter().copied().reduce(f64::max)?;
    let (low, high) = (ratio(low), ratio(high));
    let times = match low == high {
        true => low,
        false => format!("{low} to {high}"),
    };
    let at = match clear.len() == pairs.len() {
        true => String::new(),
        false => format!(" at {} of {} sizes", clear.len(), pairs.len()),
    };
    Some(format!("CPython's own pool takes {times} times as long{at}"))
}
