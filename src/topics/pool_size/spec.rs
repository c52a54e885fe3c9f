//! The parameters and presets of the topic.

use super::plan::Backend;
use crate::topics::{ParamKind, ParamSpec, Params, Preset};

/// Smallest and largest pool, and how many sizes in a run, at most.
pub const SIZES: (i64, i64, usize) = (1, 64, 10);

// The largest run has 595 workers (ten sizes up to 64) in each of 33 rounds, as processes and as threads: with their
// pools' own threads 40,000 actors, of the 65,535 that a trace can name.
const MOST_TRIALS: i64 = 30;
const MOST_WARM_UPS: i64 = 3;
const _: () = {
    let (_, largest, sizes) = SIZES;
    let sizes = sizes as i64;
    let workers = largest * sizes - sizes * (sizes - 1) / 2;
    assert!((MOST_TRIALS + MOST_WARM_UPS) * (2 * workers + sizes) < 60_000);
};

/// Words for what squares the numbers: one way, or several beside each other.
pub const BACKENDS: &[&str] =
    &["workers+cpython", "workers", "threads", "sequential", "cpython", "workers+threads", "all"];

/// How CPython starts its workers: as this CPython does by default, as it is told, or in each of these ways, in turn.
pub const START_METHODS: &[&str] = &["default", "fork", "forkserver", "spawn", "all"];

/// Parameters of the topic.
pub const PARAMS: &[ParamSpec] = &[
    ParamSpec::new("sizes", "sizes", ParamKind::Ints {
            min: SIZES.0,
            max: SIZES.1,
            most: SIZES.2,
            default: "2 4 8",
        }).help("Pool sizes, such as 2 4 8, 1-5 or 1-2×cores (from 1 to twice the cores of this machine).").prominent(),
    ParamSpec::int("work", "work each", [0, 0, 100_000]).in_unit("µs").prominent()
        .help("Work for each number beside n·n: squared again and again for so long on a free core. The same number of times by every worker."),
    ParamSpec::int("trials", "trials", [15, 1, MOST_TRIALS]).prominent()
        .help("How often each pool size is measured."),
    ParamSpec::choice("backend", "backend", BACKENDS).prominent()
        .help("What squares: worker processes (this lab's Rust pool), Rust threads, a plain loop, CPython's multiprocessing.Pool, or several in turn."),
    ParamSpec::int("numbers", "numbers", [10, 1, 200])
        .help("How many numbers are squared in a trial, from 1 on."),
    ParamSpec::int("warm_up", "warm-up trials", [1, 0, MOST_WARM_UPS])
        .help("Trials of each pool size that are run first and thrown away."),
    ParamSpec::int("chunk", "chunk size", [0, 0, 200])
        .help("How many numbers travel together; 0: a quarter of a worker's share, as in CPython."),
    ParamSpec::choice("start_method", "start method", START_METHODS)
        .help("How CPython's pool starts its workers. default: as the python3 of this machine does it of itself (on Linux fork up to 3.13, forkserver from 3.14 on; on macOS spawn). all: by fork, by forkserver and by spawn, beside each other."),
];

/// Whether a parameter matters beside the others.
pub fn applies(key: &str, params: &Params) -> bool {
    let backends = Backend::chosen(params.choice("backend"), "default");
    match key {
        // A plain loop has neither.
        "sizes" | "chunk" => backends.iter().any(|backend| backend.has_pools()),
        "start_method" => backends.contains(&Backend::CPython),
        _ => true,
    }
}

/// Presets of the topic.
pub const PRESETS: &[Preset] = &[
    Preset::new("2-4-8", &[])
        .summary("Squares of 1 to 10 on pools of 2, 4 and 8 processes: this lab's Rust pool, and CPython's multiprocessing.Pool."),
    Preset::new("1-to-5", &[("sizes", "1-5")])
        .summary("The same on pools of 1, 2, 3, 4 and 5 processes."),
    Preset::new("sweep", &[("sizes", "1-2×cores"), ("work", "2000"), ("backend", "all")])
        .summary("Pools of 1 up to twice the cores of this machine, with real work for each number, by everything there is."),
];
