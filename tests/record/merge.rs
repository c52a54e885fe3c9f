//! The merge of streams, against what it promises: whatever comes goes out once and in order, nothing goes out before it
//! is safe, and what is odd is said.

use concurrency_lab::trace::merge::Merger;
use concurrency_lab::trace::{ActorId, Event, EventKind, Nanos, SourceId, Warning};
use proptest::collection::vec;
use proptest::prelude::*;

fn event(at: u64, actor: u16, seq: u32) -> Event {
    let (at, actor) = (Nanos(at), ActorId(actor));
    Event { at, seq, actor, source: SourceId::NONE, kind: EventKind::At }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// The stream brings so many events, each so much after the one before it.
    Bring {
        stream: u16,
        count: u8,
        gap: u64,
    },
    /// It promises to bring nothing before so much after its last event.
    Promise {
        stream: u16,
        ahead: u64,
    },
    Close {
        stream: u16,
    },
    SetAside {
        stream: u16,
        aside: bool,
    },
    PassOn,
}

fn step(aside: bool) -> impl Strategy<Value = Step> {
    let stream = || 0..5_u16;
    let set_aside = (stream(), any::<bool>());
    prop_oneof![
        6 => (stream(), 1..9_u8, 0..30_u64).prop_map(|(stream, count, gap)| Step::Bring { stream, count, gap }),
        3 => (stream(), 0..50_u64).prop_map(|(stream, ahead)| Step::Promise { stream, ahead }),
        1 => stream().prop_map(|stream| Step::Close { stream }),
        u32::from(aside) => set_aside.prop_map(|(stream, aside)| Step::SetAside { stream, aside }),
        4 => Just(Step::PassOn),
    ]
}

/// What the merge was given and what came out.
#[derive(Default)]
struct Run {
    given: Vec<Event>,
    parts: Vec<Vec<Event>>,
    warnings: Vec<Warning>,
}

fn run(steps: &[Step]) -> Run {
    let mut merger = Merger::new();
    let mut run = Run::default();
    let mut last = [(0, 0_u32); 5];
    let mut closed = [false; 5];
    (0..5).for_each(|stream| merger.open(ActorId(stream)));
    for step in steps {
        match *step {
            Step::Bring { stream, count, gap } if !closed[usize::from(stream)] => {
                let (at, seq) = &mut last[usize::from(stream)];
                for _ in 0..count {
                    *at += gap;
                    let event = event(*at, stream, *seq);
                    run.given.push(event);
                    merger.push(event);
                    *seq += 1;
                }
            }
            Step::Promise { stream, ahead } => {
                let (at, _) = &mut last[usize::from(stream)];
                *at += ahead;
                merger.promise(ActorId(stream), Nanos(*at));
                assert!(merger.promised(ActorId(stream)) >= Nanos(*at));
            }
            Step::Close { stream } => {
                closed[usize::from(stream)] = true;
                merger.close(ActorId(stream));
            }
            Step::SetAside { stream, aside } => merger.set_aside(ActorId(stream), aside),
            Step::PassOn => {
                let safe = merger.safe_until();
                let mut part = Vec::new();
                merger.pass_on(&mut part);
                assert!(part.iter().all(|e| e.at < safe || safe == Nanos::MAX));
                run.parts.push(part);
            }
            Step::Bring { .. } => {}
        }
    }
    let mut rest = Vec::new();
    merger.finish(&mut rest);
    run.parts.push(rest);
    run.warnings = merger.take_warnings();
    run
}

proptest! {
    #[test]
    fn one_ordered_stream_comes_out(steps in vec(step(false), 0..60)) {
        let Run { mut given, parts, warnings } = run(&steps);
        let out = parts.concat();
        prop_assert!(out.is_sorted_by_key(Event::key));
        given.sort_by_key(Event::key);
        prop_assert_eq!(out, given);
        prop_assert_eq!(warnings, []);
    }

    #[test]
    fn what_was_set_aside_comes_late_and_whole(steps in vec(step(true), 0..60)) {
        let Run { mut given, parts, warnings } = run(&steps);
        prop_assert!(parts.iter().all(|part| part.is_sorted_by_key(Event::key)));
        let mut out = parts.concat();
        out.sort_by_key(Event::key);
        given.sort_by_key(Event::key);
        prop_assert_eq!(out, given);
        prop_assert_eq!(warnings, [], "it was known that they might be late");
    }

    #[test]
    fn anything_is_taken_and_what_is_odd_is_said(
        events in vec((0..40_u64, 0..4_u16, 0..6_u32), 0..80),
        every in 1..20_usize,
    ) {
        let mut merger = Merger::new();
        let mut out = Vec::new();
        let mut parts = Vec::new();
        // By stream: time and number of the last one.
        let mut last = [None::<(u64, u32)>; 4];
        let mut passed_on = 0;
        let mut expected = Vec::new();
        for (count, &(at, stream, seq)) in (1..).zip(&events) {
            let actor = ActorId(stream);
            let (before, next, newest) = match last[usize::from(stream)] {
                Some((at, seq)) => (at, seq + 1, seq),
                None => (0, 0, 0),
            };
            if at < before {
                expected.push(Warning::WentBack { actor, by: Nanos(before - at) });
            }
            if seq > next {
                expected.push(Warning::Gap { actor, count: seq - next });
            } else if seq < next {
                expected.push(Warning::Repeated { actor, seq });
            }
            let at = at.max(before);
            if at < passed_on {
                expected.push(Warning::Late { actor, by: Nanos(passed_on - at) });
            }
            last[usize::from(stream)] = Some((at, newest.max(seq)));
            merger.push(event(events[count - 1].0, stream, seq));
            if count % every == 0 {
                // No stream is open: everything is safe.
                let first = out.len();
                merger.pass_on(&mut out);
                passed_on = passed_on.max(out.last().map_or(0, |e| e.at.0));
                parts.push(out[first..].to_vec());
            }
        }
        merger.finish(&mut out);
        prop_assert_eq!(merger.take_warnings(), expected);
        prop_assert_eq!(out.len(), events.len());
        prop_assert!(parts.iter().all(|part| part.is_sorted_by_key(Event::key)));
    }
}
