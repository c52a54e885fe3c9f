//! Resources on shelves, each with its name above it, as large as all of them fit.

use super::{Arranger, WORDS};
use crate::trace::{Resource, ResourceKind};
use crate::widgets::picture::Picture;
use crate::widgets::resource::{self, Look, ResourceAt, Size};
use crate::widgets::scene::actor_box::BoxSize;
use crate::widgets::scene::fit::{grid, shelves, split_top};
use egui::{Align2, Rect, Vec2, vec2};

/// Height of the title of a resource.
const NAME: f32 = 22.0;

impl Arranger<'_> {
    /// Resources in rows, as large as all of them fit; room below one that is lower than its neighbours is for words.
    pub(super) fn resources(&mut self, all: &[ResourceAt<'_>], area: Rect) {
        let look = self.look;
        let mut sizes = vec![Size::Full; all.len()];
        let own = (self.words && self.out.words.is_none()).then_some(WORDS);
        let places = loop {
            let wanted: Vec<Vec2> = (all.iter().zip(&sizes))
                .map(|(at, size)| room_for(at, *size, area))
                .chain(own)
                .collect();
            if let Some(rects) = shelves(area, &wanted, 16.0, vec2(1.6, 2.4)) {
                break rects.into_iter().zip(wanted).collect::<Vec<_>>();
            }
            // The least important one that is still large gets smaller.
            let next = (0..all.len())
                .filter(|i| sizes[*i] != Size::Badge)
                .max_by_key(|i| (sizes[*i], rank(all[*i].named), *i));
            match next {
                Some(i) => sizes[i] = sizes[i].smaller(),
                None => break Vec::new(),
            }
        };
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
            // A pool uses all it gets; a lower look leaves room for words below it.
            if at.named.kind != ResourceKind::Pool {
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
        }
    }

    /// Badges of as many as fit, and how many more there are.
    fn badges(&mut self, all: &[ResourceAt<'_>], area: Rect) {
        let places = grid(area, all.len(), BoxSize::Mini);
        for (at, rect) in all.iter().zip(&places.rects) {
            self.out.picture.append(resource::layout(at, Size::Badge, *rect));
            self.out.resources.push((at.id, *rect));
        }
        if let Some((rect, count)) = places.more {
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

/// The room that a resource asks for with its name. A pool in full makes do with less than it would like.
fn room_for(at: &ResourceAt<'_>, size: Size, area: Rect) -> Vec2 {
    let wanted = resource::wanted(at, size) + vec2(0.0, title_of(size));
    let is_pool = at.named.kind == ResourceKind::Pool && size == Size::Full;
    if is_pool { wanted.min(area.size()).max(POOL) } else { wanted }
}

/// The least room in which a pool's tasks, workers and results can be told apart.
const POOL: Vec2 = vec2(340.0, 118.0);

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
        // A list without a lock: what the values beside it are about.
        ResourceKind::Array if named.bounds.is_some() => 1,
        ResourceKind::Pool => 0,
        ResourceKind::Lock | ResourceKind::RLock | ResourceKind::Semaphore => 1,
        ResourceKind::Condition | ResourceKind::Barrier => 2,
        ResourceKind::Queue | ResourceKind::Pipe | ResourceKind::Manager => 3,
        ResourceKind::List | ResourceKind::Array | ResourceKind::Value => 4,
        ResourceKind::Event => 5,
        ResourceKind::Future => 6,
    }
}
