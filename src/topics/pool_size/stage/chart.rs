//! The plot: a column for each backend and pool size, a dot for each trial.

mod columns;
mod marks;

use super::figure::{Figure, Mode};
use super::looks::{self, Unit};
use super::words;
use crate::topics::pool_size::plan::Backend;
use crate::topics::pool_size::trials::Trial;
use crate::trace::Nanos;
use crate::widgets::text;
use crate::widgets::theme::Theme;
use egui::{
    Align2, Color32, FontId, Pos2, Rangef, Rect, RichText, Role, Sense, Stroke, Ui, UiBuilder,
    Vec2, WidgetInfo, vec2,
};
use egui_plot::{AxisHints, GridInput, GridMark, Plot, PlotPoint, PlotTransform};

/// Part of its place along x that a size's columns take.
const GROUP: f64 = 0.84;
/// Narrowest column that has its median written beside it, and the widest column, in points.
const COLUMN: [f64; 2] = [30.0, 64.0];
/// Width of a median beside its line.
const LABEL: f64 = 36.0;
/// Parts of a column's width that its bar, its box and its line take.
const BAR: f64 = 0.62;
const BOX: f64 = 0.74;
const LINE: f64 = 0.88;
/// Width of the numbers along y, and height of the names along x.
const AXES: Vec2 = vec2(42.0, 18.0);
/// Height of a line below the names along x, and of a plot that has a title there.
const LINE_BELOW: f32 = 14.0;
const TITLED: f32 = 120.0;

/// Where things are.
struct Scales<'f, 'a> {
    figure: &'f Figure<'a>,
    places: Vec<usize>,
    /// Backends that have pools: they stand side by side.
    pools: Vec<Backend>,
    /// Width of a column along x, and from the middle of one to that of the next.
    column: f64,
    pitch: f64,
    /// Medians are written beside their lines: this much of x is kept for one. Else they stand in a row below.
    beside: Option<f64>,
    /// Largest value in view.
    most: f64,
    unit: Unit,
    /// Values in a point, up and along.
    per_point: f64,
    /// Points that a place along x has.
    room: f64,
}

/// Draws the plot into an area, and answers with the trial that was picked.
pub fn show<'f>(ui: &mut Ui, area: Rect, figure: &'f Figure<'_>) -> Option<&'f Trial> {
    if area.width() < 80.0 || area.height() < 50.0 {
        return None;
    }
    let (area, title) = match area.height() >= TITLED {
        true => area.split_top_bottom_at_y(area.bottom() - LINE_BELOW),
        false => (area, Rect::NOTHING),
    };
    let mut scales = Scales::new(figure, area);
    let medians = (scales.beside.is_none() && !figure.cells.is_empty()).then(|| {
        let (above, below) = area.split_top_bottom_at_y(area.bottom() - LINE_BELOW);
        scales = Scales::new(figure, above);
        below
    });
    let area = medians.map_or(area, |below| area.with_max_y(below.top()));
    let theme = figure.theme();
    let count = scales.places.len().max(1) as f64;
    let (bottom, step) = (0.0, looks::step(scales.most, steps(area)));
    let x = AxisHints::new_x()
        .formatter(|mark, _| scales.place_name(mark.value))
        .label_spacing(Rangef::new(1.0, 1.1))
        .tick_label_color(theme.text)
        .tick_label_font(theme.body());
    let y = AxisHints::new_y()
        .formatter(|mark, _| scales.value_name(mark.value, step))
        .label_spacing(Rangef::new(1.0, 1.1))
        .min_thickness(AXES.x)
        .tick_label_color(theme.muted)
        .tick_label_font(theme.mono_small());
    let marks = |step: f64| {
        move |input: GridInput| {
            let (from, to) = input.bounds;
            let first = (from / step).ceil() as i64;
            let last = (to / step + 1e-9).floor() as i64;
            let value = |mark: i64| mark as f64 * step;
            (first..=last).map(|mark| GridMark { value: value(mark), step_size: step }).collect()
        }
    };
    let plot = Plot::new("pool sizes")
        .custom_x_axes(vec![x])
        .custom_y_axes(vec![y])
        .x_grid_spacer(marks(1.0))
        .y_grid_spacer(marks(step))
        .grid_spacing(Rangef::new(1.0, 1.1))
        .grid_color(theme.hairline)
        .grid_fade(0.0)
        .show_grid([false, true])
        .show_background(false)
        .show_x(false)
        .show_y(false)
        .label_formatter(|_| None)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(false)
        .allow_double_click_reset(false)
        .set_margin_fraction(Vec2::ZERO)
        .sense(Sense::hover())
        .default_x_bounds(-0.5, count - 0.5)
        .default_y_bounds(bottom, scales.most);
    ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        let drawn = plot.show(ui, |plot| {
            plot.set_plot_bounds_x(-0.5..=count - 0.5);
            plot.set_plot_bounds_y(bottom..=scales.most);
            scales.draw(plot);
        });
        scales.columns(ui, &drawn.transform);
        let whose = scales.medians(ui, &drawn.transform, medians);
        axis_title(ui, title, figure, whose);
        scales.dots(ui, &drawn.transform)
    })
    .inner
}

