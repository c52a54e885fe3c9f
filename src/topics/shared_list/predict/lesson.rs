//! The questions of the lesson: threads that only add, that test and then act, and a queue.

use super::{WHOSE, left, lock};
use crate::replay::words::{capital, count as counted};
use crate::topics::Params;
use crate::topics::predict::{Judged, Question, Seen};
use crate::topics::shared_list::outcome::ListOutcome;
use crate::topics::shared_list::runs::Run;
use crate::trace::{ActorId, EventKind, Item};
use std::collections::HashSet;

/// The question about threads that only add.
pub fn count(params: &Params, adders: usize, adds: usize) -> Option<Question> {
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
        "own-each" if total >= 12 => Some(how_many(
            total,
            format!(
                "{total} numbers go in, each thread under a lock of its own. How many are there at the end?"
            ),
        )),
        "without" if total >= 12 => Some(how_many(
            total,
            format!("{total} numbers go in without a lock. How many are there at the end?"),
        )),
        _ => None,
    }
}

fn how_many(total: usize, text: String) -> Question {
    Question::new(text, move |seen| {
        let outcome: &ListOutcome = seen.outcome()?;
        let there = outcome.list.actual;
        let first = outcome.losses.first();
        Ok(Judged {
            answer: there,
            found: there.to_string(),
            why: match first {
                Some(_) => format!(
                    "{} a thread wrote where the list ends without having seen what another had written meanwhile.",
                    capital(&counted(outcome.lost_updates, "time")),
                ),
                None => "No thread came between another’s read and write this time. Nothing forced that.".to_owned(),
            },
            event: first.map_or(seen.last(), |lost| lost.by.write),
        })
    })
    .number([0, total], total / 10)
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
                     {there} of {added} numbers are there; it does not decide who is next. {WHOSE}",
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

/// Threads that test, then act.
pub fn check(adds: usize, removers: usize, is_outside: bool) -> Question {
    let steps = match is_outside {
        true => "tests first, then locks and removes",
        false => "locks first, then tests and removes",
    };
    let text = format!(
        "{} empty a list of {adds}. Each {steps}. What goes wrong?",
        capital(&counted(removers, "thread"))
    );
    Question::new(text, |seen| {
        let outcome: &ListOutcome = seen.outcome()?;
        let taken = taken(seen);
        let twice = taken.len() - taken.iter().collect::<HashSet<_>>().len();
        let raised = seen.event_like(|kind| matches!(kind, EventKind::Raised { .. }));
        let (answer, found) = match (outcome.failed, twice, outcome.list.actual) {
            (failed, ..) if failed > 0 => (1, counted(failed, "failure")),
            (_, twice, _) if twice > 0 => (2, format!("{} twice", counted(twice, "number"))),
            (.., left) if left > 0 => (3, format!("{} left", counted(left, "number"))),
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
    .answer("nothing", "nobody removes without having found something")
    .answer("a remover fails", "another takes the last one in between")
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

/// How a queue shares out its numbers.
pub fn shares(total: usize, removers: usize) -> Question {
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
