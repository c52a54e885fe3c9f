//! A padlock: closed with its owner's badge in it, or open. An rlock has a shackle for each time it was taken.

use super::parts::{self, BESIDE, CLOSE, HEIGHT};
use super::{Look, ResourceAt, Size, glyph, waiters};
use crate::replay::Phase;
use crate::trace::{ActorId, Nanos, ResourceKind};
use crate::widgets::picture::Picture;
use crate::widgets::selection::Selection;
use crate::widgets::theme::{HAIRLINE, Theme};
use egui::{Align2, Rect, Stroke, Vec2, pos2, vec2};
use std::f32::consts::PI;

/// Width of a padlock in full size.
pub const WIDTH: f32 = 72.0;
/// Height of a padlock of width 1, with the room into which its shackle rises.
pub const TALL: f32 = 1.47;
/// Height of its body.
const BODY: f32 = 0.82;
/// How far its shackle rises.
const RISE: f32 = 0.12;
/// A lock narrower than this is small.
const SMALL: f32 = 40.0;
/// Shackles drawn before they are only counted.
const SHACKLES: u32 = 3;
/// Width of the column that says where an rlock was taken.
const TAKEN: f32 = 84.0;
/// Height of one of its lines, and how much further in each begins.
const LINE: f32 = 18.0;
const INWARDS: f32 = 10.0;

/// A padlock as it is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Padlock {
    /// Whose badge is in it.
    pub owner: Option<ActorId>,
    /// The owner is no more, or held the lock of which this is a copy, in another process.
    pub orphaned: bool,
    /// How many times the owner has taken it.
    pub depth: u32,
}

impl Padlock {
    /// A lock at an instant.
    pub fn of(at: &ResourceAt<'_>) -> Self {
        match at.state.owners.first() {
            Some(&(owner, held)) => Self {
                owner: Some(owner),
                orphaned: parts::has_ended(at, owner),
                depth: held.depth,
            },
            None if at.state.holder_at_fork.is_some() => {
                Self { owner: at.state.holder_at_fork, orphaned: true, depth: 1 }
            }
            // One that can be taken again has a shackle more to show it.
            None => {
                let depth = if at.named.kind == ResourceKind::RLock { 2 } else { 0 };
                Self { owner: None, orphaned: false, depth }
            }
        }
    }

    /// Draws it over the whole of a rectangle of width 1 and height [`TALL`], with its owner's badge or without; answers
    /// with its body.
    pub fn draw(&self, picture: &mut Picture, rect: Rect, badge: bool, theme: &Theme) -> Rect {
        let wide = rect.width();
        let body = rect.with_min_y(rect.bottom() - BODY * wide);
        let look = theme.phase(Phase::Holding);
        let is_free = self.owner.is_none();
        let (metal, ground) = match is_free {
            true => (theme.phase(Phase::NotStarted).mark, theme.field),
            false => (look.base, look.fill),
        };
        self.shackles(picture, body, Stroke::new(1.0, metal));
        let edge = Stroke::new((0.02 * wide).max(HAIRLINE), metal);
        picture.rounded(body, 0.09 * wide, ground, edge);
        let centre = body.center();
        match self.owner {
            None if wide >= 12.0 => {
                picture.dot(centre - vec2(0.0, 0.06 * wide), 0.07 * wide, metal);
                let size = vec2(0.05 * wide, 0.2 * wide);
                let slot = Rect::from_center_size(centre + vec2(0.0, 0.08 * wide), size);
                picture.rounded(slot, 0.02 * wide, metal, Stroke::NONE);
            }
            Some(owner) if badge => {
                // In a small one its letters are seen, too.
                let part = if wide < SMALL { 0.55 } else { 0.45 };
                let rect = parts::square(body, part * wide);
                picture.owner(rect, owner, self.orphaned);
            }
            _ => {}
        }
        body
    }

    /// One above another: as many as it was taken, or one that is open.
    fn shackles(&self, picture: &mut Picture, body: Rect, stroke: Stroke) {
        let wide = body.width();
        let rise = if self.owner.is_none() { RISE * wide } else { 0.0 };
        // Three so small would run into one.
        let most = if wide < 20.0 { 2 } else { SHACKLES };
        let count = self.depth.clamp(1, most);
        let (thick, step) = match count {
            1 => (0.12, 0.0),
            _ => (0.075, 0.125),
        };
        // The edge of the outermost is as high in every case.
        let outer = 0.34 - 0.5 * thick;
        let centre = pos2(body.center().x, body.top() - 0.19 * wide - rise);
        let foot = body.top() + 0.06 * wide;
        let stroke = Stroke::new((thick * wide).max(1.5), stroke.color);
        for inner in 0..count {
            let radius = (outer - step * inner as f32) * wide;
            let mut points = vec![pos2(centre.x - radius, foot)];
            points.extend((0..=24).map(|step| {
                let angle = PI + PI * step as f32 / 24.0;
                centre + radius * vec2(angle.cos(), angle.sin())
            }));
            // The free leg stays as long as it was, so it leaves the body.
            let leg = if rise > 0.0 { centre.y + 0.11 * wide } else { foot };
            points.push(pos2(centre.x + radius, leg));
            picture.line(points, stroke);
        }
    }
}

