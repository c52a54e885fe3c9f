//! Amdahl's law, fitted.

use super::Cell;
use crate::replay::words::count;
use crate::topics::pool_size::plan::Backend;

/// Amdahl's law through the medians of a backend: time = serial + parallel ÷ workers, with a core for each worker.
#[derive(Clone, Debug, PartialEq)]
pub struct Amdahl {
    /// Nanoseconds that stay, however many work.
    pub serial: f64,
    /// Nanoseconds that are divided among the workers.
    pub parallel: f64,
    /// The pool sizes it is fitted to, rising: only sizes with a core for each worker.
    pub sizes: Vec<usize>,
}

impl Amdahl {
    /// The time it gives for a pool size with a core for each worker, in nanoseconds.
    pub fn time(&self, size: f64) -> f64 {
        self.serial + self.parallel / size.max(1.0)
    }

    /// Part of the work of one that cannot be divided, from 0 to 1.
    pub fn serial_part(&self) -> f64 {
        self.serial / (self.serial + self.parallel)
    }
}

/// Less than this part of the time divided is noise rather than work.
const MEANS_SOMETHING: f64 = 0.25;

/// The law through a backend's medians, or in a clause why it would mean nothing.
///
/// Least squares, each size once, on the medians of the whole time: of start, map and shutdown together, since that is what
/// the user waits for, and what the speed-up is of. The law takes it that each worker has a core of its own, so larger pools
/// take no part.
pub fn amdahl(cells: &[Cell], backend: Backend, cores: usize) -> Result<Amdahl, String> {
    let cores = cores.max(1);
    let of: Vec<&Cell> = (cells.iter())
        .filter(|cell| cell.backend == backend && (1..=cores).contains(&cell.size))
        .collect();
    if of.len() < 2 {
        return Err(format!(
            "it takes two pool sizes that have a core for each worker, and this machine has {}",
            count(cores, "core")
        ));
    }
    let points = of.iter().map(|cell| (1.0 / cell.size as f64, cell.total.median.0 as f64));
    let points: Vec<(f64, f64)> = points.collect();
    let n = points.len() as f64;
    let mean = |value: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(value).sum::<f64>() / n;
    let (mx, my) = (mean(&|p| p.0), mean(&|p| p.1));
    let slope = mean(&|p| (p.0 - mx) * (p.1 - my)) / mean(&|p| (p.0 - mx).powi(2));
    let serial = my - slope * mx;
    // Serial time cannot be negative: then the best line through the origin.
    let (serial, slope) = match serial < 0.0 {
        true => (0.0, mean(&|p| p.0 * p.1) / mean(&|p| p.0 * p.0)),
        false => (serial, slope),
    };
    let fit = Amdahl { serial, parallel: slope, sizes: of.iter().map(|cell| cell.size).collect() };
    let falls =
        (of.first()).is_some_and(|first| of.iter().any(|c| first.total.are_longer(&c.total)));
    if !falls || slope <= 0.0 || 1.0 - fit.serial_part() < MEANS_SOMETHING {
        return Err(match of.iter().all(|cell| cell.is_small()) {
            true => "the work is too small for it to mean anything".to_owned(),
            false => "more workers do not make it clearly faster".to_owned(),
        });
    }
    Ok(fit)
}
