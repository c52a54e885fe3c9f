//! The statements of fact in explanations, answers and glossary: each part of a sentence is listed with how it was checked, or
//! as none of CPython, and those that a run can check are checked by the `python3` of this machine.

#![allow(clippy::unwrap_used)]

mod common;

use common::python;
use concurrency_lab::topics::{ALL, ParamKind, glossary};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Claim {
    /// It, as a text says it.
    claim: String,
    /// Where else it is said, and what follows from it.
    #[serde(default)]
    also: Vec<String>,
    /// The versions of CPython of which it is true.
    versions: String,
    /// How it was checked: by a `run`, in the `documentation`, in the `source`, or by what was `measured`.
    checked: String,
    /// Where that is to be found, or what was run.
    #[serde(default, rename = "where")]
    at: String,
    /// A program, and what it prints where the claim is true.
    #[serde(default)]
    program: Vec<String>,
    #[serde(default)]
    prints: String,
}

impl Claim {
    fn said(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.claim).chain(&self.also).map(String::as_str)
    }
}

/// What states no fact of CPython.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoClaims {
    /// Headings of parts that are about this program, and what checks them. A sentence in one that names Python, or code that
    /// is neither a preset nor a value to choose, is listed all the same.
    sections: BTreeMap<String, String>,
    /// Headings of parts that ask the reader to do something. A sentence in one that names Python is listed all the same.
    exercises: BTreeMap<String, String>,
    /// What a word means.
    definition: Vec<String>,
    /// What to do.
    advice: Vec<String>,
    /// What this program does.
    here: Vec<String>,
}

impl NoClaims {
    fn said(&self) -> impl Iterator<Item = &str> {
        [&self.definition, &self.advice, &self.here].into_iter().flatten().map(String::as_str)
    }
}

fn claims() -> Vec<Claim> {
    serde_json::from_str(include_str!("../assets/claims.json")).unwrap()
}

fn no_claims() -> NoClaims {
    serde_json::from_str(include_str!("../assets/no-claims.json")).unwrap()
}

/// A sentence, a line of a table or of a list, or a heading of an answer; and where it stands.
struct Sentence {
    part: String,
    text: String,
}

/// Everything that explanations, answers and glossary say.
fn sentences() -> Vec<Sentence> {
    let mut all = Vec::new();
    for topic in ALL {
        of_explanation(topic.about().explanation, &mut all);
    }
    for answer in ALL.iter().filter_map(|topic| topic.answer()) {
        let points = answer.points.iter().flat_map(|point| [&point.head, &point.more]);
        let reasons = answer.sentences.iter().map(|sentence| &sentence.reason);
        for text in points.chain(reasons) {
            add("answer", text, &mut all);
        }
    }
    for word in glossary::words() {
        add(&word.name, &word.means, &mut all);
    }
    all
}

fn of_explanation(text: &str, all: &mut Vec<Sentence>) {
    let (mut part, mut is_code) = (String::new(), false);
    let mut lines = text.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            is_code = !is_code;
        } else if let Some(heading) = line.strip_prefix("## ") {
            part = heading.to_owned();
        } else if line.starts_with('|') {
            let is_rule = |line: &str| line.chars().all(|c| "|-: ".contains(c));
            let is_head = lines.peek().is_some_and(|next| is_rule(next));
            if !is_head && !is_rule(line) {
                all.push(Sentence { part: part.clone(), text: line.to_owned() });
            }
        } else if !is_code && !line.starts_with("[Show") {
            let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
            let item = line.strip_prefix("- ").or_else(|| digits.strip_prefix(". "));
            add(&part, item.unwrap_or(line), all);
        }
    }
}

/// Adds a paragraph, sentence by sentence: one ends where, after a mark, something begins as sentences do.
fn add(part: &str, paragraph: &str, all: &mut Vec<Sentence>) {
    let mut rest = paragraph.trim();
    while !rest.is_empty() {
        let begins = |after: &str| {
            let next = after.trim_start();
            next.len() < after.len()
                && next.starts_with(|c: char| {
                    c.is_ascii_uppercase() || c.is_ascii_digit() || "`*\"(–−".contains(c)
                })
        };
        let mut ends = rest.match_indices(['.', '?', '!']).map(|(at, _)| at + 1);
        let end = ends.find(|end| begins(&rest[*end..])).unwrap_or(rest.len());
        all.push(Sentence { part: part.to_owned(), text: rest[..end].to_owned() });
        rest = rest[end..].trim_start();
    }
}

