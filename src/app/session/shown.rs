//! A copy of what a tab shows, for another thread to draw.

use super::Session;
use crate::app::compare::Compared;
use crate::app::playback::{Playback, PlaybackCommand};
use crate::app::recording::Recording;
use crate::export::recording::Made;
use crate::replay::Replay;
use crate::trace::{Nanos, Trace};
use crate::widgets::selection::Selection;
use crate::widgets::stage::{Choice, RunStatus};
use crate::widgets::timeline::TimelineView;
use std::sync::Arc;

/// What a tab shows at one instant. What it is of is shared where the run is over, and copied where it goes on: what is
/// derived from it is worked out again then, by who draws it.
#[derive(Clone)]
pub struct Shown {
    name: String,
    trace: Arc<Trace>,
    replay: Option<Arc<Replay>>,
    made: Made,
    status: RunStatus,
    playback: Playback,
    timeline: TimelineView,
    selection: Selection,
    choice: Choice,
    plain: bool,
    comparison: Option<Arc<Compared>>,
    table_shown: bool,
}

/// Of a run under way with more events no copy is made: the window would stand still.
const MOST: usize = 1_000_000;

impl Session {
    /// Why what it shows cannot be copied now, in a sentence.
    pub fn refuses_copy(&self) -> Option<&'static str> {
        let is_long = self.is_running() && self.recording.trace.events().len() > MOST;
        is_long.then_some(
            "This run has over a million events and goes on: it can be saved when it is over, or has been stopped.",
        )
    }

    /// What it shows now.
    pub fn shown(&self) -> Shown {
        let Recording { trace, replay, made, .. } = &self.recording;
        // Nobody else may hold what a run adds to.
        let (trace, replay) = match self.is_running() {
            true => (Arc::new(Trace::clone(trace)), None),
            false => (Arc::clone(trace), Some(Arc::clone(replay))),
        };
        let Self { status, playback, timeline, selection, choice, plain, .. } = self;
        let (comparison, table_shown) = (self.comparison.clone(), self.table_shown);
        let meta = trace.meta();
        let name = match self.source.topic() {
            Some(topic) => format!("{} {}", topic.id(), meta.preset),
            None => self.source.title().to_owned(),
        };
        Shown {
            name,
            trace,
            replay,
            made: made.clone(),
            status: status.clone(),
            playback: playback.clone(),
            timeline: timeline.clone(),
            selection: *selection,
            choice: *choice,
            plain: *plain,
            comparison,
            table_shown,
        }
    }
}

impl Shown {
    /// Topic and preset, or what the trace is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What happened.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Why the run failed or was stopped, where it was not done.
    pub fn failure(&self) -> Option<String> {
        failure(&self.status)
    }

    /// Whether it is of the run that a session has.
    pub fn is_of(&self, session: &Session) -> bool {
        Arc::ptr_eq(&self.trace, &session.recording.trace)
    }

    /// The instant.
    pub fn now(&self) -> Nanos {
        self.playback.cursor()
    }

    /// Whether nothing has been run.
    pub fn is_empty(&self) -> bool {
        self.trace.events().is_empty()
    }

    /// A tab that shows it.
    pub fn session(self) -> Session {
        let replay = self.replay.unwrap_or_else(|| Arc::new(Replay::new(&self.trace)));
        let mut recording = Recording::shared(self.trace, replay);
        recording.made = self.made;
        let mut session = match self.comparison {
            Some(compared) => Session::of_compared(recording, compared),
            None => Session::of(&self.name, recording),
        };
        session.status = self.status;
        session.table_shown = self.table_shown;
        (session.playback, session.timeline) = (self.playback, self.timeline);
        (session.selection, session.choice) = (self.selection, self.choice);
        session.plain = self.plain;
        session.playback(PlaybackCommand::Pause);
        session
    }
}

/// Why a run failed or was stopped, where it was not done.
pub(super) fn failure(status: &RunStatus) -> Option<String> {
    match status {
        RunStatus::Failed(why) => Some(why.clone()),
        RunStatus::Stopped => Some("it was stopped".to_owned()),
        RunStatus::Running => Some("it was saved while it went on".to_owned()),
        RunStatus::Idle | RunStatus::Done => None,
    }
}
