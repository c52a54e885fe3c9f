//! The scene that each preset of the built topics ends with: who stands in which process, with what in its memory.
#![allow(clippy::unwrap_used)]

mod common;

use concurrency_lab::replay::{ProcessAt, Scene, SectionAt};
use concurrency_lab::topics::runner::run_to_end;
use concurrency_lab::trace::{ActorId, Meta, ResourceId};
use std::time::Duration;

/// Topic and preset, and the scene of the run's end: sections by name, processes and threads by badge, resources by
/// kind. What one run has and another has not stands for itself: only who and what, not how.
const SCENES: &[(&str, &str, &str)] = &[("shared-list", "take-turns", "program{A1 R1 lock list}")];

fn badge(meta: &Meta, id: ActorId) -> String {
    meta.actor(id).unwrap().badge.clone()
}

fn kind(meta: &Meta, id: &ResourceId) -> String {
    format!("{:?}", meta.resource(*id).unwrap().kind).to_lowercase()
}

fn process(meta: &Meta, at: &ProcessAt) -> String {
    let name = at.process.map_or("program".to_owned(), |id| badge(meta, id));
    let before = at.before.map_or(String::new(), |id| format!(" after {}", badge(meta, id)));
    let threads = at.threads.iter().map(|id| badge(meta, *id));
    let all: Vec<_> = threads.chain(at.resources.iter().map(|id| kind(meta, id))).collect();
    match all.is_empty() {
        true => format!("{name}{before}"),
        false => format!("{name}{before}{{{}}}", all.join(" ")),
    }
}

fn section(meta: &Meta, section: &SectionAt) -> String {
    let name = section.id.and_then(|id| meta.section(id));
    let name = name.map_or(String::new(), |section| format!("{}: ", section.name));
    let processes = section.processes.iter().map(|at| process(meta, at));
    let between = section.between.iter().map(|id| kind(meta, id));
    name + &processes.chain(between).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_preset_ends_with_its_scene() {
    let mut wrong = Vec::new();
    for id in ["process-pool", "multiprocessing", "shared-list"] {
        let topic = common::runs::topic(id);
        for preset in topic.about().presets {
            let mut params = topic.preset(preset.id).unwrap();
            let _ = params.set("time_scale", "0.02");
            let done = run_to_end(topic, params, Some(Duration::from_secs(120))).unwrap();
            let meta = done.trace.meta();
            let scene = Scene::at(meta, done.replay.latest());
            let sections: Vec<_> = scene.sections.iter().map(|s| section(meta, s)).collect();
            let found = sections.join(" | ");
            let expected = SCENES.iter().find(|(t, p, _)| (*t, *p) == (id, preset.id));
            if expected.is_none_or(|(.., scene)| *scene != found) {
                wrong.push(format!("    (\"{id}\", \"{}\", \"{found}\"),", preset.id));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
