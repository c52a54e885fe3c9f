//! Traces of other tools: every shape opens, what is odd is said, and nothing is made up.

use crate::lab;
use concurrency_lab::export::trace_events::{self, Found, ODD, Refused, Watch};
use concurrency_lab::replay::{Cursor, Phase, Replay, findings, phrase};
use concurrency_lab::trace::{ActorKind, EventKind, Nanos, Trace};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const CAT: &str = r#"{"name":"stir","ph":"X","ts":3,"dur":4.5,"pid":7,"tid":8}"#;
const DOG: &str = r#"{"name":"bake","ph":"X","ts":20.25,"dur":0.75,"pid":7,"tid":9}"#;

fn read(text: impl AsRef<[u8]>) -> Result<Found, Refused> {
    trace_events::read(text.as_ref(), &Arc::new(Watch::default()))
}

fn json_of(text: impl AsRef<[u8]>) -> Value {
    let found = read(text).unwrap();
    let _ = Replay::new(&trace_events::trace_of(&found));
    serde_json::from_str(&found.to_json().unwrap()).unwrap()
}

fn both() -> Value {
    json!([["7", "8", "stir", 3000, 7500], ["7", "9", "bake", 20250, 21000]])
}

fn packed(text: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

/// The same two events, written in every way that is met.
#[test]
fn every_shape_opens() {
    let shapes = [
        format!("[{CAT},{DOG}]"),
        format!("\u{feff}[{CAT},\n{DOG}]"),
        format!("{{\"traceEvents\":[{CAT},{DOG}],\"displayTimeUnit\":\"ms\"}}"),
        format!("{{\"a\":{{\"b\":[1,\"]\",{{}}]}},\"traceEvents\":[{CAT},{DOG}]}}"),
        format!("[\n{CAT},\n{DOG},\n"),
        format!("[,{CAT},,{DOG},]"),
        format!("[{CAT}]\n[{DOG}]"),
        format!("{CAT}\n{DOG}\n"),
    ];
    for shape in shapes {
        let read = json_of(&shape);
        assert_eq!((&read["spans"], &read["warn"]), (&both(), &Value::Null), "{shape}");
        assert_eq!(json_of(packed(&shape))["spans"], both(), "{shape}, packed");
    }
    let mut members = packed(&format!("[{CAT},"));
    members.extend(packed(&format!("{DOG}]")));
    assert_eq!(json_of(members)["spans"], both());
    let cut = json_of(format!("{{\"traceEvents\":[{CAT},{DOG},{{\"name\":\"lo"));
    assert_eq!((&cut["spans"], &cut["warn"]), (&both(), &json!("cut off after 2 events")));
    let mut short = packed(&format!("[{CAT},{DOG}]"));
    short.truncate(short.len() - 6);
    let short = json_of(short);
    assert!(short["warn"].as_str().unwrap().contains("cannot be read further"), "{short}");
}

/// What is odd is counted and said; what cannot be placed is left out.
#[test]
fn what_is_odd_is_said() {
    let at = |fields: &str| format!("[{{\"name\":\"a\",\"pid\":1,\"tid\":1,{fields}}}]");
    for (fields, skipped, warning) in [
        (r#""ph":"X","ts":5,"dur":-1"#, 1, "1 span of negative length"),
        (r#""ph":"X","dur":1"#, 1, "1 event without ts"),
        (r#""ph":"X","ts":NaN,"dur":Infinity"#, 1, "1 event whose time is no number"),
        (r#""ph":"X","ts":1e17,"dur":1"#, 1, "1 event whose time is out of range"),
        (r#""ph":"X","ts":9e15,"dur":9e15"#, 1, "1 event whose time is out of range"),
        (r#""ph":"X","ts":1"#, 0, "1 span without end"),
        (r#""ph":"B","ts":1"#, 0, "1 span without end"),
        (r#""ph":"E","ts":1"#, 1, "1 end without a begin"),
        (r#""ph":"b","ts":1"#, 1, "1 async event without an id"),
        (r#""ph":"s","id":3,"ts":1"#, 0, "1 arrow with one end only"),
        (r#""ph":"?","ts":1"#, 1, "1 event of kind ?, which is not read"),
        (r#""ph":"C","ts":1,"args":{"a":"much"}"#, 0, "1 event whose time is no number"),
        (r#""ph":5,"ts":1"#, 1, "1 event of kind 5"),
        (r#""ts":1"#, 1, "1 value other than an event"),
    ] {
        let read = json_of(at(fields));
        let warn = read["warn"].as_str().unwrap_or_default();
        assert!(warn.contains(warning), "{fields}: {warn}");
        if skipped > 0 {
            assert_eq!(read["skipped"], skipped, "{fields}");
        }
    }
    assert_eq!(json_of("[]")["warn"], "no events");
    assert_eq!(
        json_of(b"[{\"name\":\"t\xe9\",\"ph\":\"i\",\"ts\":1,\"pid\":1,\"tid\":1}]")["instants"],
        json!([["t\u{fffd}", 1000]])
    );
    let damaged = json_of(format!("[{CAT},{DOG},]}}"));
    assert!(damaged["warn"].as_str().unwrap().starts_with("not JSON from byte"), "{damaged}");
}

#[test]
fn what_is_no_trace_gives_one_sentence() {
    for (text, why) in [
        (&b"<!doctype html>"[..], "not JSON, byte 0"),
        (b"", "it has no events"),
        (b"{\"a\":1}", "it has no events"),
        (b"{\"traceEvents\":{\"traceEvents\":[]}}", "traceEvents is not an array"),
        (b"\xff\xfe[\0]\0", "UTF-16"),
        (b"hello", "not JSON, byte 0"),
    ] {
        match read(text) {
            Err(Refused::Other(said)) => assert!(said.contains(why), "{said}"),
            other => panic!("{other:?}"),
        }
    }
    let watch = Arc::new(Watch::default());
    watch.cancel();
    let cancelled = trace_events::read(CAT.as_bytes(), &watch);
    assert!(matches!(cancelled, Err(Refused::Cancelled)));
}

/// Begins and ends, async spans, arrows, names: as the format has them.
#[test]
fn what_belongs_together_is_put_together() {
    let event = |fields: &str| format!("{{\"pid\":1,\"tid\":1,{fields}}}");
    let all = |events: &[&str]| {
        let events: Vec<String> = events.iter().map(|fields| event(fields)).collect();
        json_of(format!("[{}]", events.join(",")))
    };
    let nested = all(&[
        r#""name":"out","ph":"B","ts":1"#,
        r#""name":"in","ph":"B","ts":2"#,
        r#""name":"gone","ph":"B","ts":3"#,
        r#""name":"in","ph":"E","ts":4"#,
        r#""ph":"E","ts":5"#,
    ]);
    let spans = json!([
        ["1", "1", "out", 1000, 5000],
        ["1", "1", "in", 2000, 4000],
        ["1", "1", "gone", 3000, null]
    ]);
    assert_eq!((&nested["spans"], &nested["warn"]), (&spans, &json!("1 span without end")));
    let asyncs = all(&[
        r#""name":"whole","cat":"net","ph":"b","id":"0x4","ts":1"#,
        r#""name":"part","cat":"net","ph":"b","id":"0x4","ts":2"#,
        r#""name":"whole","cat":"net","ph":"e","id":"0x4","ts":3"#,
        r#""name":"part","cat":"net","ph":"e","id":"0x4","ts":4"#,
        r#""name":"own","cat":"net","ph":"b","id2":{"local":"9"},"ts":5"#,
        r#""name":"own","cat":"net","ph":"e","id2":{"local":"9"},"ts":6"#,
    ]);
    let wanted = json!([
        ["net", "0x4", "whole", 1000, 3000],
        ["net", "0x4", "part", 2000, 4000],
        ["net", "1:9", "own", 5000, 6000]
    ]);
    assert_eq!((&asyncs["asyncs"], &asyncs["warn"]), (&wanted, &Value::Null));
    let flows = all(&[
        r#""name":"one","ph":"X","ts":0,"dur":2"#,
        r#""name":"two","ph":"X","ts":4,"dur":2"#,
        r#""name":"three","ph":"X","ts":8,"dur":2"#,
        r#""name":"go","ph":"s","id":1,"ts":1"#,
        r#""name":"go","ph":"t","id":1,"ts":5"#,
        r#""name":"go","ph":"f","id":1,"ts":7"#,
    ]);
    assert_eq!(flows["flows"], json!([["one", "two"], ["two", "three"]]));
    let named = all(&[
        r#""ph":"M","name":"thread_name","args":{"name":"cook"}"#,
        r#""ph":"M","name":"process_name","args":{"name":"kitchen"}"#,
        r#""name":"\ud83c\udf70 \u0041\ud800x","ph":"i","ts":1,"s":"g""#,
        r#""name":"pots","ph":"C","ts":2,"args":{"hot":3,"cold":1.5}"#,
    ]);
    assert_eq!(named["threads"], json!({ "1/1": "cook" }));
    assert_eq!(named["processes"], json!({ "1": "kitchen" }));
    assert_eq!(named["instants"], json!([["🍰 A\u{fffd}x", 1000]]));
    let counters = json!([["1", "pots", "hot", 2000, "3"], ["1", "pots", "cold", 2000, "1.5"]]);
    assert_eq!(named["counters"], counters);
}

fn kitchen() -> Trace {
    let text = r#"{"traceEvents":[
        {"ph":"M","name":"process_name","pid":5,"args":{"name":"kitchen"}},
        {"ph":"M","name":"thread_name","pid":5,"tid":6,"args":{"name":"cook"}},
        {"ph":"M","name":"thread_name","pid":5,"tid":5,"args":{"name":"chef"}},
        {"name":"dish (/home/someone/menu.py:4)","ph":"X","ts":-10,"dur":60,"pid":5,"tid":6},
        {"name":"time.sleep","ph":"X","ts":0,"dur":20,"pid":5,"tid":6},
        {"name":"late","ph":"X","ts":49.9,"dur":30,"pid":5,"tid":6},
        {"name":"taste","ph":"X","ts":90,"dur":0,"pid":5,"tid":5},
        {"name":"never","ph":"B","ts":95,"pid":5,"tid":5},
        {"name":"oven","cat":"heat","ph":"b","id":1,"ts":1,"pid":5,"tid":5},
        {"name":"oven","cat":"heat","ph":"b","id":2,"ts":2,"pid":5,"tid":5},
        {"name":"oven","cat":"heat","ph":"e","id":2,"ts":9,"pid":5,"tid":5},
        {"name":"oven","cat":"heat","ph":"e","id":1,"ts":8,"pid":5,"tid":5},
        {"name":"pots","ph":"C","ts":3,"pid":5,"args":{"value":2}},
        {"name":"ready","ph":"i","ts":100,"pid":5,"tid":6}],
        "viztracer_metadata":{"version":"9.9","overflow":false}}"#;
    trace_events::trace_of(&read(text).unwrap())
}

/// What it looks like in our words: lanes, a sleep, rows for what has no thread, a counter; and nothing is claimed.
#[test]
fn a_trace_is_made_of_it() {
    let trace = kitchen();
    let meta = trace.meta();
    let names: Vec<&str> = meta.actors.iter().map(|actor| &actor.name[..]).collect();
    assert_eq!(names, ["kitchen", "chef", "cook", "async heat 1", "async heat 2"]);
    assert_eq!(meta.actors[0].kind, ActorKind::Process);
    assert!(meta.actors.iter().all(|actor| actor.by_spans));
    assert_eq!((&meta.program.name[..], &meta.program.version[..]), ("VizTracer", "9.9"));
    let odd: Vec<&str> =
        meta.facts.iter().filter(|(key, _)| key == ODD).map(|(_, what)| &what[..]).collect();
    assert_eq!(odd, ["1 span without end"]);
    let replay = Replay::new(&trace);
    assert!(replay.oddities().is_empty(), "{:?}", replay.oddities());
    assert!(findings(&trace, &replay).is_empty());
    let [chef, cook] = [1, 2].map(concurrency_lab::trace::ActorId);
    let mut cursor = Cursor::default();
    let mut at = |ns: u64| {
        // The file begins at -10 µs.
        let now = Nanos(ns + 10_000);
        cursor.seek(&replay, &trace, trace.count_until(now));
        let state = cursor.state();
        let phase = |id| state.actor(id).map(|actor| actor.phase);
        let words = |id| phrase(meta, state, id, now);
        (phase(cook), words(cook), phase(chef), words(chef))
    };
    let text = |text: &str| text.to_owned();
    let (phase, words, ..) = at(5_000);
    assert_eq!(phase, Some(Phase::Sleeping), "{words}");
    assert_eq!(at(30_000).1, "in dish (menu.py:4)");
    // Two that overlap: neither takes the other along.
    assert_eq!(at(49_950).1, "in late");
    assert_eq!((at(60_000).0, at(60_000).1), (Some(Phase::Running), text("in late")));
    assert_eq!((at(85_000).0, at(85_000).1), (Some(Phase::Idle), text("nothing recorded")));
    assert_eq!((at(99_000).2, at(99_000).3), (Some(Phase::Running), text("in never")));
    let said = |kind: &EventKind| match kind {
        EventKind::Message { text, args } => Some(meta.message(*text, *args)),
        _ => None,
    };
    let said: Vec<String> = trace.events().iter().filter_map(|event| said(&event.kind)).collect();
    assert_eq!(said, ["ready"]);
    assert_eq!(meta.resources.len(), 1);
}

fn mixture() -> String {
    let mut events = vec![CAT.to_owned(), DOG.to_owned()];
    for (fields, id) in [
        (r#""ph":"B","name":"b","args":{"x":[1,{"y":null}]}"#, 1),
        (r#""ph":"E""#, 2),
        (r#""ph":"b","name":"a","cat":"c","id":"q""#, 3),
        (r#""ph":"e","name":"a","cat":"c","id":"q""#, 4),
        (r#""ph":"s","name":"f","id":1"#, 5),
        (r#""ph":"f","name":"f","id":1,"bp":"e""#, 6),
        (r#""ph":"C","name":"n","args":{"v":1}"#, 7),
        (r#""ph":"i","name":"\u0041\n""#, 8),
        (r#""ph":"M","name":"thread_name","args":{"name":"t"}"#, 9),
    ] {
        events.push(format!("{{{fields},\"ts\":{id},\"pid\":1,\"tid\":1}}"));
    }
    format!("{{\"traceEvents\":[{}]}}", events.join(","))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is done to the bytes: opens as far as it goes, or says why not.
    #[test]
    fn a_damaged_file_never_panics(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
        is_packed in any::<bool>(),
    ) {
        let text = mixture();
        let mut bytes = if is_packed { packed(&text) } else { text.into_bytes() };
        let at = at.index(bytes.len());
        match cut {
            true => bytes.truncate(at),
            false => bytes[at] = byte,
        }
        if let Ok(found) = read(&bytes) {
            let trace = trace_events::trace_of(&found);
            let _ = Replay::new(&trace);
            prop_assert!(found.to_json().is_ok());
        }
    }
}

/// Thirty thousand events, deep nests, and a little that unpacks to very much.
#[test]
fn large_files_open_and_bombs_do_not() {
    let mut text = String::from("[");
    for i in 0..30_000 {
        text += &format!(
            "{{\"name\":\"n{}\",\"ph\":\"X\",\"ts\":{i},\"dur\":2,\"pid\":1,\"tid\":{}}},",
            i % 50,
            i % 4
        );
    }
    let begin = Instant::now();
    let found = read(&text).unwrap();
    let trace = trace_events::trace_of(&found);
    println!("30,000 events in {:?}", begin.elapsed());
    assert_eq!((found.spans.len(), trace.events().len()), (30_000, 60_005));
    let deep = format!("[{{\"a\":{}", "[".repeat(1_000_000));
    assert!(read(deep).is_ok());
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(b"[").unwrap();
    for _ in 0..40 {
        packer.write_all(&b"0,".repeat(1 << 19)).unwrap();
    }
    let bomb = packer.finish().unwrap();
    let begin = Instant::now();
    match read(bomb) {
        Err(Refused::Other(said)) => assert!(said.contains("larger"), "{said}"),
        other => panic!("{other:?}"),
    }
    assert!(begin.elapsed() < Duration::from_secs(60));
}

/// By the real program: inspected, drawn, written again.
#[test]
fn it_is_inspected_drawn_and_written_again() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let file = path("an ödd name.json");
    fs::write(&file, format!("[{CAT},{DOG}]")).unwrap();
    let inspected = lab(&["inspect", &file, "--json"]).output().unwrap();
    let inspected: Value = serde_json::from_slice(&inspected.stdout).unwrap();
    assert_eq!(inspected["spans"], both());
    let said = lab(&["inspect", &file]).output().unwrap();
    assert!(String::from_utf8_lossy(&said.stdout).contains("who held a lock"));
    let picture = path("a.png");
    assert!(lab(&["render", &file, "-o", &picture]).output().unwrap().status.success());
    let again = path("again.json.gz");
    assert!(lab(&["export", &file, "-o", &again]).output().unwrap().status.success());
    let spans = |file: &str| {
        let found = trace_events::open(file.as_ref(), &Arc::new(Watch::default())).unwrap();
        let first = found.spans.iter().map(|span| span.start).min().unwrap();
        let spans = found.spans.iter();
        let span = |s: &trace_events::Span| {
            (found.name(s.name).to_owned(), s.start - first, s.end.at() - first)
        };
        let mut spans: Vec<_> = spans.map(span).collect();
        spans.sort();
        spans
    };
    assert_eq!(spans(&file), spans(&again));
    let csv = path("a.csv");
    assert!(
        lab(&["export", &file, "-o", &csv, "--what", "lanes"]).output().unwrap().status.success()
    );
    assert!(fs::read_to_string(csv).unwrap().contains("stir"));
    for (out, status) in [("a.png", 2), ("no such folder/a.csv", 1)] {
        let output = lab(&["export", &file, "-o", &path(out)]).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{out}");
    }
}

/// What VizTracer 1.1.1 wrote (`viztracer --log_sparse two.py`) of a program with two processes of two threads each, whose
/// text is in it: a `kitchen` whose helper is a `cook`, in this process and in a forked one.
#[test]
fn viztracer_of_two_processes_with_two_threads() {
    let found = read(include_bytes!("viztracer.json")).unwrap();
    assert_eq!(found.warnings, Vec::<String>::new());
    let trace = trace_events::trace_of(&found);
    let meta = trace.meta();
    let replay = Replay::new(&trace);
    assert!(replay.oddities().is_empty(), "{:?}", replay.oddities());
    let lane = |index: usize, actor: &concurrency_lab::trace::Actor| {
        let parent = actor.parent.map_or("", |parent| &meta.actors[parent.index()].name);
        let did = replay.lanes().actors[index].spans.iter().filter_map(|span| match span.note {
            concurrency_lab::replay::Note::Doing(name) => meta.text(name).split(' ').next(),
            _ => None,
        });
        format!(
            "{:?} {} of {parent:?}: {}",
            actor.kind,
            actor.name,
            did.collect::<Vec<_>>().join(" ")
        )
    };
    let lanes: Vec<String> =
        meta.actors.iter().enumerate().map(|(index, actor)| lane(index, actor)).collect();
    assert_eq!(
        lanes,
        [
            "Process MainProcess of \"\": ",
            "Thread first chef of \"MainProcess\": kitchen stir kitchen",
            "Thread first helper of \"MainProcess\": cook stir cook stir cook",
            "Process second of \"\": ",
            "Thread MainThread of \"second\": kitchen stir kitchen",
            "Thread second helper of \"second\": cook stir cook stir cook",
        ]
    );
}
