//! The topic in words.

use super::Scene;
use crate::replay::{self, Ending, Phase, Task, TaskStage};
use crate::topics::process_pool::numbers::Numbers;
use crate::topics::process_pool::plan::{Call, JobKind};
use crate::topics::process_pool::spec::PRESETS;
use crate::topics::process_pool::world::{self, Kind, Side};
use crate::trace::{ActorId, End, Nanos};
use crate::widgets::stage::RunStatus;

/// A number with its thousands set apart: "1,000".
pub fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "1 task", "2 tasks".
pub fn plural(number: usize, word: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{} {word}{s}", count(number))
}

/// "1 process", "2 processes".
fn processes(number: usize) -> String {
    let es = if number == 1 { "" } else { "es" };
    format!("{} process{es}", count(number))
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

/// How a process ended.
pub fn ended(end: End) -> String {
    match end {
        End::Killed(signal) => format!("killed by {}", signal_name(signal)),
        End::Exited(status) if status != 0 => format!("exited with status {status}"),
        End::Error(_) => "failed".to_owned(),
        End::Normal | End::Exited(_) | End::Cancelled => "ended".to_owned(),
    }
}

/// A signal's name, of those that end a process most often. Their numbers are the same on all Unixes.
fn signal_name(signal: u8) -> String {
    match signal {
        2 => "SIGINT".to_owned(),
        4 => "SIGILL".to_owned(),
        6 => "SIGABRT".to_owned(),
        8 => "SIGFPE".to_owned(),
        9 => "SIGKILL".to_owned(),
        11 => "SIGSEGV".to_owned(),
        15 => "SIGTERM".to_owned(),
        other => format!("signal {other}"),
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
        (TaskStage::Pending, _) => "waits".to_owned(),
        (TaskStage::Running(worker, since), _) => {
            format!(
                "{} has been at it for {}",
                by(worker),
                scene.view.now.since(since)
            )
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

/// The last death of a worker that was none of the pool's doing: who, how, and what became of its task. The same in
/// ever fewer words.
pub fn last_death(scene: &Scene<'_>) -> Option<[String; 3]> {
    let view = scene.view;
    let bad = |end: End| !matches!(end, End::Normal | End::Exited(0) | End::Cancelled);
    let dead = scene.side.workers.iter().filter_map(|&worker| {
        let state = view.state.actor(worker)?;
        let (end, at) = state.end.filter(|(end, _)| bad(*end))?;
        Some((at, worker, end, state.os_id))
    });
    let (at, worker, end, pid) = dead.max_by_key(|(at, ..)| *at)?;
    let badge = scene.looks.badge(worker);
    let was = if matches!(end, End::Killed(_)) {
        "was "
    } else {
        ""
    };
    let how = format!("{was}{}", ended(end));
    // Its tasks ended just before it did.
    let tasks = scene.tasks?;
    let lost = (tasks.ended_at(at).rev().take(NEAR)).find(|task| task.worker() == Some(worker));
    let lost = lost.filter(|task| !matches!(task.ended, Some((_, Ending::Finished(_)))));
    let (when, then) = match lost {
        None => (String::new(), String::new()),
        Some(lost) => {
            let again = tasks
                .get(lost.id)
                .filter(|last| last.again && last.submitted <= view.now);
            let error = match lost.ended {
                Some((_, Ending::Failed(error))) => view.trace.meta().text(error),
                _ => "",
            };
            let then = match again {
                Some(_) => ", which is begun again",
                None if error == TIMED_OUT => ", which took longer than it was given",
                None if error.is_empty() => ", which is cancelled",
                None => ", which is reported as failed",
            };
            (format!(" in task {}", lost.id.0), then.to_owned())
        }
    };
    let next = successor(scene, worker);
    let long = |next: Option<&(String, String)>| match next {
        Some((long, _)) => format!("; {long}"),
        None => String::new(),
    };
    let short = next
        .as_ref()
        .map_or_else(String::new, |(_, short)| format!("; {short}"));
    let who = match pid {
        0 => badge.to_string(),
        pid => format!("{badge} (PID {pid})"),
    };
    Some([
        format!("{who} {how}{when}{then}{}.", long(next.as_ref())),
        format!("{badge} {how}{when}{short}."),
        format!("{badge} {how}{when}."),
    ])
}

/// What the trace says of a task whose worker was killed because it took too long.
const TIMED_OUT: &str = "the task took longer than it was given";

/// Who took a dead worker's place, in more and in fewer words.
fn successor(scene: &Scene<'_>, dead: ActorId) -> Option<(String, String)> {
    let slot = scene.side.slots.iter().find(|slot| slot.contains(&dead))?;
    let place = slot.iter().position(|w| *w == dead)?;
    let next = *slot.get(place + 1)?;
    let badge = scene.looks.badge(next);
    Some(
        match world::birth(scene.view.replay, next).filter(|at| *at <= scene.view.now) {
            Some(_) => {
                let pid = scene.view.state.actor(next).map_or(0, |a| a.os_id);
                (
                    format!("{badge} (PID {pid}) took its place"),
                    format!("{badge} took its place"),
                )
            }
            None => (
                format!("{badge} is starting"),
                format!("{badge} is starting"),
            ),
        },
    )
}

/// Tasks that end at once with a worker, at most.
const NEAR: usize = 256;

/// The last line of output.
pub fn said(scene: &Scene<'_>) -> Option<String> {
    let view = scene.view;
    let said = view.state.said?;
    let line = view.trace.meta().message(said.text, said.args);
    let who = scene.looks.badge(said.actor);
    Some(format!("{who}: “{line}”, {} ago", view.now.since(said.at)))
}

/// What the box says.
pub struct Moment {
    /// Whom it is about.
    pub actor: Option<ActorId>,
    /// Its title.
    pub title: String,
    /// Its words.
    pub text: String,
    /// The same where there is little room.
    pub short: Option<String>,
}

impl Moment {
    fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            actor: None,
            title: title.into(),
            text: text.into(),
            short: None,
        }
    }

    fn or_short(self, short: String) -> Self {
        Self {
            short: Some(short),
            ..self
        }
    }
}

/// What this moment is about: the selected worker, how the run ended, or what reuse has bought so far.
pub fn moment(scene: &Scene<'_>) -> Moment {
    let view = scene.view;
    if let Some(worker) = scene.selected() {
        return about(scene, worker);
    }
    let at_end = view.now >= view.trace.end();
    match view.status {
        RunStatus::Idle => return ready(scene),
        RunStatus::Failed(why) if at_end => return Moment::new("The run failed", why.clone()),
        RunStatus::Stopped if at_end => {
            let gone = processes(scene.side.workers.len());
            let text = format!(
                "After {} the pool was terminated: its {gone} are gone, and open tasks are cancelled.",
                view.trace.end()
            );
            return Moment::new("Stopped", text);
        }
        RunStatus::Done if at_end => {
            if let Some(said) = verdict(scene) {
                return said;
            }
        }
        _ => {}
    }
    so_far(scene)
}

fn ready(scene: &Scene<'_>) -> Moment {
    let preset = &scene.view.trace.meta().preset;
    let summary = PRESETS.iter().find(|p| p.id == preset.as_str());
    let summary = summary.map_or("", |p| p.summary);
    let text = format!("{summary} {} Press Run.", how(scene.plan.call));
    Moment::new("Ready", text).or_short(format!("{summary} Press Run."))
}

/// What is special about a call.
fn how(call: Call) -> &'static str {
    match call {
        Call::Map => "map hands in all tasks and returns when all results are there.",
        Call::Imap => {
            "imap hands in all tasks and yields results in order, each when it is its turn."
        }
        Call::ImapUnordered => "imap_unordered hands in all tasks and yields results as they come.",
        Call::Apply => {
            "apply waits for each result before it hands in the next task: nothing runs in parallel."
        }
        Call::ApplyAsync => {
            "apply_async hands in one task after another without waiting; results are called back."
        }
    }
}

fn about(scene: &Scene<'_>, worker: ActorId) -> Moment {
    let view = scene.view;
    let state = view.state.actor(worker).cloned().unwrap_or_default();
    let title = match state.os_id {
        0 => scene.looks.name(worker),
        pid => format!("{}, PID {pid}", scene.looks.name(worker)),
    };
    let mut text = match (state.end, state.phase) {
        (Some((end, at)), _) => format!(
            "It {} at {at}.",
            match end {
                End::Killed(_) => format!("was {}", ended(end)),
                _ => ended(end),
            }
        ),
        (None, Phase::NotStarted) => "It has not said a word yet.".to_owned(),
        (None, _) => match state.task {
            Some(working) => format!(
                "It has been at task {} for {}.",
                working.task.0,
                view.now.since(working.since)
            ),
            None => format!(
                "It waits for a task, since {}.",
                view.now.since(state.since)
            ),
        },
    };
    let (tasks, busy) = (scene.tally.tasks(worker), scene.tally.busy(worker));
    text = format!(
        "{text} {} ended, {busy} in them",
        plural(tasks as usize, "task")
    );
    let short = format!("{text}.");
    if let Some(cpu) = state.cpu_time {
        text = format!("{text}, {cpu} on a processor");
    }
    if let Some(memory) = state.own_memory {
        text = format!("{text}; {} of memory is its alone", replay::bytes(memory));
    }
    Moment {
        actor: Some(worker),
        title,
        text: format!("{text}."),
        short: Some(short),
    }
}

/// What reuse has bought, or how even the work is, up to now.
fn so_far(scene: &Scene<'_>) -> Moment {
    let view = scene.view;
    let started = scene.side.started_at(view.replay, view.now);
    let state = scene.pool;
    let begun = state.map_or(0, |p| {
        (p.finished + p.failed + p.cancelled) as usize + p.running.len()
    });
    let compared = scene.sides.last().map(|side| side.kind);
    match (scene.side.kind, compared) {
        (Kind::OneEach, _) => Moment::new(
            "One process per task",
            format!(
                "{} for {}: each is started, does one task and ends. Compare the bars above.",
                processes(started),
                plural(begun, "task")
            ),
        ),
        (Kind::LargeChunks, _) | (Kind::Reused, Some(Kind::LargeChunks)) => {
            let (most, least) = spread(scene);
            let title = match scene.side.kind {
                Kind::LargeChunks => "One chunk for each worker",
                _ => "Whoever is free takes the next task",
            };
            let text = format!(
                "Time in tasks, from the busiest worker to the least busy: {most} to {least}."
            );
            let text = match scene.side.kind {
                Kind::LargeChunks => {
                    format!("{text} One that is done early cannot help the others.")
                }
                _ => text,
            };
            Moment::new(title, text).or_short(format!("Time in tasks: {most} to {least}."))
        }
        _ => {
            let mut text = match begun {
                0 => format!("{} started; no task has begun yet.", processes(started)),
                _ => format!(
                    "{} started for {}; one process per task would have started {}.",
                    processes(started),
                    plural(begun, "task"),
                    count(begun)
                ),
            };
            if scene.plan.call != Call::Map && scene.sides.len() == 1 {
                text = format!("{text} {}", how(scene.plan.call));
            }
            Moment::new("Reuse so far", text)
        }
    }
}

/// Time in tasks that have ended, of the busiest place and the least busy one.
fn spread(scene: &Scene<'_>) -> (Nanos, Nanos) {
    let busy = scene.side.slots.iter().map(|slot| {
        let all = slot.iter().map(|worker| scene.tally.busy(*worker));
        all.fold(Nanos::ZERO, |a, b| a + b)
    });
    let (mut most, mut least) = (Nanos::ZERO, Nanos::MAX);
    for one in busy {
        (most, least) = (most.max(one), least.min(one));
    }
    (
        most,
        if least == Nanos::MAX {
            Nanos::ZERO
        } else {
            least
        },
    )
}

/// What came out.
fn verdict(scene: &Scene<'_>) -> Option<Moment> {
    let outcome = scene.view.outcome?;
    let number = |key: &str| {
        outcome
            .get(key)
            .and_then(serde_json::Value::as_i64)
            .unwrap_or(0)
    };
    let within = |key: &str, field: &str| {
        let value = outcome.get(key)?.get(field)?.as_u64()?;
        Some(Nanos(value))
    };
    let wall = Nanos(number("wall_ns").unsigned_abs());
    let tasks = plural(scene.plan.tasks, "task");
    let workers = number("processes").unsigned_abs() as usize;
    if let Some(other) = within("one_process_each", "wall_ns") {
        let saved = number("saved_by_reuse_ns");
        let each = Nanos(saved.unsigned_abs() / (scene.plan.tasks as u64).max(1));
        let fresh = outcome
            .get("one_process_each")
            .and_then(|o| o.get("processes"));
        let fresh = fresh.and_then(serde_json::Value::as_u64).unwrap_or(0) as usize;
        let title = match saved > 0 {
            true => format!("Reuse saved {}", Nanos(saved.unsigned_abs())),
            false => "Reuse saved nothing this time".to_owned(),
        };
        return Some(Moment::new(
            title,
            format!(
                "{wall} with {}, {other} with {}: a new process for each cost {each} a task.",
                processes(workers),
                count(fresh)
            ),
        ));
    }
    if let Some(other) = within("large_chunks", "wall_ns") {
        let least = within("large_chunks", "least_busy_ns").unwrap_or_default();
        let most = within("large_chunks", "busiest_ns").unwrap_or_default();
        let times = other.0 as f64 / wall.0.max(1) as f64;
        return Some(Moment::new(
            format!("Large chunks took {times:.1} times as long"),
            format!(
                "{wall} against {other}. With chunks of {} the busiest worker had {most} of work and the least busy {least}.",
                scene.plan.large_chunk()
            ),
        )
        .or_short(format!("{wall} against {other}. Work per worker: {most} to {least}.")));
    }
    let failed = outcome.get("failed").and_then(|f| f.as_array());
    let failed = failed.map_or(&[][..], |f| f.as_slice());
    let reuse = format!(
        "{} did {tasks} in {wall}; one process per task would have started {}.",
        processes(workers),
        count(scene.plan.tasks)
    );
    Some(match failed {
        [] => Moment::new(format!("All {tasks} done"), reuse),
        [one] => {
            let task = one.get("task").map_or(String::new(), ToString::to_string);
            let error = one.get("error").and_then(|e| e.as_str()).unwrap_or("");
            let done = scene.plan.tasks - 1;
            let short = format!("{error}. {} in {wall}.", processes(workers));
            let title = format!("{} done, task {task} failed", count(done));
            Moment::new(title, format!("{error}. {reuse}")).or_short(short)
        }
        many => {
            let done = scene.plan.tasks - many.len();
            let title = format!("{} done, {} failed", count(done), count(many.len()));
            Moment::new(title, reuse)
        }
    })
}

/// The numbers of the moment for the inspector.
pub fn facts(numbers: &Numbers, side: &Side) -> Vec<(String, String)> {
    let time = |time: Option<Nanos>| time.map_or("none yet".to_owned(), |t| t.to_string());
    let fact = |name: &str, value: String| (name.to_owned(), value);
    let begun: u32 = numbers.per_worker.iter().sum();
    let mut facts = vec![
        fact("pool", side.kind.pool().to_owned()),
        fact("tasks begun", count(begun as usize)),
        fact("processes", count(numbers.processes)),
        fact(
            "utilisation",
            format!("{:.0} %", 100.0 * numbers.utilisation),
        ),
        fact("mean time in queue", time(numbers.mean_wait)),
        fact("overhead per task", time(numbers.overhead)),
        fact(
            &format!("start of {}", plural(side.size, "worker")),
            time(numbers.start),
        ),
    ];
    if side.kind != Kind::OneEach {
        let each: Vec<String> = numbers
            .per_worker
            .iter()
            .take(16)
            .map(u32::to_string)
            .collect();
        let more = if numbers.per_worker.len() > 16 {
            " …"
        } else {
            ""
        };
        facts.push(fact(
            "tasks per worker",
            format!("{}{more}", each.join(" · ")),
        ));
    }
    if let Some(memory) = numbers.mean_memory() {
        facts.push(fact(
            "memory per worker",
            format!("{} own", replay::bytes(memory)),
        ));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_signals_in_words() {
        assert_eq!(count(7), "7");
        assert_eq!(count(1000), "1,000");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(
            [1, 2, 3, 11, 12, 22].map(nth),
            ["1st", "2nd", "3rd", "11th", "12th", "22nd"]
        );
        assert_eq!(ended(End::Killed(9)), "killed by SIGKILL");
        assert_eq!(ended(End::Killed(64)), "killed by signal 64");
        assert_eq!(plural(1, "task"), "1 task");
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
