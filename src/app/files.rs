//! Recordings: saved from the window and opened in it, on threads of their own.

use super::figures::{folder, plain, unused};
use super::report::dialog;
use super::session::{Session, Wake};
use super::settings::Settings;
use crate::export::recording::{self, EXTENSION, Ending, Opened};
use crossbeam::channel::{Receiver, Sender, unbounded};
use std::path::PathBuf;

/// What came of a file.
pub enum News {
    /// It was opened; with what is wrong with it.
    Opened(Box<Session>, Option<String>),
    /// Something to say about it.
    Said {
        /// It in a sentence.
        text: String,
        /// Whether all is well.
        good: bool,
    },
}

/// The files that are being saved and opened.
pub struct Files {
    send: Sender<News>,
    told: Receiver<News>,
}

impl Default for Files {
    fn default() -> Self {
        let (send, told) = unbounded();
        Self { send, told }
    }
}

impl Files {
    /// What came of files since the last time.
    pub fn news(&self) -> Vec<News> {
        self.told.try_iter().collect()
    }

    /// Begins to save what a session has recorded.
    pub fn save(&self, session: &Session, settings: &Settings, wake: &Wake) {
        let shown = session.shown();
        if shown.is_empty() {
            return self.say("There is nothing to save yet: run something first.");
        }
        let folder = folder(&settings.folder);
        self.on_thread(wake, move || {
            let path = unused(&folder, &plain(shown.name()), EXTENSION);
            let wall_ns = shown.trace().end().0;
            let ending = Ending { failure: shown.failure(), wall_ns };
            match recording::save(&path, shown.trace(), &ending) {
                Ok(()) => News::Said { text: format!("Saved {}", path.display()), good: true },
                Err(error) => News::Said {
                    text: format!("The run is not saved: {error}. Figure F12 chooses the folder."),
                    good: false,
                },
            }
        });
    }

    /// Begins to write a report of the runs in the tabs.
    pub fn report(&self, sessions: &[Session], settings: &Settings, wake: &Wake) {
        let (shown, words) = (dialog::shown(sessions), settings.report.clone());
        let folder = folder(&settings.folder);
        self.on_thread(wake, move || {
            let (text, good) = dialog::written(shown, &words, &folder);
            News::Said { text, good }
        });
    }

    /// Begins to open a recording.
    pub fn open(&self, path: PathBuf, wake: &Wake) {
        self.on_thread(wake, move || match recording::open(&path) {
            Ok(Opened { trace, damage, origin, .. }) => {
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let mut session = Session::recorded(&name, trace);
                session.recording.made = (&origin).into();
                News::Opened(Box::new(session), damage)
            }
            Err(error) => News::Said { text: format!("{error}."), good: false },
        });
    }

    fn say(&self, text: &str) {
        // The other end is here.
        let _ = self.send.send(News::Said { text: text.to_owned(), good: false });
    }

    fn on_thread(&self, wake: &Wake, work: impl FnOnce() -> News + Send + 'static) {
        let (send, wake) = (self.send.clone(), wake.clone());
        let thread = std::thread::Builder::new().name("file".to_owned());
        let started = thread.spawn(move || {
            // The window is gone when it was closed.
            let _ = send.send(work());
            wake();
        });
        if let Err(error) = started {
            self.say(&format!("There is no thread for the file: {error}."));
        }
    }
}
