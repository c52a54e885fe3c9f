//! The Answer page, the glossary, search and the first start, in the window: clicks by name, and the keyboard alone.

#![allow(clippy::unwrap_used)]

mod common;

use common::runs;
use common::window::{app_of, frames_until, frames_until_the_end};
use concurrency_lab::app::command::Page;
use concurrency_lab::app::session::Session;
use concurrency_lab::app::{App, Settings};
use concurrency_lab::topics::ALL;
use concurrency_lab::widgets::selection::Selection;
#[cfg(unix)]
use concurrency_lab::widgets::stage::RunStatus;
use egui::accesskit::Toggled;
use egui::{Key, Modifiers, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

/// The app on a tab, at its Answer page, with pauses that take next to no time.
fn app(id: &str) -> Harness<'static, App> {
    app_in(id, [1440.0, 2400.0])
}

fn app_in(id: &str, size: [f32; 2]) -> Harness<'static, App> {
    let topic = runs::topic(id);
    let mut app = App::new(Settings { page: Page::Answer, ..Settings::default() });
    let mut session = Session::new(topic);
    let mut params = topic.default_params();
    if params.get("time_scale").is_some() {
        params.set("time_scale", "0.02").unwrap();
    }
    session.set_params(params);
    app.show(session);
    let mut harness = common::harness_state(size, |ui, app: &mut App| app.ui(ui), app);
    harness.run_steps(3);
    harness
}

fn click(harness: &mut Harness<'static, App>, role: Role, name: &str) {
    harness.get_by_role_and_label(role, name).click();
    harness.run_steps(3);
}

fn press(harness: &mut Harness<'static, App>, key: Key) {
    harness.key_press(key);
    harness.run_steps(3);
}

fn shows(harness: &Harness<'static, App>, name: &str) -> bool {
    harness.query_all_by_label_contains(name).next().is_some()
}

/// Frames until what was asked for has been found, or not.
fn found(harness: &mut Harness<'static, App>) -> usize {
    frames_until(harness, "the moment", |h| {
        let session = h.state().session();
        !session.is_running() && !session.seek.is_under_way() && session.seek.last().is_some()
    });
    let session = harness.state().session();
    let event = session.seek.last().unwrap().event.expect("the run shows it");
    assert_eq!(session.selection, Selection::Event(event));
    assert_eq!(session.now(), session.recording.trace.events()[event].at);
    event
}

fn ticked(harness: &Harness<'static, App>, topic: &str) -> usize {
    let answer = runs::topic(topic).answer().unwrap();
    harness.state().settings().tab(topic).map_or(0, |tab| tab.seen(answer))
}

#[test]
fn a_point_is_run_shown_and_ticked() {
    let mut harness = app("shared-list");
    assert!(shows(&harness, "Write a Python program using multithreading"));
    assert!(shows(&harness, "0 of 10 seen"));
    click(&mut harness, Role::Link, "Show point 7");
    found(&mut harness);
    let session = harness.state().session();
    assert_eq!(session.params.preset(), "take-turns", "its run");
    assert_eq!(session.params.get("time_scale").unwrap().to_string(), "0.02", "as the user has it");
    assert_eq!(ticked(&harness, "shared-list"), 1);
    assert!(shows(&harness, "1 of 10 seen"));
    assert!(shows(&harness, "a sleep repairs no race"), "what belongs to the point is open");
    assert!(harness.query_by_label("Run and compare").is_none(), "nothing is asked");

    // What is on the stage already is not run again.
    let serial = harness.state().session().recording.serial;
    press(&mut harness, Key::Home);
    click(&mut harness, Role::Link, "Show point 7");
    found(&mut harness);
    assert_eq!(harness.state().session().recording.serial, serial);
    click(&mut harness, Role::Link, "Show point 1");
    found(&mut harness);
    assert_ne!(harness.state().session().recording.serial, serial);
    assert_eq!(ticked(&harness, "shared-list"), 2);

    // And it is kept for the next start, with the parameters.
    let kept = harness.state().to_keep();
    let mut again = App::new(kept.clone());
    again.show_topic("shared-list");
    assert_eq!(again.session().params, harness.state().session().params);
    assert_eq!(again.to_keep().tabs, kept.tabs);
}

