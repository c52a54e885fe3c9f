//! A shared variable: its value, where it lies, who wrote it last, and who still works with what it read of it.

use super::cell::{self, Kind, SIDE};
use super::parts::{self, HEIGHT};
use super::{ResourceAt, Size, glyph};
use crate::replay::words::agree;
use crate::replay::{Phase, Read};
use crate::trace::{Actor, ActorKind, Home, Item, Role};
use crate::widgets::picture::{Mark, Picture};
use crate::widgets::selection::Selection;
use crate::widgets::theme::{EMPHASIS, HAIRLINE, RADIUS, RADIUS_LARGE};
use egui::{Align2, Rect, Stroke, Vec2, pos2, vec2};

/// Readers shown.
const READERS: usize = 3;
/// Column of a reader, and of the writer.
const COLUMN: f32 = 48.0;
const WRITER: f32 = 40.0;
/// Between the columns: an arrow.
const ARROW: f32 = 20.0;
const FACE: f32 = 26.0;
/// A badge beside others in one column.
const SMALL_FACE: f32 = 14.0;

/// The room that its full size asks for.
pub fn wanted(_: &ResourceAt<'_>) -> Vec2 {
    vec2(WRITER + ARROW + BOX.x + ARROW + READERS as f32 * COLUMN, HEIGHT)
}

/// The least width in which it says something: with who wrote it and, where others than its process can read it, with one who
/// has.
pub fn least_width(at: &ResourceAt<'_>) -> f32 {
    let written = WRITER + ARROW + BOX_MIN;
    let threads = |actor: &Actor| actor.kind == ActorKind::Thread && actor.role == Role::Work;
    let near = |actor: &Actor| at.named.section.is_none() || actor.section == at.named.section;
    let others = match at.named.home {
        Home::Process(_) => false,
        Home::Program => at.look.meta.actors_where(|a| threads(a) && near(a)).next().is_some(),
        Home::Shared => true,
    };
    if others { written + ARROW + COLUMN } else { written }
}

/// The ground with the value in it.
const BOX: Vec2 = vec2(120.0, 92.0);
const BOX_MIN: f32 = 56.0;

/// Its state in fewer and fewer words.
pub fn sentences(at: &ResourceAt<'_>) -> Vec<String> {
    let (look, state) = (&at.look, at.state);
    let value = state.contents.front().map(|value| look.meta.item(*value));
    let readers = readers(at);
    let stale = readers.iter().filter(|read| is_stale(at, read)).count();
    let said = match (readers.first(), state.last_write) {
        (Some(read), _) if stale > 0 => {
            let (who, read) = (look.actors.name(read.actor), look.meta.item(read.value));
            let mut said = vec![format!("{who} still works with {read}"), ": stale".to_owned()];
            if stale > 1 {
                let more = stale - 1;
                said.push(format!(" · so {} {more} more", agree(more, "does", "do")));
            }
            said
        }
        (_, Some(write)) => {
            let who = look.actors.name(write.actor);
            let (old, new) = (look.meta.item(write.old), look.meta.item(write.new));
            let wrote = match write.old {
                Item::NOTHING => format!("{who} wrote {new}"),
                _ => format!("{who} wrote {new} over {old}"),
            };
            vec![wrote, format!(" · {} ago", look.now.since(write.at))]
        }
        (Some(first), None) => {
            let value = look.meta.item(first.value);
            let have_read = match &readers[1..] {
                [] => format!("{} has read {value}", look.actors.name(first.actor)),
                rest => {
                    let badge = |read: &Read| look.actors.badge(read.actor).into_owned();
                    let others: Vec<_> = rest.iter().map(badge).collect();
                    format!("{} and {} have read {value}", others.join(", "), badge(first))
                }
            };
            vec![have_read, "; nobody has written yet".to_owned()]
        }
        (None, None) => vec![match value {
            Some(value) => format!("{value} since the start"),
            None => "no value is known yet".to_owned(),
        }],
    };
    let mut said = parts::fewer(&said);
    // A badge sooner than a name that is cut.
    match (state.last_write, readers.first()) {
        (_, Some(read)) if stale > 0 => {
            let (who, read) = (look.actors.badge(read.actor), look.meta.item(read.value));
            said.push(format!("{who} still works with {read}"));
            said.push(format!("{stale} stale"));
        }
        (Some(write), _) => {
            let (who, new) = (look.actors.badge(write.actor), look.meta.item(write.new));
            said.push(format!("{who} wrote {new}"));
        }
        _ => {}
    }
    said
}

