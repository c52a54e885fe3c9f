//! Full answers: that each link runs and shows its moment, that the programs run, and the way through them in the window.

#![allow(clippy::unwrap_used)]

mod common;

use common::{python, runs};
use concurrency_lab::topics::answer::{Answer, Link, Truth, links_in};
use concurrency_lab::topics::predict::Seen;
use concurrency_lab::topics::runner::{Finished, run_to_end};
use concurrency_lab::topics::{ALL, Topic, glossary};
use std::any::Any;
use std::collections::HashSet;

/// The topics that have an answer.
fn answered() -> impl Iterator<Item = (&'static dyn Topic, &'static Answer)> {
    ALL.iter().filter_map(|topic| Some((*topic, topic.answer()?)))
}

#[test]
fn answers_say_enough_and_not_too_much() {
    assert!(answered().count() >= 6, "a file of an answer cannot be read");
    for (topic, answer) in answered() {
        let name = topic.id();
        assert!((6..=10).contains(&answer.points.len()), "{name}");
        assert_eq!(answer.sentences.len(), 3, "{name}");
        assert!(answer.sentences.iter().any(|sentence| sentence.truth != Truth::Right), "{name}");
        let mut heads = HashSet::new();
        for point in &answer.points {
            assert!(heads.insert(&point.head), "{name}: {} twice", point.head);
            assert!(
                !point.head.ends_with('.') && point.head.chars().count() <= 72,
                "{}",
                point.head
            );
            assert!(point.more.ends_with('.'), "{name}: {}", point.more);
        }
        let texts: HashSet<&str> = answer.points.iter().map(|point| &*point.link.text).collect();
        assert_eq!(texts.len(), answer.points.len(), "{name}: two points with one link");
        for (point, line) in &answer.program.points {
            let number: usize = point.parse().unwrap();
            assert!((1..=answer.points.len()).contains(&number), "{name}: {point} at line {line}");
        }
    }
}

/// The words that an examiner looks for occur in the answers.
#[test]
fn the_terms_occur() {
    let text = |(_, answer): (_, &Answer)| {
        let points = answer.points.iter().flat_map(|p| [&*p.head, &*p.more]);
        points.collect::<Vec<_>>().join(" ").to_lowercase()
    };
    let all = answered().map(text).collect::<Vec<_>>().join(" ");
    for term in [
        "race condition",
        "critical section",
        "mutual exclusion",
        "deadlock",
        "starvation",
        "atomic",
        "concurrency",
        "parallel",
    ] {
        assert!(all.contains(term), "{term}");
    }
}

/// The words that an examiner looks for occur where they belong: in the explanation or the answer of each of these tabs.
#[test]
fn the_terms_occur_where_they_belong() {
    for (term, tabs) in [
        ("race condition", &["shared-list", "sharing-data", "multiprocessing"][..]),
        ("critical section", &["shared-list", "sharing-data"]),
        ("mutual exclusion", &["shared-list", "sharing-data"]),
        ("deadlock", &["sharing-data", "factorials"]),
        ("starvation", &["sharing-data", "factorials", "shared-list"]),
        ("atomic", &["shared-list", "sharing-data"]),
        ("concurren", &["threads-vs-processes", "exceptions", "factorials"]),
        ("parallel", &["threads-vs-processes", "process-pool", "factorials"]),
    ] {
        for tab in tabs {
            let topic = runs::topic(tab);
            let Answer { points, sentences, .. } = topic.answer().unwrap();
            let answer = points.iter().map(|point| format!("{} {}", point.head, point.more));
            let judged = sentences.iter().map(|one| format!("{} {}", one.text, one.reason));
            let all = answer.chain(judged).collect::<String>() + topic.about().explanation;
            assert!(all.to_lowercase().contains(term), "{tab} says nothing of {term}");
        }
        let named = |word: &glossary::Word| word.name.to_lowercase().contains(term);
        assert!(glossary::words().iter().any(named), "{term} is in no glossary");
    }
}

/// What an explanation says to be shown is what a point, a sentence or a word is shown by: that is run by the tests below.
#[test]
fn links_of_explanations_are_links_of_answers() {
    let whole = |link: &Link| match link.text.contains('/') {
        true => link.text.clone(),
        false => format!("{}/{}", link.topic, link.text),
    };
    let answers = answered().flat_map(|(_, answer)| answer.links().map(whole));
    let known: HashSet<String> =
        answers.chain(glossary::words().iter().map(|word| whole(&word.link))).collect();
    for topic in ALL {
        let mut found = 0;
        for (text, link) in links_in(topic.id(), topic.about().explanation) {
            let link = link.unwrap_or_else(|error| panic!("{}: {error}", topic.id()));
            assert!(known.contains(&whole(&link)), "{}: nothing else has {text}", topic.id());
            found += 1;
        }
        assert!(found >= 3, "{}: {found}", topic.id());
    }
}

/// A run of a link, at this time scale where its preset has one.
fn finished(link: &Link, time_scale: &str) -> Finished {
    let topic = link.topic().unwrap_or_else(|| panic!("{}: no topic", link.text));
    let mut params = link.params(topic).unwrap_or_else(|error| panic!("{}: {error}", link.text));
    for (key, value) in [("time_scale", time_scale), ("trials", "4")] {
        if params.get(key).is_some() {
            params.set(key, value).unwrap();
        }
    }
    assert_eq!(topic.refusal(&params), None, "{}", link.text);
    run_to_end(topic, params, Some(runs::PATIENCE)).unwrap()
}

