//! What a student is asked before a run.

use super::outcome::FactorialOutcome;
use super::plan::{Call, Plan, Program};
use crate::replay::words::{count, grouped};
use crate::replay::{FindingKind, findings, under_way};
use crate::topics::Params;
use crate::topics::predict::asks::{Shows, choice, lasts, order, tally};
use crate::topics::predict::{Question, Seen, of_tasks};
use crate::trace::{EventKind, Nanos, WaitEnd};
use std::collections::HashSet;
use std::time::Duration;

/// The question about a run with these parameters.
pub fn question(params: &Params) -> Option<Question> {
    let plan = Plan::new(params);
    let (tasks, pauses) = (plan.pauses.len(), params.choice("pauses"));
    match (plan.program, plan.call) {
        (Program::Tree, _) => Some(alone(&plan)),
        (Program::Recursion, _) => (plan.n > 1).then(|| recursion(&plan)),
        _ if plan.compare => Some(ways(&plan)),
        _ if tasks < 2 || plan.threads < 2 => None,
        (_, Call::TimeOut(patience)) => gives_up(&plan, patience),
        _ if let Some(n) = plan.fails => Some(fails(n, tasks)),
        _ if plan.pauses.iter().all(Duration::is_zero) => Some(who_works(&plan)),
        _ if pauses == "equal" => sleepers(&plan, tasks),
        // Of what is done one after another nothing is to be guessed.
        (_, Call::InLoop) => None,
        _ if pauses == "growing" => uneven(&plan),
        (_, Call::AsCompleted) if tasks > plan.threads => Some(completed(&plan)),
        _ => Some(given_order(&plan)),
    }
}

fn outcome<'a>(seen: &Seen<'a>) -> Option<&'a FactorialOutcome> {
    seen.outcome().ok()
}

/// That of a program that asked for results.
fn asked<'a>(seen: &Seen<'a>) -> Option<&'a FactorialOutcome> {
    outcome(seen).filter(|outcome| !outcome.result_order.is_empty())
}

/// The times of the three ways.
fn times(seen: &Seen<'_>) -> Option<[Nanos; 3]> {
    outcome(seen)?.times()
}

#[rustfmt::skip]
fn ways(plan: &Plan) -> Question {
    tally(
        format!("1! to {}!, three ways. Which is done first?", plan.n),
        [0, 1, 2],
        [("one after another", "there is nothing to start and to hand over"),
         ("a thread for each", "all of them at once"),
         ("a pool", "at once, and threads are used again"),
         ("two of them, about the same", "the work is the same")],
        |seen| {
            let times = times(seen)?;
            let first = *times.iter().min()?;
            let near = times.iter().filter(|time| time.0 as f64 <= 1.1 * first.0 as f64).count();
            if near > 1 { Some(3) } else { times.iter().position(|time| *time == first) }
        },
        Shows::At(
            |seen| Some(seen.last()),
            "A thread has to be started, and a task has to be handed over: that pays where a task takes much longer than \
             that, and waits or finds a processor of its own.",
        ),
        None,
        |seen, _, _| times(seen).unwrap_or_default().map(|time| time.to_string()).join(", "),
    )
    .then("Change one control so that one after another is the slowest.", "pause: 0.1 s",
        |seen| times(seen).is_some_and(|[alone, each, pool]| alone > each && alone > pool))
}

/// How many threads got a task, where any did.
fn busy(seen: &Seen<'_>) -> Option<usize> {
    let busy: HashSet<&u64> = outcome(seen)?.thread_of.values().collect();
    Some(busy.len()).filter(|busy| *busy > 0)
}

/// In which of the two orders the results were given; in both: in that of the numbers.
fn given(seen: &Seen<'_>) -> Option<usize> {
    let it = asked(seen)?;
    let orders = [it.result_order.is_sorted(), it.result_order == it.completion_order];
    Some(orders.iter().position(|is_it| *is_it).unwrap_or(2))
}

#[rustfmt::skip]
fn given_order(plan: &Plan) -> Question {
    let (call, goal) = match plan.call {
        Call::AsCompleted => ("as_completed", ("Change one control so that they come in the order of the numbers.", "call: map", 0)),
        _ => ("map", ("Change one control so that they come as they are completed.", "call: as_completed", 1)),
    };
    tally(
        format!("1! to {}! on {}, each after a random pause. In which order does {call} give the results?", plan.n, count(plan.threads, "thread")),
        [0, 1],
        [("in the order of the numbers", "it waits for each in turn"),
         ("as they are completed", "whichever is there is given next"),
         ("in neither", "threads run as they like")],
        given,
        Shows::Each(|seen| Some(seen.event_like(|kind| matches!(kind, EventKind::ResultsTaken { .. }))), &[
            "The results are asked for in the order of the numbers; one that is there early waits until it is asked for.",
            "Each is given as soon as it is there, and which one that is the pauses decide.",
        ]),
        Some(goal),
        |seen, _, _| {
            let first = outcome(seen).into_iter().flat_map(|outcome| outcome.result_order.iter().take(5));
            first.map(|n| format!("{n}!, ")).collect::<String>() + "…"
        },
    )
}

