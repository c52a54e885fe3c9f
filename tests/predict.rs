//! Questions before a run: what each preset asks, what real runs say to it, and the way through it in the window.

#![allow(clippy::unwrap_used)]

mod common;

use common::window::{app_of, app_on, frames_until_the_end};
use common::{python, runs};
use concurrency_lab::app::command::Page;
use concurrency_lab::app::guesses::Mark;
use concurrency_lab::app::session::Session;
use concurrency_lab::app::{App, Settings};
use concurrency_lab::replay::Replay;
use concurrency_lab::topics::predict::{Judged, Question, Seen, Verdict, order};
use concurrency_lab::topics::runner::{Finished, run_to_end};
use concurrency_lab::topics::{ALL, Params, Topic};
use concurrency_lab::trace::{Batch, Language, Trace};
use concurrency_lab::widgets::code::tokens::{Kind, Tokeniser, without_comments};
use concurrency_lab::widgets::selection::Selection;
use egui::{Key, Modifiers, Rect, Role};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use std::any::Any;
use std::collections::HashSet;
use std::time::Duration;

/// A preset as fast as it goes.
fn fast(topic: &dyn Topic, preset: &str) -> Params {
    let mut params = runs::params(topic, preset, &[]);
    for (key, value) in [("time_scale", "0.05"), ("trials", "4")] {
        if params.get(key).is_some() {
            params.set(key, value).unwrap();
        }
    }
    params
}

fn judge(topic: &dyn Topic, question: &Question, finished: &Finished) -> Verdict {
    let Finished { trace, replay, .. } = finished;
    let conclusion = topic.conclude(trace, replay);
    let conclusion: &dyn Any = &*conclusion;
    question.judge(&Seen { trace, replay, conclusion })
}

/// The topics that ask: those with questions ask about each of their presets.
fn asking() -> impl Iterator<Item = &'static dyn Topic> {
    ALL.iter().copied().filter(|topic| {
        let asks = |id| topic.question(&topic.preset(id).unwrap()).is_some();
        let any = topic.about().presets.iter().any(|preset| asks(preset.id));
        assert!(any, "{}", topic.id());
        any
    })
}

#[test]
fn every_preset_has_a_question_that_a_real_run_decides() {
    for topic in asking() {
        let topic = runs::topic(topic.id());
        for preset in topic.about().presets {
            let name = format!("{} {}", topic.id(), preset.id);
            let params = fast(topic, preset.id);
            let question = topic.question(&params).unwrap_or_else(|| panic!("{name} asks nothing"));
            check_words(&question, &name);
            check_hint(topic, &params, &question, &name);
            if preset.id == "cannot-be-rebuilt" && !python::is_there() {
                continue; // it asks what CPython does
            }
            let finished = run_to_end(topic, params, Some(runs::PATIENCE)).unwrap();
            finished.result.as_ref().unwrap_or_else(|error| panic!("{name}: {error}"));
            let judged = judge(topic, &question, &finished);
            let judged = judged.unwrap_or_else(|why| panic!("{name}: {why}"));
            let most = match &question.number {
                Some(number) => number.range[1] + 1,
                None if question.is_order => order::count(question.answers.len()),
                None => question.answers.len(),
            };
            assert!(judged.answer < most, "{name}: {judged:?}");
            assert!(judged.event < finished.trace.events().len(), "{name}: {judged:?}");
            assert!(judged.why.ends_with('.'), "{name}: {judged:?}");
            assert!((1..=48).contains(&judged.found.chars().count()), "{name}: {judged:?}");
            assert_eq!(judge(topic, &question, &finished), Ok(judged.clone()), "{name}: twice");
            check_without_words(topic, &question, (&finished.trace, &judged), &name);
            check_parts(topic, &question, &finished.trace, &name);
        }
    }
}

/// What is judged is data: where all that is said and all that has a name is called something else, the answer is the same.
fn check_without_words(
    topic: &dyn Topic,
    question: &Question,
    (trace, judged): (&Trace, &Judged),
    name: &str,
) {
    let mut meta = trace.meta().clone();
    let texts = meta.texts.iter_mut();
    let texts = texts.chain(meta.actors.iter_mut().map(|actor| &mut actor.name));
    let texts = texts.chain(meta.resources.iter_mut().map(|resource| &mut resource.name));
    let texts = texts.chain(meta.sections.iter_mut().map(|section| &mut section.name));
    texts.enumerate().for_each(|(place, text)| *text = format!("x{place}"));
    let mut other = Trace::new(meta);
    other.apply(Batch {
        events: trace.events().to_vec(),
        stuck: trace.stuck(),
        silences: Some(trace.silences().to_vec()),
        ..Batch::default()
    });
    let replay = Replay::new(&other);
    let conclusion = topic.conclude(&other, &replay);
    let seen = Seen { trace: &other, replay: &replay, conclusion: &*conclusion as &dyn Any };
    let again = question.judge(&seen).unwrap_or_else(|why| panic!("{name} without words: {why}"));
    assert_eq!((again.answer, again.event), (judged.answer, judged.event), "{name} without words");
}

