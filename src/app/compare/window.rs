//! The runs that are kept for comparing, and the window that chooses them.

use super::{called, can_be_kept};
use crate::app::command::{Command, CompareCommand};
use crate::app::controls::{Weight, button, choice};
use crate::app::dialog::Browse;
use crate::app::save::chosen_folder;
use crate::app::session::{Session, Shown};
use crate::export::compare::RUNS;
use crate::replay::words::count;
use crate::widgets::theme::Theme;
use egui::{Align2, RichText, Role, Ui, WidgetInfo, vec2};
use std::path::PathBuf;

/// A run that is kept for comparing.
#[derive(Clone)]
pub enum Entry {
    /// One of a tab, with what it is called.
    Run(String, Box<Shown>),
    /// One in a file.
    File(PathBuf),
}

impl Entry {
    fn name(&self) -> String {
        match self {
            Self::Run(name, shown) => format!("{name}, {}", shown.trace().end()),
            Self::File(path) => path.display().to_string(),
        }
    }
}

/// The runs that are kept for comparing, while the program is open.
#[derive(Default)]
pub struct Comparing {
    /// The runs.
    pub entries: Vec<Entry>,
    path: String,
}

impl Comparing {
    /// Keeps the run of a tab.
    ///
    /// # Errors
    /// Why it is not kept, in a sentence.
    pub fn keep(&mut self, session: &Session) -> Result<(), &'static str> {
        if !can_be_kept(session) {
            return Err("There is no run to keep here: one that is over can be kept.");
        }
        if self.has(session) {
            return Err("This run is kept already.");
        }
        self.add(Entry::Run(called(session), Box::new(session.shown())))
    }

    /// Adds a run.
    ///
    /// # Errors
    /// There are as many already as can be compared.
    pub fn add(&mut self, entry: Entry) -> Result<(), &'static str> {
        if self.entries.len() >= *RUNS.end() {
            return Err("Four runs can be compared: remove one first.");
        }
        self.entries.push(entry);
        Ok(())
    }

    /// What is compared: the runs that are kept, and the one of the tab that is shown.
    pub fn chosen(&self, session: &Session) -> Vec<Entry> {
        let present = can_be_kept(session) && !self.has(session);
        let present = present.then(|| Entry::Run(called(session), Box::new(session.shown())));
        self.entries.iter().cloned().chain(present).collect()
    }

    fn has(&self, session: &Session) -> bool {
        self.entries.iter().any(|entry| match entry {
            Entry::Run(_, shown) => shown.is_of(session),
            Entry::File(_) => false,
        })
    }

    /// Draws the window.
    pub fn show(
        &mut self,
        ui: &Ui,
        session: &Session,
        open: &mut bool,
        commands: &mut Vec<Command>,
    ) {
        let theme = Theme::of(ui);
        let send = |command| Command::Compare(command);
        let present = can_be_kept(session);
        let kept = self.has(session);
        let number = self.entries.len() + usize::from(present && !kept);
        let window =
            egui::Window::new("Compare runs").open(open).collapsible(false).resizable(false);
        window.anchor(Align2::CENTER_CENTER, egui::Vec2::ZERO).show(ui.ctx(), |ui| {
            ui.set_width((ui.ctx().viewport_rect().width() - 160.0).min(560.0));
            ui.spacing_mut().item_spacing = vec2(6.0, 8.0);
            let words = "Two to four runs are set beside each other, all beginning at 0, with a table of what differs: those kept here, and the one of this tab. Kept runs stay until the program is closed.";
            ui.label(RichText::new(words).font(theme.body()).color(theme.muted));
            for (index, entry) in self.entries.iter().enumerate() {
                ui.horizontal(|ui| {
                    if choice(ui, "Remove", false).clicked() {
                        commands.push(send(CompareCommand::Remove(index)));
                    }
                    ui.label(RichText::new(entry.name()).font(theme.body()));
                });
            }
            let said = match (present, kept) {
                (true, true) => "The run of this tab is kept.".to_owned(),
                (true, false) => {
                    format!("This tab: {}, {}.", called(session), session.recording.trace.end())
                }
                (false, _) => "This tab has no run that is over.".to_owned(),
            };
            ui.label(RichText::new(said).font(theme.body()));
            if button(ui, "Keep for comparing", "", Weight::Plain, present && !kept).clicked() {
                commands.push(send(CompareCommand::Keep));
            }
            ui.horizontal(|ui| {
                let edit = egui::TextEdit::singleline(&mut self.path)
                    .hint_text("~/last-week.clab, or drop it here")
                    .font(theme.mono())
                    .desired_width(ui.available_width() - 220.0);
                let response = ui.add(edit);
                response.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Recording"));
                let is_there = !self.path.trim().is_empty();
                if button(ui, "Add recording", "", Weight::Plain, is_there).clicked() {
                    let path = chosen_folder(&self.path, PathBuf::new);
                    commands.push(send(CompareCommand::Add(path)));
                    self.path.clear();
                }
                if button(ui, "Choose…", "", Weight::Plain, true).clicked() {
                    commands.push(Command::Browse(Browse::Compared));
                }
            });
            let name = format!("Compare {}", count(number, "run"));
            if button(ui, &name, "", Weight::Primary, RUNS.contains(&number)).clicked() {
                commands.push(send(CompareCommand::Start));
            }
        });
    }
}
