//! What is drawn in the plot.

use super::Scales;
use crate::topics::pool_size::analysis::{self, Cell};
use crate::topics::pool_size::plan::Backend;
use crate::topics::pool_size::sections::NAMES;
use crate::topics::pool_size::stage::figure::Mode;
use crate::topics::pool_size::stage::looks;
use egui::{Color32, Stroke};
use egui_plot::{Bar, BarChart, Line, LineStyle, MarkerShape, PlotPoints, PlotUi, Points};

impl Scales<'_, '_> {
    /// Everything, from the back to the front.
    pub(super) fn draw(&self, plot: &mut PlotUi<'_>) {
        if self.figure.mode != Mode::SpeedUp {
            self.bars(plot);
        }
        for stretch in self.stretches() {
            plot.line(
                Line::new(stretch.name, stretch.points)
                    .stroke(stretch.stroke)
                    .style(stretch.style)
                    .allow_hover(false),
            );
        }
        for cell in self.figure.drawn_cells() {
            self.spread(plot, cell);
        }
        self.points(plot);
        for cell in self.figure.drawn_cells() {
            self.median(plot, cell);
        }
    }

    /// The medians of the parts, stacked.
    fn bars(&self, plot: &mut PlotUi<'_>) {
        let theme = self.figure.theme();
        let mut below: Vec<BarChart> = Vec::new();
        for (part, colour) in looks::parts(theme).into_iter().enumerate() {
            let bars = self.figure.drawn_cells().map(|cell| {
                let mine = cell.backend == self.figure.backend;
                let colour = if mine { colour } else { looks::faded(theme, colour) };
                Bar::new(self.x(cell.backend, cell.size), cell.parts[part].0 as f64)
                    .width(super::BAR * self.column)
                    .fill(colour)
                    .stroke(Stroke::NONE)
            });
            let chart = BarChart::new(NAMES[part], bars.collect())
                .allow_hover(false)
                .stack_on(&below.iter().collect::<Vec<_>>());
            below.push(chart);
        }
        below.into_iter().for_each(|chart| plot.bar_chart(chart));
    }

    /// From quartile to quartile.
    fn spread(&self, plot: &mut PlotUi<'_>, cell: &Cell) {
        let value = |total| self.figure.value(cell.backend, total);
        let (low, high) = (value(cell.total.low), value(cell.total.high));
        let theme = self.figure.theme();
        let colour = looks::dots(theme, cell.backend);
        let bar = Bar::new(self.x(cell.backend, cell.size), (high - low).abs())
            .base_offset(low.min(high))
            .width(super::BOX * self.column)
            .fill(colour.gamma_multiply(0.13))
            .stroke(Stroke::new(1.0, colour.gamma_multiply(0.4)));
        plot.bar_chart(BarChart::new("spread", vec![bar]).allow_hover(false));
    }

