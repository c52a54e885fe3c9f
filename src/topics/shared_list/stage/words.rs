//! What the stage says. Pure: from a view to sentences.

use super::ago;
use super::race::Losses;
use super::world::{Guarded, World};
use crate::replay::words::{agree, count};
use crate::replay::{self, Phase};
use crate::topics::Outcome;
use crate::trace::{ActorId, Nanos, ResourceId};
use crate::widgets::selection::Selection;
use crate::widgets::stage::{RunStatus, StageView};

/// A moment in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Whom it is about.
    pub actor: Option<ActorId>,
    /// The question, or the matter.
    pub title: String,
    /// The answer.
    pub text: String,
}

impl Moment {
    fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { actor: None, title: title.into(), text: text.into() }
    }
}

/// What the moment is about.
pub fn moment(view: &StageView<'_>, world: &World, actors: &[ActorId], losses: &Losses) -> Moment {
    let selected = match view.selection {
        Selection::Actor(actor) if actors.contains(&actor) => Some(actor),
        _ => None,
    };
    if let Some(moment) = selected.and_then(|actor| why(view, actor)) {
        return moment;
    }
    let at_end = view.now >= view.trace.end();
    match view.status {
        RunStatus::Idle => return Moment::new("Ready", ready(view)),
        RunStatus::Failed(why) if at_end => return Moment::new("The run failed", why.clone()),
        RunStatus::Stopped if at_end => {
            let text = format!(
                "It was stopped after {}. What happened until then is below.",
                view.trace.end()
            );
            return Moment::new("Stopped", text);
        }
        RunStatus::Done if at_end => {
            if let Some(outcome) = view.outcome {
                return verdict(outcome, world, view.param("until"));
            }
        }
        _ => {}
    }
    if let World::Racing(racing) = world {
        let over = actors.iter().all(|a| is(view, *a, Phase::Done));
        return super::race::moment(view, racing, losses, over && !actors.is_empty());
    }
    longest_waiting(view, actors)
        .and_then(|actor| why(view, actor))
        .or_else(|| {
            actors.iter().find(|a| is(view, **a, Phase::Holding)).and_then(|a| why(view, *a))
        })
        .unwrap_or_else(|| quiet(view, actors))
}

fn why(view: &StageView<'_>, actor: ActorId) -> Option<Moment> {
    let why = replay::why(view.trace.meta(), view.state, actor, view.now)?;
    Some(Moment { actor: Some(actor), title: why.title, text: why.sentence })
}

fn is(view: &StageView<'_>, actor: ActorId, phase: Phase) -> bool {
    view.state.actor(actor).is_some_and(|a| a.phase == phase)
}

fn longest_waiting(view: &StageView<'_>, actors: &[ActorId]) -> Option<ActorId> {
    let waiting = actors.iter().filter(|a| is(view, **a, Phase::Waiting));
    waiting.min_by_key(|a| view.state.actor(**a).and_then(|s| s.waiting).map(|w| w.since)).copied()
}

/// Nobody holds the lock and nobody waits for it.
fn quiet(view: &StageView<'_>, actors: &[ActorId]) -> Moment {
    let of = |phase| actors.iter().filter(|a| is(view, **a, phase)).count();
    let (asleep, done, unborn) = (of(Phase::Sleeping), of(Phase::Done), of(Phase::NotStarted));
    let text = if asleep > 0 && asleep + done + unborn == actors.len() {
        "Every thread that has work left sleeps outside the lock, which is free: whoever asks first takes it."
    } else if done == actors.len() {
        "Every thread has ended."
    } else {
        "The lock is free: whoever asks first takes it."
    };
    Moment::new("Nobody waits", text)
}

fn ready(view: &StageView<'_>) -> String {
    let preset = &view.trace.meta().preset;
    let summary =
        crate::topics::shared_list::spec::PRESETS.iter().find(|p| p.id == preset.as_str());
    format!("{} Press Run.", summary.map_or("", |p| p.summary))
}

