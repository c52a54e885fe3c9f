//! The app from outside: clicks and keys by accessible name, real runs, no display.

#![allow(clippy::unwrap_used)]

mod common;
#[path = "app/sources.rs"]
mod sources;

use common::runs::topic;
use common::window::{app_of, app_on, frames_until, frames_until_the_end};
use concurrency_lab::app::playback::Mode;
use concurrency_lab::app::session::Session;
use concurrency_lab::app::source::Source;
use concurrency_lab::app::{App, Settings};
use concurrency_lab::record::Log;
use concurrency_lab::record::thread::{self, Failure};
use concurrency_lab::replay::Replay;
use concurrency_lab::topics::{
    ALL, About, Conclusion, Lab, Listing, Outcome, Params, Preset, Topic,
};
use concurrency_lab::trace::{
    Actor, ActorId, ActorKind, Batch, Event, EventKind, Language, Meta, Nanos, Program, Resource,
    ResourceId, ResourceKind, SourceId, Trace, WaitOp,
};
use concurrency_lab::widgets::selection::Selection;
use concurrency_lab::widgets::stage::{PlainStage, RunStatus};
use egui::{Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

fn shared_list() -> &'static dyn Topic {
    topic("shared-list")
}

/// The app on topic 4, with parameters that make a run short.
fn app(preset: &str, sets: &[&str]) -> Harness<'static, App> {
    app_on(shared_list(), preset, sets)
}

fn click(harness: &mut Harness<'static, App>, name: &str) {
    harness.get_by_label(name).click();
    harness.run_steps(3);
}

fn press(harness: &mut Harness<'static, App>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

fn run_to_end(harness: &mut Harness<'static, App>) {
    click(harness, "Run");
    frames_until_the_end(harness);
}

fn shown(harness: &Harness<'static, App>) -> usize {
    harness.state().session().recording.state().applied
}

#[test]
fn settings_are_kept_and_damaged_ones_forgotten() {
    let mut harness = app("take-turns", &[]);
    click(&mut harness, "Dark theme");
    click(&mut harness, "Code");
    click(&mut harness, "Rust");
    click(&mut harness, "8 Pool size");
    let kept = harness.state().settings().to_text();
    let again = Settings::from_text(&kept);
    assert_eq!(&again, harness.state().settings());
    assert!(again.dark && again.rust);
    assert_eq!(App::new(again).session().source.topic().unwrap().id(), "pool-size");
    for damage in ["", "{\"dark\":", "42", "[]", &kept[..kept.len() / 2], "(dark:true)"] {
        assert_eq!(Settings::from_text(damage), Settings::default(), "{damage}");
    }
    // One that is odd costs itself only.
    let odd =
        Settings::from_text("{\"topic\":\"no-such-topic\",\"page\":\"Nonsense\",\"dark\":true}");
    assert!(odd.dark);
    let _ = App::new(odd).session();
}

/// A topic whose experiment panics in one of its threads.
struct Panics;

static PANICS: About = About {
    id: "panics",
    title: "Panics",
    question: "What happens when an experiment panics?",
    explanation: "It *fails*.",
    params: &[],
    presets: &[Preset::new("at-once", &[]).summary("Panics.")],
    has_workers: false,
    shows_program: false,
    applies: |_, _| true,
    asks: |_| None,
    answer: || None,
    stage: &PlainStage,
};

impl Topic for Panics {
    fn about(&self) -> &'static About {
        &PANICS
    }
    fn listings(&self, _: &Params) -> Vec<Listing> {
        Vec::new()
    }
    fn run(&self, _: &Params, lab: &Lab<'_>) -> Result<(), Failure> {
        let cat = Actor {
            name: "cat".to_owned(),
            badge: "C".to_owned(),
            kind: ActorKind::Thread,
            parent: None,
            ..Actor::default()
        };
        let body = |_: &Log| -> Result<(), Failure> { panic!("the cat sat on the lock") };
        thread::spawn(lab.main, cat, body).unwrap().join(lab.main)
    }
    fn conclude(&self, _: &Trace, _: &Replay) -> Box<dyn Conclusion> {
        Box::new(Outcome::new())
    }
}

