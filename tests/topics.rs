//! Every topic in the list: what it says, that its presets run and replay, its pictures and its listings.

#![allow(clippy::unwrap_used)]

use concurrency_lab::app::command::Page;
use concurrency_lab::app::picture::{self, Part, PictureSpec};
use concurrency_lab::app::playback::At;
use concurrency_lab::app::session::Session;

use concurrency_lab::topics::runner::{Finished, run_to_end};
use concurrency_lab::topics::{ALL, Language, ParamKind, Params, Topic, find};
use std::collections::HashSet;
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

/// Every preset of every topic, as fast as it goes, must run, replay without a contradiction, and show in a picture.
#[test]
fn every_preset_runs_replays_and_has_its_picture() {
    #[cfg(unix)]
    concurrency_lab::workers::use_program(env!("CARGO_BIN_EXE_concurrency-lab"));
    for topic in ALL.iter().copied() {
        for preset in topic.about().presets {
            let mut params = params(topic, preset.id, &[]);
            if params.get("time_scale").is_some() {
                params.set("time_scale", "0.02").unwrap();
            }
            if params.get("trials").is_some() {
                params.set("trials", "3").unwrap();
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
            assert!(state.actors.iter().all(|a| a.end.is_some()), "{name}: nobody is left");
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
                assert!(colours.len() > 100, "{name}: only {} colours", colours.len());
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
                replay: concurrency_lab::replay::Replay::new(&trace),
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
        let side = if params.choice("lock") == "without" { "racing_" } else { "" };
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

/// A program that holds the lock for a while is shown so, and one that does not is not.
#[test]
fn the_python_listing_has_the_hold_that_runs() {
    let topic = shared_list();
    for preset in topic.about().presets {
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
    let Some(python) = python() else {
        eprintln!("no python3 here: the listings were not run");
        return;
    };
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
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(listing.text().as_bytes()).unwrap();
        let output = std::process::Command::new(python).arg(file.path()).output().unwrap();
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
