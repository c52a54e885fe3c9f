//! What recording costs: nanoseconds per event and per lock/unlock pair, against the same job done by
//! `std::sync::mpsc` and by `tracing`, all interleaved in one run. Prints rows of a Markdown table.
//!
//! `cargo bench --bench record`
#![allow(clippy::unwrap_used)]

use concurrency_lab::record::sync::Lock;
use concurrency_lab::record::{Clock, Log, Recorder};
use concurrency_lab::trace::merge::Merger;
use concurrency_lab::trace::{
    Actor, ActorId, ActorKind, Event, EventKind, Meta, Nanos, Resource, ResourceId, ResourceKind,
    SourceId,
};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

/// Operations per batch. A round records three events for each, which the actor's ring has room for: no other is begun,
/// however busy the machine.
const BATCH: u32 = 8_000;
const EVENTS_PER_ROUND: u64 = 3 * BATCH as u64;
const _: () = assert!(EVENTS_PER_ROUND < 32_768);
const ROUNDS: usize = 200;

/// The system's allocator, counting what the calling thread asks of it.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: everything is passed on to the system's allocator; the count is a plain cell that never allocates.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps to the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block came from `alloc` above.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// One way of doing the job: its name, and how long each operation took in each round.
struct Way<'a> {
    name: &'static str,
    bar: &'static str,
    work: Box<dyn FnMut() + 'a>,
    ns: Vec<f64>,
    allocations: u64,
}

impl<'a> Way<'a> {
    fn new(name: &'static str, bar: &'static str, work: impl FnMut() + 'a) -> Self {
        Self { name, bar, work: Box::new(work), ns: Vec::with_capacity(ROUNDS), allocations: 0 }
    }

    fn round(&mut self) {
        let allocations = ALLOCATIONS.get();
        let start = Instant::now();
        for _ in 0..BATCH {
            (self.work)();
        }
        let took = start.elapsed();
        self.allocations += ALLOCATIONS.get() - allocations;
        self.ns.push(took.as_nanos() as f64 / f64::from(BATCH));
    }

    fn median(&mut self) -> f64 {
        self.ns.sort_by(f64::total_cmp);
        self.ns[self.ns.len() / 2]
    }

    fn print(&mut self) {
        let median = self.median();
        println!(
            "| {} | {median:.1} ns (best tenth {:.1}), {} allocations | {} |",
            self.name,
            self.ns[self.ns.len() / 10],
            self.allocations,
            self.bar
        );
    }
}

fn main() {
    let kept = Arc::new(AtomicU64::new(0));
    let lost = Arc::new(AtomicU64::new(0));
    let (kept_by, lost_by) = (Arc::clone(&kept), Arc::clone(&lost));
    let (recorder, collector) = Recorder::start(Meta::default(), Clock::system(), move |batch| {
        kept_by.fetch_add(batch.events.len() as u64, Ordering::Relaxed);
        for event in &batch.events {
            if let EventKind::Dropped { count } = event.kind {
                lost_by.fetch_add(count, Ordering::Relaxed);
            }
        }
    });
    let log = recorder.log(Actor {
        name: "main".into(),
        badge: "M".into(),
        kind: ActorKind::Thread,
        parent: None,
        ..Actor::default()
    });
    compare(&recorder, &log, &kept);
    drop(log);
    collector.finish().unwrap();
    let kept = kept.load(Ordering::Relaxed);
    println!("| events recorded | {kept} | |");
    println!("| events lost | {} | 0 |", lost.load(Ordering::Relaxed));
    for (streams, run) in [(2, 1), (8, 1), (8, 50), (64, 1)] {
        let mut all = [(); 9].map(|()| merging(streams, run));
        all.sort_by(f64::total_cmp);
        let (best, median) = (all[0], all[4]);
        println!(
            "| merging an event of {streams} streams that take turns every {run} | {median:.1} ns (best of nine {best:.1}) | |"
        );
    }
}

/// What the collector takes for one of a million events of streams that take turns, `run` events each.
fn merging(streams: u64, run: u64) -> f64 {
    const EVENTS: u64 = 1_000_000;
    const ROUND: u64 = 100_000;
    let mut merger = Merger::new();
    let mut seqs = vec![0; streams as usize];
    let all = (0..EVENTS).map(|at| {
        let actor = at / run % streams;
        let seq = seqs[actor as usize];
        seqs[actor as usize] += 1;
        let kind = EventKind::At;
        let actor = ActorId(actor as u16);
        Event { at: Nanos(at), seq, actor, source: SourceId::NONE, kind }
    });
    let mut all: Vec<Event> = all.collect();
    // As they come: one stream after the other.
    for round in all.chunks_mut(ROUND as usize) {
        round.sort_by_key(|event| event.actor);
    }
    (0..streams).for_each(|actor| merger.open(ActorId(actor as u16)));
    let mut took = Duration::ZERO;
    let mut came = 0;
    for (round, events) in (1..).zip(all.chunks(ROUND as usize)) {
        let start = Instant::now();
        events.iter().for_each(|event| merger.push(*event));
        (0..streams).for_each(|actor| merger.promise(ActorId(actor as u16), Nanos(round * ROUND)));
        let mut out = Vec::new();
        merger.pass_on(&mut out);
        took += start.elapsed();
        came += black_box(out).len() as u64;
    }
    assert_eq!(came, EVENTS);
    took.as_nanos() as f64 / EVENTS as f64
}

