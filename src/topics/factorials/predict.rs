//! What a student is asked before a run.

use super::outcome::{self, FactorialOutcome};
use super::plan::{Call, Plan, Program};
use crate::replay::words::{count, grouped};
use crate::topics::Params;
use crate::topics::predict::{Judged, Question, Seen, nearest, of_tasks};
use crate::trace::{EventKind, Nanos, WaitEnd};
use std::collections::HashSet;
use std::time::Duration;

/// The question about a run with these parameters.
pub fn question(params: &Params) -> Option<Question> {
    let plan = Plan::new(params);
    let sleeps = plan.pauses.iter().any(|pause| *pause > Duration::ZERO);
    let (tasks, equal) = (plan.pauses.len(), params.choice("pauses") == "equal");
    match plan.program {
        Program::Tree => Some(alone(&plan)),
        Program::Recursion => (plan.n > 1).then(|| recursion(&plan)),
        Program::Numbers if plan.compare => Some(ways(&plan)),
        Program::Numbers if tasks < 2 || plan.threads < 2 => None,
        Program::Numbers => match plan.fails {
            None if let Call::TimeOut(patience) = plan.call => gives_up(&plan, patience),
            Some(n) => Some(fails(n, tasks)),
            None if sleeps && equal => sleepers(params, &plan, tasks),
            None if !sleeps => Some(who_works(&plan)),
            None if params.choice("pauses") == "growing" => uneven(&plan),
            None => (plan.call != Call::InLoop).then(|| order(&plan)),
        },
    }
}

fn ways(plan: &Plan) -> Question {
    let text = format!("1! to {}!, three ways. Which is done first?", plan.n);
    let fastest = |seen: &Seen<'_>| -> Result<(usize, [Nanos; 3]), String> {
        let outcome: &FactorialOutcome = seen.outcome()?;
        let times: Vec<Nanos> = outcome.ways.iter().map(|way| Nanos(way.wall_ns)).collect();
        let times: [Nanos; 3] = times.try_into().map_err(|_| "Not all three ways ran.")?;
        let best = times.iter().enumerate().min_by_key(|(_, time)| **time).map_or(0, |best| best.0);
        let near = times.iter().filter(|time| time.0 as f64 <= 1.1 * times[best].0 as f64).count();
        Ok((if near > 1 { 3 } else { best }, times))
    };
    Question::new(text, move |seen| {
        let (answer, times) = fastest(seen)?;
        let all: Vec<String> = times.iter().map(Nanos::to_string).collect();
        Ok(Judged {
            answer,
            found: all.join(", "),
            why: "A thread has to be started, and a task has to be handed over: that pays where a task takes much longer \
                  than that, and waits or finds a processor of its own."
                .to_owned(),
            event: seen.last(),
        })
    })
    .answer("one after another", "there is nothing to start and to hand over")
    .answer("a thread for each", "all of them at once")
    .answer("a pool", "at once, and threads are used again")
    .answer("two of them, about the same", "the work is the same")
    .then("Change one control so that one after another is the slowest.", "pause: 0.1 s", move |seen| {
        fastest(seen).is_ok_and(|(_, [alone, each, pool])| alone > each && alone > pool)
    })
}

fn order(plan: &Plan) -> Question {
    let (call, other, hint) = match plan.call {
        Call::AsCompleted => ("as_completed", "in the order of the numbers", "call: map"),
        _ => ("map", "as they are completed", "call: as_completed"),
    };
    let text = format!(
        "1! to {}! on {}, each after a random pause. In which order does {call} give the results?",
        plan.n,
        count(plan.threads, "thread"),
    );
    let wanted = usize::from(plan.call != Call::AsCompleted);
    Question::new(text, |seen| {
        let (answer, outcome) = given(seen)?;
        let numbers: Vec<String> =
            outcome.result_order.iter().take(5).map(|n| format!("{n}!")).collect();
        Ok(Judged {
            answer,
            found: format!("{}, …", numbers.join(", ")),
            why: match answer {
                0 => "The results are asked for in the order of the numbers; one that is there early waits until it is asked for.",
                _ => "Each is given as soon as it is there, and which one that is the pauses decide.",
            }
            .to_owned(),
            event: seen.event_like(|kind| matches!(kind, EventKind::ResultsTaken { .. })),
        })
    })
    .answer("in the order of the numbers", "it waits for each in turn")
    .answer("as they are completed", "whichever is there is given next")
    .answer("in neither", "threads run as they like")
    .then(format!("Change one control so that they come {other}."), hint, move |seen| {
        given(seen).is_ok_and(|(answer, _)| answer == wanted)
    })
}

