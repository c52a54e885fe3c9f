//! Whatever the trace: replay never panics, and what it knows does not depend on how the trace came or was walked.
#![allow(clippy::unwrap_used)]

use concurrency_lab::replay::{self, ActorState, Cursor, Replay, State};
use concurrency_lab::trace::{
    Actor, ActorId, ActorKind, Batch, End, Event, EventKind, ExceptionId, Item, Measure, Meta,
    Nanos, Resource, ResourceId, ResourceKind, SourceId, TaskId, TextId, Trace, WaitEnd, WaitOp,
};
use proptest::prelude::*;

const KINDS: [ResourceKind; 14] = [
    ResourceKind::Lock,
    ResourceKind::RLock,
    ResourceKind::Semaphore,
    ResourceKind::Condition,
    ResourceKind::Event,
    ResourceKind::Barrier,
    ResourceKind::Queue,
    ResourceKind::Pipe,
    ResourceKind::Value,
    ResourceKind::Array,
    ResourceKind::Manager,
    ResourceKind::Pool,
    ResourceKind::Future,
    ResourceKind::List,
];

fn named(actors: usize, resources: usize) -> (Vec<Actor>, Vec<Resource>) {
    let actor = |i: usize| Actor {
        name: format!("actor {i}"),
        badge: format!("A{i}"),
        kind: ActorKind::Thread,
        parent: None,
        ..Actor::default()
    };
    let resource = |i: usize| {
        let resource = Resource::new(format!("end of actor {i}"), KINDS[i % KINDS.len()]);
        let resource = resource.with_initial(vec![Item::int(1); i % 3]);
        match i % 4 {
            0 => resource,
            n => resource.with_capacity(n as u32 - 1),
        }
    };
    ((0..actors).map(actor).collect(), (0..resources).map(resource).collect())
}

fn any_id() -> impl Strategy<Value = u16> {
    // Mostly few, so that events meet; now and then beyond every table.
    prop_oneof![60 => 0..4u16, 20 => 4..18u16, 1 => 300..320u16]
}

fn any_number() -> impl Strategy<Value = u32> {
    prop_oneof![20 => 0..5u32, 1 => Just(u32::MAX), 1 => Just(70_000)]
}

fn any_kind() -> impl Strategy<Value = EventKind> {
    use EventKind as K;
    let op = prop_oneof![
        Just(WaitOp::Acquire),
        Just(WaitOp::Wait),
        Just(WaitOp::Put),
        Just(WaitOp::Get),
        Just(WaitOp::Join),
        Just(WaitOp::Result),
        Just(WaitOp::Task),
    ];
    let how = prop_oneof![
        Just(WaitEnd::Woken),
        Just(WaitEnd::TimedOut),
        Just(WaitEnd::Cancelled),
        Just(WaitEnd::Broken),
    ];
    let end = prop_oneof![
        Just(End::Normal),
        Just(End::Error(TextId(3))),
        Just(End::Exited(2)),
        Just(End::Killed(9)),
        Just(End::Cancelled),
    ];
    (any_id(), any_number(), -2..3i32, op, how, end, 0..53u32).prop_map(
        |(id, n, value, op, how, end, which)| {
            let (res, item, task) = (ResourceId(id), Item::int(value), TaskId(n));
            let (text, exception, other) = (TextId(n), ExceptionId(n), ActorId(id));
            match which {
                0 => K::Started { os_id: n.into() },
                1 => K::Ended(end),
                2 => K::Spawned { child: other },
                3 => K::At,
                4..9 => K::WaitBegan { res, op },
                9..14 => K::Acquired { res },
                14..18 => K::Released { res },
                18..21 => K::WaitEnded { res, how },
                21 => K::Notified { res, woken: n },
                22 => K::Set { res },
                23 => K::Cleared { res },
                24 => K::BarrierPassed { res, generation: n },
                25 => K::BarrierBroken { res },
                26 => K::Put { res, item },
                27 => K::Got { res, item },
                28 => K::Closed { res },
                29 => K::Inserted { res, index: n, item },
                30 => K::Removed { res, index: n, item },
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
                45 => K::SignalHandled { signal: 9 },
                46 => K::SleepBegan { planned: Nanos(u64::from(n) << 32) },
                47 => K::SleepEnded,
                48 => K::IoBegan { what: text },
                49 => K::IoEnded,
                50 => K::SpanBegan { name: text },
                51 => K::Measured { what: Measure::OwnMemory, amount: n.into() },
                _ => K::Message { text, args: [item, Item::text(TextId(n))] },
            }
        },
    )
}

