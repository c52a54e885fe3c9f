//! What this topic says of a moment: what came out, and the last update that was lost.

use super::outcome::{Counts, ListOutcome, losses};
use crate::replay::words::{agree, capital, count};
use crate::replay::{LostUpdate, Replay};
use crate::trace::{EventKind, ResourceId, ResourceKind, Trace};
use crate::widgets::scene::moment::Moment;
use crate::widgets::stage::{Stage, StageView};

/// The stage of topic 4: the scene, with these words.
pub struct ListStage;

impl Stage for ListStage {
    fn moment(&self, view: &StageView<'_>) -> Option<Moment> {
        let outcome = view.outcome::<ListOutcome>();
        if let Some(outcome) = outcome.filter(|_| view.is_done()) {
            return Some(verdict(outcome, view.param("until")));
        }
        let is_array =
            |id: &ResourceId| view.trace.meta().resource(*id).is_some_and(|r| r.bounds.is_some());
        view.trace.meta().resources_of(ResourceKind::Array).find(is_array)?;
        // Beside a list with its lock, the words are about what waits there.
        let beside = view.trace.meta().resources_of(ResourceKind::Lock).next().is_some();
        let live;
        let losses = match outcome {
            Some(outcome) => &outcome.losses,
            None => {
                live = view.kept(losses_so_far);
                live.as_ref()
            }
        };
        let past = losses.partition_point(|lost| lost.by.write < view.state.applied);
        match past.checked_sub(1).and_then(|last| losses.get(last)) {
            Some(lost) => Some(witness(view.trace, lost)),
            None if beside => None,
            None => Some(no_collision(view)),
        }
    }
}

/// Number of events up to which lost updates are counted while a run goes on. In a longer run they are counted when it
/// is over.
const LIVE_EVENTS: usize = 20_000;

fn losses_so_far(known: &mut Vec<LostUpdate>, trace: &Trace, _: &Replay) {
    if trace.events().len() <= LIVE_EVENTS {
        *known = losses(trace);
    }
}

fn no_collision(view: &StageView<'_>) -> Moment {
    if view.outcome.is_none() && view.trace.events().len() > LIVE_EVENTS {
        return Moment::new(
            "Collisions are counted when the run is over",
            "So many events come in now that looking for collisions among them has to wait.",
        );
    }
    Moment::new(
        "No collision yet",
        "Each thread reads a variable, works, and writes it back. Whoever writes in between is overwritten.",
    )
}

/// The two reads and two writes of a lost update, in a sentence.
fn witness(trace: &Trace, lost: &LostUpdate) -> Moment {
    let meta = trace.meta();
    let variable = meta.resource_name(lost.res);
    let [first, second] = [lost.lost.actor, lost.by.actor].map(|id| capital(&meta.actor_name(id)));
    let value = |event: usize| match trace.events().get(event).map(|event| event.kind) {
        Some(EventKind::ValueRead { value, .. }) => meta.item(value),
        Some(EventKind::ValueChanged { new, .. }) => meta.item(new),
        _ => "?".to_owned(),
    };
    let text = format!(
        "{first} read {variable} = {} and wrote {}. {second}, who had read {variable} = {} before that, wrote {} over it.",
        value(lost.lost.read),
        value(lost.lost.write),
        value(lost.by.read),
        value(lost.by.write),
    );
    Moment { actor: Some(lost.by.actor), title: "An update was lost".to_owned(), text }
}

/// The outcome in words, and the reason.
fn verdict(outcome: &ListOutcome, until: &str) -> Moment {
    match &outcome.with_lock {
        Some(with_lock) => {
            let racing = race(outcome);
            let text = format!("Without the lock: {} With it: {}", racing.text, kept(with_lock));
            Moment::new(racing.title, text)
        }
        None if outcome.is_racing => race(outcome),
        None => guarded(&outcome.list, until),
    }
}

/// "every number that went in came out again or is still there."
fn kept(list: &Counts) -> String {
    let left = count(list.actual, "number");
    format!(
        "{} added, {} removed, {left} {} left: none is missing.",
        list.added,
        list.removed,
        agree(list.actual, "is", "are")
    )
}

