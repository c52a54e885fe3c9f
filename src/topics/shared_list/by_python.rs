//! What came out of a run of a Python program, as far as its trace tells.
//!
//! Python tells nobody of reads and writes of plain variables. What is done to a list under a lock is on record, and so is what
//! the variables of the threads held in the end.

use super::outcome::ListOutcome;
use super::plan::{Locking, Plan, Program};
use crate::replay::{Longest, Replay};
use crate::topics::{Conclusion, Outcome, Params, by_python};
use crate::trace::{End, ResourceId, ResourceKind, Role, Trace};
use serde_json::{Value as Json, json};

/// The outcome of a run with these parameters.
pub fn outcome(params: &Params, trace: &Trace, replay: &Replay) -> Outcome {
    let (plan, meta) = (Plan::new(params), trace.meta());
    let mut outcome = ListOutcome::of(trace, replay).fields();
    // Nobody tells of a look at a list that is empty.
    if matches!(plan.program, Program::List | Program::CheckThenAct) {
        by_python::unknown(&mut outcome, &["empty_attempts"]);
    }
    let is_thinned = |list| meta.resource(list).is_some_and(|list| list.is_thinned);
    let is_long = meta.resources_of(ResourceKind::List).any(is_thinned);
    if plan.program == Program::Count || plan.locking != Locking::With || is_long {
        of_variables(&mut outcome, &plan, trace, replay);
    }
    if plan.repeats > 1 {
        by_python::unknown(&mut outcome, &["runs"]);
    }
    outcome.insert("variables".to_owned(), Json::Object(by_python::variables(meta)));
    outcome
}

/// Threads that change plain variables without a lock, or cells: how many numbers they have added is known where each came to its
/// end, and how many are there where one number of the program says that.
fn of_variables(outcome: &mut Outcome, plan: &Plan, trace: &Trace, replay: &Replay) {
    let meta = trace.meta();
    by_python::unknown(outcome, &["final_list", "added", "removed", "expected", "actual"]);
    by_python::unknown(outcome, &["lost_updates", "lost_at_head", "lost_at_tail"]);
    outcome.remove("with_lock");
    with_locks(outcome, trace, replay);
    let ended = |id| {
        let end = replay.latest().actor(id).and_then(|actor| actor.end);
        matches!(end, Some((End::Normal, _)))
    };
    if plan.program == Program::CheckThenAct
        || !meta.actors_where(|actor| actor.role == Role::Work).all(ended)
    {
        return;
    }
    // Beside lists with a lock this is about those without.
    let added = plan.repeats as usize * plan.total();
    outcome.insert("added".to_owned(), json!(added));
    if plan.program != Program::Count {
        return;
    }
    outcome.insert("removed".to_owned(), json!(0));
    outcome.insert("expected".to_owned(), json!(added));
    // The variables of several runs are those of the last one.
    let is_one = plan.repeats == 1 && plan.locking != Locking::Both;
    if let ([length], true) = (&by_python::changed_numbers(meta)[..], is_one) {
        outcome.insert("actual".to_owned(), json!(length));
        let variables = by_python::variables(meta);
        let mut lists = variables.values().filter_map(Json::as_array);
        if let (Some(cells), None) = (lists.next(), lists.next()) {
            let list: Vec<&Json> =
                cells.iter().take(usize::try_from(*length).unwrap_or(0)).collect();
            outcome.insert("final_list".to_owned(), json!(list));
        }
    }
}

/// Waits and holds of all locks together.
fn with_locks(outcome: &mut Outcome, trace: &Trace, replay: &Replay) {
    let longest = |longest: Option<Longest>| longest.map_or(0, |longest| longest.lasted.0);
    let (mut waits, mut wait, mut hold) = (0, 0, 0);
    let locks = trace.meta().resources_of(ResourceKind::Lock);
    for stats in locks.filter_map(|lock: ResourceId| replay.stats().resources.get(lock.index())) {
        waits += stats.waits;
        wait = longest(stats.longest_wait).max(wait);
        hold = longest(stats.longest_hold).max(hold);
    }
    for (field, value) in [("waits", waits), ("longest_wait_ns", wait), ("longest_hold_ns", hold)] {
        outcome.insert(field.to_owned(), json!(value));
    }
}
