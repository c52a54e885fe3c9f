//! One tab: its parameters, its run, its recording, and where the user is in it.

use super::command::{GuessCommand, RunCommand, TimelineCommand};
use super::compare::Compared;
use super::engine::Python;
use super::guesses::{Asked, Guesses};
use super::kept::Keeping;
use super::playback::{Playback, PlaybackCommand};
use super::program::Program;
use super::recording::Recording;
use super::seek::Seek;
use super::source::{self, Source};
use crate::replay::Finding;
use crate::topics::runner::Finished;
use crate::topics::{Conclusion, Outcome, Params, Question, Topic, find};
use crate::trace::{Engine, Listing, Nanos, RecordedBy, Trace};
use crate::widgets::selection::Selection;
use crate::widgets::stage::{Choice, FigureCommand, PlainStage, RunStatus, Stage, Visit};
use crate::widgets::timeline::TimelineView;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Called on background threads when there is news of a run.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// One tab.
pub struct Session {
    /// What it shows.
    pub source: Source,
    /// The parameters as set for the next run.
    pub params: Params,
    /// How far the run is.
    pub status: RunStatus,
    /// The recording of the last run.
    pub recording: Recording,
    /// The outcome of the last run, if that was done.
    pub outcome: Option<Outcome>,
    /// What its trace tells, however it ended.
    pub conclusion: Option<Box<dyn Conclusion>>,
    /// What its trace proves; nothing before the run is over.
    pub findings: Vec<Finding>,
    /// The cursor.
    pub playback: Playback,
    /// The time axis.
    pub timeline: TimelineView,
    /// What is selected.
    pub selection: Selection,
    /// What is seen of the topic's figure.
    pub choice: Choice,
    /// Shows the scene alone, as of a trace without a topic.
    pub plain: bool,
    /// What is known of runs that stand beside each other here, where they do.
    pub comparison: Option<Arc<Compared>>,
    /// Shows the table of that, in place of the stage.
    pub table_shown: bool,
    /// What the user guessed.
    pub guesses: Guesses,
    /// The moment that is looked for.
    pub seek: Seek,
    /// The student's own program, where the tab is for that.
    pub program: Option<Box<Program>>,
    /// What runs the program of the next run.
    pub engine: Engine,
    /// The Python that runs it where Python does.
    pub python: Python,
    /// What the last run has written, where Python ran the listing.
    pub listing: Option<Box<Program>>,
    /// Why the engine that is chosen cannot run it.
    engine_refusal: Option<String>,
    /// A run is to begin once it is known which Python there is.
    awaits_python: bool,
    /// The question about a run with the parameters as set.
    question: Option<Question>,
    /// The program that a run with the parameters as set would be of.
    upcoming: Vec<Listing>,
    /// Why there can be no run with the parameters as set.
    refusal: Option<String>,
    /// What is to be found out about the run under way.
    asked: Asked,
    run: Option<Run>,
    hang: hang::Hang,
    concluding: Option<Concluding>,
    /// Where unsaved runs are kept, if anywhere.
    pub(super) keep_in: Option<Arc<Path>>,
    keeping: Option<Keeping>,
    /// The file that the last run is kept in.
    kept: Option<PathBuf>,
    /// The presets that have run to their end here.
    ran: BTreeSet<String>,
}

mod compared;
mod engine;
mod hang;
mod jumps;
mod news;
mod run;
mod shown;
mod start;

pub use shown::Shown;

use news::Concluding;
use run::Run;

impl Session {
    /// A tab with the default parameters and nothing run.
    pub fn new(topic: &'static dyn Topic) -> Self {
        let params = topic.default_params();
        let recording = Recording::new(Trace::new(topic.meta(&params)));
        Self::with(Source::Topic(topic), params, recording)
    }

