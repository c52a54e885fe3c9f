//! The timeline's layout in numbers: time to x and back, ticks, merging, rows.
#![allow(clippy::unwrap_used)]

use concurrency_lab::replay::{Lane, Lanes, Marks, Note, OwnerSpan, Phase, Span, Step, Track};
use concurrency_lab::trace::{Actor, ActorId, ActorKind, Meta, Nanos, Resource, ResourceKind};
use concurrency_lab::widgets::text::{Measure, RoughMeasure};
use concurrency_lab::widgets::timeline::layout::{self, Basis, Content, Layout};
use concurrency_lab::widgets::timeline::merge::{self, Look, PIXEL, Piece, Runs};
use concurrency_lab::widgets::timeline::runs::Phases;
use concurrency_lab::widgets::timeline::{RowKind, Rows, Scale, TimelineView, steps, ticks};
use egui::{Rect, pos2, vec2};
use proptest::prelude::*;

fn scale(start: f64, span: f64) -> Scale {
    Scale { start, span, left: 100.0, width: 800.0 }
}

fn measure(text: &str) -> f32 {
    RoughMeasure.width(text, &egui::FontId::monospace(11.0))
}

/// The layout of lanes in which nothing matters more than the rest.
fn lay_out(
    area: Rect,
    (meta, lanes): (&Meta, &Lanes),
    rows: Option<&Rows>,
    end: Nanos,
    view: &TimelineView,
) -> Layout {
    let marks = Marks::default();
    let basis = Basis { meta, lanes, marks: &marks, rows, end, section: None };
    layout::layout(area, basis, view, &measure)
}

fn phase() -> impl Strategy<Value = Phase> {
    prop_oneof![
        Just(Phase::Running),
        Just(Phase::Holding),
        Just(Phase::Waiting),
        Just(Phase::Sleeping),
        Just(Phase::NotStarted),
        Just(Phase::Done),
    ]
}

/// Spans of very different lengths, in order, and their end.
fn spans() -> impl Strategy<Value = (Vec<Span>, Nanos)> {
    let length = prop_oneof![0_u64..20, 0_u64..2_000, 0_u64..200_000];
    prop::collection::vec((length, phase()), 1..200).prop_map(|parts| {
        let mut at = 0;
        let mut spans = Vec::new();
        for (i, (length, phase)) in parts.into_iter().enumerate() {
            spans.push(Span {
                start: Nanos(at),
                event: i as u32,
                phase,
                res: None,
                note: Note::None,
                quiet: false,
            });
            at += length;
        }
        (spans, Nanos(at))
    })
}

fn pieces(spans: &[Span], end: Nanos, scale: &Scale) -> Vec<Piece<Phase>> {
    let mut out = Vec::new();
    merge::pieces(&Phases(spans), end, scale, &mut out);
    out
}

fn ends<C>(look: &Look<C>) -> (usize, usize) {
    match look {
        Look::One { index, .. } => (*index, *index),
        Look::Many { first, last, .. } => (*first, *last),
    }
}

#[test]
fn a_view_of_less_than_a_nanosecond_shows_what_is_there() {
    let span = |start, event, phase| Span {
        start: Nanos(start),
        event,
        phase,
        res: None,
        note: Note::None,
        quiet: false,
    };
    let spans = [span(0, 0, Phase::Running), span(5, 1, Phase::Waiting)];
    let pieces = pieces(&spans, Nanos(5), &scale(0.0, 0.17));
    let looks: Vec<_> = pieces.iter().map(|piece| piece.look).collect();
    assert_eq!(looks, [Look::One { index: 0, class: Phase::Running }]);
}

#[test]
fn what_begins_within_the_last_nanosecond_of_a_view_is_in_it() {
    let span = |start, event| Span {
        start: Nanos(start),
        event,
        phase: Phase::Running,
        res: None,
        note: Note::None,
        quiet: false,
    };
    let spans = [span(0, 0), span(4, 1), span(20, 2)];
    // Up to 20.4 ns.
    let pieces = pieces(&spans, Nanos(23), &scale(1.4, 19.0));
    let last = pieces.last().unwrap();
    assert_eq!(last.look, Look::One { index: 2, class: Phase::Running });
    assert!(last.right - last.left > 16.0, "{last:?}");
}

