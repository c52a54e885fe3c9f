//! Recordings that are saved without the program's text, what it put out, or what it held.
#![cfg(unix)]

use super::{bytes_of, lab};
use concurrency_lab::export::recording::{self, Ending, Part, without};
use concurrency_lab::trace::{EventKind, Trace};
use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use tempfile::TempDir;

/// No secret stands in it as it is: the variable, what goes through the queue, the errors, and what is printed.
const PROGRAM: &str = "\
import queue, sys, threading  # our own words

secret = ''.join(['xyzzy', '-', '4711'])
number = 7919 * 7927
box = queue.Queue()

def work():
    global secret, number
    secret += '!'
    number += 1
    box.put(secret)
    box.get()
    box.put(None)
    print(''.join(['plugh', '-', '0815']))
    if 'fails' in sys.argv:
        raise ValueError(secret)

thread = threading.Thread(target=work)
thread.start()
thread.join()
";

const TEXT: &str = "# our own words";
const OUTPUT: &str = "plugh-0815";
const VALUES: [&str; 2] = ["xyzzy-4711", "62773914"];

/// All that a file holds, unpacked. Numbers among its events are told apart by nothing, so they are looked for in the trace.
fn unpacked(bytes: &[u8]) -> String {
    let (mut rest, mut all) = (&bytes[12..], Vec::new());
    while rest.len() > 13 {
        let packed = u32::from_le_bytes(rest[1..5].try_into().unwrap()) as usize;
        let content = &rest[13..13 + packed];
        flate2::read::DeflateDecoder::new(content).read_to_end(&mut all).unwrap();
        rest = &rest[13 + packed..];
    }
    String::from_utf8_lossy(&all).into_owned()
}

/// The file of a run of the program by the command line, and how it is told by whoever reads it.
fn recorded(folder: &Path, without: &[&str], fails: bool) -> (String, Trace) {
    std::fs::write(folder.join("keeps.py"), PROGRAM).unwrap();
    let file = folder.join("run.clab");
    let mut args = vec!["python", "--force", "--record", file.to_str().unwrap()];
    let parts = without.join(",");
    if !without.is_empty() {
        args.extend(["--without", &parts]);
    }
    let script = folder.join("keeps.py");
    args.push(script.to_str().unwrap());
    args.extend(fails.then_some("fails"));
    let output = lab(&args).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    // Only the file is without it.
    assert!(String::from_utf8_lossy(&output.stdout).contains(OUTPUT), "{output:?}");
    let opened = recording::open(&file).unwrap();
    (unpacked(&std::fs::read(&file).unwrap()), opened.trace)
}

fn numbers(trace: &Trace) -> Vec<i64> {
    let mut found = Vec::new();
    for mut event in trace.events().iter().copied() {
        event.kind.each_value(|item| found.extend(item.as_int()));
    }
    found
}

/// What happened, whatever it was about.
fn kinds(trace: &Trace) -> Vec<std::mem::Discriminant<EventKind>> {
    trace.events().iter().map(|event| std::mem::discriminant(&event.kind)).collect()
}

#[test]
fn what_is_left_out_is_nowhere_in_the_file() {
    let folder = TempDir::new().unwrap();
    let has = |text: &str, what: &str| text.contains(what);
    let (whole, trace) = recorded(folder.path(), &[], false);
    assert!(has(&whole, TEXT) && has(&whole, OUTPUT), "{whole}");
    assert!(VALUES.iter().all(|value| has(&whole, value)), "{whole}");

    let (text, less) = recorded(folder.path(), &["values"], false);
    assert!(has(&text, TEXT) && has(&text, OUTPUT), "{text}");
    assert!(!VALUES.iter().any(|value| has(&text, value)), "{text}");
    assert_eq!(numbers(&less), [0_i64; 0]);
    let (text, less) = recorded(folder.path(), &["source"], false);
    assert!(!has(&text, TEXT) && has(&text, OUTPUT) && has(&text, VALUES[0]), "{text}");
    assert_eq!(less.meta().listings.len(), trace.meta().listings.len());
    let (text, _) = recorded(folder.path(), &["output"], false);
    assert!(has(&text, TEXT) && !has(&text, OUTPUT) && has(&text, VALUES[0]), "{text}");

    // A traceback quotes the program.
    let quoted = "raise ValueError(secret)";
    let (text, _) = recorded(folder.path(), &["values"], true);
    assert!(text.matches(quoted).count() > 1, "{text}");
    let (text, _) = recorded(folder.path(), &["source"], true);
    assert!(!has(&text, quoted) && has(&text, "Traceback"), "{text}");

    // Of an error its kind stays.
    let (text, trace) = recorded(folder.path(), &[], true);
    assert!(has(&text, "ValueError: xyzzy-4711!"), "{text}");
    let failure = Some("the run failed: ValueError: xyzzy-4711! (printed)".to_owned());
    let ending = Ending { failure, wall_ns: 1 };
    let (_, less) = without(&trace, &ending, &BTreeSet::from(Part::ALL));
    assert_eq!(less.failure.unwrap(), "the run failed: (left out) (printed)");
    let (text, less) = recorded(folder.path(), &["values", "output", "source"], true);
    assert!(![TEXT, OUTPUT, VALUES[0], VALUES[1]].iter().any(|part| has(&text, part)), "{text}");
    let raised = less.events().iter().find_map(|event| match event.kind {
        EventKind::Raised { text, .. } => Some(less.meta().text(text)),
        _ => None,
    });
    assert_eq!(raised, Some("ValueError"));
}

/// The same of each topic: nothing but what is left out changes, and what is left opens.
#[test]
fn the_rest_of_a_run_stays() {
    use super::runs;
    for (topic, preset) in [("shared-list", "quick-ten"), ("process-pool", "kill-one")] {
        let trace = runs::run(runs::topic(topic), preset, &["time_scale=0.02"]).trace;
        let ending = Ending::default();
        assert_eq!(without(&trace, &ending, &BTreeSet::new()).0.events(), trace.events());
        let (less, _) = without(&trace, &ending, &BTreeSet::from(Part::ALL));
        assert_eq!(kinds(&less), kinds(&trace));
        assert_eq!(less.meta().actors, trace.meta().actors);
        assert_eq!((numbers(&trace).is_empty(), numbers(&less)), (false, Vec::new()));
        let opened = recording::read(&bytes_of(&less)[..]).unwrap();
        assert_eq!(opened.trace.events(), less.events());
    }
}
