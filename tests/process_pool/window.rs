//! Topic 2 in the window: clicks by accessible name, and pictures of any moment.

use super::common::window::{app_of, app_on, frames_until, frames_until_the_end};
use super::support::*;
use concurrency_lab::app::App;
use concurrency_lab::app::command::Page;
use concurrency_lab::app::picture::{self, Part, PictureSpec};
use concurrency_lab::app::playback::{At, PlaybackCommand};
use concurrency_lab::app::recording::Recording;
use concurrency_lab::app::session::Session;
use concurrency_lab::replay::Replay;
use concurrency_lab::topics::runner::Finished;
use concurrency_lab::trace::{End, EventKind, Nanos};
use concurrency_lab::widgets::selection::Selection;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use std::collections::{HashMap, HashSet};

/// The app on topic 2.
fn app(preset: &str, sets: &[&str]) -> Harness<'static, App> {
    app_on(topic(), preset, sets)
}

#[test]
fn a_worker_is_selected_by_a_click_and_killed_by_another() {
    // So long that no task ends: only the stop ends the run.
    let mut harness = app("ten-sleepers", &["seconds=60"]);
    harness.step();
    assert!(harness.query_by_label("Kill worker 3").is_none());
    harness.get_by_label("Run").click();
    let busy = |h: &Harness<'static, App>| h.query_by_label_contains("worker 3, PID").is_some();
    frames_until(&mut harness, "worker 3 is there", busy);
    assert!(harness.query_by_label("Kill worker 3").is_none(), "nobody is selected");
    harness.get_by_label_contains("worker 3, PID").click();
    let can = |h: &Harness<'static, App>| h.query_by_label("Kill worker 3").is_some();
    frames_until(&mut harness, "the button is there", can);
    let Selection::Actor(victim) = harness.state().session().selection else {
        panic!("the worker is selected");
    };
    harness.get_by_label("Kill worker 3").click();
    let end = |h: &Harness<'static, App>| {
        h.state().session().recording.replay.latest().actor(victim).unwrap().end
    };
    frames_until(&mut harness, "it is dead", |h| end(h).is_some());
    assert!(matches!(end(&harness), Some((End::Killed(9), _))));
    assert!(harness.query_by_label("Kill worker 3").is_none(), "it is dead");
    harness.get_by_label("Stop").click();
    frames_until_the_end(&mut harness);
    let Recording { trace, replay, .. } = &harness.state().session().recording;
    assert_eq!(trace.meta().actor_name(victim), "worker 3");
    let kills = trace.events().iter().filter(|event| {
        matches!(event.kind, EventKind::SignalSent { .. })
            && trace.meta().actor_name(event.actor) == "you"
    });
    assert_eq!(kills.count(), 1);
    // Those that the stop ends have not failed.
    let ends = replay.latest().actors.iter().filter_map(|actor| actor.end);
    assert_eq!(ends.filter(|end| matches!(end.0, End::Killed(_))).count(), 1);
    check(trace, replay);
}

#[test]
fn the_stage_tells_a_death_in_words_and_compares_two_pools() {
    let mut harness = app("kill-one", &["time_scale=0.04"]);
    harness.get_by_label("Run").click();
    harness.step();
    frames_until_the_end(&mut harness);
    harness.key_press(egui::Key::End);
    harness.run_steps(3);
    // What happens here does not happen in Python, and the verdict says so.
    let verdict = harness.get_by_label_contains("9 done, task 6 failed");
    let said = format!("{:?}", verdict.accesskit_node());
    assert!(said.contains("was killed by SIGKILL in task 6"), "{said}");
    assert!(said.contains("In CPython Pool.map would wait for ever"), "{said}");
    assert!(topic().about().explanation.contains("`map` waits for ever"));
    assert!(topic().about().explanation.contains("`BrokenProcessPool` for every open task"));
    let mut harness = app("uneven", &["time_scale=0.05"]);
    harness.get_by_label("Run").click();
    harness.step();
    frames_until_the_end(&mut harness);
    harness.key_press(egui::Key::End);
    harness.run_steps(3);
    let end = harness.state().session().end();
    harness.get_by_label_contains("Show one task at a time: ").click();
    harness.run_steps(3);
    assert!(harness.state().session().now() < end, "the cursor is where the first pool ended");
    let _ = harness.get_by_label_contains("Show chunks of 8");
}

