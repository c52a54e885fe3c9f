//! What a student is asked before a run.

use super::numbers::Pool;
use super::outcome::{OtherPool, PoolOutcome};
use crate::replay::words::count;
use crate::topics::predict::{Judged, Question, Seen, of_tasks};
use crate::topics::{Params, contention};
use crate::trace::{End, EventKind, Nanos, WaitEnd};

/// The question about a run with these parameters.
pub fn question(params: &Params) -> Option<Question> {
    let (tasks, workers) = (params.count("tasks"), params.count("workers"));
    let job = params.choice("job");
    let kill = usize::try_from(params.int("kill")).ok().filter(|task| *task < tasks);
    match params.choice("against") {
        "one-process-each" => return Some(one_each()),
        "large-chunks" => return Some(large_chunks()),
        _ => {}
    }
    if tasks < 2 || workers < 2 {
        return None;
    }
    match (job, kill) {
        ("sleep", Some(task)) if params.choice("against") == "cpython" => Some(in_cpython(task)),
        ("sleep", Some(task)) => Some(killed(task, tasks)),
        ("sleep", None) if params.choice("costs") == "equal" => sleepers(params, tasks, workers),
        ("square", _) => Some(who_works(tasks, workers)),
        _ => None,
    }
}

fn who_works(tasks: usize, workers: usize) -> Question {
    let text = format!("{tasks} tiny tasks, {workers} workers. How many of the workers get one?");
    Question::new(text, move |seen| {
        let outcome: &PoolOutcome = seen.outcome()?;
        let busy = outcome.pids.len();
        let Some(numbers) = &outcome.numbers else {
            return Err("No pool ran, so this run decides nothing.".to_owned());
        };
        let shares: Vec<String> = numbers.per_worker.iter().map(ToString::to_string).collect();
        Ok(Judged {
            answer: match busy {
                all if all >= workers => 0,
                0 | 1 => 2,
                _ => 1,
            },
            found: count(busy, "worker"),
            why: format!(
                "They did {}: whoever is free takes the next message, and nobody sees to equal shares.",
                shares.join(", ")
            ),
            event: seen.event_like(|kind| matches!(kind, EventKind::TaskStarted { .. })),
        })
    })
    .answer(format!("all {workers}"), "the pool shares them out")
    .answer("some of them", "who is there first takes several")
    .answer("one", "the first one has done them all before the others are there")
    .then("Change one control so that one worker gets all of them.", "chunk size: as many as tasks", |seen| {
        seen.outcome::<PoolOutcome>().is_ok_and(|outcome| outcome.pids.len() == 1)
    })
}

fn sleepers(params: &Params, tasks: usize, workers: usize) -> Option<Question> {
    let each = Nanos::from_duration(params.time("seconds"));
    let text = format!(
        "{tasks} tasks sleep {each} each, on {workers} workers. How long does it take, nearest to?"
    );
    let before = tasks.div_ceil(workers) as u64;
    let question = of_tasks(text, tasks, workers, each)?;
    Some(question.then(
        "Change one control so that it takes a round less.",
        "workers: more",
        move |seen| {
            let (workers, tasks) =
                (seen.param("workers").parse(), seen.param("tasks").parse::<u64>());
            workers.is_ok_and(|workers: u64| {
                workers > 0 && tasks.is_ok_and(|tasks| tasks.div_ceil(workers) < before)
            })
        },
    ))
}

/// The two pools' times, with what is to be said where other programs disturbed them.
fn both<'a>(seen: &Seen<'a>) -> Result<([Nanos; 2], &'a PoolOutcome, &'static str), String> {
    let outcome: &PoolOutcome = seen.outcome()?;
    let other = outcome.other().filter(|other| other.failed.is_empty());
    let numbers = |other: &'a OtherPool| other.numbers.as_ref();
    let both = outcome.numbers.as_ref().zip(other.and_then(numbers));
    let (first, second) = both
        .filter(|_| outcome.failed.is_empty())
        .ok_or("A task failed, so the two cannot be compared.")?;
    let note = contention::note(outcome.disturbed.is_some());
    Ok(([first.wall, second.wall], outcome, note))
}

fn one_each() -> Question {
    let text = "The same tasks by processes that are reused, then by a new process for each. Compared with the first, how long does the second take?";
    Question::new(text, |seen| {
        let ([reused, fresh], _, note) = both(seen)?;
        let ratio = fresh.ratio_to(reused);
        Ok(Judged {
            answer: match ratio {
                r if r < 1.5 => 0,
                r if r < 4.0 => 1,
                _ => 2,
            },
            found: format!("{ratio:.1} times as long"),
            why: format!(
                "{reused} against {fresh}: each new process has to be started and waited for.{note}"
            ),
            event: seen.last(),
        })
    })
    .answer("less than 1.5 times as long", "a process is quickly started")
    .answer("1.5 to 4 times as long", "the start costs about as much as the task")
    .answer("more than 4 times", "the start costs far more than the task")
    .then(
        "Change one control so that it is less than 1.5 times as long.",
        "picture side: 200",
        |seen| {
            both(seen).is_ok_and(|([reused, fresh], ..)| (fresh.0 as f64) < 1.5 * reused.0 as f64)
        },
    )
}

