//! Moments of what actors wait for.

use super::sheet::{Moment, R, waits};
use concurrency_lab::trace::{
    ActorId, End, EventKind, ExceptionId, Item, Resource, ResourceId, ResourceKind, Section,
    SectionId, TextId, WaitEnd, WaitOp,
};
use concurrency_lab::widgets::resource::{Size, layout};
use egui::{Rect, pos2, vec2};

const WANTS: EventKind = waits(WaitOp::Acquire);
const TAKES: EventKind = EventKind::Acquired { res: R };
const GIVES: EventKind = EventKind::Released { res: R };

fn lock(title: &'static str, kind: ResourceKind) -> Moment {
    let threads = [
        "adder 1",
        "adder 2",
        "adder 3",
        "adder 4",
        "remover 1",
        "remover 2",
        "remover 3",
        "remover 4",
    ];
    let code = if kind == ResourceKind::Lock { "Lock()" } else { "RLock()" };
    Moment::new(title, code, &threads).with(Resource::new("list lock", kind))
}

fn locks() -> Vec<Moment> {
    let plain = |title| lock(title, ResourceKind::Lock);
    let held = plain("lock")
        .event(0, 2, WANTS)
        .event(578, 2, TAKES)
        .event(0, 5, WANTS)
        .event(32, 6, WANTS)
        .event(156, 1, WANTS)
        .event(482, 3, WANTS)
        .event(600, 4, WANTS)
        .event(601, 7, WANTS)
        .event(602, 8, WANTS)
        .now(868)
        .says("held by adder 2 for 290 µs; 7 wait")
        .says("waiting, in order of arrival")
        .says("868 µs")
        .says("+3");
    let passed = plain("lock, passed over")
        .event(100, 2, TAKES)
        .event(120, 5, WANTS)
        .event(130, 6, WANTS)
        .event(140, 1, WANTS)
        .event(200, 2, GIVES)
        .event(201, 1, TAKES)
        .event(210, 1, GIVES)
        .event(211, 1, TAKES)
        .now(320)
        .says("held by adder 1 for 109 µs; 2 wait")
        .says("passed over twice");
    let left = plain("lock, of a run that is over")
        .named(|meta| {
            meta.sections.push(Section::new("one run", 0));
            meta.resources[0].section = Some(SectionId(0));
        })
        .event(100, 2, TAKES)
        .event(200, 2, EventKind::Ended(End::Normal))
        .event(300, 8, EventKind::SectionEnded { section: SectionId(0) })
        .now(1_400)
        .says("held until the end of the run");
    let free = plain("lock, free")
        .event(100, 2, TAKES)
        .event(200, 2, GIVES)
        .now(1_400)
        .says("free for 1.20 ms");
    let untouched = plain("lock, never taken").now(1_400).says("free");
    let orphaned = plain("lock, its owner ended")
        .event(100, 2, TAKES)
        .event(120, 5, WANTS)
        .event(200, 2, EventKind::Ended(End::Error(TextId(0))))
        .now(700)
        .says("still held by adder 2, which has ended; remover 1 waits");
    vec![held, passed, left, free, untouched, orphaned]
}

fn rlocks() -> Vec<Moment> {
    let plain = |title| lock(title, ResourceKind::RLock);
    let three = plain("rlock")
        .at_line(10, 1, 21, TAKES)
        .at_line(20, 1, 14, TAKES)
        .at_line(25, 1, 8, TAKES)
        .event(28, 3, WANTS)
        .now(1_148)
        .says("held by adder 1, 3 deep: free after 3 releases; adder 3 waits")
        .says("taken at")
        .says("line 14")
        .says("line 8")
        .says("line 21");
    let mut many = plain("rlock, 12 times").says("×12");
    for time in 0..12 {
        many = many.at_line(10 + time, 1, 21, TAKES);
    }
    let twice = plain("rlock, twice").at_line(10, 1, 21, TAKES).at_line(20, 1, 14, TAKES).now(50);
    let once = plain("rlock, once")
        .at_line(10, 1, 21, TAKES)
        .event(28, 3, WANTS)
        .now(400)
        .says("taken at");
    vec![three, twice, once, many.now(100)]
}

