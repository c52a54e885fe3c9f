//! The desktop's own dialogs for files: asked for, answered some time later, and never waited for.
//!
//! One is open at a time; whoever asks for another meanwhile gets nothing. Where the desktop has none, one sentence says why,
//! what was to be saved goes into the folder for that, and what was to be opened has its own field in the window. That holds
//! for this one dialog: the next is asked for again, as the desktop may have begun late.

#[cfg(all(unix, not(target_os = "macos")))]
mod portal;
#[cfg(not(all(unix, not(target_os = "macos"))))]
mod system;
mod wait;

#[cfg(all(unix, not(target_os = "macos")))]
pub use portal::System;
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub use system::System;

use super::App;
use super::command::CompareCommand;
use super::controls::choice;
use super::figures::folder;
use super::files::Place;
use super::later::Later;
use crate::widgets::theme::{GRID, HAIRLINE, RADIUS, Theme};
use egui::{Align2, Area, Frame, Id, Margin, RichText, Stroke, Ui, vec2};
use std::path::{Path, PathBuf};
use std::task::Poll;
use std::time::Duration;

/// A dialog that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is chosen.
    pub kind: Kind,
    /// What stands at its head.
    pub title: &'static str,
    /// Which files are offered: what they are called, and how their names end.
    pub files: Option<(&'static str, &'static [&'static str])>,
    /// Where it begins.
    pub folder: PathBuf,
    /// The name that is proposed for what is saved.
    pub name: String,
}

/// What is chosen in a dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file that is there.
    Open,
    /// A file that is written; of one that is there the dialog has asked whether it is replaced.
    Save,
    /// A folder.
    Folder,
}

/// What came of a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// This was chosen.
    Chosen(PathBuf),
    /// Nothing was chosen.
    Cancelled,
    /// There is no dialog, with a clause that says why.
    Failed(String),
}

/// Takes the answer, on any thread. Dropped without one, it counts as failed.
pub type Tell = Box<dyn FnOnce(Answer) + Send>;

/// Whoever has dialogs.
pub trait Desktop {
    /// Opens one. Returns at once, and calls `tell` when it is closed.
    fn ask(&mut self, request: Request, tell: Tell);
}

/// What a file is chosen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browse {
    /// The program of the tab for that.
    Program,
    /// The Python that runs it.
    Interpreter,
    /// A recording, or a trace of another tool.
    Recording,
    /// One that is set beside others.
    Compared,
    /// The folder for what is saved.
    Folder,
}

/// Writes something somewhere.
type Write = dyn FnOnce(&mut App, Place);

/// What is done with what is chosen.
pub(super) enum Then {
    Open(Browse),
    Write(Box<Write>),
}

/// A dialog that is open.
struct Open {
    told: Later<Answer>,
    kind: Kind,
    then: Then,
}

/// The dialogs of the window.
#[derive(Default)]
pub(super) struct Dialogs {
    desktop: Option<Box<dyn Desktop>>,
    open: Option<Open>,
    /// Since when it is, in the time of the window.
    since: Option<f64>,
    /// Why the last one was none.
    none: Option<String>,
    /// Where the last file was chosen.
    last: Option<PathBuf>,
}

/// How long one is open before the window says so, in seconds: that there is none shows sooner.
const SAID_AFTER: f64 = 1.2;

impl App {
    /// Has files chosen in the dialogs of a desktop. Without one there are none.
    pub fn set_desktop(&mut self, desktop: impl Desktop + 'static) {
        self.dialogs.desktop = Some(Box::new(desktop));
    }

    /// The folder that what is saved goes into, where no dialog asks for a place, as far as is known.
    pub(super) fn saved_into(&self) -> Option<PathBuf> {
        let asks = self.dialogs.desktop.is_some() && self.dialogs.none.is_none();
        (!asks).then(|| folder(&self.settings.folder))
    }

    /// Has a file chosen that is there, or a folder.
    pub(super) fn browse(&mut self, what: Browse) {
        let (kind, title, files) = match what {
            Browse::Program => (Kind::Open, "Open a Python program", Some(PROGRAMS)),
            Browse::Interpreter => (Kind::Open, "Choose a Python", None),
            Browse::Recording => (Kind::Open, "Open a recording", Some(RECORDINGS)),
            Browse::Compared => (Kind::Open, "Add a recording", Some(RECORDINGS)),
            Browse::Folder => (Kind::Folder, "Folder for what is saved", None),
        };
        self.ask(kind, title, files, String::new(), Then::Open(what));
    }

