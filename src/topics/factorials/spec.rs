//! The parameters and presets of the topic.

use crate::topics::{ParamKind, ParamSpec, Params, Preset};

/// Parameters of the topic.
#[rustfmt::skip]
pub const PARAMS: &[ParamSpec] = &[
    ParamSpec::choice("program", "program", &["numbers", "product-tree", "recursion"])
        .help("A task for each number, one number as a tree of products, or a task that hands in the next one and waits for it."),
    ParamSpec::int("numbers", "numbers up to", [10, 1, 1_000]).prominent()
        .help("The factorials of 1 to this number; in the recursion, of this number."),
    ParamSpec::int("n", "n", [100_000, 0, 100_000]).prominent()
        .help("The number whose factorial is computed."),
    ParamSpec::int("parts", "parts", [16, 1, 64]).prominent()
        .help("Into so many products n! is split first; they are multiplied in pairs."),
    ParamSpec::int("threads", "threads", [0, 0, 64]).prominent()
        .help("Threads of the pool; 0: as many as CPython's ThreadPoolExecutor has, the processors plus 4, at most 32."),
    ParamSpec::choice("call", "call", &["map", "as_completed", "result-in-loop", "time-out"]).prominent()
        .help("Results in the order of the numbers, as they are completed, each before the next task is handed in, or each waited for no longer than the time-out."),
    ParamSpec::float("patience", "time-out", [0.2, 0.0, 60.0]).in_unit("s").prominent()
        .help("How long the program waits for a result at most."),
    ParamSpec::float("pause", "pause", [0.0, 0.0, 60.0]).in_unit("s").prominent()
        .help("How long a task sleeps before it computes (mean, where pauses differ)."),
    ParamSpec::choice("pauses", "pauses", &["equal", "random", "growing"])
        .help("Whether all tasks sleep equally long; growing: the last ones longest."),
    ParamSpec::int("fails", "fails at", [0, 0, 1_000])
        .help("The task of this number is given the number with a minus, which has no factorial; 0: none."),
    ParamSpec::new("compare", "compare", ParamKind::Bool { default: false })
        .help("Before the pool: one number after another, then a thread for each number."),
    ParamSpec::int("seed", "seed", [7, 0, 1_000_000])
        .help("Seed of random pauses, which are the same in the Python program."),
    ParamSpec::time_scale("All pauses are multiplied by this."),
];

/// Whether a parameter matters beside the others.
pub fn applies(key: &str, params: &Params) -> bool {
    let program = params.choice("program");
    let each = program == "numbers";
    let pauses = each && params.float("pause") > 0.0;
    match key {
        "numbers" => program != "product-tree",
        "n" | "parts" => program == "product-tree",
        "call" | "compare" | "pause" => each,
        "patience" => each && params.choice("call") == "time-out",
        "pauses" => pauses,
        "time_scale" => pauses || each && params.choice("call") == "time-out",
        "seed" => pauses && params.choice("pauses") == "random",
        "fails" => each && params.choice("call") == "as_completed",
        _ => true,
    }
}

/// Presets of the topic.
#[rustfmt::skip]
pub const PRESETS: &[Preset] = &[
    Preset::new("one-to-ten", &[("compare", "true")])
        .summary("1! to 10! one after another, then with a thread for each, then on a pool of the size that CPython's would have."),
    Preset::new("four-threads", &[("threads", "4"), ("pause", "0.25"), ("pauses", "random")])
        .summary("1! to 10! on a pool of 4 threads. Each task sleeps a random while first, and map collects the results."),
    Preset::new("as-completed", &[
        ("threads", "4"), ("pause", "0.25"), ("pauses", "random"), ("call", "as_completed"),
    ]).summary("The same tasks with the same pauses, collected by as_completed."),
    Preset::new("big", &[("numbers", "200")])
        .summary("1! to 200!, exact, on a pool of the size that CPython's would have."),
    Preset::new("huge", &[("program", "product-tree")])
        .summary("100,000! as a tree of products: 16 parts are multiplied in pairs, each product a task of its own."),
    Preset::new("uneven", &[("threads", "4"), ("pause", "0.2"), ("pauses", "growing")])
        .summary("Tasks that sleep ever longer, on a pool of 4 threads, collected by map."),
    Preset::new("nested-submit", &[("program", "recursion"), ("threads", "4")])
        .summary("10! by recursion: each task hands the next smaller number to the same pool of 4 threads, and waits for its result."),
    Preset::new("submit-result", &[("threads", "4"), ("pause", "0.1"), ("call", "result-in-loop")])
        .summary("submit(…).result() in a loop, on a pool of 4 threads."),
    Preset::new("one-fails", &[
        ("threads", "4"), ("pause", "0.25"), ("pauses", "random"), ("call", "as_completed"), ("fails", "5"),
    ]).summary("One of the ten tasks gets a number that has no factorial, on a pool of 4 threads."),
    Preset::new("time-out", &[("numbers", "2"), ("threads", "2"), ("pause", "1"), ("call", "time-out")])
        .summary("Two tasks that sleep 1 s, on a pool of 2 threads. The program waits 0.2 s for each result, and leaves the pool."),
];