fn semaphores() -> Vec<Moment> {
    let plain = |title, capacity| {
        let threads =
            ["downloader 1", "downloader 2", "downloader 3", "downloader 4", "downloader 5"];
        let code = if capacity == 3 { "Semaphore(3)" } else { "Semaphore(…)" };
        let semaphore = Resource::new("slots", ResourceKind::Semaphore).with_capacity(capacity);
        Moment::new(title, code, &threads).with(semaphore)
    };
    let mut held = plain("semaphore", 3)
        .event(200, 3, WANTS)
        .event(1_500, 4, WANTS)
        .event(2_900, 1, TAKES)
        .event(3_700, 2, TAKES)
        .event(3_800, 5, WANTS);
    for time in 0..2 {
        held = held.event(3_900 + 10 * time, 2, GIVES).event(3_905 + 10 * time, 2, TAKES);
    }
    let held = held
        .now(4_100)
        .says("1 of 3 permits free; 3 wait, downloader 3 was passed over 4 times")
        .says("passed over 4 times")
        .says("free")
        .says("1.20 ms");
    let full = plain("semaphore, all taken", 2)
        .event(10, 1, TAKES)
        .event(20, 2, TAKES)
        .event(30, 3, WANTS)
        .now(400)
        .says("0 of 2 permits free; downloader 3 waits");
    let extra = plain("semaphore, released once too often", 3)
        .event(10, 1, TAKES)
        .event(20, 1, GIVES)
        .event(30, 1, GIVES)
        .now(400)
        .says("4 permits free, 1 more than it began with");
    let signal = plain("semaphore, a signal", 0)
        .event(10, 1, WANTS)
        .now(50)
        .says("no permit; it began with none; downloader 1 waits");
    let twice = plain("semaphore, two permits of one that ended", 4)
        .event(10, 1, TAKES)
        .event(20, 1, TAKES)
        .event(25, 2, TAKES)
        .event(30, 1, EventKind::Ended(End::Killed(9)))
        .now(400)
        .says("1 of 4 permits free");
    let many = plain("semaphore, many permits", 40)
        .event(10, 1, TAKES)
        .event(20, 2, TAKES)
        .event(25, 3, TAKES)
        .now(400)
        .says("37 of 40");
    vec![held, full, extra, signal, twice, many]
}

const AWAITS: EventKind = waits(WaitOp::Wait);

fn events() -> Vec<Moment> {
    let plain = |title| {
        Moment::new(title, "Event()", &["worker 1", "worker 2", "worker 3"])
            .with(Resource::new("start", ResourceKind::Event))
            .event(100, 1, AWAITS)
            .event(600, 2, AWAITS)
            .event(620, 3, AWAITS)
    };
    let down = plain("event")
        .now(2_200)
        .says("not set; set() lets all 3 go on")
        .says("waiting until it is set")
        .says("2.10 ms");
    let set = plain("event, set")
        .event(2_000, 0, EventKind::Set { res: R })
        .event(2_010, 2, EventKind::WaitEnded { res: R, how: WaitEnd::Woken })
        .now(2_040)
        .says("set 40.0 µs ago by main");
    let cleared = Moment::new("event, cleared", "Event()", &["worker 1"])
        .with(Resource::new("start", ResourceKind::Event))
        .event(2_000, 0, EventKind::Set { res: R })
        .event(2_040, 0, EventKind::Cleared { res: R })
        .now(2_090)
        .says("cleared 50.0 µs ago by main");
    vec![down, set, cleared]
}

