//! What a student is asked before a run.

use super::plan::{Plan, Program};
use super::trials::{Cell, Measured, Trials};
use super::ways::Way;
use super::work::Work;
use super::{how_many, responsive};
use crate::topics::multiprocessing::Multiprocessing;
use crate::topics::predict::asks::{ABOUT, against};
use crate::topics::predict::{Judged, Question, Seen, nearest};
use crate::topics::{Params, Topic};
use crate::trace::{EventKind, Follow, Nanos};

/// The question about a run with these parameters.
pub fn question(params: &Params) -> Option<Question> {
    let plan = Plan::new(params);
    match plan.work {
        _ if plan.program == Program::Responsive => Some(responsive::question()),
        _ if plan.program == Program::HowMany => how_many::question(&plan),
        _ if plan.program == Program::Isolation => isolation(&plan),
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

/// The question of topic 3, with this topic's words.
fn isolation(plan: &Plan) -> Option<Question> {
    let many = plan.tasks.len();
    let mut question = Multiprocessing.question(&plan.crash())?;
    question.text = format!(
        "{many} processes work, and {many} threads of one more process. In each of the two groups one crashes. Who of the others finishes?"
    );
    Some(question)
}

/// What the trials of a way come to.
fn cell(seen: &Seen<'_>, way: Way) -> Result<Cell, String> {
    let cells = Trials::of(seen.trace).cells(seen.trace.end(), |trial| trial.of.way);
    cells.into_iter().find(|cell| cell.of.way == way).ok_or_else(|| {
        format!("There was no trial of {}, so this run decides nothing.", way.said().phrase)
    })
}

/// The event with which a way of a work began.
pub fn began(seen: &Seen<'_>, work: usize, way: Way) -> usize {
    let meta = seen.trace.meta();
    let is_it = |section| Measured::in_section(meta, section) == Some(Measured { work, way });
    seen.event_like(|kind| matches!(kind, EventKind::SectionBegan { section } if is_it(*section)))
}

fn median(seen: &Seen<'_>, way: Way) -> Result<Nanos, String> {
    Ok(cell(seen, way)?.wall.median)
}

/// Which of three times is nearest to that of threads under the emulated GIL? `judge`: the times that
/// are answers, what was found, and why.
fn of_gil(
    text: String,
    answers: [(&str, &str); 3],
    judge: impl Fn(&Seen<'_>) -> Result<([u64; 3], String, String), String> + Send + Sync + 'static,
) -> Question {
    Question::new(text, move |seen| {
        let (gil, (times, found, why)) = (cell(seen, Way::Gil)?, judge(seen)?);
        let answer = nearest(gil.wall.median.0 as f64, &times.map(|time| time as f64));
        let why = why + gil.disturbance.note();
        Ok(Judged { answer, found, why, event: began(seen, 0, Way::Gil) })
    })
    .answers(answers)
}

/// How long does a way take against another, and why, in a sentence?
fn of_ways(
    text: String,
    [way, other]: [Way; 2],
    times: [f64; 2],
    answers: [(&str, &str); 3],
    why: impl Fn(&Seen<'_>) -> Result<String, String> + Send + Sync + 'static,
) -> Question {
    let took = move |seen: &Seen<'_>| Ok([median(seen, way)?, median(seen, other)?]);
    against(text, times, answers, took, move |seen| {
        Ok((why(seen)? + cell(seen, way)?.disturbance.note(), began(seen, 0, way)))
    })
}

/// How much each task has, of bytes: "10 MB".
fn size(plan: &Plan) -> String {
    let bytes = plan.tasks.first().map_or(0, |task| task.amount);
    format!("{} MB", bytes as f64 / 1e6)
}

/// Asks for the same with less of something, where it can be less.
fn with_less(
    question: Question,
    [text, hint, key]: [&'static str; 3],
    [now, least]: [i64; 2],
) -> Question {
    let is_less = move |seen: &Seen<'_>| seen.param(key).parse::<i64>().is_ok_and(|n| n < now);
    if now > least { question.then(text, hint, is_less) } else { question }
}

#[rustfmt::skip]
fn downloads(plan: &Plan) -> Option<Question> {
    let waits: Vec<u64> = plan.tasks.iter().map(|task| task.nanos.unsigned_abs()).collect();
    let (many, sum, longest) = (waits.len(), waits.iter().sum::<u64>(), *waits.iter().max()?);
    let times = [longest, sum / 2, sum];
    let [longest, half, sum] = times.map(|time| Nanos(time).to_string());
    let question = of_gil(
        format!("{many} files take {sum} together, the longest {longest}. A thread for each, under the emulated GIL: how long does it take, nearest to?"),
        [(&longest, "all of them wait at once"), (&half, "two of them at a time"), (&sum, "one at a time may run")],
        move |seen| {
            let (took, alone) = (median(seen, Way::Gil)?, median(seen, Way::Alone)?);
            let why = format!("Who waits for the network lets go of the emulated GIL, so the waits overlap; one after another took {alone}.");
            Ok((times, took.to_string(), why))
        },
    );
    let less = "Change one control so that threads gain less over one after another.";
    (2 * times[0] < times[2]).then(|| with_less(question, [less, "tasks: 2", "tasks"], [many as i64, 1]))
}

#[rustfmt::skip]
fn computing(plan: &Plan) -> Question {
    of_ways(
        match plan.work {
            Work::Matrix => format!("A product in {} parts, each by a thread under the emulated GIL. Compared with one after another, how long does it take?", plan.tasks.len()),
            _ => "The tasks compute. Compared with one after another, how long do threads under the emulated GIL take?".to_owned(),
        },
        [Way::Gil, Way::Alone], ABOUT,
        [("clearly less", "they share the work"),
         ("about as long", "one of them computes at a time"),
         ("over a quarter longer", "handing the lock over costs time")],
        |seen| Ok(format!("Only the holder of that lock computes; processes, which share none, took {}.", median(seen, Way::Processes)?)),
    )
    .then("Change one control so that the tasks wait instead. Which way gains most now?", "program: downloads",
        |seen| seen.param("program") == "downloads")
}

#[rustfmt::skip]
fn hashing(plan: &Plan) -> Question {
    of_ways(
        format!("{} threads under the emulated GIL hash {} each, in C code that lets go of it. Compared with one after another, how long does it take?", plan.tasks.len(), size(plan)),
        [Way::Gil, Way::Alone], ABOUT,
        [("clearly less", "who has let go of it computes beside the others"),
         ("about as long", "the GIL lets one thread run at a time"),
         ("over a quarter longer", "handing the lock over costs time")],
        |seen| Ok(format!("Hashing goes on without that lock, as far as there are processors; threads without any took {}.", median(seen, Way::Threads)?)),
    )
    .then("Change one control so that the threads keep the GIL while they compute.", "program: primes",
        |seen| matches!(seen.param("program"), "primes" | "matrix"))
}

#[rustfmt::skip]
fn files(plan: &Plan, megabytes: i64) -> Question {
    let question = of_ways(
        format!("{} files of {} are written to one disk and read again, by a thread for each. Compared with one after another, how long does it take?", plan.tasks.len(), size(plan)),
        [Way::Threads, Way::Alone], ABOUT,
        [("clearly less", "while one waits for the disk the others go on"),
         ("about as long", "the disk does one thing at a time"),
         ("over a quarter longer", "they are in each other’s way")],
        |seen| {
            let alone = cell(seen, Way::Alone)?;
            Ok(format!("All of them use one disk. One after another had a processor for {} of its {}, for copying and adding up.", alone.cpu, alone.wall.median))
        },
    );
    let smaller = "Change one control so that the files are smaller. Is it the same?";
    with_less(question, [smaller, "size: 1", "megabytes"], [megabytes, 1])
}

#[rustfmt::skip]
fn transfer(plan: &Plan, megabytes: i64) -> Question {
    let question = of_ways(
        format!("Each task is handed {} and only glances at them. Compared with threads, how long do processes take?", size(plan)),
        [Way::Processes, Way::Threads], [1.5, 5.0],
        [("about as long, or less", "each process works by itself"),
         ("1.5 to 5 times as long", "a process takes longer to start"),
         ("over 5 times as long", "all of it is copied to each of them")],
        |_| Ok("A thread is handed a reference to what all of them share; to a process every byte is copied.".to_owned()),
    );
    with_less(question, ["Change one control so that less is handed over.", "size: 1", "megabytes"], [megabytes, 1])
}

#[rustfmt::skip]
fn mixed(plan: &Plan, limit: i64) -> Question {
    let many = plan.tasks.len();
    let longest = plan.tasks.iter().map(|task| task.nanos.unsigned_abs()).max().unwrap_or(0);
    let question = of_gil(
        "Each task waits for a file, then counts primes. How long do threads under the emulated GIL take, nearest to?".to_owned(),
        [(&format!("1/{many} of one after another"), &format!("{many} work at once")),
         ("all computing, plus the longest wait", "who waits lets go of the GIL, so the waits overlap"),
         ("as long as one after another", "the GIL lets one thread run at a time")],
        move |seen| {
            let (gil, alone) = (cell(seen, Way::Gil)?, cell(seen, Way::Alone)?);
            let (wall, workers) = (alone.wall.median.0, gil.workers.max(1) as u64);
            let cpu = alone.cpu.0.min(wall);
            let times = [wall / workers, cpu + longest, wall];
            let found = format!("{} against {}", gil.wall.median, alone.wall.median);
            let why = format!("One after another had a processor for {} of its time. The waits overlap under that lock, the computing does not; without it threads took {}.",
                alone.cpu, median(seen, Way::Threads)?);
            Ok((times, found, why))
        },
    );
    let less = "Change one control so that the tasks compute less.";
    with_less(question, [less, "primes below: 1000000", "limit"], [limit, 1_000_000])
}
