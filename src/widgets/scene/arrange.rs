//! Where everything of a scene goes: sections beside each other, in each the processes, in each of those the threads
//! and the resources in its memory, and between processes what they share. The largest sizes are taken in which all fit.

mod resources;

use super::actor_box::{self, BoxSize};
use super::fit::{beside, grid, split_top};
use crate::replay::{Phase, ProcessAt, Scene, SectionAt, bytes};
use crate::trace::{ActorId, ResourceId, ResourceKind};
use crate::widgets::phase::SWATCH;
use crate::widgets::picture::{Mark, Picture};
use crate::widgets::resource::{self, Look, ResourceAt, Size};
use crate::widgets::selection::Selection;
use egui::{Align2, Rect, Stroke, Vec2, pos2, vec2};

/// A scene with its places.
#[derive(Clone, Debug, Default)]
pub struct Arranged {
    /// All of it.
    pub picture: Picture,
    /// Where actors stand.
    pub actors: Vec<(ActorId, Rect)>,
    /// Where resources stand.
    pub resources: Vec<(ResourceId, Rect)>,
    /// Room that is left for the words of the moment, where there is enough of it.
    pub words: Option<Rect>,
    /// How many resources are shown in full.
    pub full: usize,
    /// The lowest of what stands there.
    pub bottom: f32,
}

/// Height of the title of a section.
const TITLE: f32 = 26.0;
/// Between neighbours.
const GAP: f32 = 20.0;
/// Between the frames of processes.
const FRAMES: f32 = 12.0;
/// The least frame of a process in which there is room for anything.
const FRAME: Vec2 = vec2(112.0, 76.0);
/// A process that is as wide as this has its threads beside its resources.
const STACKED: f32 = 520.0;
/// The least room of a process's badge and the value of its variable.
const VALUE: Vec2 = vec2(92.0, 34.0);
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
    let out = Arranged::default();
    let mut arranger = Arranger { look: *look, covered, out, titled, words };
    let sections: Vec<&SectionAt> = scene.sections.iter().collect();
    let fits = (((area.width() + GAP) / (230.0 + GAP)) as usize).max(1);
    if sections.len() <= fits {
        // Sections are there to be compared: what is the same in them looks the same.
        let named = |s: &SectionAt| if s.id.is_some() { 1.0 } else { 0.6 };
        let weights: Vec<f32> = sections.iter().map(|section| named(section)).collect();
        for (section, part) in sections.into_iter().zip(beside(area, &weights, 1.5 * GAP)) {
            arranger.section(section, part);
        }
    } else {
        // Those in which everybody only serves the others give way.
        let (full, quiet): (Vec<_>, Vec<_>) =
            sections.into_iter().partition(|section| arranger.has_work(section));
        let sections = if full.is_empty() { quiet } else { full };
        let rows = sections.len().div_ceil(fits);
        let height = (area.height() + GAP) / rows as f32 - GAP;
        for (row, some) in sections.chunks(fits).enumerate() {
            let top = area.top() + row as f32 * (height + GAP);
            let line = Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), height));
            let weights = vec![1.0; some.len()];
            for (section, part) in some.iter().zip(beside(line, &weights, GAP)) {
                arranger.section(section, part);
            }
        }
    }
    arranger.out
}

struct Arranger<'a> {
    look: Look<'a>,
    covered: &'a [ResourceKind],
    out: Arranged,
    titled: bool,
    words: bool,
}

impl<'a> Arranger<'a> {
    /// Whether there is anything in it but actors that serve others, and what somebody else shows.
    fn has_work(&self, section: &SectionAt) -> bool {
        let flows = self.flows(section);
        let works = |at: &ProcessAt| {
            let itself = at.process.is_some() && !at.elsewhere;
            itself || !at.threads.is_empty() || !self.shown(&at.resources, &flows).is_empty()
        };
        section.processes.iter().any(works) || !self.shown(&section.between, &flows).is_empty()
    }

