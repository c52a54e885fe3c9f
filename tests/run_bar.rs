//! The run bar offers the parameters that matter, and no others.

#![allow(clippy::unwrap_used)]

mod common;

use common::window::app_on;
use concurrency_lab::app::App;
use concurrency_lab::topics::{ALL, ParamKind, ParamSpec, find};
use egui::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

fn app(topic: &str, preset: &str) -> Harness<'static, App> {
    let mut harness = app_on(find(topic).unwrap(), preset, &[]);
    harness.run_steps(2);
    harness
}

/// Whether the bar, or the popup of more, has a control of this parameter.
fn is_offered(harness: &Harness<'static, App>, spec: &ParamSpec) -> bool {
    let role = match spec.kind {
        ParamKind::Int { .. } | ParamKind::Float { .. } => Role::SpinButton,
        ParamKind::Bool { .. } => Role::CheckBox,
        ParamKind::Ints { .. } => Role::TextInput,
        // Of a choice the popup shows all words, beside its name.
        ParamKind::Choice { .. } if !spec.prominent => Role::Label,
        ParamKind::Choice { .. } => Role::ComboBox,
    };
    match role {
        Role::ComboBox => {
            let mut all = harness.query_all_by_role(role);
            let begins = format!("{} ", spec.label);
            all.any(|node| {
                (node.accesskit_node().label()).is_some_and(|name| name.starts_with(&begins))
            })
        }
        _ => (harness.query_all_by_role_and_label(role, spec.label)).next().is_some(),
    }
}

/// Parameters offered at first, and with the popup open; those that the topic says matter.
fn offered(harness: &mut Harness<'static, App>) -> [Vec<&'static str>; 3] {
    let topic = harness.state().session().source.topic().unwrap();
    let now = |harness: &Harness<'static, App>, prominent: bool| {
        let all = topic.about().params.iter().filter(|spec| spec.prominent == prominent);
        let found = all.filter(|spec| is_offered(harness, spec));
        found.map(|spec| spec.key).collect::<Vec<_>>()
    };
    let bar = now(harness, true);
    let mut more = Vec::new();
    let button = harness.query_all_by_role_and_label(Role::Button, "More…").next();
    if let Some(button) = button {
        button.click();
        harness.run_steps(3);
        more = now(harness, false);
        harness.key_press(egui::Key::Escape);
        harness.run_steps(3);
    }
    let params = &harness.state().session().params;
    let apply = topic.about().params.iter().filter(|spec| topic.applies(spec.key, params));
    [bar, more, apply.map(|spec| spec.key).collect()]
}

#[test]
fn each_preset_offers_what_matters_to_it() {
    for topic in ALL.iter().filter(|topic| topic.is_built()) {
        for preset in topic.about().presets {
            let mut harness = app(topic.id(), preset.id);
            let [bar, more, apply] = offered(&mut harness);
            let mut all = [bar, more].concat();
            let place = |key: &&str| topic.about().params.iter().position(|spec| spec.key == *key);
            all.sort_by_key(place);
            assert_eq!(all, apply, "{} {}", topic.id(), preset.id);
        }
    }
}

#[test]
fn well_known_presets_offer_no_more_than_they_use() {
    for (topic, preset, expected) in [
        ("process-pool", "squares", &["workers", "tasks", "call", "chunk"][..]),
        ("multiprocessing", "five-workers", &["workers", "tasks", "work", "time_scale"]),
        ("multiprocessing", "own-memory", &["workers", "work", "steps", "time_scale"]),
        ("multiprocessing", "crash", &["workers", "work", "failure", "time_scale"]),
        ("multiprocessing", "cpu-bound", &["workers", "limit", "time_scale"]),
    ] {
        let [bar, ..] = offered(&mut app(topic, preset));
        assert_eq!(bar, expected, "{topic} {preset}");
    }
}

#[test]
fn a_choice_brings_its_parameters_and_takes_them_away() {
    let mut harness = app("process-pool", "ten-sleepers");
    let [bar, more, _] = offered(&mut harness);
    assert!(bar.contains(&"chunk") && more.contains(&"seconds") && more.contains(&"kill"));
    harness.get_by_label("call map").click();
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::Button, "apply").click();
    harness.run_steps(3);
    let [bar, ..] = offered(&mut harness);
    assert_eq!(bar, ["workers", "tasks", "call", "time_scale"]);
    harness.get_by_label("More…").click();
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::Button, "image").click();
    harness.run_steps(3);
    harness.key_press(egui::Key::Escape);
    harness.run_steps(3);
    let [bar, more, _] = offered(&mut harness);
    assert_eq!(bar, ["workers", "tasks", "call"]);
    assert!(more.contains(&"side") && more.contains(&"seed") && !more.contains(&"seconds"));
}