/// A padlock in a square, as badge and small glyph.
pub fn in_square(at: &ResourceAt<'_>, picture: &mut Picture, square: Rect, badge: bool) {
    let wide = square.height() / TALL;
    let rect = Rect::from_center_size(square.center(), vec2(wide, square.height()));
    Padlock::of(at).draw(picture, rect, badge, at.look.theme);
}

/// The room that its full size asks for.
pub fn wanted(at: &ResourceAt<'_>) -> Vec2 {
    let taken = if at.named.kind == ResourceKind::RLock { TAKEN + BESIDE } else { 0.0 };
    let line = waiters::width(parts::could_wait(at, 1));
    vec2((WIDTH + BESIDE + taken + line).max(210.0), HEIGHT)
}

/// Its state in fewer and fewer words: who has it and who waits for it are left out last.
pub fn sentences(at: &ResourceAt<'_>) -> Vec<String> {
    let look = at.look;
    let all = match at.state.owners.first() {
        Some(&(owner, held)) => {
            let (who, badge) = (look.actors.name(owner), look.actors.badge(owner));
            let lasted = look.now.since(held.since);
            match held.depth {
                _ if parts::has_ended(at, owner) => Said {
                    whole: format!("still held by {who}, which has ended"),
                    badged: format!("held by {who}, ended"),
                    timed: format!("held by {badge}, ended"),
                    brief: format!("held by {badge}, ended"),
                    least: "held",
                },
                0 | 1 => Said {
                    whole: format!("held by {who} for {lasted}"),
                    // Its badge sooner than nobody.
                    badged: format!("held by {badge} for {lasted}"),
                    timed: format!("held for {lasted}"),
                    brief: format!("held by {badge}"),
                    least: "held",
                },
                depth => Said {
                    whole: format!("held by {who}, {depth} deep: free after {depth} releases"),
                    badged: format!("held by {who}, {depth} deep"),
                    timed: format!("held by {badge}, {depth} deep"),
                    brief: format!("held by {badge}, {depth} deep"),
                    least: "held",
                },
            }
        }
        None if let Some(owner) = at.state.holder_at_fork => {
            let (who, badge) = (look.actors.name(owner), look.actors.badge(owner));
            Said {
                whole: format!("locked since the fork, when {who} held it"),
                badged: format!("locked since the fork, by {badge}"),
                timed: "locked since the fork".to_owned(),
                brief: "locked since the fork".to_owned(),
                least: "locked",
            }
        }
        None if at.state.left => {
            let whole = "held until the end of the run".to_owned();
            let brief = "end of the run".to_owned();
            Said { badged: whole.clone(), whole, timed: brief.clone(), brief, least: "end" }
        }
        None => {
            let since = free_since(&look, at);
            let whole = match since {
                Some(since) => format!("free for {}", look.now.since(since)),
                None => "free".to_owned(),
            };
            let [badged, timed, brief] = [(); 3].map(|()| whole.clone());
            Said { whole, badged, timed, brief, least: "free" }
        }
    };
    let Said { whole, badged, timed, brief, least } = all;
    let counted = parts::wait_counted(at);
    match (parts::wait_words(at), parts::wait_badged(at)) {
        (Some(wait), Some(short)) => vec![
            format!("{whole}; {wait}"),
            format!("{badged}; {wait}"),
            format!("{badged}; {short}"),
            format!("{brief}; {short}"),
            format!("{brief}; {counted}"),
            format!("{least}; {counted}"),
            least.to_owned(),
        ],
        // Its badge is in the padlock.
        _ => vec![whole, badged, timed, brief, least.to_owned()],
    }
}

/// What is said of who has it, in fewer and fewer words.
struct Said {
    whole: String,
    badged: String,
    /// Where nobody waits.
    timed: String,
    brief: String,
    least: &'static str,
}

/// Since when nobody has had it, where somebody had it before.
fn free_since(look: &Look<'_>, at: &ResourceAt<'_>) -> Option<Nanos> {
    let owners = &look.replay.lanes().resources.get(at.id.index())?.owners;
    let past = owners.partition_point(|span| span.start <= look.now);
    owners[..past].last().filter(|span| span.owner.is_none() && past > 1).map(|span| span.start)
}

