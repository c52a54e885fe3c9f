//! What this topic says of a moment, and its figure: bars of the four ways to do the same work.

mod ways;

use super::figure;
use super::plan::Program;
use super::tally;
use super::{PROCESSES, THREADS};
use crate::replay::words::{agree, capital, count, if_any, signal_name};
use crate::replay::{Phase, PoolState};
use crate::topics::multiprocessing::outcome::ProcessOutcome;
use crate::trace::{ActorId, ActorKind, End, Home, Nanos, ResourceId};
use crate::widgets::scene::Figure;
use crate::widgets::scene::moment::Moment;
use crate::widgets::stage::{Stage, StageView};

/// The stage of topic 3: the scene, with these words and bars.
pub struct ProcessStage;

impl Stage for ProcessStage {
    fn moment(&self, view: &StageView<'_>) -> Option<Moment> {
        let over = view.is_done();
        match Program::named(view.param("program")) {
            Program::Messages | Program::Squares | Program::Images => tasks(view, over),
            Program::Memory => memory(view, over),
            Program::Crash => crash(view, over),
            Program::Primes => Some(ways::moment(view)),
        }
    }

    fn figure(&self) -> Option<&'static dyn Figure> {
        Some(&figure::Bars)
    }
}

fn starting(view: &StageView<'_>) -> Moment {
    let children = tally::children(view.trace.meta(), None);
    let started = |id: &&ActorId| view.state.actor(**id).is_some_and(|a| a.os_id != 0);
    let up = children.iter().filter(started).count();
    let text = format!(
        "The parent asks the system for child processes; {up} of {} have begun. Each gets a PID and a memory of its own.",
        children.len().max(1)
    );
    Moment::new("The processes start", text)
}

