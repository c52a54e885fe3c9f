//! The report: what runs showed, as one page for a browser and for print, and as Markdown with figures.
//!
//! Per question its text, the points of a full answer, the run with its parameters, the stage at a few moments, the lanes,
//! what came out, the findings, and the whole programs. Nothing in it is from elsewhere: it is read without a network.

pub mod dialog;
mod folder;
mod html;
mod markdown;
mod outcome;

use super::caption::Caption;
use super::command::Page;
use super::picture::{FigureSpec, Paper, Part, PictureSpec, Series};
use super::playback::At;
use super::program::unseen;
use super::session::Session;
use crate::export::ExportError;
use crate::export::compare::{Comparison, Row};
use crate::export::vector::Drawing;
use crate::topics::answer::{Answer, Point};
use crate::topics::{Params, Topic};
use crate::trace::{Nanos, RecordedBy};
pub use folder::{Folder, check, write};
use outcome::Told;

/// What stands at the head of a report. What is empty is left out.
#[derive(Clone, Debug, Default)]
pub struct Heading {
    /// Its title.
    pub title: String,
    /// Who hands it in.
    pub author: String,
    /// For which course.
    pub course: String,
    /// The command that makes it again.
    pub command: String,
}

/// A report.
pub struct Report {
    /// What stands at its head.
    pub heading: Heading,
    /// Its questions.
    pub chapters: Vec<Chapter>,
}

/// One question, and the run that answers it.
pub struct Chapter {
    title: String,
    question: String,
    /// The preset in a sentence.
    summary: String,
    points: &'static [Point],
    /// The command that runs the same again; empty for a trace without a topic.
    command: String,
    /// What the parameters mean, with their values.
    params: Vec<[String; 3]>,
    stages: Vec<Figure>,
    lanes: Figure,
    /// What came out.
    outcome: Told,
    /// Moment and sentence.
    findings: Vec<(String, String)>,
    /// What the recorder of a Python program could not see.
    unseen: Vec<String>,
    /// What was guessed: preset and how that stands, the question, what was said and came out.
    guesses: Vec<[String; 3]>,
    /// Name and text.
    programs: Vec<(String, String)>,
    caption: Caption,
    /// As names of files.
    name: String,
}

/// A figure, and what is said under it.
struct Figure {
    drawing: Drawing,
    caption: String,
}

/// Moments of a stage, in parts of the time that the whole run takes on screen.
const MOMENTS: [f64; 5] = [0.12, 0.34, 0.56, 0.78, 1.0];

impl Chapter {
    /// The chapter of a run that is over.
    ///
    /// # Errors
    /// A figure that cannot be drawn.
    pub fn of(mut session: Session) -> Result<Self, ExportError> {
        // The table of a comparison is text here.
        session.table_shown = false;
        let topic = session.source.topic();
        let (trace, pace) = (session.recording.trace.clone(), &session.recording.pace);
        let (meta, end) = (trace.meta(), trace.end());
        let answer = topic.and_then(|topic| topic.answer());
        let own = |answer: &'static Answer| answer.question.clone();
        let question = answer.and_then(own).unwrap_or_else(|| session.source.question(meta));
        let summary = topic.and_then(|topic| {
            let mut presets = topic.about().presets.iter();
            presets.find(|preset| preset.id == meta.preset).map(|preset| preset.summary)
        });
        let mut moments: Vec<Nanos> = MOMENTS
            .iter()
            .map(|part| Nanos(pace.at(part * pace.whole(end), end).round().max(0.0) as u64))
            .collect();
        moments.extend(session.findings.first().map(|finding| finding.at));
        moments.sort_unstable();
        moments.dedup();
        let mut programs = Vec::new();
        if let Some(answer) = answer {
            programs.push(("The whole program".to_owned(), answer.program.text()));
        }
        let run = meta.listings.first();
        programs
            .extend(run.map(|l| (format!("The program of the run, {}", l.file), l.text.clone())));
        let findings = session.findings.iter();
        let mut chapter = Self {
            title: session.source.title().to_owned(),
            question,
            summary: summary.unwrap_or_default().to_owned(),
            points: answer.map_or(&[], |answer| &answer.points[..]),
            command: topic.map_or_else(String::new, |topic| {
                let by = match meta.recorder {
                    RecordedBy::Python => " --engine python",
                    RecordedBy::Lab | RecordedBy::VizTracer | RecordedBy::Tool => "",
                };
                command(topic, &topic.params_of(meta)) + by
            }),
            params: topic.map_or_else(Vec::new, |topic| table(topic, &topic.params_of(meta))),
            stages: Vec::new(),
            lanes: Figure { drawing: Drawing::default(), caption: String::new() },
            outcome: match &session.comparison {
                Some(compared) => Told { lines: differences(&compared.table), tables: Vec::new() },
                None => session.outcome.as_ref().map(Told::of).unwrap_or_default(),
            },
            findings: findings.map(|f| (f.at.within(end), f.sentence.clone())).collect(),
            unseen: meta.unseen().map(unseen).collect(),
            guesses: Vec::new(),
            programs,
            caption: Caption::of(&session, Part::Stage),
            name: super::figures::plain(&format!("{} {}", meta.topic, meta.preset)),
        };
        let mut series = Series::new(session, &spec(Part::Stage))?;
        for moment in moments {
            let (drawing, caption) = series.at(moment)?;
            chapter.stages.push(Figure { drawing, caption: caption.moment });
        }
        let session = series.end();
        let mut series = Series::new(session, &spec(Part::Timeline))?;
        let (drawing, caption) = series.at(end)?;
        chapter.lanes = Figure { drawing, caption: caption.text() };
        Ok(chapter)
    }

