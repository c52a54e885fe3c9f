//! The cell of a task: the same in a queue, at its worker and among the results.

use super::picture::{Mark, Picture};
use super::resource::Look;
use super::theme::RADIUS_SMALL;
use crate::replay::{Phase, Working};
use egui::{Align2, Rect, pos2};

/// A task under way in a rectangle of one line: an outlined block with its number, a strip at its foot that shows what
/// its worker is doing, and since when.
pub fn cell(look: &Look<'_>, working: Working, phase: Phase, rect: Rect, picture: &mut Picture) {
    let theme = look.theme;
    let label = format!("task {}", working.task.0);
    let width = look.measure.width(&label, &theme.body());
    let block = rect.with_max_x((rect.left() + width + 18.0).min(rect.right()));
    picture.rounded(block, RADIUS_SMALL, theme.field, look.outline());
    let strip = Rect::from_min_max(
        pos2(block.left() + 4.0, block.bottom() - 4.0),
        pos2(block.right() - 4.0, block.bottom() - 1.5),
    );
    strip_of(phase, look, strip, picture);
    let words = block.with_max_y(block.bottom() - 2.0);
    picture.text(words, Align2::CENTER_CENTER, label, theme.body(), theme.text);
    let took = look.now.since(working.since).to_string();
    let beside = Rect::from_min_max(pos2(block.right() + 8.0, rect.top()), rect.max);
    let font = theme.mono_small();
    if look.measure.width(&took, &font) <= beside.width() {
        picture.text(beside, Align2::LEFT_CENTER, took, font, theme.muted);
    }
}

/// The strip at the foot of a task: plain in the colour of the phase.
pub fn strip_of(phase: Phase, look: &Look<'_>, strip: Rect, picture: &mut Picture) {
    let fill = look.theme.phase(phase).base;
    let edge = egui::Stroke::NONE;
    picture.marks.push(Mark::Box { rect: strip, radius: 1.0, fill, edge, dashed: false });
}