/// Its picture.
pub fn layout(at: &ResourceAt<'_>, size: Size, area: Rect) -> Picture {
    if size == Size::Full {
        return full(at, area);
    }
    let stale = readers(at).iter().filter(|read| is_stale(at, read)).count();
    let amount = if stale > 0 { format!("{stale} stale") } else { String::new() };
    glyph(at, size, area, &amount, |picture, square| symbol(at, stale > 0, picture, square))
}

fn symbol(at: &ResourceAt<'_>, stale: bool, picture: &mut Picture, square: Rect) {
    let theme = at.look.theme;
    let small = square.width() < 30.0;
    let height = if small { 0.8 } else { 0.76 } * square.width();
    let whole = Rect::from_center_size(square.center(), vec2(square.width() - 2.0, height));
    let edge = Stroke::new(if small { HAIRLINE } else { 1.5 }, theme.muted);
    picture.rounded(whole, 0.14 * square.width(), theme.panel, edge);
    let text = at.state.contents.front().map_or("?".to_owned(), |value| at.look.meta.item(*value));
    let mut font = theme.mono();
    font.size = if small { 8.0 } else { 13.5 };
    match at.look.measure.width(&text, &font) <= whole.width() - 4.0 {
        true => picture.text(whole, Align2::CENTER_CENTER, text, font, theme.text),
        false if small => {
            let dot = Rect::from_center_size(whole.center(), vec2(10.0, 2.0));
            picture.rounded(dot, 1.0, theme.muted, Stroke::NONE);
        }
        false => {
            font.size = 10.0;
            picture.text(whole.shrink(2.0), Align2::CENTER_CENTER, text, font, theme.text);
        }
    }
    if stale && !small {
        let failed = theme.phase(Phase::Failed).base;
        let centre = square.right_top() + vec2(-5.0, 8.0);
        picture.dot(centre, 5.0, failed);
        let arm = vec2(2.5, -2.5);
        picture.line([centre - arm, centre + arm], Stroke::new(1.5, theme.panel));
    }
}

/// Who has read it and not written since: those first whose value has been overwritten, then who read last.
fn readers(at: &ResourceAt<'_>) -> Vec<Read> {
    let ended = |read: &&Read| at.look.state.actor(read.actor).is_some_and(|a| a.end.is_some());
    let mut readers: Vec<Read> =
        at.state.readers.iter().rev().filter(|read| !ended(read)).copied().collect();
    readers.sort_by_key(|read| !is_stale(at, read));
    readers
}

fn is_stale(at: &ResourceAt<'_>, read: &Read) -> bool {
    read.version != at.state.version
}

fn full(at: &ResourceAt<'_>, area: Rect) -> Picture {
    let (mut picture, body) = cell::frame(at, area);
    // From generous to terse: the columns that there is room for.
    let width = body.width();
    let ground = BOX.x.min(width);
    let written = width >= WRITER + ARROW + BOX_MIN;
    let left = if written { WRITER + ARROW } else { 0.0 };
    let least = if at.state.address.is_some() { BOX.x } else { BOX_MIN };
    let least = least.min(ground);
    let readers = parts::could_wait(at, 0).clamp(1, READERS);
    let fits = |few: &usize| width - left - ARROW - *few as f32 * COLUMN >= least;
    let few = (1..=readers).rev().find(fits).unwrap_or(1);
    let beside = ARROW + few as f32 * COLUMN;
    let wide = (width - left - beside).clamp(BOX_MIN.min(ground), ground);
    let columns = ((width - left - wide - ARROW) / COLUMN).floor().max(0.0) as usize;
    let columns = columns.min(READERS);
    if body.height() < 18.0 {
        return picture;
    }
    let tall = body.height().min(BOX.y);
    let corner = pos2(body.left() + left, body.center().y - 0.5 * tall);
    let ground = Rect::from_min_size(corner, vec2(wide, tall));
    let value = variable(at, ground, &mut picture);
    if written {
        let column = Rect::from_min_max(
            pos2(body.left(), ground.top()),
            pos2(body.left() + WRITER, ground.bottom()),
        );
        writer(at, column, ground, value, &mut picture);
    }
    let column = |place: usize| {
        let left = ground.right() + ARROW + place as f32 * COLUMN;
        Rect::from_min_max(pos2(left, ground.top()), pos2(left + COLUMN, ground.bottom()))
    };
    let columns: Vec<Rect> = (0..columns).map(column).collect();
    show_readers(at, &columns, ground, body.top(), &mut picture);
    picture
}

