//! A list: bracketed cells with their indices, and the item on its way to its place or out of it. Long lists show their
//! ends.

use super::cell::{self, GAP, Kind, Moving, SIDE, SIDE_MAX, SIDE_MIN};
use super::parts::{self, HEIGHT};
use super::{ResourceAt, Size, glyph};
use crate::replay::words::{count, grouped};
use crate::widgets::picture::Picture;
use crate::widgets::selection::Selection;
use egui::{Align2, Rect, Stroke, Vec2, pos2, vec2};

/// Cells that there is room for at least.
const ROOM: usize = 8;
/// Room of a bracket.
const BRACKET: f32 = 10.0;
/// Room above the cells for the badge of whoever moves an item.
const FACE: f32 = 18.0;
/// Cells that are smaller than this are not worth it for showing all of them.
const SHOWN: f32 = 22.0;
/// How far an item on its way is raised above the others, where there is room.
const HALF: f32 = 20.0;
/// Room below them for their indices.
const INDEX: f32 = 15.0;

/// The room that its full size asks for.
pub fn wanted(at: &ResourceAt<'_>) -> Vec2 {
    let cells = (at.named.initial.len() + 2).clamp(ROOM - 2, 12);
    vec2(cells as f32 * (SIDE + GAP) + 2.0 * BRACKET, HEIGHT)
}

/// Its state in fewer and fewer words.
pub fn sentences(at: &ResourceAt<'_>) -> Vec<String> {
    let state = at.state;
    let moving = cell::moving(at);
    let mut said = vec![match inside(at, moving) {
        0 => "empty".to_owned(),
        items => count(items, "item"),
    }];
    if let Some(moving) = moving {
        let (who, item) = (at.look.actors.name(moving.actor), at.look.meta.item(moving.item));
        said.push(match moving.inwards {
            true if moving.place + 1 >= state.contents.len() => {
                format!("; {who} puts {item} at the end")
            }
            true => format!("; {who} puts {item} in at [{}]", moving.place),
            false => format!("; {who} takes {item} out"),
        });
        return parts::fewer(&said);
    }
    match (state.added, state.removed) {
        (0, 0) => {}
        (added, 0) => said.push(format!(" · {} added", grouped(added))),
        (0, removed) => {
            let removed = grouped(removed);
            let empty = said[0].clone();
            said.push(format!(" · {removed} removed"));
            if state.contents.is_empty() && state.removed > 1 {
                return vec![said.concat(), format!("all {removed} removed"), empty];
            }
        }
        (added, removed) => {
            said.push(format!(" · {} added, {} removed", grouped(added), grouped(removed)));
        }
    }
    parts::fewer(&said)
}

/// How many items are in it: one that is going in is not yet.
fn inside(at: &ResourceAt<'_>, moving: Option<Moving>) -> usize {
    let going_in = moving.is_some_and(|moving| moving.inwards);
    at.state.contents.len().saturating_sub(usize::from(going_in))
}

/// Its picture.
pub fn layout(at: &ResourceAt<'_>, size: Size, area: Rect) -> Picture {
    match size {
        Size::Full => full(at, area),
        _ => {
            let amount = count(inside(at, cell::moving(at)), "item");
            glyph(at, size, area, &amount, |picture, square| symbol(at, picture, square))
        }
    }
}

