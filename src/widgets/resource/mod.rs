//! One look for each kind of resource, in three sizes: what stands on every stage for a lock, a queue, a pool…
//!
//! A look is a layout: from a resource at an instant and an area to a [`Picture`]. [`wanted`] says how much room a size
//! asks for; what does not fit an area is left out by the look itself, never painted over its edge.

mod array;
mod barrier;
pub mod cell;
mod condition;
mod event;
mod future;
mod list;
mod lock;
mod manager;
mod parts;
mod pipe;
mod pool;
mod queue;
mod semaphore;
mod value;
mod waiters;

pub use pool::{LINE as POOL_LINE, orders, result};

use super::actors::Actors;
use super::picture::Picture;
use super::selection::Selection;
use super::text::Measure;
use super::theme::{HAIRLINE, Theme};
use crate::replay::{Phase, Replay, ResourceState, State, Waiter};
use crate::trace::{ActorId, ActorKind, Meta, Nanos, Resource, ResourceId, ResourceKind};
use egui::{Align2, FontId, Rect, Stroke, Vec2, pos2, vec2};

/// How much of a resource is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Size {
    /// An outline of 20 with a dot where somebody waits.
    Badge,
    /// A badge, its name and its state in one line.
    Line,
    /// A glyph of 44, with how many wait, or its amount.
    Small,
    /// A body of up to 100 in height, who waits for how long, and a sentence of its state.
    Full,
}

impl Size {
    /// The next smaller one.
    pub fn smaller(self) -> Self {
        match self {
            Self::Full => Self::Small,
            Self::Small => Self::Line,
            Self::Line | Self::Badge => Self::Badge,
        }
    }
}

/// All that pictures of an instant are made from.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// Names.
    pub meta: &'a Meta,
    /// What is true at the instant.
    pub state: &'a State,
    /// The whole run: tasks.
    pub replay: &'a Replay,
    /// The instant.
    pub now: Nanos,
    /// How long a motion lasts, in time of the trace.
    pub motion: Nanos,
    /// Badges and colours of actors.
    pub actors: &'a Actors<'a>,
    /// Colours and fonts.
    pub theme: &'a Theme,
    /// How wide texts are.
    pub measure: &'a dyn Measure,
    /// Whether the name of its section stands above what is drawn.
    pub headed: bool,
}

/// One resource at an instant.
#[derive(Clone, Copy)]
pub struct ResourceAt<'a> {
    /// What it is made from.
    pub look: Look<'a>,
    /// Which.
    pub id: ResourceId,
    /// What it is.
    pub named: &'a Resource,
    /// What is true of it.
    pub state: &'a ResourceState,
}

impl<'a> Look<'a> {
    /// A resource at this instant; `None` of one that the trace does not name.
    pub fn resource(&self, id: ResourceId) -> Option<ResourceAt<'a>> {
        static UNTOUCHED: std::sync::LazyLock<ResourceState> =
            std::sync::LazyLock::new(ResourceState::default);
        let named = self.meta.resource(id)?;
        let state = self.state.resource(id).unwrap_or(&UNTOUCHED);
        Some(ResourceAt { look: *self, id, named, state })
    }

    /// What an actor is doing; a process does what its threads do. Waiting for one's own threads or processes to end is
    /// quiet: as if idle.
    pub fn phase(&self, actor: ActorId) -> Phase {
        let actor = self.state.acts_for(self.meta, actor);
        let Some(actor) = self.state.actor(actor) else { return Phase::NotStarted };
        let waits_for = actor.waiting.and_then(|waiting| self.meta.resource(waiting.res));
        match actor.phase {
            Phase::Waiting if waits_for.is_some_and(Resource::is_an_end) => Phase::Idle,
            phase => phase,
        }
    }

    /// How far a motion that began at `since` has come: 0 at its start, 1 once it is over.
    pub fn progress(&self, since: Nanos) -> f32 {
        if self.motion == Nanos::ZERO {
            return 1.0;
        }
        (self.now.since(since).0 as f64 / self.motion.0 as f64).clamp(0.0, 1.0) as f32
    }

    /// A length of time below a thing, with fewer digits where it would run into its neighbours'; `None` where there is no
    /// room even then.
    pub fn time(&self, lasted: Nanos, font: &FontId, room: f32) -> Option<String> {
        let (unit, name) = lasted.unit();
        let whole = format!("{:.0} {name}", lasted.0 as f64 / unit as f64);
        let texts = [lasted.to_string(), whole];
        texts.into_iter().find(|text| self.measure.width(text, font) <= room - TIMES)
    }

    /// The line around things.
    pub fn outline(&self) -> Stroke {
        Stroke::new(HAIRLINE, self.theme.outline)
    }
}

