//! How a question is answered: by mouse and keyboard, in a window of each size, now and later.

use super::*;

/// A number is typed; what is none, or too large, is refused with the reason beside it.
#[test]
fn a_number_can_be_typed() {
    let mut harness = app("count", FAST);
    assert!(shows(&harness, "Type a whole number from 0 to 48."));
    let field = |harness: &mut Harness<'static, App>, text: &str| {
        harness.get_by_role_and_label(Role::TextInput, "Your number").focus();
        harness.run_steps(2);
        harness.get_by_role_and_label(Role::TextInput, "Your number").type_text(text);
        harness.run_steps(3);
    };
    field(&mut harness, "4");
    assert_eq!(harness.state().session().guesses.chosen("count"), Some(4));
    field(&mut harness, "99");
    assert!(shows(&harness, "Type a whole number from 0 to 48."));
    click(&mut harness, "Run and compare");
    assert!(!harness.state().session().is_running(), "499 is too many");
    harness.get_by_role_and_label(Role::TextInput, "Your number").focus();
    for key in [Key::End, Key::Backspace, Key::Backspace, Key::Backspace] {
        press(&mut harness, key);
    }
    field(&mut harness, "48");
    assert!(!shows(&harness, "Type a whole number"));
    click(&mut harness, "Run and compare");
    frames_until_the_end(&mut harness);
    let there = harness.state().session().outcome.as_ref().unwrap()["actual"].as_u64().unwrap();
    let right = there.abs_diff(48) <= 4;
    assert_eq!(mark(&harness, "count"), if right { Mark::Right } else { Mark::Not });
    assert!(shows(&harness, &format!("it was {there}")));
    assert!(shows(&harness, "48: you said"));
    assert!(shows(&harness, &format!("{there}: it was")) || there == 48);
}

/// The name of something that is to be put in order, and has no place yet.
fn thing(place: usize, text: &str) -> String {
    format!("{}: {text}", order::letter(place))
}

/// Clicks put what happens in order, and take it out again; the keyboard does the same.
#[test]
fn what_happens_is_put_in_order() {
    let mut harness = app_on(runs::topic("sharing-data"), "barrier", &["time_scale=0.05"]);
    harness.run_steps(2);
    let question = harness.state().session().asks().unwrap().clone();
    assert!(question.is_order);
    let names: Vec<String> = (question.answers.iter().enumerate())
        .map(|(place, answer)| thing(place, &answer.text))
        .collect();
    assert!(shows(&harness, "Click"));
    for place in [2, 0, 3] {
        click(&mut harness, &names[place]);
    }
    click(&mut harness, "Run and compare");
    assert!(!harness.state().session().is_running(), "one has no place yet");
    // The second is taken out, with what came after it.
    click(&mut harness, &format!("{}, number 2", names[0]));
    for place in [3, 1] {
        assert!(harness.query_by_label(&names[place]).is_some(), "it has no place");
        click(&mut harness, &names[place]);
    }
    assert_eq!(harness.state().session().guesses.chosen("barrier"), None);
    tab_to(&mut harness, &names[0]);
    press(&mut harness, Key::Enter);
    let said = order::rank(&[2, 3, 1, 0]);
    assert_eq!(harness.state().session().guesses.chosen("barrier"), Some(said));
    tab_to(&mut harness, "Run and compare");
    press(&mut harness, Key::Enter);
    frames_until_the_end(&mut harness);
    let guess = &harness.state().session().guesses.all()[0];
    let judged = guess.verdict.clone().unwrap().unwrap();
    let right = judged.answer == said;
    assert_eq!(guess.mark(), if right { Mark::Right } else { Mark::Not });
    for (place, nth) in order::of_rank(judged.answer, 4).into_iter().enumerate() {
        let tag = match [2, 3, 1, 0].iter().position(|other| *other == nth).unwrap() {
            same if same == place => "you said, it was".to_owned(),
            other => format!("you said: number {}", other + 1),
        };
        harness.get_by_label(&format!("{}: {tag}", names[nth]));
    }
    click(
        &mut harness,
        if right { "Guess at barrier: right" } else { "Guess at barrier: not right" },
    );
    assert!(shows(&harness, &format!("You said C, D, B, A, it was {}", judged.found)));
    assert!(shows(&harness, &format!("{}.", names[1])), "what the letters stand for");
}

