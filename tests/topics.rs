//! Every topic in the list, and topic 4 in depth: real runs, checked event by event.

#![allow(clippy::unwrap_used)]

use concurrency_lab::app::command::Page;
use concurrency_lab::app::picture::{self, Part, PictureSpec};
use concurrency_lab::app::playback::At;
use concurrency_lab::app::session::Session;
use concurrency_lab::replay::{Phase, State, lost_updates};
use concurrency_lab::topics::runner::{Finished, RunError, run_to_end};
use concurrency_lab::topics::{ALL, Language, ParamKind, Params, Topic, find};
use concurrency_lab::trace::{EventKind, Item, ResourceId, ResourceKind, Trace, WaitOp};
use proptest::prelude::*;
use std::collections::{HashSet, VecDeque};
use std::io::Write;
use std::time::Duration;

fn shared_list() -> &'static dyn Topic {
    find("shared-list").unwrap()
}

fn params(topic: &dyn Topic, preset: &str, sets: &[&str]) -> Params {
    let mut params = topic.preset(preset).unwrap();
    for set in sets {
        params.set_pair(set).unwrap();
    }
    params
}

fn run(preset: &str, sets: &[&str]) -> Finished {
    let topic = shared_list();
    run_to_end(
        topic,
        params(topic, preset, sets),
        Some(Duration::from_secs(120)),
    )
    .unwrap()
}

fn number(finished: &Finished, field: &str) -> i64 {
    finished.result.as_ref().unwrap()[field].as_i64().unwrap()
}

fn of_kind(trace: &Trace, kind: ResourceKind) -> Option<ResourceId> {
    let position = trace.meta().resources.iter().position(|r| r.kind == kind)?;
    Some(ResourceId::from_index(position))
}

// ---- the list of topics ----------------------------------------------------------------------------------------------

#[test]
fn every_topic_says_what_it_is_in_one_sentence() {
    let mut ids = HashSet::new();
    for topic in ALL {
        assert!(ids.insert(topic.id()), "{} is there twice", topic.id());
        assert!(
            topic
                .id()
                .chars()
                .all(|c| c.is_ascii_lowercase() || c == '-')
        );
        assert!(topic.question().ends_with('?'), "{}", topic.id());
        assert!(topic.explanation().len() > 400, "{}", topic.id());
        let mut keys = HashSet::new();
        for param in topic.params() {
            assert!(
                keys.insert(param.key),
                "{} has {} twice",
                topic.id(),
                param.key
            );
            assert!(param.help.ends_with('.'), "{}", param.key);
            let default = param.default_value().to_string();
            assert_eq!(
                param.parse(&default),
                Ok(param.default_value()),
                "{}",
                param.key
            );
        }
        for preset in topic.presets() {
            assert!(preset.summary.ends_with('.'), "{}", preset.id);
            topic.preset(preset.id).unwrap();
        }
        assert_eq!(find(topic.id()).map(Topic::id), Some(topic.id()));
    }
    assert_eq!(ids.len(), 8);
}

/// Every preset of every topic, as fast as it goes, must run, replay without a contradiction, and show in a picture.
#[test]
fn every_preset_runs_replays_and_has_its_picture() {
    for topic in ALL.iter().copied() {
        for preset in topic.presets() {
            let mut params = params(topic, preset.id, &[]);
            if params.get("time_scale").is_some() {
                params.set("time_scale", "0.02").unwrap();
            }
            let name = format!("{} {}", topic.id(), preset.id);
            let finished =
                run_to_end(topic, params.clone(), Some(Duration::from_secs(60))).unwrap();
            assert!(finished.result.is_ok(), "{name}");
            assert_eq!(finished.trace.dropped(), 0, "{name}");
            assert!(
                finished.trace.warnings().is_empty(),
                "{name}: {:?}",
                finished.trace.warnings()
            );
            assert!(
                finished.replay.oddities().is_empty(),
                "{name}: {:?}",
                finished.replay.oddities()
            );
            let state = finished.replay.latest();
            assert!(
                state.actors.iter().all(|a| a.phase == Phase::Done),
                "{name}"
            );
            for (dark, at) in [(false, At::Fraction(0.4)), (true, At::End)] {
                let again = run_to_end(topic, params.clone(), None).unwrap();
                let spec = PictureSpec {
                    size: [1024.0, 640.0],
                    scale: 1.0,
                    dark,
                    part: Part::Window,
                    page: Page::Code,
                    at,
                };
                let image =
                    picture::draw(Session::finished(topic, params.clone(), again), &spec).unwrap();
                assert_eq!((image.width, image.height), (1024, 640), "{name}");
                let colours: HashSet<&[u8]> = image.rgba.chunks_exact(4).collect();
                assert!(
                    colours.len() > 100,
                    "{name}: only {} colours",
                    colours.len()
                );
            }
        }
    }
}

