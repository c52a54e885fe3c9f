//! Cells: what lists, queues, arrays and the columns of pools are made of, and what moves in or out of them.

use super::{Look, ResourceAt, foot, sentences};
use crate::replay::{Phase, is_guarded_by};
use crate::trace::{ActorId, Item, Nanos};
use crate::widgets::picture::Picture;
use crate::widgets::selection::Selection;
use crate::widgets::theme::{EMPHASIS, HAIRLINE, RADIUS, Theme};
use egui::{Align2, Color32, FontId, Pos2, Rect, Stroke, pos2, vec2};

/// Side of a cell.
pub const SIDE: f32 = 32.0;
/// Its side where there is room.
pub const SIDE_MAX: f32 = 46.0;
/// Between two cells.
pub const GAP: f32 = 4.0;
/// Below this a cell is not worth drawing.
pub const SIDE_MIN: f32 = 14.0;
/// The smallest letters that can be read.
const LEAST: f32 = 8.0;
/// A cell with a long text is at most so wide.
const WIDEST: f32 = 104.0;

/// How a cell looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It holds something.
    There,
    /// Nothing is there yet: a landing place, a free place.
    Absent,
    /// In the hands of whoever moves or changes it.
    InHand,
    /// Overwritten since it was read.
    Stale,
}

/// A cell with its text, and whose it is, as a strip at its foot.
pub fn draw(
    look: &Look<'_>,
    picture: &mut Picture,
    rect: Rect,
    text: &str,
    kind: Kind,
    maker: Option<ActorId>,
) {
    let theme = look.theme;
    let radius = RADIUS.min(0.2 * rect.height());
    let failed = theme.phase(Phase::Failed).base;
    let (fill, edge, colour) = match kind {
        Kind::Absent => {
            picture.dashed(
                rect,
                radius,
                Stroke::new(HAIRLINE, theme.phase(Phase::NotStarted).mark),
            );
            return;
        }
        Kind::There => (theme.panel, Stroke::new(HAIRLINE, theme.outline), theme.text),
        Kind::InHand => (theme.panel, Stroke::new(EMPHASIS, hand(theme)), hand(theme)),
        Kind::Stale => (theme.panel, Stroke::new(EMPHASIS, failed), theme.text),
    };
    picture.rounded(rect, radius, fill, edge);
    let mut words = rect.shrink2(vec2(2.0, 0.0));
    // Who serves others has no colour.
    let shown = |maker: &ActorId| rect.height() >= 18.0 && !look.actors.is_helper(*maker);
    if let Some(maker) = maker.filter(shown) {
        strip(look, picture, rect, maker);
        words.max.y -= 4.0;
    }
    let mut font = font(theme, rect.height());
    // Smaller sooner than cut.
    let mut wide = look.measure.width(text, &font);
    let first = text.split(' ').next().unwrap_or(text);
    let text =
        if wide > words.width() && wide * LEAST > words.width() * font.size { first } else { text };
    wide = wide.min(look.measure.width(text, &font));
    if wide > words.width() {
        font.size =
            (font.size * words.width() / wide).floor().clamp(LEAST.min(font.size), font.size);
    }
    if kind == Kind::Stale {
        let inset = vec2(0.16 * rect.width(), -0.16 * rect.height());
        let ends = [rect.left_bottom() + inset, rect.right_top() - inset];
        picture.line(ends, Stroke::new(1.5, failed));
    }
    picture.text(words, Align2::CENTER_CENTER, text, font, colour);
}

/// The strip at a cell's foot that shows whose it is.
pub fn strip(look: &Look<'_>, picture: &mut Picture, rect: Rect, maker: ActorId) {
    let inner = rect.shrink2(vec2(0.2 * rect.width().min(SIDE), 3.0));
    let strip = inner.with_min_y(inner.bottom() - 3.0);
    let colour = look.actors.colours(maker).ground;
    picture.rounded(strip, 1.5, colour, Stroke::NONE);
}

/// What is in somebody's hands.
pub fn hand(theme: &Theme) -> Color32 {
    let colours = theme.phase(Phase::Holding);
    if theme.dark { colours.mark } else { colours.base }
}

/// The font of a cell's text.
pub fn font(theme: &Theme, height: f32) -> FontId {
    let mut font = theme.mono();
    font.size = if height >= 40.0 { font.size + 1.0 } else { font.size.min(0.45 * height) };
    font
}

