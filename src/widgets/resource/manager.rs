//! A manager: a server process with the objects that it keeps, and the requests that wait for it.

use super::cell::{self, Kind, SIDE_MIN};
use super::parts::{self, HEIGHT};
use super::waiters::{BELOW, PITCH, TILE};
use super::{Look, ResourceAt, Size, glyph};
use crate::replay::Waiter;
use crate::replay::words::{agree, count, grouped, if_any};
use crate::trace::{ActorId, ActorKind, Home, Item, ResourceId, ResourceKind};
use crate::widgets::picture::Picture;
use crate::widgets::selection::Selection;
use crate::widgets::theme::{HAIRLINE, RADIUS_LARGE, RADIUS_SMALL};
use egui::{Align2, Rect, Stroke, Vec2, pos2, vec2};

/// Height of the server's head.
const HEAD: f32 = 28.0;
/// Columns of waiting requests.
const WAITERS: usize = 2;
/// The wire from a proxy to the server.
const WIRE: f32 = 74.0;
const WIRE_MIN: f32 = 22.0;
/// A cell of an object in the server.
const CELL: f32 = 22.0;
/// Width that an object needs.
const OBJECT: f32 = 84.0;
/// Room for the name of an object.
const NAME: f32 = 16.0;

/// The room that its full size asks for.
pub fn wanted(at: &ResourceAt<'_>) -> Vec2 {
    let objects = kept(at).count().clamp(1, 3);
    let server = 110.0 + 96.0 * objects as f32;
    vec2(PITCH * WAITERS as f32 + WIRE + server, HEIGHT)
}

/// The process that serves.
fn server(at: &ResourceAt<'_>) -> Option<ActorId> {
    match (at.named.of, at.named.home) {
        (Some(server), _) => Some(server),
        (None, Home::Process(server)) => Some(server),
        (None, _) => None,
    }
}

/// The objects in the memory of the process that serves.
fn kept<'a>(at: &'a ResourceAt<'_>) -> impl Iterator<Item = ResourceId> + 'a {
    let server = server(at);
    let resources = at.look.meta.resources.iter().enumerate();
    let kept = resources.filter(move |(index, resource)| {
        let in_it = server.is_some_and(|server| resource.home == Home::Process(server));
        in_it && *index != at.id.index() && !resource.is_an_end()
    });
    kept.map(|(index, _)| ResourceId::from_index(index))
}

/// Who waits for an answer: of the manager, or of one of its objects.
fn waiting(at: &ResourceAt<'_>) -> Vec<Waiter> {
    let of_objects = kept(at).filter_map(|id| at.look.state.resource(id));
    let all = std::iter::once(at.state).chain(of_objects);
    let mut waiting: Vec<Waiter> = all.flat_map(|state| &state.waiters).copied().collect();
    waiting.sort_by_key(|waiter| waiter.since);
    waiting
}

/// Its state in fewer and fewer words.
pub fn sentences(at: &ResourceAt<'_>) -> Vec<String> {
    let look = &at.look;
    let mut said: Vec<String> = Vec::new();
    let mut say = |words: String| match said.is_empty() {
        true => said.push(words),
        false => said.push(format!(" · {words}")),
    };
    if let Some(moving) = cell::moving(at) {
        let (who, item) = (look.actors.name(moving.actor), look.meta.item(moving.item));
        say(match moving.inwards {
            true => format!("{who} sends it {item}"),
            false => format!("it answers {who} with {item}"),
        });
    }
    let waiting = waiting(at).len();
    if waiting > 0 {
        let verb = agree(waiting, "waits", "wait");
        say(format!("{} {verb} for an answer", grouped(waiting as u64)));
    }
    match kept(at).count() {
        0 => say("every access is a message to its process".to_owned()),
        objects => {
            say(format!("{} kept", count(objects, "object")));
            if let Some(server) = server(at) {
                said.push(format!(" by {}", look.actors.name(server)));
            }
            said.push(": every access is a message".to_owned());
        }
    }
    let mut said = parts::fewer(&said);
    // Without a verb sooner than cut.
    match kept(at).count() {
        0 => {}
        objects => said.push(count(objects, "object")),
    }
    said
}