#[test]
fn a_point_of_another_topic_is_shown_in_its_tab() {
    let mut harness = app("shared-list");
    click(&mut harness, Role::Link, "Show point 10");
    found(&mut harness);
    assert_eq!(harness.state().session().source.topic().unwrap().id(), "sharing-data");
    assert_eq!(ticked(&harness, "shared-list"), 1);
    assert_eq!(ticked(&harness, "sharing-data"), 0);
}

/// What needs a program that has the fault is shown by a small one, in the tab for programs.
#[cfg(unix)]
#[test]
fn a_point_that_a_small_program_shows_is_shown_in_the_tab_for_programs() {
    if !common::python::is_there() {
        return;
    }
    let mut harness = app("pool-size");
    assert!(shows(&harness, "Show point 6"));
    click(&mut harness, Role::Link, "Show point 6");
    found(&mut harness);
    let session = harness.state().session();
    assert!(session.program.is_some());
    let event = session.seek.last().unwrap().event.unwrap();
    let is_it = |finding: &concurrency_lab::replay::Finding| finding.event == event;
    assert_eq!(session.findings.iter().find(|it| is_it(it)).unwrap().kind.id(), "no-guard");
    assert_eq!(ticked(&harness, "pool-size"), 1);
}

#[test]
fn a_run_of_ones_own_is_not_in_the_way() {
    let mut harness = app("shared-list");
    click(&mut harness, Role::Link, "Show point 7");
    // Who runs something else meanwhile sees that.
    frames_until_the_end(&mut harness);
    click(&mut harness, Role::Button, "Run");
    frames_until_the_end(&mut harness);
    frames_until(&mut harness, "rest", |h| !h.state().session().seek.is_under_way());
}

#[test]
fn why_a_sentence_is_wrong_comes_after_the_judgement() {
    let mut harness = app("multiprocessing");
    assert!(!shows(&harness, "The first half is right"));
    assert!(harness.query_by_label("Show sentence 1").is_none());
    click(&mut harness, Role::Button, "Sentence 1: right");
    assert!(shows(&harness, "The first half is right"));
    assert!(shows(&harness, "you said: right"));
    assert!(shows(&harness, "1 of 3 judged"));
    assert!(!shows(&harness, "What takes 2 s"));
    click(&mut harness, Role::Button, "Sentence 3: wrong");
    assert!(shows(&harness, "so you said"));
    click(&mut harness, Role::Link, "Show sentence 3");
    found(&mut harness);
    assert_eq!(harness.state().session().params.preset(), "crash");
    assert_eq!(ticked(&harness, "multiprocessing"), 1, "point 5 has the same link");
}

#[test]
fn the_program_is_copied_and_saved() {
    let mut harness = app("factorials");
    let answer = runs::topic("factorials").answer().unwrap();
    click(&mut harness, Role::Button, "Copy the program");
    assert!(shows(&harness, "Copied."));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    harness.get_by_label("Folder for programs").click();
    harness.run_steps(2);
    harness.get_by_label("Folder for programs").type_text(path);
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Save the program");
    frames_until(&mut harness, "the file", |h| shows(h, "Saved as"));
    let saved = std::fs::read_to_string(folder.path().join("factorials_answer.py")).unwrap();
    assert_eq!(saved, answer.program.text());
    assert_eq!(harness.state().settings().folder, path);
    click(&mut harness, Role::Button, "Save the program");
    frames_until(&mut harness, "the file", |h| shows(h, "It is there already"));
}

