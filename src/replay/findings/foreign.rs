//! What a recorder of another runtime has seen to be so of an actor: it says it with the actor.

use super::{Check, Finding, FindingKind, Run};
use crate::replay::words::{actors as names, agree, capital, count, the};
use crate::trace::{ActorId, ActorKind, ResourceKind};

/// Threads and processes that were started with nothing to run.
pub(super) struct Targetless;

impl Check for Targetless {
    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        let mut actors: Vec<ActorId> =
            run.meta.actors_where(|actor| actor.nothing_to_run).collect();
        actors.retain(|id| run.state.actor(*id).is_some_and(|who| who.end.is_some()));
        let ends = actors.iter().filter_map(|id| run.state.actor(*id)?.end);
        let Some(at) = ends.map(|(_, at)| at).min() else { return Vec::new() };
        let sentence = format!(
            "{} {} given nothing to run, and so ended at once: the target was None. `target=work()` calls work at that place and \
             hands over what it returns; `target=work` hands over work itself. A class of its own needs a method named `run`.",
            capital(&names(run.meta, &actors)),
            agree(actors.len(), "was", "were"),
        );
        let (kind, event, resources) = (FindingKind::NothingToRun, run.event_at(at), Vec::new());
        vec![Finding { kind, at, event, actors, resources, sentence }]
    }
}

/// Whether one of the words of a name, as programs are written, is for processes: not where it is a part of another word,
/// as in `preprocess`.
fn speaks_of_processes(name: &str) -> bool {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for letter in name.chars() {
        if !letter.is_alphanumeric() || letter.is_uppercase() && before.is_lowercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    let is_one = |word: &String| {
        let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
        matches!(word, "process" | "processes" | "proc" | "procs")
    };
    words.iter().any(is_one)
}

/// Pools that are called after processes, and have threads.
pub(super) struct Called;

impl Check for Called {
    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        let pools = run.meta.resources_of(ResourceKind::Pool);
        let found = pools.filter_map(|pool| {
            let name = &run.meta.resource(pool)?.name;
            let actors: Vec<ActorId> =
                run.meta.actors_where(|actor| actor.pool == Some(pool)).collect();
            let is_thread = |id: &ActorId| {
                run.meta.actor(*id).is_some_and(|actor| actor.kind == ActorKind::Thread)
            };
            let first = *actors.first()?;
            if !speaks_of_processes(name) || !actors.iter().all(is_thread) {
                return None;
            }
            let at = run.replay.lanes().actors.get(first.index())?.spans.first()?.start;
            let sentence = format!(
                "The pool {} is called after processes, but has {}: they are part of one process, and share its memory. \
                 `ProcessPoolExecutor` and `multiprocessing.Pool` have processes.",
                the(run.meta, pool),
                count(actors.len(), "thread"),
            );
            let (kind, event) = (FindingKind::ThreadsNotProcesses, run.event_at(at));
            Some(Finding { kind, at, event, actors, resources: vec![pool], sentence })
        });
        found.collect()
    }
}

/// Programs that start processes where they are imported.
pub(super) struct Guardless;

impl Check for Guardless {
    fn finish(self: Box<Self>, run: &Run<'_>) -> Vec<Finding> {
        let actors: Vec<ActorId> = run.meta.actors_where(|actor| actor.no_guard).collect();
        let Some(first) = actors.first().copied() else { return Vec::new() };
        let end = run.state.actor(first).and_then(|who| who.end);
        let at = end.map_or(run.trace.end(), |(_, at)| at);
        let others = match actors.len() - 1 {
            0 => String::new(),
            1 => " Another one did the same.".to_owned(),
            more => format!(" {more} others did the same."),
        };
        let sentence = format!(
            "{} began anew and imported the program, which starts processes, or sets how they are started, wherever it is imported: \
             Python refused that, and it ended.{others} That belongs below `if __name__ == \"__main__\":` in the file that is run, or into a function that is \
             called there.",
            capital(&run.meta.actor_name(first)),
        );
        let event = run.event_at(at).min(run.trace.events().len().saturating_sub(1));
        let (kind, resources) = (FindingKind::NoGuard, Vec::new());
        vec![Finding { kind, at, event, actors, resources, sentence }]
    }
}