fn symbol(at: &ResourceAt<'_>, picture: &mut Picture, square: Rect) {
    let theme = at.look.theme;
    let unit = square.width() / 44.0;
    let whole = Rect::from_center_size(square.center(), vec2(44.0, 30.0) * unit);
    let small = square.width() < 30.0;
    let stroke = Stroke::new(if small { 1.0 } else { 1.5 }, theme.muted);
    cell::brackets(picture, whole.shrink(0.75), 5.0 * unit, stroke);
    let count = if small { 2 } else { 4 };
    let inner = whole.shrink2(vec2(6.0, 6.0) * unit);
    let pitch = inner.width() / count as f32;
    let more = at.state.contents.len() > count && !small;
    // Only what there is: a cell without an item would be a bound.
    for place in 0..count.min(at.state.contents.len().max(1)) {
        let left = inner.left() + place as f32 * pitch;
        let one = Rect::from_min_size(pos2(left, inner.top()), vec2(pitch, inner.height()));
        let one = one.shrink2(vec2(1.0, 0.0));
        if more && place + 2 == count {
            // The last one is the last one.
            for dot in [-1.0, 0.0, 1.0] {
                picture.dot(one.center() + vec2(2.5 * dot * unit, 0.0), unit, theme.muted);
            }
            continue;
        }
        match (place < at.state.contents.len(), small) {
            (true, true) => picture.rounded(one, 1.0, theme.muted, Stroke::NONE),
            // Filled: a narrow outline would be the digit 0.
            (true, false) => picture.rounded(one, 2.0 * unit, theme.muted, Stroke::NONE),
            (false, true) => {}
            (false, false) => picture.dashed(one, 3.0 * unit, at.look.outline()),
        }
    }
}

/// Where the cells go.
struct Places {
    left: f32,
    top: f32,
    size: Vec2,
    raise: f32,
    /// Cells at the front and at the back; those between are hidden.
    front: usize,
    back: usize,
    /// The slot of the last cell at the back.
    last: usize,
    len: usize,
}

impl Places {
    fn slot(&self, slot: f32) -> Rect {
        let left = self.left + slot * (self.size.x + GAP);
        Rect::from_min_size(pos2(left, self.top), self.size)
    }

    fn all(&self) -> bool {
        self.front == self.len
    }

    /// The slot of a place of the list; of a hidden one the middle of those that are hidden.
    fn slot_of(&self, place: usize) -> f32 {
        let behind = self.len.saturating_sub(self.back);
        match place {
            _ if self.all() || place < self.front => place as f32,
            _ if place >= behind => (self.last + 1 + place - behind) as f32 - self.back as f32,
            _ => 0.5 * (self.front + self.last - self.back) as f32,
        }
    }
}

