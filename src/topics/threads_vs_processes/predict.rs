//! What a student is asked before a run.

use super::analysis::{self, Cell};
use super::outcome::WaysOutcome;
use super::plan::{Plan, Program};
use super::ways::Way;
use super::work::Work;
use super::{how_many, isolation, responsive};
use crate::topics::Params;
use crate::topics::predict::{Judged, Question, Seen, nearest};
use crate::trace::{EventKind, Nanos};

/// The question about a run with these parameters.
pub fn question(params: &Params) -> Option<Question> {
    let plan = Plan::new(params);
    match plan.work {
        _ if plan.program == Program::Responsive => Some(responsive::question()),
        _ if plan.program == Program::HowMany => how_many::question(&plan),
        _ if plan.program == Program::Isolation => isolation::question(&plan),
        _ if plan.tasks.len() < 2 => None,
        Work::Download => downloads(&plan),
        Work::Primes | Work::Matrix => Some(computing(&plan)),
        Work::Hash => Some(hashing(&plan)),
        Work::File => Some(files(&plan, params.int("megabytes"))),
        Work::Transfer => Some(transfer(&plan, params.int("megabytes"))),
        Work::Mixed => Some(mixed(&plan, params.int("limit"))),
        Work::Wait => None,
    }
}

fn cell<'a>(seen: &Seen<'a>, way: Way) -> Result<&'a Cell, String> {
    let outcome: &WaysOutcome = seen.outcome()?;
    analysis::cell(&outcome.cells, way).ok_or_else(|| {
        format!("There was no trial of {}, so this run decides nothing.", way.phrase())
    })
}

/// The event with which the last trial of a way began.
fn began(seen: &Seen<'_>, way: Way) -> usize {
    let meta = seen.trace.meta();
    let is_it = |kind: &EventKind| match kind {
        EventKind::SectionBegan { section } => {
            matches!(super::ways::Kind::of(meta, *section), Some(super::ways::Kind::Trial(_, of, _)) if of == way)
        }
        _ => false,
    };
    seen.event_like(is_it)
}

/// What a note says of a run whose trials other programs disturbed.
fn note(cell: &Cell) -> &'static str {
    match 3 * cell.disturbed >= cell.walls.len() && cell.disturbed > 0 {
        true => " Other programs had the processors, too: run it again when the machine is quiet.",
        false => "",
    }
}

fn downloads(plan: &Plan) -> Option<Question> {
    let waits: Vec<i64> = plan.tasks.iter().map(|task| task.nanos).collect();
    let (sum, longest) = (waits.iter().sum::<i64>() as u64, *waits.iter().max()? as u64);
    let times = [longest, sum / 2, sum];
    (2 * longest < sum).then_some(())?;
    let [longest, half, sum] = times.map(|time| Nanos(time).to_string());
    let many = waits.len();
    let text = format!(
        "{many} files take {sum} together, the longest {longest}. How long for a thread each under the GIL, nearest to?"
    );
    let question = Question::new(text, move |seen| {
        let (gil, alone) = (cell(seen, Way::Gil)?, cell(seen, Way::Alone)?);
        let took = gil.wall.median;
        Ok(Judged {
            answer: nearest(took.0 as f64, &times.map(|time| time as f64)),
            found: took.to_string(),
            why: format!(
                "Who waits for the network lets go of the emulated GIL, so the waits overlap; one after another took {}.",
                alone.wall.median
            ),
            event: began(seen, Way::Gil),
        })
    });
    let fewer = many as i64;
    Some(
        question
            .answer(longest, "all of them wait at once")
            .answer(half, "two of them at a time")
            .answer(sum, "one at a time may run")
            .then(
                "Change one control so that threads gain less over one after another.",
                "tasks: 2",
                move |seen| seen.param("tasks").parse::<i64>().is_ok_and(|tasks| tasks < fewer),
            ),
    )
}

/// The place of an answer by a ratio: of less than 0.8, of up to 1.25, and of more.
fn by_ratio(a: Nanos, b: Nanos) -> usize {
    match a.0 as f64 / b.0.max(1) as f64 {
        ratio if ratio < 0.8 => 0,
        ratio if ratio <= 1.25 => 1,
        _ => 2,
    }
}

fn against(a: &Cell, b: &Cell) -> String {
    format!("{} against {}", a.wall.median, b.wall.median)
}

/// How much each task has, of bytes: "10 MB".
fn size(plan: &Plan) -> String {
    let bytes = plan.tasks.first().map_or(0, |task| task.amount);
    format!("{} MB", bytes as f64 / 1e6)
}

/// Asks for the same with less to hand over or to write, where it can be less.
fn with_less(question: Question, text: &str, megabytes: i64) -> Question {
    if megabytes < 2 {
        return question;
    }
    question.then(text, "size: 1", move |seen| {
        seen.param("megabytes").parse::<i64>().is_ok_and(|size| size < megabytes)
    })
}

