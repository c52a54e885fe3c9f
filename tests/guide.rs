//! The guide in the window: questions, advice, and the run that shows it.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod common;

use common::runs;
use common::window::app_on;
use concurrency_lab::app::{App, Settings};
use concurrency_lab::topics::Topic;
use egui::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

fn topic() -> &'static dyn Topic {
    runs::topic("threads-vs-processes")
}

fn guide() -> Harness<'static, App> {
    let mut harness = app_on(topic(), "downloads", &[]);
    harness.run_steps(2);
    click(&mut harness, "Which should I use?");
    harness
}

fn in_window(size: [f32; 2]) -> Harness<'static, App> {
    let app = App::new(Settings::default());
    let mut harness = common::harness_state(size, |ui, app: &mut App| app.ui(ui), app);
    harness.state_mut().show_topic(topic().id());
    harness.run_steps(3);
    click(&mut harness, "Which should I use?");
    harness
}

fn click(harness: &mut Harness<'static, App>, name: &str) {
    harness.get_by_role_and_label(Role::Button, name).click();
    harness.run_steps(3);
}

fn answer(harness: &mut Harness<'static, App>, name: &str) {
    harness.get_by_role_and_label(Role::RadioButton, name).click();
    harness.run_steps(3);
}

fn shows(harness: &Harness<'static, App>, name: &str) -> bool {
    harness.query_all_by_label(name).next().is_some()
}

#[test]
fn answers_lead_to_advice_with_reasons() {
    let mut harness = guide();
    assert!(shows(&harness, "Threads"));
    answer(&mut harness, "What does a task mostly do? computes");
    assert!(shows(&harness, "Processes"));
    answer(&mut harness, "How many tasks? hundreds");
    assert!(shows(&harness, "A pool of processes"));
    let said = "Processes compute in parallel, threads take turns.";
    assert!(harness.query_all_by_label_contains(said).next().is_some());
    click(&mut harness, "Experiment");
    assert!(!shows(&harness, "A pool of processes"));
}

#[test]
fn a_usual_program_fills_in_its_answers() {
    let mut harness = in_window([1440.0, 1300.0]);
    let guide = topic().guide().unwrap();
    for program in &guide.programs {
        let name = format!("{}: {}, {}", program.name, program.take, program.because);
        harness.get_by_label(&name).click();
        harness.run_steps(3);
        let advice = guide.advise(&program.answers);
        assert!(shows(&harness, advice.take), "{name}");
    }
}

/// The button starts the run, in whichever tab that is.
#[test]
fn the_advice_runs() {
    for (first, topic, preset) in [
        ("What does a task mostly do? computes", "threads-vs-processes", "cpu"),
        ("Must the rest survive a crash? yes", "multiprocessing", "crash"),
    ] {
        let mut harness = guide();
        answer(&mut harness, first);
        click(&mut harness, "Run the experiment that shows it");
        let session = harness.state().session();
        assert_eq!(session.source.topic().unwrap().id(), topic);
        assert_eq!(session.params.preset(), preset);
        assert!(session.is_running(), "{preset}");
        harness.key_press(egui::Key::Escape);
        common::window::frames_until_the_end(&mut harness);
    }
}

/// In the least window all of it can be reached, and in a large one nothing of the advice is cut off.
#[test]
fn it_fits() {
    for size in [[1024.0, 640.0], [1440.0, 900.0]] {
        let harness = in_window(size);
        let stage = harness.state().regions().stage;
        let button = harness.get_by_label("Run the experiment that shows it").rect();
        let right = stage.right();
        assert!(button.right() <= right, "{button:?} in {stage:?}");
        for ask in &topic().guide().unwrap().questions {
            let last = ask.answers.last().unwrap();
            let name = format!("{} {last}", ask.text);
            let pill = harness.get_by_role_and_label(Role::RadioButton, &name).rect();
            assert!(
                pill.right() <= right && !pill.intersects(button),
                "{name}: {pill:?}, {button:?}"
            );
        }
    }
}
