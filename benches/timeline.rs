//! CPU per frame of the swim-lanes: layout, paint and tessellation, 33 lanes of 12,000 spans at 1440 × 900.
//!
//! `cargo bench --bench timeline` prints rows of README's table.
#![allow(missing_docs)]

use concurrency_lab::app::allocator;
use concurrency_lab::replay::{
    Lane, Lanes, Marks, Note, OwnerSpan, Phase, Span, Step, TaskSpan, Track,
};
use concurrency_lab::trace::{
    Actor, ActorId, ActorKind, Item, Meta, Nanos, Resource, ResourceId, ResourceKind, TaskId,
};
use concurrency_lab::widgets::selection::Selection;
use concurrency_lab::widgets::timeline::{Timeline, TimelineInput, TimelineView};
use concurrency_lab::widgets::{fonts, theme};
use egui::{Context, Pos2, RawInput, Rect, vec2};
use std::time::Duration;

const LANES: usize = 33;
const FRAMES: usize = 120;

/// Lanes whose spans are long, short and everything between, with gaps.
fn run(spans: usize) -> (Meta, Lanes, Nanos) {
    let mut random = fastrand::Rng::with_seed(1);
    let phases = [
        Phase::Waiting,
        Phase::Holding,
        Phase::Running,
        Phase::Sleeping,
        Phase::Waiting,
        Phase::Holding,
        Phase::Blocked,
        Phase::Io,
    ];
    let mut end = 0;
    let mut lane = |i: usize| {
        let mut at = 0;
        let spans = (0..spans).map(|k| {
            let start = Nanos(at);
            at += 1 << random.u32(8..16);
            let phase = phases[(k + i) % phases.len()];
            Span {
                start,
                event: k as u32,
                phase,
                res: Some(ResourceId(0)),
                note: Note::Put(Item::int(k as i32)),
                quiet: false,
            }
        });
        let lane = Lane::of(spans.collect());
        end = end.max(at);
        lane
    };
    let actors: Vec<_> = (0..LANES).map(&mut lane).collect();
    let each = end / spans as u64;
    let owners = (0..spans as u64).map(|k| OwnerSpan {
        start: Nanos(k * each),
        owner: (k % 7 > 0).then_some(ActorId((k % 32) as u16)),
    });
    let waiters = (0..spans as u64).map(|k| Step { at: Nanos(k * each), value: (k % 31) as u32 });
    let track = Track { owners: owners.collect(), waiters: waiters.collect(), length: Vec::new() };
    let named = (0..LANES).map(|i| Actor {
        name: format!("worker {i}"),
        badge: format!("W{i}"),
        kind: ActorKind::Thread,
        parent: (i > 0).then_some(ActorId(0)),
        ..Actor::default()
    });
    let meta = Meta {
        actors: named.collect(),
        resources: vec![Resource::new("list lock", ResourceKind::Lock)],
        ..Meta::default()
    };
    let lanes = Lanes { actors, resources: vec![track] };
    (meta, lanes, Nanos(end))
}

/// Every four spans are a task.
fn in_tasks(lanes: &mut Lanes) {
    for lane in &mut lanes.actors {
        let tasks = lane.spans.iter().step_by(4).zip(0..).map(|(span, task)| TaskSpan {
            start: span.start,
            event: span.event,
            task: Some(TaskId(task)),
        });
        lane.tasks = tasks.collect();
    }
}

/// CPU time of this process: what else the machine does must not count.
#[cfg(unix)]
fn cpu() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid place for the answer.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Time that has passed, where the system does not tell CPU time the same way.
#[cfg(not(unix))]
fn cpu() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> =
        std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}

/// Times of frames in which the view changes as `step` says.
fn measure(
    (meta, lanes, end): &(Meta, Lanes, Nanos),
    grows: bool,
    mut step: impl FnMut(usize, &mut TimelineView),
) -> Vec<Duration> {
    let ctx = Context::default();
    fonts::install(&ctx);
    theme::apply(&ctx);
    let mut view = TimelineView::default();
    let mut times = Vec::new();
    for frame in 0..FRAMES + 10 {
        step(frame, &mut view);
        let revision = if grows { frame as u64 } else { 0 };
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1440.0, 900.0))),
            time: Some(frame as f64 / 60.0),
            ..RawInput::default()
        };
        let began = cpu();
        let mut output = ctx.run_ui(input, |ui| {
            let input = TimelineInput {
                meta,
                lanes,
                marks: &Marks::default(),
                revision: (0, revision),
                rows: None,
                end: *end,
                cursor: Nanos(end.0 / 200 * frame as u64),
                pace: None,
                section: None,
                selection: Selection::Actor(ActorId(3)),
                selected_event: None,
                describe: &|event| event.to_string(),
                detail: &|actor| format!("tid {}", actor.0),
            };
            Timeline::show(ui, &mut view, &input);
        });
        let shapes = std::mem::take(&mut output.shapes);
        let meshes = ctx.tessellate(shapes, 1.0);
        let took = cpu() - began;
        std::hint::black_box(meshes);
        output.drop_without_applying_deltas();
        if frame >= 10 {
            times.push(took);
        }
    }
    times.sort();
    times
}

fn row(what: &str, times: &[Duration], bar: &str) {
    let ms = |t: Duration| t.as_secs_f64() * 1e3;
    println!(
        "| {what} | {:.2} ms median, {:.2} ms 99th percentile | {bar} |",
        ms(times[times.len() / 2]),
        ms(times[times.len() * 99 / 100]),
    );
}

fn main() {
    allocator::keep_what_frames_use();
    println!("| timeline, CPU per frame | figure | bar |\n|---|---|---|");
    let small = run(12_000);
    let end = small.2;
    let times = measure(&small, false, |_, view| view.fit());
    row("33 lanes × 12,000 spans, the cursor moves", &times, "≤ 2 ms");
    let times = measure(&small, true, |_, view| view.fit());
    row("the same, live: drawn anew every frame", &times, "≤ 4 ms");
    let times = measure(&small, false, |frame, view| {
        view.fit();
        view.zoom(1.05_f64.powi(frame as i32), Nanos(end.0 / 3), end);
    });
    row("the same, zooming in", &times, "≤ 8 ms");
    let times = measure(&small, false, |frame, view| {
        if frame == 0 {
            view.zoom(40.0, Nanos(0), end);
        }
        view.pan(0.02, end);
    });
    row("the same, panning at 40 times", &times, "≤ 8 ms");
    let mut tasks = run(12_000);
    in_tasks(&mut tasks.1);
    let times = measure(&tasks, true, |_, view| view.fit());
    row("33 lanes × 12,000 spans in 3,000 tasks, live", &times, "≤ 8 ms");
    let times = measure(&tasks, false, |frame, view| {
        if frame == 0 {
            view.zoom(40.0, Nanos(0), end);
        }
        view.pan(0.02, end);
    });
    row("the same, panning at 40 times", &times, "≤ 8 ms");
    let large = run(150_000);
    let times = measure(&large, true, |_, view| view.fit());
    row("33 lanes × 150,000 spans, live", &times, "≤ 8 ms");
}
