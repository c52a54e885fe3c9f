//! How long each part of a run is on screen.
#![allow(clippy::unwrap_used)]

mod common;

use common::runs;
use common::window::app_on;
use concurrency_lab::app::playback::Mode;
use concurrency_lab::replay::pace::{Moment, Pace, WHOLE};
use concurrency_lab::topics::ALL;
use concurrency_lab::topics::runner::run_to_end;
use concurrency_lab::trace::{
    ActorId, Event, EventKind, Item, Nanos, ResourceId, ResourceKind, SectionId, SourceId, TaskId,
    Trace,
};
use egui_kittest::kittest::Queryable;
use proptest::prelude::*;
use std::collections::HashSet;

fn event(at: u64, kind: EventKind) -> Event {
    Event { at: Nanos(at), seq: 0, actor: ActorId(0), source: SourceId::NONE, kind }
}

fn any_kind() -> impl Strategy<Value = EventKind> {
    let res = ResourceId(0);
    prop_oneof![
        Just(EventKind::Acquired { res }),
        Just(EventKind::Released { res }),
        Just(EventKind::Put { res, item: Item::int(1) }),
        Just(EventKind::TaskStarted { res, task: TaskId(1) }),
        Just(EventKind::At),
        Just(EventKind::SleepEnded),
        Just(EventKind::SectionBegan { section: SectionId(0) }),
    ]
}

/// Events with gaps from nothing to seconds.
fn any_events() -> impl Strategy<Value = Vec<Event>> {
    let gap = prop_oneof![Just(0), 1..50u64, 1_000..9_000u64, 1_000_000..3_000_000_000u64];
    prop::collection::vec((gap, any_kind()), 1..200).prop_map(|parts| {
        let mut at = 0;
        let mut next = |(gap, kind)| {
            at += gap;
            event(at, kind)
        };
        parts.into_iter().map(&mut next).collect()
    })
}

