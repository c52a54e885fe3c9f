//! Moments of what carries data.

use super::sheet::{Moment, R, picture, waits};
use concurrency_lab::trace::{
    Actor, ActorId, ActorKind, End, EventKind as K, Home, Item, Measure, Nanos, Resource,
    ResourceId, ResourceKind, TaskId, TextId, WaitEnd, WaitOp,
};

use concurrency_lab::replay::Phase;
use concurrency_lab::widgets::bars::{self, Bar};
use concurrency_lab::widgets::picture::{Does, Mark};
use concurrency_lab::widgets::resource::{self, Size, layout, sentence};
use concurrency_lab::widgets::scene::actor_box::{self, BoxSize};
use concurrency_lab::widgets::selection::Selection;
use egui::{Rect, pos2, vec2};

mod pools;

const GUARD: ResourceId = ResourceId(1);

fn items(range: std::ops::Range<i32>) -> Vec<Item> {
    range.map(Item::int).collect()
}

fn inserted(index: u32, item: i32) -> K {
    K::Inserted { res: R, index, item: Item::int(item) }
}

fn removed(index: u32, item: i32) -> K {
    K::Removed { res: R, index, item: Item::int(item) }
}

pub fn moments() -> Vec<Moment> {
    let mut moments = lists();
    moments.extend(values());
    moments.extend(arrays());
    moments.extend(queues());
    moments.extend(pipes());
    moments.extend(managers());
    moments.extend(pools::pools());
    moments
}

fn list(title: &'static str, holds: std::ops::Range<i32>) -> Moment {
    let list = Resource::new("shared list", ResourceKind::List).with_initial(items(holds));
    Moment::new(title, "[]", &["adder 1", "adder 2", "remover 1"])
        .with(list.guarded_by(GUARD))
        .with(Resource::new("list lock", ResourceKind::Lock))
        .motion(100)
}

fn lists() -> Vec<Moment> {
    let acquired = K::Acquired { res: GUARD };
    let released = K::Released { res: GUARD };
    vec![
        list("list: going in", 13..17)
            .event(10, 2, acquired)
            .event(20, 2, inserted(4, 17))
            .now(60)
            .says("17")
            .says("4 items; adder 2 puts 17 at the end"),
        list("list: in its place, in hand", 13..17)
            .event(10, 2, acquired)
            .event(20, 2, inserted(4, 17))
            .now(160)
            .says("4 items; adder 2 puts 17 at the end"),
        list("list: in between", 13..17)
            .event(10, 2, acquired)
            .event(20, 2, inserted(1, 170_000))
            .now(50)
            .says("170000")
            .says("4 items; adder 2 puts 170000 in at [1]"),
        list("list: going out", 13..17)
            .event(10, 3, acquired)
            .event(20, 3, removed(0, 13))
            .now(90)
            .says("3 items; remover 1 takes 13 out"),
        list("list: released", 13..17)
            .event(10, 2, acquired)
            .event(20, 2, inserted(4, 17))
            .event(30, 2, released)
            .now(60)
            .says("17")
            .says("5 items · 1 added"),
        list("list: long", 0..95)
            .event(10, 2, acquired)
            .event(20, 2, inserted(95, 95))
            .now(50)
            .says("more …")
            .says("95 items; adder 2 puts 95 at the end"),
        list("list: long, out of its middle", 0..95)
            .event(10, 3, acquired)
            .event(20, 3, removed(50, 50))
            .now(90)
            .says("94 items; remover 1 takes 50 out"),
        list("list: empty", 0..0).now(60).says("empty"),
    ]
}

fn read(version: u32, value: i32) -> K {
    K::ValueRead { res: R, version, value: Item::int(value) }
}

fn wrote(version: u32, old: i32, new: i32) -> K {
    K::ValueChanged { res: R, version, old: Item::int(old), new: Item::int(new) }
}

fn value(title: &'static str, home: Home) -> Moment {
    let value = Resource::new("counter", ResourceKind::Value).with_initial(items(41..42));
    Moment::new(title, "Value('i')", &["process 1", "process 2", "process 3", "process 4"])
        .with(value.guarded_by(GUARD).at_home(home))
        .with(Resource::new("lock", ResourceKind::Lock))
        .motion(100)
}

