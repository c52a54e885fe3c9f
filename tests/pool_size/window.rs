//! Clicks by accessible name.

use super::common::window::{app_of, app_on, frames_until, frames_until_the_end};
use super::support::*;
use concurrency_lab::app::App;
use concurrency_lab::app::playback::PlaybackCommand;
use concurrency_lab::app::session::Session;
use concurrency_lab::replay::Replay;
use concurrency_lab::topics::runner::Finished;
use concurrency_lab::trace::{EventKind, Nanos, SectionId, Trace};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

fn app(sets: &[&str]) -> Harness<'static, App> {
    let mut harness = app_on(topic(), "2-4-8", sets);
    harness.step();
    harness
}

/// Numbers of the sections of backends.
const WORKERS: u32 = 0;
const THREADS: u32 = 1;

/// When the trial with this number of this backend and size began.
fn trial_began(trace: &Trace, [backend, size, number]: [u32; 3]) -> Nanos {
    let meta = trace.meta();
    let numbers = |id: SectionId| {
        let mut ids = std::iter::successors(Some(id), |id| meta.section(*id)?.within);
        ids.by_ref().filter_map(|id| Some(meta.section(id)?.number)).collect::<Vec<_>>()
    };
    let began = trace.events().iter().find(|e| match e.kind {
        EventKind::SectionBegan { section } => numbers(section) == [number, size, backend],
        _ => false,
    });
    began.unwrap().at
}

fn run_app(harness: &mut Harness<'static, App>) {
    harness.get_by_label("Run").click();
    harness.run_steps(3);
    frames_until_the_end(harness);
    // A short run is played again from its start.
    harness.key_press(egui::Key::End);
    harness.run_steps(3);
}

fn click(harness: &mut Harness<'static, App>, name: &str) {
    // Words of the explanation may be the same.
    harness.get_by_role_and_label(egui::Role::Button, name).click();
    harness.run_steps(3);
}

#[test]
fn a_dot_opens_the_lanes_of_its_trial() {
    let mut harness = app(&["sizes=1 2", "trials=2", "backend=workers+threads"]);
    run_app(&mut harness);
    let dots = || {
        ["worker processes", "threads"].into_iter().flat_map(|backend| {
            (1..=2).flat_map(move |size| {
                (1..=2).map(move |n| format!("trial {n}, pool of {size}, {backend}: "))
            })
        })
    };
    for dot in dots() {
        assert!(harness.query_by_label_contains(&dot).is_some(), "{dot}");
    }
    harness.get_by_label_contains("trial 2, pool of 2, worker processes: ").click();
    harness.run_steps(3);
    let session = harness.state().session();
    let trace = &session.recording.trace;
    let (from, length) = session.timeline.window(trace.end());
    let now = session.now().0;
    let announced = trial_began(trace, [WORKERS, 2, 2]).0;
    assert!(now > announced && now as f64 <= from + length);
    assert!(length < trace.end().0 as f64 / 2.0, "the lanes show a part of the run");
    let ended = trace.events().iter().rfind(|event| event.at.0 <= now).unwrap();
    assert!(matches!(ended.kind, EventKind::SectionEnded { .. }), "at the end of the trial");
    let words = "Trial 2, pool of 2, worker processes It took ";
    assert!(harness.query_by_label_contains(words).is_some());
    // It is marked in the figure, which stays what it was: all trials are there.
    let mut marked = Vec::new();
    for dot in dots() {
        let mut nodes = harness.query_all_by_role(egui::Role::Button);
        let mine = nodes.find(|node| {
            let name = node.accesskit_node().label().unwrap_or_default();
            name.starts_with(&dot)
        });
        let mine = mine.unwrap_or_else(|| panic!("{dot}"));
        if mine.accesskit_node().toggled() == Some(true.into()) {
            marked.push(dot);
        }
    }
    assert_eq!(marked, ["trial 2, pool of 2, worker processes: "]);
    // Also when another one is looked at; and there is a way back.
    harness.get_by_label_contains("trial 1, pool of 1, threads: ").click();
    harness.run_steps(3);
    let first = harness.state().session().now().0;
    assert!(first < now);
    assert!(dots().all(|dot| harness.query_by_label_contains(&dot).is_some()));
    click(&mut harness, "Back");
    let session = harness.state().session();
    assert_eq!(session.now(), session.recording.trace.end());
    assert!(harness.query_by_role_and_label(egui::Role::Button, "Back").is_none());
    assert!(dots().all(|dot| harness.query_by_label_contains(&dot).is_some()));
}

