//! A trial without a pool: one number after another.

use super::Bench;
use crate::record::thread::Failure;
use crate::topics::pool_size::sections::{Part, Trial};
use crate::topics::pool_size::work::square;
use std::hint::black_box;

/// One trial.
pub fn trial(bench: &Bench<'_>, trial: &Trial) -> Result<Vec<i64>, Failure> {
    let log = bench.lab.main;
    log.at("main.map");
    trial.run(log, Part::Map, || {
        let squares = bench.plan.numbers.iter().map(|n| {
            log.check()?;
            Ok(square(black_box(*n), bench.rounds))
        });
        squares.collect()
    })
}
