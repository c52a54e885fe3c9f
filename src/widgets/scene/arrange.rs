//! Where everything of a scene goes: sections beside each other, in each the processes, in each of those the threads
//! and the resources in its memory, and between processes what they share. The largest sizes are taken in which all fit.

mod frames;
mod growth;
mod resources;
mod several;

use super::actor_box::{self, BoxSize};
use super::fit::{beside, grid, split_top};
use crate::replay::words::shorter_in_turn;
use crate::replay::{ProcessAt, Scene, SectionAt, is_stuck};
use crate::trace::{ActorId, ResourceId, ResourceKind, Role, SectionId};
use crate::widgets::picture::{Growth, Picture};
use crate::widgets::resource::{Look, ResourceAt};
use crate::widgets::text::GrownMeasure;
use egui::{Align2, Rect, Vec2, pos2, vec2};
use growth::Plan;
use resources::{Step, is_of_condition};

/// A scene with its places.
#[derive(Clone, Debug, Default)]
pub struct Arranged {
    /// All of it.
    pub picture: Picture,
    /// Where actors stand.
    pub actors: Vec<(ActorId, Rect)>,
    /// Where resources stand.
    pub resources: Vec<(ResourceId, Rect)>,
    /// Which of them are glyphs.
    pub glyphs: Vec<ResourceId>,
    /// Room that is left for the words of the moment, where there is enough of it.
    pub words: Option<Rect>,
    /// How many resources are shown in full.
    pub full: usize,
    /// The lowest of what stands there.
    pub bottom: f32,
    /// How many times larger than by default all of it is.
    pub growth: f32,
}

/// Height of the title of a section.
const TITLE: f32 = 26.0;
/// Lower than this, boxes are close to the resources below them.
const LOW: f32 = 96.0;
/// Between neighbours.
const GAP: f32 = 20.0;
/// A process that is as wide as this has its threads beside its resources.
const STACKED: f32 = 520.0;
/// The least room in which the only process has a frame.
const FRAMED: Vec2 = vec2(250.0, 200.0);
/// Width of a column of boxes beside sections, at most.
const COLUMN: f32 = 250.0;
/// More threads than this beside resources are a crowd.
const CROWD: usize = 12;
/// Least room for the words of a moment.
pub const WORDS: Vec2 = vec2(250.0, 100.0);

/// Places a scene in an area. Resources of the kinds in `covered` are shown by somebody else. With `words`, the words of
/// the moment get a place of their own among the resources.
pub fn arrange(
    look: &Look<'_>,
    scene: &Scene,
    area: Rect,
    covered: &[ResourceKind],
    words: bool,
) -> Arranged {
    let titled = scene.sections.len() > 1;
    let look = &Look { headed: titled, ..*look };
    let stuck = is_stuck(look.meta, look.replay.latest());
    // What would be larger than it is painted is laid out in a smaller area.
    let places = |factor: f32, painted, splits: &[usize]| {
        let mut arranger = Arranger {
            look: *look,
            painted,
            covered,
            out: Arranged::default(),
            plan: Plan::default(),
            splits: splits.to_vec(),
            is_trial: false,
            stuck,
            titled,
            room: WORDS * words_growth(factor) / factor,
            words,
        };
        arranger.sections(scene, Rect::from_min_size(area.min, area.size() / factor));
        arranger
    };
    // However large, it is arranged in the same way.
    let usual = places(1.0, None, &[]).plan;
    let factor =
        growth::largest(&usual, area.height(), |factor| places(factor, None, &usual.splits).plan);
    let measure = GrownMeasure { painted: look.measure, factor };
    let painted = Look { measure: &measure, ..*look };
    let placed = places(factor, Some(painted), &usual.splits);
    placed.out.grown(Growth { about: area.min, factor })
}

/// How many times larger words are beside a scene that is so many times larger: less, for they are read, not seen.
pub fn words_growth(scene: f32) -> f32 {
    0.5 * (1.0 + scene)
}

