//! The way to the moment that shows something: from a link of an answer, or of the glossary, to an event of a run.

use super::later::Later;
use super::recording::Recording;
use super::session::Session;
use crate::topics::answer::Link;
use crate::topics::predict::Seen;
use crate::topics::{Params, Topic};
use crate::trace::Engine;
use crate::widgets::stage::RunStatus;
use std::any::Any;
use std::sync::Arc;
use std::task::Poll;

/// What is to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Id of the topic whose answer it belongs to; empty where it belongs to none.
    pub owner: &'static str,
    /// The run and its moment.
    pub link: Link,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    /// What was to be shown.
    pub wanted: Wanted,
    /// The recording in which it was looked for, by its serial number.
    pub run: u64,
    /// Index of the event that shows it; `None` where that run does not show it.
    pub event: Option<usize>,
}

/// What is looked for in a tab, and what was found last.
#[derive(Default)]
pub struct Seek {
    under_way: Option<(Wanted, Step)>,
    last: Option<Sought>,
}

enum Step {
    /// The run is under way.
    Running,
    /// Another thread looks for the moment in the recording with this serial number: that may take the reading of every
    /// event.
    Looking(u64, Later<Option<usize>>),
}

impl Seek {
    /// What was looked for last.
    pub fn last(&self) -> Option<&Sought> {
        self.last.as_ref()
    }

    /// Whether something is looked for.
    pub fn is_under_way(&self) -> bool {
        self.under_way.is_some()
    }

    /// Whether this is looked for.
    pub fn is_at(&self, wanted: &Wanted) -> bool {
        self.under_way.as_ref().is_some_and(|(at, _)| at == wanted)
    }

    /// Something else is run: nothing is looked for any more.
    pub fn forget(&mut self) {
        self.under_way = None;
    }

    /// A run has been started that is to show it.
    fn run(&mut self, wanted: Wanted) {
        self.under_way = Some((wanted, Step::Running));
        self.last = None;
    }

    /// Has another thread look for it in a recording.
    fn look(&mut self, wanted: Wanted, topic: Option<&'static dyn Topic>, recording: &Recording) {
        let (trace, replay) = (Arc::clone(&recording.trace), Arc::clone(&recording.replay));
        let link = wanted.link.clone();
        let told = Later::begin_or_not("moment", move || {
            let conclusion = topic.map(|topic| topic.conclude(&trace, &replay));
            let conclusion: &dyn Any = match &conclusion {
                Some(conclusion) => &**conclusion,
                None => &(),
            };
            let (trace, replay) = (&*trace, &*replay);
            link.find(topic, &Seen { trace, replay, conclusion })
        });
        self.last = None;
        self.under_way = Some((wanted, Step::Looking(recording.serial, told)));
    }

    /// What has come of it since; nothing where another recording than that of serial number `shown` is shown by now.
    fn take(&mut self, shown: u64) -> Option<Sought> {
        let (_, Step::Looking(run, told)) = self.under_way.as_ref()? else { return None };
        let run = *run;
        if run != shown {
            self.under_way = None;
            return None;
        }
        let Poll::Ready(event) = told.take() else { return None };
        let (wanted, _) = self.under_way.take()?;
        let sought = Sought { wanted, run, event: event.flatten() };
        self.last = Some(sought.clone());
        Some(sought)
    }
}

impl Session {
    /// Shows something: where the recording is of its run the cursor goes there, else that is run first. Does nothing while
    /// another run is under way.
    pub fn show(&mut self, wanted: Wanted, wake: &super::session::Wake) {
        #[cfg(unix)]
        if let Some(sample) = wanted.link.sample().and_then(super::program::sample_of) {
            if self.program.is_some() && !self.is_running() {
                self.seek.run(wanted);
                self.run_sample(sample, wake);
            }
            return;
        }
        let Some(topic) = self.runnable().filter(|topic| topic.id() == wanted.link.topic) else {
            return;
        };
        if self.is_running() {
            return;
        }
        let is_known = self.status == RunStatus::Done && !self.is_of_a_listing();
        if is_known && wanted.link.is_of(topic, &self.recording.trace) {
            self.seek.look(wanted, Some(topic), &self.recording);
            return;
        }
        let Ok(mut params) = wanted.link.params(topic) else { return };
        keep_free(&self.params, &mut params);
        self.set_params(params);
        // Moments are found in what the topic concludes.
        self.start_by(Engine::Rust, wake);
        if self.is_running() {
            self.seek.run(wanted);
        }
    }

    /// The run is over: what was wanted of it is looked for.
    pub(super) fn look_at_the_end(&mut self) {
        let Some((wanted, Step::Running)) = self.seek.under_way.take() else { return };
        let topic = self.runnable();
        if self.status == RunStatus::Done && (topic.is_some() || wanted.link.sample().is_some()) {
            self.seek.look(wanted, topic, &self.recording);
        }
    }

    /// What was found since the last frame: the cursor is there then.
    pub fn take_sought(&mut self) -> Option<Sought> {
        let sought = self.seek.take(self.recording.serial)?;
        if let Some(event) = sought.event {
            self.go_to(event);
        }
        Some(sought)
    }
}

/// What is free stays as the user has it.
fn keep_free(from: &Params, to: &mut Params) {
    for key in Link::FREE {
        if let (Some(value), Some(_)) = (from.get(key), to.get(key)) {
            // It is a value of the same parameter.
            let _ = to.set(key, &value.to_string());
        }
    }
}
