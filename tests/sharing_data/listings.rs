//! The programs as they are shown.

use super::*;

#[test]
fn the_listings_name_the_points_that_are_reached() {
    for preset in of_threads() {
        let sets: &[&str] = &["time_scale=0.03"];
        let listings = topic().listings(&params(topic(), preset.id, sets));
        let finished = run(preset.id, &[]);
        let mut reached = HashSet::new();
        for event in finished.trace.events() {
            reached.extend(lines::point(&finished, &listings, event));
        }
        assert!(reached.len() > 3, "{}: {reached:?}", preset.id);
        for listing in &listings {
            let text = listing.text();
            assert!(!text.contains("//@") && !text.contains("#@"), "{}", listing.file);
        }
    }
}

/// The Python listings as shown, with short pauses, do what the Rust runs do: also hang where those cannot go on.
#[test]
fn the_python_listings_run() {
    if !python::is_there() {
        return;
    }
    let quick = |key: &str| topic().about().params.iter().any(|p| p.key == key && p.unit == "s");
    for preset in of_threads() {
        let mut params = params(topic(), preset.id, &[]);
        for (spec, _) in params.clone().iter().filter(|(spec, _)| quick(spec.key)) {
            let shorter = params.float(spec.key) * 0.2;
            params.set(spec.key, &shorter.to_string()).unwrap();
        }
        let listings = topic().listings(&params);
        let listing = listings.iter().find(|l| l.language == Language::Python).unwrap();
        let program = listing.text();
        if STUCK.iter().any(|(stuck, _)| *stuck == preset.id) {
            let said = python::hangs(&program, Duration::from_secs(3));
            assert!(
                !said.contains("all done") && !said.contains("all have"),
                "{}: {said}",
                preset.id
            );
            continue;
        }
        let said = python::printed(&program);
        let wanted = match preset.id {
            "lock" => "count: 12 of 12",
            "rlock" => "count: 4",
            "philosophers-in-order" => "all have eaten",
            "semaphore" => "at once, at most: 3",
            "semaphore-bounded" | "semaphore-over-released" => "at once, at most:",
            "condition" | "if-not-while" => "all used",
            "event" => "all have run",
            "barrier-one-missing" => "BrokenBarrierError",
            "queue" | "queue-several" => "all done",
            _ => "",
        };
        assert!(said.contains(wanted), "{}: {said}", preset.id);
    }
    for way in ["order", "timeout", "waiter", "try"] {
        let params = params(
            topic(),
            "philosophers",
            &[&format!("way={way}"), "rounds=2", "work=0.01", "pause=0.01", "patience=0.05"],
        );
        let listings = topic().listings(&params);
        assert!(python::printed(&listings[0].text()).contains("all have eaten"), "{way}");
    }
}
