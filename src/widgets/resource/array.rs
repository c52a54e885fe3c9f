//! An array: cells that share their edges, in as many rows as it takes, with the one that was written last.

use super::cell::{self, SIDE_MIN};
use super::parts::{self, HEIGHT};
use super::{ResourceAt, Size, glyph};
use crate::replay::Write;
use crate::replay::words::{count, grouped};
use crate::trace::Item;
use crate::widgets::picture::Picture;
use crate::widgets::theme::{EMPHASIS, HAIRLINE, RADIUS_SMALL};
use egui::{Align2, Rect, Stroke, Vec2, pos2, vec2};

/// A cell.
const CELL: Vec2 = vec2(26.0, 34.0);
const WIDEST: f32 = 96.0;
/// Room above for the badge of who wrote, and the arrow from it.
const FACE: f32 = 22.0;
const ARROW: f32 = 13.0;
/// Room below a row for the indices.
const INDEX: f32 = 16.0;
/// Room for "of 10,000".
const OTHERS: f32 = 54.0;
/// Cells that there is room for at least, and at most.
const ROOM: (usize, usize) = (8, 16);

/// The room that its full size asks for.
pub fn wanted(at: &ResourceAt<'_>) -> Vec2 {
    let cells = length(at).clamp(ROOM.0, ROOM.1);
    vec2(cells as f32 * (CELL.x + 4.0) + 4.0, HEIGHT)
}

/// The least width in which it says something: with as many of its cells.
pub fn least_width(at: &ResourceAt<'_>) -> f32 {
    (length(at).clamp(1, ROOM.0) as f32 * (CELL.x + 4.0) + 4.0).max(150.0)
}

/// How many cells the trace says it has.
fn length(at: &ResourceAt<'_>) -> usize {
    at.named.initial.len().max(at.named.capacity.map_or(0, |cells| cells as usize))
}

/// Its state in fewer and fewer words.
pub fn sentences(at: &ResourceAt<'_>) -> Vec<String> {
    let look = &at.look;
    let said = match at.state.last_write {
        Some(write) => {
            let who = look.actors.name(write.actor);
            let index = write.index.map_or(String::new(), |index| format!("[{index}]"));
            let (old, new) = (look.meta.item(write.old), look.meta.item(write.new));
            let what = match write.old {
                Item::NOTHING => format!(": {new}"),
                _ => format!(": {old} → {new}"),
            };
            let ago = format!(" · {} ago", look.now.since(write.at));
            vec![format!("{who} wrote {index}"), what, ago]
        }
        None => match at.state.contents.len() {
            0 => vec!["nothing is known of its cells yet".to_owned()],
            cells => vec![count(cells, "cell"), "; none written yet".to_owned()],
        },
    };
    parts::fewer(&said)
}

/// Its picture.
pub fn layout(at: &ResourceAt<'_>, size: Size, area: Rect) -> Picture {
    if size == Size::Full {
        return full(at, area);
    }
    let amount = count(at.state.contents.len(), "cell");
    glyph(at, size, area, &amount, |picture, square| symbol(at, picture, square))
}

fn symbol(at: &ResourceAt<'_>, picture: &mut Picture, square: Rect) {
    let theme = at.look.theme;
    let small = square.width() < 30.0;
    let height = if small { 0.5 } else { 0.52 } * square.width();
    let whole = Rect::from_center_size(square.center(), vec2(square.width() - 1.0, height));
    let cells = if small { 3 } else { 6 };
    let pitch = whole.width() / cells as f32;
    let stroke = Stroke::new(if small { 1.0 } else { 1.5 }, theme.muted);
    let radius = if small { 2.0 } else { RADIUS_SMALL };
    picture.rounded(whole, radius, theme.panel, stroke);
    let marked = if small { 1 } else { cells - 2 };
    for cell in 0..cells {
        let x = whole.left() + cell as f32 * pitch;
        if cell == marked && at.state.last_write.is_some() {
            let rect = Rect::from_min_max(pos2(x, whole.top()), pos2(x + pitch, whole.bottom()));
            let inner = rect.shrink(if small { 1.0 } else { 1.5 });
            picture.rounded(inner, 0.0, theme.muted, Stroke::NONE);
        }
        if cell > 0 {
            let line = [pos2(x, whole.top()), pos2(x, whole.bottom())];
            picture.line(line, Stroke::new(HAIRLINE, theme.muted));
        }
    }
}

