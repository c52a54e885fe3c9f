//! Faults that people really get stuck on, as public bug reports and questions describe them again and again: each that
//! threads or processes of the program can commit is committed by a preset and named by its finding, which says what a
//! reader must be told. `known_faults.json` is the table.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod common;

use common::runs;
use concurrency_lab::replay::findings;
use serde::Deserialize;

#[derive(Deserialize)]
struct Fault {
    fault: String,
    /// What a reader must be told.
    told: String,
    #[serde(flatten)]
    shown: Shown,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Shown {
    /// By a preset, and a finding whose sentence says all of this.
    By { topic: String, preset: String, finding: String, says: Vec<String> },
    /// By none.
    Not { why_none: String },
}

#[test]
fn each_known_fault_is_named_and_explained() {
    let table: Vec<Fault> = serde_json::from_str(include_str!("known_faults.json")).unwrap();
    assert_eq!(table.len(), 20);
    let mut wrong = Vec::new();
    for Fault { fault, told, shown } in table {
        let (topic, preset, finding, says) = match shown {
            Shown::By { topic, preset, finding, says } => (topic, preset, finding, says),
            Shown::Not { why_none } => {
                assert!(!why_none.is_empty(), "{fault}");
                continue;
            }
        };
        let topic = runs::topic(&topic);
        let is_timed = topic.about().params.iter().any(|spec| spec.key == "time_scale");
        let sets: &[&str] = if is_timed { &["time_scale=0.05"] } else { &[] };
        let finished = runs::run(topic, &preset, sets);
        runs::check(&finished.trace, &finished.replay);
        let all = findings(&finished.trace, &finished.replay);
        let of_kind = || all.iter().filter(|found| found.kind.id() == finding);
        let is_said =
            of_kind().any(|found| says.iter().all(|words| found.sentence.contains(words)));
        if !is_said {
            let said: Vec<&str> = of_kind().map(|found| &*found.sentence).collect();
            wrong.push(format!("{fault} ({preset}): to be told: {told}\n  said: {said:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
