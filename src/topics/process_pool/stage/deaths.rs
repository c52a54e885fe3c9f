//! Who died, how, and what became of what it had to do.

use super::Scene;
use super::words::{ended, is_bad};
use crate::replay::Ending;
use crate::topics::process_pool::world;
use crate::trace::{ActorId, End};

/// The last death of a worker that was none of the pool's doing: who, how, and what became of its task. The same in
/// ever fewer words.
pub fn last_death(scene: &Scene<'_>) -> Option<[String; 3]> {
    let view = scene.view;
    let dead = scene.side.workers.iter().filter_map(|&worker| {
        let state = view.state.actor(worker)?;
        let (end, at) = state.end.filter(|(end, _)| is_bad(*end))?;
        Some((at, worker, end, state.os_id))
    });
    let (at, worker, end, pid) = dead.max_by_key(|(at, ..)| *at)?;
    let badge = scene.looks.badge(worker);
    let was = if matches!(end, End::Killed(_)) { "was " } else { "" };
    let how = format!("{was}{}", ended(end));
    // Its tasks ended just before it did.
    let tasks = scene.tasks?;
    let lost = (tasks.ended_at(at).rev().take(NEAR)).find(|task| task.worker() == Some(worker));
    let lost = lost.filter(|task| !matches!(task.ended, Some((_, Ending::Finished(_)))));
    let (when, then) = match lost {
        None => (String::new(), String::new()),
        Some(lost) => {
            let again =
                tasks.get(lost.id).filter(|last| last.attempt > 1 && last.submitted <= view.now);
            let error = match lost.ended {
                Some((_, Ending::Failed(error))) => view.trace.meta().text(error),
                _ => "",
            };
            // A chunk is one message: who dies in it loses all that is left of it.
            let (chunk, first) = (scene.chunk.max(1), lost.id.index() + 1);
            let left = first.next_multiple_of(chunk).min(scene.plan.tasks.max(first)) - first;
            let with = match left {
                0 => String::new(),
                1 => " with the next one of its chunk".to_owned(),
                n => format!(" with the {n} after it in its chunk"),
            };
            let then = match again {
                Some(_) => format!(", which is begun again{with}"),
                None if error == TIMED_OUT => {
                    format!(", which took longer than it was given: it fails{with}")
                }
                None if error.is_empty() => ", which is cancelled".to_owned(),
                None => format!(", which is reported as failed{with}"),
            };
            (format!(" in task {}", lost.id.0), then)
        }
    };
    let next = successor(scene, worker);
    let long = |next: Option<&(String, String)>| match next {
        Some((long, _)) => format!("; {long}"),
        None => String::new(),
    };
    let short = next.as_ref().map_or_else(String::new, |(_, short)| format!("; {short}"));
    let who = match pid {
        0 => badge.to_string(),
        pid => format!("{badge} (PID {pid})"),
    };
    Some([
        format!("{who} {how}{when}{then}{}.", long(next.as_ref())),
        format!("{badge} {how}{when}{short}."),
        format!("{badge} {how}{when}."),
    ])
}

/// What the trace says of a task whose worker was killed because it took too long.
const TIMED_OUT: &str = "the task took longer than it was given";

/// Who took a dead worker's place, in more and in fewer words.
fn successor(scene: &Scene<'_>, dead: ActorId) -> Option<(String, String)> {
    let slot = scene.side.slots.iter().find(|slot| slot.contains(&dead))?;
    let place = slot.iter().position(|w| *w == dead)?;
    let next = *slot.get(place + 1)?;
    let badge = scene.looks.badge(next);
    Some(match world::birth(scene.view.replay, next).filter(|at| *at <= scene.view.now) {
        Some(_) => {
            let pid = scene.view.state.actor(next).map_or(0, |a| a.os_id);
            (format!("{badge} (PID {pid}) took its place"), format!("{badge} took its place"))
        }
        None => (format!("{badge} is starting"), format!("{badge} is starting")),
    })
}

/// Tasks that end at once with a worker, at most.
const NEAR: usize = 256;
