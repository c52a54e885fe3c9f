//! Lines across the columns: what the cores allow, what was measured, Amdahl's law, and the loop without a pool.

use super::chart::Chart;
use super::figure::{Figure, Mode};
use super::looks;
use crate::topics::pool_size::analysis;
use crate::topics::pool_size::plan::Backend;
use egui::{Pos2, Stroke, pos2};

/// A line: its points, its stroke, and whether it is dashed.
pub type Curve = (Vec<Pos2>, Stroke, bool);

/// The lines that have a name, with their stroke and whether they are dashed.
pub fn keys(figure: &Figure<'_>) -> Vec<(&'static str, Stroke, bool)> {
    if figure.mode != Mode::SpeedUp || !figure.drawn().any(Backend::has_pools) {
        return Vec::new();
    }
    let theme = figure.view.theme;
    let ideal = ("ideal", Stroke::new(1.5, theme.faint), true);
    let law = figure.amdahl(figure.backend);
    let law = law.map(|_| ("Amdahl's law", Stroke::new(2.0, theme.accent), false));
    [ideal].into_iter().chain(law).collect()
}

/// The lines of a chart.
pub fn all(chart: &Chart<'_, '_>) -> Vec<Curve> {
    match chart.figure.mode {
        Mode::SpeedUp => speed_ups(chart),
        _ => alone(chart).into_iter().collect(),
    }
}

/// How long it takes without a pool, across all sizes.
fn alone(chart: &Chart<'_, '_>) -> Option<Curve> {
    let figure = chart.figure;
    let cell = analysis::cell(&figure.cells, Backend::Sequential, 0)
        .filter(|_| chart.places.len() > 1 && figure.draws(Backend::Sequential))?;
    let y = chart.y(cell.total.median.0 as f64);
    let ends = [chart.x(Backend::Sequential, 0), chart.plot.right()];
    let colour = looks::dots(figure.view.theme, Backend::Sequential);
    Some((ends.map(|x| pos2(x, y)).to_vec(), Stroke::new(1.2, colour), true))
}

/// What the cores allow, what was measured, and Amdahl's law through it, as far as each worker has a core.
fn speed_ups(chart: &Chart<'_, '_>) -> Vec<Curve> {
    let figure = chart.figure;
    let Some(base) = figure.base(figure.backend) else { return Vec::new() };
    let (theme, cores) = (figure.view.theme, figure.cores() as f64);
    let able = |size: f64| size.clamp(1.0, cores);
    let ideal = |size: f64| able(size) / able(base.size as f64);
    let mut named = keys(figure).into_iter();
    let mut add =
        |points: Vec<Pos2>| named.next().map(|(_, stroke, dashed)| (points, stroke, dashed));
    let mut all: Vec<Curve> = add(curve(chart, f64::INFINITY, ideal)).into_iter().collect();
    all.extend(chart.pools.iter().map(|backend| {
        let cells = figure.cells.iter().filter(|cell| cell.backend == *backend);
        let points = cells.map(|cell| chart.point(cell, cell.total.median));
        let colour = looks::dots(theme, *backend).gamma_multiply(0.5);
        (points.collect(), Stroke::new(1.0, colour), false)
    }));
    if let Ok(fit) = figure.amdahl(figure.backend) {
        let speed = |size: f64| base.total.0 as f64 / fit.time(size).max(1.0);
        all.extend(add(curve(chart, cores, speed)));
    }
    all
}

/// A function of the pool size, up to a size; between two sizes of the axis it goes on evenly.
fn curve(chart: &Chart<'_, '_>, most: f64, of: impl Fn(f64) -> f64) -> Vec<Pos2> {
    const STEPS: usize = 16;
    let pools = chart.places.iter().enumerate().filter(|(_, size)| **size > 0);
    let pools: Vec<(f64, f64)> = (pools.map(|(place, size)| (place as f64, *size as f64)))
        .filter(|(_, size)| *size <= most)
        .collect();
    let at = |place: f64, size: f64| pos2(chart.middle(place), chart.y(of(size)));
    let between = pools.windows(2).flat_map(|pair| {
        let ((place, from), (_, to)) = (pair[0], pair[1]);
        (0..STEPS).map(move |step| {
            let part = step as f64 / STEPS as f64;
            (place + part, from + (to - from) * part)
        })
    });
    between.chain(pools.last().copied()).map(|(place, size)| at(place, size)).collect()
}
