//! Rows of what was measured several times: a bar to the median, a dot for every trial, the value, and what it cost.

use super::picture::{Does, Mark, Picture, Spot};
use super::resource::Look;
use super::stage::StageAction;
use super::theme::{HAIRLINE, RADIUS_SMALL};
use crate::trace::Nanos;
use egui::{Align2, Rect, Stroke, pos2, vec2};

/// One row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// What it is called.
    pub name: String,
    /// Rows of one group stand together, on a scale of their own.
    pub group: usize,
    /// The trials so far, in the order they ran.
    pub trials: Vec<Nanos>,
    /// Their median; nothing before the first.
    pub middle: Option<Nanos>,
    /// None of its group is clearly faster.
    pub best: bool,
    /// What stands in the columns.
    pub cells: Vec<Cell>,
    /// Its whole name and what it comes to, for who points at it.
    pub said: String,
    /// What a click does.
    pub does: Option<StageAction>,
}

impl Row {
    /// One of which nothing is known yet.
    pub fn not_yet(name: &str, whole: &str, group: usize, does: Option<StageAction>) -> Self {
        let said = format!("{whole}: not yet");
        Self { name: name.to_owned(), group, said, does, ..Self::default() }
    }
}

/// What stands in a column of a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// The value; empty where it is not known.
    pub text: String,
    /// How much that is, to be set beside the largest of the column; nothing where that says nothing.
    pub amount: Option<f64>,
}

impl Cell {
    /// An amount, where it is known, as it is said.
    pub fn of(amount: Option<u64>, said: impl Fn(u64) -> String) -> Self {
        let text = amount.map(said).unwrap_or_default();
        Self { text, amount: amount.map(|amount| amount as f64) }
    }

    /// A time, where it is known.
    pub fn time(time: Option<Nanos>) -> Self {
        Self::of(time.map(|time| time.0), |time| Nanos(time).to_string())
    }
}

/// Rows with their columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// What is shown.
    pub title: String,
    /// How to read it.
    pub explained: String,
    /// What stands above the columns, the most important first: the last ones go where there is no room.
    pub columns: Vec<&'static str>,
    /// From top to bottom.
    pub rows: Vec<Row>,
    /// What stands above the rows of each group.
    pub groups: Vec<String>,
    /// The time that fills the width, of each group: that of the whole run, wherever the cursor is.
    pub longest: Vec<Nanos>,
}

const COLUMN: f32 = 70.0;
const VALUE: f32 = 68.0;
const PLOT: f32 = 90.0;
const HEAD: f32 = 40.0;
const CAPTION: f32 = 18.0;
/// Rows as low as this sooner than none for a way.
const ROW: [f32; 2] = [15.0, 34.0];

/// Where things stand across.
struct Across {
    plot: [f32; 2],
    columns: usize,
    right: f32,
    /// The largest amount of each column.
    most: Vec<f64>,
}

/// The rows in an area: what has no room is left out, the last columns first.
pub fn layout(look: &Look<'_>, area: Rect, shown: &Rows) -> Picture {
    let theme = look.theme;
    let mut picture = Picture::default();
    let left = Align2::LEFT_CENTER;
    let title = Rect::from_min_size(area.min, vec2(area.width(), 18.0));
    picture.text(title, left, shown.title.clone(), theme.strong(), theme.text);
    let has_head = area.height()
        >= HEAD + shown.groups.len() as f32 * CAPTION + shown.rows.len() as f32 * 22.0;
    let mut top = title.bottom() + 2.0;
    if has_head {
        let explained = title.translate(vec2(0.0, 18.0));
        picture.text(explained, left, shown.explained.clone(), theme.small(), theme.muted);
        top = area.top() + HEAD;
    }
    let captions = CAPTION * shown.groups.len() as f32;
    let height = (area.bottom() - top - captions) / shown.rows.len().max(1) as f32;
    let height = height.clamp(ROW[0], ROW[1]);
    let across = across(look, area, shown);
    let mut group = None;
    for row in &shown.rows {
        if group != Some(row.group) {
            let line = Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), CAPTION));
            let is_first = group.is_none();
            caption(look, line, shown, row.group, is_first, &across, &mut picture);
            (group, top) = (Some(row.group), top + CAPTION);
        }
        let rect = Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), height));
        if rect.bottom() > area.bottom() + 1.0 {
            break;
        }
        let longest = shown.longest.get(row.group).copied().unwrap_or_default();
        draw(look, rect, row, longest, &across, &mut picture);
        top += height;
    }
    picture
}

