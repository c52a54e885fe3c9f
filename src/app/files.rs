//! Files: recordings that are saved, data that is exported, and whatever is opened, on threads of their own.

use super::compare::{self, Entry};
use super::controls::choice;
use super::figures::{plain, unused, unwritten};
use super::kept::{self, Unsaved};
use super::later::Later;
use super::report::dialog::{self, Words};
use super::session::{Session, Shown, Wake};
use crate::export::data::{Data, Form, Plan, What};
use crate::export::open;
use crate::export::recording::{self, EXTENSION, Ending, Part};
use crate::export::trace_events::Watch;
use crate::replay::words::capital;
use crate::widgets::theme::{GRID, HAIRLINE, RADIUS, Theme};
use egui::{Align2, Area, Frame, Id, Margin, Rect, RichText, Stroke, Ui, vec2};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};
use std::task::Poll;
use std::time::Duration;

/// What came of a file.
pub enum News {
    /// It was opened; with what is wrong with it.
    Opened {
        /// What is in it.
        session: Box<Session>,
        /// What is wrong with it, in a sentence.
        damage: Option<String>,
        /// Which file.
        path: PathBuf,
    },
    /// Runs were set beside each other.
    Compared(Box<Session>),
    /// The runs of earlier starts that nobody has saved.
    Unsaved(Vec<Unsaved>),
    /// Something to say about it.
    Said {
        /// It in a sentence.
        text: String,
        /// Whether all is well.
        good: bool,
    },
    /// Nothing.
    Done,
}

/// Where something is written.
#[derive(Clone, Debug)]
pub enum Place {
    /// Into this folder, under a name that nobody has.
    Folder {
        /// Which.
        folder: PathBuf,
        /// Why it was not chosen, in a sentence; or empty.
        note: String,
    },
    /// There: it was chosen in a dialog, which asks before something is replaced.
    Chosen(PathBuf),
}

impl Place {
    /// The path of a file of this name and extension. One that is chosen without the extension gets it, and then nobody was
    /// asked about what is there.
    pub fn path(&self, name: &str, extension: &str) -> PathBuf {
        match self {
            Self::Folder { folder, .. } => unused(folder, name, extension),
            Self::Chosen(path) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let ending = format!(".{extension}");
                match name.to_lowercase().ends_with(&ending) {
                    true => path.clone(),
                    false => unused(path.parent().unwrap_or(Path::new("")), &name, extension),
                }
            }
        }
    }

    /// The folder that something of several files is written into.
    pub fn folder(&self) -> &Path {
        match self {
            Self::Folder { folder, .. } | Self::Chosen(folder) => folder,
        }
    }

    /// What is said of what was written there.
    pub fn said(&self, path: &Path) -> String {
        match self {
            Self::Folder { note, .. } if !note.is_empty() => {
                format!("{note} Saved {}", path.display())
            }
            _ => format!("Saved {}", path.display()),
        }
    }
}

/// The files that are being saved and opened.
#[derive(Default)]
pub struct Files {
    working: Vec<Later<News>>,
    /// What is to be said without a file.
    said: Vec<News>,
    /// What is being opened: its name, and how far that is.
    opening: Vec<(String, Weak<Watch>)>,
    /// Runs of earlier starts that nobody has saved.
    pub unsaved: Vec<Unsaved>,
}

impl Files {
    /// What came of files since the last time.
    pub fn news(&mut self) -> Vec<News> {
        self.opening.retain(|(_, watch)| watch.strong_count() > 0);
        let mut news = std::mem::take(&mut self.said);
        self.working.retain(|work| match work.take() {
            Poll::Pending => true,
            Poll::Ready(told) => {
                let broke_off = || bad("What was to be done with the file broke off.".to_owned());
                news.push(told.unwrap_or_else(broke_off));
                false
            }
        });
        news
    }

    /// Begins to save what a tab showed without these parts; with the file that it is kept in until it is saved.
    pub fn save(
        &mut self,
        (shown, kept): (Shown, Option<PathBuf>),
        left_out: BTreeSet<Part>,
        place: Place,
        wake: &Wake,
    ) {
        self.on_thread(wake, move || {
            let path = place.path(&plain(shown.name()), EXTENSION);
            let wall_ns = shown.trace().end().0;
            let ending = Ending { failure: shown.failure(), wall_ns };
            let saved = match left_out.is_empty() {
                true => recording::save(&path, shown.trace(), &ending),
                false => {
                    let (less, ending) = recording::without(shown.trace(), &ending, &left_out);
                    recording::save(&path, &less, &ending)
                }
            };
            match saved {
                Ok(()) => {
                    // The whole of it is no longer unsaved.
                    let kept = kept.filter(|kept| *kept != path && left_out.is_empty());
                    let _ = kept.map(std::fs::remove_file);
                    let said = place.said(&path);
                    let text = format!("{said} – {}", recording::holds(&left_out));
                    News::Said { text, good: true }
                }
                Err(error) => bad(unwritten("The run", &error)),
            }
        });
    }

    /// Begins to write what a tab showed as data.
    pub fn export(&mut self, shown: Shown, (what, form): (What, Form), place: Place, wake: &Wake) {
        self.on_thread(wake, move || {
            let path = place.path(&data_name(&shown, what), data_ending(what, form));
            let session = shown.session();
            let data = Data {
                trace: &session.recording.trace,
                replay: &session.recording.replay,
                outcome: session.outcome.as_ref(),
                findings: &session.findings,
            };
            let written = Plan::of(&path, Some(what))
                .and_then(|plan| data.save(&path, plan).map_err(|error| error.to_string()));
            match written {
                Ok(()) => News::Said { text: place.said(&path), good: true },
                Err(why) => bad(format!("Nothing is exported: {why}.")),
            }
        });
    }