/// What came out, and why.
pub fn verdict(outcome: &Outcome, world: &World, until: &str) -> Moment {
    let nested = outcome.get("with_lock").and_then(|v| v.as_object());
    let fields = match (world, nested) {
        (World::Guarded(_), Some(with_lock)) => with_lock,
        _ => outcome,
    };
    let number = |key: &str| fields.get(key).and_then(serde_json::Value::as_i64).unwrap_or(0);
    let (added, removed) = (number("added"), number("removed"));
    let (expected, actual, empty) =
        (number("expected"), number("actual"), number("empty_attempts"));
    let counts = format!("{added} added, {removed} removed");
    if matches!(world, World::Racing(_)) {
        let lost = number("lost_updates");
        let title = match lost {
            0 => "No update was lost this time".to_owned(),
            n => format!("{} {} lost", count(n, "update"), agree(n, "was", "were")),
        };
        let luck = if lost == 0 { " That was luck: nothing forced it." } else { "" };
        let text = match expected {
            n if n < 0 => format!(
                "{counts}, say the threads: {} more than ever went in. The list holds {actual}.",
                -n
            ),
            n => format!(
                "{counts}, say the threads: {n} should be left. The list holds {actual}.{luck}"
            ),
        };
        return Moment::new(title, text);
    }
    if actual == 0 {
        return Moment::new(
            "The list is empty",
            format!("{counts}: every number that went in came out again."),
        );
    }
    let because = match (empty, until) {
        (_, "attempts") if added > removed + empty => {
            let attempts = removed + empty;
            let were = agree(attempts, "was", "were");
            format!("there {were} only {} to remove", count(attempts, "attempt"))
        }
        (n, "attempts") => format!(
            "{} came when the list was empty, and an attempt is used up either way",
            count(n, "attempt")
        ),
        _ => "the removers ended before the adders did".to_owned(),
    };
    let title = format!("{} {} left", count(actual, "number"), agree(actual, "is", "are"));
    Moment::new(title, format!("{counts}: {because}."))
}

/// "held by adder 2 for 290 µs", "free for 1.2 ms".
///
/// `short` leaves out names that badges tell.
pub fn lock_caption(view: &StageView<'_>, guarded: &Guarded, short: bool) -> String {
    let Some(state) = view.state.resource(guarded.lock) else {
        return "free".to_owned();
    };
    match state.owners.first() {
        Some((actor, held)) => {
            let time = view.now.since(held.since);
            match short {
                true => format!("held for {time}"),
                false => format!("held by {} for {time}", view.trace.meta().actor_name(*actor)),
            }
        }
        None => match last_owner(view, guarded.lock) {
            Some((_, held)) if short => format!("last held {held}"),
            Some((actor, held)) => {
                format!("free; {} had it for {held}", view.trace.meta().actor_name(actor))
            }
            None => "free".to_owned(),
        },
    }
}

/// Who had the lock last before now, and for how long.
fn last_owner(view: &StageView<'_>, lock: ResourceId) -> Option<(ActorId, Nanos)> {
    let owners = &view.replay.lanes().resources.get(lock.index())?.owners;
    let past = owners.partition_point(|span| span.start <= view.now);
    let last = (0..past).rev().find(|index| owners[*index].owner.is_some())?;
    let until = owners.get(last + 1).map_or(view.now, |next| next.start);
    Some((owners[last].owner?, until.since(owners[last].start)))
}

/// How far the item that moved at `at` has come: 0 at first, 1 when it is there. It is there when the next one moves,
/// and at the end of the run, however short that is.
pub fn move_progress(view: &StageView<'_>, list: ResourceId, at: Nanos) -> f32 {
    let over = *view.status != RunStatus::Running && view.now >= view.trace.end();
    let lanes = view.replay.lanes();
    let moves = lanes.resources.get(list.index()).map_or(&[][..], |track| &track.length);
    let next = moves.get(moves.partition_point(|step| step.at <= at));
    let room = next.map_or(Nanos::MAX, |step| step.at.since(at)).0 as f32;
    match view.progress(at) * (view.motion.0 as f32 / room).max(1.0) {
        _ if over => 1.0,
        part => part.min(1.0),
    }
}