/// The value on its ground, with where it lies; where the value's box went.
fn variable(at: &ResourceAt<'_>, ground: Rect, picture: &mut Picture) -> Rect {
    let (look, theme) = (&at.look, at.look.theme);
    let (home, address) = (home(at), at.state.address.map(|address| format!("{address:#x}")));
    let mono = theme.mono_small();
    let fits = |text: &String| look.measure.width(text, &mono) <= ground.width() - 8.0;
    let detailed = ground.height() >= 66.0;
    let home = home.filter(|_| detailed).filter(fits);
    let address = address.filter(|_| detailed).filter(fits);
    if ground.height() >= 44.0 {
        picture.rounded(ground, RADIUS_LARGE, theme.field, Stroke::NONE);
    }
    if let Some(home) = home {
        let line = ground.with_min_y(ground.top() + 3.0).with_max_y(ground.top() + 19.0);
        picture.text(line, Align2::CENTER_CENTER, home, mono.clone(), theme.muted);
    }
    if let Some(address) = address {
        let line = ground.with_min_y(ground.bottom() - 19.0).with_max_y(ground.bottom() - 3.0);
        picture.text(line, Align2::CENTER_CENTER, address, mono, theme.muted);
    }
    let room = if detailed { ground.shrink2(vec2(10.0, 21.0)) } else { ground.shrink(3.0) };
    let text = at.state.contents.front().map_or("?".to_owned(), |value| look.meta.item(*value));
    let mut font = theme.mono();
    font.size = if room.height() >= 40.0 { 17.0 } else { font.size };
    let wide = (look.measure.width(&text, &font) + 24.0).max(64.0);
    let size = vec2(wide.min(room.width()), room.height().min(50.0));
    let value = Rect::from_center_size(room.center(), size);
    let write = at.state.last_write;
    let in_hand = write.is_some_and(|write| cell::is_in_hand(at, write.actor, write.at));
    let fresh = write.is_some_and(|write| look.progress(write.at) < 1.0);
    let fill = if fresh { theme.current_line } else { theme.panel };
    let edge = match in_hand {
        true => Stroke::new(EMPHASIS, cell::hand(theme)),
        false => Stroke::new(1.5, theme.muted),
    };
    match at.state.contents.is_empty() {
        true => picture.dashed(value, RADIUS, look.outline()),
        false => picture.rounded(value, RADIUS + 2.0, fill, edge),
    }
    let colour = if in_hand { cell::hand(theme) } else { theme.text };
    picture.text(value.shrink2(vec2(3.0, 0.0)), Align2::CENTER_CENTER, text, font, colour);
    value
}

/// In whose memory it is, where that is not plain.
fn home(at: &ResourceAt<'_>) -> Option<String> {
    match at.named.home {
        Home::Shared => Some("shared".to_owned()),
        Home::Process(process) => Some(format!("memory of {}", at.look.actors.badge(process))),
        Home::Program => at.state.address.map(|_| "program".to_owned()),
    }
}

/// Who wrote it last, with an arrow to the value.
fn writer(at: &ResourceAt<'_>, column: Rect, ground: Rect, value: Rect, picture: &mut Picture) {
    let (look, theme) = (&at.look, at.look.theme);
    let Some(write) = at.state.last_write else { return };
    let side = FACE.min(column.height());
    let centre = pos2(column.center().x, value.center().y);
    let face = Rect::from_center_size(centre, Vec2::splat(side));
    let new = look.meta.item(write.new);
    cell::badge(look, picture, face, write.actor, &format!("wrote {new}"));
    let tip = if ground.height() >= 44.0 { value.left() - 3.0 } else { ground.left() - 1.0 };
    let way = [pos2(face.right() + 4.0, centre.y), pos2(tip, centre.y)];
    if way[1].x - way[0].x >= 8.0 {
        picture.arrow(way, Stroke::new(1.5, theme.muted));
    }
    let below = Rect::from_min_max(
        pos2(column.left(), face.bottom() + 3.0),
        pos2(column.right(), face.bottom() + 18.0),
    );
    if below.bottom() <= column.bottom() {
        picture.text(below, Align2::CENTER_CENTER, "wrote", theme.small(), theme.muted);
    }
}

