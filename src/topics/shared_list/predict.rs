//! What a student is asked before a run.

mod lesson;

use super::outcome::{Counts, ListOutcome};
use super::plan::Program;
use crate::replay::words::{agree, capital, count};
use crate::topics::predict::{Judged, Question, Seen};
use crate::topics::{Params, Value};
use crate::trace::{ActorId, EventKind, ResourceId, ResourceKind, WaitOp};

/// Whose lock it is that was seen, and how another one differs.
const WHOSE: &str = "This is Rust\u{2019}s Mutex. CPython\u{2019}s Lock did the same up to 3.13.0; since 3.13.1 it goes to one who has \
     waited more than 1 ms. No version promises an order.";

/// The question about a run with these parameters.
pub fn question(params: &Params) -> Option<Question> {
    let is = |key, word| params.get(key) == Some(&Value::Choice(word));
    let (adds, attempts) = (params.count("adds"), params.count("attempts"));
    let (adders, removers) = (params.count("adders"), params.count("removers"));
    match Program::of(params) {
        Program::Count => return lesson::count(params, adders, adds),
        Program::CheckThenAct => {
            return (removers > 1).then(|| lesson::check(adds, removers, is("test", "outside")));
        }
        Program::Queue => return (removers > 1).then(|| lesson::shares(adders * adds, removers)),
        Program::List => {}
    }
    Some(match () {
        () if !is("lock", "with") => lost(params.choice("lock")),
        () if is("until", "flag") => done_flag(),
        () if is("until", "empty") => never_waits(),
        () if adders > 1 || removers > 1 => who_is_next(),
        () if adds != attempts => return None,
        () if is("pace", "random") => can_stay(adds),
        () if is("pause", "before") => {
            paced(adds, params.float("add_pause"), params.float("remove_pause"))
        }
        () => at_once(adds),
    })
}

fn lost(lock: &str) -> Question {
    let locked = match lock {
        "one-side" => "a list, and every other thread takes its lock",
        "own-each" => "a list, each with a lock of its own",
        _ => "a list without a lock",
    };
    Question::new(
        format!("Adders and removers share {locked}. How many of their updates are lost?"),
        |seen| {
            let outcome: &ListOutcome = seen.outcome()?;
            let all = outcome.list.added + outcome.list.removed;
            let lost = outcome.lost_updates as u64;
            let answer = match lost {
                0 => 0,
                few if 4 * few < all => 1,
                some if 2 * some <= all => 2,
                _ => 3,
            };
            let first = outcome.losses.first();
            Ok(Judged {
                answer,
                found: format!("{lost} of {all}"),
                why: match first {
                    Some(_) => "Each was written over by a thread that had read the variable before, and so had \
                                not seen it."
                        .to_owned(),
                    None => "No thread came between another's read and write this time. Nothing forced that."
                        .to_owned(),
                },
                event: first.map_or(seen.last(), |lost| lost.by.write),
            })
        },
    )
    .answer("none", "two threads seldom meet")
    .answer("fewer than a quarter", "now and then two get in each other’s way")
    .answer("a quarter to a half", "they meet again and again")
    .answer("more than a half", "hardly anybody sees what the others wrote")
    .then("Change one control so that no update is lost.", "lock: with", |seen| {
        seen.outcome::<ListOutcome>().is_ok_and(|outcome| outcome.lost_updates == 0)
    })
}

fn never_waits() -> Question {
    Question::new("How often does a thread have to wait for the lock?", |seen| {
        let outcome: &ListOutcome = seen.outcome()?;
        let waits = outcome.list.waits;
        let lock = lock(seen)?;
        let taken = seen.replay.stats().resources.get(lock.index()).map_or(0, |s| s.acquisitions);
        let event = seen.event_like(|kind| {
            matches!(kind, EventKind::WaitBegan { res, op: WaitOp::Acquire } if *res == lock)
        });
        Ok(Judged {
            answer: match waits {
                0 => 0,
                few if 2 * few <= taken => 1,
                _ => 2,
            },
            found: match waits {
                0 => "never".to_owned(),
                waits => format!("{waits} of {taken} times"),
            },
            why: match waits {
                0 => format!(
                    "Nobody had the lock when another wanted it: it was taken {}, and each time it was free.",
                    count(taken, "time")
                ),
                _ => "Another thread had it then.".to_owned(),
            },
            event,
        })
    })
    .answer("never", "they are never there at the same time")
    .answer("up to half of the times", "now and then both want it at once")
    .answer("more often", "there is one lock for two threads")
    .then("Change one control so that numbers are left in the list.", "start: together", |seen| {
        left(seen).is_some_and(|list| list.actual > 0)
    })
}

