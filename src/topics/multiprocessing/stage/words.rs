//! What the stage says. Pure: from a view to sentences.

use super::world::{self, Counts};
use super::{at_end, compared};
pub(super) use crate::replay::words::count;
use crate::replay::words::{agree, capital, signal_name};
use crate::replay::{self, Phase};
use crate::topics::Outcome;
use crate::topics::multiprocessing::plan::Program;
use crate::topics::multiprocessing::tally::WayTaken;
use crate::topics::multiprocessing::{SHARED, spec, value_name};
use crate::trace::{ActorId, End, EventKind, Nanos};
use crate::widgets::selection::Selection;
use crate::widgets::stage::{RunStatus, StageView};

/// A moment in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Whom it is about.
    pub actor: Option<ActorId>,
    /// The question, or the matter.
    pub title: String,
    /// The answer.
    pub text: String,
}

impl Moment {
    pub(super) fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { actor: None, title: title.into(), text: text.into() }
    }

    fn about(self, actor: ActorId) -> Self {
        Self { actor: Some(actor), ..self }
    }
}

/// What the moment is about.
pub fn moment(view: &StageView<'_>, program: Program, ways: &[WayTaken]) -> Moment {
    if let Selection::Actor(actor) = view.selection
        && let Some(why) = replay::why(view.trace.meta(), view.state, actor, view.now)
    {
        return Moment::new(why.title, why.sentence).about(actor);
    }
    match view.status {
        RunStatus::Idle => return Moment::new("Ready", ready(view)),
        RunStatus::Failed(why) if at_end(view) => {
            return Moment::new("The run failed", why.clone());
        }
        RunStatus::Stopped if at_end(view) => {
            return Moment::new("Stopped", stopped(view));
        }
        _ => {}
    }
    let over = at_end(view);
    match program {
        Program::Messages | Program::Squares | Program::Images => tasks(view, program, over),
        Program::Memory => memory(view, over),
        Program::Crash => crash(view, over),
        Program::Primes => compared::primes(ways),
    }
}

fn ready(view: &StageView<'_>) -> String {
    let preset = &view.trace.meta().preset;
    let summary = spec::PRESETS.iter().find(|p| p.id == preset.as_str());
    format!("{} Press Run.", summary.map_or("", |p| p.summary))
}

fn stopped(view: &StageView<'_>) -> String {
    let after = view.trace.end();
    let killed = |id: &ActorId| {
        let end = view.state.actor(*id).and_then(|state| state.end);
        matches!(end, Some((End::Killed(_), _)))
    };
    let children = world::children(view.trace.meta());
    match children.iter().filter(|id| killed(id)).count() {
        0 => format!("After {after} the run was stopped. No process of it is left."),
        n => format!(
            "After {after} the run was stopped: its {} {} killed, and what {} did has no result.",
            count(n, "child process"),
            agree(n, "was", "were"),
            agree(n, "it", "they")
        ),
    }
}

/// "1 other goes", "3 others go".
fn others(n: usize) -> String {
    format!("{} {}", count(n, "other"), agree(n, "goes", "go"))
}

fn tasks(view: &StageView<'_>, program: Program, over: bool) -> Moment {
    let Some(pool) = world::pool(view) else {
        return starting(view);
    };
    let counts = world::counts(view, pool);
    if over {
        return tasks_verdict(view, program, counts, pool);
    }
    let Counts { pending, running, ended, known } = counts;
    if known == 0 {
        return starting(view);
    }
    let why = match program {
        Program::Images => {
            "Each has a process, and computes there as if it were alone; the system shares out the processors."
        }
        _ => "Each has a process of its own, and sleeps there without holding up the others.",
    };
    let waits = match pending {
        0 if ended == 0 => String::new(),
        0 => format!(" {ended} {} done.", agree(ended, "is", "are")),
        n => format!(
            " {n} {} for a free process, {ended} {} done.",
            agree(n, "waits", "wait"),
            agree(ended, "is", "are")
        ),
    };
    match running {
        0 if ended == known => {
            Moment::new("All tasks are done", "The parent has all results, and the processes end.")
        }
        0 => Moment::new("The tasks are handed out", waits.trim().to_owned()),
        1 => Moment::new("1 task runs", format!("It has a process of its own.{waits}")),
        n => Moment::new(format!("{n} tasks run at once"), format!("{why}{waits}")),
    }
}

