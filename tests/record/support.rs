//! A run under test.

use crate::checker;
use concurrency_lab::record::{Clock, Collector, Limits, Log, Recorder};
use concurrency_lab::trace::{
    Actor, ActorKind, Batch, Event, EventKind, Meta, Nanos, ResourceId, Trace, WaitOp,
};
use std::sync::{Arc, Condvar, Mutex};

pub struct Run {
    pub recorder: Recorder,
    collector: Collector,
    arrived: Arc<Arrived>,
    meta: Meta,
}

#[derive(Default)]
struct Arrived {
    batches: Mutex<Vec<Batch>>,
    more: Condvar,
}

pub fn actor(name: impl Into<String>) -> Actor {
    Actor {
        name: name.into(),
        badge: "T".into(),
        kind: ActorKind::Thread,
        parent: None,
        ..Actor::default()
    }
}

impl Run {
    pub fn new() -> Self {
        Self::with(Meta::default(), Clock::system())
    }

    pub fn with(meta: Meta, clock: Clock) -> Self {
        Self::with_limits(meta, clock, Limits::default())
    }

    pub fn with_limits(meta: Meta, clock: Clock, limits: Limits) -> Self {
        let arrived = Arc::new(Arrived::default());
        let into = Arc::clone(&arrived);
        let sink = move |batch| {
            into.batches.lock().unwrap().push(batch);
            into.more.notify_all();
        };
        let (recorder, collector) = Recorder::with_limits(meta.clone(), clock, limits, sink);
        Self { recorder, collector, arrived, meta }
    }

    pub fn log(&self, name: &str) -> Log {
        self.recorder.log(actor(name))
    }

    /// Blocks until the sink has been given `count` events like this.
    pub fn wait_for(&self, count: usize, like: impl Fn(&Event) -> bool) {
        let batches = self.arrived.batches.lock().unwrap();
        let few = |batches: &mut Vec<Batch>| {
            let events = batches.iter().flat_map(|batch| &batch.events);
            events.filter(|event| like(event)).count() < count
        };
        drop(self.arrived.more.wait_while(batches, few).unwrap());
    }

    /// Blocks until so many waits for this have begun.
    pub fn wait_for_waits(&self, count: usize, res: ResourceId, op: WaitOp) {
        let began = EventKind::WaitBegan { res, op };
        self.wait_for(count, |event| event.kind == began);
    }

    /// Ends the run, checks what came, batch by batch, and what it adds up to.
    pub fn finish(self) -> Trace {
        let trace = self.finish_unchecked();
        checker::check(&trace);
        trace
    }

    /// Ends the run, and checks what came, batch by batch.
    pub fn finish_unchecked(self) -> Trace {
        self.collector.finish().unwrap();
        let mut trace = Trace::new(self.meta);
        let mut until = Nanos::ZERO;
        for batch in self.arrived.batches.lock().unwrap().drain(..) {
            let news = !batch.is_empty() || batch.until > until;
            assert!(news, "empty batches are not sent");
            let kept = batch.events.iter().all(|event| event.at >= until);
            assert!(kept, "what was said to be complete has not grown");
            until = batch.until;
            assert!(batch.events.is_sorted_by_key(Event::key));
            let events = batch.events.clone();
            trace.apply(batch);
            for event in &events {
                checker::check_names(trace.meta(), event);
            }
        }
        assert_eq!(trace.warnings(), [], "nothing came late or out of order");
        trace
    }
}

/// How many events of a trace are like this.
pub fn count(trace: &Trace, like: impl Fn(&EventKind) -> bool) -> usize {
    trace.events().iter().filter(|e| like(&e.kind)).count()
}

/// The kinds of the events an actor recorded, in order, without what was measured of it.
pub fn kinds_of(trace: &Trace, actor: &str) -> Vec<EventKind> {
    let events = trace.events().iter();
    let by = events.filter(|e| trace.meta().actor_name(e.actor) == actor);
    by.map(|e| e.kind).filter(|kind| !matches!(kind, EventKind::Measured { .. })).collect()
}
