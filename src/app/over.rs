//! What lies over the window: one window at a time, which Esc closes.

use super::App;
use super::command::{Command, ViewCommand};
use super::file_windows::OpenWindow;
use super::search::Search;
use super::{figures, file_windows, glossary, guess_list, keys, report, start};
use crate::export::data::{Form, What};
use egui::Ui;
use std::mem::discriminant;

/// The window that lies over the others.
#[derive(Default)]
pub enum Over {
    /// None.
    #[default]
    Nothing,
    /// The list of keys.
    Keys,
    /// All guesses of the tab.
    Guesses,
    /// Where to begin.
    Start,
    /// The search.
    Search(Search),
    /// A word of the glossary, by its name.
    Word(&'static str),
    /// The choices of a figure.
    Figures,
    /// What to open.
    Open(OpenWindow),
    /// What to export.
    Export,
    /// The choices of a report.
    Report,
    /// The runs to compare.
    Compare,
}

impl Over {
    /// The window that a command opens and closes, as it begins.
    pub fn of(command: ViewCommand) -> Option<Self> {
        Some(match command {
            ViewCommand::ToggleKeys => Self::Keys,
            ViewCommand::ToggleGuesses => Self::Guesses,
            ViewCommand::ToggleStart => Self::Start,
            ViewCommand::ToggleSearch => Self::Search(Search::default()),
            ViewCommand::ToggleFigures => Self::Figures,
            ViewCommand::ToggleOpen => Self::Open(OpenWindow::default()),
            ViewCommand::ToggleExport => Self::Export,
            ViewCommand::ToggleReport => Self::Report,
            ViewCommand::CloseOver => Self::Nothing,
            _ => return None,
        })
    }

    /// Shows a window in place of the one that is there, or none where it is there already.
    pub fn toggle(&mut self, other: Self) {
        let same = discriminant(self) == discriminant(&other);
        *self = if same { Self::Nothing } else { other };
    }

    /// Whether there is one.
    pub fn is_any(&self) -> bool {
        !matches!(self, Self::Nothing)
    }

    /// Whether it is the search, which takes all keys.
    pub fn is_search(&self) -> bool {
        matches!(self, Self::Search(_))
    }
}

/// What is exported where nothing else was chosen.
pub const EXPORT: (What, Form) = (What::Trace, Form::Csv);

impl App {
    /// Draws the window that lies over the others.
    pub(super) fn draw_over(&mut self, ui: &Ui, commands: &mut Vec<Command>) {
        let mut open = true;
        let into = match self.over {
            Over::Export | Over::Report => self.saved_into(),
            _ => None,
        };
        let (session, settings) = (&self.sessions[self.active], &self.settings);
        match &mut self.over {
            Over::Nothing => {}
            Over::Keys => keys::show(ui, &mut open),
            Over::Guesses => guess_list::window(ui, session, &mut open),
            Over::Start => start::window(ui, &mut open, commands),
            Over::Search(search) => search.show(ui, commands),
            Over::Word(name) => glossary::window(ui, &self.sessions, name, &mut open, commands),
            Over::Figures => figures::window(ui, settings, &mut open, commands),
            Over::Open(window) => open = window.show(ui, settings, &self.files, commands),
            Over::Export => {
                let chosen = (&mut self.export, &settings.without);
                file_windows::export(ui, into, chosen, &mut open, commands);
            }
            Over::Report => {
                let all = (&self.sessions[..], settings);
                report::dialog::window(ui, all, into, &mut open, commands);
            }
            Over::Compare => self.comparing.show(ui, session, &mut open, commands),
        }
        if !open {
            self.over = Over::Nothing;
        }
    }
}