#[test]
fn an_unbuilt_topic_fails_honestly() {
    for topic in ALL.iter().copied().filter(|t| !t.is_built()) {
        let finished = run_to_end(topic, topic.default_params(), None).unwrap();
        let error = finished.result.err().unwrap().to_string();
        assert!(error.contains("not built yet"), "{error}");
    }
}

// ---- topic 4: every event of every run ------------------------------------------------------------------------------

/// At every event: at most one holder, released by the holder only, waits end in an acquire, removal in the order of
/// insertion. Answers with how many operations there were on the list.
fn check_guarded(trace: &Trace) -> usize {
    let lock = of_kind(trace, ResourceKind::Lock).unwrap();
    let list = of_kind(trace, ResourceKind::List).unwrap();
    let mut holder = None;
    let mut waiting = HashSet::new();
    let mut items: VecDeque<Item> = VecDeque::new();
    let mut operations = 0;
    let mut last = None;
    for (index, event) in trace.events().iter().enumerate() {
        assert!(last <= Some(event.key()), "sorted");
        last = Some(event.key());
        match event.kind {
            EventKind::WaitBegan { res, op } if res == lock => {
                assert_eq!(op, WaitOp::Acquire);
                assert_ne!(
                    holder,
                    Some(event.actor),
                    "event {index}: waits for what it has"
                );
                assert!(waiting.insert(event.actor), "event {index}: waits twice");
            }
            EventKind::WaitEnded { res, .. } if res == lock => {
                panic!("event {index}: a wait ended in no acquire")
            }
            EventKind::Acquired { res } if res == lock => {
                assert_eq!(holder, None, "event {index}: two holders");
                holder = Some(event.actor);
                waiting.remove(&event.actor);
            }
            EventKind::Released { res } if res == lock => {
                assert_eq!(
                    holder,
                    Some(event.actor),
                    "event {index}: released by another"
                );
                holder = None;
            }
            EventKind::Inserted {
                res,
                index: at,
                item,
            } if res == list => {
                assert_eq!(
                    holder,
                    Some(event.actor),
                    "event {index}: added without the lock"
                );
                assert_eq!(at as usize, items.len());
                items.push_back(item);
                operations += 1;
            }
            EventKind::Removed {
                res,
                index: at,
                item,
            } if res == list => {
                assert_eq!(
                    holder,
                    Some(event.actor),
                    "event {index}: removed without the lock"
                );
                assert_eq!(at, 0);
                assert_eq!(
                    items.pop_front(),
                    Some(item),
                    "event {index}: not the oldest"
                );
                operations += 1;
            }
            EventKind::FoundEmpty { res } if res == list => {
                assert_eq!(holder, Some(event.actor));
                assert!(items.is_empty(), "event {index}: it was not empty");
                operations += 1;
            }
            _ if waiting.contains(&event.actor) => panic!("event {index}: {event:?} while waiting"),
            _ => {}
        }
    }
    assert_eq!(holder, None);
    assert!(waiting.is_empty(), "a wait never ended");
    operations
}

#[test]
fn thirty_two_threads_and_a_hundred_thousand_operations() {
    let finished = run(
        "contended",
        &[
            "adders=16",
            "removers=16",
            "adds=3125",
            "attempts=3125",
            "hold=0",
        ],
    );
    assert_eq!(finished.trace.dropped(), 0);
    assert_eq!(check_guarded(&finished.trace), 100_000);
    assert!(finished.replay.oddities().is_empty());
    assert_eq!(number(&finished, "added"), 50_000);
    assert_eq!(
        number(&finished, "removed") + number(&finished, "empty_attempts"),
        50_000
    );
    assert_eq!(number(&finished, "expected"), number(&finished, "actual"));
    assert_eq!(finished.trace.meta().actors.len(), 33);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn whatever_the_parameters_the_lock_keeps_its_promises(
        adders in 1..=6_i64,
        removers in 1..=6,
        adds in 1..60_i64,
        attempts in 0..60,
        hold in 0..3,
        before in any::<bool>(),
        in_turn in any::<bool>(),
        until in 0..3_usize,
        seed in 0..1000,
    ) {
        let sets = [
            format!("adders={adders}"),
            format!("removers={removers}"),
            format!("adds={adds}"),
            format!("attempts={attempts}"),
            format!("hold={}", f64::from(hold) * 20e-6),
            format!("pause={}", if before { "before" } else { "after" }),
            format!("start={}", if in_turn { "in-turn" } else { "together" }),
            format!("until={}", ["attempts", "empty", "flag"][until]),
            format!("seed={seed}"),
            "pace=random".to_owned(),
            "random_min=0".to_owned(),
            "random_max=0.0002".to_owned(),
        ];
        let sets: Vec<&str> = sets.iter().map(String::as_str).collect();
        let finished = run("contended", &sets);
        check_guarded(&finished.trace);
        prop_assert!(finished.replay.oddities().is_empty());
        prop_assert_eq!(number(&finished, "added"), adders * adds);
        prop_assert_eq!(number(&finished, "expected"), number(&finished, "actual"));
        prop_assert_eq!(number(&finished, "lost_updates"), 0);
        let left = finished.result.as_ref().unwrap()["final_list"].as_array().unwrap().len();
        prop_assert_eq!(left as i64, number(&finished, "actual"));
        if until == 2 {
            prop_assert_eq!(left, 0, "with a flag nothing is left behind");
        }
    }
}

