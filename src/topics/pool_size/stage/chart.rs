//! The plot: a column for each backend and pool size, a dot for each trial. What is drawn is said in values; what is read
//! and clicked is a picture in the plot's scale.

use super::figure::{Figure, Mode};
use super::{curves, looks, words};
use crate::replay::words::count;
use crate::topics::pool_size::analysis::Cell;
use crate::topics::pool_size::plan::Backend;
use crate::topics::pool_size::trials::Trial;
use crate::trace::Nanos;
use crate::widgets::picture::{Does, Mark, Picture, Spot};
use crate::widgets::plot::{self, Axes};
use crate::widgets::resource::Look;
use crate::widgets::stage::StageAction;
use crate::widgets::theme::Theme;
use egui::{Align2, Color32, Rangef, Rect, Stroke, Ui, Vec2, pos2, vec2};
use egui_plot::{
    Bar, BarChart, BoxElem, BoxPlot, BoxSpread, GridMark, Line, MarkerShape, PlotPoint,
    PlotTransform, PlotUi, Points,
};

/// Part of its place along x that a size's columns take, and the widest column, in points.
const GROUP: f64 = 0.84;
const COLUMN: f64 = 64.0;
/// Parts of a column's width that its bar, its box and its line take.
const BAR: f64 = 0.62;
const BOX: f64 = 0.74;
const LINE: f64 = 0.88;
/// Width of the numbers along y, and heights of the names along x, the medians below them and the title below those.
const NUMBERS: f32 = 48.0;
const NAMES: f32 = 18.0;
const WORDS: f32 = 15.0;
const TITLE: f32 = 20.0;
/// Lowest plot that says what stands along x.
const TITLED: f32 = 120.0;

/// What stands where, in the values of the plot: along x the number of a place, along y nanoseconds or how many times as
/// fast.
pub struct Chart<'f, 'a> {
    /// What is drawn.
    pub figure: &'f Figure<'a>,
    /// Pool sizes along x; 0 without a pool.
    pub places: Vec<usize>,
    /// Backends that have pools: they stand side by side.
    pub pools: Vec<Backend>,
    /// Width of a place in points, and of a column in places.
    room: f64,
    column: f64,
    /// The largest value in view, and how much of it a point on the screen is.
    most: f64,
    per_point: f64,
    /// Nanoseconds in the unit of times, and its name.
    unit: (u64, &'static str),
    /// How many times larger than by default letters and dots are.
    by: f32,
}

/// Draws the plot into an area, unless that is too small; what is read and clicked in it.
pub fn show(ui: &mut Ui, look: &Look<'_>, area: Rect, figure: &Figure<'_>, by: f32) -> Picture {
    let mut picture = Picture::default();
    if area.width() < 80.0 || area.height() < 50.0 {
        return picture;
    }
    let theme = look.theme;
    let is_titled = area.height() >= TITLED;
    let title = if is_titled { by * TITLE } else { 0.0 };
    let medians = if figure.cells.is_empty() { 0.0 } else { by * WORDS };
    let (numbers, below) = (by * NUMBERS, by * NAMES + medians + title);
    let size = area.size() - vec2(numbers, below);
    let chart = Chart::new(figure, size, by);
    let has_all = figure.drawn_cells().all(|cell| chart.median(look, cell, true).is_some());
    // Lines along y, and with them their numbers. What is only just as far apart is left out.
    let apart = (size.y / 8.0).max(by * 24.0);
    let apart = Rangef::new(apart, 1.04 * apart);
    let scale = plot::show(
        ui,
        theme,
        "plot of pool sizes",
        area,
        Axes {
            // With room for the line at zero.
            bounds: [
                [-0.5, -2.0 * chart.per_point],
                [chart.places.len().max(1) as f64 - 0.5, chart.most],
            ],
            room: [numbers, below],
            title: along(&chart, has_all).filter(|_| is_titled).unwrap_or_default(),
            place: &|at| chart.place_name(at),
            number: &|mark| chart.value_name(mark),
            steps: |least| [looks::step(1.05 * least); 3],
            apart: [apart; 2],
        },
        |plot| chart.draw(theme, plot),
    );
    chart.spots(look, &scale, &mut picture);
    if !figure.cells.is_empty() {
        chart.medians(look, has_all, &scale, &mut picture);
    }
    picture
}

/// What stands along x, and whose medians are written where that is not all of them.
fn along(chart: &Chart<'_, '_>, has_all: bool) -> Option<String> {
    let figure = chart.figure;
    let mut pools = figure.drawn().filter(|backend| backend.has_pools());
    let is_of_threads = |backend| backend == Backend::Threads;
    let first = is_of_threads(pools.next()?);
    let along = match (pools.any(|other| is_of_threads(other) != first), first) {
        (true, _) => "workers in the pool",
        (false, true) => "threads in the pool",
        (false, false) => "processes in the pool",
    };
    let unit = match figure.mode {
        Mode::SpeedUp => String::new(),
        _ => format!(" in {}", chart.unit.1),
    };
    Some(match (has_all, figure.cells.is_empty()) {
        (true, true) => along.to_owned(),
        (true, false) if unit.is_empty() => along.to_owned(),
        (true, false) => format!("{along}; medians{unit}"),
        (false, _) => format!("{along}; medians of {}{unit}", figure.backend.title()),
    })
}

impl<'f, 'a> Chart<'f, 'a> {
    /// The chart of a plot of this size.
    fn new(figure: &'f Figure<'a>, size: Vec2, by: f32) -> Self {
        let places = figure.places();
        let pools: Vec<_> = figure.drawn().filter(|backend| backend.has_pools()).collect();
        let room = f64::from(size.x) / places.len().max(1) as f64;
        let most = Some(most(figure)).filter(|most| *most > 0.0).unwrap_or(1.0);
        Self {
            column: (GROUP / pools.len().max(1) as f64).min(f64::from(by) * COLUMN / room),
            unit: Nanos(most as u64).unit(),
            figure,
            places,
            pools,
            room,
            most,
            per_point: most / f64::from(size.y),
            by,
        }
    }