/// Instants all over a run.
fn instants(end: Nanos) -> impl Iterator<Item = f64> {
    (0..=500).map(move |part| end.0 as f64 * f64::from(part) / 500.0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn trace_and_screen_grow_together_without_a_jump(events in any_events()) {
        let pace = Pace::new(&events);
        let end = events.last().unwrap().at + Nanos(1_000);
        let mut last = -1e-9;
        for at in instants(end) {
            let screen = pace.screen(at, end);
            prop_assert!(screen >= last, "{screen} after {last}");
            last = screen;
            // There and back is where one was.
            let back = pace.at(screen, end);
            prop_assert!((back - at).abs() <= 1.0 + 1e-6 * at, "{at} became {back}");
        }
        let whole = pace.whole(end);
        prop_assert!((pace.screen(end.0 as f64, end) - whole).abs() < 1e-9);
        let mut at = 0.0;
        for frame in 0..=1_000 {
            let next = pace.at(whole * f64::from(frame) / 1_000.0, end);
            prop_assert!(next >= at && next <= end.0 as f64);
            at = next;
        }
        let parts: f64 = pace.stretches(end).map(|part| part.screen).sum();
        prop_assert!((parts - whole).abs() < 1e-6, "{parts} of {whole}");
    }

    #[test]
    fn it_is_the_same_while_a_run_goes_on(events in any_events(), parts in prop::collection::vec(0..200usize, 1..6)) {
        let whole = Pace::new(&events);
        let end = events.last().unwrap().at;
        let mut growing = Pace::default();
        let mut known = 0;
        for part in parts {
            // Some events come late: all from there on are others than before.
            let upto = part.min(events.len());
            growing.update(&events[..upto.max(1)], upto.min(known));
            known = upto.max(1);
            let settled = growing.settled();
            for at in instants(settled) {
                let (then, later) = (growing.screen(at, events[known - 1].at), whole.screen(at, end));
                prop_assert!((then - later).abs() < 1e-9, "{then} and {later} at {at}");
            }
        }
        growing.update(&events, 0);
        for at in instants(end) {
            prop_assert_eq!(growing.screen(at, end), whole.screen(at, end));
        }
    }
}

/// How long the first event of each kind that matters stays until the next one, in seconds at the pace of the replay.
fn stays(trace: &Trace, pace: &Pace) -> Vec<(Moment, f64)> {
    let end = trace.end();
    let matters = trace.events().iter().filter_map(|e| Some((Moment::of(&e.kind)?, e.at)));
    let matters: Vec<_> = matters.collect();
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    for (i, (moment, at)) in matters.iter().enumerate() {
        if seen.insert(moment) {
            let next = matters[i..].iter().find(|next| next.1 > *at).map_or(end, |next| next.1);
            let stays = pace.screen(next.0 as f64, end) - pace.screen(at.0 as f64, end);
            // At the very end nothing moves on: it stays.
            if next > *at {
                out.push((*moment, stays / pace.rate(end)));
            }
        }
    }
    out
}

#[test]
fn every_preset_is_shown_in_4_to_20_seconds_and_every_kind_of_event_is_seen() {
    for topic in ALL {
        for preset in topic.about().presets {
            let name = format!("{} {}", topic.id(), preset.id);
            let topic = runs::topic(topic.id());
            let mut params = runs::params(topic, preset.id, &[]);
            for (key, value) in [("time_scale", "0.02"), ("trials", "3")] {
                if params.get(key).is_some() {
                    params.set(key, value).unwrap();
                }
            }
            let finished = run_to_end(topic, params, Some(runs::PATIENCE)).unwrap();
            let (trace, pace) = (&finished.trace, Pace::new(finished.trace.events()));
            let end = trace.end();
            let shown = pace.whole(end) / pace.rate(end);
            assert!(
                WHOLE.contains(&(shown + 1e-9)) || WHOLE.contains(&(shown - 1e-9)),
                "{name}: {shown} s"
            );
            for (kind, stays) in stays(trace, &pace) {
                assert!(stays >= 0.3, "{name}: {kind:?} is seen for {stays} s of {shown}");
            }
        }
    }
}

/// What is over soon is shown as well as what it is set beside.
#[test]
fn a_pool_that_is_done_at_once_gets_its_share() {
    let topic = runs::topic("process-pool");
    let finished = runs::run(topic, "a-thousand-images", &["time_scale=0.02"]);
    let (trace, pace) = (&finished.trace, Pace::new(finished.trace.events()));
    let end = trace.end();
    let at = |like: fn(&EventKind) -> bool| {
        let event = trace.events().iter().find(|event| like(&event.kind)).unwrap();
        pace.screen(event.at.0 as f64, end)
    };
    let began = at(|kind| matches!(kind, EventKind::SectionBegan { .. }));
    let ended = at(|kind| matches!(kind, EventKind::SectionEnded { .. }));
    assert!(
        3.0 * (ended - began) >= pace.whole(end),
        "{began} to {ended} s of {}",
        pace.whole(end)
    );
}

/// A lock that is held for a microsecond is seen closed.
#[test]
fn a_short_hold_is_seen() {
    let res = ResourceId(0);
    let (taken, given) = (EventKind::Acquired { res }, EventKind::Released { res });
    let second = 1_000_000_000;
    let events = [event(second, taken), event(second + 1_000, given), event(2 * second, taken)];
    let (pace, end) = (Pace::new(&events), Nanos(2 * second));
    let screen = |at: u64| pace.screen(at as f64, end);
    assert!(screen(second) < 1.0, "a second in which nothing happens is shorter");
    assert!(screen(second + 1_000) - screen(second) >= 0.5);
    let slow: Vec<_> = pace.slow(end).collect();
    assert!(slow.contains(&(Nanos(second), Nanos(second + 1_000))), "{slow:?}");
}

/// In the window, frame after frame: the lock of a paced program is seen closed, though it is held for a few
/// microseconds, with its owner within three seconds of Run; at a constant speed it is not.
#[test]
fn the_lock_of_take_turns_is_seen_closed() {
    let topic = runs::topic("shared-list");
    let frames_closed = |paced: bool| {
        let mut harness = app_on(topic, "take-turns", &["time_scale=0.05"]);
        if !paced {
            harness.key_press(egui::Key::P);
            harness.step();
        }
        harness.get_by_label("Run").click();
        let (mut closed, mut first) = (0, None);
        for frame in 0..2_000 {
            harness.step();
            let session = harness.state().session();
            let lock = runs::of_kind(&session.recording.trace, ResourceKind::Lock);
            let lock = lock.and_then(|id| session.recording.state().resource(id));
            let is_closed = lock.is_some_and(|lock| !lock.owners.is_empty());
            closed += usize::from(is_closed);
            if is_closed && first.is_none() {
                let mut owners = harness.query_all_by_label_contains("list lock: held by adder");
                first = owners.next().map(|_| frame);
            }
            let session = harness.state().session();
            if !session.is_running() && session.playback.mode() == Mode::Paused {
                break;
            }
        }
        (closed, first)
    };
    let ((paced, first), (constant, _)) = (frames_closed(true), frames_closed(false));
    assert!(first.is_some_and(|frame| frame < 3 * 60), "{first:?} is the first frame");
    assert!(paced >= 20 && paced > constant, "{paced} frames, {constant} at a constant speed");
}