#[test]
fn a_figure_that_stays_follows_the_cursor_again_once_that_moves() {
    let mut harness = app(&["sizes=1 2", "trials=3", "backend=threads"]);
    run_app(&mut harness);
    let dots = |harness: &Harness<'static, App>| {
        let nodes = harness.query_all_by_role(egui::Role::Button);
        let names = nodes.filter_map(|node| node.accesskit_node().label());
        names.filter(|name| name.starts_with("trial ")).count()
    };
    assert_eq!(dots(&harness), 6);
    harness.get_by_label_contains("trial 2, pool of 1, threads: ").click();
    harness.run_steps(3);
    assert_eq!(dots(&harness), 6);
    harness.key_press(egui::Key::ArrowLeft);
    harness.run_steps(3);
    assert!(dots(&harness) < 6);
}

#[test]
fn a_backend_has_a_scale_of_its_own() {
    let mut harness = app(&["sizes=1 2", "trials=1", "backend=workers+threads"]);
    run_app(&mut harness);
    let seen = |harness: &Harness<'static, App>| {
        ["worker processes", "threads"].map(|backend| {
            let dots = format!(", pool of 2, {backend}: ");
            let medians = format!("median of pool of 2, {backend}: ");
            let count = |text: &str| harness.query_all_by_label_contains(text).count();
            (count(&dots), count(&medians))
        })
    };
    assert_eq!(seen(&harness), [(1, 1), (1, 1)]);
    click(&mut harness, "Own scale");
    assert_eq!(seen(&harness), [(1, 1), (0, 0)]);
    click(&mut harness, "Show threads");
    assert_eq!(seen(&harness), [(0, 0), (1, 1)]);
    click(&mut harness, "Speed-up");
    assert_eq!(seen(&harness), [(0, 0), (1, 1)]);
    click(&mut harness, "Own scale");
    assert_eq!(seen(&harness), [(1, 1), (1, 1)]);
    // One alone has no other.
    let mut harness = app(&["sizes=1 2", "trials=1", "backend=threads"]);
    run_app(&mut harness);
    let button = harness.query_by_role_and_label(egui::Role::Button, "Own scale");
    assert!(button.is_none());
    assert!(
        harness
            .query_by_label_contains("1 trial of each size is too few to tell them apart")
            .is_some()
    );
}

#[test]
fn nothing_is_concluded_before_there_are_trials_enough() {
    let sets = ["sizes=1 2", "trials=6", "backend=threads"];
    let finished = run("2-4-8", &sets);
    let sizes = [1, 2];
    let announced = |number| {
        let began = sizes.map(|size| trial_began(&finished.trace, [THREADS, size, number]));
        began.into_iter().min().unwrap()
    };
    let says = |at: Nanos| {
        let copy = Finished {
            trace: finished.trace.clone(),
            replay: Replay::new(&finished.trace),
            result: Ok(Default::default()),
            wall: finished.wall,
        };
        let mut session = Session::finished(topic(), params("2-4-8", &sets), copy);
        session.playback(PlaybackCommand::Scrub(at));
        let mut harness = app_of(session);
        harness.step();
        let measured = harness.query_by_label_contains(" of each size so far. ");
        measured.and_then(|node| node.accesskit_node().value())
    };
    let early = says(announced(3)).unwrap();
    let wanted = "2 of 6 trials of each size so far. From 5 on the sizes are compared.";
    assert!(early.ends_with(wanted), "{early}");
    assert_eq!(says(announced(6)), None);
}

#[test]
fn a_run_that_was_stopped_concludes_nothing_from_a_few_trials() {
    let long = ["numbers=2", "work=20000", "trials=30", "warm_up=0"];
    let sets = [&long[..], &["sizes=1 2", "backend=threads"]].concat();
    let mut harness = app(&sets);
    harness.get_by_label("Run").click();
    harness.run_steps(2);
    // At the end, however fast it goes.
    harness.key_press(egui::Key::End);
    frames_until(&mut harness, "a trial is over", |harness| {
        harness.query_all_by_role(egui::Role::Button).any(|node| {
            let name = node.accesskit_node().label().unwrap_or_default();
            name.starts_with("trial 1, pool of ")
        })
    });
    harness.get_by_label("Stop").click();
    frames_until_the_end(&mut harness);
    harness.key_press(egui::Key::End);
    harness.run_steps(3);
    let said = harness.get_by_label_contains("Stopped It was stopped after ");
    let said = said.accesskit_node().value().unwrap();
    assert!(!said.contains("Rust threads:"), "{said}");
    assert!(
        said.contains(" of 30 trials of each size: nothing is concluded from so few."),
        "{said}"
    );
    // What was measured until then is still there.
    let name = "trial 1, pool of ";
    assert!(harness.query_all_by_label_contains(name).count() > 0);
}