/// Each witness must be a true one: the overwriter had read before the lost write, and wrote after it.
fn check_witnesses(trace: &Trace) -> usize {
    let registers = trace.meta().resources.iter().enumerate();
    let registers = registers.filter(|(_, r)| r.kind == ResourceKind::Value);
    let mut count = 0;
    for (index, _) in registers {
        let res = ResourceId::from_index(index);
        for lost in lost_updates(trace, res) {
            count += 1;
            assert_ne!(lost.lost.actor, lost.by.actor);
            for access in [lost.lost, lost.by] {
                let (read, write) = (&trace.events()[access.read], &trace.events()[access.write]);
                assert_eq!((read.actor, write.actor), (access.actor, access.actor));
                let EventKind::ValueRead {
                    res: r,
                    version,
                    value,
                } = read.kind
                else {
                    panic!("{read:?} is no read")
                };
                assert_eq!((r, version), (res, access.read_version));
                let EventKind::ValueChanged {
                    res: r,
                    version,
                    new,
                    ..
                } = write.kind
                else {
                    panic!("{write:?} is no write")
                };
                assert_eq!((r, version), (res, access.write_version));
                assert_eq!(
                    new.as_int().unwrap(),
                    value.as_int().unwrap() + 1,
                    "based on what it read"
                );
            }
            assert!(
                lost.by.read_version < lost.lost.write_version,
                "the overwriter had not seen it"
            );
            assert!(lost.lost.write_version < lost.by.write_version);
            assert!(
                lost.by.read < lost.lost.write && lost.lost.write < lost.by.write,
                "in that order"
            );
        }
    }
    count
}

#[test]
fn without_the_lock_updates_are_lost_and_each_witness_is_true() {
    let mut with_losses = 0;
    for _ in 0..10 {
        let finished = run("no-lock", &[]);
        let lost = check_witnesses(&finished.trace);
        assert_eq!(number(&finished, "lost_updates"), lost as i64);
        assert!(
            finished.replay.oddities().is_empty(),
            "{:?}",
            finished.replay.oddities()
        );
        with_losses += usize::from(lost > 0);
        // What the replay shows in the end is what the list really held.
        let state: &State = finished.replay.latest();
        let end = |name: &str| {
            let position = finished
                .trace
                .meta()
                .resources
                .iter()
                .position(|r| r.name == name)
                .unwrap();
            state.resources[position].contents[0].as_int().unwrap()
        };
        let cells = &state
            .resource(of_kind(&finished.trace, ResourceKind::Array).unwrap())
            .unwrap()
            .contents;
        let shown: Vec<i64> = (end("head")..end("tail"))
            .map(|i| cells[i as usize].as_int().unwrap())
            .collect();
        assert_eq!(
            finished.result.as_ref().unwrap()["final_list"],
            serde_json::json!(shown)
        );
    }
    assert!(
        with_losses >= 9,
        "only {with_losses} of 10 runs lost an update"
    );
}

#[test]
fn with_the_lock_no_update_is_lost_in_a_hundred_runs() {
    for _ in 0..100 {
        let finished = run("no-lock", &["lock=with", "hold=0.00001"]);
        check_guarded(&finished.trace);
        assert_eq!(number(&finished, "lost_updates"), 0);
        assert_eq!(number(&finished, "expected"), number(&finished, "actual"));
    }
}

