//! Runs every case in `tests/replay_cases`: a small trace, and what must be true at which time.
//!
//! A case is lines of text; `#` begins a comment, and a line that begins with a space goes on with the one before it.
//! Times are numbers with `ns`, `us`, `ms` or `s`. A KEY is a word that names its thing on other lines, before or after it,
//! and the badge of an actor; `#7` is whatever has the number 7, named or not.
//!
//! ```text
//! actor KEY NAME [kind=process] [parent=KEY] [role=main|helper|user] [section=KEY] [pool=KEY] [replaces=KEY]
//!     [daemon] [passive] [handles] [serves=KEY]
//! lock|rlock|semaphore|… KEY NAME [capacity=N] [initial=1,2,3] [of=KEY] [guard=KEY] [section=KEY]
//!     [home=KEY|shared] [bounds=KEY,KEY]
//! section KEY NAME [within=KEY] [number=N] [in_turn]
//! line KEY NUMBER TEXT                   text KEY TEXT
//! TIME ACTOR VERB ARGUMENTS… [@LINE]     an event; see `reader` for the verbs, among them:
//!     assigned POOL TASK COUNT WORKER    placed RES 0xADDRESS             kept EXCEPTION RES
//!     took POOL TASK COUNT               (the program has the results of so many tasks)
//!     section-began SECTION              section-ended SECTION            passed EXCEPTION ACTOR
//! ? scene TIME TEXT                      what the trace looks like, as `Scene::print` says it
//! ? TIME ACTOR phase|why|title|phrase|ahead|holder|tasks_done|busy|said|exception|… EXPECTED
//! ? TIME RESOURCE owners|waiters|contents|passed_over|places|prefetched|last_write|readers|address|last_signal|… EXPECTED
//! ? journey TIME EXCEPTION stops|locks|tasks|text|over EXPECTED           ? journeys TIME EXCEPTIONS
//! ? said TIME TEXT                       ? event INDEX DESCRIPTION
//! ? marks KIND@NANOSECONDS ACTOR; …       ? line RESOURCE WAITERS@NANOSECONDS …
//! ? lane ACTOR SPANS                     ? stat RESOURCE|ACTOR FIELD NUMBER
//! ? findings KIND@NANOSECONDS ACTORS / RESOURCES; …    what the whole run proves; `none`
//! ? finding KIND SENTENCE
//! ? lost RESOURCE UPDATES                ? tasks POOL TIME ATTEMPTS / ENDED
//! odd INDEX WORDS                        what is odd: all there is, in order
//! ```
#![allow(clippy::unwrap_used)]

mod journeys;
mod looks;
mod reader;
#[path = "../common/rename.rs"]
mod rename;

use concurrency_lab::replay::{Replay, Scene, State};
use concurrency_lab::trace::{
    ActorId, Batch, Event, Meta, ResourceId, SectionId, SourceId, TextId, Trace,
};
use std::collections::HashMap;

#[derive(Default)]
struct Case {
    meta: Meta,
    actors: HashMap<String, ActorId>,
    resources: HashMap<String, ResourceId>,
    sections: HashMap<String, SectionId>,
    sources: HashMap<String, SourceId>,
    texts: HashMap<String, TextId>,
    events: Vec<Event>,
    checks: Vec<(usize, String)>,
    odd: Vec<String>,
}

/// All cases with the names of their files.
fn cases() -> Vec<(String, Case)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/replay_cases");
    let mut files: Vec<_> = (std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|file| file.extension().is_some_and(|e| e == "case"))
        .collect();
    files.sort();
    assert!(files.len() >= 80, "only {} cases", files.len());
    let read = |file: &std::path::PathBuf| {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        (name, Case::parse(&std::fs::read_to_string(file).unwrap()))
    };
    files.iter().map(read).collect()
}

impl Case {
    fn trace(&self) -> Trace {
        let mut trace = Trace::new(self.meta.clone());
        trace.apply(Batch { events: self.events.clone(), ..Batch::default() });
        trace
    }
}

