//! What a student is asked before a run.

use super::analysis::{self, Cell};
use super::plan::Backend;
use super::trials::Trials;
use crate::topics::Params;
use crate::topics::cpython::Part;
use crate::topics::predict::{Judged, Question, Seen};
use crate::trace::{Follow, Nanos};

/// The question about a run with these parameters.
pub fn question(params: &Params) -> Option<Question> {
    let backends = Backend::chosen(params.choice("backend"), params.choice("start_method"));
    let backend = backends.into_iter().find(|backend| backend.has_pools())?;
    let whose = match (backend, backend.method()) {
        (Backend::Workers, _) => "of worker processes".to_owned(),
        (Backend::Threads, _) => "of threads".to_owned(),
        (_, Some(method)) => format!("of CPython by {method}"),
        (_, None) => "of CPython".to_owned(),
    };
    let (numbers, sizes) = (params.int("numbers"), params.get("sizes")?.to_string());
    let sizes = sizes.replace(' ', ", ");
    let work = match params.int("work") {
        0 => String::new(),
        micros => format!(" with {} of work each", Nanos::from_micros(micros.unsigned_abs())),
    };
    let text =
        format!("{numbers} squares{work} on pools {whose}, sizes {sizes}. Which is done first?");
    let question = Question::new(text, move |seen| {
        let (cells, disturbed, is_there) = measured(seen, backend)?;
        let (first, clear) = first(&cells);
        let cell = &cells[first];
        let (smallest, largest) = (&cells[0], &cells[cells.len() - 1]);
        let answer = match first {
            _ if disturbed || !clear || cells.len() < 2 => 3,
            0 => 0,
            last if last + 1 == cells.len() => 2,
            _ => 1,
        };
        let found = match answer {
            3 => "no pool clearly before the others".to_owned(),
            _ => format!("the pool of {}: {}", cell.size, cell.total.median),
        };
        let reason = match (disturbed, answer) {
            (true, _) => " Other programs had the processors, so these times cannot be compared.",
            (false, 3) => " The trials are too few, or too close, to tell the first two apart.",
            _ => "",
        };
        let [start, map, shutdown] = largest.parts;
        let parts = match is_there {
            true => format!("{} of that to start and shut down, {map} to map", start + shutdown),
            false => format!(
                "{} of that to start and map, for its processes come up while it maps, {shutdown} to shut down",
                start + map
            ),
        };
        Ok(Judged {
            answer,
            found,
            why: format!(
                "The pool of {} took {}, that of {} {}: {parts}.{reason}",
                smallest.size, smallest.total.median, largest.size, largest.total.median,
            ),
            event: largest_trial(seen, backend, largest.size),
        })
    });
    let question = question
        .answer("the smallest", "for so little work each process more costs more than it brings")
        .answer("one in between", "some help is good, too much gets in its own way")
        .answer("the largest", "the more workers, the sooner it is done")
        .answer("none clearly", "the differences are too small to tell");
    Some(match params.int("work") {
        0 => question.then(
            "Change one control so that the smallest pool is not the first any more.",
            "work each: 2 ms",
            move |seen| is_first(seen, backend, |place| place > 0),
        ),
        _ => question.then(
            "Change one control so that the smallest pool is done first.",
            "work each: none",
            move |seen| is_first(seen, backend, |place| place == 0),
        ),
    })
}

/// What was measured of a backend, by size; whether other programs disturbed it too much; and whether its workers were there
/// when a pool was made.
fn measured(seen: &Seen<'_>, backend: Backend) -> Result<(Vec<Cell>, bool, bool), String> {
    let trials = Trials::of(seen.trace);
    let of = trials.all.iter().filter(|trial| trial.of.backend == backend);
    let disturbance = analysis::disturbance(of.clone(), trials.cores);
    let cells = analysis::cells(of);
    match cells.is_empty() {
        true => Err("No pool was measured, so this run decides nothing.".to_owned()),
        false => {
            let is_there =
                backend.has_workers_when_made(Part::of(seen.trace.meta()).method.as_deref());
            // As the sentence about the run does.
            let all = analysis::cells(&trials.all);
            let cannot_be = analysis::impossible(&all, backend, trials.cores);
            let is_disturbed = disturbance.forbids_comparison() || cannot_be.is_some();
            Ok((cells, is_disturbed, is_there))
        }
    }
}

/// The place of the size with the smallest median, and whether no other is about as fast.
fn first(cells: &[Cell]) -> (usize, bool) {
    let all = cells.iter().enumerate();
    let first = all.min_by_key(|(_, cell)| cell.total.median).map_or(0, |(place, _)| place);
    let others = cells.iter().enumerate().filter(|(place, _)| *place != first);
    (first, others.map(|(_, other)| other).all(|other| other.total.are_apart(&cells[first].total)))
}

fn is_first(seen: &Seen<'_>, backend: Backend, like: impl Fn(usize) -> bool) -> bool {
    let Ok((cells, false, _)) = measured(seen, backend) else { return false };
    let (first, clear) = first(&cells);
    clear && like(first)
}

/// The event at which a trial on a pool of this size ended.
fn largest_trial(seen: &Seen<'_>, backend: Backend, size: usize) -> usize {
    let trials = Trials::of(seen.trace);
    let mut of =
        trials.all.iter().filter(|t| t.of.backend == backend && t.of.size == size && t.counts());
    let end = of.next().and_then(|trial| trial.ended);
    end.map_or(seen.last(), |end| seen.event_at(end))
}