    /// A tab for a student's own program, of which nothing has run.
    pub fn program(kept: &super::program::Kept) -> Self {
        let recording = Recording::new(Trace::default());
        let mut session = Self::with(Source::Program, Params::defaults("", &[]), recording);
        let mut program: Box<Program> = Box::default();
        program.remember(kept);
        session.program = Some(program);
        session
    }

    fn with(source: Source, params: Params, recording: Recording) -> Self {
        let topic = source.topic();
        Self {
            question: topic.and_then(|topic| topic.question(&params)),
            refusal: topic.and_then(|topic| topic.refusal(&params)),
            engine: Engine::default(),
            python: Python::default(),
            listing: None,
            engine_refusal: None,
            awaits_python: false,
            upcoming: Vec::new(),
            asked: Asked::default(),
            guesses: Guesses::default(),
            seek: Seek::default(),
            source,
            params,
            recording,
            status: RunStatus::Idle,
            outcome: None,
            conclusion: None,
            findings: Vec::new(),
            playback: Playback::default(),
            timeline: TimelineView::default(),
            selection: Selection::None,
            choice: Choice::default(),
            plain: false,
            comparison: None,
            table_shown: false,
            program: None,
            run: None,
            hang: hang::Hang::default(),
            concluding: None,
            keep_in: None,
            keeping: None,
            kept: None,
            ran: BTreeSet::new(),
        }
    }

    /// Whether a preset has run to its end here.
    pub fn has_run(&self, preset: &str) -> bool {
        self.ran.contains(preset)
    }

    /// A run that is over, for pictures.
    pub fn finished(topic: &'static dyn Topic, params: Params, finished: Finished) -> Self {
        Self::guessed(topic, params, finished, None)
    }

    /// A run that is over, with the answer that was guessed before it.
    pub fn guessed(
        topic: &'static dyn Topic,
        params: Params,
        finished: Finished,
        guess: Option<usize>,
    ) -> Self {
        let recording = Recording::of(finished.trace, finished.replay);
        let mut session = Self::with(Source::Topic(topic), params, recording);
        if let Some(answer) = guess {
            session.guess(GuessCommand::Choose(answer));
        }
        let preset = session.params.preset();
        let asked = session.guesses.begin(preset, session.question.as_ref());
        let status = match finished.result {
            Ok(_) => RunStatus::Done,
            Err(error) => RunStatus::Failed(error.to_string()),
        };
        session.of_a_run(status, &asked)
    }

    /// A trace that was recorded before, of a topic where it names one.
    pub fn recorded(name: &str, trace: Trace) -> Self {
        Self::of(name, Recording::new(trace))
    }

    fn of(name: &str, recording: Recording) -> Self {
        let (trace, replay) = (&recording.trace, &recording.replay);
        let (status, topic) = (source::status(trace, replay), find(&trace.meta().topic));
        let (source, params) = match topic {
            Some(topic) => (Source::Topic(topic), topic.params_of(trace.meta())),
            None => (Source::Trace(name.to_owned()), Params::defaults("", &[])),
        };
        let engine = recording.trace.meta().recorder.engine();
        let session = Self { engine, ..Self::with(source, params, recording) };
        session.of_a_run(status, &Asked::default())
    }

    /// The file that the last run is kept in until it is saved.
    pub fn kept(&self) -> Option<&Path> {
        self.kept.as_deref()
    }

