//! What is drawn in the plot.

use super::Scales;
use crate::topics::pool_size::analysis::{self, Cell};
use crate::topics::pool_size::laps::NAMES;
use crate::topics::pool_size::plan::Backend;
use crate::topics::pool_size::stage::figure::Mode;
use crate::topics::pool_size::stage::looks;
use egui::{Align2, Color32, RichText, Stroke};
use egui_plot::{
    Bar, BarChart, Line, LineStyle, MarkerShape, PlotPoint, PlotPoints, PlotUi, Points, Text,
};

impl Scales<'_, '_> {
    /// Everything, from the back to the front.
    pub(super) fn draw(&self, plot: &mut PlotUi<'_>) {
        if self.figure.mode == Mode::SpeedUp {
            self.speed_ups(plot);
        } else {
            self.bars(plot);
            self.alone(plot);
        }
        for cell in &self.figure.cells {
            self.spread(plot, cell);
        }
        self.points(plot);
        for cell in &self.figure.cells {
            self.median(plot, cell);
        }
    }

    /// The medians of the parts, stacked.
    fn bars(&self, plot: &mut PlotUi<'_>) {
        let theme = self.figure.theme();
        let mut below: Vec<BarChart> = Vec::new();
        for (part, colour) in looks::parts(theme).into_iter().enumerate() {
            let bars = self.figure.cells.iter().map(|cell| {
                let mine = cell.backend == self.figure.backend;
                let colour = if mine {
                    colour
                } else {
                    looks::faded(theme, colour)
                };
                Bar::new(self.x(cell.backend, cell.size), cell.parts[part].0 as f64)
                    .width(0.62 * self.column)
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

    /// How long it takes without a pool, across all sizes.
    fn alone(&self, plot: &mut PlotUi<'_>) {
        let Some(cell) = analysis::cell(&self.figure.cells, Backend::Sequential, 0) else {
            return;
        };
        let y = cell.total.median.0 as f64;
        let ends = vec![[0.0, y], [self.places.len() as f64 - 0.5, y]];
        let colour = looks::dots(self.figure.theme(), Backend::Sequential);
        plot.line(
            Line::new("one after another", ends)
                .stroke(Stroke::new(1.2, colour))
                .style(LineStyle::dashed_dense())
                .allow_hover(false),
        );
    }

    /// From quartile to quartile.
    fn spread(&self, plot: &mut PlotUi<'_>, cell: &Cell) {
        let value = |total| self.figure.value(cell.backend, total);
        let (low, high) = (value(cell.total.low), value(cell.total.high));
        let theme = self.figure.theme();
        let colour = looks::dots(theme, cell.backend);
        let bar = Bar::new(self.x(cell.backend, cell.size), (high - low).abs())
            .base_offset(low.min(high))
            .width(0.74 * self.column)
            .fill(colour.gamma_multiply(0.13))
            .stroke(Stroke::new(1.0, colour.gamma_multiply(0.4)));
        plot.bar_chart(BarChart::new("spread", vec![bar]).allow_hover(false));
    }

    fn points(&self, plot: &mut PlotUi<'_>) {
        let theme = self.figure.theme();
        for backend in &self.figure.backends {
            let mine = || self.figure.over().filter(|t| t.backend == *backend);
            let places = |beyond: bool| -> PlotPoints<'_> {
                let all = mine().filter(|t| self.is_beyond(t) == beyond);
                all.map(|t| self.dot(t)).map(|p| [p.x, p.y]).collect()
            };
            let colour = looks::dots(theme, *backend);
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
        let (x, half) = (self.x(cell.backend, cell.size), 0.44 * self.column);
        let y = self.figure.value(cell.backend, cell.total.median);
        let ends = vec![[x - half, y], [x + half, y]];
        let line = Line::new("median", ends).stroke(Stroke::new(2.0, theme.text));
        plot.line(line.allow_hover(false));
        let mine = cell.backend == self.figure.backend;
        let wide = self.column * self.room > 34.0;
        if !(wide || mine && self.room > 60.0) {
            return;
        }
        let said = match self.figure.mode {
            Mode::SpeedUp => format!("{y:.2}"),
            _ => self.unit.show(y),
        };
        // Above all its dots, so that it covers none.
        let dots = (self.figure.over())
            .filter(|t| (t.backend, t.size) == (cell.backend, cell.size))
            .map(|t| self.dot(t).y);
        let above = dots.fold(y, f64::max) + 5.0 * self.per_point;
        let top = self.most - 13.0 * self.per_point;
        let ink = if mine { theme.text } else { theme.muted };
        let said = RichText::new(said).font(theme.mono_small());
        let label = Text::new("median", PlotPoint::new(x, above.min(top)), said);
        plot.text(
            label
                .color(ink)
                .anchor(Align2::CENTER_BOTTOM)
                .allow_hover(false),
        );
    }

    /// What the cores allow, what was measured, and Amdahl's law through it.
    fn speed_ups(&self, plot: &mut PlotUi<'_>) {
        let figure = self.figure;
        let (theme, cores) = (figure.theme(), figure.cores() as f64);
        let Some(base) = figure
            .base(figure.backend)
            .filter(|_| !figure.sizes.is_empty())
        else {
            return;
        };
        let able = |size: f64| size.clamp(1.0, cores);
        let ideal = |size: f64| able(size) / able(base.size as f64);
        let line = Line::new("ideal", self.curve(ideal))
            .stroke(Stroke::new(1.5, theme.faint))
            .style(LineStyle::Dashed { length: 4.0 });
        plot.line(line.allow_hover(false));
        for backend in &self.pools {
            let cells = figure.cells.iter().filter(|c| c.backend == *backend);
            let points = cells.map(|c| {
                let value = figure.value(*backend, c.total.median);
                [self.x(*backend, c.size), value]
            });
            let line = Line::new("medians", points.collect::<PlotPoints<'_>>());
            let colour = looks::dots(theme, *backend).gamma_multiply(0.5);
            plot.line(line.stroke(Stroke::new(1.0, colour)).allow_hover(false));
        }
        if let Ok(fit) = analysis::amdahl(&figure.cells, figure.backend, figure.cores()) {
            let speed = |size: f64| base.total.0 as f64 / fit.time(size).max(1.0);
            let line = Line::new("Amdahl's law", self.curve(speed));
            plot.line(
                line.stroke(Stroke::new(1.5, theme.accent))
                    .allow_hover(false),
            );
        }
    }

    /// A function of the pool size; between two sizes of the axis it goes on evenly.
    fn curve(&self, of: impl Fn(f64) -> f64) -> PlotPoints<'static> {
        const STEPS: usize = 16;
        let pools = self
            .places
            .iter()
            .enumerate()
            .filter(|(_, size)| **size > 0);
        let pools: Vec<(f64, f64)> = pools.map(|(x, size)| (x as f64, *size as f64)).collect();
        let mut points = Vec::new();
        for pair in pools.windows(2) {
            let ((x, from), (_, to)) = (pair[0], pair[1]);
            points.extend((0..STEPS).map(|step| {
                let part = step as f64 / STEPS as f64;
                [x + part, of(from + (to - from) * part)]
            }));
        }
        points.extend(pools.last().map(|(x, size)| [*x, of(*size)]));
        points.into()
    }
}
