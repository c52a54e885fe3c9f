//! Runs set beside each other: two traces in, one trace and a table out; from the command line; in the window.

use crate::common::window::frames_until;
use crate::common::{self, runs};
use crate::lab;
use concurrency_lab::app::session::Session;
use concurrency_lab::app::{App, Settings};
use concurrency_lab::export::compare::{CompareError, Comparison, Part, Side, join};
use concurrency_lab::export::recording::{self, Ending, Made};
use concurrency_lab::replay::{Cursor, Finding, Replay, Scene, findings};
use concurrency_lab::trace::{
    Actor, ActorId, Batch, Event, EventKind as K, Item, Meta, Nanos, RecordedBy, Resource,
    ResourceId, ResourceKind, Role, Section, SectionId, SourceId, TextId, Trace, WaitOp,
};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

mod recorders;
mod shown;

/// A run with all that is derived from it.
struct Run {
    trace: Trace,
    replay: Replay,
    findings: Vec<Finding>,
    params: Vec<(String, String)>,
    outcome: Map<String, Value>,
}

impl Run {
    fn of(trace: Trace) -> Self {
        let replay = Replay::new(&trace);
        let findings = findings(&trace, &replay);
        let params = trace.meta().params.clone();
        Self { trace, replay, findings, params, outcome: Map::new() }
    }

    fn side<'a>(&'a self, name: &'a str, made: &'a Made) -> Side<'a> {
        let Self { trace, replay, findings, params, outcome } = self;
        let went = match trace.stuck() {
            Some(_) => "ended: nobody could go on",
            None => "to its end",
        };
        Side { name, trace, replay, made, went, params, outcome: Some(outcome), findings }
    }
}

const MAIN: ActorId = ActorId(0);
const ADA: ActorId = ActorId(1);
const BOB: ActorId = ActorId(2);
const DOOR: ResourceId = ResourceId(0);

/// Two threads and a lock; the events at their times.
fn by_hand(events: &[(u64, ActorId, K)]) -> Trace {
    let actors = vec![
        Actor::thread("main", "M").with_role(Role::Main),
        Actor::thread("Ada", "A").started_by(MAIN),
        Actor::thread("Bob", "B").started_by(MAIN),
    ];
    let door = Resource::new("door", ResourceKind::Lock);
    let letter = Resource::new("box", ResourceKind::Queue)
        .with_initial(vec![Item::text(TextId(0))])
        .guarded_by(DOOR);
    let resources = vec![door, letter];
    let texts = vec!["hello".to_owned()];
    let meta = Meta { actors, resources, texts, ..Meta::default() };
    let mut trace = Trace::new(meta);
    let events = (0..).zip(events).map(|(seq, &(at, actor, kind))| Event {
        at: Nanos(at),
        seq,
        actor,
        source: SourceId::NONE,
        kind,
    });
    trace.apply(Batch { events: events.collect(), ..Batch::default() });
    trace
}

fn calm() -> Trace {
    by_hand(&[
        (1_000, MAIN, K::Started { os_id: 1 }),
        (1_000, ADA, K::Started { os_id: 2 }),
        (1_100, ADA, K::Acquired { res: DOOR }),
        (1_200, ADA, K::Got { res: ResourceId(1), item: Item::text(TextId(0)) }),
        (1_300, ADA, K::Released { res: DOOR }),
        (1_400, ADA, K::Ended(concurrency_lab::trace::End::Normal)),
        (1_500, MAIN, K::Ended(concurrency_lab::trace::End::Normal)),
    ])
}

/// Bob waits for ever.
fn stuck() -> Trace {
    let mut trace = by_hand(&[
        (50, MAIN, K::Started { os_id: 1 }),
        (50, ADA, K::Started { os_id: 2 }),
        (60, BOB, K::Started { os_id: 3 }),
        (100, ADA, K::Acquired { res: DOOR }),
        (150, BOB, K::WaitBegan { res: DOOR, op: WaitOp::Acquire }),
        (200, ADA, K::Ended(concurrency_lab::trace::End::Normal)),
    ]);
    trace.apply(Batch { stuck: Some(Nanos(250)), ..Batch::default() });
    trace
}

