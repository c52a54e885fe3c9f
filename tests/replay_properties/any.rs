//! Traces of anything: names that make no sense, events in any order.

use concurrency_lab::trace::{
    Actor, ActorId, ActorKind, End, Event, EventKind, ExceptionId, Home, Item, Measure, Meta,
    Nanos, Resource, ResourceId, ResourceKind, Role, Section, SectionId, SourceId, TaskId, TextId,
    WaitEnd, WaitOp,
};
use proptest::prelude::*;
use proptest::sample::select;

fn some<T: std::fmt::Debug + Clone>(
    often: u32,
    what: impl Strategy<Value = T>,
) -> impl Strategy<Value = Option<T>> {
    prop_oneof![10 => what.prop_map(Some), often => Just(()).prop_map(|()| None)]
}

/// An actor with any parent, section, pool and predecessor: itself, one that starts it in turn, one that is not there.
fn any_actor() -> impl Strategy<Value = Actor> {
    let role = prop_oneof![
        6 => Just(Role::Work),
        1 => Just(Role::Main),
        1 => Just(Role::Helper),
        1 => Just(Role::User),
    ];
    let kind = prop_oneof![Just(ActorKind::Process), Just(ActorKind::Thread)];
    (kind, role, some(10, any_id()), some(10, any_id()), some(10, any_id()), some(20, any_id()))
        .prop_map(|(kind, role, parent, section, pool, replaces)| Actor {
            kind,
            role,
            parent: parent.map(ActorId),
            section: section.map(SectionId),
            pool: pool.map(ResourceId),
            replaces: replaces.map(ActorId),
            ..Actor::default()
        })
}

/// A section within any other one.
fn any_section() -> impl Strategy<Value = Section> {
    (some(20, any_id()), any::<bool>(), 0..4u32).prop_map(|(within, begins, number)| Section {
        within: within.map(SectionId),
        begins,
        number,
        ..Section::default()
    })
}

type Ties = (Option<u16>, Option<u16>, Option<u16>, Home, Option<u16>);

/// What a resource has beside its kind: guard, section, whose it is, home, bounds.
fn any_ties() -> impl Strategy<Value = Ties> {
    let home = prop_oneof![
        Just(Home::Program),
        Just(Home::Shared),
        any_id().prop_map(|id| Home::Process(ActorId(id))),
    ];
    (some(10, any_id()), some(10, any_id()), some(20, any_id()), home, some(20, any_id()))
}

/// Names, some of them nonsense, and one resource of each kind.
pub fn any_meta() -> impl Strategy<Value = Meta> {
    let actors = prop::collection::vec(any_actor(), 6..12);
    let sections = prop::collection::vec(any_section(), 0..6);
    let ties = prop::collection::vec(any_ties(), ResourceKind::ALL.len());
    (actors, sections, ties).prop_map(|(mut actors, mut sections, ties)| {
        for (i, actor) in actors.iter_mut().enumerate() {
            (actor.name, actor.badge) = (format!("actor {i}"), format!("A{i}"));
        }
        for (i, section) in sections.iter_mut().enumerate() {
            section.name = format!("section {i}");
        }
        let resource = |(i, (guard, section, of, home, bound)): (usize, Ties)| Resource {
            capacity: (i % 4 > 0).then(|| i as u32 % 4 - 1),
            initial: vec![Item::int(1); i % 3],
            guard: guard.map(ResourceId),
            section: section.map(SectionId),
            of: of.map(ActorId),
            bounds: bound.map(|id| [ResourceId(id), ResourceId(0)]),
            home,
            ..Resource::new(format!("resource {i}"), ResourceKind::ALL[i])
        };
        let resources = ties.into_iter().enumerate().map(resource).collect();
        let texts = vec!["a {} b".into(), "b".into()];
        Meta { actors, sections, resources, texts, ..Meta::default() }
    })
}

fn any_id() -> impl Strategy<Value = u16> {
    // Mostly few, so that events meet; now and then beyond every table, but not far: each event's check walks the tables.
    (0..243u16).prop_map(|n| match n {
        0..180 => n % 4,
        180..240 => 4 + n % 14,
        _ => 40 + n % 4,
    })
}

fn any_number() -> impl Strategy<Value = u32> {
    (0..110u32).prop_map(|n| match n {
        0..100 => n % 5,
        100..105 => u32::MAX,
        _ => 70_000,
    })
}

