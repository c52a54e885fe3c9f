//! What happens when the collector is too slow, or gone.

use crate::support::actor;
use concurrency_lab::record::{Clock, Collector, CollectorError, Recorder, thread};
use concurrency_lab::trace::{Batch, End, EventKind as K, Meta, Trace};
use std::sync::{Arc, Condvar, Mutex};

/// A sink that lets nothing through until told.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
    trace: Mutex<Trace>,
}

impl Gate {
    fn start(capacity: usize) -> (Arc<Self>, Recorder, Collector) {
        let gate = Arc::new(Self::default());
        let sink = Arc::clone(&gate);
        let take = move |batch: Batch| {
            let open = sink.open.lock().unwrap();
            drop(sink.opened.wait_while(open, |open| !*open).unwrap());
            sink.trace.lock().unwrap().apply(batch);
        };
        let (recorder, collector) =
            Recorder::with_capacity(Meta::default(), Clock::system(), capacity, take);
        (gate, recorder, collector)
    }

    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.opened.notify_all();
    }

    fn counts(&self) -> (u64, u64) {
        let trace = self.trace.lock().unwrap();
        let kept = trace.events().iter().filter(|e| e.kind == K::At).count();
        (kept as u64, trace.dropped())
    }
}

#[test]
fn what_finds_no_room_is_counted_exactly() {
    for capacity in [0, 2, 3, 8] {
        let (gate, recorder, collector) = Gate::start(capacity);
        let log = recorder.log(actor("busy"));
        let mut recorded = 0;
        for _ in 0..1000 {
            log.record(K::At);
            recorded += 1;
        }
        gate.open();
        // There is room again some day; then the loss is on record, without any end of the run.
        while gate.counts().1 == 0 {
            log.record(K::At);
            recorded += 1;
            std::thread::yield_now();
        }
        drop(log);
        collector.finish().unwrap();
        let (kept, dropped) = gate.counts();
        assert_eq!(kept + dropped, recorded);
        let trace = gate.trace.lock().unwrap();
        assert_eq!(trace.warnings(), [], "a loss on record leaves no gap");
    }
}

#[test]
fn what_is_lost_at_the_end_is_counted_too() {
    let (gate, recorder, collector) = Gate::start(4);
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
    let (kept, dropped) = gate.counts();
    assert_eq!(kept + dropped, 2000);
    drop(lives);
}

#[test]
fn an_end_is_never_lost() {
    let (gate, recorder, collector) = Gate::start(2);
    let opener = Arc::clone(&gate);
    let life = thread::run_here(&recorder, actor("busy"), move |log| {
        for _ in 0..1000 {
            log.record(K::At);
        }
        opener.open();
        Ok(())
    });
    assert_eq!(life, Ok(()));
    collector.finish().unwrap();
    let trace = gate.trace.lock().unwrap();
    let last = trace.events().last().map(|e| e.kind);
    assert_eq!(last, Some(K::Ended(End::Normal)));
}

#[test]
fn a_sink_that_panics_is_an_error_and_holds_nobody_up() {
    let (recorder, collector) =
        Recorder::with_capacity(Meta::default(), Clock::system(), 4, |_| panic!("full disk"));
    let life = thread::run_here(&recorder, actor("busy"), |log| {
        for _ in 0..1000 {
            log.record(K::At);
        }
        Ok(())
    });
    assert_eq!(life, Ok(()));
    let Err(CollectorError::SinkPanicked(message)) = collector.finish() else {
        panic!("the sink panicked");
    };
    assert_eq!(message, "full disk");
}

#[test]
fn dropping_the_collector_finishes_too() {
    let (gate, recorder, collector) = Gate::start(64);
    gate.open();
    recorder.log(actor("one")).record(K::At);
    drop(collector);
    assert_eq!(gate.counts(), (1, 0));
}
