//! Settings that are kept between starts.

use super::command::{AnswerCommand, Page, ViewCommand, Zoom};
use super::figures::FigureLook;
use super::report::dialog::Words;
use crate::export::recording::Part;
use crate::topics::Language;
use crate::topics::answer::Answer;
use crate::topics::{Params, Topic};
use crate::trace::Engine;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How many of the files opened last are kept.
const RECENT: usize = 8;

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
    /// What recordings are saved without.
    pub without: BTreeSet<Part>,
    /// The folder that figures and programs are saved in; empty: the system's folders for them.
    pub folder: String,
    /// What is kept of the tab for a program of one's own.
    pub program: super::program::Kept,
    /// Paths of the files opened last, the last one first.
    pub recent: Vec<String>,
    /// Size of what is in the window, in percent of what the system has it.
    pub zoom: u16,
    /// Size of the window, in points without the zoom; 0: the usual one.
    pub window: [u16; 2],
    /// Whether the window fills the screen.
    pub maximized: bool,
    /// Width of the inspector, in points; 0: the usual one.
    pub inspector: u16,
    /// Height of the lanes, in thousandths of the height of stage and lanes; 0: the usual one.
    pub lanes: u16,
    /// What another version has kept.
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

/// What is kept of a tab.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tab {
    /// The preset.
    pub preset: String,
    /// The parameters, as text.
    pub params: BTreeMap<String, String>,
    /// What runs its program.
    pub engine: Engine,
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
            without: BTreeSet::new(),
            folder: String::new(),
            program: super::program::Kept::default(),
            recent: Vec::new(),
            zoom: ZOOM,
            window: [0, 0],
            maximized: false,
            inspector: 0,
            lanes: 0,
            others: BTreeMap::new(),
        }
    }
}

/// The zoom at first, and those that can be chosen: larger ones leave too little room.
const ZOOM: u16 = 100;
const ZOOMS: [u16; 8] = [75, 90, ZOOM, 110, 125, 150, 175, 200];

impl Settings {
    /// The theme, as egui names it.
    pub fn theme(&self) -> egui::Theme {
        if self.dark { egui::Theme::Dark } else { egui::Theme::Light }
    }

    /// Points of the system for each point of what is in the window, whatever was kept.
    pub fn zoom_factor(&self) -> f32 {
        f32::from(self.zoom.clamp(ZOOMS[0], ZOOMS[ZOOMS.len() - 1])) / 100.0
    }

    fn zoom(&mut self, zoom: Zoom) {
        let next = match zoom {
            Zoom::In => ZOOMS.into_iter().find(|next| *next > self.zoom),
            Zoom::Out => ZOOMS.into_iter().rfind(|next| *next < self.zoom),
            Zoom::Reset => Some(ZOOM),
        };
        self.zoom = next.unwrap_or(self.zoom);
    }

    /// The text that they are kept as.
    pub fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads what was kept. A setting that cannot be read has its default, and costs no other.
    pub fn from_text(text: &str) -> Self {
        let read = |value: &Value| Self::deserialize(value).ok();
        let (Ok(Value::Object(kept)), Ok(mut settings)) =
            (serde_json::from_str(text), serde_json::to_value(Self::default()))
        else {
            return Self::default();
        };
        if let Some(settings) = read(&Value::Object(kept.clone())) {
            return settings;
        }
        let mut path = Vec::new();
        take(&mut settings, &mut path, &kept, &|settings| read(settings).is_some());
        read(&settings).unwrap_or_default()
    }

    /// The language of the Code page.
    pub fn language(&self) -> Language {
        if self.rust { Language::Rust } else { Language::Python }
    }

    /// What is kept of a tab.
    pub fn tab(&self, topic: &str) -> Option<&Tab> {
        self.tabs.get(topic)
    }

