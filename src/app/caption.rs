//! What is said under a figure: of which run it is and which moment, how and where that was run, and what its looks mean.

use super::picture::Part;
use super::session::Session;
use crate::export::recording::{Made, date};
use crate::replay::{Phase, Span};
use crate::topics::cpython;
use crate::widgets::phase;
use crate::widgets::theme::{HAIRLINE, Theme};
use egui::{Frame, Label, Margin, RichText, Stroke, Ui, vec2};

/// The caption of a figure.
#[derive(Clone, Debug)]
pub struct Caption {
    /// What the figure is of: topic and preset, or the name of a trace.
    pub title: String,
    /// The moment that it shows.
    pub moment: String,
    /// The parameters; empty where there are none.
    pub params: String,
    /// When, where and by what it was recorded.
    pub origin: String,
    /// The looks that need to be told; a stage tells them itself.
    phases: Vec<(Phase, &'static str)>,
}

impl Caption {
    /// The caption of what a tab shows.
    pub fn of(session: &Session, part: Part) -> Self {
        let trace = &session.recording.trace;
        let meta = trace.meta();
        let title = match session.source.topic() {
            Some(topic) => format!("{}, preset {}", topic.about().title, meta.preset),
            None => session.source.title().to_owned(),
        };
        let (now, end) = (session.now(), trace.end());
        let now = now.within(end);
        let moment = match part {
            Part::Timeline => {
                format!("The lanes of a run of {end}; the cursor is at {now}.")
            }
            Part::Stage | Part::Window => format!("At {now} of {}.", end.within(end)),
        };
        let mut phases = Vec::new();
        if part == Part::Timeline {
            let lanes = &session.recording.replay.lanes().actors;
            let shown: Vec<Phase> =
                lanes.iter().flat_map(|lane| lane.spans.iter().filter_map(Span::shown)).collect();
            let seen = phase::ALL.into_iter().filter(|phase| shown.contains(phase));
            phases = phase::named(meta, &seen.collect::<Vec<_>>());
        }
        Self { title, moment, params: params(session), origin: origin(session), phases }
    }

    /// All of it as a text.
    pub fn text(&self) -> String {
        let parts = [&format!("{}.", self.title), &self.moment, &self.params, &self.origin];
        let parts: Vec<&str> =
            parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }

    /// Draws it from the top of `ui`; returns where it ends.
    pub fn show(&self, ui: &mut Ui) -> f32 {
        let theme = Theme::of(ui);
        let ground = ui.max_rect();
        ui.painter().rect_filled(ground, 0.0, theme.stage);
        let line = Stroke::new(HAIRLINE, theme.hairline);
        ui.painter().hline(ground.x_range(), ground.top(), line);
        let frame = Frame::new().inner_margin(Margin::symmetric(16, 10));
        let shown = frame.show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(8.0, 3.0);
            let words = |ui: &mut Ui, text: RichText| {
                ui.add(Label::new(text).wrap());
            };
            ui.horizontal_wrapped(|ui| {
                ui.label(RichText::new(&self.title).font(theme.strong()).color(theme.text));
                ui.label(RichText::new(&self.moment).font(theme.body()).color(theme.muted));
            });
            if !self.phases.is_empty() {
                phase::legend(ui, &self.phases);
            }
            for text in [&self.params, &self.origin].into_iter().filter(|text| !text.is_empty()) {
                words(ui, RichText::new(text).font(theme.small()).color(theme.muted));
            }
        });
        shown.response.rect.bottom()
    }
}

/// The parameters that matter, in words.
fn params(session: &Session) -> String {
    let meta = session.recording.trace.meta();
    let all: Vec<String> = match session.source.topic() {
        Some(topic) => {
            let params = topic.params_of(meta);
            let matters = params.iter().filter(|(spec, _)| topic.applies(spec.key, &params));
            let word = |(spec, value): (&crate::topics::ParamSpec, &crate::topics::Value)| {
                let unit = if spec.unit.is_empty() { "" } else { "\u{a0}" };
                format!("{}\u{a0}{value}{unit}{}", spec.key, spec.unit)
            };
            matters.map(word).collect()
        }
        None => meta.params.iter().map(|(key, value)| format!("{key} {value}")).collect(),
    };
    match all.is_empty() {
        true => String::new(),
        false => format!("Parameters: {}.", all.join(", ")),
    }
}

/// When, where and by what a run was recorded.
fn origin(session: &Session) -> String {
    let meta = session.recording.trace.meta();
    let Made { began, machine, .. } = &session.recording.made;
    let mut words = String::from("Recorded");
    if *began > 0 {
        words += &format!(" {}", date(*began));
    }
    if !machine.system.is_empty() {
        let cores = if machine.cores == 1 { "core" } else { "cores" };
        words += &format!(
            " on {} ({}), {} {cores}",
            system(&machine.system),
            machine.architecture,
            machine.cores
        );
    }
    if !machine.cpu.is_empty() {
        words += &format!(" ({})", machine.cpu);
    }
    if !meta.program.name.is_empty() {
        words += &format!(", by {} {}", meta.program.name, meta.program.version);
    }
    let cpython = cpython::Part::of(meta);
    if let Some(version) = cpython.version.filter(|_| cpython.counts) {
        words += &format!(", with {version}");
    }
    words + "."
}

/// The name of an operating system, as it is written.
fn system(name: &str) -> &str {
    match name {
        "linux" => "Linux",
        "macos" => "macOS",
        "windows" => "Windows",
        other => other,
    }
}