impl ResourceAt<'_> {
    /// Its name as shown.
    pub fn name(&self) -> String {
        self.look.meta.resource_name(self.id)
    }

    /// What stands above it. Of pools that come one after another that is the way that each is, as lanes and bars call it,
    /// unless that stands above already; of anything else its name.
    pub fn title(&self) -> String {
        let meta = self.look.meta;
        let says = self.named.kind == ResourceKind::Pool && !self.look.headed;
        let section = self.named.section.filter(|_| says);
        let way = section.and_then(|id| meta.section(id)).filter(|way| way.begins);
        let Some(way) = way.filter(|way| !way.name.is_empty()) else { return self.name() };
        let beside =
            meta.sections.iter().filter(|other| other.begins && other.within == way.within);
        let pools = meta.resources.iter().filter(|pool| pool.kind == ResourceKind::Pool);
        let is_alone = pools.filter(|pool| pool.section == section).count() == 1;
        match is_alone && beside.count() > 1 {
            true => way.name.clone(),
            false => self.name(),
        }
    }

    /// Selects it.
    pub fn selects(&self) -> Selection {
        Selection::Resource(self.id)
    }
}

/// The room that a size asks for: the least width and height in which all of it is shown.
pub fn wanted(at: &ResourceAt<'_>, size: Size) -> Vec2 {
    let name = || at.look.measure.width(&at.title(), &at.look.theme.small()).ceil() + 2.0;
    let line_name = || at.look.measure.width(&at.title(), &at.look.theme.body()).ceil();
    match (size, at.named.kind) {
        (Size::Badge, _) => vec2(BADGE + 6.0, BADGE + 6.0),
        (Size::Line, ResourceKind::Value) => vec2((name() + 86.0).min(150.0), 26.0),
        (Size::Line, ResourceKind::List) => vec2((line_name() + 120.0).min(160.0), 26.0),
        // Whether all have come takes little.
        (Size::Line, _) if at.named.is_aside => vec2((line_name() + 98.0).min(150.0), 26.0),
        (Size::Line, _) => vec2(150.0, 26.0),
        (Size::Small, _) => vec2(name().clamp(64.0, 110.0), 72.0),
        (Size::Full, ResourceKind::Lock | ResourceKind::RLock) => lock::wanted(at),
        (Size::Full, ResourceKind::Semaphore) => semaphore::wanted(at),
        (Size::Full, ResourceKind::Condition) => condition::wanted(at),
        (Size::Full, ResourceKind::Event) => event::wanted(at),
        (Size::Full, ResourceKind::Barrier) => barrier::wanted(at),
        (Size::Full, ResourceKind::Queue) => queue::wanted(at),
        (Size::Full, ResourceKind::Pipe) => pipe::wanted(at),
        (Size::Full, ResourceKind::Value) => value::wanted(at),
        (Size::Full, ResourceKind::Array) if at.named.bounds.is_some() => list::wanted(at),
        (Size::Full, ResourceKind::Array) => array::wanted(at),
        (Size::Full, ResourceKind::Manager) => manager::wanted(at),
        (Size::Full, ResourceKind::Pool) => pool::wanted(at),
        (Size::Full, ResourceKind::Future) => future::wanted(at),
        (Size::Full, ResourceKind::List) => list::wanted(at),
    }
}

/// The least room for a list in a line: how many items are in it takes little.
pub fn least_line(at: &ResourceAt<'_>) -> Vec2 {
    let name = at.look.measure.width(&at.title(), &at.look.theme.body()).ceil();
    vec2((name + 84.0).min(150.0), 26.0)
}

