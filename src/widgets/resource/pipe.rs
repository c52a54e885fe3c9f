//! A pipe: a channel between two sockets, with what is on its way, as far as the trace knows it.

use super::cell::{self, Kind};
use super::parts::{self, HEIGHT};
use super::waiters::BELOW;
use super::{ResourceAt, Size, glyph};
use crate::replay::Waiter;
use crate::replay::words::{agree, count, grouped};
use crate::trace::{ActorId, Item, WaitOp};
use crate::widgets::picture::Picture;
use crate::widgets::selection::Selection;
use crate::widgets::theme::{HAIRLINE, RADIUS, RADIUS_LARGE};
use egui::{Align2, Rect, Stroke, Vec2, pos2, vec2};

/// A socket, and the badge in it.
const SOCKET: Vec2 = vec2(42.0, 68.0);
const FACE: f32 = 28.0;
/// Who waits there is a tile instead.
const TILE: f32 = 34.0;
/// Room at both sides for what stands below a socket.
const INSET: f32 = 8.0;
const WIDEST: f32 = 560.0;
/// A message.
const PACKET: f32 = 26.0;
const PACKET_MIN: f32 = 34.0;
const PACKET_MAX: f32 = 96.0;
const GAP: f32 = 6.0;

/// The room that its full size asks for.
pub fn wanted(_: &ResourceAt<'_>) -> Vec2 {
    vec2(360.0, HEIGHT)
}

/// Its state in fewer and fewer words.
pub fn sentences(at: &ResourceAt<'_>) -> Vec<String> {
    let state = at.state;
    let inside = state.contents.len();
    let takes = receiver(at).filter(|_| inside > 0);
    let is_gone = takes.is_some_and(|to| parts::has_ended(at, to));
    let to = takes.map(|to| at.look.actors.name(to));
    // Others that received from it, and receive no more.
    let ended = |id: &&ActorId| Some(**id) != takes && parts::has_ended(at, **id);
    let ended: Vec<_> = state.takers.iter().filter(ended).collect();
    let mut said = vec![match (inside, what_is_known(at)) {
        (_, Known::Nothing) => "what is in it is not on record".to_owned(),
        (0, Known::Torn) => "nothing is known to be in it".to_owned(),
        (_, Known::Torn) => "parts of messages in it".to_owned(),
        (0, Known::All) => "nothing on its way".to_owned(),
        (n, Known::All) => match &to {
            Some(_) if is_gone => format!("{} left in it", count(n, "message")),
            Some(to) => format!("{} on the way to {to}", count(n, "message")),
            None => format!("{} on the way", count(n, "message")),
        },
    }];
    if let Some(to) = to.filter(|_| is_gone && what_is_known(at) == Known::All) {
        said.push(format!(", and {to} has ended"));
    } else if is_gone && what_is_known(at) == Known::Torn {
        said.push("; who received from it has ended".to_owned());
    } else if let ([one], true) = (&ended[..], inside > 0) {
        said.push(format!("; {} has ended", at.look.actors.name(**one)));
    }
    if state.closed {
        said.push(", closed".to_owned());
    }
    if state.added + state.removed > 0 {
        let (sent, received) = (grouped(state.added), grouped(state.removed));
        said.push(format!(" · {sent} sent, {received} received"));
    }
    for (waiters, what) in [(waiting(at, true), "to send"), (waiting(at, false), "to receive")] {
        let n = waiters.len();
        if n > 0 {
            said.push(format!(" · {n} {} {what}", agree(n, "waits", "wait")));
        }
    }
    parts::fewer(&said)
}

/// What the trace knows of what is in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    All,
    /// It is used, and what goes in is not recorded: what a Python pipe holds cannot be seen.
    Nothing,
    /// Parts of messages came out of it, so where the next one begins is not known.
    Torn,
}

fn what_is_known(at: &ResourceAt<'_>) -> Known {
    let (state, replay) = (at.state, at.look.replay);
    let put = replay.latest().resource(at.id).map_or(0, |resource| resource.added);
    let waits = replay.stats().resources.get(at.id.index()).map_or(0, |stats| stats.waits);
    if state.torn {
        return Known::Torn;
    }
    // Whoever waits to receive has found it empty.
    let unseen = put == 0 && waits > 0 && waiting(at, false).is_empty();
    if unseen || state.removed > state.added { Known::Nothing } else { Known::All }
}

fn waiting(at: &ResourceAt<'_>, sends: bool) -> Vec<Waiter> {
    let is = |waiter: &&Waiter| (waiter.op == WaitOp::Put) == sends;
    at.state.waiters.iter().filter(is).copied().collect()
}