fn computing(plan: &Plan) -> Question {
    let text = match plan.work {
        Work::Matrix => format!(
            "A product in {} parts, each by a thread under the emulated GIL: against one after another, it takes?",
            plan.tasks.len()
        ),
        _ => "The tasks compute. Beside one after another, how long do threads under the emulated GIL take?".to_owned(),
    };
    Question::new(text, |seen| {
        let (gil, alone) = (cell(seen, Way::Gil)?, cell(seen, Way::Alone)?);
        let processes = cell(seen, Way::Processes)?;
        Ok(Judged {
            answer: by_ratio(gil.wall.median, alone.wall.median),
            found: against(gil, alone),
            why: format!(
                "Only the holder of that lock computes; processes, which share none, took {}.{}",
                processes.wall.median,
                note(gil)
            ),
            event: began(seen, Way::Gil),
        })
    })
    .answer("clearly less", "they share the work")
    .answer("about as long", "one of them computes at a time")
    .answer("over a quarter longer", "handing the lock over costs time")
    .then(
        "Change one control so that the tasks wait instead. Which way gains most now?",
        "program: downloads",
        |seen| seen.param("program") == "downloads",
    )
}

fn hashing(plan: &Plan) -> Question {
    let text = format!(
        "{} threads under the emulated GIL hash {} each, in C code that lets go of it. Against one after another?",
        plan.tasks.len(),
        size(plan)
    );
    Question::new(text, |seen| {
        let (gil, alone) = (cell(seen, Way::Gil)?, cell(seen, Way::Alone)?);
        let free = cell(seen, Way::Threads)?;
        Ok(Judged {
            answer: by_ratio(gil.wall.median, alone.wall.median),
            found: against(gil, alone),
            why: format!(
                "Hashing goes on without that lock, as far as there are processors; threads without any took {}.{}",
                free.wall.median,
                note(gil)
            ),
            event: began(seen, Way::Gil),
        })
    })
    .answer("clearly less", "who has let go of it computes beside the others")
    .answer("about as long", "the GIL lets one thread run at a time")
    .answer("over a quarter longer", "handing the lock over costs time")
    .then(
        "Change one control so that the threads keep the GIL while they compute.",
        "program: primes",
        |seen| matches!(seen.param("program"), "primes" | "matrix"),
    )
}

fn files(plan: &Plan, megabytes: i64) -> Question {
    let text = format!(
        "{} files of {} are written to one disk and read again. Against one after another, a thread for each takes?",
        plan.tasks.len(),
        size(plan)
    );
    let question = Question::new(text, |seen| {
        let (threads, alone) = (cell(seen, Way::Threads)?, cell(seen, Way::Alone)?);
        Ok(Judged {
            answer: by_ratio(threads.wall.median, alone.wall.median),
            found: against(threads, alone),
            why: format!(
                "All of them use one disk. One after another had a processor for {} of its {}, for copying and adding up.",
                alone.cpu, alone.wall.median
            ),
            event: began(seen, Way::Threads),
        })
    })
    .answer("clearly less", "while one waits for the disk the others go on")
    .answer("about as long", "the disk does one thing at a time")
    .answer("over a quarter longer", "they are in each other’s way");
    let then = "Change one control so that the files are smaller. Is it the same?";
    with_less(question, then, megabytes)
}

fn transfer(plan: &Plan, megabytes: i64) -> Question {
    let text = format!(
        "Each task is handed {} and only glances at them. How long do processes take, against threads?",
        size(plan)
    );
    let question = Question::new(text, |seen| {
        let (processes, threads) = (cell(seen, Way::Processes)?, cell(seen, Way::Threads)?);
        let ratio = processes.wall.median.0 as f64 / threads.wall.median.0.max(1) as f64;
        Ok(Judged {
            answer: match ratio {
                ratio if ratio < 1.5 => 0,
                ratio if ratio < 5.0 => 1,
                _ => 2,
            },
            found: against(processes, threads),
            why: "A thread is handed a reference to what all of them share; to a process every byte is copied.".to_owned(),
            event: began(seen, Way::Processes),
        })
    })
    .answer("about as long, or less", "each process works by itself")
    .answer("1.5 to 5 times as long", "a process takes longer to start")
    .answer("over 5 times as long", "all of it is copied to each of them");
    with_less(question, "Change one control so that less is handed over.", megabytes)
}

fn mixed(plan: &Plan, limit: i64) -> Question {
    let many = plan.tasks.len();
    let text = "Each task waits for a file, then counts primes. Which is nearest to threads under the emulated GIL?";
    let question = Question::new(text, |seen| {
        let (gil, alone) = (cell(seen, Way::Gil)?, cell(seen, Way::Alone)?);
        let free = cell(seen, Way::Threads)?;
        // Waits overlap, and all the computing stays one after another.
        let (wall, cpu) = (alone.wall.median.0, alone.cpu.0.min(alone.wall.median.0));
        let workers = gil.workers.max(1) as u64;
        let between = (wall - cpu) / workers + cpu;
        let times = [(wall / workers) as f64, between as f64, wall as f64];
        Ok(Judged {
            answer: nearest(gil.wall.median.0 as f64, &times),
            found: against(gil, alone),
            why: format!(
                "One after another had a processor for {} of its time. The waits overlap under that lock, the computing does \
                 not; without it threads took {}.{}",
                alone.cpu,
                free.wall.median,
                note(gil)
            ),
            event: began(seen, Way::Gil),
        })
    })
    .answer(format!("one after another, divided by {many}"), format!("{many} work at once"))
    .answer("the waits overlap, not the computing", "who waits lets go of the GIL")
    .answer("one after another", "the GIL lets one thread run at a time");
    let then = "Change one control so that the tasks compute less.";
    if limit <= 1_000_000 {
        return question;
    }
    question.then(then, "primes below: 1000000", move |seen| {
        seen.param("limit").parse::<i64>().is_ok_and(|other| other < limit)
    })
}
