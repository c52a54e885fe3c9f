//! What a student is asked before a run.

use super::outcome::ProcessOutcome;
use super::plan::Program;
use super::tally::{self, WayTaken};
use super::{PROCESSES, THREADS};
use crate::replay::words::count;
use crate::topics::predict::asks::{ABOUT, Shows, against, number};
use crate::topics::predict::{Judged, Question, Seen, nearest, of_tasks};
use crate::topics::{Params, contention};
use crate::trace::{End, EventKind, Nanos};

/// The question about a run with these parameters.
pub fn question(params: &Params) -> Option<Question> {
    let (tasks, workers) = (params.count("tasks"), params.count("workers"));
    let work = Nanos::from_duration(params.time("work"));
    match Program::named(params.choice("program")) {
        _ if workers < 2 => None,
        Program::Messages => {
            let text = format!(
                "{tasks} tasks of {work} each, on {workers} processes. How long does it take, nearest to?"
            );
            let question = of_tasks(text, tasks, workers, work)?;
            let before = tasks.div_ceil(workers);
            Some(question.then(
                "Change one control so that it takes a round less.",
                "processes: as many as tasks",
                move |seen| {
                    let number = |key| seen.param(key).parse::<usize>().ok().filter(|n| *n > 0);
                    let now = number("tasks").zip(number("workers"));
                    now.is_some_and(|(tasks, workers)| tasks.div_ceil(workers) < before)
                },
            ))
        }
        Program::Squares => (tasks > workers).then(|| pids(tasks, workers)),
        Program::Images => (tasks == workers && work > Nanos::ZERO).then(|| images(tasks, work)),
        Program::Memory => Some(memory(params.int("workers") * params.int("steps"))),
        Program::Crash => Some(crash(params.choice("failure"))),
        Program::Primes => Some(gil()),
    }
}

#[rustfmt::skip]
fn pids(tasks: usize, workers: usize) -> Question {
    number(
        format!("{tasks} tasks on {workers} processes, and each says its PID. How many different ones?"),
        [1, workers],
        [("one", "one program is one process"),
         (&format!("2 to {workers}"), "the processes of the pool, again and again"),
         (&format!("more than {workers}"), "each task gets a process of its own")],
        |seen| Some(seen.outcome::<ProcessOutcome>().ok()?.pids.len()),
        Shows::First(|kind| matches!(kind, EventKind::TaskStarted { .. }), "A pool starts its processes once, and each takes one task after another."),
        Some(("Change one control so that there are more PIDs.", "processes: 5", 2)),
    )
}

fn images(tasks: usize, work: Nanos) -> Question {
    let times = [1, 2, tasks].map(|factor| factor as u64 * work.0);
    let text =
        format!("{tasks} processes compute for {work} each. How long does it take, nearest to?");
    let [once, twice, in_turn] = times.map(|time| Nanos(time).to_string());
    Question::new(text, move |seen| {
        let outcome: &ProcessOutcome = seen.outcome()?;
        let tasks = seen.tasks();
        let begun = tasks.iter().filter_map(|task| task.started).map(|(at, _)| at).min();
        let ended = tasks.iter().filter_map(|task| task.ended).map(|(at, _)| at).max();
        let (from, to) = begun.zip(ended).ok_or("No task ran, so this run decides nothing.")?;
        let took = to.since(from);
        Ok(Judged {
            answer: nearest(took.0 as f64, &times.map(|time| time as f64)),
            found: took.to_string(),
            why: format!(
                "Up to {} were under way at once. They compute at once as far as there are processors for them, and \
                 nothing else has those.",
                outcome.overlapping
            ),
            event: seen.event_at(from + Nanos(took.0 / 2)),
        })
    })
    .answer(once, "all of them compute at once")
    .answer(twice, "half of them compute at once")
    .answer(in_turn, "a computer does one thing at a time")
    .then("Change one control so that each computes for half as long.", "work: 1 s", move |seen| {
        seen.param("work").parse::<f64>().is_ok_and(|secs| 1e9 * secs < 0.6 * work.0 as f64)
    })
}