    /// The middle of a column.
    pub fn x(&self, backend: Backend, size: usize) -> f64 {
        let place = self.places.iter().position(|place| *place == size).unwrap_or(0);
        let which = self.pools.iter().position(|pool| *pool == backend);
        let beside = which.map_or(0.0, |which| which as f64 - (self.pools.len() - 1) as f64 / 2.0);
        place as f64 + beside * self.column
    }

    /// A time of a cell, in the middle of its column.
    pub fn point(&self, cell: &Cell, time: Nanos) -> [f64; 2] {
        [self.x(cell.backend, cell.size), self.figure.value(cell.backend, time)]
    }

    /// Where a trial's dot stands, and whether it is beyond the top: then it stands there.
    fn dot(&self, trial: &Trial) -> ([f64; 2], bool) {
        let value = self.figure.value(trial.of.backend, trial.wall());
        let beside = looks::jitter(trial.number) * 0.26 * self.column;
        let x = self.x(trial.of.backend, trial.of.size) + beside;
        ([x, value.min(self.most - 5.0 * self.per_point)], value > self.most)
    }

    /// The trials of a cell that are over.
    fn over(&self, cell: &Cell) -> impl Iterator<Item = &'f Trial> {
        let (backend, size) = (cell.backend, cell.size);
        self.figure.over().filter(move |trial| (trial.of.backend, trial.of.size) == (backend, size))
    }

    fn place_name(&self, at: f64) -> String {
        match self.places.get(at as usize) {
            Some(0) => Backend::Sequential.short().to_owned(),
            Some(n) => n.to_string(),
            None => String::new(),
        }
    }

    /// A value along y; the unit once, at the top.
    fn value_name(&self, mark: GridMark) -> String {
        let (scale, unit) = match self.figure.mode {
            Mode::SpeedUp => (1.0, "×"),
            _ => (self.unit.0 as f64, self.unit.1),
        };
        let digits = (-(mark.step_size / scale).log10()).ceil().clamp(0.0, 3.0) as usize;
        let said = format!("{:.digits$}", mark.value / scale);
        match mark.value + mark.step_size > self.most {
            _ if self.figure.plotted_cells().next().is_none() => String::new(),
            true => format!("{said} {unit}"),
            false => said,
        }
    }

