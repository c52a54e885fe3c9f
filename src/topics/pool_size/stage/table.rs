//! The medians of a backend, size by size.

use super::figure::Figure;
use crate::topics::pool_size::analysis::{self, Cell, ratio};
use crate::widgets::text;
use crate::widgets::theme::{HAIRLINE, Theme};
use egui::{Align2, FontId, Rect, Stroke, Ui, pos2};

const HEAD: f32 = 22.0;
const ROW: f32 = 22.0;

/// Height with so many rows.
pub fn height(rows: usize) -> f32 {
    HEAD + ROW * rows.max(1) as f32
}

/// A column: its head, the narrowest table that has it, and what a cell says in it.
type Column = (&'static str, f32, fn(&Figure<'_>, &Cell) -> String);

const COLUMNS: [Column; 8] = [
    ("pool size", 0.0, |_, cell| match cell.size {
        0 => "none".to_owned(),
        size => size.to_string(),
    }),
    ("start", 0.0, |_, cell| part(cell, 0)),
    ("map", 0.0, |_, cell| part(cell, 1)),
    ("shut down", 0.0, |_, cell| part(cell, 2)),
    ("total (median)", 0.0, |_, cell| cell.total.median.to_string()),
    ("spread", 560.0, |_, cell| format!("± {}", cell.total.half())),
    ("speed-up", 380.0, |figure, cell| {
        let base = figure.base(cell.backend);
        base.map_or_else(String::new, |base| {
            format!("{:.2}", analysis::speed_up(base, cell.total.median))
        })
    }),
    ("× CPython", 470.0, |figure, cell| {
        let times = analysis::times_cpython(&figure.cells, cell);
        times.map_or_else(String::new, |times| match times {
            times if times >= 1.0 => format!("{} × faster", ratio(times)),
            times => format!("{} × slower", ratio(1.0 / times)),
        })
    }),
];

fn part(cell: &Cell, part: usize) -> String {
    match cell.backend.has_pools() || part == 1 {
        true => cell.parts[part].to_string(),
        false => "–".to_owned(),
    }
}

/// Draws it at the top of an area.
pub fn show(ui: &Ui, area: Rect, figure: &Figure<'_>) {
    let theme = figure.theme();
    let rows = figure.rows();
    let peer = (rows.iter()).any(|cell| analysis::times_cpython(&figure.cells, cell).is_some());
    let columns: Vec<&Column> = (COLUMNS.iter())
        .filter(|(name, least, _)| area.width() >= *least && (peer || *name != "× CPython"))
        .collect();
    let room = ((area.height() - HEAD) / ROW).floor().max(0.0) as usize;
    // The last line says how many more there are.
    let shown = if rows.len() > room { room.saturating_sub(1) } else { rows.len() };
    let line = |row: f32| {
        let top = area.top() + row;
        Rect::from_min_max(pos2(area.left(), top), pos2(area.right(), top + ROW))
    };
    for (place, (name, ..)) in columns.iter().enumerate() {
        let at = column(area, columns.len(), place);
        write(ui, line(0.0), at, name, &theme.small(), theme, false);
    }
    rule(ui, line(0.0), theme);
    for (row, cell) in rows.iter().take(shown).enumerate() {
        let rect = line(HEAD + ROW * row as f32);
        for (place, (.., value)) in columns.iter().enumerate() {
            let at = column(area, columns.len(), place);
            let said = value(figure, cell);
            write(ui, rect, at, &said, &theme.mono(), theme, true);
        }
        rule(ui, rect, theme);
    }
    if shown < rows.len() {
        let rect = line(HEAD + ROW * shown as f32);
        let said = format!("+{} more", rows.len() - shown);
        write(ui, rect, (area.left(), area.right()), &said, &theme.small(), theme, false);
    }
}

/// From where to where a column goes.
fn column(area: Rect, columns: usize, place: usize) -> (f32, f32) {
    // The first one holds short numbers.
    let first = (0.6 / columns as f32) * area.width();
    let each = (area.width() - first) / (columns - 1).max(1) as f32;
    match place {
        0 => (area.left(), area.left() + first),
        place => {
            let left = area.left() + first + each * (place - 1) as f32;
            (left, left + each)
        }
    }
}

fn write(
    ui: &Ui,
    row: Rect,
    (left, right): (f32, f32),
    said: &str,
    font: &FontId,
    theme: &Theme,
    strong: bool,
) {
    let rect = Rect::from_min_max(pos2(left, row.top()), pos2(right, row.bottom()));
    let ink = if strong { theme.text } else { theme.muted };
    text::line(ui.painter(), rect, Align2::LEFT_CENTER, said, font, ink);
}

fn rule(ui: &Ui, row: Rect, theme: &Theme) {
    let stroke = Stroke::new(HAIRLINE, theme.hairline);
    ui.painter().hline(row.x_range(), row.bottom(), stroke);
}
