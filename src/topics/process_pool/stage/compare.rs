//! Two pools that did the same: their measured times as bars.

use super::{Scene, words};
use crate::replay::Phase;
use crate::trace::Nanos;
use crate::widgets::badge;
use crate::widgets::stage::StageAction;
use crate::widgets::text;
use crate::widgets::theme::{HAIRLINE, RADIUS_SMALL};
use egui::{Align2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2};

/// Draws a line for each pool. A click shows its part of the run.
pub fn show(scene: &Scene<'_>, ui: &Ui, area: Rect, actions: &mut Vec<StageAction>) {
    let (view, theme) = (scene.view, scene.theme());
    let spans: Vec<Option<(Nanos, Nanos, bool)>> = (scene.sides.iter())
        .map(|side| {
            let begin = side.begin(view.replay).filter(|at| *at <= view.now)?;
            let end = side.end(view.replay).filter(|end| *end <= view.now);
            Some((begin, end.unwrap_or(view.now), end.is_some()))
        })
        .collect();
    // Of the whole run where it is known: nothing grows out of proportion.
    let whole = |side: &super::Side| {
        let begin = side.begin(view.replay)?;
        Some(side.end(view.replay).unwrap_or(view.now).since(begin))
    };
    let longest = (scene.sides.iter().filter_map(whole)).max().unwrap_or_default();
    let names = (0.3 * area.width()).clamp(130.0, 210.0);
    let times = 114.0;
    let height = area.height() / scene.sides.len().max(1) as f32;
    for (index, (side, span)) in scene.sides.iter().zip(&spans).enumerate() {
        let top = area.top() + index as f32 * height;
        let row = Rect::from_min_max(pos2(area.left(), top), pos2(area.right(), top + height));
        let painter = ui.painter();
        let name = words::side(scene, side);
        let shown = std::ptr::eq(side, scene.side) && span.is_some();
        let font = if shown { theme.label() } else { theme.body() };
        let colour = if shown { theme.text } else { theme.muted };
        let label = row.with_max_x(row.left() + names - 8.0);
        text::line(painter, label, Align2::LEFT_CENTER, &name, &font, colour);
        let track = Rect::from_min_max(
            pos2(row.left() + names, row.center().y - 6.0),
            pos2(row.right() - times, row.center().y + 6.0),
        );
        let time = row.with_min_x(track.right() + 8.0);
        let mut said = format!("Show {name}");
        if let Some((begin, end, over)) = *span {
            let took = end.since(begin);
            painter.rect_filled(track, RADIUS_SMALL, theme.field);
            let part = (took.0 as f64 / longest.0.max(1) as f64) as f32;
            let bar = track.with_max_x(track.left() + (part * track.width()).max(2.0));
            let colour = if over {
                theme.accent
            } else {
                theme.phase(Phase::Running).base.gamma_multiply(0.6)
            };
            painter.rect_filled(bar, RADIUS_SMALL, colour);
            let colour = if shown { theme.text } else { theme.muted };
            let (left, mono) = (Align2::LEFT_CENTER, theme.mono());
            let so_far = if over { "" } else { " so far" };
            let words = format!("{took}{so_far}");
            text::line(painter, time, left, &words, &mono, colour);
            let state = if over { "took" } else { "has taken" };
            said = format!("{said}: {state} {took}");
        } else {
            let stroke = Stroke::new(HAIRLINE, theme.hairline);
            painter.rect_stroke(track, RADIUS_SMALL, stroke, StrokeKind::Inside);
            text::line(painter, time, Align2::LEFT_CENTER, "next", &theme.small(), theme.muted);
        }
        // Also where the cursor stands before it.
        let Some(begin) = side.begin(view.replay) else {
            continue;
        };
        let response = ui.interact(row, ui.scope_id().with(("side", index)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &said));
        badge::focus_ring(ui, &response, row.expand2(egui::vec2(4.0, 0.0)), RADIUS_SMALL);
        if response.on_hover_text(said).clicked() {
            let end = side.end(view.replay).unwrap_or(view.trace.end());
            actions.push(StageAction::Show(begin, end));
        }
    }
}