/// Says below the plot what stands along x, and whose medians are written where that is not all of them.
fn axis_title(ui: &Ui, line: Rect, figure: &Figure<'_>, whose: Option<Backend>) {
    let mut pools = figure.drawn().filter(|backend| backend.has_pools());
    let Some(first) = pools.next().filter(|_| line.is_positive()) else {
        return;
    };
    let is_of_threads = |backend| backend == Backend::Threads;
    let mixed = pools.any(|other| is_of_threads(other) != is_of_threads(first));
    let along = match (mixed, is_of_threads(first)) {
        (true, _) => "workers in the pool",
        (false, true) => "threads in the pool",
        (false, false) => "processes in the pool",
    };
    let said = match whose {
        Some(backend) => format!("{along}; medians of {}", backend.title()),
        None => along.to_owned(),
    };
    let theme = figure.theme();
    let line = line.with_min_x(line.left() + AXES.x);
    text::line(ui.painter(), line, Align2::CENTER_CENTER, &said, &theme.small(), theme.muted);
}

/// About how many lines the grid has.
fn steps(area: Rect) -> f64 {
    f64::from(area.height() / 32.0).clamp(3.0, 7.0)
}

impl<'f, 'a> Scales<'f, 'a> {
    fn new(figure: &'f Figure<'a>, area: Rect) -> Self {
        let places = figure.places();
        let pools = figure.drawn().filter(|backend| backend.has_pools());
        let pools: Vec<Backend> = pools.collect();
        let room = f64::from(area.width() - AXES.x) / places.len().max(1) as f64;
        let pitch = GROUP * room / pools.len().max(1) as f64;
        let has_labels = pitch >= COLUMN[0] + LABEL;
        let kept = if has_labels { LABEL } else { 0.0 };
        let column = (pitch - kept).min(COLUMN[1]);
        let most = most(figure);
        let most = match most > 0.0 {
            true => most,
            false => 1.0,
        };
        Self {
            figure,
            places,
            pools,
            column: column / room,
            pitch: (column + kept) / room,
            beside: has_labels.then_some(kept / room),
            most,
            unit: Unit::for_most(most),
            per_point: most / f64::from((area.height() - AXES.y).max(1.0)),
            room,
        }
    }

    /// The middle of a column.
    fn x(&self, backend: Backend, size: usize) -> f64 {
        let place = self.places.iter().position(|place| *place == size);
        // A line and what is written beside it stand in the middle together.
        let place = place.unwrap_or(0) as f64 - self.beside.unwrap_or(0.0) / 2.0;
        match self.pools.iter().position(|pool| *pool == backend) {
            Some(which) => {
                let middle = (self.pools.len() - 1) as f64 / 2.0;
                place + (which as f64 - middle) * self.pitch
            }
            None => place,
        }
    }

    fn dot(&self, trial: &Trial) -> PlotPoint {
        let x = self.x(trial.backend, trial.size);
        let value = self.figure.value(trial.backend, trial.total());
        // What is beyond the top stands at it.
        let top = self.most - 5.0 * self.per_point;
        PlotPoint::new(x + looks::jitter(trial.number) * 0.26 * self.column, value.min(top))
    }

    fn is_beyond(&self, trial: &Trial) -> bool {
        self.figure.value(trial.backend, trial.total()) > self.most
    }

    fn place_name(&self, at: f64) -> String {
        let Some(size) = self.places.get(at.round().max(0.0) as usize) else {
            return String::new();
        };
        match size {
            0 if self.room > 60.0 => "no pool".to_owned(),
            0 => "none".to_owned(),
            n => n.to_string(),
        }
    }

