//! Settings that are kept between starts.

use super::command::{AnswerCommand, Page, ViewCommand};
use super::figures::FigureLook;
use super::report::dialog::Words;
use crate::topics::Language;
use crate::topics::answer::Answer;
use crate::topics::{Params, Topic};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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
    /// What is kept of each tab, by the id of its topic.
    pub tabs: BTreeMap<String, Tab>,
    /// How figures are drawn.
    pub figure: FigureLook,
    /// What stands at the head of reports.
    pub report: Words,
    /// The folder that figures and programs are saved in; empty: the system's folders for them.
    pub folder: String,
}

/// What is kept of a tab.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tab {
    /// The preset.
    pub preset: String,
    /// The parameters, as text.
    pub params: BTreeMap<String, String>,
    /// The links of the answer that have been shown.
    pub shown: BTreeSet<String>,
    /// The sentences that have been judged, and as what.
    pub judged: BTreeMap<String, String>,
}

impl Tab {
    /// The parameters, where they still are those of the topic; what the topic does not know is as in the preset.
    pub fn params_of(&self, topic: &dyn Topic) -> Option<Params> {
        let mut params = topic.preset(&self.preset).ok()?;
        for (key, value) in &self.params {
            // An earlier version may have had other parameters.
            let _ = params.set(key, value);
        }
        Some(params)
    }

    /// How many points of an answer have been shown.
    pub fn seen(&self, answer: &Answer) -> usize {
        answer.points.iter().filter(|point| self.shown.contains(&point.link.text)).count()
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            dark: false,
            topic: "shared-list".to_owned(),
            page: Page::default(),
            rust: false,
            questions: true,
            tabs: BTreeMap::new(),
            figure: FigureLook::default(),
            report: Words::default(),
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

    /// What is kept of a tab.
    pub fn tab(&self, topic: &str) -> Option<&Tab> {
        self.tabs.get(topic)
    }

    /// Takes note that something was shown.
    pub fn shown(&mut self, topic: &str, link: &str) {
        if !topic.is_empty() {
            let tab = self.tabs.entry(topic.to_owned()).or_default();
            tab.shown.insert(link.to_owned());
        }
    }

    /// Takes note of what is to be kept about answers.
    pub fn answer(&mut self, command: AnswerCommand) {
        match command {
            AnswerCommand::Judge { topic, sentence, truth } => {
                let tab = self.tabs.entry(topic.to_owned()).or_default();
                // The first judgement counts.
                tab.judged.entry(sentence).or_insert_with(|| truth.name().to_owned());
            }
            AnswerCommand::Show(_) | AnswerCommand::Word(_) => {}
        }
    }

    /// Carries out what the user asked for.
    pub fn execute(&mut self, command: ViewCommand) {
        match command {
            ViewCommand::ToggleTheme => self.dark = !self.dark,
            ViewCommand::Inspector(page) => self.page = page,
            ViewCommand::Language(language) => self.rust = language == Language::Rust,
            ViewCommand::ToggleQuestions => self.questions = !self.questions,
            ViewCommand::ToggleKeys
            | ViewCommand::ToggleGuesses
            | ViewCommand::ToggleFigures
            | ViewCommand::ToggleReport
            | ViewCommand::ToggleSearch
            | ViewCommand::ToggleStart
            | ViewCommand::ResetLayout => {}
        }
    }
}