fn starting(view: &StageView<'_>) -> Moment {
    let children = world::children(view.trace.meta());
    let started = |id: &&ActorId| view.state.actor(**id).is_some_and(|a| a.os_id != 0);
    let up = children.iter().filter(started).count();
    let text = format!(
        "The parent asks the system for child processes; {up} of {} have begun. Each gets a PID and a memory of its own.",
        children.len().max(1)
    );
    Moment::new("The processes start", text)
}

fn tasks_verdict(
    view: &StageView<'_>,
    program: Program,
    counts: Counts,
    pool: crate::trace::ResourceId,
) -> Moment {
    let (sum, failed) = world::took(view, pool);
    let children = world::children(view.trace.meta());
    let took = view.trace.end();
    let on = count(children.len(), "process");
    let title = format!("{} on {on} took {took}", count(counts.ended, "task"));
    let most = outcome_number(view.outcome, "overlapping");
    let at_once = match most {
        0 | 1 => String::new(),
        n => format!(" Up to {n} ran at once."),
    };
    let lost = match failed {
        0 => String::new(),
        n => format!(" {n} failed: {} no result.", agree(n, "it has", "they have")),
    };
    let text = match program {
        Program::Images => {
            let cpu = cpu_of(view, &children);
            format!(
                "Together they had a processor for {cpu}: about {:.1} processors were at it all the time.{at_once}{lost}",
                cpu.0 as f64 / took.0.max(1) as f64
            )
        }
        _ => format!(
            "Their own times add up to {sum}: that is what one process would have needed.{at_once}{lost}"
        ),
    };
    Moment::new(title, text)
}

/// Processor time of several actors, as measured up to the cursor.
pub fn cpu_of(view: &StageView<'_>, actors: &[ActorId]) -> Nanos {
    let cpu = |id: &ActorId| view.state.actor(*id)?.cpu_time;
    Nanos(actors.iter().filter_map(cpu).map(|t| t.0).sum())
}

fn outcome_number(outcome: Option<&Outcome>, key: &str) -> u64 {
    let number = outcome.and_then(|o| o.get(key));
    number.and_then(serde_json::Value::as_u64).unwrap_or(0)
}

fn memory(view: &StageView<'_>, over: bool) -> Moment {
    let meta = view.trace.meta();
    let of = |name: &str| world::variable(meta, name)?.value(view);
    let (Some(parent), Some(shared)) = (of(&value_name("parent")), of(SHARED)) else {
        return starting(view);
    };
    let copies: Vec<_> = (1..).map_while(|k| world::child_copy(meta, k)).collect();
    let changed = copies.iter().filter(|copy| copy.writes(view) > 0).count();
    let mut places: Vec<String> = copies.iter().filter_map(|copy| copy.address(view)).collect();
    let all = places.len();
    places.dedup();
    let same = match (places.as_slice(), all) {
        ([place], 2..) => {
            format!(
                " All children have it at {place}: an address means something within one process only."
            )
        }
        _ => String::new(),
    };
    if over {
        let title = format!("The parent's value is {parent}: no child has changed it");
        let text = format!(
            "{} changed a copy of {} own.{same} The threads share one memory: their value is now {shared}.",
            count(changed, "child"),
            agree(changed, "its", "their")
        );
        return Moment::new(title, text);
    }
    let name = |id| capital(&meta.actor_name(id));
    match last_change(view) {
        Some((actor, true, old, new)) => Moment::new(
            format!("{} has changed its copy", name(actor)),
            format!("Its value went from {old} to {new}. The parent's is still {parent}, and the other children's are their own.{same}"),
        )
        .about(actor),
        Some((actor, false, old, new)) => Moment::new(
            format!("{} has changed the value that all threads share", name(actor)),
            format!("It went from {old} to {new}, for every thread of the process. The parent's other value, which only children change, is still {parent}."),
        )
        .about(actor),
        None => Moment::new(
            "Every process has its own value",
            format!("All begin with {parent}: a child starts with what its program was loaded with, here as with Python's spawn and forkserver. (With fork it starts with a copy of what the parent has at that moment.){same}"),
        ),
    }
}

/// How many events back a change is looked for.
const LOOK_BACK: usize = 4_000;

