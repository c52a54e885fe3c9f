//! Every tab in each of its states: as a picture for whoever wants to look, and with no text over another one in any.
//!
//! `CLAB_PICTURES=FOLDER cargo test --test window -- --ignored pictures_of_all` writes the pictures.

use super::common;
use super::common::runs::{params, run, topic};
use super::common::window::{app_of, app_on, frames_until, frames_until_the_end};
use super::texts;
use concurrency_lab::app::command::Page;
use concurrency_lab::app::session::Session;
use concurrency_lab::app::{App, Settings};
use concurrency_lab::record::thread::Failure;
use concurrency_lab::replay::Replay;
use concurrency_lab::topics::runner::{Finished, RunError};
use concurrency_lab::topics::{ALL, Topic};
use concurrency_lab::trace::{Batch, Nanos, Trace};
use concurrency_lab::widgets::stage::RunStatus;
use egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

/// What a tab shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Idle,
    Running,
    Done,
    Failed,
    Stopped,
    Earlier,
}

pub const STATES: [State; 6] =
    [State::Idle, State::Running, State::Done, State::Failed, State::Stopped, State::Earlier];

/// A preset, with what is set otherwise.
type Preset = (&'static str, &'static [&'static str]);

/// A preset of a topic that is over soon, and one that goes on for a while, with what makes it so.
pub const RUNS: &[(&str, [Preset; 2])] = &[
    (
        "threads-vs-processes",
        [
            ("downloads", &["trials=1", "time_scale=0.02", "cpython=none"]),
            ("downloads", &["time_scale=1"]),
        ],
    ),
    ("process-pool", [("kill-one", &["time_scale=0.05"]), ("ten-sleepers", &[])]),
    ("multiprocessing", [("crash", &["time_scale=0.02"]), ("five-workers", &["work=20"])]),
    (
        "shared-list",
        [("no-lock", &["time_scale=0.05"]), ("contended", &["adds=100000", "hold=0.01"])],
    ),
    ("sharing-data", [("deadlock", &["time_scale=0.05"]), ("queue", &["produce=5"])]),
    ("exceptions", [("leaked-lock", &["time_scale=0.05"]), ("error-queue", &["work=5"])]),
    ("factorials", [("one-fails", &["time_scale=0.02"]), ("four-threads", &["pause=5"])]),
    ("pool-size", [("2-4-8", &["trials=3", "start_method=default"]), ("sweep", &["trials=30"])]),
];

/// The run of a topic that is over soon.
pub fn quick(topic: &dyn Topic) -> Preset {
    RUNS.iter().find(|(id, _)| *id == topic.id()).unwrap().1[0]
}

/// A run that broke off in its middle, with as long a sentence as there is.
fn broken_off(topic: &'static dyn Topic) -> Session {
    let (preset, sets) = quick(topic);
    let whole = run(topic, preset, sets).trace;
    let mut trace = Trace::new(whole.meta().clone());
    let events = whole.events()[..whole.events().len() * 2 / 3].to_vec();
    trace.apply(Batch { events, ..Batch::default() });
    let why = "the worker processes could not be started: there are too many processes and threads, which ulimit -u limits to 4096; ask for fewer, or close other programs";
    let result = Err(RunError::Failed(Failure::Error(why.to_owned())));
    let finished = Finished { replay: Replay::new(&trace), trace, result, wall: Nanos(1) };
    Session::finished(topic, params(topic, preset, sets), finished)
}

/// A topic's tab in a state.
pub fn tab(topic: &'static dyn Topic, state: State) -> Harness<'static, App> {
    let [quick, long] = RUNS.iter().find(|(id, _)| *id == topic.id()).unwrap().1;
    if state == State::Failed {
        let mut harness = app_of(broken_off(topic));
        harness.key_press(Key::End);
        harness.run_steps(3);
        return harness;
    }
    let goes_on = matches!(state, State::Running | State::Stopped);
    let (preset, sets) = if goes_on { long } else { quick };
    let mut harness = app_on(topic, preset, sets);
    harness.run_steps(3);
    if state == State::Idle {
        return harness;
    }
    harness.get_by_label("Run").click();
    harness.run_steps(2);
    if goes_on {
        frames_until(&mut harness, "it is under way", |harness| {
            let session = harness.state().session();
            session.recording.trace.events().len() > 30 || !session.is_running()
        });
        assert!(harness.state().session().is_running(), "{} is over too soon", topic.id());
    } else {
        frames_until_the_end(&mut harness);
    }
    match state {
        State::Stopped => {
            harness.key_press(Key::Escape);
            frames_until_the_end(&mut harness);
            assert_eq!(harness.state().session().status, RunStatus::Stopped);
        }
        State::Earlier => {
            let other = topic.about().presets.iter().find(|other| other.id != preset).unwrap();
            harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
            harness.run_steps(2);
            harness.event(Event::Text(other.id.to_owned()));
            harness.run_steps(2);
            let name = format!("{}, preset", other.id);
            harness.query_all_by_label(&name).next().unwrap().click();
            harness.run_steps(3);
            assert_eq!(harness.state().session().params.preset(), other.id);
            assert!(harness.state().session().earlier().is_some());
        }
        _ => {}
    }
    harness
}

/// The tab for a student's own program in a state. It has no other preset.
#[cfg(unix)]
pub fn program(state: State) -> Harness<'static, App> {
    let _ = topic("process-pool");
    let mut harness = common::app(App::new(Settings::default()));
    harness.run_steps(2);
    harness.get_by_label(&format!("{} My program", ALL.len() + 1)).click();
    frames_until(&mut harness, "a Python", |harness| {
        let program = harness.state().session().program.as_ref();
        program.is_some_and(|program| !program.is_looking())
    });
    if state == State::Idle {
        return harness;
    }
    let sample = match state {
        State::Running | State::Stopped => "two_forks.py",
        State::Failed => "no_guard.py",
        _ => "squares_on_a_pool.py",
    };
    harness.get_by_label(sample).click();
    harness.run_steps(3);
    let found = harness.state().session().program.as_ref();
    if found.is_none_or(|program| program.interpreters.is_empty()) {
        return harness;
    }
    harness.get_by_label("Run").click();
    harness.run_steps(2);
    match state {
        State::Running | State::Stopped => {
            frames_until(&mut harness, "it hangs", |harness| harness.state().session().hangs());
        }
        _ => frames_until_the_end(&mut harness),
    }
    if state == State::Stopped {
        harness.key_press(Key::Escape);
        frames_until_the_end(&mut harness);
    }
    harness
}

/// Sizes that are looked at: the usual one, and the least; and the usual one where all is 150 and 200 % as large.
const SIZES: [[f32; 2]; 2] = [[1440.0, 900.0], [1024.0, 640.0]];
const ZOOMED: [[f32; 2]; 4] = [SIZES[0], SIZES[1], [960.0, 600.0], [720.0, 450.0]];

fn faults(harness: &mut Harness<'static, App>, sizes: &[[f32; 2]], what: &str) -> Vec<String> {
    let mut all = Vec::new();
    for size in sizes {
        harness.set_size((*size).into());
        harness.run_steps(3);
        let found = texts::faults(harness).into_iter();
        all.extend(found.map(|fault| format!("{what} at {size:?}: {fault}")));
    }
    all
}

#[test]
fn no_text_lies_over_another_in_any_state() {
    let mut all = Vec::new();
    for (place, state) in STATES.into_iter().enumerate() {
        // What is left of a run is looked at in all sizes, what goes before and after in one.
        let sizes = match state {
            State::Done => &ZOOMED[..],
            _ => &SIZES[place % 2..][..1],
        };
        for topic in ALL {
            let topic = common::runs::topic(topic.id());
            let mut harness = tab(topic, state);
            if matches!(state, State::Done | State::Stopped) {
                harness.key_press_modifiers(Modifiers::NONE, Key::Home);
                harness.key_press_modifiers(Modifiers::NONE, Key::N);
                harness.run_steps(3);
            }
            all.extend(faults(&mut harness, sizes, &format!("{} {state:?}", topic.id())));
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

/// Sizes that the window has at 100 %, 150 % and 200 % on small screens.
#[cfg(unix)]
#[test]
fn the_fields_of_an_own_program_end_before_its_button() {
    let mut harness = program(State::Idle);
    for size in [[1440.0, 900.0], [1024.0, 640.0], [960.0, 600.0], [720.0, 450.0]] {
        harness.set_size(size.into());
        harness.run_steps(3);
        let limit = harness.get_by_label_contains("Time limit ").rect();
        let run = harness.get_by_label("Run").rect();
        assert!(limit.right() + 4.0 <= run.left(), "{size:?}: {limit:?} and {run:?}");
    }
}

#[cfg(unix)]
#[test]
#[ignore = "pictures to be looked at: CLAB_PICTURES=FOLDER says where"]
fn pictures_of_all_tabs_in_all_states() {
    let folder = std::path::PathBuf::from(std::env::var_os("CLAB_PICTURES").unwrap());
    let only = std::env::var("CLAB_ONLY").unwrap_or_default();
    for place in 0..=ALL.len() {
        for state in STATES {
            let name = format!("{}-{state:?}", place + 1);
            if !name.contains(&only) || (place == ALL.len() && state == State::Earlier) {
                continue;
            }
            let mut harness = match ALL.get(place) {
                Some(topic) => tab(common::runs::topic(topic.id()), state),
                None => program(state),
            };
            if state == State::Done {
                let page = harness.get_by_label(Page::Findings.name());
                page.click();
                harness.run_steps(3);
            }
            for dark in [false, true] {
                for size in SIZES {
                    harness.set_size(size.into());
                    harness.run_steps(4);
                    let theme = if dark { "dark" } else { "light" };
                    let file = folder.join(format!("{name}-{theme}-{}.png", size[0]));
                    harness.render().unwrap().save(file).unwrap();
                }
                harness.key_press(Key::T);
                harness.run_steps(2);
            }
        }
    }
}
