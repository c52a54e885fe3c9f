//! Whatever the trace: replay never panics, and what it knows does not depend on how the trace came or was walked.
#![allow(clippy::unwrap_used)]

mod any;
mod scenes;

use any::{any_event, any_meta, any_task_event};
use concurrency_lab::replay::{
    self, ActorState, Cursor, JOURNEYS, LINES, READERS, Replay, STOPS, State,
};
use concurrency_lab::trace::{
    ActorId, Batch, Event, EventKind, ExceptionId, Item, Meta, Nanos, Resource, ResourceId,
    ResourceKind, SourceId, TextId, Trace, WaitOp,
};
use proptest::prelude::*;

fn batch(events: &[Event]) -> Batch {
    Batch { events: events.to_vec(), ..Batch::default() }
}

fn trace(meta: Meta, events: &[Event]) -> Trace {
    let mut trace = Trace::new(meta);
    trace.apply(batch(events));
    trace
}

/// All that a replay knows, for comparison.
fn assert_same(one: &Replay, two: &Replay, trace: &Trace) -> Result<(), TestCaseError> {
    prop_assert_eq!(one.latest(), two.latest());
    prop_assert_eq!(one.lanes(), two.lanes());
    prop_assert_eq!(one.stats(), two.stats());
    prop_assert_eq!(one.tasks(), two.tasks());
    prop_assert_eq!(one.marks(), two.marks());
    prop_assert_eq!(one.time_outs(), two.time_outs());
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
    fn any_trace_can_be_walked_and_told(
        meta in any_meta(),
        events in prop::collection::vec(any_event(), 0..200),
    ) {
        let trace = trace(meta, &events);
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
        for finding in replay::findings(&trace, &Replay::new(&trace)) {
            prop_assert!(!finding.sentence.is_empty());
            let event = &trace.events()[finding.event];
            prop_assert_eq!(event.at, finding.at, "{:?}", finding);
        }
    }

    /// Owners and holders, waiters and waits say the same; phases follow from the rest.
    #[test]
    fn both_sides_of_a_state_agree(
        meta in any_meta(),
        events in prop::collection::vec(any_event(), 0..300),
    ) {
        let trace = trace(meta, &events);
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
            for resource in &state.resources {
                let mut places = resource.pool.places.clone();
                places.sort_unstable();
                prop_assert!(places.is_sorted_by(|a, b| a < b), "two places of one worker");
                let mut readers: Vec<_> = resource.readers.iter().map(|read| read.actor).collect();
                readers.sort_unstable();
                prop_assert!(readers.is_sorted_by(|a, b| a < b), "two readings of one actor");
                prop_assert!(resource.readers.is_sorted_by_key(|read| read.at));
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
        all in any_meta(),
        events in prop::collection::vec(any_event(), 1..300),
        cuts in prop::collection::vec(1..40usize, 0..40),
        names in 0..14usize,
    ) {
        // Names come late too: the second half of them after some events that use them.
        let mut few = all.clone();
        few.resources.truncate(names);
        few.actors.truncate(names);
        few.sections.truncate(names);
        let mut live = Trace::new(few);
        let mut replay = Replay::new(&live);
        let mut rest = &events[..];
        for (i, cut) in cuts.into_iter().enumerate() {
            let (now, later) = rest.split_at(cut.min(rest.len()));
            rest = later;
            let mut batch = batch(now);
            if i == 3 {
                batch.actors = all.actors.iter().skip(names).cloned().collect();
                batch.resources = all.resources.iter().skip(names).cloned().collect();
                batch.sections = all.sections.iter().skip(names).cloned().collect();
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
        meta in any_meta(),
        events in prop::collection::vec(any_event(), 1..200),
        places in prop::collection::vec(0..20_000usize, 1..12),
        late in prop::collection::vec((any_event(), 0..20_000u64), 0..5),
    ) {
        let events = repeated(&events, 18_000);
        let mut trace = trace(meta, &events);
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

    /// Tasks are taken back to a keyframe as they were then, however often they were handed in and sent.
    #[test]
    fn tasks_rewind(
        events in prop::collection::vec(any_task_event(), 10..100),
        late in prop::collection::vec((any_task_event(), 0..50_000u64), 1..6),
    ) {
        let mut trace = trace(Meta::default(), &repeated(&events, 9_000));
        let mut replay = Replay::new(&trace);
        for (event, at) in late {
            let at = Nanos(at % trace.end().0.max(1));
            let applied = trace.apply(batch(&[Event { at, ..event }]));
            replay.update(&trace, applied.first_changed);
            let fresh = Replay::new(&trace);
            prop_assert_eq!(replay.tasks(), fresh.tasks());
        }
    }

    /// The lane at any instant says what the state says then.
    #[test]
    fn lanes_and_tracks_say_what_the_states_say(
        meta in any_meta(),
        events in prop::collection::vec(any_event(), 1..300),
    ) {
        let trace = trace(meta, &events);
        let replay = Replay::new(&trace);
        for t in (0..500).step_by(7).map(Nanos) {
            let state = replay.at(&trace, t);
            for (actor, lane) in state.actors.iter().zip(&replay.lanes().actors) {
                let span = lane.at(t).map(|(_, s)| (s.phase, s.res));
                let phase = (actor.phase != replay::Phase::NotStarted)
                    .then(|| (actor.phase, actor.subject()));
                prop_assert_eq!(span, phase);
            }
            let named = trace.meta().resources.iter().map(|named| Some(named.kind));
            let kinds = named.chain(std::iter::repeat(None));
            let tracks = state.resources.iter().zip(&replay.lanes().resources).zip(kinds);
            for ((resource, track), kind) in tracks {
                if kind == Some(ResourceKind::Semaphore) {
                    let held: u32 = resource.owners.iter().map(|(_, held)| held.depth).sum();
                    let length = track.length.iter().rfind(|step| step.at <= t).map_or(0, |step| step.value);
                    prop_assert_eq!(length, held);
                }
                let owner = track.owners.iter().rfind(|span| span.start <= t);
                let owner = owner.and_then(|span| span.owner);
                prop_assert_eq!(owner, resource.owners.last().map(|o| o.0));
                let waiters = track.waiters.iter().rfind(|step| step.at <= t).map_or(0, |step| step.value);
                // Who waits until all items of a queue are done stands in no line.
                let to_the_end = |w: &&replay::Waiter| kind == Some(ResourceKind::Queue) && w.op == WaitOp::Join;
                let done = resource.waiters.iter().filter(to_the_end).count();
                prop_assert_eq!(waiters as usize, resource.waiters.len() - done);
            }
        }
        let end = trace.end();
        for (lane, stats) in replay.lanes().actors.iter().zip(&replay.stats().actors) {
            let range = lane.range(Nanos::ZERO, Nanos::MAX);
            // All but those at the very beginning that have no length.
            let first = lane.spans.partition_point(|s| s.start == Nanos::ZERO).saturating_sub(1);
            prop_assert_eq!(range, first..lane.spans.len());
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

/// Of what there may be any number, a state keeps only so much.
#[derive(Debug, Default)]
struct Most {
    readers: usize,
    lines: usize,
    journeys: usize,
    stops: usize,
}

impl Most {
    fn see(&mut self, state: &State) -> Result<(), TestCaseError> {
        let readers = state.resources.iter().map(|r| r.readers.len()).max();
        self.readers = self.readers.max(readers.unwrap_or_default());
        self.lines = self.lines.max(state.said.len());
        self.journeys = self.journeys.max(state.journeys.kept.len());
        for journey in &state.journeys.kept {
            self.stops = self.stops.max(journey.stops.len());
            prop_assert!(journey.locks.len() <= STOPS && journey.tasks.len() <= STOPS);
        }
        prop_assert!(self.readers <= READERS && self.lines <= LINES);
        prop_assert!(self.journeys <= JOURNEYS && self.stops <= STOPS);
        Ok(())
    }
}

proptest! {
    #![proptest_config(config(32))]

    /// A state stays small, whatever is read, said and raised.
    #[test]
    fn what_a_state_keeps_is_bounded(
        what in prop::collection::vec((0..200u16, 0..200u32, 0..4u8), 3_000..4_000),
    ) {
        let mut state = State::default();
        let mut most = Most::default();
        let (meta, mut seq) = (Meta::default(), 0);
        for (who, n, what) in what {
            let exception = ExceptionId(n);
            let kind = match what {
                0 => EventKind::ValueRead { res: ResourceId(n as u16 % 3), version: 0, value: Item::NOTHING },
                1 => EventKind::Message { text: TextId(n), args: [Item::NOTHING; 2] },
                2 => EventKind::Raised { exception, text: TextId(n) },
                _ => EventKind::Propagated { exception: ExceptionId(n % 2), to: ActorId(who + 1) },
            };
            seq += 1;
            let source = SourceId::NONE;
            state.apply(&meta, &Event { at: Nanos(seq.into()), seq, actor: ActorId(who), source, kind });
            most.see(&state)?;
        }
        // The bounds were reached, so they were tried.
        prop_assert_eq!((most.readers, most.lines, most.journeys, most.stops), (READERS, LINES, JOURNEYS, STOPS));
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
