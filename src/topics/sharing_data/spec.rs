//! The parameters and presets of the topic.

use super::programs::{IDS, Program};
use crate::topics::{ParamSpec, Params};

/// Parameters of the topic.
pub const PARAMS: &[ParamSpec] = &[
    ParamSpec::choice("program", "program", IDS).help("What runs."),
    ParamSpec::int("threads", "threads", [3, 1, 32]).prominent().help("Threads that take part."),
    ParamSpec::choice("tool", "tool", &["lock", "semaphore", "queue"]).prominent()
        .help("What a process holds or uses when it is killed."),
    ParamSpec::choice("recovery", "recovery", &["robust", "none"]).prominent()
        .help("Whether the next one is given what a dead process had; where the system cannot do that, as in CPython, it is not."),
    ParamSpec::int("processes", "processes", [3, 1, 8]).prominent().help("Processes that take part."),
    ParamSpec::choice("measure", "measure", &["hand-over", "throughput", "1 MB"]).prominent()
        .help("One small message there and back again and again; small messages one way; messages of 1 MB one way."),
    ParamSpec::int("messages", "messages", [500, 10, 100_000]).prominent()
        .help("How many are exchanged each way."),
    ParamSpec::choice("start_method", "CPython", &["default", "fork", "forkserver", "spawn", "none"]).prominent()
        .help("How CPython's processes start; none: it is not measured."),
    ParamSpec::int("permits", "permits", [3, 1, 16]).prominent()
        .help("How many may be inside at once."),
    ParamSpec::int("rounds", "rounds", [4, 1, 1_000]).prominent()
        .help("How often each thread does it."),
    ParamSpec::int("producers", "producers", [1, 1, 16]).prominent().help("Threads that put items in."),
    ParamSpec::int("consumers", "consumers", [1, 1, 16]).prominent().help("Threads that take items out."),
    ParamSpec::int("items", "items", [5, 1, 1_000]).prominent().help("How many items each producer makes."),
    ParamSpec::int("bound", "bound", [1, 0, 100]).prominent()
        .help("How many items the queue has room for; 0: any number."),
    ParamSpec::int("kilobytes", "size", [0, 0, 4_000]).in_unit("kB").prominent()
        .help("Size of an item; 0: a number."),
    ParamSpec::float("produce", "make", [1.0, 0.0, 60.0]).in_unit("s").prominent()
        .help("How long a producer works on an item before it puts it in."),
    ParamSpec::float("consume", "use", [1.5, 0.0, 60.0]).in_unit("s").prominent()
        .help("How long a consumer works on an item it took."),
    ParamSpec::choice("notify", "notify", &["one", "all"]).prominent()
        .help("Whether one waiter is notified of a change, or all of them."),
    ParamSpec::choice("wait", "wait", &["bare", "predicate"]).prominent()
        .help("Whether who waits for a notification just waits, or first looks whether that has happened which it is about."),
    ParamSpec::choice("give_back", "give back", &["no", "yes"]).prominent()
        .help("Whether a process puts the copy that it has changed in the place of the original."),
    ParamSpec::int("philosophers", "philosophers", [2, 2, 9]).prominent()
        .help("How many there are; each shares a fork with each neighbour."),
    ParamSpec::choice("way", "way out", &["none", "order", "timeout", "waiter", "try"]).prominent()
        .help("How a deadlock is kept away: all take the forks in one order; who waits too long for the second puts the first back; a lock is held around taking both; who does not get the second at once puts the first back."),
    ParamSpec::float("work", "work", [0.05, 0.0, 60.0]).in_unit("s").prominent()
        .help("How long a thread works with what it has taken."),
    ParamSpec::float("pause", "pause", [0.02, 0.0, 60.0]).in_unit("s")
        .help("How long it does something else before it comes again."),
    ParamSpec::float("patience", "time-out", [0.5, 0.0, 60.0]).in_unit("s").prominent()
        .help("How long a thread waits at most, where it does not wait for ever."),
    ParamSpec::time_scale("All pauses, work and time-outs are multiplied by this."),
];

/// Whether a parameter matters to the program that is chosen.
pub fn applies(key: &str, params: &Params) -> bool {
    let program = Program::named(params.choice("program"));
    let times = ["produce", "consume", "work", "pause", "patience"];
    match key {
        "program" => true,
        "time_scale" => times.iter().any(|time| program.has(time)),
        // Nobody is told whose permit it was: it is lost either way.
        "recovery" if params.choice("tool") == "semaphore" => false,
        "patience" if params.choice("way") != "timeout" && program.has("way") => false,
        _ => program.has(key),
    }
}