fn rows(table: &Comparison, part: Part) -> Vec<(String, Vec<String>)> {
    let text = |value: &Option<concurrency_lab::export::compare::Value>| {
        value.as_ref().map_or("–".to_owned(), |value| value.text.clone())
    };
    let row = |row: &concurrency_lab::export::compare::Row| {
        let name = match &row.of[..] {
            "" => row.what.clone(),
            of => format!("{of}: {}", row.what),
        };
        (name, row.values.iter().map(text).collect())
    };
    table.part(part).map(row).collect()
}

fn is(rows: &[(String, Vec<String>)], wanted: &[(&str, &[&str])]) {
    let rows: Vec<(&str, Vec<&str>)> = rows
        .iter()
        .map(|(name, values)| (&name[..], values.iter().map(String::as_str).collect()))
        .collect();
    let wanted: Vec<(&str, Vec<&str>)> =
        wanted.iter().map(|(name, values)| (*name, values.to_vec())).collect();
    assert_eq!(rows, wanted);
}

#[test]
fn two_traces_make_a_table() {
    let (mut one, mut two) = (Run::of(calm()), Run::of(stuck()));
    let set = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    one.params = vec![set("lock", "with"), set("n", "3")];
    two.params = vec![set("lock", "never given back"), set("n", "3"), set("extra", "1")];
    let Value::Object(fields) =
        json!({ "left": 0, "same": 5, "longest_wait_ns": 0, "a": { "b": [1, 2] } })
    else {
        unreachable!()
    };
    one.outcome = fields;
    let Value::Object(fields) = json!({ "left": 1, "same": 5, "longest_wait_ns": 1500, "a": { "b": [1, 3] }, "more": [[1], [2]] })
    else {
        unreachable!()
    };
    two.outcome = fields;
    let made = [Made::default(), Made { began: 951_782_400, ..Made::default() }];
    let sides = [one.side("calm", &made[0]), two.side("stuck", &made[1])];
    let table = Comparison::of(&sides).unwrap();
    assert_eq!(
        (&table.runs[..], &table.left_out[..]),
        (&["calm".to_owned(), "stuck".to_owned()][..], &[][..])
    );
    is(
        &rows(&table, Part::Run),
        &[
            ("recorded", &["–", "2000-02-29 00:00 UTC"]),
            ("how it went", &["to its end", "ended: nobody could go on"]),
            ("time", &["500 ns", "200 ns"]),
            ("events", &["7", "6"]),
            ("threads and processes", &["3", "3"]),
        ],
    );
    is(
        &rows(&table, Part::Parameters),
        &[("lock", &["with", "never given back"]), ("extra", &["–", "1"])],
    );
    is(
        &rows(&table, Part::Outcome),
        &[
            ("left", &["0", "1"]),
            ("longest wait", &["0 ns", "1.50 µs"]),
            ("a: b", &["1, 2", "1, 3"]),
            ("more", &["–", "2 entries"]),
        ],
    );
    is(
        &rows(&table, Part::Waits),
        &[
            ("still waiting at the end", &["0", "1"]),
            ("holds that ended", &["1", "0"]),
            ("held, by all together", &["200 ns", "0 ns"]),
            ("longest hold", &["200 ns (Ada)", "–"]),
        ],
    );
    is(
        &rows(&table, Part::Contention),
        &[
            ("door: held, of the time in use", &["100 %", "–"]),
            ("door: mean hold", &["200 ns", "–"]),
            ("door: waiting at once, at most", &["0", "1"]),
            ("door: still waiting at the end", &["0", "1"]),
        ],
    );
    is(
        &rows(&table, Part::Findings),
        &[("Lock never given back (lock-left-held)", &["not found", "found"])],
    );
    assert_eq!(rows(&table, Part::Trials), []);
    // What differs and was not measured stands out.
    let loud: Vec<&str> = (table.rows.iter())
        .filter(|row| row.differs() && !row.is_measured)
        .map(|row| &row.what[..])
        .collect();
    assert!(loud.contains(&"lock") && loud.contains(&"left") && !loud.contains(&"longest wait"));
    // As data: a row for each thing and run, in its unit.
    let csv = table.table().to_csv();
    assert!(
        csv.contains("Waits and holds,,\"held, by all together\",ns,true,calm,200,\n"),
        "{csv}"
    );
    assert!(csv.contains("Parameters,,extra,,false,calm,,\n"), "{csv}");
}