/// Who changed a variable last, whether that is a process, and from what to what.
fn last_change(view: &StageView<'_>) -> Option<(ActorId, bool, String, String)> {
    let meta = view.trace.meta();
    let applied = view.state.applied;
    let events = &view.trace.events()[applied.saturating_sub(LOOK_BACK)..applied];
    events.iter().rev().find_map(|event| match event.kind {
        EventKind::ValueChanged { old, new, .. } => {
            let kind = meta.actors.get(event.actor.index()).map(|a| a.kind);
            let process = kind == Some(crate::trace::ActorKind::Process);
            Some((event.actor, process, meta.item(old), meta.item(new)))
        }
        _ => None,
    })
}

fn crash(view: &StageView<'_>, over: bool) -> Moment {
    let meta = view.trace.meta();
    let (workers, hosts): (Vec<ActorId>, Vec<ActorId>) =
        world::children(meta).into_iter().partition(|id| world::is_worker(meta, *id));
    let name = |id| capital(&meta.actor_name(id));
    let killed = |ids: &[ActorId]| {
        ids.iter().find_map(|id| match view.state.actor(*id)?.end {
            Some((End::Killed(signal), _)) => Some((*id, signal)),
            _ => None,
        })
    };
    let threads = hosts.first().map_or_else(Vec::new, |host| world::threads(meta, *host));
    let alive = |ids: &[ActorId]| {
        let lives = |id: &&ActorId| {
            let state = view.state.actor(**id);
            state.is_some_and(|a| a.phase != Phase::NotStarted && a.phase != Phase::Failed)
        };
        ids.iter().filter(lives).count()
    };
    let (lone, host) = (killed(&workers), killed(&hosts));
    if over {
        let lost = workers.len() - alive(&workers);
        let title = format!(
            "{} of {} and {} of {} finished",
            alive(&workers),
            count(workers.len(), "process"),
            alive(&threads),
            count(threads.len(), "thread")
        );
        let processes = match lone {
            Some((id, signal)) if lost == 1 => {
                format!("{} died of {}, and no other noticed. ", name(id), signal_name(signal))
            }
            _ => format!("{} died. ", count(lost, "process")),
        };
        let threads = match host {
            Some((_, signal)) => format!(
                "The same in one thread ended its whole process by {}, with every thread in it. ",
                signal_name(signal)
            ),
            None => String::new(),
        };
        return Moment::new(
            title,
            format!("{processes}{threads}The parent, this program, was not hit and goes on."),
        );
    }
    match (lone, host) {
        (Some((id, signal)), None) => Moment::new(
            format!("{} is gone", name(id)),
            format!("{} ended this process. It shared nothing with the others, so {} on.", capital(&signal_name(signal)), others(alive(&workers))),
        )
        .about(id),
        (None, Some((id, signal))) => Moment::new(
            format!("{} is gone, with all its threads", name(id)),
            format!("One thread failed, and {} ended the process. All threads live in one memory: none can be spared.", signal_name(signal)),
        )
        .about(id),
        (Some((_, signal)), Some(_)) => Moment::new(
            "One process died alone, one thread took all others with it",
            format!(
                "{} ends a process. {} of {} go on; of {}, which shared a process, none is left.",
                capital(&signal_name(signal)),
                alive(&workers),
                count(workers.len(), "process"),
                count(threads.len(), "thread")
            ),
        ),
        (None, None) if alive(&workers) == 0 => starting(view),
        (None, None) => Moment::new(
            "All are well",
            format!("{} work side by side, and {} in one more process. Half-way, one of each fails.", count(workers.len(), "process"), count(threads.len(), "thread")),
        ),
    }
}

/// The last lines that were said up to the cursor, at most so many, the newest last.
pub fn said(view: &StageView<'_>, most: usize) -> Vec<(ActorId, String)> {
    let meta = view.trace.meta();
    let applied = view.state.applied;
    let events = &view.trace.events()[applied.saturating_sub(LOOK_BACK)..applied];
    let lines = events.iter().rev().filter_map(|event| match event.kind {
        EventKind::Message { text, args } => Some((event.actor, meta.message(text, args))),
        _ => None,
    });
    let mut lines: Vec<_> = lines.take(most).collect();
    lines.reverse();
    lines
}
