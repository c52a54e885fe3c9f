//! The facts of the moment, for the inspector.

use super::words::cpu_of;
use super::world;
use crate::replay;
use crate::topics::multiprocessing::WAYS;
use crate::topics::multiprocessing::plan::Program;
use crate::topics::multiprocessing::tally::WayTaken;
use crate::trace::ActorId;
use crate::widgets::stage::StageView;

/// The facts of the moment.
pub fn facts(view: &StageView<'_>, program: Program, ways: &[WayTaken]) -> Vec<(String, String)> {
    let meta = view.trace.meta();
    let children = world::children(meta);
    let fact = |name: &str, value: String| (name.to_owned(), value);
    let alive = |id: &&ActorId| {
        let state = view.state.actor(**id);
        state.is_some_and(|a| a.os_id != 0 && a.end.is_none())
    };
    let living = children.iter().filter(alive).count();
    let mut facts =
        vec![fact("child processes", format!("{living} alive, {} started", children.len()))];
    if let Some(parent) = world::parent(meta).and_then(|id| view.state.actor(id)) {
        facts.push(fact("PID of the parent", parent.os_id.to_string()));
    }
    if let (Some(pool), true) = (world::pool(view), program != Program::Primes) {
        let counts = world::counts(view, pool);
        let value = format!(
            "{} running, {} waiting, {} done",
            counts.running, counts.pending, counts.ended
        );
        facts.push(fact("tasks", value));
    }
    let memory = children.iter().filter_map(|id| view.state.actor(*id)?.own_memory).max();
    if let Some(memory) = memory {
        facts.push(fact("own memory, most", replay::bytes(memory)));
    }
    let cpu = cpu_of(view, &children);
    if cpu.0 > 0 {
        facts.push(fact("CPU of the children", cpu.to_string()));
    }
    for way in ways {
        facts.push(fact(WAYS[way.place].name, way.wall.to_string()));
    }
    facts
}