    /// With what was guessed.
    pub fn with_guesses(self, guesses: Vec<[String; 3]>) -> Self {
        Self { guesses, ..self }
    }
}

fn spec(part: Part) -> FigureSpec {
    // Lanes are to have room for all of them, and to be zoomed.
    let (size, paper) = match part {
        Part::Timeline => ([1700.0, 1500.0], None),
        Part::Stage | Part::Window => ([1500.0, 900.0], Some(Paper::Slide)),
    };
    let page = Page::default();
    let picture = PictureSpec { size, scale: 1.0, dark: false, part, page, at: At::End };
    FigureSpec { picture, caption: part == Part::Timeline, paper }
}

/// The command that runs the same again.
fn command(topic: &dyn Topic, params: &Params) -> String {
    let mut words = format!("concurrency-lab run {} --preset {}", topic.id(), params.preset());
    let preset = topic.preset(params.preset());
    for (spec, value) in params.iter() {
        let usual = preset.as_ref().ok().and_then(|preset| preset.get(spec.key));
        if usual != Some(value) {
            words += &format!(" --set {}", quoted(&format!("{}={value}", spec.key)));
        }
    }
    words
}

/// A word as a shell takes it.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=./,:+@%".contains(c);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// The parameters that matter: key, value with its unit, what it means.
fn table(topic: &dyn Topic, params: &Params) -> Vec<[String; 3]> {
    let matters = params.iter().filter(|(spec, _)| topic.applies(spec.key, params));
    let row = |(spec, value): (&crate::topics::ParamSpec, &crate::topics::Value)| {
        let value = format!("{value} {}", spec.unit).trim_end().to_owned();
        [spec.key.to_owned(), value, spec.help.to_owned()]
    };
    matters.map(row).collect()
}

/// What differs between runs, a line for each thing.
fn differences(table: &Comparison) -> Vec<(String, String)> {
    let row = |row: &Row| {
        let of = if row.of.is_empty() { row.part.title() } else { &row.of };
        let values = table.runs.iter().zip(&row.values).map(|(run, value)| {
            let text = value.as_ref().map_or("–", |value| &value.text);
            format!("{run}: {text}")
        });
        let values: Vec<String> = values.collect();
        let said = format!("{}. {}", values.join(" | "), row.said);
        (
            format!("{of}: {}", row.what).replace('_', " "),
            said.trim_end_matches([' ', '.']).to_owned(),
        )
    };
    table.rows.iter().map(row).collect()
}

/// The title of a report that has no other.
pub const TITLE: &str = "Threads and processes";

impl Chapter {
    /// The figures with the names of their files.
    fn files(&self, number: usize) -> impl Iterator<Item = (String, &Figure)> {
        let stages = self.stages.iter().enumerate().map(move |(place, figure)| {
            (format!("{number}-{}-stage-{}.svg", self.name, place + 1), figure)
        });
        stages.chain([(format!("{number}-{}-lanes.svg", self.name), &self.lanes)])
    }
}