proptest! {
    #[test]
    fn time_to_x_and_back(start in 0.0..1e15_f64, span in 20.0..1e13_f64, part in 0.0..1.0_f64) {
        let scale = scale(start, span);
        let t = Nanos((start + part * span) as u64);
        let back = scale.time(scale.x(t));
        // x is a 32-bit number: a hundredth of a point is enough.
        let off = back.0.abs_diff(t.0) as f64;
        prop_assert!(off <= 0.01 * scale.per_point() + 1.0, "{off} ns, {} a point", scale.per_point());
    }

    #[test]
    fn ticks_are_in_order_and_never_overlap(
        start in 0.0..1e13_f64,
        span in prop_oneof![20.0..1e4_f64, 1e4..1e8_f64, 1e8..1e13_f64],
        width in 1.0..3000.0_f32,
    ) {
        let scale = Scale { start, span, left: 10.0, width };
        let ticks = ticks::ticks(&scale, &measure);
        for pair in ticks.windows(2) {
            prop_assert!(pair[0].x < pair[1].x, "{pair:?}");
            prop_assert!(pair[0].left + pair[0].width < pair[1].left + f32::EPSILON, "{pair:?}");
        }
        for tick in &ticks {
            prop_assert!(tick.x >= 9.9 && tick.x <= 10.1 + width, "{tick:?}");
            let label = tick.left..=tick.left + tick.width;
            let inside = *label.start() >= 9.9 && *label.end() <= 10.1 + width;
            prop_assert!(inside || tick.width == 0.0, "{tick:?}");
        }
        let mut labels: Vec<_> = ticks.iter().map(|t| &t.label).collect();
        labels.dedup();
        prop_assert_eq!(labels.len(), ticks.len());
        if width > 500.0 {
            prop_assert!(ticks.len() >= 2);
        }
    }

    #[test]
    fn merging_leaves_nothing_out_and_covers_no_gap(
        (spans, end) in spans(),
        from in 0.0..1.0_f64,
        zoom in prop_oneof![Just(1.0), 1.0..5.0_f64, 1.0..1e4_f64],
    ) {
        let total = (end.0 as f64).max(20.0);
        let span = total / zoom;
        let scale = scale(from * (total - span), span);
        let pieces = pieces(&spans, end, &scale);
        let (left, right) = (scale.left, scale.left + scale.width);
        let mut before = left;
        for piece in &pieces {
            prop_assert!(piece.left >= before - 1e-3, "overlap at {}", piece.left);
            prop_assert!(piece.right <= right && piece.left <= piece.right);
            before = piece.right;
            let (first, last) = ends(&piece.look);
            // A piece goes from the start of its first span to the end of its last, as far as that is in view.
            let x = scale.x(spans[first].start).max(left);
            prop_assert!((piece.left - x).abs() < 1e-2);
            let finish = spans.get(last + 1).map_or(end, |s| s.start);
            prop_assert!((piece.right - scale.x(finish).min(right)).abs() < 1e-2);
        }
        for (i, span) in spans.iter().enumerate() {
            let a = scale.x(span.start);
            let b = scale.x(spans.get(i + 1).map_or(end, |s| s.start));
            if b - a < PIXEL + 0.01 || b <= left + PIXEL || a >= right - PIXEL {
                continue;
            }
            let middle = 0.5 * (a.max(left) + b.min(right));
            let over: Vec<_> = pieces.iter().filter(|p| p.left < middle && p.right > middle).collect();
            if Phases(&spans).class(i).is_none() {
                prop_assert!(over.is_empty(), "gap {i} covered by {over:?}");
            } else {
                let wanted = Look::One { index: i, class: span.phase };
                prop_assert!(over.len() == 1 && over[0].look == wanted, "span {i}: {over:?}");
            }
        }
    }

    #[test]
    fn a_number_over_time_stays_in_its_bar_and_keeps_its_peak(
        values in prop::collection::vec((0_u64..50_000, 0_u32..40), 1..60),
    ) {
        let mut at = 0;
        let steps: Vec<_> = values
            .into_iter()
            .map(|(after, value)| {
                at += after;
                Step { at: Nanos(at), value }
            })
            .collect();
        let end = Nanos(at + 1_000);
        let scale = scale(0.0, end.0 as f64);
        let bar = Rect::from_min_max(pos2(100.0, 50.0), pos2(900.0, 80.0));
        let (points, peak) = steps::outline(&steps, end, &scale, bar);
        // Of steps at the same instant the last counts, but none of them is higher than the peak says.
        let settled = steps.iter().enumerate().filter(|(i, s)| {
            steps.get(i + 1).is_none_or(|next| next.at > s.at)
        });
        prop_assert!(peak >= settled.map(|(_, s)| s.value).max().unwrap());
        prop_assert!(points.iter().all(|p| bar.expand(0.01).contains(*p)));
        prop_assert!(points.windows(2).all(|p| p[0].x <= p[1].x));
    }

    #[test]
    fn rows_never_overlap_and_scroll_only_when_they_must(
        width in 50.0..2000.0_f32,
        height in 0.0..1200.0_f32,
        actors in 1_usize..41,
    ) {
        let area = Rect::from_min_size(pos2(0.0, 300.0), vec2(width, height));
        let (meta, lanes, end) = run(actors);
        let view = TimelineView::default();
        let layout = lay_out(area, (&meta, &lanes), None, end, &view);
        for pair in layout.rows.windows(2) {
            prop_assert!(pair[0].rect.bottom() <= pair[1].rect.top() + 0.01);
        }
        for row in &layout.rows {
            prop_assert!(row.rect.expand(0.01).contains_rect(row.bar));
            prop_assert!(row.bar.height() >= 12.0);
            prop_assert!(row.rect.left() >= area.left() && row.rect.right() <= area.right().max(row.rect.left() + 1.0));
            prop_assert!(!row.label.shrink(0.01).intersects(row.rect));
        }
        // Whole rows, or in too low a room one.
        let whole = |row: &layout::Row| layout.plot.expand(0.6).y_range().contains(row.rect.bottom());
        prop_assert!(layout.rows.len() == 1 || layout.rows.iter().all(whole), "{:?}", layout.rows);
        if layout.scroll_max == 0.0 {
            prop_assert_eq!(layout.rows.len(), actors + 3);
            let last = layout.rows.last().unwrap();
            prop_assert!(last.rect.bottom() <= layout.plot.bottom() + 0.1);
        }
    }
}

