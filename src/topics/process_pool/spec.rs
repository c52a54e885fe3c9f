//! The parameters and presets of the topic.

use crate::topics::{ParamKind, ParamSpec, Preset};

/// Parameters of the topic.
pub const PARAMS: &[ParamSpec] = &[
    prominent(int(
        "workers",
        "workers",
        4,
        1,
        64,
        "Worker processes at a time.",
    )),
    prominent(int("tasks", "tasks", 10, 1, 20_000, "How many tasks.")),
    prominent(choice(
        "call",
        "call",
        &["map", "imap", "imap_unordered", "apply", "apply_async"],
        "How tasks are handed in, and how results come back.",
    )),
    prominent(int(
        "chunk",
        "chunk size",
        0,
        0,
        100_000,
        "Tasks that travel together in map, imap and imap_unordered; 0: as CPython chooses it.",
    )),
    choice(
        "job",
        "job",
        &["square", "sleep", "count-primes", "image"],
        "What a task does.",
    ),
    seconds(
        "seconds",
        "sleep",
        1.0,
        60.0,
        "How long a task sleeps (mean, where costs differ).",
    ),
    int(
        "limit",
        "primes below",
        20_000,
        10,
        10_000_000,
        "Up to where a task counts primes (mean, where costs differ).",
    ),
    int(
        "side",
        "picture side",
        32,
        3,
        2048,
        "Width and height of a task's picture, in pixels (mean, where costs differ).",
    ),
    choice(
        "costs",
        "costs",
        &["equal", "random", "growing"],
        "Whether tasks sleep, count or filter equally much; growing: the last ones most.",
    ),
    int(
        "tasks_per_child",
        "messages per child",
        0,
        0,
        100_000,
        "After so many messages (a chunk is one) a worker is replaced; 0: never.",
    ),
    seconds(
        "timeout",
        "time-out",
        0.0,
        600.0,
        "How long a message may take before its worker is killed; 0: as long as it likes.",
    ),
    int(
        "retries",
        "retries",
        0,
        0,
        10,
        "How often a task is begun again when its worker dies. Not after a time-out: that is final.",
    ),
    int(
        "kill",
        "kill at task",
        -1,
        -1,
        100_000,
        "Half-way through this task (of those that sleep) its worker is killed; -1: none.",
    ),
    choice(
        "against",
        "against",
        &["nothing", "one-process-each", "large-chunks"],
        "What the same tasks are run with a second time, for comparison.",
    ),
    int(
        "seed",
        "seed",
        1,
        0,
        1_000_000,
        "Seed of random costs and of the pictures.",
    ),
    prominent(ParamSpec {
        key: "time_scale",
        label: "time scale",
        kind: ParamKind::Float {
            min: 0.0,
            max: 10.0,
            default: 1.0,
        },
        unit: "×",
        help: "All sleeps and time-outs are multiplied by this.",
        prominent: true,
    }),
];

const fn prominent(spec: ParamSpec) -> ParamSpec {
    ParamSpec {
        prominent: true,
        ..spec
    }
}

const fn int(
    key: &'static str,
    label: &'static str,
    default: i64,
    min: i64,
    max: i64,
    help: &'static str,
) -> ParamSpec {
    ParamSpec {
        key,
        label,
        kind: ParamKind::Int { min, max, default },
        unit: "",
        help,
        prominent: false,
    }
}

const fn seconds(
    key: &'static str,
    label: &'static str,
    default: f64,
    max: f64,
    help: &'static str,
) -> ParamSpec {
    ParamSpec {
        key,
        label,
        kind: ParamKind::Float {
            min: 0.0,
            max,
            default,
        },
        unit: "s",
        help,
        prominent: false,
    }
}

const fn choice(
    key: &'static str,
    label: &'static str,
    options: &'static [&'static str],
    help: &'static str,
) -> ParamSpec {
    ParamSpec {
        key,
        label,
        kind: ParamKind::Choice { options },
        unit: "",
        help,
        prominent: false,
    }
}

/// Presets of the topic.
pub const PRESETS: &[Preset] = &[
    Preset {
        id: "squares",
        summary: "The squares of 1 to 10 on a pool of 4 worker processes.",
        values: &[],
    },
    Preset {
        id: "ten-sleepers",
        summary: "Ten tasks that sleep 1 s on 4 workers: about 3 s. Each says which process did it.",
        values: &[("job", "sleep")],
    },
    Preset {
        id: "a-thousand-images",
        summary: "1,000 small pictures are filtered by 8 processes that are reused, then by a new process for each.",
        values: &[
            ("workers", "8"),
            ("tasks", "1000"),
            ("job", "image"),
            ("chunk", "1"),
            ("against", "one-process-each"),
        ],
    },
    Preset {
        id: "uneven",
        summary: "Tasks that take ever longer, handed out one by one, then in one large chunk for each worker.",
        values: &[
            ("tasks", "32"),
            ("job", "sleep"),
            ("seconds", "0.1"),
            ("costs", "growing"),
            ("chunk", "1"),
            ("against", "large-chunks"),
        ],
    },
    Preset {
        id: "kill-one",
        summary: "A worker is killed in the middle of task 6. That task fails, the worker is replaced, the rest completes.",
        values: &[("job", "sleep"), ("kill", "6"), ("chunk", "1")],
    },
];