#[test]
fn what_cannot_be_saved_is_said() {
    let mut harness = app("factorials");
    harness.get_by_label("Folder for programs").click();
    harness.run_steps(2);
    harness.get_by_label("Folder for programs").type_text("/no/such/folder");
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Save the program");
    frames_until(&mut harness, "a sentence", |h| shows(h, "there is no such folder."));
}

#[test]
fn a_word_is_looked_up_and_shown() {
    let mut harness = app("shared-list");
    click(&mut harness, Role::Link, "race conditions");
    assert!(shows(&harness, "What comes out depends on who is faster. It needs"));
    click(&mut harness, Role::Button, "lockset");
    assert!(shows(&harness, "The locks that somebody holds"));
    click(&mut harness, Role::Button, "Show it");
    found(&mut harness);
    assert_eq!(harness.state().session().params.preset(), "one-side-locks");
    assert!(harness.query_by_label("Show it").is_none(), "the window is out of the way");
}

/// Tab leads to everything on the page, Enter presses it.
#[test]
fn the_keyboard_alone_is_enough() {
    let mut harness = app("shared-list");
    to(&mut harness, "Show point 7");
    press(&mut harness, Key::Enter);
    found(&mut harness);
    assert_eq!(ticked(&harness, "shared-list"), 1);
    to(&mut harness, "Sentence 1: wrong");
    press(&mut harness, Key::Enter);
    assert!(shows(&harness, "The threads may just not have met"));
    to(&mut harness, "race conditions");
    press(&mut harness, Key::Enter);
    assert!(shows(&harness, "Glossary"));
    press(&mut harness, Key::Escape);
    assert!(!shows(&harness, "Glossary"));
}

fn focused(harness: &Harness<'static, App>) -> Option<String> {
    let node = harness.query_all_by(|node| node.is_focused()).next();
    node.and_then(|node| node.accesskit_node().label())
}

fn to(harness: &mut Harness<'static, App>, name: &str) {
    for _ in 0..160 {
        if focused(harness).as_deref() == Some(name) {
            return;
        }
        press(harness, Key::Tab);
    }
    panic!("no way to {name} with Tab");
}

/// In the least window nothing of the page is cut off at its sides.
#[test]
fn the_page_fits_the_least_window() {
    for topic in ALL.iter().filter(|topic| topic.answer().is_some()) {
        let mut harness = app_in(topic.id(), [1024.0, 640.0]);
        let page = harness.get_by_role_and_label(Role::Button, "Answer").rect();
        for number in 1..=topic.answer().unwrap().points.len() {
            let link = harness.get_by_label(&format!("Show point {number}")).rect();
            assert!(link.left() > page.left() && link.right() < 1024.0, "{}: {link:?}", topic.id());
        }
        // Headings do not run into what stands beside them.
        harness.run_steps(1);
    }
}

fn search(harness: &mut Harness<'static, App>, query: &str) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_steps(3);
    harness.get_by_label("Search for").type_text(query);
    harness.run_steps(3);
}

#[test]
fn search_leads_to_presets_words_and_tools() {
    let mut harness = app("shared-list");
    search(&mut harness, "kill one");
    press(&mut harness, Key::Enter);
    let session = harness.state().session();
    assert_eq!(session.source.topic().unwrap().id(), "process-pool");
    assert_eq!(session.params.preset(), "kill-one");
    assert!(harness.query_by_label("Search for").is_none(), "closed");

    search(&mut harness, "starv");
    press(&mut harness, Key::Enter);
    assert!(shows(&harness, "One waits on and on because"));
    press(&mut harness, Key::Escape);

    search(&mut harness, "pip");
    for _ in 0..30 {
        if harness
            .query_by_label("Processes: pipe, tool")
            .is_some_and(|node| node.accesskit_node().toggled() == Some(Toggled::True))
        {
            break;
        }
        press(&mut harness, Key::ArrowDown);
    }
    press(&mut harness, Key::Enter);
    assert_eq!(harness.state().session().params.preset(), "pipe");

    // Letters typed are no keys of the window, and Esc closes.
    search(&mut harness, "1t");
    assert_eq!(harness.state().session().source.topic().unwrap().id(), "sharing-data");
    assert!(!harness.state().settings().dark);
    press(&mut harness, Key::Escape);
    assert!(harness.query_by_label("Search for").is_none());
    search(&mut harness, "nothing of this kind");
    assert!(shows(&harness, "Nothing is called so."));
}