#[test]
fn n_goes_from_one_error_to_the_next_and_back() {
    let mut app = App::new(Settings::default());
    app.replace_tab(4, Session::new(&Panics));
    let mut harness = common::app(app);
    run_to_end(&mut harness);
    // The cat's, and that of main, which joins it.
    let marks = harness.state().session().recording.replay.marks().all();
    let marks: Vec<usize> = marks.iter().map(|mark| mark.event as usize).collect();
    assert_eq!(marks.len(), 2);
    press(&mut harness, Modifiers::NONE, Key::Home);
    press(&mut harness, Modifiers::NONE, Key::N);
    assert_eq!(shown(&harness), marks[0] + 1);
    assert_eq!(harness.state().session().selection, Selection::Event(marks[0]));
    click(&mut harness, "Next event that matters");
    assert_eq!(shown(&harness), marks[1] + 1);
    for _ in 0..2 {
        press(&mut harness, Modifiers::SHIFT, Key::N);
        assert_eq!(shown(&harness), marks[0] + 1, "there is none before the first");
    }
}

#[test]
fn every_tab_can_be_clicked_and_shows_its_question() {
    let mut harness = app("take-turns", &[]);
    for (number, topic) in (1..).zip(ALL) {
        click(&mut harness, &format!("{number} {}", topic.about().title));
        assert_eq!(harness.state().session().source.topic().unwrap().id(), topic.id());
        assert!(harness.query_by_label(topic.about().question).is_some(), "{}", topic.id());
        assert!(harness.query_by_label("Run").is_some(), "{}", topic.id());
    }
}

#[test]
fn topic_4_runs_and_can_be_stepped_back_and_forth() {
    let mut harness = app("quick-ten", &["time_scale=0.02"]);
    run_to_end(&mut harness);
    let session = harness.state().session();
    assert_eq!(session.status, RunStatus::Done);
    assert_eq!(session.outcome.as_ref().unwrap()["added"], 10);
    let events = session.recording.trace.events().len();
    assert!(events > 40);

    click(&mut harness, "To the start");
    assert_eq!(harness.state().session().playback.mode(), Mode::Paused);
    let start = shown(&harness);
    for step in 1..=5 {
        click(&mut harness, "Next event");
        assert_eq!(shown(&harness), start + step);
    }
    for step in (0..5).rev() {
        click(&mut harness, "Previous event");
        assert_eq!(shown(&harness), start + step);
    }
    click(&mut harness, "To the end");
    assert_eq!(shown(&harness), events);
    assert_eq!(
        harness.state().session().recording.state(),
        harness.state().session().recording.replay.latest()
    );

    press(&mut harness, Modifiers::NONE, Key::ArrowLeft);
    assert_eq!(shown(&harness), events - 1);
    press(&mut harness, Modifiers::NONE, Key::Home);
    press(&mut harness, Modifiers::NONE, Key::Space);
    assert_eq!(harness.state().session().playback.mode(), Mode::Playing);
    press(&mut harness, Modifiers::NONE, Key::Space);
    assert_eq!(harness.state().session().playback.mode(), Mode::Paused);
}

#[test]
fn dragging_the_cursor_scrubs() {
    let mut harness = app("quick-ten", &["time_scale=0.02"]);
    run_to_end(&mut harness);
    click(&mut harness, "To the start");
    let lanes = harness.state().regions().timeline;
    let axis = |part: f32| egui::pos2(lanes.left() + part * lanes.width(), lanes.top() + 10.0);
    harness.drag_at(axis(0.5));
    harness.step();
    harness.hover_at(axis(0.75));
    harness.step();
    let middle = harness.state().session().now();
    harness.hover_at(axis(0.95));
    harness.step();
    harness.drop_at(axis(0.95));
    harness.step();
    harness.step();
    let late = harness.state().session().now();
    assert!(middle.0 > 0 && late > middle, "{middle} {late}");
}

