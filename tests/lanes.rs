//! The lanes of any trace: gaps, tasks, the user, rows, and the events that matter, from trace to layout.
#![allow(clippy::unwrap_used)]

use concurrency_lab::replay::{
    Gap, MarkKind, Phase, Replay, describe_in, lost_updates, overwrites, run_summary, section_at,
    section_summary,
};
use concurrency_lab::trace::{
    Actor, ActorId, Batch, End, Event, EventKind as K, ExceptionId, Item, Meta, Nanos, Resource,
    ResourceId, ResourceKind, Role, Section, SectionId, SourceId, TaskId, TextId, Trace, WaitEnd,
    WaitOp,
};
use concurrency_lab::widgets::selection::Selection;
use concurrency_lab::widgets::timeline::layout::{self, ActorBars, Basis, Content, Layout};
use concurrency_lab::widgets::timeline::merge::Look;
use concurrency_lab::widgets::timeline::{Line, Place, RowKind, Rows, TimelineView, Under};
use egui::{Rect, pos2, vec2};
use proptest::prelude::*;

#[path = "lanes/foot.rs"]
mod foot;
#[path = "lanes/sections.rs"]
mod sections;
#[path = "lanes/summary.rs"]
mod summary;

const MAIN: ActorId = ActorId(0);
const LOCK: ResourceId = ResourceId(0);

fn trace(meta: Meta, events: &[(u64, u16, K)]) -> (Trace, Replay) {
    let event = |(seq, &(at, actor, kind)): (u32, &(u64, u16, K))| Event {
        at: Nanos(at),
        seq,
        actor: ActorId(actor),
        source: SourceId::NONE,
        kind,
    };
    let events = (0..).zip(events).map(event).collect();
    let mut trace = Trace::new(meta);
    trace.apply(Batch { events, ..Batch::default() });
    let replay = Replay::new(&trace);
    (trace, replay)
}

/// Main, two threads, a lock, and the end of the first thread.
fn threads() -> Meta {
    Meta {
        actors: vec![
            Actor::thread("main", "M").with_role(Role::Main),
            Actor::thread("adder", "A").started_by(MAIN),
            Actor::thread("remover", "R").started_by(MAIN),
        ],
        resources: vec![
            Resource::new("list lock", ResourceKind::Lock),
            Resource::end_of(ActorId(1)),
        ],
        ..Meta::default()
    }
}

fn lay_out(trace: &Trace, replay: &Replay) -> Layout {
    lay_out_in(trace, replay, 2000.0, None)
}

/// In a room of this height, with the cursor in a section.
fn lay_out_in(trace: &Trace, replay: &Replay, height: f32, section: Option<SectionId>) -> Layout {
    let basis = Basis {
        meta: trace.meta(),
        lanes: replay.lanes(),
        marks: replay.marks(),
        rows: None,
        end: trace.end(),
        section,
    };
    let area = Rect::from_min_size(pos2(0.0, 0.0), vec2(1000.0, height));
    layout::layout(area, basis, &TimelineView::default(), &|text| 7.0 * text.len() as f32)
}

fn content(layout: &Layout, kind: RowKind) -> &Content {
    &layout.rows.iter().find(|row| row.kind == kind).unwrap().content
}

fn bars(layout: &Layout, actor: u16) -> &ActorBars {
    match content(layout, RowKind::Actor(ActorId(actor))) {
        Content::Actor(bars) => bars,
        other => panic!("{other:?}"),
    }
}

const STARTED: K = K::Started { os_id: 1 };

