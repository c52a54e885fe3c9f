//! The box of an actor: the same for a thread and for a process, on every stage.

use crate::replay::{self, Phase};
use crate::trace::{ActorId, ActorKind};
use crate::widgets::phase;
use crate::widgets::picture::Picture;
use crate::widgets::resource::Look;
use crate::widgets::scene::fit::split_top;
use crate::widgets::selection::Selection;
use crate::widgets::task;
use crate::widgets::theme::{HAIRLINE, RADIUS, RADIUS_LARGE};
use egui::{Align2, Rect, Stroke, Vec2, pos2, vec2};

/// How much a box shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BoxSize {
    /// Badge, name, what it does or its task, its phase; of a process its PID, too.
    Full,
    /// Badge, name, phase.
    Line,
    /// Badge in a frame of its phase, the name below it.
    Named,
    /// Badge in a frame of its phase.
    Tile,
    /// The same, as small as can be read.
    Mini,
}

/// Height of a name below a tile.
const NAME: f32 = 17.0;

/// From full to badge.
pub const SIZES: [BoxSize; 5] =
    [BoxSize::Full, BoxSize::Line, BoxSize::Named, BoxSize::Tile, BoxSize::Mini];

impl BoxSize {
    /// The least room it takes.
    pub fn least(self) -> Vec2 {
        match self {
            Self::Full => vec2(170.0, 50.0),
            Self::Line => vec2(116.0, 32.0),
            Self::Named => vec2(70.0, 38.0 + NAME),
            Self::Tile => vec2(38.0, 38.0),
            Self::Mini => vec2(28.0, 28.0),
        }
    }

    /// The most room it uses.
    pub fn most(self) -> Vec2 {
        match self {
            Self::Full => vec2(300.0, 72.0),
            Self::Line => vec2(190.0, 36.0),
            Self::Named => vec2(90.0, 40.0 + NAME),
            Self::Tile => vec2(44.0, 44.0),
            Self::Mini => vec2(32.0, 32.0),
        }
    }

    /// Between two of them.
    pub fn gap(self) -> f32 {
        match self {
            Self::Full => 10.0,
            Self::Line => 8.0,
            Self::Named | Self::Tile => 7.0,
            Self::Mini => 5.0,
        }
    }
}

/// The box of an actor, in a rectangle of its size.
pub fn layout(look: &Look<'_>, actor: ActorId, size: BoxSize, rect: Rect) -> Picture {
    among(look, actor, (size, false), rect)
}

/// [`layout`]; `close`: with its name in the smaller letters that one of its neighbours needs.
pub fn among(
    look: &Look<'_>,
    actor: ActorId,
    (size, close): (BoxSize, bool),
    rect: Rect,
) -> Picture {
    let mut picture = Picture::default();
    let phase = look.phase(actor);
    let doing = doing(look, actor);
    let name = look.actors.name(actor);
    let said = spoken(look, actor);
    let quiet = look.actors.is_helper(actor);
    match size {
        BoxSize::Tile | BoxSize::Mini => {
            picture.tile(rect, actor, phase);
            picture.spot(rect, 5.0, Selection::Actor(actor), said);
            return picture;
        }
        BoxSize::Named => {
            let (above, below) = split_top(rect, rect.height() - NAME);
            let side = above.height().min(above.width());
            let tile = Rect::from_center_size(above.center(), Vec2::splat(side));
            picture.tile(tile, actor, phase);
            picture.text(below, Align2::CENTER_CENTER, name, look.theme.small(), look.theme.muted);
            picture.spot(rect, 5.0, Selection::Actor(actor), said);
            return picture;
        }
        BoxSize::Line => outline(look, &mut picture, rect, RADIUS, phase, quiet),
        BoxSize::Full => outline(look, &mut picture, rect, RADIUS_LARGE, phase, quiet),
    }
    let radius = if size == BoxSize::Full { RADIUS_LARGE } else { RADIUS };
    let pad = if size == BoxSize::Full { 12.0 } else { 5.0 };
    let face = if size == BoxSize::Full { 30.0 } else { 21.0 };
    let badge = Rect::from_center_size(
        pos2(rect.left() + pad + 0.5 * face, rect.center().y),
        Vec2::splat(face),
    );
    // Its end is said once: by the shape of its phase.
    picture.badge(badge, actor);
    let swatch =
        Rect::from_center_size(pos2(rect.right() - pad - 8.0, rect.center().y), phase::SWATCH);
    picture.phase(swatch, phase);
    let mut words = Rect::from_min_max(
        pos2(badge.right() + pad.min(10.0), rect.top()),
        pos2(swatch.left() - pad.min(6.0), rect.bottom()),
    );
    if size == BoxSize::Line
        && let Some(target) = joins(look, actor)
        && look.measure.width(&name, &look.theme.label()) + AWAITED + 4.0 <= words.width()
    {
        let centre = pos2(words.right() - 0.5 * AWAITED, rect.center().y);
        let rect = Rect::from_center_size(centre, Vec2::splat(AWAITED));
        picture.badge(rect, target);
        words.max.x = rect.left() - 4.0;
    }
    match size {
        BoxSize::Full => full(look, actor, phase, words, &name, &doing, &mut picture),
        _ => {
            // Smaller sooner than cut.
            let whole = look.measure.width(&name, &look.theme.label()) <= words.width();
            let font = if whole && !close { look.theme.label() } else { look.theme.small() };
            picture.text(words, Align2::LEFT_CENTER, name, font, look.theme.text);
        }
    }
    picture.spot(rect, radius, Selection::Actor(actor), said);
    picture
}