fn barriers() -> Vec<Moment> {
    let plain = |title, parties| {
        let threads: Vec<_> = (1..=parties).map(|n| format!("worker {n}")).collect();
        let threads: Vec<_> = threads.iter().map(String::as_str).collect();
        let code = if parties == 4 { "Barrier(4)" } else { "Barrier(…)" };
        let barrier = Resource::new("line", ResourceKind::Barrier).with_capacity(parties);
        Moment::new(title, code, &threads).with(barrier)
    };
    let some = plain("barrier", 4)
        .event(5, 1, EventKind::BarrierPassed { res: R, generation: 0 })
        .event(100, 1, AWAITS)
        .event(800, 3, AWAITS)
        .event(1_900, 2, AWAITS)
        .now(2_200)
        .says("3 of 4 have arrived · generation 2")
        .says("come")
        .says("2.10 ms");
    let nobody = plain("barrier, empty", 2).now(100).says("0 of 2 have arrived · generation 1");
    let open = plain("barrier, open", 4)
        .event(100, 1, AWAITS)
        .event(800, 3, AWAITS)
        .event(1_900, 2, AWAITS)
        .event(1_990, 4, EventKind::BarrierPassed { res: R, generation: 0 })
        .now(2_200)
        .says("open: 3 are about to go on");
    let broken = plain("barrier, broken", 3)
        .event(100, 1, AWAITS)
        .event(800, 3, AWAITS)
        .event(900, 2, EventKind::BarrierBroken { res: R })
        .now(1_200)
        .says("broken; 2 are about to leave");
    let mut many = plain("barrier, many", 12);
    for actor in 1..=10 {
        many = many.event(100 + u64::from(actor), actor, AWAITS);
    }
    vec![some, nobody, open, broken, many.now(400).says("10 of 12")]
}

fn conditions() -> Vec<Moment> {
    const LOCK: ResourceId = ResourceId(1);
    let locked = EventKind::Acquired { res: LOCK };
    let plain = |title| {
        let threads = ["producer 1", "consumer 1", "consumer 2", "consumer 3"];
        Moment::new(title, "Condition(lock)", &threads)
            .with(Resource::new("not empty", ResourceKind::Condition).guarded_by(LOCK))
            .with(Resource::new("buffer lock", ResourceKind::Lock))
            .event(100, 2, AWAITS)
            .event(200, 3, AWAITS)
            .event(700, 4, AWAITS)
            .event(1_400, 1, locked)
    };
    let notified = plain("condition")
        .event(1_500, 1, EventKind::Notified { res: R, woken: 1 })
        .now(1_600)
        .says("consumer 1 was notified; producer 1 holds the lock")
        .says("wait-set")
        .says("1.50 ms");
    let all = plain("condition, all notified")
        .event(1_500, 1, EventKind::Notified { res: R, woken: 3 })
        .now(1_600)
        .says("3 were notified");
    let waiting = plain("condition, waiting")
        .event(1_500, 1, EventKind::Notified { res: R, woken: 1 })
        .event(1_510, 1, EventKind::Released { res: LOCK })
        .event(1_520, 2, EventKind::WaitEnded { res: R, how: WaitEnd::Woken })
        .event(1_521, 2, locked)
        .now(1_540)
        .says("2 wait for a notification; last notified 40.0 µs ago by producer 1");
    let alone = Moment::new("condition, without a lock", "Condition()", &["a 1", "b 1"])
        .with(Resource::new("ready", ResourceKind::Condition))
        .now(100)
        .says("nobody waits");
    vec![notified, all, waiting, alone]
}