/// Its picture.
pub fn layout(at: &ResourceAt<'_>, size: Size, area: Rect) -> Picture {
    if size == Size::Full {
        return full(at, area);
    }
    let amount = if_any(kept(at).count(), |objects| count(objects, "object"));
    glyph(at, size, area, &amount, |picture, square| symbol(at, picture, square))
}

fn symbol(at: &ResourceAt<'_>, picture: &mut Picture, square: Rect) {
    let theme = at.look.theme;
    let unit = square.width() / 44.0;
    let small = square.width() < 30.0;
    let stroke = Stroke::new(if small { HAIRLINE } else { 1.5 }, theme.muted);
    let whole = Rect::from_center_size(square.center(), vec2(40.0, 38.0) * unit);
    picture.rounded(whole, 6.0 * unit, theme.panel, stroke);
    let y = whole.top() + 12.0 * unit;
    picture.line([pos2(whole.left(), y), pos2(whole.right(), y)], stroke);
    let cell = |x: f32, y: f32, wide: f32| {
        Rect::from_min_size(whole.min + vec2(x, y) * unit, vec2(wide, 7.0) * unit)
    };
    let edge = Stroke::new(HAIRLINE, theme.muted);
    if small {
        picture.rounded(cell(6.0, 19.0, 11.0), 1.0, theme.muted, Stroke::NONE);
        picture.rounded(cell(22.0, 19.0, 11.0), 1.0, theme.muted, Stroke::NONE);
        return;
    }
    for row in [16.0, 25.0] {
        picture.rounded(cell(5.0, row, 14.0), 2.0, theme.panel, edge);
    }
    for column in [22.0, 30.0] {
        picture.rounded(cell(column, 20.0, 7.0), 1.5, theme.muted, Stroke::NONE);
    }
}

fn full(at: &ResourceAt<'_>, area: Rect) -> Picture {
    let (mut picture, body) = cell::frame(at, area);
    if body.width() < 60.0 || body.height() < 20.0 {
        return picture;
    }
    let labels = if body.height() >= TILE + BELOW + 4.0 { BELOW } else { 0.0 };
    let tile = if body.height() >= TILE + 4.0 { TILE } else { 0.0 };
    // From generous to terse: columns of waiting requests, and the length of the wire.
    let plans = [(WAITERS, WIRE), (1, WIRE), (1, WIRE_MIN), (0, 0.0)];
    let fits = |(columns, wire): &(usize, f32)| {
        (tile > 0.0 || *columns == 0) && body.width() >= *columns as f32 * PITCH + wire + 120.0
    };
    let (columns, wire) = plans.into_iter().find(fits).unwrap_or((0, 0.0));
    let left = body.left() + columns as f32 * PITCH + wire;
    let right = body.right().min(left + 460.0);
    let server =
        Rect::from_min_max(pos2(left + 1.0, body.top() + 1.0), pos2(right - 1.0, body.bottom()));
    requests(at, body, server, (columns, labels), wire, &mut picture);
    draw_server(at, server, &mut picture);
    picture
}

