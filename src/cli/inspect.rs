//! `inspect`: what a recording holds.

use super::{CliError, say};
use crate::export::recording::{self, Opened};
use crate::replay::{Replay, findings};
use crate::trace::Nanos;
use serde_json::json;
use std::path::Path;

pub fn run(file: &Path, as_json: bool) -> Result<(), CliError> {
    let Opened { origin, trace, ending, damage } = recording::open(file)?;
    let replay = Replay::new(&trace);
    let (meta, findings) = (trace.meta(), findings(&trace, &replay));
    if as_json {
        let findings: Vec<_> = findings
            .iter()
            .map(|f| json!({ "id": f.kind.id(), "sentence": f.sentence, "at_ns": f.at.0 }))
            .collect();
        return say(&json!({
            "topic": meta.topic,
            "preset": meta.preset,
            "params": meta.params.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            "program": meta.program,
            "machine": origin.machine,
            "began": origin.began,
            "actors": meta.actors.iter().map(|actor| &actor.name).collect::<Vec<_>>(),
            "resources": meta.resources.iter().map(|resource| &resource.name).collect::<Vec<_>>(),
            "events": trace.events().len(),
            "end_ns": trace.end().0,
            "dropped": trace.dropped(),
            "wall_ns": ending.as_ref().map(|ending| ending.wall_ns),
            "failure": ending.as_ref().and_then(|ending| ending.failure.clone()),
            "damage": damage,
            "findings": findings,
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
        let how = ending.failure.map_or_else(|| "done".to_owned(), |why| format!("failed: {why}"));
        say(&format!("  {how}, after {}", Nanos(ending.wall_ns)))?;
    }
    for finding in findings {
        say(&format!("  {} ({}): {}", finding.kind.id(), finding.at, finding.sentence))?;
    }
    damage.map_or(Ok(()), |damage| say(&format!("  {damage}")))
}
