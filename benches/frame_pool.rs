//! CPU time of the UI thread per frame of tab 2 while 8 worker processes run flat out. What a frame is stands in `common`.
//!
//! `cargo bench --bench frame_pool` prints rows of README's table; words after `--` choose among them.

#[cfg(unix)]
#[path = "common/case.rs"]
mod case;
#[cfg(unix)]
mod common;

#[cfg(not(unix))]
fn main() {
    println!("worker processes need a Unix");
}

#[cfg(unix)]
fn main() {
    use concurrency_lab::app::command::Page;

    // Not this benchmark itself, which would run as its own worker.
    concurrency_lab::workers::use_program(env!("CARGO_BIN_EXE_concurrency-lab"));
    let words: Vec<String> = std::env::args().skip(1).collect();
    // Cargo says `--bench`.
    let words: Vec<&String> = words.iter().filter(|word| !word.starts_with('-')).collect();
    common::head();
    let row = |what: &str, bar: &str, page: Page, sets: &[&str]| {
        if !words.is_empty() && !words.iter().any(|word| what.contains(word.as_str())) {
            return;
        }
        let eight = ["workers=8", "chunk=1", "job=count-primes", "call=imap_unordered"];
        let case = case::Case {
            what: &format!("tab 2, {what}"),
            bar,
            topic: "process-pool",
            preset: "squares",
            sets: &[&eight[..], sets].concat(),
            page,
        };
        case.measure();
    };
    let (bar, explain) = ("≤ 4 ms, ≤ 8 ms", Page::Explain);
    let long = ["tasks=400", "limit=300000"];
    let short = ["tasks=20000"];
    let tiny = ["tasks=20000", "limit=10000"];
    let each = ["tasks=5000", "tasks_per_child=1", "limit=1000"];
    row("8 workers flat out, tasks of 30 ms", bar, explain, &long);
    row("8 workers flat out, tasks of 1 ms", bar, explain, &short);
    row("the same with the numbers beside it", bar, Page::Numbers, &short);
    row("8 workers flat out, tasks of 0.3 ms", "", explain, &tiny);
    row("8 places, a new process for each task", "", explain, &each);
}