fn memory(changes: i64) -> Question {
    Question::new("The children change the variable that the parent set. What does it hold in the parent then?", |seen| {
        let outcome: &ProcessOutcome = seen.outcome()?;
        let number = |key: &str| outcome.of[key].as_i64();
        let both = number("parent_before").zip(number("parent_after"));
        let (before, after) = both.ok_or("The parent’s variable is not on record.")?;
        let copies = outcome.of["memory_copies"].as_array();
        let copies = copies.into_iter().flatten().filter_map(|copy| copy["value"].as_i64()).skip(1);
        let copies: Vec<i64> = copies.collect();
        let [children, threads] = [PROCESSES, THREADS].map(|number| tally::variables(seen.trace.meta(), number));
        let (mut children, mut threads) = (children.skip(1), threads);
        let changed = children.next().or(threads.next());
        let shared = &outcome.of["threads"];
        Ok(Judged {
            answer: match after {
                same if same == before => 0,
                last if copies.contains(&last) => 1,
                _ => 2,
            },
            found: after.to_string(),
            why: format!(
                "Each child changed a variable of its own; those ended as {copies:?}. The threads share one, and that \
                 went from {} to {}.",
                shared["before"], shared["after"],
            ),
            event: seen.event_like(|kind| {
                matches!(kind, EventKind::ValueChanged { res, .. } if Some(*res) == changed)
            }),
        })
    })
    .answer("what it held before", "each child changes a copy of its own")
    .answer("what one child wrote last", "the last one to write wins")
    .answer("the changes of all together", "a global variable is there for all")
    .then(
        "Change one control so that the threads’ value ends higher. What does the parent’s do?",
        "changes: 6",
        move |seen| {
            let after = seen.outcome::<ProcessOutcome>().ok();
            let number = |key| seen.param(key).parse::<i64>().unwrap_or(0);
            after.is_some_and(|outcome| outcome.of["threads"]["after"].as_i64().is_some())
                && number("workers") * number("steps") > changes
        },
    )
}

fn crash(failure: &'static str) -> Question {
    let text = "One of the processes crashes (it aborts, or is killed), and so does one of the threads of one process. Who of the others finishes?";
    Question::new(text, |seen| {
        let outcome: &ProcessOutcome = seen.outcome()?;
        let of = |key: &str| {
            let side = &outcome.of[key];
            Some((side["started"].as_u64()?, side["survivors"].as_u64()?))
        };
        let both = of("processes").zip(of("threads"));
        let ((of_processes, processes), (of_threads, threads)) =
            both.ok_or("It is not known who finished.")?;
        let (others, all_others) = (processes + 1 >= of_processes, threads + 1 >= of_threads);
        let event = seen.event_like(|kind| {
            let end = match kind {
                EventKind::Ended(end) => *end,
                _ => return false,
            };
            matches!(end, End::Killed(_)) || matches!(end, End::Exited(status) if status != 0)
        });
        Ok(Judged {
            answer: match (others, all_others) {
                (true, false) => 0,
                (true, true) => 1,
                (false, false) => 2,
                (false, true) => 3,
            },
            found: format!("{} and {}", count(processes, "process"), count(threads, "thread")),
            why: "A crash ends a process, with all threads that it has; an exception in a thread would end that thread alone. \
                  Other processes have memories of their own."
                .to_owned(),
            event,
        })
    })
    .answer("the processes, not all threads", "a process ends with all its threads")
    .answer("all other processes and threads", "who fails harms only itself")
    .answer("not all of either", "the program as a whole fails")
    .answer("the threads, not all processes", "threads are lighter, so they go on")
    .then("Change one control so that it fails in another way. Is it the same?", "failure: kill", move |seen| {
        seen.param("failure") != failure
    })
}

/// How long the four ways took.
fn walls(seen: &Seen<'_>) -> Result<([Nanos; 4], Vec<WayTaken>), String> {
    let ways = tally::ways(seen.trace.meta(), seen.replay.latest(), seen.trace.end());
    let wall = |place: usize| Some(ways.iter().find(|way| way.place == place && way.over)?.wall);
    let walls: Option<Vec<Nanos>> = (0..4).map(wall).collect();
    let walls = walls.and_then(|walls| walls.try_into().ok());
    Ok((walls.ok_or("Not all four ways came to their end, so this run decides nothing.")?, ways))
}

#[rustfmt::skip]
fn gil() -> Question {
    against(
        "Compared with one thread that does it all, how long do threads under an emulated GIL take?",
        ABOUT,
        [("clearly less", "they share the work"),
         ("about as long", "one of them computes at a time"),
         ("over a quarter longer", "handing the lock over costs time")],
        |seen| walls(seen).map(|([alone, gil, ..], _)| [gil, alone]),
        |seen| {
            let ([.., threads, processes], ways) = walls(seen)?;
            let note = contention::note(tally::disturbed(&ways).is_some());
            let section = ways.iter().find(|way| way.place == 1).map(|way| way.section);
            let began = |kind: &EventKind| matches!(kind, EventKind::SectionBegan { section: begun } if Some(*begun) == section);
            let why = format!("Who computes has to hold that one lock. Without it threads took {threads}, and processes {processes}.{note}");
            Ok((why, seen.event_like(began)))
        },
    )
    .then("Change one control so that the lock changes hands less often.", "switch interval: 50 ms", |seen| {
        seen.param("interval").parse::<f64>().is_ok_and(|secs| secs > 0.005)
    })
}
