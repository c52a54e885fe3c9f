//! `run`: an experiment without a window.

use super::{CliError, Experiment, say};
use crate::export::recording::{Ending, Writer};
use crate::record::thread::Failure;
use crate::replay::words::signal_name;
use crate::replay::{Replay, findings};
use crate::topics::runner::{self, Finished, RunError, Tap};
use crate::topics::{Outcome, Params, Topic};
use crate::trace::{End, Nanos, Trace};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// Runs it; recorded into a file, which may be replaced or not.
pub fn run(
    experiment: &Experiment,
    as_json: bool,
    record: Option<(&Path, bool)>,
) -> Result<(), CliError> {
    let (topic, params) = experiment.read()?;
    let timeout = experiment.timeout()?;
    // That it cannot be written is found out before anything runs.
    let writer = record
        .map(|(path, replace)| Writer::begin(path, topic.meta(&params), replace))
        .transpose()?;
    let writer = writer.map(Arc::new);
    let tap =
        writer.clone().map(|writer| -> Tap { Arc::new(move |batch| writer.add(batch.clone())) });
    let finished = runner::run_tapped(topic, params.clone(), timeout, tap)?;
    let Finished { trace, replay, result, wall } = finished;
    let failure = result.as_ref().err().map(ToString::to_string);
    let ending = Ending { failure: failure.clone(), wall_ns: wall.0 };
    // What came out is known, whatever became of the file.
    let written = writer.map_or(Ok(()), |writer| writer.finish(ending));
    let outcome = match &result {
        Ok(outcome) => Some(outcome.clone()),
        Err(error) => known(topic, error, &trace, &replay),
    };
    if as_json {
        let failed = failure.as_deref();
        say(&report(&params, &trace, &replay, wall, outcome.as_ref(), failed).to_string())?;
    } else if let Some(outcome) = outcome {
        let headline = headline(topic, &params);
        match failure {
            None => say(&format!("{headline} ran in {wall}"))?,
            Some(_) => say(&format!("{headline} broke off after {wall}; until then:"))?,
        }
        if trace.stuck().is_some() {
            say("  ended: nobody could go on")?;
        }
        for (field, value) in &outcome {
            say(&format!("  {field}: {value}"))?;
        }
        for finding in findings(&trace, &replay) {
            say(&format!("  {} ({}): {}", finding.kind.id(), finding.at, finding.sentence))?;
        }
    }
    result?;
    written.map_err(CliError::from)
}

/// What is known of a run that broke off: all that happened until then, unless events are missing.
fn known(topic: &dyn Topic, error: &RunError, trace: &Trace, replay: &Replay) -> Option<Outcome> {
    let too_many = matches!(error, RunError::Failed(Failure::TooMany(_)));
    let known = !trace.events().is_empty() && !too_many && trace.dropped() == 0;
    known.then(|| topic.outcome(trace, replay))
}

/// Topic and preset: the beginning of a line of output.
pub fn headline(topic: &dyn Topic, params: &Params) -> String {
    format!("{}, {}", topic.id(), params.preset())
}

fn report(
    params: &Params,
    trace: &Trace,
    replay: &Replay,
    wall: Nanos,
    outcome: Option<&Outcome>,
    failed: Option<&str>,
) -> Value {
    let meta = trace.meta();
    let params: Outcome =
        params.iter().map(|(spec, value)| (spec.key.to_owned(), json!(value))).collect();
    json!({
        "topic": meta.topic,
        "preset": meta.preset,
        "params": params,
        "engine": meta.recorder.engine(),
        "wall_ns": wall.0,
        "failed": failed,
        "actors": actors(trace, replay),
        "events": trace.events().len(),
        "dropped": trace.dropped(),
        "stuck": trace.stuck().is_some(),
        "outcome": outcome,
        "findings": findings_of(trace, replay),
    })
}

/// Who took part, for a report.
pub fn actors(trace: &Trace, replay: &Replay) -> Vec<Value> {
    let meta = trace.meta();
    let states = &replay.latest().actors;
    meta.actors
        .iter()
        .enumerate()
        .map(|(index, actor)| {
            let state = states.get(index);
            let outcome = match state.and_then(|s| s.end) {
                None => "did not end".to_owned(),
                Some((End::Normal, _)) => "normal".to_owned(),
                Some((End::Cancelled, _)) => "cancelled".to_owned(),
                Some((End::Dismissed, _)) => "ended by its pool".to_owned(),
                Some((End::Error(text), _)) => format!("error: {}", meta.text(text)),
                Some((End::Exited(status), _)) => format!("exit status {status}"),
                Some((End::Killed(signal), _)) => format!("killed by {}", signal_name(signal)),
            };
            json!({
                "name": actor.name,
                "kind": actor.kind,
                "os_id": state.map_or(0, |s| s.os_id),
                "outcome": outcome,
            })
        })
        .collect()
}

/// What was found, for a report.
pub fn findings_of(trace: &Trace, replay: &Replay) -> Vec<Value> {
    let meta = trace.meta();
    findings(trace, replay)
        .iter()
        .map(|finding| {
            json!({
                "id": finding.kind.id(),
                "is_fault": finding.kind.is_fault(),
                "sentence": finding.sentence,
                "at_ns": finding.at.0,
                "actors": finding.actors.iter().map(|id| meta.actor_name(*id)).collect::<Vec<_>>(),
                "resources":
                    finding.resources.iter().map(|id| meta.resource_name(*id)).collect::<Vec<_>>(),
            })
        })
        .collect()
}
