//! Every topic in the list: what it says, that its presets run and replay, its pictures and its listings.

#![allow(clippy::unwrap_used)]

mod common;

use common::runs::{self, check, params};
use common::{python, rename};
use concurrency_lab::app::command::Page;
use concurrency_lab::app::picture::{self, Part, PictureSpec};
use concurrency_lab::app::playback::At;
use concurrency_lab::app::session::Session;
use concurrency_lab::replay::{Cursor, Replay, Scene};
use concurrency_lab::topics::runner::{Finished, run_to_end};
use concurrency_lab::topics::{ALL, Language, Listing, Outcome, ParamKind, Params, Topic, find};
use concurrency_lab::trace::{Batch, Event, Nanos, Trace};
use concurrency_lab::widgets::stage::{Memo, RunStatus, StageView};
use concurrency_lab::widgets::theme::Theme;
use std::collections::HashSet;

fn shared_list() -> &'static dyn Topic {
    runs::topic("shared-list")
}

/// A preset as fast as it goes.
fn fast(topic: &dyn Topic, preset: &str) -> Params {
    let mut params = params(topic, preset, &[]);
    for (key, value) in [("time_scale", "0.02"), ("trials", "3")] {
        if params.get(key).is_some() {
            params.set(key, value).unwrap();
        }
    }
    params
}

#[test]
fn every_topic_says_what_it_is_in_one_sentence() {
    let mut ids = HashSet::new();
    for topic in ALL {
        assert!(ids.insert(topic.id()), "{} is there twice", topic.id());
        assert!(topic.id().chars().all(|c| c.is_ascii_lowercase() || c == '-'));
        assert!(topic.about().question.ends_with('?'), "{}", topic.id());
        assert!(topic.about().explanation.len() > 400, "{}", topic.id());
        let mut keys = HashSet::new();
        for param in topic.about().params {
            assert!(keys.insert(param.key), "{} has {} twice", topic.id(), param.key);
            assert!(param.help.ends_with('.'), "{}", param.key);
            let default = param.default_value().to_string();
            assert_eq!(param.parse(&default), Ok(param.default_value()), "{}", param.key);
        }
        for preset in topic.about().presets {
            assert!(preset.summary.ends_with('.'), "{}", preset.id);
            topic.preset(preset.id).unwrap();
        }
        assert_eq!(find(topic.id()).map(Topic::id), Some(topic.id()));
    }
}

/// Every preset of every topic must run, replay without a contradiction, and show in pictures. What came out of it and
/// what is where in its scenes must not depend on what anything is called.
#[test]
fn every_preset_runs_replays_and_has_its_picture() {
    for topic in ALL {
        for preset in topic.about().presets {
            let (topic, name) = (runs::topic(topic.id()), format!("{} {}", topic.id(), preset.id));
            let params = fast(topic, preset.id);
            let finished = run_to_end(topic, params.clone(), Some(runs::PATIENCE)).unwrap();
            let outcome = finished.result.as_ref().unwrap_or_else(|e| panic!("{name}: {e}"));
            check(&finished.trace, &finished.replay);
            check_lines(&finished.trace, &topic.listings(&params));
            check_names(topic, &finished, outcome, &name);
            check_late(topic, &finished.trace, &name);
            for (dark, at) in [(false, At::Fraction(0.4)), (true, At::End)] {
                for part in [Part::Window, Part::Stage] {
                    let page = Page::Code;
                    let size = [1024.0, 640.0];
                    let spec = PictureSpec { size, scale: 1.0, dark, part, page, at };
                    let session = Session::recorded(&name, finished.trace.clone());
                    assert_eq!(session.outcome.as_ref(), Some(outcome), "{name}");
                    let image = picture::draw(session, &spec).unwrap();
                    let colours: HashSet<&[u8]> = image.rgba.chunks_exact(4).collect();
                    assert!(colours.len() > 50, "{name}: only {} colours", colours.len());
                }
            }
        }
    }
}

