//! Settings that are kept between starts.

use super::command::{Page, ViewCommand};
use super::figures::FigureLook;
use crate::topics::Language;
use serde::{Deserialize, Serialize};

/// Settings that are kept between starts. A field that the file lacks has its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Whether the theme is the dark one.
    pub dark: bool,
    /// Id of the topic last shown.
    pub topic: String,
    /// The page of the inspector.
    pub page: Page,
    /// Whether the Code page shows the Rust listing.
    pub rust: bool,
    /// Whether questions are asked before a run. Off for who projects the window and asks them aloud.
    pub questions: bool,
    /// How figures are drawn.
    pub figure: FigureLook,
    /// The folder that figures are saved in; empty: the system's folder for pictures.
    pub folder: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            dark: false,
            topic: "shared-list".to_owned(),
            page: Page::default(),
            rust: false,
            questions: true,
            figure: FigureLook::default(),
            folder: String::new(),
        }
    }
}

impl Settings {
    /// The theme, as egui names it.
    pub fn theme(&self) -> egui::Theme {
        if self.dark { egui::Theme::Dark } else { egui::Theme::Light }
    }

    /// The language of the Code page.
    pub fn language(&self) -> Language {
        if self.rust { Language::Rust } else { Language::Python }
    }

    /// Carries out what the user asked for.
    pub fn execute(&mut self, command: ViewCommand) {
        match command {
            ViewCommand::ToggleTheme => self.dark = !self.dark,
            ViewCommand::Inspector(page) => self.page = page,
            ViewCommand::Language(language) => self.rust = language == Language::Rust,
            ViewCommand::ToggleQuestions => self.questions = !self.questions,
            ViewCommand::ToggleKeys | ViewCommand::ToggleGuesses | ViewCommand::ToggleFigures => {}
        }
    }
}