fn run(actors: usize) -> (Meta, Lanes, Nanos) {
    let lane = |i: u64| Lane {
        spans: (0..20)
            .map(|k| Span {
                start: Nanos(i * 500 + k * 10_000),
                event: k as u32,
                phase: if k % 2 == 0 { Phase::Waiting } else { Phase::Holding },
                res: None,
                note: Note::None,
                quiet: false,
            })
            .collect(),
        ..Lane::default()
    };
    let meta = Meta {
        actors: (0..actors)
            .map(|i| Actor {
                name: format!("adder {i}"),
                badge: format!("A{i}"),
                kind: ActorKind::Thread,
                parent: (i > 0).then_some(ActorId(0)),
                ..Actor::default()
            })
            .collect(),
        resources: vec![
            Resource::new("list lock", ResourceKind::Lock),
            Resource::new("shared list", ResourceKind::List),
        ],
        ..Meta::default()
    };
    let step = |at, value| Step { at: Nanos(at), value };
    let lanes = Lanes {
        actors: (0..actors as u64).map(lane).collect(),
        resources: vec![
            Track {
                owners: vec![
                    OwnerSpan { start: Nanos(0), owner: None },
                    OwnerSpan { start: Nanos(50_000), owner: Some(ActorId(0)) },
                ],
                waiters: vec![step(0, 0), step(10_000, 1), step(20_000, 2)],
                length: vec![],
                ..Track::default()
            },
            Track { length: vec![step(0, 0), step(60_000, 1)], ..Track::default() },
        ],
    };
    (meta, lanes, Nanos(200_000))
}

