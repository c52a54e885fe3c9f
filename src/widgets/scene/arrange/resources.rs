//! Resources on shelves, each with its name above it, as large as all of them fit.

use super::{Arranger, WORDS};
use crate::trace::{Resource, ResourceKind};
use crate::widgets::picture::Picture;
use crate::widgets::resource::{self, Look, ResourceAt, Size};
use crate::widgets::scene::actor_box::BoxSize;
use crate::widgets::scene::fit::{grid, shelves, split_top};
use egui::{Align2, Rect, Vec2, vec2};

/// Where something stands, and the room that it asks for.
type Place = (Rect, Vec2);

/// Height of the title of a resource.
const NAME: f32 = 22.0;

impl Arranger<'_> {
    /// The largest sizes in which all have room in an area, and where they go, each with the room that it asks for;
    /// `None` where there is none for all badges. Last come the words, where they have a place of their own.
    pub(super) fn fitting(
        &self,
        all: &[ResourceAt<'_>],
        area: Rect,
    ) -> Option<(Vec<Size>, Vec<Place>)> {
        let mut sizes = vec![Size::Full; all.len()];
        let own = (self.words && self.out.words.is_none()).then_some(WORDS);
        loop {
            let wanted: Vec<Vec2> = (all.iter().zip(&sizes))
                .map(|(at, size)| room_for(at, *size, area))
                .chain(own)
                .collect();
            let lines = own.is_none() && sizes.iter().all(|size| *size <= Size::Line);
            let gap = if lines { 6.0 } else { 16.0 };
            if let Some(rects) = shelves(area, &wanted, gap, vec2(1.6, 2.4)) {
                return Some((sizes, rects.into_iter().zip(wanted).collect()));
            }
            // The least important one that is still large gets smaller.
            let next = (0..all.len())
                .filter(|i| sizes[*i] != Size::Badge)
                .max_by_key(|i| (sizes[*i], rank(all[*i].named), *i))?;
            sizes[next] = sizes[next].smaller();
        }
    }

    /// Resources in rows, as large as all of them fit; room below one that is lower than its neighbours is for words.
    pub(super) fn resources(&mut self, all: &[ResourceAt<'_>], area: Rect) {
        let look = self.look;
        let own = (self.words && self.out.words.is_none()).then_some(WORDS);
        let (sizes, places) = self.fitting(all, area).unwrap_or_default();
        if places.is_empty() && !all.is_empty() {
            self.badges(all, area);
            return;
        }
        if own.is_some()
            && let Some((rect, _)) = places.last()
        {
            self.out.words = Some(rect.with_min_y(rect.top() + 4.0));
        }
        self.out.full += sizes.iter().filter(|size| **size == Size::Full).count();
        for ((at, size), (rect, wanted)) in all.iter().zip(&sizes).zip(places) {
            let mut body = rect;
            if title_of(*size) > 0.0 {
                let (head, rest) = split_top(rect, title_of(*size));
                title(&look, at, *size, head, &mut self.out.picture);
                body = rest;
            }
            // A pool uses what it gets, up to where its parts would lose sight of each other; a lower look leaves room for
            // words below it.
            if at.named.kind == ResourceKind::Pool {
                let most = 1.15 * resource::wanted(at, *size).y;
                body = body.with_max_y(body.bottom().min(body.top() + most));
            } else {
                let needs = wanted.y - title_of(*size);
                let spare = body.height() - needs;
                if *size == Size::Full
                    && self.out.words.is_none()
                    && spare >= WORDS.y + 12.0
                    && rect.width() >= WORDS.x
                {
                    let y = body.top() + needs;
                    self.out.words = Some(body.with_min_y(y + 12.0));
                    body = body.with_max_y(y);
                }
                // Neighbours of one row keep their sentences near what they are about.
                body = body.with_max_y(body.bottom().min(body.top() + 1.15 * needs));
            }
            let alone = all.len() == 1 && *size == Size::Full && self.out.words.is_none();
            let picture = match resource::with_words(at, body).filter(|_| alone) {
                Some((picture, words)) => {
                    self.out.words = Some(words);
                    picture
                }
                None => resource::layout(at, *size, body),
            };
            self.out.picture.append(picture);
            self.out.resources.push((at.id, body));
            self.out.bottom = self.out.bottom.max(body.bottom());
        }
    }

    /// Badges of as many as fit, and how many more there are.
    fn badges(&mut self, all: &[ResourceAt<'_>], area: Rect) {
        let places = grid(area, all.len(), BoxSize::Mini);
        for (at, rect) in all.iter().zip(&places.rects) {
            self.out.picture.append(resource::layout(at, Size::Badge, *rect));
            self.out.resources.push((at.id, *rect));
            self.out.bottom = self.out.bottom.max(rect.bottom());
        }
        if let Some((rect, count)) = places.more {
            self.out.bottom = self.out.bottom.max(rect.bottom());
            let (font, colour) = (self.look.theme.small(), self.look.theme.muted);
            self.out.picture.text(
                rect,
                Align2::LEFT_CENTER,
                format!("+{count} more"),
                font,
                colour,
            );
        }
    }
}

/// The room that a resource asks for with its name. A pool or a variable in full makes do with less than it would like.
fn room_for(at: &ResourceAt<'_>, size: Size, area: Rect) -> Vec2 {
    let wanted = resource::wanted(at, size) + vec2(0.0, title_of(size));
    match (size, at.named.kind) {
        (Size::Full, ResourceKind::Pool) => wanted.min(area.size()).max(POOL),
        (Size::Full, ResourceKind::Value) => wanted.min(vec2(WRITTEN_AND_READ, wanted.y)),
        _ => wanted,
    }
}

/// The width in which a variable is shown with who wrote it and one who has read it.
const WRITTEN_AND_READ: f32 = 216.0;
/// The least room in which a pool's tasks, workers and results can be told apart.
const POOL: Vec2 = vec2(230.0, 112.0);

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
    let name = at.name();
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

/// What is kept large longest: the lower, the longer.
fn rank(named: &Resource) -> u8 {
    match named.kind {
        ResourceKind::Pool => 0,
        ResourceKind::Lock | ResourceKind::RLock | ResourceKind::Semaphore => 1,
        ResourceKind::Condition | ResourceKind::Barrier => 2,
        ResourceKind::Queue | ResourceKind::Pipe | ResourceKind::Manager => 3,
        ResourceKind::List | ResourceKind::Array | ResourceKind::Value => 4,
        ResourceKind::Event => 5,
        ResourceKind::Future => 6,
    }
}