/// The least room in which the full size is worth it: parts of it are left out there. Of some kinds that is what it asks
/// for.
pub fn least(at: &ResourceAt<'_>) -> Vec2 {
    match at.named.kind {
        // One that can be taken again leaves out where that was.
        ResourceKind::Lock | ResourceKind::RLock => vec2(170.0, LOW),
        ResourceKind::Value => vec2(value::least_width(at), LOW),
        ResourceKind::List => vec2(180.0, LOW),
        ResourceKind::Array if at.named.bounds.is_some() => vec2(180.0, LOW),
        ResourceKind::Event => vec2(130.0, LOW),
        ResourceKind::Semaphore => vec2(250.0, LOW),
        ResourceKind::Condition => vec2(270.0, LOW),
        ResourceKind::Barrier => vec2(190.0, LOW),
        ResourceKind::Queue => vec2(230.0, LOW),
        ResourceKind::Pipe => vec2(230.0, LOW),
        ResourceKind::Array => vec2(array::least_width(at), LOW),
        _ => wanted(at, Size::Full),
    }
}

/// The picture of a resource in an area, in one size. Its name is not in it: whoever places it writes that above.
pub fn layout(at: &ResourceAt<'_>, size: Size, area: Rect) -> Picture {
    if size == Size::Line {
        return one_line(at, area);
    }
    match at.named.kind {
        ResourceKind::Lock | ResourceKind::RLock => lock::layout(at, size, area),
        ResourceKind::Semaphore => semaphore::layout(at, size, area),
        ResourceKind::Condition => condition::layout(at, size, area),
        ResourceKind::Event => event::layout(at, size, area),
        ResourceKind::Barrier => barrier::layout(at, size, area),
        ResourceKind::Queue => queue::layout(at, size, area),
        ResourceKind::Pipe => pipe::layout(at, size, area),
        ResourceKind::Value => value::layout(at, size, area),
        ResourceKind::Array if at.named.bounds.is_some() => {
            between_bounds(at, |list| list::layout(list, size, area))
        }
        ResourceKind::Array => array::layout(at, size, area),
        ResourceKind::Manager => manager::layout(at, size, area),
        ResourceKind::Pool => pool::layout(at, size, area),
        ResourceKind::Future => future::layout(at, size, area),
        ResourceKind::List => list::layout(at, size, area),
    }
}

/// The picture of a resource in full with a place for words in it, where it has one.
pub fn with_words(at: &ResourceAt<'_>, area: Rect) -> Option<(Picture, Rect)> {
    match at.named.kind {
        ResourceKind::Pool => pool::with_words(at, area),
        _ => None,
    }
}

/// The picture of a resource in full without the results of its tasks, with their place for words, where it has such.
pub fn without_results(at: &ResourceAt<'_>, area: Rect) -> Option<(Picture, Rect)> {
    match at.named.kind {
        ResourceKind::Pool => pool::without_results(at, area),
        _ => None,
    }
}

/// An array with bounds as the list that it is: each write of its end has added, each write of its begin removed one.
fn between_bounds<T>(at: &ResourceAt<'_>, what: impl FnOnce(&ResourceAt<'_>) -> T) -> T {
    let version = |bound: usize| {
        let id = at.named.bounds.map(|bounds| bounds[bound]);
        let variable = id.and_then(|id| at.look.state.resource(id));
        variable.map_or(0, |variable| u64::from(variable.version))
    };
    let range = at.look.state.list_of(at.look.meta, at.id);
    let list = ResourceState {
        contents: at.state.contents.range(range.clone()).copied().collect(),
        makers: range.map(|place| at.state.maker(place)).collect(),
        added: version(1),
        removed: version(0),
        found_empty: at.state.found_empty,
        ..ResourceState::default()
    };
    let named = Resource { guard: at.named.guard, ..Resource::new(at.name(), ResourceKind::List) };
    what(&ResourceAt { state: &list, named: &named, ..*at })
}

