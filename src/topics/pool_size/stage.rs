//! The stage: every trial a dot over its pool size, the medians in their parts, what that says in a sentence, and the
//! table.

mod chart;
mod figure;
mod legend;
mod looks;
mod table;
mod words;

use super::trials::Trials;
use crate::widgets::stage::{RunStatus, Stage, StageAction, StageView};
use crate::widgets::stat::{self, Sentence};
use crate::widgets::text;
use crate::widgets::timeline::Rows;
use egui::{Align2, Id, Rect, Ui, UiBuilder, pos2};
use figure::{Figure, Mode};

/// The stage of topic 8.
pub struct SizeStage;

/// Below this height there is one view at a time, and no heading.
const COMPACT: f32 = 330.0;

impl Stage for SizeStage {
    fn stage_ui(&self, ui: &mut Ui, view: &StageView<'_>) -> Vec<StageAction> {
        let mut actions = Vec::new();
        let area = ui.max_rect();
        let compact = area.height() < COMPACT;
        let id = Id::unique("what the figure of pool sizes shows");
        let mut chosen = ui.data(|data| data.get_temp(id)).unwrap_or_default();
        let figure = Figure::new(view, &mut chosen, compact);
        let places = Places::new(ui, area, &figure, compact);
        if let Some(head) = places.head {
            heading(ui, head, &figure);
        }
        legend::modes(ui, places.modes, &figure, &mut chosen, compact);
        legend::backends(ui, places.legend, &figure, &mut chosen);
        if figure.mode == Mode::Table {
            table::show(ui, places.plot, &figure);
        } else {
            chart::show(ui, places.plot, &figure, &mut actions);
        }
        let said = words::moment(&figure);
        sentence(ui, places.words, &said, compact);
        if let Some(place) = places.table {
            table::show(ui, place, &figure);
        }
        ui.data_mut(|data| data.insert_temp(id, chosen));
        actions
    }

    fn rows(&self, view: &StageView<'_>) -> Option<Rows> {
        let trials = Trials::of(view.trace);
        let mut actors = vec![vec![trials.main?]];
        actors.extend(trials.python.map(|python| vec![python]));
        if !trials.supervisors.is_empty() {
            actors.push(trials.supervisors.clone());
        }
        actors.extend(trials.workers.iter().cloned());
        Some(Rows {
            actors,
            resources: Vec::new(),
        })
    }

    fn facts(&self, view: &StageView<'_>) -> Vec<(String, String)> {
        words::facts(&Figure::new(view, &mut figure::Chosen::default(), false))
    }
}

/// Where the parts go.
struct Places {
    head: Option<Rect>,
    modes: Rect,
    legend: Rect,
    plot: Rect,
    words: Rect,
    table: Option<Rect>,
}

impl Places {
    fn new(ui: &Ui, area: Rect, figure: &Figure<'_>, compact: bool) -> Self {
        let strip = |top: f32, height: f32| {
            Rect::from_min_max(
                pos2(area.left(), top),
                pos2(area.right(), (top + height).min(area.bottom())),
            )
        };
        if compact {
            let modes = strip(area.top(), 24.0);
            let words = if area.height() < 150.0 { 0.0 } else { 30.0 };
            let legend = strip(modes.bottom() + 2.0, 18.0);
            let plot = Rect::from_min_max(
                pos2(area.left(), legend.bottom() + 4.0),
                pos2(area.right(), area.bottom() - words),
            );
            return Self {
                head: None,
                modes,
                legend,
                plot,
                words: Rect::from_min_max(pos2(area.left(), plot.bottom() + 2.0), area.max),
                table: None,
            };
        }
        let head = strip(area.top(), 40.0);
        let legend = strip(head.bottom() + 4.0, 20.0);
        let said = words::moment(figure);
        let words = placed(&said).place(ui.painter(), area.width(), figure.theme()).size.y;
        let rest = area.bottom() - legend.bottom() - words - 3.0 * GAP;
        // The plot comes first; the table takes what is left.
        let wanted = table::height(figure.rows().len());
        let table = wanted.min(rest - (0.52 * rest).max(140.0)).max(0.0);
        let table = if table < table::height(1) { 0.0 } else { table };
        let plot = strip(legend.bottom() + GAP, rest - table);
        let words = strip(plot.bottom() + GAP, words);
        Self {
            head: Some(head),
            modes: head,
            legend,
            plot,
            words,
            table: (table > 0.0).then(|| strip(words.bottom() + GAP, table)),
        }
    }
}

const GAP: f32 = 8.0;

fn heading(ui: &Ui, area: Rect, figure: &Figure<'_>) {
    let theme = figure.theme();
    let (title, below) = words::heading(figure);
    let (first, second) = area.split_top_bottom_at_y(area.top() + 20.0);
    let line = |rect, said: &str, font, colour| {
        text::line(ui.painter(), rect, Align2::LEFT_CENTER, said, &font, colour)
    };
    line(first, &title, theme.strong(), theme.text);
    // Beside it are the buttons.
    let second = second.with_max_x(area.right() - legend::MODES);
    line(second, &below, theme.small(), theme.muted);
}

fn placed(said: &words::Moment) -> Sentence<'_> {
    Sentence {
        badge: None,
        title: &said.title,
        text: &said.text,
    }
}

fn sentence(ui: &mut Ui, area: Rect, said: &words::Moment, compact: bool) {
    if area.height() < 12.0 || (said.title.is_empty() && said.text.is_empty()) {
        return;
    }
    ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
        if compact {
            stat::sentence_small(ui, area, &placed(said));
        } else {
            stat::sentence_in(ui, area, &placed(said));
        }
    });
}

/// Whether there is a run to speak of.
fn is_idle(view: &StageView<'_>) -> bool {
    *view.status == RunStatus::Idle || view.trace.events().is_empty()
}