fn values() -> Vec<Moment> {
    vec![
        value("value: stale", Home::Shared)
            .event(10, 2, read(0, 41))
            .event(20, 1, read(0, 41))
            .event(30, 1, wrote(1, 41, 42))
            .now(200)
            .says("41")
            .says("42")
            .says("shared")
            .says("process 2 still works with 41: stale"),
        value("value: many readers, an address", Home::Process(ActorId(1)))
            .event(1, 1, K::Placed { res: R, address: 0x7ffd_1234_5678 })
            .event(10, 2, read(0, 41))
            .event(12, 4, read(0, 41))
            .event(15, 3, read(0, 41))
            .event(20, 1, wrote(1, 41, 42))
            .event(30, 4, read(1, 42))
            .event(35, 1, read(1, 42))
            .now(50)
            .says("0x7ffd12345678")
            .says("memory of P1")
            .says("+2"),
        value("value: three have read", Home::Shared)
            .event(10, 2, read(0, 41))
            .event(12, 3, read(0, 41))
            .event(20, 1, wrote(1, 41, 42))
            .event(30, 1, read(1, 42))
            .now(200)
            .says("read")
            .says("process 3 still works with 41: stale · so does 1 more"),
        value("value: in hand", Home::Program)
            .event(10, 1, K::Acquired { res: GUARD })
            .event(20, 1, wrote(1, 41, 42_000))
            .event(30, 4, read(1, 42_000))
            .now(50)
            .says("42000")
            .says("process 1 wrote 42000 over 41 · 30.0 µs ago"),
        value("value: two have read", Home::Program)
            .event(10, 2, read(0, 41))
            .event(12, 3, read(0, 41))
            .now(50)
            .says("P2 and P3 have read 41"),
        value("value: untouched", Home::Program).now(50).says("41 since the start"),
    ]
}

fn array(title: &'static str, holds: std::ops::Range<i32>) -> Moment {
    let array = Resource::new("cells", ResourceKind::Array).with_initial(items(holds));
    Moment::new(title, "Array('i', 8)", &["process 1", "process 2"])
        .with(array.at_home(Home::Shared).guarded_by(GUARD))
        .with(Resource::new("lock", ResourceKind::Lock))
        .motion(100)
}

fn arrays() -> Vec<Moment> {
    let slot = |index, new| K::SlotChanged { res: R, index, new: Item::int(new) };
    vec![
        array("array: one written", 0..8)
            .event(10, 1, slot(5, 9))
            .now(50)
            .says("9")
            .says("process 1 wrote [5]: 5 → 9"),
        array("array: in hand", 0..8)
            .event(10, 2, K::Acquired { res: GUARD })
            .event(20, 2, slot(0, 1000))
            .now(50)
            .says("1000"),
        array("array: long", 0..200).event(10, 1, slot(150, 7)).now(50).says("150"),
        array("array: untouched", 0..4).now(50).says("4 cells; none written yet"),
        array("array: unknown", 0..0).now(50).says("unknown"),
    ]
}

fn put(item: i32) -> K {
    K::Put { res: R, item: Item::int(item) }
}

fn got(item: i32) -> K {
    K::Got { res: R, item: Item::int(item) }
}

fn queue(title: &'static str, bound: Option<u32>, puts: i32) -> Moment {
    let mut queue = Resource::new("jobs", ResourceKind::Queue);
    queue.capacity = bound;
    let threads = ["producer 1", "producer 2", "producer 3", "consumer 1", "consumer 2"];
    let mut moment = Moment::new(title, "Queue()", &threads).with(queue).motion(100);
    for item in 0..puts {
        moment = moment.event(10 + item as u64, 1 + item as u16 % 2, put(item));
    }
    moment
}