/// Who waits for an answer, and the wire to the server with the message on it.
fn requests(
    at: &ResourceAt<'_>,
    body: Rect,
    server: Rect,
    (columns, labels): (usize, f32),
    wire: f32,
    picture: &mut Picture,
) {
    if columns == 0 {
        return;
    }
    let (look, theme) = (&at.look, at.look.theme);
    let y = server.center().y;
    let waiting = waiting(at);
    let zone = Rect::from_min_max(
        pos2(body.left(), y - 0.5 * TILE),
        pos2(body.left() + columns as f32 * PITCH, y + 0.5 * TILE + labels),
    );
    let shown = match waiting.len() > columns {
        true if columns > 1 => columns - 1,
        _ => waiting.len().min(columns),
    };
    // The first stands nearest to the server.
    let column = |place: usize| {
        let left = zone.right() - (place + 1) as f32 * PITCH;
        Rect::from_min_size(pos2(left, zone.top()), vec2(PITCH, zone.height()))
    };
    let more = format!("+{}", waiting.len() - shown);
    for (place, waiter) in waiting[..shown].iter().enumerate() {
        let column = column(place);
        let centre = pos2(column.center().x, y);
        let tile = Rect::from_center_size(centre, Vec2::splat(TILE));
        picture.tile(tile, waiter.actor, look.phase(waiter.actor));
        let waited = look.now.since(waiter.since).to_string();
        let name = format!("{} waits for an answer, {waited}", look.actors.name(waiter.actor));
        picture.spot(tile, 6.0, Selection::Actor(waiter.actor), name);
        let line = column.with_min_y(tile.bottom() + 1.0).with_max_y(column.bottom());
        if labels > 0.0 {
            match waiting.len() > shown && columns == 1 {
                true => {
                    picture.text(line, Align2::CENTER_CENTER, &more, theme.label(), theme.muted)
                }
                false => {
                    let (font, colour) = (theme.mono_small(), theme.muted);
                    let waited = look.now.since(waiter.since);
                    if let Some(waited) = look.time(waited, &font, PITCH) {
                        picture.text(line, Align2::CENTER_CENTER, waited, font, colour);
                    }
                }
            }
        }
    }
    if waiting.len() > shown && columns > 1 {
        let place = column(shown).with_max_y(zone.top() + TILE);
        picture.text(place, Align2::CENTER_CENTER, more, theme.label(), theme.muted);
    }
    let stroke = Stroke::new(1.5, theme.muted);
    let from = match waiting.is_empty() {
        // A proxy without a request: its seat.
        true => {
            let centre = pos2(column(0).center().x, y);
            let seat = Rect::from_center_size(centre, Vec2::splat(28.0));
            picture.dashed(seat, 6.0, look.outline());
            if labels > 0.0 {
                let line = column(0).with_min_y(seat.bottom() + 3.0);
                let line = line.with_max_y(line.top() + 15.0);
                picture.text(line, Align2::CENTER_CENTER, "proxy", theme.small(), theme.muted);
            }
            seat.right() + 3.0
        }
        false => zone.right() - 0.5 * (PITCH - TILE) + 3.0,
    };
    let way = [pos2(from, y), pos2(server.left() - 2.0, y)];
    picture.arrow(way, stroke);
    let Some(moving) = cell::moving(at) else { return };
    let text = look.meta.item(moving.item);
    let font = cell::font(theme, CELL);
    let room = server.left() - zone.right() - 4.0;
    let wide = look.measure.width(&text, &font) + 12.0;
    if wire < WIRE || wide > room {
        return;
    }
    let gone = if moving.inwards { moving.progress } else { 1.0 - moving.progress };
    let left = zone.right() + 2.0 + (room - wide) * gone;
    let packet = Rect::from_min_size(pos2(left, y - 0.5 * CELL), vec2(wide, CELL));
    cell::draw(look, picture, packet, &text, Kind::InHand, None);
    let name = look.actors.name(moving.actor);
    let said = if moving.inwards { "sends" } else { "is answered" };
    picture.spot(packet, 5.0, Selection::Actor(moving.actor), format!("{name} {said} {text}"));
}

