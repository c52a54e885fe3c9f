//! The listings: their points, and that the Python ones run.

use super::support::*;
use crate::common::{lines, python};
use concurrency_lab::topics::Language;
use std::collections::HashSet;

/// The points where somebody was must have a line in the Python and in a Rust listing.
#[test]
fn the_listings_name_the_points_that_are_reached() {
    for preset in topic().about().presets {
        let params = params(preset.id, &["time_scale=0.02"]);
        let listings = topic().listings(&params);
        let finished = run(preset.id, &["time_scale=0.02"]);
        let mut reached = HashSet::new();
        for event in finished.trace.events() {
            reached.extend(lines::point(&finished, &listings, event));
        }
        assert!(reached.len() > 2, "{}: {reached:?}", preset.id);
        for listing in &listings {
            let text = listing.text();
            assert!(!text.contains("//@") && !text.contains("#@"), "{}", listing.file);
        }
    }
}

#[test]
fn processes_and_their_threads_are_at_the_lines_of_their_job() {
    for (preset, wanted) in [
        ("five-workers", &["say-finished", "say-finished.sleep", "say-finished.say"][..]),
        ("parallel-squares", &["slow-square", "slow-square.sleep", "slow-square.say"]),
        ("four-images", &["filter-image", "filter-image.say"]),
        (
            "own-memory",
            &["change-own-memory", "change-own-memory.pause", "change-own-memory.change"],
        ),
        (
            "crash",
            &[
                "work-or-crash",
                "work-or-crash.fail",
                "work-or-crash.second_half",
                "work-or-crash.finish",
                "threads-of-which-one-crashes",
                "thread.first_half",
                "thread.fail",
            ],
        ),
        ("cpu-bound", &["count-primes-of-a-part"]),
    ] {
        let sets = ["time_scale=0.02"];
        let listings = topic().listings(&params(preset, &sets));
        let finished = run(preset, &sets);
        let points = lines::of_tasks(&finished, &listings);
        for point in wanted {
            assert!(points.contains(point), "{preset}: no {point} in {points:?}");
        }
    }
}

/// The Python listings as shown, with little work, really run and say what the Rust runs say.
#[test]
fn the_python_listings_run() {
    if !python::is_there() {
        return;
    }
    for (preset, lines) in [
        ("five-workers", &["Worker 4 finished", "[0, 1, 2, 3, 4]"][..]),
        ("parallel-squares", &["[1, 4, 9, 16, 25]"]),
        ("four-images", &["Image 3 filtered"]),
        ("own-memory", &["parent after", ": 100 at", ": 109 at", ": 118 at"]),
        ("crash", &["Task 3 finished", "[0, -6, 0, 0]", "all threads: -6"]),
        ("cpu-bound", &["threads: 1229 primes", "processes: 1229 primes"]),
    ] {
        let params = params(preset, &["work=0.05", "limit=10000"]);
        let listings = topic().listings(&params);
        let listing = listings.iter().find(|l| l.language == Language::Python).unwrap();
        for said in python::printed_each_way(&listing.text()) {
            for line in lines {
                assert!(said.contains(line), "{}: {said}", listing.file);
            }
        }
    }
}