/// In which of the two orders the results were given, in both: in that of the numbers.
fn given<'a>(seen: &Seen<'a>) -> Result<(usize, &'a FactorialOutcome), String> {
    let outcome: &FactorialOutcome = seen.outcome()?;
    if outcome.result_order.is_empty() {
        return Err("No result was given, so this run decides nothing.".to_owned());
    }
    let answer = match () {
        () if outcome.result_order.is_sorted() => 0,
        () if outcome.result_order == outcome.completion_order => 1,
        () => 2,
    };
    Ok((answer, outcome))
}

fn who_works(plan: &Plan) -> Question {
    let threads = plan.threads;
    let text = format!(
        "1! to {}!, without pauses, on a pool of {threads} threads. How many of the threads get a task?",
        plan.n
    );
    let busy = |seen: &Seen<'_>| -> Result<usize, String> {
        let outcome: &FactorialOutcome = seen.outcome()?;
        match outcome.thread_of.values().collect::<HashSet<_>>().len() {
            0 => Err("No task ran, so this run decides nothing.".to_owned()),
            busy => Ok(busy),
        }
    };
    Question::new(text, move |seen| {
        let busy = busy(seen)?;
        Ok(Judged {
            answer: match busy {
                all if all >= threads => 0,
                1 => 2,
                _ => 1,
            },
            found: count(busy, "thread"),
            why: match busy >= threads {
                true => "Each of them was awake while there were tasks left.",
                false => "Whoever is awake takes the next task, and often a task is done before another thread is awake.",
            }
            .to_owned(),
            event: seen.event_like(|kind| matches!(kind, EventKind::TaskStarted { .. })),
        })
    })
    .answer(format!("all {threads}"), "the pool shares them out")
    .answer("some of them", "who is there first takes several")
    .answer("one", "it has done them all before the others are there")
    .then("Change one control so that all of them get one.", "pause: 10 ms", move |seen| {
        busy(seen).is_ok_and(|busy| busy >= threads)
    })
}

fn sleepers(params: &Params, plan: &Plan, tasks: usize) -> Option<Question> {
    let each = Nanos::from_secs_f64(params.float("pause") * params.float("time_scale"));
    let how = match plan.call {
        Call::InLoop => "each handed in by submit(…).result()",
        _ => "all handed in at once",
    };
    let text = format!(
        "{} that sleep {each}, {how}, on a pool of {} threads. How long does it take, nearest to?",
        count(tasks, "task"),
        plan.threads
    );
    let question = of_tasks(text, tasks, plan.threads, each)?;
    if plan.call != Call::InLoop {
        return Some(question);
    }
    Some(question.then("Change one control so that tasks run at once.", "call: map", |seen| {
        let tasks = outcome::tasks(seen.trace.meta(), seen.replay);
        tasks.is_some_and(|tasks| {
            let mut pairs = tasks.all.windows(2);
            pairs.any(|pair| {
                let first = pair[0].ended.map(|(end, _)| end);
                first.zip(pair[1].started).is_some_and(|(end, (start, _))| start < end)
            })
        })
    }))
}