#[test]
fn lost_events_are_a_gap_from_the_last_event_before_to_the_first_after() {
    let (trace, replay) = trace(
        threads(),
        &[
            (0, 1, STARTED),
            (0, 2, STARTED),
            (100, 1, K::Acquired { res: LOCK }),
            (200, 1, K::Released { res: LOCK }),
            (600, 1, K::Dropped { count: 5 }),
            (600, 1, K::Acquired { res: LOCK }),
            (700, 1, K::Released { res: LOCK }),
            (1000, 2, K::At),
        ],
    );
    let gap = Gap { from: Nanos(200), to: Nanos(600), count: 5, event: 4 };
    let lane = &replay.lanes().actors[1];
    assert_eq!(lane.gaps, [gap]);
    assert_eq!(lane.gap_at(Nanos(400)), Some(&gap));
    assert_eq!(lane.gap_at(Nanos(700)), None);
    let layout = lay_out(&trace, &replay);
    let (from, to) = (layout.scale.x(Nanos(200)), layout.scale.x(Nanos(600)));
    let gaps = &bars(&layout, 1).gaps;
    assert!(gaps.len() == 1 && (gaps[0].left, gaps[0].right) == (from, to), "{gaps:?}");
    assert!(bars(&layout, 2).gaps.is_empty());
    // On the ruler, and over what the lock went through.
    let over = layout.gaps_within(trace.meta(), None);
    assert_eq!(over, layout.gaps);
    assert_eq!((over[0].min, over[0].max), (from, to));
    let said = run_summary(trace.meta(), &replay, trace.end());
    assert!(said.contains("of what was recorded"), "{said}");
}

#[test]
fn a_killed_worker_whose_last_moments_may_be_missing_has_an_open_end_and_keeps_its_task() {
    let mut meta = threads();
    meta.resources.push(Resource::new("pool", ResourceKind::Pool));
    let (pool, task) = (ResourceId(2), TaskId(6));
    let (trace, replay) = trace(
        meta,
        &[
            (0, 1, STARTED),
            (100, 1, K::TaskStarted { res: pool, task }),
            (800, 1, K::Ended(End::Killed(9))),
            (810, 1, K::Dropped { count: 0 }),
            (1000, 0, K::At),
        ],
    );
    let gaps = &replay.lanes().actors[1].gaps;
    assert_eq!((gaps[0].from, gaps[0].to, gaps[0].count), (Nanos(100), Nanos(800), 0));
    let layout = lay_out(&trace, &replay);
    let bars = bars(&layout, 1);
    let end = layout.scale.x(Nanos(800));
    assert!(bars.open_end.is_some_and(|range| range.max == end && range.min < end));
    assert!(bars.gaps.is_empty(), "what is known of the task is not covered");
    assert_eq!((bars.tasks.len(), bars.tasks[0].right), (1, end));
}

#[test]
fn the_user_has_acts_and_no_bars() {
    let mut meta = threads();
    meta.actors.push(Actor::thread("you", "Y").with_role(Role::User));
    let kill = |to| K::SignalSent { to: ActorId(to), signal: 9 };
    let (trace, replay) = trace(
        meta,
        &[
            (0, 1, STARTED),
            (300, 3, STARTED),
            (300, 3, kill(1)),
            (700, 3, kill(2)),
            (1000, 1, K::At),
        ],
    );
    let layout = lay_out(&trace, &replay);
    let Content::Acts(acts) = content(&layout, RowKind::Actor(ActorId(3))) else {
        panic!("acts expected");
    };
    let found: Vec<_> = acts.iter().map(|act| (act.x, act.event)).collect();
    let x = |t| layout.scale.x(Nanos(t));
    assert_eq!(found, [(x(300), 2), (x(700), 3)]);
}

#[test]
fn the_users_lane_is_the_same_when_the_name_comes_late() {
    let mut whole = threads();
    whole.actors.push(Actor::thread("you", "Y").with_role(Role::User));
    let event = (300, 3, K::SignalSent { to: ActorId(1), signal: 9 });
    let (_, at_once) = trace(whole.clone(), &[event]);
    let (mut late, mut replay) = trace(threads(), &[event]);
    late.apply(Batch { actors: whole.actors[3..].to_vec(), ..Batch::default() });
    replay.update(&late, late.events().len());
    assert_eq!(replay.lanes(), at_once.lanes());
}