fn queues() -> Vec<Moment> {
    vec![
        queue("queue: full", Some(5), 5)
            .event(100, 2, waits(WaitOp::Put))
            .now(1930)
            .says("1.83 ms")
            .says("back")
            .says("front")
            .says("5 of 5: full · 5 put, 0 taken"),
        queue("queue: going out", Some(5), 5)
            .event(100, 2, waits(WaitOp::Put))
            .event(1900, 4, got(0))
            .now(1950)
            .says("4 of 5 · 5 put, 1 taken"),
        queue("queue: going in", Some(5), 2).event(1900, 3, put(77)).now(1950).says("77"),
        queue("queue: getters wait", Some(4), 0)
            .event(100, 4, waits(WaitOp::Get))
            .event(300, 5, waits(WaitOp::Get))
            .event(300, 3, waits(WaitOp::Get))
            .now(1930)
            .says("0 of 4: empty · 3 wait to get"),
        queue("queue: who waits at both ends", None, 1)
            .event(100, 4, waits(WaitOp::Get))
            .event(110, 2, waits(WaitOp::Put))
            .now(1930)
            .says("1 waits to put, 1 to get"),
        queue("queue: long bound", Some(100), 99).now(5000).says("+94").says("99 of 100"),
        queue("queue: long bound, few", Some(100), 2).now(5000).says("2 of 100"),
        queue("queue: open", None, 4).event(1900, 3, put(1234)).now(1970).says("5 items"),
        queue("queue: open, many", None, 40).now(5000).says("40 items · 40 put, 0 taken"),
        queue("queue: closed", Some(3), 1)
            .event(200, 1, K::Closed { res: R })
            .now(900)
            .says("closed")
            .says("1 of 3, closed · 1 put, 0 taken"),
        queue("queue: empty, open", None, 0).now(10).says("empty"),
    ]
}

fn pipe(title: &'static str) -> Moment {
    let pipe = Resource::new("pipe", ResourceKind::Pipe).at_home(Home::Shared);
    Moment::new(title, "Pipe()", &["process 1", "process 2", "process 3"]).with(pipe).motion(100)
}

fn pipes() -> Vec<Moment> {
    vec![
        pipe("pipe: on the way")
            .event(10, 1, put(24))
            .event(20, 2, got(24))
            .event(30, 1, put(64))
            .event(40, 1, put(1000))
            .now(500)
            .says("64")
            .says("1000")
            .says("2 messages on the way to process 2 · 3 sent, 1 received"),
        pipe("pipe: going in").event(30, 1, put(64)).event(40, 1, put(77)).now(80).says("77"),
        pipe("pipe: going out")
            .event(30, 1, put(64))
            .event(35, 1, put(65))
            .event(400, 2, got(64))
            .now(450),
        pipe("pipe: its reader waits")
            .event(10, 1, put(24))
            .event(20, 2, got(24))
            .event(30, 2, waits(WaitOp::Get))
            .now(500)
            .says("470 µs")
            .says("nothing on its way · 1 sent, 1 received"),
        pipe("pipe: one of two who read has ended")
            .event(10, 1, put(24))
            .event(11, 1, put(64))
            .event(12, 1, put(1000))
            .event(20, 3, got(24))
            .event(30, 2, got(64))
            .event(40, 2, K::Ended(End::Exited(1)))
            .now(500)
            .says("1 message on the way to process 3"),
        pipe("pipe: torn by two readers")
            .event(10, 1, put(24))
            .event(11, 1, put(64))
            .event(12, 1, put(1000))
            .event(20, 3, got(7))
            .now(500)
            .says("parts of messages")
            .says("parts of messages in it · 3 sent, 1 received"),
        pipe("pipe: nothing more to come")
            .event(10, 1, put(24))
            .event(11, 1, K::Put { res: R, item: Item::NOTHING })
            .now(500)
            .says("None"),
        pipe("pipe: what is in it cannot be seen")
            .event(30, 2, waits(WaitOp::Get))
            .event(60, 2, K::WaitEnded { res: R, how: WaitEnd::Woken })
            .now(500)
            .says("what is in it cannot be seen")
            .says("what is in it is not on record"),
        (0..30)
            .fold(pipe("pipe: full"), |moment, n| moment.event(10 + n, 1, put(n as i32 * 100)))
            .event(100, 3, waits(WaitOp::Put))
            .event(110, 1, waits(WaitOp::Put))
            .now(1500)
            .says("+1"),
        pipe("pipe: unused").now(5).says("nothing on its way"),
    ]
}

