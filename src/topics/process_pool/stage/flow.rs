//! The ways of a task: from the queue to a worker, and on to the results; with the tasks that are on their way.

use super::cards::Cards;
use super::{Scene, left_of, places};
use crate::replay::Ending;
use crate::widgets::theme::{HAIRLINE, RADIUS_SMALL};
use egui::epaint::CubicBezierShape;
use egui::{Align2, Color32, Pos2, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

/// Tasks that are shown on their way at once.
const TOKENS: usize = 16;
/// With more than this their numbers would cover each other where the ways meet.
const NUMBERED: usize = 2;

/// Between columns nearer to each other than this nothing can be seen to move, and one way for all is no help.
const NEAR: f32 = 24.0;

/// Width between the queue and the cards.
fn gap(queue: Rect, cards: &Cards) -> f32 {
    let first = cards.rects.first();
    first.map_or(0.0, |card| card.left() - queue.right())
}

/// A way from one point to another, level at both.
fn way(from: Pos2, to: Pos2) -> [Pos2; 4] {
    let middle = 0.5 * (from.x + to.x);
    [from, pos2(middle, from.y), pos2(middle, to.y), to]
}

fn along(way: [Pos2; 4], t: f32) -> Pos2 {
    let curve =
        CubicBezierShape::from_points_stroke(way, false, Color32::TRANSPARENT, Stroke::NONE);
    curve.sample(t)
}

/// Where tasks leave the queue, and where they come to the results.
fn ends(queue: Rect, cards: &Cards, results: Rect) -> Option<(Pos2, Pos2)> {
    let first = cards.rects.first()?;
    let level = queue.center().y.min(first.top() + 60.0).max(first.center().y);
    let to = results.top() + places::TITLE + 24.0;
    Some((pos2(queue.right(), level), left_of(results, to.max(first.center().y))))
}

fn ways(queue: Rect, cards: &Cards, results: Rect, slot: usize) -> Option<([Pos2; 4], [Pos2; 4])> {
    let (from, to) = ends(queue, cards, results)?;
    let card = match (cards.column, cards.rects.get(slot)) {
        (true, Some(card)) => *card,
        // Through all of them.
        _ => cards.rects.iter().fold(*cards.rects.first()?, |all, card| all.union(*card)),
    };
    let (into, out) = (left_of(card, card.center().y), pos2(card.right(), card.center().y));
    let aside = vec2(5.0, 0.0);
    Some((way(from + aside, into - aside), way(out + aside, to - aside)))
}

/// Draws the ways, under everything else.
pub fn lines(scene: &Scene<'_>, ui: &Ui, queue: Rect, cards: &Cards, results: Rect) {
    let stroke = Stroke::new(HAIRLINE, scene.theme().outline);
    let count = match cards.column {
        true => cards.rects.len(),
        false => usize::from(gap(queue, cards) >= NEAR),
    };
    for slot in 0..count {
        let Some((into, out)) = ways(queue, cards, results, slot) else {
            return;
        };
        for way in [into, out] {
            let shape =
                CubicBezierShape::from_points_stroke(way, false, Color32::TRANSPARENT, stroke);
            ui.painter().add(shape);
        }
    }
}

/// Draws the tasks that have just been taken from the queue, and those that have just ended: with their numbers where they
/// are few and the ways long enough, else as dots.
pub fn tokens(scene: &Scene<'_>, ui: &Ui, queue: Rect, cards: &Cards, results: Rect) {
    let (Some(tasks), view) = (scene.tasks, scene.view) else {
        return;
    };
    let room = gap(queue, cards);
    if room < NEAR {
        return;
    }
    let mut moving = Vec::new();
    for slot in 0..cards.rects.len() {
        let worker = scene.side.occupant(slot, view.replay, view.now);
        let state = worker.and_then(|(worker, _)| Some((worker, view.state.actor(worker)?)));
        let Some((worker, working)) = state.and_then(|(w, state)| Some((w, state.task?))) else {
            continue;
        };
        let gone = scene.progress(working.since);
        if gone < 1.0
            && let Some((into, _)) = ways(queue, cards, results, slot)
        {
            moving.push((along(into, smooth(gone)), working.task.0, worker, false));
        }
    }
    let slot_of = |worker| {
        let mut slots = scene.side.slots.iter();
        slots.position(|slot| slot.contains(&worker))
    };
    for task in tasks.ended_at(view.now).rev().take(TOKENS) {
        let Some((at, ending)) = task.ended else {
            continue;
        };
        let gone = scene.progress(at);
        if gone >= 1.0 {
            break;
        }
        if let Some(worker) = task.worker()
            && let Some((_, out)) = slot_of(worker).and_then(|s| ways(queue, cards, results, s))
        {
            let failed = !matches!(ending, Ending::Finished(_));
            moving.push((along(out, smooth(gone)), task.id.0, worker, failed));
        }
    }
    let numbered = room >= 30.0 && moving.len() <= NUMBERED;
    for (at, task, worker, failed) in moving {
        if numbered {
            token(scene, ui, at, task, failed);
        } else {
            let colours = scene.looks.colours(worker);
            ui.painter().circle(at, 3.5, colours.ground, Stroke::new(HAIRLINE, colours.edge));
        }
    }
}

fn smooth(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

fn token(scene: &Scene<'_>, ui: &Ui, at: Pos2, task: u32, failed: bool) {
    let theme = scene.theme();
    let text = task.to_string();
    let font = theme.mono_small();
    let galley = ui.painter().layout_no_wrap(text, font, theme.text);
    let rect = Rect::from_center_size(at, vec2(galley.size().x + 10.0, 18.0));
    let edge = if failed {
        theme.phase(crate::replay::Phase::Failed).base
    } else {
        theme.phase(crate::replay::Phase::Running).base
    };
    let stroke = Stroke::new(HAIRLINE, edge);
    ui.painter().rect(rect, RADIUS_SMALL, theme.panel, stroke, StrokeKind::Inside);
    let place = Align2::CENTER_CENTER.align_size_within_rect(galley.size(), rect);
    ui.painter().galley(place.min, galley, theme.text);
}
