//! The parameters and presets of the topic.

use super::plan::Program;
use super::work::{Amount, Work};
use crate::topics::{ParamSpec, Params, Preset};

/// How CPython starts its processes: as this CPython does by default, or as it is told; or it takes no part.
pub const START_METHODS: &[&str] = &["default", "fork", "forkserver", "spawn", "none"];

/// Parameters of the topic.
#[rustfmt::skip]
pub const PARAMS: &[ParamSpec] = &[
    ParamSpec::choice("program", "program", PROGRAMS).help("What a task does."),
    ParamSpec::int("tasks", "tasks", [5, 1, 32]).prominent()
        .help("How many tasks there are: a thread or process for each."),
    ParamSpec::int("most", "up to", [64, 1, 64]).prominent()
        .help("The largest number of threads or processes that share the work: 1, 2, 4 and so on up to it."),
    ParamSpec::float("wait", "wait", [0.002, 0.0, 1.0]).in_unit("s").prominent()
        .help("How long each of the 64 tasks that wait sleeps."),
    ParamSpec::choice("failure", "failure", &["abort", "segfault", "kill"]).prominent()
        .help("How the one that crashes does so: it aborts, it uses memory that is not its own, or it is killed."),
    ParamSpec::int("trials", "trials", [5, 1, 30]).prominent()
        .help("How often each way is measured, in another order each time."),
    ParamSpec::int("limit", "primes below", [500_000, 100, 50_000_000]).prominent()
        .help("The tasks count the primes below this number, each in its part. CPython counts below an eighth of it."),
    ParamSpec::int("side", "rows", [480, 4, 4_000]).prominent()
        .help("Rows and columns of the two matrices. CPython multiplies matrices of a quarter of that."),
    ParamSpec::int("megabytes", "size", [10, 1, 15]).in_unit("MB").prominent()
        .help("How large each file, buffer or packet is."),
    ParamSpec::choice("cpython", "CPython", START_METHODS).prominent()
        .help("How CPython starts its processes. default: as the python3 of this machine does it of itself; none: it takes no part."),
    ParamSpec::int("seed", "seed", [7, 0, 1_000_000])
        .help("Chooses how long the server takes for each file: 1 to 3 s."),
    ParamSpec::float("interval", "switch interval", [0.005, 0.0001, 1.0]).in_unit("s")
        .help("How long a thread waits for the emulated GIL before it asks for it."),
    ParamSpec::time_scale("All waiting and all work is multiplied by this."),
];

/// What a task does, by word.
#[rustfmt::skip]
const PROGRAMS: &[&str] = &[
    "downloads", "primes", "matrix", "files", "hashing", "transfer", "mixed",
    "responsive", "isolation", "how-many",
];

/// Whether a parameter matters to the program that is chosen.
pub fn applies(key: &str, params: &Params) -> bool {
    let work = Work::named(params.choice("program"));
    let program = Program::named(params.choice("program"));
    let compares = program == Program::Compare;
    match key {
        "cpython" => compares,
        "tasks" => compares || program == Program::Isolation,
        "trials" => compares || program == Program::HowMany,
        "most" | "wait" => program == Program::HowMany,
        "failure" => program == Program::Isolation,
        "interval" => program != Program::Isolation,
        "limit" => work.kind().amount == Amount::Limit && program != Program::Isolation,
        "side" => work.kind().amount == Amount::Side,
        "megabytes" => work.kind().amount == Amount::Bytes,
        "seed" => work.downloads(),
        _ => true,
    }
}

/// Presets of the topic.
#[rustfmt::skip]
pub const PRESETS: &[Preset] = &[
    Preset::new("downloads", &[("time_scale", "0.1")])
        .summary("Five files of a server, 1 to 3 s each (here a tenth of it), fetched one after another, by threads and by processes."),
    Preset::new("cpu", &[("program", "primes"), ("tasks", "4")])
        .summary("The primes below 500,000, counted in four parts: one after another, by threads and by processes."),
    Preset::new("matrix", &[("program", "matrix"), ("tasks", "4")])
        .summary("Two matrices of 480 rows multiplied in four parts, number by number: pure computing."),
    Preset::new("files", &[("program", "files"), ("tasks", "4")])
        .summary("Four files of 10 MB, each written to the disk and read again."),
    Preset::new("hashing", &[("program", "hashing"), ("tasks", "4")])
        .summary("SHA-256 of four buffers of 10 MB: in CPython C code, which lets go of the GIL."),
    Preset::new("transfer", &[("program", "transfer"), ("tasks", "4")])
        .summary("Each of four tasks is handed 10 MB and only glances at them."),
    Preset::new("mixed", &[("program", "mixed"), ("tasks", "4"), ("time_scale", "0.1"), ("limit", "10000000")])
        .summary("Each of four tasks fetches a file, and then counts primes."),
    Preset::new("responsive", &[("program", "responsive"), ("limit", "2000000")])
        .summary("A heart is to beat every 20 ms, while primes are counted: on its own thread, on another, under the emulated GIL, in another process."),
    Preset::new("how-many", &[("program", "how-many"), ("limit", "200000")])
        .summary("64 tasks that wait 2 ms each, and the primes below 200,000, shared out to 1, 2, 4 and so on up to 64 threads and processes."),
    Preset::new("isolation", &[("program", "isolation"), ("tasks", "4")])
        .summary("Four processes work, and one of them aborts; beside them four threads of one process work, and one of them aborts."),
];
