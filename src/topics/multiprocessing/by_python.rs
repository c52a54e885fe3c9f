//! What came out of a run of a Python program, as far as its trace tells.

use super::outcome::ProcessOutcome;
use super::plan::{Plan, Program};
use super::{WAYS, tally};
use crate::replay::Replay;
use crate::topics::{Conclusion, Outcome, Params, by_python};
use crate::trace::{ActorId, ActorKind, Trace};
use serde_json::{Value as Json, json};

/// The outcome of a run with these parameters.
pub fn outcome(params: &Params, trace: &Trace, replay: &Replay) -> Outcome {
    let plan = Plan::new(params);
    let mut outcome = ProcessOutcome::of(&plan, trace, replay).fields();
    match plan.program {
        Program::Messages | Program::Squares | Program::Images => {}
        // Their processes are no workers of a pool.
        Program::Memory => {
            by_python::unknown(&mut outcome, &["overlapping", "pids"]);
            outcome.extend(memory(trace, replay));
        }
        Program::Crash => {
            by_python::unknown(&mut outcome, &["overlapping", "pids"]);
            outcome.extend(by_python::crash(trace, replay));
        }
        Program::Primes => outcome.extend(primes(&plan, trace, replay)),
    }
    outcome
}

/// Of a variable that every process has a copy of: what it held in each that came to its end. Where it lies nobody tells.
fn memory(trace: &Trace, replay: &Replay) -> Outcome {
    let meta = trace.meta();
    let program = by_python::program(meta);
    let (mut copies, mut parent) = (Vec::new(), None);
    let mut children = 0;
    // Actors are numbered in the order in which they were started.
    let all = meta.actors.iter().enumerate().flat_map(|(index, actor)| {
        actor.left.iter().map(move |left| (ActorId::from_index(index), left))
    });
    for (id, left) in all.filter(|(_, left)| left.before.is_i64()) {
        let is_program = program == Some(id);
        children += usize::from(!is_program);
        let process = if is_program { "parent".to_owned() } else { format!("child {children}") };
        let pid = replay.latest().actor(id).map_or(0, |actor| actor.os_id);
        copies.push(
            json!({ "process": process, "pid": pid, "address": Json::Null, "value": left.value }),
        );
        if is_program {
            parent = Some(left);
        }
    }
    let mut outcome = Outcome::new();
    for (field, value) in [
        ("parent_before", json!(parent.map(|left| &left.before))),
        ("parent_after", json!(parent.map(|left| &left.value))),
        ("memory_copies", json!(copies)),
        // What a function is handed is no variable of its own.
        ("threads", Json::Null),
    ] {
        outcome.insert(field.to_owned(), value);
    }
    outcome
}

/// Nothing begins and ends on record where one thread does all.
fn primes(plan: &Plan, trace: &Trace, replay: &Replay) -> Outcome {
    let crowds = by_python::crowds(trace, replay);
    let threads = crowds.iter().find(|crowd| crowd.kind == ActorKind::Thread);
    let pool = by_python::lives(trace, replay).into_iter().next();
    let found = pool.as_ref().map(|life| by_python::results(trace.meta(), replay, life.pool));
    let found = found.and_then(|all| all.iter().map(Json::as_i64).sum::<Option<i64>>());
    let way = |place: usize, wall: Option<u64>, actors: Option<usize>, primes: Option<i64>| json!({ "way": WAYS[place].name, "wall_ns": wall, "actors": actors, "primes": primes });
    let of_pool = pool.and_then(|life| Some((life.wall()?.0, life.size)));
    let ways = [
        way(0, None, Some(1), None),
        way(
            2,
            threads.and_then(|crowd| Some(crowd.wall()?.0)),
            threads.map(|crowd| crowd.members.len()),
            None,
        ),
        way(3, of_pool.map(|pool| pool.0), of_pool.map(|pool| pool.1), found),
    ];
    let mut outcome = Outcome::new();
    outcome.insert("limit".to_owned(), json!(plan.limit));
    outcome.insert("ways".to_owned(), json!(ways));
    let pids = tally::pids_at_work(trace, replay);
    outcome.insert("pids".to_owned(), json!(pids));
    outcome.insert("disturbed".to_owned(), Json::Null);
    outcome
}