#[test]
fn a_run_that_was_stopped_says_what_is_known_and_of_how_many_trials() {
    // A second and more is left of it when it is stopped: a busy machine may need long for a frame.
    let sets =
        ["numbers=1", "work=20000", "trials=30", "warm_up=0", "sizes=1 2", "backend=threads"];
    let mut harness = app(&sets);
    harness.get_by_label("Run").click();
    harness.run_steps(2);
    // At the end, however fast it goes.
    harness.key_press(egui::Key::End);
    until("enough trials of each are over", || {
        harness.step();
        let is_over = |size: usize| {
            let name = format!("trial 12, pool of {size}, threads: ");
            harness.query_by_label_contains(&name).is_some()
        };
        (is_over(1) && is_over(2)).then_some(())
    });
    harness.get_by_label("Stop").click();
    until("the run ends", || {
        harness.step();
        (!harness.state().session().is_running()).then_some(())
    });
    harness.key_press(egui::Key::End);
    harness.run_steps(3);
    let said = harness.get_by_label_contains("Stopped It was stopped after ");
    let said = said.accesskit_node().value().unwrap();
    assert!(
        said.contains(" of 30 trials of each size, which say less than all of them: "),
        "{said}"
    );
}

#[test]
fn what_is_seen_of_the_figure_belongs_to_the_session_and_begins_anew_with_a_run() {
    let mut harness = app(&["sizes=1 2", "trials=1", "backend=workers+threads"]);
    run_app(&mut harness);
    for name in ["Speed-up", "Show threads", "Own scale"] {
        click(&mut harness, name);
    }
    let chosen = harness.state().session().choice;
    assert_eq!((chosen.page, chosen.series, chosen.alone), (1, Some(1), true));
    // The chosen ones say so, and the keyboard keeps its place.
    let own_scale = harness.get_by_role_and_label(egui::Role::Button, "Own scale");
    assert_eq!(own_scale.accesskit_node().toggled(), Some(true.into()));
    own_scale.focus();
    harness.run_steps(2);
    harness.key_press(egui::Key::Enter);
    harness.run_steps(2);
    assert!(!harness.state().session().choice.alone);
    harness.key_press(egui::Key::Enter);
    harness.run_steps(2);
    assert!(harness.state().session().choice.alone);
    run_app(&mut harness);
    assert_eq!(harness.state().session().choice, Default::default());
}

#[test]
fn the_figure_can_be_turned_over() {
    let mut harness = app(&["sizes=1-2", "trials=2", "backend=workers+threads"]);
    assert!(harness.query_by_label("Run and compare").is_some());
    run_app(&mut harness);
    let of_amdahl = |harness: &Harness<'static, App>| {
        let says = |text: &str| harness.query_all_by_label_contains(text).count();
        says("No Amdahl curve for processes: ") + says("Amdahl's law for processes, ")
    };
    assert_eq!(of_amdahl(&harness), 0);
    click(&mut harness, "Speed-up");
    assert_eq!(of_amdahl(&harness), 1);
    click(&mut harness, "Show threads");
    click(&mut harness, "Time");
    assert_eq!(of_amdahl(&harness), 0);
    // A list of sizes is typed, and taken when it is one.
    for (typed, taken) in [("3,1", "3 1"), ("nothing", "3 1"), ("1-2×cores", "1-2×cores")] {
        let field = harness.get_by_role_and_label(egui::Role::TextInput, "sizes");
        field.click();
        harness.run_steps(2);
        harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        harness.run_steps(1);
        harness.get_by_role_and_label(egui::Role::TextInput, "sizes").type_text(typed);
        harness.run_steps(2);
        harness.key_press(egui::Key::Enter);
        harness.run_steps(3);
        let now = harness.state().session().params.get("sizes").unwrap().to_string();
        assert_eq!(now, taken, "{typed}");
    }
}

/// The figure of times that cannot be compared shows them, and no speed-up, and says why once.
#[cfg(target_os = "linux")]
#[test]
fn the_figure_has_no_speed_up_where_times_cannot_be_compared() {
    let sets = ["sizes=1 2", "trials=3", "warm_up=0", "backend=threads", "work=2000"];
    let finished = run("2-4-8", &sets);
    for others in [0, 1000] {
        let trace = with_others(&finished.trace, 6, &|_| others);
        let mut harness = app_of(Session::recorded("disturbed", trace));
        harness.run_steps(2);
        harness.key_press(egui::Key::End);
        harness.run_steps(3);
        let why = "No Amdahl curve for threads: other programs had the processors in 6 of 6 trials. \
                   So speed-ups (–) are left out, too.";
        assert_eq!(harness.query_all_by_label_contains(why).count(), 0);
        click(&mut harness, "Speed-up");
        let is_disturbed = others > 0;
        let said = harness.query_all_by_label_contains(why).count();
        assert_eq!(said, usize::from(is_disturbed));
        let drawn = if is_disturbed { "Time" } else { "Speed-up" };
        for name in ["Time", "Speed-up"] {
            let button = harness.get_by_role_and_label(egui::Role::Button, name);
            assert_eq!(button.accesskit_node().toggled(), Some((name == drawn).into()), "{name}");
        }
        assert_eq!(harness.query_all_by_label_contains("trial 1, pool of ").count(), 2);
    }
}
