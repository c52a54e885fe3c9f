//! Files chosen in dialogs of the desktop: asked for, answered later or never, and the way on without them.

use super::common::runs::{self, topic};
use super::common::window::{frames_until, frames_until_the_end};
use super::{controls, zoom};
use concurrency_lab::app::dialog::{Answer, Desktop, Kind, Request, Tell};
use concurrency_lab::app::figures::FigureLook;
use concurrency_lab::app::session::Session;
use concurrency_lab::app::{App, Settings};
use concurrency_lab::export::{open, trace_events::Watch};
use concurrency_lab::topics::ALL;
use concurrency_lab::trace::Trace;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// A desktop whose user is the test: every dialog stays open until it is answered.
#[derive(Clone, Default)]
struct Desk(Arc<Mutex<Vec<Asked>>>);

/// A dialog, with whom to answer as long as it is open.
type Asked = (Request, Option<Tell>);

impl Desktop for Desk {
    fn ask(&mut self, request: Request, tell: Tell) {
        self.0.lock().unwrap().push((request, Some(tell)));
    }
}

impl Desk {
    fn asked(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    fn last(&self) -> Request {
        self.0.lock().unwrap().last().unwrap().0.clone()
    }

    /// Whoever answers it.
    fn tell(&self) -> Tell {
        self.0.lock().unwrap().last_mut().unwrap().1.take().unwrap()
    }

    fn chooses(&self, path: &Path) {
        self.tell()(Answer::Chosen(path.to_owned()));
    }
}

struct Window {
    harness: Harness<'static, App>,
    desk: Desk,
    /// Where files go that nobody chooses a place for, and where the user chooses them.
    usual: TempDir,
    own: TempDir,
}

/// The app after a run on topic 4, on such a desktop.
fn window() -> Window {
    let (usual, own, desk) = (TempDir::new().unwrap(), TempDir::new().unwrap(), Desk::default());
    let folder = usual.path().to_str().unwrap().to_owned();
    let figure = FigureLook { caption: false, ..FigureLook::default() };
    let mut app = App::new(Settings { folder, figure, questions: false, ..Settings::default() });
    app.set_desktop(desk.clone());
    let mut session = Session::new(topic("shared-list"));
    session.set_params(runs::params(topic("shared-list"), "quick-ten", &["time_scale=0.02"]));
    app.show(session);
    let mut harness = crate::common::app(app);
    harness.get_by_label("Run").click();
    harness.run_steps(2);
    frames_until_the_end(&mut harness);
    Window { harness, desk, usual, own }
}

impl Window {
    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run_steps(3);
    }

    fn save(&mut self) {
        self.press(Modifiers::COMMAND, Key::S);
    }

    fn click(&mut self, name: &str) {
        self.harness.get_by_label(name).click();
        self.harness.run_steps(4);
    }

    fn shows(&self, part: &str) -> bool {
        self.harness.query_all_by_label_contains(part).next().is_some()
    }

    fn until_it_says(&mut self, part: &str) {
        frames_until(&mut self.harness, part, |harness| {
            harness.query_all_by_label_contains(part).next().is_some()
        });
    }

    /// Whether a file is a recording of the run that is shown.
    fn has_the_run(&self, path: &Path) -> bool {
        let opened = open::open(path, &Arc::new(Watch::default())).unwrap();
        opened.trace().0.events() == self.harness.state().session().recording.trace.events()
    }
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path()).unwrap();
    let name = |entry: std::fs::DirEntry| entry.file_name().into_string().unwrap();
    let mut names: Vec<String> = entries.map(|entry| name(entry.unwrap())).collect();
    names.sort();
    names
}

#[test]
fn a_recording_goes_where_it_is_chosen() {
    let mut window = window();
    window.save();
    let asked = window.desk.last();
    assert_eq!((asked.kind, asked.name.as_str()), (Kind::Save, "shared-list-quick-ten.clab"));
    assert_eq!(asked.folder, window.usual.path());
    // One at a time, whatever is asked for.
    window.save();
    window.press(Modifiers::NONE, Key::F12);
    assert_eq!(window.desk.asked(), 1);
    let path = window.own.path().join("mine.clab");
    // The dialog has asked whether it is replaced.
    std::fs::write(&path, "what was there").unwrap();
    window.desk.chooses(&path);
    window.until_it_says("Saved");
    assert!(window.has_the_run(&path));

    // A name without an ending gets it, and what has that name stays as it is.
    window.save();
    assert_eq!(window.desk.last().folder, window.own.path(), "where the last one went");
    window.desk.chooses(&window.own.path().join("mine"));
    window.until_it_says("mine-2.clab");
    assert!(window.has_the_run(&window.own.path().join("mine-2.clab")));
    assert_eq!(names(&window.own), ["mine-2.clab", "mine.clab"]);
    assert_eq!(names(&window.usual), [""; 0]);
}

