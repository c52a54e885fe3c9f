//! The parameters and presets of the topic.

use crate::topics::{ParamSpec, Params, Preset};

/// Parameters of the topic.
pub const PARAMS: &[ParamSpec] = &[
    ParamSpec::int("workers", "workers", [4, 1, 64]).prominent()
        .help("Worker processes at a time."),
    ParamSpec::int("tasks", "tasks", [10, 1, 20_000]).help("How many tasks.").prominent(),
    ParamSpec::choice("call", "call", &["map", "imap", "imap_unordered", "apply", "apply_async"])
        .prominent()
        .help("How tasks are handed in, and how results come back."),
    ParamSpec::int("chunk", "chunk size", [0, 0, 100_000]).prominent().zero_is("auto")
        .help("Tasks that travel together in map, imap and imap_unordered; 0: as CPython chooses it."),
    ParamSpec::choice("job", "job", &["square", "sleep", "count-primes", "image"])
        .help("What a task does."),
    ParamSpec::float("seconds", "sleep", [1.0, 0.0, 60.0]).in_unit("s")
        .help("How long a task sleeps (mean, where costs differ)."),
    ParamSpec::int("limit", "primes below", [20_000, 10, 10_000_000])
        .help("Up to where a task counts primes (mean, where costs differ)."),
    ParamSpec::int("side", "picture side", [32, 3, 2048])
        .help("Width and height of a task's picture, in pixels (mean, where costs differ)."),
    ParamSpec::choice("costs", "costs", &["equal", "random", "growing"])
        .help("Whether tasks sleep, count or filter equally much; growing: the last ones most."),
    ParamSpec::int("tasks_per_child", "messages per child", [0, 0, 100_000])
        .help("After so many messages (a chunk is one) a worker is replaced; 0: never."),
    ParamSpec::float("timeout", "time-out", [0.0, 0.0, 600.0]).in_unit("s")
        .help("How long a message may take before its worker is killed; 0: as long as it likes."),
    ParamSpec::int("retries", "retries", [0, 0, 10])
        .help("How often a task is begun again when its worker dies. Not after a time-out: that is final."),
    ParamSpec::int("kill", "kill at task", [-1, -1, 100_000])
        .help("Half-way through this task (of those that sleep) its worker is killed; -1, or a number beyond the last task: none."),
    ParamSpec::choice("against", "against", &["nothing", "one-process-each", "large-chunks", "cpython"])
        .help("What the same tasks are run with a second time, for comparison. cpython: multiprocessing.Pool and ProcessPoolExecutor of this machine's python3, by map, with the same chunks, time-out and kill."),
    ParamSpec::choice("start_method", "start method", &["default", "fork", "forkserver", "spawn"])
        .help("How CPython's pools start their workers. default: as the python3 of this machine does it of itself."),
    ParamSpec::int("seed", "seed", [1, 0, 1_000_000])
        .help("Seed of random costs, which are the same in the Python program, and of the pictures, which are not."),
    ParamSpec::time_scale("All sleeps and time-outs are multiplied by this."),
];

/// Whether a parameter matters beside the others.
pub fn applies(key: &str, params: &Params) -> bool {
    let job = params.choice("job");
    match key {
        "chunk" => matches!(params.choice("call"), "map" | "imap" | "imap_unordered"),
        "seconds" | "kill" => job == "sleep",
        "limit" => job == "count-primes",
        "side" => job == "image",
        "start_method" => params.choice("against") == "cpython",
        "costs" => job != "square",
        "seed" => job == "image" || job != "square" && params.choice("costs") == "random",
        "time_scale" => job == "sleep" || params.float("timeout") > 0.0,
        _ => true,
    }
}

/// Presets of the topic.
pub const PRESETS: &[Preset] = &[
    Preset::new("squares", &[]).summary("The squares of 1 to 10 on a pool of 4 worker processes."),
    Preset::new("ten-sleepers", &[("job", "sleep")])
        .summary("Ten tasks that sleep 1 s each, on 4 workers. Each says which process did it."),
    Preset::new("a-thousand-images", &[
        ("workers", "8"), ("tasks", "1000"), ("job", "image"), ("chunk", "1"),
        ("against", "one-process-each"),
    ]).summary("1,000 small pictures are filtered by 8 processes that are reused, then by a new process for each."),
    Preset::new("uneven", &[
        ("tasks", "32"), ("job", "sleep"), ("seconds", "0.1"), ("costs", "growing"), ("chunk", "1"),
        ("against", "large-chunks"),
    ]).summary("Tasks that take ever longer, handed out one by one, then in one large chunk for each worker."),
    Preset::new("kill-one", &[("job", "sleep"), ("kill", "6"), ("chunk", "1")])
        .summary("Ten tasks that sleep 1 s each, on 4 workers; in the middle of task 6 its worker is killed."),
    Preset::new("kill-one-in-cpython", &[
        ("job", "sleep"), ("kill", "6"), ("chunk", "1"), ("against", "cpython"),
    ]).summary("The same with CPython's own two pools after ours: Pool.map and ProcessPoolExecutor each have a worker killed in the middle of task 6."),
];