fn large_chunks() -> Question {
    let text = "Tasks that take ever longer: handed out one by one, or in large chunks. Which is done sooner?";
    Question::new(text, |seen| {
        let ([single, chunks], _, note) = both(seen)?;
        let ratio = chunks.ratio_to(single);
        let (answer, found) = match ratio {
            r if r > 1.1 => (0, format!("one by one: {single} against {chunks}")),
            r if r < 1.0 / 1.1 => (1, format!("large chunks: {chunks} against {single}")),
            _ => (2, format!("about the same: {single} and {chunks}")),
        };
        let alone = alone(seen).unwrap_or(seen.trace.end());
        Ok(Judged {
            answer,
            found,
            why: format!(
                "At {alone} one worker of the second pool still had tasks, and the others had none left.{note}"
            ),
            event: seen.event_at(alone),
        })
    })
    .answer("one by one", "whoever is free takes the next, so all end together")
    .answer("large chunks", "fewer messages, so less to wait for")
    .answer("about the same", "the work is the same")
    .then("Change one control so that it makes no difference.", "costs: equal", |seen| {
        both(seen).is_ok_and(|([single, chunks], ..)| {
            let ratio = chunks.ratio_to(single);
            (1.0 / 1.1..=1.1).contains(&ratio)
        })
    })
}

/// The instant from which one worker of the second pool has tasks and no other has.
fn alone(seen: &Seen<'_>) -> Option<Nanos> {
    let pools = Pool::all(seen.trace.meta());
    let tasks = seen.replay.tasks().of(pools.get(1)?.res)?;
    let mut last: Vec<(crate::trace::ActorId, Nanos)> = Vec::new();
    for task in &tasks.all {
        let (Some(worker), Some((end, _))) = (task.worker(), task.ended) else { continue };
        match last.iter_mut().find(|(who, _)| *who == worker) {
            Some((_, known)) => *known = end.max(*known),
            None => last.push((worker, end)),
        }
    }
    let mut ends: Vec<Nanos> = last.into_iter().map(|(_, end)| end).collect();
    ends.sort_unstable();
    ends.iter().rev().nth(1).copied()
}

fn killed(task: usize, tasks: usize) -> Question {
    let text = format!(
        "In this lab\u{2019}s pool a worker is killed in the middle of task {task}. How many of the {tasks} results come back?"
    );
    Question::new(text, move |seen| {
        let outcome: &PoolOutcome = seen.outcome()?;
        if outcome.killed == 0 {
            return Err("No worker was killed in this run, so it decides nothing.".to_owned());
        }
        let back = tasks.saturating_sub(outcome.failed.len());
        Ok(Judged {
            answer: match outcome.failed.len() {
                0 => 0,
                1 => 1,
                _ => 2,
            },
            found: back.to_string(),
            why: "This lab’s pool put another process in the place of the killed one and went on. CPython’s Pool does \
                  that, too, but map waits for ever for the lost result; the executor fails every open task."
                .to_owned(),
            event: seen.event_like(|kind| matches!(kind, EventKind::Ended(End::Killed(_)))),
        })
    })
    .answer(format!("all {tasks}"), "another worker does the task again")
    .answer(format!("{}", tasks - 1), "what the worker had in hand is lost, and the rest goes on")
    .answer("fewer", "one death takes the whole pool with it")
    .then("Change one control so that all results come back.", "retries: 1", |seen| {
        let outcome = seen.outcome::<PoolOutcome>();
        outcome.is_ok_and(|outcome| outcome.killed > 0 && outcome.failed.is_empty())
    })
}

fn in_cpython(task: usize) -> Question {
    let text = format!(
        "CPython’s Pool.map and its ProcessPoolExecutor each lose a worker in the middle of task {task}. What does the program have of them?"
    );
    Question::new(text, |seen| {
        let outcome: &PoolOutcome = seen.outcome()?;
        let cpython = outcome.cpython.as_ref().ok_or("CPython took no part.")?;
        let (Some(pool), Some(executor)) = (&cpython.pool, &cpython.executor) else {
            return Err(format!(
                "{}.",
                cpython.left_out.as_deref().unwrap_or("CPython took no part")
            ));
        };
        if pool.killed == 0 || executor.killed == 0 {
            return Err("Not both of them lost a worker, so this run decides nothing.".to_owned());
        }
        let (answer, found) = match (pool.waits, executor.failed.len()) {
            (true, 1..) => (0, "map waited for ever, the executor failed".to_owned()),
            (true, 0) => (3, "map waited for ever, the executor did not fail".to_owned()),
            (false, 2..) => (2, "both came back, the executor with errors".to_owned()),
            (false, _) => (1, "both came back".to_owned()),
        };
        let waits =
            |kind: &EventKind| matches!(kind, EventKind::WaitEnded { how: WaitEnd::TimedOut, .. });
        Ok(Judged { answer, found, why: cpython.said(), event: seen.event_like(waits) })
    })
    .answer("map never ends, the executor fails", "each deals with a death in its own way")
    .answer("of both all results but one", "a worker that is killed costs its own task")
    .answer("of both an error", "a broken pool says so")
    .answer("of neither anything", "both wait for what never comes")
    .then(
        "Change one control so that CPython’s map comes back.",
        "kill at task: -1",
        |seen| {
            let outcome = seen.outcome::<PoolOutcome>();
            let cpython = outcome.ok().and_then(|outcome| outcome.cpython.as_ref());
            cpython.and_then(|cpython| cpython.pool.as_ref()).is_some_and(|pool| !pool.waits)
        },
    )
}