#[test]
fn waiting_for_ones_own_threads_to_end_is_quiet_and_waiting_for_a_lock_is_not() {
    let end = ResourceId(1);
    let (trace, replay) = trace(
        threads(),
        &[
            (0, 0, K::WaitBegan { res: end, op: WaitOp::Join }),
            (0, 2, K::WaitBegan { res: LOCK, op: WaitOp::Acquire }),
            (900, 0, K::WaitEnded { res: end, how: WaitEnd::Woken }),
            (1000, 0, K::At),
        ],
    );
    let first = |actor: usize| replay.lanes().actors[actor].spans[0];
    assert_eq!((first(0).phase, first(0).quiet), (Phase::Waiting, true));
    assert_eq!((first(2).phase, first(2).quiet), (Phase::Waiting, false));
    let layout = lay_out(&trace, &replay);
    let look = |actor| bars(&layout, actor).phases[0].look;
    assert_eq!(look(0), Look::One { index: 0, class: Phase::Idle });
    assert_eq!(look(2), Look::One { index: 0, class: Phase::Waiting });
}

/// A pool with a worker, and what became of its tasks.
fn pool(events: &[(u64, u16, K)]) -> (Trace, Replay) {
    let mut meta = threads();
    meta.resources.push(Resource::new("pool", ResourceKind::Pool));
    trace(meta, events)
}

#[test]
fn a_task_is_one_block_whatever_is_done_inside() {
    let res = ResourceId(2);
    let [one, two] = [TaskId(0), TaskId(1)];
    let (trace, replay) = pool(&[
        (0, 1, STARTED),
        (100, 1, K::TaskStarted { res, task: one }),
        (200, 1, K::SleepBegan { planned: Nanos(200) }),
        (400, 1, K::SleepEnded),
        (410, 1, K::WaitBegan { res: LOCK, op: WaitOp::Acquire }),
        (430, 1, K::Acquired { res: LOCK }),
        (450, 1, K::Released { res: LOCK }),
        (500, 1, K::TaskFinished { res, task: one, item: Item::NOTHING }),
        (600, 1, K::TaskStarted { res, task: two }),
        // The worker is killed, and its supervisor says so.
        (800, 0, K::TaskFailed { res, task: two, error: TextId(0) }),
        (1000, 0, K::At),
    ]);
    let tasks: Vec<_> =
        replay.lanes().actors[1].tasks.iter().map(|span| (span.start.0, span.task)).collect();
    assert_eq!(tasks, [(100, Some(one)), (500, None), (600, Some(two)), (800, None)]);
    assert_eq!(replay.lanes().actors[1].task_at(Nanos(430)), Some(one));
    let layout = lay_out(&trace, &replay);
    let blocks = &bars(&layout, 1).tasks;
    let x = |t| layout.scale.x(Nanos(t));
    let places: Vec<_> = blocks.iter().map(|piece| (piece.left, piece.right)).collect();
    assert_eq!(places, [(x(100), x(500)), (x(600), x(800))]);
    assert!(bars(&layout, 1).phases.len() > 5, "and what is done inside is still known");
}

#[test]
fn who_has_ended_has_no_task_any_more() {
    let res = ResourceId(2);
    let events = [
        (100, 1, K::TaskStarted { res, task: TaskId(0) }),
        (300, 1, K::Ended(End::Killed(9))),
        (900, 0, K::At),
    ];
    let (_, replay) = pool(&events);
    assert_eq!(replay.lanes().actors[1].task_at(Nanos(299)), Some(TaskId(0)));
    assert_eq!(replay.lanes().actors[1].task_at(Nanos(300)), None);
}