#[test]
fn a_thread_selected_on_the_stage_is_selected_everywhere_and_explained() {
    let mut harness = app("contended", &["hold=0.002"]);
    run_to_end(&mut harness);
    click(&mut harness, "To the start");
    for _ in 0..40 {
        press(&mut harness, Modifiers::NONE, Key::ArrowRight);
    }
    let card = harness.get_all_by_label_contains("adder 2, ").next().unwrap();
    card.click();
    harness.run_steps(3);
    assert!(matches!(harness.state().session().selection, Selection::Actor(_)));
    let explained = |harness: &Harness<'static, App>| {
        let titles = ["Why is adder 2 waiting?", "What is adder 2 doing?"];
        titles.iter().any(|title| harness.query_all_by_label_contains(title).next().is_some())
    };
    assert!(explained(&harness));
    click(&mut harness, "Log");
    click(&mut harness, "Only adder 2");
    assert!(
        harness.query_by_label("adder 1 acquired list lock").is_none(),
        "only the selected thread's events"
    );
}

#[test]
fn stop_ends_the_run_and_keeps_what_was_recorded() {
    let mut harness = app("take-turns", &["add_pause=60"]);
    click(&mut harness, "Run");
    frames_until(&mut harness, "something happens", |harness| {
        harness.state().session().recording.trace.events().len() > 5
    });
    click(&mut harness, "Stop");
    frames_until_the_end(&mut harness);
    assert_eq!(harness.state().session().status, RunStatus::Stopped);
    assert!(harness.query_all_by_label_contains("Stopped").next().is_some());
    assert!(harness.state().session().recording.trace.events().len() > 5);
    let states = &harness.state().session().recording.replay.latest().actors;
    assert!(states.iter().all(|actor| actor.end.is_some()), "no thread is left");
    click(&mut harness, "Findings");
    assert!(harness.query_by_label_contains("was stopped early").is_some());
    assert!(harness.query_by_label_contains("this run proves none").is_none());
}

#[test]
fn themes_pages_and_keys_change_what_is_shown() {
    let mut harness = app("take-turns", &[]);
    click(&mut harness, "Dark theme");
    assert!(harness.state().settings().dark);
    assert_eq!(harness.ctx.theme(), egui::Theme::Dark);
    press(&mut harness, Modifiers::NONE, Key::T);
    assert_eq!(harness.ctx.theme(), egui::Theme::Light);
    for page in ["Code", "Log", "Numbers", "Explain"] {
        click(&mut harness, page);
    }
    click(&mut harness, "Code");
    click(&mut harness, "Rust");
    click(&mut harness, "Python");
    press(&mut harness, Modifiers::NONE, Key::Num8);
    assert_eq!(harness.state().session().source.topic().unwrap().id(), "pool-size");
    press(&mut harness, Modifiers::NONE, Key::Num4);
    press(&mut harness, Modifiers::NONE, Key::F1);
    assert!(harness.query_by_label("previous or next event").is_some());
    press(&mut harness, Modifiers::NONE, Key::F1);
    press(&mut harness, Modifiers::COMMAND, Key::R);
    assert!(harness.state().session().is_running());
    press(&mut harness, Modifiers::NONE, Key::Escape);
    frames_until_the_end(&mut harness);
    assert_eq!(harness.state().session().status, RunStatus::Stopped);
}

#[test]
fn a_preset_brings_its_parameters_and_a_changed_one_says_so() {
    let mut harness = app("take-turns", &[]);
    click(&mut harness, "Preset take-turns");
    harness.get_by_role_and_label(Role::Button, "contended").click();
    harness.run_steps(3);
    assert_eq!(harness.state().session().params.int("adders"), 2);
    assert!(harness.query_by_label("Preset (changed)").is_none());
    let adders = harness.get_by_role_and_label(Role::SpinButton, "adders");
    adders.set_value_accesskit(5.0);
    harness.run_steps(3);
    assert_eq!(harness.state().session().params.int("adders"), 5);
    assert!(harness.query_by_label("Preset (changed)").is_some());
}

