//! The parameters and presets of the topic.

use crate::topics::{ParamKind, ParamSpec, Preset};

/// Parameters of the topic.
pub const PARAMS: &[ParamSpec] = &[
    int("adders", "adders", 1, 1, 16, "Threads that add.", true),
    int("removers", "removers", 1, 1, 16, "Threads that remove.", true),
    int("adds", "adds", 5, 1, 100_000, "How many numbers each adder adds.", true),
    int(
        "attempts",
        "attempts",
        5,
        0,
        100_000,
        "How often each remover tries, where it stops after a number of attempts.",
        false,
    ),
    int("first", "first number", 0, 0, 1_000_000, "The first number added.", false),
    seconds("add_pause", "add pause", 0.1, 60.0, "How long an adder sleeps per number.", false),
    seconds(
        "remove_pause",
        "remove pause",
        0.1,
        60.0,
        "How long a remover sleeps per attempt.",
        false,
    ),
    choice(
        "pause",
        "pause",
        &["after", "before"],
        "Whether threads sleep before or after they touch the list.",
    ),
    choice(
        "pace",
        "pace",
        &["fixed", "random"],
        "Whether pauses are as set, or random between the two lengths below.",
    ),
    seconds("random_min", "shortest", 0.1, 60.0, "Shortest random pause.", false),
    seconds("random_max", "longest", 0.5, 60.0, "Longest random pause.", false),
    choice(
        "start",
        "start",
        &["together", "in-turn"],
        "Whether removers start with the adders, or when these have ended.",
    ),
    choice(
        "until",
        "remove until",
        &["attempts", "empty", "flag"],
        "When removers end: after their attempts, when the list is empty, or when it is empty and the adders are done.",
    ),
    seconds(
        "hold",
        "hold",
        0.0,
        1.0,
        "How long a thread stays in the critical section. Without the lock: between reading and writing, and after it, each time at random up to twice as long.",
        true,
    ),
    ParamSpec {
        prominent: true,
        ..choice(
            "lock",
            "lock",
            &["with", "without", "both"],
            "Whether the list is guarded by a lock; both: side by side.",
        )
    },
    int(
        "seed",
        "seed",
        1,
        0,
        1_000_000,
        "Seed of the random pauses, and without the lock of the holds; in the Python program it gives the same ones.",
        false,
    ),
    ParamSpec {
        key: "time_scale",
        label: "time scale",
        kind: ParamKind::Float { min: 0.0, max: 10.0, default: 1.0 },
        unit: "×",
        help: "All pauses and holds are multiplied by this.",
        prominent: true,
    },
];

const fn int(
    key: &'static str,
    label: &'static str,
    default: i64,
    min: i64,
    max: i64,
    help: &'static str,
    prominent: bool,
) -> ParamSpec {
    ParamSpec { key, label, kind: ParamKind::Int { min, max, default }, unit: "", help, prominent }
}

const fn seconds(
    key: &'static str,
    label: &'static str,
    default: f64,
    max: f64,
    help: &'static str,
    prominent: bool,
) -> ParamSpec {
    ParamSpec {
        key,
        label,
        kind: ParamKind::Float { min: 0.0, max, default },
        unit: "s",
        help,
        prominent,
    }
}

const fn choice(
    key: &'static str,
    label: &'static str,
    options: &'static [&'static str],
    help: &'static str,
) -> ParamSpec {
    ParamSpec { key, label, kind: ParamKind::Choice { options }, unit: "", help, prominent: false }
}

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
