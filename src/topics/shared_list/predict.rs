//! What a student is asked before a run.

use super::outcome::{Counts, ListOutcome};
use super::plan::Program;
use super::runs::Run;
use crate::replay::words::{agree, capital, count};
use crate::topics::predict::{Judged, Question, Seen};
use crate::topics::{Params, Value};
use crate::trace::{ActorId, EventKind, Item, ResourceId, ResourceKind, WaitOp};
use std::collections::HashSet;

/// The question about a run with these parameters.
pub fn question(params: &Params) -> Option<Question> {
    let is = |key, word| params.get(key) == Some(&Value::Choice(word));
    let (adds, attempts) = (params.count("adds"), params.count("attempts"));
    let (adders, removers) = (params.count("adders"), params.count("removers"));
    match Program::of(params) {
        Program::Count => return count_question(params, adders, adds),
        Program::CheckThenAct => return (removers > 1).then(|| check(adds, removers)),
        Program::Queue => return (removers > 1).then(|| shares(adders * adds, removers)),
        Program::List => {}
    }
    Some(match () {
        () if !is("lock", "with") => lost(),
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

/// The question about threads that only add.
fn count_question(params: &Params, adders: usize, adds: usize) -> Option<Question> {
    let (total, lock) = (adders * adds, params.choice("lock"));
    if adders < 2 {
        return None;
    }
    if params.count("repeats") > 1 {
        return (lock != "with").then(|| repeated(params.count("repeats")));
    }
    match lock {
        "with" => Some(in_turn(adds)),
        "one-side" if adders == 2 => Some(one_side(params.int("first"), adds)),
        "both" => None,
        "own-each" if total >= 12 => Some(how_many(
            total,
            format!(
                "{total} numbers go in, each thread under a lock of its own. How many are there at the end?"
            ),
            "every change is made under a lock",
        )),
        _ if total >= 12 => Some(how_many(
            total,
            format!("{total} numbers go in without a lock. How many are there at the end?"),
            "nobody removes any, so none gets lost",
        )),
        _ => None,
    }
}

fn how_many(total: usize, text: String, all: &'static str) -> Question {
    let (third, two) = (total / 3, 2 * total / 3);
    Question::new(text, move |seen| {
        let outcome: &ListOutcome = seen.outcome()?;
        let there = outcome.list.actual;
        let first = outcome.losses.first();
        Ok(Judged {
            answer: match there {
                all if all >= total => 3,
                few if few < third => 0,
                some if some <= two => 1,
                _ => 2,
            },
            found: there.to_string(),
            why: match first {
                Some(_) => format!(
                    "{} a thread wrote where the list ends without having seen what the other had written meanwhile.",
                    capital(&count(outcome.lost_updates, "time")),
                ),
                None => "No thread came between another's read and write this time. Nothing forced that.".to_owned(),
            },
            event: first.map_or(seen.last(), |lost| lost.by.write),
        })
    })
    .answer(format!("fewer than {third}"), "most numbers are written over")
    .answer(format!("{third} to {two}"), "about every second one is written over")
    .answer(format!("{} to {}", two + 1, total - 1), "now and then two get in each other’s way")
    .answer(total.to_string(), all)
    .then(format!("Change one control so that all {total} come out."), "lock: with", move |seen| {
        left(seen).is_some_and(|list| list.actual == total)
    })
}

/// Who takes the lock, where two want it again and again.
fn in_turn(adds: usize) -> Question {
    let text = format!("Both threads take the lock {adds} times. In which order?");
    Question::new(text, |seen| {
        let lock = lock(seen)?;
        let outcome: &ListOutcome = seen.outcome()?;
        let events = seen.trace.events().iter().enumerate();
        let taken = events.filter(|(_, e)| e.kind == EventKind::Acquired { res: lock });
        let taken: Vec<(usize, ActorId)> = taken.map(|(index, e)| (index, e.actor)).collect();
        let again = taken.windows(2).find(|pair| pair[0].1 == pair[1].1).map(|pair| pair[1]);
        let changes = taken.windows(2).filter(|pair| pair[0].1 != pair[1].1).count();
        let (event, _) = again.or(taken.last().copied()).ok_or("Nobody took the lock in this run.")?;
        let (there, added) = (outcome.list.actual, outcome.list.added);
        Ok(Judged {
            answer: match (again, changes) {
                (None, _) => 0,
                (Some(_), 1) => 2,
                (Some(_), _) => 1,
            },
            found: match (again, changes) {
                (None, _) => "strictly in turn".to_owned(),
                (Some(_), 1) => "first one, then the other".to_owned(),
                (Some(_), _) => format!("now one, now the other: {changes} changes"),
            },
            why: match again {
                None => format!(
                    "Nothing promises that: who has given it back also rests, and so the other comes first. {there} of {added} \
                     numbers are there."
                ),
                Some((_, who)) => format!(
                    "Here {} took it again before the other had had it. A lock decides that they go one at a time, and so \
                     {there} of {added} numbers are there; it does not decide who is next.",
                    seen.trace.meta().actor_name(who)
                ),
            },
            event,
        })
    })
    .answer("strictly in turn", "who waits gets it next")
    .answer("now one, now the other", "who comes first takes it, and some come twice")
    .answer("first one, then the other", "who has it goes on until it has finished")
    .then("Change one control so that numbers are missing again.", "lock: without", |seen| {
        left(seen).is_some_and(|list| (list.actual as u64) < list.added)
    })
}

/// The lock is taken by the first of two threads.
fn one_side(first: i64, adds: usize) -> Question {
    let total = 2 * adds;
    let text = format!(
        "{total} numbers go in. Only adder 1 takes the lock. How many are there at the end?"
    );
    Question::new(text, move |seen| {
        let outcome: &ListOutcome = seen.outcome()?;
        let there = outcome.list.actual;
        let careful = first..first + adds as i64;
        let kept = outcome.list.final_list.iter().filter(|number| careful.contains(number)).count();
        let first = outcome.losses.first();
        Ok(Judged {
            answer: match there {
                all if all >= total => 0,
                _ if kept >= adds => 1,
                _ => 2,
            },
            found: format!("{there}, {kept} of them adder 1’s"),
            why: match first {
                Some(_) => "Adder 2 does not ask for the lock, so that adder 1 has it keeps nobody away.".to_owned(),
                None => "Adder 2 never came between adder 1’s read and write this time. Nothing forced that.".to_owned(),
            },
            event: first.map_or(seen.last(), |lost| lost.by.write),
        })
    })
    .answer(total.to_string(), "while one has the lock nobody else gets at the list")
    .answer(format!("fewer, but all {adds} of adder 1"), "the lock protects who takes it")
    .answer("fewer, of both", "the lock protects nobody as long as one does without")
    .then(format!("Change one control so that all {total} come out."), "lock: with", move |seen| {
        left(seen).is_some_and(|list| list.actual == total)
    })
}

fn repeated(repeats: usize) -> Question {
    let text = format!("{repeats} runs without the lock: how many of them come out right?");
    Question::new(text, move |seen| {
        let outcome: &ListOutcome = seen.outcome()?;
        let runs: Vec<&Run> = outcome.runs.iter().filter(|run| !run.lock).collect();
        if runs.len() < repeats {
            return Err("Not all runs came to their end, so this decides nothing.".to_owned());
        }
        let is_right = |run: &&&Run| i64::from(run.expected) == run.actual;
        let right = runs.iter().filter(is_right).count();
        let shown = runs.iter().find(is_right).or(runs.first()).map(|run| run.span.1);
        Ok(Judged {
            answer: match right {
                0 => 0,
                all if all >= repeats => 3,
                few if 2 * few <= repeats => 1,
                _ => 2,
            },
            found: format!("{right} of {repeats}"),
            why: match right {
                0 => "Nothing forces a run to come out wrong, either: in each of these two threads came together.".to_owned(),
                _ => "A run that came out right shows no more than that nobody came in between that time.".to_owned(),
            },
            event: shown.map_or(seen.last(), |at| seen.event_at(at)),
        })
    })
    .answer("none", "what is wrong comes out wrong")
    .answer("some, up to a half", "mostly somebody comes in between")
    .answer("more than a half, not all", "seldom somebody comes in between")
    .answer("all", "so few numbers: nobody will come in between")
    .then("Change one control so that most of them come out right, though the fault is still there.", "hold: none", |seen| {
        let outcome = seen.outcome::<ListOutcome>();
        outcome.is_ok_and(|outcome| {
            let racing = outcome.runs.iter().filter(|run| !run.lock);
            let right = racing.clone().filter(|run| i64::from(run.expected) == run.actual).count();
            2 * right > racing.count()
        })
    })
}

fn check(adds: usize, removers: usize) -> Question {
    let text = format!(
        "{} empty a list of {adds}. Each tests first, then locks and removes. What goes wrong?",
        capital(&count(removers, "thread"))
    );
    Question::new(text, |seen| {
        let outcome: &ListOutcome = seen.outcome()?;
        let taken = taken(seen);
        let twice = taken.len() - taken.iter().collect::<HashSet<_>>().len();
        let raised = seen.event_like(|kind| matches!(kind, EventKind::Raised { .. }));
        let (answer, found) = match (outcome.failed, twice, outcome.list.actual) {
            (failed, ..) if failed > 0 => (1, count(failed, "failure")),
            (_, twice, _) if twice > 0 => (2, format!("{} twice", count(twice, "number"))),
            (.., left) if left > 0 => (3, format!("{} left", count(left, "number"))),
            _ => (0, "nothing".to_owned()),
        };
        Ok(Judged {
            answer,
            found,
            why: match answer {
                1 => "It had found something in the list, and before it had the lock another took the last number: \
                      IndexError."
                    .to_owned(),
                0 if seen.param("test") == "inside" => {
                    "Test and removal are one step under the lock, so what was found is still there.".to_owned()
                }
                0 => "This time no other thread came between a test and what followed. Nothing forced that.".to_owned(),
                _ => "What a thread had found was no longer so when it acted.".to_owned(),
            },
            event: raised,
        })
    })
    .answer("nothing", "it tests first, and removes under the lock")
    .answer("a remover fails", "between test and lock another takes the last one")
    .answer("a number comes out twice", "both take the same one")
    .answer("a number stays behind", "both think that the other takes it")
    .then("Change one control so that nothing goes wrong.", "test: inside", |seen| {
        seen.outcome::<ListOutcome>().is_ok_and(|outcome| outcome.failed == 0 && outcome.list.actual == 0)
    })
}

/// The numbers that were removed from lists, in their order.
fn taken(seen: &Seen<'_>) -> Vec<Item> {
    let events = seen.trace.events().iter();
    let taken = events.filter_map(|event| match event.kind {
        EventKind::Removed { item, .. } => Some(item),
        _ => None,
    });
    taken.collect()
}

fn shares(total: usize, removers: usize) -> Question {
    let text = format!(
        "{total} numbers go through the queue to {removers} threads. How are they shared out?"
    );
    Question::new(text, |seen| {
        let outcome: &ListOutcome = seen.outcome()?;
        let shares = &outcome.shares;
        let most = shares.iter().max().copied().unwrap_or(0);
        let least = shares.iter().min().copied().unwrap_or(0);
        let said: Vec<String> = shares.iter().map(u64::to_string).collect();
        Ok(Judged {
            answer: match least {
                same if same == most => 0,
                0 => 2,
                _ => 1,
            },
            found: said.join(" and "),
            why: format!(
                "Whoever is free gets the next one. {} went in, and each came out once: the queue has its own lock, and who \
                 finds it empty waits.",
                outcome.list.added
            ),
            event: seen.event_like(|kind| matches!(kind, EventKind::Got { .. })),
        })
    })
    .answer("equally", "they take turns")
    .answer("unequally, each gets some", "whoever is free gets the next")
    .answer("some get none", "who comes first takes all")
    .then("Change one control so that one thread gets all of them.", "removers: 1", |seen| {
        let outcome = seen.outcome::<ListOutcome>();
        outcome.is_ok_and(|outcome| outcome.shares.iter().filter(|share| **share > 0).count() == 1)
    })
}

fn lost() -> Question {
    Question::new(
        "Adders and removers share a list without a lock. How many of their updates are lost?",
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
                    "Here {name} took it while another had waited longer. A lock says one at a time, never who is next."
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
