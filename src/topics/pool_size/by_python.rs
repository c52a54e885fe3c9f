//! What came out of a run of a Python program, as far as its trace tells: a trial is the life of a pool.

use super::analysis::{self, Compared};
use super::outcome::{median, trial};
use super::plan::{Backend, Plan};
use super::trials::{Pool, Trial};
use crate::replay::Replay;
use crate::topics::by_python::{Life, lives, results};
use crate::topics::{Outcome, Params};
use crate::trace::{Nanos, SectionId, Trace};
use serde_json::{Value as Json, json};
use std::collections::HashMap;

/// The outcome of a run with these parameters.
pub fn outcome(params: &Params, trace: &Trace, replay: &Replay) -> Outcome {
    let plan = Plan::new(params);
    let lives = lives(trace, replay);
    let results = lives.last().map(|life| results(trace.meta(), replay, life.pool));
    let trials = trials(&plan, &lives, replay);
    let cells = analysis::cells(&trials);
    // Nobody counts there who else wants a processor, so nothing is concluded.
    let compared = Compared::nothing("a run by Python does not tell what other programs did");
    let mut outcome = Outcome::new();
    for (field, value) in [
        ("results", json!(results)),
        ("finding", Json::Null),
        ("disturbed", Json::Null),
        ("not_compared", json!(compared.left_out(&cells))),
        ("sizes", json!(plan.sizes)),
        ("cores", Json::Null),
        ("start_method", json!(params.choice("start_method"))),
        ("medians", cells.iter().map(|cell| median(&cells, cell, &compared)).collect()),
        ("trials", trials.iter().filter(|trial| trial.counts()).map(trial).collect()),
    ] {
        outcome.insert(field.to_owned(), value);
    }
    outcome
}

/// The trials: of each size, and with each start method, the first pool is to warm up.
fn trials(plan: &Plan, lives: &[Life], replay: &Replay) -> Vec<Trial> {
    let method = if plan.start_method == "all" { "all" } else { "default" };
    let backends = Backend::chosen(Backend::CPython.id(), method);
    let mut pools: HashMap<usize, usize> = HashMap::new();
    let mut trials = Vec::new();
    for life in lives {
        let before = pools.entry(life.size).or_default();
        let (block, number) = (*before / (plan.trials + 1), *before % (plan.trials + 1));
        *before += 1;
        let Some(backend) = backends.get(block) else { continue };
        let tasks = replay.tasks().of(life.pool).into_iter().flat_map(|tasks| &tasks.all);
        let took = life.taken.zip(life.ended).map(|(taken, ended)| {
            [life.submitted.since(life.began), taken.since(life.submitted), ended.since(taken)]
        });
        let of = Pool { backend: *backend, size: life.size };
        trials.push(Trial {
            warm_up: number == 0,
            ended: life.ended.filter(|_| life.taken.is_some()),
            took: took.map_or_else(Vec::new, Vec::from),
            busy: Nanos(tasks.filter_map(|task| Some(task.took()?.0)).sum()),
            ..Trial::new(of, SectionId(0), number.max(1), life.began)
        });
    }
    trials
}