fn futures() -> Vec<Moment> {
    let result = |title| {
        Moment::new(title, "submit(…)", &["worker 1", "worker 2"])
            .with(Resource::new("square of 6", ResourceKind::Future))
    };
    let end = |title| {
        Moment::new(title, "join()", &["worker 1", "worker 2"])
            .with(Resource::end_of(ActorId(2)))
            .event(50, 0, waits(WaitOp::Join))
    };
    let pending = result("future")
        .event(40, 0, waits(WaitOp::Result))
        .now(1_350)
        .says("pending; main waits for it")
        .says("1.31 ms");
    let done = result("future, done")
        .event(90, 1, EventKind::Put { res: R, item: Item::int(36) })
        .now(100)
        .says("done: 36");
    let mut failed = result("future, keeps an error").named(|meta| {
        meta.texts.push("ValueError".into());
    });
    for (micros, kind) in [
        (20, EventKind::Raised { exception: ExceptionId(0), text: TextId(0) }),
        (21, EventKind::Kept { exception: ExceptionId(0), res: R }),
    ] {
        failed = failed.event(micros, 1, kind);
    }
    let failed = failed.now(100).says("it keeps an error: ValueError");
    let running = end("future, the end of a thread")
        .now(700)
        .says("worker 2 has not ended")
        .says("end of")
        .says("running");
    let ended = end("future, an end that came")
        .event(60, 2, EventKind::Ended(End::Normal))
        .now(90)
        .says("worker 2 ended 30.0 µs ago");
    let killed = end("future, an end with an error")
        .event(60, 2, EventKind::Ended(End::Error(TextId(0))))
        .now(90)
        .says("worker 2 ended 30.0 µs ago: failed");
    vec![pending, done, failed, running, ended, killed]
}

pub fn moments() -> Vec<Moment> {
    let kinds = [locks(), rlocks(), semaphores(), conditions(), events(), barriers(), futures()];
    kinds.into_iter().flatten().collect()
}

/// In fewer and fewer words: who waits goes last, and until then who has it has at least its badge where that fits.
#[test]
fn who_waits_is_said_as_long_as_there_is_room_for_more_than_a_word() {
    let wants = |at: u64, who| move |moment: Moment| moment.event(at, who, WANTS);
    let one = |title| wants(300, 5)(lock(title, ResourceKind::Lock).event(200, 1, TAKES)).now(900);
    let two = |title| wants(310, 6)(one(title)).now(900);
    let semaphore = Moment::new("semaphore", "Semaphore(1)", &["adder 1", "remover 5"])
        .with(Resource::new("slots", ResourceKind::Semaphore).with_capacity(1))
        .event(200, 1, TAKES)
        .event(300, 2, WANTS)
        .now(900);
    let event = Moment::new("event", "Event()", &["adder 1", "remover 5"])
        .with(Resource::new("go", ResourceKind::Event))
        .event(100, 1, EventKind::Cleared { res: R })
        .event(300, 2, waits(WaitOp::Wait))
        .now(900);
    let all: [(Moment, &[&str]); 4] = [
        (
            one("one"),
            &[
                "held by adder 1 for 700 µs; remover 1 waits",
                "held by A1 for 700 µs; remover 1 waits",
                "held by A1 for 700 µs; R1 waits",
                "held by A1; R1 waits",
                "held by A1; 1 waits",
                "held; 1 waits",
                "held",
            ],
        ),
        (
            two("two"),
            &[
                "held by adder 1 for 700 µs; 2 wait",
                "held by A1 for 700 µs; 2 wait",
                "held by A1; 2 wait",
                "held; 2 wait",
                "held",
            ],
        ),
        (
            semaphore,
            &[
                "0 of 1 permit free; remover 5 waits",
                "0 of 1 free; remover 5 waits",
                "0 of 1 free; R5 waits",
                "0 of 1 free",
            ],
        ),
        (
            event,
            &[
                "cleared 800 µs ago by adder 1; set() lets remover 5 go on",
                "cleared 800 µs ago by adder 1; remover 5 waits",
                "cleared 800 µs ago by A1; R5 waits",
                "cleared by A1; R5 waits",
                "not set; 1 waits",
                "not set",
            ],
        ),
    ];
    for (moment, expected) in all {
        let mut said: Vec<String> = Vec::new();
        moment.with_fonts(|at| {
            for width in (40..500_u16).rev() {
                let area = Rect::from_min_size(pos2(3.0, 5.0), vec2(width.into(), 132.0));
                let picture = layout(at, Size::Full, area);
                let mut texts = picture.texts();
                let caption = texts.find(|text| expected.contains(text) || text.contains("held"));
                let caption = caption.filter(|text| said.last().is_none_or(|last| last != text));
                said.extend(caption.map(str::to_owned));
            }
        });
        assert_eq!(said, expected, "{}", moment.title);
    }
}
