//! What the trials say: medians and spreads, speed-up, Amdahl's law, and the sentence. Pure.

use super::plan::Backend;
use super::trials::Trial;
use crate::trace::Nanos;

/// How values lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// A quarter is below.
    pub low: Nanos,
    /// Half is below.
    pub median: Nanos,
    /// A quarter is above.
    pub high: Nanos,
    /// The largest.
    pub most: Nanos,
}

impl Spread {
    /// Of values in any order; quartiles between two values lie between them in proportion.
    pub fn of(mut values: Vec<Nanos>) -> Self {
        values.sort_unstable();
        let Some(most) = values.last().copied() else {
            return Self::default();
        };
        let at = |quarter: usize| {
            let place = (values.len() - 1) * quarter;
            let (whole, rest) = (place / 4, place % 4);
            let next = values[(whole + 1).min(values.len() - 1)];
            let gap = u128::from(next.since(values[whole]).0);
            Nanos(values[whole].0 + (gap * rest as u128 / 4) as u64)
        };
        Self {
            low: at(1),
            median: at(2),
            high: at(3),
            most,
        }
    }

    /// Half the way between the quartiles: the "±".
    pub fn half(&self) -> Nanos {
        Nanos(self.high.since(self.low).0 / 2)
    }
}

/// The trials of one backend on one pool size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Which backend.
    pub backend: Backend,
    /// Which size; 0 without a pool.
    pub size: usize,
    /// How many trials.
    pub trials: usize,
    /// Medians of start, map and shutdown.
    pub parts: [Nanos; 3],
    /// Of the whole.
    pub total: Spread,
    /// Median of the time its workers were busy with numbers, all together; 0 where they do not tell.
    pub busy: Nanos,
}

/// Of fewer trials the quartiles say nothing.
const ENOUGH: usize = 4;

impl Cell {
    /// Whether it took longer than another by more than chance explains, and by enough to speak of.
    fn is_clearly_slower(&self, than: &Self) -> bool {
        let difference = self.total.median.since(than.total.median).0 as f64;
        let doubt = self.doubt().hypot(than.doubt());
        difference > doubt && difference * 20.0 > than.total.median.0 as f64
    }

    /// How far, in nanoseconds, the median of as many other trials may well be from this one: the notch of a box plot, 1.57
    /// times the distance of the quartiles by the root of the number of trials.
    fn doubt(&self) -> f64 {
        if self.trials < ENOUGH {
            return f64::INFINITY;
        }
        let spread = self.total.high.since(self.total.low).0 as f64;
        1.57 * spread / (self.trials.max(1) as f64).sqrt()
    }

