//! What this topic says of a moment: what came out, and the last update that was lost.

use super::figure;
use super::outcome::{Counts, Gap, ListOutcome, is_racing, overwrites_of};
use crate::replay::words::{agree, capital, count};
use crate::replay::{LostUpdate, Replay};
use crate::trace::{EventKind, Nanos, ResourceKind, Trace};
use crate::widgets::scene::Figure;
use crate::widgets::scene::moment::Moment;
use crate::widgets::stage::{Stage, StageView};
use crate::widgets::timeline::Rows;

/// The stage of topic 4: the scene, with these words.
pub struct ListStage;

impl Stage for ListStage {
    fn moment(&self, view: &StageView<'_>) -> Option<Moment> {
        let outcome = view.outcome::<ListOutcome>();
        if let Some(outcome) = outcome.filter(|_| view.is_done()) {
            return Some(verdict(outcome, view.param("until")));
        }
        if figure::is_repeated(view) {
            return Some(figure::so_far(view));
        }
        let meta = view.trace.meta();
        let array = meta.resources_of(ResourceKind::Array).find(|id| is_racing(meta, *id))?;
        // Beside a list with its lock, the words are about what waits there.
        let beside = view.trace.meta().resources_of(ResourceKind::Lock).next().is_some();
        // What is known by now: the end of the run may have brought an update back.
        let live;
        let overwrites = match outcome {
            Some(outcome) => &outcome.overwrites,
            None => {
                live = view.kept(overwrites_so_far);
                live.as_ref()
            }
        };
        let past = overwrites.partition_point(|lost| lost.by.write < view.state.applied);
        let moment = match past.checked_sub(1).and_then(|last| overwrites.get(last)) {
            Some(lost) => witness(view.trace, lost, view.now),
            None if beside => return None,
            None => no_collision(view),
        };
        Some(with_counts(moment, Counts::cells_at(array, meta, view.state)))
    }

    fn figure(&self) -> Option<&'static dyn Figure> {
        Some(&figure::Dots)
    }

    fn rows(&self, view: &StageView<'_>) -> Option<Rows> {
        figure::is_repeated(view).then(|| figure::rows(view.trace.meta()))
    }
}

/// A moment, and how many numbers are expected in the list by then, and are there.
fn with_counts(moment: Moment, counts: Option<Counts>) -> Moment {
    let Some(Counts { added, removed, expected, actual, .. }) = counts.filter(|c| c.added > 0)
    else {
        return moment;
    };
    let sum = match removed {
        0 => format!("{added} expected"),
        _ if removed > added => format!("{added} added and {removed} removed"),
        _ => format!("{added} − {removed} = {expected} expected"),
    };
    Moment { text: format!("{} So far: {sum}, {actual} there.", moment.text), ..moment }
}

/// Number of events up to which lost updates are counted while a run goes on. In a longer run they are counted when it
/// is over.
const LIVE_EVENTS: usize = 20_000;