/// Presets of which the question is what CPython does.
const ASKS_CPYTHON: [&str; 2] = ["cannot-be-rebuilt", "kill-one-in-cpython"];

/// What CPython's own pools make of a death is shown where they are run, and not by a pool of this program, which goes on.
#[test]
fn what_cpython_makes_of_a_death_is_shown_by_cpython() {
    if !python::is_there() {
        return;
    }
    let mut links: Vec<&Link> = Vec::new();
    for (_, answer) in answered() {
        let points = answer.points.iter().map(|point| (&point.more, &point.link));
        let all = points.chain(answer.sentences.iter().map(|one| (&one.reason, &one.link)));
        let of_pools = |text: &str| text.contains("executor") && text.contains("waits for");
        links.extend(all.filter(|(text, _)| of_pools(text)).map(|(_, link)| link));
    }
    assert!(links.len() >= 2, "{links:?}");
    links.sort_by_key(|link| &link.text);
    links.dedup_by_key(|link| &link.text);
    for link in links {
        let trace = finished(link, "0.05").trace;
        assert!(trace.meta().fact("cpython").is_some(), "{}", link.text);
    }
}

/// Each link of an answer leads to a run that shows what it is to show.
fn shows_its_points(id: &str) {
    let topic = runs::topic(id);
    let mut missing = Vec::new();
    for link in topic.answer().unwrap().links() {
        if let Some(name) = link.sample() {
            // Its run is clicked together in the window's tests.
            let is_there = concurrency_lab::app::program::sample_of(name).is_some();
            assert!(is_there, "{id}: {}: no sample", link.text);
            continue;
        }
        if ASKS_CPYTHON.contains(&link.preset()) && !python::is_there() {
            continue;
        }
        // Where pauses of milliseconds are cut to microseconds nobody may come to wait: then as the window runs it.
        if !(shows(id, link, "0.05") || shows(id, link, "1")) {
            missing.push(&link.text);
        }
    }
    assert!(missing.is_empty(), "{id}: not shown: {missing:#?}");
}

/// Whether a run of a link shows what it is to show.
fn shows(id: &str, link: &Link, time_scale: &str) -> bool {
    let other = link.topic().unwrap_or_else(|| panic!("{id}: {}: no topic", link.text));
    let Finished { trace, replay, result, .. } = finished(link, time_scale);
    result.unwrap_or_else(|error| panic!("{id}: {}: {error}", link.text));
    let conclusion = other.conclude(&trace, &replay);
    let conclusion: &dyn Any = &*conclusion;
    let (trace, replay) = (&trace, &replay);
    assert!(link.is_of(other, trace), "{id}: {}", link.text);
    let event = link.find(Some(other), &Seen { trace, replay, conclusion });
    assert!(event.is_none_or(|event| event < trace.events().len()), "{id}: {}", link.text);
    event.is_some()
}

macro_rules! shown {
    ($($name:ident $id:literal),* $(,)?) => {
        /// Topics with a test of their own.
        const WALKED: &[&str] = &[$($id),*];
        $(#[test] fn $name() { shows_its_points($id) })*
    };
}

shown! {
    the_points_of_threads_vs_processes_are_shown "threads-vs-processes",
    the_points_of_process_pool_are_shown "process-pool",
    the_points_of_multiprocessing_are_shown "multiprocessing",
    the_points_of_shared_list_are_shown "shared-list",
    the_points_of_sharing_data_are_shown "sharing-data",
    the_points_of_exceptions_are_shown "exceptions",
    the_points_of_factorials_are_shown "factorials",
    the_points_of_pool_size_are_shown "pool-size",
}

/// What a word of the glossary leads to shows it. One run serves all words that lead to it.
#[test]
fn the_words_of_the_glossary_are_shown() {
    let mut left: Vec<&glossary::Word> = glossary::words().iter().collect();
    let mut missing = Vec::new();
    while let Some(word) = left.first() {
        let topic = runs::topic(&word.link.topic);
        let Finished { trace, replay, result, .. } = finished(&word.link, "0.05");
        result.unwrap_or_else(|error| panic!("{}: {error}", word.name));
        let conclusion = topic.conclude(&trace, &replay);
        let conclusion: &dyn Any = &*conclusion;
        let (trace, replay) = (&trace, &replay);
        assert!(word.link.is_of(topic, trace), "{}", word.name);
        left.retain(|word| {
            let here = word.link.is_of(topic, trace);
            let seen = Seen { trace, replay, conclusion };
            let found = word.link.find(Some(topic), &seen).is_some();
            if here && !found && !shows(&word.name, &word.link, "1") {
                missing.push(&word.name);
            }
            !here
        });
    }
    assert!(missing.is_empty(), "not shown: {missing:#?}");
}

#[test]
fn every_answer_is_walked() {
    let all: Vec<&str> = answered().map(|(topic, _)| topic.id()).collect();
    for id in &all {
        assert!(WALKED.contains(id), "{id}");
    }
    assert_eq!(all.len(), WALKED.len());
}

#[test]
fn the_programs_run() {
    if !python::is_there() {
        return;
    }
    for (topic, answer) in answered() {
        for printed in python::printed_each_way(&answer.program.text()) {
            assert!(printed.lines().count() > 1, "{}: {printed}", topic.id());
        }
    }
}
