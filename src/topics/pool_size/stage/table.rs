//! The medians of a backend, size by size.

use super::figure::Figure;
use super::looks;
use crate::replay::words::capital;
use crate::topics::pool_size::analysis::{Cell, ratio};
use crate::topics::pool_size::plan::Backend;
use crate::trace::Nanos;
use crate::widgets::theme::{HAIRLINE, Theme};
use egui::{Grid, Label, Rect, RichText, ScrollArea, Stroke, Ui, UiBuilder, Vec2};

const ROW: f32 = 22.0;
/// From this width on every time is written with its unit, else the unit stands once.
const WIDE: f32 = 660.0;
/// From this width on the efficiency has a column, too.
const WIDEST: f32 = 900.0;
/// What stands for nothing, and for what is not compared.
const LEFT_OUT: &str = "–";
/// The first column after the size that may be a ratio.
const RATIOS: usize = 4;

/// Height with this number of rows.
pub fn height(rows: usize) -> f32 {
    ROW * (1 + rows.max(1)) as f32
}

/// Draws it into an area, so many times larger than by default; there it scrolls if it has to.
pub fn show(ui: &mut Ui, area: Rect, figure: &Figure<'_>, theme: &Theme, by: f32) {
    let rows = figure.rows();
    let (wide, row) = (area.width() >= by * WIDE, by * ROW);
    let most = rows.iter().filter_map(|(_, cell)| Some(cell.as_ref()?.total.median.0)).max();
    let (unit, name) = Nanos(most.unwrap_or(0)).unit();
    let heads = heads(figure, area.width() / by, most.map(|_| name));
    let time = |time: Nanos| {
        if wide { time.to_string() } else { looks::digits(time.0 as f64 / unit as f64) }
    };
    let (font, width) = match wide {
        true => (theme.mono(), area.width() / heads.len() as f32),
        false => (theme.mono_small(), area.width() / heads.len() as f32),
    };
    let left_out = figure.compared.left_out(&figure.cells).map(|why| capital(&why));
    let grid = Grid::new("medians").num_columns(heads.len()).spacing(Vec2::ZERO);
    let grid = grid.min_row_height(row).min_col_width(width).max_col_width(width);
    ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
        ui.shrink_clip_rect(area);
        ScrollArea::vertical().id_salt("medians").show(ui, |ui| {
            let rule = |ui: &Ui| {
                let y = ui.cursor().top() + row;
                ui.painter().hline(area.x_range(), y, Stroke::new(HAIRLINE, theme.hairline));
            };
            grid.show(ui, |ui| {
                let say = |ui: &mut Ui, said: &str, font: egui::FontId, ink| {
                    ui.add(Label::new(RichText::new(said).font(font).color(ink)).truncate())
                };
                rule(ui);
                for head in &heads {
                    say(ui, head, theme.small(), theme.muted);
                }
                ui.end_row();
                for (size, cell) in &rows {
                    rule(ui);
                    let name = if *size == 0 { "none".to_owned() } else { size.to_string() };
                    say(ui, &name, font.clone(), theme.text);
                    let said = cell.map(|cell| values(figure, cell, wide, &time));
                    for place in 0..heads.len() - 1 {
                        let said = said.as_ref().and_then(|said| said.get(place));
                        let shown = match said {
                            Some(said) => say(ui, said, font.clone(), theme.text),
                            None => say(ui, LEFT_OUT, font.clone(), theme.faint),
                        };
                        // Where there is no pool there is no efficiency either, whatever was measured.
                        let is_left_out =
                            *size > 0 && place >= RATIOS && said.is_some_and(|s| s == LEFT_OUT);
                        if let Some(why) = left_out.as_ref().filter(|_| is_left_out) {
                            shown.on_hover_text(why);
                        }
                    }
                    ui.end_row();
                }
            });
        });
    });
}

/// The heads of as many columns as a width has room for, in the order of [`values`].
fn heads(figure: &Figure<'_>, width: f32, unit: Option<&str>) -> Vec<String> {
    let wide = width >= WIDE;
    let total = match unit {
        _ if wide => "total (median)".to_owned(),
        Some(unit) => format!("total, {unit}"),
        None => "total".to_owned(),
    };
    let (size, end) = if wide { ("pool size", "shut down") } else { ("size", "end") };
    let mut heads = [size, "start", "map", end].map(str::to_owned).to_vec();
    heads.push(total);
    let peer = peer(figure);
    let theirs = peer.map_or_else(String::new, |peer| format!("× {}", peer.short()));
    let more = [
        (300.0, "speed-up", true),
        (360.0, &*theirs, peer.is_some()),
        (400.0, "spread", true),
        (WIDEST, "efficiency", true),
    ];
    let more = more.iter().filter(|(least, _, is_there)| width >= *least && *is_there);
    heads.extend(more.map(|(_, name, _)| (*name).to_owned()));
    heads
}

/// CPython's pool that others are set beside: the first of several.
fn peer(figure: &Figure<'_>) -> Option<Backend> {
    let mut all = figure.backends.iter().copied();
    all.find(|backend| backend.is_cpython() && !figure.backend.is_cpython())
}

/// What a row says of a cell after its size.
fn values(
    figure: &Figure<'_>,
    cell: &Cell,
    wide: bool,
    time: &dyn Fn(Nanos) -> String,
) -> Vec<String> {
    let part = |part: usize| match cell.backend.has_pools() || part == 1 {
        true => time(cell.parts[part]),
        false => "–".to_owned(),
    };
    let mut said = [part(0), part(1), part(2), time(cell.total.median)].to_vec();
    let (compared, cells) = (&figure.compared, &figure.cells);
    let ratio_of = |factor: Option<f64>| match factor {
        Some(factor) => format!("{factor:.2}"),
        None => LEFT_OUT.to_owned(),
    };
    said.push(ratio_of(compared.speed_up(cells, cell)));
    if peer(figure).is_some() {
        said.push(match compared.times_cpython(cells, cell) {
            None => LEFT_OUT.to_owned(),
            Some(times) if !wide => ratio(times),
            Some(times) if times >= 1.0 => format!("{} × faster", ratio(times)),
            Some(times) => format!("{} × slower", ratio(1.0 / times)),
        });
    }
    said.push(format!("± {}", time(cell.total.half())));
    said.push(ratio_of(compared.efficiency(cells, cell)));
    said
}
