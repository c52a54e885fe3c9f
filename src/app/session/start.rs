//! How a run of a tab begins: of an experiment, of its Python listing, of a student's program.

use super::hang;
use super::{Run, Session, Wake};
use crate::app::figures::plain;
use crate::app::kept::Keeping;
use crate::app::playback::PlaybackCommand;
use crate::app::program::ProgramCommand;
use crate::app::recording::Recording;
use crate::topics::runner::{self, RunError};
use crate::trace::{Engine, Meta, Trace};
use crate::widgets::selection::Selection;
use crate::widgets::stage::{Choice, RunStatus};
use crate::widgets::timeline::TimelineView;

impl Session {
    /// Runs with the parameters as set, by the engine that is chosen.
    pub(super) fn start(&mut self, wake: &Wake) {
        self.start_by(self.engine, wake);
    }

    /// Runs with the parameters as set.
    pub(in crate::app) fn start_by(&mut self, engine: Engine, wake: &Wake) {
        if self.program.is_some() {
            return self.start_program(wake);
        }
        let Some(topic) = self.runnable() else { return };
        if self.is_running() || self.refusal.is_some() {
            return;
        }
        match engine {
            Engine::Rust => {}
            Engine::Python => return self.start_listing(topic, wake),
        }
        let wake = wake.clone();
        self.asked = self.guesses.begin(self.params.preset(), self.question.as_ref());
        let meta = topic.meta(&self.params);
        self.keep(&format!("{} {}", meta.topic, meta.preset), &meta);
        let tap = self.keeping.as_ref().map(Keeping::tap);
        self.forget_run(meta);
        match runner::start_tapped(topic, self.params.clone(), tap, move || wake()) {
            Ok(run) => self.follow(Run::Topic(run)),
            Err(error) => self.status = RunStatus::Failed(RunError::from(error).to_string()),
        }
    }

    /// Begins to keep the run that begins, where runs are kept.
    pub(super) fn keep(&mut self, of: &str, meta: &Meta) {
        let folder = self.keep_in.as_ref();
        self.keeping = folder.and_then(|folder| Keeping::begin(folder, of, meta.clone()));
        self.kept = None;
    }

    pub(super) fn start_program(&mut self, wake: &Wake) {
        let Some(program) = self.program.as_mut().filter(|_| self.run.is_none()) else { return };
        if program.refusal().is_some() {
            return;
        }
        match program.start(wake.clone()) {
            Ok((options, run)) => {
                let name = options.script.file_stem().unwrap_or_default().to_string_lossy();
                self.keep(&format!("my-program {}", plain(&name)), &options.meta());
                self.forget_run(options.meta());
                self.hang = hang::Hang::default();
                self.follow(Run::Program(run));
            }
            Err(why) => self.status = RunStatus::Failed(why),
        }
    }

    /// Carries out what the user did about the program.
    pub fn command_program(&mut self, command: ProgramCommand, wake: &Wake) {
        let Some(program) = &mut self.program else { return };
        let typed = program.execute(command, wake);
        if let (Some(typed), Some(Run::Program(run))) = (typed, &self.run) {
            run.type_in(&typed);
        }
    }

    /// Runs one of the samples of the tab for programs, by its place: as soon as a Python is found, unless a run is under way.
    pub fn run_sample(&mut self, sample: usize, wake: &Wake) {
        if self.is_running() {
            return;
        }
        self.command_program(ProgramCommand::Sample(sample), wake);
        if let Some(program) = &mut self.program {
            program.wanted = true;
        }
        self.run_wanted(wake);
    }

    /// Starts the run that was asked for before a Python was found.
    pub(in crate::app) fn run_wanted(&mut self, wake: &Wake) {
        let Some(program) = self.program.as_mut().filter(|program| program.wanted) else { return };
        if !program.is_looking() {
            program.wanted = false;
            self.start(wake);
            if !self.is_running() {
                self.seek.forget();
            }
        }
    }

    /// Begins anew, with nothing recorded.
    pub(super) fn forget_run(&mut self, meta: Meta) {
        self.recording = Recording::new(Trace::new(meta));
        self.outcome = None;
        self.conclusion = None;
        self.listing = None;
        self.findings.clear();
        self.selection = Selection::None;
        self.choice = Choice::default();
        self.timeline = TimelineView::default();
    }

    /// Follows a run that has begun.
    pub(super) fn follow(&mut self, run: Run) {
        self.run = Some(run);
        self.status = RunStatus::Running;
        let looped = self.playback.is_looped();
        self.playback = self.playback.live();
        if looped {
            self.playback(PlaybackCommand::ToggleLoop);
        }
    }
}