/// The same run of a topic as one recorded it, which calls the lock so.
fn by(recorder: RecordedBy, trace: &Trace, locks: &[&str]) -> Run {
    let mut meta = trace.meta().clone();
    (meta.topic, meta.recorder) = ("shared-list".to_owned(), recorder);
    let door = meta.resources[0].clone();
    meta.resources[0].name = locks[0].to_owned();
    let more = locks[1..].iter().map(|name| Resource { name: (*name).to_owned(), ..door.clone() });
    meta.resources.extend(more);
    let mut events = trace.events().to_vec();
    for other in 2..meta.resources.len() {
        let of_door = trace.events().iter().filter(|event| event.kind.resource() == Some(DOOR));
        let seq = events.len() as u32;
        events.extend((seq..).zip(of_door).map(|(seq, event)| {
            let mut event = Event { seq, at: event.at + Nanos(other as u64), ..*event };
            if let Some(res) = event.kind.resource_mut() {
                *res = ResourceId::from_index(other);
            }
            event
        }));
    }
    let mut renamed = Trace::new(meta);
    renamed.apply(Batch { events, ..Batch::default() });
    Run::of(renamed)
}

/// What two languages call otherwise is of one kind, and there are as many of it in both.
#[test]
fn a_lock_is_the_one_that_another_language_calls_otherwise() {
    let made = Made::default();
    let of = |one: &Run, two: &Run| {
        let table = Comparison::of(&[one.side("one", &made), two.side("two", &made)]).unwrap();
        let mut of: Vec<String> = table.part(Part::Contention).map(|row| row.of.clone()).collect();
        of.dedup();
        of
    };
    let rust = by(RecordedBy::Lab, &calm(), &["list lock"]);
    let mut python = by(RecordedBy::Python, &stuck(), &["lock"]);
    assert_eq!(of(&rust, &python), ["list lock / lock"]);
    // Another number of them, or another run of one language: nobody knows which is which.
    let several = by(RecordedBy::Python, &stuck(), &["lock", "second"]);
    assert_eq!(of(&rust, &several), ["second", "lock", "list lock"]);
    let other = by(RecordedBy::Lab, &stuck(), &["lock"]);
    assert_eq!(of(&rust, &other), ["lock", "list lock"]);
    // What Python does not tell of the outcome is no difference.
    let mut rust = rust;
    let Value::Object(fields) = json!({ "added": 5, "lost": 2, "pids": 7 }) else { unreachable!() };
    rust.outcome = fields;
    let Value::Object(fields) = json!({ "added": 6, "lost": null }) else { unreachable!() };
    python.outcome = fields;
    let table = Comparison::of(&[rust.side("one", &made), python.side("two", &made)]).unwrap();
    is(&rows(&table, Part::Outcome), &[("added", &["5", "6"])]);
}