fn tasks(view: &StageView<'_>, over: bool) -> Option<Moment> {
    let pool = tally::pools(view.trace).next()?;
    let images = Program::named(view.param("program")) == Program::Images;
    let state = &view.state.resource(pool)?.pool;
    if over {
        return Some(tasks_verdict(view, pool, state, images));
    }
    let PoolState { pending, running, finished, failed, cancelled, .. } = state;
    let (pending, running) = (pending.len(), running.len());
    let ended = finished + failed + cancelled;
    if pending + running == 0 && ended == 0 {
        return Some(starting(view));
    }
    let why = match images {
        true => {
            "Each has a process, and computes there as if it were alone; the system shares out the processors."
        }
        false => "Each has a process of its own, and sleeps there without holding up the others.",
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
    Some(match running {
        0 if pending == 0 => {
            Moment::new("All tasks are done", "The parent has all results, and the processes end.")
        }
        0 => Moment::new("The tasks are handed out", waits.trim().to_owned()),
        1 => Moment::new("1 task runs", format!("It has a process of its own.{waits}")),
        n => Moment::new(format!("{n} tasks are under way"), format!("{why}{waits}")),
    })
}

fn tasks_verdict(
    view: &StageView<'_>,
    pool: ResourceId,
    state: &PoolState,
    images: bool,
) -> Moment {
    let children = tally::children(view.trace.meta(), None);
    let took = view.trace.end();
    let ended = state.finished + state.failed + state.cancelled;
    let on = count(children.len(), "process");
    let title = format!("{} on {on} took {took}", count(ended, "task"));
    let most = view.outcome::<ProcessOutcome>().map_or(0, |outcome| outcome.overlapping);
    let at_once = match most {
        0 | 1 => String::new(),
        n => format!(" Up to {n} were under way at once."),
    };
    let failed = state.failed + state.cancelled;
    let lost =
        if_any(failed, |n| format!(" {n} failed: {} no result.", agree(n, "it has", "they have")));
    let text = if images {
        let cpu = children.iter().filter_map(|id| view.state.actor(*id)?.cpu_time);
        let cpu = Nanos(cpu.map(|time| time.0).sum());
        format!(
            "Together they had a processor for {cpu}: on average {:.1} processors' worth of computing.{at_once}{lost}",
            cpu.ratio_to(took)
        )
    } else {
        let tasks = view.replay.tasks().of(pool);
        let each = tasks.into_iter().flat_map(|tasks| &tasks.all).filter_map(|task| task.took());
        let sum = Nanos(each.map(|took| took.0).sum());
        // What a failed task took says nothing of what it would have taken.
        let one = match failed {
            0 => ": one process would have needed at least that",
            _ => "",
        };
        format!("Their own times add up to {sum}{one}.{at_once}{lost}")
    };
    Moment::new(title, text)
}

fn shown(view: &StageView<'_>, id: ResourceId) -> Option<String> {
    let value = view.state.resource(id)?.contents.front()?;
    Some(view.trace.meta().item(*value))
}

fn memory(view: &StageView<'_>, over: bool) -> Option<Moment> {
    let meta = view.trace.meta();
    let state = |id: ResourceId| view.state.resource(id);
    let (copies, own): (Vec<_>, Vec<_>) = tally::variables(meta, PROCESSES).partition(|id| {
        meta.resource(*id).is_some_and(|variable| matches!(variable.home, Home::Process(_)))
    });
    let together = tally::variables(meta, THREADS).next();
    let (Some(parent), Some(shared)) =
        (own.first().and_then(|id| shown(view, *id)), together.and_then(|id| shown(view, id)))
    else {
        return Some(starting(view));
    };
    let changed = copies.iter().filter(|id| state(**id).is_some_and(|r| r.version > 0)).count();
    let address = |id: &ResourceId| state(*id).and_then(|r| r.address);
    let mut places: Vec<u64> = copies.iter().filter_map(address).collect();
    let all = places.len();
    places.dedup();
    let same = match (places.as_slice(), all) {
        ([place], 2..) => format!(
            " All children have it at {}: an address means something within one process only.",
            tally::hex(*place)
        ),
        _ => String::new(),
    };
    if over {
        let title = format!("The parent's value is {parent}: no child has changed it");
        let text = format!(
            "{} changed a copy of {} own.{same} The threads share one memory: their value is now {shared}.",
            count(changed, "child"),
            agree(changed, "its", "their")
        );
        return Some(Moment::new(title, text));
    }
    let last = |id: &ResourceId| Some((state(*id)?.last_write?, copies.contains(id)));
    let written = copies.iter().chain(together.as_ref()).filter_map(last);
    let Some((write, copy)) = written.max_by_key(|(write, _)| write.at) else {
        return Some(Moment::new(
            "Every process has its own value",
            format!(
                "All begin with {parent}: a child of this pool starts with what its program was loaded with, as with Python's spawn and forkserver. (With fork, a Python child starts with a copy of what the parent has at that moment.){same}"
            ),
        ));
    };
    let name = capital(&meta.actor_name(write.actor));
    let (old, new) = (meta.item(write.old), meta.item(write.new));
    let (title, text) = match copy {
        true => (
            format!("{name} has changed its copy"),
            format!(
                "Its value went from {old} to {new}. The parent's is still {parent}, and the other children's are their own.{same}"
            ),
        ),
        false => (
            format!("{name} has changed the value that all threads share"),
            format!(
                "It went from {old} to {new}, for every thread of the process. The parent's other value, which only children change, is still {parent}."
            ),
        ),
    };
    Some(Moment { actor: Some(write.actor), title, text })
}

/// How many actors of one side there are, and how many are alive.
struct Side {
    all: usize,
    alive: usize,
    /// The process that a signal ended first, and which.
    killed: Option<(ActorId, u8)>,
}

impl Side {
    fn of(view: &StageView<'_>, processes: &[ActorId], members: &[ActorId]) -> Self {
        let phase = |id: &ActorId| view.state.actor(*id).map(|actor| actor.phase);
        let lives =
            |id: &&ActorId| !matches!(phase(id), None | Some(Phase::NotStarted | Phase::Failed));
        let killed = processes.iter().find_map(|id| match view.state.actor(*id)?.end {
            Some((End::Killed(signal), _)) => Some((*id, signal)),
            _ => None,
        });
        Self { all: members.len(), alive: members.iter().filter(lives).count(), killed }
    }
}

/// Of a run in which one crashes.
pub fn crash(view: &StageView<'_>, over: bool) -> Option<Moment> {
    let meta = view.trace.meta();
    let (workers, hosts) =
        (tally::children(meta, Some(PROCESSES)), tally::children(meta, Some(THREADS)));
    let in_host =
        |id: &ActorId| meta.process_of(*id).is_some_and(|process| hosts.contains(&process));
    let threads: Vec<_> =
        meta.actors_where(|actor| actor.kind == ActorKind::Thread).filter(in_host).collect();
    let alone = Side::of(view, &workers, &workers);
    let together = Side::of(view, &hosts, &threads);
    let name = |id| capital(&meta.actor_name(id));
    if over {
        return Some(crash_verdict(&alone, &together, name));
    }
    Some(match (alone.killed, together.killed) {
        (Some((id, signal)), None) => Moment {
            actor: Some(id),
            title: format!("{} is gone", name(id)),
            text: format!(
                "{} ended this process. It shared no memory with the others, so {} {} on. (In CPython a Pool would wait for the lost result for ever.)",
                capital(&signal_name(signal)),
                count(alone.alive, "other"),
                agree(alone.alive, "goes", "go")
            ),
        },
        (None, Some((id, signal))) => Moment {
            actor: Some(id),
            title: format!("{} is gone, with all its threads", name(id)),
            text: format!(
                "{} ends a whole process, whichever thread caused it. An exception would have ended that thread alone.",
                capital(&signal_name(signal))
            ),
        },
        (Some((_, signal)), Some(_)) => Moment::new(
            "One process died alone, one thread took all others with it",
            format!(
                "{} ends a process. {} of {} {} on; of {}, which shared a process, none is left.",
                capital(&signal_name(signal)),
                alone.alive,
                count(alone.all, "process"),
                agree(alone.alive, "goes", "go"),
                count(together.all, "thread")
            ),
        ),
        (None, None) if alone.alive < alone.all || together.alive < together.all => starting(view),
        (None, None) => Moment::new(
            "All are at work",
            format!(
                "{} are at their tasks side by side, and {} in one more process.",
                count(alone.all, "process"),
                count(together.all, "thread")
            ),
        ),
    })
}

fn crash_verdict(alone: &Side, together: &Side, name: impl Fn(ActorId) -> String) -> Moment {
    let title = format!(
        "{} of {} and {} of {} finished",
        alone.alive,
        count(alone.all, "process"),
        together.alive,
        count(together.all, "thread")
    );
    let processes = match alone.killed {
        Some((id, signal)) if alone.all - alone.alive == 1 => {
            format!("{} died of {}, and no other noticed. ", name(id), signal_name(signal))
        }
        _ => format!("{} died. ", count(alone.all - alone.alive, "process")),
    };
    let threads = together.killed.map_or_else(String::new, |(_, signal)| {
        format!(
            "The same in one thread ended its whole process by {}, with every thread in it. ",
            signal_name(signal)
        )
    });
    Moment::new(
        title,
        format!(
            "{processes}{threads}The parent, this program, was not hit and went on to its end."
        ),
    )
}