    /// From the back to the front: the medians of the parts, stacked; the lines across; of each column the box from
    /// quartile to quartile, the dots, and the line at the median.
    fn draw<'p>(&'p self, theme: &Theme, plot: &mut PlotUi<'p>) {
        let figure = self.figure;
        let mut parts: Vec<BarChart> = Vec::new();
        for (part, colour) in looks::parts(theme).into_iter().enumerate() {
            let cells = figure.plotted_cells().filter(|_| figure.mode != Mode::SpeedUp);
            let bars = cells.map(|cell| {
                let mine = cell.backend == figure.backend;
                let colour = if mine { colour } else { looks::faded(theme, colour) };
                let [x, height] = self.point(cell, cell.parts[part]);
                let bar = Bar::new(x, height).width(BAR * self.column).fill(colour);
                // Paler parts are told apart by a line between them.
                let between = Stroke::new(1.0, theme.stage);
                if mine { bar } else { bar.stroke(between) }
            });
            let bars = BarChart::new(words::PARTS[part], bars.collect());
            parts.push(bars.stack_on(&parts.iter().collect::<Vec<_>>()));
        }
        parts.into_iter().for_each(|bars| plot.bar_chart(bars));
        curves::all(self).into_iter().for_each(|line| plot.line(line));
        for cell in figure.plotted_cells() {
            let colour = looks::dots(theme, cell.backend);
            let of = |time| self.point(cell, time);
            let ([x, low], [_, high]) = (of(cell.total.low), of(cell.total.high));
            let (low, high) = (low.min(high), low.max(high));
            let [_, median] = of(cell.total.median);
            let spread = BoxElem::new(x, BoxSpread::new(low, low, median, high, high))
                .box_width(BOX * self.column)
                .fill(colour.gamma_multiply(0.13))
                .stroke(Stroke::new(1.0, colour.gamma_multiply(0.4)));
            plot.box_plot(BoxPlot::new("quartiles", vec![spread]));
            let dots = |is_beyond: bool| {
                let all = self.over(cell).map(|trial| self.dot(trial));
                let all = all.filter(|(_, is)| *is == is_beyond).map(|(at, _)| at);
                Points::new("trials", all.collect::<Vec<_>>())
            };
            plot.points(dots(false).radius(self.by * 3.4).color(theme.stage));
            plot.points(dots(false).radius(self.by * 2.4).color(colour));
            plot.points(dots(true).radius(self.by * 4.0).color(colour).shape(MarkerShape::Up));
            let half = 0.5 * LINE * self.column;
            let line = Line::new("median", vec![[x - half, median], [x + half, median]]);
            plot.line(line.stroke(Stroke::new(2.0, theme.text)));
        }
    }

    /// What there is to read of each column and to click of each dot, and a ring around the one of the cursor.
    fn spots(&self, look: &Look<'_>, scale: &PlotTransform, picture: &mut Picture) {
        let (figure, theme) = (self.figure, look.theme);
        let place = |[x, y]: [f64; 2]| scale.position_from_point(&PlotPoint::new(x, y));
        let mut dots = Picture::default();
        for cell in figure.plotted_cells() {
            let [x, y] = self.point(cell, cell.total.median);
            let half = 0.5 * LINE * self.column;
            let (left, mut top) = place([x - half, y]).into();
            let right = scale.position_from_point_x(x + half);
            for trial in self.over(cell) {
                let at = place(self.dot(trial).0);
                top = top.min(at.y - 4.0);
                dots.spots.push(self.spot(trial, Rect::from_center_size(at, Vec2::splat(9.0))));
                if figure.at_cursor() == Some(trial) {
                    for (width, colour) in [(4.0, theme.stage), (2.0, theme.accent)] {
                        let (fill, edge) = (Color32::TRANSPARENT, Stroke::new(width, colour));
                        dots.marks.push(Mark::Dot { centre: at, radius: 6.0, fill, edge });
                    }
                }
            }
            let rect = Rect::from_x_y_ranges(left..=right, top..=scale.frame().bottom());
            picture.hint(rect, median_of(cell));
        }
        picture.append(dots);
    }

    /// The place of a trial's dot: a click shows it in the lanes, while the figure stays as it is.
    fn spot(&self, trial: &Trial, rect: Rect) -> Spot {
        let end = trial.ended.unwrap_or(trial.began);
        // With a little of what was before.
        let margin = Nanos(end.since(trial.began).0 / 20);
        let visit = StageAction::visit((trial.began - margin, end));
        let mut name = format!("{}: {}", words::name(trial), trial.wall());
        if trial.of.backend.has_pools() {
            name.push_str(&words::parts(trial.parts()));
        }
        Spot {
            rect,
            radius: 4.5,
            does: Does::Act(visit),
            name: format!("{name}\nClick to see it in the lanes"),
            selected: self.figure.at_cursor() == Some(trial),
        }
    }

    /// A cell's median as exact as its column has room for, or its place where it is the only one there.
    fn median(&self, look: &Look<'_>, cell: &Cell, has_all: bool) -> Option<String> {
        let room = match has_all && cell.backend.has_pools() {
            true => self.column * self.room - 3.0,
            false => 0.9 * self.room,
        };
        let figure = self.figure;
        let said = match figure.mode {
            Mode::SpeedUp => match figure.compared.speed_up(&figure.cells, cell) {
                Some(speed_up) => format!("{speed_up:.2}"),
                None => "–".to_owned(),
            },
            _ => looks::digits(cell.total.median.0 as f64 / self.unit.0 as f64),
        };
        let width = |said: &String| look.measure.width(said, &look.theme.mono_small());
        looks::shorter(said).into_iter().find(|said| f64::from(width(said)) <= room)
    }

    /// Writes the medians below their columns. Where there is no room for all of them they are those of one backend, which
    /// is the answer.
    fn medians(
        &self,
        look: &Look<'_>,
        has_all: bool,
        scale: &PlotTransform,
        picture: &mut Picture,
    ) {
        let (figure, theme, frame) = (self.figure, look.theme, scale.frame());
        let (names, words, numbers) = (self.by * NAMES, self.by * WORDS, self.by * NUMBERS);
        let y = frame.bottom() + names + 0.5 * words;
        let middle = pos2(frame.left() - 0.5 * numbers - 4.0, y);
        let lead = Rect::from_center_size(middle, vec2(numbers, words));
        picture.text(lead, Align2::RIGHT_CENTER, "median", theme.small(), theme.muted);
        for cell in figure.drawn_cells() {
            let mine = cell.backend == figure.backend;
            if has_all || mine || !cell.backend.has_pools() {
                let x = scale.position_from_point_x(self.x(cell.backend, cell.size));
                let rect = Rect::from_center_size(pos2(x, y), vec2(self.room as f32, words));
                let ink = if mine { theme.text } else { theme.muted };
                let said = self.median(look, cell, has_all).unwrap_or_default();
                picture.text(rect, Align2::CENTER_CENTER, said, theme.mono_small(), ink);
            }
        }
    }
}

