//! The medians of a backend, size by size.

use super::figure::Figure;
use super::looks::Unit;
use crate::topics::pool_size::analysis::{self, Cell, ratio};
use crate::topics::pool_size::plan::Backend;
use crate::trace::Nanos;
use crate::widgets::text;
use crate::widgets::theme::{HAIRLINE, Theme};
use egui::{Align2, Color32, FontId, Rect, Stroke, Ui, pos2};

const HEAD: f32 = 22.0;
const ROW: f32 = 22.0;

/// Height with this number of rows.
pub fn height(rows: usize) -> f32 {
    HEAD + ROW * rows.max(1) as f32
}

/// From this width on every time is written with its unit, else the unit stands once.
const WIDE: f32 = 660.0;

/// How a table writes times.
#[derive(Clone, Copy)]
struct Style {
    unit: Option<Unit>,
}

impl Style {
    fn time(self, time: Nanos) -> String {
        match self.unit {
            Some(unit) => unit.show(time.0 as f64),
            None => time.to_string(),
        }
    }
}

/// A column: its head, also where there is little room; its part of the width; the narrowest table that has it; and
/// what a cell says in it.
type Column = ([&'static str; 2], f32, f32, fn(&Figure<'_>, &Cell, Style) -> String);

const COLUMNS: [Column; 7] = [
    (["start", "start"], 0.9, 0.0, |_, cell, style| part(cell, 0, style)),
    (["map", "map"], 0.85, 0.0, |_, cell, style| part(cell, 1, style)),
    (["shut down", "end"], 0.85, 0.0, |_, cell, style| part(cell, 2, style)),
    (["total (median)", "total"], 1.1, 0.0, |_, cell, style| style.time(cell.total.median)),
    (["spread", "spread"], 1.1, 340.0, |_, cell, style| {
        format!("± {}", style.time(cell.total.half()))
    }),
    (["speed-up", "speed-up"], 1.1, 300.0, |figure, cell, _| {
        let base = figure.base(cell.backend);
        base.map_or_else(String::new, |base| {
            format!("{:.2}", analysis::speed_up(base, cell.total.median))
        })
    }),
    ([PEER, PEER], 1.2, 360.0, |figure, cell, style| {
        let times = analysis::times_cpython(&figure.cells, cell);
        let times = times.map(|times| match (times, style.unit) {
            (times, Some(_)) => ratio(times),
            (times, None) if times >= 1.0 => format!("{} × faster", ratio(times)),
            (times, None) => format!("{} × slower", ratio(1.0 / times)),
        });
        times.unwrap_or_default()
    }),
];

const PEER: &str = "× CPython";

fn part(cell: &Cell, part: usize, style: Style) -> String {
    match cell.backend.has_pools() || part == 1 {
        true => style.time(cell.parts[part]),
        false => "–".to_owned(),
    }
}

/// Draws it at the top of an area.
pub fn show(ui: &Ui, area: Rect, figure: &Figure<'_>) {
    let theme = figure.theme();
    let rows = figure.rows();
    let known = || rows.iter().filter_map(|(_, cell)| *cell);
    let most = known().map(|cell| cell.total.median.0).max();
    let wide = area.width() >= WIDE;
    let unit = Unit::for_most(most.unwrap_or(0) as f64);
    let style = Style { unit: (!wide).then_some(unit) };
    let peer = figure.backend != Backend::CPython && figure.backends.contains(&Backend::CPython);
    let columns: Vec<&Column> = (COLUMNS.iter())
        .filter(|(names, _, least, _)| area.width() >= *least && (peer || names[0] != PEER))
        .collect();
    let room = ((area.height() - HEAD) / ROW).floor().max(0.0) as usize;
    // The last line says how many more there are.
    let shown = match rows.len() > room {
        true => room.saturating_sub(1),
        false => rows.len(),
    };
    let line = |top: f32| {
        let top = area.top() + top;
        Rect::from_min_max(pos2(area.left(), top), pos2(area.right(), top + ROW))
    };
    let small = theme.small();
    let first = column(area, &columns, None);
    write(ui, line(0.0), first, if wide { "pool size" } else { "size" }, &small, theme.muted);
    for (place, (names, ..)) in columns.iter().enumerate() {
        let at = column(area, &columns, Some(place));
        let name = names[usize::from(!wide)];
        let said = match (name, wide, most) {
            ("total", false, Some(_)) => format!("total, {}", unit.name),
            _ => name.to_owned(),
        };
        write(ui, line(0.0), at, &said, &small, theme.muted);
    }
    rule(ui, line(0.0), theme);
    let font = if wide { theme.mono() } else { theme.mono_small() };
    for (row, (size, cell)) in rows.iter().take(shown).enumerate() {
        let rect = line(HEAD + ROW * row as f32);
        let name = if *size == 0 { "none".to_owned() } else { size.to_string() };
        write(ui, rect, first, &name, &font, theme.text);
        for (place, (.., value)) in columns.iter().enumerate() {
            let at = column(area, &columns, Some(place));
            let said = cell.map_or_else(|| "–".to_owned(), |cell| value(figure, cell, style));
            let ink = if cell.is_some() { theme.text } else { theme.faint };
            write(ui, rect, at, &said, &font, ink);
        }
        rule(ui, rect, theme);
    }
    if shown < rows.len() {
        let rect = line(HEAD + ROW * shown as f32);
        let said = format!("+{} more", rows.len() - shown);
        let whole = (area.left(), area.right());
        write(ui, rect, whole, &said, &small, theme.muted);
    }
}

/// Part of the width that the pool sizes take.
const FIRST: f32 = 0.55;

/// From where to where a column goes; that of the pool sizes, where no place is given.
fn column(area: Rect, columns: &[&Column], place: Option<usize>) -> (f32, f32) {
    let part = |columns: &[&Column]| columns.iter().map(|(_, part, ..)| part).sum::<f32>();
    let all = FIRST + part(columns);
    let at = |parts: f32| area.left() + area.width() * parts / all;
    match place {
        None => (at(0.0), at(FIRST)),
        Some(place) => {
            let left = FIRST + part(&columns[..place]);
            (at(left), at(left + columns[place].1))
        }
    }
}

fn write(ui: &Ui, row: Rect, (left, right): (f32, f32), said: &str, font: &FontId, ink: Color32) {
    let rect = Rect::from_min_max(pos2(left, row.top()), pos2(right, row.bottom()));
    text::line(ui.painter(), rect, Align2::LEFT_CENTER, said, font, ink);
}

fn rule(ui: &Ui, row: Rect, theme: &Theme) {
    let stroke = Stroke::new(HAIRLINE, theme.hairline);
    ui.painter().hline(row.x_range(), row.bottom(), stroke);
}