/// Who receives from it: the last one that did, and sooner one that has not ended.
fn receiver(at: &ResourceAt<'_>) -> Option<ActorId> {
    let last = at.state.taken_by?;
    let is_there = |id: &&ActorId| !parts::has_ended(at, **id);
    if is_there(&&last) {
        return Some(last);
    }
    Some(at.state.takers.iter().rev().find(is_there).copied().unwrap_or(last))
}

/// Its picture.
pub fn layout(at: &ResourceAt<'_>, size: Size, area: Rect) -> Picture {
    if size == Size::Full {
        return full(at, area);
    }
    let amount = match what_is_known(at) {
        Known::All => format!("{} inside", grouped(at.state.contents.len() as u64)),
        Known::Nothing => "unknown".to_owned(),
        Known::Torn => "torn".to_owned(),
    };
    glyph(at, size, area, &amount, |picture, square| symbol(at, picture, square))
}

fn symbol(at: &ResourceAt<'_>, picture: &mut Picture, square: Rect) {
    let theme = at.look.theme;
    let unit = square.width() / 44.0;
    let small = square.width() < 30.0;
    let stroke = Stroke::new(if small { HAIRLINE } else { 1.5 }, theme.muted);
    let whole = Rect::from_center_size(square.center(), vec2(42.0, 26.0) * unit);
    let socket = vec2(10.0, 26.0) * unit;
    let ends = [
        Rect::from_min_size(whole.min, socket),
        Rect::from_min_size(pos2(whole.right() - socket.x, whole.top()), socket),
    ];
    for y in [whole.center().y - 6.0 * unit, whole.center().y + 6.0 * unit] {
        picture.line([pos2(ends[0].right(), y), pos2(ends[1].left(), y)], stroke);
    }
    for end in ends {
        match small {
            true => picture.rounded(end, 1.0, theme.muted, Stroke::NONE),
            false => picture.rounded(end, 3.0, theme.panel, stroke),
        }
    }
    let most = 2;
    for packet in 0..at.state.contents.len().min(most) {
        let right = ends[1].left() - (2.0 + 9.5 * packet as f32) * unit;
        let rect = Rect::from_min_max(
            pos2(right - 7.5 * unit, whole.center().y - 3.0 * unit),
            pos2(right, whole.center().y + 3.0 * unit),
        );
        picture.rounded(rect, 1.0, theme.muted, Stroke::NONE);
    }
}

fn full(at: &ResourceAt<'_>, area: Rect) -> Picture {
    let (mut picture, body) = cell::frame(at, area);
    if body.width() < 80.0 || body.height() < 20.0 {
        return picture;
    }
    let theme = at.look.theme;
    let labels = if body.height() >= 60.0 { BELOW } else { 0.0 };
    let size = vec2(SOCKET.x.min(0.22 * body.width()), (body.height() - labels).min(SOCKET.y));
    let top = body.top() + 0.5 * (body.height() - size.y - labels);
    let right = body.right().min(body.left() + WIDEST) - INSET;
    let left = body.left() + INSET;
    let sockets = [left, right - size.x].map(|left| Rect::from_min_size(pos2(left, top), size));
    let inset = 0.14 * size.y;
    let rails = Rect::from_min_max(
        pos2(sockets[0].right(), top + inset),
        pos2(sockets[1].left(), top + size.y - inset),
    );
    picture.rounded(rails, 0.0, theme.field, Stroke::NONE);
    for y in [rails.top(), rails.bottom()] {
        let ends = [pos2(rails.left(), y), pos2(rails.right(), y)];
        picture.line(ends, Stroke::new(1.5, theme.muted));
    }
    match what_is_known(at) {
        Known::All => packets(at, rails, &mut picture),
        known => {
            let words = match known {
                Known::Torn => ["parts of messages", "parts", "?"],
                _ => ["what is in it cannot be seen", "not on record", "?"],
            };
            let font = theme.small();
            let fits = |text: &&str| at.look.measure.width(text, &font) <= rails.width() - 8.0;
            let words = words.into_iter().find(fits).unwrap_or("");
            picture.text(rails, Align2::CENTER_CENTER, words, font, theme.muted);
        }
    }
    for (socket, writes) in sockets.into_iter().zip([true, false]) {
        draw_socket(at, socket, writes, body, &mut picture);
    }
    picture
}

