//! The run bar offers the parameters that matter, and no others.

#![allow(clippy::unwrap_used)]

mod common;

use common::window::{app_on, frames_until_the_end};
use concurrency_lab::app::App;
use concurrency_lab::app::playback::Mode;
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
    for topic in ALL {
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

/// Writes into a control and leaves it.
fn write(harness: &mut Harness<'static, App>, label: &str, text: &str) {
    harness.get_by_role_and_label(Role::SpinButton, label).click();
    harness.run_steps(3);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    harness.event(egui::Event::Text(text.to_owned()));
    harness.run_steps(2);
    harness.key_press(egui::Key::Enter);
    harness.run_steps(3);
}

/// What does not fit is refused with its reason, and nothing is changed in silence.
#[test]
fn wrong_input_is_refused_with_its_reason() {
    let mut harness = app("shared-list", "contended");
    let adders = |harness: &Harness<'static, App>| harness.state().session().params.int("adders");
    assert_eq!(adders(&harness), 2);
    for (text, why) in [("999", "`999` is no value"), ("abc", "`abc` is no value")] {
        write(&mut harness, "adders", text);
        assert_eq!(adders(&harness), 2, "{text}");
        let said = harness.query_all_by_label_contains(why).next();
        assert!(said.is_some(), "{text} is refused in silence");
    }
    write(&mut harness, "adders", "3");
    assert_eq!(adders(&harness), 3);
    assert!(harness.query_all_by_label_contains("is no value").next().is_none());
    // A length of time as it is shown, and in another unit.
    write(&mut harness, "hold", "1.5 ms");
    assert_eq!(harness.state().session().params.float("hold"), 0.001_5);
}

/// Where the settings are no longer those of the run on the stage, the stage says so.
#[test]
fn an_earlier_run_is_called_so() {
    let mut harness = app_on(find("shared-list").unwrap(), "quick-ten", &["time_scale=0.02"]);
    let said = "Earlier run: quick-ten";
    let says = |harness: &Harness<'static, App>, what: &str| {
        harness.query_all_by_label_contains(what).next().is_some()
    };
    harness.get_by_label("Run").click();
    harness.run_steps(2);
    frames_until_the_end(&mut harness);
    assert!(!says(&harness, said));
    write(&mut harness, "adds", "5");
    assert!(says(&harness, said));
    let page_says = "Of the earlier run: quick-ten.";
    assert!(!says(&harness, page_says), "it explains any run");
    for page in ["Findings", "Log", "Numbers"] {
        harness.get_by_label(page).click();
        harness.run_steps(3);
        assert!(says(&harness, page_says), "{page}");
    }
    write(&mut harness, "adds", "10");
    assert!(!says(&harness, said), "they are the same again");
}

/// A second run beside one that goes on is refused with its reason.
#[test]
fn run_during_a_run_says_that_one_is_under_way() {
    let mut harness = app("shared-list", "take-turns");
    for _ in 0..2 {
        harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::R);
        harness.run_steps(3);
    }
    assert!(harness.query_all_by_label_contains("A run is under way").next().is_some());
    harness.get_by_label("Stop").click();
    frames_until_the_end(&mut harness);
}

/// Wherever the focus is, Space plays, and the arrows move the cursor and leave the focus.
#[test]
fn keys_of_the_transport_do_one_thing() {
    let mut harness = app_on(find("shared-list").unwrap(), "quick-ten", &["time_scale=0.02"]);
    harness.get_by_label("Run").click();
    harness.run_steps(2);
    frames_until_the_end(&mut harness);
    for name in ["Code", "8 Pool size", "Zoom in", "lock with", "list lock: free"] {
        let tab = harness.state().session().source.topic().unwrap().id();
        harness.key_press(egui::Key::Home);
        harness.run_steps(2);
        harness.get_by_label(name).focus();
        harness.run_steps(2);
        let focused = |harness: &Harness<'static, App>| {
            let node = harness.query_all_by(|node| node.is_focused()).next();
            node.and_then(|node| node.accesskit_node().label())
        };
        let before = focused(&harness);
        assert!(before.is_some(), "{name} takes no focus");
        let shown =
            |harness: &Harness<'static, App>| harness.state().session().recording.state().applied;
        let start = shown(&harness);
        for key in [egui::Key::ArrowRight, egui::Key::ArrowRight, egui::Key::ArrowLeft] {
            harness.key_press(key);
            harness.run_steps(2);
        }
        assert_eq!(shown(&harness), start + 1, "{name}");
        for key in [egui::Key::ArrowUp, egui::Key::ArrowDown] {
            harness.key_press(key);
            harness.run_steps(2);
        }
        harness.key_press(egui::Key::Space);
        harness.run_steps(1);
        assert_eq!(harness.state().session().playback.mode(), Mode::Playing, "{name}");
        harness.key_press(egui::Key::Space);
        harness.run_steps(2);
        assert_eq!(harness.state().session().playback.mode(), Mode::Paused, "{name}");
        assert_eq!(focused(&harness), before, "{name} lost the focus");
        assert_eq!(harness.state().session().source.topic().unwrap().id(), tab, "{name}");
    }
}