    /// What starting and stopping the pool took.
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

/// What the trials of each backend and size come to, by backend and then by size.
pub fn cells<'a>(trials: impl IntoIterator<Item = &'a Trial>) -> Vec<Cell> {
    let mut all: Vec<&Trial> = trials.into_iter().filter(|t| t.counts()).collect();
    all.sort_by_key(|t| (t.backend, t.size));
    let same = |a: &&Trial, b: &&Trial| (a.backend, a.size) == (b.backend, b.size);
    let cells = all.chunk_by(same).map(|trials| {
        let median = |value: &dyn Fn(&Trial) -> Nanos| {
            Spread::of(trials.iter().map(|t| value(t)).collect()).median
        };
        Cell {
            backend: trials[0].backend,
            size: trials[0].size,
            trials: trials.len(),
            parts: [0, 1, 2].map(|part| median(&|t: &Trial| t.parts[part])),
            total: Spread::of(trials.iter().map(|t| t.total()).collect()),
            busy: median(&|t: &Trial| t.busy),
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
    let smallest = cells.iter().find(|cell| cell.backend == backend);
    let long =
        |alone: &&Cell| smallest.is_none_or(|pool| alone.total.median.0 > pool.total.median.0 / 20);
    let alone = cell(cells, Backend::Sequential, 0).filter(|_| backend != Backend::CPython);
    let alone = alone.filter(long);
    alone.or(smallest).map(|cell| Base {
        size: cell.size,
        total: cell.total.median,
    })
}

/// How many times as fast as the base.
pub fn speed_up(base: Base, total: Nanos) -> f64 {
    base.total.0 as f64 / total.0.max(1) as f64
}

/// Amdahl's law through the medians of a backend: time = serial + parallel ÷ workers, and no more workers than cores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amdahl {
    /// Nanoseconds that stay, however many work.
    pub serial: f64,
    /// Nanoseconds that are divided among the workers.
    pub parallel: f64,
    /// Workers beyond these gain nothing.
    pub cores: usize,
}

impl Amdahl {
    /// The time it gives for a pool size, in nanoseconds.
    pub fn time(&self, size: f64) -> f64 {
        self.serial + self.parallel / size.clamp(1.0, self.cores.max(1) as f64)
    }

    /// Part of the work of one that cannot be divided, from 0 to 1.
    pub fn serial_part(&self) -> f64 {
        self.serial / (self.serial + self.parallel)
    }
}

/// Less than this part of the time divided is noise rather than work.
const MEANS_SOMETHING: f64 = 0.25;

/// The law through a backend's medians (least squares), or in a clause why it would mean nothing.
pub fn amdahl(cells: &[Cell], backend: Backend, cores: usize) -> Result<Amdahl, String> {
    let cores = cores.max(1);
    let of: Vec<&Cell> = cells
        .iter()
        .filter(|cell| cell.backend == backend)
        .collect();
    let points = of.iter().map(|cell| {
        let workers = cell.size.clamp(1, cores);
        (1.0 / workers as f64, cell.total.median.0 as f64)
    });
    let points: Vec<(f64, f64)> = points.collect();
    let first = points.first().map(|(x, _)| *x);
    if points.iter().all(|(x, _)| Some(*x) == first) {
        return Err(format!(
            "a curve takes two different sizes up to the number of cores ({cores})"
        ));
    }
    let n = points.len() as f64;
    let mean = |value: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(value).sum::<f64>() / n;
    let (mx, my) = (mean(&|p| p.0), mean(&|p| p.1));
    let slope = mean(&|p| (p.0 - mx) * (p.1 - my)) / mean(&|p| (p.0 - mx).powi(2));
    let serial = my - slope * mx;
    // A fit may not have work that takes less than no time: the best of those that go through nothing.
    let (serial, slope) = match serial < 0.0 {
        true => (0.0, mean(&|p| p.0 * p.1) / mean(&|p| p.0 * p.0)),
        false => (serial, slope),
    };
    let fit = Amdahl {
        serial,
        parallel: slope,
        cores,
    };
    let falls = (of.first()).is_some_and(|first| of.iter().any(|c| first.is_clearly_slower(c)));
    if !falls || slope <= 0.0 || 1.0 - fit.serial_part() < MEANS_SOMETHING {
        return Err(match of.iter().all(|cell| cell.is_small()) {
            true => "the work is too small for it to mean anything".to_owned(),
            false => "more workers do not make it clearly faster".to_owned(),
        });
    }
    Ok(fit)
}

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

/// What the medians say; nothing where there are none.
pub fn finding(cells: &[Cell], numbers: usize, cores: usize) -> Option<Finding> {
    let of = |backend| -> Vec<&Cell> { cells.iter().filter(|c| c.backend == backend).collect() };
    let shown = [Backend::Workers, Backend::Threads, Backend::CPython];
    let Some(main) = shown.into_iter().find(|backend| !of(*backend).is_empty()) else {
        let alone = cell(cells, Backend::Sequential, 0)?;
        let numbers = several(numbers, "number");
        let said = format!("{numbers}, one after another: {}", alone.total.median);
        return Some(Finding { said, peer: None });
    };
    let of = of(main);
    Some(Finding {
        said: sizes(
            main,
            &of,
            cell(cells, Backend::Sequential, 0),
            numbers,
            cores,
        )?,
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
        Backend::Threads => several(n, "thread"),
        _ => several(n, "process"),
    };
    let total = |cell: &Cell| cell.total.median;
    if first.size == last.size {
        let (took, start) = (total(first), first.parts[0]);
        let many = many(first.size);
        return Some(format!(
            "A pool of {many} takes {took}, {start} of it to start"
        ));
    }
    let numbers = several(numbers, "number");
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
        let verb = if best.size == 1 { "is" } else { "are" };
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
            "A bigger pool was slower here: {} on {}, {} on {}; its workers did not get a core each",
            total(first),
            many(first.size),
            total(last),
            many(last.size)
        )
    })
}

fn several(n: usize, word: &str) -> String {
    match (n, word.ends_with('s')) {
        (1, _) => format!("1 {word}"),
        (n, true) => format!("{n} {word}es"),
        (n, false) => format!("{n} {word}s"),
    }
}

/// With a capital letter, to begin a sentence.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    (chars
        .next()
        .map(|c| c.to_uppercase().chain(chars).collect()))
    .unwrap_or_default()
}

/// How many times as long CPython's pools take.
fn versus(cells: &[Cell], main: Backend) -> Option<String> {
    let ratios = (cells.iter())
        .filter(|c| c.backend == main)
        .filter_map(|c| times_cpython(cells, c));
    let ratios: Vec<f64> = ratios.collect();
    let low = ratio(ratios.iter().copied().reduce(f64::min)?);
    let high = ratio(ratios.iter().copied().reduce(f64::max)?);
    Some(if low == high {
        format!("CPython's own pool takes {low} times as long")
    } else {
        format!("CPython's own pool takes {low} to {high} times as long")
    })
}

/// A factor with as many digits as mean something.
pub fn ratio(factor: f64) -> String {
    match factor {
        f if f < 9.95 => format!("{f:.1}"),
        f => format!("{f:.0}"),
    }
}

/// How many times as long CPython's pool of the same size takes.
pub fn times_cpython(cells: &[Cell], of: &Cell) -> Option<f64> {
    let peer = cell(cells, Backend::CPython, of.size).filter(|_| of.backend != Backend::CPython)?;
    Some(peer.total.median.0 as f64 / of.total.median.0.max(1) as f64)
}

#[cfg(test)]
mod tests;