    /// Has a place chosen for a file of this name, and writes it there.
    pub(super) fn save_as(
        &mut self,
        title: &'static str,
        files: (&'static str, &'static [&'static str]),
        name: String,
        write: impl FnOnce(&mut App, Place) + 'static,
    ) {
        self.ask(Kind::Save, title, Some(files), name, Then::Write(Box::new(write)));
    }

    /// Has a folder chosen to write something into.
    pub(super) fn save_in(
        &mut self,
        title: &'static str,
        write: impl FnOnce(&mut App, Place) + 'static,
    ) {
        self.ask(Kind::Folder, title, None, String::new(), Then::Write(Box::new(write)));
    }

    fn ask(
        &mut self,
        kind: Kind,
        title: &'static str,
        files: Option<(&'static str, &'static [&'static str])>,
        name: String,
        then: Then,
    ) {
        if self.dialogs.open.is_some() {
            return;
        }
        let folder = self.dialogs.last.clone().unwrap_or_else(|| folder(&self.settings.folder));
        match &mut self.dialogs.desktop {
            Some(desktop) => {
                let (tell, told) = Later::told(Some(&self.wake));
                desktop.ask(Request { kind, title, files, folder, name }, Box::new(tell));
                (self.dialogs.open, self.dialogs.since) = (Some(Open { told, kind, then }), None);
            }
            None => {
                let is_open = matches!(then, Then::Open(_));
                self.without(then, is_open.then_some("this is not a window of a desktop"));
            }
        }
    }

    /// Takes in what was chosen.
    pub(super) fn take_dialog(&mut self) {
        let Some(Open { told, .. }) = &self.dialogs.open else { return };
        let answer = match told.take() {
            Poll::Ready(Some(answer)) => answer,
            Poll::Pending => return,
            Poll::Ready(None) => Answer::Failed("it ended without an answer".to_owned()),
        };
        let Some(Open { kind, then, .. }) = self.dialogs.open.take() else { return };
        let before = self.dialogs.none.take();
        match (answer, then) {
            (Answer::Chosen(path), then) => {
                self.dialogs.last = match kind {
                    Kind::Folder => Some(path.clone()),
                    Kind::Open | Kind::Save => path.parent().map(Path::to_owned),
                };
                match then {
                    Then::Open(what) => self.chosen(what, path),
                    Then::Write(write) => write(self, Place::Chosen(path)),
                }
            }
            (Answer::Cancelled, Then::Open(_)) => self.figures.say("Nothing was chosen.", true),
            (Answer::Cancelled, Then::Write(_)) => {
                self.figures.say("Nothing was chosen, and nothing is saved.", true);
            }
            (Answer::Failed(why), then) => {
                // Whoever wants to choose is told why not; of what is saved all the same that is said once.
                let is_said = matches!(then, Then::Open(_)) || before.as_ref() != Some(&why);
                self.without(then, is_said.then_some(&why));
                self.dialogs.none = Some(why);
            }
        }
    }

    fn chosen(&mut self, what: Browse, path: PathBuf) {
        match what {
            Browse::Program => self.show_program(&path.to_string_lossy()),
            Browse::Interpreter => {
                let another = path.to_string_lossy().into_owned();
                let command = super::program::ProgramCommand::Another(another);
                let (sessions, wake) = (&mut self.sessions, &self.wake);
                sessions.iter_mut().for_each(|tab| tab.command_program(command.clone(), wake));
            }
            Browse::Recording => {
                self.over = super::over::Over::Nothing;
                self.files.open(path, &self.wake);
            }
            Browse::Compared => self.compare(CompareCommand::Add(path)),
            Browse::Folder => self.settings.folder = path.to_string_lossy().into_owned(),
        }
    }

    /// Goes on without a dialog, and says why there is none.
    fn without(&mut self, then: Then, why: Option<&str>) {
        let why = why.map(|why| format!("There is no file dialog here: {why}."));
        match then {
            Then::Open(Browse::Folder) => self.say_why(why, "Write the folder instead."),
            Then::Open(_) => self.say_why(why, "Write its path instead."),
            Then::Write(write) => {
                let folder = folder(&self.settings.folder);
                write(self, Place::Folder { folder, note: why.unwrap_or_default() });
            }
        }
    }

    fn say_why(&mut self, why: Option<String>, instead: &str) {
        if let Some(why) = why {
            self.figures.say(&format!("{why} {instead}"), false);
        }
    }

    /// Says that a dialog is open, with a way on without it: it may be hidden, or never answer.
    pub(super) fn show_dialog(&mut self, ui: &Ui) {
        if self.dialogs.open.is_none() {
            return;
        }
        let now = ui.input(|input| input.time);
        let left = SAID_AFTER - (now - *self.dialogs.since.get_or_insert(now));
        if left > 0.0 {
            return ui.ctx().request_repaint_after(Duration::from_secs_f64(left));
        }
        let theme = Theme::of(ui);
        let mut is_left = false;
        let area = Area::new(Id::unique("dialog")).order(egui::Order::Foreground);
        area.anchor(Align2::CENTER_TOP, vec2(0.0, 3.0 * GRID)).show(ui.ctx(), |ui| {
            let frame = Frame::new().fill(theme.panel).stroke(Stroke::new(HAIRLINE, theme.outline));
            frame.corner_radius(RADIUS).inner_margin(Margin::symmetric(14, 10)).show(ui, |ui| {
                ui.horizontal(|ui| {
                    let words = "A file dialog of the desktop is open.";
                    ui.label(RichText::new(words).font(theme.body()));
                    is_left = choice(ui, "Go on without it", false).clicked();
                });
            });
        });
        if is_left && let Some(Open { then, .. }) = self.dialogs.open.take() {
            self.without(then, None);
        }
    }
}

/// Which files are offered.
const PROGRAMS: (&str, &[&str]) = ("Python programs", &["py", "pyw"]);
const RECORDINGS: (&str, &[&str]) = ("Recordings and traces", &["clab", "json", "gz"]);
