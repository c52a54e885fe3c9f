//! The tab for one's own program, by the names that a screen reader has.

use crate::common::runs::PROGRAM;
use crate::common::window::frames_until;
use crate::support::Programs;
use concurrency_lab::app::command::Jump;
use concurrency_lab::app::session::Session;
use concurrency_lab::app::{App, Settings};
use concurrency_lab::topics::ALL;
use concurrency_lab::trace::EventKind;
use concurrency_lab::widgets::stage::RunStatus;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

/// The app on the tab, with a Python found.
fn on_the_tab() -> Harness<'static, App> {
    on_the_tab_with(Settings::default())
}

fn on_the_tab_with(settings: Settings) -> Harness<'static, App> {
    concurrency_lab::workers::use_program(PROGRAM);
    let mut harness = crate::common::app(App::new(settings));
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
    assert_eq!(harness.query_all_by_label_contains("plain variables are not recorded").count(), 1);
    click(&mut harness, "Code");
    assert!(harness.query_by_label("two_forks.py").is_some());
    picture(&mut harness, "stopped");
}

/// It is said while it hangs, too, and that a signal might help.
#[test]
fn a_wait_that_only_a_signal_could_end_is_named() {
    let text = include_str!("../python_findings/only_a_signal.py");
    let programs = Programs::new(&[("waits.py", text)]);
    let mut harness = on_the_tab();
    harness.state_mut().show_program(programs.file("waits.py").to_str().unwrap());
    harness.run_steps(2);
    click(&mut harness, "Run");
    click(&mut harness, "Findings");
    frames_until(&mut harness, "the finding", |harness| {
        harness.query_by_label("Only a signal could wake it").is_some()
    });
    assert_eq!(status(&harness), RunStatus::Running);
    assert!(harness.query_by_label("Nobody can go on").is_none());
    click(&mut harness, "Stop");
    frames_until(&mut harness, "the end", |h| !h.state().session().is_running());
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

#[test]
fn a_program_that_is_written_here_runs_and_is_kept() {
    let mut harness = on_the_tab();
    click(&mut harness, "Write or paste one");
    assert!(harness.query_by_label("Write a program first.").is_some());
    click(&mut harness, "two_forks.py");
    picture(&mut harness, "editor");
    let kept = harness.state().to_keep().program;
    assert!(kept.text.contains("Ada"), "{}", kept.text);
    harness.get_by_label("Program text").focus();
    harness.run_steps(2);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    harness.run_steps(2);
    harness.get_by_label("Program text").type_text("print(6 * 7)");
    harness.run_steps(3);
    click(&mut harness, "Run");
    frames_until(&mut harness, "the end", |h| !h.state().session().is_running());
    assert!(harness.query_all_by_label("42").next().is_some());
    assert_eq!(status(&harness), RunStatus::Done);
    let kept = harness.state().to_keep().program;
    assert_eq!(kept.text, "print(6 * 7)");
    // What was kept is there in the next start.
    let settings = Settings::from_text(&harness.state().to_keep().to_text());
    assert_eq!(settings.program, kept);
}

/// Below what the program has written, and, of its recording, below what was found: once in each.
#[test]
fn what_could_not_be_seen_is_said_once() {
    let programs = Programs::new(&[("waits.py", "import asyncio\nprint('done')\n")]);
    let mut harness = on_the_tab();
    harness.state_mut().show_program(programs.file("waits.py").to_str().unwrap());
    harness.run_steps(2);
    click(&mut harness, "Run");
    frames_until(&mut harness, "the end", |h| !h.state().session().is_running());
    click(&mut harness, "Findings");
    let said = |h: &Harness<'static, App>| {
        h.query_all_by_label_contains("Not seen: The tasks of asyncio are not recorded").count()
    };
    assert_eq!(said(&harness), 1);
    let trace = (*harness.state().session().recording.trace).clone();
    harness.state_mut().show(Session::recorded("waits", trace));
    harness.run_steps(3);
    assert_eq!(said(&harness), 1);
}