/// How Python makes such a resource: "Semaphore(3)".
pub fn constructor(at: &ResourceAt<'_>) -> String {
    let n = at.named.capacity.map_or_else(String::new, |n| n.to_string());
    match at.named.kind {
        ResourceKind::Lock => "Lock()".to_owned(),
        ResourceKind::RLock => "RLock()".to_owned(),
        ResourceKind::Semaphore if at.named.is_bounded => format!("BoundedSemaphore({n})"),
        ResourceKind::Semaphore => format!("Semaphore({n})"),
        ResourceKind::Condition => "Condition()".to_owned(),
        ResourceKind::Event => "Event()".to_owned(),
        ResourceKind::Barrier => format!("Barrier({n})"),
        ResourceKind::Queue => format!("Queue({n})"),
        ResourceKind::Pipe => "Pipe()".to_owned(),
        ResourceKind::Value => String::new(),
        ResourceKind::Array if at.named.bounds.is_some() => "list()".to_owned(),
        ResourceKind::Array => String::new(),
        ResourceKind::Manager => "Manager()".to_owned(),
        ResourceKind::Pool if has_threads(at) => format!("ThreadPoolExecutor({n})"),
        ResourceKind::Pool if at.named.is_executor => format!("ProcessPoolExecutor({n})"),
        ResourceKind::Pool => format!("Pool({n})"),
        ResourceKind::Future => "Future".to_owned(),
        ResourceKind::List => "list()".to_owned(),
    }
}

/// Whether the workers of a pool are threads.
fn has_threads(at: &ResourceAt<'_>) -> bool {
    let mut workers = at.look.meta.actors.iter().filter(|actor| actor.pool == Some(at.id));
    workers.any(|worker| worker.kind == ActorKind::Thread)
}

/// The sentence of a resource's state: below it in full size, its accessible name in every size.
pub fn sentence(at: &ResourceAt<'_>) -> String {
    sentences(at).swap_remove(0)
}

/// The sentence of a resource's state in fewer and fewer words, of which there is at least one: who words it knows its parts, and
/// none is cut within a name.
fn sentences(at: &ResourceAt<'_>) -> Vec<String> {
    match at.named.kind {
        ResourceKind::Lock | ResourceKind::RLock => lock::sentences(at),
        ResourceKind::Semaphore => semaphore::sentences(at),
        ResourceKind::Condition => condition::sentences(at),
        ResourceKind::Event => event::sentences(at),
        ResourceKind::Barrier => barrier::sentences(at).to_vec(),
        ResourceKind::Queue => queue::sentences(at),
        ResourceKind::Pipe => pipe::sentences(at),
        ResourceKind::Value => value::sentences(at),
        ResourceKind::Array if at.named.bounds.is_some() => between_bounds(at, list::sentences),
        ResourceKind::Array => array::sentences(at),
        ResourceKind::Manager => manager::sentences(at),
        ResourceKind::Pool => pool::sentences(at),
        ResourceKind::Future => future::sentences(at).to_vec(),
        ResourceKind::List => list::sentences(at),
    }
}

/// A badge, the name, and the state: of a variable its value.
fn one_line(at: &ResourceAt<'_>, area: Rect) -> Picture {
    let theme = at.look.theme;
    let row = area.with_max_y(area.bottom().min(area.top() + 26.0));
    let face = row.with_max_x(row.left() + BADGE + 6.0);
    let mut picture = layout(at, Size::Badge, face);
    let words = row.with_min_x(face.right() + 4.0);
    let title = at.title();
    let name_width = at.look.measure.width(&title, &theme.body()) + 8.0;
    let fits =
        |text: &String| at.look.measure.width(text, &theme.small()) <= words.width() - name_width;
    let state = match (at.named.kind, at.state.contents.front()) {
        (ResourceKind::Value, Some(value)) => at.look.meta.item(*value),
        _ => {
            let all = sentences(at);
            let least = all.last().cloned().unwrap_or_default();
            all.into_iter().find(fits).unwrap_or(least)
        }
    };
    let value_width = at.look.measure.width(&state, &theme.mono()).min(words.width());
    let is_value = at.named.kind == ResourceKind::Value;
    let font = if is_value { theme.mono() } else { theme.small() };
    let (name, state_room) = match is_value {
        true => {
            let x = words.right() - value_width - 4.0;
            (words.with_max_x(x - 6.0), words.with_min_x(x))
        }
        false => {
            let x = words.left() + name_width;
            (words, words.with_min_x(x.min(words.right())))
        }
    };
    picture.text(name, Align2::LEFT_CENTER, title, theme.body(), theme.muted);
    if at.named.kind == ResourceKind::Pool {
        pool::in_line(at, state_room, &mut picture);
        return picture;
    }
    picture.text(state_room, Align2::LEFT_CENTER, state, font, theme.text);
    // An address means something within one process only: it stands where it can be compared.
    let below = Rect::from_min_max(pos2(words.left(), row.bottom() - 2.0), area.max);
    if let (true, Some(address)) = (is_value && below.height() >= 14.0, at.state.address) {
        let line = below.with_max_y(below.top() + 15.0);
        let (font, colour) = (theme.mono_small(), theme.faint);
        picture.text(line, Align2::LEFT_CENTER, format!("at {address:#x}"), font, colour);
    }
    picture
}

