//! A run under way, as far as its news came.

use super::runs::PATIENCE;
use concurrency_lab::replay::Replay;
use concurrency_lab::topics::runner::{self, Finished, RunError, RunHandle, Update};
use concurrency_lab::topics::{Outside, Params, Topic};
use concurrency_lab::trace::{ActorId, Event, Trace};
use std::time::Instant;

pub struct Live {
    topic: &'static dyn Topic,
    pub handle: RunHandle,
    pub trace: Trace,
    pub replay: Replay,
    /// When it is over.
    pub result: Option<Result<(), RunError>>,
}

impl Live {
    pub fn start(topic: &'static dyn Topic, params: Params) -> Self {
        Self::start_with(topic, params, Outside::default())
    }

    pub fn start_with(topic: &'static dyn Topic, params: Params, outside: Outside) -> Self {
        let trace = Trace::new(topic.meta(&params));
        Self {
            topic,
            replay: Replay::new(&trace),
            trace,
            handle: runner::start_with(topic, params, outside, None, || ()).unwrap(),
            result: None,
        }
    }

    pub fn is_over(&self) -> bool {
        self.result.is_some()
    }

    /// Takes in what news there are.
    pub fn update(&mut self) {
        for update in self.handle.updates() {
            match update {
                Update::Batch(batch) => {
                    let applied = self.trace.apply(batch);
                    self.replay.update(&self.trace, applied.first_changed);
                }
                Update::Ended { result, .. } => {
                    self.result = Some(result.map_err(RunError::Failed));
                }
            }
        }
    }

    /// Takes in news until there is something.
    pub fn find<T>(&mut self, what: &str, look: impl Fn(&Self) -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            assert!(start.elapsed() < PATIENCE, "in vain: {what}");
            std::thread::yield_now();
            self.update();
        }
    }

    /// Takes in news until something is so.
    pub fn until(&mut self, what: &str, so: impl Fn(&Self) -> bool) {
        self.find(what, |live| so(live).then_some(()));
    }

    /// Takes in all of it.
    pub fn finish(mut self) -> Finished {
        self.until("the end", Self::is_over);
        let result = self.result.take().unwrap();
        Finished {
            wall: self.trace.end(),
            result: result.map(|()| self.topic.outcome(&self.trace, &self.replay)),
            trace: self.trace,
            replay: self.replay,
        }
    }

    /// Who has a task now, and its OS id.
    pub fn at_work(&self) -> Vec<(ActorId, u64)> {
        let states = self.replay.latest().actors.iter().enumerate();
        let busy = states.filter(|(_, state)| state.task.is_some() && state.end.is_none());
        busy.map(|(index, state)| (ActorId::from_index(index), state.os_id)).collect()
    }

    pub fn has(&self, like: impl Fn(&Event) -> bool) -> bool {
        self.trace.events().iter().any(like)
    }
}
