//! Resources on shelves, each with its name above it, as large as all of them fit.

use super::Arranger;
use crate::trace::{Home, ResourceKind};
use crate::widgets::picture::Picture;
use crate::widgets::resource::{self, Look, ResourceAt, Size};
use crate::widgets::scene::actor_box::BoxSize;
use crate::widgets::scene::fit::{grid, shelves, split_top};
use egui::{Align2, Rect, Vec2, vec2};

/// Where something stands, and the room that it asks for.
pub type Place = (Rect, Vec2);

/// Height of the title of a resource.
const NAME: f32 = 22.0;

/// How much room a resource has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// As a badge.
    Badge,
    /// In a line.
    Line,
    /// As a glyph.
    Small,
    /// In full, with less than it would like.
    Tight,
    /// In full.
    Full,
}

impl Step {
    const ALL: [Self; 5] = [Self::Badge, Self::Line, Self::Small, Self::Tight, Self::Full];

    fn smaller(self) -> Self {
        Self::ALL[(self as usize).saturating_sub(1)]
    }

    /// What it is worth, of 4.
    fn worth(self) -> f32 {
        match self {
            Self::Badge => 0.2,
            Self::Line => 1.0,
            Self::Small => 1.2,
            Self::Tight => 3.0,
            Self::Full => 4.0,
        }
    }

    /// The size it is shown in.
    fn size(self) -> Size {
        match self {
            Self::Badge => Size::Badge,
            Self::Line => Size::Line,
            Self::Small => Size::Small,
            Self::Tight | Self::Full => Size::Full,
        }
    }
}

