//! What came out of a run of a Python program, as far as its trace tells.

use super::outcome::PoolOutcome;
use super::plan::{Against, Plan};
use crate::replay::Replay;
use crate::topics::{Conclusion, Outcome, Params, by_python};
use crate::trace::{End, Event, EventKind, ResourceId, ResourceKind, Trace};
use serde_json::{Value as Json, json};

/// The outcome of a run with these parameters.
pub fn outcome(params: &Params, trace: &Trace, replay: &Replay) -> Outcome {
    let (mut plan, meta) = (Plan::new(params), trace.meta());
    // CPython's pools are what runs here.
    if plan.against == Against::CPython {
        plan.against = Against::Nothing;
    }
    let mut outcome = PoolOutcome::of(&plan, trace, replay).fields();
    let pool = meta.resources_of(ResourceKind::Pool).next();
    let results = pool.map(|pool| by_python::results(meta, replay, pool));
    outcome.insert("results".to_owned(), json!(results.unwrap_or_default()));
    outcome.insert("killed".to_owned(), json!(pool.map(|pool| killed(pool, trace, replay))));
    let processes = outcome.get("processes").and_then(Json::as_u64);
    if processes.is_some_and(|processes| processes > plan.workers as u64) {
        // Nobody tells which worker took whose place.
        let by_place = ["start_ns", "overhead_per_task_ns", "busiest_ns", "least_busy_ns"];
        by_python::unknown(&mut outcome, &by_place);
    }
    outcome
}

/// How many workers were killed before the pool was done: leaving its block kills those that are left.
fn killed(pool: ResourceId, trace: &Trace, replay: &Replay) -> usize {
    let closes = |event: &&Event| event.kind == EventKind::Closed { res: pool };
    let closed = trace.events().iter().find(closes).map(|event| event.at);
    let workers = trace.meta().actors_where(|actor| actor.pool == Some(pool));
    let ends = workers.filter_map(|worker| replay.latest().actor(worker)?.end);
    ends.filter(|(end, at)| {
        matches!(end, End::Killed(_)) && closed.is_none_or(|closed| *at < closed)
    })
    .count()
}
