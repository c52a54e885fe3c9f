//! What an exception left behind.

use crate::replay::{Course, Journey, Phase};
use crate::trace::{ActorId, End, ResourceKind};
use crate::widgets::picture::Picture;
use crate::widgets::resource::Look;
use crate::widgets::theme::GRID;
use egui::{Align2, Rect, pos2, vec2};

/// Lock, task and whoever failed, in this order, also where all is well; a task where there are any.
pub fn behind(look: &Look<'_>, journey: Option<&Journey>, area: Rect, picture: &mut Picture) {
    let Some(journey) = journey else { return };
    let (theme, meta) = (look.theme, look.meta);
    let freed = journey.stops.iter().find_map(|stop| match stop.course {
        Course::Released(res) => Some(res),
        _ => None,
    });
    let lock = match (journey.locks.first(), freed) {
        (Some(lock), _) => (Phase::Failed, format!("{} still held", meta.resource_name(*lock))),
        (None, Some(lock)) => (Phase::Done, format!("{} given back", meta.resource_name(lock))),
        (None, None) => (Phase::Done, "no lock held".to_owned()),
    };
    // Without a pool there are no tasks that could fail.
    let task = match journey.tasks.first() {
        Some((_, task)) => Some((Phase::Failed, format!("task {} has no result", task.0))),
        None if meta.resources_of(ResourceKind::Pool).next().is_none() => None,
        None => Some((Phase::Done, "no task failed by it".to_owned())),
    };
    let label = "What it left behind";
    let width = look.measure.width(label, &theme.small()) + 2.0 * GRID;
    let (mut x, y) = (area.left(), area.center().y);
    if area.width() > 430.0 {
        let rect = area.with_max_x(area.left() + width);
        picture.text(rect, Align2::LEFT_CENTER, label, theme.small(), theme.muted);
        x += width;
    }
    let who = who(look, journey).map(|who| fate(look, who));
    for (phase, text) in [Some(lock), task, who].into_iter().flatten() {
        let width = look.measure.width(&text, &theme.small());
        if x + 22.0 + width > area.right() {
            break;
        }
        let swatch = Rect::from_center_size(pos2(x + 8.0, y), vec2(14.0, 10.0));
        picture.phase(swatch, phase);
        let rect =
            Rect::from_min_max(pos2(x + 20.0, area.top()), pos2(x + 22.0 + width, area.bottom()));
        picture.text(rect, Align2::LEFT_CENTER, text, theme.small(), theme.text);
        x += 22.0 + width + 2.0 * GRID;
    }
}

/// Who failed: whoever raised it; where that was for a task of another, whose worker could not raise it any more, this one.
fn who(look: &Look<'_>, journey: &Journey) -> Option<ActorId> {
    let raiser = journey.stops.first()?.actor;
    let is_worker = look.meta.actor(raiser).is_some_and(|actor| actor.pool.is_some());
    let worker = journey
        .tasks
        .first()
        .filter(|_| !is_worker)
        .and_then(|(pool, task)| look.replay.tasks().of(*pool)?.get(*task)?.worker());
    Some(worker.unwrap_or(raiser))
}

/// What became of an actor.
fn fate(look: &Look<'_>, who: ActorId) -> (Phase, String) {
    let name = look.actors.name(who);
    let state = look.state.actor(who);
    let (end, phase) = (state.and_then(|who| who.end), state.map(|who| who.phase));
    match end {
        Some((End::Normal | End::Exited(0), _)) => (Phase::Done, format!("{name} came to its end")),
        Some((End::Killed(_), _)) => (Phase::Failed, format!("{name} was killed")),
        Some((End::Exited(status), _)) => (Phase::Failed, format!("{name} exited with {status}")),
        Some((End::Cancelled, _)) => (Phase::Stopped, format!("{name} was stopped")),
        Some(_) => (Phase::Failed, format!("{name} has ended")),
        None => {
            // Waiting for one's own threads to end does not look like waiting.
            let waits = state.and_then(|who| look.meta.resource(who.waiting?.res));
            let phase = match waits.is_some_and(|res| res.is_an_end()) {
                true => Phase::Idle,
                false => phase.unwrap_or(Phase::Running),
            };
            (phase, format!("{name} lives"))
        }
    }
}