/// Whether a box of a width has room for the actor's whole name.
pub fn has_name(look: &Look<'_>, actor: ActorId, size: BoxSize, width: f32) -> bool {
    let (font, room) = match size {
        BoxSize::Full => return true,
        BoxSize::Line => (look.theme.label(), width - 57.0),
        BoxSize::Named => (look.theme.small(), width),
        BoxSize::Tile | BoxSize::Mini => return false,
    };
    look.measure.width(&look.actors.name(actor), &font) <= room
}

/// Side of the badge of whoever is waited for.
const AWAITED: f32 = 16.0;

/// The actor whose end an actor waits for.
fn joins(look: &Look<'_>, actor: ActorId) -> Option<ActorId> {
    let waiting = look.state.actor(look.state.acts_for(look.meta, actor))?.waiting?;
    let end = look.meta.resource(waiting.res).filter(|res| res.is_an_end())?;
    end.of
}

fn outline(
    look: &Look<'_>,
    picture: &mut Picture,
    rect: Rect,
    radius: f32,
    phase: Phase,
    quiet: bool,
) {
    let theme = look.theme;
    match phase {
        Phase::Failed => {
            let edge = Stroke::new(1.5, theme.phase(Phase::Failed).base);
            picture.rounded(rect, radius, theme.panel, edge);
        }
        Phase::NotStarted => picture.dashed(rect, radius, look.outline()),
        _ if quiet => picture.dashed(rect, radius, Stroke::new(HAIRLINE, theme.hairline)),
        _ => picture.rounded(rect, radius, theme.panel, look.outline()),
    }
}

/// Two lines: who it is, and what it does.
fn full(
    look: &Look<'_>,
    actor: ActorId,
    phase: Phase,
    words: Rect,
    name: &str,
    doing: &[String; 3],
    picture: &mut Picture,
) {
    let theme = look.theme;
    let middle = words.center().y;
    let first = Rect::from_min_max(pos2(words.left(), middle - 19.0), pos2(words.right(), middle));
    let second =
        Rect::from_min_max(pos2(words.left(), middle + 1.0), pos2(words.right(), middle + 20.0));
    let name_width = look.measure.width(name, &theme.strong());
    picture.text(first, Align2::LEFT_CENTER, name, theme.strong(), theme.text);
    if let Some(id) = os_id(look, actor) {
        let font = theme.mono_small();
        // As in the rows of a pool.
        let rest = first.with_min_x(first.left() + name_width + 8.0);
        if look.measure.width(&id, &font) <= rest.width() {
            picture.text(rest, Align2::LEFT_CENTER, id, font, theme.muted);
        }
    }
    let state = look.state.actor(actor);
    match state.and_then(|state| state.task) {
        Some(working) if phase != Phase::Failed => {
            task::line(look, working, actor, second, picture);
        }
        _ => {
            let colour = if phase == Phase::Failed { theme.danger } else { theme.muted };
            // Without details sooner than cut in one of them.
            let fits = |text: &&str| look.measure.width(text, &theme.body()) <= second.width();
            let waits = matches!(phase, Phase::Waiting | Phase::Blocked).then_some("waits");
            let texts =
                [doing[0].as_str(), &doing[1], &doing[2], phase::name(look.meta, actor, phase)];
            let doing = texts.into_iter().chain(waits).find(fits).unwrap_or(texts[0]);
            picture.text(second, Align2::LEFT_CENTER, doing, theme.body(), colour);
        }
    }
}

/// The accessible name of an actor: "worker 2, PID 48231, running task 3".
pub fn spoken(look: &Look<'_>, actor: ActorId) -> String {
    let name = look.actors.name(actor);
    let [doing, ..] = doing(look, actor);
    match os_id(look, actor) {
        Some(id) => format!("{name}, {id}, {doing}"),
        None => format!("{name}, {doing}"),
    }
}

/// What an actor is doing, and whether events of it are missing; and in fewer and fewer words.
fn doing(look: &Look<'_>, actor: ActorId) -> [String; 3] {
    let [doing, shorter, brief] = replay::phrases(look.meta, look.state, actor, look.now);
    let missing = match look.state.actor(actor) {
        Some(state) if state.dropped > 0 => {
            format!(" · {} missing", replay::words::count(state.dropped, "event"))
        }
        Some(state) if state.incomplete => " · last moments may be missing".to_owned(),
        _ => String::new(),
    };
    [doing + &missing, shorter, brief]
}

/// "PID 48231", of a process that has one.
fn os_id(look: &Look<'_>, actor: ActorId) -> Option<String> {
    let is_process = look.meta.actor(actor)?.kind == ActorKind::Process;
    let id = look.state.actor(actor)?.os_id;
    (is_process && id > 0).then(|| format!("PID {id}"))
}