/// The first three, and the first that has to wait for a thread.
#[rustfmt::skip]
fn completed(plan: &Plan) -> Question {
    let numbers = [3, plan.threads as u64 + 1, 1, 2];
    let names = numbers.map(|n| format!("{n}!"));
    let sleeps = numbers.map(|n| format!("its task sleeps {}", Nanos::from_duration(plan.pause(n))));
    order(
        format!("1! to {}! are handed to a pool of {}. In which order does as_completed give these?", plan.n, count(plan.threads, "thread")),
        [0, 1, 2, 3].map(|place| (&*names[place], &*sleeps[place])),
        move |seen| {
            let given = |n: u64| seen.next(0, |event| matches!(event.kind, EventKind::ResultsTaken { task, .. } if u64::from(task.0) == n));
            Some([given(numbers[0])?, given(numbers[1])?, given(numbers[2])?, given(numbers[3])?])
        },
        (0, "Each is given as soon as it is there; a task that waits for a thread begins later."),
    )
    .then("Change one control so that they come in the order of the numbers.", "call: map", |seen| given(seen) == Some(0))
}

#[rustfmt::skip]
fn who_works(plan: &Plan) -> Question {
    let threads = plan.threads;
    tally(
        format!("1! to {}!, without pauses, on a pool of {threads} threads. How many of the threads get a task?", plan.n),
        [0, threads - 2],
        [(&format!("all {threads}"), "the pool shares them out"),
         ("some of them", "who is there first takes several"),
         ("one", "it has done them all before the others are there")],
        move |seen| Some(threads.saturating_sub(busy(seen)?)),
        Shows::Each(|seen| Some(seen.event_like(|kind| matches!(kind, EventKind::TaskStarted { .. }))), &[
            "Each of them was awake while there were tasks left.",
            "Whoever is awake takes the next task, and often a task is done before another thread is awake.",
        ]),
        Some(("Change one control so that all of them get one.", "pause: 10 ms", 0)),
        |seen, _, _| count(busy(seen).unwrap_or(0), "thread"),
    )
}

fn sleepers(plan: &Plan, tasks: usize) -> Option<Question> {
    let each = Nanos::from_duration(plan.pause(1));
    let in_turn = plan.call == Call::InLoop;
    let how = match in_turn {
        true => "each handed in by submit(…).result()",
        false => "all handed in at once",
    };
    let text = format!(
        "{} that sleep {each}, {how}, on a pool of {} threads. How long does it take, nearest to?",
        count(tasks, "task"),
        plan.threads
    );
    let question = of_tasks(text, tasks, plan.threads, each)?;
    let next = "Change one control so that tasks run at once.";
    let overlap = |seen: &Seen<'_>| {
        let found = findings(seen.trace, seen.replay);
        let is_done = outcome(seen).is_some_and(|outcome| outcome.wall_ns.is_some());
        is_done && found.iter().all(|finding| finding.kind != FindingKind::NoOverlap)
    };
    Some(if in_turn { question.then(next, "call: map", overlap) } else { question })
}

#[rustfmt::skip]
fn uneven(plan: &Plan) -> Option<Question> {
    // Each is taken by whoever is free first.
    let mut free = vec![Duration::ZERO; plan.threads];
    for pause in &plan.pauses {
        if let Some(first) = free.iter_mut().min() {
            *first += *pause;
        }
    }
    let sum: Duration = plan.pauses.iter().sum();
    lasts(
        format!("{} that sleep ever longer, {} in all, on {} threads. How long does it take, nearest to?",
            count(plan.pauses.len(), "task"), Nanos::from_duration(sum), plan.threads),
        [(sum / plan.threads as u32, &format!("{} threads share it equally", plan.threads)),
         (free.into_iter().max()?, "the longest task begins last, and nobody can help with it"),
         (sum, "one after another")],
        |seen| outcome(seen)?.wall_ns,
        |seen| {
            let begun = seen.tasks().last().and_then(|task| task.started).map_or(Nanos::ZERO, |(at, _)| at);
            (format!("The last task began at {begun}, and towards the end threads had nothing left to do."), seen.event_at(begun))
        },
    )
}