/// Each order is that of the trace: what cannot be otherwise is so in every run, however busy the machine is.
#[test]
fn orders_are_those_of_the_trace() {
    for (topic, preset, sets, always) in [
        ("sharing-data", "barrier", &[][..], &["BA", "CA", "DA"][..]),
        ("sharing-data", "condition", &[], &["DB", "BC", "CA"]),
        ("sharing-data", "queue-several", &[], &["DB", "BA", "CA", "DC"]),
        ("sharing-data", "queue-several", &["consumers=1"], &["DC", "CB"]),
        ("sharing-data", "process-event", &[], &["DB", "DC", "CA"]),
        ("factorials", "as-completed", &["call=map"], &["CD", "DA", "AB"]),
        ("factorials", "as-completed", &["pause=0.5"], &[]),
    ] {
        let topic = runs::topic(topic);
        let mut params = fast(topic, preset);
        let question = topic.question(&params).unwrap();
        assert!(question.is_order, "{preset}");
        sets.iter().for_each(|set| params.set_pair(set).unwrap());
        for _ in 0..3 {
            let finished = run_to_end(topic, params.clone(), Some(runs::PATIENCE)).unwrap();
            let judged = judge(topic, &question, &finished).unwrap();
            let order = order::of_rank(judged.answer, 4);
            assert_eq!(order::letters(&order), judged.found);
            for pair in always {
                let [first, then] = [0, 1].map(|nth| judged.found.find(&pair[nth..=nth]).unwrap());
                assert!(first < then, "{preset} {sets:?}: {pair} in {}", judged.found);
            }
            if preset == "as-completed" {
                let given = finished.result.as_ref().unwrap()["result_order"].clone();
                let given: Vec<u64> = serde_json::from_value(given).unwrap();
                let given = given.into_iter().filter(|n| [3, 5, 1, 2].contains(n));
                let named: Vec<u64> = order.iter().map(|place| [3, 5, 1, 2][*place]).collect();
                assert_eq!(named, given.collect::<Vec<_>>());
            }
        }
    }
}

#[test]
fn a_wrong_guess_says_what_it_was_and_can_be_made_true() {
    let mut harness = app("take-turns", FAST);
    guess(&mut harness, 2);
    assert_eq!(mark(&harness, "take-turns"), Mark::Not);
    assert!(shows(&harness, "You said more often, it was never."));
    for answer in ["never: it was", "up to half of the times", "more often: you said"] {
        harness.get_by_label(answer);
    }
    harness.get_by_label("Change one control so that numbers are left in the list.");
    click(&mut harness, "Hint");
    harness.get_by_label("start: together");

    // The other preset asks its own question, and the guess at the first one stays.
    click(&mut harness, "More…");
    harness.get_by_role_and_label(Role::Button, "together").click();
    harness.run_steps(3);
    press(&mut harness, Key::Escape);
    click(&mut harness, "Run");
    frames_until_the_end(&mut harness);
    let left = harness.state().session().outcome.as_ref().unwrap()["actual"].as_u64().unwrap();
    let expected = if left > 0 { Mark::MadeTrue } else { Mark::Not };
    assert_eq!(mark(&harness, "take-turns"), expected);
}

#[test]
fn a_skipped_question_leaves_no_mark_and_does_not_come_again() {
    let mut harness = app("take-turns", FAST);
    click(&mut harness, "Skip");
    assert!(harness.query_by_label("Run and compare").is_none());
    assert!(shows(&harness, "Press Run."));
    click(&mut harness, "Run");
    frames_until_the_end(&mut harness);
    assert!(harness.state().session().guesses.all().is_empty());
    assert!(!shows(&harness, "Your guesses"));
    assert!(harness.query_by_label("Run and compare").is_none());
}

#[test]
fn run_without_a_guess_is_skipping() {
    let mut harness = app("take-turns", FAST);
    click(&mut harness, "Run and compare");
    assert!(!harness.state().session().is_running(), "an answer is to be chosen first");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::R);
    harness.run_steps(2);
    frames_until_the_end(&mut harness);
    assert!(harness.state().session().guesses.all().is_empty());
    assert!(!shows(&harness, "it was"));
}

fn focused(harness: &Harness<'static, App>) -> Option<String> {
    let node = harness.query_all_by(|node| node.is_focused()).next();
    node.and_then(|node| node.accesskit_node().label())
}

fn tab_to(harness: &mut Harness<'static, App>, name: &str) {
    let mut passed: Vec<Option<String>> = Vec::new();
    // More than once around all that can be reached in the window.
    for _ in 0..150 {
        if focused(harness).as_deref() == Some(name) {
            return;
        }
        passed.push(focused(harness));
        press(harness, Key::Tab);
    }
    panic!("no way to {name} with Tab: {passed:?}");
}

/// Tab goes through the answers in their order; Enter chooses and presses; Ctrl+R is Run and compare.
#[test]
fn the_keyboard_alone_is_enough() {
    let mut harness = app("take-turns", FAST);
    let to = tab_to;
    to(&mut harness, "never");
    press(&mut harness, Key::Tab);
    assert_eq!(focused(&harness).as_deref(), Some("up to half of the times"));
    press(&mut harness, Key::Enter);
    assert_eq!(harness.state().session().guesses.chosen("take-turns"), Some(1));
    to(&mut harness, "Run and compare");
    press(&mut harness, Key::Enter);
    frames_until_the_end(&mut harness);
    assert_eq!(mark(&harness, "take-turns"), Mark::Not);
    to(&mut harness, "Show the moment");
    press(&mut harness, Key::Enter);
    assert!(matches!(harness.state().session().selection, Selection::Event(_)));
    to(&mut harness, "Hint");
    press(&mut harness, Key::Enter);
    harness.get_by_label("start: together");
    to(&mut harness, "Guess at take-turns: not right");
    press(&mut harness, Key::Enter);
    assert!(shows(&harness, "Your guesses: Lock and list"));
}

