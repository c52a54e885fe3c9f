//! Runs under way: processes that overlap, are killed, are stopped.

use super::support::*;
use crate::common::live::Live;
use crate::common::proc;
use concurrency_lab::trace::{End, Event, EventKind};
use std::collections::HashSet;

fn start(preset: &str, sets: &[&str]) -> Live {
    Live::start(topic(), params(preset, sets))
}

#[test]
fn processes_are_real_overlap_and_one_can_be_killed() {
    let mut live = start("parallel-squares", &["work=60"]);
    live.until("four tasks run at once", |live| live.at_work().len() == 4);
    let workers = live.at_work();
    let distinct: HashSet<_> = workers.iter().map(|(_, pid)| *pid).collect();
    assert_eq!(distinct.len(), 4);
    for (_, pid) in &workers {
        assert!(exists(*pid));
        if cfg!(target_os = "linux") {
            assert_eq!(proc::stat(*pid as u32).unwrap().parent, std::process::id());
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
    live.until("the run ends", Live::is_over);
    assert!(live.result.unwrap().is_err());
    check(&live.trace, &live.replay);
}

/// Who is killed has no result, and no memory to show: the outcome says so.
#[test]
fn own_memory_says_that_all_its_children_were_killed() {
    let mut live = start("own-memory", &["work=60"]);
    live.until("they are at work", |live| live.at_work().len() == 3);
    for (child, _) in live.at_work() {
        live.handle.signal(child, 9);
    }
    let finished = live.finish();
    let outcome = finished.result.unwrap();
    assert_eq!(outcome["memory_copies"].as_array().unwrap().len(), 1, "the parent's");
    let failed = outcome["failed"].as_array().unwrap();
    assert_eq!(failed.len(), 3, "{failed:?}");
    assert!(failed.iter().all(|why| why.as_str().unwrap().contains("SIGKILL")), "{failed:?}");
}

#[test]
fn stopped_in_the_middle_no_program_leaves_a_child() {
    for preset in topic().about().presets {
        let sets = ["work=60", "limit=50000000", "workers=3"];
        let mut live = start(preset.id, &sets);
        let ready: fn(&Live) -> bool = match preset.id {
            "cpu-bound" => |live| live.has(|e| matches!(e.kind, EventKind::SectionBegan { .. })),
            "crash" => |live| live.at_work().len() == 4,
            _ => |live| live.at_work().len() == 3,
        };
        live.until(preset.id, ready);
        live.handle.stop();
        live.until("the run ends", Live::is_over);
        assert!(live.result.is_some_and(|result| result.is_err()));
        check(&live.trace, &live.replay);
    }
}

#[test]
fn each_way_can_be_stopped() {
    for way in [1, 2, 3] {
        let mut live = start("cpu-bound", &["limit=100000", "time_scale=10"]);
        live.until("the way", |live| {
            let meta = live.trace.meta();
            let is_it = |section| meta.section(section).is_some_and(|s| s.number == way);
            live.has(|e| matches!(e.kind, EventKind::SectionBegan { section } if is_it(section)))
        });
        live.handle.stop();
        live.until("the run ends", Live::is_over);
        check(&live.trace, &live.replay);
    }
}
