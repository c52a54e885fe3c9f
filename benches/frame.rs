//! CPU time of the UI thread per frame of tab 4 while 16 adders and 16 removers contend for the lock. What a frame is
//! stands in `common`.
//!
//! `cargo bench --bench frame` prints rows of README's table.

#[path = "common/case.rs"]
mod case;
mod common;

use case::Case;
use concurrency_lab::app::command::Page;

fn main() {
    common::head();
    let row = |what, sets: &[&str]| {
        let case = Case {
            what,
            bar: "≤ 4 ms, ≤ 8 ms",
            topic: "shared-list",
            preset: "contended",
            sets,
            page: Page::Explain,
        };
        case.measure();
    };
    let crowd = ["adders=16", "removers=16", "adds=100000", "attempts=100000"];
    row("tab 4, 16 + 16 threads contending, 400 µs in the lock", &crowd);
    let flat_out = [&crowd[..], &["hold=0"]].concat();
    row("tab 4, 16 + 16 threads contending flat out", &flat_out);
}