fn overwrites_so_far(known: &mut Vec<LostUpdate>, trace: &Trace, _: &Replay) {
    if trace.events().len() <= LIVE_EVENTS {
        *known = overwrites_of(trace);
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
fn witness(trace: &Trace, lost: &LostUpdate, now: Nanos) -> Moment {
    let meta = trace.meta();
    let variable = meta.resource_name(lost.res);
    let [first, second] = [lost.lost.actor, lost.by.actor].map(|id| capital(&meta.actor_name(id)));
    let value = |event: usize| match trace.events().get(event).map(|event| event.kind) {
        Some(EventKind::ValueRead { value, .. }) => meta.item(value),
        Some(EventKind::ValueChanged { new, .. }) => meta.item(new),
        _ => "?".to_owned(),
    };
    let [read, wrote, seen, over] =
        [lost.lost.read, lost.lost.write, lost.by.read, lost.by.write].map(value);
    // The same number was there before: it is not the one that was written now.
    let earlier = if seen == wrote { "an earlier " } else { "" };
    let at = trace.events().get(lost.by.write).map_or(now, |event| event.at);
    let ago = now.since(at);
    let text = format!(
        "{first} read {variable} = {read} and wrote {wrote}. {second}, who had read {earlier}{variable} = {seen} before that, wrote {over} over it {ago} ago.",
    );
    Moment { actor: Some(lost.by.actor), title: "An update was lost".to_owned(), text }
}

/// The outcome in words, and the reason.
fn verdict(outcome: &ListOutcome, until: &str) -> Moment {
    if !outcome.runs.is_empty() {
        return figure::verdict(&outcome.runs);
    }
    match &outcome.with_lock {
        Some(with_lock) => {
            let racing = race(outcome);
            let text = format!("Without the lock: {} With it: {}", racing.text, kept(with_lock));
            Moment::new(racing.title, text)
        }
        None if outcome.is_racing => {
            let racing = race(outcome);
            let why = outcome.gap.as_ref().map_or_else(String::new, why_open);
            Moment { text: format!("{why}{}", racing.text), ..racing }
        }
        None if outcome.failed > 0 => failed(outcome),
        None if !outcome.shares.is_empty() => shared_out(outcome),
        None => guarded(&outcome.list, until),
    }
}

/// Why the locks that there are keep nobody out.
fn why_open(gap: &Gap) -> String {
    match gap {
        Gap::NotTaken(who) => {
            let who = capital(&who.join(", "));
            format!("{who} took no lock: it keeps out only who takes it, too. ")
        }
        Gap::NotTheSame => {
            "Each took a lock of its own: only the same lock keeps another out. ".to_owned()
        }
    }
}

/// Who tested outside of the lock, and found nothing inside it.
fn failed(outcome: &ListOutcome) -> Moment {
    let (failed, list) = (outcome.failed, &outcome.list);
    let title = format!("{} failed", count(failed, "remover"));
    let text = format!(
        "IndexError: pop from empty list. {} had tested that something was there; before it had the lock, another took \
         the last number. {} of {} came out.",
        if failed == 1 { "It" } else { "They" },
        list.removed,
        list.added,
    );
    Moment::new(title, text)
}

/// What came out of a queue, and to whom.
fn shared_out(outcome: &ListOutcome) -> Moment {
    let list = &outcome.list;
    let shares: Vec<String> = outcome.shares.iter().map(u64::to_string).collect();
    let title = match list.actual {
        0 => "The queue is empty".to_owned(),
        left => format!("{} {} left", count(left, "number"), agree(left, "is", "are")),
    };
    let text = format!(
        "{} put in, {} got out: {} by the removers in their order. Each ended with the None that it got.",
        list.added,
        list.removed,
        shares.join(", "),
    );
    Moment::new(title, text)
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

/// The outcome of a list in which updates can get lost: those lost at each end, and how they add up.
fn race(outcome: &ListOutcome) -> Moment {
    let Counts { added, removed, actual, expected, .. } = outcome.list;
    let (head, tail) = (outcome.lost_at_head, outcome.lost_at_tail);
    if head + tail == 0 {
        let removed = if removed == 0 { String::new() } else { format!("{removed} removed, ") };
        let text =
            format!("{added} added, {removed}{actual} left. That was luck: nothing forced it.");
        return Moment::new("No update was lost this time", text);
    }
    let title =
        format!("{} {} lost", count(head + tail, "update"), agree(head + tail, "was", "were"));
    if removed == 0 {
        let text = format!(
            "{added} numbers went in, and {actual} {} there: {tail} of the writes of tail were lost, each overwritten by \
             a thread that had not seen it.",
            agree(actual, "is", "are"),
        );
        return Moment::new(title, text);
    }
    let (in_effect, out) = (added.saturating_sub(tail as u64), removed.saturating_sub(head as u64));
    let sum = match in_effect.checked_sub(out) {
        Some(left) => format!("{in_effect} − {out} = {left} left."),
        None => format!("{in_effect} − {out}: more came out than is in, and the list is empty."),
    };
    let none_lost = match removed > added {
        true => format!(
            "That {removed} of {added} were removed, some of them more than once, is a loss, too."
        ),
        false => format!("Had none been lost: {added} − {removed} = {expected}."),
    };
    let text = format!(
        "At the tail {tail} of {added} additions, at the head {head} of {removed} removals: {sum} {none_lost}"
    );
    Moment::new(title, text)
}

/// The outcome of the list with its lock: what is left, and the reason.
fn guarded(list: &Counts, until: &str) -> Moment {
    let (added, removed, empty) = (list.added, list.removed, list.empty_attempts);
    if removed + empty == 0 && list.actual as u64 == added {
        let title = format!("All {added} are there");
        let waits = match list.waits {
            0 => "Nobody ever waited for the lock.".to_owned(),
            waits => format!("Threads waited {} for the lock.", count(waits, "time")),
        };
        return Moment::new(title, format!("{added} went in, and none was overwritten. {waits}"));
    }
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
        let expected = added.saturating_sub(removed);
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
        let gap = Some(Gap::NotTaken(vec!["adder 2".to_owned()]));
        let list = counts(48, 0, 24, 0);
        let outcome = ListOutcome { list, is_racing: true, gap, ..ListOutcome::default() };
        let outcome = ListOutcome { lost_at_tail: 24, ..outcome };
        let open = verdict(&outcome, "attempts").text;
        assert!(open.starts_with("Adder 2 took no lock: "), "{open}");
        let past = race_of(counts(4, 6, 0, 0), 0, 1).text;
        assert!(past.contains("3 − 6: more came out than is in"), "{past}");
        assert!(race_of(counts(1, 1, 0, 0), 0, 0).text.contains("luck"));
    }
}
