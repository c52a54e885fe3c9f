//! The parameters and presets of the topic.

use crate::topics::{ParamSpec, Preset};

/// Parameters of the topic.
pub const PARAMS: &[ParamSpec] = &[
    ParamSpec::int("adders", "adders", [1, 1, 16], "Threads that add.").prominent(),
    ParamSpec::int("removers", "removers", [1, 1, 16], "Threads that remove.").prominent(),
    ParamSpec::int("adds", "adds", [5, 1, 100_000], "How many numbers each adder adds.")
        .prominent(),
    ParamSpec::int(
        "attempts",
        "attempts",
        [5, 0, 100_000],
        "How often each remover tries, where it stops after a number of attempts.",
    ),
    ParamSpec::int("first", "first number", [0, 0, 1_000_000], "The first number added."),
    ParamSpec::float(
        "add_pause",
        "add pause",
        [0.1, 0.0, 60.0],
        "How long an adder sleeps per number.",
    )
    .in_unit("s"),
    ParamSpec::float(
        "remove_pause",
        "remove pause",
        [0.1, 0.0, 60.0],
        "How long a remover sleeps per attempt.",
    )
    .in_unit("s"),
    ParamSpec::choice(
        "pause",
        "pause",
        &["after", "before"],
        "Whether threads sleep before or after they touch the list.",
    ),
    ParamSpec::choice(
        "pace",
        "pace",
        &["fixed", "random"],
        "Whether pauses are as set, or random between the two lengths below.",
    ),
    ParamSpec::float("random_min", "shortest", [0.1, 0.0, 60.0], "Shortest random pause.")
        .in_unit("s"),
    ParamSpec::float("random_max", "longest", [0.5, 0.0, 60.0], "Longest random pause.")
        .in_unit("s"),
    ParamSpec::choice(
        "start",
        "start",
        &["together", "in-turn"],
        "Whether removers start with the adders, or when these have ended.",
    ),
    ParamSpec::choice(
        "until",
        "remove until",
        &["attempts", "empty", "flag"],
        "When removers end: after their attempts, when the list is empty, or when it is empty and the adders are done.",
    ),
    ParamSpec::float(
        "hold",
        "hold",
        [0.0, 0.0, 1.0],
        "How long a thread stays in the critical section. Without the lock: between reading and writing, and after it, each time at random up to twice as long.",
    )
    .in_unit("s")
    .prominent(),
    ParamSpec::choice(
        "lock",
        "lock",
        &["with", "without", "both"],
        "Whether the list is guarded by a lock; both: side by side.",
    )
    .prominent(),
    ParamSpec::int("seed", "seed", [1, 0, 1_000_000], "Seed of the random pauses, and without the lock of the holds; in the Python program it gives the same ones."),
    ParamSpec::time_scale("All pauses and holds are multiplied by this."),
];

/// Presets of the topic.
pub const PRESETS: &[Preset] = &[
    Preset {
        id: "take-turns",
        summary: "One thread adds 0 to 4, a second apart. When it has ended, another empties the list.",
        values: &[
            ("add_pause", "1"),
            ("remove_pause", "1"),
            ("start", "in-turn"),
            ("until", "empty"),
        ],
    },
    Preset {
        id: "quick-ten",
        summary: "Ten numbers in, ten attempts to take one out; each thread waits before it acts.",
        values: &[
            ("adds", "10"),
            ("attempts", "10"),
            ("add_pause", "0.1"),
            ("remove_pause", "0.15"),
            ("pause", "before"),
        ],
    },
    Preset {
        id: "five",
        summary: "Five numbers in, 0.1 s apart; five attempts to take one out, 0.2 s apart.",
        values: &[("add_pause", "0.1"), ("remove_pause", "0.2")],
    },
    Preset {
        id: "random-pace",
        summary: "Ten in, ten attempts, at random paces: an attempt that comes too early leaves a number behind.",
        values: &[("adds", "10"), ("attempts", "10"), ("pace", "random")],
    },
    Preset {
        id: "done-flag",
        summary: "The remover goes on until the adder has raised a flag and the list is empty.",
        values: &[("first", "1"), ("add_pause", "1"), ("remove_pause", "1.5"), ("until", "flag")],
    },
    Preset {
        id: "contended",
        summary: "Several threads and no pauses: everybody wants the lock all the time.",
        values: &[
            ("adders", "2"),
            ("removers", "2"),
            ("adds", "12"),
            ("attempts", "12"),
            ("add_pause", "0"),
            ("remove_pause", "0"),
            ("hold", "0.0004"),
        ],
    },
    Preset {
        id: "no-lock",
        summary: "The contended program without its lock: updates get lost.",
        values: &[
            ("adders", "2"),
            ("removers", "2"),
            ("adds", "24"),
            ("attempts", "24"),
            ("add_pause", "0"),
            ("remove_pause", "0"),
            ("hold", "0.0004"),
            ("lock", "without"),
        ],
    },
];
