//! Figures from the window: saved, copied, refused.
#![allow(clippy::unwrap_used)]

mod common;

use common::runs;
use common::window::{frames_until, frames_until_the_end};
use concurrency_lab::app::figures::FigureLook;
use concurrency_lab::app::picture::{self, FigureSpec, Part, PictureSpec};
use concurrency_lab::app::playback::At;
use concurrency_lab::app::session::Session;
use concurrency_lab::app::{App, Settings};
use concurrency_lab::export::png;
use egui::{Key, OutputCommand, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// The app on topic 4 after a run, with figures going into a folder.
fn app(folder: &Path, figure: FigureLook, end: bool) -> Harness<'static, App> {
    let folder = folder.to_str().unwrap().to_owned();
    let topic = runs::topic("shared-list");
    let mut session = Session::new(topic);
    let pace = if end { "time_scale=0.02" } else { "time_scale=1" };
    session.set_params(runs::params(topic, if end { "quick-ten" } else { "take-turns" }, &[pace]));
    let mut app = App::new(Settings { folder, figure, questions: false, ..Settings::default() });
    app.show(session);
    let mut harness = common::app(app);
    harness.get_by_label("Run").click();
    harness.run_steps(2);
    if end {
        frames_until_the_end(&mut harness);
    } else {
        frames_until(&mut harness, "some events", |harness| {
            harness.state().session().recording.trace.events().len() > 5
        });
    }
    harness
}

fn press(harness: &mut Harness<'static, App>, key: Key) {
    harness.key_press(key);
    harness.run_steps(2);
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn says(harness: &Harness<'static, App>, what: &str) -> bool {
    harness.query_all_by_label_contains(what).next().is_some()
}

/// F12 writes what `render` would write of the same run for that instant, byte for byte.
#[test]
fn f12_saves_what_render_draws() {
    for (part, scale, dark) in
        [(Part::Stage, 2, false), (Part::Timeline, 1, true), (Part::Window, 1, false)]
    {
        let folder = TempDir::new().unwrap();
        let look = FigureLook { part, scale, dark, ..FigureLook::default() };
        let mut harness = app(folder.path(), look, true);
        press(&mut harness, Key::Home);
        for _ in 0..12 {
            press(&mut harness, Key::ArrowRight);
        }
        press(&mut harness, Key::F12);
        frames_until(&mut harness, "the figure", |harness| says(harness, "Saved"));
        let files = files(folder.path());
        let [file] = &files[..] else { panic!("{files:?}") };
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with("shared-list-quick-ten-") && name.ends_with(".png"), "{name}");

        let session = harness.state().session();
        let (trace, at) = (session.recording.trace.as_ref().clone(), session.now());
        let size = harness.ctx.viewport_rect().size().into();
        let (scale, page) = (scale.into(), harness.state().settings().page);
        let spec = PictureSpec { size, scale, dark, part, page, at: At::Time(at) };
        let mut other = picture::at(Session::recorded("", trace), &spec);
        other.recording.made = session.recording.made.clone();
        let spec = FigureSpec { picture: spec, caption: true, paper: None };
        let drawn = picture::image(other, &spec).unwrap();
        assert!(fs::read(file).unwrap() == png::encode(&drawn).unwrap(), "{part:?}");
    }
}

/// While a run goes on, the figure is of the instant that is shown, and the run is none the worse for it.
#[test]
fn a_figure_can_be_taken_during_a_run() {
    let folder = TempDir::new().unwrap();
    let mut harness = app(folder.path(), FigureLook::default(), false);
    press(&mut harness, Key::F12);
    frames_until(&mut harness, "the figure", |harness| says(harness, "Saved"));
    assert!(harness.state().session().is_running());
    assert_eq!(files(folder.path()).len(), 1);
    harness.get_by_label("Stop").click();
    frames_until_the_end(&mut harness);
    runs::check(
        &harness.state().session().recording.trace,
        &harness.state().session().recording.replay,
    );
}