impl Arranged {
    fn grown(self, by: Growth) -> Self {
        Self {
            picture: self.picture.grown(by),
            actors: self.actors.into_iter().map(|(id, rect)| (id, by.rect(rect))).collect(),
            resources: self.resources.into_iter().map(|(id, rect)| (id, by.rect(rect))).collect(),
            glyphs: self.glyphs,
            words: self.words.map(|rect| by.rect(rect)),
            full: self.full,
            bottom: by.point(pos2(0.0, self.bottom)).y,
            growth: by.factor,
        }
    }
}

struct Arranger<'a> {
    /// What places are worked out from.
    look: Look<'a>,
    /// What is painted there, measured as it is painted; `None`: only the places are asked for.
    painted: Option<Look<'a>>,
    covered: &'a [ResourceKind],
    out: Arranged,
    plan: Plan,
    /// Only what it would be worth is asked for.
    is_trial: bool,
    /// Nobody can go on by now.
    stuck: bool,
    /// Which split of its room each group of processes has, where that is settled.
    splits: Vec<usize>,
    titled: bool,
    /// The least room that words need.
    room: Vec2,
    /// Whether they have a place of their own among the resources.
    words: bool,
}

impl<'a> Arranger<'a> {
    /// Sections beside each other, or in rows.
    fn sections(&mut self, scene: &Scene, area: Rect) {
        let sections: Vec<&SectionAt> = scene.sections.iter().collect();
        let fits = (((area.width() + GAP) / (230.0 + GAP)) as usize).max(1);
        if sections.len() <= fits {
            // Sections are there to be compared: what is the same in them looks the same.
            let named = sections.iter().filter(|section| section.id.is_some()).count() as f32;
            let column = COLUMN * named.max(0.5) / (area.width() - COLUMN).max(1.0);
            let weight = |section: &SectionAt| match section.id {
                Some(_) => 1.0,
                None if self.has_resources(section) => 0.6,
                // Boxes alone: a column, no wider than they are.
                None => column.min(0.44),
            };
            let weights: Vec<f32> = sections.iter().map(|section| weight(section)).collect();
            for (section, part) in sections.into_iter().zip(beside(area, &weights, 1.5 * GAP)) {
                self.section(section, part);
            }
        } else {
            // Those in which everybody only serves the others give way.
            let (full, quiet): (Vec<_>, Vec<_>) =
                sections.into_iter().partition(|section| self.has_work(section));
            let sections = if full.is_empty() { quiet } else { full };
            let rows = sections.len().div_ceil(fits);
            let height = (area.height() + GAP) / rows as f32 - GAP;
            for (row, some) in sections.chunks(fits).enumerate() {
                let top = area.top() + row as f32 * (height + GAP);
                let line = Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), height));
                let weights = vec![1.0; some.len()];
                for (section, part) in some.iter().zip(beside(line, &weights, GAP)) {
                    self.section(section, part);
                }
            }
        }
    }

    /// Whether there is anything in it but actors that serve others, and what somebody else shows.
    fn has_work(&self, section: &SectionAt) -> bool {
        let flows = self.flows(section);
        let works = |at: &ProcessAt| {
            let itself = at.process.is_some() && !at.elsewhere;
            itself || !at.threads.is_empty() || !self.shown(&at.resources, &flows).is_empty()
        };
        section.processes.iter().any(works) || !self.shown(&section.between, &flows).is_empty()
    }

    /// Whether anything but actors stands in it.
    fn has_resources(&self, section: &SectionAt) -> bool {
        let flows = self.flows(section);
        let inside = section.processes.iter().map(|process| &process.resources);
        let mut all = inside.chain(std::iter::once(&section.between));
        all.any(|some| !self.shown(some, &flows).is_empty())
    }

    fn section(&mut self, section: &SectionAt, area: Rect) {
        let named = section.id.filter(|_| self.titled);
        let named = named.filter(|id| {
            let name = self.look.meta.section(*id).map_or("", |section| section.name.as_str());
            !name.is_empty() && !self.has_its_name(section, name)
        });
        let area = match named {
            Some(id) => {
                let name = heading(&self.look, id, area.width());
                let (head, rest) = split_top(area, TITLE);
                let theme = self.look.theme;
                self.paint(|_, picture| {
                    picture.text(head, Align2::LEFT_TOP, name, theme.label(), theme.muted);
                });
                rest
            }
            None => area,
        };
        let flows = self.flows(section);
        let stands = |process: &&ProcessAt| {
            let in_flow = process.pool.is_some_and(|pool| flows.contains(&pool));
            !in_flow && !self.is_covered(process)
        };
        let processes: Vec<&ProcessAt> = section.processes.iter().filter(stands).collect();
        let between = self.shown(&section.between, &flows);
        let framed = area.width() >= FRAMED.x && area.height() >= FRAMED.y;
        match (&processes[..], between.is_empty()) {
            ([], true) => {}
            ([], false) => self.resources(&between, area),
            // Threads stand inside their process, where that is known.
            ([one], true) if one.process.is_some() && !one.threads.is_empty() && framed => {
                self.only_frame(one, area, &flows);
            }
            ([one], true) => self.content(one, area, &flows),
            _ => self.several(&processes, &between, area, &flows),
        }
    }

    /// Whether all that stands in a section is a pool that has the name of the section above it.
    fn has_its_name(&self, section: &SectionAt, name: &str) -> bool {
        let flows = self.flows(section);
        let inside = section.processes.iter().map(|process| &process.resources);
        let mut all = inside
            .chain(std::iter::once(&section.between))
            .flat_map(|some| self.shown(some, &flows));
        let first = all.next();
        let is_named = |at: &ResourceAt<'_>| {
            at.named.kind == ResourceKind::Pool
                && at.named.section == section.id
                && at.title() == name
        };
        let plain = |process: &ProcessAt| {
            process.pool.is_some_and(|pool| flows.contains(&pool)) || process.threads.is_empty()
        };
        first.as_ref().is_some_and(is_named)
            && all.next().is_none()
            && section.processes.iter().all(plain)
    }

    /// Pools that are drawn with their workers: none of these has anything of its own to show.
    fn flows(&self, section: &SectionAt) -> Vec<ResourceId> {
        let inside = section.processes.iter().flat_map(|process| &process.resources);
        let is_pool = |id: &&ResourceId| {
            self.look.meta.resource(**id).is_some_and(|r| r.kind == ResourceKind::Pool)
        };
        let pools = inside.chain(&section.between).filter(is_pool);
        let plain = |pool: &&ResourceId| {
            let workers = section.processes.iter().filter(|p| p.pool == Some(**pool));
            workers.into_iter().all(|p| p.threads.is_empty() && p.resources.is_empty())
        };
        pools.filter(plain).copied().collect()
    }

    /// A worker whose pool somebody else shows is shown there, too.
    fn is_covered(&self, process: &ProcessAt) -> bool {
        let empty = process.threads.is_empty() && process.resources.is_empty();
        process.pool.is_some() && empty && self.covered.contains(&ResourceKind::Pool)
    }

    /// Resources that have a place here. A pool whose workers stand as processes of their own has none.
    fn shown(&self, ids: &[ResourceId], flows: &[ResourceId]) -> Vec<ResourceAt<'a>> {
        let all = ids.iter().filter_map(|id| self.look.resource(*id));
        let shown = |at: &ResourceAt<'_>| {
            let apart = at.named.kind == ResourceKind::Pool && !flows.contains(&at.id);
            !apart && !self.covered.contains(&at.named.kind)
        };
        all.filter(shown).collect()
    }

    /// Threads, and the resources in the memory they share.
    fn content(&mut self, process: &ProcessAt, area: Rect, flows: &[ResourceId]) {
        let look = self.look;
        let in_flow = |id: &&ActorId| {
            let pool = look.meta.actor(**id).and_then(|actor| actor.pool);
            pool.is_some_and(|pool| {
                flows.contains(&pool) || self.covered.contains(&ResourceKind::Pool)
            })
        };
        let mut threads: Vec<ActorId> =
            process.threads.iter().filter(|id| !in_flow(id)).copied().collect();
        let resources = self.shown(&process.resources, flows);
        if !threads.is_empty() && !resources.is_empty() {
            let helpers = process.helpers.iter().filter(|id| self.takes_part(**id));
            threads.splice(0..0, helpers.copied());
        }
        if threads.is_empty() && (resources.is_empty() || process.process.is_some()) {
            // Nobody but those who serve: then they are what there is. A child's have to do with what is in its memory; who only
            // looks after a pool says nothing beside its workers, nor beside what the program has.
            let meta = look.meta;
            let child = process.process.and_then(|id| meta.actor(id)?.parent).is_some();
            let in_pool = resources.iter().any(|at| flows.contains(&at.id));
            let all = resources.is_empty() || child && !in_pool;
            let is_main = |id: ActorId| meta.actor(id).is_some_and(|who| who.role == Role::Main);
            let says = |id: &&ActorId| all || is_main(**id) || self.takes_part(**id);
            threads = process.helpers.iter().filter(says).copied().collect();
            if threads.is_empty()
                && resources.is_empty()
                && let Some(id) = process.process
            {
                threads.push(id);
            }
        }
        match (threads.is_empty(), resources.is_empty()) {
            (true, _) => self.resources(&resources, area),
            (false, true) => self.boxes(&threads, area, BoxSize::Full),
            (false, false) => {
                let (own, rest) = self.apart(&threads, &resources, area);
                // Of many each says less, so that all can be larger.
                let largest = if threads.len() > CROWD { BoxSize::Line } else { BoxSize::Full };
                self.boxes(&threads, own, largest);
                self.resources(&resources, rest);
            }
        }
    }

    /// Whether somebody who only starts and serves the others waits for what they share, or is one of those that cannot go
    /// on: it has a box then, all through the run.
    fn takes_part(&self, helper: ActorId) -> bool {
        let (stats, latest) = (self.look.replay.stats(), self.look.replay.latest());
        let waits = || latest.actor(helper).is_some_and(|who| who.waiting.is_some());
        stats.actors.get(helper.index()).is_some_and(|stats| stats.takes_part)
            || self.stuck && waits()
    }

    /// Room for threads and room for resources, beside or below each other: that in which most resources are shown in
    /// full.
    fn apart(&self, threads: &[ActorId], resources: &[ResourceAt<'_>], area: Rect) -> (Rect, Rect) {
        let gap = if area.height() < LOW { 6.0 } else { 10.0 };
        let below = |height: f32| {
            let (top, rest) = split_top(area, height);
            (top, rest.with_min_y(rest.top() + gap))
        };
        let wanted = if threads.len() > 4 { 0.34 } else { 0.28 } * area.height();
        let (own, rest) = below(wanted.clamp(34.0, 130.0));
        // What the boxes do not take is for the resources.
        let boxes = grid(own, threads.len(), BoxSize::Full);
        let taken = boxes.rects.iter().fold(own.top(), |y, rect| y.max(rect.bottom()));
        let narrow = match boxes.more {
            None => (own.with_max_y(taken), rest.with_min_y(taken + gap)),
            Some(_) => (own, rest),
        };
        if area.width() < 340.0 {
            // Beside badges, where no room is left below them.
            let tile = BoxSize::Tile.most().x + 6.0;
            let x = area.left() + threads.len() as f32 * tile;
            let beside = (area.with_max_x(x), area.with_min_x(x + gap));
            let is_there = |rest: Rect| !self.chosen(resources, rest).1.is_empty();
            let seen = grid(beside.0, threads.len(), BoxSize::Full).more.is_none();
            return match seen && !is_there(narrow.1) && is_there(beside.1) {
                true => beside,
                false => narrow,
            };
        }
        let width = match threads.len() {
            0..=24 => (0.27 * area.width()).clamp(116.0, 250.0),
            _ => 0.4 * area.width(),
        };
        let x = area.left() + width;
        let beside = (area.with_max_x(x), area.with_min_x(x + 1.4 * GAP));
        // Beside each other they are read best, and where there is much room only so.
        if area.width() >= STACKED {
            return beside;
        }
        // In one row, with all that boxes say, with names, and with badges only.
        let lines = if area.height() < LOW { BoxSize::Line.least() } else { BoxSize::Line.most() };
        let row = below(lines.y);
        let tiles = below(BoxSize::Tile.most().y);
        let named = below(BoxSize::Named.most().y);
        let worth = |(own, rest): (Rect, Rect)| {
            let (shown, steps, _) = self.chosen(resources, rest);
            // A lock without the condition that it belongs to is half of it.
            let large = |(at, step): (&ResourceAt<'_>, &Step)| match step {
                Step::Full | Step::Tight if is_of_condition(at, &shown) => 1,
                Step::Full => 3,
                Step::Tight => 2,
                _ => 0,
            };
            // A name is as good as a resource that is shown a little larger.
            let boxes = grid(own, threads.len(), BoxSize::Full);
            let wide = boxes.rects.first().map_or(0.0, Rect::width);
            let named = |id: &ActorId| actor_box::has_name(&self.look, *id, boxes.size, wide);
            let names = boxes.more.is_none() && threads.iter().all(named);
            // So is room for words, where they are to have some.
            let said = self.seeks_words() && self.beside_words(&shown, rest, &steps).is_some();
            let all: i32 = shown.iter().zip(&steps).map(large).sum();
            // No name is worth what everybody uses.
            let hidden = if steps.is_empty() { 3 } else { 0 };
            all - hidden + if names { 2 } else { 0 } + if said { 2 } else { 0 }
        };
        let mut best = (beside, worth(beside));
        for other in [row, narrow, named, tiles] {
            let count = worth(other);
            if count > best.1 && grid(other.0, threads.len(), BoxSize::Full).more.is_none() {
                best = (other, count);
            }
        }
        best.0
    }

    fn boxes(&mut self, ids: &[ActorId], area: Rect, largest: BoxSize) {
        let places = grid(area, ids.len(), largest);
        let look = self.painted.unwrap_or(self.look);
        let has_name = |(id, rect): (&ActorId, &Rect)| {
            actor_box::has_name(&look, *id, places.size, rect.width())
        };
        let close = !ids.iter().zip(&places.rects).all(has_name);
        for (id, rect) in ids.iter().zip(&places.rects) {
            self.actor(*id, (places.size, close), *rect);
        }
        let hidden = places.more.map_or(0, |(_, hidden)| hidden);
        self.plan.worth += places.rects.len() as f32 * worth_of(places.size) - hidden as f32;
        self.plan.boxes.push((places.size, hidden));
        if let Some((rect, count)) = places.more {
            self.more(rect, count);
        }
    }

    /// The box of an actor.
    fn actor(&mut self, id: ActorId, size: (BoxSize, bool), rect: Rect) {
        self.paint(|look, picture| picture.append(actor_box::among(look, id, size, rect)));
        self.out.actors.push((id, rect));
        self.out.bottom = self.out.bottom.max(rect.bottom());
    }

    /// How many more there are than have a place.
    fn more(&mut self, rect: Rect, count: usize) {
        self.out.bottom = self.out.bottom.max(rect.bottom());
        self.paint(|look, picture| {
            let (font, colour) = (look.theme.small(), look.theme.muted);
            picture.text(rect, Align2::LEFT_CENTER, format!("+{count} more"), font, colour);
        });
    }

    /// Adds to the picture, where there is one.
    fn paint(&mut self, paint: impl FnOnce(&Look<'_>, &mut Picture)) {
        if let Some(look) = &self.painted {
            paint(look, &mut self.out.picture);
        }
    }
}

/// What stands above a section: its name, after those of the parts of the run that it is a part of, as far as there is room.
fn heading(look: &Look<'_>, id: SectionId, room: f32) -> String {
    let mut said = shorter_in_turn(look.meta, id);
    let own = said.pop().or_else(|| Some(look.meta.section(id)?.name.clone())).unwrap_or_default();
    let fits = |said: &String| look.measure.width(said, &look.theme.label()) <= room;
    said.into_iter().find(fits).unwrap_or(own)
}

/// What a box is worth beside a resource in full, which is worth 4.
fn worth_of(size: BoxSize) -> f32 {
    match size {
        BoxSize::Full => 0.7,
        BoxSize::Line => 0.6,
        BoxSize::Named => 0.4,
        BoxSize::Tile => 0.2,
        BoxSize::Mini => 0.1,
    }
}

/// Parts of an area below each other, in the proportions of `weights`.
fn below(area: Rect, weights: &[f32], gap: f32) -> Vec<Rect> {
    let turned =
        Rect::from_min_size(pos2(area.top(), area.left()), vec2(area.height(), area.width()));
    let back = |r: Rect| Rect::from_min_size(pos2(r.top(), r.left()), vec2(r.height(), r.width()));
    beside(turned, weights, gap).into_iter().map(back).collect()
}