fn full(at: &ResourceAt<'_>, area: Rect) -> Picture {
    let (mut picture, body) = cell::frame(at, area);
    let (look, theme) = (&at.look, at.look.theme);
    let contents = &at.state.contents;
    let moving = cell::moving(at);
    // From generous to terse: room for a badge, for the item on its way, for indices. The item is raised half above the
    // others, which close up once it is gone: so the cells stand near the list's name.
    let height = body.height();
    let plans = [(FACE, HALF, INDEX), (FACE, 14.0, INDEX), (0.0, 14.0, INDEX), (0.0, 10.0, 0.0)];
    let plan = plans.into_iter().find(|(face, raise, index)| face + raise + index + SIDE <= height);
    let (face, raise, index) = plan.unwrap_or((0.0, 0.0, 0.0));
    let tallest = (height - face - raise - index).min(SIDE_MAX);
    let width = body.width() - 2.0 * BRACKET;
    if tallest < SIDE_MIN || width < SIDE_MIN {
        return picture;
    }
    let even = width / (contents.len() + 1).max(ROOM) as f32 - GAP;
    // Smaller ones sooner than some that are hidden.
    let all = (contents.len() + 1) as f32 * (SIDE + GAP) <= width;
    let side = if even >= SIDE || even >= SHOWN && !all { even } else { SIDE }.min(tallest);
    let texts = texts(at, moving, (width / (side + GAP)) as usize);
    let wide = cell::width(look, side, texts.iter().map(|(_, text)| text.as_str())).min(width);
    let raise = raise.min(0.6 * side);
    let used = face + raise + side + index;
    let top = body.top() + face + raise + (0.5 * (height - used)).clamp(0.0, 4.0);
    let places = Places::new(
        pos2(body.left() + BRACKET, top),
        vec2(wide, side),
        raise,
        width,
        contents.len(),
    );
    let gone = moving.filter(|m| !m.inwards);
    // What stood behind what is taken out closes up once that is out of the way.
    let shift = match gone {
        Some(_) if places.all() && raise < side => 1.0,
        Some(gone) if places.all() => 1.0 - ((gone.progress - 0.9) / 0.1).clamp(0.0, 1.0),
        _ => 0.0,
    };
    if let Some(gone) = gone.filter(|gone| shift == 1.0 && gone.progress > 0.0) {
        let rect = places.slot(places.slot_of(gone.place));
        cell::draw(look, &mut picture, rect, "", Kind::Absent, None);
    }
    let slot_of = |place: usize| {
        let behind = gone.is_some_and(|gone| place >= gone.place);
        places.slot(places.slot_of(place) + if behind { shift } else { 0.0 })
    };
    // Without room above, what goes out of the middle of a long list is gone.
    let is_shown = |moving: &Moving| moving.inwards || raise >= 14.0 || places.all();
    let raised = moving.filter(is_shown).map(|moving| raised(&moving, &places));
    let behind = contents.len() - places.back;
    let shown = (0..places.front).chain(behind.max(places.front)..contents.len());
    for place in shown {
        let rect = slot_of(place);
        if moving.is_some_and(|m| m.inwards && m.place == place) {
            if moving.is_some_and(|m| m.progress < 1.0) {
                cell::draw(look, &mut picture, rect, "", Kind::Absent, None);
            }
        } else {
            let text = look.meta.item(contents[place]);
            let maker = at.state.maker(place);
            cell::draw(look, &mut picture, rect, &text, Kind::There, maker);
            if let Some(maker) = maker
                && raised.is_none_or(|raised| !raised.expand(1.0).intersects(rect))
            {
                let by = look.actors.name(maker);
                picture.hint(rect, format!("[{place}]: {text}, put in by {by}"));
            }
        }
        if index > 0.0 {
            let below =
                Rect::from_min_max(rect.left_bottom(), rect.right_bottom() + vec2(0.0, index));
            let (font, number) = (theme.mono_small(), place.to_string());
            picture.text(below, Align2::CENTER_CENTER, number, font, theme.faint);
        }
    }
    hidden(at, &places, raised, &mut picture);
    if let (Some(moving), Some(rect)) = (moving, raised) {
        draw_moving(at, &moving, rect, &places, face, &mut picture);
    }
    let last = match (places.all(), contents.len()) {
        (true, 0) => places.slot(if shift > 0.0 { shift } else { 0.0 }),
        (true, len) => places.slot((len - 1) as f32 + shift),
        (false, _) => places.slot(places.last as f32),
    };
    if contents.is_empty() && moving.is_none() {
        let empty = places.slot(0.0);
        let empty = empty.with_max_x((empty.left() + 2.0 * side).min(body.right() - BRACKET));
        let edge = look.outline();
        picture.dashed(empty, 6.0, edge);
        picture.text(empty, Align2::CENTER_CENTER, "empty", theme.small(), theme.muted);
    }
    let end = match contents.is_empty() && moving.is_none() {
        true => (places.left + 2.0 * side).min(body.right() - BRACKET),
        false => last.right(),
    };
    let around = Rect::from_min_max(
        pos2(body.left() + 2.0, top - 4.0),
        pos2((end + 8.0).min(body.right() - 1.0), top + side + 4.0),
    );
    let around = around.intersect(body.shrink(1.0));
    cell::brackets(&mut picture, around, 5.0, Stroke::new(1.5, theme.muted));
    picture
}

/// Texts of the items that may be shown.
fn texts(at: &ResourceAt<'_>, moving: Option<Moving>, slots: usize) -> Vec<(usize, String)> {
    let contents = &at.state.contents;
    let len = contents.len();
    let ends = (0..slots.min(len)).chain(len.saturating_sub(slots).max(slots.min(len))..len);
    let mut texts: Vec<_> = ends.map(|place| (place, at.look.meta.item(contents[place]))).collect();
    texts.extend(moving.map(|moving| (moving.place, at.look.meta.item(moving.item))));
    texts
}

