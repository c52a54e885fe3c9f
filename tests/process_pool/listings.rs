//! The programs shown.

use super::support::*;
use crate::common::{lines, python};
use concurrency_lab::topics::runner::Finished;
use concurrency_lab::topics::{Language, Listing};
use concurrency_lab::trace::EventKind;
use std::collections::HashSet;

const CALLS: [&str; 5] = ["map", "imap", "imap_unordered", "apply", "apply_async"];

#[test]
fn both_listings_of_each_preset_name_where_main_is() {
    for preset in topic().about().presets {
        let listings = topic().listings(&params(preset.id, &[]));
        for language in [Language::Python, Language::Rust] {
            let listing = listings.iter().find(|l| l.language == language).unwrap();
            let text = listing.text();
            assert!(!text.contains("//@") && !text.contains("#@"), "{}", listing.file);
            let mut points = vec!["main.start", "main.join"];
            let calls =
                CALLS.map(|call| ["submit", "result"].map(|what| format!("main.{what}.{call}")));
            points.extend(calls.as_flattened().iter().map(String::as_str));
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

/// Whether a line stands in the branch of a call.
fn is_in_branch(call: &str, listing: &Listing, line: u32) -> bool {
    let lines = &listing.lines[..line as usize];
    let text = lines.last().unwrap();
    if listing.language == Language::Python {
        return text.contains(&format!("pool.{call}("))
            || call == "apply_async" && text.contains("handle.get()");
    }
    let arm = lines.iter().rev().find(|text| text.contains("=> {"));
    let words: Vec<&str> = arm.unwrap().split_whitespace().collect();
    let name: String = call.split('_').map(capitalised).collect();
    words.contains(&format!("Call::{name}").as_str())
}

fn capitalised(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// The points at which main handed in tasks and waited; each is at a line of a listing in each language.
fn of_main<'a>(finished: &'a Finished, listings: &[Listing]) -> HashSet<&'a str> {
    let events = finished.trace.events().iter();
    let main = events.filter(|event| {
        let kinds =
            matches!(event.kind, EventKind::TaskSubmitted { .. } | EventKind::WaitBegan { .. });
        kinds && finished.trace.meta().actor_name(event.actor) == "main"
    });
    let at = main.map(|event| lines::point(finished, listings, event).expect("main is at a line"));
    at.collect()
}

#[test]
fn main_is_in_the_branch_of_its_call() {
    let jobs = [
        ("squares", "job=square"),
        ("squares", "job=count-primes"),
        ("squares", "job=image"),
        ("ten-sleepers", "seconds=0.01"),
        // Here Python has but one way, whatever the call.
        ("kill-one", "seconds=0.02"),
        ("uneven", "time_scale=0.02"),
    ];
    for (index, (preset, job)) in jobs.into_iter().enumerate() {
        for call in CALLS {
            let set = format!("call={call}");
            let sets = [job, &set, "workers=2", "limit=100", "side=5"];
            let listings = topic().listings(&params(preset, &sets));
            let finished = run(preset, &sets);
            let points = of_main(&finished, &listings);
            for what in ["main.submit", "main.result"] {
                let name = format!("{what}.{call}");
                // One task at a time is waited for where it is handed in.
                let waits = call != "apply" || what == "main.submit";
                assert_eq!(points.contains(name.as_str()), waits, "{preset}: {points:?}");
                for listing in &listings {
                    let one_way = index > 3 && listing.language == Language::Python;
                    for (_, line) in listing.points.iter().filter(|(n, _)| *n == name) {
                        assert!(
                            one_way || is_in_branch(call, listing, *line),
                            "{}:{line} is not in the branch of {call}",
                            listing.file
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn workers_are_at_the_lines_of_their_job() {
    for (preset, sets, job) in [
        ("squares", &[][..], "square"),
        ("squares", &["job=count-primes", "limit=100"], "count-primes"),
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

/// Costs that differ, and workers that are replaced, are in the program shown, and as they run.
#[test]
fn the_python_listings_have_the_costs_and_the_replacements_that_run() {
    let shown = |preset: &str, sets: &[&str]| {
        let listings = topic().listings(&params(preset, sets));
        listings.into_iter().find(|l| l.language == Language::Python).unwrap()
    };
    for preset in ["squares", "ten-sleepers"] {
        assert!(!shown(preset, &[]).text().contains("maxtasksperchild"), "{preset}");
        let replacing = shown(preset, &["tasks_per_child=3"]).text();
        assert!(replacing.contains("TASKS_PER_CHILD = 3"), "{replacing}");
        assert!(replacing.contains("maxtasksperchild=TASKS_PER_CHILD"), "{replacing}");
    }
    // What `2 * random.Random(7 + task).random()` gives in CPython, in seconds of 0.01.
    let sets = ["costs=random", "seed=7", "seconds=0.01", "tasks=3", "workers=1"];
    let finished = run("ten-sleepers", &sets);
    let slept = finished.trace.events().iter().filter_map(|event| match event.kind {
        EventKind::SleepBegan { planned } => Some(planned.0 / 1_000),
        _ => None,
    });
    assert_eq!(slept.collect::<Vec<_>>(), [6477, 4534, 9260]);
    for (costs, line) in [
        ("equal", "time.sleep(SECONDS)"),
        ("random", "2 * random.Random(SEED + task).random()"),
        ("growing", "3 * ((task + 0.5) / TASKS) ** 2"),
    ] {
        let text = shown("ten-sleepers", &[&format!("costs={costs}")]).text();
        assert!(text.contains(line), "{costs}: {text}");
        if python::is_there() {
            let sets = [&format!("costs={costs}"), "seconds=0.01", "tasks_per_child=2"];
            for said in python::printed_each_way(&shown("ten-sleepers", &sets).text()) {
                assert!(said.contains("results:"), "{costs}: {said}");
            }
            let sets = [&format!("costs={costs}"), "job=count-primes", "limit=100"];
            for said in python::printed_each_way(&shown("squares", &sets).text()) {
                assert!(said.contains("results: ["), "{costs}: {said}");
            }
        }
    }
}

/// The Python listings as shown, with short sleeps and few tasks, really run.
#[test]
fn the_python_listings_run() {
    if !python::is_there() {
        return;
    }
    let calls = CALLS.map(|call| format!("call={call}"));
    for (place, preset) in topic().about().presets.iter().enumerate() {
        let mut sets = vec!["seconds=0.02", "workers=3", &calls[place % calls.len()]];
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
            let listing = listings.iter().find(|l| l.language == Language::Python).unwrap();
            for said in python::printed_each_way(&listing.text()) {
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