#[test]
fn guesses_survive_other_presets_and_are_seen_together() {
    let mut harness = app("take-turns", FAST);
    guess(&mut harness, 0);
    click(&mut harness, "Preset take-turns");
    harness.get_by_role_and_label(Role::Button, "done-flag").click();
    harness.run_steps(3);
    // The earlier run stays in the lanes; the question, and the program, are of the next.
    assert!(harness.query_by_label("Run and compare").is_some());
    assert!(shows(&harness, "The lanes show the earlier run, take-turns."));
    assert!(!shows(&harness, "You were right"), "the answer to another question is in its way");
    click(&mut harness, "Code");
    harness.get_by_label("done_flag.py");
    click(&mut harness, "Skip");
    assert!(harness.query_by_label("Run and compare").is_none());
    harness.get_by_label("take_turns.py");
    assert!(shows(&harness, "You were right"));
    assert_eq!(mark(&harness, "take-turns"), Mark::Right);
    click(&mut harness, "Your guesses: 1 of 1 right");
    let question = harness.state().session().guesses.all()[0].question.text.clone();
    harness.get_by_label(&question);
    click(&mut harness, "Preset done-flag");
    harness.get_by_role_and_label(Role::Button, "take-turns").click();
    harness.run_steps(3);
    assert!(harness.query_by_label("Run and compare").is_none(), "it was answered");
}

#[test]
fn a_stopped_run_leaves_a_guess_open_and_the_next_decides() {
    let mut harness = app("take-turns", &["add_pause=60"]);
    let text = harness.state().session().asks().unwrap().answers[0].text.clone();
    harness.get_by_role_and_label(Role::RadioButton, &text).click();
    harness.run_steps(3);
    click(&mut harness, "Run and compare");
    press(&mut harness, Key::Escape);
    frames_until_the_end(&mut harness);
    assert_eq!(mark(&harness, "take-turns"), Mark::Open);
    assert!(shows(&harness, "The run was stopped before its end, so it decides nothing."));
    harness.get_by_role_and_label(Role::SpinButton, "time scale").set_value_accesskit(0.0);
    harness.run_steps(3);
    click(&mut harness, "Run");
    frames_until_the_end(&mut harness);
    assert_eq!(mark(&harness, "take-turns"), Mark::Right);
}

/// In the least window everything about a question is there, and nothing lies over anything else.
#[test]
fn a_question_fits_the_least_window() {
    for topic in asking() {
        for preset in topic.about().presets {
            let mut app = App::new(Settings::default());
            let mut session = Session::new(runs::topic(topic.id()));
            session.set_params(runs::params(topic, preset.id, &[]));
            let question = session.asks().unwrap();
            let (answers, is_order) = (question.answers.clone(), question.is_order);
            app.show(session);
            let mut harness =
                common::harness_state([1024.0, 640.0], |ui, app: &mut App| app.ui(ui), app);
            harness.run_steps(3);
            let mut rects: Vec<Rect> = (answers.iter().enumerate())
                .map(|(place, answer)| match is_order {
                    true => harness.get_by_label(&thing(place, &answer.text)).rect(),
                    false => harness.get_by_role_and_label(Role::RadioButton, &answer.text).rect(),
                })
                .collect();
            rects.extend(["Run and compare", "Skip"].map(|name| harness.get_by_label(name).rect()));
            let stage = harness.state().regions().stage;
            for (place, rect) in rects.iter().enumerate() {
                assert!(stage.contains_rect(*rect), "{} {}: {rect:?}", topic.id(), preset.id);
                let over = |other: &Rect| other.shrink(0.5).intersects(rect.shrink(0.5));
                assert!(!rects[..place].iter().any(over), "{} {}", topic.id(), preset.id);
            }
        }
    }
}

/// Parameters that cannot be beside each other: no run, and the reason beside the button.
#[test]
fn what_cannot_be_run_says_why() {
    let mut harness = app("random-pace", &["random_min=2"]);
    assert!(shows(&harness, "random_min=2 is longer than random_max=0.5"));
    click(&mut harness, "Run");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::R);
    harness.run_steps(2);
    assert!(!harness.state().session().is_running());
    assert!(harness.state().session().recording.trace.events().is_empty());
}

#[test]
fn questions_can_be_turned_off() {
    let mut harness = app("take-turns", FAST);
    click(&mut harness, "Questions: on");
    assert!(!harness.state().settings().questions);
    assert!(harness.query_by_label("Run and compare").is_none());
    assert!(shows(&harness, "Press Run."));
    click(&mut harness, "Questions: off");
    assert!(harness.query_by_label("Run and compare").is_some());
}
