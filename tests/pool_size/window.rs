//! Clicks by accessible name.

use super::common;
use super::support::*;
use concurrency_lab::app::session::Session;
use concurrency_lab::app::{App, Settings};
use concurrency_lab::trace::EventKind;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

fn app(sets: &[&str]) -> Harness<'static, App> {
    let mut session = Session::new(topic());
    session.set_params(params("2-4-8", sets));
    let mut app = App::new(Settings::default());
    app.show(session);
    let mut harness = common::app(app);
    harness.step();
    harness
}

fn run_app(harness: &mut Harness<'static, App>) {
    harness.get_by_label("Run").click();
    harness.run_steps(3);
    until("the run ends", || {
        harness.step();
        (!harness.state().session().is_running()).then_some(())
    });
    // A short run is played again from its start.
    harness.key_press(egui::Key::End);
    harness.run_steps(3);
}

fn click(harness: &mut Harness<'static, App>, name: &str) {
    // Words of the explanation may be the same.
    harness
        .get_by_role_and_label(egui::Role::Button, name)
        .click();
    harness.run_steps(3);
}

#[test]
fn a_dot_opens_the_lanes_of_its_trial() {
    let mut harness = app(&["sizes=1 2", "trials=2", "backend=workers+threads"]);
    run_app(&mut harness);
    let dots = || {
        ["worker processes", "threads"]
            .into_iter()
            .flat_map(|backend| {
                (1..=2).flat_map(move |size| {
                    (1..=2).map(move |n| format!("trial {n}, pool of {size}, {backend}: "))
                })
            })
    };
    for dot in dots() {
        assert!(harness.query_by_label_contains(&dot).is_some(), "{dot}");
    }
    harness
        .get_by_label_contains("trial 2, pool of 2, worker processes: ")
        .click();
    harness.run_steps(3);
    let session = harness.state().session();
    let trace = &session.recording.trace;
    let (from, length) = session.timeline.window(trace.end());
    let now = session.now().0;
    let said = |text: &str| {
        let meta = trace.meta();
        let id = meta.texts.iter().position(|t| t == text).unwrap();
        let of = trace.events().iter().filter(move |e| match e.kind {
            EventKind::Message { text, .. } => text.index() == id,
            _ => false,
        });
        of.filter(|e| match e.kind {
            EventKind::Message { args, .. } => args.map(|a| a.as_int()) == [Some(2), Some(2)],
            _ => false,
        })
        .map(|e| e.at.0)
        .next()
        .unwrap()
    };
    let announced = said("trial {}: pool of {}, worker processes");
    assert!(now > announced && now as f64 <= from + length);
    assert!(
        length < trace.end().0 as f64 / 2.0,
        "the lanes show a part of the run"
    );
    assert!(
        harness
            .query_by_label_contains("At the cursor: trial 2, pool of 2")
            .is_some()
    );
}

#[test]
fn the_figure_can_be_turned_over() {
    let mut harness = app(&["sizes=1-2", "trials=2", "backend=workers+threads"]);
    assert!(
        harness
            .query_by_label_contains("Run squares the numbers 1 to 10 on pools of 1 and 2")
            .is_some()
    );
    run_app(&mut harness);
    let of_amdahl = |harness: &Harness<'static, App>| {
        let says = |text: &str| harness.query_all_by_label_contains(text).count();
        says("No Amdahl curve: ") + says("Amdahl's law: ")
    };
    assert_eq!(of_amdahl(&harness), 0);
    click(&mut harness, "Speed-up");
    assert_eq!(of_amdahl(&harness), 1);
    click(&mut harness, "Show threads");
    click(&mut harness, "Time");
    assert_eq!(of_amdahl(&harness), 0);
    // A list of sizes is typed, and taken when it is one.
    for (typed, taken) in [
        ("3,1", "3 1"),
        ("nothing", "3 1"),
        ("1-2×cores", "1-2×cores"),
    ] {
        let field = harness.get_by_role_and_label(egui::Role::TextInput, "sizes");
        field.click();
        harness.run_steps(2);
        harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        harness.run_steps(1);
        harness
            .get_by_role_and_label(egui::Role::TextInput, "sizes")
            .type_text(typed);
        harness.run_steps(2);
        harness.key_press(egui::Key::Enter);
        harness.run_steps(3);
        let now = harness
            .state()
            .session()
            .params
            .get("sizes")
            .unwrap()
            .to_string();
        assert_eq!(now, taken, "{typed}");
    }
}
