//! The thin lane of a process whose main thread has a row below it: what that does is said there, and here when any of its
//! other threads that work runs, wherever the rows of these are.

use super::merge::{self, Look, PIXEL, Piece};
use super::runs::Summed;
use super::scale::Scale;
use crate::replay::{Lanes, Phase};
use crate::trace::{Actor, ActorId, ActorKind, Meta, Nanos, Role};
use egui::Rangef;

/// Cuts the life of a process into where one of its threads that work runs and where none does.
pub(super) fn of_threads(
    process: ActorId,
    (meta, lanes): (&Meta, &Lanes),
    end: Nanos,
    scale: &Scale,
    phases: &mut Vec<Piece<Phase>>,
) {
    let busy = busy(process, (meta, lanes), end, scale);
    let mut cut = Vec::with_capacity(phases.len());
    for piece in phases.drain(..) {
        let lives = match piece.look {
            Look::One { class, .. } => class == Phase::Running,
            Look::Many { .. } => true,
        };
        if !lives {
            cut.push(piece);
            continue;
        }
        let mut add = |left: f32, right: f32, is: Phase| {
            let look = match piece.look {
                Look::One { index, .. } => Look::One { index, class: is },
                Look::Many { first, last, quarters, .. } => {
                    Look::Many { first, last, most: is, rest: None, quarters }
                }
            };
            if right > left {
                cut.push(Piece { left, right, look });
            }
        };
        let mut x = piece.left;
        let first = busy.partition_point(|range| range.max <= piece.left);
        for range in busy[first..].iter().take_while(|range| range.min < piece.right) {
            let (from, to) = (range.min.max(x), range.max.min(piece.right));
            add(x, from, Phase::Idle);
            add(from, to, Phase::Running);
            x = to;
        }
        add(x, piece.right, Phase::Idle);
    }
    *phases = cut;
}

/// Where at least one of those threads runs, from left to right.
fn busy(
    process: ActorId,
    (meta, lanes): (&Meta, &Lanes),
    end: Nanos,
    scale: &Scale,
) -> Vec<Rangef> {
    let (mut pieces, mut busy) = (Vec::new(), Vec::new());
    let ids = (0..meta.actors.len()).map(ActorId::from_index);
    for id in ids.filter(|id| meta.process_of(*id) == Some(process)) {
        let works = |actor: &Actor| actor.kind == ActorKind::Thread && actor.role == Role::Work;
        let works = meta.actor(id).is_some_and(works);
        let Some(lane) = lanes.actors.get(id.index()).filter(|_| works) else { continue };
        merge::pieces(&Summed(lane), end, scale, &mut pieces);
        let runs = |piece: &Piece<Phase>| {
            let (Look::One { class: phase, .. } | Look::Many { most: phase, .. }) = piece.look;
            matches!(phase, Phase::Running | Phase::Holding | Phase::Io)
        };
        busy.extend(pieces.drain(..).filter(runs).map(|p| Rangef::new(p.left, p.right)));
    }
    // A hand-over too short to be seen is no end.
    union(busy.into_iter(), PIXEL)
}

/// Ranges that overlap, or are no further apart than `gap`, become one.
pub(super) fn union(ranges: impl Iterator<Item = Rangef>, gap: f32) -> Vec<Rangef> {
    let mut sorted: Vec<Rangef> = ranges.collect();
    sorted.sort_unstable_by(|a, b| a.min.total_cmp(&b.min));
    let mut out: Vec<Rangef> = Vec::new();
    for range in sorted {
        match out.last_mut() {
            Some(last) if range.min <= last.max + gap => last.max = last.max.max(range.max),
            _ => out.push(range),
        }
    }
    out
}
