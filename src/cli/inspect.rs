//! `inspect`: what a recording, or a file of another tool, holds.

use super::{CliError, printable, say};
use crate::export::open::{self, Opened as File};
use crate::export::recording::Opened;
use crate::export::trace_events::{Found, Watch};
use crate::replay::words::{capital, count};
use crate::replay::{Replay, findings};
use crate::topics::how;
use crate::trace::{Nanos, Role, Trace};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

pub fn run(file: &Path, as_json: bool) -> Result<(), CliError> {
    match open::open(file, &Arc::new(Watch::default()))? {
        File::Recording(opened) => recording(*opened, as_json),
        File::Other(found) if as_json => say(&found.to_json().map_err(|error| {
            CliError::Write { path: "the trace as JSON".to_owned(), source: error.into() }
        })?),
        File::Other(found) => other(&found),
    }
}

/// A trace of another tool, in a few lines.
fn other(found: &Found) -> Result<(), CliError> {
    let program = match &found.program {
        Some((name, version)) => format!("a trace of {name} {version}"),
        None => "a trace in the Chrome trace event format".to_owned(),
    };
    let parts = [
        (found.spans.len(), "span"),
        (found.asyncs.len(), "async span"),
        (found.instants.len(), "instant"),
        (found.flows.len(), "arrow"),
        (found.counters.len(), "counted value"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| count(*n, what)).collect();
    say(&format!("{}: {}", program.trim_end(), parts.join(", ")))?;
    let mut spans = vec![0_u64; found.threads.len()];
    for span in &found.spans {
        spans[span.thread as usize] += 1;
    }
    for (index, process) in found.processes.iter().enumerate() {
        say(&format!(
            "  process {}: {}",
            process.id,
            process.name.as_deref().unwrap_or("unnamed")
        ))?;
        let threads = found.threads.iter().zip(&spans);
        for (thread, spans) in threads.filter(|(thread, _)| thread.process as usize == index) {
            let name = thread.name.as_deref().unwrap_or("unnamed");
            say(&format!("    thread {}: {name}, {}", thread.id, count(*spans, "span")))?;
        }
    }
    for warning in &found.warnings {
        say(&format!("  {}", capital(warning)))?;
    }
    say("  Not told: who held a lock, who waited for it, and what was in a queue.")
}

/// How the program came to its end, as far as that is on record.
fn ended(trace: &Trace, replay: &Replay) -> Option<String> {
    let meta = trace.meta();
    let main = meta.actors_where(|actor| actor.role == Role::Main).next()?;
    let (end, _) = replay.latest().actor(main)?.end?;
    Some(how(meta, end))
}

fn recording(opened: Opened, as_json: bool) -> Result<(), CliError> {
    let Opened { origin, trace, ending, damage } = opened;
    let replay = Replay::new(&trace);
    let (meta, findings) = (trace.meta(), findings(&trace, &replay));
    if as_json {
        let findings: Vec<_> = findings
            .iter()
            .map(|f| json!({ "id": f.kind.id(), "is_fault": f.kind.is_fault(), "sentence": f.sentence, "at_ns": f.at.0 }))
            .collect();
        return say(&json!({
            "topic": meta.topic,
            "preset": meta.preset,
            "params": meta.params.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            "program": meta.program,
            "engine": meta.recorder.engine(),
            "machine": origin.machine,
            "began": origin.began,
            "actors": meta.actors.iter().map(|actor| &actor.name).collect::<Vec<_>>(),
            "resources": meta.resources.iter().map(|resource| &resource.name).collect::<Vec<_>>(),
            "events": trace.events().len(),
            "end_ns": trace.end().0,
            "dropped": trace.dropped(),
            "wall_ns": ending.as_ref().map(|ending| ending.wall_ns),
            "ended": ended(&trace, &replay),
            "failure": ending.as_ref().and_then(|ending| ending.failure.clone()),
            "damage": damage,
            "findings": findings,
            "unseen": meta.unseen().collect::<Vec<_>>(),
        })
        .to_string());
    }
    let what = match meta.topic.is_empty() {
        true => "a trace".to_owned(),
        false => format!("{}, {}", meta.topic, meta.preset),
    };
    let program = &meta.program;
    say(&format!("{what}: {} events in {}", trace.events().len(), trace.end()))?;
    say(&format!(
        "  recorded by {} {} on {} {}, {} cores",
        program.name,
        program.version,
        origin.machine.system,
        origin.machine.architecture,
        origin.machine.cores
    ))?;
    for (key, value) in &meta.params {
        say(&format!("  {key}: {value}"))?;
    }
    if let Some(ending) = ending {
        let how = match (ending.failure, ended(&trace, &replay)) {
            (Some(why), _) => format!("failed: {why}"),
            (None, Some(how)) if how != "normal" => format!("its program ended: {how}"),
            (None, _) => "done".to_owned(),
        };
        say(&format!("  {how}, after {}", Nanos(ending.wall_ns)))?;
    }
    for finding in findings {
        say(&format!("  {} ({}): {}", finding.kind.id(), finding.at, finding.sentence))?;
    }
    for unseen in meta.unseen() {
        say(&format!("  not seen: {}", printable(unseen)))?;
    }
    damage.map_or(Ok(()), |damage| say(&format!("  {damage}")))
}
