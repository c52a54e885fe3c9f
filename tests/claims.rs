//! The statements of fact in explanations, answers and glossary: each is listed with how it was checked, and those that a run can check
//! are checked by the `python3` of this machine.

#![allow(clippy::unwrap_used)]

mod common;

use common::python;
use concurrency_lab::topics::{ALL, glossary};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Claim {
    /// It, as a text says it.
    claim: String,
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

fn claims() -> Vec<Claim> {
    serde_json::from_str(include_str!("../assets/claims.json")).unwrap()
}

/// Everything that explanations, answers and glossary say.
fn texts() -> String {
    let mut texts: Vec<String> =
        ALL.iter().map(|topic| topic.about().explanation.to_owned()).collect();
    for answer in ALL.iter().filter_map(|topic| topic.answer()) {
        texts.extend(answer.points.iter().flat_map(|point| [&point.head, &point.more]).cloned());
        texts.extend(answer.sentences.iter().map(|sentence| sentence.reason.clone()));
    }
    texts.extend(glossary::words().iter().map(|word| word.means.clone()));
    texts.join("\n")
}

#[test]
fn what_is_listed_is_said_and_says_how_it_was_checked() {
    let texts = texts();
    let all = claims();
    assert!(all.len() > 40);
    for claim in &all {
        let Claim { claim: text, versions, checked, at, program, prints } = claim;
        assert!(texts.contains(text.as_str()), "no text says: {text}");
        assert!(versions.contains("3."), "{text}: {versions}");
        let is_run = checked == "run";
        assert!(is_run || ["documentation", "source", "measured"].contains(&&**checked), "{text}");
        assert_eq!(is_run, !program.is_empty() && !prints.is_empty(), "{text}");
        assert!(is_run || !at.is_empty(), "{text}: where?");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_run_can_check_is_so_here() {
    if !python::is_there() {
        return;
    }
    for claim in claims().iter().filter(|claim| claim.checked == "run") {
        let printed = python::printed(&claim.program.join("\n"));
        assert_eq!(printed.trim(), claim.prints, "{}", claim.claim);
    }
}