/// A copy of so much would hold up the window.
#[test]
fn of_a_long_run_that_goes_on_no_figure_is_taken() {
    let folder = TempDir::new().unwrap();
    let topic = runs::topic("shared-list");
    let mut session = Session::new(topic);
    let sets = ["adders=16", "removers=1", "adds=20000", "attempts=0", "hold=0", "time_scale=0"];
    session.set_params(runs::params(topic, "contended", &sets));
    let to = folder.path().to_str().unwrap().to_owned();
    let mut app = App::new(Settings { folder: to, questions: false, ..Settings::default() });
    app.show(session);
    let mut harness = common::app(app);
    harness.get_by_label("Run").click();
    harness.run_steps(2);
    frames_until(&mut harness, "many events", |harness| {
        harness.state().session().recording.trace.events().len() > 1_000_000
    });
    assert!(harness.state().session().is_running());
    press(&mut harness, Key::F12);
    assert!(says(&harness, "This run has over a million events and goes on"));
    frames_until_the_end(&mut harness);
    press(&mut harness, Key::F12);
    frames_until(&mut harness, "the figure", |harness| says(harness, "Saved"));
    assert_eq!(files(folder.path()).len(), 1);
}

#[test]
fn two_figures_of_one_instant_are_two_files() {
    let folder = TempDir::new().unwrap();
    let mut harness = app(folder.path(), FigureLook { scale: 1, ..FigureLook::default() }, true);
    press(&mut harness, Key::End);
    for number in 1..=2 {
        press(&mut harness, Key::F12);
        frames_until(&mut harness, "the figure", |_| files(folder.path()).len() == number);
        frames_until(&mut harness, "the sentence", |harness| says(harness, "Saved"));
        harness.get_by_label("Close").click();
        harness.run_steps(2);
    }
}

#[test]
fn a_folder_that_is_not_there_gives_a_sentence() {
    let folder = TempDir::new().unwrap();
    let nowhere = folder.path().join("no such folder");
    let mut harness = app(&nowhere, FigureLook::default(), true);
    press(&mut harness, Key::F12);
    frames_until(&mut harness, "the sentence", |harness| says(harness, "could not be written to"));
    assert!(says(&harness, "Choose another folder"));
    assert!(files(folder.path()).is_empty());
    harness.get_by_label("Close").click();
    harness.run_steps(2);
    assert!(!says(&harness, "could not be written to"));
}

/// What was saved is said until the next click beside it.
#[test]
fn what_was_saved_is_said_until_the_next_click() {
    let folder = TempDir::new().unwrap();
    let mut harness = app(folder.path(), FigureLook { scale: 1, ..FigureLook::default() }, true);
    press(&mut harness, Key::F12);
    frames_until(&mut harness, "the sentence", |harness| says(harness, "Saved"));
    harness.run_steps(3);
    let at = harness.get_by_label_contains("Saved").rect().center();
    for (pos, stays) in [(at, true), (egui::pos2(400.0, 300.0), false)] {
        for pressed in [true, false] {
            let (button, modifiers) = (egui::PointerButton::Primary, egui::Modifiers::NONE);
            harness.event(egui::Event::PointerMoved(pos));
            harness.event(egui::Event::PointerButton { pos, button, pressed, modifiers });
            harness.run_steps(2);
        }
        assert_eq!(says(&harness, "Saved"), stays);
    }
}

#[test]
fn before_a_run_there_is_nothing_to_save() {
    let mut app = App::new(Settings::default());
    app.show(Session::new(runs::topic("shared-list")));
    let mut harness = common::app(app);
    harness.run_steps(2);
    press(&mut harness, Key::F12);
    assert!(says(&harness, "run something first"));
}