/// Each point that somebody was at is a line of a listing that the user sees.
fn check_lines(trace: &Trace, listings: &[Listing]) {
    for event in trace.events() {
        let Some(point) = trace.meta().source(event.source) else { continue };
        assert!(!point.places.is_empty(), "{point:?}");
        for place in &point.places {
            let listing = listings.iter().find(|listing| listing.file == place.file).unwrap();
            assert_eq!(listing.lines[place.line as usize - 1].trim(), place.text, "{point:?}");
        }
    }
}

/// With other names for everything the outcome is the same but for what was said, and so is every scene.
fn check_names(topic: &dyn Topic, finished: &Finished, outcome: &Outcome, name: &str) {
    let trace = &finished.trace;
    let renamed = rename::renamed(trace);
    let replay = Replay::new(&renamed);
    // Of a message that was filled in not all can be had back.
    let without_messages = |mut outcome: Outcome| {
        outcome.shift_remove("messages");
        serde_json::Value::Object(outcome).to_string()
    };
    let told = without_messages(topic.outcome(&renamed, &replay));
    let told = rename::named_back(&told, trace.meta());
    assert_eq!(told, without_messages(outcome.clone()), "{name} reads names");
    let (mut here, mut there) = (Cursor::default(), Cursor::default());
    for part in 0..=8 {
        let events = trace.events().len() * part / 8;
        here.seek(&finished.replay, trace, events);
        there.seek(&replay, &renamed, events);
        let scene = Scene::at(trace.meta(), here.state());
        assert_eq!(Scene::at(renamed.meta(), there.state()), scene, "{name}, event {events}");
    }
}

/// What a stage keeps of a trace is the same where events are put in before others after it has looked.
fn check_late(topic: &dyn Topic, trace: &Trace, name: &str) {
    let (theme, kept) = (Theme::light(), Memo::default());
    let said = |trace: &Trace, replay: &Replay, memo: &Memo| {
        let view = StageView {
            trace,
            replay,
            state: replay.latest(),
            now: trace.end(),
            motion: Nanos::ZERO,
            status: &RunStatus::Running,
            outcome: None,
            findings: &[],
            ready: "",
            selection: Default::default(),
            choice: Default::default(),
            theme: &theme,
            memo,
        };
        let stage = topic.stage();
        let said = (stage.moment(&view), stage.so_far(&view), stage.facts(&view));
        format!("{said:?} {:?}", stage.rows(&view))
    };
    let (mut grown, mut replay) = (Trace::new(trace.meta().clone()), Replay::default());
    let third = trace.events().len().div_ceil(3);
    let mut thirds: Vec<&[Event]> = trace.events().chunks(third.max(1)).collect();
    // The middle, then the beginning, then the end.
    thirds.swap(0, 1);
    for events in thirds {
        let events = events.to_vec();
        let applied = grown.apply(Batch { events, ..Batch::default() });
        replay.update(&grown, applied.first_changed);
        let anew = said(&grown, &replay, &Memo::default());
        assert_eq!(said(&grown, &replay, &kept), anew, "{name}");
    }
}

#[test]
fn a_trace_drawn_twice_gives_the_same_bytes_at_every_size() {
    let topic = shared_list();
    let params = params(topic, "contended", &["time_scale=0.1"]);
    let finished = run_to_end(topic, params.clone(), None).unwrap();
    let trace = finished.trace.clone();
    let outcome = finished.result.unwrap();
    let looks = |parts: &[Part]| -> Vec<PictureSpec> {
        let mut looks = Vec::new();
        for part in parts {
            for size in [[1440.0, 900.0], [1024.0, 640.0]] {
                for (scale, dark) in [(1.0, false), (1.0, true), (2.0, false), (2.0, true)] {
                    looks.push(PictureSpec {
                        size,
                        scale,
                        dark,
                        part: *part,
                        page: Page::Numbers,
                        at: At::Fraction(0.5),
                    });
                }
            }
        }
        looks
    };
    for spec in looks(&[Part::Window, Part::Stage, Part::Timeline]) {
        let draw = || {
            let again = Finished {
                replay: Replay::new(&trace),
                trace: trace.clone(),
                result: Ok(outcome.clone()),
                wall: finished.wall,
            };
            picture::draw(Session::finished(topic, params.clone(), again), &spec).unwrap()
        };
        assert!(draw() == draw(), "the same trace, the same bytes: {spec:?}");
    }
}