#[test]
fn a_dialog_that_is_closed_saves_nothing() {
    let mut window = window();
    for key in [(Modifiers::COMMAND, Key::S), (Modifiers::NONE, Key::F12)] {
        window.press(key.0, key.1);
        window.desk.tell()(Answer::Cancelled);
        window.until_it_says("nothing is saved");
    }
    assert_eq!((names(&window.usual), names(&window.own)), (vec![], vec![]));
}

/// Whether it fails at once, breaks off, or there is no answer: what was to be saved is in its folder, as it was when it was
/// asked for.
#[test]
fn without_a_dialog_files_go_into_their_folder() {
    let mut window = window();
    window.save();
    window.desk.tell()(Answer::Failed("the session has no D-Bus".to_owned()));
    let said = "There is no file dialog here: the session has no D-Bus. Saved ";
    window.until_it_says(said);
    assert_eq!(names(&window.usual), ["shared-list-quick-ten.clab"]);
    // It is asked for again, as it may be there by now; the same is not said again.
    window.click("Close");
    window.save();
    assert_eq!(window.desk.asked(), 2);
    window.desk.tell()(Answer::Failed("the session has no D-Bus".to_owned()));
    window.until_it_says("shared-list-quick-ten-2.clab");
    assert!(!window.shows("There is no file dialog"));
    // Another reason is news.
    window.click("Close");
    window.save();
    window.desk.tell()(Answer::Failed("the session's D-Bus hung up".to_owned()));
    window.until_it_says("There is no file dialog here: the session's D-Bus hung up. Saved ");
    // One that began late asks where the run goes.
    window.click("Close");
    window.save();
    window.desk.chooses(&window.own.path().join("asked.clab"));
    window.until_it_says("asked.clab");
    assert_eq!(names(&window.own), ["asked.clab"]);
    // Who wants to choose is told why not.
    window.click("Open Ctrl O");
    window.click("Choose…");
    assert_eq!(window.desk.asked(), 5);
    drop(window.desk.tell());
    window.until_it_says("it ended without an answer. Write its path instead.");
    assert!(window.shows("Open file"), "its field is still there");
}

#[test]
fn a_dialog_that_never_answers_is_done_without() {
    let mut window = window();
    window.save();
    assert!(!window.shows("A file dialog of the desktop is open"));
    window.harness.run_steps(90);
    assert!(window.shows("A file dialog of the desktop is open"));
    // The window is as usable as ever.
    window.press(Modifiers::NONE, Key::Num5);
    assert_eq!(window.harness.state().session().source.title(), "Sharing data");
    window.click("Go on without it");
    window.until_it_says("Saved");
    assert_eq!(names(&window.usual), ["shared-list-quick-ten.clab"]);
    // An answer that comes after that is nobody's.
    window.desk.chooses(&window.own.path().join("late.clab"));
    window.harness.run_steps(10);
    assert_eq!(names(&window.own), [""; 0]);
    // And the next one is asked for again.
    window.press(Modifiers::NONE, Key::Num4);
    window.save();
    assert_eq!(window.desk.asked(), 2);
    let tell = window.desk.tell();
    drop(window);
    tell(Answer::Cancelled);
}

/// A figure is of the instant at which it was asked for, and in the format of the name that is chosen.
#[test]
fn a_figure_is_of_its_instant() {
    let mut window = window();
    let figure = |window: &mut Window, name: &str, later: bool| {
        window.press(Modifiers::NONE, Key::Home);
        window.press(Modifiers::NONE, Key::F12);
        assert!(window.desk.last().name.ends_with("-stage.png"), "{:?}", window.desk.last());
        if later {
            window.press(Modifiers::NONE, Key::End);
        }
        window.desk.chooses(&window.own.path().join(name));
        window.until_it_says(name);
        std::fs::read_to_string(window.own.path().join(name)).unwrap()
    };
    let at_once = figure(&mut window, "a.svg", false);
    let later = figure(&mut window, "b.svg", true);
    assert!(at_once.starts_with("<svg") || at_once.starts_with("<?xml"), "{:.80}", at_once);
    assert!(at_once == later, "the cursor was at the end when the name was chosen");
}

