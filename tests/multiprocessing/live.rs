//! Runs under way: processes that overlap, are killed, are stopped.

use super::support::*;
use concurrency_lab::replay::Replay;
use concurrency_lab::topics::runner::{self, RunError, Update};
use concurrency_lab::trace::{ActorId, End, Event, EventKind, Trace};
use std::collections::HashSet;
use std::time::Instant;

/// A run under way, as far as its news came.
struct Live {
    handle: runner::RunHandle,
    trace: Trace,
    replay: Replay,
    result: Option<Result<(), RunError>>,
}

impl Live {
    fn start(preset: &str, sets: &[&str]) -> Self {
        let params = params(preset, sets);
        let trace = Trace::new(topic().meta(&params));
        Self {
            replay: Replay::new(&trace),
            trace,
            handle: runner::start(topic(), params, || ()).unwrap(),
            result: None,
        }
    }

    /// Takes in news until something is so.
    fn until(&mut self, what: &str, so: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !so(self) {
            let news: Vec<_> = self.handle.updates().collect();
            for update in news {
                match update {
                    Update::Batch(batch) => {
                        let applied = self.trace.apply(batch);
                        self.replay.update(&self.trace, applied.first_changed);
                    }
                    Update::Ended { result, .. } => {
                        self.result = Some(result.map(drop).map_err(RunError::Failed));
                    }
                }
            }
            assert!(start.elapsed() < PATIENCE, "never: {what}");
            std::thread::yield_now();
        }
    }

    fn at_work(&self) -> Vec<(ActorId, u64)> {
        let states = self.replay.latest().actors.iter().enumerate();
        let busy = states.filter(|(_, state)| state.task.is_some() && state.end.is_none());
        busy.map(|(index, state)| (ActorId::from_index(index), state.os_id))
            .collect()
    }

    fn has(&self, like: impl Fn(&Event) -> bool) -> bool {
        self.trace.events().iter().any(like)
    }
}

#[test]
fn processes_are_real_overlap_and_one_can_be_killed() {
    let mut live = Live::start("parallel-squares", &["work=60"]);
    live.until("four tasks run at once", |live| live.at_work().len() == 4);
    let workers = live.at_work();
    let distinct: HashSet<_> = workers.iter().map(|(_, pid)| *pid).collect();
    assert_eq!(distinct.len(), 4);
    for (_, pid) in &workers {
        assert!(exists(*pid));
        if cfg!(target_os = "linux") {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
            let parent = stat.rsplit(") ").next().unwrap().split(' ').nth(1).unwrap();
            assert_eq!(parent, std::process::id().to_string());
        }
    }
    let (victim, pid) = workers[1];
    live.handle.signal(victim, 9);
    live.until("it is gone", |live| {
        live.has(|e| e.actor == victim && e.kind == EventKind::Ended(End::Killed(9)))
    });
    assert!(!exists(pid));
    let you = |e: &Event| matches!(e.kind, EventKind::SignalSent { to, signal: 9 } if to == victim);
    assert!(live.has(you));
    live.until("another takes its place", |live| live.at_work().len() == 4);
    live.handle.stop();
    live.until("the run ends", |live| live.result.is_some());
    assert!(live.result.unwrap().is_err());
    check(&live.trace, &live.replay);
}

#[test]
fn stopped_in_the_middle_no_program_leaves_a_child() {
    for preset in topic().presets() {
        let sets = ["work=60", "limit=50000000", "workers=3"];
        let mut live = Live::start(preset.id, &sets);
        let ready: fn(&Live) -> bool = match preset.id {
            "cpu-bound" => |live| live.has(|e| matches!(e.kind, EventKind::SpanBegan { .. })),
            "crash" => |live| live.at_work().len() == 4,
            _ => |live| live.at_work().len() == 3,
        };
        live.until(preset.id, ready);
        live.handle.stop();
        live.until("the run ends", |live| live.result.is_some());
        assert!(live.result.is_some_and(|result| result.is_err()));
        check(&live.trace, &live.replay);
    }
}

#[test]
fn each_way_can_be_stopped() {
    for way in ["threads, emulated GIL", "threads", "processes"] {
        let mut live = Live::start("cpu-bound", &["limit=100000", "time_scale=10"]);
        live.until(way, |live| {
            let meta = live.trace.meta();
            live.has(|e| matches!(e.kind, EventKind::SpanBegan { name } if meta.text(name) == way))
        });
        live.handle.stop();
        live.until("the run ends", |live| live.result.is_some());
        check(&live.trace, &live.replay);
    }
}