    /// Begins to write a report of the runs in the tabs.
    pub fn report(
        &mut self,
        shown: Vec<dialog::Reported>,
        words: Words,
        place: Place,
        wake: &Wake,
    ) {
        self.on_thread(wake, move || {
            let (text, good) = dialog::written(shown, &words, &place);
            News::Said { text, good }
        });
    }

    /// Begins to open a file.
    pub fn open(&mut self, path: PathBuf, wake: &Wake) {
        let watch = Arc::new(Watch::default());
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let file = Some(name.clone());
        self.opening.push((name, Arc::downgrade(&watch)));
        self.on_thread(wake, move || match open::open(&path, &watch) {
            Ok(opened) => {
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let (trace, made, damage) = opened.trace();
                let mut session = Box::new(Session::recorded(&name, trace));
                session.recording.made = made;
                session.recording.file = file;
                match watch.is_cancelled() {
                    true => News::Done,
                    false => News::Opened { session, damage, path },
                }
            }
            Err(error) if error.is_cancelled() => News::Done,
            Err(error) => bad(capital(&format!("{error}."))),
        });
    }

    /// Begins to set runs beside each other.
    pub fn compare(&mut self, entries: Vec<Entry>, wake: &Wake) {
        let watch = Arc::new(Watch::default());
        self.opening.push(("the runs".to_owned(), Arc::downgrade(&watch)));
        self.on_thread(wake, move || match compared(entries, &watch) {
            _ if watch.is_cancelled() => News::Done,
            Ok(session) => News::Compared(Box::new(session)),
            Err(why) => bad(capital(&format!("{why}."))),
        });
    }

    /// Begins to look for unsaved runs.
    pub fn look(&mut self, folder: &Path, wake: &Wake) {
        let folder = folder.to_owned();
        self.on_thread(wake, move || News::Unsaved(kept::unsaved(&folder)));
    }

    /// Deletes an unsaved run, or all of them.
    pub fn dismiss(&mut self, which: Option<&Path>, wake: &Wake) {
        let is_meant = |run: &Unsaved| which.is_none_or(|path| run.path == path);
        let (gone, left): (Vec<_>, Vec<_>) = self.unsaved.drain(..).partition(is_meant);
        self.unsaved = left;
        self.on_thread(wake, move || {
            for run in gone {
                // Another window may have done it.
                let _ = std::fs::remove_file(run.path);
            }
            News::Done
        });
    }

    /// Shows what is being opened, with a button that ends it, above what is said where something is.
    pub fn show(&self, ui: &Ui, said: Option<Rect>) {
        let Some((name, watch)) =
            self.opening.iter().find_map(|(name, watch)| Some((name, watch.upgrade()?)))
        else {
            return;
        };
        let theme = Theme::of(ui);
        let area = Area::new(Id::unique("opening")).order(egui::Order::Foreground);
        let foot = said.map_or(0.0, |said| said.height() + GRID) + 3.0 * GRID;
        area.anchor(Align2::CENTER_BOTTOM, vec2(0.0, -foot)).show(ui.ctx(), |ui| {
            let frame = Frame::new().fill(theme.panel).stroke(Stroke::new(HAIRLINE, theme.outline));
            frame.corner_radius(RADIUS).inner_margin(Margin::symmetric(14, 10)).show(ui, |ui| {
                ui.horizontal(|ui| {
                    let percent = (100.0 * watch.share()).round();
                    let text = match percent {
                        100.0.. => format!("{name} is read, its lanes are worked out"),
                        percent => format!("Opening {name}: {percent} %"),
                    };
                    ui.label(RichText::new(text).font(theme.body()));
                    if choice(ui, "Cancel", false).clicked() {
                        watch.cancel();
                    }
                });
            });
        });
        ui.ctx().request_repaint_after(Duration::from_millis(100));
    }

    /// Has a sentence said that is no good news.
    pub fn say(&mut self, text: &str) {
        self.said.push(bad(text.to_owned()));
    }

    fn on_thread(&mut self, wake: &Wake, work: impl FnOnce() -> News + Send + 'static) {
        match Later::begin("file", Some(wake), work) {
            Ok(later) => self.working.push(later),
            Err(error) => {
                let why = crate::record::refused::why(&error);
                self.say(&format!("There is no thread for the file: {why}."));
            }
        }
    }
}

/// A sentence that is no good news.
fn bad(text: String) -> News {
    News::Said { text, good: false }
}

/// What data of a run are called.
pub fn data_name(shown: &Shown, what: What) -> String {
    plain(&format!("{} {}", shown.name(), what.name()))
}

/// How the name of a file of data ends. Traces are long, and those who read them unpack them.
pub fn data_ending(what: What, form: Form) -> &'static str {
    match (what, form) {
        (What::Trace, _) => "json.gz",
        (_, Form::Csv) => "csv",
        (_, Form::Json) => "json",
    }
}

/// Runs beside each other, or why not, in a sentence without its end.
fn compared(entries: Vec<Entry>, watch: &Arc<Watch>) -> Result<Session, String> {
    let session = |entry| match entry {
        Entry::Run(name, shown) => Ok((name, shown.session())),
        Entry::File(path) => {
            let opened = open::open(&path, watch).map_err(|error| error.to_string())?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let (trace, made, _) = opened.trace();
            let mut session = Session::recorded(&name, trace);
            session.recording.made = made;
            Ok((name, session))
        }
    };
    let runs = entries.into_iter().map(session).collect::<Result<Vec<_>, String>>()?;
    compare::session(runs).map_err(|error| error.to_string())
}