/// Of each kind of finding a case in which it is found, and one that comes near and in which it is not.
const FOUND_AND_NOT: [(&str, &str, &str); 18] = [
    ("deadlock", "deadlock", "deadlock_avoided"),
    ("self-deadlock", "self_deadlock", "rlock"),
    ("pool-starvation", "starvation", "starvation_averted"),
    ("lost-notification", "lost_notification", "notified_again"),
    ("lock-left-held", "lock_left", "lock_passed_on"),
    ("forked-lock", "forked_lock", "forked_lock_free"),
    ("broken-barrier", "barrier", "stopped_at_barrier"),
    ("undrained-queue", "undrained", "undrained_taken"),
    ("missing-sentinel", "sentinel", "sentinel_each"),
    ("missing-task-done", "task_done", "task_done_all"),
    ("unheard-exception", "unheard", "results_taken"),
    ("uncontended-lock", "uncontended", "contended_once"),
    ("no-overlap", "no_overlap", "overlap"),
    ("passed-over", "passed_over", "in_line"),
    ("lost-update", "lost_update", "ordered"),
    ("unguarded-update", "unguarded", "ordered_by_waiting"),
    ("one-lock-for-all", "one_lock", "one_lock_little"),
    ("events-lost", "events_lost", "deadlock_avoided"),
];

#[test]
fn each_finding_has_a_case_for_it_and_one_against_it() {
    let all: HashMap<String, Case> = cases().into_iter().collect();
    let ids = |file: &str| {
        let trace = all[&format!("find_{file}.case")].trace();
        let found = concurrency_lab::replay::findings(&trace, &Replay::new(&trace));
        found.into_iter().map(|finding| finding.kind.id()).collect::<Vec<_>>()
    };
    for (id, for_it, against) in FOUND_AND_NOT {
        assert!(ids(for_it).contains(&id), "{id} is not found in {for_it}");
        assert!(!ids(against).contains(&id), "{id} is found in {against}");
    }
}

#[test]
fn every_case_holds() {
    let mut wrong = Vec::new();
    for (name, case) in cases() {
        let trace = case.trace();
        let replay = Replay::new(&trace);
        for (line, check) in &case.checks {
            let (found, expected) = case.look(check, &trace, &replay);
            if found != expected {
                wrong.push(format!("{name}:{line}: {check}\n    found: {found}"));
            }
        }
        let odd: Vec<_> = (replay.oddities().iter())
            .map(|(index, o)| format!("{index} {}", o.in_words(trace.meta())))
            .collect();
        if odd != case.odd {
            wrong.push(format!("{name}: odd are {odd:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// With every actor, badge, resource, section, point and text named otherwise, all that is known is the same, and scenes say
/// the same with other names.
#[test]
fn nothing_is_found_by_its_name() {
    for (name, case) in cases() {
        let trace = case.trace();
        let other = rename::renamed(&trace);
        let (names, others) = (trace.meta(), other.meta());
        let (replay, as_other) = (Replay::new(&trace), Replay::new(&other));
        assert_eq!(replay.latest(), as_other.latest(), "{name}");
        assert_eq!(replay.lanes(), as_other.lanes(), "{name}");
        assert_eq!(replay.stats(), as_other.stats(), "{name}");
        assert_eq!(replay.tasks(), as_other.tasks(), "{name}");
        assert_eq!(replay.oddities(), as_other.oddities(), "{name}");
        let mut state = State::new(names);
        for event in trace.events() {
            state.apply(names, event);
            let scene = Scene::at(names, &state);
            assert_eq!(scene, Scene::at(others, &state), "{name} at {}", event.at);
            let said = scene.print(names, &state);
            let of_other = scene.print(others, &state);
            assert_eq!(said, rename::named_back(&of_other, names), "{name} at {}", event.at);
            assert!(names.actors.is_empty() || said != of_other, "{name}: {of_other}");
        }
    }
}