prop_compose! {
    fn any_event()(at in 0..500u64, seq in 0..50u32, actor in any_id(), source in 0..3u16, kind in any_kind()) -> Event {
        let source = if source == 0 { SourceId::NONE } else { SourceId(source) };
        Event { at: Nanos(at), seq, actor: ActorId(actor), source, kind }
    }
}

fn batch(events: &[Event]) -> Batch {
    Batch { events: events.to_vec(), ..Batch::default() }
}

fn trace(meta: Meta, events: &[Event]) -> Trace {
    let mut trace = Trace::new(meta);
    trace.apply(batch(events));
    trace
}

fn some_meta() -> Meta {
    let (actors, resources) = named(6, 14);
    Meta { actors, resources, texts: vec!["a {} b".into(), "b".into()], ..Meta::default() }
}

/// All that a replay knows, for comparison.
fn assert_same(one: &Replay, two: &Replay, trace: &Trace) -> Result<(), TestCaseError> {
    prop_assert_eq!(one.latest(), two.latest());
    prop_assert_eq!(one.lanes(), two.lanes());
    prop_assert_eq!(one.stats(), two.stats());
    prop_assert_eq!(one.tasks(), two.tasks());
    prop_assert_eq!(one.oddities(), two.oddities());
    prop_assert_eq!(one.odd_count(), two.odd_count());
    let half = trace.events().len() / 2;
    prop_assert_eq!(one.after(trace, half), two.after(trace, half));
    Ok(())
}

/// Repeats events at later times until there are keyframes between.
fn repeated(events: &[Event], until: usize) -> Vec<Event> {
    let rounds = until / events.len() + 1;
    let round = |r: u64| {
        events.iter().map(move |e| Event {
            at: e.at + Nanos(r * 500),
            seq: e.seq + 50 * r as u32,
            ..*e
        })
    };
    (0..rounds as u64).flat_map(round).collect()
}