#[test]
fn choices_behind_more_can_be_chosen() {
    let mut harness = app("take-turns", &[]);
    click(&mut harness, "More…");
    click(&mut harness, "before");
    assert_eq!(harness.state().session().params.choice("pause"), "before");
    click(&mut harness, "random");
    assert_eq!(harness.state().session().params.choice("pace"), "random");
}

#[test]
fn the_lanes_keep_half_of_the_window_before_during_and_after_a_run() {
    let mut harness = app("quick-ten", &["time_scale=0.02"]);
    harness.run_steps(5);
    let height = |harness: &Harness<'static, App>| harness.state().regions().timeline.height();
    let before = height(&harness);
    assert!(before > 300.0, "{before}");
    run_to_end(&mut harness);
    harness.run_steps(5);
    assert!((height(&harness) - before).abs() < 2.0);
}

#[test]
fn the_lanes_keep_their_share_of_a_window_that_changes_its_size() {
    let mut harness = app("quick-ten", &["time_scale=0.02"]);
    let height_in = |harness: &mut Harness<'static, App>, size: [f32; 2]| {
        harness.set_size(size.into());
        harness.run_steps(5);
        let regions = harness.state().regions();
        let (lanes, stage) = (regions.timeline.height(), regions.stage.height());
        assert!(lanes > 80.0 && stage > 100.0, "{size:?}: {lanes}, {stage}");
        (lanes, stage)
    };
    let before = height_in(&mut harness, [1440.0, 900.0]);
    let (_, stage) = height_in(&mut harness, [1024.0, 640.0]);
    assert!(stage > 250.0, "{stage}");
    height_in(&mut harness, [1024.0, 400.0]);
    assert_eq!(height_in(&mut harness, [1440.0, 900.0]), before);
    // The border between them can be moved, and the share is kept.
    let regions = harness.state().regions();
    let border = egui::pos2(regions.stage.center().x, regions.stage.bottom());
    harness.drag_at(border);
    harness.step();
    harness.hover_at(border - egui::vec2(0.0, 100.0));
    harness.step();
    harness.drop_at(border - egui::vec2(0.0, 100.0));
    let dragged = height_in(&mut harness, [1440.0, 900.0]);
    assert!(dragged.0 > before.0 + 80.0, "{dragged:?} after {before:?}");
    let (lanes, stage) = height_in(&mut harness, [1440.0, 800.0]);
    assert!(lanes > stage, "{lanes}, {stage}");
}

#[test]
fn before_its_first_run_a_tab_shows_what_a_run_would_be_of() {
    let mut harness = app("take-turns", &[]);
    assert!(harness.query_by_label_contains("When it has ended").is_some());
    click(&mut harness, "Preset take-turns");
    harness.get_by_role_and_label(Role::Button, "no-lock").click();
    harness.run_steps(3);
    assert!(harness.query_all_by_label_contains("as in contended").next().is_some());
}

#[test]
fn stop_in_a_crowd_leaves_no_thread() {
    let mut harness =
        app("contended", &["adders=8", "removers=8", "adds=100000", "attempts=100000"]);
    click(&mut harness, "Run");
    frames_until(&mut harness, "everybody is there", |harness| {
        harness.state().session().recording.trace.events().len() > 200
    });
    press(&mut harness, Modifiers::NONE, Key::Escape);
    frames_until_the_end(&mut harness);
    let states = &harness.state().session().recording.replay.latest().actors;
    assert_eq!(states.len(), 17);
    assert!(states.iter().all(|actor| actor.end.is_some()), "every thread has ended");
}

#[test]
fn a_panic_in_an_experiment_is_a_failed_run_and_the_app_lives_on() {
    let mut app = App::new(Settings::default());
    app.replace_tab(3, Session::new(&Panics));
    let mut harness = common::app(app);
    run_to_end(&mut harness);
    let status = harness.state().session().status.clone();
    assert_eq!(status, RunStatus::Failed("the cat sat on the lock".to_owned()));
    assert!(harness.query_all_by_label_contains("The cat sat on the lock.").next().is_some());
    click(&mut harness, "1 Threads or processes?");
    assert_eq!(harness.state().session().source.topic().unwrap().id(), "threads-vs-processes");
}
