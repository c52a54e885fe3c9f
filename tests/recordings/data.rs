//! Runs as data: a trace for other tools that says what the lanes say, and tidy tables.

use crate::common::runs;
use concurrency_lab::export::data::{Data, Form, Plan, What};
use concurrency_lab::export::trace_events::{self, Watch};
use concurrency_lab::replay::{Phase, Replay, findings};
use concurrency_lab::trace::Trace;
use std::path::Path;
use std::sync::Arc;

fn bytes(trace: &Trace, replay: &Replay, what: What, form: Form) -> Vec<u8> {
    let findings = findings(trace, replay);
    let data = Data { trace, replay, outcome: None, findings: &findings };
    data.bytes(Plan { what, form, is_packed: false }).unwrap()
}

/// What is written is read back as the same lanes, with names, arrows and counters.
#[test]
fn an_exported_run_has_the_lanes_of_the_run() {
    for (topic, preset) in
        [("shared-list", "contended"), ("process-pool", "squares"), ("sharing-data", "semaphore")]
    {
        let done = runs::run(runs::topic(topic), preset, &["time_scale=0.02"]);
        let (trace, replay) = (&done.trace, &done.replay);
        let written = bytes(trace, replay, What::Trace, Form::Json);
        let parsed: serde_json::Value = serde_json::from_slice(&written).unwrap();
        assert!(parsed["traceEvents"].is_array());
        let found = trace_events::read(&written[..], &Arc::new(Watch::default())).unwrap();
        assert_eq!(found.warnings, Vec::<String>::new(), "{topic}");
        let mut wanted = Vec::new();
        for (actor, lane) in replay.lanes().actors.iter().enumerate() {
            for (i, span) in lane.spans.iter().enumerate() {
                let to = lane.spans.get(i + 1).map_or(trace.end(), |next| next.start);
                if span.shown().is_some_and(|phase| phase != Phase::Failed) {
                    let about = &trace.meta().actors[actor];
                    let section = about.section.and_then(|id| trace.meta().section(id));
                    // Sections are set beside each other; there, names say which.
                    let name = section.map_or_else(
                        || about.name.clone(),
                        |section| format!("{} ({})", about.name, section.name),
                    );
                    wanted.push((name, span.start.0, to.0));
                }
            }
        }
        let mut got = Vec::new();
        for span in found.spans.iter().filter(|span| !found.name(span.name).starts_with("task ")) {
            let thread = &found.threads[span.thread as usize];
            let name = thread.name.clone().unwrap();
            got.push((name, span.start as u64, span.end.at() as u64));
        }
        assert_eq!(got, wanted, "{topic}");
        assert!(!found.flows.is_empty() && !found.counters.is_empty(), "{topic}");
        assert!(found.processes.iter().all(|process| process.name.is_some()), "{topic}");
    }
}

#[test]
fn tables_have_a_row_for_each_thing_and_units_in_their_heads() {
    let done = runs::run(runs::topic("shared-list"), "repeat-50", &["time_scale=0.01"]);
    let (trace, replay) = (&done.trace, &done.replay);
    let lines = |what| {
        let csv = String::from_utf8(bytes(trace, replay, what, Form::Csv)).unwrap();
        let json: serde_json::Value =
            serde_json::from_slice(&bytes(trace, replay, what, Form::Json)).unwrap();
        (csv.lines().next().unwrap().to_owned(), json.as_array().map_or(0, Vec::len))
    };
    let (head, events) = lines(What::Events);
    assert!(head.starts_with("at_ns,"), "{head}");
    assert_eq!(events, trace.events().len());
    let (head, trials) = lines(What::Trials);
    assert!(head.ends_with("begin_ns,end_ns,duration_ns"), "{head}");
    assert_eq!(trials, trace.meta().sections.iter().filter(|section| section.begins).count());
    assert!(lines(What::Lanes).1 > 100);
    assert_eq!(lines(What::Findings).1, findings(trace, replay).len());
}

#[test]
fn the_name_of_a_file_says_what_is_written() {
    let plan = |name: &str, what| Plan::of(Path::new(name), what);
    let of = |what, form, is_packed| Ok(Plan { what, form, is_packed });
    assert_eq!(plan("a.json", None), of(What::Trace, Form::Json, false));
    assert_eq!(plan("b c.JSON.GZ", None), of(What::Trace, Form::Json, true));
    assert_eq!(plan("a.csv", None), of(What::Events, Form::Csv, false));
    assert_eq!(plan("a.csv.gz", Some(What::Lanes)), of(What::Lanes, Form::Csv, true));
    for (name, what) in [("a.csv", Some(What::Trace)), ("a.txt", None), ("a", None), ("", None)] {
        assert!(plan(name, what).is_err(), "{name}");
    }
}