/// The server with its head, and what it keeps.
fn draw_server(at: &ResourceAt<'_>, rect: Rect, picture: &mut Picture) {
    let look = &at.look;
    let theme = look.theme;
    let server = server(at);
    let head = HEAD.min(rect.height());
    let line = rect.with_max_y(rect.top() + head);
    let radius = RADIUS_LARGE.min(0.4 * rect.height());
    picture.rounded(rect, radius, theme.panel, Stroke::new(1.5, theme.muted));
    if rect.height() > head + 10.0 {
        let y = line.bottom();
        let ends = [pos2(rect.left() + 1.0, y), pos2(rect.right() - 1.0, y)];
        picture.line(ends, Stroke::new(HAIRLINE, theme.outline));
    }
    let mut words = line.shrink2(vec2(8.0, 0.0));
    if let Some(server) = server {
        let side = 18.0_f32.min(line.height() - 4.0);
        let face = Align2::LEFT_CENTER.align_size_within_rect(Vec2::splat(side), words);
        cell::badge(look, picture, face, server, "serves");
        words.min.x = face.right() + 7.0;
    }
    let id = server.and_then(|server| look.state.actor(server)).map_or(0, |actor| actor.os_id);
    let kind = server.and_then(|server| look.meta.actor(server)).map(|actor| actor.kind);
    let id = match (id, kind) {
        (0, _) => String::new(),
        (id, Some(ActorKind::Thread)) => format!("tid {id}"),
        (id, _) => format!("PID {id}"),
    };
    let name = server.map_or_else(|| "server".to_owned(), |server| look.actors.name(server));
    let (strong, mono) = (theme.label(), theme.mono_small());
    let width = look.measure.width(&name, &strong);
    if width <= words.width() {
        picture.text(words, Align2::LEFT_CENTER, name, strong, theme.text);
        words.min.x += width + 10.0;
    }
    if !id.is_empty() && look.measure.width(&id, &mono) <= words.width() {
        picture.text(words, Align2::RIGHT_CENTER, id, mono, theme.muted);
    }
    let room = rect.with_min_y(line.bottom()).shrink2(vec2(9.0, 6.0));
    objects(at, room, picture);
}

/// The objects that it keeps, beside each other, as many as fit.
fn objects(at: &ResourceAt<'_>, room: Rect, picture: &mut Picture) {
    let look = &at.look;
    let theme = look.theme;
    let all: Vec<ResourceId> = kept(at).collect();
    if room.height() < SIDE_MIN || room.width() < 20.0 {
        return;
    }
    if all.is_empty() {
        contents(at, room, picture);
        return;
    }
    // In rows, each a name over a table.
    let (gap, tall) = (vec2(12.0, 8.0), NAME + 2.0 + CELL);
    let along = |room: f32, least: f32, gap: f32| ((room + gap) / (least + gap)).floor().max(1.0);
    let columns = (along(room.width(), OBJECT, gap.x) as usize).min(all.len());
    let rows = (along(room.height(), tall, gap.y) as usize).min(all.len().div_ceil(columns));
    let fits = columns * rows;
    let shown = if all.len() > fits { fits - 1 } else { all.len() };
    let wide = ((room.width() + gap.x) / columns as f32 - gap.x).min(200.0);
    let tall = ((room.height() + gap.y) / rows as f32 - gap.y).min(tall);
    let place = |index: usize| {
        let at = vec2((index % columns) as f32, (index / columns) as f32);
        Rect::from_min_size(room.min + at * (vec2(wide, tall) + gap), vec2(wide, tall))
    };
    for (index, id) in all[..shown].iter().enumerate() {
        if let Some(object) = look.resource(*id) {
            draw_object(look, &object, place(index), picture);
        }
    }
    if all.len() > shown {
        let words = match shown {
            0 => count(all.len(), "object"),
            _ => format!("+{} more", all.len() - shown),
        };
        picture.text(place(shown), Align2::LEFT_CENTER, words, theme.small(), theme.muted);
    }
}

/// What it holds itself, where the trace has it so.
fn contents(at: &ResourceAt<'_>, room: Rect, picture: &mut Picture) {
    if at.state.contents.is_empty() {
        let (font, colour) = (at.look.theme.small(), at.look.theme.muted);
        let words = "no objects on record";
        if at.look.measure.width(words, &font) <= room.width() {
            picture.text(room, Align2::LEFT_CENTER, words, font, colour);
        }
        return;
    }
    let tall = CELL.min(room.height());
    let line = Rect::from_min_size(
        pos2(room.left(), room.center().y - 0.5 * tall),
        vec2(room.width(), tall),
    );
    cells(&at.look, at.state.contents.iter().copied(), at.state.contents.len(), line, picture);
}