#[test]
fn a_thousand_processes_that_replace_each_other_share_a_row_for_each_place() {
    let pool = ResourceId(0);
    let mut actors = vec![Actor::thread("main", "M").with_role(Role::Main)];
    for i in 0..1000_u16 {
        let before = i.checked_sub(8).map(|before| ActorId(1 + before));
        let process = Actor::process(format!("process {i}"), "P").started_by(MAIN);
        actors.push(process.worker_of(pool).replacing(before));
    }
    let resources = vec![Resource::new("one each", ResourceKind::Pool)];
    let meta = Meta { actors, resources, ..Meta::default() };
    let mut lines = Rows::of(&meta).lines.into_iter();
    assert_eq!(lines.next(), Some(Line::Actor(MAIN, Under::Nobody)));
    let places: Vec<_> = lines
        .by_ref()
        .take(8)
        .map(|line| match line {
            Line::Place(place) => place,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(places[2].name(&meta).to_string(), "place 3 · 125 processes in turn");
    assert_eq!(places[2].actors[..2], [ActorId(3), ActorId(11)]);
    assert_eq!(lines.collect::<Vec<_>>(), [Line::Resource(pool)]);
    // The spans keep their actors.
    let life = |i: u16| {
        let at = u64::from(i) * 10;
        [(at, i + 1, STARTED), (at + 70, i + 1, K::Ended(End::Normal))]
    };
    let events: Vec<_> = (0..1000).flat_map(life).collect();
    let (trace, replay) = trace(meta, &events);
    let layout = lay_out(&trace, &replay);
    assert_eq!(layout.actor(RowKind::Place(2), Nanos(25)), Some(ActorId(3)));
    assert_eq!(layout.actor(RowKind::Place(2), Nanos(125)), Some(ActorId(11)));
    assert!(layout.shows(RowKind::Place(2), ActorId(11)));
    assert!(!layout.shows(RowKind::Place(3), ActorId(11)));
}

#[test]
fn a_replacement_stands_below_the_one_it_replaces_and_helpers_stand_last() {
    let worker = |name: &str| Actor::process(name, "W").started_by(MAIN);
    let actors = vec![
        Actor::thread("main", "M").with_role(Role::Main),
        Actor::thread("supervisor", "S").started_by(MAIN).with_role(Role::Helper),
        worker("worker 1"),
        worker("worker 2"),
        worker("worker 3").replacing(Some(ActorId(2))),
        Actor::thread("inner", "I").started_by(ActorId(3)),
        Actor::thread("you", "Y").with_role(Role::User),
    ];
    let meta = Meta { actors, ..Meta::default() };
    let lines = Rows::of(&meta).lines;
    let line = |id, under| Line::Actor(ActorId(id), under);
    let (nobody, process) = (Under::Nobody, Under::Process);
    assert_eq!(
        lines,
        [
            line(0, nobody),
            line(2, nobody),
            line(4, Under::Replaced),
            line(3, nobody),
            line(5, process),
            line(6, nobody),
            line(1, nobody),
        ]
    );
}

#[test]
fn helpers_and_a_process_whose_main_thread_has_a_row_have_thin_lanes() {
    let actors = vec![
        Actor::process("parent", "P"),
        Actor::thread("main", "M").started_by(ActorId(0)).with_role(Role::Main),
        Actor::thread("supervisor", "S").started_by(ActorId(1)).with_role(Role::Helper),
        Actor::process("worker", "W").started_by(ActorId(1)),
    ];
    let started = (0..4).map(|i| (0, i, STARTED));
    let events: Vec<_> = started.chain([(100, 0, K::At)]).collect();
    let (trace, replay) = trace(Meta { actors, ..Meta::default() }, &events);
    let layout = lay_out(&trace, &replay);
    let height = |id| {
        let row = layout.rows.iter().find(|row| row.kind == RowKind::Actor(ActorId(id)));
        row.unwrap().bar.height()
    };
    assert!(height(0) < 0.5 * height(1) && height(2) < 0.5 * height(3));
    assert_eq!(height(1), height(3));
    // The process is there, whatever its main thread does: it is not drawn as one that computes.
    let phases = |id| {
        let row = layout.rows.iter().find(|row| row.kind == RowKind::Actor(ActorId(id)));
        let Content::Actor(bars) = &row.unwrap().content else { panic!("no bars") };
        let looks = bars.phases.iter().map(|piece| match piece.look {
            Look::One { class, .. } | Look::Many { most: class, .. } => class,
        });
        looks.collect::<Vec<_>>()
    };
    assert_eq!([phases(0), phases(1)], [vec![Phase::Idle], vec![Phase::Running]]);
}

#[test]
fn a_process_with_a_thin_lane_runs_while_one_of_its_threads_in_another_section_does() {
    let actors = vec![
        Actor::process("parent", "P"),
        Actor::thread("main", "M").started_by(ActorId(0)).with_role(Role::Main),
        Actor::thread("worker", "T").started_by(ActorId(1)),
    ];
    let events =
        [(0, 0, STARTED), (0, 1, STARTED), (100, 2, STARTED), (200, 2, K::Ended(End::Exited(0)))];
    let events: Vec<_> = events.into_iter().chain([(400, 0, K::At)]).collect();
    let (trace, replay) = trace(Meta { actors, ..Meta::default() }, &events);
    let layout = lay_out(&trace, &replay);
    let row = layout.rows.iter().find(|row| row.kind == RowKind::Actor(ActorId(0))).unwrap();
    let Content::Actor(bars) = &row.content else { panic!("no bars") };
    let times = bars.phases.iter().map(|piece| match piece.look {
        Look::One { class, .. } | Look::Many { most: class, .. } => {
            (class, layout.scale.time(piece.right).0 / 10)
        }
    });
    let times: Vec<_> = times.collect();
    assert_eq!(times, [(Phase::Idle, 10), (Phase::Running, 20), (Phase::Idle, 40)]);
}

#[test]
fn kills_and_errors_are_marked_and_next_and_previous_find_them() {
    let (trace, replay) = trace(
        threads(),
        &[
            (0, 0, STARTED),
            (100, 0, K::SignalSent { to: ActorId(1), signal: 9 }),
            (200, 1, K::Ended(End::Killed(9))),
            (300, 0, K::At),
            (400, 2, K::Ended(End::Error(TextId(0)))),
            (500, 0, K::Ended(End::Exited(0))),
        ],
    );
    let marks = replay.marks();
    let kinds: Vec<_> = marks.all().iter().map(|mark| (mark.event, mark.kind)).collect();
    assert_eq!(
        kinds,
        [(1, MarkKind::Signal(ActorId(1))), (2, MarkKind::Killed), (4, MarkKind::Failed)]
    );
    let walk = |next: &dyn Fn(usize) -> Option<u32>, mut shown: usize| {
        let mut seen = Vec::new();
        while let Some(event) = next(shown) {
            seen.push(event);
            shown = event as usize + 1;
        }
        seen
    };
    assert_eq!(walk(&|shown| marks.next(shown).map(|m| m.event), 0), [1, 2, 4]);
    assert_eq!(walk(&|shown| marks.previous(shown).map(|m| m.event), 6), [4, 2, 1]);
    let layout = lay_out(&trace, &replay);
    let ruler: Vec<_> = layout.marks.iter().map(|mark| (mark.x, mark.event)).collect();
    let x = |t| layout.scale.x(Nanos(t));
    assert_eq!(ruler, [(x(100), 1), (x(200), 2), (x(400), 4)]);
    assert_eq!(layout.mark_at(x(200) + 2.0).unwrap().event, 2);
    assert_eq!(layout.mark_at(x(300)), None);
    assert_eq!(bars(&layout, 0).marks.len(), 1);
    assert!(bars(&layout, 1).marks.is_empty(), "its end has a look of its own");
}

#[test]
fn a_selected_event_selects_its_actor() {
    let (trace, _) = trace(threads(), &[(0, 0, STARTED), (1, 2, K::At)]);
    assert_eq!(Selection::Event(1).actor(&trace), Some(ActorId(2)));
    assert_eq!(Selection::Event(9).actor(&trace), None);
    assert_eq!(Selection::Actor(ActorId(1)).actor(&trace), Some(ActorId(1)));
    assert_eq!(Selection::Resource(LOCK).actor(&trace), None);
}