/// One end, with who uses it: who waits there, first of all, and else who used it last. Without a user its seat is empty.
fn draw_socket(at: &ResourceAt<'_>, socket: Rect, writes: bool, body: Rect, picture: &mut Picture) {
    let look = &at.look;
    let theme = look.theme;
    let radius = RADIUS_LARGE.min(0.3 * socket.width());
    picture.rounded(socket, radius, theme.panel, Stroke::new(1.5, theme.muted));
    let waiters = waiting(at, writes);
    let user = if writes { at.state.put_by } else { receiver(at) };
    let room = socket.width().min(socket.height()) - 8.0;
    let square = |side: f32| Rect::from_center_size(socket.center(), Vec2::splat(side.min(room)));
    let does = if writes { "sends" } else { "receives" };
    let mut words = if writes && at.state.closed { "closed" } else { does }.to_owned();
    match (waiters.first(), user) {
        _ if room < 12.0 => {}
        (Some(first), _) => {
            let waited = look.now.since(first.since).to_string();
            let tile = square(TILE);
            picture.tile(tile, first.actor, look.phase(first.actor));
            let name = format!("{} waits {waited}", look.actors.name(first.actor));
            picture.spot(tile, 6.0, Selection::Actor(first.actor), name);
            words = match waiters.len() {
                1 => waited,
                n => format!("{waited} +{}", n - 1),
            };
        }
        (None, Some(user)) => cell::badge(look, picture, square(FACE), user, does),
        (None, None) => picture.dashed(square(FACE), RADIUS, look.outline()),
    }
    let font = if waiters.is_empty() { theme.small() } else { theme.mono_small() };
    let (width, centre) = (look.measure.width(&words, &font), socket.center().x);
    let left = (centre - 0.5 * width).clamp(body.left(), (body.right() - width).max(body.left()));
    let below = Rect::from_min_size(pos2(left, socket.bottom() + 2.0), vec2(width + 0.5, 15.0));
    if below.bottom() <= body.bottom() && 2.0 * width + 8.0 <= body.width() {
        picture.text(below, Align2::CENTER_CENTER, words, font, theme.muted);
    }
}

/// What is on its way, what was sent first nearest to the end that is read.
fn packets(at: &ResourceAt<'_>, rails: Rect, picture: &mut Picture) {
    let look = &at.look;
    let theme = look.theme;
    let contents = &at.state.contents;
    let tall = PACKET.min(rails.height() - 8.0);
    if tall < 12.0 {
        return;
    }
    let moving = cell::moving(at);
    let (font, y) = (cell::font(theme, tall), rails.center().y);
    let wide = |text: &str| (look.measure.width(text, &font) + 14.0).clamp(PACKET_MIN, PACKET_MAX);
    let packet = |right: f32, wide: f32| {
        Rect::from_center_size(pos2(right - 0.5 * wide, y), vec2(wide, tall))
    };
    let mut right = rails.right() - GAP;
    // What is being received is half through the end, and the others still wait behind it.
    if let Some(out) = moving.filter(|moving| !moving.inwards) {
        let text = label(at, out.item);
        let wide = wide(&text);
        if wide + 2.0 * GAP <= rails.width() {
            let rect = packet(right, wide);
            cell::draw(look, picture, rect, &text, Kind::InHand, None);
            right = rect.left() - GAP;
        }
    }
    let more = look.measure.width("+1,000", &theme.small()) + GAP;
    for place in 0..contents.len() {
        let text = label(at, contents[place]);
        let wide = wide(&text);
        let left = contents.len() - place - 1;
        let room = if left > 0 { more } else { 0.0 };
        if right - wide - room - GAP < rails.left() {
            let rest = Rect::from_min_max(
                pos2(rails.left() + GAP, rails.top()),
                pos2(right.max(rails.left() + GAP), rails.bottom()),
            );
            let words = format!("+{}", grouped((left + 1) as u64));
            if look.measure.width(&words, &theme.small()) <= rest.width() {
                picture.text(rest, Align2::RIGHT_CENTER, words, theme.small(), theme.muted);
            }
            return;
        }
        let rect = packet(right, wide);
        right = rect.left() - GAP;
        match moving.filter(|moving| moving.inwards && moving.place == place) {
            Some(moving) => {
                let from = packet(rails.left() + GAP + wide, wide);
                let rect = from.translate((rect.min - from.min) * moving.progress);
                cell::draw(look, picture, rect, &text, Kind::InHand, None);
            }
            None => {
                let maker = at.state.maker(place).filter(|_| tall >= 22.0);
                cell::draw(look, picture, rect, &text, Kind::There, maker);
            }
        }
    }
    // Which way they go.
    if right - rails.left() >= 44.0 && !contents.is_empty() && moving.is_none() {
        let way = [pos2(right - 20.0, y), pos2(right - 4.0, y)];
        picture.arrow(way, Stroke::new(1.5, theme.outline));
    }
}

/// A message as shown: one that is not known is a question mark.
fn label(at: &ResourceAt<'_>, item: Item) -> String {
    match item {
        Item::NOTHING if at.state.sentinels[0] > 0 => "None".to_owned(),
        Item::NOTHING => "?".to_owned(),
        item => at.look.meta.item(item),
    }
}
