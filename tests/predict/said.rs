//! What is said before a guess and after it.

use super::*;

#[test]
fn a_right_guess_says_so_and_leads_to_its_moment() {
    let mut harness = app("take-turns", FAST);
    assert!(shows(&harness, "Choose an answer, or skip."));
    guess(&mut harness, 0);
    assert_eq!(mark(&harness, "take-turns"), Mark::Right);
    assert!(shows(&harness, "You were right: never."));
    assert!(shows(&harness, "never: you said, it was"));
    assert!(shows(&harness, "Guess at take-turns: right"));
    assert!(shows(&harness, "Your guesses: 1 of 1 right"));
    click(&mut harness, "Show the moment");
    let session = harness.state().session();
    let Selection::Event(event) = session.selection else { panic!("{:?}", session.selection) };
    assert_eq!(session.now(), session.recording.trace.events()[event].at);
    click(&mut harness, "Close");
    assert!(!shows(&harness, "You were right"));
    assert!(shows(&harness, "Guess at take-turns: right"), "the mark stays");
}

/// The text that a click on Copy hands to the clipboard.
fn copied(harness: &mut Harness<'static, App>) -> String {
    harness.get_by_role_and_label(Role::Button, "Copy").click();
    for _ in 0..4 {
        harness.step();
        let text = harness.output().platform_output.commands.iter().find_map(|it| match it {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
        if let Some(text) = text {
            return text;
        }
    }
    panic!("nothing was copied");
}

/// Comments of a program say what comes out, and why: until the question is answered or skipped it stands there without
/// them, each of its lines at its place.
#[test]
fn the_comments_of_a_program_come_after_the_guess() {
    for (topic, preset, sets) in [
        ("exceptions", "cannot-be-rebuilt", &[][..]),
        ("exceptions", "broken-pool", &[]),
        ("exceptions", "who-learns", &[]),
        ("exceptions", "crash-isolation", &["hold=true"]),
        ("process-pool", "kill-one", &[]),
        ("sharing-data", "changed-after-put", &[]),
        ("sharing-data", "manager-nested", &[]),
        ("factorials", "nested-submit", &[]),
        ("factorials", "submit-result", &[]),
        ("threads-vs-processes", "transfer", &[]),
        ("threads-vs-processes", "mixed", &[]),
    ] {
        let topic = runs::topic(topic);
        let mut session = Session::new(topic);
        session.set_params(runs::params(topic, preset, sets));
        let listings = session.recording.trace.meta().listings.clone();
        let mut app = App::new(Settings { page: Page::Code, ..Settings::default() });
        app.show(session);
        let mut harness =
            common::harness_state([2400.0, 2600.0], |ui, app: &mut App| app.ui(ui), app);
        harness.run_steps(3);
        let mut before = Vec::new();
        for pass in ["open", "skipped"] {
            for (language, name) in [(Language::Python, "Python"), (Language::Rust, "Rust")] {
                let listing = listings.iter().find(|it| it.language == language).unwrap();
                harness.get_by_role_and_label(Role::Button, name).click();
                harness.run_steps(3);
                let mut tokeniser = Tokeniser::new(language);
                let (mut comments, mut code) = (Vec::new(), Vec::new());
                for line in listing.text.lines() {
                    let pieces = tokeniser.line(line);
                    match pieces.last() {
                        Some((range, Kind::Comment)) => comments.push(&line[range.clone()]),
                        Some(_) => code.push(line),
                        None => {}
                    }
                }
                let said = format!("{preset} {name} {pass}");
                assert!(language == Language::Rust || !comments.is_empty(), "{said}");
                for comment in comments {
                    assert_eq!(shows(&harness, comment), pass == "skipped", "{said}: {comment}");
                }
                let top = |text: &str| {
                    let all = harness.query_all_by_label(text);
                    all.map(|node| node.rect().top()).fold(f32::NAN, f32::min)
                };
                let ends = [code[0], code[code.len() - 1]].map(top);
                let apart = ends[1] - ends[0];
                assert!(apart > 0.0, "{said}: {apart}");
                let words = "Its comments are here once the question is answered or skipped.";
                let text = copied(&mut harness);
                if pass == "open" {
                    assert_eq!(text, without_comments(&listing.text, language), "{said}");
                    assert_eq!(text.lines().count(), listing.text.lines().count(), "{said}");
                    assert_eq!(shows(&harness, words), text != listing.text, "{said}");
                    before.push(apart);
                } else {
                    assert_eq!(text, listing.text, "{said}");
                    assert!(!shows(&harness, words), "{said}");
                    assert_eq!(before.remove(0), apart, "{said}: its lines have moved");
                }
            }
            if pass == "open" {
                click(&mut harness, "Skip");
            }
        }
    }
}

/// Of CPython's pool and executor that is said which holds for this fault and this call.
#[test]
fn what_a_pool_makes_of_it_is_said_of_the_fault_and_the_call() {
    let topic = runs::topic("exceptions");
    for (preset, sets, says) in [
        ("exit-in-task", &[][..], "its executor gives SystemExit to whoever asks for that task"),
        ("exit-in-task", &["fault=kill"], "its executor raises BrokenProcessPool"),
        ("pool-task", &[], "The other results were computed, and are thrown away"),
        ("pool-task", &["call=imap"], "raises the error where its turn comes"),
    ] {
        let mut params = fast(topic, preset);
        sets.iter().for_each(|set| params.set_pair(set).unwrap());
        let question = topic.question(&params).unwrap();
        let finished = run_to_end(topic, params, Some(runs::PATIENCE)).unwrap();
        let why = judge(topic, &question, &finished).unwrap().why;
        assert!(why.contains(says), "{preset} {sets:?}: {why}");
    }
}

/// Who is next is said of the lock that was seen, and how CPython's differs.
#[test]
fn whose_lock_it_was_is_said_with_who_is_next() {
    let topic = runs::topic("shared-list");
    for preset in ["contended", "count-locked"] {
        let params = fast(topic, preset);
        let question = topic.question(&params).unwrap();
        let finished = run_to_end(topic, params, Some(runs::PATIENCE)).unwrap();
        let judged = judge(topic, &question, &finished).unwrap();
        let says =
            judged.why.contains("This is Rust’s Mutex. CPython’s Lock did the same up to 3.13.0");
        assert_eq!(says, judged.answer > 0, "{preset}: {judged:?}");
    }
}

/// What is said of the end of a run that is over.
fn ended(topic: &str, preset: &str, sets: &[&str]) -> Harness<'static, App> {
    let topic = runs::topic(topic);
    let params = sets.iter().fold(fast(topic, preset), |mut params, set| {
        params.set_pair(set).unwrap();
        params
    });
    let finished = run_to_end(topic, params.clone(), Some(runs::PATIENCE)).unwrap();
    let mut harness = app_of(Session::finished(topic, params, finished));
    press(&mut harness, Key::End);
    harness
}

#[test]
fn a_count_is_said_beside_how_often_was_counted() {
    let harness = ended("sharing-data", "lock", &[]);
    assert!(shows(&harness, "The count is 12, and 1 was added 12 times."));
    let harness = ended("sharing-data", "value-unlocked", &["processes=3", "rounds=6"]);
    assert!(shows(&harness, "though 1 was added 18 times.") || shows(&harness, "18, and 1 was"));
}

/// What CPython's pools made of a kill is said as it was found.
#[test]
fn whoever_asks_cpython_after_a_kill_is_named_with_what_it_gets() {
    if !python::is_there() {
        return;
    }
    let harness = ended("exceptions", "broken-pool", &["patience=1"]);
    let raises = "executor the same kill raises BrokenProcessPool in whoever asks.";
    assert!(shows(&harness, raises));
    assert!(shows(&harness, "Pool.map whoever asks waits for ever after the same kill."));
}

/// With the cursor before a cell was measured a click says what it will be; after that it stands beside what it is.
#[test]
fn the_table_of_who_learns_can_be_filled_first() {
    if !python::is_there() {
        return;
    }
    let mut harness = app_on(runs::topic("exceptions"), "who-learns", &["patience=1"]);
    harness.run_steps(2);
    guess(&mut harness, 0);
    press(&mut harness, Key::Home);
    for (cell, said) in
        [("raise in thread", ""), ("raise in process", ""), ("raise in process", "the caller")]
    {
        let name = match said {
            "" => format!("{cell}: not measured yet"),
            said => format!("{cell}: not measured yet; you say: {said}"),
        };
        click(&mut harness, &name);
    }
    assert!(shows(&harness, "raise in process: not measured yet; you say: text or exit code"));
    press(&mut harness, Key::End);
    assert!(shows(&harness, "; as you said"));
    assert!(shows(&harness, "; ≠ you: the caller"));
}