impl Arranger<'_> {
    /// The largest sizes in which all have room in an area, and where they go, each with the room that it asks for;
    /// `None` where there is none for all badges. What is of one kind has one size. With `words` these come last, in a place of
    /// their own.
    pub(super) fn fitting(
        &self,
        all: &[ResourceAt<'_>],
        area: Rect,
        words: bool,
    ) -> Option<(Vec<Step>, Vec<Place>)> {
        let mut steps = vec![Step::Full; all.len()];
        let mut places = loop {
            if let Some(places) = self.shelved(all, &steps, area, words) {
                break places;
            }
            // The least important ones that are still large get smaller.
            let next = (0..all.len())
                .filter(|i| steps[*i] != Step::Badge)
                .max_by_key(|i| (steps[*i], self.rank(&all[*i], all)))?;
            let mut step = steps[next].smaller();
            while is_told_better(all, area, step) {
                step = step.smaller();
            }
            steps = with_kind(all, &steps, next, step);
        };
        if let Some(lower) = self.aside_lower(all, &steps, &places, area, words) {
            return Some(lower);
        }
        if steps.iter().all(|step| *step == Step::Full) {
            return Some((steps, places));
        }
        // What these have given up may be enough for another one.
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.sort_by_key(|i| self.rank(&all[*i], all));
        order.dedup_by_key(|i| all[*i].named.kind);
        for next in order {
            let larger = Step::ALL.into_iter().rev().filter(|step| *step > steps[next]);
            let larger = larger.filter(|step| !is_told_better(all, area, *step));
            let wider = larger.map(|step| with_kind(all, &steps, next, step));
            let fits = |steps: Vec<Step>| Some((self.shelved(all, &steps, area, words)?, steps));
            if let Some((better, larger)) = wider.into_iter().find_map(fits) {
                (places, steps) = (better, larger);
            }
        }
        Some((steps, places))
    }

    /// What only makes a common start takes no row for itself: there a line says as much, and leaves room for words.
    fn aside_lower(
        &self,
        all: &[ResourceAt<'_>],
        steps: &[Step],
        places: &[Place],
        area: Rect,
        words: bool,
    ) -> Option<(Vec<Step>, Vec<Place>)> {
        let top = |i: usize| places.get(i).map(|(rect, _)| rect.top());
        let alone = |i: &usize| {
            let mut others = (0..all.len()).filter(|other| !all[*other].named.is_aside);
            steps[*i] >= Step::Tight && all[*i].named.is_aside && others.all(|o| top(o) != top(*i))
        };
        let aside =
            (0..all.len()).find(alone).filter(|_| all.iter().any(|at| !at.named.is_aside))?;
        let lower = with_kind(all, steps, aside, Step::Line);
        let places = self.shelved(all, &lower, area, words)?;
        Some((lower, places))
    }

    /// Whether words are to have a place of their own, and have none yet.
    pub(super) fn seeks_words(&self) -> bool {
        self.words && self.out.words.is_none()
    }

    /// The largest sizes with words beside them, where that is not at the cost of what is shown in `steps`.
    pub(super) fn beside_words(
        &self,
        all: &[ResourceAt<'_>],
        area: Rect,
        steps: &[Step],
    ) -> Option<(Vec<Step>, Vec<Place>)> {
        let sizes = |steps: &[Step]| steps.iter().map(|step| step.size()).collect::<Vec<_>>();
        self.fitting(all, area, true).filter(|(with, _)| sizes(with) == sizes(steps))
    }

    /// Where all go in these sizes, if they have room.
    fn shelved(
        &self,
        all: &[ResourceAt<'_>],
        steps: &[Step],
        area: Rect,
        words: bool,
    ) -> Option<Vec<Place>> {
        let own = words.then_some(self.room);
        let wanted: Vec<Vec2> = (all.iter().zip(steps))
            .map(|(at, step)| room_for(at, *step, area))
            .chain(own)
            .collect();
        let lines = own.is_none() && steps.iter().all(|step| *step <= Step::Line);
        let gap = if lines { 6.0 } else { 16.0 };
        let rects = shelves(area, &wanted, gap, vec2(1.6, 2.4))?;
        Some(rects.into_iter().zip(wanted).collect())
    }

    /// What of these is shown, in the largest sizes in which all of it has room. A condition in full has its lock in it: that
    /// does not stand beside it, too.
    pub(super) fn chosen<'r>(
        &self,
        all: &[ResourceAt<'r>],
        area: Rect,
    ) -> (Vec<ResourceAt<'r>>, Vec<Step>, Vec<Place>) {
        let is_condition = |at: &ResourceAt<'_>| at.named.kind == ResourceKind::Condition;
        let apart = |at: &&ResourceAt<'_>| !is_of_condition(at, all);
        let fewer: Vec<ResourceAt<'r>> = all.iter().filter(apart).copied().collect();
        if fewer.len() < all.len()
            && let Some((steps, places)) = self.fitting(&fewer, area, false)
            && fewer.iter().zip(&steps).all(|(at, step)| *step >= Step::Tight || !is_condition(at))
        {
            return (fewer, steps, places);
        }
        let (steps, places) = self.fitting(all, area, false).unwrap_or_default();
        (all.to_vec(), steps, places)
    }

    /// Resources in rows, as large as all of them fit; room below one that is lower than its neighbours is for words.
    pub(super) fn resources(&mut self, all: &[ResourceAt<'_>], area: Rect) {
        let (shown, steps, places) = self.chosen(all, area);
        self.place(&shown, (steps, places), area);
        // Who has a lock that is shown in its condition has it there.
        for condition in shown {
            let lock =
                condition.named.guard.filter(|_| condition.named.kind == ResourceKind::Condition);
            let stands = |id| self.out.resources.iter().find(|(res, _)| *res == id).map(|at| at.1);
            if let (Some(lock), Some(rect)) = (lock, stands(condition.id))
                && stands(lock).is_none()
            {
                self.out.resources.push((lock, rect));
            }
        }
    }

    fn place(
        &mut self,
        all: &[ResourceAt<'_>],
        (mut steps, mut places): (Vec<Step>, Vec<Place>),
        area: Rect,
    ) {
        if places.is_empty() && !all.is_empty() {
            self.badges(all, area);
            return;
        }
        let (had_words, before) = (self.out.words.is_some(), self.out.resources.len());
        if self.seeks_words()
            && let Some((with, others)) = self.beside_words(all, area, &steps)
            && let Some((rect, _)) = others.last()
        {
            self.out.words = Some(rect.with_min_y(rect.top() + 4.0));
            (steps, places) = (with, others);
        }
        self.out.full += steps.iter().filter(|step| **step >= Step::Tight).count();
        let rects: Vec<Rect> = places.iter().map(|(rect, _)| *rect).collect();
        for ((at, step), (mut rect, wanted)) in all.iter().zip(&steps).zip(places) {
            let size = &step.size();
            if *step == Step::Line && at.named.kind != ResourceKind::Value {
                // Words sooner than nothing beside them; of a variable its value stands near its name.
                rect.max.x = to_the_next(rect, &rects, area);
            }
            let mut body = rect;
            if title_of(*size) > 0.0 {
                let (head, rest) = split_top(rect, title_of(*size));
                self.paint(|look, picture| title(look, at, *size, head, picture));
                body = rest;
            }
            // A pool uses what it gets, up to where its parts would lose sight of each other; a lower look leaves room for
            // words below it.
            if at.named.kind == ResourceKind::Pool {
                let most = 1.15 * resource::wanted(at, *size).y;
                body = body.with_max_y(body.bottom().min(body.top() + most));
            } else {
                let needs = match step {
                    Step::Tight => resource::wanted(at, Size::Full).y,
                    _ => wanted.y - title_of(*size),
                };
                let spare = body.height() - needs;
                if *size == Size::Full
                    && self.out.words.is_none()
                    && spare >= self.room.y + 12.0
                    && rect.width() >= self.room.x
                {
                    let y = body.top() + needs;
                    self.out.words = Some(body.with_min_y(y + 12.0));
                    body = body.with_max_y(y);
                }
                // Neighbours of one row keep their sentences on one line, near what they are about.
                let most = if *size == Size::Full { needs } else { 1.15 * needs };
                body = body.with_max_y(body.bottom().min(body.top() + most));
            }
            self.plan.resources.push(*step);
            self.plan.worth += self.weight(at) * step.worth();
            self.plan.cramped |= *size == Size::Full && at.named.kind == ResourceKind::Pool && {
                let all = resource::wanted(at, *size);
                body.width() < all.x || body.height() < all.y
            };
            // Below it words are wider, where there is room.
            let below = area.bottom() - body.bottom() >= self.room.y + 24.0;
            let alone = all.len() == 1 && *size == Size::Full && self.out.words.is_none() && !below;
            let drawn = self.painted.filter(|_| alone).and_then(|look| {
                let at = ResourceAt { look, ..*at };
                // Results are futures.
                match self.covered.contains(&ResourceKind::Future) {
                    true => resource::without_results(&at, body),
                    false => resource::with_words(&at, body),
                }
            });
            let Some((picture, words)) = drawn else {
                self.resource(at, *size, body);
                continue;
            };
            self.out.words = Some(words);
            self.out.picture.append(picture);
            self.out.resources.push((at.id, body));
            self.out.bottom = self.out.bottom.max(body.bottom());
            return;
        }
        // Words below one of them go on below its neighbours; those that have a row for themselves stand near them.
        if let Some(words) = self.out.words.filter(|_| !had_words) {
            let wide = words.with_max_x(area.right());
            let others = || self.out.resources[before..].iter().map(|(_, body)| *body);
            let beside = others().filter(|body| body.left() > words.left());
            let beside = beside.filter(|body| body.intersects(wide));
            let right = beside.map(|body| body.left() - 16.0).fold(area.right(), f32::min);
            let end = others().map(|body| body.bottom()).fold(area.top(), f32::max);
            let top = words.top().min((end + 16.0).max(area.top()));
            let alone = end <= words.top();
            let words = words.with_max_x(right.max(words.right()));
            self.out.words = Some(if alone { words.with_min_y(top) } else { words });
        }
    }

    /// A resource in its size.
    pub(super) fn resource(&mut self, at: &ResourceAt<'_>, size: Size, body: Rect) {
        self.paint(|look, picture| {
            picture.append(resource::layout(&ResourceAt { look: *look, ..*at }, size, body));
        });
        self.out.resources.push((at.id, body));
        self.out.glyphs.extend((size == Size::Small).then_some(at.id));
        self.out.bottom = self.out.bottom.max(body.bottom());
    }

    /// Badges of as many as fit, and how many more there are.
    fn badges(&mut self, all: &[ResourceAt<'_>], area: Rect) {
        let places = grid(area, all.len(), BoxSize::Mini);
        for (at, rect) in all.iter().zip(&places.rects) {
            self.resource(at, Size::Badge, *rect);
        }
        let hidden = places.more.map_or(0, |(_, hidden)| hidden);
        self.plan.worth -= hidden as f32;
        self.plan.boxes.push((places.size, hidden));
        if let Some((rect, count)) = places.more {
            self.more(rect, count);
        }
    }
    /// What is kept large longest: the lower, the longer. What somebody had to wait for comes before what nobody did.
    fn rank(&self, at: &ResourceAt<'_>, all: &[ResourceAt<'_>]) -> (bool, u8) {
        let rank = match at.named.kind {
            _ if at.named.is_aside => 7,
            ResourceKind::Pool => 0,
            ResourceKind::Lock | ResourceKind::RLock if is_of_condition(at, all) => 6,
            ResourceKind::Lock | ResourceKind::RLock | ResourceKind::Semaphore => 1,
            ResourceKind::Condition | ResourceKind::Barrier => 2,
            ResourceKind::Queue | ResourceKind::Pipe | ResourceKind::Manager => 3,
            ResourceKind::List | ResourceKind::Array | ResourceKind::Value => 4,
            ResourceKind::Event => 5,
            ResourceKind::Future => 6,
        };
        (rank >= 6 || !self.was_waited_for(at), rank)
    }

    /// How much it matters that it is seen: more of what is between processes, and of what somebody waited for.
    fn weight(&self, at: &ResourceAt<'_>) -> f32 {
        if at.named.is_aside {
            return 0.25;
        }
        let shared = at.named.home == Home::Shared;
        1.0 + f32::from(u8::from(shared)) + f32::from(u8::from(self.was_waited_for(at)))
    }

    /// Whether anybody waits for it in the run.
    fn was_waited_for(&self, at: &ResourceAt<'_>) -> bool {
        let stats = self.look.replay.stats().resources.get(at.id.index());
        stats.is_some_and(|stats| stats.most_waiters > 0)
    }
}

/// How far something can go on to its right, where others stand.
fn to_the_next(rect: Rect, others: &[Rect], area: Rect) -> f32 {
    let beside = others.iter().filter(|other| {
        let height = other.bottom().min(rect.bottom()) - other.top().max(rect.top());
        other.left() >= rect.right() && height > 0.0
    });
    let right = beside.map(|other| other.left() - 16.0).fold(area.right(), f32::min);
    right.max(rect.right())
}

/// Whether it is the lock of one of the conditions in `all`.
pub(super) fn is_of_condition(at: &ResourceAt<'_>, all: &[ResourceAt<'_>]) -> bool {
    let has = |other: &ResourceAt<'_>| {
        other.named.kind == ResourceKind::Condition && other.named.guard == Some(at.id)
    };
    all.iter().any(has)
}

/// Whether a line says more than this step does: of a pool that stands alone, how many tasks are where.
fn is_told_better(all: &[ResourceAt<'_>], area: Rect, step: Step) -> bool {
    let alone = matches!(all, [one] if one.named.kind == ResourceKind::Pool);
    alone && area.width() >= POOL.x && matches!(step, Step::Small | Step::Tight)
}

/// These sizes, but another one for all of the kind of one of them.
fn with_kind(all: &[ResourceAt<'_>], steps: &[Step], one: usize, step: Step) -> Vec<Step> {
    let kind = all[one].named.kind;
    all.iter().zip(steps).map(|(at, own)| if at.named.kind == kind { step } else { *own }).collect()
}

/// The room that a resource asks for with its name. A pool or a variable in full makes do with less than it would like.
fn room_for(at: &ResourceAt<'_>, step: Step, area: Rect) -> Vec2 {
    let size = step.size();
    let wanted = resource::wanted(at, size);
    let wanted = match (step, at.named.kind) {
        (Step::Tight, ResourceKind::Pool) => {
            let room = vec2(TIGHT_POOL, area.height() - title_of(size));
            wanted.min(room).max(POOL - vec2(0.0, NAME))
        }
        // One that can be taken again shows where that was, but for a narrow room.
        (Step::Tight, ResourceKind::RLock) if area.width() >= LINES => wanted,
        (Step::Tight, _) => wanted.min(resource::least(at)),
        (Step::Full, ResourceKind::Pool) => {
            let room = area.size() - vec2(0.0, title_of(size));
            wanted.min(room).max(POOL - vec2(0.0, NAME))
        }
        // A line with its numbers says more than a glyph.
        (Step::Small, ResourceKind::Pool) if area.width() >= NUMBERS => {
            vec2(f32::INFINITY, wanted.y)
        }
        (Step::Line, ResourceKind::Pool) => {
            vec2(area.width().min(resource::POOL_LINE).max(wanted.x), wanted.y)
        }
        (Step::Line, ResourceKind::List) if area.width() < LINES => resource::least_line(at),
        (Step::Full, ResourceKind::Value) => wanted.min(vec2(WRITTEN_AND_READ, wanted.y)),
        _ => wanted,
    };
    wanted + vec2(0.0, title_of(size))
}

/// The width in which a variable is shown with who wrote it and one who has read it.
const WRITTEN_AND_READ: f32 = 216.0;
/// The least width in which there is room for something else beside a lock with the lines where it was taken, or beside a list
/// with what became of its items.
const LINES: f32 = 380.0;
/// The least width in which a line has room for the numbers of a pool.
const NUMBERS: f32 = 190.0;
/// The least room in which a pool's tasks, workers and results can be told apart.
const POOL: Vec2 = vec2(230.0, 106.0);
/// The width of one with all three of its columns beside others.
const TIGHT_POOL: f32 = 420.0;

fn title_of(size: Size) -> f32 {
    match size {
        Size::Full => NAME,
        Size::Small => 18.0,
        Size::Line | Size::Badge => 0.0,
    }
}

/// The name of a resource, and how Python makes one where there is room for that.
fn title(look: &Look<'_>, at: &ResourceAt<'_>, size: Size, head: Rect, picture: &mut Picture) {
    let theme = look.theme;
    let name = at.title();
    if size == Size::Small {
        picture.text(head, Align2::CENTER_CENTER, name, theme.small(), theme.muted);
        return;
    }
    let used = look.measure.width(&name, &theme.label()) + 8.0;
    picture.text(head, Align2::LEFT_CENTER, name, theme.label(), theme.text);
    let code = resource::constructor(at);
    let rest = head.with_min_x(head.left() + used);
    if look.measure.width(&code, &theme.mono_small()) <= rest.width() {
        picture.text(rest, Align2::LEFT_CENTER, code, theme.mono_small(), theme.faint);
    }
}
