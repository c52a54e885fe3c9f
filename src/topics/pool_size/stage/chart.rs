//! The plot: a column for each backend and pool size, a dot for each trial.

use super::figure::{Figure, Mode};
use super::{curves, looks, words};
use crate::replay::words::count;
use crate::topics::pool_size::analysis::Cell;
use crate::topics::pool_size::plan::Backend;
use crate::topics::pool_size::trials::Trial;
use crate::trace::Nanos;
use crate::widgets::picture::{Does, Mark, Picture, Spot};
use crate::widgets::resource::Look;
use crate::widgets::stage::{FigureCommand, StageAction};
use crate::widgets::theme::HAIRLINE;
use egui::{Align2, Color32, Pos2, Rect, Stroke, Vec2, pos2, vec2};

/// Part of its place along x that a size's columns take, and the widest column, in points.
const GROUP: f32 = 0.84;
const COLUMN: f32 = 64.0;
/// Parts of a column's width that its bar, its box and its line take.
const BAR: f32 = 0.62;
const BOX: f32 = 0.74;
const LINE: f32 = 0.88;
/// Width of the numbers along y, and height of a line of words below the plot.
const NUMBERS: f32 = 42.0;
const WORDS: f32 = 15.0;
/// Lowest plot that says what stands along x.
const TITLED: f32 = 120.0;

/// Where things are.
pub struct Chart<'f, 'a> {
    /// What is drawn.
    pub figure: &'f Figure<'a>,
    /// Pool sizes along x; 0 without a pool.
    pub places: Vec<usize>,
    /// Backends that have pools: they stand side by side.
    pub pools: Vec<Backend>,
    /// The area of the values.
    pub plot: Rect,
    /// Width of a place, and of a column in it.
    room: f32,
    column: f32,
    /// The largest value in view.
    most: f64,
    /// Nanoseconds in the unit of times, and its name.
    unit: (u64, &'static str),
}

/// The plot in an area; none where that is too small.
pub fn chart(look: &Look<'_>, area: Rect, figure: &Figure<'_>) -> Picture {
    let mut picture = Picture::default();
    if area.width() < 80.0 || area.height() < 50.0 {
        return picture;
    }
    let is_titled = area.height() >= TITLED;
    let lines = 1 + usize::from(!figure.cells.is_empty()) + usize::from(is_titled);
    let below = area.with_min_y(area.bottom() - WORDS * lines as f32);
    let plot = area.with_min_x(area.left() + NUMBERS).with_max_y(below.top() - 3.0);
    let chart = Chart::new(figure, plot);
    chart.axes(look, below, &mut picture);
    if figure.mode != Mode::SpeedUp {
        chart.bars(look, &mut picture);
    }
    for (points, stroke, dashed) in curves::all(&chart) {
        picture.marks.push(Mark::Line { points, stroke, dashed, arrow: false });
    }
    chart.trials(look, &mut picture);
    let mut whose = None;
    if !figure.cells.is_empty() {
        let row = below.with_min_y(below.top() + WORDS).with_max_y(below.top() + 2.0 * WORDS);
        whose = chart.medians(look, row, &mut picture);
    }
    if is_titled && let Some(said) = along(figure, whose) {
        let line = plot.with_min_y(area.bottom() - WORDS).with_max_y(area.bottom());
        let theme = look.theme;
        picture.text(line, Align2::CENTER_CENTER, said, theme.small(), theme.muted);
    }
    picture
}

/// What stands along x, and whose medians are written where that is not all of them.
fn along(figure: &Figure<'_>, whose: Option<Backend>) -> Option<String> {
    let mut pools = figure.drawn().filter(|backend| backend.has_pools());
    let is_of_threads = |backend| backend == Backend::Threads;
    let first = is_of_threads(pools.next()?);
    let along = match (pools.any(|other| is_of_threads(other) != first), first) {
        (true, _) => "workers in the pool",
        (false, true) => "threads in the pool",
        (false, false) => "processes in the pool",
    };
    Some(match whose {
        Some(backend) => format!("{along}; medians of {}", backend.title()),
        None => along.to_owned(),
    })
}

impl<'f, 'a> Chart<'f, 'a> {
    fn new(figure: &'f Figure<'a>, plot: Rect) -> Self {
        let places = figure.places();
        let pools: Vec<_> = figure.drawn().filter(|backend| backend.has_pools()).collect();
        let room = plot.width() / places.len().max(1) as f32;
        let most = Some(most(figure)).filter(|most| *most > 0.0).unwrap_or(1.0);
        Self {
            column: (GROUP * room / pools.len().max(1) as f32).min(COLUMN),
            unit: Nanos(most as u64).unit(),
            figure,
            places,
            pools,
            plot,
            room,
            most,
        }
    }

    /// The middle of a place along x.
    pub fn middle(&self, place: f64) -> f32 {
        self.plot.left() + (place as f32 + 0.5) * self.room
    }

