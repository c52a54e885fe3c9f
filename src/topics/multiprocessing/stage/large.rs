//! A process over the width of the room, and the results in order.

use super::Scene;
use super::boxes::Content;
use super::world;
use crate::replay::{Ending, Phase, TaskStage};
use crate::trace::{ActorId, TaskId};
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::{HAIRLINE, RADIUS_SMALL};
use crate::widgets::{badge, phase};
use egui::{Align2, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

/// Height from which there is a line for what was said last.
const THREE: f32 = 60.0;
/// Most of a line that the bar of a sleep takes, in points.
const BAR: f32 = 150.0;
/// Height of a line of words.
const LINE: f32 = 17.0;

/// A cell of the results, and the gap between two.
const CELL: Vec2 = vec2(48.0, 36.0);
const GAP: f32 = 6.0;

/// Height of the row of results with its title.
pub const RESULTS: f32 = super::TITLE + CELL.y;

impl Scene<'_> {
    /// Badge, PID, what it uses; what it does, and how far it is; what it said last.
    pub fn large(&self, ui: &Ui, rect: Rect, content: &Content) {
        self.ground(ui, rect, content);
        let (painter, theme) = (ui.painter(), self.theme());
        let (left, right) = (Align2::LEFT_CENTER, Align2::RIGHT_CENTER);
        let inner = rect.shrink2(vec2(10.0, 0.0));
        let face = left.align_size_within_rect(Vec2::splat(30.0), inner);
        badge::paint(painter, face, &content.badge, content.colours, theme);
        let said = self.last_said(content.actor);
        let three = rect.height() >= THREE && said.is_some();
        let lines = if three { 3.0 } else { 2.0 };
        let top = rect.center().y - 0.5 * lines * LINE;
        let line = |index: f32| {
            let y = top + index * LINE;
            Rect::from_x_y_ranges(face.right() + 10.0..=inner.right(), y..=y + LINE)
        };
        let (small, body) = (theme.small(), theme.body());
        let upper = line(0.0);
        let swatch = right.align_size_within_rect(phase::SWATCH, upper);
        phase::paint(painter, swatch, content.phase, theme);
        let upper = upper.with_max_x(swatch.left() - 8.0);
        let taken = text::line(painter, upper, left, &content.id, &theme.mono(), theme.text);
        let rest = upper.with_min_x(taken.map_or(upper.left(), |t| t.right() + 10.0));
        let used = text::longest(painter, rest.width(), &small, content.used.clone());
        if painter.width(&used, &small) <= rest.width() {
            text::line(painter, rest, right, &used, &small, theme.muted);
        }
        let lower = line(1.0);
        let bar = content.progress.map(|part| (part, BAR.min(0.4 * lower.width())));
        let words = lower.with_max_x(lower.right() - bar.map_or(0.0, |(_, width)| width + 10.0));
        let doing = text::longest(painter, words.width(), &body, content.doing.clone());
        let ink = match content.phase {
            Phase::Failed => theme.danger,
            _ => theme.text,
        };
        let taken = text::line(painter, words, left, &doing, &body, ink);
        if let Some((part, width)) = bar {
            let centre = pos2(lower.right() - 0.5 * width, lower.center().y);
            let track = Rect::from_center_size(centre, vec2(width, 8.0));
            painter.rect_filled(track, 4.0, theme.hairline);
            let done = track.with_max_x(track.left() + (part * width).max(4.0));
            painter.rect_filled(done, 4.0, theme.phase(Phase::Sleeping).mark);
        }
        if let Some(said) = said {
            let said = format!("“{said}”");
            let rest = words.with_min_x(taken.map_or(words.left(), |t| t.right() + 12.0));
            if three {
                text::line(painter, line(2.0), left, &said, &small, theme.muted);
            } else if bar.is_none() && painter.width(&said, &small) <= rest.width() {
                text::line(painter, rest, right, &said, &small, theme.muted);
            }
        }
    }

    fn last_said(&self, actor: ActorId) -> Option<&str> {
        let mut said = self.said.iter().rev();
        let found = said.find(|(who, _)| *who == actor)?;
        Some(&found.1)
    }

    /// What came of the tasks so far, in their order.
    pub fn results(&self, ui: &Ui, area: Rect) {
        let view = self.view;
        let tasks = world::pool(view).and_then(|pool| view.replay.tasks().of(pool));
        let count = view.param("tasks").parse().unwrap_or(0);
        let row = self.titled(ui, area, "Results, in order");
        let fits = ((row.width() + GAP) / (CELL.x + GAP)).max(0.0) as usize;
        let shown = if count <= fits { count } else { fits.saturating_sub(1) };
        let (painter, theme) = (ui.painter(), self.theme());
        let middle = Align2::CENTER_CENTER;
        let mut aloud = Vec::new();
        for index in 0..shown {
            let left = row.left() + index as f32 * (CELL.x + GAP);
            let rect = Rect::from_min_size(pos2(left, row.top()), CELL);
            let task = tasks.and_then(|tasks| tasks.get(TaskId::from_index(index)));
            let stage = task.map(|task| task.at(view.now));
            let (edge, said, ink) = match stage {
                Some(TaskStage::Ended(Ending::Finished(result))) => {
                    let said = view.trace.meta().item(result);
                    (Some(theme.phase(Phase::Running).base), said, theme.text)
                }
                Some(TaskStage::Ended(_)) => {
                    let failed = theme.phase(Phase::Failed).base;
                    (Some(failed), "none".to_owned(), theme.danger)
                }
                Some(TaskStage::Running(..)) => (Some(theme.outline), String::new(), theme.muted),
                _ => (None, String::new(), theme.muted),
            };
            match edge {
                Some(edge) => {
                    let stroke = Stroke::new(HAIRLINE, edge);
                    painter.rect(rect, RADIUS_SMALL, theme.panel, stroke, StrokeKind::Inside);
                }
                None => phase::paint(painter, rect, Phase::NotStarted, theme),
            }
            let (upper, lower) = rect.shrink2(vec2(3.0, 3.0)).split_top_bottom_at_fraction(0.45);
            let (small, mono) = (theme.small(), theme.mono());
            let task = format!("task {index}");
            text::line(painter, upper, middle, &task, &small, theme.muted);
            text::line(painter, lower, middle, &said, &mono, ink);
            if !said.is_empty() {
                aloud.push(said);
            }
        }
        if count > shown {
            let left = row.left() + shown as f32 * (CELL.x + GAP);
            let rect = Rect::from_min_size(pos2(left, row.top()), CELL);
            let more = format!("+{}", count - shown);
            let (left, small) = (Align2::LEFT_CENTER, theme.small());
            text::line(painter, rect, left, &more, &small, theme.muted);
        }
        let response = ui.interact(row, ui.scope_id().with("results"), Sense::hover());
        response.widget_info(|| {
            let said = format!("results: {}", aloud.join(", "));
            WidgetInfo::labeled(Role::Label, ui.is_enabled(), said)
        });
    }
}