#[test]
fn the_time_limit_is_chosen_and_kept() {
    let settings = Settings::from_text(r#"{"program": {"limit": 1, "args": "a b"}}"#);
    let mut harness = on_the_tab_with(settings);
    assert!(harness.query_by_label("Time limit 1 s").is_some());
    click(&mut harness, "two_forks.py");
    assert!(harness.query_by_label_contains("two_forks.py a b").is_some());
    assert!(harness.query_by_label_contains("for at most 1 s").is_some());
    click(&mut harness, "Run");
    frames_until(&mut harness, "the end", |h| !h.state().session().is_running());
    assert!(matches!(status(&harness), RunStatus::Failed(why) if why.contains("ended after 1 s")));
    click(&mut harness, "Time limit 1 s");
    click(&mut harness, "none");
    assert_eq!(harness.state().to_keep().program.limit, 0);
}

/// A deadlock stays explained where the time limit ended it; the moment when it closed is one that matters, and its finding
/// says where each waits.
#[test]
fn a_deadlock_that_the_time_limit_ends_is_explained() {
    let mut harness = on_the_tab_with(Settings::from_text(r#"{"program": {"limit": 12}}"#));
    click(&mut harness, "two_forks.py");
    click(&mut harness, "Run");
    frames_until(&mut harness, "the end", |h| !h.state().session().is_running());
    harness.key_press(egui::Key::End);
    harness.run_steps(3);
    let says = |harness: &Harness<'static, App>, what: &str| {
        harness.query_all_by_label_contains(what).next().is_some()
    };
    assert!(says(&harness, "Deadlock: nobody can go on"));
    assert!(says(&harness, "Then the program was ended after 12 s, its time limit."));
    assert!(!says(&harness, "The run failed"));
    let closed = harness.state().session().target(Jump::Previous).unwrap();
    let trace = &harness.state().session().recording.trace;
    assert!(matches!(trace.events()[closed].kind, EventKind::WaitBegan { .. }));
    click(&mut harness, "Findings");
    assert!(says(&harness, "waits in two_forks.py, line"));
    picture(&mut harness, "limit");
}

/// A narrow field shows the end of a path, and all of it to whoever types there.
#[test]
fn a_narrow_field_shows_the_end_of_a_path() {
    let mut harness = on_the_tab();
    let path = format!("/tmp/{}/bank.py", ["a-long-folder"; 6].join("/"));
    harness.state_mut().show_program(&path);
    harness.run_steps(3);
    let shown = |harness: &Harness<'static, App>| {
        harness.get_by_label("Program path").accesskit_node().value().unwrap()
    };
    let short = shown(&harness);
    assert!(short.starts_with('…') && short.ends_with("/bank.py"), "{short}");
    harness.get_by_label("Program path").focus();
    harness.run_steps(3);
    assert_eq!(shown(&harness), path);
    let program = harness.state().session().program.as_ref().unwrap();
    assert_eq!(program.path, path);
}

#[test]
fn a_program_that_is_saved_runs_again() {
    let programs = Programs::new(&[("saved.py", "print('first')\n")]);
    let path = programs.file("saved.py");
    let mut settings = Settings::default();
    settings.program.again = true;
    let mut harness = on_the_tab_with(settings);
    harness.state_mut().show_program(path.to_str().unwrap());
    harness.run_steps(2);
    assert!(harness.query_by_label_contains("again when it is saved").is_some());
    // Later by the file system's clock, which may tick only a hundred times a second.
    std::thread::sleep(std::time::Duration::from_millis(50));
    std::fs::write(&path, "print('second, longer')\n").unwrap();
    frames_until(&mut harness, "the run", |h| {
        h.query_by_label_contains("second, longer").is_some() && !h.state().session().is_running()
    });
    assert_eq!(harness.state().to_keep().program.recent, [path.to_str().unwrap()]);
    // Nothing runs again without another save.
    std::thread::sleep(std::time::Duration::from_millis(700));
    harness.run_steps(3);
    assert!(!harness.state().session().is_running());
}
