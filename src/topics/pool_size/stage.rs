//! Sentences about a moment, and the figure: every trial a dot over its pool size, the medians in their parts, the table.

mod chart;
mod curves;
mod figure;
mod head;
mod looks;
mod table;
mod words;

use super::trials::Places;
use crate::trace::ResourceKind;
use crate::widgets::resource::Look;
use crate::widgets::scene::fit::split_top;
use crate::widgets::scene::moment::Moment;
use crate::widgets::scene::{self, Room};
use crate::widgets::stage::{Stage, StageAction, StageView};
use crate::widgets::timeline::Rows;
use egui::{Align2, Rect, Ui};
use figure::{Figure, Mode};

/// The stage of topic 8: the figure, and the scene of the trial at the cursor.
pub struct SizeStage;

impl Stage for SizeStage {
    fn moment(&self, view: &StageView<'_>) -> Option<Moment> {
        Some(words::moment(&Figure::at(view, view.now)))
    }

    fn so_far(&self, view: &StageView<'_>) -> Option<String> {
        Some(words::so_far(&Figure::at(view, view.now)))
    }

    fn figure(&self) -> Option<&'static dyn scene::Figure> {
        Some(&Trend)
    }

    fn rows(&self, view: &StageView<'_>) -> Option<Rows> {
        let places = view.followed::<Places>();
        let mut actors = vec![vec![places.main?]];
        actors.extend(places.python.map(|python| vec![python]));
        actors.extend(places.workers.iter().cloned());
        actors.push(places.supervisors.clone());
        Some(Rows::places(actors, Vec::new()))
    }

    fn facts(&self, view: &StageView<'_>) -> Vec<(String, String)> {
        words::facts(&Figure::at(view, view.now))
    }
}

/// The plot or the table, with a heading and a legend.
struct Trend;

/// Below this height there is no heading.
const HEADED: f32 = 250.0;
/// The plot is at least this high if the table is to stand below it.
const PLOT: f32 = 250.0;
/// Between the plot and the table.
const GAP: f32 = 14.0;

/// Heading, legend, and what is left, in letters that are so many times larger.
fn parts(area: Rect, by: f32) -> (Rect, Rect, Rect) {
    let (height, gap) = if area.height() >= HEADED { (44.0, 10.0) } else { (24.0, 2.0) };
    let (head, rest) = split_top(area, by * height);
    let (keys, rest) = split_top(rest, by * 20.0);
    let (_, rest) = split_top(rest, by * gap);
    (head, keys, rest)
}

/// Whether there is room for the plot and below it for the table.
fn has_both(rest: Rect, rows: usize, by: f32) -> bool {
    rest.height() >= PLOT + GAP + by * table::height(rows)
}

/// How many times larger than by default it is: not so much that the table has no room any more.
fn growth(area: Rect, rows: usize) -> f32 {
    let most = scene::figure_growth(area.size());
    let both = |by: f32| has_both(parts(area, by).2, rows, by);
    let steps = (0..).map(|step| most - 0.1 * step as f32).take_while(|by| *by > 1.0);
    steps.into_iter().find(|by| both(*by) || !both(1.0)).unwrap_or(1.0)
}

impl scene::Figure for Trend {
    fn room(&self, _: &StageView<'_>) -> Room {
        Room::Most
    }

    fn covers(&self, _: &StageView<'_>) -> &'static [ResourceKind] {
        // The squares are the same for every size, and the pipe to CPython is no part of its trials.
        &[ResourceKind::Array, ResourceKind::Pipe]
    }

    fn show(
        &self,
        ui: &mut Ui,
        area: Rect,
        view: &StageView<'_>,
        look: &Look<'_>,
    ) -> Vec<StageAction> {
        let mut figure = Figure::at(view, view.choice.instant(view.now));
        let rows = figure.rows().len();
        let by = growth(area, rows);
        let theme = &view.theme.with_letters(by);
        let look = &Look { theme, ..*look };
        let (head, keys, rest) = parts(area, by);
        let table = by * table::height(rows);
        let has_both = has_both(rest, rows, by);
        if has_both && figure.mode == Mode::Table {
            figure.mode = Mode::Time;
        }
        let wants_speed_ups = figure.mode == Mode::SpeedUp;
        if wants_speed_ups && !figure.has_speed_ups() {
            // The times are measured all the same; why there is no more is said below them.
            figure.mode = Mode::Time;
        }
        let mut picture = head::head(look, head, &figure, has_both, by);
        picture.append(head::legend(look, keys, &figure, by));
        let (mut plot, below) = match (figure.mode, has_both) {
            (Mode::Table, _) => (Rect::NOTHING, rest),
            (_, true) => {
                let (plot, below) = split_top(rest, rest.height() - table);
                (plot.with_max_y(plot.bottom() - GAP), below)
            }
            (_, false) => (rest, Rect::NOTHING),
        };
        if wants_speed_ups && figure.backend.has_pools() {
            let (above, line) = split_top(plot, plot.height() - by * 16.0);
            let said = words::below(&figure);
            picture.text(line, Align2::LEFT_CENTER, said.clone(), theme.small(), theme.muted);
            picture.hint(line, said);
            plot = above;
        }
        picture.append(chart::show(ui, look, plot, &figure, by));
        if below.is_positive() {
            table::show(ui, below, &figure, theme, by);
        }
        picture.show(ui, "pool sizes", look.actors, view.selection)
    }
}