/// Its picture.
pub fn layout(at: &ResourceAt<'_>, size: Size, area: Rect) -> Picture {
    if size != Size::Full {
        let draw = |picture: &mut Picture, square: Rect| {
            in_square(at, picture, square, size == Size::Small);
        };
        return glyph(at, size, area, "", draw);
    }
    let look = at.look;
    let mut picture = Picture::default();
    let area = parts::at_most(area, HEIGHT);
    let rest = parts::caption(at, area, &mut picture, &sentences(at));
    let gap = if rest.width() < 220.0 { CLOSE } else { BESIDE };
    // A smaller lock, sooner than nobody beside it.
    let beside = (rest.width() - gap - waiters::LEAST).max(32.0);
    let wide = WIDTH.min(rest.height() / TALL).min(beside).min(rest.width());
    let whole = Rect::from_min_size(
        pos2(rest.left(), rest.center().y - 0.5 * TALL * wide),
        vec2(wide, TALL * wide),
    );
    body(at, &mut picture, whole);
    let mut rest = rest.with_min_x(whole.right() + gap);
    if at.named.kind == ResourceKind::RLock {
        rest = taken_at(at, &mut picture, whole, rest);
    }
    waiters::line(&look, rest, &at.state.waiters, "waiting, in order of arrival", &mut picture);
    picture
}

/// The padlock with its spots.
pub fn body(at: &ResourceAt<'_>, picture: &mut Picture, whole: Rect) {
    let look = at.look;
    let lock = Padlock::of(at);
    let body = lock.draw(picture, whole, true, look.theme);
    let name = format!("{}: {}", at.name(), super::sentence(at));
    picture.spot(whole, 0.09 * whole.width(), at.selects(), name);
    if let Some(&(owner, held)) = at.state.owners.first() {
        let badge = parts::square(body, 0.45 * whole.width());
        let lasted = look.now.since(held.since);
        let name = format!("{} has held it for {lasted}", look.actors.name(owner));
        picture.spot(badge, 4.0, Selection::Actor(owner), name);
    }
}

/// Where an rlock was taken, as far as the trace says; answers with the room that is left.
fn taken_at(at: &ResourceAt<'_>, picture: &mut Picture, lock: Rect, rest: Rect) -> Rect {
    let theme = at.look.theme;
    let Some((_, held)) = at.state.owners.first() else {
        return if rest.width() > TAKEN + BESIDE + waiters::LEAST {
            rest.with_min_x(rest.left() + TAKEN + BESIDE)
        } else {
            rest
        };
    };
    if held.depth > SHACKLES {
        let top = lock.top() + RISE * lock.width();
        let room = parts::between(lock.right() + 2.0, top, rest.left(), top + 18.0);
        let count = format!("×{}", held.depth);
        if at.look.measure.width(&count, &theme.mono_small()) <= room.width() {
            picture.text(room, Align2::LEFT_CENTER, count, theme.mono_small(), theme.text);
        }
    }
    if rest.width() < TAKEN + BESIDE + waiters::LEAST || rest.height() < 44.0 {
        return rest;
    }
    // One line for each shackle, each further in than the one before.
    let line_of = |source| {
        let place = at.look.meta.source(source).and_then(|source| source.places.first())?;
        Some(format!("line {}", place.line))
    };
    let mut lines: Vec<String> = held.sources().filter_map(line_of).collect();
    if lines.is_empty() {
        return rest.with_min_x(rest.left() + TAKEN + BESIDE);
    }
    let fits = ((rest.height() - LINE) / LINE) as usize;
    let title = match held.depth as usize {
        1 => "taken at",
        depth if depth > lines.len().min(fits) => "first taken at",
        _ => "taken at",
    };
    lines.truncate(fits);
    let top = rest.center().y - 0.5 * LINE * (1 + lines.len()) as f32;
    let row = |row: usize| {
        let corner = pos2(rest.left(), top + LINE * row as f32);
        Rect::from_min_size(corner, vec2(TAKEN + BESIDE - 4.0, LINE))
    };
    picture.text(row(0), Align2::LEFT_CENTER, title, theme.small(), theme.muted);
    for (place, words) in lines.into_iter().enumerate() {
        let room = row(place + 1);
        let room = room.with_min_x(room.left() + INWARDS * place as f32);
        picture.text(room, Align2::LEFT_CENTER, words, theme.mono(), theme.text);
    }
    rest.with_min_x(rest.left() + TAKEN + BESIDE)
}
