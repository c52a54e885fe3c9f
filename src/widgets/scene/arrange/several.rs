//! Several processes and what is between them: frames of those that have something in their memory, the resources, and
//! boxes of the others, in the split of the room in which the tools that matter are largest.

use super::{Arranged, Arranger, GAP, below};
use crate::replay::ProcessAt;
use crate::trace::{ActorId, Home, ResourceId, Role};
use crate::widgets::resource::ResourceAt;
use crate::widgets::scene::actor_box::BoxSize;
use crate::widgets::scene::arrange::growth::Plan;
use crate::widgets::scene::fit::beside;
use egui::Rect;

/// What stands in a group.
struct Group<'a> {
    frames: Vec<&'a &'a ProcessAt>,
    between: &'a [ResourceAt<'a>],
    boxes: Vec<ActorId>,
}

/// Room for frames, resources and boxes.
#[derive(Clone, Copy)]
struct Split([Rect; 3]);

impl Arranger<'_> {
    pub(super) fn several(
        &mut self,
        processes: &[&ProcessAt],
        between: &[ResourceAt<'_>],
        area: Rect,
        flows: &[ResourceId],
    ) {
        let (frames, plain): (Vec<&&ProcessAt>, Vec<&&ProcessAt>) = processes
            .iter()
            .partition(|p| !p.threads.is_empty() || !self.shown(&p.resources, flows).is_empty());
        let mut boxes: Vec<ActorId> = plain.iter().filter_map(|p| p.process).collect();
        boxes.splice(0..0, self.main_of(&plain, between));
        let group = Group { frames, between, boxes };
        match (group.frames.is_empty(), between.is_empty(), group.boxes.is_empty()) {
            (true, true, _) => self.boxes(&group.boxes, area, BoxSize::Full),
            (true, false, true) => self.resources(between, area),
            (false, true, true) => self.frames(&group.frames, area, flows),
            // As threads stand beside the resources in their memory.
            (true, false, false) => {
                let (own, rest) = self.apart(&group.boxes, between, area);
                self.boxes(&group.boxes, own, BoxSize::Full);
                self.resources(between, rest);
            }
            _ => {
                let splits = splits(area, &group);
                let settled = self.splits.get(self.plan.splits.len()).copied();
                let chosen = settled.unwrap_or_else(|| self.best(&splits, &group, flows));
                self.plan.splits.push(chosen);
                if let Some(split) = splits.get(chosen) {
                    self.split(&group, *split, flows);
                }
            }
        }
    }

    /// The split that is worth most; of equal ones the first.
    fn best(&self, splits: &[Split], group: &Group<'_>, flows: &[ResourceId]) -> usize {
        let worth = |split: &Split| {
            let (out, plan) = (Arranged::default(), Plan::default());
            let (splits, painted, is_trial) = (Vec::new(), None, true);
            let mut trial = Arranger { out, plan, splits, painted, is_trial, ..*self };
            trial.split(group, *split, flows);
            trial.plan.worth
        };
        let all = splits.iter().map(worth).enumerate();
        let best = all.fold((0, f32::MIN), |best, next| if next.1 > best.1 { next } else { best });
        best.0
    }

    fn split(&mut self, group: &Group<'_>, Split(rooms): Split, flows: &[ResourceId]) {
        if !group.frames.is_empty() {
            self.frames(&group.frames, rooms[0], flows);
        }
        if !group.between.is_empty() {
            self.resources(group.between, rooms[1]);
        }
        if !group.boxes.is_empty() {
            self.boxes(&group.boxes, rooms[2], BoxSize::Full);
        }
    }

    /// The program's main thread, where nothing else of the program stands here and it uses what is between the processes,
    /// or is one of those that cannot go on.
    fn main_of(&self, plain: &[&&ProcessAt], between: &[ResourceAt<'_>]) -> Option<ActorId> {
        let program = plain.iter().find(|process| process.process.is_none())?;
        let is_main = |id: &&ActorId| {
            self.look.meta.actor(**id).is_some_and(|actor| actor.role == Role::Main)
        };
        let main = *program.helpers.iter().find(is_main)?;
        let uses = |at: &ResourceAt<'_>| {
            let Some(in_the_end) = self.look.replay.latest().resource(at.id) else { return false };
            let signalled = in_the_end.last_signal.map(|signal| signal.1);
            let wrote = in_the_end.last_write.as_ref().map(|write| write.actor);
            let moved = [in_the_end.put_by, in_the_end.taken_by, signalled, wrote];
            at.named.home == Home::Shared && moved.contains(&Some(main))
        };
        (between.iter().any(uses) || self.takes_part(main)).then_some(main)
    }
}

/// The ways to split an area. Their number and order depend on what there is alone.
fn splits(area: Rect, group: &Group<'_>) -> Vec<Split> {
    let none = Rect::NOTHING;
    let across = |part: f32| {
        let parts = beside(area, &[part, 1.0 - part], GAP);
        (parts[0], parts[1])
    };
    let down = |area: Rect, part: f32| {
        let parts = below(area, &[part, 1.0 - part], 0.7 * GAP);
        (parts[0], parts[1])
    };
    let with_boxes = |(frames, between), boxes| Split([frames, between, boxes]);
    match (group.between.is_empty(), group.boxes.is_empty()) {
        // Beside each other first: so they are read best.
        (true, _) | (_, true) => {
            let two = |(frames, other): (Rect, Rect)| match group.boxes.is_empty() {
                true => Split([frames, other, none]),
                false => Split([frames, none, other]),
            };
            let sides = [0.66, 0.5, 0.4, 0.82].map(across);
            let rows = [0.66, 0.5, 0.4].map(|part| down(area, part));
            // Of equal ones the first is taken; which comes first does not depend on how much all is enlarged.
            match area.width() >= 2.2 * area.height() {
                true => sides.into_iter().chain(rows).map(two).collect(),
                false => rows.into_iter().chain(sides).map(two).collect(),
            }
        }
        (false, false) => {
            let mut all = Vec::new();
            // Of very many frames each needs some room.
            let many = 2.0 * group.frames.len() as f32;
            let many = [many, 1.2 * group.between.len() as f32, 0.8];
            for weights in [[1.0, 1.0, 0.6], [0.75, 1.2, 0.35], many] {
                let parts = beside(area, &weights, GAP);
                all.push(Split([parts[0], parts[1], parts[2]]));
            }
            for part in [0.66, 0.5] {
                // Frames at the left; frames above resources, with boxes at the right.
                let (left, right) = across(part);
                let (top, bottom) = down(right, 0.55);
                all.push(with_boxes((left, top), bottom));
                all.push(with_boxes(down(left, 0.5), right));
            }
            for part in [0.66, 0.58, 0.53, 0.45] {
                let (top, bottom) = down(area, part);
                let (own, rest) = columns(bottom);
                all.push(with_boxes((top, rest), own));
            }
            let rows = below(area, &[1.6, 1.2, 0.8], 0.7 * GAP);
            all.push(Split([rows[0], rows[1], rows[2]]));
            all
        }
    }
}

/// A column for boxes, and the rest.
fn columns(area: Rect) -> (Rect, Rect) {
    let x = area.left() + (0.3 * area.width()).clamp(116.0, 250.0);
    (area.with_max_x(x), area.with_min_x(x + GAP))
}