/// One worker and sixty-four, one task and ten thousand, at every size and in every state.
#[test]
fn the_stage_can_be_drawn_at_any_moment_of_any_run() {
    let cases: [(&str, &[&str]); 6] = [
        ("squares", &["workers=1", "tasks=1"]),
        ("squares", &["workers=64", "tasks=10000"]),
        ("squares", &["workers=3", "tasks=500", "call=apply_async", "tasks_per_child=20"]),
        ("a-thousand-images", &["tasks=150", "side=4"]),
        ("uneven", &["time_scale=0.05"]),
        ("kill-one", &["time_scale=0.02", "workers=2", "retries=1"]),
    ];
    for (preset, sets) in cases {
        let finished = run(preset, sets);
        let outcome = finished.result.unwrap();
        for (size, dark, at) in [
            ([1440.0, 900.0], false, At::Fraction(0.3)),
            ([1440.0, 900.0], true, At::Fraction(0.6)),
            ([1280.0, 720.0], false, At::Fraction(0.0)),
            ([1024.0, 640.0], true, At::Fraction(0.7)),
            ([700.0, 420.0], false, At::End),
        ] {
            let again = Finished {
                replay: {
                    let mut replay = Replay::new(&finished.trace);
                    replay.update(&finished.trace, 0);
                    replay
                },
                trace: finished.trace.clone(),
                result: Ok(outcome.clone()),
                wall: finished.wall,
            };
            let spec =
                PictureSpec { size, scale: 1.0, dark, part: Part::Window, page: Page::Numbers, at };
            let session = Session::finished(topic(), params(preset, sets), again);
            let image = picture::draw(session, &spec).unwrap();
            assert_eq!([image.width as f32, image.height as f32], size);
        }
    }
}

/// A finished run with the cursor where `at` says.
fn shown(finished: &Finished, preset: &str, sets: &[&str], at: f64) -> Harness<'static, App> {
    let mut replay = Replay::new(&finished.trace);
    replay.update(&finished.trace, 0);
    let again = Finished {
        replay,
        trace: finished.trace.clone(),
        result: Ok(outcome(finished).clone()),
        wall: finished.wall,
    };
    let mut session = Session::finished(topic(), params(preset, sets), again);
    let at = At::Fraction(at).of(session.end());
    session.playback(PlaybackCommand::Scrub(at));
    let mut harness = app_of(session);
    harness.run_steps(2);
    harness
}

/// "pool: 0 waiting · 8 sent ahead · 4 under way · 9 done" as numbers by what they count.
fn counts(harness: &Harness<'static, App>) -> HashMap<String, usize> {
    let Some(node) = harness.query_all_by_label_contains(" under way · ").next() else {
        return HashMap::new();
    };
    let said = node.accesskit_node().label().unwrap();
    let (_, parts) = said.split_once(": ").unwrap();
    let counted = parts.split(" · ").filter_map(|part| {
        let (number, what) = part.split_once(' ')?;
        Some((what.to_owned(), number.replace(',', "").parse().ok()?))
    });
    counted.collect()
}

/// How many tasks were on their way to a worker or waiting there, of the events alone.
fn sent_and_not_begun(finished: &Finished, now: Nanos) -> usize {
    let mut sent = HashSet::new();
    for event in finished.trace.events().iter().filter(|e| e.at <= now) {
        match event.kind {
            EventKind::TaskAssigned { res, task, count, .. } => {
                sent.extend((task.0..task.0 + count).map(|id| (res, id)));
            }
            EventKind::TaskStarted { res, task } => {
                sent.remove(&(res, task.0));
            }
            _ => {}
        }
    }
    sent.len()
}

/// Whether a chunk was sent of which nothing had begun, of the events alone.
fn a_chunk_is_on_its_way(finished: &Finished, now: Nanos) -> bool {
    let mut sent = HashSet::new();
    for event in finished.trace.events().iter().filter(|e| e.at <= now) {
        match event.kind {
            EventKind::TaskAssigned { res, task, .. } => drop(sent.insert((res, task))),
            EventKind::TaskStarted { res, task } => drop(sent.remove(&(res, task))),
            _ => {}
        }
    }
    !sent.is_empty()
}

/// The part of the run after which all four workers of a pool run tasks at once for the first time while others are sent
/// to them, if they ever do: it may last no longer than a few milliseconds.
fn all_four_run(finished: &Finished) -> Option<f64> {
    let mut running = HashSet::new();
    let first = finished.trace.events().iter().find(|event| {
        let changed = match event.kind {
            EventKind::TaskStarted { res, task } => running.insert((res, task.0)),
            EventKind::TaskFinished { res, task, .. } => running.remove(&(res, task.0)),
            _ => false,
        };
        changed && running.len() == 4 && sent_and_not_begun(finished, event.at) > 0
    })?;
    Some((first.at.0 as f64 + 0.5) / finished.trace.end().0 as f64)
}

