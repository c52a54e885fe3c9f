//! Numbers, tasks and processes in words.

use super::Scene;
use crate::replay::words::signal_name;
pub use crate::replay::words::{count as plural, grouped as count};
use crate::replay::{self, Ending, Task, TaskStage};
use crate::topics::process_pool::numbers::Numbers;
use crate::topics::process_pool::plan::JobKind;
use crate::topics::process_pool::world::{Kind, Side};
use crate::trace::{ActorId, End, Nanos};

/// "1 process", "2 processes".
pub fn processes(number: usize) -> String {
    plural(number, "process")
}

/// "2nd", "13th".
pub fn nth(number: usize) -> String {
    let suffix = match (number % 10, number % 100) {
        (1, last) if last != 11 => "st",
        (2, last) if last != 12 => "nd",
        (3, last) if last != 13 => "rd",
        _ => "th",
    };
    format!("{}{suffix}", count(number))
}

/// Whether a process ended in a way that nobody planned.
pub fn is_bad(end: End) -> bool {
    !matches!(end, End::Normal | End::Exited(0) | End::Cancelled)
}

/// How a process ended.
pub fn ended(end: End) -> String {
    match end {
        End::Killed(signal) => format!("killed by {}", signal_name(signal)),
        End::Exited(status) if status != 0 => format!("exited with status {status}"),
        End::Error(_) => "failed".to_owned(),
        End::Normal | End::Exited(_) | End::Cancelled => "ended".to_owned(),
    }
}

/// What a task does, from its argument as the trace has it.
pub fn what(job: JobKind, item: &str) -> String {
    let listed: Vec<i64> = (item.trim_matches(['[', ']']).split(", "))
        .filter_map(|number| number.parse().ok())
        .collect();
    match (job, &listed[..]) {
        (JobKind::Square, [n]) => format!("{n}²"),
        (JobKind::Sleep, [_, micros, ..]) => {
            format!("sleep {}", Nanos::from_micros(micros.unsigned_abs()))
        }
        (JobKind::Primes, [n]) => format!("primes < {}", count(*n as usize)),
        (JobKind::Image, [side, _]) => format!("{side} × {side} px"),
        _ => item.to_owned(),
    }
}

/// What one of two pools is called.
pub fn side(scene: &Scene<'_>, side: &Side) -> String {
    let workers = scene.plan.workers;
    match (side.kind, scene.sides.last().map(|s| s.kind)) {
        (Kind::Reused, Some(Kind::LargeChunks)) => match scene.plan.chunk() {
            1 => "one task at a time".to_owned(),
            chunk => format!("chunks of {chunk}"),
        },
        (Kind::Reused, _) => format!("{} reused", processes(workers)),
        (Kind::OneEach, _) => "one process per task".to_owned(),
        (Kind::LargeChunks, _) => format!("chunks of {}", scene.plan.large_chunk()),
    }
}

/// A task, what it does and how far it is.
pub fn of_task(scene: &Scene<'_>, task: &Task) -> String {
    let meta = scene.view.trace.meta();
    let by = |worker: ActorId| {
        let pid = scene.view.state.actor(worker).map_or(0, |a| a.os_id);
        format!("{} (PID {pid})", scene.looks.name(worker))
    };
    let what = scene.what(task.item);
    let state = match (task.at(scene.view.now), task.worker()) {
        (TaskStage::Unknown, _) => "not handed in yet".to_owned(),
        (TaskStage::Pending | TaskStage::Prefetched(_), _) => "waits".to_owned(),
        (TaskStage::Running(worker, since), _) => {
            format!("{} has been at it for {}", by(worker), scene.view.now.since(since))
        }
        (TaskStage::Ended(Ending::Finished(result)), Some(worker)) => format!(
            "{} did it in {}: {}",
            by(worker),
            task.took().unwrap_or_default(),
            meta.item(result)
        ),
        (TaskStage::Ended(Ending::Finished(result)), None) => meta.item(result),
        (TaskStage::Ended(Ending::Failed(error)), _) => format!("failed: {}", meta.text(error)),
        (TaskStage::Ended(Ending::Cancelled), _) => "cancelled".to_owned(),
    };
    format!("task {}, {what}: {state}", task.id.0)
}

/// The numbers of the moment for the inspector.
pub fn facts(numbers: &Numbers, side: &Side) -> Vec<(String, String)> {
    let time = |time: Option<Nanos>| time.map_or("none yet".to_owned(), |t| t.to_string());
    let fact = |name: &str, value: String| (name.to_owned(), value);
    let begun: u32 = numbers.per_worker.iter().sum();
    let mut facts = vec![
        fact("tasks begun", count(begun as usize)),
        fact("processes", count(numbers.processes)),
        fact("utilisation", format!("{:.0} %", 100.0 * numbers.utilisation)),
        fact("mean time in queue", time(numbers.mean_wait)),
        fact("overhead per task", time(numbers.overhead)),
        fact(&format!("start of {}", plural(side.size, "worker")), time(numbers.start)),
    ];
    if side.kind != Kind::Reused {
        facts.insert(0, fact("pool", side.kind.pool().to_owned()));
    }
    if side.kind != Kind::OneEach {
        let each: Vec<String> = numbers.per_worker.iter().take(16).map(u32::to_string).collect();
        let more = if numbers.per_worker.len() > 16 { " …" } else { "" };
        facts.push(fact("tasks per worker", format!("{}{more}", each.join(" · "))));
    }
    if let Some(memory) = numbers.mean_memory() {
        facts.push(fact("memory per worker", format!("{} own", replay::bytes(memory))));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_signals_in_words() {
        assert_eq!([1, 2, 3, 11, 12, 22].map(nth), ["1st", "2nd", "3rd", "11th", "12th", "22nd"]);
        assert_eq!(ended(End::Killed(9)), "killed by SIGKILL");
        assert_eq!(ended(End::Killed(64)), "killed by signal 64");
    }

    #[test]
    fn tasks_say_what_they_do() {
        assert_eq!(what(JobKind::Square, "7"), "7²");
        assert_eq!(what(JobKind::Sleep, "[6, 1000000, 1]"), "sleep 1.00 s");
        assert_eq!(what(JobKind::Primes, "20000"), "primes < 20,000");
        assert_eq!(what(JobKind::Image, "[32, 17]"), "32 × 32 px");
        assert_eq!(what(JobKind::Image, "odd"), "odd");
    }
}
