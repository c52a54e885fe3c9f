//! Questions about a length: which of a few values is what was measured nearest to?

use super::{Judged, Question, Seen, Verdict};
use crate::trace::Nanos;

/// The place of the value that is nearest to another, by their ratio.
pub fn nearest(value: f64, to: &[f64]) -> usize {
    let far = |other: f64| (value.max(1e-9) / other.max(1e-9)).ln().abs();
    let best = to.iter().enumerate().min_by(|a, b| far(*a.1).total_cmp(&far(*b.1)));
    best.map_or(0, |(place, _)| place)
}

/// How long do `tasks` equal tasks take on `workers` workers? `None` where the answers would be the same.
pub fn of_tasks(text: String, tasks: usize, workers: usize, each: Nanos) -> Option<Question> {
    let rounds = tasks.div_ceil(workers.max(1));
    let times = [tasks as f64 / workers as f64, rounds as f64, tasks as f64];
    let times = times.map(|factor| (factor * each.0 as f64) as u64);
    let differ = times[0] < times[1] && times[1] < times[2] && each > Nanos::ZERO;
    let judge = move |seen: &Seen<'_>| judge_tasks(seen, times);
    differ.then(|| {
        let [divided, in_rounds, in_turn] = times.map(|time| Nanos(time).to_string());
        Question::new(text, judge)
            .answer(divided, format!("{tasks} tasks, divided by {workers}"))
            .answer(in_rounds, format!("{rounds} rounds of at most {workers} tasks"))
            .answer(in_turn, format!("{tasks} tasks, one after another"))
    })
}

fn judge_tasks(seen: &Seen<'_>, times: [u64; 3]) -> Verdict {
    let (from, last_but_some, to) = span(seen)?;
    let took = to.since(from);
    let answer = nearest(took.0 as f64, &times.map(|time| time as f64));
    Ok(Judged {
        answer,
        found: took.to_string(),
        why: match answer {
            1 => "Only so many tasks run at once as there are workers, and no task is divided: in the last round some \
                  workers have none."
                .to_owned(),
            _ => format!("The first task began at {from}, and the last one ended at {to}."),
        },
        event: seen.event_at(last_but_some),
    })
}

/// Beginning of the first task of the first pool, the instant from which somebody in it has nothing left to do, and the
/// end of the last task.
fn span(seen: &Seen<'_>) -> Result<(Nanos, Nanos, Nanos), String> {
    let tasks = seen.tasks();
    let begun = tasks.iter().filter_map(|task| task.started).map(|(at, _)| at);
    let ended: Vec<_> = tasks.iter().filter_map(|task| task.ended).map(|(at, _)| at).collect();
    let last_begun = begun.clone().max();
    let idle = ended.iter().copied().filter(|end| last_begun.is_some_and(|last| *end > last)).min();
    let all = begun.min().zip(ended.iter().copied().max());
    let (from, to) = all.ok_or("No task ran, so this run decides nothing.")?;
    Ok((from, idle.unwrap_or(to), to))
}
