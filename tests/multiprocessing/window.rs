//! The stage, with clicks by accessible name.

use super::common::window::{app_on, frames_until, frames_until_the_end};
use super::support::*;
use concurrency_lab::app::App;
use concurrency_lab::app::command::Page;
use concurrency_lab::app::picture::{self, Part, PictureSpec};
use concurrency_lab::app::playback::At;
use concurrency_lab::app::session::Session;
use concurrency_lab::replay::{Phase, Replay};
use concurrency_lab::topics::runner::Finished;
use concurrency_lab::trace::{End, ResourceId};
use concurrency_lab::widgets::selection::Selection;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::collections::HashSet;

fn app(preset: &str, sets: &[&str]) -> Harness<'static, App> {
    app_on(topic(), preset, sets)
}

fn click(harness: &mut Harness<'static, App>, name: &str) {
    let node = harness.get_all_by_label_contains(name).next().unwrap();
    node.click();
    harness.run_steps(3);
}

fn selected(harness: &Harness<'static, App>) -> Option<String> {
    let session = harness.state().session();
    match session.selection {
        Selection::Actor(id) => Some(session.recording.trace.meta().actor_name(id)),
        _ => None,
    }
}

#[test]
fn a_process_is_selected_and_killed_by_its_button() {
    let mut harness = app("five-workers", &["work=60"]);
    assert!(harness.query_by_label_contains("Kill").is_none());
    harness.get_by_label("Run").click();
    harness.run_steps(3);
    frames_until(&mut harness, "all are at work", |harness| {
        let actors = &harness.state().session().recording.state().actors;
        actors.iter().filter(|a| a.task.is_some()).count() == 4
    });
    assert!(harness.query_by_label_contains("4 tasks are under way").is_some());
    click(&mut harness, "worker 2, PID");
    assert_eq!(selected(&harness).as_deref(), Some("worker 2"));
    assert!(harness.query_all_by_label_contains("What is worker 2 doing?").next().is_some());
    harness.get_by_label("Kill worker 2").click();
    frames_until(&mut harness, "it is killed", |harness| {
        let recording = &harness.state().session().recording;
        ends(&recording.trace).any(|end| end == ("worker 2", End::Killed(9)))
            && recording.state().actors.iter().any(|a| a.phase == Phase::Failed)
    });
    assert!(harness.query_by_label("Kill worker 2").is_none(), "it is dead");
    let said = harness.get_all_by_label_contains("What happened to worker 2?").next().unwrap();
    assert!(format!("{said:?}").contains("SIGKILL"), "{said:?}");
    frames_until(&mut harness, "another one takes its place", |harness| {
        let meta = harness.state().session().recording.trace.meta();
        let dead = meta.actors_where(|actor| actor.name == "worker 2").next();
        meta.actors.iter().any(|actor| dead.is_some() && actor.replaces == dead)
    });
    harness.get_by_label("Stop").click();
    frames_until_the_end(&mut harness);
    let recording = &harness.state().session().recording;
    check(&recording.trace, &recording.replay);
    // Another click takes the selection back.
    click(&mut harness, "worker 3, PID");
    assert_eq!(selected(&harness).as_deref(), Some("worker 3"));
    click(&mut harness, "worker 3, PID");
    assert_eq!(selected(&harness), None);
    assert!(harness.query_all_by_label_contains("Stopped").next().is_some());
}

#[test]
fn a_thread_inside_a_process_can_be_selected() {
    let mut harness = app("crash", &["time_scale=0.02"]);
    harness.get_by_label("Run").click();
    harness.run_steps(3);
    frames_until_the_end(&mut harness);
    harness.key_press(egui::Key::End);
    harness.run_steps(3);
    assert!(
        harness.query_all_by_label_contains("3 of 4 processes and 0 of 4 threads").next().is_some()
    );
    click(&mut harness, "thread 3, ");
    assert_eq!(selected(&harness).as_deref(), Some("thread 3"));
    // In its middle there are its threads.
    let host = harness.get_all_by_label_contains("host 1, PID").next();
    host.unwrap().click_accesskit();
    harness.run_steps(3);
    assert_eq!(selected(&harness).as_deref(), Some("host 1"));
}

/// Before a run, at any instant of one, stopped, with many processes: there is a picture.
#[test]
fn every_instant_can_be_drawn_at_every_size() {
    let draw = |session: Session, size, dark, at| {
        let spec =
            PictureSpec { size, scale: 1.0, dark, part: Part::Stage, page: Page::Numbers, at };
        let image = picture::draw(session, &spec).unwrap();
        let colours: HashSet<&[u8]> = image.rgba.chunks_exact(4).collect();
        assert!(colours.len() > 20);
    };
    for preset in topic().about().presets {
        for sets in [&["time_scale=0.02"][..], &["time_scale=0.01", "workers=24"]] {
            let params = params(preset.id, sets);
            let mut idle = Session::new(topic());
            idle.set_params(params.clone());
            draw(idle, [1024.0, 640.0], true, At::End);
            let finished = run(preset.id, sets);
            let outcome = outcome(&finished).clone();
            let looks = [[1440.0, 900.0], [1024.0, 640.0], [1280.0, 720.0]];
            for (step, size) in (0..=3).zip(looks.into_iter().cycle()) {
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
                let session = Session::finished(topic(), params.clone(), again);
                draw(session, size, step % 2 == 1, At::Fraction(f64::from(step) / 3.0));
            }
        }
    }
}

#[test]
fn results_stand_in_order_and_tasks_have_one_number() {
    let mut harness = app("parallel-squares", &["time_scale=0.05"]);
    harness.get_by_label("Run").click();
    harness.run_steps(3);
    frames_until_the_end(&mut harness);
    harness.key_press(egui::Key::End);
    harness.run_steps(3);
    let _ = harness.get_all_by_label_contains("task 4: 5²").next().unwrap();
    let recording = &harness.state().session().recording;
    let pool = &recording.replay.tasks();
    let trace = &recording.trace;
    let resources = (0..trace.meta().resources.len()).map(ResourceId::from_index);
    let tasks = resources.filter_map(|id| pool.of(id)).flat_map(|tasks| &tasks.all);
    let named: Vec<String> = tasks.map(|task| trace.meta().item(task.item)).collect();
    let expected: Vec<_> = (0..5).map(|n| format!("task {n}: {}²", n + 1)).collect();
    assert_eq!(named, expected);
}
