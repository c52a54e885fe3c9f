//! Who learns of an exception, here and in CPython.

use super::{ends, numbers, run, topic};
use crate::common::python;
use crate::common::runs::{outcome, params};
use concurrency_lab::replay::SectionState;
use concurrency_lab::topics::Outcome;
use concurrency_lab::trace::{Event, EventKind as K, WaitEnd, WaitOp};
use serde_json::{Value, json};
use std::collections::HashSet;

/// Cells that CPython has measured: row, column, who learns, of what.
fn cells(outcome: &Outcome, of: &str) -> Vec<(String, String, String, Value)> {
    let cells = outcome["cells"].as_array().unwrap().iter().filter(|cell| cell["of"] == of);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let cell = |cell: &Value| {
        let told = if cell["code"].is_null() { &cell["caller"] } else { &cell["code"] };
        (text(&cell["row"]), text(&cell["column"]), text(&cell["truth"]), told.clone())
    };
    cells.map(cell).collect()
}

/// As measured on CPython 3.8 to 3.14.
#[test]
pub fn who_learns_is_what_cpython_does() {
    let finished = run("who-learns", &[]);
    let out = outcome(&finished);
    let own = cells(out, "ours");
    assert_eq!(own.len(), 8);
    assert!(own.iter().all(|cell| cell.2 == "caller" || cell.2 == "outside"), "{own:?}");
    if !python::is_there() {
        return;
    }
    let expected = [
        ("raise", "thread", "outside", json!(null)),
        ("raise", "asked", "caller", json!("ValueError")),
        ("raise", "not asked", "nobody", json!(null)),
        ("raise", "process", "outside", json!(1)),
        ("raise", "pool", "caller", json!("ValueError")),
        ("raise", "executor", "caller", json!("ValueError")),
        ("exit", "thread", "nobody", json!(null)),
        ("exit", "asked", "caller", json!("SystemExit")),
        ("exit", "not asked", "nobody", json!(null)),
        ("exit", "process", "outside", json!(3)),
        ("exit", "pool", "waits", json!(null)),
        ("exit", "executor", "caller", json!("SystemExit")),
        ("kill", "thread", "all-ends", json!(null)),
        ("kill", "asked", "all-ends", json!(null)),
        ("kill", "not asked", "all-ends", json!(null)),
        ("kill", "process", "outside", json!(-9)),
        ("kill", "pool", "waits", json!(null)),
        ("kill", "executor", "caller", json!("BrokenProcessPool")),
        ("send", "thread", "no-error", json!(null)),
        ("send", "asked", "no-error", json!(null)),
        ("send", "not asked", "no-error", json!(null)),
        ("send", "process", "no-error", json!(0)),
        ("send", "pool", "caller", json!("MaybeEncodingError")),
        ("send", "executor", "caller", json!("TypeError")),
    ];
    for (found, expected) in cells(out, "cpython").iter().zip(&expected) {
        let found = (&*found.0, &*found.1, &*found.2, found.3.clone());
        // What cannot be pickled has had another name in each of two versions.
        let named = found.0 == "send" && found.2 == "caller" && expected.2 == "caller";
        assert!(found == *expected || named, "{found:?}, expected {expected:?}");
    }
    assert_eq!(cells(out, "cpython").len(), expected.len());
}

/// Each cell that was measured is a section with a number of its own, one after another; what it took is a span in it. So it is
/// shown from then on, whatever else is on record.
#[test]
pub fn cells_are_measured_in_their_time() {
    let method = if python::is_there() { "default" } else { "none" };
    let finished = run("who-learns", &["patience=1", &format!("start_method={method}")]);
    let (meta, state) = (finished.trace.meta(), finished.replay.latest());
    let all: Vec<_> = meta.sections.iter().zip(&state.sections).collect();
    assert_eq!(all.len(), outcome(&finished)["cells"].as_array().unwrap().len());
    let span = |at: &SectionState| Some((at.began?.0, at.ended?));
    let spans: Vec<_> = all.iter().map(|(_, at)| span(at).unwrap()).collect();
    assert!(spans.windows(2).all(|two| two[0].1 <= two[1].0), "one after another");
    let numbers: HashSet<u32> = all.iter().map(|(section, _)| section.number).collect();
    assert_eq!(numbers.len(), all.len());
    for (section, at) in all {
        let (from, to) = span(at).unwrap();
        let inside = finished.trace.events().iter().filter(|e| from <= e.at && e.at <= to);
        let named = |name| section.name.ends_with(meta.text(name));
        let begins = |e: &&Event| matches!(e.kind, K::SpanBegan { name } if named(name));
        assert_eq!(inside.filter(begins).count(), 1, "{}", section.name);
    }
}

/// CPython's map that waits for ever is on record as a wait, within what it took.
#[test]
pub fn a_wait_for_ever_of_cpython_is_a_wait() {
    if !python::is_there() {
        return;
    }
    let finished = run("broken-pool", &["patience=1"]);
    let meta = finished.trace.meta();
    let of = |event: &&Event| meta.actor(event.actor).is_some_and(|who| who.name == "CPython");
    let mut waits = Vec::new();
    for event in finished.trace.events().iter().filter(of) {
        match event.kind {
            K::WaitBegan { res, op: WaitOp::Result } => waits.push((res, event.at, None)),
            K::WaitEnded { res, how } if waits.last().is_some_and(|(of, ..)| *of == res) => {
                waits.last_mut().unwrap().2 = Some((event.at, how));
            }
            _ => {}
        }
    }
    assert_eq!(waits.len(), 1, "the executor does not wait");
    let (res, began, ended) = waits[0];
    assert_eq!(meta.resource_name(res), "map()");
    let (ended, how) = ended.unwrap();
    assert!(how == WaitEnd::TimedOut && ended > began);
}

/// A worker that is killed, or ends itself: this pool tells whoever asks, CPython's `map` waits, its executor answers.
#[test]
pub fn a_worker_that_is_gone_in_a_pool_of_each_kind() {
    for (preset, told) in [("broken-pool", "BrokenProcessPool"), ("exit-in-task", "SystemExit")] {
        let finished = run(preset, &[]);
        let out = outcome(&finished);
        assert_eq!((ends(out), numbers(&out["lost"])), (vec!["caught"], vec![2]), "{preset}");
        if python::is_there() {
            let theirs = cells(out, "cpython").into_iter().map(|cell| (cell.1, cell.2, cell.3));
            let expected = [("map", "waits", json!(null)), ("futures", "caller", json!(told))];
            let expected = expected.map(|(tool, truth, told)| (tool.into(), truth.into(), told));
            assert_eq!(theirs.collect::<Vec<_>>(), expected, "{preset}");
        }
    }
}

/// What comes out of a worker is its text here; CPython builds the exception again, and cannot. As measured on 3.9 to 3.14.
#[test]
pub fn an_exception_that_cannot_be_built_again() {
    let finished = run("cannot-be-rebuilt", &[]);
    let out = outcome(&finished);
    assert_eq!((ends(out), numbers(&out["lost"])), (vec!["caught"], vec![2]));
    assert_eq!(out["errors"][0]["text"], "Refused: row 2: not allowed");
    if python::is_there() {
        let expected =
            [("map", "waits", json!(null)), ("futures", "caller", json!("BrokenProcessPool"))];
        let expected = expected.map(|(tool, truth, told)| {
            ("rebuild".to_owned(), tool.to_owned(), truth.to_owned(), told)
        });
        assert_eq!(cells(out, "cpython"), expected);
    }
    let alone = params(topic(), "crash-isolation", &["fault=rebuild"]);
    assert!(topic().refusal(&alone).is_some());
}