fn any_kind() -> impl Strategy<Value = EventKind> {
    use EventKind as K;
    // Not `prop_oneof`, whose choices are several times as large and slow to make: there are millions.
    let op = select(&[
        WaitOp::Acquire,
        WaitOp::Wait,
        WaitOp::Put,
        WaitOp::Get,
        WaitOp::Join,
        WaitOp::Result,
        WaitOp::Task,
    ]);
    let how = select(&[
        WaitEnd::Woken,
        WaitEnd::TimedOut,
        WaitEnd::Cancelled,
        WaitEnd::Broken,
        WaitEnd::Interrupted,
    ]);
    let end = select(&[
        End::Normal,
        End::Error(TextId(3)),
        End::Exited(2),
        End::Killed(9),
        End::Cancelled,
    ]);
    (any_id(), any_number(), -2..3i32, op, how, end, 0..66u32).prop_map(
        |(id, n, value, op, how, end, which)| {
            let (res, item, task) = (ResourceId(id), Item::int(value), TaskId(n));
            let (text, exception, other) = (TextId(n), ExceptionId(n), ActorId(id));
            match which {
                0 => K::Started { os_id: n.into() },
                1 => K::Ended(end),
                2 => K::Spawned { child: other },
                3 if n % 3 == 0 => K::EndSeen { of: other, how: n % 2 == 0 },
                3 => K::At,
                4..9 => K::WaitBegan { res, op },
                9..14 => K::Acquired { res },
                14..18 => K::Released { res },
                18..21 => K::WaitEnded { res, how },
                21 => K::Notified { res, woken: n },
                22 => K::Set { res },
                23 => K::Cleared { res },
                24 => K::BarrierPassed { res, generation: n },
                25 if n % 3 == 0 => K::Refused { res },
                25 => K::BarrierBroken { res },
                26 => K::Put { res, item },
                27 if n % 5 == 0 => K::ItemDone { res },
                27 => K::Got { res, item },
                28 if n % 3 == 0 => K::GivenUp { res },
                28 => K::Closed { res },
                29 => K::Inserted { res, index: n, item },
                30 => K::Removed { res, index: n, item },
                31 if n % 3 == 0 => K::Copied { res },
                31 => K::FoundEmpty { res },
                32 => K::ValueRead { res, version: n, value: item },
                33 => K::ValueChanged { res, version: n, old: item, new: item },
                34 => K::SlotChanged { res, index: n, new: item },
                35 => K::TaskSubmitted { res, task, item },
                36 => K::TaskStarted { res, task },
                37 => K::TaskFinished { res, task, item },
                38 => K::TaskFailed { res, task, error: text },
                39 => K::TaskCancelled { res, task },
                40 => K::Raised { exception, text },
                41 => K::Caught { exception },
                42 => K::Propagated { exception, to: other },
                43 => K::Unhandled { exception },
                44 => K::SignalSent { to: other, signal: 9 },
                45 if n % 3 == 0 => K::AlarmSet { after: Nanos(n.into()), every: Nanos::ZERO },
                45 if n % 3 == 1 => K::SignalHandled { signal: 14 },
                45 => K::SignalHandled { signal: 9 },
                46 => K::SleepBegan { planned: Nanos(u64::from(n) << 32) },
                47 => K::SleepEnded,
                48 => K::IoBegan { what: text },
                49 => K::IoEnded,
                50 => K::SpanBegan { name: text },
                51 => K::Measured { what: Measure::OwnMemory, amount: n.into() },
                52 => K::Measured { what: Measure::CpuTime, amount: n.into() },
                53 => K::Measured { what: Measure::OtherThreads, amount: n.into() },
                54..56 => K::TaskAssigned {
                    res,
                    task,
                    count: n / 2,
                    to: ActorId(value.unsigned_abs() as u16),
                },
                56 => K::ResultsTaken { res, task, count: n },
                57 => K::Kept { exception, res },
                58..60 => K::SectionBegan { section: SectionId(id) },
                60 => K::SectionEnded { section: SectionId(id) },
                61 => K::Placed { res, address: n.into() },
                62 => K::Dropped { count: n.into() },
                63 => K::TaskSubmitted { res, task, item },
                64 => K::TaskStarted { res, task },
                _ => K::Message { text, args: [item, Item::text(TextId(n))] },
            }
        },
    )
}

prop_compose! {
    pub fn any_event()(at in 0..500u64, seq in 0..50u32, actor in any_id(), source in 0..3u16, kind in any_kind()) -> Event {
        let source = if source == 0 { SourceId::NONE } else { SourceId(source) };
        Event { at: Nanos(at), seq, actor: ActorId(actor), source, kind }
    }
}

/// What may become of a few tasks of one pool.
pub fn any_task_event() -> impl Strategy<Value = Event> {
    use EventKind as K;
    let parts = (0..500u64, 0..50u32, 0..4u16, 0..6u32, 1..4u32, 0..12u8);
    parts.prop_map(|(at, seq, actor, task, count, what)| {
        let (res, item, task) = (ResourceId(11), Item::int(7), TaskId(task));
        let kind = match what {
            0..3 => K::TaskSubmitted { res, task, item },
            3..7 => K::TaskAssigned { res, task, count, to: ActorId(count as u16) },
            7..9 => K::TaskStarted { res, task },
            9 => K::TaskFinished { res, task, item },
            10 => K::TaskFailed { res, task, error: TextId(0) },
            _ => K::Ended(End::Killed(9)),
        };
        Event { at: Nanos(at), seq, actor: ActorId(actor), source: SourceId::NONE, kind }
    })
}