/// By the choices in the window: what, how large, copied.
#[test]
fn a_figure_is_copied_as_chosen() {
    let folder = TempDir::new().unwrap();
    let mut harness = app(folder.path(), FigureLook::default(), true);
    let click = |harness: &mut Harness<'static, App>, name: &str| {
        harness.get_by_label(name).click();
        harness.run_steps(4);
    };
    click(&mut harness, "Figure F12");
    for name in ["Lanes", "3×", "Dark"] {
        click(&mut harness, name);
    }
    let look = FigureLook { part: Part::Timeline, scale: 3, dark: true, ..FigureLook::default() };
    assert_eq!(harness.state().settings().figure, look);
    click(&mut harness, "Copy");
    let mut copied = None;
    for _ in 0..2_000 {
        harness.step();
        for command in &harness.output().platform_output.commands {
            if let OutputCommand::CopyImage(image) = command {
                copied = Some(image.size);
            }
        }
        if copied.is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let lanes = harness.state().regions().timeline.size();
    let Some([width, height]) = copied else { panic!("nothing was copied") };
    assert!((width as f32 - 3.0 * lanes.x).abs() <= 3.0, "{width} of {lanes}");
    assert!((height as f32 - 3.0 * lanes.y).abs() <= 3.0, "{height} of {lanes}");
    assert!(files(folder.path()).is_empty());
}

/// The runs in the tabs as a report, in a new folder each time.
#[test]
fn a_report_is_written_from_the_window() {
    let folder = TempDir::new().unwrap();
    let mut harness = app(folder.path(), FigureLook::default(), true);
    for name in ["concurrency-lab-report", "concurrency-lab-report-2"] {
        harness.get_by_label("Report").click();
        harness.run_steps(4);
        assert!(says(&harness, "Of Lock and list (quick-ten): a page"));
        harness.get_by_role_and_label(Role::TextInput, "Author").focus();
        harness.run_steps(2);
        harness.get_by_role_and_label(Role::TextInput, "Author").type_text("Ada");
        harness.run_steps(2);
        harness.get_by_label("Write report").click();
        harness.run_steps(2);
        frames_until(&mut harness, "the report", |harness| says(harness, "Saved"));
        let page = fs::read_to_string(folder.path().join(name).join("report.html")).unwrap();
        assert!(page.contains("preset quick-ten") && page.contains("<p class=\"by\">Ada"));
        harness.get_by_label("Close").click();
        harness.run_steps(2);
    }
}

/// A file as a window system drops it.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }
    fn bytes(&self) -> Result<Vec<u8>, String> {
        fs::read(&self.0).map_err(|error| error.to_string())
    }
}

/// Ctrl+S saves the run; the file dropped on another window shows it as it was.
#[test]
fn a_run_is_saved_and_dropped_on_a_window() {
    let folder = TempDir::new().unwrap();
    let mut harness = app(folder.path(), FigureLook::default(), true);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::S);
    frames_until(&mut harness, "the file", |harness| says(harness, "Saved"));
    let file = folder.path().join("shared-list-quick-ten.clab");
    assert_eq!(files(folder.path()), std::slice::from_ref(&file));

    let mut other = common::app(App::new(Settings::default()));
    other.run_steps(2);
    let drop = |harness: &mut Harness<'static, App>, path: &Path| {
        harness.input_mut().dropped_files.push(Arc::new(Dropped(path.to_owned())));
        harness.step();
    };
    drop(&mut other, &file);
    frames_until(&mut other, "the recording", |other| {
        !other.state().session().recording.trace.events().is_empty()
    });
    let (one, two) = (harness.state().session(), other.state().session());
    assert!(one.recording.trace.events() == two.recording.trace.events());
    assert_eq!((&one.outcome, &one.status), (&two.outcome, &two.status));
    assert_eq!(one.findings, two.findings);

    let wrong = folder.path().join("wrong.clab");
    fs::write(&wrong, "something else").unwrap();
    drop(&mut other, &wrong);
    frames_until(&mut other, "the sentence", |other| says(other, "is no recording"));
}