#[test]
fn every_task_is_counted_once_and_those_of_begun_chunks_apart() {
    let sets = ["time_scale=0.2"];
    let finished = run("uneven", &sets);
    let (mut most, mut explained) = (0, 0);
    let all_run = all_four_run(&finished);
    for part in (1..=40).map(|step| f64::from(step) / 40.0).chain(all_run) {
        let harness = shown(&finished, "uneven", &sets, part);
        let counts = counts(&harness);
        if counts.contains_key("waiting") {
            // As many as have been handed in, to the pool before or to this one.
            let now = harness.state().session().now();
            let events = finished.trace.events().iter();
            let known = events
                .filter(|e| e.at <= now && matches!(e.kind, EventKind::TaskSubmitted { .. }))
                .count();
            let sum: usize = counts.values().sum();
            assert_eq!(sum % 32, known % 32, "{counts:?}");
        }
        let handed = counts.get("sent ahead").copied().unwrap_or(0);
        if !counts.is_empty() {
            let now = harness.state().session().now();
            assert_eq!(handed, sent_and_not_begun(&finished, now), "{counts:?}");
        }
        let idle = harness.query_all_by_label_contains(", idle").next().is_some();
        if handed > 0 && counts.get("waiting") == Some(&0) && idle {
            // Whoever wonders why is told. Of a chunk on its way nothing is said where that lasts an instant.
            let comes = a_chunk_is_on_its_way(&finished, harness.state().session().now());
            let why = match comes {
                true => "those sent to an idle one have not come yet",
                false => "A chunk is one message: it stays with the worker",
            };
            let told = harness.query_by_label_contains(why).is_some();
            assert!(told || comes, "{counts:?}");
            explained += usize::from(!comes);
        }
        // Each card says how many of them are its own.
        let cards: usize = (harness.query_all_by_label_contains(" more sent to it"))
            .map(|card| {
                let said = card.accesskit_node().label().unwrap();
                let (before, _) = said.split_once(" more sent to it").unwrap();
                let (_, number) = before.rsplit_once(' ').unwrap();
                number.parse::<usize>().unwrap()
            })
            .sum();
        assert_eq!(cards, handed);
        // Between a chunk's sending and its first begin all of it is on the way, which the count above is exact about. On a
        // busy machine there may be no moment at which all four run.
        if counts.get("under way") == Some(&4) {
            most = most.max(handed);
        }
    }
    assert!(most <= 28, "of chunks of 8, 7 wait: {most}");
    assert_eq!(most > 0, all_run.is_some(), "{all_run:?}");
    assert!(explained > 0, "the first chunk is much shorter than the last one");
}

#[test]
fn a_task_that_is_begun_again_has_not_failed() {
    for chunk in ["chunk=1", "chunk=3"] {
        let sets = ["tasks=12", "kill=2", "retries=9", "seconds=0.2", chunk];
        let finished = run("ten-sleepers", &sets);
        assert_eq!(outcome(&finished)["failed"], serde_json::json!([]));
        let mut again = 0;
        for step in 1..=40 {
            let at = f64::from(step) / 40.0;
            let harness = shown(&finished, "ten-sleepers", &sets, at);
            let mut counts = counts(&harness);
            let now = harness.state().session().now();
            let mut tasks = HashSet::new();
            let (mut lost, mut failed) = (0, 0);
            for event in finished.trace.events().iter().filter(|e| e.at <= now) {
                match event.kind {
                    EventKind::TaskSubmitted { task, .. } => {
                        lost += usize::from(!tasks.insert(task));
                    }
                    EventKind::TaskFailed { .. } => failed += 1,
                    _ => {}
                }
            }
            again = counts.remove("begun again").unwrap_or(0);
            assert_eq!(again, lost);
            if counts.contains_key("waiting") {
                assert_eq!(counts.values().sum::<usize>(), tasks.len(), "{counts:?}");
            }
            // Between its worker's death and its being handed in again it has.
            let shown = counts.get("failed").copied().unwrap_or(0);
            assert_eq!(shown, failed - lost, "{counts:?}");
        }
        assert!(again > 0, "the task was lost once");
        let harness = shown(&finished, "ten-sleepers", &sets, 1.0);
        assert_eq!(counts(&harness).get("done"), Some(&12));
        assert_eq!(counts(&harness).get("failed"), None);
    }
}

#[test]
fn a_chunk_is_lost_together_and_the_stage_says_so() {
    let sets = ["time_scale=0.04", "chunk=4"];
    let finished = run("kill-one", &sets);
    let failed = outcome(&finished)["failed"].as_array().unwrap().iter();
    let failed: Vec<i64> = failed.map(|f| f["task"].as_i64().unwrap()).collect();
    assert_eq!(failed, [6, 7]);
    let harness = shown(&finished, "kill-one", &sets, 1.0);
    let verdict = harness.get_by_label_contains("8 done, 2 failed");
    let said = format!("{:?}", verdict.accesskit_node());
    assert!(said.contains("in task 6. The task is reported as failed with the next one"), "{said}");
}
