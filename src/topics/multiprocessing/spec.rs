//! The parameters and presets of the topic.

use crate::topics::{ParamSpec, Params, Preset};

/// What the processes do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// Sleep and say that they have finished.
    Messages,
    /// Sleep and square a number.
    Squares,
    /// Filter an image, again and again.
    Images,
    /// Change a variable.
    Memory,
    /// One fails.
    Crash,
    /// Count primes.
    Primes,
}

impl Program {
    /// Whether the processes share a number of tasks.
    pub fn has_tasks(self) -> bool {
        matches!(self, Self::Messages | Self::Squares | Self::Images)
    }

    /// The one with this name; the first one for any other.
    pub fn named(name: &str) -> Self {
        match name {
            "squares" => Self::Squares,
            "images" => Self::Images,
            "memory" => Self::Memory,
            "crash" => Self::Crash,
            "primes" => Self::Primes,
            _ => Self::Messages,
        }
    }
}

/// Parameters of the topic.
pub const PARAMS: &[ParamSpec] = &[
    ParamSpec::int("workers", "processes", [4, 1, 64])
        .prominent()
        .help("Processes at work (and threads, where they are compared with them)."),
    ParamSpec::int("tasks", "tasks", [5, 1, 10_000])
        .prominent()
        .help("How many tasks the processes share."),
    ParamSpec::float("work", "work", [1.0, 0.0, 60.0])
        .in_unit("s")
        .prominent()
        .help("How long a task takes: asleep, or for images on a processor."),
    ParamSpec::choice(
        "program",
        "program",
        &["messages", "squares", "images", "memory", "crash", "primes"],
    )
    .help("What the processes do."),
    ParamSpec::int("first", "first number", [0, 0, 1_000_000])
        .prominent()
        .help("The first number that is squared; the others follow."),
    ParamSpec::int("steps", "changes", [3, 1, 1_000])
        .prominent()
        .help("How often each process, and each thread, changes the variable."),
    ParamSpec::choice("failure", "failure", &["abort", "segfault", "kill"]).prominent().help(
        "How one process, and one thread, fails: it aborts, is ended by SIGSEGV, or by SIGKILL.",
    ),
    ParamSpec::int("limit", "primes below", [500_000, 10, 50_000_000])
        .prominent()
        .help("The primes below this number are counted."),
    ParamSpec::float("interval", "switch interval", [0.005, 0.0001, 1.0])
        .in_unit("s")
        .help("How long a thread waits for the emulated GIL before it asks for it."),
    ParamSpec::time_scale("All work, and the limit of the primes, is multiplied by this."),
];

/// Whether a parameter matters to the program that is chosen.
pub fn applies(key: &str, params: &Params) -> bool {
    let program = Program::named(params.choice("program"));
    match key {
        "tasks" => program.has_tasks(),
        "work" => program != Program::Primes,
        "first" => program == Program::Squares,
        "steps" => program == Program::Memory,
        "failure" => program == Program::Crash,
        "limit" | "interval" => program == Program::Primes,
        _ => true,
    }
}

/// Presets of the topic.
pub const PRESETS: &[Preset] = &[
    Preset::new("five-workers", &[])
        .summary("Five tasks of 1 s on a pool of 4 processes; each says that it has finished."),
    Preset::new("parallel-squares", &[("program", "squares"), ("first", "1")])
        .summary("The squares of 1 to 5, each with 1 s of waiting, on a pool of 4 processes."),
    Preset::new("four-images", &[("program", "images"), ("tasks", "4"), ("work", "2")])
        .summary("Four processes filter an image each: 2 s of computing."),
    Preset::new("own-memory", &[("program", "memory"), ("workers", "3"), ("work", "1.5")])
        .summary("Three child processes change a variable that the parent set; beside them three threads of one process do the same."),
    Preset::new("crash", &[("program", "crash"), ("work", "2")])
        .summary("One of 4 processes crashes (aborts, or is killed), and so does one of 4 threads of one process."),
    Preset::new("cpu-bound", &[("program", "primes"), ("workers", "2")])
        .summary("Primes counted four ways: one after another, threads under an emulated GIL, threads, processes."),
];
