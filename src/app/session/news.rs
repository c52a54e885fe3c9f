//! What comes of a run: its news while it goes on, and what its whole trace tells once it is over.

use super::{Run, Session, run, shown};
use crate::app::guesses::{Answered, Asked};
use crate::app::later::Later;
use crate::app::recording::Recording;
use crate::export::recording::Ending;
use crate::record::thread::Failure;
use crate::replay::{Finding, Replay, findings};
use crate::topics::predict::Seen;
use crate::topics::runner::Update;
use crate::topics::{Conclusion, Outcome, Topic};
use crate::trace::{RecordedBy, Trace};
use crate::widgets::stage::RunStatus;
use std::any::Any;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

/// Longest time that a frame spends on taking in news of a run that goes on: an eighth of what a frame may cost. A
/// run that is faster than that is shown later.
const NEWS: Duration = Duration::from_micros(500);
/// The same once the run is over, and what is left is to be seen soon.
const REST: Duration = Duration::from_micros(1500);

/// A run that is over, while another thread works out what came of it: that reads every event there is.
pub(super) struct Concluding {
    result: Result<(), Failure>,
    told: Later<Told>,
}

/// What a whole trace tells.
#[derive(Default)]
struct Told {
    conclusion: Option<Box<dyn Conclusion>>,
    /// What came out, by field.
    outcome: Option<Outcome>,
    findings: Vec<Finding>,
    answered: Answered,
}

impl Told {
    /// Of a run by Python it is told what came out, as far as that is known: what the topic concludes is about its own experiment.
    fn of(topic: Option<&dyn Topic>, trace: &Trace, replay: &Replay, asked: &Asked) -> Self {
        if trace.meta().recorder == RecordedBy::Python {
            let outcome = topic.map(|topic| topic.outcome(trace, replay));
            let outcome = outcome.filter(|outcome| !outcome.is_empty());
            return Self { outcome, findings: findings(trace, replay), ..Self::default() };
        }
        let conclusion = topic.map(|topic| topic.conclude(trace, replay));
        let outcome = conclusion.as_ref().map(|conclusion| conclusion.fields());
        let seen = conclusion.as_deref().map(|conclusion| conclusion as &dyn Any);
        let answered = seen.map(|conclusion| asked.answer(&Seen { trace, replay, conclusion }));
        let answered = answered.unwrap_or_default();
        Self { conclusion, outcome, findings: findings(trace, replay), answered }
    }
}

impl Session {
    pub(super) fn take_news(&mut self) {
        if let Some(concluding) = self.concluding.take() {
            return match concluding.told.take() {
                Poll::Ready(told) => self.end_run(concluding.result, told.unwrap_or_default()),
                Poll::Pending => self.concluding = Some(concluding),
            };
        }
        let Some(run) = &self.run else { return };
        let mut ended = None;
        let (begin, longest) = (Instant::now(), if run.is_over() { REST } else { NEWS });
        let run = match run {
            Run::Topic(run) => run,
            Run::Program(_) => return self.take_news_of_program(begin + longest),
        };
        for update in run.updates() {
            match update {
                Update::Batch(batch) => self.recording.take(batch),
                Update::Ended { result, .. } => ended = Some(result),
            }
            if begin.elapsed() > longest {
                // The rest waits for the next frame: the window stays responsive however fast the run is.
                break;
            }
        }
        let Recording { trace, replay, until, .. } = &self.recording;
        run.watch(trace, replay, *until);
        self.concluding = ended.map(|result| self.conclude(result));
    }

    pub(super) fn take_news_of_program(&mut self, until: Instant) {
        use crate::python::Update;
        let program = self.program.as_mut().or(self.listing.as_mut());
        let (Some(Run::Program(run)), Some(program)) = (&self.run, program) else { return };
        let mut ended = None;
        for update in run.updates() {
            match update {
                Update::Batch(batch) => {
                    if let Some(keeping) = &self.keeping {
                        keeping.add(batch.clone());
                    }
                    self.recording.take(batch);
                }
                Update::Output(stream, bytes) => program.console.add(stream, &bytes),
                Update::Ended(ending) => {
                    ended = Some(run::result(&ending));
                    program.ending = Some(ending);
                }
            }
            if Instant::now() > until {
                break;
            }
        }
        self.concluding = ended.map(|result| self.conclude(result));
        // A topic's is ended once it hangs.
        if self.concluding.is_none() && self.program.is_some() {
            self.watch_hang();
        }
    }

    /// Has another thread work out what came of the run. Where there is none to be had, nothing is known of it.
    pub(super) fn conclude(&self, result: Result<(), Failure>) -> Concluding {
        let Recording { trace, replay, .. } = &self.recording;
        let (trace, replay) = (Arc::clone(trace), Arc::clone(replay));
        let (topic, asked) = (self.source.topic(), self.asked.clone());
        let told = move || Told::of(topic, &trace, &replay, &asked);
        let told = Later::begin_or_not("conclude", told);
        Concluding { result, told }
    }

    /// The run under way is over.
    fn end_run(&mut self, result: Result<(), Failure>, told: Told) {
        self.run = None;
        let status = match result {
            Ok(()) => {
                self.ran.insert(self.recording.trace.meta().preset.clone());
                RunStatus::Done
            }
            Err(Failure::Cancelled) => RunStatus::Stopped,
            Err(failure) => {
                log::warn!("run of {} failed: {failure:?}", self.source.title());
                RunStatus::Failed(failure.to_string())
            }
        };
        self.ended(status, told);
        let end = self.recording.trace.end();
        if let Some(keeping) = self.keeping.take() {
            let failure = shown::failure(&self.status);
            self.kept = Some(keeping.end(Ending { failure, wall_ns: end.0 }));
        }
        match self.status {
            // The stage says why at the end.
            RunStatus::Stopped | RunStatus::Failed(_) => self.playback.fit_speed(end),
            _ => self.playback.run_ended(end),
        }
        self.look_at_the_end();
    }

    /// The same tab with a run that was over before, and ended so. `asked`: what was to be found out about it.
    pub(super) fn of_a_run(mut self, status: RunStatus, asked: &Asked) -> Self {
        let Recording { trace, replay, .. } = &self.recording;
        let told = Told::of(self.source.topic(), trace, replay, asked);
        self.ended(status, told);
        self.playback.fit_speed(self.end());
        self
    }

    /// Takes in how a run went and what its whole trace tells; what came out only where it was done.
    fn ended(&mut self, status: RunStatus, told: Told) {
        let Told { conclusion, outcome, findings, answered } = told;
        self.outcome = outcome.filter(|_| status == RunStatus::Done);
        (self.status, self.conclusion, self.findings) = (status, conclusion, findings);
        self.guesses.end(self.recording.serial, answered);
    }
}