/// What a column is, line by line.
fn median_of(cell: &Cell) -> String {
    let Cell { backend, size, total, .. } = cell;
    let mut said = format!("median of {}: {}", words::group(*backend, *size), total.median);
    if backend.has_pools() {
        said.push_str(&words::parts(cell.parts));
    }
    let (low, high) = (total.low.to_string(), total.high.to_string());
    let quartiles = if low == high { low } else { format!("{low} to {high}") };
    format!("{said}\nquartiles {quartiles}\nMedians of {}", count(total.count(), "trial"))
}

/// The largest value in view: of all dots, unless a few are so far off that the others would be flat.
fn most(figure: &Figure<'_>) -> f64 {
    let value = |backend, total| figure.value(backend, total);
    let highs = figure.plotted_cells().map(|cell| {
        let (low, high) = (cell.total.low, cell.total.high);
        value(cell.backend, low).max(value(cell.backend, high))
    });
    let quartiles = highs.fold(0.0, f64::max);
    let drawn = figure.over().filter(|trial| figure.plots(trial.of.backend));
    let all = drawn.map(|trial| value(trial.of.backend, trial.wall())).fold(0.0, f64::max);
    let dots = all.min(1.8 * quartiles);
    let base = figure.base(figure.backend).filter(|_| figure.plots(figure.backend));
    let ideal = match (figure.mode, base, figure.sizes.last()) {
        (Mode::SpeedUp, Some(base), Some(last)) => {
            let able = |size: usize| size.clamp(1, figure.cores()) as f64;
            // As much of it as leaves the dots their room.
            (able(*last) / able(base.size)).clamp(1.0, (2.0 * dots).max(1.0))
        }
        _ => 0.0,
    };
    1.16 * dots.max(ideal)
}