    /// Takes note that a file was opened.
    pub fn opened(&mut self, path: &Path) {
        // What is no text cannot be kept as one.
        if let Some(path) = path.to_str() {
            self.recent.retain(|known| known != path);
            self.recent.insert(0, path.to_owned());
            self.recent.truncate(RECENT);
        }
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
            AnswerCommand::Run(_) => {}
        }
    }

    /// Carries out what the user asked for.
    pub fn execute(&mut self, command: ViewCommand) {
        match command {
            ViewCommand::ToggleTheme => self.dark = !self.dark,
            ViewCommand::Inspector(page) => self.page = page,
            ViewCommand::Language(language) => self.rust = language == Language::Rust,
            ViewCommand::ToggleQuestions => self.questions = !self.questions,
            ViewCommand::Zoom(zoom) => self.zoom(zoom),
            ViewCommand::ResetLayout => (self.inspector, self.lanes) = (0, 0),
            ViewCommand::ToggleKeys
            | ViewCommand::ToggleGuesses
            | ViewCommand::ToggleFigures
            | ViewCommand::ToggleOpen
            | ViewCommand::ToggleExport
            | ViewCommand::ToggleReport
            | ViewCommand::ToggleSearch
            | ViewCommand::ToggleStart
            | ViewCommand::CloseOver => {}
        }
    }
}

/// Takes over the fields of an object, each that leaves `settings` readable; of one that does not, what in it does.
fn take(
    settings: &mut Value,
    path: &mut Vec<String>,
    kept: &Map<String, Value>,
    is_readable: &dyn Fn(&Value) -> bool,
) {
    for (name, value) in kept {
        path.push(name.clone());
        let before = put(settings, path, Some(value.clone()));
        if !is_readable(settings) {
            put(settings, path, before.clone());
            if let Value::Object(inner) = value {
                if before.is_none() {
                    put(settings, path, Some(Value::Object(Map::new())));
                }
                if is_readable(settings) {
                    take(settings, path, inner, is_readable);
                } else {
                    put(settings, path, before);
                }
            }
        }
        path.pop();
    }
}

/// Sets what is at a path, or takes it away. Answers what was there.
fn put(settings: &mut Value, path: &[String], value: Option<Value>) -> Option<Value> {
    let (last, parents) = path.split_last()?;
    let mut at = settings;
    for name in parents {
        at = at.get_mut(name)?;
    }
    let fields = at.as_object_mut()?;
    match value {
        Some(value) => fields.insert(last.clone(), value),
        None => fields.remove(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_costs_itself_only() {
        let text = r#"{"dark":true,"zoom":null,"page":"Hologram","window":[1,2,3],"rust":true,
            "tabs":{"shared-list":{"preset":"contended","params":{"adders":7,"hold":"0.002"}}},
            "figure":{"scale":3,"part":"Hall"},"later":[1,{"a":2}]}"#;
        let read = Settings::from_text(text);
        assert!(read.dark && read.rust);
        assert_eq!((read.zoom, read.page, read.window), (100, Page::Explain, [0, 0]));
        let tab = read.tab("shared-list").cloned().unwrap_or_default();
        assert_eq!((tab.preset.as_str(), tab.params.len()), ("contended", 1));
        assert_eq!(read.figure, FigureLook { scale: 3, ..FigureLook::default() });
        // What a later version has kept stays there.
        assert!(Settings::from_text(&read.to_text()).to_text().contains("later"));
        assert_eq!(Settings::from_text(&read.to_text()), read);
    }

    #[test]
    fn no_zoom_is_odd() {
        for (kept, zoom) in
            [("0", 0.75), ("65535", 2.0), ("NaN", 1.0), ("1e9", 1.0), ("-1", 1.0), ("150", 1.5)]
        {
            let read = Settings::from_text(&format!("{{\"zoom\":{kept}}}"));
            assert_eq!(read.zoom_factor(), zoom, "{kept}");
        }
        let mut settings = Settings::default();
        for zoom in [Zoom::In, Zoom::In, Zoom::Out] {
            settings.execute(ViewCommand::Zoom(zoom));
        }
        assert_eq!(settings.zoom, 110);
        settings.execute(ViewCommand::Zoom(Zoom::Reset));
        assert_eq!(settings.zoom, 100);
    }
}
