//! The parameters and presets of the topic.

use super::programs::Program;
use crate::topics::{ParamSpec, Params, Preset};

/// Parameters of the topic.
pub const PARAMS: &[ParamSpec] = &[
    ParamSpec::choice(
        "program",
        "program",
        &[
            "lock", "lock-each-own", "semaphore", "semaphore-bounded", "semaphore-over-released",
            "queue", "queue-several", "one-sentinel", "task-done-missing",
        ],
    )
    .help("What runs."),
    ParamSpec::int("threads", "threads", [3, 1, 32]).prominent().help("Threads that take part."),
    ParamSpec::int("permits", "permits", [3, 1, 16]).prominent()
        .help("How many may be inside at once."),
    ParamSpec::int("rounds", "rounds", [4, 1, 1_000]).prominent()
        .help("How often each thread does it."),
    ParamSpec::int("levels", "levels", [3, 1, 8]).prominent()
        .help("How deep the calls go that each take the lock again."),
    ParamSpec::int("producers", "producers", [1, 1, 16]).prominent().help("Threads that put items in."),
    ParamSpec::int("consumers", "consumers", [1, 1, 16]).prominent().help("Threads that take items out."),
    ParamSpec::int("items", "items", [5, 1, 1_000]).prominent().help("How many items each producer makes."),
    ParamSpec::int("bound", "bound", [1, 0, 100]).prominent()
        .help("How many items the queue has room for; 0: any number."),
    ParamSpec::float("produce", "make", [1.0, 0.0, 60.0]).in_unit("s").prominent()
        .help("How long a producer works on an item before it puts it in."),
    ParamSpec::float("consume", "use", [1.5, 0.0, 60.0]).in_unit("s").prominent()
        .help("How long a consumer works on an item it took."),
    ParamSpec::choice("notify", "notify", &["one", "all"]).prominent()
        .help("Whether one waiter is notified of a change, or all of them."),
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
    let of_program = |key: &str| program.params.contains(&key);
    match key {
        "program" => true,
        "time_scale" => times.iter().any(|time| of_program(time)),
        "patience" if params.choice("way") != "timeout" && of_program("way") => false,
        _ => of_program(key),
    }
}

/// A preset that runs the program of its name.
macro_rules! preset {
    ($id:literal $(, $key:literal = $value:literal)*) => {
        Preset::new($id, &[("program", $id) $(, ($key, $value))*])
    };
}

/// Presets of the topic.
pub const PRESETS: &[Preset] = &[
    preset!("lock")
        .summary("Three threads count together: each reads, works, and writes, while it has the lock."),
    preset!("lock-each-own")
        .summary("The same with a lock for each thread: nobody ever waits."),
    preset!("semaphore", "threads" = "8", "rounds" = "2", "work" = "0.2")
        .summary("Eight threads share three permits: each takes one, works, and gives it back."),
    preset!("semaphore-bounded", "threads" = "8", "rounds" = "2", "work" = "0.2")
        .summary("One thread gives back more than it took, to a semaphore that knows how many permits there are at most."),
    preset!("semaphore-over-released", "threads" = "8", "rounds" = "2", "work" = "0.2")
        .summary("One thread gives back more than it took, to a semaphore that only counts."),
    preset!("queue")
        .summary("One thread makes five items, 1 s each, another uses them, 1.5 s each; between them room for one."),
    preset!("queue-several", "producers" = "2", "consumers" = "2", "items" = "8", "bound" = "4", "produce" = "0.09", "consume" = "0.17")
        .summary("Two producers, two consumers, and room for four items between them."),
    preset!("one-sentinel", "consumers" = "3", "items" = "6", "bound" = "4", "produce" = "0.1", "consume" = "0.3")
        .summary("Three consumers stop when they get None, and the main thread puts in one None."),
    preset!("task-done-missing", "consumers" = "2", "items" = "3", "bound" = "4", "produce" = "0.1", "consume" = "0.3")
        .summary("A consumer fails before it can tell the queue that its item is done."),
];
