//! The choice between this program and Python, in the window and on the command line.

use crate::common::runs::{self, PROGRAM};
use crate::common::window::frames_until;
use crate::support::Programs;
use concurrency_lab::app::command::{GuessCommand, RunCommand};
use concurrency_lab::app::engine::Python;
use concurrency_lab::app::session::Session;
use concurrency_lab::app::{App, Settings};
use concurrency_lab::trace::{Engine, RecordedBy};
use concurrency_lab::widgets::stage::RunStatus;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::sync::Arc;

fn app(settings: Settings) -> Harness<'static, App> {
    concurrency_lab::workers::use_program(PROGRAM);
    let mut harness = crate::common::app(App::new(settings));
    harness.run_steps(2);
    harness
}

fn click(harness: &mut Harness<'static, App>, name: &str) {
    harness.get_by_label(name).click();
    harness.run_steps(3);
}

#[test]
fn a_tab_is_run_by_python_and_stays_so() {
    let questions = Settings { questions: false, ..Settings::default() };
    let mut harness = app(questions);
    click(&mut harness, "Run as This program");
    frames_until(&mut harness, "a Python", |harness| {
        matches!(harness.state().session().python, Python::Found(_))
    });
    harness.run_steps(2);
    harness.get_by_label_contains(", recorded").click();
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("Run as Python 3.").is_some());
    click(&mut harness, "Run");
    frames_until(&mut harness, "the end", |harness| {
        harness.state().session().status == RunStatus::Done
    });
    harness.run_steps(2);
    let meta = harness.state().session().recording.trace.meta().clone();
    assert_eq!((meta.topic.as_str(), meta.recorder), ("shared-list", RecordedBy::Python));
    let said = format!("{} {}, recorded", meta.program.name, meta.program.version);
    assert!(harness.query_by_label(&said).is_some(), "{said}");
    assert!(harness.query_all_by_label_contains("left: ").count() > 0, "its output is there");
    assert!(harness.query_by_label("exit status 0").is_some());
    let session = harness.state().session();
    let outcome = session.outcome.clone().unwrap();
    assert!(outcome["added"].as_u64().unwrap() > 0 && outcome["empty_attempts"].is_null());
    assert_eq!(outcome["expected"], outcome["actual"]);
    assert!(session.conclusion.is_none(), "nothing is concluded");
    let kept = harness.state().to_keep();
    assert_eq!(kept.tab("shared-list").unwrap().engine, Engine::Python);
    let read = Settings::from_text(&kept.to_text());
    let again = App::new(read);
    assert_eq!(again.session().engine, Engine::Python);
}

#[test]
fn where_there_is_no_python_a_sentence_says_so() {
    let wake = Arc::new(|| ()) as concurrency_lab::app::session::Wake;
    let mut session = Session::new(runs::topic("shared-list"));
    session.set_python(&Python::Missing("No Python was found".to_owned()), &wake);
    assert_eq!(session.refusal(), None, "this program needs none");
    session.run(RunCommand::Engine(Engine::Python), &wake);
    assert_eq!(session.refusal(), Some("No Python was found"));
    session.run(RunCommand::Start, &wake);
    assert!(!session.is_running());
    session.run(RunCommand::Engine(Engine::Rust), &wake);
    assert_eq!(session.refusal(), None);
}

#[test]
fn nothing_is_asked_of_a_run_of_python() {
    let mut harness = app(Settings::default());
    let python = concurrency_lab::python::find(None).unwrap();
    let mut session = Session::new(runs::topic("shared-list"));
    session.set_engine(Engine::Python);
    let wake = Arc::new(|| ()) as concurrency_lab::app::session::Wake;
    session.set_python(&Python::Found(python), &wake);
    harness.state_mut().show(session);
    harness.run_steps(2);
    assert!(harness.state().session().asks().is_none(), "it is about a run by this program");
    click(&mut harness, "Run");
    frames_until(&mut harness, "the end", |harness| {
        harness.state().session().status == RunStatus::Done
    });
    assert!(harness.state().session().guesses.all().is_empty());
}

/// A run by Python leaves what a run by this program has decided, and shows it no more.
#[test]
fn a_run_of_python_judges_no_guess() {
    let wake = Arc::new(|| ()) as concurrency_lab::app::session::Wake;
    let mut session = Session::new(runs::topic("shared-list"));
    session.set_params(runs::params(runs::topic("shared-list"), "quick-ten", &["time_scale=0.05"]));
    let to_the_end = |session: &mut Session| {
        session.run(RunCommand::Start, &wake);
        assert!(session.is_running());
        while session.is_running() {
            session.update(0.0);
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        assert_eq!(session.status, RunStatus::Done);
    };
    session.guess(GuessCommand::Choose(0));
    to_the_end(&mut session);
    assert!(session.guesses.shown().is_some());
    let mark = session.guesses.all()[0].mark();
    session.set_python(&Python::Found(concurrency_lab::python::find(None).unwrap()), &wake);
    session.set_engine(Engine::Python);
    to_the_end(&mut session);
    assert!(session.guesses.shown().is_none());
    assert_eq!(session.guesses.all()[0].mark(), mark);
}

#[test]
fn the_command_records_which_engine_ran_it() {
    let programs = Programs::new(&[]);
    let record = programs.file("run.clab");
    let run = |args: &[&str]| {
        let mut command = std::process::Command::new(PROGRAM);
        command.args(["run", "shared-list", "--preset", "five", "--set", "time_scale=0.05"]);
        command.args(args).output().unwrap()
    };
    let output = run(&["--engine", "python", "--record", record.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("by CPython 3."), "{said}");
    assert!(said.contains("  | left: "), "{said}");
    let opened = concurrency_lab::export::recording::open(&record).unwrap();
    let meta = opened.trace.meta();
    assert_eq!((meta.preset.as_str(), meta.recorder), ("five", RecordedBy::Python));
    assert_eq!(meta.listings[0].file, "five.py");
    assert!(meta.listings[0].text.contains("ADD_PAUSE = 0.005"), "{}", meta.listings[0].text);
    // Of the outcome it has what its trace tells.
    let session = Session::recorded("run", opened.trace);
    let outcome = session.outcome.as_ref().unwrap();
    assert_eq!((outcome["added"].as_u64(), outcome["empty_attempts"].is_null()), (Some(5), true));
    assert!(session.conclusion.is_none() && session.is_of_a_listing());
    assert!(said.contains("  added: 5\n") && said.contains("  empty_attempts: null\n"), "{said}");
    assert_eq!((session.engine, session.earlier()), (Engine::Python, None));
    for (args, status, part) in [
        (&["--engine", "python", "--python", "/nowhere/python"][..], 1, "there is no such program"),
        (&["--python", "python3"], 2, "add --engine python"),
        (&["--engine", "perl"], 2, "perl"),
    ] {
        let output = run(args);
        let complained = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{complained}");
        assert!(complained.contains(part) && complained.lines().count() == 1, "{complained}");
    }
}
