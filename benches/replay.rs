//! What a replay costs: state anywhere in a long trace, building it, and its memory.
//!
//! `cargo bench --bench replay` prints rows of README's table: `| what | figure | bar |`.
#![allow(clippy::unwrap_used)]

use concurrency_lab::replay::{self, Cursor, Replay, Scene, State};
use concurrency_lab::trace::{
    Actor, ActorId, ActorKind, Batch, End, Event, EventKind, Home, Item, Meta, Nanos, Resource,
    ResourceId, ResourceKind, Section, SectionId, SourceId, Trace, WaitOp,
};
use std::collections::VecDeque;
use std::hint::black_box;
use std::time::Instant;

const ACTORS: usize = 32;
const LOCK: ResourceId = ResourceId(0);
const LIST: ResourceId = ResourceId(1);

/// Sixteen threads add, sixteen remove, and all but the owner wait for the lock most of the time.
struct Contended {
    events: Vec<Event>,
    seq: [u32; ACTORS],
    at: u64,
}

impl Contended {
    fn record(&mut self, who: usize, kind: EventKind) {
        self.at += 250;
        self.events.push(Event {
            at: Nanos(self.at),
            seq: self.seq[who],
            actor: ActorId(who as u16),
            source: SourceId::NONE,
            kind,
        });
        self.seq[who] += 1;
    }

    fn run(n_events: usize) -> Vec<Event> {
        let mut run = Self { events: Vec::with_capacity(n_events + 8), seq: [0; ACTORS], at: 0 };
        let mut random = fastrand::Rng::with_seed(7);
        let mut list = VecDeque::new();
        let mut waiting = VecDeque::new();
        for who in 0..ACTORS {
            run.record(who, EventKind::Started { os_id: 1 });
            if who > 0 {
                run.wait(who);
                waiting.push_back(who);
            }
        }
        let mut owner = 0;
        run.record(owner, EventKind::Acquired { res: LOCK });
        while run.events.len() < n_events {
            if owner % 2 == 0 {
                let item = Item::int(random.i32(0..1000));
                let index = list.len() as u32;
                list.push_back(item);
                let res = LIST;
                run.record(owner, EventKind::Inserted { res, index, item });
            } else {
                let (res, index) = (LIST, 0);
                let kind = match list.pop_front() {
                    Some(item) => EventKind::Removed { res, index, item },
                    None => EventKind::FoundEmpty { res },
                };
                run.record(owner, kind);
            }
            run.record(owner, EventKind::Released { res: LOCK });
            // Mostly the first in line, as locks do, and now and then another.
            let next = match random.u8(..) {
                0..40 => random.usize(..waiting.len()),
                _ => 0,
            };
            let next = waiting.remove(next).unwrap();
            run.record(next, EventKind::Acquired { res: LOCK });
            run.wait(owner);
            waiting.push_back(owner);
            owner = next;
        }
        run.events
    }

    fn wait(&mut self, who: usize) {
        let op = WaitOp::Acquire;
        self.record(who, EventKind::WaitBegan { res: LOCK, op });
    }
}

fn meta() -> Meta {
    let actor = |i| Actor {
        name: format!("thread {i}"),
        badge: format!("T{i}"),
        kind: ActorKind::Thread,
        parent: None,
        ..Actor::default()
    };
    Meta {
        actors: (0..ACTORS).map(actor).collect(),
        resources: vec![
            Resource::new("list lock", ResourceKind::Lock),
            Resource::new("shared list", ResourceKind::List).guarded_by(LOCK),
        ],
        ..Meta::default()
    }
}

/// A field of `/proc/self/status` in MB, where there is such a file.
fn memory(field: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with(field))?;
    let kb: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kb / 1024.0)
}

/// Median and worst of some times, in µs.
fn spread(mut times: Vec<f64>) -> String {
    times.sort_by(f64::total_cmp);
    let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
    format!("{median:.0} µs median, {worst:.0} µs worst of {}", times.len())
}

