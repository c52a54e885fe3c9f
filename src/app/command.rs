//! Everything the user can ask for. Views answer with commands; the app carries them out after the frame is drawn.

use super::dialog::Browse;
use super::figures::FigureLook;
use super::playback::PlaybackCommand;
use super::program::ProgramCommand;
use super::report::dialog::Words;
use super::seek::Wanted;
use crate::export::data::{Form, What};
use crate::export::recording::Part;
use crate::topics::Language;
use crate::topics::answer::Truth;
use crate::topics::guide::Run;
use crate::trace::{ActorId, Engine, Nanos};
use crate::widgets::selection::Selection;
use crate::widgets::stage::FigureCommand;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Something the user asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Show the tab with this index.
    Tab(usize),
    /// A command to the run of the shown tab.
    Run(RunCommand),
    /// A command to the cursor of the shown tab.
    Playback(PlaybackCommand),
    /// A command to the time axis of the shown tab.
    Timeline(TimelineCommand),
    /// Select something, everywhere at once.
    Select(Selection),
    /// Choose what to see of the topic's figure.
    Figure(FigureCommand),
    /// About the question of the shown tab.
    Guess(GuessCommand),
    /// About the guide of the shown tab.
    Guide(GuideCommand),
    /// To the next event that matters, or the one before.
    Jump(Jump),
    /// About answers.
    Answer(AnswerCommand),
    /// About the student's own program of the shown tab.
    Program(ProgramCommand),
    /// Find out which Python there is.
    FindPython,
    /// Draw a figure of what is shown.
    SaveFigure(FigureGoal),
    /// Save the recording of the shown tab.
    SaveRecording,
    /// About files.
    File(FileCommand),
    /// What recordings are saved without.
    Without(BTreeSet<Part>),
    /// About comparing runs.
    Compare(CompareCommand),
    /// How figures are drawn.
    FigureLook(FigureLook),
    /// What stands at the head of reports.
    ReportWords(Words),
    /// Write a report of the runs in the tabs.
    WriteReport,
    /// Where figures and programs are saved: a folder, or nothing for the usual one.
    Folder(String),
    /// Have a file or folder chosen in a dialog of the desktop.
    Browse(Browse),
    /// About how things are shown.
    View(ViewCommand),
}

/// About the guide of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GuideCommand {
    /// Show it in place of the stage, or the stage again.
    Show(bool),
    /// Choose an answer.
    Answer {
        /// Place of the question.
        question: usize,
        /// Place of the answer.
        answer: usize,
    },
    /// Take the answers of a usual program.
    Program(Vec<usize>),
    /// Show the tab and the preset of a run, and run it.
    Run(Run),
}

/// About files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileCommand {
    /// Open one.
    Open(PathBuf),
    /// Write the recording of the shown tab as data.
    Export(What, Form),
    /// Delete an unsaved run, or all of them.
    Dismiss(Option<PathBuf>),
}

/// About comparing runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompareCommand {
    /// The choice of runs, or not.
    Toggle,
    /// Keep the run of the shown tab.
    Keep,
    /// Add the run of a file.
    Add(PathBuf),
    /// Do without the kept run at this place.
    Remove(usize),
    /// Set the runs beside each other.
    Start,
    /// In the tab that does, show the table of differences, or the scene.
    Table(bool),
}

/// Where a figure goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureGoal {
    /// Into a file.
    File,
    /// On the clipboard.
    Clipboard,
}

/// To an event that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jump {
    /// The next one.
    Next,
    /// The one before.
    Previous,
}

/// About a question before a run, and its answer after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuessCommand {
    /// Choose the answer at this place.
    Choose(usize),
    /// Choose none any more.
    Forget,
    /// Do without a guess.
    Skip,
    /// Put the answer away.
    Close,
    /// Show the hint to what is asked for next.
    Hint,
}

/// About the answer to a question.
#[derive(Clone, Debug, PartialEq)]
pub enum AnswerCommand {
    /// Show what shows a point, a sentence or a word, in the tab of its topic.
    Show(Wanted),
    /// Judge a sentence of a topic's answer.
    Judge {
        /// Id of the topic.
        topic: &'static str,
        /// The sentence.
        sentence: String,
        /// As what.
        truth: Truth,
    },
    /// Show a word of the glossary, by its name.
    Word(&'static str),
    /// Run the whole program of the answer of the topic with this id, in the tab for programs.
    Run(&'static str),
}

/// About the run of a tab.
#[derive(Clone, Debug, PartialEq)]
pub enum RunCommand {
    /// Run with the parameters as set.
    Start,
    /// Stop the run under way.
    Stop,
    /// Take the parameters of a preset.
    Preset(&'static str),
    /// Send a process of the run under way a signal.
    Signal {
        /// Which process.
        to: ActorId,
        /// As the system numbers it.
        signal: u8,
    },
    /// Have the next run be by this program, or by Python.
    Engine(Engine),
    /// Take the chosen preset as it is.
    Reset,
    /// Set one parameter.
    Set {
        /// Its key.
        key: &'static str,
        /// Its value, as text.
        value: String,
    },
}

/// Commands to the time axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TimelineCommand {
    /// Show less, larger, around the cursor.
    ZoomIn,
    /// Show more, smaller.
    ZoomOut,
    /// Show all.
    Fit,
    /// Show from here to there.
    Show(Nanos, Nanos),
}

/// Commands to the window's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewCommand {
    /// Light or dark.
    ToggleTheme,
    /// One page of the inspector.
    Inspector(Page),
    /// The language of the Code page.
    Language(Language),
    /// Whether questions are asked before a run.
    ToggleQuestions,
    /// All guesses of the shown tab, with what the runs said.
    ToggleGuesses,
    /// The choices of a figure.
    ToggleFigures,
    /// What to open.
    ToggleOpen,
    /// What to export.
    ToggleExport,
    /// The choices of a report.
    ToggleReport,
    /// The list of keys.
    ToggleKeys,
    /// Search.
    ToggleSearch,
    /// Where to begin.
    ToggleStart,
    /// Nothing over the window.
    CloseOver,
    /// The parts of the window as large as at first.
    ResetLayout,
    /// All that is in the window larger or smaller.
    Zoom(Zoom),
}

/// How large what is in the window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zoom {
    /// Larger.
    In,
    /// Smaller.
    Out,
    /// As at first.
    Reset,
}

/// The pages of the inspector.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    clap::ValueEnum,
)]
pub enum Page {
    /// The explanation of the topic.
    #[default]
    Explain,
    /// The points of a full answer.
    Answer,
    /// The listings, with each actor's line.
    Code,
    /// What the whole run proves.
    Findings,
    /// The events.
    Log,
    /// Statistics and the outcome.
    Numbers,
}

impl Page {
    /// In the order of their tabs.
    pub const ALL: [Self; 6] =
        [Self::Explain, Self::Answer, Self::Code, Self::Findings, Self::Log, Self::Numbers];

    /// As shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Explain => "Explain",
            Self::Answer => "Answer",
            Self::Code => "Code",
            Self::Findings => "Findings",
            Self::Log => "Log",
            Self::Numbers => "Numbers",
        }
    }
}