    fn section(&mut self, section: &SectionAt, area: Rect) {
        let name = section.id.and_then(|id| self.look.meta.section(id)).map(|s| s.name.clone());
        let area = match name {
            Some(name) if self.titled && !name.is_empty() => {
                let (head, rest) = split_top(area, TITLE);
                let theme = self.look.theme;
                let picture = &mut self.out.picture;
                picture.text(head, Align2::LEFT_TOP, name, theme.label(), theme.muted);
                rest
            }
            _ => area,
        };
        let flows = self.flows(section);
        let stands = |process: &&ProcessAt| {
            let in_flow = process.pool.is_some_and(|pool| flows.contains(&pool));
            !in_flow && !self.is_covered(process)
        };
        let processes: Vec<&ProcessAt> = section.processes.iter().filter(stands).collect();
        let between = self.shown(&section.between, &flows);
        match (&processes[..], between.is_empty()) {
            ([], true) => {}
            ([], false) => self.resources(&between, area),
            ([one], true) => self.content(one, area, &flows),
            _ => self.several(&processes, &between, area, &flows),
        }
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

    /// Several processes, and what is between them.
    fn several(
        &mut self,
        processes: &[&ProcessAt],
        between: &[ResourceAt<'_>],
        area: Rect,
        flows: &[ResourceId],
    ) {
        let (full, plain): (Vec<&&ProcessAt>, Vec<&&ProcessAt>) = processes
            .iter()
            .partition(|p| !p.threads.is_empty() || !self.shown(&p.resources, flows).is_empty());
        // Beside each other where there is room, else below each other.
        let parts = [
            (full.len() as f32 * 2.0, full.is_empty()),
            (between.len() as f32 * 1.2, between.is_empty()),
            ((plain.len() as f32).sqrt() * 0.8, plain.is_empty()),
        ];
        let weights: Vec<f32> = parts.iter().filter(|p| !p.1).map(|p| p.0.max(0.6)).collect();
        let wide =
            area.width() >= 1.2 * area.height() && area.width() >= 240.0 * weights.len() as f32;
        let mut rooms = match wide {
            true => beside(area, &weights, GAP),
            false => below(area, &weights, 0.7 * GAP),
        }
        .into_iter();
        if !full.is_empty()
            && let Some(room) = rooms.next()
        {
            self.frames(&full, room, flows);
        }
        if !between.is_empty()
            && let Some(room) = rooms.next()
        {
            self.resources(between, room);
        }
        if !plain.is_empty()
            && let Some(room) = rooms.next()
        {
            let ids: Vec<ActorId> = plain.iter().filter_map(|p| p.process).collect();
            self.boxes(&ids, room);
        }
    }

    /// Frames beside and below each other; where they would be too small for what is in them, boxes without it.
    fn frames(&mut self, full: &[&&ProcessAt], room: Rect, flows: &[ResourceId]) {
        let sizes = (1..=full.len()).map(|columns| {
            let rows = full.len().div_ceil(columns);
            let height = (room.height() + FRAMES) / rows as f32 - FRAMES;
            let width = (room.width() + FRAMES) / columns as f32 - FRAMES;
            (columns, rows, vec2(width, height))
        });
        // As near as can be to twice as wide as high.
        let fits = sizes.filter(|(.., size)| size.x >= FRAME.x && size.y >= FRAME.y);
        let shape = |size: Vec2| (size.x / size.y / 2.0).ln().abs();
        let best = fits.min_by(|a, b| shape(a.2).total_cmp(&shape(b.2)));
        let Some((columns, rows, _)) = best else {
            if !self.values(full, room, flows) {
                let ids: Vec<ActorId> = full.iter().filter_map(|p| p.process).collect();
                self.boxes(&ids, room);
            }
            return;
        };
        for (row, line) in below(room, &vec![1.0; rows], FRAMES).into_iter().enumerate() {
            let some = full.iter().skip(row * columns).take(columns);
            for (process, part) in some.zip(beside(line, &vec![1.0; columns], FRAMES)) {
                self.frame(process, part, flows);
            }
        }
    }

    /// Processes that have nothing but a variable each: badges with its value. Whether they are that, and have room.
    fn values(&mut self, full: &[&&ProcessAt], room: Rect, flows: &[ResourceId]) -> bool {
        let look = self.look;
        let variable = |process: &&&ProcessAt| {
            let [at] = self.shown(&process.resources, flows)[..] else { return None };
            let plain = process.threads.is_empty() && at.named.kind == ResourceKind::Value;
            plain.then_some((process.process?, at))
        };
        let all: Option<Vec<_>> = full.iter().map(variable).collect();
        let Some(all) = all else { return false };
        let across = (((room.width() + FRAMES) / (VALUE.x + FRAMES)) as usize).min(all.len());
        let rows = all.len().div_ceil(across.max(1));
        let height = (room.height() + FRAMES) / rows as f32 - FRAMES;
        if across == 0 || height < VALUE.y {
            return false;
        }
        let size = vec2((room.width() + FRAMES) / across as f32 - FRAMES, height.min(44.0));
        for (place, (process, at)) in all.into_iter().enumerate() {
            let step = vec2((place % across) as f32, (place / across) as f32);
            let rect = Rect::from_min_size(room.min + step * (size + Vec2::splat(FRAMES)), size);
            let (face, value) = rect.split_left_right_at_x(rect.left() + size.y);
            self.out.picture.append(actor_box::layout(&look, process, BoxSize::Tile, face));
            let value = value.with_min_x(value.left() + 4.0);
            let value = value.with_max_x(value.right().min(value.left() + 84.0));
            self.out.picture.append(resource::layout(&at, Size::Small, value));
            self.out.actors.push((process, face));
            self.out.resources.push((at.id, value));
            self.out.bottom = self.out.bottom.max(rect.bottom());
        }
        true
    }

    /// A process with what is in its memory, in a frame.
    fn frame(&mut self, process: &ProcessAt, area: Rect, flows: &[ResourceId]) {
        let (look, theme) = (self.look, self.look.theme);
        let ended = process.process.and_then(|id| look.state.actor(id)).and_then(|a| a.end);
        let failed = process.process.map(|id| look.phase(id)) == Some(Phase::Failed);
        let edge = match failed {
            true => Stroke::new(1.5, theme.phase(Phase::Failed).base),
            false => look.outline(),
        };
        let picture = &mut self.out.picture;
        match ended {
            Some(_) if !failed => picture.dashed(area, 10.0, edge),
            _ => picture.rounded(area, 10.0, theme.stage, edge),
        }
        self.out.bottom = self.out.bottom.max(area.bottom());
        let inner = area.shrink2(vec2(10.0, 8.0));
        let (head, rest) = split_top(inner, 26.0);
        self.head(process, head);
        let content = rest.with_min_y(rest.top() + 4.0);
        self.content(process, content, flows);
    }

    /// Badge, name, PID and memory of a process.
    fn head(&mut self, process: &ProcessAt, head: Rect) {
        let (look, theme) = (self.look, self.look.theme);
        let picture = &mut self.out.picture;
        let Some(id) = process.process else {
            let font = theme.label();
            picture.text(head, Align2::LEFT_CENTER, "this program", font, theme.muted);
            return;
        };
        let face =
            Rect::from_center_size(pos2(head.left() + 11.0, head.center().y), Vec2::splat(22.0));
        let crossed = look.phase(id) == Phase::Failed;
        picture.marks.push(Mark::Badge { rect: face, actor: id, quiet: false, crossed });
        let swatch = Rect::from_center_size(pos2(head.right() - 8.0, head.center().y), SWATCH);
        picture.phase(swatch, look.phase(id));
        let name = look.actors.name(id);
        let words = Rect::from_min_max(
            pos2(face.right() + 8.0, head.top()),
            pos2(swatch.left() - 6.0, head.bottom()),
        );
        picture.text(words, Align2::LEFT_CENTER, name.clone(), theme.strong(), theme.text);
        let state = look.state.actor(id);
        let pid = state.map_or(0, |state| state.os_id);
        let memory = state.and_then(|state| state.own_memory).map(bytes);
        let facts = match (pid, memory) {
            (0, _) => String::new(),
            (pid, Some(memory)) => format!("PID {pid} · {memory}"),
            (pid, None) => format!("PID {pid}"),
        };
        let used = look.measure.width(&name, &theme.strong()) + 10.0;
        let room = words.with_min_x(words.left() + used);
        if look.measure.width(&facts, &theme.mono_small()) <= room.width() {
            picture.text(room, Align2::RIGHT_CENTER, facts, theme.mono_small(), theme.muted);
        }
        picture.spot(head, 6.0, Selection::Actor(id), actor_box::spoken(&look, id));
        self.out.actors.push((id, head));
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
        if threads.is_empty() && resources.is_empty() {
            // Nobody but those who serve: then they are what there is.
            threads.clone_from(&process.helpers);
            if threads.is_empty()
                && let Some(id) = process.process
            {
                threads.push(id);
            }
        }
        match (threads.is_empty(), resources.is_empty()) {
            (true, _) => self.resources(&resources, area),
            (false, true) => self.boxes(&threads, area),
            (false, false) => {
                let (own, rest) = self.apart(&threads, &resources, area);
                self.boxes(&threads, own);
                self.resources(&resources, rest);
            }
        }
    }

    /// Room for threads and room for resources, beside or below each other: that in which most resources are shown in
    /// full.
    fn apart(&self, threads: &[ActorId], resources: &[ResourceAt<'_>], area: Rect) -> (Rect, Rect) {
        let below = |height: f32| {
            let (top, rest) = split_top(area, height);
            (top, rest.with_min_y(rest.top() + 10.0))
        };
        let wanted = if threads.len() > 4 { 0.34 } else { 0.28 } * area.height();
        let narrow = below(wanted.clamp(34.0, 130.0));
        if area.width() < 340.0 {
            return narrow;
        }
        let width = match threads.len() {
            0..=24 => (0.27 * area.width()).clamp(116.0, 250.0),
            _ => 0.4 * area.width(),
        };
        let x = area.left() + width;
        let beside = (area.with_max_x(x), area.with_min_x(x + 1.4 * GAP));
        // With names, and with badges only.
        let tiles = below(BoxSize::Tile.most().y);
        let full = |rest: Rect| {
            let sizes = self.fitting(resources, rest).map_or_else(Vec::new, |(sizes, _)| sizes);
            sizes.iter().filter(|size| **size == Size::Full).count()
        };
        let mut best = (beside, full(beside.1));
        for other in [narrow, tiles] {
            // Beside each other they are read best, and where there is much room only so.
            let count = if area.width() < STACKED { full(other.1) } else { 0 };
            if count > best.1 && grid(other.0, threads.len(), BoxSize::Full).more.is_none() {
                best = (other, count);
            }
        }
        best.0
    }

    fn boxes(&mut self, ids: &[ActorId], area: Rect) {
        let look = self.look;
        let places = grid(area, ids.len(), BoxSize::Full);
        for (id, rect) in ids.iter().zip(&places.rects) {
            self.out.picture.append(actor_box::layout(&look, *id, places.size, *rect));
            self.out.actors.push((*id, *rect));
            self.out.bottom = self.out.bottom.max(rect.bottom());
        }
        if let Some((rect, count)) = places.more {
            self.out.bottom = self.out.bottom.max(rect.bottom());
            let words = format!("+{count} more");
            let font = look.theme.small();
            self.out.picture.text(rect, Align2::LEFT_CENTER, words, font, look.theme.muted);
        }
    }
}

/// Parts of an area below each other, in the proportions of `weights`.
fn below(area: Rect, weights: &[f32], gap: f32) -> Vec<Rect> {
    let turned =
        Rect::from_min_size(pos2(area.top(), area.left()), vec2(area.height(), area.width()));
    let back = |r: Rect| Rect::from_min_size(pos2(r.top(), r.left()), vec2(r.height(), r.width()));
    beside(turned, weights, gap).into_iter().map(back).collect()
}
