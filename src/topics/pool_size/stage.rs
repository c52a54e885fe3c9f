//! The stage: every trial a dot over its pool size, the medians in their parts, what that says in a sentence, and the
//! table.

mod chart;
mod figure;
mod legend;
mod looks;
mod places;
mod table;
mod words;

use super::trials::Trials;
use crate::widgets::stage::{RunStatus, Stage, StageAction, StageView};
use crate::widgets::stat::{self, Sentence};
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::{RADIUS, Theme};
use crate::widgets::timeline::Rows;
use egui::text::LayoutJob;
use egui::{Align2, Galley, Id, Painter, Rect, Role, Sense, TextFormat, Ui, WidgetInfo};
use figure::{Figure, Mode};
use places::{PAD, Places};
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
        let places = Places::new(ui.painter(), ui.max_rect(), &figure, &said);
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
        let trials = view.kept(|trials: &mut Trials, trace, _| trials.follow(trace));
        let mut actors = vec![vec![trials.main?]];
        actors.extend(trials.python.map(|python| vec![python]));
        if !trials.supervisors.is_empty() {
            actors.push(trials.supervisors.clone());
        }
        actors.extend(trials.workers.iter().cloned());
        Some(Rows::places(actors, Vec::new()))
    }

    fn facts(&self, view: &StageView<'_>) -> Vec<(String, String)> {
        words::facts(&Figure::new(view, figure::Chosen::default()))
    }
}

fn heading(ui: &Ui, area: Rect, figure: &Figure<'_>) {
    let theme = figure.theme();
    let modes = legend::modes_width(figure);
    let (title, below) = words::heading(figure);
    let (first, second) = area.split_top_bottom_at_y(area.top() + 20.0);
    let line = |rect: Rect, said: &str, font, colour| {
        // Beside it are the buttons.
        let rect = rect.with_max_x(area.right() - modes);
        text::line(ui.painter(), rect, Align2::LEFT_CENTER, said, &font, colour)
    };
    line(first, &title, theme.strong(), theme.text);
    let fits = ui.painter().width(&below, &theme.small()) < area.width() - modes;
    let below = if fits { &below } else { below.split(';').next().unwrap_or_default() };
    line(second, below, theme.small(), theme.muted);
}

impl words::Moment {
    /// Breaks its lines for a box of the given width.
    fn place(&self, painter: &Painter, width: f32, theme: &Theme) -> Arc<Galley> {
        let mut job = LayoutJob::default();
        job.wrap.max_width = width - 2.0 * PAD.x;
        job.append(
            &words::unbroken(&self.title),
            0.0,
            TextFormat::simple(theme.label(), theme.text),
        );
        if !self.text.is_empty() {
            let space = if self.title.is_empty() { 0.0 } else { 6.0 };
            job.append(
                &words::unbroken(&self.text),
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
        let words = Sentence { badge: None, title: &said.title, text: &said.text };
        stat::sentence_small(ui, area, &words);
        return;
    }
    let response = ui.allocate_rect(area, Sense::hover());
    response.widget_info(|| {
        let said = format!("{} {}", said.title, said.text);
        WidgetInfo::labeled(Role::Label, true, said)
    });
    ui.painter().rect_filled(area, RADIUS, theme.sentence_ground);
    let room = area.shrink2(PAD);
    let at = Align2::LEFT_CENTER.align_size_within_rect(galley.size(), room);
    ui.painter().galley(at.min, galley, theme.text);
}

/// Whether there is a run to speak of.
fn is_idle(view: &StageView<'_>) -> bool {
    *view.status == RunStatus::Idle || view.trace.events().is_empty()
}