/// A case that fails is to become a test of its own, not a file of seeds.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn any_trace_can_be_walked_and_told(events in prop::collection::vec(any_event(), 0..200)) {
        let trace = trace(some_meta(), &events);
        let meta = trace.meta();
        let mut state = State::new(meta);
        let mut lanes_end = Nanos::ZERO;
        for (index, event) in trace.events().iter().enumerate() {
            state.apply(meta, event);
            lanes_end = event.at;
            prop_assert_eq!(state.applied, index + 1);
            let line = replay::describe(meta, event);
            prop_assert!(!line.is_empty());
            for i in 0..state.actors.len().min(20) {
                let id = ActorId::from_index(i);
                let why = replay::why(meta, &state, id, event.at).unwrap();
                prop_assert!(!why.title.is_empty() && !why.sentence.is_empty());
                prop_assert!(!why.ahead.contains(&id));
                prop_assert!(!replay::phrase(meta, &state, id, Nanos(event.at.0 + 7)).is_empty());
            }
        }
        prop_assert_eq!(replay::why(meta, &state, ActorId(9999), lanes_end), None);
        for i in 0..14 {
            replay::lost_updates(&trace, ResourceId(i));
        }
    }

    /// Owners and holders, waiters and waits say the same; phases follow from the rest.
    #[test]
    fn both_sides_of_a_state_agree(events in prop::collection::vec(any_event(), 0..300)) {
        let trace = trace(some_meta(), &events);
        let mut state = State::new(trace.meta());
        for event in trace.events() {
            state.apply(trace.meta(), event);
            let owned: usize = state.resources.iter().map(|r| r.owners.len()).sum();
            let held: usize = state.actors.iter().map(|a| a.holding.len()).sum();
            prop_assert_eq!(owned, held);
            for (i, resource) in state.resources.iter().enumerate() {
                for (owner, held) in &resource.owners {
                    prop_assert_eq!(held.res.index(), i);
                    prop_assert!(state.actors[owner.index()].holding.contains(held));
                }
                for waiter in &resource.waiters {
                    let waiting = state.actors[waiter.actor.index()].waiting.unwrap();
                    prop_assert_eq!(waiting.res.index(), i);
                    prop_assert_eq!((waiting.op, waiting.since), (waiter.op, waiter.since));
                }
                prop_assert!(resource.waiters.is_sorted_by_key(|w| w.since));
                prop_assert!(resource.notified as usize <= resource.waiters.len());
            }
            // Idle workers stand in no line.
            let in_line = |a: &&ActorState| a.waiting.is_some_and(|w| w.op != WaitOp::Task);
            let waits = state.actors.iter().filter(in_line).count();
            let waiters: usize = state.resources.iter().map(|r| r.waiters.len()).sum();
            prop_assert_eq!(waits, waiters);
        }
    }

    #[test]
    fn the_pieces_it_came_in_do_not_matter(
        events in prop::collection::vec(any_event(), 1..300),
        cuts in prop::collection::vec(1..40usize, 0..40),
        names in 0..14usize,
    ) {
        // Names come late too: the second half of them after some events that use them.
        let all = some_meta();
        let mut few = all.clone();
        few.resources.truncate(names);
        few.actors.truncate(names);
        let mut live = Trace::new(few);
        let mut replay = Replay::new(&live);
        let mut rest = &events[..];
        for (i, cut) in cuts.into_iter().enumerate() {
            let (now, later) = rest.split_at(cut.min(rest.len()));
            rest = later;
            let mut batch = batch(now);
            if i == 3 {
                batch.actors = all.actors[names.min(6)..].to_vec();
                batch.resources = all.resources[names..].to_vec();
            }
            let applied = live.apply(batch);
            replay.update(&live, applied.first_changed);
        }
        let applied = live.apply(batch(rest));
        replay.update(&live, applied.first_changed);
        assert_same(&replay, &Replay::new(&live), &live)?;
    }
}