    /// The middle of a column.
    pub fn x(&self, backend: Backend, size: usize) -> f32 {
        let place = self.places.iter().position(|place| *place == size).unwrap_or(0);
        let which = self.pools.iter().position(|pool| *pool == backend);
        let beside = which.map_or(0.0, |which| which as f32 - (self.pools.len() - 1) as f32 / 2.0);
        self.middle(place as f64) + beside * self.column
    }

    /// The height of a value.
    pub fn y(&self, value: f64) -> f32 {
        self.plot.bottom() - (value / self.most) as f32 * self.plot.height()
    }

    /// A time of a cell, in the middle of its column.
    pub fn point(&self, cell: &Cell, time: Nanos) -> Pos2 {
        pos2(self.x(cell.backend, cell.size), self.y(self.figure.value(cell.backend, time)))
    }

    /// A part of a column's width, from one height to another.
    fn column(&self, cell: &Cell, part: f32, heights: [f32; 2]) -> Rect {
        let (x, half) = (self.x(cell.backend, cell.size), 0.5 * part * self.column);
        let [a, b] = heights;
        Rect::from_x_y_ranges(x - half..=x + half, a.min(b)..=a.max(b))
    }

    fn axes(&self, look: &Look<'_>, below: Rect, picture: &mut Picture) {
        let theme = look.theme;
        let step = looks::step(self.most, f64::from(self.plot.height() / 32.0).clamp(3.0, 7.0));
        let mut value = 0.0;
        while value <= self.most {
            let y = self.y(value);
            let ends = [pos2(self.plot.left(), y), pos2(self.plot.right(), y)];
            picture.line(ends, Stroke::new(HAIRLINE, theme.hairline));
            if !self.figure.cells.is_empty() {
                let rect = Rect::from_center_size(
                    pos2(self.plot.left() - 0.5 * NUMBERS - 3.0, y),
                    vec2(NUMBERS, WORDS),
                );
                let said = self.value_name(value, step);
                picture.text(rect, Align2::RIGHT_CENTER, said, theme.mono_small(), theme.muted);
            }
            value += step;
        }
        let names = below.with_max_y(below.top() + WORDS);
        for (place, size) in self.places.iter().enumerate() {
            let centre = pos2(self.middle(place as f64), names.center().y);
            let rect = Rect::from_center_size(centre, vec2(self.room, WORDS));
            let name = match size {
                0 if self.room > 60.0 => "no pool".to_owned(),
                0 => "none".to_owned(),
                n => n.to_string(),
            };
            picture.text(rect, Align2::CENTER_CENTER, name, theme.body(), theme.text);
        }
    }

    /// A value along y; the unit once, at the top.
    fn value_name(&self, value: f64, step: f64) -> String {
        let (scale, unit) = match self.figure.mode {
            Mode::SpeedUp => (1.0, "×"),
            _ => (self.unit.0 as f64, self.unit.1),
        };
        let digits = (-(step / scale).log10()).ceil().clamp(0.0, 3.0) as usize;
        let said = format!("{:.digits$}", value / scale);
        if value + step > self.most { format!("{said} {unit}") } else { said }
    }

    /// The medians of the parts, stacked.
    fn bars(&self, look: &Look<'_>, picture: &mut Picture) {
        for cell in self.figure.drawn_cells() {
            let mut below = 0.0;
            for (part, colour) in cell.parts.into_iter().zip(looks::parts(look.theme)) {
                let above = below + part.0 as f64;
                let mine = cell.backend == self.figure.backend;
                let colour = if mine { colour } else { looks::faded(look.theme, colour) };
                let rect = self.column(cell, BAR, [self.y(below), self.y(above)]);
                picture.rounded(rect, 0.0, colour, Stroke::NONE);
                below = above;
            }
        }
    }

    /// The boxes from quartile to quartile, the dots, the lines at the medians, and what there is to read and to click.
    fn trials(&self, look: &Look<'_>, picture: &mut Picture) {
        let (figure, theme) = (self.figure, look.theme);
        let mut dots = Picture::default();
        for cell in figure.drawn_cells() {
            let colour = looks::dots(theme, cell.backend);
            let [low, high] =
                [cell.total.low, cell.total.high].map(|time| self.point(cell, time).y);
            let (fill, edge) = (colour.gamma_multiply(0.13), colour.gamma_multiply(0.4));
            let rect = self.column(cell, BOX, [low, high]);
            picture.rounded(rect, 0.0, fill, Stroke::new(1.0, edge));
            let mut top = self.point(cell, cell.total.median).y;
            let mine = |trial: &&Trial| (trial.backend, trial.size) == (cell.backend, cell.size);
            for trial in figure.over().filter(mine) {
                top = top.min(self.dot(trial, look, &mut dots).y - 4.0);
            }
            picture.hint(self.column(cell, LINE, [top, self.plot.bottom()]), median_of(cell));
        }
        picture.append(dots);
        for cell in figure.drawn_cells() {
            let y = self.point(cell, cell.total.median).y;
            let line = self.column(cell, LINE, [y, y]);
            picture.line([line.left_top(), line.right_top()], Stroke::new(2.0, theme.text));
        }
        if let Some(trial) = figure.at_cursor().filter(|trial| figure.over().any(|t| t == *trial)) {
            let (centre, fill) = (self.place(trial).0, Color32::TRANSPARENT);
            for (width, colour) in [(4.0, theme.stage), (2.0, theme.accent)] {
                let edge = Stroke::new(width, colour);
                picture.marks.push(Mark::Dot { centre, radius: 6.0, fill, edge });
            }
        }
    }

