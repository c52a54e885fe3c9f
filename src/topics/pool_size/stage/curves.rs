//! Lines across the columns: what the cores allow, what was measured, Amdahl's law, and the loop without a pool.

use super::chart::Chart;
use super::figure::{Figure, Mode};
use super::looks;
use crate::topics::pool_size::analysis;
use crate::topics::pool_size::plan::Backend;
use crate::widgets::plot::line;
use egui::Stroke;
use egui_plot::{Line, PlotPoints};

/// The lines that have a name, with their stroke and whether they are dashed.
pub fn keys(figure: &Figure<'_>) -> Vec<(&'static str, Stroke, bool)> {
    let is_told = figure.plots(figure.backend) && figure.drawn().any(Backend::has_pools);
    if figure.mode != Mode::SpeedUp || !is_told {
        return Vec::new();
    }
    let theme = figure.view.theme;
    let ideal = ("ideal", Stroke::new(1.5, theme.faint), true);
    let law = figure.amdahl(figure.backend);
    let law = law.map(|_| ("Amdahl's law", Stroke::new(2.0, theme.accent), false));
    [ideal].into_iter().chain(law).collect()
}

/// The lines of a chart.
pub fn all<'c>(chart: &'c Chart<'_, '_>) -> Vec<Line<'c>> {
    match chart.figure.mode {
        Mode::SpeedUp => speed_ups(chart),
        _ => alone(chart).into_iter().collect(),
    }
}

/// How long it takes without a pool, across all sizes.
fn alone<'c>(chart: &Chart<'_, '_>) -> Option<Line<'c>> {
    let figure = chart.figure;
    let cell = analysis::cell(&figure.cells, Backend::Sequential, 0)
        .filter(|_| chart.places.len() > 1 && figure.draws(Backend::Sequential))?;
    let [x, y] = chart.point(cell, cell.total.median);
    let ends = vec![[x, y], [chart.places.len() as f64 - 0.5, y]];
    let colour = looks::dots(figure.view.theme, Backend::Sequential);
    Some(line(Backend::Sequential.title(), ends, Stroke::new(1.2, colour), true))
}

/// What the cores allow, what was measured, and Amdahl's law through it, as far as each worker has a core.
fn speed_ups<'c>(chart: &'c Chart<'_, '_>) -> Vec<Line<'c>> {
    let figure = chart.figure;
    let base = figure.base(figure.backend).filter(|_| figure.plots(figure.backend));
    let Some(base) = base else { return Vec::new() };
    let (theme, cores) = (figure.view.theme, figure.cores() as f64);
    let able = move |size: f64| size.clamp(1.0, cores);
    let ideal = move |size: f64| able(size) / able(base.size as f64);
    let mut named = keys(figure).into_iter();
    let mut add = |points: PlotPoints<'c>| {
        named.next().map(|(name, stroke, is_dashed)| line(name, points, stroke, is_dashed))
    };
    let mut all: Vec<Line<'_>> = add(curve(chart, f64::INFINITY, ideal)).into_iter().collect();
    let pools = chart.pools.iter().filter(|backend| figure.plots(**backend));
    all.extend(pools.map(|backend| {
        let cells = figure.cells.iter().filter(|cell| cell.backend == *backend);
        let points = cells.map(|cell| chart.point(cell, cell.total.median));
        let colour = looks::dots(theme, *backend).gamma_multiply(0.5);
        line(backend.title(), points.collect::<Vec<_>>(), Stroke::new(1.0, colour), false)
    }));
    if let Ok(fit) = figure.amdahl(figure.backend) {
        let speed = move |size: f64| base.total.0 as f64 / fit.time(size).max(1.0);
        all.extend(add(curve(chart, cores, speed)));
    }
    all
}

/// A function of the pool size, up to a size; between two sizes of the axis it goes on evenly.
fn curve<'c>(chart: &'c Chart<'_, '_>, most: f64, of: impl Fn(f64) -> f64 + 'c) -> PlotPoints<'c> {
    /// From a place to the next.
    const STEPS: usize = 16;
    let places = &chart.places;
    let first = places.partition_point(|size| *size == 0);
    let last = places.partition_point(|size| *size as f64 <= most).max(first + 1) - 1;
    let size = move |place: f64| {
        let part = place.fract();
        let [from, to] = [place.floor(), place.ceil()].map(|place| places[place as usize] as f64);
        from + (to - from) * part
    };
    let steps = STEPS * (last - first) + 1;
    let range = first as f64..=last as f64;
    PlotPoints::from_explicit_callback(move |place| of(size(place)), range, steps)
}