/// Where the cells go.
struct Places {
    corner: egui::Pos2,
    cell: Vec2,
    columns: usize,
    /// From one row to the next.
    pitch: f32,
    /// The first cell shown, and how many are.
    first: usize,
    shown: usize,
}

impl Places {
    fn rect(&self, index: usize) -> Rect {
        let at = index - self.first;
        let column = (at % self.columns) as f32;
        let row = (at / self.columns) as f32;
        let corner = self.corner + vec2(column * self.cell.x, row * self.pitch);
        Rect::from_min_size(corner, self.cell)
    }
}

fn full(at: &ResourceAt<'_>, area: Rect) -> Picture {
    let (mut picture, body) = cell::frame(at, area);
    let look = &at.look;
    let len = at.state.contents.len();
    if body.width() < CELL.x || body.height() < SIDE_MIN {
        return picture;
    }
    if len == 0 {
        let size = vec2(3.0 * CELL.x, CELL.y.min(body.height()));
        let centre = pos2(body.left() + 0.5 * size.x, body.center().y);
        let rect = Rect::from_center_size(centre, size).intersect(body);
        picture.dashed(rect, RADIUS_SMALL, look.outline());
        let (font, colour) = (look.theme.small(), look.theme.muted);
        picture.text(rect, Align2::CENTER_CENTER, "unknown", font, colour);
        return picture;
    }
    let index = if body.height() >= CELL.y + INDEX { INDEX } else { 0.0 };
    let tall = CELL.y.min(body.height() - index);
    let written = at.state.last_write.and_then(|write| write.index).map(|index| index as usize);
    // As wide as the longest text of those that may be shown, and wider where there is room to spare.
    let about = written.unwrap_or(0).saturating_sub(32)..(written.unwrap_or(0) + 96).min(len);
    let texts: Vec<String> = about.map(|i| look.meta.item(at.state.contents[i])).collect();
    let font = cell::font(look.theme, tall);
    let widest = texts.iter().map(|text| look.measure.width(text, &font)).fold(0.0, f32::max);
    let least = (widest + 10.0).clamp(CELL.x, WIDEST).min(body.width() - 2.0);
    let fit = |width: f32| ((width / least).floor() as usize).max(1);
    let mut width = body.width() - 2.0;
    if len > fit(width) && width >= 3.0 * least + OTHERS {
        width -= OTHERS;
    }
    let per_row = fit(width);
    let rows = ((body.height() / (tall + index + 2.0)).floor() as usize).max(1);
    let single = len <= per_row || rows == 1;
    let columns = match single {
        true => per_row.min(len),
        // Rows begin with round numbers.
        false => [32, 16, 10, 8, 5, 4].into_iter().find(|n| *n <= per_row).unwrap_or(per_row),
    };
    let rows = if single { 1 } else { rows.min(len.div_ceil(columns)) };
    let page = (columns * rows).max(1);
    let first = match len > page {
        true => (written.unwrap_or(0) / page * page).min(len - page),
        false => 0,
    };
    let wide = match single {
        true => (width / columns as f32).min(CELL.x.max(least) + 4.0),
        false => least,
    };
    let above =
        if rows == 1 && body.height() >= FACE + ARROW + tall + index { FACE + ARROW } else { 0.0 };
    let pitch = tall + index + if rows > 1 { 2.0 } else { 0.0 };
    let used = above + rows as f32 * pitch;
    let top = body.top() + 0.5 * (body.height() - used).max(0.0) + above;
    let shown = page.min(len - first);
    let places = Places {
        corner: pos2(body.left() + 1.0, top),
        cell: vec2(wide, tall),
        columns,
        pitch,
        first,
        shown,
    };
    draw(at, &places, index > 0.0, &mut picture);
    if let Some(write) = at.state.last_write
        && let Some(index) = written.filter(|i| (first..first + shown).contains(i))
    {
        mark(at, &places, &write, index, above, &mut picture);
    }
    if shown < len {
        others(at, &places, body, &mut picture);
    }
    picture
}