#[test]
fn in_the_joined_trace_each_run_is_a_section_that_begins_at_0() {
    let (one, two) = (Run::of(calm()), Run::of(stuck()));
    let made = Made::default();
    let (trace, findings) = join(&[one.side("calm", &made), two.side("stuck", &made)]).unwrap();
    let meta = trace.meta();
    let runs = [Section::new("calm", 0), Section::new("stuck", 1)];
    assert_eq!(meta.sections, runs.map(|run| run.recorded_by(RecordedBy::Lab)));
    let of = |id: u16| {
        meta.actor(ActorId(id)).map(|actor| (&actor.name[..], actor.section, actor.parent))
    };
    assert_eq!(of(1), Some(("Ada", Some(SectionId(0)), Some(ActorId(0)))));
    assert_eq!(of(4), Some(("Ada", Some(SectionId(1)), Some(ActorId(3)))));
    assert_eq!(meta.resources[3].guard, Some(ResourceId(2)));
    assert_eq!(meta.item(meta.resources[3].initial[0]), "hello");
    assert_eq!((trace.events()[0].at, trace.end(), trace.stuck()), (Nanos(0), Nanos(500), None));
    let replay = Replay::new(&trace);
    assert!(replay.oddities().is_empty(), "{:?}", replay.oddities());
    let lane = |id: usize| -> Vec<(u64, String)> {
        let spans = replay.lanes().actors[id].spans.iter();
        spans.map(|span| (span.start.0, format!("{:?}", span.phase))).collect()
    };
    let lane_is = |id, wanted: &[(u64, &str)]| {
        let wanted: Vec<_> = wanted.iter().map(|(at, phase)| (*at, (*phase).to_owned())).collect();
        assert_eq!(lane(id), wanted, "{id}");
    };
    lane_is(1, &[(0, "Running"), (100, "Holding"), (300, "Running"), (400, "Done")]);
    // Bob waits until his run was ended, not until the other one is over.
    lane_is(5, &[(10, "Running"), (100, "Waiting"), (200, "Stopped")]);
    // What she never gave back is nobody's when her run is over.
    let owned =
        |at: u64| replay.at(&trace, Nanos(at)).resource(ResourceId(2)).unwrap().owners.len();
    assert_eq!([owned(50), owned(199), owned(200), owned(500)], [1, 1, 0, 0]);
    let owners = replay.lanes().resources[2].owners.last().unwrap();
    assert_eq!((owners.start, owners.owner), (Nanos(200), None));
    let ada = replay.latest().actor(ActorId(4)).unwrap();
    assert!(ada.holding.is_empty());
    let [left] = &findings[..] else { panic!("{findings:?}") };
    assert_eq!(
        (left.at, &left.actors[..], &left.resources[..]),
        (Nanos(150), &[ActorId(4)][..], &[ResourceId(2)][..])
    );
    assert!(left.sentence.starts_with("stuck: "), "{}", left.sentence);
    assert_eq!(trace.events()[left.event].actor, ActorId(4));
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let (one, none) = (Run::of(calm()), Run::of(Trace::default()));
    let mut odd = by_hand(&[(0, ActorId(7), K::At)]);
    odd.apply(Batch::default());
    let odd = Run::of(odd);
    let made = Made::default();
    let side = |run: &'static str| run;
    let refused = |sides: &[Side<'_>]| join(sides).unwrap_err();
    assert_eq!(refused(&[one.side("a", &made)]), CompareError::Number(1));
    assert_eq!(refused(&[one.side("a", &made); 5]), CompareError::Number(5));
    assert_eq!(
        refused(&[one.side("a", &made), none.side(side("b"), &made)]),
        CompareError::Empty("b".to_owned())
    );
    assert_eq!(
        refused(&[one.side("a", &made), odd.side("b", &made)]),
        CompareError::Unnamed("b".to_owned())
    );
    let mut many =
        Trace::new(Meta { actors: vec![Actor::thread("t", "T"); 40_000], ..Meta::default() });
    let event =
        Event { at: Nanos(0), seq: 0, actor: ActorId(0), source: SourceId::NONE, kind: K::At };
    many.apply(Batch { events: vec![event], ..Batch::default() });
    let many = Run::of(many);
    assert_eq!(
        refused(&[many.side("a", &made), many.side("b", &made)]),
        CompareError::TooLarge("threads and processes")
    );
}

/// Trials of two runs: `way` begins anew for each of them.
fn tried(times: &[u64]) -> Trace {
    let mut sections = vec![Section::new("threads", 0).in_turn()];
    let mut events = Vec::new();
    let mut at = 0;
    let outer = SectionId(0);
    for (number, time) in (1..).zip(times) {
        sections.push(Section::new(format!("trial {number}"), number).in_turn().within(outer));
        let trial = SectionId::from_index(sections.len() - 1);
        for (later, kind) in [
            (0, K::SectionBegan { section: outer }),
            (0, K::SectionBegan { section: trial }),
            (*time, K::SectionEnded { section: trial }),
            (0, K::SectionEnded { section: outer }),
        ] {
            at += later;
            let seq = events.len() as u32;
            events.push(Event { at: Nanos(at), seq, actor: MAIN, source: SourceId::NONE, kind });
        }
    }
    let actors = vec![Actor::thread("main", "M").with_role(Role::Main)];
    let mut trace = Trace::new(Meta { actors, sections, ..Meta::default() });
    trace.apply(Batch { events, ..Batch::default() });
    trace
}

/// It concludes only what noise cannot turn round.
#[test]
fn trials_are_told_apart_by_a_rank_test() {
    let made = Made::default();
    for (one, two, said) in [
        (
            &[100, 101, 102, 103, 104][..],
            &[200, 201, 202, 203, 204][..],
            "The trials of now took longer than those of then. The runs did not take turns, so that may have been the machine at that moment.",
        ),
        (
            &[200, 201, 202, 203, 204],
            &[100, 101, 102, 103, 104],
            "The trials of now took less time than those of then. The runs did not take turns, so that may have been the machine at that moment.",
        ),
        (
            &[100, 300, 200, 120, 250],
            &[110, 290, 210, 130, 240],
            "now and then: these trials do not tell them apart.",
        ),
        (&[100, 101, 102], &[200, 201, 202], "now and then: too few trials to tell them apart."),
    ] {
        let (one, two) = (Run::of(tried(one)), Run::of(tried(two)));
        let table = Comparison::of(&[one.side("then", &made), two.side("now", &made)]).unwrap();
        let rows: Vec<_> =
            table.part(Part::Trials).map(|row| (&row.what[..], &row.said[..])).collect();
        assert_eq!(rows, [("threads", said)]);
    }
}

/// Of topics whose presets are short: each run's lanes, states and scenes in the joined trace are its own.
#[test]
fn a_run_among_others_is_as_it_was_alone() {
    let made = Made::default();
    for topic in ["shared-list", "sharing-data", "process-pool", "exceptions", "factorials"] {
        let topic = runs::topic(topic);
        let preset = topic.about().presets.last().unwrap();
        let done = [(); 2].map(|()| {
            let mut params = runs::params(topic, preset.id, &[]);
            for (key, value) in [("time_scale", "0.02"), ("trials", "3")] {
                if params.get(key).is_some() {
                    params.set(key, value).unwrap();
                }
            }
            let done =
                concurrency_lab::topics::runner::run_to_end(topic, params, Some(runs::PATIENCE));
            Run::of(done.unwrap().trace)
        });
        let name = topic.id();
        let sides = [done[0].side("one", &made), done[1].side("two", &made)];
        let (trace, found) = join(&sides).unwrap();
        let replay = Replay::new(&trace);
        assert_eq!(
            replay.odd_count(),
            done.iter().map(|run| run.replay.odd_count()).sum::<u64>(),
            "{name}"
        );
        assert_eq!(found.len(), done.iter().map(|run| run.findings.len()).sum::<usize>());
        let (mut actor, mut res) = (0, 0);
        for run in &done {
            let begin = run.trace.events()[0].at;
            for own in &run.replay.lanes().actors {
                let lane = &replay.lanes().actors[actor];
                let shifted =
                    own.spans.iter().map(|span| (span.start.since(begin), span.phase, span.quiet));
                let joined = lane.spans.iter().map(|span| (span.start, span.phase, span.quiet));
                // What ends with its run is not in the run alone.
                assert!(shifted.eq(joined.take(own.spans.len())), "{name}: {actor}");
                actor += 1;
            }
            for _ in 0..40 {
                let events = fastrand::usize(1..=run.trace.events().len());
                let at = run.trace.events()[events - 1].at;
                let (mut alone, mut among) = (Cursor::default(), Cursor::default());
                let events = run.trace.count_until(at);
                alone.seek(&run.replay, &run.trace, events);
                among.seek(&replay, &trace, trace.count_until(at.since(begin)));
                for (index, own) in alone.state().resources.iter().enumerate() {
                    let joined = &among.state().resources[res + index];
                    assert_eq!(own.waiters.len(), joined.waiters.len(), "{name}");
                    assert_eq!(own.owners.len(), joined.owners.len(), "{name}");
                    assert_eq!(own.contents.len(), joined.contents.len(), "{name}");
                }
                let scene = Scene::at(trace.meta(), among.state());
                assert!(scene.sections.iter().all(|section| section.id.is_some()), "{name}");
            }
            res += run.trace.meta().resources.len();
        }
    }
}