impl Places {
    fn new(corner: egui::Pos2, size: Vec2, raise: f32, width: f32, len: usize) -> Self {
        let step = size.x + GAP;
        let slots = ((width + GAP + 0.01) / step).floor() as usize;
        // One place more than items: the next one has room, and nothing jumps when it comes.
        let (front, back) = match len < slots {
            true => (len, 0),
            false => ends(slots, step, len),
        };
        let last = slots.saturating_sub(1);
        Self { left: corner.x, top: corner.y, size, raise, front, back, last, len }
    }
}

/// How many cells to show at the front and at the back when not all of them fit in `slots`.
fn ends(slots: usize, step: f32, len: usize) -> (usize, usize) {
    // "… 100,000 more …".
    let words = match slots {
        0..6 => 1,
        // "+12": the words would take the room of most cells.
        6..10 => 2,
        _ => (110.0 / step).ceil() as usize,
    };
    let cells = slots.saturating_sub(words).min(len);
    (cells.div_ceil(2), cells / 2)
}

fn hidden(at: &ResourceAt<'_>, places: &Places, raised: Option<Rect>, picture: &mut Picture) {
    if places.all() {
        return;
    }
    let theme = at.look.theme;
    let from = places.slot(places.front as f32).left();
    let to = places.slot((places.last + 1 - places.back) as f32).left() - GAP;
    let rect = Rect::from_min_max(pos2(from, places.top), pos2(to, places.top + places.size.y));
    let font = theme.body();
    let count = grouped((places.len - places.front - places.back) as u64);
    let full = format!("… {count} more …");
    let short = format!("+{count}");
    let fits = |text: &String| at.look.measure.width(text, &font) <= rect.width();
    let words = [full, short].into_iter().find(fits).unwrap_or_else(|| "…".to_owned());
    // What comes down on it would cover it.
    let width = at.look.measure.width(&words, &font);
    let written = Align2::CENTER_CENTER.align_size_within_rect(vec2(width, font.size), rect);
    if raised.is_none_or(|raised| !raised.intersects(written)) {
        picture.text(rect, Align2::CENTER_CENTER, words, font, theme.muted);
    }
}

/// Where the item on its way is.
fn raised(moving: &Moving, places: &Places) -> Rect {
    let slot = match moving.inwards {
        false if places.all() => moving.place.min(places.len) as f32,
        false if moving.place >= places.len => places.last as f32,
        _ => places.slot_of(moving.place.min(places.len.saturating_sub(1))),
    };
    let up = match moving.inwards {
        true => 1.0 - moving.progress,
        // Where the others cannot make room, it is above them from the start.
        false if !places.all() => 1.0,
        false => moving.progress,
    };
    places.slot(slot).translate(vec2(0.0, -places.raise * up))
}

fn draw_moving(
    at: &ResourceAt<'_>,
    moving: &Moving,
    rect: Rect,
    places: &Places,
    face: f32,
    picture: &mut Picture,
) {
    let look = &at.look;
    let text = look.meta.item(moving.item);
    cell::draw(look, picture, rect, &text, Kind::InHand, None);
    let name = look.actors.name(moving.actor);
    let said = match moving.inwards {
        true => format!("{name} puts {text} in at [{}]", moving.place),
        false => format!("{name} takes {text} out of [{}]", moving.place),
    };
    picture.spot(rect, 6.0, Selection::Actor(moving.actor), said);
    if face > 0.0 {
        let centre = rect.center_top() - vec2(0.0, 0.5 * face + 1.0);
        picture.badge(Rect::from_center_size(centre, Vec2::splat(face - 2.0)), moving.actor);
    }
    let way = places.top + places.size.y - rect.bottom();
    if moving.inwards && way >= 13.0 {
        let from = rect.center_bottom() + vec2(0.0, 2.0);
        picture.arrow(cell::down(from, 9.0), Stroke::new(1.5, cell::hand(look.theme)));
    }
}