#[test]
fn both_worlds_run_side_by_side() {
    let finished = run("no-lock", &["lock=both"]);
    check_guarded(&finished.trace);
    check_witnesses(&finished.trace);
    let outcome = finished.result.as_ref().unwrap();
    assert_eq!(
        outcome["with_lock"]["expected"],
        outcome["with_lock"]["actual"]
    );
    assert_eq!(outcome["with_lock"]["added"], 48);
    assert_eq!(finished.trace.meta().actors.len(), 9);
}

#[test]
fn a_run_that_takes_too_long_is_stopped_and_its_threads_end() {
    let topic = shared_list();
    let params = params(topic, "take-turns", &["add_pause=60"]);
    let finished = run_to_end(topic, params, Some(Duration::from_millis(50))).unwrap();
    assert!(matches!(finished.result, Err(RunError::TimedOut(_))));
    assert!(
        finished
            .replay
            .latest()
            .actors
            .iter()
            .all(|a| a.end.is_some())
    );
}

// ---- pictures and listings ------------------------------------------------------------------------------------------

#[test]
fn a_trace_drawn_twice_gives_the_same_bytes_at_every_size() {
    let topic = shared_list();
    let mut pictures = Vec::new();
    let params = params(topic, "contended", &["time_scale=0.1"]);
    let finished = run_to_end(topic, params.clone(), None).unwrap();
    let trace = finished.trace.clone();
    let outcome = finished.result.unwrap();
    for _ in 0..2 {
        for (size, scale, part) in [
            ([1440.0, 900.0], 1.0, Part::Window),
            ([1024.0, 640.0], 2.0, Part::Window),
            ([1440.0, 900.0], 2.0, Part::Stage),
            ([1024.0, 640.0], 1.0, Part::Timeline),
        ] {
            let again = Finished {
                replay: concurrency_lab::replay::Replay::new(&trace),
                trace: trace.clone(),
                result: Ok(outcome.clone()),
                wall: finished.wall,
            };
            let spec = PictureSpec {
                size,
                scale,
                dark: false,
                part,
                page: Page::Numbers,
                at: At::Fraction(0.5),
            };
            pictures.push(
                picture::draw(Session::finished(topic, params.clone(), again), &spec).unwrap(),
            );
        }
    }
    let (first, second) = pictures.split_at(4);
    assert!(first == second, "the same trace, the same bytes");
}

/// The points that threads stop at must have a line in both listings of a preset.
#[test]
fn the_listings_name_the_points_where_threads_are() {
    let topic = shared_list();
    for preset in topic.presets() {
        let params = params(topic, preset.id, &[]);
        let listings = topic.listings(&params);
        let side = if params.choice("lock") == "without" {
            "racing_"
        } else {
            ""
        };
        for language in [Language::Python, Language::Rust] {
            let listing = listings.iter().find(|l| l.language == language).unwrap();
            assert!(
                !listing.text().contains("//@") && !listing.text().contains("#@"),
                "{}",
                listing.file
            );
            for point in ["adder.append", "remover.pop", "remover.check"] {
                let name = format!("{side}{point}");
                assert!(
                    listing.points.iter().any(|(n, _)| *n == name),
                    "{} lacks {name}",
                    listing.file
                );
            }
        }
    }
}

fn python() -> Option<&'static str> {
    let code = "import sys; assert sys.version_info >= (3, 8)";
    ["python3", "python"].into_iter().find(|name| {
        let tried = std::process::Command::new(name).args(["-c", code]).output();
        tried.is_ok_and(|out| out.status.success())
    })
}

/// The Python listings as shown, with short pauses, really run and say what the Rust runs say.
#[test]
fn the_python_listings_run() {
    let Some(python) = python() else {
        eprintln!("no python3 here: the listings were not run");
        return;
    };
    let topic = shared_list();
    for preset in topic.presets() {
        let mut params = params(topic, preset.id, &[]);
        for (spec, _) in params.clone().iter() {
            if spec.unit == "s" && matches!(spec.kind, ParamKind::Float { .. }) {
                let shorter = params.float(spec.key) * 0.05;
                params.set(spec.key, &shorter.to_string()).unwrap();
            }
        }
        let listings = topic.listings(&params);
        let listing = listings
            .iter()
            .find(|l| l.language == Language::Python)
            .unwrap();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(listing.text().as_bytes()).unwrap();
        let output = std::process::Command::new(python)
            .arg(file.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success(),
            "{}: {}",
            listing.file,
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(said.contains("left:"), "{}: {said}", listing.file);
        if ["take-turns", "done-flag"].contains(&preset.id) {
            assert!(said.contains("left: []"), "{}: {said}", listing.file);
        }
    }
}