fn across(look: &Look<'_>, area: Rect, shown: &Rows) -> Across {
    let width = |row: &Row| look.measure.width(&row.name, &look.theme.label());
    let names = shown.rows.iter().map(width).fold(60.0, f32::max).min(0.34 * area.width()) + 12.0;
    let room = area.width() - names - PLOT - VALUE;
    let columns = ((room / COLUMN).max(0.0) as usize).min(shown.columns.len());
    let right = area.right() - columns as f32 * COLUMN;
    let most = |place: usize| {
        let amounts = shown.rows.iter().filter_map(|row| row.cells.get(place)?.amount);
        amounts.fold(0.0, f64::max)
    };
    let most = (0..columns).map(most).collect();
    Across { plot: [area.left() + names, right - VALUE], columns, right, most }
}

impl Across {
    fn column(&self, place: usize, row: Rect) -> Rect {
        let left = self.right + place as f32 * COLUMN;
        Rect::from_x_y_ranges(left..=left + COLUMN - 10.0, row.y_range())
    }
}

fn caption(
    look: &Look<'_>,
    line: Rect,
    shown: &Rows,
    group: usize,
    is_first: bool,
    across: &Across,
    picture: &mut Picture,
) {
    let theme = look.theme;
    let said = shown.groups.get(group).cloned().unwrap_or_default();
    let words = line.with_max_x(if is_first { across.right } else { line.right() });
    picture.text(words, Align2::LEFT_CENTER, said, theme.small(), theme.muted);
    let y = line.bottom() - 1.0;
    picture
        .line([pos2(line.left(), y), pos2(line.right(), y)], Stroke::new(HAIRLINE, theme.outline));
    if is_first {
        for (place, name) in shown.columns.iter().take(across.columns).enumerate() {
            let at = across.column(place, line);
            picture.text(at, Align2::RIGHT_CENTER, *name, theme.small(), theme.muted);
        }
    }
}

fn draw(
    look: &Look<'_>,
    row: Rect,
    shown: &Row,
    longest: Nanos,
    across: &Across,
    picture: &mut Picture,
) {
    let theme = look.theme;
    let [begin, end] = across.plot;
    let ink = if shown.best { theme.accent } else { theme.text };
    let name = row.with_max_x(begin - 10.0);
    let known = if shown.middle.is_some() { theme.text } else { theme.muted };
    picture.text(name, Align2::LEFT_CENTER, shown.name.clone(), theme.label(), known);
    let x = |time: Nanos| {
        let part = time.ratio_to(longest).min(1.0);
        begin + part as f32 * (end - begin)
    };
    let middle = row.center().y;
    let thick = (0.55 * row.height()).clamp(8.0, 16.0);
    let track = Rect::from_x_y_ranges(begin..=end, middle - thick / 2.0..=middle + thick / 2.0);
    picture.rounded(track, RADIUS_SMALL, theme.track(), Stroke::NONE);
    if let Some(time) = shown.middle {
        let bar = track.with_max_x(x(time).max(begin + 2.0));
        // Pale enough for the dots on it.
        let best = theme.panel.lerp_to_gamma(theme.accent, 0.45);
        let fill = if shown.best { best } else { theme.outline };
        picture.rounded(bar, RADIUS_SMALL, fill, Stroke::NONE);
    }
    for (place, time) in shown.trials.iter().enumerate() {
        // Apart from each other, so that equal ones can be told.
        let lift = ((place * 5 % 7) as f32 / 6.0 - 0.5) * (thick + 2.0);
        let fill = if shown.best { theme.accent } else { theme.muted };
        let centre = pos2(x(*time), middle + lift);
        picture.marks.push(Mark::Dot { centre, radius: 1.9, fill, edge: Stroke::NONE });
    }
    let value = Rect::from_x_y_ranges(end + 6.0..=across.right, row.y_range());
    let said = shown.middle.map_or_else(|| "not yet".to_owned(), |time| time.to_string());
    let colour = if shown.middle.is_some() { ink } else { theme.muted };
    picture.text(value, Align2::LEFT_CENTER, said, theme.mono_small(), colour);
    for (place, cell) in shown.cells.iter().take(across.columns).enumerate() {
        let at = across.column(place, row);
        picture.text(at, Align2::RIGHT_CENTER, cell.text.clone(), theme.mono_small(), theme.text);
        let most = across.most[place];
        let has_line = most > 0.0 && row.height() >= 24.0;
        if let Some(part) = cell.amount.filter(|_| has_line).map(|amount| (amount / most) as f32) {
            let y = row.center().y + 9.0;
            let line = |to: f32, colour| (pos2(at.left(), y), pos2(at.left() + to, y), colour);
            for (from, to, colour) in
                [line(at.width(), theme.hairline), line(part * at.width(), theme.muted)]
            {
                picture.line([from, to], Stroke::new(2.0, colour));
            }
        }
    }
    let does = shown.does.map_or(Does::Nothing, Does::Act);
    let name = shown.said.clone();
    picture.spots.push(Spot { rect: row, radius: RADIUS_SMALL, does, name, selected: false });
}