/// Room for what an object holds beside its name.
const BESIDE_NAME: f32 = 26.0;

/// An object: its name, and what it holds or how it is.
fn draw_object(look: &Look<'_>, object: &ResourceAt<'_>, rect: Rect, picture: &mut Picture) {
    let theme = look.theme;
    let said = format!("{}: {}", object.name(), super::sentence(object));
    picture.spot(rect, 4.0, object.selects(), said.clone());
    let named = rect.height() >= NAME + SIDE_MIN;
    if named {
        let line = rect.with_max_y(rect.top() + NAME);
        picture.text(line, Align2::LEFT_CENTER, object.name(), theme.small(), theme.muted);
    }
    let below = if named { rect.with_min_y(rect.top() + NAME + 2.0) } else { rect };
    let tall = CELL.min(below.height());
    let mut line = below.with_max_y(below.top() + tall);
    // Beside it where there is no height for that.
    let beside = look.measure.width(&object.name(), &theme.small()) + 8.0;
    if !named && line.width() >= beside + BESIDE_NAME {
        picture.text(line, Align2::LEFT_CENTER, object.name(), theme.small(), theme.muted);
        line.min.x += beside;
    }
    use ResourceKind as K;
    match object.named.kind {
        K::List | K::Array | K::Value | K::Queue | K::Pipe => {
            let items = object.state.contents.iter().copied();
            cells(look, items, object.state.contents.len(), line, picture);
        }
        K::Lock | K::RLock | K::Semaphore | K::Condition | K::Event | K::Barrier => {
            let side = line.height().min(20.0);
            let glyph = Rect::from_min_size(line.min, Vec2::splat(side));
            let drawn = super::layout(object, Size::Badge, glyph);
            picture.marks.extend(drawn.marks);
        }
        K::Manager | K::Pool | K::Future => {}
    }
}

/// A table of items in one line: as many as fit, and how many more.
fn cells(
    look: &Look<'_>,
    items: impl Iterator<Item = Item>,
    len: usize,
    line: Rect,
    picture: &mut Picture,
) {
    let theme = look.theme;
    let edge = Stroke::new(HAIRLINE, theme.outline);
    let font = cell::font(theme, line.height());
    let small = theme.small();
    if len == 0 {
        let rect = line.with_max_x((line.left() + 44.0).min(line.right()));
        picture.dashed(rect, RADIUS_SMALL, look.outline());
        if look.measure.width("empty", &small) <= rect.width() {
            picture.text(rect, Align2::CENTER_CENTER, "empty", small, theme.muted);
        }
        return;
    }
    let mut x = line.left();
    for (index, item) in items.enumerate() {
        let text = look.meta.item(item);
        let wide = (look.measure.width(&text, &font) + 10.0).max(CELL);
        let left = len - index - 1;
        let more = format!("+{}", grouped((left + 1) as u64));
        let room = if left > 0 { look.measure.width(&more, &small) + 5.0 } else { 0.0 };
        if x + wide + room > line.right() {
            let rest = line.with_min_x(x + 4.0);
            if look.measure.width(&more, &small) <= rest.width() {
                picture.text(rest, Align2::LEFT_CENTER, more, small, theme.muted);
            }
            return;
        }
        let rect = Rect::from_min_max(pos2(x, line.top()), pos2(x + wide, line.bottom()));
        picture.rounded(rect, 2.0, theme.panel, edge);
        picture.text(
            rect.shrink2(vec2(2.0, 0.0)),
            Align2::CENTER_CENTER,
            text,
            font.clone(),
            theme.text,
        );
        x += wide - HAIRLINE;
    }
}
