//! Questions before a run: what each preset asks, what real runs say to it, and the way through it in the window.

#![allow(clippy::unwrap_used)]

mod common;
#[path = "predict/said.rs"]
mod said;
#[path = "predict/window.rs"]
mod window;

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
