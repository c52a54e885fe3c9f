//! What this topic says of a moment, and its figure: every trial a dot over its pool size, the medians in their parts, and
//! the table.

mod chart;
mod figure;
mod legend;
mod looks;
mod table;
mod words;

use super::trials::{Trial, Trials};
use crate::trace::{Nanos, ResourceKind};
use crate::widgets::scene::fit::split_top;
use crate::widgets::scene::moment::Moment;
use crate::widgets::scene::{self, Room};
use crate::widgets::selection::Selection;
use crate::widgets::stage::{Stage, StageAction, StageView};
use crate::widgets::timeline::Rows;
use egui::{Id, Rect, Ui};
use figure::{Chosen, Figure, Mode};

/// The stage of topic 8: the figure, and the scene of the trial at the cursor.
pub struct SizeStage;

impl Stage for SizeStage {
    fn moment(&self, view: &StageView<'_>) -> Option<Moment> {
        Some(words::moment(&Figure::new(view, Chosen::default())))
    }

    fn figure(&self) -> Option<&'static dyn scene::Figure> {
        Some(&Trend)
    }

    fn rows(&self, view: &StageView<'_>) -> Option<Rows> {
        let trials = view.kept(|trials: &mut Trials, trace, _| trials.follow(trace));
        let mut actors = vec![vec![trials.main?]];
        actors.extend(trials.python.map(|python| vec![python]));
        actors.extend(trials.workers.iter().cloned());
        actors.push(trials.supervisors.clone());
        Some(Rows::places(actors, Vec::new()))
    }

    fn facts(&self, view: &StageView<'_>) -> Vec<(String, String)> {
        words::facts(&Figure::new(view, Chosen::default()))
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

impl scene::Figure for Trend {
    fn room(&self, _: &StageView<'_>) -> Room {
        Room::Most
    }

    fn covers(&self, _: &StageView<'_>) -> &'static [ResourceKind] {
        // The squares are the same whatever the size, and how CPython is asked is no part of its trials.
        &[ResourceKind::Array, ResourceKind::Pipe]
    }

    fn show(&self, ui: &mut Ui, area: Rect, view: &StageView<'_>) -> Vec<StageAction> {
        let mut actions = Vec::new();
        let id = Id::unique("what the figure of pool sizes shows");
        let mut chosen: Chosen = ui.data(|data| data.get_temp(id)).unwrap_or_default();
        let mut figure = Figure::new(view, chosen);
        let (height, gap) = if area.height() >= HEADED { (44.0, 10.0) } else { (24.0, 2.0) };
        let (head, rest) = split_top(area, height);
        let (keys, rest) = split_top(rest, 20.0);
        let (_, rest) = split_top(rest, gap);
        let table = table::height(figure.rows().len());
        let has_both = rest.height() >= PLOT + GAP + table;
        if has_both && figure.mode == Mode::Table {
            figure.mode = Mode::Time;
        }
        if let Some(at) = legend::head(ui, head, &figure, has_both, &mut chosen) {
            actions.push(StageAction::Show(Nanos::ZERO, view.trace.end()));
            actions.push(StageAction::Seek(at));
        }
        legend::backends(ui, keys, &figure, &mut chosen);
        if figure.mode == Mode::Table {
            table::show(ui, rest, &figure);
        } else {
            let (mut plot, below) = match has_both {
                true => split_top(rest, rest.height() - table),
                false => (rest, Rect::NOTHING),
            };
            if has_both {
                table::show(ui, below, &figure);
                plot = plot.with_max_y(plot.bottom() - GAP);
            }
            if figure.mode == Mode::SpeedUp && figure.backend.has_pools() {
                let (above, line) = split_top(plot, plot.height() - 16.0);
                legend::law(ui, line, &figure);
                plot = above;
            }
            if let Some(trial) = chart::show(ui, plot, &figure) {
                chosen.pick = Some(figure.pick(trial));
                actions.extend(show_trial(trial));
            }
        }
        ui.data_mut(|data| data.insert_temp(id, chosen));
        actions
    }
}

/// The lanes of a trial, with a little of what was before, and the cursor at its end. The words are about the trial then.
fn show_trial(trial: &Trial) -> [StageAction; 2] {
    let end = trial.ended.unwrap_or(trial.began);
    let margin = Nanos(end.since(trial.began).0 / 20);
    [StageAction::Select(Selection::None), StageAction::Show(trial.began - margin, end)]
}