    /// The topic whose experiment can be run here.
    pub fn runnable(&self) -> Option<&'static dyn Topic> {
        self.source.topic()
    }

    /// What a run would be of: the chosen preset in a sentence.
    pub fn ready(&self) -> &'static str {
        let chosen = self.params.preset();
        let presets = self.source.topic().map_or(&[][..], |topic| topic.about().presets);
        presets.iter().find(|preset| preset.id == chosen).map_or("", |preset| preset.summary)
    }

    /// What the recording is of, where a run with the parameters as set would be another one.
    pub fn earlier(&self) -> Option<&str> {
        let (topic, meta) = (self.source.topic()?, self.recording.trace.meta());
        if self.recording.trace.events().is_empty() || self.is_running() {
            return None;
        }
        let matters = |params: &Params| params.effective(|key, params| topic.applies(key, params));
        let other = matters(&topic.params_of(meta)) != matters(&self.params);
        (other || meta.recorder.engine() != self.engine).then_some(&meta.preset)
    }

    /// Whether the recording is of a topic's Python program.
    pub fn is_of_a_listing(&self) -> bool {
        self.source.topic().is_some() && self.recording.trace.meta().recorder == RecordedBy::Python
    }

    /// Why there can be no run with the parameters as set.
    pub fn refusal(&self) -> Option<&str> {
        self.refusal.as_deref().or(self.engine_refusal.as_deref())
    }

    /// The question that is to be answered or skipped: of a preset that the recording is not of.
    pub fn asks(&self) -> Option<&Question> {
        let preset = self.params.preset();
        let trace = &self.recording.trace;
        // Python's run of it is another program's.
        let is_new = trace.events().is_empty()
            || trace.meta().preset != preset
            || trace.meta().recorder != RecordedBy::Lab;
        if self.engine != Engine::Rust {
            return None;
        }
        let wanted = is_new && self.run.is_none() && self.guesses.wants(preset);
        self.question.as_ref().filter(|_| wanted)
    }

    /// The program that the question is about, where that is not the one of the recording.
    pub fn upcoming(&self) -> Option<&[Listing]> {
        let other = !self.recording.trace.events().is_empty() && self.asks().is_some();
        other.then_some(&self.upcoming[..])
    }

    /// Carries out what the user did about a question.
    pub fn guess(&mut self, command: GuessCommand) {
        let preset = self.params.preset();
        match command {
            GuessCommand::Choose(answer) => self.guesses.choose(preset, answer),
            GuessCommand::Forget => self.guesses.forget_chosen(),
            GuessCommand::Skip => self.guesses.skip(preset),
            GuessCommand::Close => self.guesses.close(),
            GuessCommand::Hint => self.guesses.hint(),
        }
    }

    /// What draws it.
    pub fn stage(&self) -> &'static dyn Stage {
        match self.source.topic() {
            Some(topic) if !self.plain && !self.is_of_a_listing() => topic.stage(),
            _ => &PlainStage,
        }
    }

    /// Whether a run is under way, or is over and its outcome not known yet.
    pub fn is_running(&self) -> bool {
        self.run.is_some()
    }

    /// Whether the run itself is over, though what it recorded last may not be taken in yet.
    pub fn is_over(&self) -> bool {
        self.run.as_ref().is_none_or(Run::is_over)
    }

    /// The end of what is known. While a run lasts, that is the instant up to which all events are in, not what its clock
    /// shows: between the two, somebody might be shown waiting who has long gone on.
    pub fn end(&self) -> Nanos {
        let recording = &self.recording;
        let last = recording.trace.end();
        match &self.run {
            Some(_) => recording.until.max(last),
            None => last,
        }
    }

    /// The instant shown.
    pub fn now(&self) -> Nanos {
        self.playback.cursor()
    }

    /// How long a motion takes, in time of the trace: a quarter of a second on screen.
    pub fn motion(&self) -> Nanos {
        self.playback.motion(&self.recording.pace, self.end())
    }

    /// Takes in the news of the run and moves the cursor by `dt` seconds. Answers whether another frame is needed.
    pub fn update(&mut self, dt: f64) -> bool {
        self.take_news();
        let live = self.run.is_some().then(|| self.end());
        let moving =
            self.playback.advance(dt, self.recording.trace.end(), live, &self.recording.pace);
        let shown = self.playback.shown(&*self.recording.trace);
        self.recording.seek(shown);
        moving || self.run.is_some() || self.seek.is_under_way()
    }

    /// Carries out what the user asked of the run.
    pub fn run(&mut self, command: RunCommand, wake: &Wake) {
        match command {
            RunCommand::Start => {
                if !self.is_running() {
                    self.seek.forget();
                }
                self.start(wake);
            }
            RunCommand::Stop => {
                if let Some(run) = &self.run {
                    run.stop();
                }
            }
            RunCommand::Signal { to, signal } => {
                if let Some(run) = &self.run {
                    run.signal(to, signal);
                }
            }
            RunCommand::Preset(id) => {
                if let Some(Ok(params)) = self.source.topic().map(|topic| topic.preset(id)) {
                    self.guesses.preset_chosen();
                    self.set_params(params);
                }
            }
            RunCommand::Engine(engine) => {
                self.set_engine(engine);
            }
            RunCommand::Reset => {
                let topic = self.source.topic();
                if let Some(Ok(params)) = topic.map(|topic| topic.preset(self.params.preset())) {
                    self.set_params(params);
                }
            }
            RunCommand::Set { key, value } => {
                let mut params = self.params.clone();
                // The controls keep to the ranges; what does not fit is not taken.
                if params.set(key, &value).is_ok() {
                    self.set_params(params);
                }
            }
        }
    }

    /// Sets all parameters for the next run.
    pub fn set_params(&mut self, params: Params) {
        self.params = params;
        let topic = self.source.topic();
        self.refusal = topic.and_then(|topic| topic.refusal(&self.params));
        self.consider_engine();
        let question = topic.and_then(|topic| topic.question(&self.params));
        if !matches!((&question, &self.question), (Some(now), Some(before)) if now.is_like(before))
        {
            self.guesses.forget_chosen();
        }
        self.question = question;
        self.upcoming = topic.map_or_else(Vec::new, |topic| topic.meta(&self.params).listings);
        if self.is_running() {
            return;
        }
        if self.recording.trace.events().is_empty() {
            // The stage shows what a run would be of.
            if let Some(topic) = self.source.topic() {
                self.recording = Recording::new(Trace::new(topic.meta(&self.params)));
            }
        }
    }

    /// Moves the cursor.
    pub fn playback(&mut self, command: PlaybackCommand) {
        let (end, live) = (self.end(), self.is_running());
        self.playback.apply(command, &*self.recording.trace, end, live);
    }

    /// Moves the time axis.
    pub fn timeline(&mut self, command: TimelineCommand) {
        let (now, end) = (self.now(), self.end());
        match command {
            TimelineCommand::ZoomIn => self.timeline.zoom(2.0, now, end),
            TimelineCommand::ZoomOut => self.timeline.zoom(0.5, now, end),
            TimelineCommand::Fit => self.timeline.fit(),
            TimelineCommand::Show(from, to) => self.timeline.show(from, to, end),
        }
    }

    /// Changes what is seen of the topic's figure.
    pub fn figure(&mut self, command: FigureCommand) {
        match command {
            FigureCommand::Page(page) => self.choice.page = page,
            FigureCommand::Series(series) => self.choice.series = Some(series),
            FigureCommand::ToggleAlone => self.choice.alone = !self.choice.alone,
            FigureCommand::Visit(from, to) => {
                let figure = self.choice.instant(self.now());
                self.selection = Selection::None;
                self.playback(PlaybackCommand::Scrub(to));
                self.timeline(TimelineCommand::Show(from, to));
                self.choice.visit = Some(Visit { cursor: self.now(), figure });
            }
            FigureCommand::Say(place, said) => {
                if let Some(place) = self.choice.said.get_mut(usize::from(place)) {
                    *place = said;
                }
            }
            FigureCommand::Return => {
                let before = self.choice.instant(self.now());
                self.timeline(TimelineCommand::Fit);
                self.playback(PlaybackCommand::Scrub(before));
            }
        }
    }

    /// Selects; an event also moves the cursor to it.
    pub fn select(&mut self, selection: Selection) {
        self.selection = selection;
        if let Selection::Event(index) = selection {
            self.playback.show(&*self.recording.trace, index + 1);
        }
    }
}
