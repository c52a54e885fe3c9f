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
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::{RADIUS, Theme};
use crate::widgets::timeline::Rows;
use egui::text::LayoutJob;
use egui::{
    Align2, Galley, Id, Painter, Rect, Role, Sense, TextFormat, Ui, Vec2, WidgetInfo, pos2, vec2,
};
use figure::{Figure, Mode};
use std::sync::Arc;

/// The stage of topic 8.
pub struct SizeStage;

impl Stage for SizeStage {
    fn stage_ui(&self, ui: &mut Ui, view: &StageView<'_>) -> Vec<StageAction> {
        let mut actions = Vec::new();
        let id = Id::unique("what the figure of pool sizes shows");
        let mut chosen = ui.data(|data| data.get_temp(id)).unwrap_or_default();
        let mut figure = Figure::new(view, chosen);
        let said = words::moment(&figure);
        let places = Places::new(ui, ui.max_rect(), &figure, &said);
        if places.table.is_some() && figure.mode == Mode::Table {
            figure.mode = Mode::Time;
        }
        if let Some(head) = places.head {
            heading(ui, head, &figure);
        }
        legend::modes(ui, &places, &figure, &mut chosen);
        legend::backends(ui, places.legend, &figure, &mut chosen);
        if figure.mode == Mode::Table {
            table::show(ui, places.plot, &figure);
        } else {
            chart::show(ui, places.plot, &figure, &mut actions);
        }
        moment(ui, places.words, &said, &figure);
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
        words::facts(&Figure::new(view, figure::Chosen::default()))
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

const GAP: f32 = 8.0;
/// Below this height there is no heading, and one view at a time.
const COMPACT: f32 = 310.0;
/// The plot is this high if the table is to stand below it, and this wide if it is to stand beside it.
const PLOT: Vec2 = vec2(340.0, 190.0);
/// Width of the table beside the plot.
const BESIDE: f32 = 392.0;

impl Places {
    fn new(ui: &Ui, area: Rect, figure: &Figure<'_>, said: &words::Moment) -> Self {
        let strip = |top: f32, height: f32| {
            Rect::from_min_max(
                pos2(area.left(), top),
                pos2(area.right(), (top + height).min(area.bottom())),
            )
        };
        if area.height() < COMPACT {
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
        let head = strip(area.top(), 38.0);
        let legend = strip(head.bottom() + 4.0, 20.0);
        let wanted = said
            .place(ui.painter(), area.width(), figure.theme())
            .size()
            .y;
        // Room for two lines, also while there is one: nothing moves under the pointer.
        let words = wanted.max(2.0 * LINE) + 2.0 * PAD.y;
        let top = legend.bottom() + GAP;
        let rest = area.bottom() - top - words - GAP;
        let below = table::height(figure.rows().len()) + GAP;
        let (plot, table) = if rest - below >= PLOT.y {
            let table = strip(area.bottom() - below + GAP, below);
            (strip(top, rest - below), Some(table))
        } else if area.width() >= PLOT.x + BESIDE + 3.0 * GAP {
            let both = strip(top, rest);
            let (plot, table) = both.split_left_right_at_x(area.right() - BESIDE);
            (plot.with_max_x(plot.right() - 3.0 * GAP), Some(table))
        } else {
            (strip(top, rest), None)
        };
        Self {
            head: Some(head),
            modes: head,
            legend,
            plot,
            words: strip(plot.bottom() + GAP, words),
            table,
        }
    }
}

fn heading(ui: &Ui, area: Rect, figure: &Figure<'_>) {
    let theme = figure.theme();
    let (title, below) = words::heading(figure);
    let (first, second) = area.split_top_bottom_at_y(area.top() + 20.0);
    let line = |rect: Rect, said: &str, font, colour| {
        // Beside it are the buttons.
        let rect = rect.with_max_x(area.right() - legend::MODES);
        text::line(ui.painter(), rect, Align2::LEFT_CENTER, said, &font, colour)
    };
    line(first, &title, theme.strong(), theme.text);
    let fits = ui.painter().width(&below, &theme.small()) < area.width() - legend::MODES;
    let below = if fits {
        &below
    } else {
        below.split(';').next().unwrap_or_default()
    };
    line(second, below, theme.small(), theme.muted);
}

/// Height of a line of the words.
const LINE: f32 = 15.0;
/// Around the words in their box.
const PAD: Vec2 = vec2(14.0, 8.0);

impl words::Moment {
    /// Breaks its lines for a box of the given width.
    fn place(&self, painter: &Painter, width: f32, theme: &Theme) -> Arc<Galley> {
        let mut job = LayoutJob::default();
        job.wrap.max_width = width - 2.0 * PAD.x;
        job.append(
            &self.title,
            0.0,
            TextFormat::simple(theme.label(), theme.text),
        );
        if !self.text.is_empty() {
            let space = if self.title.is_empty() { 0.0 } else { 6.0 };
            job.append(
                &self.text,
                space,
                TextFormat::simple(theme.body(), theme.muted),
            );
        }
        painter.layout_job(job)
    }
}

fn moment(ui: &mut Ui, area: Rect, said: &words::Moment, figure: &Figure<'_>) {
    if area.height() < 12.0 {
        return;
    }
    let theme = figure.theme();
    let galley = said.place(ui.painter(), area.width(), theme);
    if galley.size().y + 2.0 * PAD.y > area.height() + 1.0 {
        let words = Sentence {
            badge: None,
            title: &said.title,
            text: &said.text,
        };
        stat::sentence_small(ui, area, &words);
        return;
    }
    let response = ui.allocate_rect(area, Sense::hover());
    response.widget_info(|| {
        let said = format!("{} {}", said.title, said.text);
        WidgetInfo::labeled(Role::Label, true, said)
    });
    ui.painter()
        .rect_filled(area, RADIUS, theme.sentence_ground);
    let room = area.shrink2(PAD);
    let at = Align2::LEFT_CENTER.align_size_within_rect(galley.size(), room);
    ui.painter().galley(at.min, galley, theme.text);
}

/// Whether there is a run to speak of.
fn is_idle(view: &StageView<'_>) -> bool {
    *view.status == RunStatus::Idle || view.trace.events().is_empty()
}