/// The points that threads stop at must have a line in both listings of a preset.
#[test]
fn the_listings_name_the_points_where_threads_are() {
    let topic = shared_list();
    for preset in topic.about().presets {
        let params = params(topic, preset.id, &[]);
        let listings = topic.listings(&params);
        let points: &[&str] = match params.choice("program") {
            "count" => &["racing_adder.read", "racing_adder.append", "racing_adder.write"],
            "check-then-act" => &["outside.test", "outside.acquire", "outside.pop"],
            "queue" => &["queueing.put", "queueing.get", "queueing.sentinel"],
            _ if params.choice("lock") == "without" => {
                &["racing_adder.append", "racing_remover.pop", "racing_remover.check"]
            }
            _ => &["adder.append", "remover.pop", "remover.check"],
        };
        for language in [Language::Python, Language::Rust] {
            let listing = listings.iter().find(|l| l.language == language).unwrap();
            assert!(
                !listing.text().contains("//@") && !listing.text().contains("#@"),
                "{}",
                listing.file
            );
            for name in points {
                assert!(
                    listing.points.iter().any(|(n, _)| n == name),
                    "{} lacks {name}",
                    listing.file
                );
            }
        }
    }
}

/// A program that holds the lock for a while is shown so, and one that does not is not.
#[test]
fn the_python_listing_has_the_hold_that_runs() {
    let topic = shared_list();
    let presets = topic.about().presets.iter();
    let lists = presets.filter(|preset| params(topic, preset.id, &[]).choice("program") == "list");
    for preset in lists {
        for (hold, shown) in [("hold=0.25", true), ("hold=0", false)] {
            let params = params(topic, preset.id, &[hold]);
            let listings = topic.listings(&params);
            let listing = listings.iter().find(|l| l.language == Language::Python).unwrap();
            let racing = listing.file == "no_lock.py";
            let side = if racing { "racing_" } else { "" };
            for role in ["adder", "remover"] {
                let point = format!("{side}{role}.hold");
                let line = listing.points.iter().find(|(name, _)| *name == point);
                let text = line.map(|(_, line)| listing.lines[*line as usize - 1].as_str());
                let slept = text.is_some_and(|text| text.contains("time.sleep("));
                // Without a lock the pause makes room for the race also where it has no length.
                assert_eq!(slept, shown || racing, "{}: {point}", listing.file);
            }
            assert_eq!(listing.text().contains("HOLD = 0.25"), shown, "{}", listing.file);
        }
    }
}

/// The Python listings as shown, with short pauses, really run and say what the Rust runs say.
#[test]
fn the_python_listings_run() {
    if !python::is_there() {
        return;
    }
    let topic = shared_list();
    let presets = topic.about().presets.iter();
    let plain = presets.clone().map(|preset| (preset, params(topic, preset.id, &[])));
    // With everything that a listing may be shown with.
    let all = ["hold=0.02", "first=3", "add_pause=0.02", "remove_pause=0.02"];
    let full = presets.map(|preset| (preset, params(topic, preset.id, &all)));
    for (preset, mut params) in plain.chain(full) {
        for (spec, _) in params.clone().iter() {
            if spec.unit == "s" && matches!(spec.kind, ParamKind::Float { .. }) {
                let shorter = params.float(spec.key) * 0.05;
                params.set(spec.key, &shorter.to_string()).unwrap();
            }
        }
        let listings = topic.listings(&params);
        let listing = listings.iter().find(|l| l.language == Language::Python).unwrap();
        let said = python::printed(&listing.text());
        assert!(said.contains("left:"), "{}: {said}", listing.file);
        if ["take-turns", "done-flag"].contains(&preset.id) {
            assert!(said.contains("left: []"), "{}: {said}", listing.file);
        }
    }
}
