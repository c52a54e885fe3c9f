//! What the moment shown is about, in words.

use super::Scene;
use super::words::{count, ended, plural, processes};
use crate::replay::words::capital;
use crate::replay::{self, Phase};
use crate::topics::Outcome;
use crate::topics::process_pool::plan::Call;
use crate::topics::process_pool::spec::PRESETS;
use crate::topics::process_pool::world::Kind;
use crate::trace::{ActorId, End, Nanos};
use crate::widgets::stage::RunStatus;

/// That the run was stopped, at its end.
pub fn stopped(scene: &Scene<'_>) -> Option<[String; 3]> {
    let stopped = *scene.view.status == RunStatus::Stopped && scene.is_over();
    let short = "Stopped: the pool was terminated.";
    stopped.then(|| {
        [
            "Stopped: the pool killed its workers, and open tasks are cancelled.".to_owned(),
            "Stopped: workers killed, open tasks cancelled.".to_owned(),
            short.to_owned(),
        ]
    })
}

/// The last line of output.
pub fn said(scene: &Scene<'_>) -> Option<String> {
    let view = scene.view;
    let said = view.state.last_said()?;
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
        Self { actor: None, title: title.into(), text: text.into(), short: None }
    }

    fn or_short(self, short: String) -> Self {
        Self { short: Some(short), ..self }
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
            "apply_async hands in one task after another without waiting; get() fetches each result."
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
            None => format!("It has waited for a task for {}.", view.now.since(state.since)),
        },
    };
    let (tasks, busy) = (scene.tally.tasks(worker), scene.tally.busy(worker));
    text = match (tasks, state.end) {
        (0, None) => format!("{text} No task is done yet"),
        (0, Some(_)) => format!("{text} It did no task to its end"),
        (tasks, _) => format!("{text} {} done; {busy} in tasks", plural(tasks as usize, "task")),
    };
    let short = format!("{text}.");
    if let Some(cpu) = state.cpu_time {
        text = format!("{text}, {cpu} on a processor");
    }
    if let Some(memory) = state.own_memory {
        text = format!("{text}; {} of memory is its alone", replay::bytes(memory));
    }
    Moment { actor: Some(worker), title, text: format!("{text}."), short: Some(short) }
}

/// What reuse has bought, or how even the work is, up to now.
fn so_far(scene: &Scene<'_>) -> Moment {
    let view = scene.view;
    let started = scene.side.started_at(view.replay, view.now);
    let ended: u64 = scene.ended().iter().sum();
    let begun = ended as usize + scene.pool.map_or(0, |pool| pool.running.len());
    let compared = scene.sides.last().map(|side| side.kind);
    match (scene.side.kind, compared) {
        (Kind::OneEach, _) => {
            let said = format!("{} for {}", processes(started), plural(begun, "task"));
            let text =
                format!("{said}: each is started, does one task and ends. Compare the bars above.");
            Moment::new("One process per task", text).or_short(format!("{said}, none reused."))
        }
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
            let short = text.clone();
            if scene.plan.call != Call::Map && scene.sides.len() == 1 {
                text = format!("{text} {}", how(scene.plan.call));
            }
            Moment::new("Reuse so far", text).or_short(short)
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
    (most, if least == Nanos::MAX { Nanos::ZERO } else { least })
}

/// What came out.
fn verdict(scene: &Scene<'_>) -> Option<Moment> {
    let outcome = scene.view.outcome?;
    let number = |key: &str| outcome.get(key).and_then(serde_json::Value::as_i64).unwrap_or(0);
    let within = |key: &str, field: &str| {
        let value = outcome.get(key)?.get(field)?.as_u64()?;
        Some(Nanos(value))
    };
    let wall = Nanos(number("wall_ns").unsigned_abs());
    let tasks = plural(scene.plan.tasks, "task");
    let workers = number("processes").unsigned_abs() as usize;
    if let Some(moment) = spoiled(scene, outcome) {
        return Some(moment);
    }
    if let Some(other) = within("one_process_each", "wall_ns") {
        let saved = number("saved_by_reuse_ns");
        let fresh = outcome.get("one_process_each").and_then(|o| o.get("processes"));
        let fresh = fresh.and_then(serde_json::Value::as_u64).unwrap_or(0) as usize;
        let each = Nanos(saved.unsigned_abs() / (fresh as u64).max(1));
        let title = match saved > 0 {
            true => format!("Reuse saved {}", Nanos(saved.unsigned_abs())),
            false => "Reuse saved nothing this time".to_owned(),
        };
        return Some(Moment::new(
            title,
            format!(
                "{wall} with {}, {other} with {}: {each} per new process of this Rust program.",
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
    let failed = failures(outcome);
    let done = scene.plan.tasks.saturating_sub(failed.len());
    let mut reuse = format!("{} did {} in {wall}", processes(workers), plural(done, "task"));
    reuse = match workers < scene.plan.tasks {
        true => {
            format!("{reuse}; one process per task would have started {}.", count(scene.plan.tasks))
        }
        false => format!("{reuse}."),
    };
    Some(match failed {
        [] if scene.plan.tasks == 1 => Moment::new("The task is done", reuse),
        [] => Moment::new(format!("All {tasks} done"), reuse),
        [one] => {
            let task = one.get("task").map_or(String::new(), ToString::to_string);
            let error = one.get("error").and_then(|e| e.as_str()).unwrap_or("");
            let error = capital(error);
            let title = format!("{} done, task {task} failed", count(done));
            match number("killed") > 0 {
                true => Moment::new(title, format!("{error}. {reuse} {IN_CPYTHON}"))
                    .or_short(IN_CPYTHON.to_owned()),
                false => Moment::new(title, format!("{error}. {reuse}"))
                    .or_short(format!("{error}. {} in {wall}.", processes(workers))),
            }
        }
        many => {
            let title = format!("{} done, {} failed", count(done), count(many.len()));
            match scene.chunk > 1 && number("killed") > 0 {
                true => {
                    let why = "A chunk is one message: if its worker dies, the task at work and those after it fail together.";
                    Moment::new(title, format!("{why} {reuse} {IN_CPYTHON}"))
                        .or_short(format!("They were one chunk. {IN_CPYTHON}"))
                }
                false => {
                    let error = many[0].get("error").and_then(|e| e.as_str()).unwrap_or("");
                    Moment::new(title, format!("First: {error}. {reuse}"))
                        .or_short(format!("First: {error}."))
                }
            }
        }
    })
}

/// What becomes of a task whose worker is killed in the two pools of CPython.
const IN_CPYTHON: &str =
    "In CPython Pool.map would wait for ever now; an executor would fail every open task.";

fn failures(fields: &Outcome) -> &[serde_json::Value] {
    let failed = fields.get("failed").and_then(|failed| failed.as_array());
    failed.map_or(&[][..], |failed| failed)
}

/// Where tasks failed, two pools did not do the same work.
fn spoiled(scene: &Scene<'_>, outcome: &Outcome) -> Option<Moment> {
    let second = scene.sides.get(1)?;
    let first = failures(outcome).len();
    let other = outcome.get(second.kind.key())?.as_object()?;
    let other = failures(other).len();
    if first + other == 0 {
        return None;
    }
    let failed = |count: usize, pool: &str| match count {
        0 => format!("none in the {pool} pool"),
        count => format!("{} in the {pool} pool", plural(count, "task")),
    };
    Some(Moment::new(
        "The times cannot be compared",
        format!(
            "Tasks failed: {}, {}. The two did not do the same work.",
            failed(first, "first"),
            failed(other, "second")
        ),
    ))
}