proptest! {
    #![proptest_config(config(12))]

    #[test]
    fn keyframes_and_cursors_know_every_place(
        events in prop::collection::vec(any_event(), 1..200),
        places in prop::collection::vec(0..20_000usize, 1..12),
        late in prop::collection::vec((any_event(), 0..20_000u64), 0..5),
    ) {
        let events = repeated(&events, 18_000);
        let mut trace = trace(some_meta(), &events);
        let mut replay = Replay::new(&trace);
        prop_assert!(replay.keyframes().0 > 3);
        let check = |trace: &Trace, replay: &Replay, cursor: &mut Cursor| {
            let mut sorted = places.clone();
            sorted.sort_unstable();
            let mut state = State::new(trace.meta());
            let mut expected = Vec::new();
            for &place in &sorted {
                let end = place.min(trace.events().len());
                for event in &trace.events()[state.applied..end] {
                    state.apply(trace.meta(), event);
                }
                expected.push((place, state.clone()));
            }
            for &place in &places {
                let (_, expected) = expected.iter().find(|(p, _)| *p == place).unwrap();
                prop_assert_eq!(&replay.after(trace, place), expected);
                prop_assert_eq!(cursor.seek(replay, trace, place), expected);
            }
            let last = trace.events().len();
            prop_assert_eq!(cursor.seek(replay, trace, last), replay.latest());
            prop_assert_eq!(&replay.at(trace, trace.end()), replay.latest());
            Ok(())
        };
        let mut cursor = Cursor::default();
        check(&trace, &replay, &mut cursor)?;
        // Late ones, somewhere in the middle: the same cursor must notice.
        for (event, at) in late {
            let applied = trace.apply(batch(&[Event { at: Nanos(at), ..event }]));
            replay.update(&trace, applied.first_changed);
        }
        check(&trace, &replay, &mut cursor)?;
        assert_same(&replay, &Replay::new(&trace), &trace)?;
    }

    /// The lane at any instant says what the state says then.
    #[test]
    fn lanes_and_tracks_say_what_the_states_say(events in prop::collection::vec(any_event(), 1..300)) {
        let trace = trace(some_meta(), &events);
        let replay = Replay::new(&trace);
        for t in (0..500).step_by(7).map(Nanos) {
            let state = replay.at(&trace, t);
            for (actor, lane) in state.actors.iter().zip(&replay.lanes().actors) {
                let span = lane.at(t).map(|(_, s)| (s.phase, s.res));
                let phase = (actor.phase != replay::Phase::NotStarted)
                    .then(|| (actor.phase, actor.subject()));
                prop_assert_eq!(span, phase);
            }
            for (resource, track) in state.resources.iter().zip(&replay.lanes().resources) {
                prop_assert_eq!(track.owner_at(t), resource.owners.last().map(|o| o.0));
                prop_assert_eq!(track.waiters_at(t) as usize, resource.waiters.len());
            }
        }
        let end = trace.end();
        for (lane, stats) in replay.lanes().actors.iter().zip(&replay.stats().actors) {
            let range = lane.range(Nanos::ZERO, Nanos::MAX);
            prop_assert_eq!(range, 0..lane.spans.len());
            let starts: Vec<_> = lane.spans.iter().map(|s| s.start).chain([end]).collect();
            for phase in [replay::Phase::Waiting, replay::Phase::Holding, replay::Phase::Done] {
                let spans = lane.spans.iter().zip(starts.windows(2));
                let sum: u64 = spans
                    .filter(|(s, _)| s.phase == phase)
                    .map(|(_, w)| w[1].0 - w[0].0)
                    .sum();
                prop_assert_eq!(stats.time_in(phase, end).0, sum);
            }
        }
        for (track, (i, stats)) in (replay.lanes().resources.iter())
            .zip(replay.stats().resources.iter().enumerate())
        {
            let held = |until: Nanos| {
                let starts: Vec<_> = track.owners.iter().map(|s| s.start.min(until)).chain([until]).collect();
                let spans = track.owners.iter().zip(starts.windows(2));
                let sum: u64 = spans.filter(|(s, _)| s.owner.is_some()).map(|(_, w)| w[1].0 - w[0].0).sum();
                if until.0 == 0 { 0.0 } else { sum as f64 / until.0 as f64 }
            };
            prop_assert!((stats.held_fraction(end) - held(end)).abs() < 1e-9);
            let res = ResourceId::from_index(i);
            for until in [Nanos(100), Nanos(333), Nanos(900)] {
                let found = replay.held_fraction(&trace, res, until);
                prop_assert!((found - held(until)).abs() < 1e-9);
            }
        }
    }
}

/// Ids may be anything.
#[test]
fn the_last_ids_there_are_have_room() {
    let mut trace = Trace::default();
    let event = |actor, res| Event {
        at: Nanos::MAX,
        seq: u32::MAX,
        actor: ActorId(actor),
        source: SourceId(7),
        kind: EventKind::WaitBegan { res: ResourceId(res), op: WaitOp::Join },
    };
    trace.apply(batch(&[event(u16::MAX, 0), event(0, u16::MAX)]));
    let replay = Replay::new(&trace);
    assert_eq!(replay.latest().actors.len(), 1 << 16);
    assert_eq!(replay.latest().resources.len(), 1 << 16);
    assert!(replay::why(trace.meta(), replay.latest(), ActorId(u16::MAX), Nanos::ZERO).is_some());
}

/// Where states are large, keyframes lie further apart instead of filling the memory.
#[test]
fn keyframes_of_large_states_stay_within_their_budget() {
    let meta =
        Meta { resources: vec![Resource::new("list", ResourceKind::List)], ..Meta::default() };
    let events: Vec<_> = (0..400_000u32)
        .map(|i| Event {
            at: Nanos(i.into()),
            seq: i,
            actor: ActorId(0),
            source: SourceId::NONE,
            kind: EventKind::Inserted { res: ResourceId(0), index: i, item: Item::int(i as i32) },
        })
        .collect();
    let trace = trace(meta, &events);
    let replay = Replay::new(&trace);
    let (count, bytes) = replay.keyframes();
    assert!(bytes < 100 << 20, "{bytes}");
    assert!(count > 10, "{count}");
    assert_eq!(replay.after(&trace, 333_333).resources[0].contents.len(), 333_333);
    assert_eq!(replay.odd_count(), 0);
}
