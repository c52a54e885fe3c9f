//! The parameters and presets of the topic.

use crate::topics::{ParamSpec, Preset};

/// Parameters of the topic.
pub const PARAMS: &[ParamSpec] = &[
    ParamSpec::int("adders", "adders", [1, 1, 16]).help("Threads that add.").prominent(),
    ParamSpec::int("removers", "removers", [1, 1, 16]).help("Threads that remove.").prominent(),
    ParamSpec::int("adds", "adds", [5, 1, 100_000]).prominent()
        .help("How many numbers each adder adds."),
    ParamSpec::int("attempts", "attempts", [5, 0, 100_000])
        .help("How often each remover tries, where it stops after a number of attempts."),
    ParamSpec::int("first", "first number", [0, 0, 1_000_000]).help("The first number added."),
    ParamSpec::float("add_pause", "add pause", [0.1, 0.0, 60.0]).in_unit("s")
        .help("How long an adder sleeps per number."),
    ParamSpec::float("remove_pause", "remove pause", [0.1, 0.0, 60.0]).in_unit("s")
        .help("How long a remover sleeps per attempt."),
    ParamSpec::choice("pause", "pause", &["after", "before"])
        .help("Whether threads sleep before or after they touch the list."),
    ParamSpec::choice("pace", "pace", &["fixed", "random"])
        .help("Whether pauses are as set, or random between the two lengths below."),
    ParamSpec::float("random_min", "shortest", [0.1, 0.0, 60.0]).in_unit("s")
        .help("Shortest random pause."),
    ParamSpec::float("random_max", "longest", [0.5, 0.0, 60.0]).in_unit("s")
        .help("Longest random pause."),
    ParamSpec::choice("start", "start", &["together", "in-turn"])
        .help("Whether removers start with the adders, or when these have ended."),
    ParamSpec::choice("until", "remove until", &["attempts", "empty", "flag"])
        .help("When removers end: after their attempts, when the list is empty, or when it is empty and the adders are done."),
    ParamSpec::float("hold", "hold", [0.0, 0.0, 1.0]).in_unit("s").prominent()
        .help("How long a thread stays in the critical section. Without the lock: between reading and writing, and after it, each time at random up to twice as long."),
    ParamSpec::choice("lock", "lock", &["with", "without", "both"]).prominent()
        .help("Whether the list is guarded by a lock; both: side by side."),
    ParamSpec::int("seed", "seed", [1, 0, 1_000_000])
        .help("Seed of the random pauses, and without the lock of the holds; in the Python program it gives the same ones."),
    ParamSpec::time_scale("All pauses and holds are multiplied by this."),
];

/// Presets of the topic.
pub const PRESETS: &[Preset] = &[
    Preset::new("take-turns", &[
        ("add_pause", "1"), ("remove_pause", "1"), ("start", "in-turn"), ("until", "empty"),
    ]).summary("One thread adds 0 to 4, a second apart. When it has ended, another empties the list."),
    Preset::new("quick-ten", &[
        ("adds", "10"), ("attempts", "10"), ("add_pause", "0.1"), ("remove_pause", "0.15"),
        ("pause", "before"),
    ]).summary("Ten numbers in, ten attempts to take one out; each thread waits before it acts."),
    Preset::new("five", &[("add_pause", "0.1"), ("remove_pause", "0.2")])
        .summary("Five numbers in, 0.1 s apart; five attempts to take one out, 0.2 s apart."),
    Preset::new("random-pace", &[("adds", "10"), ("attempts", "10"), ("pace", "random")])
        .summary("Ten in, ten attempts, at random paces: an attempt that comes too early leaves a number behind."),
    Preset::new("done-flag", &[
        ("first", "1"), ("add_pause", "1"), ("remove_pause", "1.5"), ("until", "flag"),
    ]).summary("The remover goes on until the adder has raised a flag and the list is empty."),
    Preset::new("contended", &[
        ("adders", "2"), ("removers", "2"), ("adds", "12"), ("attempts", "12"), ("add_pause", "0"),
        ("remove_pause", "0"), ("hold", "0.0004"),
    ]).summary("Several threads and no pauses: everybody wants the lock all the time."),
    Preset::new("no-lock", &[
        ("adders", "2"), ("removers", "2"), ("adds", "24"), ("attempts", "24"), ("add_pause", "0"),
        ("remove_pause", "0"), ("hold", "0.0004"), ("lock", "without"),
    ]).summary("The contended program without its lock: updates can get lost."),
];
