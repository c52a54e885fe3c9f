//! An actor in another process of which nothing is heard.

use crate::support::actor;
use concurrency_lab::record::{Clock, Collector, Log, Recorder, RemoteLog};
use concurrency_lab::replay::silence;
use concurrency_lab::trace::{ActorId, Batch, EventKind as K, Meta, Nanos, Silence, Trace, WaitOp};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A run on a clock that is moved by hand: the actor 0 of this process, and the actor 1 of another.
struct Run {
    hand: Arc<AtomicU64>,
    log: Log,
    remote: RemoteLog,
    collector: Collector,
    batches: Receiver<Batch>,
    trace: Trace,
    /// How often what was known changed other than at its end.
    rewritten: usize,
}

const REMOTE: ActorId = ActorId(1);

fn ms(millis: u64) -> Nanos {
    Nanos::from_millis(millis)
}

impl Run {
    fn new() -> Self {
        let hand = Arc::new(AtomicU64::new(0));
        let (send, batches) = channel();
        let sink = move |batch| send.send(batch).unwrap();
        let clock = Clock::Manual(Arc::clone(&hand));
        let (recorder, collector) = Recorder::start(Meta::default(), clock, sink);
        let log = recorder.log(actor("main"));
        let remote = recorder.remote(actor("worker 1"));
        Self { hand, log, remote, collector, batches, trace: Trace::default(), rewritten: 0 }
    }

    fn at(&self, millis: u64) {
        self.hand.store(ms(millis).0, Ordering::Release);
    }

    fn apply(&mut self, batch: Batch) {
        let known = self.trace.events().len();
        let applied = self.trace.apply(batch);
        self.rewritten += usize::from(applied.first_changed < known);
    }

    /// Takes in what comes until the trace is like this.
    fn until(&mut self, what: &str, so: impl Fn(&Trace) -> bool) {
        while !so(&self.trace) {
            // Only so that a broken test does not hang for ever.
            let batch = self.batches.recv_timeout(Duration::from_secs(60));
            self.apply(batch.unwrap_or_else(|_| panic!("in vain: {what}")));
        }
    }

    fn of(&self, id: ActorId) -> Vec<u64> {
        let of = self.trace.events().iter().filter(|e| e.actor == id);
        of.map(|e| e.at.0 / 1_000_000).collect()
    }
}

/// One at which the run has come so far that the worker is not heard any more.
fn silent() -> Run {
    let mut run = Run::new();
    run.remote.push(ms(1), K::At);
    run.remote.promise(ms(2));
    run.at(3);
    run.log.record(K::At);
    run.at(500);
    run.log.record(K::At);
    run.at(4_000);
    let since = ms(2);
    run.until("it is silent", |trace| trace.silences() == [Silence { actor: REMOTE, since }]);
    run
}

#[test]
fn the_others_go_on_without_it() {
    let mut run = silent();
    run.until("what the others did is known", |trace| trace.events().len() == 3);
    assert_eq!((run.of(ActorId(0)), run.of(REMOTE)), (vec![3, 500], vec![1]));
    run.at(5_000);
    run.log.record(K::At);
    run.at(5_100);
    run.until("they go on", |trace| trace.end() == ms(5_000));
    let [silence_of_worker] = run.trace.silences() else {
        panic!("{:?}", run.trace.silences());
    };
    let words = silence(run.trace.meta(), silence_of_worker, ms(5_002));
    assert_eq!(words, "nothing heard of worker 1 for 5 s");
}

#[test]
fn what_it_tells_after_all_is_put_in_its_place() {
    let mut run = silent();
    run.until("what the others did is known", |trace| trace.events().len() == 3);
    run.remote.push(ms(2), K::At);
    run.remote.push(ms(400), K::At);
    run.remote.push(ms(3_900), K::At);
    run.remote.promise(ms(3_990));
    run.until("it is heard", |trace| trace.silences().is_empty());
    let rewritten = run.rewritten;
    assert!(rewritten > 0, "that came late");
    // Then it is waited for again.
    run.at(4_020);
    run.log.record(K::At);
    run.at(4_030);
    run.remote.push(ms(4_010), K::At);
    run.remote.promise(ms(4_030));
    run.until("all is in", |trace| trace.events().len() == 8);
    assert_eq!(run.of(REMOTE), [1, 2, 400, 3_900, 4_010]);
    assert_eq!(run.rewritten, rewritten, "nothing else came late");
    assert!(run.trace.events().is_sorted_by_key(|e| e.key()));
    assert_eq!(run.trace.warnings(), [], "late was to be expected");
}

#[test]
fn an_idle_one_is_not_listened_for() {
    let mut run = Run::new();
    let (res, op) = (concurrency_lab::trace::ResourceId(0), WaitOp::Task);
    run.remote.push(ms(1), K::WaitBegan { res, op });
    run.remote.silent(true);
    run.at(10_000);
    run.log.record(K::At);
    run.at(20_000);
    run.until("both are known", |trace| trace.events().len() == 2);
    assert_eq!(run.trace.silences(), []);
    // It has something to say from now on.
    run.remote.silent(false);
    run.at(20_900);
    run.log.record(K::At);
    run.at(40_000);
    run.until("it is silent", |trace| !trace.silences().is_empty());
    assert!(run.trace.silences()[0].since >= ms(19_000), "since it was asked");
}

#[test]
fn silence_ends_with_the_run() {
    let mut run = silent();
    let Run { log, mut remote, collector, batches, .. } = {
        run.remote.push(ms(300), K::At);
        run
    };
    remote.observe(K::Ended(concurrency_lab::trace::End::Killed(9)));
    drop((log, remote));
    collector.finish().unwrap();
    let mut trace = Trace::default();
    for batch in batches.try_iter() {
        trace.apply(batch);
    }
    assert_eq!((trace.silences(), trace.warnings()), (&[][..], &[][..]));
}