    fn value_name(&self, value: f64, step: f64) -> String {
        if self.figure.cells.is_empty() {
            return String::new();
        }
        let (value, step, unit) = match self.figure.mode {
            Mode::SpeedUp => (value, step, "×"),
            _ => (value / self.unit.nanos, step / self.unit.nanos, self.unit.name),
        };
        let digits = (-step.log10()).ceil().clamp(0.0, 3.0) as usize;
        // The unit once, at the top.
        let top = value + step > self.most / self.scale();
        match top {
            true => format!("{value:.digits$} {unit}"),
            false => format!("{value:.digits$}"),
        }
    }

    fn scale(&self) -> f64 {
        match self.figure.mode {
            Mode::SpeedUp => 1.0,
            _ => self.unit.nanos,
        }
    }

    /// Makes each dot something to point at and to click; the trial that was clicked.
    fn dots(&self, ui: &Ui, transform: &PlotTransform) -> Option<&'f Trial> {
        let figure = self.figure;
        let theme = figure.theme();
        let current = figure.at_cursor().map(|trial| trial.announced);
        let mut picked = None;
        for trial in figure.dots() {
            let at: Pos2 = transform.position_from_point(&self.dot(trial));
            let id = ui.scope_id().with((trial.backend, trial.size, trial.number));
            let place = Rect::from_center_size(at, Vec2::splat(9.0));
            let response = ui.interact(place, id, Sense::click());
            let mine = current == Some(trial.announced);
            response.widget_info(|| {
                let said = format!("{}: {}", words::name(trial), trial.total());
                WidgetInfo::selected(Role::Button, true, mine, said)
            });
            if response.hovered() || response.has_focus() {
                let stroke = Stroke::new(1.5, theme.accent);
                ui.painter().circle_stroke(at, 5.0, stroke);
            }
            if mine {
                let rings = [(4.0, theme.stage), (2.0, theme.accent)];
                for (width, colour) in rings {
                    ui.painter().circle_stroke(at, 6.0, Stroke::new(width, colour));
                }
            }
            if response.clicked() {
                picked = Some(trial);
            }
            if response.hovered() {
                response.on_hover_ui(|ui| details(ui, trial));
            }
        }
        picked
    }
}

/// What a trial was, line by line.
fn details(ui: &mut Ui, trial: &Trial) {
    let theme = Theme::of(ui);
    let mut lines = vec![(words::name(trial), theme.label(), theme.text)];
    if trial.backend.has_pools() {
        lines.extend(parts_lines(trial.parts, theme));
    }
    let all = format!("{:<10}{}", "all", trial.total());
    lines.push((all, theme.mono(), theme.text));
    let hint = "Click to see it in the lanes".to_owned();
    lines.push((hint, theme.small(), theme.muted));
    show_lines(ui, lines);
}

/// A line of a tooltip.
type TipLine = (String, FontId, Color32);

fn parts_lines(parts: [Nanos; 3], theme: &Theme) -> impl Iterator<Item = TipLine> {
    let names = ["start", "map", "shut down"].into_iter();
    names.zip(parts).map(|(name, time)| {
        let said = format!("{name:<10}{time}");
        (said, theme.mono(), theme.text)
    })
}

fn show_lines(ui: &mut Ui, lines: Vec<TipLine>) {
    ui.spacing_mut().item_spacing.y = 3.0;
    for (text, font, colour) in lines {
        ui.add(egui::Label::new(RichText::new(text).font(font).color(colour)).extend());
    }
}

/// The largest value in view: of all dots, unless a few are so far off that the others would be flat.
fn most(figure: &Figure<'_>) -> f64 {
    let value = |backend, total| figure.value(backend, total);
    let highs = figure.drawn_cells().map(|cell| {
        let (low, high) = (cell.total.low, cell.total.high);
        value(cell.backend, low).max(value(cell.backend, high))
    });
    let quartiles = highs.fold(0.0, f64::max);
    let all = figure.dots().map(|t| value(t.backend, t.total()));
    let all = all.fold(0.0, f64::max);
    let dots = all.min(1.8 * quartiles);
    let ideal = match (figure.mode, figure.base(figure.backend), figure.sizes.last()) {
        (Mode::SpeedUp, Some(base), Some(last)) => {
            let able = |size: usize| size.clamp(1, figure.cores()) as f64;
            // As much of it as leaves the dots their room.
            (able(*last) / able(base.size)).clamp(1.0, (2.0 * dots).max(1.0))
        }
        _ => 0.0,
    };
    1.16 * dots.max(ideal)
}
