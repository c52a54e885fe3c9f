//! Processes with what is in their memory, in frames; where frames would be too small, as boxes.

use super::{Arranger, below};
use crate::replay::{Phase, ProcessAt, bytes};
use crate::trace::{ActorId, ResourceId, ResourceKind};
use crate::widgets::phase::SWATCH;
use crate::widgets::picture::{Mark, Picture};
use crate::widgets::resource::{Look, Size};
use crate::widgets::scene::actor_box::{self, BoxSize};
use crate::widgets::scene::fit::{beside, split_top};
use crate::widgets::selection::Selection;
use crate::widgets::theme::RADIUS_LARGE;
use egui::{Align2, Color32, FontId, Rect, Stroke, Vec2, pos2, vec2};

/// Between the frames of processes.
const FRAMES: f32 = 12.0;
/// Between a frame and what is in it.
const PAD: Vec2 = vec2(10.0, 8.0);
/// The least frame of a process in which there is room for anything.
const FRAME: Vec2 = vec2(112.0, 76.0);
/// How much worse, as the logarithm of a proportion, frames are whose last row is not full.
const LEFT: f32 = 0.15;
/// The least room of a process's badge and the value of its variable.
const VALUE: Vec2 = vec2(92.0, 34.0);

impl Arranger<'_> {
    /// Frames beside and below each other; where they would be too small for what is in them, boxes without it.
    pub(super) fn frames(&mut self, full: &[&&ProcessAt], room: Rect, flows: &[ResourceId]) {
        let sizes = (1..=full.len()).map(|columns| {
            let rows = full.len().div_ceil(columns);
            let height = (room.height() + FRAMES) / rows as f32 - FRAMES;
            let width = (room.width() + FRAMES) / columns as f32 - FRAMES;
            (columns, rows, vec2(width, height))
        });
        // As near as can be to twice as wide as high, and sooner with full rows.
        let fits = sizes.filter(|(.., size)| size.x >= FRAME.x && size.y >= FRAME.y);
        let shape = |&(columns, rows, size): &(usize, usize, Vec2)| {
            let left = if full.len() < columns * rows { LEFT } else { 0.0 };
            (size.x / size.y / 2.0).ln().abs() + left
        };
        let best = fits.min_by(|a, b| shape(a).total_cmp(&shape(b)));
        let Some((columns, rows, size)) = best else {
            if !self.values(full, room, flows) {
                // What is in them is not seen.
                self.plan.worth -= 2.0 * full.len() as f32;
                let ids: Vec<ActorId> = full.iter().filter_map(|p| p.process).collect();
                self.boxes(&ids, room, BoxSize::Full);
            }
            return;
        };
        if self.is_trial {
            return self.worth_of_frames(full, size, room, flows);
        }
        let look = self.painted.unwrap_or(self.look);
        let font = font_of_heads(&look, full, size.x - 2.0 * PAD.x);
        for (row, line) in below(room, &vec![1.0; rows], FRAMES).into_iter().enumerate() {
            let some = full.iter().skip(row * columns).take(columns);
            for (process, part) in some.zip(beside(line, &vec![1.0; columns], FRAMES)) {
                self.frame(process, part, flows, font.as_ref());
            }
        }
    }

    /// What frames of a size are worth. Of those that have as much in them one is as good as another.
    fn worth_of_frames(
        &mut self,
        full: &[&&ProcessAt],
        size: Vec2,
        room: Rect,
        flows: &[ResourceId],
    ) {
        let inside = |p: &ProcessAt| [p.threads.len(), p.helpers.len(), p.resources.len()];
        let mut seen: Vec<[usize; 3]> = Vec::new();
        for process in full {
            if seen.contains(&inside(process)) {
                continue;
            }
            seen.push(inside(process));
            let alike = full.iter().filter(|other| inside(other) == inside(process)).count();
            let before = self.plan.worth;
            self.frame(process, Rect::from_min_size(room.min, size), flows, None);
            self.plan.worth += (alike - 1) as f32 * (self.plan.worth - before);
        }
    }

    /// Processes that have nothing but a variable each: badges with its value. Whether they are that, and have room.
    fn values(&mut self, full: &[&&ProcessAt], room: Rect, flows: &[ResourceId]) -> bool {
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
            self.actor(process, (BoxSize::Tile, false), face);
            let value = value.with_min_x(value.left() + 4.0);
            let value = value.with_max_x(value.right().min(value.left() + 84.0));
            self.resource(&at, Size::Small, value);
            self.out.bottom = self.out.bottom.max(rect.bottom());
        }
        self.plan.boxes.push((BoxSize::Tile, 0));
        true
    }

    /// A process with what is in its memory, in a frame over the whole of an area; its name in a font, where those beside it have
    /// that.
    fn frame(
        &mut self,
        process: &ProcessAt,
        area: Rect,
        flows: &[ResourceId],
        font: Option<&FontId>,
    ) {
        let others = std::mem::replace(&mut self.out.bottom, area.top());
        let (below, had_words) = (self.out.picture.marks.len(), self.out.words.is_some());
        self.inside(process, area, flows, font);
        let mut frame = area;
        // Words do not stand in the memory of a process, but below it.
        if !had_words && self.out.words.is_some() {
            let end = (self.out.bottom + PAD.y).min(area.bottom());
            let room = area.with_min_y((end + FRAMES).min(area.bottom()));
            self.out.words = Some(room).filter(|room| room.height() >= self.room.y);
            if self.out.words.is_some() {
                frame = area.with_max_y(end);
            }
        }
        self.paint(|look, picture| picture.marks.insert(below, edge_of(look, process, frame)));
        self.out.bottom = others.max(frame.bottom());
    }

    /// The only process, in a frame that is no higher than the boxes of its threads where it has nothing else.
    pub(super) fn only_frame(&mut self, process: &ProcessAt, area: Rect, flows: &[ResourceId]) {
        // In a larger one it has its frame, too.
        self.plan.boxes.push((BoxSize::Full, 0));
        if !self.shown(&process.resources, flows).is_empty() {
            return self.frame(process, area, flows, None);
        }
        let others = std::mem::replace(&mut self.out.bottom, area.top());
        let below = self.out.picture.marks.len();
        self.inside(process, area, flows, None);
        let frame = area.with_max_y(area.bottom().min(self.out.bottom + PAD.y));
        self.paint(|look, picture| picture.marks.insert(below, edge_of(look, process, frame)));
        self.out.bottom = others.max(frame.bottom());
    }

    fn inside(
        &mut self,
        process: &ProcessAt,
        area: Rect,
        flows: &[ResourceId],
        font: Option<&FontId>,
    ) {
        let inner = area.shrink2(PAD);
        let (head, rest) = split_top(inner, 26.0);
        self.paint(|look, picture| head_of(look, process, head, font, picture));
        // One that belongs to another section has its own place there.
        let own = process.process.filter(|_| !process.elsewhere);
        self.out.actors.extend(own.map(|id| (id, head)));
        let content = rest.with_min_y(rest.top() + 4.0);
        self.content(process, content, flows);
    }
}

