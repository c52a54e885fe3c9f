//! How a piece of an explanation looks.

use super::markdown::{Block, Mark};
use crate::app::command::Command;
use crate::app::words::{Part, Words};
use crate::widgets::theme::{GRID, HAIRLINE, RADIUS, Theme};
use egui::{
    Align2, FontId, Frame, Label, Margin, Pos2, Rect, RichText, ScrollArea, Ui, UiBuilder, pos2,
    vec2,
};
use std::borrow::Cow;

/// Room for the mark of an item, at its left.
const INDENT: f32 = 20.0;
/// Between the columns of a table, in points.
const COLUMNS: f32 = 12.0;
/// A page narrower than this has smaller tables.
pub(super) const NARROW: f32 = 300.0;

/// Space above a piece: those of a list stand closer together.
pub(super) fn above(block: &Block, before: Option<&Block>) -> f32 {
    match (before, block) {
        (None, _) => 0.0,
        (_, Block::Heading(_)) => 2.75 * GRID,
        (
            Some(Block::Text { depth: 1.., mark, .. }),
            Block::Text { depth: 1.., mark: here, .. },
        ) if !is_other_list(*mark, *here) => 0.5 * GRID,
        _ => 1.25 * GRID,
    }
}

/// Whether items with these marks are of two lists that follow each other.
fn is_other_list(before: Mark, here: Mark) -> bool {
    matches!((before, here), (Mark::Dot, Mark::Number(_)) | (Mark::Number(_), Mark::Dot))
}

/// Draws a piece where the cursor is.
pub(super) fn show(ui: &mut Ui, block: &Block, name: usize, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    match block {
        Block::Heading(parts) => {
            let width = ui.available_width();
            let words = Words::of(ui, Cow::Borrowed(parts), theme.heading(), theme.text, width);
            words.label(ui, name, commands);
        }
        Block::Text { depth, mark, parts } => {
            let indent = INDENT * *depth as f32;
            let width = ui.available_width() - indent;
            let words = Words::of(ui, Cow::Borrowed(parts), theme.body(), theme.text, width);
            let at = ui.cursor().min + vec2(indent, 0.0);
            mark_of(ui, *mark, at);
            put(ui, at, &words, (name, 0, 0), commands);
        }
        Block::Code(code) => {
            Frame::new()
                .fill(theme.field)
                .corner_radius(RADIUS)
                .inner_margin(Margin::same(8))
                .show(ui, |ui| {
                    ScrollArea::horizontal().id_salt(name).auto_shrink([false, true]).show(
                        ui,
                        |ui| {
                            let code =
                                RichText::new(code).font(theme.mono_small()).color(theme.text);
                            ui.add(Label::new(code).extend().selectable(true));
                        },
                    );
                });
        }
        Block::Table(rows) => table(ui, rows, name, commands),
    }
}

/// A text at a place, as high as it is.
fn put(
    ui: &mut Ui,
    at: Pos2,
    words: &Words<'_>,
    name: (usize, usize, usize),
    commands: &mut Vec<Command>,
) {
    let room = Rect::from_min_size(at, words.size());
    ui.scope_builder(UiBuilder::new().max_rect(room).id_salt(name), |ui| {
        words.label(ui, name, commands);
    });
}

/// Draws the mark of an item at the left of its text.
fn mark_of(ui: &Ui, mark: Mark, text: Pos2) {
    let theme = Theme::of(ui);
    let line = 0.5 * ui.fonts_mut(|fonts| fonts.row_height(&theme.body()));
    match mark {
        Mark::None => {}
        Mark::Dot => {
            let at = pos2(text.x - 11.0, text.y + line);
            ui.painter().circle_filled(at, 2.5, theme.text);
        }
        Mark::Number(number) => {
            let at = pos2(text.x - 6.0, text.y + line);
            let words = format!("{number}.");
            ui.painter().text(at, Align2::RIGHT_CENTER, words, theme.label(), theme.text);
        }
    }
}

/// Draws a table whose columns break their lines where they have to.
fn table(ui: &mut Ui, rows: &[Vec<Vec<Part>>], name: usize, commands: &mut Vec<Command>) {
    let theme = Theme::of(ui);
    let mut font = theme.body();
    if ui.available_width() < NARROW {
        font = FontId::new(font.size - 1.5, font.family);
    }
    let lay = |ui: &Ui, row: usize, cell: &[Part], width: f32| {
        let ink = if row == 0 { theme.muted } else { theme.text };
        Words::of(ui, Cow::Owned(cell.to_vec()), font.clone(), ink, width)
    };
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut widest = vec![0.0_f32; columns];
    for (number, row) in rows.iter().enumerate() {
        for (widest, cell) in widest.iter_mut().zip(row) {
            *widest = widest.max(lay(ui, number, cell, f32::INFINITY).size().x);
        }
    }
    let room = ui.available_width() - COLUMNS * columns.saturating_sub(1) as f32;
    let widths = share(&widest, room);
    let left = ui.cursor().left();
    for (number, row) in rows.iter().enumerate() {
        let mut at = pos2(left, ui.cursor().top() + 3.0);
        let top = at.y;
        let mut bottom = at.y;
        for ((column, cell), width) in row.iter().enumerate().zip(&widths) {
            let words = lay(ui, number, cell, *width);
            let room = Rect::from_min_size(at, words.size());
            let mut inside =
                ui.new_child(UiBuilder::new().max_rect(room).id_salt((name, number, column)));
            words.label(&mut inside, (name, number, column), commands);
            bottom = bottom.max(room.bottom());
            at.x += width + COLUMNS;
        }
        ui.allocate_space(vec2(ui.available_width(), bottom - top + 6.0));
        if number + 1 < rows.len() {
            let line = left..=at.x - COLUMNS;
            ui.painter().hline(line, bottom + 3.0, (HAIRLINE, theme.hairline));
        }
    }
}

/// Widths of columns that share a room: those that need less than an equal share have what they need, and the others
/// share the rest.
fn share(widest: &[f32], room: f32) -> Vec<f32> {
    let mut order: Vec<usize> = (0..widest.len()).collect();
    order.sort_by(|a, b| widest[*a].total_cmp(&widest[*b]));
    let (mut left, mut widths) = (room.max(0.0), vec![0.0; widest.len()]);
    for (place, column) in order.into_iter().enumerate() {
        let equal = left / (widest.len() - place) as f32;
        // A little more than measured: else the last word may go to a line of its own.
        widths[column] = (widest[column] + 1.0).min(equal);
        left -= widths[column];
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn columns_that_need_little_leave_the_rest_to_the_others() {
        assert_eq!(share(&[10.0, 20.0], 100.0), [11.0, 21.0]);
        assert_eq!(share(&[10.0, 500.0, 500.0], 111.0), [11.0, 50.0, 50.0]);
        assert_eq!(share(&[500.0, 10.0], 50.0), [39.0, 11.0]);
        assert!(share(&[], 10.0).is_empty());
        assert_eq!(share(&[5.0], -1.0), [0.0]);
    }
}
