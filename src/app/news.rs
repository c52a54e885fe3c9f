//! Taking in what came since the last frame: files, runs, Pythons.

use super::command::{CompareCommand, RunCommand};
use super::over::Over;
use super::session::Session;
use super::{App, files};
use crate::replay::words::{agree, count};
use crate::trace::Engine;
use egui::Ui;

impl App {
    /// Opens what was dropped on the window, and shows what was opened.
    pub(super) fn take_files(&mut self, ui: &Ui) {
        let dropped = ui.input(|input| input.raw.dropped_files.clone());
        for file in dropped {
            let path = file.path().to_owned();
            match path.extension().is_some_and(|end| end == "py") {
                true => self.show_program(&path.to_string_lossy()),
                false if matches!(self.over, Over::Compare) => {
                    self.compare(CompareCommand::Add(path))
                }
                false => self.files.open(path, &self.wake),
            }
        }
        for news in self.files.news() {
            match news {
                files::News::Opened { session, damage, path } => {
                    let is_unsaved = self.files.unsaved.iter().any(|run| run.path == path);
                    if !is_unsaved {
                        self.settings.opened(&path);
                    }
                    self.show(*session);
                    if let Some(damage) = damage {
                        self.say(&damage);
                    }
                }
                files::News::Unsaved(runs) => {
                    if !runs.is_empty() {
                        let number = count(runs.len(), "earlier run");
                        let are = agree(runs.len(), "is", "are");
                        let text =
                            format!("{number} {are} not saved: Open Ctrl O has what is kept.");
                        self.figures.say(&text, true);
                    }
                    self.files.unsaved = runs;
                }
                files::News::Compared(session) => {
                    self.over = Over::Nothing;
                    self.show(*session);
                }
                files::News::Done => {}
                files::News::Said { text, good } => self.figures.say(&text, good),
            }
        }
    }

    /// Takes in news and moves the cursors; answers whether another frame is needed.
    pub(super) fn update(&mut self, time: f64) -> bool {
        let dt = self.time.map_or(0.0, |before| time - before);
        self.time = Some(time);
        self.look_for_python();
        let mut again = false;
        for (index, session) in self.sessions.iter_mut().enumerate() {
            let shown = index == self.active;
            if let Some(program) = session.program.as_mut().filter(|_| shown) {
                program.update(&self.wake);
                session.run_wanted(&self.wake);
            }
            if let Some(program) = session.program.as_mut().filter(|_| shown)
                && program.wants_again()
            {
                // One run after the other: what runs is stopped first.
                let command = match session.is_running() {
                    true => RunCommand::Stop,
                    false => RunCommand::Start,
                };
                session.run(command, &self.wake);
                again = true;
            }
            let moving = session.update(if shown { dt } else { 0.0 });
            again |= moving && shown;
            if let Some(sought) = session.take_sought() {
                again = true;
                if sought.event.is_some() {
                    self.settings.shown(sought.wanted.owner, &sought.wanted.link.text);
                }
            }
        }
        again
    }

    /// Finds out which Pythons there are, once a tab is to be run by one.
    fn look_for_python(&mut self) {
        let asks_for_one = |tab: &Session| tab.runnable().is_some() && tab.engine == Engine::Python;
        if self.session().program.is_some() || self.sessions.iter().any(asks_for_one) {
            self.pythons.begin(&self.wake);
        }
        if self.pythons.update() {
            let mut sessions = std::mem::take(&mut self.sessions);
            sessions.iter_mut().for_each(|session| self.tell_pythons(session));
            self.sessions = sessions;
        }
    }

    /// Tells a tab which Pythons there are.
    pub(super) fn tell_pythons(&self, session: &mut Session) {
        if let Some(program) = &mut session.program {
            program.found(&self.pythons);
        }
        let usual = self.pythons.usual();
        if usual != super::engine::Python::Unknown && usual != session.python {
            session.set_python(&usual, &self.wake);
        }
    }
}
