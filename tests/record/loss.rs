//! What happens when the collector is too slow, when there is too much to keep, and when nobody reads.

use crate::support::actor;
use concurrency_lab::record::thread::{self, Failure};
use concurrency_lab::record::{
    Clock, Collector, CollectorError, Limits, Log, Recorder, TooManyEvents,
};
use concurrency_lab::trace::{Batch, End, Event, EventKind as K, Meta, Trace};
use std::sync::{Arc, Condvar, Mutex};

/// A sink that lets nothing through until told.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
    trace: Mutex<Trace>,
}

impl Gate {
    fn start(limits: Limits) -> (Arc<Self>, Recorder, Collector) {
        let gate = Arc::new(Self::default());
        let sink = Arc::clone(&gate);
        let take = move |batch: Batch| {
            let open = sink.open.lock().unwrap();
            drop(sink.opened.wait_while(open, |open| !*open).unwrap());
            sink.trace.lock().unwrap().apply(batch);
        };
        let (recorder, collector) =
            Recorder::with_limits(Meta::default(), Clock::system(), limits, take);
        (gate, recorder, collector)
    }

    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }

    fn trace(&self) -> Trace {
        self.trace.lock().unwrap().clone()
    }
}

fn with_ring(ring: usize) -> Limits {
    Limits { ring, ..Limits::default() }
}

fn few(ring: usize, events: u64) -> Limits {
    Limits { ring, events }
}

fn record(log: &Log, events: u32) -> Result<(), Failure> {
    for _ in 0..events {
        log.record(K::At);
    }
    Ok(())
}

/// How many of the events that these tests record are in the trace.
fn kept(trace: &Trace) -> u64 {
    trace.events().iter().filter(|e| e.kind == K::At).count() as u64
}

#[test]
fn nothing_is_lost_however_long_nobody_looks() {
    const EACH: u32 = 20_000;
    for ring in [0, 2, 3, 8, 1000] {
        let (gate, recorder, collector) = Gate::start(with_ring(ring));
        let main = recorder.log(actor("main"));
        thread::scope(&main, |scope| {
            for name in ["one", "two", "three"] {
                drop(scope.spawn(actor(name), |log| record(log, EACH)).unwrap());
            }
        });
        drop(main);
        gate.open();
        collector.finish().unwrap();
        let trace = gate.trace();
        assert_eq!((kept(&trace), trace.dropped()), (3 * u64::from(EACH), 0));
        assert_eq!(trace.warnings(), [], "each actor's events came in order and without a gap");
        assert_eq!(recorder.too_many(), None);
    }
}

#[test]
fn a_run_that_records_too_much_is_stopped_and_says_so() {
    for (gate_is_open, ring) in [(false, 2), (false, 64), (true, 2), (true, 64)] {
        const MOST: u64 = 1000;
        let (gate, recorder, collector) = Gate::start(few(ring, MOST));
        if gate_is_open {
            gate.open();
        }
        let mut recorded = 0;
        let end = thread::run_here(&recorder, actor("busy"), |log| {
            loop {
                log.record(K::At);
                recorded += 1;
                log.check()?;
            }
        });
        assert_eq!(end, Err::<(), _>(Failure::Cancelled), "nobody else stops it");
        assert_eq!(recorder.too_many(), Some(TooManyEvents(MOST)));
        gate.open();
        collector.finish().unwrap();
        let trace = gate.trace();
        // Its processor time is measured at its end, where the system tells it.
        assert!((recorded..=recorded + 1).contains(&(kept(&trace) + trace.dropped())));
        assert!(kept(&trace) + 2 >= MOST, "below the limit nothing is lost");
        assert!(kept(&trace) <= MOST + 2 * ring as u64);
        assert_eq!(trace.warnings(), [], "a loss on record leaves no gap");
        let last: Vec<K> = trace.events().iter().rev().take(3).map(|e| e.kind).collect();
        let [K::Ended(End::Cancelled), K::Dropped { .. }, K::Message { text, .. }] = last[..]
        else {
            panic!("{last:?}");
        };
        assert_eq!(
            trace.meta().text(text),
            "the run was stopped at 1000 events, the most that are kept; choose fewer operations or longer pauses"
        );
    }
}

#[test]
fn a_million_is_said_in_words() {
    assert!(TooManyEvents(Limits::default().events).to_string().contains(" at 10 million events,"));
}

#[test]
fn what_is_lost_at_the_end_is_counted_too() {
    let (gate, recorder, collector) = Gate::start(few(4, 50));
    let logs = ["ends", "lives"].map(|name| recorder.log(actor(name)));
    for _ in 0..1000 {
        for log in &logs {
            log.record(K::At);
        }
    }
    let [ends, lives] = logs;
    drop(ends);
    gate.open();
    collector.finish().unwrap();
    let trace = gate.trace();
    assert_eq!(kept(&trace) + trace.dropped(), 2000);
    for id in [0, 1] {
        let of = |e: &&Event| e.actor.0 == id && matches!(e.kind, K::Dropped { .. });
        assert_eq!(trace.events().iter().filter(of).count(), 1, "one gap for each");
    }
    drop(lives);
}

#[test]
fn how_actors_end_is_kept_beyond_the_limit() {
    let (gate, recorder, collector) = Gate::start(few(2, 10));
    let main = recorder.log(actor("main"));
    let lives =
        ["one", "two"].map(|name| thread::spawn(&main, actor(name), |log| record(log, 1000)));
    for life in lives {
        assert_eq!(life.unwrap().join(&main), Ok(()));
    }
    drop(main);
    gate.open();
    collector.finish().unwrap();
    let trace = gate.trace();
    let ended = trace.events().iter().filter(|e| e.kind == K::Ended(End::Normal)).count();
    assert_eq!(ended, 2);
    let said = trace.events().iter().filter(|e| matches!(e.kind, K::Message { .. })).count();
    assert_eq!(said, 1, "one says it for all");
    assert_eq!(trace.warnings(), []);
}

#[test]
fn a_remote_actor_is_held_to_the_limit_too() {
    let (gate, recorder, collector) = Gate::start(few(16, 100));
    let mut remote = recorder.remote(actor("remote"));
    remote.silent(false);
    for _ in 0..1000 {
        let now = recorder.clock().now();
        remote.push(now, K::At);
    }
    assert!(recorder.cancel().is_cancelled());
    remote.observe(K::Ended(End::Killed(9)));
    drop(remote);
    gate.open();
    collector.finish().unwrap();
    let trace = gate.trace();
    assert_eq!(kept(&trace) + trace.dropped(), 1000);
    assert_eq!(trace.events().last().map(|e| e.kind), Some(K::Ended(End::Killed(9))));
}

#[test]
fn a_sink_that_panics_is_an_error_and_holds_nobody_up() {
    let (recorder, collector) =
        Recorder::with_limits(Meta::default(), Clock::system(), with_ring(4), |_| {
            panic!("full disk")
        });
    let life = thread::run_here(&recorder, actor("busy"), |log| record(log, 1000));
    assert_eq!(life, Ok(()));
    let Err(CollectorError::SinkPanicked(message)) = collector.finish() else {
        panic!("the sink panicked");
    };
    assert_eq!(message, "full disk");
    assert_eq!(recorder.too_many(), None);
}

#[test]
fn dropping_the_collector_finishes_too() {
    let (gate, recorder, collector) = Gate::start(with_ring(64));
    gate.open();
    recorder.log(actor("one")).record(K::At);
    drop(collector);
    assert_eq!(kept(&gate.trace()), 1);
}
