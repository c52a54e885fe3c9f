//! The windows that lie over the window: one at a time; Esc closes it, and not the run under it.

use super::common::runs::topic;
use super::common::window::{app_on, frames_until, frames_until_the_end};
use super::{controls, zoom};
use concurrency_lab::app::App;
use concurrency_lab::widgets::stage::RunStatus;
use egui::{Event, Key, Modifiers, Order, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

fn press(harness: &mut Harness<'static, App>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

fn click(harness: &mut Harness<'static, App>, name: &str) {
    harness.get_by_label(name).click();
    harness.run_steps(3);
}

fn shows(harness: &Harness<'static, App>, part: &str) -> bool {
    harness.query_all_by_label_contains(part).next().is_some()
}

/// A run that goes on until it is stopped, with a guess made before it.
fn under_way() -> Harness<'static, App> {
    let sets = ["adds=100000", "attempts=100000", "hold=0.001"];
    let mut harness = app_on(topic("shared-list"), "contended", &sets);
    harness.run_steps(2);
    let answer = harness.state().session().asks().unwrap().answers[0].text.clone();
    harness.get_by_role_and_label(Role::RadioButton, &answer).click();
    harness.run_steps(3);
    click(&mut harness, "Run and compare");
    harness
}

/// How each is opened, and words that only it has.
const WINDOWS: [(&str, &str); 9] = [
    ("Figure F12", "Whole window"),
    ("Report", "Write report"),
    ("Open Ctrl O", "Open file"),
    ("Export", "Export data"),
    ("Search Ctrl K", "Search for"),
    ("Keys F1", "next or previous event that matters"),
    ("Begin", "A first run for each question"),
    ("a word", "Show it"),
    ("Your guesses: not decided", "The run is under way."),
];

fn open(harness: &mut Harness<'static, App>, how: &str) {
    if how != "a word" {
        return click(harness, how);
    }
    press(harness, Modifiers::COMMAND, Key::K);
    harness.event(Event::Text("deadlock".to_owned()));
    harness.run_steps(3);
    let word = harness.query_all_by_label_contains(", word").next();
    word.expect("a word is found").click();
    harness.run_steps(3);
}

#[test]
fn esc_closes_the_window_on_top_and_then_stops_the_run() {
    let mut harness = under_way();
    for (how, words) in WINDOWS {
        open(&mut harness, how);
        assert!(shows(&harness, words), "{how}");
        press(&mut harness, Modifiers::NONE, Key::Escape);
        assert!(!shows(&harness, words), "{how} stays");
        assert_eq!(harness.state().session().status, RunStatus::Running, "{how}");
    }
    // Where something is being written, too.
    for (how, field, words) in
        [("Figure F12", "Folder", "Whole window"), ("Report", "Title", "Write report")]
    {
        open(&mut harness, how);
        let fields = harness.query_all_by_label(field);
        fields.last().unwrap().focus();
        harness.run_steps(2);
        press(&mut harness, Modifiers::NONE, Key::Escape);
        assert!(!shows(&harness, words), "{how} stays");
        assert_eq!(harness.state().session().status, RunStatus::Running, "{how}");
    }
    press(&mut harness, Modifiers::NONE, Key::Escape);
    frames_until_the_end(&mut harness);
    assert_eq!(harness.state().session().status, RunStatus::Stopped);
}

#[test]
fn one_window_lies_over_the_others_and_fits_at_every_zoom() {
    let mut harness = under_way();
    let mut before: Option<&str> = None;
    for (how, words) in WINDOWS {
        open(&mut harness, how);
        assert!(shows(&harness, words), "{how}");
        assert!(before.is_none_or(|before| !shows(&harness, before)), "{how} beside {before:?}");
        before = Some(words);
        for size in [zoom::SIZES[0], zoom::SIZES[2]] {
            harness.set_size(size.into());
            harness.run_steps(4);
            let all = controls(&harness);
            let nameless = all.iter().find(|one| one.is_used() && one.name.trim().is_empty());
            assert!(nameless.is_none(), "{how} at {size:?}: {nameless:#?}");
            assert!(zoom::overlap(&all).is_none(), "{how} at {size:?}: {:#?}", zoom::overlap(&all));
            let window = harness.ctx.viewport_rect().expand(0.5);
            let over = all.iter().filter(|one| one.layer.order != Order::Background);
            let out = over.into_iter().find(|one| {
                one.is_used() && one.seen.is_positive() && !window.contains_rect(one.seen)
            });
            assert!(
                out.is_none(),
                "{how} at {size:?}: {:?}",
                out.map(|out| (&out.name, out.rect, out.seen))
            );
        }
        harness.set_size(zoom::SIZES[0].into());
        harness.run_steps(4);
    }
}

/// What is said of a figure takes the place of what was said of the one before.
#[test]
fn a_new_notice_takes_the_place_of_the_old_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut harness = app_on(topic("shared-list"), "five", &["time_scale=0.02"]);
    press(&mut harness, Modifiers::NONE, Key::F12);
    assert!(shows(&harness, "There is nothing to save yet"));
    click(&mut harness, "Run");
    frames_until_the_end(&mut harness);
    let file = dir.path().join("a file");
    std::fs::write(&file, "").unwrap();
    for (folder, said, before) in [
        (file.join("x"), "could not be written", "There is nothing to save yet"),
        (dir.path().to_owned(), "Saved ", "could not be written"),
    ] {
        open(&mut harness, "Figure F12");
        let fields = harness.query_all_by_label("Folder");
        fields.last().unwrap().focus();
        harness.run_steps(2);
        press(&mut harness, Modifiers::COMMAND, Key::A);
        harness.event(Event::Text(folder.display().to_string()));
        harness.run_steps(3);
        press(&mut harness, Modifiers::NONE, Key::Escape);
        press(&mut harness, Modifiers::NONE, Key::F12);
        frames_until(&mut harness, said, |harness| shows(harness, said));
        assert!(!shows(&harness, before), "{said}");
        assert_eq!(harness.query_all_by_label("Close").count(), 1);
    }
}