/// Says behind the last cell of how many it is.
fn others(at: &ResourceAt<'_>, places: &Places, body: Rect, picture: &mut Picture) {
    let theme = at.look.theme;
    let last = places.rect(places.first + places.shown - 1);
    let rest = Rect::from_min_max(
        last.right_top() + vec2(7.0, 0.0),
        pos2(body.right().max(last.right() + 7.0), last.bottom()),
    );
    let words = format!("of {}", grouped(at.state.contents.len() as u64));
    let font = theme.small();
    if at.look.measure.width(&words, &font) <= rest.width() {
        picture.text(rest, Align2::LEFT_CENTER, words, font, theme.muted);
    }
}

fn draw(at: &ResourceAt<'_>, places: &Places, labelled: bool, picture: &mut Picture) {
    let (look, theme) = (&at.look, at.look.theme);
    let font = cell::font(theme, places.cell.y);
    let edge = Stroke::new(1.5, theme.muted);
    let rows = places.shown.div_ceil(places.columns);
    for row in 0..rows {
        let begin = places.first + row * places.columns;
        let end = (begin + places.columns).min(places.first + places.shown);
        let whole = places.rect(begin).union(places.rect(end - 1));
        picture.rounded(whole, RADIUS_SMALL, theme.panel, Stroke::NONE);
        if let Some(index) = at.state.last_write.and_then(|write| write.index)
            && (begin..end).contains(&(index as usize))
        {
            let rect = places.rect(index as usize).shrink(0.75);
            picture.rounded(rect, 1.0, theme.current_line, Stroke::NONE);
        }
        for index in begin..end {
            let rect = places.rect(index);
            if index > begin {
                let line = [rect.left_top(), rect.left_bottom()];
                picture.line(line, Stroke::new(HAIRLINE, theme.outline));
            }
            let text = look.meta.item(at.state.contents[index]);
            let inner = rect.shrink2(vec2(2.0, 0.0));
            picture.text(inner, Align2::CENTER_CENTER, text, font.clone(), theme.text);
            if labelled {
                let below =
                    Rect::from_min_max(rect.left_bottom(), rect.right_bottom() + vec2(0.0, INDEX));
                let (font, number) = (theme.mono_small(), index.to_string());
                if look.measure.width(&number, &font) <= below.width() {
                    picture.text(below, Align2::CENTER_CENTER, number, font, theme.faint);
                }
            }
        }
        picture.rounded(whole, RADIUS_SMALL, egui::Color32::TRANSPARENT, edge);
    }
}

/// The cell that was written last, and by whom.
fn mark(
    at: &ResourceAt<'_>,
    places: &Places,
    write: &Write,
    index: usize,
    above: f32,
    picture: &mut Picture,
) {
    let (look, rect) = (&at.look, places.rect(index));
    let in_hand = cell::is_in_hand(at, write.actor, write.at);
    let edge = match in_hand {
        true => Stroke::new(EMPHASIS, cell::hand(look.theme)),
        false => Stroke::new(1.5, look.theme.text),
    };
    picture.rounded(rect, 2.0, egui::Color32::TRANSPARENT, edge);
    if above > 0.0 {
        let side = FACE - 2.0;
        let x = rect.center().x.max(places.corner.x + 0.5 * side);
        let centre = pos2(x, rect.top() - above + 0.5 * side);
        let face = Rect::from_center_size(centre, Vec2::splat(side));
        let new = look.meta.item(write.new);
        cell::badge(look, picture, face, write.actor, &format!("wrote [{index}] = {new}"));
        let from = pos2(rect.center().x, face.bottom() + 2.0);
        picture.arrow(cell::down(from, ARROW - 3.0), Stroke::new(1.5, look.theme.muted));
    } else if rect.height() >= 24.0 {
        cell::strip(look, picture, rect, write.actor);
    }
}