/// Between two times beside each other.
const TIMES: f32 = 7.5;
/// The least height of a full size.
const LOW: f32 = 80.0;
/// Side of a badge-size outline.
const BADGE: f32 = 20.0;
/// Side of a small glyph.
const GLYPH: f32 = 44.0;

/// The row of text at the foot of an area, and the rest above it.
fn foot(area: Rect, height: f32) -> (Rect, Rect) {
    let y = (area.bottom() - height).max(area.top());
    (area.with_max_y(y), area.with_min_y(y))
}

/// A glyph in small size with the number of waiters below it, or `amount` where nobody waits; in badge size the glyph
/// with a dot. `draw` draws the glyph into a square.
fn glyph(
    at: &ResourceAt<'_>,
    size: Size,
    area: Rect,
    amount: &str,
    draw: impl FnOnce(&mut Picture, Rect),
) -> Picture {
    let mut picture = Picture::default();
    let look = at.look;
    let side = if size == Size::Badge { BADGE } else { GLYPH };
    let side = side.min(area.width()).min(area.height());
    let below = if size == Size::Small { 22.0_f32.min(area.height() - side).max(0.0) } else { 0.0 };
    let top = area.center().y - 0.5 * (side + below);
    let corner = pos2(area.center().x - 0.5 * side, top);
    let square = Rect::from_min_size(corner, Vec2::splat(side));
    draw(&mut picture, square);
    let waiting = at.state.waiters.first().map(|waiter| look.phase(waiter.actor));
    match (size, waiting) {
        (Size::Badge, Some(phase)) => {
            let base = look.theme.phase(phase).base;
            let corner = square.right_top() + vec2(0.5, 0.5);
            let inside = area.shrink(3.5);
            picture.dot(pos2(corner.x.min(inside.right()), corner.y.max(inside.top())), 3.5, base);
        }
        (Size::Small, Some(phase)) if below >= 14.0 => {
            let row = Rect::from_min_max(
                pos2(area.left(), square.bottom() + 4.0),
                pos2(area.right(), square.bottom() + below),
            );
            let centre = row.center();
            let swatch = Rect::from_center_size(centre - vec2(9.0, 0.0), vec2(14.0, 11.0));
            picture.marks.push(super::picture::Mark::Phase { rect: swatch, phase, symbol: false });
            let words = Rect::from_min_max(pos2(centre.x + 3.0, row.top()), row.max);
            let count = at.state.waiters.len().to_string();
            let font = look.theme.mono_small();
            picture.text(words, Align2::LEFT_CENTER, count, font, look.theme.text);
        }
        (Size::Small, None) if below >= 14.0 && !amount.is_empty() => {
            let row = Rect::from_min_max(
                pos2(area.left(), square.bottom() + 4.0),
                pos2(area.right(), square.bottom() + below),
            );
            let font = look.theme.mono_small();
            picture.text(row, Align2::CENTER_CENTER, amount, font, look.theme.muted);
        }
        _ => {}
    }
    let name = format!("{}: {}", at.name(), sentence(at));
    picture.spot(square, 5.0, at.selects(), name);
    picture
}