fn compare(recorder: &Recorder, log: &Log, kept: &AtomicU64) {
    let clock = recorder.clock();
    let res = recorder.resource(Resource::new("list", ResourceKind::List));
    let plain = Mutex::new(0_u64);
    let beside = Mutex::new(0_u64);
    let seen = Mutex::new(0_u64);
    let traced = Lock::new(recorder, "lock", 0_u64);
    let channel = Channel::new(clock.clone());
    tracing::subscriber::set_global_default(InMemory::new(clock.clone())).unwrap();
    let mut ways = [
        Way::new("an empty loop around a call", "", || {}),
        Way::new("reading the clock", "", || {
            black_box(clock.now());
        }),
        Way::new("an event recorded", "≤ 40 ns, 0 allocations", || {
            black_box(log.record(EventKind::FoundEmpty { res }));
        }),
        Way::new("an event sent by `std::sync::mpsc`", "", || {
            channel.send(EventKind::FoundEmpty { res });
        }),
        Way::new("an event by `tracing`, kept in memory", "", || {
            tracing::info!(res = u64::from(res.0));
        }),
        Way::new("`std::sync::Mutex`, lock and unlock", "", || {
            *black_box(&plain).lock().unwrap() += 1;
        }),
        Way::new("traced lock and unlock", "0 allocations", || {
            *black_box(&traced).acquire(log) += 1;
        }),
        Way::new("`Mutex`, both events by `std::sync::mpsc`", "", || {
            let mut guard = black_box(&beside).lock().unwrap();
            channel.send(EventKind::Acquired { res });
            *guard += 1;
            channel.send(EventKind::Released { res });
        }),
        Way::new("`Mutex`, both events by `tracing`", "", || {
            let mut guard = black_box(&seen).lock().unwrap();
            tracing::info!(acquired = u64::from(res.0));
            *guard += 1;
            tracing::info!(released = u64::from(res.0));
        }),
    ];
    for round in 0..ROUNDS {
        for way in &mut ways {
            way.round();
            if round == 0 {
                // The first one also pays for pages that are touched for the first time.
                way.ns.clear();
                way.allocations = 0;
            }
        }
        // The next round finds empty rings.
        while kept.load(Ordering::Relaxed) < (round as u64 + 1) * EVENTS_PER_ROUND {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    println!("| what | figure | bar |\n|---|---|---|");
    for way in &mut ways {
        way.print();
    }
}

/// The same events through the standard library's channel.
struct Channel {
    clock: Clock,
    send: mpsc::Sender<Event>,
    seq: Cell<u32>,
}

impl Channel {
    fn new(clock: Clock) -> Self {
        let (send, receive) = mpsc::channel();
        std::thread::spawn(move || {
            for event in receive {
                black_box(event);
            }
        });
        let seq = Cell::new(0);
        Self { clock, send, seq }
    }

    fn send(&self, kind: EventKind) {
        let seq = self.seq.get();
        self.seq.set(seq.wrapping_add(1));
        let event =
            Event { at: self.clock.now(), seq, actor: ActorId(0), source: SourceId::NONE, kind };
        self.send.send(event).unwrap();
    }
}

/// As little of a `tracing` subscriber as can keep what it is told.
struct InMemory {
    clock: Clock,
    kept: Mutex<Vec<(Nanos, ResourceId)>>,
}

impl InMemory {
    fn new(clock: Clock) -> Self {
        let kept = Mutex::new(Vec::with_capacity(BATCH as usize));
        Self { clock, kept }
    }
}

impl tracing::Subscriber for InMemory {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut found = Found(ResourceId(0));
        event.record(&mut found);
        let mut kept = self.kept.lock().unwrap();
        if kept.len() == kept.capacity() {
            kept.clear();
        }
        kept.push((self.clock.now(), found.0));
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

struct Found(ResourceId);

impl tracing::field::Visit for Found {
    fn record_u64(&mut self, _: &tracing::field::Field, value: u64) {
        self.0 = ResourceId::from_index(value as usize);
    }

    fn record_debug(&mut self, _: &tracing::field::Field, _: &dyn std::fmt::Debug) {}
}
