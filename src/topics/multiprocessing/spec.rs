//! The parameters and presets of the topic.

use crate::topics::{ParamKind, ParamSpec, Preset};

/// Parameters of the topic.
pub const PARAMS: &[ParamSpec] = &[
    int(
        "workers",
        "processes",
        [4, 1, 64],
        "Processes at work (and threads, where they are compared with them).",
        true,
    ),
    int(
        "tasks",
        "tasks",
        [5, 1, 10_000],
        "How many tasks the processes share.",
        true,
    ),
    ParamSpec {
        key: "work",
        label: "work",
        kind: ParamKind::Float {
            min: 0.0,
            max: 60.0,
            default: 1.0,
        },
        unit: "s",
        help: "How long a task takes: asleep, or for images on a processor.",
        prominent: true,
    },
    ParamSpec {
        key: "program",
        label: "program",
        kind: ParamKind::Choice {
            options: &["messages", "squares", "images", "memory", "crash", "primes"],
        },
        unit: "",
        help: "What the processes do.",
        prominent: false,
    },
    int(
        "first",
        "first number",
        [0, 0, 1_000_000],
        "The number of the first task; the others follow.",
        false,
    ),
    int(
        "steps",
        "changes",
        [3, 1, 1_000],
        "How often each process, and each thread, changes the variable.",
        false,
    ),
    ParamSpec {
        key: "failure",
        label: "failure",
        kind: ParamKind::Choice {
            options: &["abort", "segfault", "kill"],
        },
        unit: "",
        help: "How one process, and one thread, fails: it aborts, is ended by SIGSEGV, or by SIGKILL.",
        prominent: false,
    },
    int(
        "limit",
        "primes below",
        [500_000, 10, 50_000_000],
        "The primes below this number are counted.",
        false,
    ),
    ParamSpec {
        key: "interval",
        label: "switch interval",
        kind: ParamKind::Float {
            min: 0.0001,
            max: 1.0,
            default: 0.005,
        },
        unit: "s",
        help: "How long a thread waits for the emulated GIL before it asks for it.",
        prominent: false,
    },
    ParamSpec {
        key: "time_scale",
        label: "time scale",
        kind: ParamKind::Float {
            min: 0.0,
            max: 10.0,
            default: 1.0,
        },
        unit: "×",
        help: "All work, and the limit of the primes, is multiplied by this.",
        prominent: true,
    },
];

const fn int(
    key: &'static str,
    label: &'static str,
    [default, min, max]: [i64; 3],
    help: &'static str,
    prominent: bool,
) -> ParamSpec {
    ParamSpec {
        key,
        label,
        kind: ParamKind::Int { min, max, default },
        unit: "",
        help,
        prominent,
    }
}

/// Presets of the topic.
pub const PRESETS: &[Preset] = &[
    Preset {
        id: "five-workers",
        summary: "Five tasks of 1 s on a pool of 4 processes; each says that it has finished.",
        values: &[],
    },
    Preset {
        id: "parallel-squares",
        summary: "The squares of 1 to 5, each 1 s of waiting, on 4 processes: about 2 s instead of 5.",
        values: &[("program", "squares"), ("first", "1")],
    },
    Preset {
        id: "four-images",
        summary: "Four processes filter an image each, 2 s of computing: all run at once.",
        values: &[
            ("program", "images"),
            ("tasks", "4"),
            ("work", "2"),
            ("first", "1"),
        ],
    },
    Preset {
        id: "own-memory",
        summary: "Three child processes change a variable, each its own copy; three threads change one that they share.",
        values: &[("program", "memory"), ("workers", "3"), ("work", "1.5")],
    },
    Preset {
        id: "crash",
        summary: "One of 4 processes fails, and so does one of 4 threads of one process; the others go on, or do not.",
        values: &[("program", "crash"), ("work", "2")],
    },
    Preset {
        id: "cpu-bound",
        summary: "Primes counted four ways: one after another, threads under an emulated GIL, threads, processes.",
        values: &[("program", "primes"), ("workers", "2")],
    },
];