#[test]
fn parameters_and_layout_are_reset() {
    let mut harness = app("shared-list");
    assert!(shows(&harness, "Reset parameters"), "the time scale is another one");
    click(&mut harness, Role::Button, "Reset parameters");
    let session = harness.state().session();
    assert_eq!(session.params, runs::topic("shared-list").default_params());
    assert!(harness.query_by_label("Reset parameters").is_none());
    let before = harness.state().regions().timeline;
    search(&mut harness, "reset layout");
    press(&mut harness, Key::Enter);
    harness.run_steps(3);
    assert_eq!(harness.state().regions().timeline, before);
}

#[test]
fn the_first_start_says_where_to_begin() {
    let mut app = App::new(Settings::default());
    app.welcome();
    let mut harness = common::harness_state([1024.0, 640.0], |ui, app: &mut App| app.ui(ui), app);
    harness.run_steps(3);
    for topic in ALL.iter() {
        harness.get_by_label(&format!("Begin with {}", topic.about().title));
    }
    // Where there are more than fit, the list is scrolled.
    let begin = |harness: &mut Harness<'static, App>, title: &str| {
        let name = format!("Begin with {title}");
        harness.get_by_role_and_label(Role::Button, &name).scroll_to_me();
        harness.run_steps(3);
        click(harness, Role::Button, &name);
    };
    begin(&mut harness, "My program");
    assert!(harness.state().session().program.is_some() && !shows(&harness, "Begin with"));
    click(&mut harness, Role::Button, "Begin");
    begin(&mut harness, "Process pool");
    let session = harness.state().session();
    assert_eq!(session.source.topic().unwrap().id(), "process-pool");
    assert!(session.asks().is_some(), "it asks before it runs");
    assert!(!shows(&harness, "Begin with"));
    press(&mut harness, Key::F1);
    press(&mut harness, Key::Escape);
}

#[test]
fn words_of_an_explanation_are_looked_up() {
    let mut session = Session::new(runs::topic("shared-list"));
    session.set_params(runs::params(runs::topic("shared-list"), "take-turns", &[]));
    let mut harness = app_of(session);
    harness.run_steps(3);
    // Before the question is answered or skipped there is no explanation.
    click(&mut harness, Role::Button, "Skip");
    let link = harness.get_all_by_role_and_label(Role::Link, "Critical section").next().unwrap();
    link.click();
    harness.run_steps(3);
    assert!(shows(&harness, "Steps on shared data that belong together"));
}

/// The whole program of an answer is run by Python, in the tab for programs, which shows what it does.
#[cfg(unix)]
#[test]
fn the_whole_program_is_run_in_the_tab_for_programs() {
    if !common::python::is_there() {
        return;
    }
    let mut harness = app("shared-list");
    assert!(shows(&harness, "A full answer has"));
    click(&mut harness, Role::Button, "Run the program");
    frames_until(&mut harness, "its end", |h| {
        let session = h.state().session();
        let program = session.program.as_ref();
        program.is_some_and(|program| program.ending.is_some()) && !session.is_running()
    });
    let session = harness.state().session();
    assert_eq!(session.status, RunStatus::Done);
    let meta = session.recording.trace.meta();
    assert!(meta.listings.iter().any(|l| l.file.ends_with("shared_list_answer.py")));
    assert!(meta.actors.len() > 2, "its threads");
    harness.run_steps(3);
    // There is no answer to a program of one's own: its explanation stands there.
    assert!(!shows(&harness, "A full answer has"));
    assert!(harness.query_by_label("Answer").is_none());
    assert!(shows(&harness, "Your own program"));
}