/// How many numbers stay behind: with the reasons for none, for one and for more.
fn stays(text: String, [none, one, more]: [&'static str; 3]) -> Question {
    Question::new(text, |seen| {
        let outcome: &ListOutcome = seen.outcome()?;
        let Counts { actual, empty_attempts, removed, .. } = outcome.list;
        let found = |kind: &EventKind| matches!(kind, EventKind::FoundEmpty { .. });
        Ok(Judged {
            answer: actual.min(2),
            found: match actual {
                0 => "none".to_owned(),
                left => left.to_string(),
            },
            why: match (actual, empty_attempts) {
                (0, 0) => "Each attempt came when there was a number to take.".to_owned(),
                (0, _) => format!("All {removed} came out in the end."),
                (_, 0) => "No attempt found the list empty: the removers ended before all was out.".to_owned(),
                (_, empty) => format!(
                    "{} found the list empty and {} used up. The lock was kept to all the time: it says one at a \
                     time, not who comes first.",
                    capital(&count(empty, "attempt")),
                    agree(empty, "was", "were"),
                ),
            },
            event: match empty_attempts {
                0 => seen.last(),
                _ => seen.event_like(found),
            },
        })
    })
    .answer("none", none)
    .answer("one", one)
    .answer("two or more", more)
}

fn paced(adds: usize, add: f64, remove: f64) -> Question {
    let text = format!(
        "{} go in, one every {add} s; {} to take one out, one every {remove} s. How many are left?",
        capital(&count(adds, "number")),
        count(adds, "attempt"),
    );
    let reasons = [
        "as many attempts as numbers, and each comes in time",
        "one attempt comes too early",
        "two threads at once: some attempts come too early",
    ];
    stays(text, reasons).then(
        "Change one control so that numbers stay behind.",
        "remove pause: half as long as the add pause",
        |seen| left(seen).is_some_and(|list| list.actual > 0),
    )
}

fn at_once(adds: usize) -> Question {
    let text = format!(
        "{} go in, {} to take one out, and both threads begin at once. How many are left?",
        capital(&count(adds, "number")),
        count(adds, "attempt"),
    );
    let reasons = [
        "all is under the lock, so nothing is missed",
        "the first attempt may come before the first number",
        "the remover is ahead again and again",
    ];
    stays(text, reasons).then(
        "Change one control so that two or more stay behind.",
        "remove pause: shorter than the add pause",
        |seen| left(seen).is_some_and(|list| list.actual > 1),
    )
}

fn can_stay(adds: usize) -> Question {
    let text = format!(
        "{} in, as many attempts, each at a random moment and under the lock. How many stay behind?",
        capital(&count(adds, "number")),
    );
    let reasons = [
        "with the lock in its place nothing can be left",
        "one attempt comes too early, and nothing makes up for it",
        "several attempts come too early",
    ];
    stays(text, reasons).then(
        "Change one control so that no number can stay behind, whatever the seed.",
        "remove until: flag",
        |seen| seen.param("until") == "flag" && left(seen).is_some_and(|list| list.actual == 0),
    )
}

fn done_flag() -> Question {
    let reasons = [
        "the remover ends only when the flag is up and the list empty",
        "what came last is still there when the flag goes up",
        "the remover is slower, and the flag ends it",
    ];
    stays(
        "The remover is slower than the adder, and a flag says when to end. How many are left?"
            .to_owned(),
        reasons,
    )
    .then("Change one control so that numbers stay behind.", "remove until: empty", |seen| {
        left(seen).is_some_and(|list| list.actual > 0)
    })
}

fn who_is_next() -> Question {
    Question::new("Several threads wait, and the lock is given back. Who gets it next?", |seen| {
        let next = turns(seen, lock(seen)?);
        let (handed, passed) = (next.len(), next.iter().filter(|(.., passed)| *passed).count());
        if handed == 0 {
            return Err("Nobody waited for the lock in this run, so it decides nothing.".to_owned());
        }
        let first = next.iter().find(|(.., passed)| *passed).or(next.first());
        let (event, who, _) = first.copied().unwrap_or((0, ActorId(0), false));
        let name = seen.trace.meta().actor_name(who);
        Ok(Judged {
            answer: match passed {
                0 => 0,
                few if 2 * few <= handed => 1,
                _ => 2,
            },
            found: match passed {
                0 => "always who had waited longest".to_owned(),
                _ => format!("somebody else {passed} of {handed} times"),
            },
            why: match passed {
                0 => "Nothing promises that: this lock has no order, and another run may go otherwise.".to_owned(),
                _ => format!(
                    "Here {name} took it while another had waited longer. A lock says one at a time, never who is next. {WHOSE}"
                ),
            },
            event,
        })
    })
    .answer("always who has waited longest", "waiters stand in a line")
    .answer("now and then somebody else", "a line, with a few exceptions")
    .answer("mostly somebody else", "there is no line: who is running takes it")
    .then("Change one control so that nobody waits for a lock. What does it cost?", "lock: without", |seen| {
        let locks = [ResourceKind::Lock];
        let mut all = locks.iter().flat_map(|kind| seen.trace.meta().resources_of(*kind));
        all.all(|id| seen.replay.stats().resources.get(id.index()).is_none_or(|s| s.waits == 0))
    })
}

/// Each time that a lock was taken while somebody waited for it: the event, who took it, and whether another had waited
/// longer.
fn turns(seen: &Seen<'_>, lock: ResourceId) -> Vec<(usize, ActorId, bool)> {
    let mut waiting: Vec<ActorId> = Vec::new();
    let mut turns = Vec::new();
    for (index, event) in seen.trace.events().iter().enumerate() {
        match event.kind {
            EventKind::WaitBegan { res, .. } if res == lock => waiting.push(event.actor),
            EventKind::WaitEnded { res, .. } if res == lock => {
                waiting.retain(|actor| *actor != event.actor);
            }
            EventKind::Acquired { res } if res == lock => {
                if let Some(longest) = waiting.first() {
                    turns.push((index, event.actor, *longest != event.actor));
                }
                waiting.retain(|actor| *actor != event.actor);
            }
            _ => {}
        }
    }
    turns
}

/// The lock of the run.
fn lock(seen: &Seen<'_>) -> Result<ResourceId, String> {
    let lock = seen.trace.meta().resources_of(ResourceKind::Lock).next();
    lock.ok_or_else(|| "There was no lock in this run.".to_owned())
}

/// What came of the list.
fn left<'a>(seen: &Seen<'a>) -> Option<&'a Counts> {
    Some(&seen.outcome::<ListOutcome>().ok()?.list)
}