/// The parts of a text that no list has. "And" between two parts says nothing.
fn open<'a>(text: &'a str, listed: &[&str]) -> Vec<&'a str> {
    if listed.iter().any(|said| said.contains(text)) {
        return Vec::new();
    }
    let found = listed.iter().flat_map(|said| text.match_indices(said));
    let mut found: Vec<_> = found.map(|(at, said)| (at, at + said.len())).collect();
    found.sort_unstable();
    let (mut open, mut done) = (Vec::new(), 0);
    for (start, end) in found.into_iter().chain([(text.len(), text.len())]) {
        open.push(text.get(done..start).unwrap_or_default());
        done = done.max(end);
    }
    open.retain(|part| !matches!(part.trim_matches(|c: char| !c.is_alphanumeric()), "" | "and"));
    open
}

/// Presets and values to choose: code that is of this program.
fn own_names() -> BTreeSet<&'static str> {
    let presets = ALL.iter().flat_map(|topic| topic.about().presets).map(|preset| preset.id);
    let kinds = ALL.iter().flat_map(|topic| topic.about().params).map(|spec| &spec.kind);
    let values = kinds.flat_map(|kind| match kind {
        ParamKind::Choice { options } => *options,
        _ => &[],
    });
    presets.chain(values.copied()).collect()
}

#[test]
fn each_part_of_each_sentence_is_checked_or_states_no_fact_of_cpython() {
    let (claims, none, own) = (claims(), no_claims(), own_names());
    let listed: Vec<&str> = claims.iter().flat_map(Claim::said).chain(none.said()).collect();
    let sentences = sentences();
    assert!(sentences.len() > 900, "only {} sentences", sentences.len());
    let is_of_python = |text: &str| {
        text.contains("Python")
            || text.split('`').skip(1).step_by(2).any(|code| !own.contains(code))
    };
    let unchecked = sentences.iter().filter_map(|Sentence { part, text }| {
        let is_here = none.sections.contains_key(part) && !is_of_python(text)
            || none.exercises.contains_key(part) && !text.contains("Python");
        let open = open(text, &listed);
        (!is_here && !open.is_empty()).then(|| format!("{part}: {text}\n  open: {open:?}"))
    });
    let unchecked: Vec<String> = unchecked.collect();
    assert!(unchecked.is_empty(), "how was this checked?\n{}", unchecked.join("\n"));
}

#[test]
fn a_sentence_of_which_a_part_is_listed_is_open() {
    let text = "It waits, and it ends.";
    assert_eq!(open(text, &["It waits"]), [", and it ends."]);
    assert_eq!(open(text, &["it ends", "It wa"]), ["its, and "]);
    assert!(open(text, &["It waits", "it ends"]).is_empty());
    assert!(open(text, &["First: It waits, and it ends."]).is_empty());
}

#[test]
fn what_is_listed_is_said_and_says_how_it_was_checked() {
    let sentences = sentences();
    let is_said = |text: &str| {
        sentences.iter().any(|said| said.text.contains(text))
            || ALL.iter().any(|topic| topic.about().explanation.contains(text))
            || ALL.iter().filter_map(|topic| topic.answer()).any(|answer| {
                answer.points.iter().any(|point| point.more.contains(text))
                    || answer.sentences.iter().any(|sentence| sentence.reason.contains(text))
            })
    };
    for claim in &claims() {
        let Claim { claim: text, versions, checked, at, program, prints, .. } = claim;
        for said in claim.said() {
            assert!(is_said(said), "no text says: {said}");
        }
        assert!(versions.contains("3."), "{text}: {versions}");
        let is_run = checked == "run";
        assert!(is_run || ["documentation", "source", "measured"].contains(&&**checked), "{text}");
        assert_eq!(is_run, !program.is_empty() && !prints.is_empty(), "{text}");
        assert!(is_run || !at.is_empty(), "{text}: where?");
    }
    let none = no_claims();
    for said in none.said() {
        assert!(is_said(said), "no text says: {said}");
    }
    for (heading, why) in none.sections.iter().chain(&none.exercises) {
        assert!(sentences.iter().any(|at| at.part == *heading) && !why.is_empty(), "{heading}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_run_can_check_is_so_here() {
    if !python::is_there() {
        return;
    }
    let all = claims();
    // Most of them wait: for a process to start, or for what never comes.
    let runs = Mutex::new(all.iter().filter(|claim| claim.checked == "run"));
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                loop {
                    let next = runs.lock().unwrap().next();
                    let Some(claim) = next else { return };
                    let printed = python::printed(&claim.program.join("\n"));
                    if printed.trim() != claim.prints {
                        let found = format!("{}\n  found: {}", claim.claim, printed.trim());
                        wrong.lock().unwrap().push(found);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