/// The outcome of the list without a lock: the updates lost at each end, and how they add up.
fn race(outcome: &ListOutcome) -> Moment {
    let list = &outcome.list;
    let (head, tail) = (outcome.lost_at_head, outcome.lost_at_tail);
    if head + tail == 0 {
        let text = format!(
            "{} added, {} removed, {} left. That was luck: nothing forced it.",
            list.added, list.removed, list.actual
        );
        return Moment::new("No update was lost this time", text);
    }
    let title =
        format!("{} {} lost", count(head + tail, "update"), agree(head + tail, "was", "were"));
    let (added, removed) =
        (list.added.saturating_sub(tail as u64), list.removed.saturating_sub(head as u64));
    let sum = match added.checked_sub(removed) {
        Some(left) => format!("{added} − {removed} = {left} left."),
        None => format!("{added} − {removed}: more came out than is in, and the list is empty."),
    };
    let text = format!(
        "At the tail {tail} of {} additions, at the head {head} of {} removals: {sum} Had none been lost: {} − {} = {}.",
        list.added, list.removed, list.added, list.removed, list.expected
    );
    Moment::new(title, text)
}

/// The outcome of the list with its lock: what is left, and the reason.
fn guarded(list: &Counts, until: &str) -> Moment {
    let (added, removed, empty) = (list.added, list.removed, list.empty_attempts);
    let counts = format!("{added} added, {removed} removed");
    if list.actual == 0 {
        return Moment::new(
            "The list is empty",
            format!("{counts}: every number that went in came out again."),
        );
    }
    let because = match (empty, until) {
        (_, "attempts") if added > removed + empty => {
            let attempts = removed + empty;
            let were = agree(attempts, "was", "were");
            let attempts = count(attempts, "attempt");
            match empty {
                0 => format!("there {were} only {attempts} to remove"),
                n => format!(
                    "there {were} only {attempts} to remove, and {} of them came when the list was empty",
                    n
                ),
            }
        }
        (n, "attempts") => format!(
            "{} came when the list was empty, and an attempt is used up either way",
            count(n, "attempt")
        ),
        _ => "the removers ended before the adders did".to_owned(),
    };
    let (left, are) = (count(list.actual, "number"), agree(list.actual, "is", "are"));
    Moment::new(format!("{left} {are} left"), format!("{counts}: {because}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(added: u64, removed: u64, actual: usize, empty_attempts: u64) -> Counts {
        let expected = added as i64 - removed as i64;
        Counts { added, removed, expected, actual, empty_attempts, ..Counts::default() }
    }

    fn race_of(list: Counts, lost_at_head: usize, lost_at_tail: usize) -> Moment {
        let outcome = ListOutcome {
            list,
            lost_updates: lost_at_head + lost_at_tail,
            lost_at_head,
            lost_at_tail,
            is_racing: true,
            ..ListOutcome::default()
        };
        verdict(&outcome, "attempts")
    }

    #[test]
    fn the_verdict_says_what_is_left_and_why() {
        let said = guarded(&counts(10, 8, 2, 2), "attempts");
        assert_eq!(said.title, "2 numbers are left");
        assert_eq!(
            said.text,
            "10 added, 8 removed: 2 attempts came when the list was empty, and an attempt is used up either way."
        );
        assert_eq!(guarded(&counts(5, 5, 0, 0), "empty").title, "The list is empty");
    }

    #[test]
    fn what_was_lost_at_each_end_adds_up() {
        let said = race_of(counts(48, 40, 4, 0), 20, 24);
        assert_eq!(said.title, "44 updates were lost");
        assert_eq!(
            said.text,
            "At the tail 24 of 48 additions, at the head 20 of 40 removals: 24 − 20 = 4 left. Had none been lost: 48 − 40 = 8."
        );
        let past = race_of(counts(4, 6, 0, 0), 0, 1).text;
        assert!(past.contains("3 − 6: more came out than is in"), "{past}");
        assert!(race_of(counts(1, 1, 0, 0), 0, 0).text.contains("luck"));
    }
}