#[test]
fn lanes_come_first_then_what_resources_went_through() {
    let (meta, lanes, end) = run(2);
    let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(900.0, 300.0));
    let layout = lay_out(area, (&meta, &lanes), None, end, &TimelineView::default());
    let kinds: Vec<_> = layout.rows.iter().map(|r| r.kind).collect();
    use concurrency_lab::trace::ResourceId;
    assert_eq!(
        kinds,
        [
            RowKind::Actor(ActorId(0)),
            RowKind::Actor(ActorId(1)),
            RowKind::Owner(ResourceId(0)),
            RowKind::Waiters(ResourceId(0)),
            RowKind::Length(ResourceId(1)),
        ]
    );
    let Content::Owners(owners) = &layout.rows[2].content else {
        panic!("owners expected");
    };
    assert_eq!(owners.len(), 1, "a free lock is not drawn");
    assert!((owners[0].left - layout.scale.x(Nanos(50_000))).abs() < 0.01);
    let Content::Number(_, peak) = layout.rows[3].content else {
        panic!("a number expected");
    };
    assert_eq!(peak, 2);
}

#[test]
fn thousands_of_spans_become_a_few_pieces_that_say_what_they_mostly_are() {
    // Three quarters of the time waiting, one quarter holding, a microsecond each round.
    let spans: Vec<_> = (0..200_000_u64)
        .map(|i| Span {
            start: Nanos(i / 2 * 1_000 + if i % 2 == 0 { 0 } else { 750 }),
            event: i as u32,
            phase: if i % 2 == 0 { Phase::Waiting } else { Phase::Holding },
            res: None,
            note: Note::None,
            quiet: false,
        })
        .collect();
    let end = Nanos(100_000_000);
    let pieces = pieces(&spans, end, &scale(0.0, 1e8));
    assert!(pieces.len() < 900, "{}", pieces.len());
    let mostly_waiting = pieces.iter().filter(|p| {
        matches!(p.look, Look::Many { most: Phase::Waiting, rest: Some(Phase::Holding), .. })
    });
    let width: f32 = mostly_waiting.map(|p| p.right - p.left).sum();
    assert!(width > 0.9 * 800.0, "{width}");
    let covered: f32 = pieces.iter().map(|p| p.right - p.left).sum();
    assert!((covered - 800.0).abs() < 1.0, "{covered}");
}

#[test]
fn actors_that_lived_one_after_the_other_share_a_row() {
    let (meta, mut lanes, end) = run(4);
    // 0 works until 50, 1 from 60 on; 2 begins before 1 ends, and hides it from then on.
    let span = |start, phase| Span {
        start: Nanos(start),
        event: 0,
        phase,
        res: None,
        note: Note::None,
        quiet: false,
    };
    let life = |from, to| vec![span(from, Phase::Running), span(to, Phase::Done)];
    for (lane, (from, to)) in (lanes.actors.iter_mut()).zip([(0, 50), (60, 150), (100, 200)]) {
        lane.spans = life(from * 1000, to * 1000);
    }
    let places = vec![vec![ActorId(3)], vec![ActorId(0), ActorId(1), ActorId(2)], vec![]];
    let rows = Rows::places(places, vec![]);
    let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(900.0, 300.0));
    let view = TimelineView::default();
    let layout = lay_out(area, (&meta, &lanes), Some(&rows), end, &view);
    let kinds: Vec<_> = layout.rows.iter().map(|r| r.kind).collect();
    assert_eq!(kinds, [RowKind::Actor(ActorId(3)), RowKind::Place(0)]);
    let shared = RowKind::Place(0);
    let at = |t: u64| layout.actor(shared, Nanos(t * 1000)).map(|a| a.0);
    assert_eq!([at(0), at(55), at(60), at(120), at(190)], [0, 0, 1, 2, 2].map(Some));
    let drawn: Vec<_> = (layout.lane(shared, &lanes).unwrap().spans.iter())
        .map(|s| (s.start.0 / 1000, s.phase == Phase::Running))
        .collect();
    assert_eq!(drawn, [(0, true), (50, false), (60, true), (100, true), (200, false)]);
}