/// The last line of output.
pub fn said(view: &StageView<'_>) -> Option<String> {
    let said = view.state.last_said()?;
    let meta = view.trace.meta();
    let line = meta.message(said.text, said.args);
    Some(format!("{}: “{line}”, {}", meta.actor_name(said.actor), ago(view.now, said.at)))
}

/// The facts of the moment.
pub fn facts(view: &StageView<'_>, world: &World) -> Vec<(String, String)> {
    let meta = view.trace.meta();
    let names = |ids: Vec<ActorId>| match ids.is_empty() {
        true => "nobody".to_owned(),
        false => ids.into_iter().map(|id| meta.actor_name(id)).collect::<Vec<_>>().join(", "),
    };
    let items = |res: ResourceId, from: usize, to: usize| {
        let Some(state) = view.state.resource(res) else {
            return "[]".to_owned();
        };
        let to = to.min(state.contents.len());
        let shown = state.contents.range(from.min(to)..to).map(|item| meta.item(*item));
        let mut text = shown.take(SHOWN).collect::<Vec<_>>().join(", ");
        if to.saturating_sub(from) > SHOWN {
            text.push_str(" …");
        }
        format!("[{text}]")
    };
    let fact = |name: &str, value: String| (name.to_owned(), value);
    match world {
        World::Guarded(guarded) => {
            let lock = view.state.resource(guarded.lock);
            let owners = lock.map_or(vec![], |s| s.owners.iter().map(|(a, _)| *a).collect());
            let waiters = lock.map_or(vec![], |s| s.waiters.iter().map(|w| w.actor).collect());
            vec![
                fact("holder", names(owners)),
                fact("waiters", names(waiters)),
                fact("items", items(guarded.list, 0, usize::MAX)),
            ]
        }
        World::Racing(racing) => {
            let (head, tail) = super::race::ends(view, racing);
            vec![
                fact("head", head.to_string()),
                fact("tail", tail.to_string()),
                fact("items", items(racing.cells, head, tail)),
            ]
        }
    }
}

/// Items of the list that are written out.
const SHOWN: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topics::shared_list::stage::world::Racing;
    use serde_json::json;

    fn outcome(value: serde_json::Value) -> Outcome {
        value.as_object().cloned().expect("an object")
    }

    const NONE: ResourceId = ResourceId(0);
    const GUARDED: World = World::Guarded(Guarded { lock: NONE, list: NONE });
    const RACING: World = World::Racing(Racing { head: NONE, tail: NONE, cells: NONE });

    #[test]
    fn the_verdict_says_what_is_left_and_why() {
        let left = outcome(
            json!({"added": 10, "removed": 8, "expected": 2, "actual": 2, "empty_attempts": 2}),
        );
        let said = verdict(&left, &GUARDED, "attempts");
        assert_eq!(said.title, "2 numbers are left");
        assert_eq!(
            said.text,
            "10 added, 8 removed: 2 attempts came when the list was empty, and an attempt is used up either way."
        );
        let empty = outcome(
            json!({"added": 5, "removed": 5, "expected": 0, "actual": 0, "empty_attempts": 0}),
        );
        assert_eq!(verdict(&empty, &GUARDED, "empty").title, "The list is empty");
    }

    #[test]
    fn lost_updates_are_counted_and_luck_is_called_luck() {
        let lost =
            json!({"added": 24, "removed": 20, "expected": 4, "actual": 1, "lost_updates": 9});
        let said = verdict(&outcome(lost), &RACING, "attempts");
        assert_eq!(said.title, "9 updates were lost");
        assert_eq!(
            said.text,
            "24 added, 20 removed, say the threads: 4 should be left. The list holds 1."
        );
        let twice =
            json!({"added": 4, "removed": 6, "expected": -2, "actual": 0, "lost_updates": 3});
        assert_eq!(
            verdict(&outcome(twice), &RACING, "attempts").text,
            "4 added, 6 removed, say the threads: 2 more than ever went in. The list holds 0."
        );
        let luck = json!({"added": 1, "removed": 1, "expected": 0, "actual": 0, "lost_updates": 0});
        assert!(verdict(&outcome(luck), &RACING, "attempts").text.contains("luck"));
    }
}