fn measure(n_events: usize) {
    let name = format!("{} million events", n_events / 1_000_000);
    let mut trace = Trace::new(meta());
    trace.apply(Batch { events: Contended::run(n_events), ..Batch::default() });
    let before = memory("VmRSS:");
    let start = Instant::now();
    let replay = Replay::new(&trace);
    let built = start.elapsed();
    let after = memory("VmRSS:");
    let peak = memory("VmHWM:");
    assert_eq!(replay.odd_count(), 0);

    let mut random = fastrand::Rng::with_seed(1);
    let end = trace.end().0;
    let mut at = Vec::new();
    for _ in 0..5_000 {
        let t = Nanos(random.u64(0..=end));
        // The best of three: the worst place is to be found, not the worst moment of a busy machine.
        let times = [(); 3].map(|()| {
            let start = Instant::now();
            black_box(replay.at(&trace, t));
            start.elapsed().as_secs_f64() * 1e6
        });
        at.push(times.into_iter().fold(f64::INFINITY, f64::min));
    }
    println!("| state at t, anywhere in {name} | {} | ≤ 1000 µs |", spread(at));

    // Playing: 60 frames a second, each a few hundred events on.
    let mut cursor = Cursor::default();
    let mut steps = Vec::new();
    let mut place = 0;
    while place < n_events && steps.len() < 5_000 {
        place += random.usize(0..1_000);
        let times = [(); 3].map(|()| {
            let mut cursor = cursor.clone();
            let start = Instant::now();
            black_box(cursor.seek(&replay, &trace, place));
            start.elapsed().as_secs_f64() * 1e6
        });
        cursor.seek(&replay, &trace, place);
        steps.push(times.into_iter().fold(f64::INFINITY, f64::min));
    }
    println!("| cursor forward by 0–1000 events in {name} | {} | ≤ 1000 µs |", spread(steps));

    let per_event = built.as_secs_f64() * 1e9 / n_events as f64;
    let seconds = built.as_secs_f64();
    println!(
        "| replay of {name} built | {seconds:.2} s, {per_event:.0} ns per event | ≤ 5 s for 10 million |"
    );
    // The best of three, of the shorter trace; of a new replay each, because one that was asked knows the answer.
    if n_events <= 1_000_000 {
        let times = [(); 3].map(|()| {
            let replay = Replay::new(&trace);
            let start = Instant::now();
            black_box(replay::findings(&trace, &replay));
            start.elapsed().as_secs_f64() * 1e3
        });
        let best = times.into_iter().fold(f64::INFINITY, f64::min);
        println!("| findings of {name}, all checks | {best:.0} ms | < 1000 ms |");
    }
    let (count, bytes) = replay.keyframes();
    let mb = bytes as f64 / (1 << 20) as f64;
    println!("| its keyframes | {count}, {mb:.0} MB | ≤ 100 MB |");
    if let (Some(before), Some(after), Some(peak)) = (before, after, peak) {
        let more = after - before;
        println!(
            "| its memory, all in all | {more:.0} MB beside a trace of {before:.0} MB, peak {peak:.0} MB | ≤ 1024 MB peak for 10 million |"
        );
    }
}

/// Processes of a pool, each with a thread that waits for one lock, beside 400 sections within 40 others. Where they
/// replace each other four at a time, the last four are there, else all of them.
fn crowd(processes: u16, replacing: bool) -> (Meta, State) {
    let mut meta = Meta::default();
    let section = |n| SectionId::from_index(n);
    for outer in 0..40 {
        meta.sections.push(Section::new("size", outer).in_turn());
    }
    for inner in 0..400 {
        let outer = section(inner as usize / 10);
        meta.sections.push(Section::new("trial", inner).in_turn().within(outer));
    }
    meta.resources.push(Resource::new("lock", ResourceKind::Lock).at_home(Home::Shared));
    meta.resources.push(Resource::new("pool", ResourceKind::Pool).at_home(Home::Shared));
    for n in 0..processes {
        let before = (replacing && n >= 4).then(|| ActorId(2 * (n - 4)));
        let process = Actor::process("worker", "W").worker_of(ResourceId(1)).replacing(before);
        meta.actors.push(process);
        meta.actors.push(Actor::thread("thread", "T").started_by(ActorId(2 * n)));
        let home = Home::Process(ActorId(2 * n));
        meta.resources.push(Resource::new("x", ResourceKind::Value).at_home(home));
        meta.resources.push(Resource::end_of(ActorId(2 * n)).at_home(Home::Shared));
    }
    let mut state = State::new(&meta);
    let mut record = |actor, kind| {
        let (seq, source) = (state.applied as u32, SourceId::NONE);
        let event = Event { at: Nanos(seq.into()), seq, actor: ActorId(actor), source, kind };
        state.apply(&meta, &event);
    };
    for n in 0..440 {
        record(0, EventKind::SectionBegan { section: section(n) });
        record(0, EventKind::SectionEnded { section: section(n) });
    }
    for n in 0..processes {
        record(2 * n, EventKind::Started { os_id: 1 });
        record(2 * n + 1, EventKind::WaitBegan { res: LOCK, op: WaitOp::Acquire });
        if let Some(before) = n.checked_sub(4) {
            record(2 * before, EventKind::Ended(End::Normal));
        }
    }
    (meta, state)
}

fn measure_scenes() {
    for (what, processes, replacing) in
        [("1,000 processes that replace each other", 1_000, true), ("500 at once", 500, false)]
    {
        let (meta, state) = crowd(processes, replacing);
        let times = (0..1_000).map(|_| {
            let start = Instant::now();
            black_box(Scene::at(&meta, &state));
            start.elapsed().as_secs_f64() * 1e6
        });
        let times = spread(times.collect());
        println!(
            "| scene of {what}, each with a thread, and 440 sections | {times} | ≤ 300 µs median |"
        );
    }
}

fn main() {
    println!("| what | figure | bar |\n|---|---|---|");
    measure_scenes();
    measure(1_000_000);
    measure(10_000_000);
}
