//! What a student is asked before a run.

use super::analysis::{self, Cell};
use super::outcome::WaysOutcome;
use super::plan::Plan;
use super::ways::Way;
use super::work::Work;
use crate::topics::Params;
use crate::topics::predict::{Judged, Question, Seen, nearest};
use crate::trace::{EventKind, Nanos};

/// The question about a run with these parameters.
pub fn question(params: &Params) -> Option<Question> {
    let plan = Plan::new(params);
    match plan.work {
        _ if plan.tasks.len() < 2 => None,
        Work::Download => downloads(&plan),
        Work::Primes => Some(primes()),
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
            matches!(super::ways::Kind::of(meta, *section), Some(super::ways::Kind::Trial(of, _)) if of == way)
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

fn primes() -> Question {
    let text = "The tasks compute. Beside one after another, how long do threads under the emulated GIL take?";
    Question::new(text, |seen| {
        let (gil, alone) = (cell(seen, Way::Gil)?, cell(seen, Way::Alone)?);
        let processes = cell(seen, Way::Processes)?;
        let ratio = gil.wall.median.0 as f64 / alone.wall.median.0.max(1) as f64;
        Ok(Judged {
            answer: match ratio {
                r if r < 0.8 => 0,
                r if r <= 1.25 => 1,
                _ => 2,
            },
            found: format!("{} against {}", gil.wall.median, alone.wall.median),
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