fn uneven(plan: &Plan) -> Option<Question> {
    let pauses: Vec<f64> = plan.pauses.iter().map(Duration::as_secs_f64).collect();
    // Each is taken by whoever is free first.
    let mut free = vec![0.0_f64; plan.threads];
    for pause in &pauses {
        if let Some(first) = free.iter_mut().min_by(|a, b| a.total_cmp(b)) {
            *first += pause;
        }
    }
    let sum: f64 = pauses.iter().sum();
    let last = free.into_iter().fold(0.0, f64::max);
    let times = [sum / plan.threads as f64, last, sum];
    if plan.call == Call::InLoop || times[1] < 1.1 * times[0] || times[2] < 1.1 * times[1] {
        return None;
    }
    let text = format!(
        "{} that sleep ever longer, {} in all, on {} threads. How long does it take, nearest to?",
        count(pauses.len(), "task"),
        Nanos::from_secs_f64(sum),
        plan.threads
    );
    let [shared, uneven, turns] = times.map(|time| Nanos::from_secs_f64(time).to_string());
    let question = Question::new(text, move |seen| {
        let outcome: &FactorialOutcome = seen.outcome()?;
        if outcome.completion_order.is_empty() {
            return Err("No task ran, so this run decides nothing.".to_owned());
        }
        let took = Nanos(outcome.wall_ns);
        let last =
            outcome::tasks(seen.trace.meta(), seen.replay).and_then(|tasks| tasks.all.last());
        let begun = last.and_then(|task| task.started).map_or(Nanos::ZERO, |(at, _)| at);
        Ok(Judged {
            answer: nearest(took.as_secs_f64(), &times),
            found: took.to_string(),
            why: format!(
                "The last task began at {begun}, and towards the end threads had nothing left to do."
            ),
            event: seen.event_at(begun),
        })
    });
    Some(
        question
            .answer(shared, format!("{} threads share it equally", plan.threads))
            .answer(uneven, "the longest task begins last, and nobody can help with it")
            .answer(turns, "one after another"),
    )
}

/// When is everything over, if the program waits for each result only so long?
fn gives_up(plan: &Plan, patience: Duration) -> Option<Question> {
    let pause = *plan.pauses.iter().max()?;
    let (tasks, rows) = (plan.pauses.len() as u32, plan.pauses.len().div_ceil(plan.threads) as u32);
    let times = [patience * tasks, pause * rows, pause * rows + patience * tasks];
    let seconds = times.map(|time| time.as_secs_f64());
    if seconds[0] <= 0.0 || seconds.windows(2).any(|two| two[1] < 1.2 * two[0]) {
        return None;
    }
    let text = format!(
        "{} that sleep {}, and the program waits {} for each result. When is it out of the pool’s block, nearest to?",
        count(tasks, "task"),
        Nanos::from_duration(pause),
        Nanos::from_duration(patience),
    );
    let question = Question::new(text, move |seen| {
        let outcome: &FactorialOutcome = seen.outcome()?;
        if outcome.completion_order.is_empty() {
            return Err("No task was done, so this run decides nothing.".to_owned());
        }
        let took = Nanos(outcome.wall_ns);
        let gave_up =
            |kind: &EventKind| matches!(kind, EventKind::WaitEnded { how: WaitEnd::TimedOut, .. });
        Ok(Judged {
            answer: nearest(took.as_secs_f64(), &seconds),
            found: took.to_string(),
            why: "A time-out ends the waiting, not the task; and whoever leaves the block waits for the tasks.".to_owned(),
            event: seen.event_like(gave_up),
        })
    });
    let [given_up, done, both] = times.map(|time| Nanos::from_duration(time).to_string());
    Some(
        question
            .answer(given_up, "when it has given up, nothing is left to wait for")
            .answer(done, "the tasks go on, and the block waits for them")
            .answer(both, "first the time-outs, then the tasks")
            .then(
                "Change one control so that all results come.",
                "time-out: longer than the pause",
                move |seen| {
                    let outcome: Result<&FactorialOutcome, _> = seen.outcome();
                    outcome.is_ok_and(|outcome| outcome.result_order.len() == tasks as usize)
                },
            ),
    )
}

fn fails(n: u64, tasks: usize) -> Question {
    let text = format!(
        "Task -{n}! raises an exception. How many of {tasks} results does the program get?"
    );
    let got = |seen: &Seen<'_>| -> Result<usize, String> {
        let outcome: &FactorialOutcome = seen.outcome()?;
        match outcome.result_order.len() {
            0 => Err("Nobody asked for a result, so this run decides nothing.".to_owned()),
            asked => Ok(asked.saturating_sub(outcome.failed.len())),
        }
    };
    Question::new(text, move |seen| {
        let got = got(seen)?;
        Ok(Judged {
            answer: match got {
                0 => 2,
                all if all + 1 >= tasks => 0,
                _ => 1,
            },
            found: got.to_string(),
            why: "The exception lies in the future of its task until somebody asks for that result; the program catches it there and goes on."
                .to_owned(),
            event: seen.event_like(|kind| matches!(kind, EventKind::Raised { .. })),
        })
    })
    .answer(format!("{}", tasks - 1), "only that one is missing")
    .answer("those that were done before it", "an exception ends the pool")
    .answer("none", "an exception ends the program")
    .then(format!("Change one control so that all {tasks} come."), "fails at: 0", move |seen| {
        got(seen).is_ok_and(|got| got == tasks)
    })
}