/// When is everything over, if the program waits for each result only so long?
#[rustfmt::skip]
fn gives_up(plan: &Plan, patience: Duration) -> Option<Question> {
    let pause = *plan.pauses.iter().max()?;
    let (tasks, rows) = (plan.pauses.len(), plan.pauses.len().div_ceil(plan.threads) as u32);
    let given_up = patience * tasks as u32;
    let question = lasts(
        format!("{} that sleep {}, and the program waits {} for each result. When is it out of the pool’s block, nearest to?",
            count(tasks, "task"), Nanos::from_duration(pause), Nanos::from_duration(patience)),
        [(given_up, "when it has given up, nothing is left to wait for"),
         (pause * rows, "the tasks go on, and the block waits for them"),
         (pause * rows + given_up, "first the time-outs, then the tasks")],
        |seen| outcome(seen)?.wall_ns,
        |seen| {
            let gave_up = |kind: &EventKind| matches!(kind, EventKind::WaitEnded { how: WaitEnd::TimedOut, .. });
            let why = "A time-out ends the waiting, not the task; and whoever leaves the block waits for the tasks.";
            (why.to_owned(), seen.event_like(gave_up))
        },
    )?;
    Some(question.then("Change one control so that all results come.", "time-out: longer than the pause", move |seen| {
        outcome(seen).is_some_and(|outcome| outcome.result_order.len() == tasks)
    }))
}

/// How many results the program got.
fn got(seen: &Seen<'_>) -> Option<usize> {
    let outcome = asked(seen)?;
    Some(outcome.result_order.len().saturating_sub(outcome.failed.len()))
}

#[rustfmt::skip]
fn fails(n: u64, tasks: usize) -> Question {
    tally(
        format!("Task -{n}! raises an exception. How many of {tasks} results does the program get?"),
        [1, tasks - 1],
        [(&(tasks - 1).to_string(), "only that one is missing"),
         ("those that were done before it", "an exception ends the pool"),
         ("none", "an exception ends the program")],
        move |seen| Some(tasks.saturating_sub(got(seen)?)),
        Shows::First(
            |kind| matches!(kind, EventKind::Raised { .. }),
            "The exception lies in the future of its task until somebody asks for that result; the program catches it there and goes on.",
        ),
        None,
        |seen, _, _| got(seen).unwrap_or(0).to_string(),
    )
    .then(format!("Change one control so that all {tasks} come."), "fails at: 0", move |seen| got(seen) == Some(tasks))
}

#[rustfmt::skip]
fn recursion(plan: &Plan) -> Question {
    let (n, threads) = (plan.n, plan.threads as u64);
    let wanted = if threads >= n { "wait for ever" } else { "its value" };
    choice(
        format!("Each task hands the next smaller number to its own pool, {threads} threads, and waits. What comes of {n}!?"),
        [("its value", "a task that waits makes room for another"),
         ("nothing: it waits for ever", "a task that waits keeps its thread"),
         ("an error", "Python does not allow that")],
        move |seen| {
            let outcome = outcome(seen)?;
            let there = outcome.results.get(&n).is_some_and(|result| !result.is_null());
            Some(if there { 0 } else { 1 + usize::from(!outcome.failed.is_empty()) })
        },
        Shows::Each(|seen| seen.trace.events().iter().rposition(|event| matches!(event.kind, EventKind::TaskSubmitted { .. })), &[
            "There was a thread for each task that waited.",
            "Each thread waited inside its task, and the next one stood in the queue: nobody was left to begin it.",
            "A task failed.",
        ]),
        None,
    )
    .then(format!("Change one control so that it comes to {wanted}."), "threads: as many as numbers, or fewer", move |seen| {
        outcome(seen).is_some_and(|outcome| outcome.completion_order.is_empty() == (threads >= n))
    })
}

#[rustfmt::skip]
fn alone(plan: &Plan) -> Question {
    tally(
        format!("{}! as a tree of products. How much of the time is only one task under way, or none?", grouped(plan.n)),
        [24, 49],
        [("less than a quarter", "the parts do not depend on each other"),
         ("a quarter to a half", "only the last products are made alone"),
         ("a half or more", "the last product takes longest of all")],
        |seen| Some(single(seen)?.0),
        Shows::At(
            |seen| Some(seen.event_at(single(seen)?.1)),
            "Small products can be made at once; the nearer to the whole, the fewer and the larger they are.",
        ),
        Some(("Change one control so that it is a half or more.", "threads: 1", 2)),
        |_, percent, _| format!("{percent} %"),
    )
}

/// The per cent of the time until the product is there in which at most one task is under way, and the last time from which
/// that is so.
fn single(seen: &Seen<'_>) -> Option<(usize, Nanos)> {
    let (last, made) = seen.tasks().split_last()?;
    let (from, end) = (made.first()?.submitted, last.submitted);
    made.iter().try_for_each(|task| task.took().map(drop))?;
    let mut counts = under_way(made, end);
    counts.insert(0, (from, 0));
    counts.push((end, 0));
    let mut spans = counts.windows(2).map(|two| (two[0].1 > 1, two[0].0, two[1].0));
    let alone: u64 = spans.clone().filter(|span| !span.0).map(|span| span.2.since(span.1).0).sum();
    let since = spans.rfind(|span| span.0).map_or(from, |span| span.2);
    Some(((100 * alone / end.since(from).0.max(1)) as usize, since))
}