    fn points(&self, plot: &mut PlotUi<'_>) {
        let theme = self.figure.theme();
        for backend in self.figure.drawn() {
            let mine = || self.figure.over().filter(|t| t.backend == backend);
            let places = |beyond: bool| -> PlotPoints<'_> {
                let all = mine().filter(|t| self.is_beyond(t) == beyond);
                all.map(|t| self.dot(t)).map(|p| [p.x, p.y]).collect()
            };
            let colour = looks::dots(theme, backend);
            let layers: [(f32, Color32); 2] = [(3.4, theme.stage), (2.4, colour)];
            for (radius, colour) in layers {
                let dots = Points::new(backend.title(), places(false));
                plot.points(dots.radius(radius).color(colour).allow_hover(false));
            }
            let beyond = Points::new("beyond", places(true)).shape(MarkerShape::Up);
            plot.points(beyond.radius(4.0).color(colour).allow_hover(false));
        }
    }

    fn median(&self, plot: &mut PlotUi<'_>, cell: &Cell) {
        let theme = self.figure.theme();
        let (x, half) = (self.x(cell.backend, cell.size), super::LINE / 2.0 * self.column);
        let y = self.figure.value(cell.backend, cell.total.median);
        let ends = vec![[x - half, y], [x + half, y]];
        let line = Line::new("median", ends).stroke(Stroke::new(2.0, theme.text));
        plot.line(line.allow_hover(false));
    }

    /// The lines that go across the columns.
    fn stretches(&self) -> Vec<Stretch> {
        match self.figure.mode {
            Mode::SpeedUp => self.speed_ups(),
            _ => self.alone().into_iter().collect(),
        }
    }

    /// How long it takes without a pool, across all sizes.
    fn alone(&self) -> Option<Stretch> {
        let cell = analysis::cell(&self.figure.cells, Backend::Sequential, 0);
        let cell =
            cell.filter(|_| self.places.len() > 1 && self.figure.draws(Backend::Sequential))?;
        let y = cell.total.median.0 as f64;
        let colour = looks::dots(self.figure.theme(), Backend::Sequential);
        Some(Stretch {
            name: "one after another",
            points: vec![[0.0, y], [self.places.len() as f64 - 0.5, y]],
            stroke: Stroke::new(1.2, colour),
            style: LineStyle::dashed_dense(),
        })
    }

    /// What the cores allow, what was measured, and Amdahl's law through it, as far as each worker has a core.
    fn speed_ups(&self) -> Vec<Stretch> {
        let figure = self.figure;
        let (theme, cores) = (figure.theme(), figure.cores() as f64);
        let Some(base) = figure.base(figure.backend).filter(|_| !figure.sizes.is_empty()) else {
            return Vec::new();
        };
        let able = |size: f64| size.clamp(1.0, cores);
        let ideal = |size: f64| able(size) / able(base.size as f64);
        let mut all = vec![Stretch {
            name: "ideal",
            points: self.curve(f64::INFINITY, ideal),
            stroke: Stroke::new(1.5, theme.faint),
            style: LineStyle::Dashed { length: 4.0 },
        }];
        all.extend(self.pools.iter().map(|backend| {
            let cells = figure.cells.iter().filter(|c| c.backend == *backend);
            let points = cells.map(|c| {
                let value = figure.value(*backend, c.total.median);
                [self.x(*backend, c.size), value]
            });
            let colour = looks::dots(theme, *backend).gamma_multiply(0.5);
            Stretch {
                name: "medians",
                points: points.collect(),
                stroke: Stroke::new(1.0, colour),
                style: LineStyle::Solid,
            }
        }));
        if let Ok(fit) = figure.amdahl(figure.backend) {
            let speed = |size: f64| base.total.0 as f64 / fit.time(size).max(1.0);
            all.push(Stretch {
                name: "Amdahl's law",
                points: self.curve(cores, speed),
                stroke: Stroke::new(2.0, theme.accent),
                style: LineStyle::Solid,
            });
        }
        all
    }

    /// A function of the pool size, up to a size; between two sizes of the axis it goes on evenly.
    fn curve(&self, most: f64, of: impl Fn(f64) -> f64) -> Vec<[f64; 2]> {
        const STEPS: usize = 16;
        let pools = self.places.iter().enumerate().filter(|(_, size)| **size > 0);
        let pools: Vec<(f64, f64)> = (pools.map(|(x, size)| (x as f64, *size as f64)))
            .filter(|(_, size)| *size <= most)
            .collect();
        let mut points = Vec::new();
        for pair in pools.windows(2) {
            let ((x, from), (_, to)) = (pair[0], pair[1]);
            points.extend((0..STEPS).map(|step| {
                let part = step as f64 / STEPS as f64;
                [x + part, of(from + (to - from) * part)]
            }));
        }
        points.extend(pools.last().map(|(x, size)| [*x, of(*size)]));
        points
    }
}

/// A line across the columns.
struct Stretch {
    name: &'static str,
    /// Where it goes, in values of the plot.
    points: Vec<[f64; 2]>,
    stroke: Stroke,
    style: LineStyle,
}
