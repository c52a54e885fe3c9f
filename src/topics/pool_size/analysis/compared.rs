//! Which times are set beside each other: none of which noise could turn the order round.

use super::finding::spoken_of;
use super::{Amdahl, Cell, Conditions, amdahl, base_cell, cell, peer};
use crate::replay::words::{clause, count};
use crate::topics::contention;
use crate::topics::pool_size::plan::Backend;
use crate::trace::Nanos;

/// Of the trials of a run, which may be compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Why no times are, in a clause.
    none: Option<String>,
    /// Backends whose times are not, with the reason in a clause.
    without: Vec<(Backend, String)>,
}

impl Compared {
    /// What trials allow that were measured under these conditions.
    pub fn of(cells: &[Cell], conditions: &Conditions<'_>) -> Self {
        let mut backends: Vec<Backend> = cells.iter().map(|cell| cell.backend).collect();
        backends.dedup();
        let without = backends.iter().filter_map(|backend| {
            let why = impossible(cells, *backend, conditions.cores)?;
            Some((*backend, format!("{}: {why}", backend.owner())))
        });
        let without: Vec<_> = without.collect();
        // What cannot be of those that are spoken of forbids the whole sentence.
        let spoken_of = spoken_of(&backends);
        let mut told = without.iter().filter(|(backend, _)| spoken_of.contains(&Some(*backend)));
        let disturbed = conditions.disturbance.forbidding().map(|said| clause(&said));
        Self { none: disturbed.or_else(|| Some(told.next()?.1.clone())), without }
    }

    /// What allows nothing, and why, in a clause.
    pub fn nothing(why: &str) -> Self {
        Self { none: Some(why.to_owned()), without: Vec::new() }
    }

    /// Why no time of a backend is compared, in a clause.
    pub fn why_not(&self, backend: Backend) -> Option<&str> {
        let without = self.without.iter().find(|(of, _)| *of == backend);
        self.none.as_deref().or(without.map(|(_, why)| why.as_str()))
    }

    /// How many times as fast a cell is as what its backend is compared with, where the trials tell the two apart.
    pub fn speed_up(&self, cells: &[Cell], of: &Cell) -> Option<f64> {
        let base = base_cell(cells, of.backend).filter(|_| self.why_not(of.backend).is_none())?;
        let is_told = base == of || base.total.are_apart(&of.total);
        is_told.then(|| base.total.median.ratio_to(of.total.median))
    }

    /// Its speed-up divided by how many times as many work.
    pub fn efficiency(&self, cells: &[Cell], of: &Cell) -> Option<f64> {
        let base = base_cell(cells, of.backend).filter(|_| of.size > 0)?;
        let speed_up = self.speed_up(cells, of)?;
        Some(speed_up * base.size.max(1) as f64 / of.size as f64)
    }

    /// How many times as long CPython's pool of the same size takes, where the trials tell the two apart.
    pub fn times_cpython(&self, cells: &[Cell], of: &Cell) -> Option<f64> {
        let peer = peer(cells, of).filter(|peer| peer.total.are_apart(&of.total))?;
        let is_fair = [of, peer].iter().all(|cell| self.why_not(cell.backend).is_none());
        is_fair.then(|| peer.total.median.ratio_to(of.total.median))
    }

    /// Amdahl's law through a backend's medians, or in a clause why there is none.
    ///
    /// # Errors
    /// They cannot be compared, or the law would mean nothing.
    pub fn amdahl(&self, cells: &[Cell], backend: Backend, cores: usize) -> Result<Amdahl, String> {
        match self.why_not(backend) {
            Some(why) => Err(why.to_owned()),
            None => amdahl(cells, backend, cores),
        }
    }

    /// Why ratios are left out, in a clause; nothing where none is.
    pub fn left_out(&self, cells: &[Cell]) -> Option<String> {
        let mut why: Vec<&str> = Vec::new();
        for cell in cells {
            match self.why_not(cell.backend) {
                Some(said) if !why.contains(&said) => why.push(said),
                _ => {}
            }
        }
        if !why.is_empty() {
            return Some(why.join("; "));
        }
        let is_unclear = |cell: &&Cell| {
            self.speed_up(cells, cell).is_none()
                || (peer(cells, cell).is_some() && self.times_cpython(cells, cell).is_none())
        };
        let unclear = cells.iter().filter(is_unclear).count();
        (unclear > 0).then(|| match cells.iter().map(|cell| cell.total.count()).min() {
            Some(trials) if cells.iter().any(|cell| cell.total.are_too_few()) => {
                format!("{} of each size cannot tell them apart", count(trials, "trial"))
            }
            _ => UNCLEAR.to_owned(),
        })
    }
}

/// Why a single ratio is left out.
pub const UNCLEAR: &str = "what the trials do not tell apart is not compared";

/// What a backend's times say that cannot be, unless other programs had the processors.
pub fn impossible(cells: &[Cell], backend: Backend, cores: usize) -> Option<String> {
    let of: Vec<&Cell> = cells.iter().filter(|cell| cell.backend == backend).collect();
    let (first, last, cores) = (*of.first()?, *of.last()?, cores.max(1));
    if first.size == last.size || of.iter().any(|cell| cell.total.are_too_few()) {
        return None;
    }
    let many = |n: usize| backend.many(n);
    let total = |cell: &Cell| cell.total.median;
    // Another language's loop says nothing about Python's pool.
    let alone = cell(cells, Backend::Sequential, 0).filter(|_| !backend.is_cpython());
    if let (Some(alone), Some(one)) = (alone, of.iter().find(|cell| cell.size == 1))
        && alone.total.are_longer(&one.total)
        && contention::is_impossible(total(alone).0 as f64, total(one).0 as f64)
    {
        return Some(format!(
            "a pool of 1 took {} and the same without a pool {}, which cannot be",
            total(one),
            total(alone)
        ));
    }
    let (base, best) = (alone.unwrap_or(first), best(&of)?);
    if best.size == first.size || !base.total.are_longer(&best.total) {
        return None;
    }
    let factor = total(base).ratio_to(total(best));
    let most = best.size.min(cores) as f64 / base.size.clamp(1, cores) as f64;
    let saved = total(base).since(total(best));
    let is_known = base.busy > Nanos::ZERO;
    let cannot_be = contention::is_impossible(factor, most) || (is_known && saved > base.busy);
    cannot_be.then(|| {
        format!(
            "{} took {} and {} {}, which the sizes cannot explain",
            many(first.size),
            total(first),
            many(best.size),
            total(best)
        )
    })
}

/// The smallest of the pools that are as fast as the fastest.
pub fn best<'a>(of: &[&'a Cell]) -> Option<&'a Cell> {
    let fastest = *of.iter().min_by_key(|cell| cell.total.median)?;
    of.iter().copied().find(|cell| !cell.total.are_longer(&fastest.total))
}
