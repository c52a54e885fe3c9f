//! The programs shown.

use super::support::*;
use crate::common::{lines, python};
use concurrency_lab::topics::Language;

#[test]
fn both_listings_of_each_preset_name_where_main_is() {
    for preset in topic().presets() {
        let listings = topic().listings(&params(preset.id, &[]));
        for language in [Language::Python, Language::Rust] {
            let listing = listings.iter().find(|l| l.language == language).unwrap();
            let text = listing.text();
            assert!(
                !text.contains("//@") && !text.contains("#@"),
                "{}",
                listing.file
            );
            let mut points = vec!["main.start", "main.submit", "main.result", "main.join"];
            if preset.id == "kill-one" {
                points.push("killer.kill");
            }
            if ["uneven", "a-thousand-images"].contains(&preset.id) {
                points.push("main.again");
            }
            for point in points {
                let named = listing.points.iter().any(|(name, _)| name == point);
                assert!(named, "{} lacks {point}", listing.file);
            }
        }
    }
}

#[test]
fn workers_are_at_the_lines_of_their_job() {
    for (preset, sets, job) in [
        ("squares", &[][..], "square"),
        (
            "squares",
            &["job=count-primes", "limit=100"],
            "count-primes",
        ),
        ("a-thousand-images", &["tasks=20"], "image"),
        ("ten-sleepers", &["time_scale=0.01"], "sleep-and-say"),
        ("uneven", &["time_scale=0.01"], "sleep-and-say"),
        ("kill-one", &["time_scale=0.01"], "sleep-and-say"),
    ] {
        let params = params(preset, sets);
        let listings = topic().listings(&params);
        let finished = run(preset, sets);
        let points = lines::of_tasks(&finished, &listings);
        assert!(points.len() >= 20, "{preset}: {points:?}");
        let of_job = |point: &&str| point.split('.').next() == Some(job);
        assert!(points.iter().all(of_job), "{preset}: {points:?}");
        if job == "sleep-and-say" {
            for point in [job, "sleep-and-say.sleep", "sleep-and-say.say"] {
                assert!(points.contains(&point), "{preset}: no {point}");
            }
        }
    }
}

/// The Python listings as shown, with short sleeps and few tasks, really run.
#[test]
fn the_python_listings_run() {
    if !python::is_there() {
        eprintln!("no python3 here: the listings were not run");
        return;
    }
    let calls = [
        "call=map",
        "call=imap",
        "call=imap_unordered",
        "call=apply",
        "call=apply_async",
    ];
    for (place, preset) in topic().presets().iter().enumerate() {
        let mut sets = vec!["seconds=0.02", "workers=3", calls[place]];
        if preset.id == "a-thousand-images" {
            sets.push("tasks=12");
        }
        for job in ["", "job=count-primes"] {
            if !job.is_empty() && preset.id != "squares" {
                continue;
            }
            if !job.is_empty() {
                sets.extend([job, "limit=100"]);
            }
            let listings = topic().listings(&params(preset.id, &sets));
            let listing = listings
                .iter()
                .find(|l| l.language == Language::Python)
                .unwrap();
            for said in python::printed(&listing.text()) {
                let results = match listing.file {
                    "squares.py" => "[1, 4, 9, 16, 25, 36, 49, 64, 81, 100]",
                    "kill_one.py" => "task 6 is lost",
                    "primes.py" => "[25, 25",
                    _ => "results:",
                };
                assert!(said.contains(results), "{}: {said}", listing.file);
            }
        }
    }
}