/// The width that cells of a height need for these texts.
pub fn width<'t>(look: &Look<'_>, height: f32, texts: impl Iterator<Item = &'t str>) -> f32 {
    let font = font(look.theme, height);
    let widest = texts.map(|text| look.measure.width(text, &font)).fold(0.0, f32::max);
    // In steps, so that not every new item changes it.
    let wide = ((widest + 10.0) / 8.0).ceil() * 8.0;
    if widest + 8.0 <= height { height } else { wide.clamp(height, WIDEST) }
}

/// An item on its way in or out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moving {
    /// Who moves it.
    pub actor: ActorId,
    /// What.
    pub item: Item,
    /// In, or out.
    pub inwards: bool,
    /// Its place among the contents: which it is, or was.
    pub place: usize,
    /// How far it has come.
    pub progress: f32,
    /// The mover still holds the lock that guards the resource.
    pub held: bool,
}

/// The item that is on its way: of a resource with a lock only while the mover still holds that, for afterwards
/// others may have seen it; else for as long as a motion lasts.
pub fn moving(at: &ResourceAt<'_>) -> Option<Moving> {
    let (since, actor, item, inwards) = at.state.last_move?;
    let held = is_in_hand(at, actor, since);
    let progress = at.look.progress(since);
    if !held && (at.named.guard.is_some() || progress >= 1.0) {
        return None;
    }
    // A trace may say any place.
    let place = (at.state.last_place as usize).min(at.state.contents.len());
    Some(Moving { actor, item, inwards, place, progress: smooth(progress), held })
}

/// Whether an actor that touched the resource at an instant has held its lock ever since.
pub fn is_in_hand(at: &ResourceAt<'_>, actor: ActorId, since: Nanos) -> bool {
    is_guarded_by(at.look.meta, at.look.state, at.id, actor, since)
}

/// Slow at both ends.
pub fn smooth(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Points of a straight way, so that a short arrow can be drawn along it.
pub fn down(from: Pos2, length: f32) -> [Pos2; 2] {
    [from, from + vec2(0.0, length)]
}

/// Begins the picture of a full size: the resource can be selected, and its sentence stands at the foot, in
/// fewer words where they do not fit. Answers with the room above it.
pub fn frame(at: &ResourceAt<'_>, area: Rect) -> (Picture, Rect) {
    framed(at, area, area)
}

/// [`frame`], with the sentence at the foot of a part of the area.
pub fn framed(at: &ResourceAt<'_>, area: Rect, part: Rect) -> (Picture, Rect) {
    let mut picture = Picture::default();
    let all = sentences(at);
    picture.spot(area, RADIUS, at.selects(), format!("{}: {}", at.name(), all[0]));
    let body = room(part);
    if body == part {
        return (picture, body);
    }
    let (_, line) = foot(part, FOOT);
    let theme = at.look.theme;
    let font = theme.label();
    let fits = |words: &&String| at.look.measure.width(words, &font) <= line.width();
    let words = all.iter().find(fits).unwrap_or(&all[all.len() - 1]).as_str();
    picture.text(line, Align2::LEFT_CENTER, words, font, theme.text);
    (picture, body)
}

/// Height of the sentence at the foot.
const FOOT: f32 = 20.0;

/// The room above the sentence of a [`frame`].
pub fn room(area: Rect) -> Rect {
    if area.height() < 44.0 || area.width() < 40.0 {
        return area;
    }
    let (rest, _) = foot(area, FOOT);
    rest.with_max_y(rest.bottom() - 4.0)
}

/// A badge that selects its actor.
pub fn badge(look: &Look<'_>, picture: &mut Picture, rect: Rect, actor: ActorId, does: &str) {
    picture.badge(rect, actor);
    let name = format!("{} {does}", look.actors.name(actor));
    picture.spot(rect, 4.0, Selection::Actor(actor), name);
}

/// The brackets around the cells of a list.
pub fn brackets(picture: &mut Picture, rect: Rect, arm: f32, stroke: Stroke) {
    for (x, way) in [(rect.left(), arm), (rect.right(), -arm)] {
        let (top, bottom) = (rect.top(), rect.bottom());
        let points = [pos2(x + way, top), pos2(x, top), pos2(x, bottom), pos2(x + way, bottom)];
        picture.line(points, stroke);
    }
}