/// The frame of a process.
fn edge_of(look: &Look<'_>, process: &ProcessAt, rect: Rect) -> Mark {
    let theme = look.theme;
    let failed = process.process.map(|id| look.phase(id)) == Some(Phase::Failed);
    let edge = match failed {
        true => Stroke::new(1.5, theme.phase(Phase::Failed).base),
        false => look.outline(),
    };
    // Without a ground: lines lie below.
    let fill = Color32::TRANSPARENT;
    Mark::Box { rect, radius: RADIUS_LARGE, fill, edge, dashed: false }
}

/// The fonts of the name of a process, the larger ones first.
fn fonts_of_heads(look: &Look<'_>) -> [FontId; 3] {
    [look.theme.strong(), look.theme.label(), look.theme.small()]
}

/// The largest font in which the names of all of these have room beside their PIDs: smaller ones sooner than a PID of some alone.
/// `None` where there is no room for that.
fn font_of_heads(look: &Look<'_>, all: &[&&ProcessAt], room: f32) -> Option<FontId> {
    let fits = |font: &FontId, id: ActorId| {
        let pid = look.state.actor(id).map_or(0, |state| state.os_id);
        let pid = look.measure.width(&format!("PID {pid:05}"), &look.theme.mono_small());
        let name = look.measure.width(&look.actors.name(id), font);
        name + 6.0 + pid + BESIDE_WORDS <= room
    };
    let ids = || all.iter().filter_map(|process| process.process);
    let fonts = fonts_of_heads(look);
    // Where none has it, none needs smaller letters for it.
    if !ids().any(|id| fits(&fonts[0], id)) {
        return None;
    }
    fonts.into_iter().find(|font| ids().all(|id| fits(font, id)))
}

/// What the badge and the phase in the head of a frame take of it, with the space beside them.
const BESIDE_WORDS: f32 = 55.0;

/// Badge, name, PID and memory of a process.
fn head_of(
    look: &Look<'_>,
    process: &ProcessAt,
    head: Rect,
    font: Option<&FontId>,
    picture: &mut Picture,
) {
    let theme = look.theme;
    let Some(id) = process.process else {
        let font = theme.label();
        picture.text(head, Align2::LEFT_CENTER, "this program", font, theme.muted);
        return;
    };
    let face = Rect::from_center_size(pos2(head.left() + 11.0, head.center().y), Vec2::splat(22.0));
    // Its end is said once: by the shape of its phase.
    picture.badge(face, id);
    let swatch = Rect::from_center_size(pos2(head.right() - 8.0, head.center().y), SWATCH);
    picture.phase(swatch, look.phase(id));
    let name = look.actors.name(id);
    let words = Rect::from_min_max(
        pos2(face.right() + 7.0, head.top()),
        pos2(swatch.left() - 4.0, head.bottom()),
    );
    // Smaller sooner than cut, and its badge alone sooner than a part of its name.
    let fits = |font: &FontId| look.measure.width(&name, font) <= words.width();
    let own = || fonts_of_heads(look).into_iter().find(fits);
    let font = font.cloned().or_else(own);
    let used = font.as_ref().map_or(0.0, |font| look.measure.width(&name, font) + 6.0);
    if let Some(font) = font {
        picture.text(words, Align2::LEFT_CENTER, name, font, theme.text);
    }
    let state = look.state.actor(id);
    let pid = state.map_or(0, |state| state.os_id);
    let memory = state.and_then(|state| state.own_memory).map(bytes);
    let facts = match (pid, memory) {
        (0, _) => Vec::new(),
        (pid, Some(memory)) => vec![format!("PID {pid} · {memory}"), format!("PID {pid}")],
        (pid, None) => vec![format!("PID {pid}")],
    };
    // With a space before what it does: that may begin with a dash.
    let room = words.with_min_x(words.left() + used).with_max_x(words.right() - 4.0);
    let fits = |fact: &String| look.measure.width(fact, &theme.mono_small()) <= room.width();
    if let Some(fact) = facts.into_iter().find(fits) {
        picture.text(room, Align2::RIGHT_CENTER, fact, theme.mono_small(), theme.muted);
    }
    picture.spot(head, 6.0, Selection::Actor(id), actor_box::spoken(look, id));
}