#[test]
fn what_is_chosen_is_opened() {
    let mut window = window();
    window.save();
    let path = window.own.path().join("one.clab");
    window.desk.chooses(&path);
    window.until_it_says("Saved");
    let events = window.harness.state().session().recording.trace.events().len();
    window.press(Modifiers::NONE, Key::Num5);
    window.press(Modifiers::COMMAND, Key::O);
    window.click("Choose…");
    assert_eq!(window.desk.last().kind, Kind::Open);
    window.desk.chooses(&path);
    frames_until(&mut window.harness, "the recording", |harness| {
        harness.state().session().recording.trace.events().len() == events
    });
    assert!(!window.shows("Open file"), "the window for that is closed");

    window.click("Figure F12");
    window.click("Choose…");
    assert_eq!(window.desk.last().kind, Kind::Folder);
    window.desk.chooses(window.own.path());
    window.harness.run_steps(3);
    assert_eq!(Path::new(&window.harness.state().settings().folder), window.own.path());
    window.press(Modifiers::NONE, Key::Escape);

    window.click("Report");
    window.click("Write report");
    let usual = window.usual.path().to_owned();
    window.desk.chooses(&usual);
    window.until_it_says("report.html");
    assert_eq!(names(&window.usual), ["concurrency-lab-report"]);
}

#[cfg(unix)]
#[test]
fn a_program_and_its_python_are_chosen() {
    let mut window = window();
    window.click(&format!("{} My program", ALL.len() + 1));
    for size in [[1024.0, 640.0], [1440.0, 900.0]] {
        window.harness.set_size(size.into());
        window.harness.run_steps(4);
        let all = controls(&window.harness);
        let overlap = zoom::overlap(&all);
        assert!(overlap.is_none(), "{size:?}: {overlap:#?}");
    }
    window.click("Open a file…");
    assert_eq!(window.desk.last().files.unwrap().1, ["py", "pyw"]);
    let path = window.own.path().join("with space.py");
    std::fs::write(&path, "print(1)\n").unwrap();
    window.desk.chooses(&path);
    window.until_it_says("with space.py is ready");
    let looked = |harness: &Harness<'static, App>| {
        !harness.state().session().program.as_ref().unwrap().is_looking()
    };
    frames_until(&mut window.harness, "the Pythons", looked);
    // Another Python: a script that ends in one, by a path that nobody would find.
    let python = window.own.path().join("my python");
    let real = concurrency_lab::python::find(None).unwrap().file;
    std::fs::write(&python, format!("#!/bin/sh\nexec '{}' \"$@\"\n", real.display())).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&python, mode).unwrap();
    let field = window.harness.query_all_by_label_contains("Interpreter ").next().unwrap();
    field.click();
    window.harness.run_steps(4);
    window.click("Choose another Python…");
    window.desk.chooses(&python);
    let chosen = |harness: &Harness<'static, App>| -> Option<PathBuf> {
        let program = harness.state().session().program.as_ref()?;
        program.interpreters.get(program.chosen).map(|python| python.path.clone())
    };
    frames_until(&mut window.harness, "the Python", |harness| {
        chosen(harness).as_ref() == Some(&python)
    });
}

#[test]
fn a_recording_to_compare_is_chosen() {
    let mut window = window();
    window.save();
    let path = window.own.path().join("one.clab");
    window.desk.chooses(&path);
    window.until_it_says("Saved");
    window.click("Close");
    window.click("Compare");
    window.harness.get_by_label("Compare 1 run");
    window.click("Choose…");
    assert_eq!(window.desk.last().kind, Kind::Open);
    window.desk.chooses(&path);
    window.until_it_says("Compare 2 runs");
    assert!(window.shows("one.clab"));
    let all = controls(&window.harness);
    let overlap = zoom::overlap(&all);
    assert!(overlap.is_none(), "{overlap:#?}");
}

/// What is chosen to be left out is left out of the file, and said; the tab has it still.
#[test]
fn a_recording_is_saved_without_what_is_left_out() {
    let values = |trace: &Trace| {
        let mut count = 0;
        for mut event in trace.events().iter().copied() {
            event.kind.each_value(|item| count += usize::from(item.as_int().is_some()));
        }
        count
    };
    let mut window = window();
    window.click("Export");
    window.click("values");
    assert!(window.shows("As chosen, it holds the program's text, output and paths."));
    window.press(Modifiers::NONE, Key::Escape);
    window.save();
    let path = window.own.path().join("less.clab");
    window.desk.chooses(&path);
    window.until_it_says("less.clab – it holds the program's text, output and paths");
    let opened = open::open(&path, &Arc::new(Watch::default())).unwrap();
    assert_eq!(values(&opened.trace().0), 0);
    assert!(values(&window.harness.state().session().recording.trace) > 0);
}
