//! Tab 7 in the window: its figure, its words, its numbers.

use super::*;

#[test]
fn the_orders_are_read_and_clicked_by_name() {
    let mut harness = app_on(topic(), "one-to-ten", &["pause=0.02", "threads=4"]);
    harness.step();
    harness.get_by_label("Run").click();
    harness.step();
    frames_until_the_end(&mut harness);
    harness.key_press(egui::Key::End);
    harness.run_steps(3);
    for n in 1..=10_u64 {
        let label = format!("Task {n}!: {} after ", plain(n));
        let node = harness.get_by_label_contains(&label);
        let said = format!("{:?}", node.accesskit_node());
        for part in [" at thread ", "; completed as number ", " in the queue; the program has it"] {
            assert!(said.contains(part), "no `{part}`: {said}");
        }
    }
    for way in ["one after another", "a thread for each", "pool"] {
        harness.get_by_label_contains(&format!("Show {way}: "));
    }
    harness.get_by_label_contains("The same numbers, three ways");
    let session = harness.state().session();
    let (trace, replay) = (&session.recording.trace, &session.recording.replay);
    let task = *pool_tasks(trace.meta(), replay).all.get(2).unwrap();
    let (end, _) = task.ended.unwrap();
    harness.get_by_label_contains("Task 3!: 6 after ").click();
    harness.run_steps(3);
    assert_eq!(harness.state().session().now(), end);
    // By then the last ones had not been begun.
    harness.get_by_label_contains("Task 10!: has waited ");
    // Before the pool there are no tasks.
    harness.key_press(egui::Key::Home);
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("Task 1!: ").is_none());
}

/// The moment that map is about: a result is there, and main waits for another one.
#[test]
fn the_stage_says_why_a_result_is_held_back() {
    // Task 1 sleeps 0.6 s, task 2 a tenth of that.
    let sets = ["threads=2", "numbers=3", "pauses=random", "seed=55", "pause=1", "time_scale=0.3"];
    let finished = run("four-threads", &sets);
    let tasks = &pool_tasks(finished.trace.meta(), &finished.replay).all;
    let (at, _) = tasks[1].ended.unwrap();
    let mut session =
        Session::finished(topic(), runs::params(topic(), "four-threads", &sets), finished);
    session.playback(PlaybackCommand::Scrub(Nanos(at.0 + 20_000_000)));
    let mut harness = app_of(session);
    harness.run_steps(3);
    let label = "Why is 2! not given out yet?";
    harness.get_by_label_contains(label);
    harness.get_by_label_contains("1! is not done");
}

/// One task and a thousand, one thread and sixty-four, at every size.
#[test]
fn the_stage_can_be_drawn_at_any_moment_of_any_run() {
    let cases: [(&str, &[&str]); 6] = [
        ("one-to-ten", &["numbers=1", "threads=1"]),
        ("one-to-ten", &["numbers=60", "threads=64"]),
        ("big", &["numbers=1000", "threads=3"]),
        ("huge", &["n=20000", "parts=64"]),
        ("nested-submit", &["threads=2"]),
        ("one-fails", &[FAST]),
    ];
    for (preset, sets) in cases {
        let finished = run(preset, sets);
        for (size, dark, at) in [
            ([1440.0, 900.0], false, At::Fraction(0.3)),
            ([1440.0, 900.0], true, At::Fraction(0.6)),
            ([1280.0, 720.0], false, At::Fraction(0.0)),
            ([1024.0, 640.0], true, At::Fraction(0.8)),
            ([700.0, 420.0], false, At::End),
        ] {
            let spec =
                PictureSpec { size, scale: 1.0, dark, part: Part::Window, page: Page::Numbers, at };
            let session = Session::recorded("factorials", finished.trace.clone());
            let image = picture::draw(session, &spec).unwrap();
            assert_eq!([image.width as f32, image.height as f32], size);
        }
    }
}

/// What the page of numbers says: each with its unit, and no heading with nothing below it.
#[test]
fn numbers_have_units_and_headings_have_numbers() {
    let mut harness = app_on(topic(), "one-to-ten", &["time_scale=0.05"]);
    harness.run_steps(2);
    harness.get_by_label("Run").click();
    harness.run_steps(2);
    frames_until_the_end(&mut harness);
    harness.get_by_label("Numbers").click();
    harness.run_steps(2);
    let outcome = harness.state().session().outcome.clone().unwrap();
    assert!(outcome["failed"].as_object().unwrap().is_empty());
    assert!(harness.query_by_label("Failed").is_none());
    let first = outcome["thread_ns"]["1"].as_u64().unwrap();
    let said = Nanos(first).to_string();
    assert!(harness.query_all_by_label(&said).next().is_some(), "{said}");
}