fn recursion(plan: &Plan) -> Question {
    let (n, threads) = (plan.n, plan.threads);
    let text = format!(
        "Each task hands the next smaller number to its own pool, {threads} threads, and waits. What comes of {n}!?"
    );
    Question::new(text, move |seen| {
        let outcome: &FactorialOutcome = seen.outcome()?;
        let there = outcome.results.get(&n.to_string()).is_some_and(|result| !result.is_null());
        let (answer, found, why) = match (there, outcome.failed.is_empty()) {
            (true, _) => (0, "its value", "There was a thread for each task that waited."),
            (false, true) => (1, "nothing", "Each thread waited inside its task, and the next one stood in the queue: nobody was left to begin it."),
            (false, false) => (2, "an error", "A task failed."),
        };
        let stands = seen.trace.events().iter().rposition(|event| matches!(event.kind, EventKind::TaskSubmitted { .. }));
        Ok(Judged {
            answer,
            found: found.to_owned(),
            why: why.to_owned(),
            event: stands.unwrap_or(seen.last()),
        })
    })
    .answer("its value", "a task that waits makes room for another")
    .answer("nothing: it waits for ever", "a task that waits keeps its thread")
    .answer("an error", "Python does not allow that")
    .then(
        format!("Change one control so that it comes to {}.", if threads as u64 >= n { "wait for ever" } else { "its value" }),
        "threads: as many as numbers, or fewer",
        move |seen| {
            let outcome: Result<&FactorialOutcome, _> = seen.outcome();
            let there = outcome.is_ok_and(|outcome| !outcome.completion_order.is_empty());
            there != (threads as u64 >= n)
        },
    )
}

fn alone(plan: &Plan) -> Question {
    let text = format!(
        "{}! as a tree of products. How much of the time is only one task under way, or none?",
        grouped(plan.n)
    );
    Question::new(text, |seen| {
        let (part, from) = single(seen)?;
        Ok(Judged {
            answer: match part {
                part if part < 0.25 => 0,
                part if part < 0.5 => 1,
                _ => 2,
            },
            found: format!("{:.0} %", 100.0 * part),
            why: "Small products can be made at once; the nearer to the whole, the fewer and the larger they are.".to_owned(),
            event: seen.event_at(from),
        })
    })
    .answer("less than a quarter", "the parts do not depend on each other")
    .answer("a quarter to a half", "only the last products are made alone")
    .answer("a half or more", "the last product takes longest of all")
    .then("Change one control so that it is a half or more.", "threads: 1", |seen| {
        single(seen).is_ok_and(|(part, _)| part >= 0.5)
    })
}

/// The part of the time until the product is there in which at most one task is under way, and the last time from which
/// that is so.
fn single(seen: &Seen<'_>) -> Result<(f64, Nanos), String> {
    let nothing = || "The product was not made, so this run decides nothing.".to_owned();
    let tasks = outcome::tasks(seen.trace.meta(), seen.replay).ok_or_else(nothing)?;
    let (last, made) = tasks.all.split_last().ok_or_else(nothing)?;
    let first = made.first().ok_or_else(nothing)?;
    let end = last.submitted;
    let mut changes = vec![(end, 0)];
    for task in made {
        let (start, _) = task.started.ok_or_else(nothing)?;
        let (stop, _) = task.ended.ok_or_else(nothing)?;
        changes.extend([(start, 1), (stop.min(end), -1)]);
    }
    changes.sort_unstable();
    let (mut alone, mut at, mut under_way, mut since) =
        (0, first.submitted, 0_i32, first.submitted);
    for (next, change) in changes {
        if under_way <= 1 {
            alone += next.since(at).0;
        } else {
            since = next;
        }
        (at, under_way) = (next, under_way + change);
    }
    let whole = end.since(first.submitted).0;
    Ok((alone as f64 / whole.max(1) as f64, since))
}