    /// Where a trial's dot stands, and whether it is beyond the top: then it stands there.
    fn place(&self, trial: &Trial) -> (Pos2, bool) {
        let value = self.figure.value(trial.backend, trial.total());
        let beside = looks::jitter(trial.number) as f32 * 0.26 * self.column;
        let y = self.y(value).max(self.plot.top() + 5.0);
        (pos2(self.x(trial.backend, trial.size) + beside, y), value > self.most)
    }

    /// The dot of a trial: a click shows it in the lanes, while the figure stays as it is.
    fn dot(&self, trial: &Trial, look: &Look<'_>, picture: &mut Picture) -> Pos2 {
        let (at, is_beyond) = self.place(trial);
        let (theme, colour) = (look.theme, looks::dots(look.theme, trial.backend));
        if is_beyond {
            let corners = [vec2(0.0, -4.0), vec2(3.6, 3.0), vec2(-3.6, 3.0)];
            picture.area(corners.map(|corner| at + corner), colour);
        } else {
            picture.dot(at, 3.4, theme.stage);
            picture.dot(at, 2.4, colour);
        }
        let end = trial.ended.unwrap_or(trial.began);
        // With a little of what was before.
        let margin = Nanos(end.since(trial.began).0 / 20);
        let command = FigureCommand::Visit(trial.began - margin, end);
        let mut name = format!("{}: {}", words::name(trial), trial.total());
        if trial.backend.has_pools() {
            name.push_str(&words::parts(trial.parts));
        }
        picture.spots.push(Spot {
            rect: Rect::from_center_size(at, Vec2::splat(9.0)),
            radius: 4.5,
            does: Does::Act(StageAction::Figure(command)),
            name: format!("{name}\nClick to see it in the lanes"),
            selected: self.figure.at_cursor() == Some(trial),
        });
        at
    }

    /// Writes the medians below their columns. Where there is no room for all of them they are those of one backend, which
    /// is the answer.
    fn medians(&self, look: &Look<'_>, row: Rect, picture: &mut Picture) -> Option<Backend> {
        let (figure, theme) = (self.figure, look.theme);
        let font = theme.mono_small();
        let fits = |cell: &Cell, all: bool| {
            let room = match all && cell.backend.has_pools() {
                true => self.column - 3.0,
                false => 0.9 * self.room,
            };
            let value = figure.value(cell.backend, cell.total.median);
            let said = match figure.mode {
                Mode::SpeedUp => format!("{value:.2}"),
                _ => looks::digits(value / self.unit.0 as f64),
            };
            let mut forms = looks::shorter(said).into_iter();
            forms.find(|said| look.measure.width(said, &font) <= room)
        };
        let all = figure.drawn_cells().all(|cell| fits(cell, true).is_some());
        let lead = row.with_max_x(self.plot.left() - 3.0);
        picture.text(lead, Align2::RIGHT_CENTER, "median", theme.small(), theme.muted);
        for cell in figure.drawn_cells() {
            let mine = cell.backend == figure.backend;
            if all || mine || !cell.backend.has_pools() {
                let centre = pos2(self.x(cell.backend, cell.size), row.center().y);
                let rect = Rect::from_center_size(centre, vec2(self.room, WORDS));
                let ink = if mine { theme.text } else { theme.muted };
                let said = fits(cell, all).unwrap_or_default();
                picture.text(rect, Align2::CENTER_CENTER, said, font.clone(), ink);
            }
        }
        (!all).then_some(figure.backend)
    }
}

/// What a column is, line by line.
fn median_of(cell: &Cell) -> String {
    let Cell { backend, size, total, trials, .. } = cell;
    let mut said = format!("median of {}: {}", words::group(*backend, *size), total.median);
    if backend.has_pools() {
        said.push_str(&words::parts(cell.parts));
    }
    format!(
        "{said}\nquartiles {} to {}\nMedians of {}",
        total.low,
        total.high,
        count(*trials, "trial")
    )
}

/// The largest value in view: of all dots, unless a few are so far off that the others would be flat.
fn most(figure: &Figure<'_>) -> f64 {
    let value = |backend, total| figure.value(backend, total);
    let highs = figure.drawn_cells().map(|cell| {
        let (low, high) = (cell.total.low, cell.total.high);
        value(cell.backend, low).max(value(cell.backend, high))
    });
    let quartiles = highs.fold(0.0, f64::max);
    let drawn = figure.over().filter(|trial| figure.draws(trial.backend));
    let all = drawn.map(|trial| value(trial.backend, trial.total())).fold(0.0, f64::max);
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