/// Of a run of which only the beginning is known nothing is said but that it decides nothing.
fn check_parts(topic: &dyn Topic, question: &Question, trace: &Trace, name: &str) {
    for part in 0..8 {
        let mut beginning = Trace::new(trace.meta().clone());
        let events = trace.events()[..trace.events().len() * part / 8].to_vec();
        beginning.apply(Batch { events, ..Batch::default() });
        let replay = Replay::new(&beginning);
        let (conclusion, trace) = (topic.conclude(&beginning, &replay), &beginning);
        let (conclusion, replay): (&dyn Any, _) = (&*conclusion, &replay);
        let seen = Seen { trace, replay, conclusion };
        let why = question.judge(&seen).unwrap_err();
        assert!(why.ends_with('.'), "{name}, {part}/8: {why}");
        if let Some(then) = &question.follow_up {
            assert!(!then.is_reached(&seen), "{name}, {part}/8");
        }
    }
}

fn check_words(question: &Question, name: &str) {
    assert!(question.text.ends_with('?'), "{name}: {}", question.text);
    match &question.number {
        Some(number) => assert!(question.answers.is_empty() && number.range[0] < number.range[1]),
        None => assert!((3..=4).contains(&question.answers.len()), "{name}"),
    }
    let mut texts = HashSet::new();
    for answer in &question.answers {
        assert!(texts.insert(&answer.text), "{name}: {} twice", answer.text);
        assert!((1..=40).contains(&answer.text.chars().count()), "{name}: {}", answer.text);
        assert!(!answer.because.is_empty() && !answer.because.ends_with('.'), "{name}");
    }
    if let Some(then) = &question.follow_up {
        assert!(then.text.starts_with("Change one control"), "{name}: {}", then.text);
        assert!(then.text.ends_with(['.', '?']), "{name}: {}", then.text);
    }
}

/// A hint names a control that the preset has.
fn check_hint(topic: &dyn Topic, params: &Params, question: &Question, name: &str) {
    let Some(then) = &question.follow_up else { return };
    let label = then.hint.split(':').next().unwrap();
    let mut controls = topic.about().params.iter().filter(|spec| topic.applies(spec.key, params));
    assert!(controls.any(|spec| spec.label == label), "{name}: {}", then.hint);
}

/// A run that was stopped, and one of which events are missing, decide nothing, and say why.
#[test]
fn a_run_that_is_not_whole_decides_nothing() {
    let topic = runs::topic("shared-list");
    let params = runs::params(topic, "take-turns", &[]);
    let question = topic.question(&params).unwrap();
    let stopped = run_to_end(topic, params, Some(Duration::from_millis(30))).unwrap();
    let why = judge(topic, &question, &stopped).unwrap_err();
    assert!(why.contains("stopped"), "{why}");
}

fn app(preset: &str, sets: &[&str]) -> Harness<'static, App> {
    let mut harness = app_on(runs::topic("shared-list"), preset, sets);
    harness.run_steps(2);
    harness
}

fn click(harness: &mut Harness<'static, App>, name: &str) {
    harness.get_by_label(name).click();
    harness.run_steps(3);
}

fn press(harness: &mut Harness<'static, App>, key: Key) {
    harness.key_press(key);
    harness.run_steps(3);
}

/// Chooses the answer at a place and runs.
fn guess(harness: &mut Harness<'static, App>, answer: usize) {
    let text = harness.state().session().asks().unwrap().answers[answer].text.clone();
    harness.get_by_role_and_label(Role::RadioButton, &text).click();
    harness.run_steps(3);
    click(harness, "Run and compare");
    frames_until_the_end(harness);
}

fn mark(harness: &Harness<'static, App>, preset: &str) -> Mark {
    let all = harness.state().session().guesses.all().iter();
    all.filter(|guess| guess.preset == preset).map(|guess| guess.mark()).next().unwrap()
}

/// Whether something in the window is called so, or its name begins so.
fn shows(harness: &Harness<'static, App>, name: &str) -> bool {
    harness.query_all_by_label_contains(name).next().is_some()
}

// In `take-turns` nobody is there when the other is: the first answer is true of every run.
const FAST: &[&str] = &["time_scale=0.01"];

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
