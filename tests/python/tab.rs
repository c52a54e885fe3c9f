//! The tab for one's own program, by the names that a screen reader has.

use crate::common::runs::PROGRAM;
use crate::common::window::frames_until;
use crate::support::Programs;
use concurrency_lab::app::{App, Settings};
use concurrency_lab::topics::ALL;
use concurrency_lab::widgets::stage::RunStatus;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

/// The app on the tab, with a Python found.
fn on_the_tab() -> Harness<'static, App> {
    concurrency_lab::workers::use_program(PROGRAM);
    let mut harness = crate::common::app(App::new(Settings::default()));
    harness.run_steps(2);
    click(&mut harness, &format!("{} My program", ALL.len() + 1));
    frames_until(&mut harness, "a Python", |harness| {
        let program = harness.state().session().program.as_ref();
        program.is_some_and(|program| !program.is_looking())
    });
    harness
}

fn click(harness: &mut Harness<'static, App>, name: &str) {
    harness.get_by_label(name).click();
    harness.run_steps(3);
}

/// Draws the window into a file, where somebody wants to look at it.
fn picture(harness: &mut Harness<'static, App>, name: &str) {
    if let Some(folder) = std::env::var_os("CLAB_PICTURES") {
        let path = std::path::Path::new(&folder).join(format!("{name}.png"));
        harness.render().unwrap().save(path).unwrap();
    }
}

fn status(harness: &Harness<'static, App>) -> RunStatus {
    harness.state().session().status.clone()
}

#[test]
fn a_sample_hangs_is_explained_and_is_stopped() {
    let mut harness = on_the_tab();
    assert!(harness.query_by_label("Open a program first.").is_some());
    picture(&mut harness, "start");
    click(&mut harness, "two_forks.py");
    assert!(harness.query_by_label_contains("python3 two_forks.py").is_some());
    click(&mut harness, "Run");
    click(&mut harness, "Findings");
    frames_until(&mut harness, "the finding", |h| h.query_by_label("Deadlock").is_some());
    assert_eq!(status(&harness), RunStatus::Running, "it still hangs");
    picture(&mut harness, "hangs");
    assert!(harness.query_all_by_label_contains("fork").count() > 1, "its output is there");
    click(&mut harness, "Stop");
    frames_until(&mut harness, "the end", |h| !h.state().session().is_running());
    assert_eq!(status(&harness), RunStatus::Stopped);
    assert!(harness.query_by_label("Deadlock").is_some());
    click(&mut harness, "Code");
    assert!(harness.query_by_label("two_forks.py").is_some());
    picture(&mut harness, "stopped");
}

#[test]
fn a_dropped_file_is_run_and_is_spoken_to() {
    let text = "name = input('who? ')\nprint('hello', name)\n";
    let programs = Programs::new(&[("asks.py", text)]);
    let mut harness = on_the_tab();
    click(&mut harness, "1 Threads or processes?");
    let path = programs.file("asks.py");
    harness.state_mut().show_program(path.to_str().unwrap());
    harness.run_steps(2);
    click(&mut harness, "Run");
    frames_until(&mut harness, "its question", |h| h.query_by_label_contains("who?").is_some());
    harness.get_by_label("Input").focus();
    harness.run_steps(2);
    harness.get_by_label("Input").type_text("Ada");
    harness.run_steps(2);
    harness.key_press(egui::Key::Enter);
    frames_until(&mut harness, "the end", |h| !h.state().session().is_running());
    assert!(harness.query_by_label_contains("hello Ada").is_some());
    assert_eq!(status(&harness), RunStatus::Done);
    assert!(harness.query_by_label("exit status 0").is_some());
    picture(&mut harness, "done");
}