/// Who still works with what it read: a badge over what that was. Nothing is drawn above `least`.
fn show_readers(
    at: &ResourceAt<'_>,
    columns: &[Rect],
    ground: Rect,
    least: f32,
    picture: &mut Picture,
) {
    let (look, theme) = (&at.look, at.look.theme);
    let readers = readers(at);
    let Some(first) = columns.first() else { return };
    let shown = match readers.len() > columns.len() {
        // The last column says how many more.
        true if columns.len() > 1 => columns.len() - 1,
        _ => columns.len().min(readers.len()),
    };
    let tall = first.height();
    let worded = tall >= FACE + 4.0 + SIDE + 18.0;
    let faced = tall >= 20.0 + 4.0 + 20.0;
    let face = if worded { FACE } else { 20.0 };
    let side = if worded { SIDE } else { (tall - if faced { face + 4.0 } else { 0.0 }).min(SIDE) };
    if side < cell::SIDE_MIN {
        return;
    }
    // In a single column all who have read the same.
    let same = |read: &Read| {
        readers.first().is_some_and(|one| (one.version, one.value) == (read.version, read.value))
    };
    let fit = readers.len() as f32 * (SMALL_FACE + 1.0) <= COLUMN;
    let together =
        columns.len() == 1 && readers.len() > 1 && faced && fit && readers.iter().all(same);
    let used = side + if faced { face + 4.0 } else { 0.0 } + if worded { 18.0 } else { 0.0 };
    let top = first.center().y - 0.5 * used;
    for (read, column) in readers.iter().zip(&columns[..shown]) {
        let stale = is_stale(at, read);
        let text = look.meta.item(read.value);
        let said = if stale { "stale" } else { "read" };
        let x = column.center().x;
        let mut y = top;
        if faced && together {
            // All of them over the one thing that each has read.
            let side = face.min((COLUMN + 1.0) / readers.len() as f32 - 1.0);
            let left = x - 0.5 * ((side + 1.0) * readers.len() as f32 - 1.0);
            for (place, read) in readers.iter().enumerate() {
                let corner = pos2(left + place as f32 * (side + 1.0), y + face - side);
                let rect = Rect::from_min_size(corner, Vec2::splat(side));
                picture.badge(rect, read.actor);
            }
            y += face + 4.0;
        } else if faced {
            let rect = Rect::from_min_size(pos2(x - 0.5 * face, y), Vec2::splat(face));
            picture.badge(rect, read.actor);
            y += face + 4.0;
        }
        let wide = cell::width(look, side, [text.as_str()].into_iter()).min(COLUMN - 4.0);
        let rect = Rect::from_min_size(pos2(x - 0.5 * wide, y), vec2(wide, side));
        let kind = if stale { Kind::Stale } else { Kind::There };
        cell::draw(look, picture, rect, &text, kind, None);
        y += side;
        if worded {
            let line =
                Rect::from_min_max(pos2(column.left(), y + 2.0), pos2(column.right(), y + 17.0));
            let colour = if stale { theme.danger } else { theme.muted };
            picture.text(line, Align2::CENTER_CENTER, said, theme.small(), colour);
        }
        let whole =
            Rect::from_min_max(pos2(column.left() + 1.0, top), pos2(column.right() - 1.0, y));
        let how = if stale { "still works with" } else { "has read" };
        let name = format!("{} {how} {text}", look.actors.name(read.actor));
        picture.spot(whole, 6.0, Selection::Actor(read.actor), name);
    }
    let more = if together { 0 } else { readers.len() - shown };
    if more > 0 {
        let words = format!("+{more}");
        match columns.get(shown) {
            Some(column) => {
                let left = column.with_min_x(column.left() + 6.0);
                picture.text(left, Align2::LEFT_CENTER, words, theme.label(), theme.muted);
            }
            // Beside the badge of the only one.
            None if faced => {
                let left = first.center().x + 0.5 * face + 2.0;
                let beside = Rect::from_min_max(pos2(left, top), pos2(first.right(), top + face));
                if look.measure.width(&words, &theme.small()) <= beside.width() {
                    picture.text(beside, Align2::LEFT_CENTER, words, theme.small(), theme.muted);
                }
            }
            None => {}
        }
    }
    for (place, (read, column)) in readers.iter().zip(&columns[..shown]).enumerate() {
        let colour = match is_stale(at, read) {
            true => theme.phase(Phase::Failed).base,
            false => theme.muted,
        };
        let points = match place {
            0 => {
                let y = top + if faced { face + 4.0 } else { 0.0 } + 0.5 * side;
                let to = pos2(column.center().x - 0.5 * COLUMN + 4.0, y);
                let from = pos2(ground.right() + 3.0, ground.center().y);
                let middle = 0.5 * (from.x + to.x);
                [from, pos2(middle, from.y), pos2(middle, to.y), to]
            }
            _ if top - 9.0 < least => break,
            // Over those that stand between.
            _ => {
                let (from, to) = (pos2(ground.right() + 3.0, top + 6.0), column.center().x);
                let over = top - 6.0;
                [from, pos2(from.x + 12.0, over), pos2(to, over - 2.0), pos2(to, top - 1.0)]
            }
        };
        // Dotted: what was read is no longer tied to the variable.
        let stroke = Stroke::new(1.5, colour);
        picture.marks.push(Mark::Curve { points, stroke, dashed: true, arrow: false });
    }
}
