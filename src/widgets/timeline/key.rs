//! The key of the ruler: what its signs mean, at its left.

use super::bars;
use super::layout::{Content, LABELS_NARROW, Layout, MARKS};
use crate::replay::MarkKind;
use crate::widgets::ink::Ink;
use crate::widgets::text::{self, Measure};
use crate::widgets::theme::Theme;
use egui::{Align2, Painter, Rect, Shape, Stroke, pos2};

/// Width of a sign with the space behind it, and between two entries.
const SIGN: f32 = 13.0;
const GAP: f32 = 10.0;
/// From a line of it to the next.
const LINE: f32 = 14.0;

/// The signs in view, each with what it means; and whether some of the run is shown slower than the rest.
pub(super) fn paint(painter: &Painter, layout: &Layout, is_slow: bool, theme: &Theme) {
    let narrow = layout.labels.width() <= LABELS_NARROW;
    if narrow {
        return;
    }
    let left = layout.labels.left() + 8.0;
    let right = layout.axis.left() - 10.0;
    let font = theme.small();
    let line = |middle: f32| {
        Rect::from_x_y_ranges(left..=right, middle - 0.5 * LINE..=middle + 0.5 * LINE)
    };
    let mut ink = Ink::new(painter.pixels_per_point());
    let marks = line(layout.axis.bottom() - MARKS - 7.0);
    let mut x = right;
    for (kind, name) in entries(layout) {
        let width = painter.width(name, &font);
        if x - width - SIGN < left {
            break;
        }
        text::line(painter, marks.with_max_x(x), Align2::RIGHT_CENTER, name, &font, theme.muted);
        x -= width + SIGN;
        bars::glyph(&mut ink, pos2(x + 4.0, marks.center().y), 4.0, kind, theme);
        x -= GAP;
    }
    painter.add(Shape::mesh(ink.mesh));
    let name = "shown slower";
    let width = painter.width(name, &font);
    if is_slow && width + SIGN <= right - left {
        let row = line(layout.axis.bottom() - 7.0);
        text::line(painter, row, Align2::RIGHT_CENTER, name, &font, theme.muted);
        let x = right - width - SIGN - 3.0;
        painter.hline(x..=x + 11.0, row.center().y, Stroke::new(2.0, theme.accent));
    }
}

/// One for each look that a sign has, in the order of what harms most.
fn entries(layout: &Layout) -> Vec<(MarkKind, &'static str)> {
    let name = |kind: MarkKind| match kind {
        MarkKind::Killed | MarkKind::Failed | MarkKind::TaskFailed | MarkKind::Unhandled => {
            (0, "failure")
        }
        MarkKind::Collision(_) => (1, "unseen overwrite"),
        MarkKind::Signal(_) => (2, "signal"),
    };
    // A lane may have a sign of which the ruler, where several are in one place, has none.
    let lanes = layout.rows.iter().filter_map(|row| match &row.content {
        Content::Actor(bars) => Some(&bars.marks),
        _ => None,
    });
    let all = layout.marks.iter().chain(lanes.flatten());
    let mut entries: Vec<_> = all.map(|mark| (name(mark.kind), mark.kind)).collect();
    entries.sort_unstable_by_key(|((rank, _), _)| *rank);
    entries.dedup_by_key(|((rank, _), _)| *rank);
    entries.into_iter().map(|((_, name), kind)| (kind, name)).collect()
}
