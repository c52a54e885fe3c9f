//! The column of names.

use super::layout::{Content, LABELS_NARROW, Layout, Row};
use super::rows::RowKind;
use super::view::TimelineInput;
use crate::widgets::actors::Actors;
use crate::widgets::badge;
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::Theme;
use egui::{Align2, FontId, Painter, Vec2, vec2};

/// Name of a row, at its left.
pub(super) fn paint(
    painter: &Painter,
    row: &Row,
    layout: &Layout,
    input: &TimelineInput<'_>,
    actors: &Actors<'_>,
    theme: &Theme,
) {
    let area = row.label.shrink2(vec2(8.0, 0.0));
    let narrow = row.label.width() <= LABELS_NARROW;
    let (title, detail) = match row.kind {
        RowKind::Actor(_) | RowKind::Shared(_) => {
            let Some(id) = layout.actor(row.kind, input.cursor) else {
                return;
            };
            let side = (row.rect.height() - 2.0).clamp(8.0, 22.0);
            let face = Align2::LEFT_CENTER.align_size_within_rect(Vec2::splat(side), area);
            badge::paint(painter, face, &actors.badge(id), actors.colours(id), theme);
            if narrow {
                return;
            }
            let words = area.with_min_x(area.left() + 30.0);
            if row.rect.height() >= 30.0 {
                let (upper, lower) = words.split_top_bottom_at_fraction(0.5);
                let title = actors.name(id);
                let font = fitting(painter, &title, words.width(), theme);
                let bottom = Align2::LEFT_BOTTOM;
                text::line(painter, upper, bottom, &title, &font, theme.text);
                let detail = (input.detail)(id);
                let font = theme.mono_small();
                text::line(painter, lower, Align2::LEFT_TOP, &detail, &font, theme.muted);
            } else {
                let title = actors.name(id);
                let font = match row.rect.height() >= 20.0 {
                    true => fitting(painter, &title, words.width(), theme),
                    false => theme.small(),
                };
                let middle = Align2::LEFT_CENTER;
                text::line(painter, words, middle, &title, &font, theme.text);
            }
            return;
        }
        RowKind::Owner(id) => (input.meta.resource_name(id), ["owner".to_owned(), String::new()]),
        RowKind::Waiters(id) => (input.meta.resource_name(id), peak("waiters", row)),
        RowKind::Length(id) => (input.meta.resource_name(id), peak("length", row)),
    };
    if narrow {
        return;
    }
    if row.rect.height() >= 30.0 {
        let (upper, lower) = area.split_top_bottom_at_fraction(0.5);
        text::line(painter, upper, Align2::LEFT_BOTTOM, &title, &theme.label(), theme.text);
        text::line(painter, lower, Align2::LEFT_TOP, &detail[0], &theme.small(), theme.muted);
    } else {
        let font = if row.rect.height() >= 20.0 { theme.label() } else { theme.small() };
        let middle = Align2::LEFT_CENTER;
        let used = text::line(painter, area, middle, &title, &font, theme.text);
        let rest = area.with_min_x(used.map_or(area.left(), |r| r.right() + 6.0));
        let small = theme.small();
        let detail = text::longest(painter, rest.width(), &small, detail);
        text::line(painter, rest, middle, &detail, &small, theme.muted);
    }
}

/// The font of names, or a smaller one where a name would be cut off.
fn fitting(painter: &Painter, name: &str, width: f32, theme: &Theme) -> FontId {
    let font = theme.label();
    if painter.width(name, &font) <= width { font } else { theme.small() }
}

/// The caption of a count with its maximum, and a shorter one.
fn peak(what: &str, row: &Row) -> [String; 2] {
    match row.content {
        Content::Number(_, peak) if peak > 0 => {
            [format!("{what}, max {peak}"), format!("max {peak}")]
        }
        _ => [what.to_owned(), String::new()],
    }
}