fn manager(title: &'static str) -> Moment {
    let manager = Resource::new("manager", ResourceKind::Manager).about(ActorId(4));
    let at_server = |name: &str, kind| Resource::new(name, kind).at_home(Home::Process(ActorId(4)));
    let threads = ["process 1", "process 2", "process 3", "server 1"];
    Moment::new(title, "Manager()", &threads)
        .named(|meta| meta.actors[4].kind = ActorKind::Process)
        .event(1, 4, K::Started { os_id: 48_240 })
        .with(manager.at_home(Home::Process(ActorId(4))))
        .with(
            at_server("list l", ResourceKind::List).with_initial(vec![Item::int(4), Item::int(7)]),
        )
        .with(at_server("value v", ResourceKind::Value).with_initial(vec![Item::int(41)]))
        .motion(100)
}

fn managers() -> Vec<Moment> {
    let waits = waits(WaitOp::Result);
    vec![
        manager("manager: a request")
            .event(30, 1, waits)
            .event(40, 1, put(9))
            .now(90)
            .says("server 1")
            .says("PID 48240")
            .says("list l")
            .says("41")
            .says("60.0 µs"),
        manager("manager: several wait")
            .event(30, 1, waits)
            .event(35, 2, waits)
            .event(38, 3, waits)
            .now(900)
            .says("3 wait for an answer"),
        manager("manager: idle").now(900).says("2 objects kept by server 1"),
        Moment::new("manager: of no known process", "Manager()", &[])
            .with(Resource::new("manager", ResourceKind::Manager))
            .now(9)
            .says("server")
            .says("no objects on record"),
    ]
}

/// Who came first has its time wherever anybody has: in a narrow place it is the only one.
#[test]
fn who_has_waited_longest_at_a_queue_has_a_time_sooner_than_others() {
    let moment = queue("queue", Some(4), 0)
        .event(10, 4, waits(WaitOp::Get))
        .event(96_000, 5, waits(WaitOp::Get))
        .now(135_010);
    moment.with_fonts(|at| {
        let mut alone = 0;
        for width in 200..500 {
            let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width as f32, 132.0));
            let picture = layout(at, Size::Full, area);
            let times: Vec<&str> = picture.texts().filter(|text| text.ends_with(" ms")).collect();
            let is_first = times.first().is_none_or(|text| text.starts_with("135"));
            assert!(is_first && times.len() <= 2, "{width}: {times:?}");
            alone += usize::from(times.len() == 1);
        }
        assert!(alone > 0);
    });
}

/// The holder of a lock is named, by its badge where its name has no room beside who waits.
#[test]
fn a_lock_that_is_held_says_by_whom() {
    let moment = Moment::new("lock", "Lock()", &["a holder", "another"])
        .with(Resource::new("lock", ResourceKind::Lock))
        .event(10, 1, K::Acquired { res: R })
        .event(20, 2, waits(WaitOp::Acquire))
        .now(90);
    moment.with_fonts(|at| {
        for width in 190..400 {
            let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(width as f32, 132.0));
            let picture = layout(at, Size::Full, area);
            let by = picture.texts().any(|text| text.starts_with("held by "));
            assert!(by, "{width}: {:?}", picture.texts().collect::<Vec<_>>());
        }
    });
}

/// In the line that it asks for: that none is left is no more than how many were taken out of it.
#[test]
fn a_line_of_an_emptied_list_says_how_many_were_removed() {
    let mut emptied =
        list("list: emptied", 0..24).named(|meta| meta.resources[0].name = "list".into());
    for item in (0..24).rev() {
        emptied = emptied.event(10, 3, removed(item as u32, item));
    }
    emptied.now(900).with_fonts(|at| {
        let size = resource::wanted(at, Size::Line);
        let said = |width| {
            let area = Rect::from_min_size(pos2(3.0, 5.0), vec2(width, size.y));
            layout(at, Size::Line, area).texts().last().unwrap().to_owned()
        };
        assert_eq!(said(size.x), "all 24 removed");
        assert_eq!(said(size.x + 24.0), "empty · 24 removed");
        assert_eq!(said(size.x - 30.0), "empty");
    });
}
